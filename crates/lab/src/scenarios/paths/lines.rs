//! X12, X13, X28, X30: which certificates the line to the root is made of.

use super::{
    DAY, below_root, classical, crossed, everyone, good, minding, served, serving, straight_ahead,
    three,
};
use crate::certify::tbs::{Tbs, id};
use crate::scenario::{Expected, Scenario};
use crate::scenarios::Name;
use crate::stage::{CaSpec, CertificateSpec, Served, SignedWith, Stage};
use wire::profile::PathFault;

pub(super) fn scenarios() -> Vec<Scenario> {
    [order(), expired(), other_keys(), damaged()]
        .into_iter()
        .flatten()
        .collect()
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
