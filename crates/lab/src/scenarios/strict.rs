//! C11, C13: a client that is stricter than the same client is as a rule, by a policy or by an upgrade.

use super::Name;
use crate::certify::tbs::{Edit, id};
use crate::scenario::{Expected, Scenario};
use crate::stage::{
    CaSpec, CertificateSpec, KeyType, Library, Odd, Prime, Script, SignedWith, Stage,
};
use report::{Certainty, ProtocolVersion};

const LEVEL3: &str = "openssl3-level3";
const AS_LEVEL3: &[&str] = &["--as", LEVEL3];
const GO_FIPS: &str = "go-fips";
const AS_GO_FIPS: &[&str] = &["--as", GO_FIPS];
const PYTHON: &str = "python";
const AS_PYTHON: &[&str] = &["--as", PYTHON];

const TLS12: &[ProtocolVersion] = &[ProtocolVersion::TLS1_2];
const RSA_AES128_GCM: u16 = 0x009c;
const DHE_RSA_AES128_GCM: u16 = 0x009e;
const CHACHA20: &[u16] = &[0x1303, 0xcca9];
const X25519: u16 = 0x001d;

pub(super) fn scenarios() -> Vec<Scenario> {
    [policies(), near_policies(), checks(), near_checks()]
        .into_iter()
        .flatten()
        .collect()
}

/// That client, the only one asked, fails.
fn only(client: &'static str, cause: &'static str) -> Expected {
    Expected {
        clients_failing: Some(vec![client.to_owned()]),
        ..Expected::fails(cause, Certainty::Proven)
    }
}

fn asked(arguments: &'static [&'static str], stage: Stage) -> Stage {
    Stage { arguments, ..stage }
}

fn keyed(key: KeyType) -> CertificateSpec {
    CertificateSpec::with_key(key)
}

fn serving(certificate: CertificateSpec) -> Stage {
    Stage::default().with_certificate(certificate)
}

fn library(library: Library) -> Stage {
    Stage::library(library)
}

/// In TLS 1.2 with an RSA key of 4096 bits, and that suite alone.
fn alone(suites: &'static [u16], prime: Prime) -> Stage {
    let script = Script {
        suites,
        odd: Odd {
            prime,
            ..Odd::default()
        },
        ..Script::default()
    };
    Stage::script(script).with_certificate(keyed(KeyType::Rsa4096))
}

/// The same with what everybody takes.
fn usual() -> Stage {
    library(Library {
        versions: TLS12,
        ..Library::default()
    })
    .with_certificate(keyed(KeyType::Rsa4096))
}

fn policies() -> Vec<Scenario> {
    let rsa_intermediate = |key| {
        let intermediate = CaSpec {
            key,
            ..CaSpec::intermediate()
        };
        serving(CertificateSpec {
            ca: vec![CaSpec::root(), intermediate],
            ..CertificateSpec::default()
        })
    };
    let name = |variant, title| Name::new("C11", variant, title);
    let level3 = |name: Name, broken, healthy| {
        name.broken(
            only(LEVEL3, "C11"),
            asked(AS_LEVEL3, broken),
            asked(AS_LEVEL3, healthy),
        )
    };
    let fips = |name: Name, broken, healthy| {
        name.broken(
            only(GO_FIPS, "C11"),
            asked(AS_GO_FIPS, broken),
            asked(AS_GO_FIPS, healthy),
        )
    };
    vec![
        level3(
            name(
                "rsa-2048",
                "An RSA key of 2048 bits, and OpenSSL at security level 3.",
            ),
            serving(keyed(KeyType::Rsa2048)),
            serving(keyed(KeyType::Rsa4096)),
        ),
        level3(
            name(
                "intermediate-rsa-2048",
                "The intermediate's key is RSA with 2048 bits, and OpenSSL is at security level 3.",
            ),
            rsa_intermediate(KeyType::Rsa2048),
            rsa_intermediate(KeyType::Rsa4096),
        ),
        level3(
            name(
                "rsa-key-exchange",
                "RSA key exchange alone, and OpenSSL at security level 3.",
            ),
            alone(&[RSA_AES128_GCM], Prime::default()),
            usual(),
        ),
        level3(
            name(
                "dh-2048",
                "Diffie-Hellman with 2,048 bits alone, and OpenSSL at security level 3.",
            ),
            alone(&[DHE_RSA_AES128_GCM], Prime::Bits2048),
            usual(),
        ),
        fips(
            name("fips-chacha20", "ChaCha20 alone, and Go in FIPS mode."),
            library(Library {
                suites: CHACHA20,
                ..Library::default()
            }),
            library(Library::default()),
        ),
        fips(
            name(
                "fips-x25519",
                "X25519 alone in TLS 1.2, and Go in FIPS mode.",
            ),
            library(Library {
                versions: TLS12,
                groups: &[X25519],
                ..Library::default()
            }),
            library(Library {
                versions: TLS12,
                ..Library::default()
            }),
        ),
    ]
}

