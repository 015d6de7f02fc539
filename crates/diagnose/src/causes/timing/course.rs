//! How the time of one connection went, against what the measured round trip explains.

use crate::case::{Case, Entry, Watched};
use crate::reading::Reading;
use crate::way::Way;
use report::{Direction, KernelFact, Moment, Phase, PhaseName, PhaseOutcome, TcpConditions};
use std::net::SocketAddr;

/// An answer earlier than this, in microseconds, is late for nobody.
const LATE_US: Moment = 500_000;
/// An answer is late after so many round trips: one goes by at any rate, and a lost packet costs three.
const LATE_TRIPS: Moment = 5;
/// So long, in microseconds, the end of one connection may be noted after the answer on another that it made way for.
const NOTED_US: Moment = 50_000;

/// One connection that came about.
#[derive(Clone, Copy)]
pub(crate) struct Course<'a> {
    pub(crate) entry: &'a Entry,
    connect: &'a Phase,
}

/// The connections made to one address as any client makes them, and the round trip that they have shown.
pub(crate) struct Courses<'a> {
    /// In the order of their start.
    pub(crate) all: Vec<Course<'a>>,
    /// The shortest round trip, in microseconds; behind a proxy, what it took to open a tunnel.
    pub(crate) round_trip: Moment,
}

impl<'a> Courses<'a> {
    /// Those to `address`; `None` where there is none.
    pub(crate) fn to(case: &Case<'a>, address: SocketAddr) -> Option<Self> {
        let mut all: Vec<Course<'a>> = case.at(address).filter_map(Course::of).collect();
        all.sort_by_key(Course::start_us);
        let trips = all.iter().map(|course| course.round_trip());
        let mut round_trip = trips.min()?;
        if case.way() != Way::Direct {
            let tunnels = all
                .iter()
                .filter_map(|course| course.took(PhaseName::Proxy));
            round_trip = round_trip.max(tunnels.min().unwrap_or(0));
        }
        Some(Self { all, round_trip })
    }

    /// From when on a wait is late.
    pub(crate) fn late_us(&self) -> Moment {
        LATE_US.max(self.round_trip.saturating_mul(LATE_TRIPS))
    }

    /// How long `course` waited for the server. A server that serves one connection at a time lets the others wait for the end
    /// of one of ours that was answered at once: that time is not its own.
    pub(crate) fn waited_us(&self, course: &Course<'_>) -> Option<Moment> {
        let waited = course.waited_us()?;
        let answered = course.answered_at()?;
        let turn = answered.saturating_sub(waited)..=answered.saturating_add(NOTED_US);
        let quick = |other: &&Course<'_>| other.waited_us().is_some_and(|us| us < self.late_us());
        let ends = self.all.iter().filter(quick).map(Course::ended_at);
        let since = ends
            .filter(|end| turn.contains(end))
            .map(|end| answered.saturating_sub(end))
            .min();
        // Who is late after that end as well does not wait for it.
        Some(since.filter(|us| *us < self.late_us()).unwrap_or(waited))
    }
}

impl<'a> Course<'a> {
    fn of(entry: &'a Entry) -> Option<Self> {
        let tcp = match &entry.experiment.action {
            report::Action::Handshake(handshake) => handshake.tcp,
            report::Action::Hello(hello) => hello.tcp,
            _ => return None,
        };
        let connect = entry.observation.phase(PhaseName::Connect)?;
        (tcp == TcpConditions::default() && connect.outcome == PhaseOutcome::Ok)
            .then_some(Self { entry, connect })
    }

    pub(crate) fn start_us(&self) -> Moment {
        self.connect.start_us
    }

    /// How long TCP's handshake took.
    pub(crate) fn connect_us(&self) -> Moment {
        self.connect.elapsed_us
    }

    /// How long a step took that ended well.
    pub(crate) fn took(&self, name: PhaseName) -> Option<Moment> {
        let phase = self.entry.observation.phase(name)?;
        (phase.outcome == PhaseOutcome::Ok).then_some(phase.elapsed_us)
    }

    /// From the end of the ClientHello to the first octet of an answer in TLS. What we took to make the hello is not the
    /// server's.
    pub(crate) fn answered_us(&self) -> Option<Moment> {
        let speaks = self.entry.reading.as_ref().is_some_and(Reading::speaks_tls);
        let hello = self.entry.observation.phase(PhaseName::Hello)?.start_us;
        let during = || {
            let traffic = self.entry.observation.traffic.iter();
            traffic.filter(|segment| segment.at_us >= hello)
        };
        let first = during()
            .find(|segment| segment.direction == Direction::Received)
            .filter(|_| speaks)?;
        let sent = during()
            .take_while(|segment| segment.direction == Direction::Sent)
            .last()
            .map_or(hello, |segment| segment.at_us);
        Some(first.at_us.saturating_sub(sent))
    }

