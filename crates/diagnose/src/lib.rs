//! The brain that asks why a handshake fails.
//!
//! [`Differential`] implements [`report::Brain`]: it plans experiments and concludes from what they
//! saw. Both are functions of the question and the evidence alone, so that [`replay`] reaches the same
//! verdict from a saved report. The causes it may name stand in the [`catalogue`]; each family of
//! causes is one file of [`causes`].
//!
//! What it does not do: it opens no connection, reads no clock and no file, and never takes an error
//! message for a verdict.
//!
//! ```
//! let row = diagnose::catalogue::catalogue().row("X11").expect("the catalogue has every row");
//! assert_eq!(row.name, "missing-intermediate");
//! ```

mod case;
pub mod catalogue;
pub mod causes;
mod chain;
mod conclude;
mod demands;
mod dialogue;
mod differential;
mod distrust;
mod fallback;
mod flip;
mod hellos;
mod known;
mod load;
mod members;
mod outcomes;
mod paths;
mod plan;
mod ports;
mod reading;
mod recipients;
mod records;
mod revocation;
mod sources;
#[cfg(test)]
mod staged;
mod stall;
mod symptoms;
pub mod texts;
mod time;
mod way;
mod wording;

pub use causes::dates::span;
pub use chain::store_label;
pub use differential::{Differential, replay};
pub use distrust::{DistrustedError, distrusted};
