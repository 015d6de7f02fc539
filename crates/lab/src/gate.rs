//! Reads a ClientHello and decides by rules whether it gets through.

use report::ContentType;
use std::io;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use wire::decode::{Decoder, Item, Limits};
use wire::handshake::{ClientHelloMessage, HandshakeMessage};
use wire::record::fragment;

/// What a hello may have that a server cannot stand.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Rule {
    /// Anything.
    Always,
    /// An extension with this code.
    Extension(u16),
    /// A GREASE value among the cipher suites (RFC 8701).
    GreaseCipherSuite,
    /// A handshake message of more octets than this.
    LongerThan(usize),
    /// A server name that is not this one; no name at all is well.
    NameIsNot(&'static str),
    /// No key share of this group.
    LacksKeyShare(u16),
}

/// What happens to a hello that a rule applies to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Refusal {
    /// A fatal alert.
    Alert(u8),
    /// FIN.
    Close,
    /// RST.
    Reset,
    /// A HelloRetryRequest for this group, and RST when the second hello comes.
    RetryThenReset(u16),
}

/// One rule with its consequence; the first that applies counts.
pub(crate) type Gate = Vec<(Rule, Refusal)>;

/// The octets of a ClientHello, and what they say.
pub(crate) struct Heard {
    pub(crate) octets: Vec<u8>,
    pub(crate) hello: ClientHelloMessage,
    /// Octets of the handshake message.
    pub(crate) length: usize,
}

/// Reads until a ClientHello is whole; `None` when what comes is none, or the client leaves.
pub(crate) async fn hear(stream: &mut TcpStream) -> io::Result<Option<Heard>> {
    const MOST: usize = 1 << 16;
    let mut decoder = Decoder::new(Limits { message: MOST });
    let mut octets = Vec::new();
    let mut buffer = vec![0; 4096];
    while octets.len() < MOST {
        let count = stream.read(&mut buffer).await?;
        let Some(read) = buffer.get(..count).filter(|read| !read.is_empty()) else {
            return Ok(None);
        };
        octets.extend_from_slice(read);
        decoder.feed(read);
        while let Some(event) = decoder.next_event() {
            match event.item {
                Item::Handshake(HandshakeMessage::ClientHello(hello)) => {
                    let length = HandshakeMessage::ClientHello(hello.clone())
                        .encode(report::ProtocolVersion::TLS1_2)
                        .len();
                    return Ok(Some(Heard {
                        octets,
                        hello,
                        length,
                    }));
                }
                Item::NotTls(_) | Item::Ssl2(_) => return Ok(None),
                _ => {}
            }
        }
    }
    Ok(None)
}

/// The refusal of the first rule that applies.
pub(crate) fn judge(gate: &Gate, heard: &Heard) -> Option<Refusal> {
    gate.iter()
        .find(|(rule, _)| applies(*rule, heard))
        .map(|(_, refusal)| *refusal)
}

fn applies(rule: Rule, heard: &Heard) -> bool {
    let hello = &heard.hello;
    match rule {
        Rule::Always => true,
        Rule::Extension(code) => hello.extension(code).is_some(),
        Rule::GreaseCipherSuite => hello
            .cipher_suites
            .iter()
            .any(|suite| suite.0 & 0x0f0f == 0x0a0a && suite.0 >> 8 == suite.0 & 0xff),
        Rule::LongerThan(octets) => heard.length > octets,
        Rule::NameIsNot(name) => hello.server_name().is_some_and(|asked| asked != name),
        Rule::LacksKeyShare(group) => !shares(hello).contains(&group),
    }
}

/// The groups of key_share (RFC 8446 section 4.2.8).
fn shares(hello: &ClientHelloMessage) -> Vec<u16> {
    let mut groups = Vec::new();
    let mut rest = hello
        .extension(51)
        .and_then(|body| body.get(2..))
        .unwrap_or_default();
    while let Some((&[high, low, long, short], tail)) = rest.split_first_chunk::<4>() {
        groups.push(u16::from_be_bytes([high, low]));
        rest = tail
            .get(usize::from(u16::from_be_bytes([long, short]))..)
            .unwrap_or_default();
    }
    groups
}

/// Carries a refusal out.
pub(crate) async fn refuse(
    mut stream: TcpStream,
    refusal: Refusal,
    heard: Option<&Heard>,
) -> io::Result<()> {
    match refusal {
        Refusal::Alert(number) => {
            stream.write_all(&alert(number)).await?;
            leave(stream).await
        }
        Refusal::Close => leave(stream).await,
        Refusal::Reset => reset(stream),
        Refusal::RetryThenReset(group) => {
            if let Some(heard) = heard {
                stream
                    .write_all(&crate::scripted::hello_retry_request(&heard.hello, group))
                    .await?;
            }
            let mut buffer = vec![0; 4096];
            // However much of the second hello comes, it is not answered.
            let _ = stream.read(&mut buffer).await?;
            reset(stream)
        }
    }
}

/// A fatal alert in a record.
pub(crate) fn alert(number: u8) -> Vec<u8> {
    fragment(
        ContentType::ALERT,
        report::ProtocolVersion::TLS1_2,
        &[2, number],
        2,
    )
}

/// Sends FIN, and reads what is left so that the kernel does not make it a RST.
pub(crate) async fn leave(mut stream: TcpStream) -> io::Result<()> {
    stream.shutdown().await?;
    let mut buffer = vec![0; 4096];
    while stream.read(&mut buffer).await? > 0 {}
    Ok(())
}

fn reset(stream: TcpStream) -> io::Result<()> {
    stream.set_zero_linger()
}
