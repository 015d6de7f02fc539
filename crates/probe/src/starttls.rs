//! From plaintext to TLS on one port: what a client says until the server agrees or refuses.

use crate::connect::Connection;
use crate::dialogue::{Dialogue, foreign, refused};
use crate::ending::{Ending, quoted};
use crate::starttls_binary::{ldap, mysql, postgres};
use report::Starttls;
use std::net::{IpAddr, SocketAddr};

/// Lines of one reply, and lines before the one waited for.
const MAX_LINES: usize = 256;

/// Octets of an XMPP stream's head and features.
const MAX_XML: usize = 16 * 1024;

/// Leads a connection up to where TLS begins. The phase under way gets the server's last words as its detail.
pub(crate) async fn dialogue(
    connection: &mut Connection<'_>,
    protocol: Starttls,
    server_name: Option<&str>,
) -> Result<(), Ending> {
    let recorder = connection.recorder();
    let mut with = Dialogue::new(connection);
    let agreed = match protocol {
        Starttls::Smtp => mail(&mut with, "EHLO").await?,
        Starttls::Lmtp => mail(&mut with, "LHLO").await?,
        Starttls::Imap => imap(&mut with).await?,
        Starttls::Pop3 => pop3(&mut with).await?,
        Starttls::Ftp => ftp(&mut with).await?,
        Starttls::Nntp => nntp(&mut with).await?,
        Starttls::Sieve => sieve(&mut with).await?,
        Starttls::Xmpp => xmpp(&mut with, "client", server_name).await?,
        Starttls::XmppServer => xmpp(&mut with, "server", server_name).await?,
        Starttls::Irc => irc(&mut with).await?,
        Starttls::Ldap => ldap(&mut with).await?,
        Starttls::Postgres => postgres(&mut with).await?,
        Starttls::Mysql => mysql(&mut with).await?,
    };
    let early = with.left_over();
    if early.is_empty() {
        recorder.remark(quoted(agreed.as_bytes()));
        return Ok(());
    }
    // The client speaks first in TLS: what comes before its hello is plaintext, or TLS that nobody asked for.
    Err(foreign(early))
}

type Agreed = Result<String, Ending>;

/// A reply of SMTP, FTP or NNTP (RFC 5321 section 4.2): its lines, and the code of its last one.
struct Reply {
    code: u16,
    lines: Vec<String>,
}

impl Reply {
    async fn read(with: &mut Dialogue<'_, '_>) -> Result<Self, Ending> {
        let mut lines = Vec::new();
        loop {
            let line = with.line().await?;
            let code = line.get(..3).and_then(|code| code.parse().ok());
            let last = match (code, line.as_bytes().get(3)) {
                (Some(_), Some(b'-')) => false,
                (Some(_), Some(b' ') | None) => true,
                // RFC 959 lets the lines between begin with anything; a first line may not.
                _ if lines.is_empty() => return Err(foreign(line.as_bytes())),
                _ => false,
            };
            lines.push(line);
            match code {
                Some(code) if last => return Ok(Self { code, lines }),
                _ if lines.len() >= MAX_LINES => return Err(foreign(b"")),
                _ => {}
            }
        }
    }

    async fn expect(with: &mut Dialogue<'_, '_>, wanted: &[u16]) -> Result<Self, Ending> {
        let reply = Self::read(with).await?;
        if wanted.contains(&reply.code) {
            Ok(reply)
        } else {
            Err(refused(reply.last()))
        }
    }

    fn last(&self) -> &str {
        self.lines.last().map_or("", String::as_str)
    }

    fn offers_starttls(&self) -> bool {
        self.lines
            .iter()
            .filter_map(|line| line.get(4..))
            .any(|keyword| keyword.trim().eq_ignore_ascii_case("STARTTLS"))
    }
}

async fn mail(with: &mut Dialogue<'_, '_>, hello: &str) -> Agreed {
    Reply::expect(with, &[220]).await?;
    let us = address_literal(with.connection().local);
    with.say(format!("{hello} {us}\r\n")).await;
    let offers = Reply::expect(with, &[250]).await?;
    if !offers.offers_starttls() {
        return Err(refused(&offers.lines.join(" ")));
    }
    with.say("STARTTLS\r\n").await;
    Ok(Reply::expect(with, &[220]).await?.last().to_owned())
}

/// An address literal (RFC 5321 section 4.1.3), which is a true name for a client without one.
pub(crate) fn address_literal(local: SocketAddr) -> String {
    match local.ip().to_canonical() {
        IpAddr::V4(address) => format!("[{address}]"),
        IpAddr::V6(address) => format!("[IPv6:{address}]"),
    }
}

async fn ftp(with: &mut Dialogue<'_, '_>) -> Agreed {
    Reply::expect(with, &[220]).await?;
    with.say("AUTH TLS\r\n").await;
    Ok(Reply::expect(with, &[234, 334]).await?.last().to_owned())
}

async fn nntp(with: &mut Dialogue<'_, '_>) -> Agreed {
    Reply::expect(with, &[200, 201]).await?;
    with.say("STARTTLS\r\n").await;
    Ok(Reply::expect(with, &[382]).await?.last().to_owned())
}

