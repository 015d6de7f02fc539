//! `tlsmedic fix …`: what tlsmedic repairs itself. It prints, and writes only when told to.

mod chain;
mod issuers;
mod said;

pub(crate) use chain::chain;
