//! Whether a certificate is for the server asked for (RFC 9525), and if not, why not.
//!
//! Only subjectAltName counts: DNS-IDs, with a wildcard as the whole left-most label only, and IP-IDs. Every client in
//! use refuses a wildcard directly under a top-level domain, and so does [`check()`].

mod check;
mod identity;

pub use check::{NameMismatch, NameReason, check};
pub use identity::{IdentityError, ServerIdentity};
