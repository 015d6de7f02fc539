//! The profiles say what was captured.
//!
//! `UPDATE=1 cargo test -p wire --test profiles` writes hello, JA3 and JA4 of the profiles with a capture
//! anew; `docs/profiles.md` says how a profile is added.
#![expect(
    clippy::disallowed_methods,
    reason = "the one place that writes profiles, when a developer asks for it"
)]

use report::{ClientHello, ProtocolVersion};
use std::collections::BTreeSet;
use wire::build::build;
use wire::decode::{Decoder, Item, Limits};
use wire::describe::describe;
use wire::fingerprint::{ja3, ja3_string, ja4};
use wire::handshake::{ClientHelloMessage, HandshakeMessage};
use wire::profile::{Profile, profile, profiles, reference_set};

/// The first octets each client sent, with the name www.example.com. Chrome and Firefox have none: their
/// source describes hellos field by field.
const CAPTURES: [(&str, &[u8]); 6] = [
    (
        "openssl3",
        include_bytes!("../testdata/hellos/openssl3.bin"),
    ),
    ("java17", include_bytes!("../testdata/hellos/java17.bin")),
    ("go", include_bytes!("../testdata/hellos/go.bin")),
    ("go-fips", include_bytes!("../testdata/hellos/go-fips.bin")),
    (
        "openssl3-level3",
        include_bytes!("../testdata/hellos/openssl3-level3.bin"),
    ),
    ("python", include_bytes!("../testdata/hellos/python.bin")),
];

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

/// The description of a capture; its record version stands in the second and third octet.
fn captured(octets: &[u8]) -> ClientHello {
    let record_version = ProtocolVersion(u16::from_be_bytes([octets[1], octets[2]]));
    describe(&read(octets), record_version)
}

#[test]
fn a_profile_is_what_was_captured() {
    for (id, octets) in CAPTURES {
        let kept = profile(id).expect("a profile for each capture");
        let message = read(octets);
        let fresh = Profile {
            ja3: ja3_string(&message),
            ja4: ja4(&message),
            hello: captured(octets),
            ..kept.clone()
        };
        let text = serde_json::to_string_pretty(&fresh).expect("a profile is JSON") + "\n";
        let path = format!(
            "{}/../../data/profiles/{id}.json",
            env!("CARGO_MANIFEST_DIR")
        );
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(path, text).expect("the profile is writable");
            continue;
        }
        assert_eq!(kept.hello, fresh.hello, "{id}");
        assert_eq!((&kept.ja3, &kept.ja4), (&fresh.ja3, &fresh.ja4), "{id}");
    }
}

#[test]
fn a_built_hello_has_the_fingerprints_of_its_profile_whatever_the_seed() {
    for profile in profiles() {
        for seed in [[0; 32], [1; 32], [0xff; 32]] {
            let message = read(&build(&profile.hello, Some("www.example.com"), &seed).octets);
            assert_eq!(ja3_string(&message), profile.ja3, "{}", profile.id);
            assert_eq!(ja4(&message), profile.ja4, "{}", profile.id);
            assert_eq!(
                describe(&message, profile.hello.record_version),
                profile.hello
            );
        }
    }
}

#[test]
fn a_built_hello_is_as_long_as_the_captured_one() {
    for (id, octets) in CAPTURES {
        let hello = &profile(id).expect("a profile for each capture").hello;
        let built = build(hello, Some("www.example.com"), &[3; 32]);
        assert_eq!(built.octets.len(), octets.len(), "{id}");
    }
}

/// The hash that the source of the signature computed itself.
#[test]
fn firefox_has_the_ja3_that_others_see() {
    let firefox = profile("firefox").expect("a profile");
    let message = read(&build(&firefox.hello, Some("www.example.com"), &[0; 32]).octets);
    assert_eq!(ja3(&message), "6f7889b9fb1a62a9577e685c1fcfa919");
}

#[test]
fn the_reference_set_is_current_chrome_firefox_openssl_java_and_go() {
    let ids: Vec<&str> = reference_set()
        .iter()
        .map(|profile| profile.id.as_str())
        .collect();
    assert_eq!(ids, ["chrome", "firefox", "openssl3", "java17", "go"]);
}

#[test]
fn profiles_are_complete_and_apart() {
    let ids: BTreeSet<&str> = profiles()
        .iter()
        .map(|profile| profile.id.as_str())
        .collect();
    assert_eq!(ids.len(), profiles().len());
    for profile in profiles() {
        let sources = &profile.rules.sources;
        let handshake = &profile.handshake.sources;
        let texts = [
            &profile.name,
            &profile.family,
            &profile.version,
            &profile.released,
            &profile.source,
            &profile.rules.store,
            &profile.rules.path.source,
            &profile.rules.revocation.source,
            &profile.rules.addresses.source,
            &sources.fetches_issuers,
            &sources.knows_intermediates,
            &sources.store,
            &sources.needs_san,
            &sources.min_rsa_bits,
            &sources.min_version,
            &sources.sends_server_name_for_ip,
            &handshake.min_dh_bits,
            &handshake.needs_secure_renegotiation,
            &handshake.needs_extended_master_secret,
            &handshake.checks_downgrade,
            &handshake.max_certificate_request,
        ];
        let lenient = profile.rules.path.accepts.values();
        let mut texts = texts.into_iter().chain(lenient);
        assert!(texts.all(|text| text.len() > 2), "{}", profile.id);
        assert!(profile.hello.has_server_name(), "{}", profile.id);
        if let Some(stricter) = &profile.stricter {
            let (lenient, _) = profile.lenient().expect("a profile without it");
            assert!(lenient.stricter.is_none(), "{}", profile.id);
            assert!(stricter.source.len() > 2 && stricter.setting.len() > 2);
        }
    }
    let speaks_http2 = |id: &str| {
        let protocols = profile(id).and_then(|profile| profile.hello.alpn());
        protocols.is_some_and(|protocols| protocols == ["h2", "http/1.1"])
    };
    let http2: Vec<&str> = ids.into_iter().filter(|id| speaks_http2(id)).collect();
    assert_eq!(http2, ["chrome", "firefox", "go", "go-fips"]);
}
