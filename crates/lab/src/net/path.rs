//! What lies between client and server, as data.

use super::middlebox::Middlebox;
use std::time::Duration;

/// Which way a packet goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Way {
    /// From the client.
    Forth,
    /// To the client.
    Back,
}

impl Way {
    /// The other one.
    pub(crate) const fn reversed(self) -> Self {
        match self {
            Self::Forth => Self::Back,
            Self::Back => Self::Forth,
        }
    }
}

/// Routers, links and boxes.
#[derive(Clone, Debug)]
pub(crate) struct Path {
    /// Hops from client to server, the server's own included.
    pub(crate) hops: u8,
    /// The round trip, spread evenly over the links.
    pub(crate) round_trip: Duration,
    /// What boxes do.
    pub(crate) boxes: Vec<Placed>,
    /// Links that take only small packets.
    pub(crate) narrow: Vec<Narrow>,
    /// Links that lose packets.
    pub(crate) lossy: Vec<Lossy>,
    /// Octets a second on the link before the server, where that is few.
    pub(crate) rate: Option<u64>,
    /// Routers that say nothing when a packet has run out of hops.
    pub(crate) quiet: &'static [u8],
    /// What stands at a hop in a namespace of its own.
    pub(crate) middle: Option<Middle>,
}

impl Default for Path {
    fn default() -> Self {
        Self {
            hops: 4,
            round_trip: Duration::from_millis(20),
            boxes: Vec::new(),
            narrow: Vec::new(),
            lossy: Vec::new(),
            rate: None,
            quiet: &[],
            middle: None,
        }
    }
}

impl Path {
    /// One box on it.
    pub(crate) fn with(placed: Placed) -> Self {
        Self {
            boxes: vec![placed],
            ..Self::default()
        }
    }

    /// One narrow link on it.
    pub(crate) fn narrow(narrow: Narrow) -> Self {
        Self {
            narrow: vec![narrow],
            ..Self::default()
        }
    }

    /// The same with this round trip.
    pub(crate) fn of_milliseconds(self, round_trip: u64) -> Self {
        Self {
            round_trip: Duration::from_millis(round_trip),
            ..self
        }
    }
}

/// A box at a hop.
#[derive(Clone, Debug)]
pub(crate) struct Placed {
    /// The router it stands behind; a packet that runs out of hops at that router does not reach it. The number of hops is
    /// the server's own door.
    pub(crate) hop: u8,
    /// The packets it looks at.
    pub(crate) only: Only,
    /// How often it acts on a connection.
    pub(crate) times: Times,
    /// What it does.
    pub(crate) middlebox: Middlebox,
}

impl Placed {
    /// A box for everything.
    pub(crate) const fn at(hop: u8, middlebox: Middlebox) -> Self {
        Self {
            hop,
            only: Only::All,
            times: Times::Always,
            middlebox,
        }
    }

    /// The same for one family.
    pub(crate) fn only(self, only: Only) -> Self {
        Self { only, ..self }
    }

    /// The same, not always.
    pub(crate) fn times(self, times: Times) -> Self {
        Self { times, ..self }
    }
}

/// Which packets a box looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Only {
    /// All.
    All,
    /// IPv6.
    V6,
    /// Of every third port of the client's, in the order in which they are first seen: as where three lines lie side by side,
    /// or three servers stand behind a load balancer, and the port chooses.
    ThirdPorts,
}

/// How often a box does what it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Times {
    /// Whenever there is reason to.
    Always,
    /// The first so many times on each connection.
    First(u32),
    /// Every time of this number over all connections, counted from one.
    Every(u32),
}

/// A link that takes only small packets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Narrow {
    /// The router it leaves, or comes to on the way back.
    pub(crate) after: u8,
    /// Which packets it is narrow for.
    pub(crate) way: Way,
    /// Octets of the largest packet.
    pub(crate) mtu: u16,
    /// Whether the sender is told.
    pub(crate) told: bool,
}

/// A link that loses packets at random.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lossy {
    /// Which packets.
    pub(crate) way: Way,
    /// Of a thousand.
    pub(crate) permille: u32,
    /// Where the sequence of chances starts.
    pub(crate) seed: u64,
}

/// A machine at a hop in a namespace of its own, with a kernel of its own rules.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Middle {
    /// Takes TCP connections in the server's place, and makes others to it.
    Proxy {
        /// Where.
        hop: u8,
    },
    /// Forwards, and filters with these rules of nftables in its forward hook.
    Firewall {
        /// Where.
        hop: u8,
        /// The rules, one a line.
        rules: &'static str,
    },
}
