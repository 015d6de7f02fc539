//! A packet's walk over the hops: time to live, boxes, links. Time is an argument.

use super::address::{self, Pair};
use super::boxes::Standing;
use super::forge;
use super::packet::Packet;
use super::path::{Lossy, Path, Way};
use super::queue::Queue;
use super::router::Side;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use std::collections::HashMap;
use std::net::IpAddr;

/// What may wait before a link with a rate, in microseconds.
const LONGEST_WAIT_US: u64 = 400_000;

/// Where packets leave for a host.
#[derive(Debug)]
pub(super) struct Exit {
    /// Which hop the host is.
    pub(super) at: u8,
    pub(super) side: Side,
    /// Who is reached there.
    pub(super) addresses: Vec<Pair>,
}

/// All packets under way.
#[derive(Debug)]
pub(super) struct Walk {
    path: Path,
    exits: Vec<Exit>,
    homes: HashMap<IpAddr, usize>,
    boxes: Vec<Standing>,
    chances: Vec<(Lossy, StdRng)>,
    queue: Queue<Step>,
    /// Until when the link with a rate is taken, both ways.
    busy_until_us: [u64; 2],
}

#[derive(Debug)]
enum Step {
    Arrive { packet: Packet, at: u8, way: Way },
    Deliver { packet: Packet, port: usize },
}

impl Walk {
    pub(super) fn new(path: &Path, exits: Vec<Exit>) -> Self {
        let homes = exits.iter().enumerate().flat_map(|(port, exit)| {
            let both = exit.addresses.iter().flat_map(|pair| pair.both());
            both.map(move |address| (address, port))
        });
        Self {
            homes: homes.collect(),
            boxes: path.boxes.iter().cloned().map(Standing::new).collect(),
            chances: path
                .lossy
                .iter()
                .map(|lossy| (*lossy, StdRng::seed_from_u64(lossy.seed)))
                .collect(),
            path: path.clone(),
            exits,
            queue: Queue::new(),
            busy_until_us: [0; 2],
        }
    }

    /// When something has to be done next.
    pub(super) fn next_us(&self) -> Option<u64> {
        self.queue.next_us()
    }

    /// Takes what the host at that port sends.
    pub(super) fn enter(&mut self, port: usize, packet: Packet, now_us: u64) {
        let Some(exit) = self.exits.get(port) else {
            return;
        };
        let from = exit.at;
        let way = match exit.side {
            Side::Near => Way::Back,
            Side::Far => Way::Forth,
            Side::Host | Side::Proxy => match self.home(packet.destination()) {
                Some((to, there)) if there == from => {
                    self.queue.push(now_us, Step::Deliver { packet, port: to });
                    return;
                }
                Some((_, there)) if there < from => Way::Back,
                // Nobody knows where strangers live: they are looked for at the far end.
                _ if from < self.path.hops => Way::Forth,
                _ => return,
            },
        };
        self.depart(packet, from, way, now_us);
    }

    /// What is due by `now_us`, and at which port.
    pub(super) fn deliver(&mut self, now_us: u64) -> Vec<(usize, Packet)> {
        let mut due = Vec::new();
        while let Some((moment, step)) = self.queue.pop(now_us) {
            match step {
                Step::Arrive { packet, at, way } => self.arrive(packet, at, way, moment),
                Step::Deliver { packet, port } => due.push((port, packet)),
            }
        }
        due
    }

    fn home(&self, address: IpAddr) -> Option<(usize, u8)> {
        let port = *self.homes.get(&address)?;
        Some((port, self.exits.get(port)?.at))
    }

    fn exit(&self, at: u8, side: Side) -> Option<usize> {
        self.exits
            .iter()
            .position(|exit| exit.at == at && exit.side == side)
    }

