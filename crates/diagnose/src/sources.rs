//! Who gave which address of the target's name: the system's resolver, DNS servers, the hosts file, the search list.

use crate::case::{Case, Entry};
use report::{Action, Answer, PhaseOutcome, RecordType};
use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};

/// Somebody who was asked for the addresses of a name.
pub(crate) struct Source<'a> {
    /// The DNS server; `None` is the system's resolver (getaddrinfo).
    pub(crate) server: Option<SocketAddr>,
    /// Every address in any of its answers.
    pub(crate) addresses: BTreeSet<IpAddr>,
    /// Whether each question to it was answered, be it with "there is none".
    pub(crate) answered: bool,
    /// The questions.
    pub(crate) asked: Vec<&'a Entry>,
}

impl Source<'_> {
    /// What it is called.
    pub(crate) fn name(&self) -> String {
        self.server
            .map_or_else(|| "getaddrinfo".to_owned(), |server| server.to_string())
    }

    /// Its addresses, in a line.
    pub(crate) fn listed(&self) -> String {
        listed(&self.addresses)
    }
}

/// Addresses in a line.
pub(crate) fn listed(addresses: &BTreeSet<IpAddr>) -> String {
    let texts: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    texts.join(", ")
}

/// Everybody who was asked for the addresses of the target's host, the system's resolver first.
pub(crate) fn sources<'a>(case: &Case<'a>) -> Vec<Source<'a>> {
    let mut sources: Vec<Source<'a>> = Vec::new();
    for entry in case.resolutions().filter(|entry| entry.ended) {
        let Action::Resolve { name, server, .. } = &entry.experiment.action else {
            continue;
        };
        if *name != case.question.target.host {
            continue;
        }
        let place = sources.iter().position(|source| source.server == *server);
        let place = place.unwrap_or_else(|| {
            sources.push(Source {
                server: *server,
                addresses: BTreeSet::new(),
                answered: true,
                asked: Vec::new(),
            });
            sources.len() - 1
        });
        let Some(source) = sources.get_mut(place) else {
            continue;
        };
        source.addresses.extend(addresses(entry));
        source.answered &= is_answer(entry);
        source.asked.push(entry);
    }
    sources
}

/// The addresses an entry brought.
pub(crate) fn addresses(entry: &Entry) -> Vec<IpAddr> {
    match &entry.observation.answer {
        Some(Answer::Addresses { addresses, .. }) => addresses.clone(),
        _ => Vec::new(),
    }
}

fn is_answer(entry: &Entry) -> bool {
    let end = entry.observation.end();
    end.is_some_and(|end| matches!(end.outcome, PhaseOutcome::Ok | PhaseOutcome::NotFound))
}

/// What the hosts file has for the target's host, once it was looked at.
pub(crate) fn in_hosts<'a>(case: &Case<'a>) -> Option<&'a Entry> {
    let action = hosts(case);
    case.doing(&action).find(|entry| entry.ended)
}

/// The question to the hosts file.
pub(crate) fn hosts(case: &Case<'_>) -> Action {
    Action::Hosts {
        name: case.question.target.host.clone(),
    }
}

/// The questions that the search list makes of the target's host, to a DNS server of the system's.
pub(crate) fn searched(case: &Case<'_>) -> Vec<Action> {
    let question = case.question;
    let server = question.resolvers.first().copied();
    if server.is_none() || question.resolvers_named || question.target.host.ends_with('.') {
        return Vec::new();
    }
    let with = |suffix: &String| Action::Resolve {
        name: format!("{}.{suffix}", question.target.host),
        record: RecordType::A,
        server,
    };
    question.search.iter().map(with).collect()
}

/// A source that leads elsewhere than another one does: no address of the one is the other's.
pub(crate) struct Parted<'a> {
    pub(crate) one: Source<'a>,
    pub(crate) other: Source<'a>,
}

/// The first two of the sources that both gave addresses and share none; the system's resolver, where it is one of them, is
/// the first.
pub(crate) fn parted<'a>(case: &Case<'a>) -> Option<Parted<'a>> {
    if !case.needs_resolution() {
        return None;
    }
    let mut sources = sources(case);
    sources.retain(|source| !source.addresses.is_empty());
    let pairs =
        (0..sources.len()).flat_map(|one| (one + 1..sources.len()).map(move |other| (one, other)));
    let (one, other) = pairs.into_iter().find(|(one, other)| {
        let set = |place: &usize| sources.get(*place).map(|source| &source.addresses);
        set(one)
            .zip(set(other))
            .is_some_and(|(one, other)| one.is_disjoint(other))
    })?;
    let other = sources.swap_remove(other);
    let one = sources.swap_remove(one);
    Some(Parted { one, other })
}
