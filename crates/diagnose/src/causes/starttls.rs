//! S03, S24, S08, C25: a STARTTLS dialogue that was asked for and did not come to TLS.

use crate::case::{Case, Entry};
use crate::dialogue::{self, No, Refused};
use crate::flip::{Change, Lever, REPEATS};
use crate::plan::{label, prelude_lever};
use crate::reading::{End, Reading, Refusal};
use crate::wording::{Flipped, Judgement, Next};
use report::{Certainty, Direction, PhaseName, PhaseOutcome, Prelude, Starttls, Text};
use std::net::SocketAddr;

pub(crate) fn judge(case: &Case<'_>) -> Vec<Judgement> {
    let Some(address) = case.representative() else {
        return Vec::new();
    };
    if let Some(lever) = prelude_lever(case, address) {
        // That TLS begins at once is half of what is wrong there, and the other cause says all of it.
        if super::database::wants_its_name(case, address) {
            return Vec::new();
        }
        return vec![otherwise(case, &lever)];
    }
    let Prelude::Starttls(protocol) = case.asked_prelude() else {
        return Vec::new();
    };
    // Where TLS begins, the handshake is judged.
    let began = |entry: &Entry| entry.reading.as_ref().is_some_and(Reading::began);
    if case.at(address).any(began) {
        return Vec::new();
    }
    let usual: Vec<&Entry> = case
        .at(address)
        .filter(|entry| entry.prelude() == Some(case.asked_prelude()))
        .collect();
    let refusals: Vec<(&Entry, Refused)> = usual
        .iter()
        .filter_map(|entry| Some((*entry, dialogue::refused(entry, protocol)?)))
        .collect();
    if let Some((_, first)) = refusals.first() {
        let same = refusals.iter().filter(|(_, other)| other.no == first.no);
        let evidence: Vec<_> = same.map(|(entry, _)| entry.id()).collect();
        return vec![refused(case, address, protocol, first, evidence)];
    }
    let other = usual
        .iter()
        .find_map(|entry| Some((*entry, dialogue::spoken(entry, protocol)?)));
    if let Some((entry, (spoken, _))) = other {
        let text = seen(case, "seen-C25-protocol", protocol, [("spoken", spoken)]);
        let evidence = vec![entry.id()];
        return vec![Judgement::new("C25", Certainty::Supported, text, evidence)];
    }
    goes_on(case, address, protocol, &usual)
        .into_iter()
        .collect()
}

fn seen<const N: usize>(
    case: &Case<'_>,
    id: &str,
    protocol: Starttls,
    more: [(&str, &str); N],
) -> Text {
    let target = &case.question.target;
    let mut text = Text::new(
        id,
        [
            ("protocol", dialogue::name(protocol).to_owned()),
            ("host", target.host.clone()),
            ("port", target.port.to_string()),
        ],
    );
    text.params.extend(
        more.into_iter()
            .map(|(key, value)| (key.to_owned(), value.to_owned())),
    );
    text
}

/// TLS begins, but not after what was asked for.
fn otherwise(case: &Case<'_>, lever: &Lever) -> Judgement {
    let asked = match case.asked_prelude() {
        Prelude::Starttls(asked) => Some(asked),
        Prelude::None | Prelude::ProxyLine => None,
    };
    let wanted = match lever.change {
        Change::Starttls(wanted) => Some(wanted),
        _ => None,
    };
    let (id, text) = match (asked, wanted) {
        (Some(asked), Some(wanted)) => {
            let spoken = [("spoken", dialogue::name(wanted))];
            ("C25", seen(case, "seen-C25-protocol", asked, spoken))
        }
        (None, Some(wanted)) => {
            let id = super::plaintext::id(case, "S03");
            (id, seen(case, &format!("seen-{id}-starttls"), wanted, []))
        }
        (Some(asked), None) => ("S03", seen(case, "seen-S03", asked, [])),
        (None, None) => {
            let host = case.question.target.host.clone();
            ("S04", Text::new("seen-S04", [("host", host)]))
        }
    };
    let changed = match (wanted, &lever.change) {
        (Some(wanted), _) => Text::new("flip-starttls", [("protocol", label(wanted))]),
        (None, Change::ProxyLine) => Text::new("flip-proxy-line", []),
        (None, _) => Text::new("flip-direct", []),
    };
    let standing = lever.standing(case);
    let certainty = if standing.proven() {
        Certainty::Proven
    } else {
        Certainty::Supported
    };
    let judgement = Judgement::new(id, certainty, text, standing.evidence());
    judgement.with_proof(Flipped {
        changed,
        before: super::negotiation::outcome(case, &lever.fails),
        after: super::negotiation::outcome(case, &lever.works),
        repeats: standing.fails.len().min(standing.works.len()),
        evidence: standing.evidence(),
    })
}

