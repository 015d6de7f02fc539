//! S21, C18: the server wants a certificate from the client, or does not take the one it got.

use super::server_clock::{self, ServerClock};
use crate::case::{Case, Entry};
use crate::flip::REPEATS;
use crate::plan::Ask;
use crate::reading::{After, End, Reading};
use crate::time::Now;
use crate::wording::{Flipped, Judgement, Next};
use pki::Certificate;
use report::{
    Action, Certainty, ContentType, Direction, PhaseName, PhaseOutcome, ProtocolVersion, Text,
};
use std::net::SocketAddr;

/// nginx's own status for a certificate that is missing.
const HTTP_CERTIFICATE: u16 = 496;
/// The status of "No required SSL certificate was sent" and "The SSL certificate error", in nginx and others, and of whatever
/// an application does not understand: the body tells.
const HTTP_BAD_REQUEST: u16 = 400;
/// The word in all of these.
const CERTIFICATE: &[u8] = b"certificate";
/// Alerts that a server sends only about a certificate that it has seen: unsupported, revoked, unknown CA, access denied
/// (RFC 8446 section 6.2).
const SAYS_WHY: [u8; 4] = [43, 44, 48, 49];
const CERTIFICATE_EXPIRED: u8 = 45;
/// Alerts that a server sends about a certificate's dates, or without saying what about it: bad, expired, unknown reason.
const NAMES_IT: [u8; 3] = [42, CERTIFICATE_EXPIRED, 46];
const CLIENT_AUTH: &str = "1.3.6.1.5.5.7.3.2";
const ANY_PURPOSE: &str = "2.5.29.37.0";

/// The lowest reply code with which a mail server says no; Postfix says 421 to whoever greets it without a certificate.
const MAIL_REFUSES: u16 = 400;

pub(crate) fn judge(case: &Case<'_>) -> Vec<Judgement> {
    let Some(entry) = case.representative().and_then(|address| case.full(address)) else {
        return Vec::new();
    };
    let Some(refused) = refusal(entry) else {
        return Vec::new();
    };
    let names = case
        .clients()
        .iter()
        .map(|client| client.id.to_owned())
        .collect();
    let judgement = match case.question.client_certificate.first() {
        None => {
            let text = Text::new("seen-S21", [("host", case.question.target.host.clone())]);
            let judgement = Judgement::new("S21", Certainty::Supported, text, vec![entry.id()]);
            let has_asked =
                matches!(&entry.experiment.action, Action::Handshake(handshake) if handshake.http);
            let silent = alert_of(&refused).is_none() && !says_so(&refused);
            if has_asked && is_finished(entry) && silent {
                // Whoever asks and then hangs up on our request may do so for any reason.
                judgement.among(vec!["S34".to_owned()], next_certificate(case))
            } else {
                judgement
            }
        }
        Some(der) => given(case, entry, der, &refused),
    };
    vec![judgement.stopping(names)]
}

/// Whether the handshake was completed on both sides.
fn is_finished(entry: &Entry) -> bool {
    let finished = entry.observation.phase(PhaseName::Finished);
    finished.is_some_and(|phase| phase.outcome == PhaseOutcome::Ok)
}

/// Whether a refusal is in words, and not just an end.
fn says_so(refused: &Text) -> bool {
    matches!(
        refused.id.as_str(),
        "outcome-http-status" | "outcome-mail-reply"
    )
}

fn next_certificate(case: &Case<'_>) -> Next {
    let target = &case.question.target;
    Next {
        text: Text::new("next-client-certificate", [("host", target.host.clone())]),
        command: Some(format!(
            "tlsmedic diagnose {} --client-cert CERT.pem --client-key KEY.pem",
            target.input
        )),
    }
}

/// What is wrong with the certificate that was given, as far as it can be seen from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Defect {
    Expired,
    NotYetValid,
    Purpose,
    /// Its issuers are not among those the server names.
    Issuer,
}

