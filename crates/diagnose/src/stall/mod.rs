//! Connections that stall or are cut off between here and the server: what the kernel knows of them, and the questions that
//! tell the path from the server.
//!
//! All of it is for connections that go straight to another machine: on one machine there is no path, and behind a proxy the
//! path begins at the proxy.

mod asks;
mod facts;
mod flows;
mod levers;
mod pairs;
mod sweep;
mod syn;

pub(crate) use asks::{asks, small_answer};
pub(crate) use facts::{Acknowledged, Culprit, acknowledged, culprit, is_cut_off};
pub(crate) use flows::{
    ByPort, PORTS, Uneven, asks as flow_asks, by_port, counts, cut_off, doubts, from_stated_ports,
    is_left_unopened, uneven,
};
pub(crate) use levers::{contradicted, fits_one_segment, search};
pub(crate) use pairs::{
    asks as pair_asks, is_made as is_paired, is_needed as needs_pair, is_no_try,
};
pub(crate) use sweep::{HelloPlace, ends_early, hello_place, place_asks, placed, spoke};
pub(crate) use syn::{SynPlace, syn_place, unconnected};

use crate::case::{Case, Entry, LOST_US};
use crate::way::Way;
use report::PhaseOutcome;
use std::net::SocketAddr;

/// Whether there is a path to `address` that could be at fault.
pub(crate) fn is_remote(case: &Case<'_>, address: SocketAddr) -> bool {
    case.way() == Way::Direct && !case.is_local(address)
}

/// Whether nothing more can come: at every address no SYN was answered however often it was sent, or no hello even
/// acknowledged. A server that has the hello may still be thinking.
pub(crate) fn is_over(case: &Case<'_>) -> bool {
    let addresses = case.addresses();
    !addresses.is_empty() && addresses.iter().all(|address| is_over_at(case, *address))
}

fn is_over_at(case: &Case<'_>, address: SocketAddr) -> bool {
    if !is_remote(case, address) {
        return false;
    }
    if unconnected(case, address) == Some(PhaseOutcome::Timeout) {
        return case.waiting_at(address).next().is_none();
    }
    let lost = |entry: &Entry| {
        let missing = matches!(
            acknowledged(entry),
            Acknowledged::Nothing | Acknowledged::Part
        );
        entry.ended || missing && entry.quiet >= LOST_US
    };
    let mut tries = case.at(address).chain(case.waiting_at(address)).peekable();
    tries.peek().is_some() && tries.all(lost)
}

/// Whether the hellos that are cut off at `address` never came to the server's TCP.
pub(crate) fn are_lost(case: &Case<'_>, address: SocketAddr) -> bool {
    let mut cut_off = case
        .at(address)
        .chain(case.waiting_at(address))
        .filter(|entry| is_cut_off(entry))
        .peekable();
    let lost = |entry: &Entry| {
        matches!(
            acknowledged(entry),
            Acknowledged::Nothing | Acknowledged::Part
        )
    };
    is_remote(case, address) && cut_off.peek().is_some() && cut_off.all(lost)
}
