//! What is staged, as data: servers, and what lies between them and the client.

use super::path::Path;
use crate::stage::Stage;
use std::time::Duration;

/// A network.
#[derive(Clone, Debug)]
pub(crate) struct NetStage {
    /// What lies between.
    pub(crate) path: Path,
    /// Which addresses the servers have.
    pub(crate) families: Families,
    /// The servers, each a host of its own.
    pub(crate) servers: Vec<Serving>,
    /// The trust, certificates and words that the client gets; what its service is says [`Serving::Staged`].
    pub(crate) stage: Stage,
    /// Who the client is told to ask for addresses; nobody where it is told the address.
    pub(crate) resolvers: Vec<Resolving>,
    /// Rules of nftables in the first server's input hook, one a line.
    pub(crate) server_rules: &'static str,
    /// More words of the command line.
    pub(crate) arguments: &'static [&'static str],
}

impl Default for NetStage {
    fn default() -> Self {
        Self {
            path: Path::default(),
            families: Families::V4,
            servers: vec![Serving::Staged],
            stage: Stage::default(),
            resolvers: Vec::new(),
            server_rules: "",
            arguments: &[],
        }
    }
}

impl NetStage {
    /// A healthy server at the end of `path`.
    pub(crate) fn over(path: Path) -> Self {
        Self {
            path,
            ..Self::default()
        }
    }

    /// One server at the end of the usual path.
    pub(crate) fn serving(serving: Serving) -> Self {
        Self {
            servers: vec![serving],
            ..Self::default()
        }
    }
}

/// Which addresses a server has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Families {
    /// One of IPv4.
    V4,
    /// One of IPv6.
    V6,
    /// One of each.
    Both,
}

/// What a server does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Serving {
    /// What the stage says.
    Staged,
    /// Nothing: its port is closed.
    Closed,
    /// It accepts, reads, and says nothing.
    Silent,
    /// It never accepts.
    NeverAccepts,
    /// Its queue of connections to accept is full, for so long or for ever.
    FullQueue(Option<Duration>),
    /// It reads so many octets at least before it says anything, and then nothing.
    Wants(usize),
    /// It accepts, says nothing, and ends the connection after so long.
    EndsAfter(Duration),
    /// It answers a hello with a reset.
    Resets,
    /// It answers a hello with the end of the stream.
    Ends,
}

/// What a resolver does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Resolving {
    /// Before each answer.
    pub(crate) late: Duration,
    /// Whether it gives the address of the second server in place of the first one's.
    pub(crate) false_address: bool,
}

impl Resolving {
    /// One that is right, at once.
    pub(crate) const RIGHT: Self = Self {
        late: Duration::ZERO,
        false_address: false,
    };
}
