//! The servers behind one name, told apart by what they answer to one question.

use crate::case::{Case, Entry, LOST_US};
use crate::flip::REPEATS;
use crate::plan::Ask;
use crate::reading::{End, Reading, Refusal, signer_behind};
use crate::stall::{self, Acknowledged};
use crate::symptoms;
use pki::Certificate;
use report::{Action, ExperimentId, PhaseOutcome, ProtocolVersion};
use std::collections::BTreeSet;
use std::net::SocketAddr;

/// Complete handshakes at each address with `--all-addresses`: of two members taken in turn both are met, and of two taken by
/// chance both in seven cases of eight.
pub(crate) const TRIES: usize = 4;
/// Complete handshakes at an address that answers differently, until each answer was seen [`REPEATS`] times.
const TRIES_WHERE_MIXED: usize = 8;
/// How often a question is asked that an address refuses while it accepts others: two in a row meet both of two members.
const TRIES_WHERE_REFUSED: usize = 3;

/// Everything that was answered alike.
pub(crate) struct Group<'a> {
    /// How the handshake was refused; empty where it was accepted.
    pub(crate) refused: String,
    pub(crate) version: Option<ProtocolVersion>,
    pub(crate) leaf: Option<Certificate>,
    pub(crate) seen: Vec<&'a Entry>,
}

impl Group<'_> {
    fn is_like(&self, other: &Self) -> bool {
        let print = |group: &Self| group.leaf.as_ref().map(|leaf| leaf.sha256.clone());
        self.refused == other.refused
            && self.version == other.version
            && print(self) == print(other)
    }

    pub(crate) fn addresses(&self) -> Vec<SocketAddr> {
        let mut addresses = Vec::new();
        for address in self
            .seen
            .iter()
            .filter_map(|entry| entry.experiment.action.address())
        {
            if !addresses.contains(&address) {
                addresses.push(address);
            }
        }
        addresses
    }

    pub(crate) fn ids(&self) -> Vec<ExperimentId> {
        self.seen.iter().map(|entry| entry.id()).collect()
    }

    pub(crate) fn is_seen_often(&self) -> bool {
        self.seen.len() >= REPEATS
    }
}

/// The different answers to one question: the user's complete handshake at any address, or one hello said twice. Empty where
/// all answers are alike. Addresses that cannot be reached are no members.
pub(crate) fn groups<'a>(case: &Case<'a>) -> Vec<Group<'a>> {
    let addresses = case.addresses();
    let fulls = addresses
        .iter()
        .flat_map(|address| case.doing(&usual(case, *address)));
    let complete = grouped(fulls);
    if complete.len() > 1 {
        return complete;
    }
    let hellos = case.entries.iter().filter(|entry| {
        entry.hello().is_some_and(|hello| {
            hello.server_name == case.server_name() && hello.prelude == case.prelude()
        })
    });
    for entry in hellos {
        let groups = grouped(case.asking(&entry.experiment.action.from_any_port()));
        if groups.len() > 1 {
            return groups;
        }
    }
    Vec::new()
}

/// Whether one address accepts and refuses the same question, so that nothing a hello seems to change explains anything.
pub(crate) fn in_turn(groups: &[Group<'_>]) -> bool {
    groups.iter().any(|one| {
        let here = one.addresses();
        !one.refused.is_empty()
            && groups.iter().any(|other| {
                let addresses = other.addresses();
                other.refused.is_empty() && addresses.iter().any(|address| here.contains(address))
            })
    })
}

fn usual(case: &Case<'_>, address: SocketAddr) -> Action {
    case.full_at(address, !case.question.client_certificate.is_empty(), true)
}

fn grouped<'a>(entries: impl Iterator<Item = &'a Entry>) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for entry in entries {
        let Some(group) = entry
            .reading
            .as_ref()
            .and_then(|reading| alone(entry, reading))
        else {
            continue;
        };
        match groups.iter_mut().find(|known| known.is_like(&group)) {
            Some(known) => known.seen.push(entry),
            None => groups.push(group),
        }
    }
    groups
}

/// Whether it is waited for, or was until we stopped it, so that an answer may come or have come; not where the hello never came
/// to the other end.
pub(crate) fn may_answer(entry: &Entry) -> bool {
    let refusal = entry.reading.as_ref().and_then(Reading::refusal);
    let stopped = entry
        .observation
        .end()
        .is_some_and(|end| end.outcome == PhaseOutcome::Aborted);
    let lost = entry.quiet >= LOST_US && stall::acknowledged(entry) == Acknowledged::Nothing;
    refusal == Some(Refusal::Silent) && (!entry.ended || stopped) && !lost
}

fn alone<'a>(entry: &'a Entry, reading: &Reading) -> Option<Group<'a>> {
    let answered = matches!(
        reading.end,
        End::Accepted | End::NotOffered(_) | End::BadSignature | End::Refused { .. }
    );
    (answered && !may_answer(entry)).then(|| Group {
        refused: symptoms::of_end(reading),
        version: reading.flight.version,
        leaf: leaf(reading),
        seen: vec![entry],
    })
}

