//! S25, S26, S27: the certificate of nobody in particular, the one before the last, and servers that do not answer alike.

use super::{Name, odd};
use crate::scenario::{Expected, Scenario};
use crate::stage::{
    CaSpec, CertificateSpec, Chain, Condition, Endpoint, Issuer, KeyType, Library, Member, Names,
    Refusal, Rule, Spread, Stack, Stage, TimeSource,
};
use report::{CauseId, Certainty, Outcome, ProtocolVersion};

const INTERNAL_ERROR: &[Rule] = &[Rule {
    when: Condition::Always,
    then: Refusal::Alert(80),
}];
const CLOSES: &[Rule] = &[Rule {
    when: Condition::Always,
    then: Refusal::Close,
}];
const RESETS: &[Rule] = &[Rule {
    when: Condition::Always,
    then: Refusal::Reset,
}];

pub(super) fn scenarios() -> Vec<Scenario> {
    [differing(), alike(), not_reloaded(), fallback()]
        .into_iter()
        .flatten()
        .collect()
}

/// The usual server, and others like `members` beside it.
fn beside(spread: Spread, members: Vec<Member>) -> Stage {
    Stage {
        names: (spread == Spread::Addresses).then_some(Names::Address),
        time_sources: TimeSource::RIGHT,
        spread,
        members,
        ..Stage::default()
    }
}

fn serving(certificate: CertificateSpec) -> Member {
    Member {
        endpoint: Endpoint::default(),
        certificate,
    }
}

fn refusing(rules: &'static [Rule]) -> Member {
    Member {
        endpoint: Endpoint {
            rules,
            ..Endpoint::default()
        },
        certificate: CertificateSpec::default(),
    }
}

