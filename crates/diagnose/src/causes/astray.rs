//! C29, P03, P04: the name leads elsewhere than it should.

use crate::case::{Case, Entry};
use crate::flip::REPEATS;
use crate::members;
use crate::outcomes;
use crate::plan::{Ask, once};
use crate::sources::{self, Parted, Source};
use crate::wording::{Flipped, Judgement, Next};
use report::{Action, Certainty, ExperimentId, Text};
use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};

/// Where two who were asked lead apart: what the hosts file and the search list say, each server once more, and each address
/// until it was seen often enough.
pub(crate) fn asks(case: &Case<'_>) -> Vec<Ask> {
    let Some(Parted { one, other }) = sources::parted(case) else {
        return Vec::new();
    };
    let fulls: Vec<&Entry> = [&one, &other]
        .into_iter()
        .flat_map(|source| first_round(case, source))
        .flat_map(|address| case.doing(&full(case, address)))
        .collect();
    let troubled = fulls.iter().any(|entry| !entry.accepted()) || members::groups(case).len() > 1;
    if !troubled {
        return Vec::new();
    }
    let mut asks = Vec::new();
    if one.server.is_none() {
        asks.push(once("hosts", sources::hosts(case)));
        for action in sources::searched(case) {
            asks.push(once("resolve:search", action));
        }
    }
    let again = |label: &str, action: &Action| Ask {
        label: label.to_owned(),
        action: action.clone(),
        times: REPEATS,
    };
    // Who answers in turns gives the other's addresses the next time.
    for source in [&one, &other]
        .into_iter()
        .filter(|source| source.server.is_some())
    {
        for entry in &source.asked {
            asks.push(again("repeat:resolve", &entry.experiment.action));
        }
    }
    for source in [&one, &other] {
        for address in first_round(case, source) {
            asks.push(again("repeat:address", &full(case, address)));
        }
    }
    asks
}

fn full(case: &Case<'_>, address: SocketAddr) -> Action {
    case.full_at(address, !case.question.client_certificate.is_empty(), true)
}

/// The addresses of a source that are examined.
fn first_round(case: &Case<'_>, source: &Source<'_>) -> Vec<SocketAddr> {
    let mut addresses = case.addresses();
    addresses.retain(|address| source.addresses.contains(&address.ip()));
    addresses
}

/// How the addresses of a source fare.
struct Fare<'a> {
    /// The complete handshakes there.
    seen: Vec<&'a Entry>,
    /// Whether all of them are fine, or none is; `None` where they are mixed or not all known.
    fine: Option<bool>,
}

fn fare<'a>(case: &Case<'a>, source: &Source<'_>, others: &[Judgement]) -> Fare<'a> {
    let addresses = first_round(case, source);
    let faulty: BTreeSet<ExperimentId> = others
        .iter()
        .filter(|judgement| judgement.weakness.is_none())
        .flat_map(|judgement| judgement.evidence.iter().copied())
        .collect();
    let mut seen = Vec::new();
    let mut fine: BTreeSet<Option<bool>> = BTreeSet::new();
    for address in &addresses {
        let tries: Vec<&Entry> = case.doing(&full(case, *address)).collect();
        if tries.is_empty() {
            fine.insert(None);
        }
        for entry in &tries {
            let known = entry.reading.as_ref().map(|reading| &reading.end);
            let known = known.is_some_and(|end| *end != crate::reading::End::Unknown);
            let well = entry.accepted() && !faulty.contains(&entry.id());
            fine.insert(known.then_some(well));
        }
        seen.extend(tries);
    }
    let fine = if fine.len() == 1 {
        fine.into_iter().next().flatten()
    } else {
        None
    };
    Fare { seen, fine }
}

