//! Who was silent while a step waited.

use crate::{
    Action, Direction, Evidence, KernelFact, KernelMoment, Moment, Observation, Phase, PhaseName,
    PhaseOutcome, TcpInfo,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A gap shorter than this, in microseconds, needs no explanation: a round trip to anywhere on earth is shorter.
const GAP_US: Moment = 500_000;
/// So many round trips may pass without anybody being silent.
const ROUND_TRIPS: Moment = 3;

/// The longest gap of a step, and whose it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Silence {
    /// Who did not do what was next.
    pub who: Silent,
    /// How long, in microseconds.
    pub elapsed_us: Moment,
}

/// Who was silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Silent {
    /// Ourselves.
    Client,
    /// Packets did not arrive: what we sent was not acknowledged, or what came has a hole.
    Path,
    /// Everything we sent was acknowledged, and nothing came.
    Server,
    /// Whoever looks names up.
    Resolver,
    /// The proxy.
    Proxy,
    /// The path or the server: nothing at all came back, or the system does not say what was acknowledged.
    PathOrServer,
}

impl Silence {
    /// The gap in `phase` that needs explaining; `None` where there is none, or where nobody owed anything.
    pub(crate) fn of(evidence: &Evidence, phase: &Phase) -> Option<Self> {
        let observation = &evidence.observed;
        let gap = Gap::longest(observation, phase);
        let trip = round_trip(observation).saturating_mul(ROUND_TRIPS);
        if gap.elapsed_us < GAP_US.max(trip) {
            return None;
        }
        Some(Self {
            who: who(evidence, phase, gap)?,
            elapsed_us: gap.elapsed_us,
        })
    }
}

fn who(evidence: &Evidence, phase: &Phase, gap: Gap) -> Option<Silent> {
    match phase.phase {
        PhaseName::Resolve => Some(Silent::Resolver),
        PhaseName::Proxy => Some(Silent::Proxy),
        // How long we watched is our own choice, and each connection of a load has a row.
        PhaseName::Application | PhaseName::Load | PhaseName::Hop => None,
        PhaseName::Connect | PhaseName::Fetch => Some(Silent::PathOrServer),
        PhaseName::Starttls
        | PhaseName::Hello
        | PhaseName::Certificate
        | PhaseName::ClientAuth
        | PhaseName::Finished => {
            if matches!(evidence.conditions, Action::Plaintext { .. }) {
                return None;
            }
            if gap.before == Some(Direction::Sent) {
                return Some(Silent::Client);
            }
            Some(by_the_kernel(&evidence.observed, phase))
        }
    }
}

/// What the counters of this phase say, against those at its beginning.
fn by_the_kernel(observation: &Observation, phase: &Phase) -> Silent {
    let end = phase.start_us.saturating_add(phase.elapsed_us);
    let before = observation
        .kernel
        .iter()
        .rfind(|fact| fact.at_us < phase.start_us)
        .map(|fact| &fact.tcp);
    let during: Vec<&TcpInfo> = observation
        .kernel
        .iter()
        .filter(|fact| fact.phase == phase.phase && (phase.start_us..=end).contains(&fact.at_us))
        .filter(|fact| fact.moment != KernelMoment::Transmission)
        .map(|fact: &KernelFact| &fact.tcp)
        .collect();
    let Some(last) = during.last() else {
        return Silent::PathOrServer;
    };
    let sent_again = before.map_or(0, |tcp| tcp.total_retrans);
    let holes = before.and_then(|tcp| tcp.rcv_ooopack).unwrap_or(0);
    let is_lost = |tcp: &&TcpInfo| {
        tcp.total_retrans > sent_again || tcp.rcv_ooopack.is_some_and(|count| count > holes)
    };
    if during.iter().any(is_lost) {
        return Silent::Path;
    }
    // Who has been reset has acknowledged nothing any more.
    let unacknowledged = last.unacked > 0 && phase.outcome != PhaseOutcome::Reset;
    if unacknowledged {
        Silent::Path
    } else {
        Silent::Server
    }
}

/// The time between two moments of a phase in which nothing was sent or came.
#[derive(Clone, Copy)]
struct Gap {
    elapsed_us: Moment,
    /// What ended it, if octets did.
    before: Option<Direction>,
}

impl Gap {
    fn longest(observation: &Observation, phase: &Phase) -> Self {
        let end = phase.start_us.saturating_add(phase.elapsed_us);
        let inside = observation
            .traffic
            .iter()
            .filter(|segment| (phase.start_us..=end).contains(&segment.at_us))
            .map(|segment| (segment.at_us, Some(segment.direction)));
        let mut from = phase.start_us;
        let mut longest = Self {
            elapsed_us: 0,
            before: None,
        };
        for (at_us, before) in inside.chain([(end, None)]) {
            let elapsed_us = at_us.saturating_sub(from);
            if elapsed_us > longest.elapsed_us {
                longest = Self { elapsed_us, before };
            }
            from = at_us;
        }
        longest
    }
}

/// The shortest round trip that the connection itself has shown; 0 where it has shown none.
fn round_trip(observation: &Observation) -> Moment {
    let measured = observation
        .kernel
        .iter()
        .filter_map(|fact| fact.tcp.min_rtt_us)
        .filter(|rtt| *rtt > 0 && *rtt < u32::MAX)
        .min();
    measured.map_or(0, Moment::from)
}