fn given(case: &Case<'_>, entry: &Entry, der: &[u8], refused: &Text) -> Judgement {
    let now = Now::of(case);
    let leaf = Certificate::parse(der).certificate;
    let number = alert_of(refused);
    let mut evidence = vec![entry.id()];
    evidence.extend(&now.evidence);
    let defect = leaf
        .as_ref()
        .and_then(|leaf| defect(case, entry, leaf, &now));
    let subject = leaf
        .as_ref()
        .map(|leaf| leaf.subject.text.clone())
        .unwrap_or_default();
    let told = |id: &str, more: &[(&str, String)]| {
        let mut text = Text::new(id, [("subject", subject.clone())]);
        text.params.insert("refusal".to_owned(), detail(refused));
        for (key, value) in more {
            text.params.insert((*key).to_owned(), value.clone());
        }
        text
    };
    let clock = server_clock::of(case);
    let day = |date: jiff::Timestamp| date.strftime("%Y-%m-%d").to_string();
    let mut judgement = match (defect, &leaf) {
        (Some(Defect::Expired), Some(leaf)) => {
            let text = told("seen-C18-expired", &[("date", day(leaf.not_after))]);
            dated(case, &now, refused, text, evidence.clone())
        }
        (Some(Defect::NotYetValid), Some(leaf)) => {
            let text = told("seen-C18-not-yet", &[("date", day(leaf.not_before))]);
            dated(case, &now, refused, text, evidence.clone())
        }
        (Some(Defect::Purpose), _) => {
            let text = told("seen-C18-purpose", &[]);
            Judgement::new("C18", Certainty::Supported, text, evidence.clone())
        }
        (Some(Defect::Issuer), Some(leaf)) => {
            let text = told("seen-C18-issuer", &[("issuer", leaf.issuer.text.clone())]);
            Judgement::new("C18", Certainty::Supported, text, evidence.clone())
        }
        (_, Some(leaf)) if clock.as_ref().is_some_and(|clock| misses(clock, leaf)) => {
            return server_clock::rejects(case, clock.as_ref(), leaf, evidence);
        }
        _ => {
            let text = told("seen-C18", &[("host", case.question.target.host.clone())]);
            let judgement = Judgement::new("C18", Certainty::Supported, text, evidence.clone());
            let clock_is_right = clock.is_some();
            match number {
                Some(number) if SAYS_WHY.contains(&number) => judgement,
                _ if clock_is_right && number != Some(CERTIFICATE_EXPIRED) => judgement,
                _ => judgement.among(
                    rivals(number, clock_is_right),
                    Next {
                        text: Text::new(
                            "next-client-certificate-log",
                            [("host", case.question.target.host.clone())],
                        ),
                        command: None,
                    },
                ),
            }
        }
    };
    judgement.proof = proof(case, entry, refused);
    if judgement.proof.is_some() && judgement.rivals.is_empty() {
        judgement.certainty = Certainty::Proven;
    }
    judgement.own = true;
    judgement
}

/// What else refuses a certificate that has no visible defect.
fn rivals(number: Option<u8>, clock_is_right: bool) -> Vec<String> {
    let mut rivals = Vec::new();
    if !clock_is_right {
        rivals.push("S39".to_owned());
    }
    // OpenSSL says "expired" of a revocation list too.
    if number == Some(CERTIFICATE_EXPIRED) || rivals.is_empty() {
        rivals.push("X33".to_owned());
    }
    rivals
}

/// A date that is missed: by a clock that was checked, and by the server's own word, it is the cause itself.
fn dated(
    case: &Case<'_>,
    now: &Now,
    refused: &Text,
    text: Text,
    evidence: Vec<report::ExperimentId>,
) -> Judgement {
    let number = alert_of(refused);
    let is_named = number.is_some_and(|number| NAMES_IT.contains(&number))
        || refused.id == "outcome-http-status";
    // Unless the server says that it is the certificate, it may have another reason.
    let certainty = if now.verified && is_named {
        Certainty::Proven
    } else {
        Certainty::Supported
    };
    let judgement = Judgement::new("C18", certainty, text, evidence);
    if now.verified || number == Some(CERTIFICATE_EXPIRED) {
        return judgement;
    }
    let next = Next {
        text: Text::new("next-time-source", []),
        command: Some(format!(
            "tlsmedic diagnose {} --time-source pool.ntp.org",
            case.question.target.input
        )),
    };
    judgement.among(vec!["C02".to_owned(), "C01".to_owned()], next)
}

fn defect(case: &Case<'_>, entry: &Entry, leaf: &Certificate, now: &Now) -> Option<Defect> {
    if now.is_after(leaf.not_after) {
        return Some(Defect::Expired);
    }
    if now.is_before(leaf.not_before) {
        return Some(Defect::NotYetValid);
    }
    let allows = |purposes: &Vec<pki::Oid>| {
        purposes
            .iter()
            .any(|purpose| matches!(purpose.as_str(), CLIENT_AUTH | ANY_PURPOSE))
    };
    if !leaf.extended_key_usage.as_ref().is_none_or(allows) {
        return Some(Defect::Purpose);
    }
    let request = entry
        .reading
        .as_ref()?
        .flight
        .certificate_request
        .as_ref()?;
    let issuers: Vec<Vec<u8>> = case
        .question
        .client_certificate
        .iter()
        .filter_map(|der| Certificate::parse(der).certificate)
        .map(|certificate| certificate.issuer.der.clone())
        .collect();
    let named = |issuer: &Vec<u8>| request.authorities.contains(issuer);
    (!request.authorities.is_empty() && !issuers.iter().any(named)).then_some(Defect::Issuer)
}

/// Whether the certificate is not valid by the server's clock.
fn misses(clock: &ServerClock, leaf: &Certificate) -> bool {
    clock.time > leaf.not_after || clock.time < leaf.not_before
}

