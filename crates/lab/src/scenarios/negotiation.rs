//! S10–S13: no version, cipher suite or group in common.

use super::Name;
use crate::scenario::{Expected, Scenario};
use crate::stage::{
    CertificateSpec, Condition, Endpoint, KeyType, Library, Refusal, Rule, Script, Stack, Stage,
};
use report::{Certainty, CipherSuite, NamedGroup, ProtocolVersion};

const OLD: &[ProtocolVersion] = &[ProtocolVersion::TLS1_1, ProtocolVersion::TLS1_0];
const TLS12: &[ProtocolVersion] = &[ProtocolVersion::TLS1_2];
const TLS13: &[ProtocolVersion] = &[ProtocolVersion::TLS1_3];

const SECP256K1: u16 = 0x0016;
const SECP256R1: u16 = 0x0017;
const SECP384R1: u16 = 0x0018;
const SECP521R1: u16 = 0x0019;
const BRAINPOOL_P256R1: u16 = 0x001a;
const X25519: u16 = 0x001d;

const RSA_AES128_SHA: u16 = 0x002f;
const RSA_CAMELLIA128_SHA: u16 = 0x0041;
const DHE_RSA_AES128_GCM: u16 = 0x009e;
const ECDHE_RSA_AES128_SHA: u16 = 0xc013;
const ECDHE_RSA_ARIA128_GCM: u16 = 0xc060;

pub(super) fn scenarios() -> Vec<Scenario> {
    [old_versions(), only_tls13(), suites(), groups()]
        .into_iter()
        .flatten()
        .collect()
}

fn rsa() -> CertificateSpec {
    CertificateSpec::with_key(KeyType::Rsa2048)
}

fn library(versions: &'static [ProtocolVersion]) -> Stage {
    Stage::library(Library {
        versions,
        ..Library::default()
    })
}

fn rsa_script(script: Script) -> Stage {
    Stage::script(script).with_certificate(rsa())
}

fn old_versions() -> Vec<Scenario> {
    let script = |versions, reads_supported_versions| {
        rsa_script(Script {
            versions,
            reads_supported_versions,
            suites: &[ECDHE_RSA_AES128_SHA],
            ..Script::default()
        })
    };
    let expected = || Expected::fails("S10", Certainty::Proven);
    let twin = || library(TLS12).with_certificate(rsa());
    vec![
        Name::new(
            "S10",
            "alert",
            "Only TLS 1.0 and 1.1, and alert 70 for everybody else.",
        )
        .broken(expected(), script(OLD, true), twin()),
        Name::new(
            "S10",
            "tls11",
            "Only TLS 1.0 and 1.1, chosen even where they are not offered.",
        )
        .broken(expected(), script(OLD, false), twin()),
        Name::new(
            "S10",
            "tls10",
            "Only TLS 1.0, chosen even where it is not offered.",
        )
        .broken(
            expected(),
            script(&[ProtocolVersion::TLS1_0], false),
            twin(),
        ),
    ]
}

fn only_tls13() -> Vec<Scenario> {
    const OLD_CLIENT: &[&str] = &["--tls-max", "1.2"];
    const REFUSED: &[Rule] = &[Rule {
        when: Condition::WithoutVersion(0x0304),
        then: Refusal::Alert(40),
    }];
    let expected = || Expected {
        clients_failing: Some(vec!["custom".to_owned()]),
        ..Expected::fails("S11", Certainty::Proven)
    };
    let rsa13 = || library(TLS13).with_certificate(rsa());
    let gated = || {
        Stage::tls(Endpoint {
            rules: REFUSED,
            ..Endpoint::default()
        })
    };
    vec![
        Name::new(
            "S11",
            "ecdsa",
            "Only TLS 1.3, asked by a client that stops at 1.2.",
        )
        .broken(
            expected(),
            Stage {
                arguments: OLD_CLIENT,
                ..library(TLS13)
            },
            library(TLS13),
        ),
        Name::new(
            "S11",
            "rsa",
            "Only TLS 1.3 with an RSA key, asked by a client that stops at 1.2.",
        )
        .broken(
            expected(),
            Stage {
                arguments: OLD_CLIENT,
                ..rsa13()
            },
            rsa13(),
        ),
        Name::new(
            "S11",
            "alert-40",
            "Only TLS 1.3, refused with an alert that does not say so.",
        )
        .broken(
            expected(),
            Stage {
                arguments: OLD_CLIENT,
                ..gated()
            },
            gated(),
        ),
    ]
}

