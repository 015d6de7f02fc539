//! What one running experiment has seen so far.

use crate::ending::Ending;
use crate::kernel::{self, IcmpError, KernelFacts};
use report::{
    Answer, Bytes, ContentType, Direction, KernelFact, KernelMoment, Moment, Observation, Opened,
    Phase, PhaseName, PhaseOutcome, Segment,
};
use socket2::SockRef;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Instant;
use tokio::net::TcpStream;

/// Octets of traffic kept per experiment; as many again of what was inside encrypted records.
pub const MAX_KEPT: usize = 256 * 1024;

/// Entries of traffic, and of opened records, after which octets are added to the entry before if that went the same
/// way.
pub const MAX_SEGMENTS: usize = 4096;

/// What the kernel said, in entries per experiment, after which a newer one takes the place of the last.
pub const MAX_KERNEL_FACTS: usize = 128;

/// Looks at the kernel because somebody found the experiment late, in entries per experiment, after which a newer one takes
/// the place of the last such.
pub const MAX_LATE_FACTS: usize = 8;

/// The shared, bounded record of one running experiment. All times are microseconds since the
/// `started` it was made with. Clones are the same record.
#[derive(Clone, Debug)]
pub struct Recorder {
    started: Instant,
    kernel: Arc<dyn KernelFacts>,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    observation: Observation,
    under_way: Option<UnderWay>,
    kept: usize,
    opened: usize,
    last_us: Moment,
    over: bool,
    socket: Weak<TcpStream>,
}

/// What a look at the kernel is about, where there is more to say than the moment.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct About {
    /// The time to live of the transmission.
    pub(crate) ttl: Option<u8>,
    /// The error an ICMP message brought.
    pub(crate) errno: Option<i32>,
    /// That message.
    pub(crate) icmp: Option<IcmpError>,
}

#[derive(Debug)]
struct UnderWay {
    phase: PhaseName,
    address: Option<SocketAddr>,
    start_us: Moment,
    detail: Option<String>,
}

impl Recorder {
    /// An empty record that counts time from `started`, without facts of the kernel; for those, see
    /// [`Hands::recorder`](crate::Hands::recorder).
    pub fn new(started: Instant) -> Self {
        Self::with(started, Arc::new(kernel::Null))
    }

    /// An empty record that also keeps what `kernel` says.
    pub(crate) fn with(started: Instant, kernel: Arc<dyn KernelFacts>) -> Self {
        Self {
            started,
            kernel,
            state: Arc::default(),
        }
    }

    /// An empty record with the same zero of time.
    pub(crate) fn another(&self) -> Self {
        Self::new(self.started)
    }

    /// What has been seen so far; a phase still under way is not in it.
    pub fn snapshot(&self) -> Observation {
        self.lock().observation.clone()
    }

    /// What has been seen so far, after another look at what the kernel knows: for somebody who finds the experiment late.
    pub fn late(&self) -> Observation {
        let mut state = self.lock();
        self.look(&mut state, KernelMoment::Late, About::default());
        state.observation.clone()
    }

    /// Ends the phase under way as aborted. Nothing is recorded afterwards.
    pub fn abort(&self) {
        self.end(Ending::plain(PhaseOutcome::Aborted));
    }

    /// What was seen in all, moved out of the record. A phase still under way ends as aborted.
    pub fn finish(self) -> Observation {
        self.abort();
        std::mem::take(&mut self.lock().observation)
    }

    /// Begins a phase; the one under way ends well. No octet of the phases before has the same
    /// moment, so that `start_us` tells where in the traffic the phase begins.
    pub(crate) fn begin(&self, phase: PhaseName, address: Option<SocketAddr>) {
        let mut state = self.lock();
        let state = &mut *state;
        if state.over {
            return;
        }
        self.look(state, KernelMoment::PhaseEnd, About::default());
        let now = self.now();
        state.close(now, Ending::plain(PhaseOutcome::Ok));
        let start_us = now.max(state.last_us.saturating_add(1));
        state.last_us = start_us;
        state.under_way = Some(UnderWay {
            phase,
            address,
            start_us,
            detail: None,
        });
    }

    /// Begins a phase with the peer of the phase under way.
    pub(crate) fn next(&self, phase: PhaseName) {
        let address = self.lock().under_way.as_ref().and_then(|now| now.address);
        self.begin(phase, address);
    }

