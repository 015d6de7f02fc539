//! P28–P30, P34, S05, S09, S35 and others: some connections come to nothing that others like them do not.

use crate::case::{Case, Entry};
use crate::stall::{self, Acknowledged, ByPort, Uneven};
use crate::symptoms;
use crate::wording::{Judgement, Next};
use report::{Certainty, Text};
use std::net::SocketAddr;

/// What is left to chance or to load, and does not mind the port.
const BY_CHANCE: [&str; 6] = ["P27", "P28", "P32", "P34", "S05", "S09"];
/// Where the way, or the server behind a load balancer, is chosen by the port.
const BY_PORT: [&str; 3] = ["P29", "P30", "S27"];
/// What has the hello and acknowledges it.
const ACKNOWLEDGING: [&str; 2] = ["S05", "S27"];
/// What loses it on the way there, or knows of no connection.
const LOSING: [&str; 3] = ["P30", "P32", "S09"];

/// The judgement of connections that are told apart by nothing that they say.
pub(crate) fn judge(case: &Case<'_>) -> Option<Judgement> {
    let address = case.representative()?;
    let uneven = stall::uneven(case, address)?;
    let by_port = stall::by_port(case, uneven, address);
    let cut_off = stall::cut_off(case, address);
    let lost = cut_off.map(stall::acknowledged) == Some(Acknowledged::Nothing);
    let told = cut_off.is_some_and(|entry| stall::acknowledged(entry) != Acknowledged::Unknown);
    let symptom = match uneven {
        Uneven::Opening => "connect-timeout".to_owned(),
        Uneven::Hello => symptoms::of_end(cut_off?.reading.as_ref()?),
    };
    let fits = |id: &str| {
        let by_port = match by_port {
            ByPort::Yes => !BY_CHANCE.contains(&id),
            ByPort::No => !BY_PORT.contains(&id),
            ByPort::Unknown => true,
        };
        let by_acknowledgement = match (uneven, lost) {
            (Uneven::Opening, _) => true,
            (Uneven::Hello, true) => !ACKNOWLEDGING.contains(&id),
            (Uneven::Hello, false) => !(told && LOSING.contains(&id)),
        };
        by_port && by_acknowledgement && !(id == "P32" && loses_nothing(case, address))
    };
    let rows = symptoms::fitting(case, address, "tries-disagree");
    let looks_so = |row: &&&crate::catalogue::Row| {
        row.symptoms.contains(&symptom) || row.id == "S27" && uneven == Uneven::Hello
    };
    let rows = rows.iter().filter(looks_so);
    let mut among: Vec<String> = rows.map(|row| row.id.clone()).collect();
    among.retain(|id| fits(id));
    let first = match (uneven, by_port) {
        (Uneven::Opening, ByPort::Yes) => "P30",
        (Uneven::Opening, _) => "S05",
        (Uneven::Hello, ByPort::Yes) if lost => "P30",
        (Uneven::Hello, _) if lost => "S09",
        (Uneven::Hello, _) => "S35",
    };
    among.retain(|id| id != first);
    let (failed, tries) = stall::counts(case, uneven, address);
    let params = [
        ("address", address.to_string()),
        ("failed", failed.to_string()),
        ("tries", tries.to_string()),
        (
            "ports",
            match by_port {
                ByPort::Yes => "same",
                ByPort::No => "any",
                ByPort::Unknown => "unknown",
            }
            .to_owned(),
        ),
    ];
    let text = match (uneven, lost) {
        (Uneven::Opening, _) => "seen-uneven-opening",
        (Uneven::Hello, true) => "seen-uneven-hello-lost",
        (Uneven::Hello, false) => "seen-uneven-hello",
    };
    let evidence = case.at(address).map(Entry::id).collect();
    let mut judgement = Judgement::new(
        first,
        Certainty::Suspected,
        Text::new(text, params),
        evidence,
    );
    judgement.sometimes = true;
    Some(judgement.among(among, next(address, by_port, uneven, lost)))
}

/// Whether no connection that came about had to send anything again, as far as the kernel tells: then loss is no matter of
/// chance.
fn loses_nothing(case: &Case<'_>, address: SocketAddr) -> bool {
    let accepted = case.at(address).filter(|entry| entry.accepted());
    let mut sent_again = accepted.map(|entry| {
        let last = entry.observation.kernel.last();
        last.map(|fact| fact.tcp.total_retrans)
    });
    sent_again.all(|count| count == Some(0))
}

/// What would tell them apart.
fn next(address: SocketAddr, by_port: ByPort, uneven: Uneven, lost: bool) -> Next {
    let (ip, port) = (address.ip(), address.port());
    let (id, command) = match (by_port, uneven) {
        (ByPort::Yes, _) => (
            "next-uneven-path",
            format!(
                "for port in 50001 50002 50003 50004 50005 50006; do sudo traceroute -T -p {port} --sport=$port {ip}; done"
            ),
        ),
        (_, Uneven::Hello) if !lost => (
            "next-uneven-members",
            format!("sudo tcpdump -ni any 'tcp port {port}'"),
        ),
        _ => (
            "next-uneven-server",
            "nstat -az TcpExtListenDrops TcpExtListenOverflows TcpExtTCPReqQFullDrop".to_owned(),
        ),
    };
    Next {
        text: Text::new(id, [("address", address.to_string())]),
        command: Some(command),
    }
}
