//! Both sides of a lever from one local port: where the way, or the server, is chosen by the port, both go the same way, and what
//! they come to tells of nothing but the lever.

use super::facts::is_cut_off;
use super::flows::is_ended_early;
use super::is_remote;
use crate::case::{Case, Entry};
use crate::flip::{self, Lever};
use crate::plan::{Ask, once};
use crate::reading::End;
use report::{Action, PhaseOutcome, TcpConditions};
use std::ops::RangeInclusive;

/// Ports for a pair; the first that no other program has.
const PORTS: RangeInclusive<u16> = 50_011..=50_014;

/// Whether the proof of `lever` needs both sides from one port: its failing side may come to nothing on the way.
pub(crate) fn is_needed(case: &Case<'_>, lever: &Lever) -> bool {
    let (Action::Hello(failing), Action::Hello(_)) = (&lever.fails, &lever.works) else {
        return false;
    };
    let mut tries = case.doing(&lever.fails);
    is_remote(case, failing.address)
        && tries.any(|entry| is_cut_off(entry) || is_ended_early(entry))
}

/// Whether they were seen so.
pub(crate) fn is_made(case: &Case<'_>, lever: &Lever) -> bool {
    let ended = |action: &Action| case.doing(action).any(|entry| !is_no_try(entry));
    PORTS
        .into_iter()
        .any(|port| ended(&from(port, &lever.fails)) && ended(&from(port, &lever.works)))
}

/// The two, one after the other: what works first, because it leaves nothing behind at the server.
pub(crate) fn asks(case: &Case<'_>, lever: &Lever) -> Vec<Ask> {
    let label = |side| format!("{}{side}", flip::REPEAT_LABEL);
    let free = |port: &u16| {
        let both = [from(*port, &lever.fails), from(*port, &lever.works)];
        !both
            .iter()
            .flat_map(|action| case.doing(action))
            .any(is_no_try)
    };
    let Some(port) = PORTS.into_iter().find(free) else {
        return Vec::new();
    };
    let works = from(port, &lever.works);
    let over = case.doing(&works).any(|entry| entry.ended);
    let mut asks = vec![once(label("works"), works)];
    if over {
        asks.push(once(label("fails"), from(port, &lever.fails)));
    }
    asks
}

/// The same from that port.
pub(super) fn from(port: u16, action: &Action) -> Action {
    let mut action = action.clone();
    if let Action::Hello(hello) = &mut action {
        hello.tcp = TcpConditions {
            local_port: Some(port),
            ..hello.tcp
        };
    }
    action
}

/// Whether it says nothing of the hello: another program has the port, or the way does not take a port that was used just now.
pub(crate) fn is_no_try(entry: &Entry) -> bool {
    let stated = entry
        .experiment
        .action
        .tcp()
        .is_some_and(|tcp| tcp.local_port.is_some());
    match entry.reading.as_ref().map(|reading| &reading.end) {
        Some(End::Unconnected(PhaseOutcome::Error)) => true,
        Some(End::Unconnected(_)) => stated,
        _ => false,
    }
}
