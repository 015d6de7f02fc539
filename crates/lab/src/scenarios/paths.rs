//! X12, X13, X23, X24, X25, X26, X27, X30: chains that lead to a trusted root, and what is wrong on the way.

use super::{Name, odd};
use crate::certify::tbs::{self, Edit, Tbs, id, usage};
use crate::scenario::{Expected, Scenario};
use crate::stage::{
    CaSpec, CertificateSpec, CrossSpec, KeyType, Library, Served, SignedWith, Stage,
};
use report::{CauseId, ProtocolVersion};
use wire::profile::{PathFault, Profile};

pub(super) fn scenarios() -> Vec<Scenario> {
    [
        order(),
        expired(),
        purposes(),
        issuers(),
        authorities_as_leaves(),
        constraints(),
        critical_extensions(),
        other_keys(),
        damaged(),
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
        time_source: true,
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
        time_source: true,
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

fn order() -> Vec<Scenario> {
    use Served::{Ca, Cross, Leaf, Namesake};
    let without_key_ids = |served: &[Served]| CertificateSpec {
        edits: vec![|leaf: &mut Tbs| leaf.without(id::AUTHORITY_KEY_ID)],
        served: served.to_vec(),
        ..good()
    };
    let valid = (-30 * DAY, 300 * DAY);
    vec![
        Name::new(
            "X12",
            "leaf-second",
            "The server's own certificate is the second it sends.",
        )
        .broken(
            everyone("X12"),
            serving(served(&[Ca(1), Leaf])),
            serving(served(&[Leaf, Ca(1)])),
        ),
        Name::new(
            "X12",
            "leaf-last-rsa-tls12",
            "The chain upside down, in TLS 1.2 with an RSA key.",
        )
        .broken(
            everyone("X12"),
            classical(served(&[Ca(0), Ca(1), Leaf])),
            classical(served(&[Leaf, Ca(1), Ca(0)])),
        ),
        Name::new(
            "X12",
            "cross-first",
            "A cross-certificate by a root nobody knows stands before the intermediate.",
        )
        .broken(
            straight_ahead("X12"),
            serving(crossed(valid, &[Leaf, Cross(0), Ca(1)])),
            serving(crossed(valid, &[Leaf, Ca(1), Cross(0)])),
        ),
        Name::new(
            "X12",
            "namesake-first",
            "An intermediate of the same name with another key stands before the right one.",
        )
        .broken(
            straight_ahead("X12"),
            serving(without_key_ids(&[Leaf, Namesake(1), Ca(1)])),
            serving(without_key_ids(&[Leaf, Ca(1), Namesake(1)])),
        ),
    ]
}

fn expired() -> Vec<Scenario> {
    use Served::{Ca, Cross, Leaf};
    let dated = |hours| CaSpec {
        hours,
        ..CaSpec::intermediate()
    };
    let over = || dated((-700 * DAY, -4 * DAY));
    let both_roots = |stage: Stage| Stage {
        trusts_other_root: true,
        ..stage
    };
    let old_root = || CertificateSpec {
        ca: vec![
            CaSpec {
                hours: (-800 * DAY, -DAY),
                ..CaSpec::root()
            },
            CaSpec::intermediate(),
        ],
        ..good()
    };
    vec![
        Name::new(
            "X13",
            "intermediate",
            "The intermediate expired four days ago.",
        )
        .broken(
            everyone("X13"),
            serving(below_root(over())),
            serving(good()),
        ),
        Name::new(
            "X13",
            "intermediate-rsa-tls12",
            "The intermediate expired an hour ago, in TLS 1.2 with an RSA key.",
        )
        .broken(
            everyone("X13"),
            classical(below_root(dated((-700 * DAY, -1)))),
            classical(below_root(dated((-700 * DAY, 2)))),
        ),
        Name::new(
            "X13",
            "upper",
            "The upper of two intermediates expired four days ago.",
        )
        .broken(
            everyone("X13"),
            serving(three(over())),
            serving(three(CaSpec::intermediate())),
        ),
        Name::new(
            "X13",
            "early",
            "The intermediate becomes valid in two days.",
        )
        .broken(
            everyone("X13"),
            serving(below_root(dated((2 * DAY, 700 * DAY)))),
            serving(good()),
        ),
        Name::new(
            "X13",
            "cross-alone",
            "An expired cross-certificate is served, and the certificate that replaced it is not.",
        )
        .broken(
            everyone("X13"),
            both_roots(serving(crossed((-700 * DAY, -4 * DAY), &[Leaf, Cross(0)]))),
            both_roots(serving(crossed(
                (-700 * DAY, -4 * DAY),
                &[Leaf, Cross(0), Ca(1)],
            ))),
        ),
        Name::new("X13", "root", "The trusted root itself expired yesterday.").broken(
            minding("X13", PathFault::AnchorDates),
            serving(old_root()),
            serving(good()),
        ),
        Name::new(
            "X13",
            "no-clock",
            "The intermediate expired four days ago, and nobody to ask for the time.",
        )
        .broken(
            Expected::undecided(&["X13", "C02"]),
            Stage::default().with_certificate(below_root(over())),
            Stage::default(),
        ),
    ]
}

fn purposes() -> Vec<Scenario> {
    let client_only: Edit = |leaf| {
        leaf.with(
            id::EXTENDED_KEY_USAGE,
            false,
            tbs::extended_key_usage(&[id::CLIENT_AUTH]),
        );
    };
    let email_only: Edit = |leaf| {
        leaf.with(
            id::EXTENDED_KEY_USAGE,
            true,
            tbs::extended_key_usage(&[id::EMAIL_PROTECTION]),
        );
    };
    let any: Edit = |leaf| {
        leaf.with(
            id::EXTENDED_KEY_USAGE,
            false,
            tbs::extended_key_usage(&[id::ANY_PURPOSE]),
        );
    };
    let agreement_only: Edit = |leaf| {
        leaf.with(id::KEY_USAGE, true, tbs::key_usage(usage::KEY_AGREEMENT));
    };
    let encipherment_only: Edit = |leaf| {
        leaf.with(id::KEY_USAGE, true, tbs::key_usage(usage::KEY_ENCIPHERMENT));
    };
    let signing_only: Edit = |leaf| {
        leaf.with(id::KEY_USAGE, true, tbs::key_usage(usage::KEY_CERT_SIGN));
    };
    vec![
        Name::new(
            "X23",
            "any-issuer",
            "The intermediate may issue for any purpose and does not name that of a server.",
        )
        .broken(
            minding("X23", PathFault::AnyPurposeOfIssuer),
            serving(below_root(intermediate(any))),
            serving(good()),
        ),
        Name::new(
            "X23",
            "root",
            "The trusted root may issue for clients only.",
        )
        .broken(
            minding("X23", PathFault::AnchorPurpose),
            serving(root(client_only)),
            serving(good()),
        ),
        Name::new(
            "X23",
            "certificate-signing",
            "A key that is for signing certificates only.",
        )
        .broken(
            minding("X23", PathFault::NoServerUsage),
            serving(edited(signing_only)),
            serving(good()),
        ),
        Name::new(
            "X23",
            "client",
            "A certificate for clients serves a server.",
        )
        .broken(
            everyone("X23"),
            serving(edited(client_only)),
            serving(good()),
        ),
        Name::new(
            "X23",
            "email-rsa-tls12",
            "A certificate for e-mail, in TLS 1.2 with an RSA key.",
        )
        .broken(
            everyone("X23"),
            classical(edited(email_only)),
            classical(good()),
        ),
        Name::new(
            "X23",
            "issuer",
            "The intermediate may issue for clients only.",
        )
        .broken(
            minding("X23", PathFault::PurposeOfIssuer),
            serving(below_root(intermediate(client_only))),
            serving(good()),
        ),
        Name::new(
            "X23",
            "any",
            "A certificate for any purpose, which does not name that of a server.",
        )
        .broken(
            minding("X23", PathFault::AnyPurpose),
            serving(edited(any)),
            serving(good()),
        ),
        Name::new("X23", "key-agreement", "A key that is not for signatures.").broken(
            minding("X23", PathFault::NoDigitalSignature),
            serving(edited(agreement_only)),
            serving(good()),
        ),
        Name::new(
            "X23",
            "key-encipherment-rsa-tls12",
            "An RSA key that is for RSA key exchange only, in TLS 1.2 with ECDHE.",
        )
        .broken(
            minding("X23", PathFault::NoDigitalSignature),
            classical(edited(encipherment_only)),
            classical(good()),
        ),
    ]
}

fn issuers() -> Vec<Scenario> {
    let no_ca: Edit = |ca| {
        ca.with(
            id::BASIC_CONSTRAINTS,
            true,
            tbs::basic_constraints(false, None),
        )
    };
    let silent: Edit = |ca| ca.without(id::BASIC_CONSTRAINTS);
    let no_signing: Edit = |ca| {
        ca.with(
            id::KEY_USAGE,
            true,
            tbs::key_usage(usage::DIGITAL_SIGNATURE | usage::CRL_SIGN),
        );
    };
    let alone: Edit = |ca| {
        ca.with(
            id::BASIC_CONSTRAINTS,
            true,
            tbs::basic_constraints(true, Some(0)),
        )
    };
    let one_below: Edit = |ca| {
        ca.with(
            id::BASIC_CONSTRAINTS,
            true,
            tbs::basic_constraints(true, Some(1)),
        )
    };
    vec![
        Name::new("X24", "no-ca", "The intermediate says that it is no CA.").broken(
            everyone("X24"),
            serving(below_root(intermediate(no_ca))),
            serving(good()),
        ),
        Name::new(
            "X24",
            "no-ca-rsa-tls12",
            "The intermediate says that it is no CA, in TLS 1.2 with an RSA key.",
        )
        .broken(
            everyone("X24"),
            classical(below_root(intermediate(no_ca))),
            classical(good()),
        ),
        Name::new(
            "X24",
            "silent",
            "The intermediate does not say whether it is a CA.",
        )
        .broken(
            everyone("X24"),
            serving(below_root(intermediate(silent))),
            serving(good()),
        ),
        Name::new(
            "X24",
            "key-usage",
            "The intermediate's key is not for signing certificates.",
        )
        .broken(
            everyone("X24"),
            serving(below_root(intermediate(no_signing))),
            serving(good()),
        ),
        Name::new(
            "X24",
            "path-length",
            "An intermediate may have none below it, and has.",
        )
        .broken(
            everyone("X24"),
            serving(three(intermediate(alone))),
            serving(three(intermediate(one_below))),
        ),
        Name::new(
            "X24",
            "root-no-ca",
            "The trusted root says that it is no CA.",
        )
        .broken(everyone("X24"), serving(root(no_ca)), serving(good())),
        Name::new(
            "X24",
            "path-length-root",
            "The root may have no intermediate below it, and has.",
        )
        .broken(
            minding("X24", PathFault::AnchorPathLength),
            serving(root(alone)),
            serving(root(one_below)),
        ),
    ]
}

fn authorities_as_leaves() -> Vec<Scenario> {
    let ca: Edit = |leaf| {
        leaf.with(
            id::BASIC_CONSTRAINTS,
            true,
            tbs::basic_constraints(true, None),
        )
    };
    let signing: Edit = |leaf| {
        leaf.with(
            id::BASIC_CONSTRAINTS,
            true,
            tbs::basic_constraints(true, Some(0)),
        );
        let usages = usage::DIGITAL_SIGNATURE | usage::KEY_CERT_SIGN;
        leaf.with(id::KEY_USAGE, true, tbs::key_usage(usages));
    };
    let version_1: Edit = |ca| {
        ca.version = None;
        ca.extensions.clear();
    };
    vec![
        Name::new("X25", "leaf", "The server's own certificate is a CA's.").broken(
            minding("X25", PathFault::CaAsLeaf),
            serving(edited(ca)),
            serving(good()),
        ),
        Name::new(
            "X25",
            "leaf-rsa-tls12",
            "The server's own certificate may sign others, in TLS 1.2 with an RSA key.",
        )
        .broken(
            minding("X25", PathFault::CaAsLeaf),
            classical(edited(signing)),
            classical(good()),
        ),
        Name::new("X25", "version-1", "The intermediate is of version 1.").broken(
            everyone("X25"),
            serving(below_root(intermediate(version_1))),
            serving(good()),
        ),
    ]
}

fn constraints() -> Vec<Scenario> {
    let elsewhere: Edit = |ca| {
        ca.with(
            id::NAME_CONSTRAINTS,
            true,
            tbs::name_constraints(&["corp.test"], &[]),
        );
    };
    let here: Edit = |ca| {
        ca.with(
            id::NAME_CONSTRAINTS,
            true,
            tbs::name_constraints(&["shop.test"], &["corp.test"]),
        );
    };
    let not_www: Edit = |ca| {
        ca.with(
            id::NAME_CONSTRAINTS,
            true,
            tbs::name_constraints(&[], &["www.shop.test"]),
        );
    };
    vec![
        Name::new(
            "X26",
            "permitted",
            "The intermediate may issue for another domain only.",
        )
        .broken(
            everyone("X26"),
            serving(below_root(intermediate(elsewhere))),
            serving(below_root(intermediate(here))),
        ),
        Name::new(
            "X26",
            "excluded-rsa-tls12",
            "The intermediate may not issue for this name, in TLS 1.2.",
        )
        .broken(
            everyone("X26"),
            classical(below_root(intermediate(not_www))),
            classical(below_root(intermediate(here))),
        ),
        Name::new(
            "X26",
            "upper",
            "The upper of two intermediates may issue for another domain only.",
        )
        .broken(
            everyone("X26"),
            serving(three(intermediate(elsewhere))),
            serving(three(intermediate(here))),
        ),
        Name::new(
            "X26",
            "root",
            "The trusted root may issue for another domain only.",
        )
        .broken(
            minding("X26", PathFault::AnchorNameConstraints),
            serving(root(elsewhere)),
            serving(root(here)),
        ),
    ]
}

fn critical_extensions() -> Vec<Scenario> {
    let critical: Edit = |any| any.with(UNKNOWN, true, vec![5, 0]);
    let mild: Edit = |any| any.with(UNKNOWN, false, vec![5, 0]);
    vec![
        Name::new(
            "X27",
            "leaf",
            "The certificate has a critical extension of nobody's.",
        )
        .broken(
            everyone("X27"),
            serving(edited(critical)),
            serving(edited(mild)),
        ),
        Name::new(
            "X27",
            "intermediate",
            "The intermediate has a critical extension of nobody's.",
        )
        .broken(
            everyone("X27"),
            serving(below_root(intermediate(critical))),
            serving(below_root(intermediate(mild))),
        ),
        Name::new(
            "X27",
            "leaf-rsa-tls12",
            "The RSA certificate has a critical extension of nobody's, in TLS 1.2.",
        )
        .broken(
            everyone("X27"),
            classical(edited(critical)),
            classical(edited(mild)),
        ),
    ]
}

fn other_keys() -> Vec<Scenario> {
    use Served::{Ca, Leaf, Namesake};
    let rotated = |certificate| Stage {
        trusts_namesake: true,
        ..serving(certificate)
    };
    let fetched = |served: &[Served]| CertificateSpec {
        issuer_url: true,
        served: served.to_vec(),
        ..good()
    };
    let unmarked = |served: &[Served]| CertificateSpec {
        edits: vec![|leaf: &mut Tbs| leaf.without(id::AUTHORITY_KEY_ID)],
        served: served.to_vec(),
        ..good()
    };
    vec![
        Name::new("X30", "root", "The client trusts the CA's old key.").broken(
            everyone("X30"),
            rotated(good()),
            serving(good()),
        ),
        Name::new(
            "X30",
            "root-served",
            "The client trusts the CA's old key, and the new root is served.",
        )
        .broken(
            everyone("X30"),
            rotated(served(&[Leaf, Ca(1), Ca(0)])),
            serving(served(&[Leaf, Ca(1), Ca(0)])),
        ),
        Name::new(
            "X30",
            "intermediate",
            "The intermediate served is the one with the old key.",
        )
        .broken(
            everyone("X30"),
            serving(served(&[Leaf, Namesake(1)])),
            serving(good()),
        ),
        Name::new(
            "X30",
            "intermediate-aia",
            "The intermediate served is the one with the old key; the right one can be fetched.",
        )
        .broken(
            Expected::fails_for("X30", |profile| !profile.rules.fetches_issuers),
            serving(fetched(&[Leaf, Namesake(1)])),
            serving(fetched(&[Leaf, Ca(1)])),
        ),
        Name::new(
            "X30",
            "unmarked",
            "The intermediate served has another key, and no key identifiers say so.",
        )
        .broken(
            Expected::undecided(&["X30", "X28"]),
            serving(unmarked(&[Leaf, Namesake(1)])),
            serving(unmarked(&[Leaf, Ca(1)])),
        ),
    ]
}

fn damaged() -> Vec<Scenario> {
    let flipped = || CertificateSpec {
        signed_with: SignedWith::Garbage,
        ..good()
    };
    let below = || {
        below_root(CaSpec {
            signed_with: SignedWith::Garbage,
            ..CaSpec::intermediate()
        })
    };
    vec![
        Name::new(
            "X28",
            "signature",
            "One bit of the certificate's signature is wrong.",
        )
        .broken(everyone("X28"), serving(flipped()), serving(good())),
        Name::new(
            "X28",
            "signature-of-intermediate",
            "One bit of the intermediate's signature is wrong.",
        )
        .broken(everyone("X28"), serving(below()), serving(good())),
    ]
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
