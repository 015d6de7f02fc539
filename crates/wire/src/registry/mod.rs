//! Names and properties of code points: the IANA registries of TLS, and the code points that are
//! deployed without being registered there.
//!
//! The tables stand in `data/registry` (sources in `data/SOURCES.md`). `generated` is made from
//! them by the test `registry`: `UPDATE=1 cargo test -p wire --test registry` writes it anew.
//! GREASE (RFC 8701) is in no table: every name function calls its sixteen values `GREASE`.

mod cipher_suite;
#[rustfmt::skip]
mod generated;
mod named;
mod version;

pub use cipher_suite::{
    Authentication, CipherSuiteInfo, KeyExchange, SuiteHash, cipher_suite, cipher_suite_by_name,
    cipher_suite_name, cipher_suites,
};
pub use named::{
    alert_name, content_type_name, extension_by_name, extension_name, group_by_name, group_name,
    groups, handshake_type_name, is_grease, signature_scheme_by_name, signature_scheme_name,
    signature_schemes,
};
pub use version::version_by_name;
