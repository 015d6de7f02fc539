//! The crate from outside: certificates made here with rcgen and OpenSSL.

mod authority;
mod certificates;
mod names;
mod openssl;
mod paths;
mod pem;
mod signatures;
