//! A server of the JDK's own TLS, whose clock is right or wrong: what it says to a client certificate that is good.

use crate::authority::{Authority, ClientLeaf, Leaf};
use crate::server::{Server, free_port};
use crate::{HOST, causes};
use report::{CauseId, Certainty, Outcome, PhaseName, Report, Verdict};
use std::process::Command;

const BOTH: &str = "TLSv1.3,TLSv1.2";
const TLS12: &str = "TLSv1.2";

/// A running `Server.java`: `mode` is `want` or `need`, the clock so many days ahead.
fn java(authority: &Authority, mode: &str, versions: &str, days: i64) -> Server {
    let port = free_port();
    let files = authority.leaf(Leaf::new(HOST));
    let store = authority.path(&format!("{port}.p12")).display().to_string();
    let made = Command::new("openssl")
        .args(["pkcs12", "-export", "-passout", "pass:changeit"])
        .args(["-in", &files.chain, "-inkey", &files.key, "-out", &store])
        .status()
        .expect("the openssl command");
    assert!(made.success(), "openssl pkcs12");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/Server.java");
    let (port_word, days) = (port.to_string(), days.to_string());
    let mut command = Command::new("java");
    command.args(["-XX:TieredStopAtLevel=1", source, &port_word, &store]);
    command.args([&authority.ca_file(), mode, versions, &days]);
    let server = Server::start(command, port);
    warm(&server, authority);
    server
}

/// A virtual machine that has not made a few handshakes yet is slower than anybody waits for an answer.
fn warm(server: &Server, authority: &Authority) {
    const ENOUGH: usize = 6;
    const MOST: usize = 60;
    let mut answered = 0;
    for _ in 0..MOST {
        let report = given(server, authority);
        let told = |entry: &report::TimelineEntry| {
            entry.phase == PhaseName::Application
                && entry
                    .detail
                    .as_ref()
                    .is_some_and(|detail| detail.contains("200") || detail.contains("alert"))
        };
        answered += usize::from(report.timeline.iter().any(told));
        if answered >= ENOUGH {
            return;
        }
    }
    panic!("the server answers too slowly to be asked");
}

/// With a client certificate that is good today, and for sixty days.
fn given(server: &Server, authority: &Authority) -> Report {
    let (certificate, key) = authority.client_leaf(ClientLeaf::default());
    let arguments = ["--client-cert", &certificate, "--client-key", &key];
    server.diagnose(HOST, authority, &arguments)
}

/// What it came to, for a failed assertion.
fn explained(report: &Report) -> String {
    let causes = report.causes.iter().map(|cause| cause.summary.as_str());
    let phases = report.timeline.iter().map(|entry| {
        let detail = entry.detail.as_deref().unwrap_or_default();
        format!("{:?} {:?} {detail}", entry.phase, entry.outcome)
    });
    let lines: Vec<String> = causes.map(str::to_owned).chain(phases).collect();
    lines.join("\n")
}

#[test]
fn a_clock_that_is_ahead_or_behind_shows_in_the_date() {
    for (versions, days) in [(BOTH, 100), (TLS12, 100), (BOTH, -100)] {
        let authority = Authority::new();
        let server = java(&authority, "want", versions, days);
        let report = given(&server, &authority);
        assert_eq!(
            causes(&report),
            [("S39", Certainty::Supported)],
            "{days} {versions}: {}",
            explained(&report)
        );
        assert_eq!(report.outcome, Outcome::Fails);
        assert_eq!(report.verdict, Verdict::Decided);
    }
}

#[test]
fn a_clock_that_nothing_shows_stays_open() {
    let authority = Authority::new();
    let server = java(&authority, "need", BOTH, 100);
    let report = given(&server, &authority);
    assert_eq!(report.verdict, Verdict::Undecided);
    let named: Vec<&CauseId> = report
        .undecided
        .iter()
        .flat_map(|open| &open.among)
        .collect();
    for id in ["S39", "C18"] {
        assert!(
            named.contains(&&CauseId::new(id)),
            "{id}: {}",
            explained(&report)
        );
    }
}

#[test]
fn a_right_clock_takes_a_good_certificate_and_not_one_that_is_over() {
    let authority = Authority::new();
    let server = java(&authority, "want", BOTH, 0);
    let report = given(&server, &authority);
    assert_eq!(report.outcome, Outcome::Works, "{}", explained(&report));
    let over = ClientLeaf {
        days: (-60, -10),
        ..ClientLeaf::default()
    };
    let (certificate, key) = authority.client_leaf(over);
    let arguments = ["--client-cert", &certificate, "--client-key", &key];
    let report = server.diagnose(HOST, &authority, &arguments);
    let named: Vec<&str> = causes(&report).iter().map(|(id, _)| *id).collect();
    assert_eq!(named, ["C18"], "{}", explained(&report));
}
