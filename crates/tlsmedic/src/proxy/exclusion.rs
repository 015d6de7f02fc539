//! `no_proxy`, as curl reads it since 7.86.

use crate::target::Host;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The entry of `list` that matches `host`. Entries stand between commas or blanks. A name matches itself and everything below
/// it, with or without a dot before it; an address or a CIDR block matches addresses; `*` alone matches everything.
pub(super) fn exclusion<'l>(list: &'l str, host: &Host) -> Option<&'l str> {
    if list == "*" {
        return Some(list);
    }
    let entries = list.split([',', ' ', '\t']);
    entries
        .filter(|entry| !entry.is_empty())
        .find(|entry| match host {
            Host::Name(name) => covers_name(entry, name),
            Host::Address(address) => covers_address(entry, *address),
        })
}

fn covers_name(entry: &str, name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    let entry = entry.strip_suffix('.').unwrap_or(entry);
    let entry = entry.strip_prefix('.').unwrap_or(entry);
    let Some(start) = name.len().checked_sub(entry.len()) else {
        return false;
    };
    let tail = name.get(start..).unwrap_or_default();
    let whole = start == 0 || name.get(..start).is_some_and(|head| head.ends_with('.'));
    !entry.is_empty() && whole && tail.eq_ignore_ascii_case(entry)
}

fn covers_address(entry: &str, address: IpAddr) -> bool {
    let (network, bits) = match entry.split_once('/') {
        // What is no number counts as none, like no block at all.
        Some((network, bits)) => (network, bits.parse().unwrap_or(0_u32)),
        None => (entry, 0),
    };
    match address {
        IpAddr::V4(address) => network.parse::<Ipv4Addr>().is_ok_and(|network| {
            let differ = u32::from(network) ^ u32::from(address);
            same(u128::from(differ), bits, u32::BITS)
        }),
        IpAddr::V6(address) => network.parse::<Ipv6Addr>().is_ok_and(|network| {
            let differ = u128::from(network) ^ u128::from(address);
            same(differ, bits, u128::BITS)
        }),
    }
}

/// Whether the first `bits` of `all` do not differ; none stands for all.
fn same(differ: u128, bits: u32, all: u32) -> bool {
    let bits = if bits == 0 { all } else { bits };
    match all.checked_sub(bits) {
        Some(rest) => differ.checked_shr(rest).unwrap_or(0) == 0,
        None => false,
    }
}
