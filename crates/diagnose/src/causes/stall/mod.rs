//! What happens between here and the server: where SYNs and hellos are lost, and by whom.

pub(crate) mod blocked;
pub(crate) mod culprits;
pub(crate) mod open;
pub(crate) mod opening;
pub(crate) mod uneven;