    /// The detail the phase under way gets unless it ends with another.
    pub(crate) fn remark(&self, detail: impl Into<String>) {
        if let Some(under_way) = &mut self.lock().under_way {
            under_way.detail = Some(detail.into());
        }
    }

    /// Ends the phase under way, with more to come.
    pub(crate) fn close(&self, ending: Ending) {
        let now = self.now();
        self.lock().close(now, ending);
    }

    /// Ends the phase under way and the record.
    pub(crate) fn end(&self, ending: Ending) {
        let mut state = self.lock();
        self.look(&mut state, KernelMoment::End, About::default());
        let now = self.now();
        state.close(now, ending);
        state.over = true;
    }

    /// The facts that the kernel has.
    pub(crate) fn kernel(&self) -> &dyn KernelFacts {
        &*self.kernel
    }

    /// The kernel is asked about `socket` from now on, for as long as somebody else keeps it open.
    pub(crate) fn watch(&self, socket: &Arc<TcpStream>) {
        self.lock().socket = Arc::downgrade(socket);
    }

    /// Takes down what the kernel knows at this moment.
    pub(crate) fn ask_kernel(&self, moment: KernelMoment, about: About) {
        self.look(&mut self.lock(), moment, about);
    }

    /// The last look at a connection that is about to be closed.
    pub(crate) fn last_look(&self) {
        let mut state = self.lock();
        self.look(&mut state, KernelMoment::End, About::default());
        state.socket = Weak::new();
    }

    fn look(&self, state: &mut State, moment: KernelMoment, about: About) {
        let (Some(under_way), false) = (&state.under_way, state.over) else {
            return;
        };
        let Some(socket) = state.socket.upgrade() else {
            return;
        };
        let Some(tcp) = self.kernel.tcp_info(&SockRef::from(&*socket)) else {
            return;
        };
        let fact = KernelFact {
            at_us: self.now().max(state.last_us),
            phase: under_way.phase,
            moment,
            ttl: about.ttl,
            errno: about.errno,
            offender: about.icmp.map(|icmp| icmp.sender),
            icmp: about.icmp.map(|icmp| icmp.says),
            tcp,
        };
        let facts = &mut state.observation.kernel;
        if moment == KernelMoment::Late {
            let late = |fact: &KernelFact| fact.moment == KernelMoment::Late;
            let count = facts.iter().filter(|fact| late(fact)).count();
            if let (true, Some(last)) = (count >= MAX_LATE_FACTS, facts.iter().rposition(late)) {
                facts.remove(last);
            }
        }
        facts.truncate(MAX_KERNEL_FACTS.saturating_sub(1));
        facts.push(fact);
    }

    /// Our own address on the connection.
    pub(crate) fn local(&self, address: SocketAddr) {
        self.lock().observation.local = Some(address);
    }

    /// Octets that went over the connection.
    pub(crate) fn traffic(&self, direction: Direction, octets: &[u8]) {
        let mut state = self.lock();
        let state = &mut *state;
        if state.over {
            return;
        }
        let at_us = self.now().max(state.last_us);
        state.last_us = at_us;
        let kept = octets
            .get(..MAX_KEPT.saturating_sub(state.kept))
            .unwrap_or(octets);
        let unkept = octets.len().saturating_sub(kept.len());
        state.observation.unkept = state.observation.unkept.saturating_add(unkept as u64);
        if kept.is_empty() {
            return;
        }
        state.kept = state.kept.saturating_add(kept.len());
        let full = state.observation.traffic.len() >= MAX_SEGMENTS;
        match state.observation.traffic.last_mut() {
            Some(last) if full && last.direction == direction => {
                last.bytes.0.extend_from_slice(kept);
            }
            _ => state.observation.traffic.push(Segment {
                at_us,
                direction,
                bytes: Bytes::from(kept),
            }),
        }
    }

    /// The content of an encrypted record.
    pub(crate) fn opened(&self, direction: Direction, content_type: ContentType, octets: &[u8]) {
        let mut state = self.lock();
        let state = &mut *state;
        if state.over {
            return;
        }
        let kept = octets
            .get(..MAX_KEPT.saturating_sub(state.opened))
            .unwrap_or(octets);
        if kept.is_empty() {
            return;
        }
        state.opened = state.opened.saturating_add(kept.len());
        let at_us = self.now().max(state.last_us);
        let full = state.observation.opened.len() >= MAX_SEGMENTS;
        match state.observation.opened.last_mut() {
            Some(last)
                if full && last.direction == direction && last.content_type == content_type =>
            {
                last.bytes.0.extend_from_slice(kept);
            }
            _ => state.observation.opened.push(Opened {
                at_us,
                direction,
                content_type,
                bytes: Bytes::from(kept),
            }),
        }
    }

