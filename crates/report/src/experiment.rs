//! One experiment: a connection attempt or a lookup under stated conditions. Data, not code.

use crate::{Bytes, ClientHello, Load, Moment, TcpConditions, Via};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, SocketAddr};

/// The number of an experiment within its examination, from 1 in the order of their start.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct ExperimentId(pub u32);

/// What to do, and under which conditions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Experiment {
    /// Its number.
    pub id: ExperimentId,
    /// Which question it answers, as a stable label such as `full`, `client:chrome`, `repeat:fails:2`.
    pub label: String,
    /// What to do.
    pub action: Action,
    /// The whole experiment is ended this long after its start, in microseconds.
    pub limit_us: Moment,
}

/// What one experiment does. At most one TCP connection each (a fetch: one per redirect; a load: as many as it says).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Action {
    /// Ask for the addresses of a name.
    Resolve {
        /// The name, without a trailing dot unless it is meant as absolute.
        name: String,
        /// What to ask for.
        record: RecordType,
        /// The server to ask over UDP (TCP when truncated); `None` asks the system (getaddrinfo).
        server: Option<SocketAddr>,
    },
    /// Look a name up in this machine's hosts file (hosts(5)), and nowhere else.
    Hosts {
        /// The name.
        name: String,
    },
    /// Open a TCP connection, close it.
    Connect {
        /// Where to.
        address: SocketAddr,
        /// Through which proxy.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        via: Option<Box<Via>>,
        /// What is unusual about the TCP connection.
        #[serde(default, skip_serializing_if = "TcpConditions::is_default")]
        tcp: TcpConditions,
    },
    /// A complete handshake by the TLS library, and what comes after Finished.
    Handshake(Handshake),
    /// A ClientHello of any shape, read to the end of the server's first flight.
    Hello(Box<Hello>),
    /// Octets that are not TLS.
    Plaintext {
        /// Where to.
        address: SocketAddr,
        /// What to say.
        say: Plaintext,
        /// Through which proxy.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        via: Option<Box<Via>>,
    },
    /// An HTTP GET, never over TLS.
    Fetch {
        /// `http://…`
        url: String,
        /// Why; decides what may be contacted and how much is read.
        purpose: FetchPurpose,
        /// Whether the examined target is on a public address, in which case private ones are refused.
        from_public: bool,
        /// Serial numbers that are looked for: of a long revocation list only their entries are kept.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        serials: Vec<Bytes>,
    },
    /// Ask somebody for the time.
    Clock {
        /// Whom.
        source: ClockSource,
    },
    /// Look up trust anchors by subject in a local store.
    Anchors {
        /// Which store.
        store: AnchorStore,
        /// DER of the subject names looked for.
        subjects: Vec<Bytes>,
    },
    /// Many handshakes, at a stated pace.
    Load(Load),
    /// One UDP datagram, sent once, to a port of the target's host where nothing is expected, as traceroute does: which hop ends
    /// it. [`PhaseName::Hop`] ends as `unreachable` with the router's [`icmp`] where its time to live ran out, as `refused` where
    /// the host itself says that nobody listens, as `ok` where somebody answers, as `timeout` where nothing comes back. Without
    /// facts of the kernel only the refusal is heard.
    ///
    /// [`PhaseName::Hop`]: crate::PhaseName::Hop
    /// [`icmp`]: crate::Phase::icmp
    Hop {
        /// Where to; see [`Action::hop`].
        address: SocketAddr,
        /// The datagram's time to live, or hop limit, at least 1; `None` for the system's own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ttl: Option<u8>,
    },
}

/// The conditions of a complete handshake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Handshake {
    /// Where to.
    pub address: SocketAddr,
    /// What precedes TLS on the connection.
    pub prelude: Prelude,
    /// The name in server_name; `None` sends none.
    pub server_name: Option<String>,
    /// ALPN protocols; empty sends no extension.
    pub alpn: Vec<String>,
    /// Whether the client certificate of the command line is offered when asked for.
    pub with_client_certificate: bool,
    /// Whether one `HEAD /` follows Finished (HTTP services), or `GET /` where a client certificate was asked for; otherwise
    /// the connection is watched for a moment.
    pub http: bool,
    /// The ECHConfigList to encrypt the ClientHello with (RFC 9849 section 4), which leaves TLS 1.3 as the only version
    /// offered. A server that rejects it is told so with alert 121, and sends its retry configurations, if it has any, in
    /// EncryptedExtensions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ech: Option<Bytes>,
    /// Through which proxy. Where only that knows the target's address, `address` is the proxy's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<Box<Via>>,
    /// What is unusual about the TCP connection.
    #[serde(default, skip_serializing_if = "TcpConditions::is_default")]
    pub tcp: TcpConditions,
}

/// The conditions of a raw ClientHello.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Hello {
    /// Where to.
    pub address: SocketAddr,
    /// What precedes TLS on the connection.
    pub prelude: Prelude,
    /// The name for [`Extension::ServerName`](crate::Extension::ServerName); `None` leaves the extension out.
    pub server_name: Option<String>,
    /// What to say.
    pub hello: ClientHello,
    /// Through which proxy. Where only that knows the target's address, `address` is the proxy's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<Box<Via>>,
    /// What is unusual about the TCP connection.
    #[serde(default, skip_serializing_if = "TcpConditions::is_default")]
    pub tcp: TcpConditions,
}

