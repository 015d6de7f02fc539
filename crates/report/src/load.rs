//! Many handshakes with one address: how they are asked for, what each came to, and the table made of them.

use crate::{Moment, PhaseName, PhaseOutcome, Prelude};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;

/// Handshakes of one step of the load experiment. The hands bound all of it; see `probe::load`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Load {
    /// Where to.
    pub address: SocketAddr,
    /// What precedes TLS on each connection.
    pub prelude: Prelude,
    /// The name in server_name; `None` sends none.
    pub server_name: Option<String>,
    /// How they follow each other.
    pub pace: Pace,
    /// How many connections.
    pub count: u32,
    /// Whether each offers the session of a full handshake made before (RFC 8446 section 2.2, RFC 5077); these are counted
    /// too.
    pub resumed: bool,
}

/// How handshakes follow each other.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Pace {
    /// So many begin each second, however long they take.
    PerSecond(u32),
    /// So many are under way at any time; the next begins when one ends.
    AtOnce(u32),
}

/// What one connection of the load experiment came to. Nothing of its octets is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LoadRow {
    /// When it began, in microseconds since the examination's start.
    pub start_us: Moment,
    /// How long TCP's handshake took, in microseconds, where it was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connect_us: Option<Moment>,
    /// From ClientHello to ServerHello, in microseconds, where one came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hello_us: Option<Moment>,
    /// From its start to its end, in microseconds.
    pub elapsed_us: Moment,
    /// The step it ended in; [`PhaseName::Finished`] where the handshake was made.
    pub phase: PhaseName,
    /// How.
    pub outcome: PhaseOutcome,
    /// The operating system's error number, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub errno: Option<i32>,
    /// Whether the server resumed the session.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub resumed: bool,
}

impl LoadRow {
    /// Whether the handshake was made.
    pub fn made(&self) -> bool {
        self.outcome == PhaseOutcome::Ok
    }
}

/// One step of the load experiment in figures. Times are in microseconds, of the handshakes that were made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LoadStep {
    /// How they followed each other.
    pub pace: Pace,
    /// Whether they were to resume a session.
    pub resumed: bool,
    /// Connections begun.
    pub begun: u32,
    /// Handshakes made.
    pub made: u32,
    /// Of these, resumed ones.
    pub resumptions: u32,
    /// Handshakes made in a second.
    pub per_second: u32,
    /// TCP's handshake: the median.
    pub connect_median_us: Moment,
    /// TCP's handshake: nine of ten are faster.
    pub connect_p90_us: Moment,
    /// ClientHello to ServerHello: the median.
    pub hello_median_us: Moment,
    /// ClientHello to ServerHello: nine of ten are faster.
    pub hello_p90_us: Moment,
    /// Whether the hands stopped it because the server was failing.
    pub stopped: bool,
    /// Whether it is the first that takes longer, or fails more, than the calm measurement explains.
    pub knee: bool,
    /// Whether it was made after the load, to see whether the server is well again.
    pub after: bool,
}