#[cfg(test)]
mod tests {
    use super::{Silence, Silent};
    use crate::{
        Action, Bytes, Direction, Evidence, ExperimentId, Handshake, KernelFact, KernelMoment,
        Observation, Phase, PhaseName, PhaseOutcome, Prelude, Segment, TcpConditions, TcpInfo,
    };

    const START: u64 = 100_000;
    const LATE: u64 = 2_000_000;

    fn phase(phase: PhaseName, elapsed_us: u64, outcome: PhaseOutcome) -> Phase {
        Phase {
            phase,
            address: None,
            start_us: START,
            elapsed_us,
            outcome,
            errno: None,
            detail: None,
            offender: None,
            icmp: None,
        }
    }

    fn fact(at_us: u64, tcp: TcpInfo) -> KernelFact {
        KernelFact {
            at_us,
            phase: if at_us < START {
                PhaseName::Connect
            } else {
                PhaseName::Hello
            },
            moment: KernelMoment::PhaseEnd,
            ttl: None,
            errno: None,
            offender: None,
            icmp: None,
            tcp,
        }
    }

    fn segment(at_us: u64, direction: Direction) -> Segment {
        Segment {
            at_us,
            direction,
            bytes: Bytes(vec![1]),
        }
    }

    fn silence(observed: Observation, phase: &Phase) -> Option<Silent> {
        let evidence = Evidence {
            id: ExperimentId(1),
            experiment: "full".to_owned(),
            conditions: Action::Handshake(Handshake {
                address: "192.0.2.1:443".parse().unwrap(),
                prelude: Prelude::None,
                server_name: None,
                alpn: Vec::new(),
                with_client_certificate: false,
                http: false,
                ech: None,
                via: None,
                tcp: TcpConditions::default(),
            }),
            limit_us: 7_000_000,
            observed,
        };
        Silence::of(&evidence, phase).map(|silence| silence.who)
    }

    /// A hello that is answered late, under these counters at its end.
    fn answered_late(kernel: Vec<KernelFact>) -> Option<Silent> {
        let hello = phase(PhaseName::Hello, LATE, PhaseOutcome::Ok);
        let observed = Observation {
            traffic: vec![
                segment(START + 10, Direction::Sent),
                segment(START + LATE, Direction::Received),
            ],
            kernel,
            ..Observation::default()
        };
        silence(observed, &hello)
    }

    #[test]
    fn acknowledgements_tell_the_server_from_the_path() {
        let open = TcpInfo {
            min_rtt_us: Some(20_000),
            ..TcpInfo::default()
        };
        let at_open = || fact(START - 1, open.clone());
        let end = |tcp: TcpInfo| vec![at_open(), fact(START + LATE, tcp)];
        assert_eq!(answered_late(end(open.clone())), Some(Silent::Server));
        let again = TcpInfo {
            total_retrans: 3,
            ..open.clone()
        };
        assert_eq!(answered_late(end(again)), Some(Silent::Path));
        let hole = TcpInfo {
            rcv_ooopack: Some(1),
            ..open.clone()
        };
        assert_eq!(answered_late(end(hole)), Some(Silent::Path));
        let unacked = TcpInfo {
            unacked: 1,
            ..open.clone()
        };
        assert_eq!(answered_late(end(unacked)), Some(Silent::Path));
        assert_eq!(answered_late(Vec::new()), Some(Silent::PathOrServer));
    }

    #[test]
    fn a_repeated_syn_does_not_make_the_hello_late() {
        let repeated = TcpInfo {
            total_retrans: 1,
            ..TcpInfo::default()
        };
        let kernel = vec![
            fact(START - 1, repeated.clone()),
            fact(START + LATE, repeated),
        ];
        assert_eq!(answered_late(kernel), Some(Silent::Server));
    }

    #[test]
    fn who_sends_late_was_silent_itself() {
        let hello = phase(PhaseName::Hello, LATE, PhaseOutcome::Ok);
        let observed = Observation {
            traffic: vec![
                segment(START + LATE - 10, Direction::Sent),
                segment(START + LATE, Direction::Received),
            ],
            ..Observation::default()
        };
        assert_eq!(silence(observed, &hello), Some(Silent::Client));
    }

    #[test]
    fn what_the_round_trip_explains_is_no_silence() {
        let hello = phase(PhaseName::Hello, 700_000, PhaseOutcome::Ok);
        let far = |min_rtt_us| Observation {
            kernel: vec![fact(
                START + 1,
                TcpInfo {
                    min_rtt_us: Some(min_rtt_us),
                    ..TcpInfo::default()
                },
            )],
            ..Observation::default()
        };
        assert_eq!(silence(far(600_000), &hello), None);
        assert_eq!(silence(far(20_000), &hello), Some(Silent::Server));
    }

    #[test]
    fn who_owes_an_answer_depends_on_the_step() {
        let timeout = |name| phase(name, LATE, PhaseOutcome::Timeout);
        let who = |name| silence(Observation::default(), &timeout(name));
        assert_eq!(who(PhaseName::Resolve), Some(Silent::Resolver));
        assert_eq!(who(PhaseName::Proxy), Some(Silent::Proxy));
        assert_eq!(who(PhaseName::Connect), Some(Silent::PathOrServer));
        assert_eq!(who(PhaseName::Application), None);
    }
}
