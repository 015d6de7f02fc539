//! How long nothing has come over a connection, and whether that is long.

use report::{
    Action, Direction, KernelFact, KernelMoment, Moment, Observation, PhaseName, PhaseOutcome,
};

/// After this, in microseconds, an answer is later than a round trip to anywhere near explains: questions may begin. A path
/// whose round trip is known to be longer gets [`ROUND_TRIPS_LATE`].
const LATE_US: Moment = 350_000;
/// After so many round trips an answer is late.
const ROUND_TRIPS_LATE: Moment = 3;
/// After this, in microseconds, silence counts as an answer: a server that thinks longer about a hello is as good as silent to
/// a question, and the first handshake goes on waiting for it.
pub(crate) const SILENT_US: Moment = 1_300_000;
/// The same where the peer's kernel has not even acknowledged the hello: it takes no time to think.
const UNACKNOWLEDGED_US: Moment = 650_000;
/// After so long without an acknowledgement, in microseconds, a hello that was sent again and again is lost for good.
pub(crate) const LOST_US: Moment = 1_600_000;
/// Retransmissions that must have gone unanswered as well.
const AGAIN: u32 = 2;
/// After so many round trips, and never earlier, silence counts.
const ROUND_TRIPS_SILENT: Moment = 4;
/// A connection that has been opening for so long, in microseconds, is late.
const OPENING_LATE_US: Moment = 450_000;
/// A connection that has been opening for so long, in microseconds, has sent its SYN again (RFC 6298 section 2.1: after one
/// second).
pub(crate) const SYN_AGAIN_US: Moment = 1_100_000;
/// After this, in microseconds, a SYN that was sent [`AGAIN`] has had time for an answer to the last (Linux since 6.5 repeats it
/// every second).
const SYN_SILENT_US: Moment = 2_400_000;
/// After this, in microseconds, the SYN was sent at least twice more, whatever the kernel's rhythm (Linux before 6.5: after 1
/// and 3 seconds).
const SYN_SILENT_AT_LAST_US: Moment = 3_200_000;
/// When a connection is looked at for the first time, in microseconds after its start.
const FIRST_LOOK_US: Moment = 400_000;

/// Since when and until when a connection was watched.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Watched {
    /// When it was begun.
    pub(crate) from: Moment,
    /// The latest moment that the observation speaks of.
    pub(crate) until: Moment,
}

impl Watched {
    /// A connection that ended: its phases say when.
    pub(crate) fn ended(observation: &Observation) -> Self {
        let phases = &observation.phases;
        Self {
            from: phases.first().map_or(0, |phase| phase.start_us),
            until: phases.iter().map(end_of).max().unwrap_or(0),
        }
    }
}

/// How a connection waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Patience {
    /// Not later than the path explains.
    Usual,
    /// Later; no answer yet.
    Late,
    /// So late that it is an answer.
    Silent,
}

/// How `observation` waits at the end of `watched`, for a connection or for an answer on it.
pub(crate) fn patience(observation: &Observation, watched: Watched) -> Patience {
    let (late, silent) = limits(observation);
    let quiet = quiet(observation, watched);
    if quiet >= silent {
        Patience::Silent
    } else if quiet >= late {
        Patience::Late
    } else {
        Patience::Usual
    }
}

/// For how long nothing had come at the end of `watched`, in microseconds.
pub(crate) fn quiet(observation: &Observation, watched: Watched) -> Moment {
    watched
        .until
        .saturating_sub(quiet_since(observation, watched))
}

/// When to look at a connection again, after one look at `watched.until` or before the first.
pub(crate) fn next_look(
    action: &Action,
    observation: &Observation,
    watched: Watched,
) -> Option<Moment> {
    action.address()?;
    if observation.phases.is_empty() && watched.until <= watched.from {
        return Some(watched.from.saturating_add(FIRST_LOOK_US));
    }
    let since = quiet_since(observation, watched);
    let after = |span: Moment| since.saturating_add(span);
    let (late, silent) = limits(observation);
    // What is not acknowledged is known to be so only after it was sent again: hence some looks in between.
    let looks = [
        late,
        UNACKNOWLEDGED_US,
        SILENT_US.midpoint(UNACKNOWLEDGED_US),
        SYN_AGAIN_US,
        SYN_SILENT_US,
        silent,
        LOST_US,
    ];
    looks
        .into_iter()
        .map(after)
        .filter(|look| *look > watched.until)
        .min()
}

/// After how much quiet an answer is late, and after how much it counts as silence.
fn limits(observation: &Observation) -> (Moment, Moment) {
    if !is_connected(observation) {
        let again = |fact: &KernelFact| fact.tcp.total_retrans >= AGAIN;
        let silent = match observation.kernel.last().is_some_and(again) {
            true => SYN_SILENT_US,
            false => SYN_SILENT_AT_LAST_US,
        };
        return (OPENING_LATE_US, silent);
    }
    let round_trip = round_trip(observation).unwrap_or(0);
    let late = LATE_US.max(round_trip.saturating_mul(ROUND_TRIPS_LATE));
    let lost = observation.kernel.last().is_some_and(|fact| {
        fact.tcp.unacked > 0
            && fact.tcp.total_retrans >= AGAIN
            && fact.tcp.bytes_received == Some(0)
    });
    let base = if lost { UNACKNOWLEDGED_US } else { SILENT_US };
    let silent = base.max(round_trip.saturating_mul(ROUND_TRIPS_SILENT));
    (late, silent.max(late))
}

fn is_connected(observation: &Observation) -> bool {
    observation
        .phase(PhaseName::Connect)
        .is_some_and(|connect| connect.outcome == PhaseOutcome::Ok)
}

/// The round trip to the peer in microseconds, as the kernel measured it, otherwise as long as the connection took to open.
fn round_trip(observation: &Observation) -> Option<Moment> {
    let measured = |fact: &KernelFact| fact.tcp.min_rtt_us.filter(|us| *us > 0 && *us < u32::MAX);
    let measured = observation.kernel.iter().filter_map(measured).min();
    let opened = observation
        .phase(PhaseName::Connect)
        .filter(|connect| connect.outcome == PhaseOutcome::Ok)
        .map(|connect| connect.elapsed_us);
    measured.map(Moment::from).or(opened)
}

/// Since when nothing has come: the last octets, the open connection, or the first SYN.
fn quiet_since(observation: &Observation, watched: Watched) -> Moment {
    let last = observation
        .traffic
        .iter()
        .rfind(|segment| segment.direction == Direction::Received)
        .map(|segment| segment.at_us);
    let opened = observation
        .phases
        .iter()
        .rfind(|phase| phase.outcome == PhaseOutcome::Ok)
        .map(end_of);
    // A sweep whose hello died on the way has been heard of.
    let died = observation
        .kernel
        .iter()
        .rfind(|fact| fact.moment == KernelMoment::Icmp)
        .map(|fact| fact.at_us);
    last.max(opened).max(died).unwrap_or(watched.from)
}

fn end_of(phase: &report::Phase) -> Moment {
    phase.start_us.saturating_add(phase.elapsed_us)
}
