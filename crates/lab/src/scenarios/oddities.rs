//! More that harms nobody: what certificates and servers may do, seldom do, and examiners stumble over.

use super::odd;
use crate::certify::der::{self, tag};
use crate::certify::tbs::{Tbs, extended_key_usage, id};
use crate::scenario::Scenario;
use crate::stage::{CaSpec, CertificateSpec, KeyType, Library, Odd, Script, Stage, Tickets};
use report::ProtocolVersion;

pub(super) fn scenarios() -> Vec<Scenario> {
    [names(), keys(), fields(), extensions(), flights()]
        .into_iter()
        .flatten()
        .collect()
}

const TLS12: &[ProtocolVersion] = &[ProtocolVersion::TLS1_2];
const TLS13: &[ProtocolVersion] = &[ProtocolVersion::TLS1_3];
/// Names of a large host's certificate: ten times what Let's Encrypt gives.
const NAMES: usize = 1_000;
/// Days that end after 2049, when times are written otherwise (RFC 5280 section 4.1.2.5).
const INTO_2050: i64 = 365 * 40;
/// Octets in a record of a server that cuts its handshake small; the least that rustls takes (its record header included).
const SMALL_RECORD: usize = 64;
const COUNTRY: &[u64] = &[2, 5, 4, 6];
const ORGANISATION: &[u64] = &[2, 5, 4, 10];
const UNIT: &[u64] = &[2, 5, 4, 11];
const COMMON_NAME: &[u64] = &[2, 5, 4, 3];
const CERTIFICATE_POLICIES: &[u64] = &[2, 5, 29, 32];
const DOMAIN_VALIDATED: &[u64] = &[2, 23, 140, 1, 2, 1];
/// Nobody's.
const UNKNOWN: &[u64] = &[1, 3, 6, 1, 4, 1, 55_555, 7];

fn serving(certificate: CertificateSpec) -> Stage {
    Stage::default().with_certificate(certificate)
}

fn edited(edit: fn(&mut Tbs)) -> Stage {
    serving(CertificateSpec::edited(&[edit]))
}

fn below(ca: Vec<CaSpec>) -> Stage {
    serving(CertificateSpec {
        ca,
        ..CertificateSpec::default()
    })
}

fn names() -> Vec<Scenario> {
    let mut thousand = CertificateSpec::default();
    thousand
        .names
        .extend((0..NAMES).map(|number| format!("tenant-{number}.shop.test")));
    vec![
        odd(
            "thousand-names",
            "A certificate for a thousand names.",
            serving(thousand),
        ),
        odd(
            "no-common-name",
            "The subject is an organisation without a common name.",
            edited(|leaf| leaf.subject_der = der::name(&[(ORGANISATION, "Shop")])),
        ),
        odd(
            "long-subject",
            "The subject has four units, and letters beyond ASCII.",
            edited(|leaf| {
                leaf.subject_der = der::name(&[
                    (COUNTRY, "DE"),
                    (ORGANISATION, "Müller & Söhne Straßenbau 株式会社"),
                    (UNIT, "Web"),
                    (UNIT, "Web, the other one"),
                    (UNIT, "CN=not a name"),
                    (UNIT, "\"quoted\", = and +"),
                    (COMMON_NAME, "www.shop.test"),
                ]);
            }),
        ),
        odd(
            "other-common-name",
            "The common name is a person's, and the alternative names are right.",
            edited(|leaf| leaf.subject_der = der::name(&[(COMMON_NAME, "The shop's web server")])),
        ),
        odd(
            "names-of-all-kinds",
            "Addresses and a wildcard stand among the alternative names.",
            serving(CertificateSpec::for_names(&[
                "*.cdn.shop.test",
                "192.0.2.7",
                "2001:db8::7",
                "www.shop.test",
            ])),
        ),
        odd(
            "mail-and-uri-names",
            "A mail address and a URI stand before the DNS name.",
            edited(|leaf| {
                let names = [
                    der::element(0x81, b"admin@shop.test"),
                    der::element(0x86, b"https://www.shop.test/"),
                    der::element(0x82, b"www.shop.test"),
                ];
                let names = der::element(tag::SEQUENCE, &names.concat());
                leaf.with(id::SUBJECT_ALT_NAME, false, names);
            }),
        ),
    ]
}

fn keys() -> Vec<Scenario> {
    let rsa = |ca| CaSpec {
        key: KeyType::Rsa4096,
        ..ca
    };
    let beside = |key, other| {
        Stage::library(Library {
            beside: Some(Box::new(CertificateSpec::with_key(other))),
            ..Library::default()
        })
        .with_certificate(CertificateSpec::with_key(key))
    };
    vec![
        odd(
            "rsa-8192",
            "An RSA key of 8192 bits.",
            serving(CertificateSpec::with_key(KeyType::Rsa8192)),
        ),
        odd(
            "ed25519-beside-rsa",
            "Whoever takes Ed25519 gets it, and RSA whoever does not.",
            beside(KeyType::Rsa2048, KeyType::Ed25519),
        ),
        odd(
            "ed25519-beside-ecdsa",
            "Whoever takes Ed25519 gets it, and ECDSA whoever does not.",
            beside(KeyType::P256, KeyType::Ed25519),
        ),
        odd(
            "rsa-throughout",
            "RSA keys of 4096 bits from the root down.",
            serving(CertificateSpec {
                key: KeyType::Rsa4096,
                ca: vec![rsa(CaSpec::root()), rsa(CaSpec::intermediate())],
                ..CertificateSpec::default()
            }),
        ),
        odd(
            "ecdsa-below-rsa",
            "An ECDSA key below an RSA root.",
            below(vec![rsa(CaSpec::root()), CaSpec::intermediate()]),
        ),
    ]
}

