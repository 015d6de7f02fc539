use super::arbitrary;
use super::{build, build_retry};
use crate::decode::{Decoder, Item, Limits};
use crate::describe::describe;
use crate::handshake::{
    ClientHelloMessage, HandshakeMessage, RETRY_RANDOM, RawExtension, ServerHello,
};
use crate::profile::{profile, reference_set};
use crate::registry::is_grease;
use crate::ssl2::Ssl2Message;
use proptest::prelude::*;
use report::{
    CipherSuite, ClientHello, ClientHelloForm, Extension, ExtensionType, GREASE, NamedGroup,
    ProtocolVersion, RecordSplit, SignatureScheme,
};

const NAME: Option<&str> = Some("a.test");

fn read(octets: &[u8]) -> ClientHelloMessage {
    let mut decoder = Decoder::new(Limits::default());
    decoder.feed(octets);
    let events: Vec<Item> = std::iter::from_fn(|| decoder.next_event())
        .map(|event| event.item)
        .collect();
    let defects = events.iter().filter(|item| matches!(item, Item::Defect(_)));
    assert_eq!(defects.count(), 0, "{events:?}");
    let hello = events.into_iter().find_map(|item| match item {
        Item::Handshake(HandshakeMessage::ClientHello(hello)) => Some(hello),
        _ => None,
    });
    hello.expect("a ClientHello")
}

/// A second ClientHello, after its change_cipher_spec.
fn read_second(octets: &[u8]) -> ClientHelloMessage {
    read(
        octets
            .strip_prefix(&[20, 3, 3, 0, 1, 1])
            .expect("a change_cipher_spec"),
    )
}

fn chrome() -> ClientHello {
    profile("chrome").expect("a profile").hello.clone()
}

fn shares(hello: &ClientHelloMessage) -> Vec<(u16, Vec<u8>)> {
    let mut rest = &hello.extension(51).expect("key_share")[2..];
    let mut shares = Vec::new();
    while let [group_high, group_low, high, low, tail @ ..] = rest {
        let (share, next) = tail.split_at(usize::from(u16::from_be_bytes([*high, *low])));
        shares.push((
            u16::from_be_bytes([*group_high, *group_low]),
            share.to_vec(),
        ));
        rest = next;
    }
    shares
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_is_described_is_built_and_reads_back(hello in arbitrary::hello(), seed: [u8; 32]) {
        let built = build(&hello, NAME, &seed);
        let message = read(&built.octets);
        let described = ClientHello { records: hello.records.clone(), ..describe(&message, hello.record_version) };
        prop_assert_eq!(&described, &hello);
        prop_assert_eq!(&build(&hello, NAME, &seed).octets, &built.octets);
    }

    #[test]
    fn padding_is_exact_or_absent(hello in arbitrary::hello(), length in 100..4000u16) {
        let mut hello = hello;
        hello.extensions.retain(|extension| !matches!(extension, Extension::Padding { .. }));
        let bare = build(&hello, NAME, &[1; 32]).message.len();
        let place = usize::from(length) % (hello.extensions.len() + 1);
        hello.extensions.insert(place, Extension::PaddingTo { length });
        let padded = build(&hello, NAME, &[1; 32]).message.len();
        // Four octets of an extension, and two of an extensions block that may not be there yet.
        let room = usize::from(length).checked_sub(bare).is_some_and(|room| room >= 6);
        prop_assert!(padded == usize::from(length) || (padded == bare && !room));
    }
}

#[test]
fn another_seed_gives_other_octets() {
    for profile in reference_set() {
        let one = build(&profile.hello, NAME, &[1; 32]);
        let other = build(&profile.hello, NAME, &[2; 32]);
        assert_ne!(read(&one.octets).random, read(&other.octets).random);
        assert_eq!(read(&one.octets).server_name().as_deref(), NAME);
    }
}

