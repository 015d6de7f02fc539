//! A CA made at start, the certificates it gives, right or wrong, and signatures with their keys.

mod authority;
pub(crate) mod der;
mod key;
mod revocation;
mod signer;
pub(crate) mod tbs;

pub use authority::CertifyError;
pub(crate) use authority::{Authority, Identity, hours_from, pem_of};
pub(crate) use revocation::Register;
pub use signer::SignError;
pub(crate) use signer::Signer;
pub(crate) use tbs::Edit;
