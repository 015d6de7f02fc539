//! From a description to the octets of a ClientHello, and the keys behind its key shares.
//!
//! Everything random comes from a seed: the same description, name and seed give the same octets.

mod extension;
mod keys;
mod seed;

pub use extension::extension_type;
pub use keys::{KeyShares, ShareError};

use crate::handshake::{ClientHelloMessage, HandshakeMessage, RawExtension, ServerHello};
use crate::record::{MAX_PLAINTEXT, fragment};
use crate::ssl2::Ssl2Message;
use report::{
    CipherSuite, ClientHello, ClientHelloForm, ContentType, Extension, NamedGroup, ProtocolVersion,
    RecordSplit,
};
use seed::Seed;

/// A ClientHello ready to be sent.
#[derive(Clone, Debug)]
pub struct Built {
    /// The octets for the connection, in records.
    pub octets: Vec<u8>,
    /// The handshake message, with its header.
    pub message: Vec<u8>,
    /// The keys behind its key shares.
    pub keys: KeyShares,
}

/// The octets of `hello`, with `server_name` in place of its server_name extension: none for an IP address or no name.
pub fn build(hello: &ClientHello, server_name: Option<&str>, seed: &[u8; 32]) -> Built {
    make(hello, server_name, seed, None)
}

/// The second ClientHello that answers a HelloRetryRequest (RFC 8446 section 4.1.2): the same, but for one key share of
/// the group wanted, the cookie, and padding to a length.
pub fn build_retry(
    hello: &ClientHello,
    server_name: Option<&str>,
    seed: &[u8; 32],
    retry: &ServerHello,
) -> Built {
    make(hello, server_name, seed, Some(retry))
}

fn make(
    hello: &ClientHello,
    server_name: Option<&str>,
    seed: &[u8; 32],
    retry: Option<&ServerHello>,
) -> Built {
    let seed = Seed::new(seed);
    let mut keys = KeyShares::default();
    let server_name = server_name.filter(|name| name.parse::<std::net::IpAddr>().is_err());
    let wanted = retry
        .and_then(ServerHello::key_share)
        .map(|(group, _)| group);
    let mut extensions: Vec<RawExtension> = Vec::new();
    let mut padding = None;
    let mut grease = 0usize;
    for extension in &hello.extensions {
        match extension {
            Extension::PaddingTo { length } => {
                padding = Some((extensions.len(), usize::from(*length)))
            }
            Extension::KeyShare { groups } => {
                let groups: Vec<NamedGroup> =
                    wanted.map_or_else(|| groups.clone(), |group| vec![group]);
                extensions.push(extension::key_share(&groups, &seed, &mut keys));
            }
            other => {
                extensions.extend(extension::raw(other, server_name, &seed, grease));
                grease =
                    grease.saturating_add(usize::from(matches!(other, Extension::Grease { .. })));
            }
        }
    }
    if let Some(cookie) = retry.and_then(ServerHello::cookie) {
        extensions.push(extension::cookie(cookie));
    }
    let suite = |suite: &CipherSuite| CipherSuite(seed.grease(suite.0, seed::Place::CipherSuite));
    let mut message = ClientHelloMessage {
        legacy_version: hello.legacy_version,
        random: seed.octets("random"),
        session_id: seed.many("session id", usize::from(hello.session_id_length.min(32))),
        cipher_suites: hello.cipher_suites.iter().map(suite).collect(),
        compression_methods: hello.compression_methods.clone(),
        extensions,
    };
    if let Some((place, length)) = padding {
        pad(&mut message, place, length);
    }
    // Only the first ClientHello may have the record version of TLS 1.0 (RFC 8446 section 5.1); some servers insist.
    let record_version = match retry {
        Some(_) => ProtocolVersion::TLS1_2,
        None => hello.record_version,
    };
    frame(hello, message, keys, record_version)
}

/// Inserts a padding extension so that the handshake message becomes `length` octets long (RFC 7685 section 4).
fn pad(message: &mut ClientHelloMessage, place: usize, length: usize) {
    const EXTENSION_HEADER: usize = 4;
    let now = HandshakeMessage::ClientHello(message.clone())
        .encode(ProtocolVersion::TLS1_2)
        .len();
    let block = if message.extensions.is_empty() { 2 } else { 0 };
    let Some(body) = length.checked_sub(now.saturating_add(EXTENSION_HEADER).saturating_add(block))
    else {
        return;
    };
    message.extensions.insert(
        place.min(message.extensions.len()),
        extension::padding(body),
    );
}

