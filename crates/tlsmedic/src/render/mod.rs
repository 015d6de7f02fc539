//! Reports for people and for programs.

mod causes;
mod json;
mod load;
mod members;
mod page;
mod seen;
mod text;
mod timeline;
mod words;

pub(crate) use json::json;
pub(crate) use page::printable;
pub(crate) use text::{Paper, text};
