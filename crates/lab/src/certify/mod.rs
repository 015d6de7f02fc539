//! A CA made at start, the certificates it gives, and signatures with their keys.

mod authority;
mod signer;

pub use authority::CertifyError;
pub(crate) use authority::{Authority, Identity};
pub use signer::SignError;
pub(crate) use signer::Signer;