/// A refusal in no language.
fn detail(refused: &Text) -> String {
    let param = |key: &str| refused.params.get(key).cloned().unwrap_or_default();
    match refused.id.as_str() {
        "outcome-alert" => format!("alert {} {}", param("number"), param("name")),
        "outcome-http-status" => format!("HTTP {}", param("status")),
        "outcome-reset" => "TCP RST".to_owned(),
        _ => "TCP FIN".to_owned(),
    }
}

fn alert_of(refused: &Text) -> Option<u8> {
    refused.params.get("number")?.parse().ok()
}

/// How a certificate that is missing or not liked showed, where one was asked for and the connection did not survive.
pub(crate) fn refusal(entry: &Entry) -> Option<Text> {
    let reading = entry.reading.as_ref()?;
    reading.flight.certificate_request.as_ref()?;
    match (&reading.end, reading.after) {
        (End::Accepted, Some(After::Alert(number))) => Some(super::negotiation::alert(number)),
        (End::Accepted, Some(After::Http(status))) if is_about_it(entry, status) => Some(
            Text::new("outcome-http-status", [("status", status.to_string())]),
        ),
        (End::Accepted, Some(After::Mail(code))) if code >= MAIL_REFUSES => Some(Text::new(
            "outcome-mail-reply",
            [("code", code.to_string())],
        )),
        // Before TLS 1.3 the server has seen the certificate, or that there is none, before its Finished.
        (End::Accepted, Some(After::Closed | After::Reset))
            if is_finished(entry) && reading.flight.version < Some(ProtocolVersion::TLS1_3) =>
        {
            None
        }
        (End::Accepted, None | Some(After::Closed | After::Reset)) => ended_early(entry, reading),
        _ => None,
    }
}

/// Whether an answer's status, or its body, says that the certificate is what is wrong.
fn is_about_it(entry: &Entry, status: u16) -> bool {
    let names_it = || {
        let opened = entry.observation.opened.iter().filter(|opened| {
            opened.content_type == ContentType::APPLICATION_DATA
                && opened.direction == Direction::Received
        });
        let text: Vec<u8> = opened
            .flat_map(|opened| opened.bytes.iter())
            .copied()
            .collect();
        let text = text.to_ascii_lowercase();
        let mut windows = text.windows(CERTIFICATE.len());
        windows.any(|window| window == CERTIFICATE)
    };
    status == HTTP_CERTIFICATE || status == HTTP_BAD_REQUEST && names_it()
}

/// Before TLS 1.3 the server may end it instead of sending its Finished.
fn ended_early(entry: &Entry, reading: &Reading) -> Option<Text> {
    use report::PhaseOutcome::{Alert, Closed, Reset};
    let last = entry.observation.end()?;
    let number = reading
        .flight
        .received_alerts
        .iter()
        .map(|alert| alert.description.0)
        .rfind(|number| !crate::reading::CLOSURES.contains(number));
    match last.outcome {
        Alert => Some(super::negotiation::alert(number?)),
        Closed => Some(Text::new("outcome-closed", [])),
        Reset => Some(Text::new("outcome-reset", [])),
        _ => None,
    }
}

/// The same without the certificate; where that works, both sides once more.
pub(crate) fn asks(case: &Case<'_>, address: SocketAddr) -> Vec<Ask> {
    if case.question.client_certificate.is_empty() {
        return Vec::new();
    }
    let Some(with) = case.full(address).filter(|entry| refusal(entry).is_some()) else {
        return Vec::new();
    };
    let without = without(with);
    let ask = |label: &str, action: &Action, times| Ask {
        label: label.to_owned(),
        action: action.clone(),
        times,
    };
    let mut asks = vec![ask("full:no-client-certificate", &without, 1)];
    let works = |entry: &Entry| entry.accepted() && refusal(entry).is_none();
    if case.doing(&without).next().is_some_and(works) {
        asks.push(ask("repeat:fails", &with.experiment.action, REPEATS));
        asks.push(ask("repeat:works", &without, REPEATS));
    }
    asks
}

/// The same handshake with no certificate to show.
fn without(with: &Entry) -> Action {
    match &with.experiment.action {
        Action::Handshake(handshake) => Action::Handshake(report::Handshake {
            with_client_certificate: false,
            ..handshake.clone()
        }),
        other => other.clone(),
    }
}

/// Without the certificate it works, with it it does not: seen twice each.
fn proof(case: &Case<'_>, with: &Entry, before: &Text) -> Option<Flipped> {
    let without = without(with);
    let fails: Vec<_> = case
        .doing(&with.experiment.action)
        .filter(|entry| refusal(entry).is_some())
        .map(Entry::id)
        .collect();
    let works: Vec<_> = case
        .doing(&without)
        .filter(|entry| entry.accepted() && refusal(entry).is_none())
        .map(Entry::id)
        .collect();
    let repeats = fails.len().min(works.len());
    (repeats >= REPEATS).then(|| Flipped {
        changed: Text::new("flip-no-client-certificate", []),
        before: before.clone(),
        after: Text::new("outcome-handshake", []),
        repeats,
        evidence: fails.into_iter().chain(works).collect(),
    })
}
