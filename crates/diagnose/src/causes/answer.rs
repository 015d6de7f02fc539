//! S15–S17, S22, S40, S41: the server goes along, and some clients do not take its answer.

use crate::case::{Case, Client, ClientAnswer, Entry};
use crate::demands::Objection;
use crate::flip::REPEATS;
use crate::hellos;
use crate::plan::Ask;
use crate::wording::{Flipped, Judgement};
use report::{Action, Certainty, ExperimentId, Text};
use std::net::SocketAddr;

/// One judgement for each cause, with the clients it stops.
pub(crate) fn judge(case: &Case<'_>) -> Vec<Judgement> {
    let mut judgements: Vec<Judgement> = Vec::new();
    for client in case.clients() {
        let Some(entry) = client.answer.entry() else {
            continue;
        };
        for objection in client.objections() {
            let (id, text) =
                by_policy(&client, &objection).unwrap_or_else(|| worded(case, &objection));
            let place = judgements.iter().position(|known| known.id == id);
            let place = place.unwrap_or_else(|| {
                let certainty = certainty(&objection);
                let judgement =
                    Judgement::new(id, certainty, text, Vec::new()).stopping(Vec::new());
                judgements.push(judgement);
                judgements.len() - 1
            });
            let Some(judgement) = judgements.get_mut(place) else {
                continue;
            };
            judgement
                .clients
                .get_or_insert_default()
                .push(client.id.to_owned());
            judgement.evidence.push(entry.id());
            if judgement.proof.is_none() && matches!(objection, Objection::SmallDh { .. }) {
                judgement.proof = curves(case, &client, &judgement.text);
            }
        }
    }
    judgements
}

/// A client that was judged by another's answer is asked itself before it is said to refuse it; and whether curves alone
/// do better than a short prime.
pub(crate) fn asks(case: &Case<'_>, address: SocketAddr) -> Vec<Ask> {
    let mut asks = Vec::new();
    for client in case.clients() {
        let objections = client.objections();
        if objections.is_empty() {
            continue;
        }
        let own = case.hello_at(address, &client.hello);
        let mut again = |label: &str, action: Action, times: usize| {
            asks.push(Ask {
                label: format!("{label}:{}", client.id),
                action,
                times,
            });
        };
        if matches!(client.answer, ClientAnswer::Alike(_)) {
            again("client", own, 1);
            continue;
        }
        let small = |objection: &Objection| matches!(objection, Objection::SmallDh { .. });
        if !objections.iter().any(small) {
            continue;
        }
        let works = case.hello_at(address, &hellos::without_finite_fields(&client.hello));
        let mut tried = case.doing(&works).peekable();
        if tried.peek().is_none() {
            again("curves", works, 1);
        } else if tried.all(Entry::accepted) {
            again("repeat:fails", own, REPEATS);
            again("repeat:works", works, REPEATS);
        }
        // Once is enough: the others would be told the same.
        break;
    }
    asks
}

/// The same client without finite fields gets through: seen twice each.
fn curves(case: &Case<'_>, client: &Client<'_>, before: &Text) -> Option<Flipped> {
    let address = case.representative()?;
    let fails = case.hello_at(address, &client.hello);
    let works = case.hello_at(address, &hellos::without_finite_fields(&client.hello));
    let ids = |action: &Action, small: bool| -> Vec<ExperimentId> {
        let alike = |entry: &&Entry| {
            let reading = entry.reading.as_ref();
            entry.accepted()
                && reading.is_some_and(|reading| reading.flight.dh_bits.is_some() == small)
        };
        case.doing(action).filter(alike).map(Entry::id).collect()
    };
    let (fails, works) = (ids(&fails, true), ids(&works, false));
    let repeats = fails.len().min(works.len());
    let bits = before.params.get("bits").cloned().unwrap_or_default();
    (repeats >= REPEATS).then(|| Flipped {
        changed: Text::new("flip-curves", []),
        before: Text::new("outcome-small-dh", [("bits", bits)]),
        after: Text::new("outcome-handshake", []),
        repeats,
        evidence: fails.into_iter().chain(works).collect(),
    })
}

/// The limit on a message's length is a setting of the client's, all else is the standard's word or the client's own.
fn certainty(objection: &Objection) -> Certainty {
    match objection {
        Objection::LongRequest { .. } => Certainty::Supported,
        _ => Certainty::Proven,
    }
}

/// C11: the client takes the prime but for its policy.
fn by_policy(client: &Client<'_>, objection: &Objection) -> Option<(&'static str, Text)> {
    let Objection::SmallDh { bits, .. } = objection else {
        return None;
    };
    let (lenient, stricter) = client.profile.lenient()?;
    let takes = lenient
        .handshake
        .min_dh_bits
        .is_none_or(|least| *bits >= least);
    let params = [
        ("bits", bits.to_string()),
        ("client", client.profile.name.clone()),
        ("lenient", lenient.name.clone()),
        ("setting", stricter.setting.clone()),
    ];
    takes.then(|| ("C11", Text::new("seen-C11-dh", params)))
}

fn worded(case: &Case<'_>, objection: &Objection) -> (&'static str, Text) {
    let host = ("host", case.question.target.host.clone());
    match objection {
        Objection::SmallDh { bits, least } => {
            let params = [
                host,
                ("bits", bits.to_string()),
                ("least", least.to_string()),
            ];
            ("S15", Text::new("seen-S15", params))
        }
        Objection::NoSecureRenegotiation => ("S16", Text::new("seen-S16-missing", [host])),
        Objection::NoExtendedMasterSecret => ("S17", Text::new("seen-S17-missing", [host])),
        Objection::Downgrade { chosen, possible } => {
            let params = [
                host,
                ("chosen", chosen.to_string()),
                ("possible", possible.to_string()),
            ];
            ("S40", Text::new("seen-S40", params))
        }
        Objection::LongRequest {
            octets,
            most,
            authorities,
        } => {
            let params = [
                host,
                ("octets", octets.to_string()),
                ("most", most.to_string()),
                ("authorities", authorities.to_string()),
            ];
            ("S22", Text::new("seen-S22", params))
        }
        Objection::OtherKey { key, suite } => {
            let params = [host, ("key", key.clone()), ("suite", suite.clone())];
            ("S41", Text::new("seen-S41", params))
        }
    }
}
