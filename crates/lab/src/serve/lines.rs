//! Plaintext protocols of lines, as tables.

use super::dialogue::{Next, agreed};
use super::peer::Peer;
use crate::stage::{Manner, Refusal};
use std::io;
use std::time::Duration;
use tokio::time::sleep;

/// Between the pieces of a greeting: longer than it takes to read one.
const PIECE: Duration = Duration::from_millis(20);
/// Before a late greeting: longer than any round trip, shorter than silence takes to count as an answer.
const LATE: Duration = Duration::from_secs(1);

/// One protocol. A line that offers TLS ends in `{tls}`, which is not said; it is left out where TLS is not offered.
/// `{tag}` is the tag of the client's command.
pub(crate) struct Protocol {
    /// What the server says first.
    greeting: &'static str,
    /// The same over more lines, where the protocol allows.
    long_greeting: &'static str,
    /// What it says first to a client it does not want.
    away: &'static str,
    /// Commands with their answers.
    answers: &'static [(&'static str, &'static str)],
    /// The command that asks for TLS, and the answers that agree and that refuse for now.
    ask: &'static str,
    agrees: &'static str,
    unavailable: &'static str,
    /// The answer to any other command.
    unknown: &'static str,
    /// The command that ends it.
    quit: &'static str,
    /// Whether a command has a tag before it.
    tagged: bool,
}

/// RFC 3207.
pub(crate) const SMTP: Protocol = Protocol {
    greeting: "220 mail.shop.test ESMTP lab\r\n",
    long_greeting: "220-mail.shop.test ESMTP lab\r\n220-No unsolicited mail.\r\n220 Welcome\r\n",
    away: "421 4.7.0 mail.shop.test Error: too many connections\r\n",
    answers: &[
        (
            "EHLO",
            "250-mail.shop.test\r\n250-SIZE 10240000\r\n250-STARTTLS{tls}\r\n250 8BITMIME\r\n",
        ),
        ("HELO", "250 mail.shop.test\r\n"),
    ],
    ask: "STARTTLS",
    agrees: "220 2.0.0 Ready to start TLS\r\n",
    unavailable: "454 4.7.0 TLS not available due to local problem\r\n",
    unknown: "502 5.5.2 Error: command not recognized\r\n",
    quit: "QUIT",
    tagged: false,
};

/// RFC 2033.
pub(crate) const LMTP: Protocol = Protocol {
    greeting: "220 mail.shop.test LMTP lab\r\n",
    answers: &[(
        "LHLO",
        "250-mail.shop.test\r\n250-PIPELINING\r\n250-STARTTLS{tls}\r\n250 ENHANCEDSTATUSCODES\r\n",
    )],
    ..SMTP
};

/// RFC 9051 section 6.2.1.
pub(crate) const IMAP: Protocol = Protocol {
    greeting: "* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] lab ready\r\n",
    long_greeting: "* OK [CAPABILITY IMAP4rev1 STARTTLS ID ENABLE IDLE LITERAL+ LOGINDISABLED] lab ready\r\n",
    away: "* BYE Too many connections\r\n",
    answers: &[(
        "CAPABILITY",
        "* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED{tls}\r\n{tag} OK done\r\n",
    )],
    ask: "STARTTLS",
    agrees: "{tag} OK Begin TLS negotiation now\r\n",
    unavailable: "{tag} NO [UNAVAILABLE] TLS initialization failed\r\n",
    unknown: "{tag} BAD Unknown command\r\n",
    quit: "LOGOUT",
    tagged: true,
};

/// RFC 2595 section 4.
pub(crate) const POP3: Protocol = Protocol {
    greeting: "+OK lab POP3 ready\r\n",
    long_greeting: "+OK lab POP3 ready <1896.697170952@mail.shop.test>\r\n",
    away: "-ERR [IN-USE] Too many connections\r\n",
    answers: &[("CAPA", "+OK\r\nUSER\r\nSTLS{tls}\r\n.\r\n")],
    ask: "STLS",
    agrees: "+OK Begin TLS negotiation\r\n",
    unavailable: "-ERR [SYS/TEMP] TLS initialization failed\r\n",
    unknown: "-ERR Unknown command.\r\n",
    quit: "QUIT",
    tagged: false,
};

/// RFC 4217.
pub(crate) const FTP: Protocol = Protocol {
    greeting: "220 lab FTP server ready\r\n",
    long_greeting: "220-Welcome to the lab\r\n It has lines\r\n  of any kind.\r\n220 FTP server ready\r\n",
    away: "421 There are too many connected users, please try later.\r\n",
    answers: &[(
        "FEAT",
        "211-Features:\r\n AUTH TLS{tls}\r\n PASV\r\n211 End\r\n",
    )],
    ask: "AUTH",
    agrees: "234 Proceed with negotiation.\r\n",
    unavailable: "431 Unable to negotiate: no certificate\r\n",
    unknown: "500 Unknown command.\r\n",
    quit: "QUIT",
    tagged: false,
};

