//! What a client makes of the path from a certificate to a trust anchor.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How a client builds a path, and which faults of it the client lets pass.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PathRules {
    /// Whether it tries another path when the first one it finds is not good (RFC 4158 section 2.2).
    pub turns_back: bool,
    /// What it lets pass, each with the documentation or source file that says so. It refuses everything else that
    /// RFC 5280 section 6.1 refuses.
    pub accepts: BTreeMap<PathFault, String>,
    /// The documentation or source file that says how it builds paths and what it refuses.
    pub source: String,
}

/// A fault of a path that not every client minds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PathFault {
    /// The server's own certificate says that it is a CA.
    CaAsLeaf,
    /// extendedKeyUsage has anyExtendedKeyUsage and lacks serverAuth.
    AnyPurpose,
    /// The same of an intermediate's or the trust anchor's.
    AnyPurposeOfIssuer,
    /// An intermediate's extendedKeyUsage lacks serverAuth.
    PurposeOfIssuer,
    /// keyUsage of the server's own certificate lacks digitalSignature, but has keyEncipherment or keyAgreement.
    NoDigitalSignature,
    /// keyUsage of the server's own certificate has none of digitalSignature, keyEncipherment and keyAgreement.
    NoServerUsage,
    /// The trust anchor's extendedKeyUsage lacks serverAuth.
    AnchorPurpose,
    /// The trust anchor's own validity is over, or has not begun.
    AnchorDates,
    /// The trust anchor's path length is exceeded.
    AnchorPathLength,
    /// The trust anchor's name constraints are violated.
    AnchorNameConstraints,
}