fn suites() -> Vec<Scenario> {
    const RSA_CLIENT: &[&str] = &[
        "--tls-max",
        "1.2",
        "--ciphers",
        "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384",
    ];
    const ECDSA_CLIENT: &[&str] = &[
        "--tls-max",
        "1.2",
        "--ciphers",
        "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384",
    ];
    let script = |suites| {
        rsa_script(Script {
            suites,
            ..Script::default()
        })
    };
    let without = |suite: u16| {
        Expected::fails_for("S12", move |profile| {
            !profile.hello.cipher_suites.contains(&CipherSuite(suite))
        })
    };
    let custom = || Expected {
        clients_failing: Some(vec!["custom".to_owned()]),
        ..Expected::fails("S12", Certainty::Proven)
    };
    let both = || library(&[ProtocolVersion::TLS1_3, ProtocolVersion::TLS1_2]);
    let twin = || both().with_certificate(rsa());
    vec![
        Name::new(
            "S12",
            "camellia",
            "Only RSA key exchange with Camellia, which nobody offers.",
        )
        .broken(
            without(RSA_CAMELLIA128_SHA),
            script(&[RSA_CAMELLIA128_SHA]),
            twin(),
        ),
        Name::new("S12", "aria", "Only ARIA, which nobody offers.").broken(
            without(ECDHE_RSA_ARIA128_GCM),
            script(&[ECDHE_RSA_ARIA128_GCM]),
            twin(),
        ),
        Name::new(
            "S12",
            "rsa-key-exchange",
            "Only AES128-SHA with RSA key exchange, which some offer.",
        )
        .broken(without(RSA_AES128_SHA), script(&[RSA_AES128_SHA]), twin()),
        Name::new(
            "S12",
            "dhe",
            "Only finite-field Diffie-Hellman, which browsers gave up.",
        )
        .broken(
            without(DHE_RSA_AES128_GCM),
            script(&[DHE_RSA_AES128_GCM]),
            twin(),
        ),
        Name::new(
            "S12",
            "ecdsa-only",
            "An ECDSA certificate, asked by a client of RSA suites.",
        )
        .broken(
            custom(),
            Stage {
                arguments: RSA_CLIENT,
                ..both()
            },
            Stage {
                arguments: ECDSA_CLIENT,
                ..both()
            },
        ),
        Name::new(
            "S12",
            "rsa-only",
            "An RSA certificate, asked by a client of ECDSA suites.",
        )
        .broken(
            custom(),
            Stage {
                arguments: ECDSA_CLIENT,
                ..twin()
            },
            Stage {
                arguments: RSA_CLIENT,
                ..twin()
            },
        ),
    ]
}

fn groups() -> Vec<Scenario> {
    const RETRY_RESET: &[Rule] = &[Rule {
        when: Condition::Second,
        then: Refusal::Reset,
    }];
    const RETRY_ALERT: &[Rule] = &[Rule {
        when: Condition::Second,
        then: Refusal::Alert(10),
    }];
    let without = |group: u16| {
        Expected::fails_for("S13", move |profile| {
            !profile.hello.groups().contains(&NamedGroup(group))
        })
    };
    let without_share = Expected::fails_for("S13", |profile| {
        !profile.hello.key_shares().contains(&NamedGroup(SECP256R1))
    });
    let script = |versions, suites, groups| {
        rsa_script(Script {
            versions,
            suites,
            groups,
            ..Script::default()
        })
    };
    let retrying = |rules, groups| {
        let library = Library {
            versions: TLS13,
            groups,
            ..Library::default()
        };
        Stage::tls(Endpoint {
            rules,
            stack: Stack::Library(library),
            ..Endpoint::default()
        })
    };
    let both_groups = || {
        Stage::library(Library {
            versions: TLS13,
            groups: &[X25519, SECP256R1],
            ..Library::default()
        })
    };
    let twin = |versions| library(versions).with_certificate(rsa());
    vec![
        Name::new(
            "S13",
            "p521",
            "TLS 1.2 with P-521 alone, which some do not offer.",
        )
        .broken(
            without(SECP521R1),
            script(TLS12, &[0xc02f], &[SECP521R1]),
            twin(TLS12),
        ),
        Name::new(
            "S13",
            "p521-tls13",
            "TLS 1.3 with P-521 alone, which some do not offer.",
        )
        .broken(
            without(SECP521R1),
            script(TLS13, &[0x1301, 0x1302], &[SECP521R1]),
            twin(TLS13),
        ),
        Name::new(
            "S13",
            "secp256k1",
            "TLS 1.2 with secp256k1 alone, which nobody offers.",
        )
        .broken(
            without(SECP256K1),
            script(TLS12, &[0xc02f], &[SECP256K1]),
            twin(TLS12),
        ),
        Name::new(
            "S13",
            "brainpool",
            "TLS 1.2 with brainpoolP256r1 alone, which nobody offers.",
        )
        .broken(
            without(BRAINPOOL_P256R1),
            script(TLS12, &[0xc02f], &[BRAINPOOL_P256R1]),
            twin(TLS12),
        ),
        Name::new(
            "S13",
            "retry-p384",
            "A reset for whoever answers a HelloRetryRequest for P-384.",
        )
        .broken(
            Expected::fails("S13", Certainty::Proven),
            retrying(RETRY_RESET, &[SECP384R1]),
            retrying(&[], &[SECP384R1]),
        ),
        Name::new(
            "S13",
            "retry-reset",
            "A reset for whoever answers a HelloRetryRequest.",
        )
        .broken(
            without_share.clone(),
            retrying(RETRY_RESET, &[SECP256R1]),
            both_groups(),
        ),
        Name::new(
            "S13",
            "retry-alert",
            "Alert 10 for whoever answers a HelloRetryRequest.",
        )
        .broken(
            without_share,
            retrying(RETRY_ALERT, &[SECP256R1]),
            both_groups(),
        ),
    ]
}
