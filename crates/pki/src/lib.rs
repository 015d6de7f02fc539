//! Certificates: what they say, whom they are for, and whether a path leads from them to a trust anchor.
//!
//! Everything here is a function of octets and of the time given; nothing reads a file, a socket or a
//! clock. A malformed certificate is data, not an error: [`Certificate::parse`] recovers what it can and
//! names each [`Defect`] with its offset.
//!
//! - [`Certificate`], [`DistinguishedName`], [`KeyInfo`]: what a certificate says.
//! - [`name`]: whether it is for the server asked for (RFC 9525), and why not.
//! - [`path`]: paths to trust anchors (RFC 5280 section 6), what is wrong with each, and what is missing.
//! - [`revocation`]: what revocation lists and OCSP answers say of a certificate.
//! - [`transparency`]: timestamps of the logs.
//! - [`signature`]: certificates' signatures and those a TLS server makes.
//! - [`dane`]: what TLSA records in DNS say of a chain (RFC 6698, RFC 7671, RFC 7672).
//! - [`strength`], [`validity`], [`weak_key`], [`test_ca`]: what its hash, its length and its key are worth, and whether it
//!   is of a test environment.
//! - [`anchor`], [`pem`], [`repair`], [`clock`]: trust anchors, PEM files and fetched bodies, the chain a
//!   server should send, and what several clocks say together.
//!
//! It deliberately decides nothing: what a problem means for whom is `diagnose`'s business.
//!
//! ```
//! use pki::path::{Anchor, Pool, build};
//! use pki::Certificate;
//!
//! let der = pki::anchor::mozilla().next().unwrap();
//! let root = Certificate::parse(der).certificate.unwrap();
//! assert!(root.is_self_signed());
//!
//! let search = build(&root, &Pool::default(), &[Anchor { certificate: root.clone() }], root.not_before);
//! assert_eq!(search.trusted().unwrap().certificates[0].sha256, root.sha256);
//! ```
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects
    )
)]

pub mod anchor;
pub mod clock;
pub mod dane;
pub mod known;
pub mod name;
pub mod path;
pub mod pem;
pub mod profile;
pub mod repair;
pub mod revocation;
pub mod signature;
pub mod strength;
pub mod test_ca;
pub mod transparency;
pub mod validity;
pub mod weak_key;

mod certificate;
mod date;
mod der;
mod distinguished_name;
mod extension;
mod key;
mod oid;

pub use certificate::{Certificate, Contents, MAX_CERTIFICATE, Parsed};
pub use der::{Defect, EncodingFault};
pub use distinguished_name::DistinguishedName;
pub use extension::{
    BasicConstraints, Extension, GeneralName, KeyUsage, NameConstraints, Subtrees,
};
pub use key::{KeyInfo, KeyKind};
pub use oid::{Oid, SignatureAlgorithm};
