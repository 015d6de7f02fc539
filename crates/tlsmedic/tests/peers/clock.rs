//! A machine whose clock is wrong (libfaketime), and servers and time sources whose clock is right.

use crate::authority::{self, Authority, Leaf};
use crate::server::Server;
use crate::servers::{Kind, Setup};
use crate::{HOST, causes};
use report::{Certainty, Outcome, Report, Verdict};

const DAY: u64 = 86_400;

fn serving(authority: &Authority, days: (i64, i64)) -> Server {
    let leaf = Leaf {
        days,
        ..Leaf::new(HOST)
    };
    Kind::Nginx.start(&Setup::new(authority.leaf(leaf)), authority)
}

/// From a machine that is `shift` off, with two time sources that are right.
fn with_two_sources(shift: &str, days: (i64, i64)) -> Report {
    let authority = Authority::new();
    let server = serving(&authority, days);
    let (one, other) = (authority.clock(), authority::clock(0).to_string());
    let ca_file = authority.ca_file();
    server.run_at(
        shift,
        HOST,
        &[
            "--ca-file",
            &ca_file,
            "--time-source",
            &one,
            "--time-source",
            &other,
        ],
    )
}

fn findings(report: &Report) -> Vec<&str> {
    report
        .findings
        .iter()
        .map(|finding| finding.cause.id.0.as_str())
        .collect()
}

#[test]
fn a_wrong_clock_that_a_date_falls_between_is_the_cause() {
    let cases = [
        ("-400d", (-30, 60), "C01", "400 d"),
        ("-2d", (-1, 60), "C01", "2 d"),
        ("+2d", (-30, 1), "C02", "2 d"),
        ("+400d", (-30, 60), "C02", "400 d"),
    ];
    for (shift, days, id, offset) in cases {
        let report = with_two_sources(shift, days);
        assert_eq!(causes(&report), [(id, Certainty::Proven)], "{shift}");
        assert_eq!(report.verdict, Verdict::Decided, "{shift}");
        assert_eq!(report.causes[0].text.params["offset"], offset, "{shift}");
        let told = report.clock.offset_us.unwrap_or_default() / 1_000_000 / DAY as i64;
        let sign = if id == "C01" { 1 } else { -1 };
        assert!(
            (told * sign).unsigned_abs() >= 1 && told * sign > 0,
            "{shift}: {told}"
        );
    }
}

#[test]
fn a_wrong_clock_that_no_date_falls_between_is_a_finding() {
    for (shift, id) in [("-2d", "C01"), ("+2d", "C02")] {
        let report = with_two_sources(shift, (-30, 60));
        assert_eq!(causes(&report), [], "{shift}");
        assert_eq!(report.outcome, Outcome::Works, "{shift}");
        assert_eq!(findings(&report), [id], "{shift}");
    }
}

#[test]
fn an_expired_certificate_is_expired_whatever_this_clock_says() {
    for shift in ["-400d", "+0d", "+400d"] {
        let report = with_two_sources(shift, (-90, -10));
        assert_eq!(causes(&report), [("X01", Certainty::Proven)], "{shift}");
    }
}

#[test]
fn without_a_time_source_nobody_knows() {
    let authority = Authority::new();
    let server = serving(&authority, (-30, 60));
    let ca_file = authority.ca_file();
    for (shift, group) in [("+400d", ["X01", "C02"]), ("-400d", ["X02", "C01"])] {
        let report = server.run_at(shift, HOST, &["--ca-file", &ca_file]);
        assert_eq!(report.verdict, Verdict::Undecided, "{shift}");
        assert_eq!(
            causes(&report),
            [(group[0], Certainty::Suspected)],
            "{shift}"
        );
        let among: Vec<&str> = report.undecided[0]
            .among
            .iter()
            .map(|id| id.0.as_str())
            .collect();
        assert_eq!(among, group, "{shift}");
    }
}

#[test]
fn time_sources_that_disagree_are_named() {
    let authority = Authority::new();
    let server = serving(&authority, (-90, -10));
    let (right, wrong) = (authority.clock(), authority::clock(30 * DAY).to_string());
    let ca_file = authority.ca_file();
    let report = server.run(
        HOST,
        &[
            "--ca-file",
            &ca_file,
            "--time-source",
            &right,
            "--time-source",
            &wrong,
        ],
    );
    assert_eq!(report.verdict, Verdict::Undecided);
    assert!(
        causes(&report)
            .iter()
            .all(|(_, certainty)| *certainty == Certainty::Suspected)
    );
    let next = &report.undecided[0].next;
    assert!(next.contains(&right) && next.contains(&wrong), "{next}");
    assert!(next.contains("-2592000 s"), "{next}");
}
