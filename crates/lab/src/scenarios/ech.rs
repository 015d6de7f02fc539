//! S31: keys for Encrypted Client Hello in DNS that the server knows nothing of.

use super::Name;
use crate::scenario::{Expected, Scenario};
use crate::stage::{
    CertificateSpec, Condition, Endpoint, KeyType, Names, Records, Refusal, Rule, Stage,
};
use report::Certainty;

const PUBLIC: &str = "public.shop.test";
const OWN: &[&str] = &["www.shop.test"];
const UNKNOWN_NAME: &[Rule] = &[Rule {
    when: Condition::NamesOther(OWN),
    then: Refusal::Alert(112),
}];
const CLOSES: &[Rule] = &[Rule {
    when: Condition::NamesOther(OWN),
    then: Refusal::Close,
}];

pub(super) fn scenarios() -> Vec<Scenario> {
    let published = |stage: Stage| Stage {
        records: Records {
            ech: Some(PUBLIC),
            ..Records::default()
        },
        ..stage
    };
    let named = |stage: Stage| Stage {
        names: Some(Names::Address),
        ..stage
    };
    let gated = |rules| {
        named(Stage::tls(Endpoint {
            rules,
            ..Endpoint::default()
        }))
    };
    let rsa =
        || named(Stage::default()).with_certificate(CertificateSpec::with_key(KeyType::Rsa2048));
    let covering = || {
        named(Stage::default())
            .with_certificate(CertificateSpec::for_names(&["www.shop.test", PUBLIC]))
    };
    let browsers = || Expected::fails_for("S31", |profile| profile.rules.encrypts_hello);
    vec![
        Name::new(
            "S31",
            "uncovered",
            "An ECH key in DNS that the server does not hold, and a certificate without its public name.",
        )
        .broken(
            browsers(),
            published(named(Stage::default())),
            named(Stage::default()),
        ),
        Name::new(
            "S31",
            "uncovered-rsa",
            "The same with an RSA certificate.",
        )
        .broken(browsers(), published(rsa()), rsa()),
        Name::new(
            "S31",
            "unknown-name",
            "An ECH key in DNS, and a server that refuses its public name with alert 112.",
        )
        .broken(
            browsers(),
            published(gated(UNKNOWN_NAME)),
            gated(UNKNOWN_NAME),
        ),
        Name::new(
            "S31",
            "closes",
            "An ECH key in DNS, and a server that hangs up on its public name.",
        )
        .broken(browsers(), published(gated(CLOSES)), gated(CLOSES)),
        Name::new(
            "S31",
            "covered",
            "An ECH key in DNS that the server does not hold; its certificate covers the public name, so that browsers go on without.",
        )
        .broken(
            Expected {
                certainty: Certainty::Proven,
                ..Expected::finding("S31")
            },
            published(covering()),
            covering(),
        ),
    ]
}
