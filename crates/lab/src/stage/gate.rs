//! Rules by which a server refuses a ClientHello, as data.

/// What to do with some ClientHellos.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule {
    /// Which.
    pub(crate) when: Condition,
    /// What then.
    pub(crate) then: Refusal,
}

/// A property of a ClientHello.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Condition {
    /// None: every one.
    Always,
    /// It names a server, and none of these.
    NamesOther(&'static [&'static str]),
    /// It does not name one of these servers.
    NamesNone(&'static [&'static str]),
    /// It has this extension.
    Extension(u16),
    /// It offers this cipher suite.
    Suite(u16),
    /// It has a GREASE value (RFC 8701) among its cipher suites.
    GreaseSuite,
    /// It is longer than this, in octets of the handshake message.
    LongerThan(usize),
    /// It offers application protocols, and none of these.
    ProtocolsOther(&'static [&'static str]),
    /// It does not offer this version.
    WithoutVersion(u16),
    /// It answers a HelloRetryRequest.
    Second,
}

/// An end without a flight.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Refusal {
    /// A fatal alert, then the end.
    Alert(u8),
    /// The end of the stream, in order.
    Close,
    /// A TCP reset.
    Reset,
}
