//! From a ClientHello message to the octets on the wire.

use super::{Built, KeyShares};
use crate::handshake::{ClientHelloMessage, HandshakeMessage};
use crate::record::{MAX_PLAINTEXT, fragment};
use crate::ssl2::Ssl2Message;
use report::{ClientHello, ClientHelloForm, ContentType, ProtocolVersion, RecordSplit};

/// Octets of the length before an SSLv2 message.
const SSL2_LENGTH: usize = 2;

/// The message in the form and the records that `hello` describes; `again` for a second ClientHello.
pub(super) fn frame(
    hello: &ClientHello,
    message: ClientHelloMessage,
    keys: KeyShares,
    again: bool,
) -> Built {
    if hello.form == ClientHelloForm::Ssl2 {
        let octets = ssl2(&message);
        let message = octets.get(SSL2_LENGTH..).unwrap_or_default().to_vec();
        return Built {
            octets,
            message,
            keys,
        };
    }
    let resumes = !message.session_id.is_empty();
    let message = HandshakeMessage::ClientHello(message).encode(ProtocolVersion::TLS1_2);
    let version = if again {
        ProtocolVersion::TLS1_2
    } else {
        hello.record_version
    };
    let mut octets = Vec::new();
    if again && resumes {
        octets.extend(fragment(
            ContentType::CHANGE_CIPHER_SPEC,
            version,
            &[1],
            MAX_PLAINTEXT,
        ));
    }
    for part in parts(&message, &hello.records) {
        octets.extend(fragment(
            ContentType::HANDSHAKE,
            version,
            part,
            MAX_PLAINTEXT,
        ));
    }
    Built {
        octets,
        message,
        keys,
    }
}

/// The SSLv2-compatible CLIENT-HELLO (RFC 5246 section E.2): no extensions, no session.
fn ssl2(message: &ClientHelloMessage) -> Vec<u8> {
    let specs = message.cipher_suites.iter().map(|suite| {
        let [high, low] = suite.0.to_be_bytes();
        [0, high, low]
    });
    let hello = Ssl2Message::ClientHello {
        version: message.legacy_version.0,
        cipher_specs: specs.collect(),
        session_id: Vec::new(),
        challenge: message.random.to_vec(),
    };
    hello.encode()
}

/// The message, cut as described. A cut that is not after the one before, or past the end, is none.
fn parts<'a>(message: &'a [u8], split: &RecordSplit) -> Vec<&'a [u8]> {
    let cuts: &[u16] = match split {
        RecordSplit::Whole => &[],
        RecordSplit::At(cuts) => cuts,
    };
    let mut parts = Vec::new();
    let (mut rest, mut done) = (message, 0usize);
    for cut in cuts.iter().map(|cut| usize::from(*cut)) {
        let length = cut.checked_sub(done).filter(|length| *length > 0);
        if let Some((head, tail)) = length.and_then(|length| rest.split_at_checked(length)) {
            parts.push(head);
            (rest, done) = (tail, cut);
        }
    }
    if !rest.is_empty() {
        parts.push(rest);
    }
    parts
}