#[test]
fn only_host_names_are_server_names() {
    let name = |name| read(&build(&chrome(), name, &[0; 32]).octets).server_name();
    for address in ["192.0.2.1", "2001:db8::1", "[2001:db8::1]", "", "."] {
        assert_eq!(name(Some(address)), None, "{address}");
    }
    assert_eq!(name(None), None);
    assert_eq!(name(Some("www.a.test.")).as_deref(), Some("www.a.test"));
}

#[test]
fn a_split_hello_reads_back_whole() {
    let mut hello = chrome();
    let whole = build(&hello, NAME, &[4; 32]);
    hello.records = RecordSplit::At(vec![1, 50, 51, 400, 400, 60000]);
    let split = build(&hello, NAME, &[4; 32]);
    assert_eq!(split.message, whole.message);
    assert_eq!(read(&split.octets), read(&whole.octets));
    assert_eq!(split.octets.len(), whole.octets.len() + 4 * 5);
}

#[test]
fn a_long_hello_takes_several_records() {
    let mut hello = chrome();
    hello.extensions.push(Extension::Padding { length: 40_000 });
    let built = build(&hello, NAME, &[4; 32]);
    assert!(built.octets.len() >= built.message.len() + 3 * 5);
    assert_eq!(read(&built.octets).extensions.len(), hello.extensions.len());
}

#[test]
fn grease_is_consistent_within_a_hello() {
    let mut all = std::collections::BTreeSet::new();
    for number in 0..64 {
        let hello = read(&build(&chrome(), None, &[number; 32]).octets);
        let extensions = hello.extensions.iter().map(|extension| extension.code.0);
        let greased: Vec<u16> = extensions.filter(|code| is_grease(*code)).collect();
        assert_eq!(greased.len(), 2);
        assert_ne!(greased[0], greased[1]);
        assert_eq!(
            hello
                .cipher_suites
                .iter()
                .filter(|suite| is_grease(suite.0))
                .count(),
            1
        );
        assert!(hello.versions().iter().any(|version| is_grease(version.0)));
        let group = hello.extension(10).expect("supported_groups")[2..4].to_vec();
        let (share, octets) = &shares(&hello)[0];
        assert_eq!(share.to_be_bytes().to_vec(), group);
        assert!(is_grease(*share) && octets.len() == 1);
        all.extend(
            hello
                .cipher_suites
                .iter()
                .map(|suite| suite.0)
                .filter(|code| is_grease(*code)),
        );
    }
    assert!(all.len() > 8, "{all:04x?}");
}

#[test]
fn grease_in_signature_algorithms_is_filled_in() {
    let schemes = vec![SignatureScheme(GREASE), SignatureScheme(0x0804)];
    let hello = ClientHello {
        extensions: vec![Extension::SignatureAlgorithms { schemes }],
        ..chrome()
    };
    let firsts = (0..32).map(|number| {
        let hello = read(&build(&hello, None, &[number; 32]).octets);
        let body = hello.extension(13).expect("signature_algorithms").to_vec();
        u16::from_be_bytes([body[2], body[3]])
    });
    let firsts: std::collections::BTreeSet<u16> = firsts.collect();
    assert!(firsts.iter().all(|code| is_grease(*code)) && firsts.len() > 4);
}

#[test]
fn encrypted_client_hello_looks_like_one() {
    let mut lengths = std::collections::BTreeSet::new();
    for number in 0..32 {
        let hello = read(&build(&chrome(), None, &[number; 32]).octets);
        let body = hello.extension(0xfe0d).expect("encrypted_client_hello");
        // Outer, HKDF-SHA256 with AES-128-GCM, an id, 32 octets of enc, the payload.
        assert_eq!(body[..5], [0, 0, 1, 0, 1]);
        assert_eq!(body[6..8], [0, 32]);
        let payload = usize::from(u16::from_be_bytes([body[40], body[41]]));
        assert_eq!(body.len(), 42 + payload);
        lengths.insert(payload);
    }
    assert_eq!(
        lengths.into_iter().collect::<Vec<_>>(),
        [144, 176, 208, 240]
    );
}

#[test]
fn no_hello_offers_a_session() {
    for profile in reference_set() {
        assert_eq!(
            read(&build(&profile.hello, NAME, &[5; 32]).octets).extension(41),
            None
        );
    }
}

