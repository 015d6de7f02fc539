//! Boxes at work: what each makes of a packet.

use super::address;
use super::forge;
use super::middlebox::{Answer, Deed, Middlebox, SynDeed, Syns};
use super::packet::{Flow, Packet, Segment};
use super::path::{Only, Placed, Times, Way};
use report::AlertDescription;
use std::collections::HashMap;

mod hello;

use hello::Watched;

/// Connections remembered; a lab has fewer.
const MOST: usize = 8192;
const PAGE: &[u8] = b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\nContent-Length: 27\r\nConnection: close\r\n\r\n<h1>This site is closed</h1>";

/// A packet that leaves a box, and which way.
pub(super) type Leaving = (Packet, Way);

/// A box with what it remembers.
#[derive(Debug)]
pub(super) struct Standing {
    placed: Placed,
    connections: HashMap<Flow, Connection>,
    /// Times there was reason to act.
    times: u32,
    /// The client's ports, numbered as they came; there are no more than ports.
    ports: HashMap<u16, usize>,
}

/// What a box remembers of a connection.
#[derive(Debug, Default)]
struct Connection {
    /// Times there was reason to act.
    times: u32,
    /// Whether nothing goes through any more.
    over: bool,
    last_us: Option<u64>,
    watched: Watched,
}

impl Standing {
    pub(super) fn new(placed: Placed) -> Self {
        Self {
            placed,
            connections: HashMap::new(),
            times: 0,
            ports: HashMap::new(),
        }
    }

    pub(super) const fn hop(&self) -> u8 {
        self.placed.hop
    }

    /// What becomes of `packet`, which goes this way at that moment.
    pub(super) fn pass(&mut self, packet: Packet, way: Way, now_us: u64) -> Vec<Leaving> {
        if !concerns(self.placed.only, &packet, way, &mut self.ports) {
            return vec![(packet, way)];
        }
        match &self.placed.middlebox {
            Middlebox::Wall => return Vec::new(),
            Middlebox::TcpOnly if !packet.is_tcp() => return Vec::new(),
            _ => {}
        }
        let Some(segment) = packet.segment() else {
            return vec![(packet, way)];
        };
        let flow = of_client(&segment, way);
        if self.connections.len() >= MOST {
            self.connections.clear();
        }
        let connection = self.connections.entry(flow).or_default();
        if segment.opens() && way == Way::Forth && !matches!(self.placed.times, Times::First(_)) {
            *connection = Connection::default();
        }
        if connection.over {
            return match (way, segment.payload().is_empty()) {
                (Way::Back, _) | (Way::Forth, true) if !segment.is_reset() => vec![(packet, way)],
                _ => Vec::new(),
            };
        }
        let found = judge(
            &self.placed.middlebox,
            &segment,
            way,
            connection,
            now_us,
            &packet,
        );
        let deed = match found {
            Found::Nothing => return vec![(packet, way)],
            Found::Held => return Vec::new(),
            Found::Released(packets) => {
                return packets.into_iter().map(|packet| (packet, way)).collect();
            }
            Found::Syn(deed) => Either::Syn(deed),
            Found::Reason(deed) => Either::Other(deed),
        };
        connection.times = connection.times.saturating_add(1);
        self.times = self.times.saturating_add(1);
        let acts = match self.placed.times {
            Times::Always => true,
            Times::First(most) => connection.times <= most,
            Times::Every(number) => self.times.is_multiple_of(number),
        };
        if !acts {
            let mut packets = connection.watched.release();
            packets.push(packet);
            return packets.into_iter().map(|packet| (packet, way)).collect();
        }
        match deed {
            Either::Syn(deed) => on_syn(deed, &packet, &segment, self.placed.hop),
            Either::Other(deed) => {
                let lasting = !matches!(self.placed.middlebox, Middlebox::Payload { .. })
                    && self.placed.times == Times::Always;
                connection.over = lasting || deed != Deed::Drop;
                act(deed, &segment, way)
            }
        }
    }
}

enum Either {
    Syn(SynDeed),
    Other(Deed),
}

