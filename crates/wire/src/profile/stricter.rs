//! Clients that are another client with something switched on.

use serde::{Deserialize, Serialize};

/// What makes this client stricter than another profile, which takes what this one refuses.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stricter {
    /// The id of the profile without it.
    pub than: String,
    /// What kind of thing it is.
    pub by: Strictness,
    /// What it is called where one switches it, in no language: `GODEBUG=fips140=on`.
    pub setting: String,
    /// The documentation that says so.
    pub source: String,
}

/// What kind of thing makes a client stricter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strictness {
    /// A security policy, which rules out versions, algorithms and short keys.
    Policy,
    /// More checks of a certificate's form, by an upgrade of the library.
    Checks,
}
