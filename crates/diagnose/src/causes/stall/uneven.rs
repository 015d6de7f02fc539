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

/// Whether one hello comes to two ends, so that nothing a hello seems to change proves anything.
pub(crate) fn is_of_hellos(case: &Case<'_>) -> bool {
    case.representative()
        .is_some_and(|address| stall::uneven(case, address) == Some(Uneven::Hello))
}

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
    let stated = stall::from_stated_ports(case, uneven, address);
    let evidence = case.at(address).chain(stated).map(Entry::id).collect();
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
    let mut sent_again = accepted
        .map(|entry| {
            let last = entry.observation.kernel.last();
            last.map(|fact| fact.tcp.total_retrans)
        })
        .peekable();
    sent_again.peek().is_some() && sent_again.all(|count| count == Some(0))
}

/// What would tell them apart.
fn next(address: SocketAddr, by_port: ByPort, uneven: Uneven, lost: bool) -> Next {
    let (ip, port) = (address.ip(), address.port());
    let (id, command) = match (by_port, uneven) {
        (ByPort::Yes, _) => (
            "next-uneven-path",
            format!(
                "for port in $(seq {} {}); do sudo traceroute -T -p {port} --sport=$port {ip}; done",
                stall::PORTS.start(),
                stall::PORTS.end()
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

#[cfg(test)]
mod tests {
    use super::judge;
    use crate::case::{Case, Entry};
    use crate::reading::Refusal;
    use crate::staged::{ADDRESS, Staged, phase};
    use crate::stall;
    use report::{
        Action, Certainty, Experiment, ExperimentId, Observation, PhaseName, PhaseOutcome,
        TcpConditions,
    };
    use std::net::SocketAddr;

    fn address() -> SocketAddr {
        ADDRESS.parse().unwrap()
    }

    /// A connection that is opened, or is not.
    fn opening(action: Action, works: bool) -> Entry {
        let outcome = match works {
            true => PhaseOutcome::Ok,
            false => PhaseOutcome::Timeout,
        };
        let experiment = Experiment {
            id: ExperimentId(90),
            label: "staged".to_owned(),
            action,
            limit_us: 900_000,
        };
        let observation = Observation {
            phases: vec![phase(PhaseName::Connect, 0, 900_000, outcome)],
            ..Observation::default()
        };
        Entry::ended(experiment, observation)
    }

    /// A server that is well, but for one hello whose connection is not opened.
    fn unanswered() -> Staged {
        let mut staged = Staged::healthy();
        let mut hello = None;
        staged.with(|case| hello = case.first_hellos(address()).into_iter().next());
        let (_, action) = hello.unwrap();
        staged.others.push(opening(action, false));
        staged
    }

    /// Connections from one port that worked, or did not.
    fn from_port(staged: &mut Staged, port: u16, tries: &[bool]) {
        for works in tries {
            let action = Action::Connect {
                address: address(),
                via: None,
                tcp: TcpConditions {
                    local_port: Some(port),
                    ..TcpConditions::default()
                },
            };
            staged.others.push(opening(action, *works));
        }
    }

    fn judged(staged: &Staged) -> Option<(&'static str, Vec<String>)> {
        let mut found = None;
        staged.with(|case| {
            found = judge(case).map(|judgement| {
                assert!(judgement.sometimes && judgement.rank() == Certainty::Suspected);
                (judgement.id, judgement.rivals)
            });
        });
        found
    }

    fn labels(case: &Case<'_>) -> Vec<String> {
        let asks = stall::flow_asks(case, address());
        asks.into_iter().map(|ask| ask.label).collect()
    }

    #[test]
    fn nothing_is_asked_of_who_answers_all() {
        let staged = Staged::healthy();
        assert_eq!(judged(&staged), None);
        staged.with(|case| assert_eq!(labels(case), [""; 0]));
    }

    #[test]
    fn ports_that_always_fail_are_led_elsewhere() {
        let mut staged = unanswered();
        staged.with(|case| {
            let labels = labels(case);
            assert!(labels.contains(&"port:50001".to_owned()), "{labels:?}");
        });
        for port in [50_001, 50_002, 50_004, 50_005] {
            from_port(&mut staged, port, &[true]);
        }
        from_port(&mut staged, 50_003, &[false; 3]);
        assert_eq!(judged(&staged), Some(("P30", vec!["P29".to_owned()])));
    }

    #[test]
    fn a_port_that_works_as_well_is_not_what_decides() {
        let mut staged = unanswered();
        from_port(&mut staged, 50_001, &[true]);
        from_port(&mut staged, 50_003, &[false, true]);
        let (id, rivals) = judged(&staged).unwrap();
        assert_eq!(id, "S05");
        let has = |id: &str| rivals.iter().any(|rival| rival == id);
        assert!(
            has("P28") && has("P34") && !has("P30") && !has("P29"),
            "{rivals:?}"
        );
    }

    #[test]
    fn a_port_is_tried_again_only_when_it_failed() {
        let mut staged = unanswered();
        from_port(&mut staged, 50_001, &[true]);
        from_port(&mut staged, 50_003, &[false]);
        staged.with(|case| {
            let asks = stall::flow_asks(case, address());
            let times = |label: &str| {
                asks.iter()
                    .find(|ask| ask.label == label)
                    .map(|ask| ask.times)
            };
            assert_eq!(
                (times("port:50001"), times("port:50003")),
                (Some(1), Some(2))
            );
        });
    }

    #[test]
    fn one_hello_that_comes_to_two_ends_is_no_matter_of_the_hello() {
        let mut staged = Staged::healthy();
        staged.again(1, |_, action| action.clone());
        staged.connection(1).refused = Some((Refusal::Closed, PhaseOutcome::Closed));
        let (id, rivals) = judged(&staged).unwrap();
        assert_eq!(id, "S35");
        assert!(rivals.contains(&"S27".to_owned()), "{rivals:?}");
    }
}