fn refused(
    case: &Case<'_>,
    address: SocketAddr,
    protocol: Starttls,
    refused: &Refused,
    evidence: Vec<report::ExperimentId>,
) -> Judgement {
    let words = [("words", refused.words.as_str())];
    let log = || Next {
        text: Text::new("next-server-log", []),
        command: None,
    };
    match refused.no {
        No::NotOffered => {
            let text = seen(case, "seen-S03-not-offered", protocol, words);
            let said_again = evidence.len() >= REPEATS;
            // That the server says so is the cause itself, unless somebody on the way says it in its place.
            let certainty = if said_again {
                Certainty::Proven
            } else {
                Certainty::Supported
            };
            let judgement = Judgement::new("S03", certainty, text, evidence);
            if case.is_local(address) {
                return judgement;
            }
            let (rivals, next) = elsewhere(case, protocol, &["P40"]);
            judgement.among(rivals, next)
        }
        No::NotNow => {
            let text = seen(case, "seen-S24-not-now", protocol, words);
            Judgement::new("S24", Certainty::Suspected, text, evidence)
                .among(vec!["S08".to_owned()], log())
        }
        No::TurnedAway => {
            let text = seen(case, "seen-S08-turned-away", protocol, words);
            let judgement = Judgement::new("S08", Certainty::Suspected, text, evidence);
            let (rivals, next) = elsewhere(case, protocol, &["P34", "P35"]);
            judgement.among(rivals, next)
        }
    }
}

/// Plaintext came where TLS should have begun.
fn goes_on(
    case: &Case<'_>,
    address: SocketAddr,
    protocol: Starttls,
    usual: &[&Entry],
) -> Option<Judgement> {
    let found: Vec<(&Entry, String)> = usual
        .iter()
        .filter_map(|entry| Some((*entry, plaintext_for_tls(entry, protocol)?)))
        .collect();
    let (_, words) = found.first()?;
    let text = seen(case, "seen-S03-goes-on", protocol, [("words", words)]);
    let evidence = found.iter().map(|(entry, _)| entry.id()).collect();
    let judgement = Judgement::new("S03", Certainty::Supported, text, evidence);
    if case.is_local(address) {
        return Some(judgement);
    }
    let (rivals, next) = elsewhere(case, protocol, &["P40"]);
    Some(judgement.among(rivals, next))
}

/// What a server said instead of beginning TLS, after the client had asked for it and was not refused.
fn plaintext_for_tls(entry: &Entry, protocol: Starttls) -> Option<String> {
    let phase = entry.observation.phase(PhaseName::Starttls)?;
    let reading = entry.reading.as_ref()?;
    match (phase.outcome, &reading.end) {
        (
            PhaseOutcome::Ok,
            End::Refused {
                how: Refusal::Plaintext,
                mid_flight: false,
            },
        ) => {
            let mut heard = entry.observation.traffic.iter().rev();
            let last = heard.find(|segment| segment.direction == Direction::Received)?;
            Some(super::plaintext::first_line(&last.bytes))
        }
        (PhaseOutcome::Garbage, _) if dialogue::requested(entry, protocol) => phase.detail.clone(),
        _ => None,
    }
}

/// Causes that look the same from here, and how to tell them apart.
fn elsewhere(case: &Case<'_>, protocol: Starttls, rivals: &[&str]) -> (Vec<String>, Next) {
    let target = &case.question.target;
    let next = Next {
        text: Text::new("next-other-network", [("host", target.host.clone())]),
        command: Some(format!(
            "tlsmedic diagnose {}:{} --starttls {}",
            target.host,
            target.port,
            label(protocol)
        )),
    };
    (rivals.iter().map(|id| (*id).to_owned()).collect(), next)
}
