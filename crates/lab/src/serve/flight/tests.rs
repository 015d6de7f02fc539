//! Every scripted flight read back.

use super::{Reply, Scripted};
use crate::certify::{Authority, Signer};
use crate::scenarios::scenarios;
use crate::serve::heard::Heard;
use crate::stage::Script;
use jiff::Timestamp;
use pki::Certificate;
use report::{CipherSuite, ClientHello, Extension, NamedGroup, ProtocolVersion, SignatureScheme};
use wire::build::{build, build_retry};
use wire::decode::{Decoder, Item, Limits};
use wire::handshake::HandshakeMessage;
use wire::open::Opener;

const SEED: [u8; 32] = [5; 32];

/// A hello that a scripted server must accept in `version`.
fn acceptable(script: &Script, version: ProtocolVersion) -> ClientHello {
    let mut hello = wire::profile::profile("openssl3")
        .expect("a profile")
        .hello
        .clone();
    hello.cipher_suites = script
        .suites
        .iter()
        .map(|suite| CipherSuite(*suite))
        .collect();
    hello.legacy_version = version.min(ProtocolVersion::TLS1_2);
    hello.extensions.retain(|extension| {
        !matches!(
            extension,
            Extension::SupportedVersions { .. } | Extension::KeyShare { .. }
        )
    });
    if version == ProtocolVersion::TLS1_3 {
        hello.extensions.push(Extension::SupportedVersions {
            versions: vec![version],
        });
        hello.extensions.push(Extension::KeyShare {
            groups: vec![NamedGroup(0x001d)],
        });
    }
    for extension in &mut hello.extensions {
        if let Extension::SignatureAlgorithms { schemes } = extension {
            schemes.extend(script.odd.schemes.iter().copied().map(SignatureScheme));
        }
        if let Extension::SupportedGroups { groups } = extension {
            *groups = script
                .groups
                .iter()
                .map(|group| NamedGroup(*group))
                .collect();
        }
    }
    hello
}

#[test]
fn scripted_flights_decode_without_a_defect_and_their_signatures_verify() {
    let mut flights = 0;
    for scenario in scenarios() {
        for stage in [&scenario.broken, &scenario.healthy] {
            let Some(script) = stage.scripted() else {
                continue;
            };
            let authority =
                Authority::new(Timestamp::now(), &stage.certificate).expect("an authority");
            let identity = authority
                .server(&stage.certificate, None)
                .expect("a certificate");
            let signer = Signer::new(&identity, stage.certificate.key).expect("a key");
            let leaf = Certificate::parse(&identity.chain[0])
                .certificate
                .expect("a certificate");
            let scripted = Scripted {
                script: script.clone(),
                identity,
                signer,
            };
            for version in script.versions {
                let hello = acceptable(script, *version);
                if *version == ProtocolVersion::TLS1_3 {
                    modern(&scripted, &hello);
                } else {
                    classical(&scripted, &hello, *version, &leaf);
                }
                flights += 1;
            }
        }
    }
    assert!(flights >= 10, "{flights}");
}

fn events(octets: &[u8]) -> Vec<HandshakeMessage> {
    let mut decoder = Decoder::new(Limits::default());
    decoder.feed(octets);
    let items = std::iter::from_fn(|| decoder.next_event().or_else(|| decoder.finish()));
    items
        .filter_map(|event| match event.item {
            Item::Defect(defect) => panic!("{defect:?}"),
            Item::Handshake(message) => Some(message),
            _ => None,
        })
        .collect()
}

fn classical(
    scripted: &Scripted,
    hello: &ClientHello,
    version: ProtocolVersion,
    leaf: &Certificate,
) {
    let heard = Heard::of(&build(hello, Some("www.shop.test"), &SEED).octets).expect("a hello");
    let Ok(Reply::Flight { octets, .. }) = scripted.answer(&heard, None) else {
        panic!("refused {version}");
    };
    let messages = events(&octets);
    assert_eq!(messages.last(), Some(&HandshakeMessage::ServerHelloDone));
    let Some(HandshakeMessage::ServerHello(server_hello)) = messages.first() else {
        panic!("{messages:?}")
    };
    assert_eq!(server_hello.selected_version(), version);
    for message in &messages {
        let HandshakeMessage::ServerKeyExchange(exchange) = message else {
            continue;
        };
        const MD5_SHA1: SignatureScheme = SignatureScheme(0xff01);
        let signature = exchange.signature.as_ref().expect("signed");
        let signed = [
            &heard.hello.random[..],
            &server_hello.random,
            &exchange.signed_parameters(),
        ]
        .concat();
        let scheme = signature.scheme.unwrap_or(MD5_SHA1);
        let verified = pki::signature::verify_tls(leaf, scheme, &signed, &signature.signature);
        assert!(verified.is_ok(), "{version} {scheme:?}: {verified:?}");
    }
}

fn modern(scripted: &Scripted, hello: &ClientHello) {
    let first = build(hello, Some("www.shop.test"), &SEED);
    let heard = Heard::of(&first.octets).expect("a hello");
    let mut opener = Opener::from_built(&first);
    let Ok(Reply::Retry { octets, retried }) = scripted.answer(&heard, None) else {
        panic!("no HelloRetryRequest");
    };
    assert!(opener.feed(&octets).is_empty());
    let messages = events(&octets);
    let [HandshakeMessage::HelloRetryRequest(retry)] = messages.as_slice() else {
        panic!("{messages:?}")
    };
    let second = build_retry(hello, Some("www.shop.test"), &SEED, retry);
    opener.retry(&second);
    let heard = Heard::of(&second.octets).expect("a hello");
    let Ok(Reply::Flight { octets, .. }) = scripted.answer(&heard, Some(&retried)) else {
        panic!("refused");
    };
    assert!(matches!(
        events(&octets).as_slice(),
        [HandshakeMessage::ServerHello(_)]
    ));
    assert!(!opener.feed(&octets).is_empty());
    assert_eq!(opener.finished_ok(), Some(true));
}
