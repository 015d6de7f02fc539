//! DANE: TLSA records (RFC 6698), and what they say of the certificates a server sends (RFC 7671; RFC 7672 for mail).
//!
//! Whether the records are authentic is DNSSEC's business and is settled before.

mod record;
mod verdict;

pub use record::{TlsaDefect, TlsaRecord};
pub use verdict::{Mismatch, Presented, Standing, Verdict, judge};
