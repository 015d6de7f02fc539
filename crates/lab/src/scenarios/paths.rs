//! X12, X13, X23, X24, X25, X26, X27, X30: chains that lead to a trusted root, and what is wrong on the way.

mod lines;
mod rights;

use super::{Name, odd};
use crate::certify::tbs::{self, Edit, Tbs, id};
use crate::scenario::{Expected, Scenario};
use crate::stage::{
    CaSpec, CertificateSpec, CrossSpec, KeyType, Library, Served, Stage, TimeSource,
};
use report::{CauseId, ProtocolVersion};
use wire::profile::{PathFault, Profile};

pub(super) fn scenarios() -> Vec<Scenario> {
    [
        lines::scenarios(),
        rights::scenarios(),
        two_at_once(),
        oddities(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const DAY: i64 = 24;
/// An extension of nobody's.
const UNKNOWN: &[u64] = &[1, 3, 6, 1, 4, 1, 55_555, 1];

fn everyone(cause: &'static str) -> Expected {
    Expected::fails_for(cause, |_| true)
}

/// Stops those who do not let that fault pass.
fn minding(cause: &'static str, fault: PathFault) -> Expected {
    Expected::fails_for(cause, |profile| {
        !profile.rules.path.accepts.contains_key(&fault)
    })
}

/// Stops those who build one path and never turn back.
fn straight_ahead(cause: &'static str) -> Expected {
    Expected::fails_for(cause, |profile| !profile.rules.path.turns_back)
}

/// Two causes, both of which stop those that `fails` selects.
fn both(one: &'static str, other: &'static str, fails: impl Fn(&Profile) -> bool) -> Expected {
    Expected {
        causes: vec![CauseId::new(one), CauseId::new(other)],
        ..Expected::fails_for(one, fails)
    }
}

fn serving(certificate: CertificateSpec) -> Stage {
    Stage {
        time_sources: TimeSource::RIGHT,
        ..Stage::default().with_certificate(certificate)
    }
}

/// In TLS 1.2 with an RSA key.
fn classical(certificate: CertificateSpec) -> Stage {
    let library = Library {
        versions: &[ProtocolVersion::TLS1_2],
        ..Library::default()
    };
    let certificate = CertificateSpec {
        key: KeyType::Rsa2048,
        ..certificate
    };
    Stage {
        time_sources: TimeSource::RIGHT,
        ..Stage::library(library).with_certificate(certificate)
    }
}

fn good() -> CertificateSpec {
    CertificateSpec::default()
}

fn edited(edit: Edit) -> CertificateSpec {
    CertificateSpec::edited(&[edit])
}

fn served(served: &[Served]) -> CertificateSpec {
    CertificateSpec {
        served: served.to_vec(),
        ..good()
    }
}

/// An intermediate with this unusual.
fn intermediate(edit: Edit) -> CaSpec {
    CaSpec {
        edits: vec![edit],
        ..CaSpec::intermediate()
    }
}

fn below_root(intermediate: CaSpec) -> CertificateSpec {
    CertificateSpec {
        ca: vec![CaSpec::root(), intermediate],
        ..good()
    }
}

/// A root with this unusual.
fn root(edit: Edit) -> CertificateSpec {
    CertificateSpec {
        ca: vec![
            CaSpec {
                edits: vec![edit],
                ..CaSpec::root()
            },
            CaSpec::intermediate(),
        ],
        ..good()
    }
}

/// Root, `upper` and the usual intermediate.
fn three(upper: CaSpec) -> CertificateSpec {
    let upper = CaSpec {
        name: "tlsmedic lab upper",
        ..upper
    };
    CertificateSpec {
        ca: vec![CaSpec::root(), upper, CaSpec::intermediate()],
        ..good()
    }
}

/// The intermediate signed by the other root too.
fn crossed(hours: (i64, i64), served: &[Served]) -> CertificateSpec {
    CertificateSpec {
        crosses: vec![CrossSpec {
            of: 1,
            hours,
            edits: Vec::new(),
        }],
        served: served.to_vec(),
        ..good()
    }
}

fn two_at_once() -> Vec<Scenario> {
    let over_and_no_ca = || CaSpec {
        hours: (-700 * DAY, -4 * DAY),
        ..intermediate(|ca| {
            ca.with(
                id::BASIC_CONSTRAINTS,
                true,
                tbs::basic_constraints(false, None),
            )
        })
    };
    let constrained = || {
        intermediate(|ca| {
            ca.with(
                id::NAME_CONSTRAINTS,
                true,
                tbs::name_constraints(&["corp.test"], &[]),
            );
        })
    };
    let for_clients = || CertificateSpec {
        edits: vec![|leaf: &mut Tbs| {
            leaf.with(
                id::EXTENDED_KEY_USAGE,
                false,
                tbs::extended_key_usage(&[id::CLIENT_AUTH]),
            );
        }],
        ..below_root(constrained())
    };
    let misses_and_critical = || CertificateSpec {
        edits: vec![|leaf: &mut Tbs| leaf.with(UNKNOWN, true, vec![5, 0])],
        served: vec![Served::Leaf],
        issuer_url: true,
        ..good()
    };
    vec![
        Name::new(
            "X13",
            "and-no-ca",
            "Two at once: the intermediate expired, and is no CA.",
        )
        .broken(
            both("X13", "X24", |_| true),
            serving(below_root(over_and_no_ca())),
            serving(good()),
        ),
        Name::new(
            "X26",
            "and-client",
            "Two at once: a name outside the CA's constraints, and a certificate for clients.",
        )
        .broken(
            both("X26", "X23", |_| true),
            serving(for_clients()),
            serving(good()),
        ),
        Name::new(
            "X27",
            "and-no-intermediate",
            "Two at once: an unknown critical extension, and no intermediate.",
        )
        .broken(
            both("X27", "X11", |_| true),
            serving(misses_and_critical()),
            serving(good()),
        ),
    ]
}

fn oddities() -> Vec<Scenario> {
    use Served::{Ca, Cross, Leaf, Stranger};
    let over = (-700 * DAY, -4 * DAY);
    let swapped = || CertificateSpec {
        served: vec![Leaf, Ca(1), Ca(2)],
        ..three(CaSpec::intermediate())
    };
    vec![
        odd(
            "intermediate-twice",
            "The intermediate is served twice.",
            serving(served(&[Leaf, Ca(1), Ca(1)])),
        ),
        odd(
            "stranger-served",
            "A root that has nothing to do with it is served.",
            serving(served(&[Leaf, Stranger, Ca(1)])),
        ),
        odd(
            "intermediates-swapped",
            "The upper intermediate stands before the lower.",
            serving(swapped()),
        ),
        odd(
            "expired-cross",
            "An expired cross-certificate is served beside the intermediate that replaced it.",
            serving(crossed(over, &[Leaf, Cross(0), Ca(1)])),
        ),
        odd(
            "expired-cross-of-root",
            "The root's cross-certificate by an older root expired; the root itself is trusted.",
            serving(CertificateSpec {
                crosses: vec![CrossSpec {
                    of: 0,
                    hours: over,
                    edits: Vec::new(),
                }],
                served: vec![Leaf, Ca(1), Cross(0)],
                ..good()
            }),
        ),
        odd(
            "constrained-intermediate",
            "The intermediate may issue for this domain only.",
            serving(below_root(intermediate(|ca| {
                ca.with(
                    id::NAME_CONSTRAINTS,
                    true,
                    tbs::name_constraints(&["shop.test"], &[]),
                );
            }))),
        ),
        odd(
            "path-length-met",
            "The intermediate may have no CA below it, and has none.",
            serving(below_root(intermediate(|ca| {
                ca.with(
                    id::BASIC_CONSTRAINTS,
                    true,
                    tbs::basic_constraints(true, Some(0)),
                );
            }))),
        ),
    ]
}
