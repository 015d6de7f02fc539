//! What answers a connection, as data.

use super::certificate::CertificateSpec;
use super::gate::{Refusal, Rule};
use super::script::Script;
use report::ProtocolVersion;

/// What answers a connection.
#[derive(Clone, Debug)]
pub(crate) enum Service {
    /// Nothing: the port is free.
    Nothing,
    /// TLS, sooner or later.
    Tls(Endpoint),
    /// Something else.
    Plain(Plain),
}

/// A server without TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plain {
    /// HTTP that answers anything else with a 400 and a page, as nginx does.
    Http,
    /// HTTP that answers anything else with a page but no status line, as Python's http.server does.
    HttpPage,
    /// HTTP that answers nothing else.
    HttpSilent,
    /// SSH, which greets first.
    Ssh,
}

/// A server that speaks TLS.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    /// What comes before TLS.
    pub(crate) opening: Opening,
    /// Which ClientHellos are refused.
    pub(crate) rules: &'static [Rule],
    /// What answers the others.
    pub(crate) stack: Stack,
}

impl Default for Endpoint {
    fn default() -> Self {
        Self {
            opening: Opening::Direct,
            rules: &[],
            stack: Stack::Library(Library::default()),
        }
    }
}

/// What comes before TLS on a connection.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Opening {
    /// Nothing.
    Direct,
    /// The dialogue of a plaintext protocol.
    Starttls(Dialogue),
    /// The same, with something odd or wrong about it.
    Odd(Dialogue, Manner),
    /// A PROXY protocol line; whoever says something else is refused.
    ProxyLine(Refusal),
}

/// A plaintext protocol with a way to TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialogue {
    Smtp,
    Lmtp,
    Imap,
    Pop3,
    Ftp,
    Nntp,
    Sieve,
    Irc,
    /// A client's stream.
    Xmpp,
    /// A server's stream.
    XmppServer,
    Ldap,
    Postgres,
    Mysql,
}

/// How a dialogue comes to TLS, or does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// TLS follows the agreement.
    Usual,
    /// TLS is neither offered nor known.
    Unoffered,
    /// TLS is offered, and refused for now when it is asked for.
    Unavailable,
    /// The greeting turns the client away.
    Away,
    /// TLS is agreed to, and plaintext goes on.
    GoesOn,
    /// Plaintext that nobody asked for comes right after the agreement, in one write with it.
    Injected,
    /// The greeting is of many lines, where the protocol knows such, and comes in pieces.
    Pieces,
    /// The greeting comes late.
    Late,
}

/// What makes the handshake.
#[derive(Clone, Debug)]
pub(crate) enum Stack {
    /// rustls, to the end.
    Library(Library),
    /// Our own octets, to the end of the server's first flight.
    Script(Script),
}

/// Settings of rustls. Empty lists leave it as it is.
#[derive(Clone, Debug)]
pub(crate) struct Library {
    /// The versions spoken.
    pub(crate) versions: &'static [ProtocolVersion],
    /// The cipher suites.
    pub(crate) suites: &'static [u16],
    /// The groups.
    pub(crate) groups: &'static [u16],
    /// The application protocols; a client that offers none of them is refused with alert 120.
    pub(crate) protocols: &'static [&'static str],
    /// What is asked of the client.
    pub(crate) client_auth: ClientAuth,
    /// Session tickets.
    pub(crate) tickets: Tickets,
    /// How many authorities more a request for a client certificate names.
    pub(crate) authorities: usize,
    /// A certificate with another key, for whoever takes Ed25519.
    pub(crate) beside: Option<Box<CertificateSpec>>,
    /// The most octets of a record, where that is less than TLS allows.
    pub(crate) record: Option<usize>,
    /// Whether a client that sends no server name gets another certificate.
    pub(crate) other_default: bool,
    /// How many hours the server's clock is ahead; negative ones behind.
    pub(crate) clock_hours: i64,
    /// Whether a new handshake is asked for when the request was read; TLS 1.2 with AES-GCM only.
    pub(crate) late_request: bool,
    /// What an HTTP request that may be made is answered with.
    pub(crate) status: &'static str,
}

impl Default for Library {
    fn default() -> Self {
        Self {
            versions: &[ProtocolVersion::TLS1_3, ProtocolVersion::TLS1_2],
            suites: &[],
            groups: &[],
            protocols: &["http/1.1"],
            client_auth: ClientAuth::None,
            tickets: Tickets::Stateful,
            authorities: 0,
            beside: None,
            record: None,
            other_default: false,
            clock_hours: 0,
            late_request: false,
            status: "200 OK",
        }
    }
}

/// Whether a client certificate is asked for, and what happens without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClientAuth {
    /// Not asked for.
    None,
    /// Nothing happens.
    Optional,
    /// The handshake ends with an alert.
    Required,
    /// The handshake completes, and HTTP answers 400.
    RequiredByHttp,
}

/// How sessions are resumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tickets {
    /// The server remembers.
    Stateful,
    /// The server remembers, and gives eight.
    Eight,
    /// The ticket holds the session.
    Stateless,
    /// Not at all.
    None,
}
