//! Dates, names and chains.

use crate::authority::{Authority, Leaf};
use crate::servers::{Kind, Setup};
use crate::{ALL, HOST, alone, causes, each, failing, is_proven, told};
use report::{Certainty, Outcome, Verdict};

#[test]
fn expired() {
    each(
        &ALL,
        |authority| {
            Setup::new(authority.leaf(Leaf {
                days: (-90, -3),
                ..Leaf::new(HOST)
            }))
        },
        is_proven("X01"),
    );
}

#[test]
fn expired_without_a_time_source_is_only_a_suspicion() {
    let authority = Authority::new();
    let server = Kind::Nginx.start(
        &Setup::new(authority.leaf(Leaf {
            days: (-90, -3),
            ..Leaf::new(HOST)
        })),
        &authority,
    );
    let report = server.diagnose_without_clock(HOST, &authority);
    assert_eq!(
        causes(&report),
        [("X01", Certainty::Suspected)],
        "{}",
        told(Kind::Nginx, &report)
    );
    assert_eq!(report.verdict, Verdict::Undecided);
    assert!(
        report
            .undecided
            .iter()
            .any(|group| group.among.iter().any(|id| id.0 == "C02")
                && group.next.contains("--time-source"))
    );
}

#[test]
fn not_yet_valid() {
    each(
        &ALL,
        |authority| {
            Setup::new(authority.leaf(Leaf {
                days: (3, 90),
                ..Leaf::new(HOST)
            }))
        },
        is_proven("X02"),
    );
}

#[test]
fn the_name_without_www_only() {
    each(
        &ALL,
        |authority| Setup::new(authority.leaf(Leaf::new("shop.test"))),
        is_proven("X03"),
    );
}

#[test]
fn self_signed() {
    each(
        &ALL,
        |authority| Setup::new(authority.self_signed(HOST)),
        is_proven("X09"),
    );
}

#[test]
fn missing_intermediate_that_can_be_fetched() {
    each(
        &ALL,
        |authority| {
            Setup::new(authority.leaf(Leaf {
                without_intermediate: true,
                aia: true,
                ..Leaf::new(HOST)
            }))
        },
        |kind, report| {
            is_proven("X11")(kind, report);
            assert_eq!(
                report.outcome,
                Outcome::WorksWithProblems,
                "{}",
                told(kind, report)
            );
            assert_eq!(
                failing(report),
                ["firefox", "openssl3", "java17", "go"],
                "{}",
                told(kind, report)
            );
        },
    );
}

#[test]
fn missing_intermediate_that_cannot_be_fetched() {
    each(
        &ALL,
        |authority| {
            Setup::new(authority.leaf(Leaf {
                without_intermediate: true,
                ..Leaf::new(HOST)
            }))
        },
        |kind, report| {
            assert_eq!(report.verdict, Verdict::Undecided, "{}", told(kind, report));
            assert_eq!(
                causes(report),
                [("X11", Certainty::Suspected)],
                "{}",
                told(kind, report)
            );
            assert!(
                report
                    .undecided
                    .iter()
                    .any(|group| group.among.iter().any(|id| id.0 == "X10")),
                "{}",
                told(kind, report)
            );
        },
    );
}

#[test]
fn private_ca_whose_root_is_not_installed() {
    for kind in ALL {
        alone(kind, || {
            let authority = Authority::new();
            let leaf = Leaf {
                with_root: true,
                ..Leaf::new(HOST)
            };
            let server = kind.start(&Setup::new(authority.leaf(leaf)), &authority);
            let report = server.diagnose_untrusting(HOST, &[]);
            assert_eq!(
                causes(&report),
                [("X10", Certainty::Supported)],
                "{}",
                told(kind, &report)
            );
        });
    }
}
