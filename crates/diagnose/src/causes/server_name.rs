//! C10: without a server name another certificate comes. What is refused without one is found by the search for a lever.

use crate::case::{Case, Entry};
use crate::flip::{self, REPEATS};
use crate::plan::Ask;
use crate::wording::{Flipped, Judgement};
use pki::Certificate;
use pki::name::ServerIdentity;
use report::{Action, Certainty, ExperimentId, Text};
use std::net::SocketAddr;

pub(crate) fn judge(case: &Case<'_>) -> Vec<Judgement> {
    let Some((host, flipped, presented)) = found(case) else {
        return Vec::new();
    };
    let params = [("name", host.to_owned()), ("presented", presented)];
    let text = Text::new("seen-C10-default", params);
    let certainty = if flipped.repeats >= REPEATS {
        Certainty::Proven
    } else {
        Certainty::Supported
    };
    let evidence = flipped.evidence.clone();
    let mut judgement = Judgement::new("C10", certainty, text, evidence).with_proof(flipped);
    judgement.own = true;
    vec![judgement]
}

/// Whether the name that was not sent explains a certificate for another one.
pub(crate) fn explains(case: &Case<'_>) -> bool {
    found(case).is_some()
}

/// The same hello with the name, where the certificate that came without it is for another.
pub(crate) fn asks(case: &Case<'_>, address: SocketAddr) -> Vec<Ask> {
    let Some((unnamed, named, _)) = levers(case, address) else {
        return Vec::new();
    };
    let ask = |label: &str, action: &Action, times| Ask {
        label: label.to_owned(),
        action: action.clone(),
        times,
    };
    let fits = |entry: &Entry| fits(case, entry) == Some(true);
    if case.doing(&named).next().is_some_and(fits) {
        return vec![
            ask("repeat:fails", &unnamed, REPEATS),
            ask("repeat:works", &named, REPEATS),
        ];
    }
    vec![ask("named", &named, 1)]
}

/// The first hello without a name, the same with it, and the names of the certificate that came.
fn levers(case: &Case<'_>, address: SocketAddr) -> Option<(Action, Action, String)> {
    let host = case.unsent_name()?;
    let (_, unnamed) = case.first_hellos(address).into_iter().next()?;
    let Action::Hello(hello) = &unnamed else {
        return None;
    };
    let entry = case
        .doing(&unnamed)
        .find(|entry| fits(case, entry) == Some(false))?;
    let leaf = leaf(entry)?;
    let mut presented = leaf.dns_names.clone();
    presented.truncate(3);
    let named = Action::Hello(Box::new(flip::named(hello, host)));
    Some((unnamed, named, presented.join(", ")))
}

fn found<'a>(case: &Case<'a>) -> Option<(&'a str, Flipped, String)> {
    let address = case.representative()?;
    let (unnamed, named, presented) = levers(case, address)?;
    let ids = |action: &Action, wanted: bool| -> Vec<ExperimentId> {
        case.doing(action)
            .filter(|entry| fits(case, entry) == Some(wanted))
            .map(Entry::id)
            .collect()
    };
    let (fails, works) = (ids(&unnamed, false), ids(&named, true));
    let repeats = fails.len().min(works.len());
    let host = case.unsent_name()?;
    (repeats > 0).then(|| {
        let flipped = Flipped {
            changed: Text::new("flip-named", [("name", host.to_owned())]),
            before: Text::new("outcome-other-certificate", [("names", presented.clone())]),
            after: Text::new("outcome-right-certificate", [("name", host.to_owned())]),
            repeats,
            evidence: fails.into_iter().chain(works).collect(),
        };
        (host, flipped, presented)
    })
}

fn leaf(entry: &Entry) -> Option<Certificate> {
    let reading = entry
        .reading
        .as_ref()
        .filter(|reading| reading.accepted())?;
    Certificate::parse(reading.flight.certificates.first()?).certificate
}

/// Whether the certificate that came is for the host.
fn fits(case: &Case<'_>, entry: &Entry) -> Option<bool> {
    let identity = ServerIdentity::parse(&case.question.target.host).ok()?;
    Some(pki::name::check(&leaf(entry)?, &identity).is_ok())
}
