//! What a client makes of revocation.

use serde::{Deserialize, Serialize};

/// How a client learns that a certificate was revoked, and what it makes of a stapled answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevocationRules {
    /// Whether it refuses a certificate that demands a stapled answer when none comes (RFC 7633).
    pub demands_staple: bool,
    /// What it makes of a stapled answer.
    pub staple: StapleRule,
    /// Whether it asks the OCSP responder about a certificate under a root that is not publicly trusted, believes what it
    /// says, and goes on when nobody answers.
    pub asks_ocsp: bool,
    /// Whether it knows, a few days later at most, every certificate that a publicly trusted CA has revoked.
    pub knows_revoked: bool,
    /// The documentation or source file that says so.
    pub source: String,
}

/// What a client makes of a stapled answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StapleRule {
    /// Nothing.
    Ignored,
    /// It believes a good one that says revoked, and minds nothing else.
    RevokedOnly,
    /// Under a root that is not publicly trusted it refuses one that is revoked, unknown, early, unreadable or badly
    /// signed; one that is old, of another certificate or of another signer, unless the responder says that all is well.
    Judged,
}