#[test]
fn the_ssl2_form_offers_the_same_suites() {
    let hello = ClientHello {
        form: ClientHelloForm::Ssl2,
        cipher_suites: vec![CipherSuite(0x002f), CipherSuite(0x000a)],
        ..chrome()
    };
    let built = build(&hello, NAME, &[6; 32]);
    let (message, defects) = Ssl2Message::decode(&built.message);
    assert_eq!(defects, []);
    let Ssl2Message::ClientHello {
        version,
        cipher_specs,
        session_id,
        challenge,
    } = message
    else {
        panic!("{message:?}")
    };
    assert_eq!(version, hello.legacy_version.0);
    assert_eq!(cipher_specs, [[0, 0, 0x2f], [0, 0, 0x0a]]);
    assert_eq!((session_id.len(), challenge.len()), (0, 32));
    assert_eq!(built.message, built.octets[2..]);
}

fn retry(extensions: Vec<RawExtension>) -> ServerHello {
    ServerHello {
        legacy_version: ProtocolVersion::TLS1_2,
        random: RETRY_RANDOM,
        session_id: Vec::new(),
        cipher_suite: CipherSuite(0x1301),
        compression: 0,
        extensions,
    }
}

fn raw(code: u16, body: &[u8]) -> RawExtension {
    RawExtension {
        code: ExtensionType(code),
        body: body.to_vec(),
    }
}

#[test]
fn a_retry_changes_key_share_cookie_and_padding_only() {
    let mut hello = chrome();
    let length = 3000;
    hello.extensions.push(Extension::PaddingTo { length });
    let seed = [8; 32];
    let first = build(&hello, NAME, &seed);
    let asked = retry(vec![raw(51, &[0, 0x18]), raw(44, &[0, 3, 7, 8, 9])]);
    let second = build_retry(&hello, NAME, &seed, &asked);
    assert_eq!((first.message.len(), second.message.len()), (3000, 3000));
    let (one, other) = (read(&first.octets), read_second(&second.octets));
    assert_eq!(
        (one.random, &one.session_id),
        (other.random, &other.session_id)
    );
    assert_eq!(one.cipher_suites, other.cipher_suites);
    let rest = |hello: &ClientHelloMessage| -> Vec<RawExtension> {
        let rest = hello
            .extensions
            .iter()
            .filter(|extension| ![51, 44, 21].contains(&extension.code.0));
        rest.cloned().collect()
    };
    assert_eq!(rest(&one), rest(&other));
    assert_eq!(other.extension(44), Some(&[0, 3, 7, 8, 9][..]));
    let shares = shares(&other);
    assert_eq!(shares.len(), 1);
    assert_eq!((shares[0].0, shares[0].1.len()), (0x18, 97));
    assert!(second.keys.agree(NamedGroup(0x18), &shares[0].1).is_ok());
    assert!(second.keys.agree(NamedGroup(0x1d), &[9; 32]).is_err());
}

#[test]
fn a_second_hello_has_the_records_of_one() {
    let cookie = retry(vec![raw(44, &[0, 1, 7])]);
    let octets = |hello: &ClientHello| build_retry(hello, NAME, &[8; 32], &cookie).octets;
    assert_eq!(chrome().record_version, ProtocolVersion::TLS1_0);
    assert_eq!(octets(&chrome())[..9], [20, 3, 3, 0, 1, 1, 22, 3, 3]);
    let bare = ClientHello {
        session_id_length: 0,
        ..chrome()
    };
    assert_eq!(octets(&bare)[..3], [22, 3, 3]);
}

#[test]
fn a_retry_with_a_cookie_alone_keeps_the_shares() {
    let seed = [8; 32];
    let first = build(&chrome(), NAME, &seed);
    let second = build_retry(&chrome(), NAME, &seed, &retry(vec![raw(44, &[0, 1, 7])]));
    assert_eq!(
        read(&first.octets).extension(51),
        read_second(&second.octets).extension(51)
    );
}
