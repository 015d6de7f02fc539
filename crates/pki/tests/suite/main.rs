//! The crate from outside: certificates made here with rcgen and OpenSSL.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "tests start OpenSSL, keep files, measure time and say how much of a suite holds"
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
mod repair;
mod revocation;
mod signatures;
mod transparency;
