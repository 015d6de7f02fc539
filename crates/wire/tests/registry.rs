//! `src/registry/generated.rs` is what the tables in `data/registry` say.
//!
//! `UPDATE=1 cargo test -p wire --test registry` writes it anew.
#![expect(
    clippy::disallowed_methods,
    reason = "the one place that writes the generated file, when a developer asks for it"
)]

use report::{
    AlertDescription, CipherSuite, ContentType, ExtensionType, HandshakeType, NamedGroup,
    ProtocolVersion, SignatureScheme,
};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use wire::registry::{self, Authentication, KeyExchange, SuiteHash};

const GENERATED: &str = include_str!("../src/registry/generated.rs");
const CIPHER_SUITES: &str = include_str!("../../../data/registry/cipher_suites.csv");
/// The constant of each table of names, and the table.
const NAMED: [(&str, &str); 6] = [
    ("ALERTS", include_str!("../../../data/registry/alerts.csv")),
    (
        "CONTENT_TYPES",
        include_str!("../../../data/registry/content_types.csv"),
    ),
    (
        "EXTENSIONS",
        include_str!("../../../data/registry/extensions.csv"),
    ),
    ("GROUPS", include_str!("../../../data/registry/groups.csv")),
    (
        "HANDSHAKE_TYPES",
        include_str!("../../../data/registry/handshake_types.csv"),
    ),
    (
        "SIGNATURE_SCHEMES",
        include_str!("../../../data/registry/signature_schemes.csv"),
    ),
];

#[test]
fn generated_is_up_to_date() {
    let fresh = generate(CIPHER_SUITES, &NAMED);
    if std::env::var_os("UPDATE").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/registry/generated.rs");
        std::fs::write(path, fresh).expect("the generated file is writable");
    } else {
        assert!(
            fresh == GENERATED,
            "run UPDATE=1 cargo test -p wire --test registry"
        );
    }
}

#[test]
fn every_table_is_sorted_and_every_name_is_found_again() {
    let mut last = None;
    for info in registry::cipher_suites() {
        assert!(last < Some(info.code), "{:?} is out of order", info.code);
        last = Some(info.code);
        assert_eq!(registry::cipher_suite(info.code), Some(info));
        let names = [info.name]
            .into_iter()
            .chain(info.openssl)
            .chain(info.aliases.iter().copied());
        for name in names {
            let lower = name.to_ascii_lowercase();
            assert_eq!(
                registry::cipher_suite_by_name(&lower),
                Some(info.code),
                "{name}"
            );
        }
        assert!(!registry::is_grease(info.code.0));
    }
    for (constant, table) in NAMED {
        let mut last = None;
        for [code, name, aliases] in rows::<3>(table) {
            let code = number(code);
            assert!(last < Some(code), "{constant}: {name} is out of order");
            last = Some(code);
            let octet = u8::try_from(code).unwrap_or(u8::MAX);
            let found = match constant {
                "ALERTS" => registry::alert_name(AlertDescription(octet)),
                "CONTENT_TYPES" => registry::content_type_name(ContentType(octet)),
                "EXTENSIONS" => registry::extension_name(ExtensionType(code)),
                "GROUPS" => registry::group_name(NamedGroup(code)),
                "HANDSHAKE_TYPES" => registry::handshake_type_name(HandshakeType(octet)),
                _ => registry::signature_scheme_name(SignatureScheme(code)),
            };
            assert_eq!(found, name);
            for name in [name].into_iter().chain(aliases.split_whitespace()) {
                let found = match constant {
                    "EXTENSIONS" => registry::extension_by_name(name).map(|code| code.0),
                    "GROUPS" => registry::group_by_name(name).map(|code| code.0),
                    "SIGNATURE_SCHEMES" => {
                        registry::signature_scheme_by_name(name).map(|code| code.0)
                    }
                    _ => continue,
                };
                assert_eq!(found, Some(code), "{name}");
            }
        }
    }
}

