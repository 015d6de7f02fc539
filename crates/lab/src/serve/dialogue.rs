//! What a server says before TLS.

use super::peer::Peer;
use super::{ldap, lines, xmpp};
use crate::stage::{Dialogue, Manner, Opening, Refusal};
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
        Opening::Starttls(protocol) => talk(peer, protocol, Manner::Usual).await,
        Opening::Odd(protocol, manner) => talk(peer, protocol, manner).await,
    }
}

async fn talk(peer: &mut Peer, protocol: Dialogue, manner: Manner) -> io::Result<Next> {
    match protocol {
        Dialogue::Smtp => lines::talk(peer, &lines::SMTP, manner).await,
        Dialogue::Lmtp => lines::talk(peer, &lines::LMTP, manner).await,
        Dialogue::Imap => lines::talk(peer, &lines::IMAP, manner).await,
        Dialogue::Pop3 => lines::talk(peer, &lines::POP3, manner).await,
        Dialogue::Ftp => lines::talk(peer, &lines::FTP, manner).await,
        Dialogue::Nntp => lines::talk(peer, &lines::NNTP, manner).await,
        Dialogue::Sieve => lines::talk(peer, &lines::SIEVE, manner).await,
        Dialogue::Irc => lines::talk(peer, &lines::IRC, manner).await,
        Dialogue::Xmpp => xmpp::talk(peer, "client", manner).await,
        Dialogue::XmppServer => xmpp::talk(peer, "server", manner).await,
        Dialogue::Ldap => ldap::talk(peer, manner).await,
        Dialogue::Postgres => postgres(peer, manner).await,
        Dialogue::Mysql => mysql(peer, manner).await,
    }
}

/// What follows the agreement to begin TLS: TLS, or more plaintext.
///
/// # Errors
///
/// When the connection breaks.
pub(super) async fn agreed(
    peer: &mut Peer,
    agreement: &[u8],
    more: &[u8],
    manner: Manner,
) -> io::Result<Next> {
    match manner {
        Manner::GoesOn => {
            peer.say(agreement).await?;
            peer.more().await?;
            peer.take_all();
            peer.say(more).await?;
            Ok(Next::Refuse(Refusal::Close))
        }
        Manner::Injected => {
            peer.say(&[agreement, more].concat()).await?;
            Ok(Next::Tls)
        }
        _ => {
            peer.say(agreement).await?;
            Ok(Next::Tls)
        }
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

/// SSLRequest, or silence: a startup packet of senseless length is not answered.
async fn postgres(peer: &mut Peer, manner: Manner) -> io::Result<Next> {
    const FULL: &[u8] = b"E\0\0\0\x3bSFATAL\0VFATAL\0C53300\0Msorry, too many clients already\0\0";
    if peer.octets(SSL_REQUEST.len()).await? != SSL_REQUEST {
        return Ok(Next::Refuse(Refusal::Close));
    }
    match manner {
        Manner::Unoffered => {
            peer.say(b"N").await?;
            peer.more().await?;
            Ok(Next::Refuse(Refusal::Close))
        }
        Manner::Unavailable | Manner::Away => {
            peer.say(FULL).await?;
            Ok(Next::Refuse(Refusal::Close))
        }
        _ => agreed(peer, b"S", FULL, manner).await,
    }
}

/// The greeting of protocol version 10, then SSLRequest.
async fn mysql(peer: &mut Peer, manner: Manner) -> io::Result<Next> {
    if matches!(manner, Manner::Away | Manner::Unavailable) {
        peer.say(b"\x17\0\0\0\xff\x10\x04Too many connections")
            .await?;
        return Ok(Next::Refuse(Refusal::Close));
    }
    let offered = if manner == Manner::Unoffered {
        0
    } else {
        CLIENT_SSL
    };
    let mut greeting = vec![10];
    greeting.extend_from_slice(b"8.0.41-lab\0");
    greeting.extend_from_slice(&[1, 0, 0, 0]);
    greeting.extend_from_slice(b"abcdefgh\0");
    // Capabilities, lower half: with CLIENT_SSL and CLIENT_PROTOCOL_41; character set, status; upper half.
    greeting.extend_from_slice(&[0xff, 0xf7 | offered, 45, 2, 0, 0xff, 0xc1]);
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