/// What precedes the ClientHello on the connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Prelude {
    /// Nothing: TLS from the first octet.
    #[default]
    None,
    /// The dialogue of a plaintext protocol that ends in TLS.
    Starttls(Starttls),
    /// A PROXY protocol version 1 line (`PROXY TCP4 …`, HAProxy's proxy-protocol.txt section 2.1).
    ProxyLine,
}

/// A protocol with a way from plaintext to TLS on one port.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Starttls {
    /// RFC 3207.
    Smtp,
    /// RFC 2033 with RFC 3207.
    Lmtp,
    /// RFC 9051 section 6.2.1.
    Imap,
    /// RFC 2595 section 4.
    Pop3,
    /// RFC 4217.
    Ftp,
    /// RFC 4642.
    Nntp,
    /// RFC 5804 section 2.2.
    Sieve,
    /// RFC 6120 section 5, a client's stream.
    Xmpp,
    /// RFC 6120 section 5, a server's stream.
    XmppServer,
    /// RFC 4511 section 4.14.
    Ldap,
    /// SSLRequest of PostgreSQL's protocol.
    Postgres,
    /// SSLRequest of MySQL's protocol.
    Mysql,
    /// IRC's STARTTLS.
    Irc,
}

/// A conversation without TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Plaintext {
    /// Say nothing and wait for a greeting.
    AwaitBanner,
    /// `GET / HTTP/1.1`, with `Connection: close`.
    HttpGet,
    /// The first words of a STARTTLS dialogue, up to the server's agreement or refusal.
    OfferStarttls(Starttls),
}

/// A DNS record type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum RecordType {
    /// A and AAAA in one question, as clients ask getaddrinfo (RFC 3493 section 6.1, AF_UNSPEC); no server can be asked so.
    Addresses,
    /// RFC 1035.
    A,
    /// RFC 3596.
    Aaaa,
    /// RFC 9460.
    Https,
    /// RFC 6698.
    Tlsa,
}

/// Why something is fetched over HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FetchPurpose {
    /// The issuer's certificate, from authority information access (RFC 5280 section 4.2.2.1).
    Issuer,
    /// A certificate revocation list (RFC 5280 section 4.2.1.13).
    Crl,
    /// An OCSP response (RFC 6960 section A.1).
    Ocsp,
    /// The `Date` header of a host the user named (RFC 9110 section 6.6.1).
    Date,
}

/// Whom to ask for the time.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ClockSource {
    /// An SNTP server, `host` or `host:port` (RFC 4330).
    Sntp(String),
}

/// A place that holds trust anchors.
#[derive(
    Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum AnchorStore {
    /// The operating system's.
    System,
    /// Mozilla's root programme, as built in.
    Mozilla,
    /// The file of `--ca-file`, by the path given.
    File(String),
}

impl Action {
    /// [`Action::Hop`] towards `host`, to the port that traceroute uses for that time to live: 33434 + `ttl`.
    pub fn hop(host: IpAddr, ttl: Option<u8>) -> Self {
        const FIRST: u16 = 33434;
        let port = FIRST.saturating_add(ttl.unwrap_or_default().into());
        Self::Hop {
            address: SocketAddr::new(host, port),
            ttl,
        }
    }

    /// The TCP address of the target this connects to once, or of the proxy that alone knows it; `None` for lookups, fetches,
    /// clocks and datagrams, and for a load, whose connections are the rows of its answer.
    pub fn address(&self) -> Option<SocketAddr> {
        match self {
            Self::Connect { address, .. } | Self::Plaintext { address, .. } => Some(*address),
            Self::Handshake(handshake) => Some(handshake.address),
            Self::Hello(hello) => Some(hello.address),
            Self::Resolve { .. }
            | Self::Hosts { .. }
            | Self::Fetch { .. }
            | Self::Clock { .. }
            | Self::Anchors { .. }
            | Self::Load(_)
            | Self::Hop { .. } => None,
        }
    }

    /// What is unusual about its TCP connection; `None` where it has none of its own, or only a usual one.
    pub fn tcp(&self) -> Option<&TcpConditions> {
        match self {
            Self::Connect { tcp, .. } => Some(tcp),
            Self::Handshake(handshake) => Some(&handshake.tcp),
            Self::Hello(hello) => Some(&hello.tcp),
            _ => None,
        }
    }

    /// The same, from whatever local port.
    #[must_use]
    pub fn from_any_port(&self) -> Self {
        let mut action = self.clone();
        match &mut action {
            Self::Connect { tcp, .. } => tcp.local_port = None,
            Self::Handshake(handshake) => handshake.tcp.local_port = None,
            Self::Hello(hello) => hello.tcp.local_port = None,
            _ => {}
        }
        action
    }

    /// The proxy it goes through, if it connects to the target through one.
    pub fn via(&self) -> Option<&Via> {
        match self {
            Self::Connect { via, .. } | Self::Plaintext { via, .. } => via.as_deref(),
            Self::Handshake(handshake) => handshake.via.as_deref(),
            Self::Hello(hello) => hello.via.as_deref(),
            Self::Resolve { .. }
            | Self::Hosts { .. }
            | Self::Fetch { .. }
            | Self::Clock { .. }
            | Self::Anchors { .. }
            | Self::Load(_)
            | Self::Hop { .. } => None,
        }
    }
}