#[test]
fn the_newest_and_the_oldest_are_there() {
    let groups = [
        (0x11ec, "X25519MLKEM768"),
        (0x11eb, "SecP256r1MLKEM768"),
        (0x11ed, "SecP384r1MLKEM1024"),
        (0x0200, "MLKEM512"),
        (0x0202, "MLKEM1024"),
        (0x6399, "X25519Kyber768Draft00"),
        (0x001a, "brainpoolP256r1"),
        (0x0022, "GC256A"),
        (0x0029, "curveSM2"),
        (0x0001, "sect163k1"),
    ];
    for (code, name) in groups {
        assert_eq!(registry::group_name(NamedGroup(code)), name);
    }
    assert_eq!(
        registry::signature_scheme_name(SignatureScheme(0x0906)),
        "mldsa87"
    );
    assert_eq!(
        registry::extension_name(ExtensionType(0xfe0d)),
        "encrypted_client_hello"
    );
    assert_eq!(
        registry::extension_name(ExtensionType(17613)),
        "application_settings"
    );
    assert_eq!(
        registry::cipher_suite_name(CipherSuite(0x00c6)),
        "TLS_SM4_GCM_SM3"
    );
    assert_eq!(
        registry::alert_name(AlertDescription(40)),
        "handshake_failure"
    );
}

#[test]
fn names_are_found_as_people_write_them() {
    let suite = registry::cipher_suite_by_name;
    assert_eq!(
        suite("ecdhe-rsa-aes128-gcm-sha256"),
        Some(CipherSuite(0xc02f))
    );
    assert_eq!(suite("TLS_AES_128_GCM_SHA256"), Some(CipherSuite(0x1301)));
    assert_eq!(suite("EDH-RSA-DES-CBC3-SHA"), suite("DHE-RSA-DES-CBC3-SHA"));
    assert_eq!(suite("0x002f"), Some(CipherSuite(0x002f)));
    for wrong in ["0x+2f", "0x", "0x1ffff", "TLS_NO_SUCH_SUITE", ""] {
        assert_eq!(suite(wrong), None, "{wrong}");
    }
    for name in ["P-256", "prime256v1", "SECP256R1", "P256"] {
        assert_eq!(
            registry::group_by_name(name),
            Some(NamedGroup(0x0017)),
            "{name}"
        );
    }
    assert_eq!(registry::group_by_name("X25519"), Some(NamedGroup(0x001d)));
    assert_eq!(
        registry::signature_scheme_by_name("RSA-PSS+SHA256"),
        Some(SignatureScheme(0x0804))
    );
    for name in ["1.2", "TLS1.2", "TLSv1.2", "tls1_2", "TLS 1.2"] {
        assert_eq!(
            registry::version_by_name(name),
            Some(ProtocolVersion::TLS1_2),
            "{name}"
        );
    }
    assert_eq!(
        registry::version_by_name("ssl3"),
        Some(ProtocolVersion::SSL3)
    );
    assert_eq!(registry::version_by_name("1.4"), None);
}

#[test]
fn unknown_codes_are_shown_and_grease_is_named() {
    assert_eq!(registry::group_name(NamedGroup(0x9999)), "0x9999");
    assert_eq!(registry::cipher_suite_name(CipherSuite(0xfafb)), "0xfafb");
    assert_eq!(registry::extension_name(ExtensionType(40000)), "40000");
    for code in (0..16).map(|nibble| nibble * 0x1010 + 0x0a0a) {
        assert_eq!(registry::cipher_suite_name(CipherSuite(code)), "GREASE");
        assert_eq!(registry::extension_name(ExtensionType(code)), "GREASE");
        assert_eq!(registry::group_name(NamedGroup(code)), "GREASE");
    }
}

#[test]
fn properties_follow_the_name() {
    let info = |name| {
        registry::cipher_suite_by_name(name)
            .and_then(registry::cipher_suite)
            .expect("registered")
    };
    let suite = info("TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384");
    assert_eq!(suite.key_exchange, KeyExchange::Ecdhe);
    assert_eq!(suite.authentication, Authentication::Ecdsa);
    assert_eq!((suite.cipher, suite.mac), ("AES-256-CBC", "SHA384"));
    assert_eq!((suite.hash, suite.tls13), (SuiteHash::Sha384, false));
    let suite = info("TLS_CHACHA20_POLY1305_SHA256");
    assert_eq!(
        (suite.mac, suite.hash, suite.tls13),
        ("AEAD", SuiteHash::Sha256, true)
    );
    assert_eq!(
        info("TLS_DH_anon_WITH_AES_128_CBC_SHA").authentication,
        Authentication::Null
    );
    assert_eq!(
        info("TLS_RSA_PSK_WITH_NULL_SHA").key_exchange,
        KeyExchange::RsaPsk
    );
    for suite in registry::cipher_suites()
        .iter()
        .filter(|suite| suite.name.ends_with("_SHA384"))
    {
        assert_eq!(suite.hash, SuiteHash::Sha384, "{}", suite.name);
    }
}

