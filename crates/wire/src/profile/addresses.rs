//! What a client makes of a name with addresses of both families.

use serde::{Deserialize, Serialize};

/// In which order a client tries the addresses of a name, and how long it waits for each.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddressRules {
    /// Which family it tries first where both are there and the system prefers IPv6 (RFC 6724 section 2.1).
    pub first: FirstFamily,
    /// What it does when the first address does not answer.
    pub then: NextAddress,
    /// The documentation or source file that says so.
    pub source: String,
}

/// The family whose addresses are tried first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FirstFamily {
    /// As the system sorts them.
    AsSorted,
    /// IPv4, whatever the system says.
    Ipv4,
}

/// What follows an address that does not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NextAddress {
    /// The other family is tried beside it after so many milliseconds (RFC 8305 section 5).
    After(u32),
    /// The next one, when the system has given the first one up.
    WhenGivenUp,
    /// Nothing: the program has taken the first one for the only one.
    Never,
}
