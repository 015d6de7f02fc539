//! What one experiment saw.

use crate::{Bytes, ContentType, Icmp, KernelFact, LoadRow, Moment};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, SocketAddr};

/// Everything one experiment saw, in octets, times and errnos. Nothing here is decoded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Observation {
    /// The steps taken, in order. The last one says how it ended.
    pub phases: Vec<Phase>,
    /// Our own address on the connection, once there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local: Option<SocketAddr>,
    /// The octets on the TCP connection, from the first one. Bounded; see [`unkept`](Self::unkept).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub traffic: Vec<Segment>,
    /// Octets that came over the connection and were not kept.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unkept: u64,
    /// What was inside encrypted records, for the part that describes the handshake: server flight,
    /// alerts, and the first octets of the application's answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub opened: Vec<Opened>,
    /// What the kernel knew about the connection, in order of time, bounded; empty where the system has no such facts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kernel: Vec<KernelFact>,
    /// What a lookup answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answer>,
}

/// One step of an experiment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Phase {
    /// Which step.
    pub phase: PhaseName,
    /// With whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<SocketAddr>,
    /// When it began, in microseconds since the examination's start.
    pub start_us: Moment,
    /// How long it took, in microseconds.
    pub elapsed_us: Moment,
    /// How it ended.
    pub outcome: PhaseOutcome,
    /// The operating system's error number, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub errno: Option<i32>,
    /// A few technical words in no language: an alert, an errno's name, a status line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Who said so in an ICMP message, where the kernel names the sender: for a TCP connection that did not come about, and
    /// for a datagram.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offender: Option<IpAddr>,
    /// What that message says; known only with its sender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icmp: Option<Icmp>,
}

/// The steps of a connection.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum PhaseName {
    /// Name to addresses.
    Resolve,
    /// The dialogue with a proxy.
    Proxy,
    /// TCP's handshake.
    Connect,
    /// The plaintext dialogue before TLS, or a plaintext conversation of its own.
    Starttls,
    /// ClientHello to the first octet of a valid ServerHello; with a HelloRetryRequest, both rounds.
    Hello,
    /// ServerHello to the end of the server's first flight.
    Certificate,
    /// The client's certificate, where asked for.
    ClientAuth,
    /// The end of the flight to both Finished messages.
    Finished,
    /// A fetch over HTTP, a clock, a trust store.
    Fetch,
    /// What follows Finished.
    Application,
    /// Many handshakes; each is a row of the answer.
    Load,
    /// One datagram, to see which hop ends it; see [`Action::Hop`](crate::Action::Hop).
    Hop,
}

/// How a step ended. Kept apart everywhere.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum PhaseOutcome {
    /// As it should.
    Ok,
    /// The name has no such record (NXDOMAIN or an empty answer; `detail` says which), or a file or entry is not there.
    NotFound,
    /// ECONNREFUSED, or a server that said no in its own protocol.
    Refused,
    /// EACCES or EPERM: this machine or a firewall forbids it; or our own rules do.
    Denied,
    /// EHOSTUNREACH or ENETUNREACH.
    Unreachable,
    /// Nothing came in time.
    Timeout,
    /// ECONNRESET or EPIPE.
    Reset,
    /// The peer closed the connection (FIN) before the step was done.
    Closed,
    /// A TLS alert ended it; `detail` says who sent which.
    Alert,
    /// The octets are not what the protocol allows here.
    Garbage,
    /// The peer said to slow down.
    Throttled,
    /// We stopped it: the question was settled, or the user interrupted.
    Aborted,
    /// Anything else the operating system reported; see `errno`.
    Error,
}

/// Octets of one read or write on the TCP connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Segment {
    /// When, in microseconds since the examination's start.
    pub at_us: Moment,
    /// Which way.
    pub direction: Direction,
    /// The octets.
    pub bytes: Bytes,
}

