//! A server that asks for a client certificate where a page needs one: Apache with `SSLVerifyClient` in a location.

use crate::authority::{Authority, Leaf};
use crate::servers::{Kind, Setup, Versions};
use crate::{HOST, causes, failing, told};
use report::{Certainty, Outcome, Report};

fn apache(authority: &Authority, versions: Versions, late: bool) -> Report {
    let setup = Setup {
        versions,
        client_ca: !late,
        late_client_ca: late,
        ..Setup::new(authority.leaf(Leaf::new(HOST)))
    };
    let server = Kind::Apache.start(&setup, authority);
    let (certificate, key) = authority.client();
    let arguments = ["--client-cert", &certificate, "--client-key", &key];
    server.diagnose(HOST, authority, &arguments)
}

fn late_findings(report: &Report) -> Vec<Certainty> {
    report
        .findings
        .iter()
        .filter(|finding| finding.cause.id.0 == "S23")
        .map(|finding| finding.cause.certainty)
        .collect()
}

#[test]
fn a_new_handshake_for_one_page_stops_go() {
    let authority = Authority::new();
    let late = apache(&authority, Versions::Tls12, true);
    let of = |report: &Report| told(Kind::Apache, report);
    assert_eq!(
        causes(&late),
        [("S23", Certainty::Supported)],
        "{}",
        of(&late)
    );
    assert_eq!(failing(&late), ["go"], "{}", of(&late));
    let early = apache(&authority, Versions::Tls12, false);
    assert_eq!(
        (early.outcome, causes(&early)),
        (Outcome::Works, vec![]),
        "{}",
        of(&early)
    );
}

#[test]
fn what_tls13_asks_for_afterwards_is_only_to_be_guessed() {
    let authority = Authority::new();
    let late = apache(&authority, Versions::Tls13, true);
    let of = |report: &Report| told(Kind::Apache, report);
    assert_eq!(causes(&late), [], "{}", of(&late));
    assert_eq!(
        late_findings(&late),
        [Certainty::Suspected],
        "{}",
        of(&late)
    );
    let early = apache(&authority, Versions::Tls13, false);
    assert_eq!(
        (early.outcome, late_findings(&early)),
        (Outcome::Works, vec![]),
        "{}",
        of(&early)
    );
}
