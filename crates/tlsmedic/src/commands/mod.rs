//! The commands, one file each.

mod diagnose;
mod fix;
mod lab;
mod replay;
mod run;

pub(crate) use run::run;
