//! PEM files (RFC 7468), and certificates in whatever form a server of issuers sends them.

mod block;
mod certificates;
mod file;
mod key;

pub use block::{BlockDefect, PemError};
pub use certificates::{certificates, fetched_certificates};
pub use file::{PemFile, encode};
pub use key::{is_key_of, private_key};
