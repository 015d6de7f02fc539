//! How many connections a server stands, as data.

use super::Refusal;

/// What a server does when many connect.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Capacity {
    /// Serves them all side by side.
    Ample,
    /// Accepts one in `pause_ms`, and lets `backlog` wait for that.
    SlowAccept {
        /// Milliseconds from one to the next.
        pause_ms: u64,
        /// The length of the queue.
        backlog: u32,
    },
    /// Has one worker, which answers one hello after the other. It waits instead of computing, so that the machine is not
    /// slowed down for whoever else is tested on it.
    OneWorker {
        /// Milliseconds for a full handshake.
        full_ms: u64,
        /// Milliseconds where a session is resumed.
        resumed_ms: u64,
    },
    /// Refuses what comes after so many in a second.
    PerSecond(u32, Refusal),
    /// Refuses each connection of this number, counted from one: one of several behind it is down.
    Every(u32, Refusal),
    /// Refuses what comes while so many are open; each is open for a tenth of a second at least.
    AtOnce(u32, Refusal),
}