/// RFC 4642.
pub(crate) const NNTP: Protocol = Protocol {
    greeting: "200 news.shop.test lab NNRP server ready (posting ok)\r\n",
    long_greeting: "201 news.shop.test lab NNRP server ready (no posting)\r\n",
    away: "400 Too many connections\r\n",
    answers: &[(
        "CAPABILITIES",
        "101 Capability list:\r\nVERSION 2\r\nSTARTTLS{tls}\r\n.\r\n",
    )],
    ask: "STARTTLS",
    agrees: "382 Begin TLS negotiation now\r\n",
    unavailable: "580 Can not initiate TLS negotiation\r\n",
    unknown: "500 What?\r\n",
    quit: "QUIT",
    tagged: false,
};

/// RFC 5804 sections 1.7 and 2.2.
pub(crate) const SIEVE: Protocol = Protocol {
    greeting: "\"IMPLEMENTATION\" \"lab\"\r\n\"SIEVE\" \"fileinto\"\r\n\"STARTTLS\"{tls}\r\nOK \"lab ready.\"\r\n",
    long_greeting: "\"IMPLEMENTATION\" \"lab\"\r\n\"SIEVE\" \"fileinto reject envelope\"\r\n\"SASL\" \"\"\r\n\
                    \"NOTIFY\" \"mailto\"\r\n\"STARTTLS\"\r\n\"VERSION\" \"1.0\"\r\nOK \"lab ready.\"\r\n",
    away: "BYE \"Too many connections\"\r\n",
    answers: &[(
        "CAPABILITY",
        "\"IMPLEMENTATION\" \"lab\"\r\n\"STARTTLS\"{tls}\r\nOK\r\n",
    )],
    ask: "STARTTLS",
    agrees: "OK \"Begin TLS negotiation now.\"\r\n",
    unavailable: "NO (TRYLATER) \"TLS initialization failed\"\r\n",
    unknown: "NO \"Unknown command.\"\r\n",
    quit: "LOGOUT",
    tagged: false,
};

/// The numerics 670 and 691 of IRC's STARTTLS.
pub(crate) const IRC: Protocol = Protocol {
    greeting: ":irc.shop.test NOTICE * :*** Looking up your hostname...\r\n",
    long_greeting: ":irc.shop.test NOTICE * :*** Looking up your hostname...\r\n\
                    :irc.shop.test NOTICE * :*** Could not resolve it\r\n",
    away: "ERROR :Closing link: (unknown@127.0.0.1) [Too many connections]\r\n",
    answers: &[("CAP", ":irc.shop.test CAP * LS :tls{tls}\r\n")],
    ask: "STARTTLS",
    agrees: ":irc.shop.test 670 * :STARTTLS successful, go ahead with TLS handshake\r\n",
    unavailable: ":irc.shop.test 691 * :STARTTLS failure\r\n",
    unknown: ":irc.shop.test 421 * STARTTLS :Unknown command\r\n",
    quit: "QUIT",
    tagged: false,
};

/// Talks until TLS comes next, or it is clear that it never will.
///
/// # Errors
///
/// When the connection ends or breaks before.
pub(super) async fn talk(peer: &mut Peer, protocol: &Protocol, manner: Manner) -> io::Result<Next> {
    greet(peer, protocol, manner).await?;
    if manner == Manner::Away {
        return Ok(Next::Refuse(Refusal::Close));
    }
    loop {
        let line = peer.line().await?;
        let mut words = line.split_ascii_whitespace();
        let tag = if protocol.tagged {
            words.next().unwrap_or("*")
        } else {
            ""
        };
        let command = words.next().unwrap_or_default().to_ascii_uppercase();
        let say = |answer: &str| spoken(answer, tag, manner).into_bytes();
        if command == protocol.quit {
            return Ok(Next::Refuse(Refusal::Close));
        }
        let answer = match manner {
            Manner::Unavailable if command == protocol.ask => protocol.unavailable,
            Manner::Unoffered if command == protocol.ask => protocol.unknown,
            _ if command == protocol.ask => {
                let agreement = say(protocol.agrees);
                return agreed(peer, &agreement, &say(protocol.unknown), manner).await;
            }
            _ => protocol
                .answers
                .iter()
                .find(|(known, _)| *known == command)
                .map_or(protocol.unknown, |(_, answer)| answer),
        };
        peer.say(&say(answer)).await?;
    }
}

async fn greet(peer: &mut Peer, protocol: &Protocol, manner: Manner) -> io::Result<()> {
    match manner {
        Manner::Away => peer.say(protocol.away.as_bytes()).await,
        Manner::Pieces => {
            for piece in protocol.long_greeting.as_bytes().chunks(PIECE_OCTETS) {
                peer.say(piece).await?;
                sleep(PIECE).await;
            }
            Ok(())
        }
        Manner::Late => {
            sleep(LATE).await;
            peer.say(spoken(protocol.greeting, "", manner).as_bytes())
                .await
        }
        _ => {
            peer.say(spoken(protocol.greeting, "", manner).as_bytes())
                .await
        }
    }
}

/// Octets of one piece of a greeting.
const PIECE_OCTETS: usize = 7;

/// An answer's octets: the tag filled in, and offers of TLS left out where there are none.
fn spoken(answer: &str, tag: &str, manner: Manner) -> String {
    let offers = |line: &&str| manner != Manner::Unoffered || !line.contains("{tls}");
    let lines = answer.split_inclusive("\r\n").filter(offers);
    let said: String = lines.collect();
    said.replace("{tls}", "").replace("{tag}", tag)
}
