//! Servers that are well, and what is in front of TLS on a port.

use crate::authority::{Authority, Leaf};
use crate::server::Server;
use crate::servers::{self, Kind, Setup, Versions};
use crate::{ALL, HOST, causes, each, is_proven, told};
use report::{Certainty, Outcome, Verdict};

#[test]
fn healthy() {
    each(
        &ALL,
        |authority| Setup::new(authority.leaf(Leaf::new(HOST))),
        |kind, report| {
            assert_eq!(report.outcome, Outcome::Works, "{}", told(kind, report));
            assert_eq!(report.verdict, Verdict::Decided, "{}", told(kind, report));
            assert_eq!(causes(report), [], "{}", told(kind, report));
            assert!(
                report.connections <= 4,
                "{kind:?}: {} connections",
                report.connections
            );
            assert!(
                report.negotiated.is_some() && report.trust.is_some(),
                "{}",
                told(kind, report)
            );
        },
    );
}

#[test]
fn healthy_with_an_rsa_key_and_tls12_alone() {
    let setup = |authority: &Authority| Setup {
        versions: Versions::Tls12,
        ..Setup::new(authority.leaf(Leaf {
            rsa: true,
            ..Leaf::new(HOST)
        }))
    };
    each(&ALL, setup, |kind, report| {
        assert_eq!(
            (report.outcome, causes(report)),
            (Outcome::Works, vec![]),
            "{}",
            told(kind, report)
        );
    });
}

#[test]
fn plaintext_on_the_port() {
    let setup = |authority: &Authority| Setup {
        plaintext: true,
        ..Setup::new(authority.leaf(Leaf::new(HOST)))
    };
    each(
        &[Kind::Nginx, Kind::Apache, Kind::Haproxy, Kind::Python],
        setup,
        is_proven("S02"),
    );
}

#[test]
fn proxy_line_expected() {
    let setup = |authority: &Authority| Setup {
        proxy_line: true,
        ..Setup::new(authority.leaf(Leaf::new(HOST)))
    };
    each(&[Kind::Nginx, Kind::Haproxy], setup, is_proven("S04"));
}

/// nginx takes the relay's PROXY line for HTTP and answers everything with 400: plain HTTP is not what is wrong.
#[test]
fn proxy_line_sent_to_a_server_that_does_not_expect_it() {
    let authority = Authority::new();
    let behind = Kind::Nginx.start(&Setup::new(authority.leaf(Leaf::new(HOST))), &authority);
    let broken = servers::relay(&behind, &authority, true).diagnose(HOST, &authority, &[]);
    assert_eq!(
        broken.verdict,
        Verdict::Undecided,
        "{}",
        told(Kind::Haproxy, &broken)
    );
    let sure = |cause: &report::Cause| cause.certainty > Certainty::Suspected;
    assert!(
        !broken.causes.iter().any(sure),
        "{}",
        told(Kind::Haproxy, &broken)
    );
    let named = |group: &report::Undecided| group.among.iter().any(|id| id.0 == "S04");
    assert!(
        broken.undecided.iter().any(named),
        "{}",
        told(Kind::Haproxy, &broken)
    );
    let healthy = servers::relay(&behind, &authority, false).diagnose(HOST, &authority, &[]);
    assert_eq!(
        healthy.outcome,
        Outcome::Works,
        "{}",
        told(Kind::Haproxy, &healthy)
    );
}

#[test]
fn nothing_listens() {
    let authority = Authority::new();
    let report = Server::absent().diagnose(HOST, &authority, &[]);
    assert_eq!(causes(&report), [("S01", Certainty::Supported)]);
    assert_eq!(report.outcome, Outcome::Fails);
}