/// The content of encrypted records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Opened {
    /// When the record came, in microseconds since the examination's start.
    pub at_us: Moment,
    /// Which way.
    pub direction: Direction,
    /// The inner content type (RFC 8446 section 5.4).
    pub content_type: ContentType,
    /// The content. Handshake messages may span several entries.
    pub bytes: Bytes,
}

/// Which way octets went.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// From us.
    Sent,
    /// To us.
    Received,
}

/// What a lookup answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Answer {
    /// The addresses of a name.
    Addresses {
        /// In the order given.
        addresses: Vec<IpAddr>,
        /// DNS response code (RFC 1035 section 4.1.1), where the answer came from a server asked directly.
        response_code: Option<u16>,
        /// Where the name points on the way (CNAME).
        aliases: Vec<String>,
    },
    /// Records that are not addresses.
    Records {
        /// The data of each record of the type asked for (RFC 1035 section 3.2.1), names in it not compressed.
        records: Vec<Bytes>,
        /// DNS response code (RFC 1035 section 4.1.1).
        response_code: u16,
        /// Where the name points on the way (CNAME).
        aliases: Vec<String>,
        /// Whether the server says that it has validated all of them (the AD bit of RFC 4035 section 3.2.3). Whether to
        /// believe that depends on who is between.
        authenticated: bool,
    },
    /// An HTTP answer.
    Http(HttpReply),
    /// Somebody's clock against ours.
    Clock {
        /// Theirs minus ours, in microseconds.
        offset_us: i64,
        /// At most this wrong, in microseconds.
        uncertainty_us: u64,
    },
    /// Trust anchors with the subjects looked for.
    Anchors {
        /// DER certificates.
        certificates: Vec<Bytes>,
        /// How many the store holds in all.
        held: u32,
        /// The file or folder it was read from, where it is one.
        path: Option<String>,
    },
    /// What the handshakes of a load came to.
    Load {
        /// One for each connection, by their start.
        rows: Vec<LoadRow>,
        /// The first so many are full handshakes, made one after the other, whose sessions the others resume.
        #[serde(default)]
        full: u32,
        /// Whether no more were begun because the server was failing.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        stopped: bool,
    },
}

/// An HTTP answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HttpReply {
    /// The status code.
    pub status: u16,
    /// The `Date` header as sent.
    pub date: Option<String>,
    /// The `Age` header as sent: a cache answered (RFC 9111 section 5.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age: Option<String>,
    /// The URL that answered, after redirects.
    pub url: String,
    /// The body, bounded.
    pub body: Bytes,
    /// Our clock when the answer's head came, in seconds since 1970 and microseconds.
    pub received_unix_us: i64,
    /// From request to answer, in microseconds.
    pub round_trip_us: u64,
    /// Octets of the body that were read and not kept.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unkept: u64,
    /// Where the body is a long revocation list cut down to the entries looked for: what is needed to verify it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excerpt: Option<ListExcerpt>,
}

/// What stands for the entries of a revocation list that were not kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ListExcerpt {
    /// The digest of the signed part of the whole list, by the hash that its signature names.
    pub digest: Bytes,
    /// How many entries the whole list has.
    pub entries: u64,
}

fn is_zero(value: &u64) -> bool {
    *value == 0
}

impl Observation {
    /// How it ended: the outcome of the last phase.
    pub fn end(&self) -> Option<&Phase> {
        self.phases.last()
    }

    /// The phase of that name, if it was reached.
    pub fn phase(&self, name: PhaseName) -> Option<&Phase> {
        self.phases.iter().find(|phase| phase.phase == name)
    }

    /// All octets received, in order.
    pub fn received(&self) -> Vec<u8> {
        self.octets(Direction::Received)
    }

    /// All octets sent, in order.
    pub fn sent(&self) -> Vec<u8> {
        self.octets(Direction::Sent)
    }

    fn octets(&self, direction: Direction) -> Vec<u8> {
        self.traffic
            .iter()
            .filter(|segment| segment.direction == direction)
            .flat_map(|segment| segment.bytes.iter().copied())
            .collect()
    }
}
