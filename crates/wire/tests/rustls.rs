//! Built hellos against rustls, in memory: every group it has agrees on keys, with and without a
//! HelloRetryRequest, and its flight is opened up to a Finished that is right.

use report::{CipherSuite, ClientHello, ContentType, Extension, NamedGroup, ProtocolVersion};
use rustls::crypto::aws_lc_rs::{self, kx_group};
use rustls::crypto::{CryptoProvider, SupportedKxGroup};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, SupportedProtocolVersion};
use std::sync::Arc;
use wire::build::{Built, build, build_retry};
use wire::decode::{Decoder, Item, Limits};
use wire::handshake::HandshakeMessage;
use wire::open::{OpenedRecord, Opener};
use wire::profile::{profile, reference_set};

const NAME: &str = "www.shop.test";
const SEED: [u8; 32] = [7; 32];

/// A server with one group.
fn server(
    group: &'static dyn SupportedKxGroup,
    versions: &[&'static SupportedProtocolVersion],
) -> ServerConnection {
    let certified =
        rcgen::generate_simple_self_signed(vec![NAME.to_owned()]).expect("a certificate");
    let chain = vec![CertificateDer::from(certified.cert.der().to_vec())];
    let key = PrivateKeyDer::try_from(certified.signing_key.serialize_der()).expect("a key");
    let provider = CryptoProvider {
        kx_groups: vec![group],
        ..aws_lc_rs::default_provider()
    };
    let config = ServerConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(versions)
        .expect("versions the provider has")
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .expect("a key that fits");
    ServerConnection::new(Arc::new(config)).expect("a server")
}

/// What the server answers to `octets`.
fn answer(server: &mut ServerConnection, octets: &[u8]) -> Vec<u8> {
    let mut rest = octets;
    while !rest.is_empty() {
        server.read_tls(&mut rest).expect("room for the hello");
        server
            .process_new_packets()
            .expect("a hello that rustls takes");
    }
    let mut out = Vec::new();
    while server.wants_write() {
        server.write_tls(&mut out).expect("room for the flight");
    }
    out
}

/// The whole exchange with a server of one group: whether it asked for another share, and what it encrypted.
fn exchange(
    hello: &ClientHello,
    group: &'static dyn SupportedKxGroup,
) -> (bool, Opener, Vec<OpenedRecord>) {
    let mut server = server(group, &[&rustls::version::TLS13]);
    let first: Built = build(hello, Some(NAME), &SEED);
    let mut opener = Opener::from_built(&first);
    let mut opened = opener.feed(&answer(&mut server, &first.octets));
    let retry = opener.retry_request().cloned();
    if let Some(retry) = &retry {
        let second = build_retry(hello, Some(NAME), &SEED, retry);
        opener.retry(&second);
        opened.extend(opener.feed(&answer(&mut server, &second.octets)));
    }
    (retry.is_some(), opener, opened)
}

/// `hello` with `groups` on offer and `shares` among them.
fn offering(hello: &ClientHello, groups: &[u16], shares: &[u16]) -> ClientHello {
    let named = |codes: &[u16]| codes.iter().copied().map(NamedGroup).collect::<Vec<_>>();
    let mut hello = hello.clone();
    for extension in &mut hello.extensions {
        match extension {
            Extension::SupportedGroups { groups: own } => *own = named(groups),
            Extension::KeyShare { groups: own } => *own = named(shares),
            _ => {}
        }
    }
    hello
}

const GROUPS: [(u16, &dyn SupportedKxGroup); 7] = [
    (0x001d, kx_group::X25519),
    (0x0017, kx_group::SECP256R1),
    (0x0018, kx_group::SECP384R1),
    (0x11ec, kx_group::X25519MLKEM768),
    (0x11eb, kx_group::SECP256R1MLKEM768),
    (0x0201, kx_group::MLKEM768),
    (0x0202, kx_group::MLKEM1024),
];

#[test]
fn every_group_of_rustls_agrees_at_once_and_after_a_retry() {
    let go = &profile("go").expect("a profile").hello;
    for (code, group) in GROUPS {
        for shares in [vec![code], vec![]] {
            let hello = offering(go, &[code], &shares);
            let (retried, opener, opened) = exchange(&hello, group);
            assert_eq!(retried, shares.is_empty(), "{code:#06x}");
            assert_eq!(opener.finished_ok(), Some(true), "{code:#06x}");
            let types: Vec<ContentType> = opened.iter().map(|record| record.content_type).collect();
            assert!(types.contains(&ContentType::HANDSHAKE), "{types:?}");
        }
    }
}

#[test]
fn every_reference_client_completes_a_flight_of_tls_1_3() {
    for profile in reference_set() {
        let (retried, opener, _) = exchange(&profile.hello, kx_group::SECP384R1);
        assert!(retried, "{} has no share of secp384r1", profile.id);
        assert_eq!(opener.finished_ok(), Some(true), "{}", profile.id);
    }
}

#[test]
fn every_reference_client_gets_a_flight_of_tls_1_2() {
    for profile in reference_set() {
        let mut server = server(kx_group::SECP256R1, &[&rustls::version::TLS12]);
        let built = build(&profile.hello, Some(NAME), &SEED);
        let mut decoder = Decoder::new(Limits::default());
        decoder.feed(&answer(&mut server, &built.octets));
        let mut suite = None;
        let mut done = false;
        while let Some(event) = decoder.next_event() {
            match event.item {
                Item::Handshake(HandshakeMessage::ServerHello(hello)) => {
                    assert_eq!(hello.selected_version(), ProtocolVersion::TLS1_2);
                    suite = Some(hello.cipher_suite);
                }
                Item::Handshake(HandshakeMessage::ServerHelloDone) => done = true,
                Item::Defect(defect) => panic!("{}: {defect:?}", profile.id),
                _ => {}
            }
        }
        assert!(done, "{}", profile.id);
        assert!(
            suite.is_some_and(|suite: CipherSuite| profile.hello.cipher_suites.contains(&suite))
        );
    }
}
