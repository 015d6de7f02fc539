//! What a server says before TLS.

use super::peer::Peer;
use crate::stage::{Dialogue, Opening, Refusal};
use std::io;

/// Whether TLS comes next.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Next {
    Tls,
    Refuse(Refusal),
}

const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];
/// CLIENT_SSL in the capabilities of MySQL's protocol.
const CLIENT_SSL: u8 = 0x08;

/// Talks until TLS comes next, or it is clear that it never will.
///
/// # Errors
///
/// When the connection ends or breaks before.
pub(crate) async fn open(peer: &mut Peer, opening: Opening) -> io::Result<Next> {
    match opening {
        Opening::Direct => Ok(Next::Tls),
        Opening::ProxyLine(otherwise) => proxy_line(peer, otherwise).await,
        Opening::Starttls(Dialogue::Imap) => imap(peer).await,
        Opening::Starttls(Dialogue::Pop3) => pop3(peer).await,
        Opening::Starttls(Dialogue::Postgres) => postgres(peer).await,
        Opening::Starttls(Dialogue::Mysql) => mysql(peer).await,
        Opening::Starttls(Dialogue::Smtp) => smtp(peer).await,
    }
}

/// `PROXY TCP4 …` (section 2.1 of HAProxy's proxy-protocol.txt).
async fn proxy_line(peer: &mut Peer, otherwise: Refusal) -> io::Result<Next> {
    const BEGINNING: &[u8] = b"PROXY ";
    while peer.ahead().len() < BEGINNING.len() && BEGINNING.starts_with(peer.ahead()) {
        if !peer.more().await? {
            return Ok(Next::Refuse(otherwise));
        }
    }
    if !peer.ahead().starts_with(BEGINNING) {
        return Ok(Next::Refuse(otherwise));
    }
    peer.line().await?;
    Ok(Next::Tls)
}

/// RFC 3207.
async fn smtp(peer: &mut Peer) -> io::Result<Next> {
    peer.say(b"220 mail.shop.test ESMTP lab\r\n").await?;
    loop {
        let line = peer.line().await?.to_ascii_uppercase();
        let answer = match line.split_ascii_whitespace().next() {
            Some("EHLO") => "250-mail.shop.test\r\n250-SIZE 10240000\r\n250 STARTTLS\r\n",
            Some("HELO") => "250 mail.shop.test\r\n",
            Some("STARTTLS") => {
                peer.say(b"220 2.0.0 Ready to start TLS\r\n").await?;
                return Ok(Next::Tls);
            }
            Some("QUIT") => {
                peer.say(b"221 2.0.0 Bye\r\n").await?;
                return Ok(Next::Refuse(Refusal::Close));
            }
            _ => "500 5.5.2 Error: bad syntax\r\n",
        };
        peer.say(answer.as_bytes()).await?;
    }
}

/// RFC 9051 section 6.2.1.
async fn imap(peer: &mut Peer) -> io::Result<Next> {
    const CAPABILITIES: &str = "CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED";
    peer.say(format!("* OK [{CAPABILITIES}] lab ready\r\n").as_bytes())
        .await?;
    loop {
        let line = peer.line().await?;
        let mut words = line.split_ascii_whitespace();
        let tag = words.next().unwrap_or("*");
        let answer = match words.next().map(str::to_ascii_uppercase).as_deref() {
            Some("STARTTLS") => {
                peer.say(format!("{tag} OK Begin TLS negotiation now\r\n").as_bytes())
                    .await?;
                return Ok(Next::Tls);
            }
            Some("CAPABILITY") => format!("* {CAPABILITIES}\r\n{tag} OK done\r\n"),
            Some("LOGOUT") => {
                peer.say(format!("* BYE\r\n{tag} OK done\r\n").as_bytes())
                    .await?;
                return Ok(Next::Refuse(Refusal::Close));
            }
            _ => "* BAD Error in IMAP command\r\n".to_owned(),
        };
        peer.say(answer.as_bytes()).await?;
    }
}

/// RFC 2595 section 4.
async fn pop3(peer: &mut Peer) -> io::Result<Next> {
    peer.say(b"+OK lab POP3 ready\r\n").await?;
    loop {
        let line = peer.line().await?.to_ascii_uppercase();
        let answer = match line.split_ascii_whitespace().next() {
            Some("STLS") => {
                peer.say(b"+OK Begin TLS negotiation\r\n").await?;
                return Ok(Next::Tls);
            }
            Some("CAPA") => "+OK\r\nUSER\r\nSTLS\r\n.\r\n",
            Some("QUIT") => {
                peer.say(b"+OK Bye\r\n").await?;
                return Ok(Next::Refuse(Refusal::Close));
            }
            _ => "-ERR unknown command\r\n",
        };
        peer.say(answer.as_bytes()).await?;
    }
}

/// SSLRequest, or silence: a startup packet of senseless length is not answered.
async fn postgres(peer: &mut Peer) -> io::Result<Next> {
    if peer.octets(SSL_REQUEST.len()).await? != SSL_REQUEST {
        return Ok(Next::Refuse(Refusal::Close));
    }
    peer.say(b"S").await?;
    Ok(Next::Tls)
}

/// The greeting of protocol version 10, then SSLRequest.
async fn mysql(peer: &mut Peer) -> io::Result<Next> {
    let mut greeting = vec![10];
    greeting.extend_from_slice(b"8.0.41-lab\0");
    greeting.extend_from_slice(&[1, 0, 0, 0]);
    greeting.extend_from_slice(b"abcdefgh\0");
    // Capabilities, lower half: with CLIENT_SSL and CLIENT_PROTOCOL_41; character set, status; upper half.
    greeting.extend_from_slice(&[0xff, 0xff, 45, 2, 0, 0xff, 0xc1]);
    greeting.push(21);
    greeting.extend_from_slice(&[0; 10]);
    greeting.extend_from_slice(b"ijklmnopqrst\0");
    greeting.extend_from_slice(b"caching_sha2_password\0");
    let length = u8::try_from(greeting.len()).unwrap_or(u8::MAX);
    peer.say(&[&[length, 0, 0, 0][..], &greeting].concat())
        .await?;
    let [length, high, higher, number] = header(&peer.octets(4).await?);
    if [length, high, higher, number] != [32, 0, 0, 1] {
        const ERROR: &[u8] = b"\x21\0\0\x01\xff\x84\x04#08S01Got packets out of order";
        peer.say(ERROR).await?;
        return Ok(Next::Refuse(Refusal::Close));
    }
    let request = peer.octets(32).await?;
    let asks = request.get(1).is_some_and(|octet| octet & CLIENT_SSL != 0);
    Ok(if asks {
        Next::Tls
    } else {
        Next::Refuse(Refusal::Close)
    })
}

fn header(octets: &[u8]) -> [u8; 4] {
    octets.try_into().unwrap_or_default()
}
