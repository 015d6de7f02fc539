//! What an examination can look like, in a closed vocabulary that catalogue rows and evidence share.

use crate::case::Case;
use crate::catalogue::{Row, catalogue};
use crate::flip;
use crate::hellos;
use crate::reading::{End, Reading, Refusal};
use report::{Action, Extension, Hello, PhaseOutcome, Plaintext, ProtocolVersion, Side};
use std::net::SocketAddr;
use wire::first::FirstOctets;

/// Every symptom a row may list, but for `alert-N`.
#[cfg(test)]
const KNOWN: &str = "
name-not-found resolve-failed resolve-slow resolvers-disagree odd-address
connect-refused connect-timeout connect-unreachable connect-denied connect-slow connect-local-error family-disagrees proxy-refused
connect-reset hello-silence hello-reset hello-closed hello-garbage plaintext-http plaintext-banner stall-mid-flight reset-mid-flight
closed-mid-flight server-hello-late handshake-slow alert-after-finished old-version-only hello-retry-fails downgrade-sentinel
no-renegotiation-info no-extended-master-secret small-dh odd-signature-type bad-signature certificate-request http-400-certificate
large-certificate-request large-chain hello-size-matters hello-content-matters hello-split-matters server-name-matters alpn-matters
resumption-fails early-data-fails ech-fails quic-silent bad-record expired not-yet-valid name-mismatch self-signed unknown-issuer
incomplete-chain expired-in-chain chain-disorder distrusted-root weak-signature weak-key known-weak-key revoked revocation-unavailable
staple-missing few-scts validity-too-long wrong-purpose ca-constraints name-constraints critical-extension malformed-certificate
serial-reused issuer-key-differs unsupported-key tlsa-mismatch test-ca default-certificate interception-issuer addresses-disagree
tries-disagree periodic load-dependent first-try-slow late-request-fails misdirected local-only server-only clock-off
";

/// Whether `symptom` is a word of the vocabulary.
#[cfg(test)]
pub(crate) fn is_known(symptom: &str) -> bool {
    let alert = symptom
        .strip_prefix("alert-")
        .is_some_and(|number| number.parse::<u8>().is_ok());
    alert || KNOWN.split_whitespace().any(|known| known == symptom)
}

/// What one connection that did not come to an accepted flight looks like.
pub(crate) fn of_end(reading: &Reading) -> String {
    let mid = |early: &str, late: &str, mid_flight: bool| {
        if mid_flight { late } else { early }.to_owned()
    };
    match &reading.end {
        End::Unconnected(outcome) => match outcome {
            PhaseOutcome::Refused => "connect-refused",
            PhaseOutcome::Unreachable => "connect-unreachable",
            PhaseOutcome::Denied => "connect-denied",
            PhaseOutcome::Reset => "connect-reset",
            PhaseOutcome::Timeout => "connect-timeout",
            _ => "connect-local-error",
        }
        .to_owned(),
        End::Proxy(_) => "proxy-refused".to_owned(),
        End::Prelude(outcome) => match outcome {
            PhaseOutcome::Refused | PhaseOutcome::Garbage => "plaintext-banner",
            PhaseOutcome::Closed => "hello-closed",
            PhaseOutcome::Reset => "hello-reset",
            _ => "hello-silence",
        }
        .to_owned(),
        End::NotOffered(_) => "old-version-only".to_owned(),
        End::BadSignature => "bad-signature".to_owned(),
        End::Refused { how, mid_flight } => match how {
            Refusal::Alert(number) => format!("alert-{number}"),
            Refusal::Closed => mid("hello-closed", "closed-mid-flight", *mid_flight),
            Refusal::Reset => mid("hello-reset", "reset-mid-flight", *mid_flight),
            Refusal::Silent => mid("hello-silence", "stall-mid-flight", *mid_flight),
            Refusal::Plaintext => match reading.flight.first {
                FirstOctets::Http { .. } => "plaintext-http".to_owned(),
                _ => "plaintext-banner".to_owned(),
            },
            Refusal::Garbage => "hello-garbage".to_owned(),
        },
        End::Accepted | End::Unknown => String::new(),
    }
}

/// The rows that can look like `symptom` at `address` and that nothing seen has ruled out.
pub(crate) fn fitting(case: &Case<'_>, address: SocketAddr, symptom: &str) -> Vec<&'static Row> {
    let local = case.is_local(address);
    let ruled_out = ruled_out(case, address);
    let impossible =
        |row: &&Row| (local && row.side == Side::Path) || ruled_out.contains(&row.id.as_str());
    catalogue()
        .producing(symptom)
        .filter(|row| !impossible(row))
        .collect()
}

/// Rows whose own experiment was made and did not change the outcome.
fn ruled_out(case: &Case<'_>, address: SocketAddr) -> Vec<&'static str> {
    let rules: [(&str, &[&str]); 5] = [
        ("rung:no-server-name", &["S18", "P13", "P14", "P15"]),
        ("rung:no-alpn", &["S20"]),
        ("rung:proxy-line", &["S04"]),
        (
            "rung:widest",
            &[
                "S10", "S11", "S12", "S13", "S14", "C09", "C11", "C12", "X31",
            ],
        ),
        (
            "rung:plainest",
            &["S32", "P17", "P18", "P19", "P20", "P21", "S33"],
        ),
    ];
    let mut out: Vec<&'static str> = Vec::new();
    for (label, rows) in rules {
        let tried = case
            .at(address)
            .find(|entry| entry.experiment.label == label);
        if tried.is_some_and(|entry| !entry.accepted()) {
            out.extend(rows);
        }
    }
    if case.question.client_certificate.is_empty() {
        // These refuse a certificate that was shown.
        out.extend(["S39", "X23", "X33"]);
    }
    let hellos: Vec<_> = case
        .first_hellos(address)
        .into_iter()
        .filter_map(|(_, action)| match action {
            Action::Hello(hello) => Some(hello),
            _ => None,
        })
        .collect();
    let all = |offered: fn(&Hello) -> bool| hellos.iter().all(|hello| offered(hello));
    if all(|hello| hello.server_name.is_some()) {
        out.push("C10");
    }
    if all(|hello| {
        hello
            .hello
            .extensions
            .contains(&Extension::ExtendedMasterSecret)
    }) {
        out.push("S17");
    }
    if all(|hello| hellos::announces_renegotiation(&hello.hello)) {
        out.push("S16");
    }
    if all(|hello| hello.hello.versions().contains(&ProtocolVersion::TLS1_2)) {
        out.push("C09");
    }
    if hellos.iter().all(|hello| hello.hello.alpn().is_none()) {
        out.push("S20");
    }
    let requested = |entry: &crate::case::Entry| {
        let reading = entry.reading.as_ref();
        reading.is_some_and(|reading| reading.flight.certificate_request.is_some())
    };
    // Who has not been asked for a certificate is not refused for want of one.
    if !case.at(address).any(requested) {
        out.extend(["S21", "S22", "C18"]);
    }
    if !case.needs_resolution() {
        out.extend(["C29", "P01", "P02", "P03", "P04"]);
    }
    let tried = case
        .entries
        .iter()
        .filter(|entry| entry.ended && entry.experiment.action.address() == Some(address));
    for entry in tried {
        match &entry.experiment.action {
            Action::Plaintext {
                say: Plaintext::HttpGet,
                ..
            } if !flip::works(entry) => out.push("S02"),
            Action::Plaintext {
                say: Plaintext::OfferStarttls(_) | Plaintext::AwaitBanner,
                ..
            } if entry.observation.received().is_empty() => {
                out.extend(["S03", "C25"]);
            }
            _ => {}
        }
    }
    out
}