    /// The longer of what the answer and the rest of the flight took: the server may pause before either.
    pub(crate) fn waited_us(&self) -> Option<Moment> {
        let flight = self.took(PhaseName::Certificate).unwrap_or(0);
        Some(self.answered_us()?.max(flight))
    }

    /// Whether the pause lies behind the ServerHello.
    pub(crate) fn waited_for_flight(&self) -> bool {
        let flight = self.took(PhaseName::Certificate).unwrap_or(0);
        self.answered_us().is_some_and(|answer| flight > answer)
    }

    /// When the wait was over.
    pub(crate) fn answered_at(&self) -> Option<Moment> {
        let hello = self.entry.observation.phase(PhaseName::Hello)?.start_us;
        Some(hello.saturating_add(self.waited_us()?))
    }

    fn ended_at(&self) -> Moment {
        Watched::ended(&self.entry.observation).until
    }

    /// From the start of TCP's handshake to the end of TLS's, both Finished messages included.
    pub(crate) fn finished_us(&self) -> Option<Moment> {
        let finished = self.entry.observation.phase(PhaseName::Finished)?;
        let ended = finished.start_us.saturating_add(finished.elapsed_us);
        (finished.outcome == PhaseOutcome::Ok).then(|| ended.saturating_sub(self.start_us()))
    }

    fn facts(&self, phases: impl Fn(PhaseName) -> bool) -> impl Iterator<Item = &'a KernelFact> {
        let facts = self.entry.observation.kernel.iter();
        facts.filter(move |fact| phases(fact.phase))
    }

    /// How often the SYN was sent again; `None` where the kernel does not say.
    pub(crate) fn opened_again(&self) -> Option<u32> {
        let fact = self.facts(|phase| phase == PhaseName::Connect).last()?;
        Some(fact.tcp.total_retrans)
    }

    /// How many segments of the handshake were sent again; `None` where the kernel does not say. A path that tells of its
    /// smaller packets loses none.
    pub(crate) fn sent_again(&self) -> Option<u32> {
        let opened = self.facts(|phase| phase == PhaseName::Connect).last()?;
        let last = self
            .facts(|phase| (PhaseName::Hello..=PhaseName::Finished).contains(&phase))
            .last()?;
        if last.tcp.pmtu < opened.tcp.pmtu {
            return Some(0);
        }
        Some(
            last.tcp
                .total_retrans
                .saturating_sub(opened.tcp.total_retrans),
        )
    }

    /// The largest segment, in octets of payload, that the peer may send; Ethernet's where nobody knows.
    pub(crate) fn segment(&self) -> u64 {
        const ETHERNET: u64 = 1448;
        let known = self.facts(|_| true).map(|fact| fact.tcp.snd_mss).max();
        known
            .filter(|octets| *octets > 0)
            .map_or(ETHERNET, u64::from)
    }

    /// The shortest round trip of this connection: as the kernel measured it, or what connecting or the answer took at most.
    fn round_trip(&self) -> Moment {
        let measured = self
            .facts(|_| true)
            .filter_map(|fact| fact.tcp.min_rtt_us)
            .filter(|trip| *trip > 0 && *trip < u32::MAX)
            .map(Moment::from)
            .min();
        let seen = [measured, self.answered_us(), Some(self.connect_us())];
        seen.into_iter().flatten().min().unwrap_or_default()
    }

    /// Octets that came from the server until its flight was over.
    pub(crate) fn flight_octets(&self) -> u64 {
        let observation = &self.entry.observation;
        let Some(hello) = observation.phase(PhaseName::Hello) else {
            return 0;
        };
        let end = observation
            .phase(PhaseName::Certificate)
            .map_or(hello.start_us, |phase| {
                phase.start_us.saturating_add(phase.elapsed_us)
            });
        observation
            .traffic
            .iter()
            .filter(|segment| segment.direction == Direction::Received)
            .filter(|segment| (hello.start_us..=end).contains(&segment.at_us))
            .map(|segment| segment.bytes.len() as u64)
            .sum()
    }
}

/// As it stands in texts of any language.
pub(crate) fn duration(us: Moment) -> String {
    const SECOND_US: Moment = 1_000_000;
    const TENTH_US: Moment = 100_000;
    if us < SECOND_US {
        format!("{} ms", us.div_ceil(1000))
    } else {
        format!("{}.{} s", us / SECOND_US, us % SECOND_US / TENTH_US)
    }
}