/// What the same client refuses without its policy too is no fault of the policy.
fn near_policies() -> Vec<Scenario> {
    const OLD: &[ProtocolVersion] = &[ProtocolVersion::TLS1_0];
    const ECDHE_RSA_AES128_SHA: &[u16] = &[0xc013];
    let old = Stage::script(Script {
        versions: OLD,
        reads_supported_versions: false,
        suites: ECDHE_RSA_AES128_SHA,
        ..Script::default()
    });
    let scripted = |key| Stage::script(Script::default()).with_certificate(keyed(key));
    vec![
        Name::new(
            "X17",
            "level3",
            "An RSA key of 1024 bits, and OpenSSL at security level 3.",
        )
        .broken(
            only(LEVEL3, "X17"),
            asked(AS_LEVEL3, scripted(KeyType::Rsa1024)),
            asked(AS_LEVEL3, scripted(KeyType::Rsa4096)),
        ),
        Name::new(
            "S15",
            "level3",
            "Diffie-Hellman with 1,024 bits alone, and OpenSSL at security level 3.",
        )
        .broken(
            only(LEVEL3, "S15"),
            asked(AS_LEVEL3, alone(&[DHE_RSA_AES128_GCM], Prime::Bits1024)),
            asked(AS_LEVEL3, usual()),
        ),
        Name::new("C12", "fips", "TLS 1.0 alone, and Go in FIPS mode.").broken(
            only(GO_FIPS, "C12"),
            asked(AS_GO_FIPS, old.with_certificate(keyed(KeyType::Rsa2048))),
            asked(AS_GO_FIPS, usual()),
        ),
    ]
}

fn intermediate(edit: Edit) -> CertificateSpec {
    let intermediate = CaSpec {
        edits: vec![edit],
        ..CaSpec::intermediate()
    };
    CertificateSpec {
        ca: vec![CaSpec::root(), intermediate],
        ..CertificateSpec::default()
    }
}

fn root(edit: Edit) -> CertificateSpec {
    let root = CaSpec {
        edits: vec![edit],
        ..CaSpec::root()
    };
    CertificateSpec {
        ca: vec![root, CaSpec::intermediate()],
        ..CertificateSpec::default()
    }
}

fn nameless_issuer_key() -> CertificateSpec {
    CertificateSpec::edited(&[|leaf| leaf.without(id::AUTHORITY_KEY_ID)])
}

fn mild_constraints() -> CertificateSpec {
    intermediate(|ca| {
        if let Some(basic) = ca.extension(id::BASIC_CONSTRAINTS) {
            basic.critical = false;
        }
    })
}

fn checks() -> Vec<Scenario> {
    let one = |variant, title, certificate| {
        Name::new("C13", variant, title).broken(
            only(PYTHON, "C13"),
            asked(AS_PYTHON, serving(certificate)),
            asked(AS_PYTHON, Stage::default()),
        )
    };
    vec![
        one(
            "no-authority-key-id",
            "The certificate does not name its issuer's key, and Python 3.13 insists on it.",
            nameless_issuer_key(),
        ),
        one(
            "constraints-not-critical",
            "The intermediate's basicConstraints are not critical, and Python 3.13 insists on it.",
            mild_constraints(),
        ),
        one(
            "no-subject-key-id",
            "The intermediate does not name its key, and Python 3.13 insists on it.",
            intermediate(|ca| ca.without(id::SUBJECT_KEY_ID)),
        ),
        one(
            "root-without-usage",
            "The root has no keyUsage, and Python 3.13 insists on it.",
            root(|ca| ca.without(id::KEY_USAGE)),
        ),
    ]
}

/// What everybody refuses is no fault of the stricter checks, and what nobody asked refuses is only worth knowing.
fn near_checks() -> Vec<Scenario> {
    let below_rsa = |signed_with| {
        let rsa = |ca| CaSpec {
            key: KeyType::Rsa2048,
            ..ca
        };
        serving(CertificateSpec {
            ca: vec![rsa(CaSpec::root()), rsa(CaSpec::intermediate())],
            signed_with,
            ..CertificateSpec::default()
        })
    };
    let passed = |variant, title, arguments, certificate| {
        Name::new("C13", variant, title).broken(
            Expected::finding("C13"),
            asked(arguments, serving(certificate)),
            asked(arguments, Stage::default()),
        )
    };
    vec![
        Name::new("X16", "python", "Signed with SHA-1, and Python 3.13 asks.").broken(
            only(PYTHON, "X16"),
            asked(AS_PYTHON, below_rsa(SignedWith::Sha1)),
            asked(AS_PYTHON, below_rsa(SignedWith::Usual)),
        ),
        passed(
            "passed",
            "The intermediate's basicConstraints are not critical, which strict clients refuse.",
            &[],
            mild_constraints(),
        ),
        passed(
            "passed-openssl",
            "The certificate does not name its issuer's key, and OpenSSL does not insist on it.",
            &["--as", "openssl3"],
            nameless_issuer_key(),
        ),
    ]
}
