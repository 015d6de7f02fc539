//! P04 and T01: DNS servers that lead apart, and such as take their time.

use super::{Name, odd};
use crate::scenario::{Expected, Scenario};
use crate::stage::{
    CertificateSpec, Condition, Dialogue, Endpoint, Member, Names, Opening, Refusal, Rule, Spread,
    Stage, TimeSource,
};
use report::{CauseId, Outcome};

const CLOSES: &[Rule] = &[Rule {
    when: Condition::Always,
    then: Refusal::Close,
}];
const INTERNAL_ERROR: &[Rule] = &[Rule {
    when: Condition::Always,
    then: Refusal::Alert(80),
}];

/// The usual server, which one DNS server leads to, and another one, which the other leads to.
fn apart(member: Member) -> Stage {
    Stage {
        names: Some(Names::Address),
        time_sources: TimeSource::RIGHT,
        spread: Spread::Resolvers,
        members: vec![member],
        ..Stage::default()
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

fn serving(certificate: CertificateSpec) -> Member {
    Member {
        endpoint: Endpoint::default(),
        certificate,
    }
}

/// Who leads astray, or whether one of two servers is broken, cannot be known from here.
fn undecided() -> Expected {
    Expected {
        outcome: Outcome::WorksWithProblems,
        ..Expected::undecided(&["P04", "S27", "C29"])
    }
}

pub(super) fn scenarios() -> Vec<Scenario> {
    let healthy = || serving(CertificateSpec::default());
    let late = |stage: Stage| Stage {
        names: Some(Names::Late),
        ..stage
    };
    let in_time = |stage: Stage| Stage {
        names: Some(Names::Address),
        ..stage
    };
    let mail = || Stage {
        arguments: &["--starttls", "smtp"],
        ..Stage::tls(Endpoint {
            opening: Opening::Starttls(Dialogue::Smtp),
            ..Endpoint::default()
        })
    };
    let slow = || Expected {
        findings: vec![CauseId::new("T01")],
        ..Expected::healthy()
    };
    let case = |variant, title, member: Member| {
        Name::new("P04", variant, title).broken(undecided(), apart(member), apart(healthy()))
    };
    vec![
        case(
            "closed",
            "One of two DNS servers leads to a machine that closes every connection.",
            refusing(CLOSES),
        ),
        case(
            "alert",
            "One of two DNS servers leads to a machine that refuses with alert 80.",
            refusing(INTERNAL_ERROR),
        ),
        case(
            "portal",
            "One of two DNS servers leads to a machine with a certificate for another name.",
            serving(CertificateSpec::for_names(&["login.portal.test"])),
        ),
        Name::new(
            "T01",
            "late",
            "The DNS server takes a second and a half for each answer.",
        )
        .broken(slow(), late(Stage::default()), in_time(Stage::default())),
        Name::new("T01", "late-smtp", "A mail server's name takes as long.").broken(
            slow(),
            late(mail()),
            in_time(mail()),
        ),
        Name::new(
            "T01",
            "both-late",
            "Two DNS servers take as long, and lead to one machine each.",
        )
        .broken(slow(), late(apart(healthy())), apart(healthy())),
        odd(
            "apart",
            "Two DNS servers lead to different machines, and both are well.",
            apart(healthy()),
        ),
    ]
}
