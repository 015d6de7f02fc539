//! X16, X17, X18, X28, X31, X32, X35: what stands in the certificates of a chain that leads to its root.

use super::{Name, odd};
use crate::certify::der::{self, tag};
use crate::certify::tbs::{Edit, Tbs, id};
use crate::scenario::{Expected, Scenario};
use crate::stage::{
    CaSpec, CertificateSpec, Chain, KeyType, Library, Script, Served, SignedWith, Stage,
};
use report::{CauseId, Certainty, ProtocolVersion, SignatureScheme};
use wire::profile::{ContentFault, Profile};

pub(super) fn scenarios() -> Vec<Scenario> {
    [
        weak_signatures(),
        short_keys(),
        published_keys(),
        malformed(),
        rare_keys(),
        large(),
        test_authorities(),
        two_at_once(),
        near_misses(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const TLS12: &[ProtocolVersion] = &[ProtocolVersion::TLS1_2];
/// An extension of nobody's, not critical.
const UNKNOWN: &[u64] = &[1, 3, 6, 1, 4, 1, 55_555, 2];

/// Stops those who refuse that.
fn refusing(cause: &'static str, fault: ContentFault) -> Expected {
    Expected::fails_for(cause, |profile| {
        profile.rules.contents.refuses.contains_key(&fault)
    })
}

fn demanding_bits(profile: &Profile) -> bool {
    profile.rules.min_rsa_bits > 1024
}

fn serving(certificate: CertificateSpec) -> Stage {
    Stage::default().with_certificate(certificate)
}

/// In TLS 1.2.
fn classical(certificate: CertificateSpec) -> Stage {
    let library = Library {
        versions: TLS12,
        ..Library::default()
    };
    Stage::library(library).with_certificate(certificate)
}

fn good() -> CertificateSpec {
    CertificateSpec::default()
}

fn keyed(key: KeyType) -> CertificateSpec {
    CertificateSpec::with_key(key)
}

fn edited(edit: Edit) -> CertificateSpec {
    CertificateSpec::edited(&[edit])
}

/// With RSA keys above it.
fn below_rsa() -> CertificateSpec {
    let rsa = |ca| CaSpec {
        key: KeyType::Rsa2048,
        ..ca
    };
    CertificateSpec {
        ca: vec![rsa(CaSpec::root()), rsa(CaSpec::intermediate())],
        ..good()
    }
}

fn intermediate(ca: CaSpec) -> CertificateSpec {
    CertificateSpec {
        ca: vec![CaSpec::root(), ca],
        ..good()
    }
}

fn root(ca: CaSpec) -> CertificateSpec {
    CertificateSpec {
        ca: vec![ca, CaSpec::intermediate()],
        ..good()
    }
}

/// With this change to CA `number` of [`below_rsa`].
fn changed(number: usize, change: fn(&mut CaSpec)) -> CertificateSpec {
    let mut spec = below_rsa();
    spec.ca.get_mut(number).into_iter().for_each(change);
    spec
}

fn weak_signatures() -> Vec<Scenario> {
    let signed = |signed_with| CertificateSpec {
        signed_with,
        ..below_rsa()
    };
    vec![
        Name::new(
            "X16",
            "sha1",
            "The server's certificate is signed with SHA-1.",
        )
        .broken(
            refusing("X16", ContentFault::Sha1),
            serving(signed(SignedWith::Sha1)),
            serving(below_rsa()),
        ),
        Name::new(
            "X16",
            "md5-tls12",
            "The server's certificate is signed with MD5, in TLS 1.2.",
        )
        .broken(
            refusing("X16", ContentFault::Md5),
            classical(signed(SignedWith::Md5)),
            classical(below_rsa()),
        ),
        Name::new(
            "X16",
            "intermediate-sha1",
            "The intermediate is signed with SHA-1.",
        )
        .broken(
            refusing("X16", ContentFault::Sha1),
            serving(changed(1, |ca| ca.signed_with = SignedWith::Sha1)),
            serving(below_rsa()),
        ),
        Name::new(
            "X16",
            "intermediate-md5",
            "The intermediate is signed with MD5.",
        )
        .broken(
            refusing("X16", ContentFault::Md5),
            serving(changed(1, |ca| ca.signed_with = SignedWith::Md5)),
            serving(below_rsa()),
        ),
    ]
}

fn short_keys() -> Vec<Scenario> {
    let expected = || Expected::fails_for("X17", demanding_bits);
    vec![
        Name::new("X17", "leaf", "The server's key is RSA with 1024 bits.").broken(
            expected(),
            Stage::script(Script::default()).with_certificate(keyed(KeyType::Rsa1024)),
            Stage::script(Script::default()).with_certificate(keyed(KeyType::Rsa2048)),
        ),
        Name::new(
            "X17",
            "intermediate",
            "The intermediate's key is RSA with 1024 bits.",
        )
        .broken(
            expected(),
            serving(changed(1, |ca| ca.key = KeyType::Rsa1024)),
            serving(below_rsa()),
        ),
        Name::new("X17", "root", "The root's key is RSA with 1024 bits.").broken(
            expected(),
            serving(changed(0, |ca| ca.key = KeyType::Rsa1024)),
            serving(below_rsa()),
        ),
    ]
}

fn published_keys() -> Vec<Scenario> {
    let finding = || Expected::finding("X18");
    vec![
        Name::new(
            "X18",
            "rfc9500-p256",
            "The server's key is the P-256 key of RFC 9500, which everybody has.",
        )
        .broken(
            finding(),
            serving(keyed(KeyType::PublishedP256)),
            serving(good()),
        ),
        Name::new(
            "X18",
            "rfc9500-rsa-tls12",
            "The server's key is the RSA key of RFC 9500, in TLS 1.2.",
        )
        .broken(
            finding(),
            classical(keyed(KeyType::PublishedRsa2048)),
            classical(keyed(KeyType::Rsa2048)),
        ),
        Name::new(
            "X18",
            "rfc9500-intermediate",
            "The intermediate's key is the P-384 key of RFC 9500.",
        )
        .broken(
            finding(),
            serving(intermediate(CaSpec {
                key: KeyType::PublishedP384,
                ..CaSpec::intermediate()
            })),
            serving(good()),
        ),
    ]
}

/// A UTCTime with that end instead of seconds and Z.
fn reworded(time: &mut Vec<u8>, end: &[u8]) {
    const WITHOUT_SECONDS: usize = 10;
    let content = time.get(2..2 + WITHOUT_SECONDS).unwrap_or_default();
    *time = der::element(tag::UTC_TIME, &[content, end].concat());
}

fn loose_boolean(ca: &mut Tbs) {
    let loose = der::sequence(&[&der::element(tag::BOOLEAN, &[1])]);
    ca.with(id::BASIC_CONSTRAINTS, true, loose);
}

fn malformed() -> Vec<Scenario> {
    let faults: [(&'static str, &'static str, ContentFault, Edit); 6] = [
        (
            "negative-serial",
            "The serial number of the server's certificate is negative.",
            ContentFault::NegativeSerial,
            |leaf| leaf.serial_der = der::element(tag::INTEGER, &[0x91, 2, 3, 4, 5, 6, 7, 8]),
        ),
        (
            "no-seconds",
            "The end of the certificate's validity is written without seconds.",
            ContentFault::TimeWithoutSeconds,
            |leaf| reworded(&mut leaf.not_after_der, b"Z"),
        ),
        (
            "time-offset",
            "The end of the certificate's validity is written with an offset from UTC.",
            ContentFault::TimeNotPlain,
            |leaf| reworded(&mut leaf.not_after_der, b"00+0000"),
        ),
        (
            "duplicate",
            "The certificate names its purposes twice.",
            ContentFault::DuplicateExtension,
            |leaf| {
                let twice = leaf.extension(id::EXTENDED_KEY_USAGE).cloned();
                leaf.extensions.extend(twice);
            },
        ),
        (
            "version-1",
            "The certificate has extensions and no version.",
            ContentFault::ExtensionsBeforeVersion3,
            |leaf| leaf.version = None,
        ),
        (
            "address-of-5-octets",
            "The certificate lists an address of five octets.",
            ContentFault::BadAlternativeName,
            |leaf| {
                let names = [
                    der::element(0x82, b"www.shop.test"),
                    der::element(0x82, b"shop.test"),
                    der::element(0x87, &[192, 0, 2, 1, 9]),
                ];
                let names = der::element(tag::SEQUENCE, &names.concat());
                leaf.with(id::SUBJECT_ALT_NAME, false, names);
            },
        ),
    ];
    let one = |(variant, title, fault, edit): (_, _, _, Edit)| {
        Name::new("X28", variant, title).broken(
            refusing("X28", fault),
            serving(edited(edit)),
            serving(good()),
        )
    };
    let mut scenarios: Vec<Scenario> = faults.into_iter().map(one).collect();
    scenarios.push(
        Name::new(
            "X28",
            "boolean",
            "The intermediate says with another octet than ff that it is a CA's.",
        )
        .broken(
            refusing("X28", ContentFault::LooseBoolean),
            serving(intermediate(CaSpec {
                edits: vec![loose_boolean],
                ..CaSpec::intermediate()
            })),
            serving(good()),
        ),
    );
    scenarios
}

/// Stops those who do not offer that scheme.
fn without_scheme(scheme: u16) -> Expected {
    Expected::fails_for("X31", move |profile| {
        let schemes = profile.hello.signature_schemes().unwrap_or_default();
        !schemes.contains(&SignatureScheme(scheme))
    })
}

fn rare_keys() -> Vec<Scenario> {
    const ED25519: u16 = 0x0807;
    const ECDSA_P521: u16 = 0x0603;
    let edwards = |ca| CaSpec {
        key: KeyType::Ed25519,
        ..ca
    };
    vec![
        Name::new("X31", "ed25519", "The server's only key is Ed25519.").broken(
            without_scheme(ED25519),
            serving(keyed(KeyType::Ed25519)),
            serving(good()),
        ),
        Name::new(
            "X31",
            "ed25519-tls12",
            "The server's only key is Ed25519, in TLS 1.2.",
        )
        .broken(
            without_scheme(ED25519),
            classical(keyed(KeyType::Ed25519)),
            classical(good()),
        ),
        Name::new("X31", "p521", "The server's only key is ECDSA with P-521.").broken(
            without_scheme(ECDSA_P521),
            serving(keyed(KeyType::P521)),
            serving(keyed(KeyType::P384)),
        ),
        Name::new(
            "X31",
            "intermediate",
            "The intermediate signs with Ed25519.",
        )
        .broken(
            refusing("X31", ContentFault::EdwardsSignature),
            serving(intermediate(edwards(CaSpec::intermediate()))),
            serving(good()),
        ),
        Name::new("X31", "root", "The root signs with Ed25519.").broken(
            refusing("X31", ContentFault::EdwardsSignature),
            serving(root(edwards(CaSpec::root()))),
            serving(good()),
        ),
    ]
}

fn padded(leaf: &mut Tbs, octets: usize) {
    let padding = der::element(tag::OCTET_STRING, &vec![0x2a; octets]);
    leaf.with(UNKNOWN, false, padding);
}

fn large() -> Vec<Scenario> {
    use Served::{Ca, Leaf, Stranger};
    let reading_at_most = |octets: u32| {
        Expected::fails_for("X32", move |profile| {
            profile.rules.contents.max_message < octets
        })
    };
    let crowd = |strangers| CertificateSpec {
        served: [Leaf, Ca(1)]
            .into_iter()
            .chain(std::iter::repeat_n(Stranger, strangers))
            .collect(),
        ..good()
    };
    vec![
        Name::new(
            "X32",
            "40k",
            "The certificates take more than forty thousand octets.",
        )
        .broken(
            reading_at_most(40_000),
            serving(edited(|leaf| padded(leaf, 40_000))),
            serving(edited(|leaf| padded(leaf, 20_000))),
        ),
        Name::new(
            "X32",
            "110k-tls12",
            "The certificates take more than a hundred thousand octets, in TLS 1.2.",
        )
        .broken(
            reading_at_most(110_000),
            classical(edited(|leaf| padded(leaf, 110_000))),
            classical(good()),
        ),
        Name::new(
            "X32",
            "eleven",
            "Eleven certificates are sent, nine of which have nothing to do with it.",
        )
        .broken(
            Expected::fails_for("X32", |profile| {
                profile.rules.contents.max_certificates.is_some()
            }),
            serving(crowd(9)),
            serving(crowd(8)),
        ),
    ]
}

fn test_authorities() -> Vec<Scenario> {
    let named = |root, intermediate| CertificateSpec {
        ca: vec![
            CaSpec {
                name: root,
                ..CaSpec::root()
            },
            CaSpec {
                name: intermediate,
                ..CaSpec::intermediate()
            },
        ],
        ..good()
    };
    let untrusted = |stage: Stage| Stage {
        trusts_root: false,
        ..stage
    };
    let expected = || Expected::fails("X35", Certainty::Supported);
    let staging = || {
        named(
            "(STAGING) Pretend Pear X1",
            "(STAGING) Counterfeit Cashew R10",
        )
    };
    let with_root = |spec| CertificateSpec {
        chain: Chain::WithRoot,
        ..spec
    };
    vec![
        Name::new(
            "X35",
            "lets-encrypt",
            "The certificate is of Let's Encrypt's staging environment.",
        )
        .broken(expected(), untrusted(serving(staging())), serving(good())),
        Name::new(
            "X35",
            "before-2020-tls12",
            "The certificate is of Let's Encrypt's old staging environment, sent with its root, in TLS 1.2.",
        )
        .broken(
            expected(),
            untrusted(classical(with_root(named("Fake LE Root X1", "Fake LE Intermediate X1")))),
            classical(good()),
        ),
        Name::new("X35", "pebble", "The certificate is of Pebble's.").broken(
            expected(),
            untrusted(serving(named("Pebble Root CA 5a2c19", "Pebble Intermediate CA 7d03e1"))),
            serving(good()),
        ),
        Name::new(
            "X10",
            "private-staging",
            "A private CA has the word staging in its name, and its root is not installed.",
        )
        .broken(
            Expected::fails("X10", Certainty::Supported),
            untrusted(serving(with_root(named("Shop staging root", "Shop staging issuer")))),
            serving(good()),
        ),
    ]
}

fn two_at_once() -> Vec<Scenario> {
    let both = |fails: fn(&Profile) -> bool| Expected {
        causes: vec![CauseId::new("X16"), CauseId::new("X17")],
        ..Expected::fails_for("X16", fails)
    };
    vec![
        Name::new(
            "X16",
            "and-short-key",
            "The intermediate is signed with SHA-1 and has an RSA key of 1024 bits.",
        )
        .broken(
            both(|profile| {
                demanding_bits(profile)
                    || profile
                        .rules
                        .contents
                        .refuses
                        .contains_key(&ContentFault::Sha1)
            }),
            serving(changed(1, |ca| {
                ca.signed_with = SignedWith::Sha1;
                ca.key = KeyType::Rsa1024;
            })),
            serving(below_rsa()),
        ),
    ]
}

fn near_misses() -> Vec<Scenario> {
    let leaf = |edit: Edit| serving(edited(edit));
    let ca = |edit: Edit| {
        serving(intermediate(CaSpec {
            edits: vec![edit],
            ..CaSpec::intermediate()
        }))
    };
    vec![
        odd(
            "sha1-root",
            "The trusted root signed itself with SHA-1.",
            serving(changed(0, |ca| ca.signed_with = SignedWith::Sha1)),
        ),
        odd(
            "three-years",
            "A private CA's certificate is valid for three years.",
            serving(CertificateSpec::valid(-400, 700)),
        ),
        odd(
            "long-intermediate-key",
            "The intermediate's key is RSA with 8192 bits.",
            serving(changed(1, |ca| ca.key = KeyType::Rsa8192)),
        ),
        odd(
            "pss-signed",
            "The certificate is signed with RSASSA-PSS.",
            serving(CertificateSpec {
                signed_with: SignedWith::Pss,
                ..below_rsa()
            }),
        ),
        odd(
            "serial-zero",
            "The serial number is zero.",
            leaf(|leaf| leaf.serial_der = der::unsigned(&[])),
        ),
        odd(
            "serial-21-octets",
            "The serial number takes 21 octets.",
            leaf(|leaf| leaf.serial_der = der::unsigned(&[0x91; 20])),
        ),
        odd(
            "generalized-time",
            "The validity is written as GeneralizedTime before 2050.",
            leaf(|leaf| {
                for time in [&mut leaf.not_before_der, &mut leaf.not_after_der] {
                    let content = time.get(2..).unwrap_or_default();
                    *time = der::element(tag::GENERALIZED_TIME, &[b"20", content].concat());
                }
            }),
        ),
        odd(
            "no-authority-key-id",
            "The certificate does not name its issuer's key.",
            leaf(|leaf| leaf.without(id::AUTHORITY_KEY_ID)),
        ),
        odd(
            "no-subject-key-id",
            "The intermediate does not name its key.",
            ca(|ca| ca.without(id::SUBJECT_KEY_ID)),
        ),
        odd(
            "constraints-not-critical",
            "The intermediate's basicConstraints are not critical.",
            ca(|ca| {
                if let Some(basic) = ca.extension(id::BASIC_CONSTRAINTS) {
                    basic.critical = false;
                }
            }),
        ),
        odd(
            "trusted-staging-root",
            "The root of a test environment is trusted on purpose.",
            serving(root(CaSpec {
                name: "(STAGING) Pretend Pear X1",
                ..CaSpec::root()
            })),
        ),
    ]
}
