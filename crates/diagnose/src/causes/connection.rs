//! S01: nothing listens. C31, where no packet of IPv6 leaves.

use crate::case::Case;
use crate::reading::End;
use crate::wording::{Judgement, Next};
use report::{Certainty, PhaseOutcome, Severity, Text};
use std::net::SocketAddr;

/// What the kernel says where it has no route to a family of addresses.
const NO_ROUTE: &str = "ENETUNREACH";

pub(crate) fn judge(case: &Case<'_>) -> Vec<Judgement> {
    nothing_listens(case)
        .into_iter()
        .chain(no_way(case))
        .collect()
}

/// The addresses of a family that no packet reaches from here, as this machine or its network says at once, where another
/// family works. Every client goes on with that one without a pause (RFC 8305 section 5, RFC 6724 section 6 rule 1).
pub(crate) fn without_way(case: &Case<'_>) -> Vec<SocketAddr> {
    let addresses = case.addresses();
    let unreachable = |address: &&SocketAddr| {
        let end = case
            .full(**address)
            .and_then(|entry| entry.reading.as_ref());
        end.is_some_and(|reading| reading.end == End::Unconnected(PhaseOutcome::Unreachable))
    };
    let none: Vec<SocketAddr> = addresses.iter().filter(unreachable).copied().collect();
    let of_family = |v6: bool| {
        let mut family = addresses
            .iter()
            .filter(|address| address.is_ipv6() == v6)
            .peekable();
        family.peek().is_some() && family.all(|address| none.contains(address))
    };
    match (of_family(false), of_family(true)) {
        (true, false) | (false, true) if none.len() < addresses.len() => none,
        _ => Vec::new(),
    }
}

/// C31, as something to know: that a machine has no IPv6 at all is none.
fn no_way(case: &Case<'_>) -> Option<Judgement> {
    let nowhere = without_way(case);
    let address = nowhere.first().filter(|address| address.is_ipv6())?;
    let entry = case.full(*address)?;
    let end = entry.observation.end()?;
    let errno = end.detail.clone().unwrap_or_default();
    if errno == NO_ROUTE {
        return None;
    }
    let params = [("address", address.ip().to_string()), ("detail", errno)];
    let text = Text::new("seen-C31", params);
    Some(
        Judgement::new("C31", Certainty::Suspected, text, vec![entry.id()])
            .weakness(Severity::Info),
    )
}

fn nothing_listens(case: &Case<'_>) -> Vec<Judgement> {
    let addresses = case.addresses();
    let refused = |address: &SocketAddr| {
        let mut readings = case
            .at(*address)
            .filter_map(|entry| entry.reading.as_ref())
            .filter(|reading| reading.end != End::Unknown)
            .peekable();
        readings.peek().is_some()
            && readings.all(|reading| reading.end == End::Unconnected(PhaseOutcome::Refused))
    };
    let (Some(first), true) = (
        addresses.first(),
        !addresses.is_empty() && addresses.iter().all(refused),
    ) else {
        return Vec::new();
    };
    let evidence = addresses
        .iter()
        .flat_map(|address| case.at(*address))
        .map(crate::case::Entry::id)
        .collect();
    let text = Text::new("seen-S01", [("address", first.to_string())]);
    let judgement = Judgement::new("S01", Certainty::Supported, text, evidence);
    if addresses.iter().all(|address| case.is_local(*address)) {
        return vec![judgement];
    }
    if let Some(refused) = super::stall::opening::refused_before_end(case, *first) {
        return vec![refused];
    }
    let port = first.port();
    let next = Next {
        text: Text::new("next-listening", [("port", port.to_string())]),
        command: Some(format!("ss -lntp 'sport = :{port}'")),
    };
    vec![judgement.among(vec!["P11".to_owned()], next)]
}
