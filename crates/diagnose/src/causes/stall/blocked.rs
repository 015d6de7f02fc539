//! P41, S09; S05, S06, S33, P14, S38: no hello is answered, and nothing that is changed about it helps.

use crate::case::{Case, Entry};
use crate::reading::{End, Refusal};
use crate::stall::{self, Acknowledged, HelloPlace};
use crate::wording::{Judgement, Next};
use report::{Action, Certainty, Moment, Severity, Text};
use std::net::SocketAddr;

/// An end that comes so long after the hello, in microseconds, may be a timer's.
const TIMER_US: Moment = 1_000_000;

pub(crate) fn judge(case: &Case<'_>) -> Vec<Judgement> {
    let remote = |address: &SocketAddr| stall::is_remote(case, *address);
    let Some(address) = case.representative().filter(remote) else {
        return Vec::new();
    };
    let taken = taken_over(case, address);
    let stalled = of_address(case, address).map(|mut judgement| {
        let rival = taken.as_ref().map(|taken| taken.id.to_owned());
        judgement
            .rivals
            .extend(rival.filter(|_| !judgement.rivals.is_empty()));
        judgement
    });
    stalled.into_iter().chain(taken).collect()
}

/// P40: TCP connections end before the path does. That alone stops nobody.
fn taken_over(case: &Case<'_>, address: SocketAddr) -> Option<Judgement> {
    let hellos = case.first_hellos(address).into_iter();
    let mut swept = hellos.filter_map(|(_, action)| match action {
        Action::Hello(hello) => stall::ends_early(case, &hello),
        _ => None,
    });
    let hop = swept.next()?;
    let text = Text::new(
        "seen-P40",
        [("address", address.to_string()), ("hop", hop.to_string())],
    );
    // The sweep, and the datagrams beside it.
    let about = |entry: &&Entry| match &entry.experiment.action {
        Action::Hop { address: hop, .. } => hop.ip() == address.ip(),
        action => action.tcp().is_some_and(|tcp| tcp.hello_ttl.is_some()),
    };
    let evidence = case.entries.iter().filter(about).map(Entry::id).collect();
    let judgement = Judgement::new("P40", Certainty::Supported, text, evidence);
    Some(judgement.weakness(Severity::Warning))
}

fn of_address(case: &Case<'_>, address: SocketAddr) -> Option<Judgement> {
    let tries: Vec<&Entry> = case
        .first_hellos(address)
        .iter()
        .filter_map(|(_, action)| case.doing(action).next())
        .collect();
    let first = *tries.first()?;
    let hung_up = |entry: &&Entry| {
        matches!(
            entry.reading.as_ref().map(|reading| &reading.end),
            Some(End::Refused {
                how: Refusal::Reset | Refusal::Closed,
                mid_flight: false,
            })
        )
    };
    let ended_alike = |entry: &&Entry| stall::is_cut_off(entry) || hung_up(entry);
    if !tries.iter().all(ended_alike) || case.at(address).any(Entry::accepted) {
        return None;
    }
    let failing = first.hello()?;
    let asked: Vec<Action> = stall::asks(case, address)
        .into_iter()
        .map(|ask| ask.action)
        .collect();
    let tried: Vec<&Entry> = asked.iter().flat_map(|action| case.doing(action)).collect();
    let small_answer = stall::small_answer(failing);
    let small = case.doing(&small_answer).any(stall::spoke);
    let helped = |entry: &&&Entry| stall::spoke(entry) && entry.experiment.action != small_answer;
    if tried.iter().any(|entry| helped(&entry)) {
        return None;
    }
    let mut evidence: Vec<_> = tries.iter().chain(&tried).map(|entry| entry.id()).collect();
    evidence.dedup();
    let how = match first.reading.as_ref().map(|reading| &reading.end) {
        Some(End::Refused { how, .. }) => *how,
        _ => return None,
    };
    let acked: Vec<Acknowledged> = tries
        .iter()
        .map(|entry| stall::acknowledged(entry))
        .collect();
    let all = |wanted: &[Acknowledged]| acked.iter().all(|acked| wanted.contains(acked));
    let judged = |id, certainty, text| Judgement::new(id, certainty, text, evidence.clone());
    let host = ("host", case.question.target.host.clone());
    if how == Refusal::Silent && all(&[Acknowledged::All]) {
        let (id, text, rivals): (_, _, &[&str]) = match small {
            true => (
                "P14",
                Text::new("seen-large-answers-lost", [host]),
                &["S38"],
            ),
            false => (
                "S06",
                Text::new("seen-hello-acknowledged", [host]),
                &["P14", "S05", "S33"],
            ),
        };
        let next = on_server(case, "next-silent");
        return Some(judged(id, Certainty::Suspected, text).among(owned(rivals), next));
    }
    // Who ends a connection does not acknowledge what was under way still.
    let had = all(&[Acknowledged::All, Acknowledged::Part]) && acked.contains(&Acknowledged::All);
    if matches!(how, Refusal::Reset | Refusal::Closed) && had && !small {
        let id = match how {
            Refusal::Reset => "seen-S34-reset",
            _ => "seen-S34-closed",
        };
        let next = on_server(case, "next-closed");
        let mut rivals = owned(&["S35", "S37"]);
        // What comes only after a while may be a timer's doing, on the way too.
        let took = |entry: &&Entry| entry.observation.end().map_or(0, |end| end.elapsed_us);
        if tries.iter().map(took).min() >= Some(TIMER_US) {
            rivals.push("P38".to_owned());
        }
        let text = Text::new(id, [host]);
        return Some(judged("S34", Certainty::Suspected, text).among(rivals, next));
    }
    if !all(&[Acknowledged::Nothing, Acknowledged::Part]) || small {
        return None;
    }
    let place = stall::placed(case, failing);
    let text = |id: &str, place: Option<HelloPlace>| {
        let reset = if how == Refusal::Silent { "no" } else { "yes" };
        let params = [
            host.clone(),
            ("reset", reset.to_owned()),
            ("hop", place.map_or(0, |place| place.after).to_string()),
            (
                "router",
                place
                    .and_then(|place| place.router)
                    .map_or_else(|| "?".to_owned(), |router| router.to_string()),
            ),
        ];
        Text::new(id, params)
    };
    Some(match place {
        Some(place) if place.before_end => {
            judged("P41", Certainty::Supported, text("seen-P41", Some(place)))
        }
        _ => judged("P41", Certainty::Suspected, text("seen-P41-end", place)).among(
            owned(match how {
                Refusal::Silent => &["S09"],
                _ => &["C16", "S09", "S34", "S35"],
            }),
            on_server(case, "next-hello-lost"),
        ),
    })
}

fn owned(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

/// What to look at on the server.
fn on_server(case: &Case<'_>, id: &str) -> Next {
    let target = &case.question.target;
    let port = target.port.to_string();
    let command = match id {
        "next-hello-lost" => format!("sudo tcpdump -ni any 'tcp port {port}'"),
        _ => format!("ss -lntp 'sport = :{port}'; nstat -az TcpExtListenOverflows"),
    };
    let params = [("host", target.host.clone()), ("port", port)];
    Next {
        text: Text::new(id, params),
        command: Some(command),
    }
}
