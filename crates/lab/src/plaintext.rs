//! Services that begin in plaintext.

use std::io;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A service that begins in plaintext.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    Http,
    Smtp,
    Imap,
    Pop3,
    Ssh,
}

/// Speaks until the client asks for TLS (`true`: TLS begins) or leaves.
pub(crate) async fn converse(stream: &mut TcpStream, service: Service) -> io::Result<bool> {
    stream.write_all(greeting(service)).await?;
    let mut line = Vec::new();
    loop {
        let mut octet = [0];
        if stream.read(&mut octet).await? == 0 {
            return Ok(false);
        }
        line.extend(octet);
        // What is no text is no command; the greeting has told the client already.
        if octet == [b'\n'] || line.len() > 512 {
            let said = String::from_utf8_lossy(&line).to_ascii_uppercase();
            line.clear();
            let (reply, tls) = reply(service, &said);
            stream.write_all(reply.as_bytes()).await?;
            if tls {
                return Ok(true);
            }
            if service == Service::Http {
                return Ok(false);
            }
        }
        if service == Service::Http
            && line
                .first()
                .is_some_and(|first| !first.is_ascii_uppercase())
        {
            stream.write_all(BAD_REQUEST.as_bytes()).await?;
            return Ok(false);
        }
    }
}

const BAD_REQUEST: &str =
    "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

fn greeting(service: Service) -> &'static [u8] {
    match service {
        Service::Http => b"",
        Service::Smtp => b"220 mail.shop.test ESMTP ready\r\n",
        Service::Imap => b"* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n",
        Service::Pop3 => b"+OK ready\r\n",
        Service::Ssh => b"SSH-2.0-lab_1.0\r\n",
    }
}

/// The answer to a line, and whether TLS begins after it.
fn reply(service: Service, said: &str) -> (String, bool) {
    let tag = said.split_whitespace().next().unwrap_or("*");
    match service {
        Service::Http => (
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_owned(),
            false,
        ),
        Service::Smtp if said.starts_with("EHLO") => {
            ("250-mail.shop.test\r\n250 STARTTLS\r\n".to_owned(), false)
        }
        Service::Smtp if said.starts_with("STARTTLS") => ("220 go ahead\r\n".to_owned(), true),
        Service::Smtp => ("500 unknown command\r\n".to_owned(), false),
        Service::Imap if said.contains(" STARTTLS") => (
            format!("{} OK begin TLS\r\n", tag.to_ascii_lowercase()),
            true,
        ),
        Service::Imap if said.contains(" CAPABILITY") => (
            format!(
                "* CAPABILITY IMAP4rev1 STARTTLS\r\n{} OK done\r\n",
                tag.to_ascii_lowercase()
            ),
            false,
        ),
        Service::Imap => (
            format!("{} BAD unknown command\r\n", tag.to_ascii_lowercase()),
            false,
        ),
        Service::Pop3 if said.starts_with("STLS") => ("+OK begin TLS\r\n".to_owned(), true),
        Service::Pop3 if said.starts_with("CAPA") => ("+OK\r\nSTLS\r\n.\r\n".to_owned(), false),
        Service::Pop3 => ("-ERR unknown command\r\n".to_owned(), false),
        Service::Ssh => (String::new(), false),
    }
}
