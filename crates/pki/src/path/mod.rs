//! Paths from a certificate to a trust anchor (RFC 5280 section 6).
//!
//! [`build`] finds every path, within bounds, that leads over the certificates of a [`Pool`] to one of the
//! [`Anchor`]s, and says of each what is wrong with it; a path with a problem is still a path. Where no issuer is
//! known it says which is missing and where it could be fetched. Ask it once with what the server sent and once with
//! everything known, and the difference is the diagnosis. [`second_opinion`] is webpki's.

mod constraint;
mod opinion;
mod problem;
mod search;

pub use opinion::{Objection, second_opinion};
pub use problem::{PathProblem, PathProblemKind};
pub use search::{
    Anchor, IncompletePath, MAX_LENGTH, MAX_PATHS, MAX_SIGNATURE_CHECKS, MissingIssuer, Path,
    PathSearch, Pool, build, straight,
};