/// Where the addresses of one who was asked all fail, and those of another are all fine. Once it is certain that the former
/// are somebody else's, what was said of them goes.
pub(crate) fn judge(case: &Case<'_>, others: &mut Vec<Judgement>) -> Option<Judgement> {
    let Parted { one, other } = sources::parted(case)?;
    let fares = [fare(case, &one, others), fare(case, &other, others)];
    let (wrong, right, wrong_fare, right_fare) = match &fares {
        [fails, works] if (fails.fine, works.fine) == (Some(false), Some(true)) => {
            (&one, &other, fails, works)
        }
        [works, fails] if (fails.fine, works.fine) == (Some(false), Some(true)) => {
            (&other, &one, fails, works)
        }
        _ => return None,
    };
    let judgement = named(case, wrong, right, [wrong_fare, right_fare])?;
    let elsewhere: BTreeSet<ExperimentId> = case
        .entries
        .iter()
        .filter(|entry| {
            let address = entry.experiment.action.address();
            address.is_some_and(|address| wrong.addresses.contains(&address.ip()))
        })
        .map(Entry::id)
        .collect();
    let is_elsewhere = |other: &Judgement| {
        let mut connections = other
            .evidence
            .iter()
            .filter(|id| connects(case, **id))
            .peekable();
        connections.peek().is_some() && connections.all(|id| elsewhere.contains(id))
    };
    if judgement.rank() > Certainty::Suspected {
        others.retain(|other| !is_elsewhere(other));
    }
    for other in others.iter_mut().filter(|other| is_elsewhere(other)) {
        other.sometimes = true;
    }
    Some(judgement)
}

fn connects(case: &Case<'_>, id: ExperimentId) -> bool {
    let mut entries = case.entries.iter();
    entries.any(|entry| entry.id() == id && entry.experiment.action.address().is_some())
}

fn named(
    case: &Case<'_>,
    wrong: &Source<'_>,
    right: &Source<'_>,
    fares: [&Fare<'_>; 2],
) -> Option<Judgement> {
    let host = &case.question.target.host;
    let [failing, working] = fares;
    let mut evidence: Vec<ExperimentId> = wrong
        .asked
        .iter()
        .chain(&right.asked)
        .chain(&failing.seen)
        .chain(&working.seen)
        .map(|entry| entry.id())
        .collect();
    let params = |source: String| {
        [
            ("name", host.clone()),
            ("source", source),
            ("wrong", wrong.listed()),
            ("server", right.name()),
            ("right", right.listed()),
        ]
    };
    let often = failing.seen.len() >= REPEATS && working.seen.len() >= REPEATS;
    let proof = || {
        let before = failing.seen.first().map(|entry| &entry.experiment.action);
        Flipped {
            changed: Text::new(
                "flip-address",
                [("right", right.listed()), ("wrong", wrong.listed())],
            ),
            before: before.map_or_else(
                || Text::new("outcome-unknown", []),
                |action| outcomes::outcome(case, action),
            ),
            after: Text::new("outcome-handshake", []),
            repeats: failing.seen.len().min(working.seen.len()),
            evidence: failing
                .seen
                .iter()
                .chain(&working.seen)
                .map(|entry| entry.id())
                .collect(),
        }
    };
    let flipped = |id: &'static str, text: &str, source: String, evidence: Vec<ExperimentId>| {
        let text = Text::new(text, params(source));
        let mut judgement = if often {
            Judgement::new(id, Certainty::Proven, text, evidence).with_proof(proof())
        } else {
            Judgement::new(id, Certainty::Supported, text, evidence)
        };
        judgement.own = true;
        judgement
    };
    let leads_there = |entry: &&Entry| shares(&sources::addresses(entry), &wrong.addresses);
    if wrong.server.is_none() {
        if let Some(entry) = sources::in_hosts(case).filter(leads_there) {
            evidence.push(entry.id());
            return Some(flipped(
                "C29",
                "seen-C29-hosts",
                "/etc/hosts".to_owned(),
                evidence,
            ));
        }
        for action in sources::searched(case) {
            if let Some(entry) = case
                .doing(&action)
                .filter(|entry| entry.ended)
                .find(leads_there)
                && let Action::Resolve { name, .. } = action
            {
                evidence.push(entry.id());
                return Some(flipped("P03", "seen-P03", name, evidence));
            }
        }
    }
    let (id, rivals) = match wrong.server {
        None => ("C29", ["P04", "S27"]),
        Some(_) => ("P04", ["S27", "C29"]),
    };
    let server = right.server.or(wrong.server)?;
    let next = Next {
        text: Text::new("next-who-is-right", [("name", host.clone())]),
        command: Some(format!(
            "dig +trace {host}; dig +short {host} @{}",
            server.ip()
        )),
    };
    let text = Text::new(&format!("seen-{id}"), params(wrong.name()));
    let mut judgement = Judgement::new(id, Certainty::Suspected, text, evidence)
        .among(rivals.map(str::to_owned).to_vec(), next);
    judgement.own = wrong.server.is_none();
    judgement.sometimes = wrong.server.is_some();
    Some(judgement)
}

fn shares(some: &[IpAddr], others: &BTreeSet<IpAddr>) -> bool {
    some.iter().any(|address| others.contains(address))
}
