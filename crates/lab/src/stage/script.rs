//! Server flights that no library writes, as data.

use super::gate::Condition;
use report::ProtocolVersion;

/// A server flight written octet by octet.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    /// The versions spoken, best first.
    pub(crate) versions: &'static [ProtocolVersion],
    /// Whether supported_versions is understood. Otherwise legacy_version is all that counts, as before TLS 1.3.
    pub(crate) reads_supported_versions: bool,
    /// The cipher suites, best first.
    pub(crate) suites: &'static [u16],
    /// The groups, best first.
    pub(crate) groups: &'static [u16],
    /// Whether a client certificate is asked for, and the alert for whoever goes on, with one or without.
    pub(crate) client_auth: Option<u8>,
    /// How many authorities a request for a client certificate names.
    pub(crate) authorities: usize,
    /// What is odd about it.
    pub(crate) odd: Odd,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            versions: &[ProtocolVersion::TLS1_2],
            reads_supported_versions: true,
            suites: &[0xc02f, 0xc02b, 0xc013],
            groups: &[0x0017],
            client_auth: None,
            authorities: 0,
            odd: Odd::default(),
        }
    }
}

/// What is odd about a flight.
#[derive(Clone, Debug, Default)]
pub(crate) struct Odd {
    /// The prime of finite-field exchange.
    pub(crate) prime: Prime,
    /// Extensions left out of the ServerHello although the client offers them.
    pub(crate) omits: &'static [u16],
    /// The last octets of ServerHello.random.
    pub(crate) random_end: Option<[u8; 8]>,
    /// How many hours the clock in the first octets of ServerHello.random is ahead; without, they are random.
    pub(crate) random_clock: Option<i64>,
    /// The only signature schemes it knows.
    pub(crate) schemes: &'static [u16],
    /// Whether the first of them is used even where it is not offered.
    pub(crate) imposes_scheme: bool,
    /// Whether a request for a client certificate names algorithms that nobody has (RFC 8701 section 3.2).
    pub(crate) greases: bool,
    /// Which clients get a suite for another key than the certificate's.
    pub(crate) other_key: Option<Condition>,
}

/// A prime of finite-field Diffie-Hellman.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Prime {
    /// Oakley group 1 (RFC 2409 section 6.1).
    Bits768,
    /// Oakley group 2 (RFC 2409 section 6.2).
    Bits1024,
    /// Group 5 (RFC 3526 section 2).
    Bits1536,
    /// ffdhe2048 (RFC 7919 appendix A.1).
    #[default]
    Bits2048,
}