async fn imap(with: &mut Dialogue<'_, '_>) -> Agreed {
    let greeting = with.line().await?;
    // After PREAUTH the connection is past the state in which STARTTLS is allowed.
    if starts(&greeting, "* PREAUTH") || starts(&greeting, "* BYE") {
        return Err(refused(&greeting));
    }
    if !starts(&greeting, "* OK") {
        return Err(foreign(greeting.as_bytes()));
    }
    with.say("a1 STARTTLS\r\n").await;
    let answer = awaited(with, |line| starts(line, "a1 ") || starts(line, "* BYE")).await?;
    agreed_if(starts(&answer, "a1 OK"), answer)
}

async fn pop3(with: &mut Dialogue<'_, '_>) -> Agreed {
    let greeting = with.line().await?;
    if starts(&greeting, "-ERR") {
        return Err(refused(&greeting));
    }
    if !starts(&greeting, "+OK") {
        return Err(foreign(greeting.as_bytes()));
    }
    with.say("STLS\r\n").await;
    let answer = with.line().await?;
    agreed_if(starts(&answer, "+OK"), answer)
}

async fn sieve(with: &mut Dialogue<'_, '_>) -> Agreed {
    let status = |line: &str| ["OK", "NO", "BYE"].iter().any(|word| starts(line, word));
    let mut greeting = with.line().await?;
    let mut lines = 0;
    while !status(&greeting) {
        // Each capability is a quoted string (RFC 5804 section 1.7).
        if !greeting.starts_with('"') || lines >= MAX_LINES {
            return Err(foreign(greeting.as_bytes()));
        }
        lines += 1;
        greeting = with.line().await?;
    }
    if !starts(&greeting, "OK") {
        return Err(refused(&greeting));
    }
    with.say("STARTTLS\r\n").await;
    let answer = awaited(with, status).await?;
    agreed_if(starts(&answer, "OK"), answer)
}

async fn irc(with: &mut Dialogue<'_, '_>) -> Agreed {
    // Both at once: some servers answer nothing to a STARTTLS they do not know, but list what they know.
    with.say("CAP LS\r\nSTARTTLS\r\n").await;
    let mut line = with.line().await?;
    for _ in 0..MAX_LINES {
        let words: Vec<&str> = line.split(' ').collect();
        let (numeric, rest) = match words.as_slice() {
            [source, numeric, rest @ ..] if source.starts_with(':') => (*numeric, rest),
            [numeric, rest @ ..] => (*numeric, rest),
            [] => ("", [].as_slice()),
        };
        let about_cap = rest.contains(&"CAP");
        match numeric {
            "670" => return Ok(line),
            // ERR_STARTTLS, and a server that ends it.
            "691" | "ERROR" => return Err(refused(&line)),
            // Unknown command, and not registered.
            "421" | "451" if !about_cap => return Err(refused(&line)),
            "CAP"
                if !rest
                    .iter()
                    .any(|word| word.trim_start_matches(':') == "tls") =>
            {
                return Err(refused(&line));
            }
            _ => {}
        }
        line = with.line().await?;
    }
    Err(foreign(line.as_bytes()))
}

/// `side` is whose stream it is: its namespace is `jabber:client` or `jabber:server`.
async fn xmpp(with: &mut Dialogue<'_, '_>, side: &str, server_name: Option<&str>) -> Agreed {
    // An attribute value must not end early.
    let to = match server_name {
        Some(name) if name.chars().all(|c| !matches!(c, '\'' | '<' | '&')) => {
            format!(" to='{name}'")
        }
        _ => String::new(),
    };
    with.say(format!(
        "<?xml version='1.0'?><stream:stream{to} version='1.0' xmlns='jabber:{side}' \
         xmlns:stream='http://etherx.jabber.org/streams'>"
    ))
    .await;
    let head = with
        .until(
            |heard| {
                let start = heard.trim_ascii_start();
                let text = !start.is_empty() && !start.starts_with(b"<");
                [
                    "</stream:features>",
                    "</stream:error>",
                    "<stream:features/>",
                    "</stream:stream>",
                ]
                .iter()
                .find_map(|end| after(heard, end))
                .or(text.then_some(heard.len()))
            },
            MAX_XML,
        )
        .await?;
    let head = String::from_utf8_lossy(&head).into_owned();
    if !head.trim_start().starts_with('<') {
        return Err(foreign(head.as_bytes()));
    }
    if let Some(at) = head.find("<stream:error") {
        return Err(refused(head.get(at..).unwrap_or_default()));
    }
    if !head.contains("urn:ietf:params:xml:ns:xmpp-tls") {
        let features = head.find("<stream:features");
        return Err(refused(
            head.get(features.unwrap_or_default()..).unwrap_or_default(),
        ));
    }
    with.say("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
        .await;
    let answer = with.until(|heard| after(heard, ">"), MAX_XML).await?;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    agreed_if(answer.trim_start().starts_with("<proceed"), answer)
}

async fn awaited(with: &mut Dialogue<'_, '_>, wanted: impl Fn(&str) -> bool) -> Agreed {
    let mut line = with.line().await?;
    for _ in 0..MAX_LINES {
        if wanted(&line) {
            return Ok(line);
        }
        line = with.line().await?;
    }
    Err(foreign(line.as_bytes()))
}

pub(crate) fn agreed_if(agreed: bool, answer: String) -> Agreed {
    if agreed {
        Ok(answer)
    } else {
        Err(refused(&answer))
    }
}

fn starts(line: &str, with: &str) -> bool {
    line.get(..with.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(with))
}

fn after(heard: &[u8], end: &str) -> Option<usize> {
    heard
        .windows(end.len())
        .position(|window| window == end.as_bytes())
        .map(|at| at + end.len())
}
