//! Broken servers, at least two for each cause, and for each a healthy twin: the test bed of the examiner and what
//! `tlsmedic lab` shows.
//!
//! A [`Scenario`] is data: what listens, what the resolver and the time source say, which certificate is served, what the
//! client trusts and asks for, and what an examination must conclude. [`start`] stages one on loopback addresses as tasks of
//! the caller's tokio runtime and says how to examine it. Certificates come from a CA made at that moment, so nothing here
//! expires.
//!
//! Most servers are rustls behind a gate that refuses some ClientHellos; what rustls cannot say (old versions, RSA key
//! exchange, P-521, signatures of MD5 and SHA-1) is scripted octet by octet, up to the end of the server's first flight.
//!
//! [`net`] stages networks that fail, in network namespaces, for root on Linux.
//!
//! This crate knows no examiner: nothing in it connects to its own servers but its proxies, when asked to, and its tests.
//!
//! ```
//! let scenario = lab::scenarios().iter().find(|scenario| scenario.id == "S34-closed").unwrap();
//! assert_eq!(scenario.cause, Some("S34"));
//! ```

mod certify;
#[cfg(target_os = "linux")]
pub mod net;
mod running;
mod scenario;
mod scenarios;
mod serve;
mod stage;

pub use certify::{CertifyError, SignError};
pub use running::{LabError, Running, start};
pub use scenario::{Expected, Scenario};
pub use scenarios::scenarios;
pub use serve::{LibraryError, RecordError};
pub use stage::{Served, SignedWith};
