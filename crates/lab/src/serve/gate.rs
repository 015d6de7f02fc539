//! The gate: rules held against a ClientHello.

use super::heard::Heard;
use super::peer::Peer;
use crate::stage::{Condition, Refusal, Rule};
use report::{AlertDescription, AlertLevel, ContentType, ProtocolVersion};
use std::io;
use wire::record::{Alert, Record};

/// Which ClientHello of its connection one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    First,
    /// The answer to a HelloRetryRequest.
    Second,
}

/// What the first rule that fits says, if one does.
pub(crate) fn refusal(rules: &[Rule], heard: &Heard, turn: Turn) -> Option<Refusal> {
    rules
        .iter()
        .find(|rule| fits(rule.when, heard, turn))
        .map(|rule| rule.then)
}

/// Whether a ClientHello has that property.
pub(crate) fn fits(condition: Condition, heard: &Heard, turn: Turn) -> bool {
    let hello = &heard.hello;
    match condition {
        Condition::Always => true,
        Condition::NamesOther(known) => hello
            .server_name()
            .is_some_and(|name| !known.contains(&name.as_str())),
        Condition::NamesNone(known) => hello
            .server_name()
            .is_none_or(|name| !known.contains(&name.as_str())),
        Condition::Extension(code) => hello.extension(code).is_some(),
        Condition::Suite(code) => hello.cipher_suites.contains(&report::CipherSuite(code)),
        Condition::GreaseSuite => hello.cipher_suites.iter().any(|suite| is_grease(suite.0)),
        Condition::LongerThan(limit) => heard.message.len() > limit,
        Condition::ProtocolsOther(known) => {
            let offered = hello.alpn();
            let knows = |protocol: &Vec<u8>| known.iter().any(|own| own.as_bytes() == protocol);
            !offered.is_empty() && !offered.iter().any(knows)
        }
        Condition::WithoutVersion(version) => !hello.versions().contains(&ProtocolVersion(version)),
        Condition::Second => turn == Turn::Second,
    }
}

/// Ends the connection that way.
///
/// # Errors
///
/// When it breaks before.
pub(crate) async fn refuse(mut peer: Peer, refusal: Refusal) -> io::Result<()> {
    match refusal {
        Refusal::Alert(number) => {
            peer.say(&fatal(number)).await?;
            peer.finish().await
        }
        Refusal::Close => peer.finish().await,
        Refusal::Reset => peer.reset(),
    }
}

/// A fatal alert in its record.
pub(crate) fn fatal(number: u8) -> Vec<u8> {
    let alert = Alert {
        level: AlertLevel::FATAL,
        description: AlertDescription(number),
    };
    Record {
        content_type: ContentType::ALERT,
        version: ProtocolVersion::TLS1_2,
        body: alert.encode().to_vec(),
    }
    .encode()
}

/// RFC 8701 section 2.
fn is_grease(code: u16) -> bool {
    code & 0x0f0f == report::GREASE && code >> 8 == code & 0xff
}
