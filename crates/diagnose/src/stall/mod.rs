//! Connections that stall or are cut off between here and the server: what the kernel knows of them, and the questions that
//! tell the path from the server.
//!
//! All of it is for connections that go straight to another machine: on one machine there is no path, and behind a proxy the
//! path begins at the proxy.

mod asks;
mod facts;
mod levers;
mod sweep;
mod syn;

pub(crate) use asks::{asks, small_answer};
pub(crate) use facts::{Acknowledged, Culprit, acknowledged, culprit, is_cut_off};
pub(crate) use levers::{fits_one_segment, search};
pub(crate) use sweep::{HelloPlace, hello_place, placed, spoke};
pub(crate) use syn::{SynPlace, plain, syn_place, unconnected};

use crate::case::Case;
use crate::way::Way;
use std::net::SocketAddr;

/// Whether there is a path to `address` that could be at fault.
pub(crate) fn is_remote(case: &Case<'_>, address: SocketAddr) -> bool {
    case.way() == Way::Direct && !case.is_local(address)
}