/// What a box finds in a packet.
enum Found {
    /// It may go on.
    Nothing,
    /// It waits until more is known.
    Held,
    /// It may go on with what waited.
    Released(Vec<Packet>),
    /// A SYN to do something about.
    Syn(SynDeed),
    /// A reason to act.
    Reason(Deed),
}

fn judge(
    middlebox: &Middlebox,
    segment: &Segment<'_>,
    way: Way,
    connection: &mut Connection,
    now_us: u64,
    packet: &Packet,
) -> Found {
    let when = |reason: bool, deed: Deed| match reason {
        true => Found::Reason(deed),
        false => Found::Nothing,
    };
    match middlebox {
        Middlebox::Wall | Middlebox::TcpOnly => Found::Nothing,
        Middlebox::Syn { which, then } => {
            let minds = match which {
                Syns::All => segment.opens(),
                Syns::Timestamps => segment.opens() && segment.has_timestamps(),
                Syns::WindowScale => segment.opens() && segment.scales_window(),
                Syns::Ecn => segment.asks_for_ecn(),
            };
            match minds {
                true => Found::Syn(*then),
                false => Found::Nothing,
            }
        }
        Middlebox::Payload {
            way: minded,
            at_least,
            then,
        } => when(
            way == *minded && segment.payload().len() >= *at_least,
            *then,
        ),
        Middlebox::Forgets { after, then } => {
            let idle_us = connection
                .last_us
                .map_or(0, |last| now_us.saturating_sub(last));
            connection.last_us = Some(now_us);
            when(u128::from(idle_us) >= after.as_micros(), *then)
        }
        Middlebox::Hello {
            when: trigger,
            then,
        } => {
            if way == Way::Back || segment.payload().is_empty() {
                return Found::Nothing;
            }
            match connection.watched.take(segment, packet, trigger) {
                hello::Heard::Clean(packets) => Found::Released(packets),
                hello::Heard::More => Found::Held,
                hello::Heard::Minded => Found::Reason(*then),
            }
        }
    }
}

fn on_syn(deed: SynDeed, packet: &Packet, segment: &Segment<'_>, hop: u8) -> Vec<Leaving> {
    let back = match deed {
        SynDeed::Drop => None,
        SynDeed::Reset => forge::resets(segment).map(|[back, _]| back),
        SynDeed::Prohibit(code) => {
            let from = address::hop(hop).like(packet.source());
            forge::prohibited(from, packet, code)
        }
    };
    back.into_iter().map(|packet| (packet, Way::Back)).collect()
}

fn act(deed: Deed, segment: &Segment<'_>, way: Way) -> Vec<Leaving> {
    let answer = match deed {
        Deed::Drop => return Vec::new(),
        Deed::Reset => None,
        Deed::Answer(Answer::End) => Some(Vec::new()),
        Deed::Answer(Answer::Alert(number)) => {
            Some(crate::serve::fatal(AlertDescription(number).0))
        }
        Deed::Answer(Answer::Page) => Some(PAGE.to_vec()),
    };
    let Some([back, on]) = forge::resets(segment) else {
        return Vec::new();
    };
    let Some(payload) = answer else {
        return vec![(back, way.reversed()), (on, way)];
    };
    let said = forge::answer(segment, &payload).unwrap_or_default();
    let mut leaving: Vec<Leaving> = said
        .into_iter()
        .map(|packet| (packet, way.reversed()))
        .collect();
    leaving.push((on, way));
    leaving
}

/// A connection is known by the client's end.
fn of_client(segment: &Segment<'_>, way: Way) -> Flow {
    match way {
        Way::Forth => segment.flow,
        Way::Back => segment.flow.reversed(),
    }
}

fn concerns(only: Only, packet: &Packet, way: Way, ports: &mut HashMap<u16, usize>) -> bool {
    match only {
        Only::All => true,
        Only::V6 => packet.source().is_ipv6(),
        Only::ThirdPorts => packet.segment().is_some_and(|segment| {
            let flow = of_client(&segment, way);
            let next = ports.len();
            let number = ports.entry(flow.source.port()).or_insert(next);
            *number % 3 == 2
        }),
    }
}