fn frame(
    hello: &ClientHello,
    message: ClientHelloMessage,
    keys: KeyShares,
    record_version: ProtocolVersion,
) -> Built {
    if hello.form == ClientHelloForm::Ssl2 {
        let specs = message.cipher_suites.iter().map(|suite| {
            let [high, low] = suite.0.to_be_bytes();
            [0, high, low]
        });
        let octets = Ssl2Message::ClientHello {
            version: message.legacy_version.0,
            cipher_specs: specs.collect(),
            session_id: Vec::new(),
            challenge: message.random.to_vec(),
        }
        .encode();
        return Built {
            message: octets.clone(),
            octets,
            keys,
        };
    }
    let octets = HandshakeMessage::ClientHello(message).encode(ProtocolVersion::TLS1_2);
    let record =
        |body: &[u8]| fragment(ContentType::HANDSHAKE, record_version, body, MAX_PLAINTEXT);
    let records = match &hello.records {
        RecordSplit::Whole => record(&octets),
        RecordSplit::At(cuts) => {
            let mut records = Vec::new();
            let mut rest = octets.as_slice();
            let mut done = 0usize;
            for cut in cuts {
                let Some((head, tail)) = usize::from(*cut)
                    .checked_sub(done)
                    .and_then(|length| rest.split_at_checked(length))
                else {
                    continue;
                };
                if !head.is_empty() {
                    records.extend(record(head));
                    done = usize::from(*cut);
                    rest = tail;
                }
            }
            if !rest.is_empty() {
                records.extend(record(rest));
            }
            records
        }
    };
    Built {
        octets: records,
        message: octets,
        keys,
    }
}

#[cfg(test)]
mod tests {
    use super::build;
    use crate::decode::{Decoder, Item, Limits};
    use crate::handshake::{ClientHelloMessage, HandshakeMessage};
    use crate::profile::reference_set;
    use report::{ClientHello, Extension, RecordSplit};

    fn read(octets: &[u8]) -> ClientHelloMessage {
        let mut decoder = Decoder::new(Limits::default());
        decoder.feed(octets);
        std::iter::from_fn(|| decoder.next_event())
            .find_map(|event| match event.item {
                Item::Handshake(HandshakeMessage::ClientHello(hello)) => Some(hello),
                _ => None,
            })
            .expect("a ClientHello")
    }

    #[test]
    fn the_same_seed_gives_the_same_octets_and_another_others() {
        for profile in reference_set() {
            let one = build(&profile.hello, Some("a.test"), &[1; 32]);
            assert_eq!(
                one.octets,
                build(&profile.hello, Some("a.test"), &[1; 32]).octets
            );
            assert_ne!(
                one.octets,
                build(&profile.hello, Some("a.test"), &[2; 32]).octets
            );
            assert_eq!(read(&one.octets).server_name().as_deref(), Some("a.test"));
        }
    }

    #[test]
    fn addresses_are_not_server_names() {
        let hello = &reference_set()[0].hello;
        for name in [None, Some("192.0.2.1"), Some("2001:db8::1")] {
            assert_eq!(
                read(&build(hello, name, &[0; 32]).octets).server_name(),
                None
            );
        }
    }

    #[test]
    fn padding_reaches_exactly_the_length() {
        let mut hello: ClientHello = reference_set()[0].hello.clone();
        hello.extensions.push(Extension::PaddingTo { length: 4000 });
        assert_eq!(build(&hello, Some("a.test"), &[3; 32]).message.len(), 4000);
    }

    #[test]
    fn a_split_hello_reads_back_whole() {
        let mut hello = reference_set()[0].hello.clone();
        let whole = build(&hello, Some("a.test"), &[4; 32]);
        hello.records = RecordSplit::At(vec![1, 50, 51, 400]);
        let split = build(&hello, Some("a.test"), &[4; 32]);
        assert_eq!(read(&split.octets), read(&whole.octets));
        assert_eq!(split.octets.len(), whole.octets.len() + 4 * 5);
    }

    #[test]
    fn grease_is_one_of_the_sixteen_and_two_extensions_differ() {
        let chrome = &reference_set()[0].hello;
        for number in 0..32 {
            let hello = read(&build(chrome, None, &[number; 32]).octets);
            let greased: Vec<u16> = hello
                .extensions
                .iter()
                .map(|extension| extension.code.0)
                .filter(|code| code & 0x0f0f == 0x0a0a)
                .collect();
            assert_eq!(greased.len(), 2);
            assert_ne!(greased[0], greased[1]);
            assert!(
                hello
                    .cipher_suites
                    .iter()
                    .any(|suite| suite.0 & 0x0f0f == 0x0a0a && suite.0 >> 8 == suite.0 & 0xff)
            );
        }
    }
}
