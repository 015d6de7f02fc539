//! X14, X15, X37: a CA or a key that was trusted and is no longer.

use super::Name;
use crate::scenario::{Expected, Scenario};
use crate::stage::{
    Bundles, CertificateSpec, Chain, CrossSpec, Distrust, DistrustOf, KeyType, Library, Served,
    Stage,
};
use report::{Certainty, Outcome, ProtocolVersion};
use wire::profile::Profile;

const DAY: i64 = 24;
const CHROME: &[&str] = &["chrome"];
const BROWSERS: &[&str] = &["chrome", "mozilla"];
const EVERYONE: &[&str] = &["chrome", "mozilla", "java", "system"];

pub(super) fn scenarios() -> Vec<Scenario> {
    [distrusted(), another_way(), blocked(), dropped()]
        .into_iter()
        .flatten()
        .collect()
}

/// The clients of those stores fail.
fn fails(cause: &'static str, stores: &'static [&'static str]) -> Expected {
    let of_them = |profile: &Profile| stores.contains(&profile.rules.store.as_str());
    Expected {
        certainty: Certainty::Supported,
        ..Expected::fails_for(cause, of_them)
    }
}

fn listing(distrusted: &'static [Distrust], stage: Stage) -> Stage {
    Stage {
        distrusted,
        ..stage
    }
}

fn classical() -> Stage {
    Stage::library(Library {
        versions: &[ProtocolVersion::TLS1_2],
        ..Library::default()
    })
    .with_certificate(CertificateSpec::with_key(KeyType::Rsa2048))
}

fn distrusted() -> Vec<Scenario> {
    const ROOT: &[Distrust] = &[Distrust {
        of: DistrustOf::Root,
        stores: EVERYONE,
        after_hours: None,
    }];
    const INTERMEDIATE: &[Distrust] = &[Distrust {
        of: DistrustOf::Intermediate,
        stores: BROWSERS,
        after_hours: None,
    }];
    // The usual certificate is of thirty days ago.
    const LATE: &[Distrust] = &[Distrust {
        of: DistrustOf::Root,
        stores: CHROME,
        after_hours: Some(-40 * DAY),
    }];
    const EARLY: &[Distrust] = &[Distrust {
        of: DistrustOf::Root,
        stores: CHROME,
        after_hours: Some(-20 * DAY),
    }];
    let name = |variant, title| Name::new("X14", variant, title);
    vec![
        name(
            "root",
            "Every root programme has withdrawn its trust from the root.",
        )
        .broken(
            fails("X14", EVERYONE),
            listing(ROOT, Stage::default()),
            Stage::default(),
        ),
        name(
            "intermediate-tls12",
            "Browsers have withdrawn their trust from the intermediate, in TLS 1.2.",
        )
        .broken(
            fails("X14", BROWSERS),
            listing(INTERMEDIATE, classical()),
            classical(),
        ),
        name(
            "date",
            "Chrome trusts the root for certificates from before a date, and this one is later.",
        )
        .broken(
            fails("X14", CHROME),
            listing(LATE, Stage::default()),
            listing(EARLY, Stage::default()),
        ),
    ]
}

/// Whoever finds another way up does not mind.
fn another_way() -> Vec<Scenario> {
    const ONE: &[Distrust] = &[Distrust {
        of: DistrustOf::Root,
        stores: EVERYONE,
        after_hours: None,
    }];
    const BOTH: &[Distrust] = &[
        Distrust {
            of: DistrustOf::Root,
            stores: EVERYONE,
            after_hours: None,
        },
        Distrust {
            of: DistrustOf::OtherRoot,
            stores: CHROME,
            after_hours: None,
        },
    ];
    let crossed = || Stage {
        trusts_other_root: true,
        ..Stage::default().with_certificate(CertificateSpec {
            crosses: vec![CrossSpec {
                of: 1,
                hours: (-100 * DAY, 100 * DAY),
                edits: Vec::new(),
            }],
            served: vec![Served::Leaf, Served::Ca(1), Served::Cross(0)],
            ..CertificateSpec::default()
        })
    };
    vec![
        Name::new(
            "X14",
            "both-ways",
            "Chrome distrusts both roots that signed the intermediate, the others one of them.",
        )
        .broken(
            Expected {
                outcome: Outcome::WorksWithProblems,
                ..fails("X14", CHROME)
            },
            listing(BOTH, crossed()),
            listing(ONE, crossed()),
        ),
    ]
}

fn blocked() -> Vec<Scenario> {
    const ROOT: &[Distrust] = &[Distrust {
        of: DistrustOf::RootKey,
        stores: BROWSERS,
        after_hours: None,
    }];
    const INTERMEDIATE: &[Distrust] = &[Distrust {
        of: DistrustOf::IntermediateKey,
        stores: CHROME,
        after_hours: None,
    }];
    // Another CA's key is none of ours.
    const STRANGER: &[Distrust] = &[Distrust {
        of: DistrustOf::OtherRoot,
        stores: EVERYONE,
        after_hours: None,
    }];
    let name = |variant, title| Name::new("X37", variant, title);
    vec![
        name("root", "Browsers block the root's key.").broken(
            fails("X37", BROWSERS),
            listing(ROOT, Stage::default()),
            listing(STRANGER, Stage::default()),
        ),
        name("intermediate", "Chrome blocks the intermediate's key.").broken(
            fails("X37", CHROME),
            listing(INTERMEDIATE, Stage::default()),
            Stage::default(),
        ),
        name(
            "intermediate-tls12",
            "Chrome blocks the intermediate's key, in TLS 1.2.",
        )
        .broken(
            fails("X37", CHROME),
            listing(INTERMEDIATE, classical()),
            classical(),
        ),
    ]
}

fn dropped() -> Vec<Scenario> {
    let with = |bundles, stage: Stage| Stage {
        bundles: Some(bundles),
        ..stage
    };
    let with_root = || {
        Stage::default().with_certificate(CertificateSpec {
            chain: Chain::WithRoot,
            ..CertificateSpec::default()
        })
    };
    let expected = || Expected::fails("X15", Certainty::Proven);
    let name = |variant, title| Name::new("X15", variant, title);
    let dropped = |name: Name, stage: fn() -> Stage| {
        name.broken(
            expected(),
            with(Bundles::Dropped, stage()),
            with(Bundles::Kept, stage()),
        )
    };
    vec![
        dropped(
            name(
                "usual",
                "The root was in the former bundle and is not in this one.",
            ),
            Stage::default,
        ),
        dropped(
            name(
                "with-root",
                "The root is sent, was in the former bundle and is not in this one.",
            ),
            with_root,
        ),
        dropped(
            name(
                "rsa-tls12",
                "The root was in the former bundle and is not in this one, in TLS 1.2.",
            ),
            classical,
        ),
        Name::new(
            "X10",
            "never-in-bundle",
            "The root is sent, and was in no bundle.",
        )
        .broken(
            Expected::fails("X10", Certainty::Supported),
            with(Bundles::Never, with_root()),
            with(Bundles::Kept, with_root()),
        ),
    ]
}
