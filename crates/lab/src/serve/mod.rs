//! What answers: TLS behind a gate, plaintext protocols, DNS, SNTP and HTTP.

mod capacity;
mod dialogue;
mod dns;
mod flight;
mod gate;
mod heard;
mod http;
mod late;
mod ldap;
mod library;
mod lines;
mod listen;
mod pace;
mod peer;
mod plain;
mod proxy;
mod records;
mod revocation;
pub(crate) mod sntp;
mod tls;
mod xmpp;

pub(crate) use capacity::Limits;
pub(crate) use dns::Zone;
pub(crate) use flight::Scripted;
#[cfg(target_os = "linux")]
pub(crate) use gate::fatal;
#[cfg(target_os = "linux")]
pub(crate) use heard::{Parsed, parse};
pub(crate) use http::{Files, tell_date};
pub(crate) use library::Configured;
pub use library::LibraryError;
pub(crate) use listen::{Tasks, reserve, reserve_beside};
pub(crate) use pace::Pacer;
pub(crate) use plain::PlainServer;
pub(crate) use proxy::ProxyServer;
pub use records::RecordError;
pub(crate) use records::records;
pub(crate) use revocation::{LIST_PATH, OCSP_PATH, RevocationService};
pub(crate) use tls::{Engine, TlsServer};
