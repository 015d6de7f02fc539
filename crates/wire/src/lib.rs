//! TLS octets, without input or output of its own: what a peer sent is read, what we send is written.
//!
//! - [`registry`]: names and properties of code points.
//! - [`record`], [`handshake`], [`ssl2`]: everything from SSLv2 to TLS 1.3, both ways.
//! - [`decode`]: octets in, events out; a [`defect`] is an event, and reading goes on after it.
//! - [`ech`]: Encrypted Client Hello in DNS records and in answers.
//! - [`first`]: which protocol an answer belongs to.
//! - [`flight`]: one reading of all a server said; [`open`] opens what TLS 1.3 encrypts of it, with the keys of
//!   [`schedule`].
//! - [`build`], [`mod@describe`]: ClientHellos from descriptions and back; [`minimise`] finds the one
//!   element that separates a failing hello from a working one; [`fingerprint`]; [`profile`].
//!
//! Randomness is an argument everywhere. Nothing here can panic on a peer's octets, and all lengths
//! are bounded.
//!
//! ```
//! use wire::decode::{Decoder, Item, Limits};
//! let mut decoder = Decoder::new(Limits::default());
//! decoder.feed(&[21, 3, 3, 0, 2, 2, 40]);
//! let alert = std::iter::from_fn(|| decoder.next_event()).find_map(|event| match event.item {
//!     Item::Alert(alert) => Some(alert),
//!     _ => None,
//! });
//! assert_eq!(alert.unwrap().description.0, 40);
//! ```
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects
    )
)]

mod body;
pub mod build;
mod compression;
pub mod decode;
pub mod defect;
pub mod describe;
pub mod ech;
pub mod fingerprint;
pub mod first;
pub mod flight;
pub mod handshake;
mod messages;
pub mod minimise;
pub mod open;
pub mod profile;
mod reader;
pub mod record;
pub mod registry;
pub mod schedule;
pub mod ssl2;
