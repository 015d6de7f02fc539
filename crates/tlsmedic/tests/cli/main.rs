//! The command line from the outside: what is said, where, and with which exit status.

mod fix;
mod help;
mod refusals;
mod replay;
mod running;
mod schema;
mod support;
