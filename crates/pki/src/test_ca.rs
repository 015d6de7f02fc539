//! Names that only test environments of CAs use.

use crate::distinguished_name::DistinguishedName;

/// What stands in the names of test CAs: Let's Encrypt's staging environment, today's and that before 2020
/// (letsencrypt.org/docs/staging-environment), and Pebble (github.com/letsencrypt/pebble, `ca/ca.go`).
const MARKS: [&str; 4] = [
    "(STAGING) ",
    "Fake LE ",
    "Pebble Intermediate CA ",
    "Pebble Root CA ",
];

/// Whether a CA of that name is one of a test environment.
pub fn is_test(name: &DistinguishedName) -> bool {
    let is_marked = |text: &str| MARKS.iter().any(|mark| text.starts_with(mark));
    name.common_name.as_deref().is_some_and(is_marked)
}
