//! P10–P12, S05: the connection does not open.

use crate::case::{Case, Entry};
use crate::stall::{self, SynPlace};
use crate::wording::{Judgement, Next};
use report::{Action, Certainty, Icmp, Phase, PhaseName, PhaseOutcome, Text};
use std::net::SocketAddr;

/// Destination unreachable of ICMP (RFC 792, RFC 1812 section 5.2.7.1) and of ICMPv6 (RFC 4443 section 3.1).
const UNREACHABLE: u8 = 3;
const UNREACHABLE_V6: u8 = 1;
/// Codes that say that it is forbidden: communication with the network, with the host, or all of it, prohibited by
/// administrators.
const PROHIBITED: [u8; 3] = [9, 10, 13];
/// The same in ICMPv6: prohibited by administrators, policy of the source address, reject route.
const PROHIBITED_V6: [u8; 3] = [1, 5, 6];

pub(crate) fn judge(case: &Case<'_>) -> Vec<Judgement> {
    let remote = |address: &SocketAddr| stall::is_remote(case, *address);
    let Some(address) = case.representative().filter(remote) else {
        return Vec::new();
    };
    let judgement = match stall::unconnected(case, address) {
        Some(PhaseOutcome::Timeout) => silent(case, address),
        Some(PhaseOutcome::Unreachable | PhaseOutcome::Denied) => forbidden(case, address),
        _ => None,
    };
    judgement.into_iter().collect()
}

/// P11 where a firewall on the way refuses, by where SYNs are refused.
pub(crate) fn refused_before_end(case: &Case<'_>, address: SocketAddr) -> Option<Judgement> {
    let place = stall::syn_place(case, address).filter(|place| place.before_end)?;
    let text = Text::new("seen-P11", placed(address, place));
    Some(Judgement::new(
        "P11",
        Certainty::Supported,
        text,
        evidence(case, address),
    ))
}

fn placed(address: SocketAddr, place: SynPlace) -> [(&'static str, String); 3] {
    let router = place
        .router
        .map_or_else(|| "?".to_owned(), |router| router.to_string());
    [
        ("address", address.to_string()),
        ("hop", place.after.to_string()),
        ("router", router),
    ]
}

/// Everything that tried to connect to `address`, and the datagrams beside it.
fn evidence(case: &Case<'_>, address: SocketAddr) -> Vec<report::ExperimentId> {
    let about = |entry: &&Entry| match entry.experiment.action {
        Action::Hop { address: hop, .. } => hop.ip() == address.ip(),
        ref action => action.address() == Some(address),
    };
    case.entries.iter().filter(about).map(Entry::id).collect()
}

/// SYNs are not answered.
fn silent(case: &Case<'_>, address: SocketAddr) -> Option<Judgement> {
    let evidence = evidence(case, address);
    let place = stall::syn_place(case, address);
    if let Some(place) = place.filter(|place| place.before_end) {
        let text = Text::new("seen-P10", placed(address, place));
        let next = Next {
            text: Text::new("next-tcp-options", []),
            command: Some(
                "sudo sysctl -w net.ipv4.tcp_timestamps=0 net.ipv4.tcp_window_scaling=0".to_owned(),
            ),
        };
        return Some(
            Judgement::new("P10", Certainty::Suspected, text, evidence)
                .among(vec!["P37".to_owned()], next),
        );
    }
    let text = Text::new("seen-P10-end", [("address", address.to_string())]);
    let port = ("port", address.port().to_string());
    let command = format!(
        "ss -lntp 'sport = :{}'; nstat -az TcpExtListenDrops TcpExtListenOverflows",
        address.port()
    );
    let next = Next {
        text: Text::new(
            "next-unconnected",
            [port, ("host", case.question.target.host.clone())],
        ),
        command: Some(command),
    };
    Some(
        Judgement::new("P10", Certainty::Suspected, text, evidence)
            .among(vec!["S05".to_owned()], next),
    )
}

/// P12: an ICMP message says that it is forbidden, and who says so.
fn forbidden(case: &Case<'_>, address: SocketAddr) -> Option<Judgement> {
    let said = |entry: &Entry| {
        let connect = entry.observation.phase(PhaseName::Connect)?;
        prohibition(connect).map(|icmp| (connect.offender, icmp))
    };
    let (offender, icmp) = case.at(address).find_map(said)?;
    let router = offender.map_or_else(|| "?".to_owned(), |router| router.to_string());
    let params = [
        ("address", address.to_string()),
        ("router", router),
        ("icmp", format!("{}/{}", icmp.kind, icmp.code)),
    ];
    Some(Judgement::new(
        "P12",
        Certainty::Proven,
        Text::new("seen-P12", params),
        evidence(case, address),
    ))
}

/// What an ICMP message forbade.
fn prohibition(connect: &Phase) -> Option<Icmp> {
    let icmp = connect.icmp?;
    let forbids = match connect.offender?.is_ipv4() {
        true => icmp.kind == UNREACHABLE && PROHIBITED.contains(&icmp.code),
        false => icmp.kind == UNREACHABLE_V6 && PROHIBITED_V6.contains(&icmp.code),
    };
    forbids.then_some(icmp)
}
