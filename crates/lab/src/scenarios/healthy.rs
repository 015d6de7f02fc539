//! Oddities that harm nobody: an examiner that finds fault with them is wrong.

use super::odd;
use crate::scenario::Scenario;
use crate::stage::{
    CertificateSpec, Chain, ClientAuth, Issuer, KeyType, Library, Names, Script, Stage, Tickets,
    TimeSource,
};
use report::ProtocolVersion;

/// Names that make a certificate large, and no more than a CA would give.
const NAMES: usize = 100;
const SECP384R1: u16 = 0x0018;
const X25519: u16 = 0x001d;
const TLS12: &[ProtocolVersion] = &[ProtocolVersion::TLS1_2];
const TLS13: &[ProtocolVersion] = &[ProtocolVersion::TLS1_3];

pub(super) fn scenarios() -> Vec<Scenario> {
    [plain(), keys_and_chains(), settings()]
        .into_iter()
        .flatten()
        .collect()
}

fn plain() -> Vec<Scenario> {
    let resolved = Stage {
        names: Some(Names::Address),
        ..Stage::default()
    };
    let timed = Stage {
        time_sources: TimeSource::RIGHT,
        ..Stage::default()
    };
    vec![
        odd("plain", "Nothing odd at all.", Stage::default()),
        odd("resolved", "The name is looked up.", resolved),
        odd("time-source", "A time source is asked.", timed),
    ]
}

fn keys_and_chains() -> Vec<Scenario> {
    let serving = |certificate| Stage::default().with_certificate(certificate);
    let spec = CertificateSpec::default;
    let mut many = spec();
    many.names
        .extend((0..NAMES).map(|number| format!("tenant-{number}.shop.test")));
    vec![
        odd(
            "many-names",
            "A certificate for a hundred names.",
            serving(many),
        ),
        odd(
            "wildcard",
            "A wildcard certificate.",
            serving(CertificateSpec::for_names(&["*.shop.test"])),
        ),
        odd(
            "root-served",
            "The root is in the chain.",
            serving(CertificateSpec {
                chain: Chain::WithRoot,
                ..spec()
            }),
        ),
        odd(
            "no-intermediate",
            "The root signed the certificate itself.",
            serving(CertificateSpec {
                issuer: Issuer::Root,
                ..spec()
            }),
        ),
        odd(
            "p384",
            "An ECDSA key on P-384.",
            serving(CertificateSpec::with_key(KeyType::P384)),
        ),
        odd(
            "rsa",
            "An RSA key of 2048 bits.",
            serving(CertificateSpec::with_key(KeyType::Rsa2048)),
        ),
        odd(
            "rsa-4096",
            "An RSA key of 4096 bits.",
            serving(CertificateSpec::with_key(KeyType::Rsa4096)),
        ),
        odd(
            "empty-subject",
            "No subject, only alternative names.",
            serving(CertificateSpec {
                common_name: None,
                ..spec()
            }),
        ),
        odd(
            "three-hours-old",
            "A certificate three hours old.",
            serving(CertificateSpec {
                hours: (-3, 24 * 90),
                ..spec()
            }),
        ),
        odd(
            "last-days",
            "A certificate with two days left.",
            serving(CertificateSpec::valid(-88, 2)),
        ),
    ]
}

fn settings() -> Vec<Scenario> {
    let library = |library| Stage::library(library);
    let rsa = || CertificateSpec::with_key(KeyType::Rsa2048);
    vec![
        odd(
            "tls12",
            "Only TLS 1.2.",
            library(Library {
                versions: TLS12,
                ..Library::default()
            }),
        ),
        odd(
            "tls13",
            "Only TLS 1.3.",
            library(Library {
                versions: TLS13,
                ..Library::default()
            }),
        ),
        odd(
            "chacha20",
            "Only ChaCha20, in TLS 1.2 with an RSA key.",
            library(Library {
                versions: TLS12,
                suites: &[0xcca8],
                ..Library::default()
            })
            .with_certificate(rsa()),
        ),
        odd(
            "cbc",
            "TLS 1.2 with AES128-SHA and ECDHE alone.",
            Stage::script(Script {
                suites: &[0xc013],
                ..Script::default()
            })
            .with_certificate(rsa()),
        ),
        odd(
            "x25519",
            "Only X25519.",
            library(Library {
                groups: &[X25519],
                ..Library::default()
            }),
        ),
        odd(
            "hello-retry",
            "Only P-384 in TLS 1.3, which needs a HelloRetryRequest.",
            library(Library {
                versions: TLS13,
                groups: &[SECP384R1],
                ..Library::default()
            }),
        ),
        odd(
            "stateless-tickets",
            "Tickets that hold the session.",
            library(Library {
                tickets: Tickets::Stateless,
                ..Library::default()
            }),
        ),
        odd(
            "no-tickets",
            "No session tickets.",
            library(Library {
                tickets: Tickets::None,
                ..Library::default()
            }),
        ),
        odd(
            "no-alpn",
            "A server that ignores application protocols.",
            library(Library {
                protocols: &[],
                ..Library::default()
            }),
        ),
        odd(
            "optional-certificate",
            "A client certificate is asked for, and not missed.",
            library(Library {
                client_auth: ClientAuth::Optional,
                ..Library::default()
            }),
        ),
    ]
}
