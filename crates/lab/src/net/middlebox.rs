//! What boxes on the way do to packets, as data.

use super::path::Way;
use std::ops::RangeInclusive;
use std::time::Duration;

/// A box.
#[derive(Clone, Debug)]
pub(crate) enum Middlebox {
    /// Reads ClientHellos.
    Hello {
        /// Which it minds.
        when: Trigger,
        /// What it does to a connection with such a one.
        then: Deed,
    },
    /// Minds payloads of at least so many octets.
    Payload {
        /// On which way.
        way: Way,
        /// Octets.
        at_least: usize,
        /// What it does.
        then: Deed,
    },
    /// Minds packets that open a connection.
    Syn {
        /// Which.
        which: Syns,
        /// What it does.
        then: SynDeed,
    },
    /// Forgets connections; what comes for one that it has forgotten is dropped or reset.
    Forgets {
        /// When.
        after: Duration,
        /// What then.
        then: Deed,
    },
    /// Drops everything.
    Wall,
    /// Drops what is not TCP.
    TcpOnly,
}

/// Which ClientHellos.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Trigger {
    /// All.
    Always,
    /// Those that name this server.
    Name(&'static str),
    /// Those that do not come whole in one segment.
    Split,
    /// Those whose record is so long, in octets.
    Long(RangeInclusive<usize>),
    /// Those whose record's length leaves this rest when divided by that number.
    Rest {
        /// The number.
        of: usize,
        /// The rest.
        is: usize,
    },
    /// Those that offer one of these groups or signature algorithms.
    Offers(&'static [u16]),
    /// Those that offer TLS 1.3.
    Tls13,
}

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    /// The packet, and what else the client says on that connection, is dropped.
    Drop,
    /// That, and both ends get a reset that acknowledges nothing.
    Reset,
    /// That, and the client is answered in the server's place.
    Answer(Answer),
}

/// An answer in the server's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The end of the stream.
    End,
    /// A fatal alert.
    Alert(u8),
    /// A page, in plain HTTP.
    Page,
}

/// Which SYNs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Syns {
    /// All.
    All,
    /// With timestamps.
    Timestamps,
    /// With a window scale.
    WindowScale,
    /// With ECN's flags.
    Ecn,
}

/// What is done to a SYN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SynDeed {
    /// It is dropped.
    Drop,
    /// The client gets a reset.
    Reset,
    /// The client gets an ICMP error with this code.
    Prohibit(u8),
}