/// The Rust of all tables.
fn generate(cipher_suites: &str, named: &[(&str, &str)]) -> String {
    let mut out = String::from(
        "//! Made from `data/registry` by `UPDATE=1 cargo test -p wire --test registry`; not written by hand.\n\n\
         use super::cipher_suite::{Authentication as A, CipherSuiteInfo as S, KeyExchange as K, SuiteHash as H};\n\
         use super::named::Named as N;\n\
         use report::CipherSuite as C;\n",
    );
    line(&mut out, "\npub(super) static CIPHER_SUITES: &[S] = &[");
    for row in rows::<9>(cipher_suites) {
        let [
            code,
            name,
            openssl,
            aliases,
            key_exchange,
            authentication,
            cipher,
            mac,
            hash,
        ] = row;
        let openssl = if openssl.is_empty() {
            "None".into()
        } else {
            format!("Some({openssl:?})")
        };
        let (key_exchange, authentication) = (camel(key_exchange), camel(authentication));
        let tls13 = key_exchange == "Tls13";
        line(
            &mut out,
            &format!(
                "    S {{ code: C({code}), name: {name:?}, openssl: {openssl}, aliases: {}, key_exchange: K::{key_exchange}, \
                 authentication: A::{authentication}, cipher: {cipher:?}, mac: {mac:?}, hash: H::{}, tls13: {tls13} }},",
                list(aliases),
                camel(hash),
            ),
        );
    }
    line(&mut out, "];");
    for (constant, table) in named {
        line(
            &mut out,
            &format!("\npub(super) static {constant}: &[N] = &["),
        );
        for [code, name, aliases] in rows::<3>(table) {
            let aliases = list(aliases);
            line(
                &mut out,
                &format!("    N {{ code: {code}, name: {name:?}, aliases: {aliases} }},"),
            );
        }
        line(&mut out, "];");
    }
    out
}

fn line(out: &mut String, text: &str) {
    writeln!(out, "{text}").expect("a string takes everything");
}

/// The lines after the heading, cut at the commas.
fn rows<const N: usize>(table: &str) -> impl Iterator<Item = [&str; N]> {
    table.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.split(',').collect();
        cells
            .try_into()
            .unwrap_or_else(|_| panic!("not {N} cells: {line}"))
    })
}

fn list(words: &str) -> String {
    let words: Vec<String> = words
        .split_whitespace()
        .map(|word| format!("{word:?}"))
        .collect();
    format!("&[{}]", words.join(", "))
}

/// `ECDHE_PSK` becomes `EcdhePsk`.
fn camel(words: &str) -> String {
    let capitalised = |word: &str| {
        let (first, rest) = word.split_at(1);
        first.to_ascii_uppercase() + &rest.to_ascii_lowercase()
    };
    words.split('_').map(capitalised).collect()
}

fn number(text: &str) -> u16 {
    let digits = text.strip_prefix("0x");
    let code = digits.map_or_else(|| text.parse(), |digits| u16::from_str_radix(digits, 16));
    code.unwrap_or_else(|_| panic!("no code point: {text}"))
}

/// Two names never stand for the same code point of one table, nor one name for two.
#[test]
fn names_are_unique() {
    for (constant, table) in NAMED {
        let mut seen: BTreeMap<String, &str> = BTreeMap::new();
        for [code, name, aliases] in rows::<3>(table) {
            for name in [name].into_iter().chain(aliases.split_whitespace()) {
                let before = seen.insert(name.to_ascii_lowercase(), code);
                assert_eq!(before, None, "{constant}: {name}");
            }
        }
    }
}
