//! What a CA says of a server's certificate, as data: its OCSP responder, its revocation list, and what the server staples.

/// Everything about the revocation of one certificate.
#[derive(Clone, Debug, Default)]
pub(crate) struct RevocationSpec {
    /// What the responder that the certificate names does; without one it names none.
    pub(crate) responder: Option<Reply>,
    /// What is at the address of the revocation list that the certificate names; without one it names none.
    pub(crate) list: Option<ListReply>,
    /// Whether the certificate demands a stapled answer (RFC 7633).
    pub(crate) must_staple: bool,
    /// What the server staples.
    pub(crate) staple: Option<Reply>,
    /// Handshakes that get no staple before the first that does, as with a cache that is filled on demand.
    pub(crate) staple_after: usize,
    /// Addresses of responder and list that stand in the certificate; set when their server listens, or by the scenario
    /// where nobody does.
    pub(crate) urls: RevocationUrls,
}

/// Addresses in a certificate.
#[derive(Clone, Debug, Default)]
pub(crate) struct RevocationUrls {
    pub(crate) ocsp: Option<String>,
    pub(crate) list: Option<String>,
}

/// What a responder does, or what is stapled.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Reply {
    /// An answer.
    Answer(AnswerSpec),
    /// An error of RFC 6960 section 4.2.1 by its number.
    Error(u8),
    /// Something else.
    Other(&'static [u8]),
    /// An answer of which the last half is missing.
    Half(AnswerSpec),
    /// Never anything.
    Silence,
}

/// An answer about one certificate.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AnswerSpec {
    pub(crate) says: Says,
    /// thisUpdate and nextUpdate, as hours from now.
    pub(crate) hours: (i64, i64),
    pub(crate) by: By,
    /// Whether it is about another certificate of the CA's.
    pub(crate) other_certificate: bool,
}

impl AnswerSpec {
    /// A fresh one by the issuer.
    pub(crate) const fn new(says: Says) -> Self {
        Self {
            says,
            hours: (-1, 72),
            by: By::Issuer,
            other_certificate: false,
        }
    }
}

/// The status of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Says {
    Good,
    /// Revoked three days ago, for the compromise of its key.
    Revoked,
    Unknown,
}

/// Who signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    Issuer,
    /// Somebody with a certificate of the issuer's for it.
    Delegate,
    /// Somebody with a certificate of the issuer's for servers.
    Unauthorised,
    /// Another key under the issuer's name.
    Forger,
}

/// What is at the address of a revocation list.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ListReply {
    /// A list.
    List(ListSpec),
    /// Something else.
    Other(&'static [u8]),
    /// 404.
    Missing,
}

/// A revocation list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ListSpec {
    /// Whether the certificate is on it.
    pub(crate) revoked: bool,
    /// Other certificates on it.
    pub(crate) others: u32,
    /// thisUpdate and nextUpdate, as hours from now.
    pub(crate) hours: (i64, i64),
    /// Whether it only says what changed.
    pub(crate) delta: bool,
}

impl ListSpec {
    /// A fresh one with a few others.
    pub(crate) const fn new(revoked: bool) -> Self {
        Self {
            revoked,
            others: 3,
            hours: (-1, 72),
            delta: false,
        }
    }
}
