//! Connections to one address of which some come to nothing and others do not, whatever they say: is it the port they come
//! from?

use super::facts::is_cut_off;
use super::levers::fits_one_segment;
use super::{is_remote, pairs};
use crate::case::{Case, Entry};
use crate::members;
use crate::plan::Ask;
use crate::reading::{End, Reading, Refusal};
use report::{Action, PhaseName, PhaseOutcome, TcpConditions};
use std::net::SocketAddr;
use std::ops::RangeInclusive;

/// Local ports that are tried: neighbours, so that whoever chooses among a few lines or members by the port, however it counts,
/// is made to choose each.
pub(crate) const PORTS: RangeInclusive<u16> = 50_001..=50_006;
/// How often a port must fail, and never work, to be one that always fails. Where two of three connections work, chance does so
/// in one of nine.
const TRIES: usize = 3;
/// Ports that fail and are tried again.
const FAILING: usize = 2;
/// How often our own handshake is made where all clients' hellos are accepted and it is not.
const OWN: usize = 4;
/// How often a client's connection that was not answered is made.
const OPENINGS: usize = 2;

/// What only some connections come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Uneven {
    /// They are never opened.
    Opening,
    /// They are cut off before the answer to their hello.
    Hello,
}

/// Whether it is the local port that decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ByPort {
    /// Some ports fail each time, and others work.
    Yes,
    /// A port that failed works as well.
    No,
    /// Too little was seen.
    Unknown,
}

/// Whether some connections to `address` come to nothing that others like them do not. Nothing that is changed about a hello
/// explains anything then.
pub(crate) fn uneven(case: &Case<'_>, address: SocketAddr) -> Option<Uneven> {
    if !is_remote(case, address) {
        return None;
    }
    let connected = |entry: &Entry| entry.reading.as_ref().is_some_and(Reading::connected);
    if case.at(address).any(is_unanswered) && case.at(address).any(connected) {
        return Some(Uneven::Opening);
    }
    cut_off(case, address).map(|_| Uneven::Hello)
}

/// Whether its SYNs were not answered.
pub(crate) fn is_unanswered(entry: &Entry) -> bool {
    let end = entry.reading.as_ref().map(|reading| &reading.end);
    end == Some(&End::Unconnected(PhaseOutcome::Timeout))
}

/// The same where other connections to its address were opened: that is no matter of what it would have said.
pub(crate) fn is_left_unopened(case: &Case<'_>, entry: &Entry) -> bool {
    let address = entry.experiment.action.address();
    is_unanswered(entry)
        && address.is_some_and(|address| uneven(case, address) == Some(Uneven::Opening))
}

/// One of the hellos to `address` that was cut off, where the same is accepted at other times.
pub(crate) fn cut_off<'a>(case: &Case<'a>, address: SocketAddr) -> Option<&'a Entry> {
    let same = |entry: &&Entry| {
        let action = entry.experiment.action.from_any_port();
        case.asking(&action).any(|other| other.accepted())
    };
    case.entries
        .iter()
        .filter(|entry| entry.experiment.action.address() == Some(address))
        .filter(|entry| is_ended_early(entry) && !members::may_answer(entry))
        .find(same)
}

pub(super) fn is_ended_early(entry: &Entry) -> bool {
    matches!(
        entry.reading.as_ref().map(|reading| &reading.end),
        Some(End::Refused {
            how: Refusal::Silent | Refusal::Reset | Refusal::Closed,
            mid_flight: false,
        })
    )
}

/// The same from stated ports, and again from those that fail; and once more for each client that was not answered.
pub(crate) fn asks(case: &Case<'_>, address: SocketAddr) -> Vec<Ask> {
    let Some(uneven) = uneven(case, address) else {
        return Vec::new();
    };
    let again = case
        .first_hellos(address)
        .into_iter()
        .filter(|(_, action)| {
            let mut tries = case.doing(action).peekable();
            uneven == Uneven::Opening && tries.peek().is_some() && tries.all(is_unanswered)
        });
    let mut asks: Vec<Ask> = again
        .map(|(_, action)| Ask {
            label: "repeat:opening".to_owned(),
            action,
            times: OPENINGS,
        })
        .collect();
    let mut failing = 0;
    for (port, action) in from_ports(case, uneven, address) {
        let tries = tries(case, &action);
        let mut times = 1;
        // One after the other: two connections cannot have one port.
        if !tries.is_empty() && !tries.contains(&true) && failing < FAILING {
            failing += 1;
            times = TRIES.min(tries.len() + 1);
        }
        asks.push(Ask {
            label: format!("port:{port}"),
            action,
            times,
        });
    }
    asks
}

