//! Where on the path a SYN is lost, refused or accepted: datagrams show the path, SYNs with a time to live how far they come.

use super::is_remote;
use super::sweep::{connecting, died, died_at_router, router, syn};
use crate::case::{Case, Entry, Patience, SYN_AGAIN_US};
use crate::plan::{Ask, once};
use crate::reading::End;
use report::{Action, PhaseName, PhaseOutcome};
use std::net::{IpAddr, SocketAddr};

/// Hops that datagrams look at.
const HOPS: u8 = 16;
/// Where a SYN came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SynPlace {
    /// The last hop that was seen to pass it on, counted from here; 0 when none was.
    pub(crate) after: u8,
    /// That hop's address, where it is known.
    pub(crate) router: Option<IpAddr>,
    /// Whether routers farther away answer datagrams; otherwise it came past all that are known.
    pub(crate) before_end: bool,
}

/// How the connections to `address` came to nothing, where all that were tried did in one way; those that are still opening
/// count as timed out.
pub(crate) fn unconnected(case: &Case<'_>, address: SocketAddr) -> Option<PhaseOutcome> {
    let mut ends = case
        .at(address)
        .filter_map(|entry| match entry.reading.as_ref()?.end {
            End::Unconnected(outcome) => Some(Some(outcome)),
            End::Unknown => None,
            _ => Some(None),
        })
        .chain(case.waiting_at(address).map(is_opening));
    let first = ends.next()??;
    ends.all(|end| end == Some(first)).then_some(first)
}

fn is_opening(entry: &Entry) -> Option<PhaseOutcome> {
    let connecting = entry.observation.phase(PhaseName::Connect).is_none();
    (connecting && entry.patience >= Patience::Late).then_some(PhaseOutcome::Timeout)
}

/// The questions that place what becomes of SYNs to `address`, where none connects.
pub(super) fn asks(case: &Case<'_>, address: SocketAddr) -> Vec<Ask> {
    let placed = matches!(
        unconnected(case, address),
        Some(PhaseOutcome::Timeout | PhaseOutcome::Refused)
    );
    if !placed || !is_remote(case, address) {
        return Vec::new();
    }
    let mut asks = datagrams(address.ip());
    let hops_told = asks
        .iter()
        .all(|ask| case.doing(&ask.action).next().is_some());
    let again = |entry: &Entry| entry.quiet >= SYN_AGAIN_US;
    let waited = case.waiting_at(address).all(again);
    if !hops_told || !waited {
        return asks;
    }
    asks.extend(next_syn(case, address).map(|ttl| once("rung:syn-ttl", syn(address, ttl))));
    asks
}

/// Datagrams to every hop, as traceroute sends them.
pub(crate) fn datagrams(host: IpAddr) -> Vec<Ask> {
    let datagram = |ttl| once(format!("hop:{ttl}"), Action::hop(host, Some(ttl)));
    (1..=HOPS).map(datagram).collect()
}

/// The farthest hop where a router, and not the target, ended a datagram.
pub(crate) fn farthest_router(case: &Case<'_>, host: IpAddr) -> Option<u8> {
    let died = |ttl: &u8| {
        let mut entries = case.doing(&Action::hop(host, Some(*ttl)));
        entries.any(|entry| died_at_router(entry, host))
    };
    (1..=HOPS).rfind(died)
}

/// What is known of how far SYNs come: the farthest that died on the way, and the nearest that did not.
fn bounds(case: &Case<'_>, address: SocketAddr) -> (u8, Option<u8>) {
    let (mut passed, mut ended) = (0, None::<u8>);
    for ttl in 1..=HOPS {
        for end in case.doing(&syn(address, ttl)).filter_map(connecting) {
            match end.outcome {
                PhaseOutcome::Unreachable if died(end) => passed = passed.max(ttl),
                _ => ended = Some(ended.map_or(ttl, |known| known.min(ttl))),
            }
        }
    }
    (passed, ended)
}

/// The time to live of the next SYN of the search, if there is one.
fn next_syn(case: &Case<'_>, address: SocketAddr) -> Option<u8> {
    let last = farthest_router(case, address.ip())?;
    match bounds(case, address) {
        (passed, None) => (passed < last).then_some(last),
        (passed, Some(ended)) => (ended > passed.saturating_add(1)).then(|| passed.midpoint(ended)),
    }
}

/// Where SYNs to `address` end; `None` while that is not known, or cannot be.
pub(crate) fn syn_place(case: &Case<'_>, address: SocketAddr) -> Option<SynPlace> {
    let last = farthest_router(case, address.ip())?;
    let (passed, ended) = bounds(case, address);
    let found = match ended {
        None => passed >= last,
        Some(ended) => ended <= passed.saturating_add(1),
    };
    found.then(|| SynPlace {
        after: passed,
        router: router(case, address, passed),
        before_end: ended.is_some(),
    })
}