fn leaf(reading: &Reading) -> Option<Certificate> {
    signer_behind(reading)
        .or_else(|| Certificate::parse(reading.flight.certificates.first()?).certificate)
}

/// The user's complete handshake again: at every address as asked for, and otherwise only where answers differ already.
pub(crate) fn asks(case: &Case<'_>) -> Vec<Ask> {
    let groups = groups(case);
    let settled = groups.iter().all(Group::is_seen_often);
    let addresses = case.addresses();
    let mut asks = Vec::new();
    for address in &addresses {
        let connected = case
            .full(*address)
            .and_then(|entry| entry.reading.as_ref())
            .is_some_and(Reading::connected);
        if !connected {
            continue;
        }
        let is_here = |group: &&Group<'_>| group.addresses().contains(address);
        let mixed = groups.iter().filter(is_here).count() > 1 || leaves_differ(case, *address);
        let mut times = 1;
        if case.question.all_addresses {
            times = times.max(TRIES);
        }
        if mixed && (groups.len() < 2 || !settled) {
            times = times.max(TRIES_WHERE_MIXED);
        } else if groups.len() > 1 && !settled {
            times = times.max(REPEATS);
        } else if let Some(refused) = refused_among_accepted(case, *address) {
            asks.push(Ask {
                label: "repeat:address".to_owned(),
                action: refused,
                times: TRIES_WHERE_REFUSED,
            });
        }
        if times > 1 {
            asks.push(Ask {
                label: "repeat:address".to_owned(),
                action: usual(case, *address),
                times,
            });
        }
    }
    asks
}

/// What an examination of every address may cost on top of one connection each.
pub(crate) fn more_connections(case: &Case<'_>) -> usize {
    if case.question.all_addresses {
        case.addresses().len() * TRIES
    } else {
        TRIES_WHERE_REFUSED
    }
}

fn asked_usually<'a>(case: &Case<'a>, address: SocketAddr) -> impl Iterator<Item = &'a Reading> {
    let (name, prelude) = (case.server_name(), case.prelude());
    case.at(address)
        .filter(move |entry| {
            let (own, before) = match &entry.experiment.action {
                Action::Handshake(handshake) => (&handshake.server_name, handshake.prelude),
                Action::Hello(hello) => (&hello.server_name, hello.prelude),
                _ => return false,
            };
            *own == name && before == prelude
        })
        .filter_map(|entry| entry.reading.as_ref())
}

/// Whether hellos of one name at one address brought different certificates with keys of one kind: a server with one
/// certificate for each kind of key has one answer for each.
fn leaves_differ(case: &Case<'_>, address: SocketAddr) -> bool {
    let mut seen = BTreeSet::new();
    for leaf in asked_usually(case, address).filter_map(leaf) {
        seen.insert((format!("{:?}", leaf.key.kind), leaf.sha256.clone()));
    }
    let kinds: BTreeSet<_> = seen.iter().map(|(kind, _)| kind).collect();
    kinds.len() < seen.len()
}

/// What was refused first of the clients' own hellos and the complete handshake, where others of them are accepted.
fn refused_among_accepted(case: &Case<'_>, address: SocketAddr) -> Option<Action> {
    let first: Vec<_> = case
        .first_hellos(address)
        .iter()
        .flat_map(|(_, action)| case.doing(action))
        .collect();
    // Of a server that chose what the library of the complete handshake has not, its refusal says nothing.
    let comparable = first.iter().any(|entry| {
        let accepted = entry.reading.as_ref().filter(|reading| reading.accepted());
        accepted.is_some_and(completable)
    });
    let unaccepted = first.iter().all(|entry| !entry.accepted());
    let full = case
        .doing(&usual(case, address))
        .filter(|_| comparable || unaccepted);
    let answers: Vec<_> = first.into_iter().chain(full).collect();
    let refused = answers.iter().find(|entry| {
        let end = entry.reading.as_ref().map(|reading| &reading.end);
        matches!(end, Some(End::Refused { .. }))
    })?;
    let accepted = answers.iter().any(|entry| entry.accepted());
    accepted.then(|| refused.experiment.action.clone())
}

/// Cipher suites and groups of the library that makes complete handshakes (rustls with aws-lc-rs).
const LIBRARY_SUITES: [u16; 9] = [
    0x1301, 0x1302, 0x1303, 0xc02b, 0xc02c, 0xc02f, 0xc030, 0xcca8, 0xcca9,
];
const LIBRARY_GROUPS: [u16; 7] = [0x0017, 0x0018, 0x001d, 0x0201, 0x0202, 0x11eb, 0x11ec];

/// Whether the library could have come to the same choice.
fn completable(reading: &Reading) -> bool {
    let flight = &reading.flight;
    let suite = |suite: report::CipherSuite| LIBRARY_SUITES.contains(&suite.0);
    let group = |group: report::NamedGroup| LIBRARY_GROUPS.contains(&group.0);
    flight.cipher_suite.is_some_and(suite) && flight.group.is_none_or(group)
}