    fn arrive(&mut self, mut packet: Packet, at: u8, way: Way, now_us: u64) {
        let home = self.home(packet.destination());
        if let Some((port, there)) = home
            && there == at
        {
            let inside = self.through_boxes(packet, at, way, now_us);
            for (packet, onward) in inside {
                if onward == way {
                    self.queue.push(now_us, Step::Deliver { packet, port });
                } else {
                    self.depart(packet, at, onward, now_us);
                }
            }
            return;
        }
        if at == 0 || at >= self.path.hops {
            return;
        }
        let takes = way == Way::Forth && packet.is_tcp() && is_server(packet.destination());
        if let Some(port) = self.exit(at, Side::Proxy).filter(|_| takes) {
            self.queue.push(now_us, Step::Deliver { packet, port });
            return;
        }
        let side = match way {
            Way::Forth => Side::Near,
            Way::Back => Side::Far,
        };
        if let Some(port) = self.exit(at, side) {
            self.queue.push(now_us, Step::Deliver { packet, port });
            return;
        }
        if !packet.pass_hop() {
            let from = address::hop(at).like(packet.source());
            let quiet = self.path.quiet.contains(&at);
            if let Some(error) = forge::time_exceeded(from, &packet).filter(|_| !quiet) {
                self.depart(error, at, way.reversed(), now_us);
            }
            return;
        }
        for (packet, onward) in self.through_boxes(packet, at, way, now_us) {
            self.depart(packet, at, onward, now_us);
        }
    }

    fn through_boxes(
        &mut self,
        packet: Packet,
        at: u8,
        way: Way,
        now_us: u64,
    ) -> Vec<(Packet, Way)> {
        let mut inside = vec![(packet, way)];
        for standing in &mut self.boxes {
            if standing.hop() != at {
                continue;
            }
            inside = inside
                .into_iter()
                .flat_map(|(packet, way)| standing.pass(packet, way, now_us))
                .collect();
        }
        inside
    }

    /// Sends a packet over the link that leaves hop `from`.
    fn depart(&mut self, packet: Packet, from: u8, way: Way, now_us: u64) {
        let (to, router) = match way {
            Way::Forth => (from.saturating_add(1), from),
            Way::Back => match from.checked_sub(1) {
                Some(to) => (to, to),
                None => return,
            },
        };
        let narrow = self.path.narrow.iter().find(|narrow| {
            narrow.after == router
                && narrow.way == way
                && packet.octets().len() > usize::from(narrow.mtu)
        });
        if let Some(narrow) = narrow.filter(|_| packet.is_whole_or_nothing()) {
            let from_address = address::hop(from).like(packet.source());
            let told = narrow
                .told
                .then(|| forge::too_big(from_address, &packet, narrow.mtu));
            if let Some(error) = told.flatten() {
                self.depart(error, from, way.reversed(), now_us);
            }
            return;
        }
        // The last link before the server is where chance and rate are.
        if router == self.path.hops.saturating_sub(1) {
            for (lossy, chances) in &mut self.chances {
                if lossy.way == way && chances.random_range(0..1000) < lossy.permille {
                    return;
                }
            }
        }
        let mut leaves_us = now_us;
        if let Some(rate) = self.path.rate.filter(|_| router + 1 == self.path.hops) {
            let busy = &mut self.busy_until_us[usize::from(way == Way::Back)];
            let begins = now_us.max(*busy);
            if begins - now_us > LONGEST_WAIT_US {
                return;
            }
            let length = u64::try_from(packet.octets().len()).unwrap_or(u64::MAX);
            *busy = begins + length.saturating_mul(1_000_000) / rate.max(1);
            leaves_us = *busy;
        }
        let arrives_us = leaves_us + self.link_us();
        let step = Step::Arrive {
            packet,
            at: to,
            way,
        };
        self.queue.push(arrives_us, step);
    }

    /// One way over one link.
    fn link_us(&self) -> u64 {
        let round_trip = u64::try_from(self.path.round_trip.as_micros()).unwrap_or(u64::MAX);
        round_trip / 2 / u64::from(self.path.hops.max(1))
    }
}

fn is_server(address: IpAddr) -> bool {
    (0..8).any(|number| address::server(number).both().contains(&address))
}