    /// What a lookup answered.
    pub(crate) fn answer(&self, answer: Answer) {
        let mut state = self.lock();
        if !state.over {
            state.observation.answer = Some(answer);
        }
    }

    fn now(&self) -> Moment {
        Moment::try_from(self.started.elapsed().as_micros()).unwrap_or(Moment::MAX)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn close(&mut self, now: Moment, ending: Ending) {
        let Some(done) = self.under_way.take() else {
            return;
        };
        self.observation.phases.push(Phase {
            phase: done.phase,
            address: done.address,
            start_us: done.start_us,
            elapsed_us: now.saturating_sub(done.start_us),
            outcome: ending.outcome,
            errno: ending.errno,
            detail: ending.detail.or(done.detail),
            offender: ending.icmp.map(|icmp| icmp.sender),
            icmp: ending.icmp.map(|icmp| icmp.says),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_KEPT, MAX_SEGMENTS, Recorder};
    use crate::ending::Ending;
    use report::{ContentType, Direction, PhaseName, PhaseOutcome};
    use std::time::Instant;

    #[test]
    fn a_phase_ends_well_when_the_next_begins() {
        let recorder = Recorder::new(Instant::now());
        recorder.begin(PhaseName::Connect, None);
        assert!(recorder.snapshot().phases.is_empty(), "still under way");
        recorder.remark("a");
        recorder.next(PhaseName::Hello);
        recorder.remark("b");
        recorder.end(Ending::new(PhaseOutcome::Reset, "c"));
        recorder.begin(PhaseName::Certificate, None);
        let phases = recorder.finish().phases;
        let seen: Vec<_> = phases
            .iter()
            .map(|phase| (phase.phase, phase.outcome, phase.detail.as_deref()))
            .collect();
        assert_eq!(
            seen,
            [
                (PhaseName::Connect, PhaseOutcome::Ok, Some("a")),
                (PhaseName::Hello, PhaseOutcome::Reset, Some("c")),
            ]
        );
    }

    #[test]
    fn aborting_ends_the_phase_under_way_and_the_record() {
        let recorder = Recorder::new(Instant::now());
        recorder.begin(PhaseName::Hello, None);
        recorder.abort();
        recorder.traffic(Direction::Received, b"late");
        let observation = recorder.finish();
        assert_eq!(
            observation.end().map(|phase| phase.outcome),
            Some(PhaseOutcome::Aborted)
        );
        assert!(observation.traffic.is_empty());
    }

    #[test]
    fn single_octets_cost_neither_entries_nor_room_without_bound() {
        let recorder = Recorder::new(Instant::now());
        recorder.begin(PhaseName::Hello, None);
        for _ in 0..MAX_KEPT + 10 {
            recorder.traffic(Direction::Received, b"x");
            recorder.opened(Direction::Received, ContentType::HANDSHAKE, b"y");
        }
        let observation = recorder.finish();
        assert_eq!(observation.traffic.len(), MAX_SEGMENTS);
        assert_eq!(observation.opened.len(), MAX_SEGMENTS);
        assert_eq!(observation.received().len(), MAX_KEPT);
        assert_eq!(observation.unkept, 10);
    }

    #[test]
    fn a_phase_starts_after_every_octet_before_it() {
        let recorder = Recorder::new(Instant::now());
        recorder.begin(PhaseName::Starttls, None);
        recorder.traffic(Direction::Received, b"220 go ahead");
        recorder.next(PhaseName::Hello);
        recorder.traffic(Direction::Sent, b"hello");
        recorder.abort();
        let observation = recorder.finish();
        let start = observation
            .phase(PhaseName::Hello)
            .map(|phase| phase.start_us);
        let times: Vec<_> = observation
            .traffic
            .iter()
            .map(|segment| Some(segment.at_us))
            .collect();
        assert!(times[0] < start && start <= times[1], "{times:?} {start:?}");
    }
}