/// Some members work; these are the causes.
fn some_work(causes: &[&'static str]) -> Expected {
    Expected {
        outcome: Outcome::WorksWithProblems,
        causes: causes.iter().map(|id| CauseId::new(id)).collect(),
        ..Expected::fails("S27", Certainty::Proven)
    }
}

fn expired() -> CertificateSpec {
    CertificateSpec::valid(-100, -10)
}

fn differing() -> Vec<Scenario> {
    use Spread::{Addresses, Turns};
    let case = |variant, title, spread, member: fn() -> Member, causes: &[&'static str]| {
        Name::new("S27", variant, title).broken(
            some_work(causes),
            beside(spread, vec![member()]),
            beside(spread, Vec::new()),
        )
    };
    vec![
        case(
            "address-expired",
            "One of two addresses still serves the certificate before the last, which expired.",
            Addresses,
            || serving(expired()),
            &["S27", "X01"],
        ),
        case(
            "turn-expired",
            "Every second connection to one address meets a certificate that expired.",
            Turns,
            || serving(expired()),
            &["S27", "X01"],
        ),
        case(
            "address-alert",
            "One of two addresses refuses every handshake with alert 80.",
            Addresses,
            || refusing(INTERNAL_ERROR),
            &["S27"],
        ),
        case(
            "address-reset",
            "One of two addresses resets every connection.",
            Addresses,
            || refusing(RESETS),
            &["S27"],
        ),
        case(
            "turn-alert",
            "Every second connection to one address is refused with alert 80.",
            Turns,
            || refusing(INTERNAL_ERROR),
            &["S27"],
        ),
        case(
            "turn-closed",
            "Every second connection to one address is closed after the hello.",
            Turns,
            || refusing(CLOSES),
            &["S27"],
        ),
        case(
            "turn-name",
            "Every second connection to one address meets another site's certificate.",
            Turns,
            || serving(CertificateSpec::for_names(&["intranet.office.test"])),
            &["S27", "X05"],
        ),
        case(
            "turn-self-signed",
            "Every second connection to one address meets a certificate that the server signed itself.",
            Turns,
            || {
                serving(CertificateSpec {
                    issuer: Issuer::Itself,
                    chain: Chain::Alone,
                    ..CertificateSpec::default()
                })
            },
            &["S27", "X09"],
        ),
    ]
}

/// Members that differ in what harms nobody.
fn alike() -> Vec<Scenario> {
    let older = || CertificateSpec::valid(-60, 30);
    let modern = || Member {
        endpoint: Endpoint {
            stack: Stack::Library(Library {
                versions: &[ProtocolVersion::TLS1_2],
                ..Library::default()
            }),
            ..Endpoint::default()
        },
        certificate: CertificateSpec::default(),
    };
    let finding = |variant, title, stage| Scenario {
        expected: Expected::finding("S27"),
        healthy: beside(Spread::Addresses, Vec::new()),
        ..odd(variant, title, stage)
    };
    vec![
        finding(
            "members-renewed-apart",
            "Two addresses serve different certificates, both good.",
            beside(Spread::Addresses, vec![serving(older())]),
        ),
        finding(
            "members-versions",
            "One of two addresses speaks TLS 1.2 only.",
            beside(Spread::Addresses, vec![modern()]),
        ),
    ]
}

fn not_reloaded() -> Vec<Scenario> {
    let told = |served: CertificateSpec, file: CertificateSpec| Stage {
        time_sources: TimeSource::RIGHT,
        deployed: Some(file),
        ..Stage::default().with_certificate(served)
    };
    let renewed = || CertificateSpec::valid(-5, 85);
    let rsa = |certificate| CertificateSpec {
        key: KeyType::Rsa2048,
        ..certificate
    };
    let both = || Expected {
        causes: ["S26", "X01"].map(CauseId::new).to_vec(),
        ..Expected::fails("S26", Certainty::Proven)
    };
    vec![
        Name::new(
            "S26",
            "expired",
            "The file was renewed, and the server still serves the one that expired.",
        )
        .broken(
            both(),
            told(expired(), renewed()),
            told(renewed(), renewed()),
        ),
        Name::new("S26", "rsa", "The same with RSA keys.").broken(
            both(),
            told(rsa(expired()), rsa(renewed())),
            told(rsa(renewed()), rsa(renewed())),
        ),
        Name::new(
            "S26",
            "still-valid",
            "The file was renewed; what is still served is good for some days.",
        )
        .broken(
            Expected::finding("S26"),
            told(CertificateSpec::valid(-80, 10), renewed()),
            told(renewed(), renewed()),
        ),
        Name::new(
            "X01",
            "file-for-others",
            "The certificate expired, and the file given is for another name.",
        )
        .broken(
            Expected::fails("X01", Certainty::Proven),
            told(
                expired(),
                CertificateSpec {
                    hours: (-24, 24 * 60),
                    ..CertificateSpec::for_names(&["mail.shop.test"])
                },
            ),
            told(renewed(), renewed()),
        ),
    ]
}

fn fallback() -> Vec<Scenario> {
    let proven = || Expected::fails("S25", Certainty::Proven);
    let by_itself = |common_name, name: &str| CertificateSpec {
        common_name: Some(common_name),
        issuer: Issuer::Itself,
        chain: Chain::Alone,
        ..CertificateSpec::for_names(&[name])
    };
    let rsa = |certificate| CertificateSpec {
        key: KeyType::Rsa2048,
        ..certificate
    };
    let serve = |certificate| Stage::default().with_certificate(certificate);
    let caddy = || CertificateSpec {
        ca: vec![
            CaSpec {
                name: "Caddy Local Authority - 2026 ECC Root",
                ..CaSpec::root()
            },
            CaSpec {
                name: "Caddy Local Authority - ECC Intermediate",
                ..CaSpec::intermediate()
            },
        ],
        ..CertificateSpec::for_names(&["localhost"])
    };
    let untold = |certificate| Stage {
        trusts_root: false,
        ..serve(certificate)
    };
    let good = CertificateSpec::default;
    vec![
        Name::new(
            "S25",
            "ingress-nginx",
            "ingress-nginx has no secret for this host.",
        )
        .broken(
            proven(),
            serve(rsa(by_itself(
                "Kubernetes Ingress Controller Fake Certificate",
                "ingress.local",
            ))),
            serve(rsa(good())),
        ),
        Name::new(
            "S25",
            "traefik",
            "Traefik has no certificate for this host.",
        )
        .broken(
            proven(),
            serve(by_itself(
                "TRAEFIK DEFAULT CERT",
                "0a1b2c.3d4e5f.traefik.default",
            )),
            serve(good()),
        ),
        Name::new(
            "S25",
            "caddy",
            "Caddy serves a certificate of its local authority.",
        )
        .broken(proven(), untold(caddy()), serve(good())),
        // Near misses: the maker's name alone is no fault, and neither is every self-signed or foreign certificate a fallback.
        Name::new(
            "X09",
            "traefik-right-name",
            "Traefik's own certificate, for exactly this host.",
        )
        .broken(
            Expected::fails("X09", Certainty::Proven),
            serve(by_itself("TRAEFIK DEFAULT CERT", "www.shop.test")),
            serve(good()),
        ),
    ]
}