/// Where not all of the first questions to `address` come to the same: those again whose end only chance explains, or the path.
pub(crate) fn doubts(case: &Case<'_>, address: SocketAddr) -> Vec<Ask> {
    if !is_remote(case, address) {
        return Vec::new();
    }
    let first: Vec<&Entry> = case
        .first_hellos(address)
        .iter()
        .filter_map(|(_, action)| case.doing(action).next())
        .collect();
    if first.len() < case.first_hellos(address).len() {
        return Vec::new();
    }
    let again = |entry: &Entry, times| Ask {
        label: "repeat:doubt".to_owned(),
        action: entry.experiment.action.clone(),
        times,
    };
    // What all clients are answered, ours is too.
    let full = case.full(address).filter(|entry| {
        let all = !first.is_empty() && first.iter().all(|entry| entry.accepted());
        all && (is_ended_early(entry) || is_cut_off(entry))
    });
    // What is small and usual is dropped for what it says by few.
    let accepted = first.iter().any(|entry| entry.accepted());
    let small = first.iter().copied().find(|entry| {
        let fits = entry.hello().is_some_and(fits_one_segment);
        accepted && fits && (is_ended_early(entry) || is_cut_off(entry))
    });
    let full = full.map(|entry| again(entry, OWN));
    full.into_iter()
        .chain(small.map(|entry| again(entry, OPENINGS)))
        .collect()
}

/// The question from each of the ports.
fn from_ports(case: &Case<'_>, uneven: Uneven, address: SocketAddr) -> Vec<(u16, Action)> {
    let hello = cut_off(case, address)
        .and_then(Entry::hello)
        .cloned()
        .or_else(|| match case.first_hellos(address).into_iter().next()?.1 {
            Action::Hello(hello) => Some(*hello),
            _ => None,
        });
    let from = |port| {
        let action = match uneven {
            Uneven::Opening => Action::Connect {
                address,
                via: None,
                tcp: TcpConditions {
                    local_port: Some(port),
                    ..TcpConditions::default()
                },
            },
            Uneven::Hello => pairs::from(port, &Action::Hello(Box::new(hello.clone()?))),
        };
        Some((port, action))
    };
    PORTS.filter_map(from).collect()
}

/// What was tried from them.
pub(crate) fn from_stated_ports<'a>(
    case: &Case<'a>,
    uneven: Uneven,
    address: SocketAddr,
) -> Vec<&'a Entry> {
    let ports = from_ports(case, uneven, address);
    let tried = ports.iter().flat_map(|(_, action)| case.doing(action));
    tried.collect()
}

/// Which of the tries from one port that ended worked: the next one needs the port.
fn tries(case: &Case<'_>, action: &Action) -> Vec<bool> {
    let worked = |entry: &Entry| match action {
        Action::Connect { .. } => {
            let connect = entry.observation.phase(PhaseName::Connect)?;
            match connect.outcome {
                PhaseOutcome::Ok => Some(true),
                PhaseOutcome::Timeout => Some(false),
                _ => None,
            }
        }
        _ if is_ended_early(entry) || is_cut_off(entry) => Some(false),
        _ => super::spoke(entry).then_some(true),
    };
    let ended = case.doing(action).filter(|entry| entry.ended);
    ended.filter_map(worked).collect()
}

/// What the ports have shown.
pub(crate) fn by_port(case: &Case<'_>, uneven: Uneven, address: SocketAddr) -> ByPort {
    let ports: Vec<Vec<bool>> = from_ports(case, uneven, address)
        .iter()
        .map(|(_, action)| tries(case, action))
        .collect();
    let works = |tries: &&Vec<bool>| tries.contains(&true);
    let changes = |tries: &Vec<bool>| tries.contains(&true) && tries.contains(&false);
    let fails = |tries: &Vec<bool>| tries.len() >= TRIES && !tries.contains(&true);
    if ports.iter().any(changes) {
        ByPort::No
    } else if ports.iter().any(fails) && ports.iter().filter(works).count() > 1 {
        ByPort::Yes
    } else {
        ByPort::Unknown
    }
}

/// How many of the usual connections to `address` and of those from stated ports came to nothing, and how many there were.
pub(crate) fn counts(case: &Case<'_>, uneven: Uneven, address: SocketAddr) -> (usize, usize) {
    let failed = |entry: &&Entry| match uneven {
        Uneven::Opening => is_unanswered(entry),
        Uneven::Hello => is_ended_early(entry),
    };
    let usual: Vec<&Entry> = case.at(address).collect();
    let stated: Vec<bool> = from_ports(case, uneven, address)
        .iter()
        .flat_map(|(_, action)| tries(case, action))
        .collect();
    let failures = usual.iter().copied().filter(failed).count()
        + stated.iter().filter(|worked| !**worked).count();
    (failures, usual.len() + stated.len())
}
