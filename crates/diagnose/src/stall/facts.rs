//! Who has the hello: what the kernel knows of a connection that came to nothing.

use super::levers::fits_one_segment;
use crate::case::{Case, Entry, Patience};
use crate::reading::{End, Reading, Refusal};
use report::{Action, Direction, KernelFact};

/// How much of the last that we said the peer's kernel has acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Acknowledged {
    /// Nothing of it.
    Nothing,
    /// A part.
    Part,
    /// All of it: whoever ends the TCP connection has it.
    All,
    /// This machine's kernel does not tell.
    Unknown,
}

/// How much of the ClientHello was acknowledged, as far as the connection was watched.
pub(crate) fn acknowledged(entry: &Entry) -> Acknowledged {
    let observation = &entry.observation;
    let acked = |fact: &KernelFact| fact.tcp.payload_acked();
    let Some(acked) = observation.kernel.iter().filter_map(acked).max() else {
        return Acknowledged::Unknown;
    };
    let length = |segment: &report::Segment| segment.bytes.len() as u64;
    let sent = |segment: &&report::Segment| segment.direction == Direction::Sent;
    let all: u64 = observation.traffic.iter().filter(sent).map(length).sum();
    let last: u64 = observation
        .traffic
        .iter()
        .rev()
        .take_while(sent)
        .map(length)
        .sum();
    match all.saturating_sub(acked) {
        _ if all == 0 => Acknowledged::Unknown,
        0 => Acknowledged::All,
        missing if missing >= last => Acknowledged::Nothing,
        _ => Acknowledged::Part,
    }
}

/// Whether a connection was cut off, or is late, before any answer to its hello: what a path can do as well as a server.
pub(crate) fn is_cut_off(entry: &Entry) -> bool {
    let Some(reading) = &entry.reading else {
        return false;
    };
    match &reading.end {
        End::Unknown => {
            entry.patience >= Patience::Late
                && entry
                    .observation
                    .phase(report::PhaseName::Connect)
                    .is_some_and(|connect| connect.outcome == report::PhaseOutcome::Ok)
        }
        End::Refused {
            how: Refusal::Silent,
            ..
        } => true,
        End::Refused {
            how: Refusal::Reset | Refusal::Closed,
            mid_flight: false,
        } => acknowledged(entry) == Acknowledged::Nothing,
        _ => false,
    }
}

/// On which side of the peer's TCP something went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Culprit {
    /// The hello never came to where the TCP connection ends.
    Path,
    /// It did, and what came of it there is the server's doing, or that of who answers for it.
    Server,
    /// The kernel does not tell, or tells different things of different tries.
    Unknown,
}

fn was_reset(entry: &Entry) -> bool {
    let refusal = entry.reading.as_ref().and_then(Reading::refusal);
    matches!(refusal, Some(Refusal::Reset | Refusal::Closed))
}

/// Whether the hello went out in one segment.
fn came_whole(hello: &report::Hello) -> bool {
    hello.tcp.split.is_none() && fits_one_segment(hello)
}

/// Who lost the hello of `action`, by all tries that came to nothing.
pub(crate) fn culprit(case: &Case<'_>, action: &Action) -> Culprit {
    let told = |entry: &Entry| match acknowledged(entry) {
        // Whoever resets may have the hello without having said so, where it came whole in one packet.
        Acknowledged::Nothing if was_reset(entry) && entry.hello().is_some_and(came_whole) => {
            Acknowledged::Unknown
        }
        acked => acked,
    };
    let mut tries = case
        .asking(action)
        .filter(|entry| !entry.accepted())
        .map(told)
        .peekable();
    let Some(first) = tries.peek().copied() else {
        return Culprit::Unknown;
    };
    let lost = |acked| matches!(acked, Acknowledged::Nothing | Acknowledged::Part);
    if lost(first) && tries.all(lost) {
        Culprit::Path
    } else if first == Acknowledged::All && tries.all(|acked| acked == Acknowledged::All) {
        Culprit::Server
    } else {
        Culprit::Unknown
    }
}
