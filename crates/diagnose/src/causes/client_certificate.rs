//! S21, C18: the server wants a certificate from the client.

use crate::case::{Case, Entry};
use crate::reading::{After, End, Reading};
use crate::wording::{Flipped, Judgement, Next};
use report::{Certainty, Text};

/// "No required SSL certificate was sent", nginx's and others' 400, and nginx's own 496.
const HTTP_CERTIFICATE: [u16; 2] = [400, 496];

/// The lowest reply code with which a mail server says no; Postfix says 421 to whoever greets it without a certificate.
const MAIL_REFUSES: u16 = 400;

pub(crate) fn judge(case: &Case<'_>) -> Vec<Judgement> {
    let Some(entry) = case.representative().and_then(|address| case.full(address)) else {
        return Vec::new();
    };
    let given = !case.question.client_certificate.is_empty();
    let Some(refused) = refusal(entry) else {
        return Vec::new();
    };
    let host = case.question.target.host.clone();
    let names = case
        .clients()
        .iter()
        .map(|client| client.id.to_owned())
        .collect();
    if given {
        let text = Text::new("seen-C18", [("host", host.clone())]);
        let next = Next {
            text: Text::new("next-client-certificate-log", [("host", host)]),
            command: None,
        };
        return vec![
            Judgement::new("C18", Certainty::Suspected, text, vec![entry.id()])
                .stopping(names)
                .among(vec!["S39".to_owned()], next),
        ];
    }
    let text = Text::new("seen-S21", [("host", host)]);
    let mut judgement =
        Judgement::new("S21", Certainty::Supported, text, vec![entry.id()]).stopping(names);
    judgement.proof = proof(case, entry, &refused);
    if judgement.proof.is_some() {
        judgement.certainty = Certainty::Proven;
    }
    vec![judgement]
}

/// How the missing certificate showed, where a certificate was asked for and the connection did not survive without.
pub(crate) fn refusal(entry: &Entry) -> Option<Text> {
    let reading = entry.reading.as_ref()?;
    reading.flight.certificate_request.as_ref()?;
    match (&reading.end, reading.after) {
        (End::Accepted, Some(After::Alert(number))) => Some(super::negotiation::alert(number)),
        (End::Accepted, Some(After::Http(status))) if HTTP_CERTIFICATE.contains(&status) => Some(
            Text::new("outcome-http-status", [("status", status.to_string())]),
        ),
        (End::Accepted, Some(After::Mail(code))) if code >= MAIL_REFUSES => Some(Text::new(
            "outcome-mail-reply",
            [("code", code.to_string())],
        )),
        (End::Accepted, None | Some(After::Closed | After::Reset)) => ended_early(entry, reading),
        _ => None,
    }
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
        .rfind(|number| *number != 0);
    match last.outcome {
        Alert => Some(super::negotiation::alert(number?)),
        Closed => Some(Text::new("outcome-closed", [])),
        Reset => Some(Text::new("outcome-reset", [])),
        _ => None,
    }
}

/// With the certificate it works, without it does not: seen twice each.
fn proof(case: &Case<'_>, without: &Entry, before: &Text) -> Option<Flipped> {
    let address = without.experiment.action.address()?;
    let with = case.full_at(address, true, true);
    let fails: Vec<_> = case
        .doing(&without.experiment.action)
        .filter(|entry| refusal(entry).is_some())
        .map(Entry::id)
        .collect();
    let works: Vec<_> = case
        .doing(&with)
        .filter(|entry| entry.accepted() && refusal(entry).is_none())
        .map(Entry::id)
        .collect();
    let repeats = fails.len().min(works.len());
    (repeats >= crate::flip::REPEATS).then(|| Flipped {
        changed: Text::new("flip-client-certificate", []),
        before: before.clone(),
        after: Text::new("outcome-handshake", []),
        repeats,
        evidence: fails.into_iter().chain(works).collect(),
    })
}