fn fields() -> Vec<Scenario> {
    let long = CaSpec {
        hours: (-24, 24 * INTO_2050),
        ..CaSpec::root()
    };
    vec![
        odd(
            "six-days",
            "A short-lived certificate of six days.",
            serving(CertificateSpec::valid(-2, 4)),
        ),
        odd(
            "last-hours",
            "A certificate with five hours left.",
            serving(CertificateSpec {
                hours: (-24 * 89, 5),
                ..CertificateSpec::default()
            }),
        ),
        odd(
            "root-into-2050",
            "A root whose end is written as GeneralizedTime.",
            below(vec![long, CaSpec::intermediate()]),
        ),
        odd(
            "serial-of-one",
            "The serial number is 1.",
            edited(|leaf| leaf.serial_der = der::unsigned(&[1])),
        ),
        odd(
            "serial-of-20-octets",
            "The serial number takes all the 20 octets it may.",
            edited(|leaf| leaf.serial_der = der::unsigned(&[0x7f; 20])),
        ),
    ]
}

fn extensions() -> Vec<Scenario> {
    vec![
        odd(
            "unknown-extension",
            "An extension that nobody knows, not critical.",
            edited(|leaf| leaf.with(UNKNOWN, false, vec![5, 0])),
        ),
        odd(
            "policies",
            "A policy with the address of its statement.",
            edited(|leaf| {
                const STATEMENT: &[u64] = &[1, 3, 6, 1, 5, 5, 7, 2, 1];
                let address = der::element(0x16, b"http://ca.shop.test/cps");
                let qualifier = der::sequence(&[&der::oid(STATEMENT), &address]);
                let qualifiers = der::sequence(&[&qualifier]);
                let policy = der::sequence(&[&der::oid(DOMAIN_VALIDATED), &qualifiers]);
                leaf.with(CERTIFICATE_POLICIES, false, der::sequence(&[&policy]));
            }),
        ),
        odd(
            "for-both-sides",
            "The certificate is for servers and for clients.",
            edited(|leaf| {
                let both = extended_key_usage(&[id::SERVER_AUTH, id::CLIENT_AUTH]);
                leaf.with(id::EXTENDED_KEY_USAGE, false, both);
            }),
        ),
        odd(
            "usage-critical",
            "What the certificate is for is critical.",
            edited(|leaf| {
                let server = extended_key_usage(&[id::SERVER_AUTH]);
                leaf.with(id::EXTENDED_KEY_USAGE, true, server);
            }),
        ),
        odd(
            "subject-names-critical",
            "No subject, and alternative names that are critical, as the standard wants.",
            edited(|leaf| {
                leaf.subject_der = der::name(&[]);
                if let Some(names) = leaf.extension(id::SUBJECT_ALT_NAME) {
                    names.critical = true;
                }
            }),
        ),
        odd(
            "extensions-reversed",
            "The extensions stand in reverse.",
            edited(|leaf| leaf.extensions.reverse()),
        ),
        odd(
            "limited-intermediate",
            "The intermediate is for servers only.",
            below(vec![
                CaSpec::root(),
                CaSpec {
                    edits: vec![|ca| {
                        let server = extended_key_usage(&[id::SERVER_AUTH]);
                        ca.with(id::EXTENDED_KEY_USAGE, false, server);
                    }],
                    ..CaSpec::intermediate()
                },
            ]),
        ),
        odd(
            "three-above",
            "Three CAs stand above the certificate.",
            below(vec![
                CaSpec::root(),
                CaSpec {
                    name: "tlsmedic lab policy",
                    ..CaSpec::intermediate()
                },
                CaSpec::intermediate(),
            ]),
        ),
    ]
}

fn flights() -> Vec<Scenario> {
    vec![
        odd(
            "small-records",
            "Every handshake message in records of a few octets, in TLS 1.3.",
            Stage::library(Library {
                versions: TLS13,
                record: Some(SMALL_RECORD),
                ..Library::default()
            }),
        ),
        odd(
            "small-records-tls12",
            "Every handshake message in records of a few octets, in TLS 1.2.",
            Stage::library(Library {
                versions: TLS12,
                record: Some(SMALL_RECORD),
                ..Library::default()
            }),
        ),
        odd(
            "many-tickets",
            "Eight session tickets.",
            Stage::library(Library {
                tickets: Tickets::Eight,
                ..Library::default()
            }),
        ),
        odd(
            "grease",
            "A request for a client certificate lists algorithms that nobody has (RFC 8701 section 3.2).",
            Stage::script(Script {
                suites: &[0xc013],
                client_auth: Some(116),
                odd: Odd {
                    greases: true,
                    ..Odd::default()
                },
                ..Script::default()
            })
            .with_certificate(CertificateSpec::with_key(KeyType::Rsa2048)),
        ),
        odd(
            "http2",
            "HTTP/2 before HTTP/1.1.",
            Stage::library(Library {
                protocols: &["h2", "http/1.1"],
                ..Library::default()
            }),
        ),
    ]
}
