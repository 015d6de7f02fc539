//! What became of each transmission of a ClientHello whose time to live rises.

use crate::{Direction, KernelMoment, Moment, Observation, PhaseName, PhaseOutcome, TcpInfo};

/// The transmissions of a ClientHello with one time to live, and what came of them; see [`Observation::transmissions`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transmission {
    /// Their time to live.
    pub ttl: u8,
    /// When the first of them was sent, in microseconds since the examination's start.
    pub at_us: Moment,
    /// How many there were: more than one only with the highest time to live of a sweep.
    pub sent: u32,
    /// Whether the peer acknowledged more of the hello, selectively or not, before the next time to live.
    pub acked: bool,
    /// What came back.
    pub fate: Fate,
}

/// What came back after a transmission, and before the next time to live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fate {
    /// Nothing, or an acknowledgement only.
    Silent,
    /// An ICMP message that the connection survived: the packet died on the way. On an open connection the kernel says neither
    /// at which router nor whether the time to live ran out or a router forbids the packet.
    Died,
    /// Octets.
    Answered,
    /// A FIN.
    Closed,
    /// A RST.
    Reset,
}

impl Observation {
    /// What became of the ClientHello at each time to live that it was sent with, in the order sent; empty without
    /// [`TtlSweep`](crate::TtlSweep) or facts of the kernel.
    ///
    /// What comes back is taken to be about the latest transmission: the kernel waits longer than a round trip before it
    /// sends again. Where the connection is open still, its last transmission counts as silent so far.
    pub fn transmissions(&self) -> Vec<Transmission> {
        let mut found: Vec<Transmission> = Vec::new();
        let mut before = Acked {
            octets: self.sent_before_hello(),
            segments: 0,
        };
        for fact in &self.kernel {
            let more = before.rise(&fact.tcp);
            match (fact.moment, fact.ttl) {
                (KernelMoment::Transmission, Some(ttl)) => {
                    let partly = more && fact.tcp.unacked > 0;
                    match found.last_mut() {
                        Some(last) if last.ttl == ttl => {
                            last.sent = last.sent.saturating_add(1);
                            last.acked |= more;
                            continue;
                        }
                        // The rest of a long hello follows at once when its beginning has arrived.
                        Some(last) if partly && last.fate != Fate::Died => last.acked = true,
                        _ => {}
                    }
                    let earlier = found.last().is_some_and(|last| last.acked);
                    found.push(Transmission {
                        ttl,
                        at_us: fact.at_us,
                        sent: 1,
                        acked: more && !earlier,
                        fate: Fate::Silent,
                    });
                }
                (moment, _) => {
                    if let Some(last) = found.last_mut() {
                        last.acked |= more;
                        if moment == KernelMoment::Icmp && fact.phase == PhaseName::Hello {
                            last.fate = Fate::Died;
                        }
                    }
                }
            }
        }
        if let Some(last) = found.last_mut() {
            last.fate = last.fate.max(self.answer_to_hello());
        }
        found
    }

    /// Octets sent before the ClientHello: a dialogue, a PROXY line.
    fn sent_before_hello(&self) -> u64 {
        let earlier = self
            .phases
            .iter()
            .rfind(|phase| phase.phase < PhaseName::Hello);
        let end = earlier.map_or(0, |phase| phase.start_us.saturating_add(phase.elapsed_us));
        let sent = self
            .traffic
            .iter()
            .filter(|segment| segment.direction == Direction::Sent && segment.at_us <= end);
        sent.map(|segment| segment.bytes.len() as u64).sum()
    }

    /// What came back last.
    fn answer_to_hello(&self) -> Fate {
        let sent_us = self
            .kernel
            .iter()
            .find_map(|fact| (fact.moment == KernelMoment::Transmission).then_some(fact.at_us));
        let answered = self.traffic.iter().any(|segment| {
            segment.direction == Direction::Received && Some(segment.at_us) >= sent_us
        });
        match self.phase(PhaseName::Hello).map(|hello| hello.outcome) {
            _ if answered => Fate::Answered,
            Some(PhaseOutcome::Reset) => Fate::Reset,
            Some(PhaseOutcome::Closed) => Fate::Closed,
            _ => Fate::Silent,
        }
    }
}

/// What the peer has acknowledged.
struct Acked {
    /// Octets of payload, in order.
    octets: u64,
    /// Segments beyond a gap.
    segments: u32,
}

impl Acked {
    /// Goes on to what `tcp` says; whether that is more.
    fn rise(&mut self, tcp: &TcpInfo) -> bool {
        let octets = tcp.payload_acked().unwrap_or_default();
        let more = octets > self.octets || tcp.sacked > self.segments;
        self.octets = self.octets.max(octets);
        self.segments = tcp.sacked;
        more
    }
}

#[cfg(test)]
mod tests;
