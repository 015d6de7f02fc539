//! How soon a server answers, as data.

use std::time::Duration;

/// How a server goes about a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// At once.
    Prompt,
    /// It thinks so long about any hello.
    Late(Duration),
    /// It thinks so long about the first hello that ever comes.
    FirstLate(Duration),
    /// Its key is slow: what it signs comes so late, what needs no signature at once.
    SlowKey(Duration),
    /// It reads once, and what is no whole hello by then never becomes one.
    ReadsOnce,
}
