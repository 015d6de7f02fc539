//! The crate from outside: certificates made here with rcgen and OpenSSL.
#![expect(
    clippy::disallowed_methods,
    reason = "tests start OpenSSL, keep files and measure time"
)]

mod authority;
mod certificates;
mod dane;
mod forge;
mod limbo;
mod names;
mod openssl;
mod paths;
mod pem;
mod pkits;
mod revocation;
mod signatures;
mod transparency;
