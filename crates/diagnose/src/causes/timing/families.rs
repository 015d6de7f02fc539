//! T08, C31, P31: one address family is silent and the other works. C23: a round trip longer than the step between addresses.

use super::course::{Courses, duration};
use crate::case::{Case, Client};
use crate::reading::{End, Reading};
use crate::wording::{Judgement, Next};
use report::{Certainty, Moment, PhaseName, PhaseOutcome, Severity, Text};
use std::net::SocketAddr;
use wire::profile::{FirstFamily, NextAddress};

/// No answer for so long, in microseconds, is silence, whoever ended the wait.
const SILENCE_US: Moment = 1_500_000;
/// The step after which programs abandon an address for good, in microseconds (Node.js:
/// `--network-family-autoselection-attempt-timeout`).
const STEP_US: Moment = 250_000;

pub(crate) fn judge(case: &Case<'_>) -> Vec<Judgement> {
    let mut found: Vec<Judgement> = dead_family(case);
    found.extend(abandoned(case));
    found
}

/// The addresses of a family none of whose SYNs is answered, where the other family connects.
pub(crate) fn silent(case: &Case<'_>) -> Vec<SocketAddr> {
    let addresses = case.addresses();
    let of_family = |v6: bool| {
        let own: Vec<SocketAddr> = addresses
            .iter()
            .copied()
            .filter(|address| address.is_ipv6() == v6)
            .collect();
        let all = own.iter().all(|address| is_silent(case, *address));
        (!own.is_empty() && all).then_some(own)
    };
    let connects = |v6: bool| {
        let mut own = addresses.iter().filter(|address| address.is_ipv6() == v6);
        own.any(|address| {
            let reading = case.full(*address).and_then(|entry| entry.reading.as_ref());
            reading.is_some_and(Reading::connected)
        })
    };
    [true, false]
        .into_iter()
        .find_map(|v6| of_family(v6).filter(|_| connects(!v6)))
        .unwrap_or_default()
}

fn is_silent(case: &Case<'_>, address: SocketAddr) -> bool {
    let Some(entry) = case.full(address) else {
        return false;
    };
    let timed_out = entry
        .reading
        .as_ref()
        .is_some_and(|reading| reading.end == End::Unconnected(PhaseOutcome::Timeout));
    let given_up = entry
        .observation
        .phase(PhaseName::Connect)
        .is_some_and(|connect| {
            connect.outcome == PhaseOutcome::Aborted && connect.elapsed_us >= SILENCE_US
        });
    timed_out || given_up
}

/// What one client loses by a family that is silent.
enum Loss {
    Nothing,
    Milliseconds(u32),
    /// Until the system gives up, longer than the user's client would wait.
    Everything,
}

fn loss(client: &Client<'_>, silent_v6: bool) -> Loss {
    let rules = &client.profile.rules.addresses;
    let first_v6 = rules.first == FirstFamily::AsSorted;
    match rules.then {
        _ if first_v6 != silent_v6 => Loss::Nothing,
        NextAddress::After(milliseconds) => Loss::Milliseconds(milliseconds),
        NextAddress::WhenGivenUp | NextAddress::Never => Loss::Everything,
    }
}

fn dead_family(case: &Case<'_>) -> Vec<Judgement> {
    let addresses = silent(case);
    let Some(first) = addresses.first() else {
        return Vec::new();
    };
    let v6 = first.is_ipv6();
    let clients = case.clients();
    let mut delayed = Vec::new();
    let mut stopped = Vec::new();
    for client in &clients {
        match loss(client, v6) {
            Loss::Nothing => {}
            Loss::Milliseconds(milliseconds) => {
                delayed.push(format!("{} {milliseconds} ms", client.id));
            }
            Loss::Everything => stopped.push(client.id.to_owned()),
        }
    }
    let evidence: Vec<_> = addresses
        .iter()
        .filter_map(|address| case.full(*address))
        .map(crate::case::Entry::id)
        .collect();
    let none = |list: &[String]| {
        if list.is_empty() {
            "–".to_owned()
        } else {
            list.join(", ")
        }
    };
    let params = [
        ("host", case.question.target.host.clone()),
        ("address", first.ip().to_string()),
        ("delayed", none(&delayed)),
        ("stopped", none(&stopped)),
    ];
    let text = |id: &str| Text::new(id, params.clone());
    let mut found = vec![
        Judgement::new("T08", Certainty::Proven, text("seen-T08"), evidence.clone())
            .weakness(Severity::Warning),
    ];
    // Which end of the path is broken only another destination tells, and IPv4 has no such rows.
    if !v6 {
        return found;
    }
    let judgement = Judgement::new(
        "C31",
        Certainty::Suspected,
        text("seen-C31-silent"),
        evidence,
    );
    found.push(if stopped.is_empty() {
        judgement.weakness(Severity::Warning)
    } else {
        let next = Next {
            text: Text::new("next-other-ipv6", []),
            command: Some("curl -6 -sI https://example.com/".to_owned()),
        };
        judgement
            .stopping(stopped)
            .among(vec!["P31".to_owned()], next)
    });
    found
}

/// C23: there are several addresses, and none answers within the step.
fn abandoned(case: &Case<'_>) -> Option<Judgement> {
    let addresses = case.addresses();
    let trips: Vec<(SocketAddr, Moment)> = addresses
        .iter()
        .filter_map(|address| Some((*address, Courses::to(case, *address)?.round_trip)))
        .collect();
    let (nearest, trip) = trips.iter().min_by_key(|(_, trip)| *trip)?;
    if addresses.len() < 2 || *trip <= STEP_US {
        return None;
    }
    let params = [
        ("host", case.question.target.host.clone()),
        ("trip", duration(*trip)),
        ("step", duration(STEP_US)),
    ];
    let evidence = case
        .full(*nearest)
        .map(crate::case::Entry::id)
        .into_iter()
        .collect();
    let text = Text::new("seen-C23", params);
    Some(Judgement::new("C23", Certainty::Supported, text, evidence).weakness(Severity::Warning))
}

#[cfg(test)]
mod tests {
    use super::silent;
    use crate::case::Entry;
    use crate::causes::timing::judge;
    use crate::staged::{Connection, Staged, causes, findings, phase};
    use report::{
        Action, Answer, AskedClient, Experiment, ExperimentId, Observation, PhaseName,
        PhaseOutcome, RecordType,
    };
    use std::net::{IpAddr, SocketAddr};

    const V6: &str = "2001:db8::1";
    const V4: &str = "192.0.2.1";

    /// A name with these addresses.
    fn found(addresses: &[&str]) -> Staged {
        let mut staged = Staged::healthy();
        staged.question.connect = None;
        let addresses: Vec<IpAddr> = addresses.iter().map(|text| text.parse().unwrap()).collect();
        let experiment = Experiment {
            id: ExperimentId(20),
            label: "resolve:system".to_owned(),
            action: Action::Resolve {
                name: "shop.test".to_owned(),
                record: RecordType::Addresses,
                server: None,
            },
            limit_us: 6_000_000,
        };
        let observation = Observation {
            phases: vec![phase(PhaseName::Resolve, 0, 10_000, PhaseOutcome::Ok)],
            answer: Some(Answer::Addresses {
                addresses,
                response_code: None,
                aliases: Vec::new(),
            }),
            ..Observation::default()
        };
        staged.others.push(Entry::ended(experiment, observation));
        staged
    }

    /// The complete handshake at that address.
    fn full(staged: &Staged, address: &str) -> Action {
        let address = SocketAddr::new(address.parse().unwrap(), 443);
        let mut action = None;
        staged.with(|case| action = Some(case.full_at(address, false, true)));
        action.unwrap()
    }

    fn dead_ipv6(outcome: PhaseOutcome) -> Staged {
        let mut staged = found(&[V6, V4]);
        let experiment = Experiment {
            id: ExperimentId(21),
            label: "full".to_owned(),
            action: full(&staged, V6),
            limit_us: 7_000_000,
        };
        let observation = Observation {
            phases: vec![phase(PhaseName::Connect, 0, 7_000_000, outcome)],
            ..Observation::default()
        };
        staged.others.push(Entry::ended(experiment, observation));
        staged
    }

    #[test]
    fn a_dead_ipv6_stops_those_who_wait_for_it() {
        dead_ipv6(PhaseOutcome::Timeout).with(|case| {
            let found = judge(case);
            assert_eq!(findings(&found), ["T08"]);
            assert_eq!(causes(&found), ["C31"]);
            let c31 = found.iter().find(|found| found.id == "C31").unwrap();
            assert_eq!(c31.rivals, ["P31"]);
            assert_eq!(c31.clients.as_deref(), Some(&["openssl3".to_owned()][..]));
            let delayed = &found[0].text.params["delayed"];
            assert_eq!(delayed, "chrome 300 ms, firefox 250 ms, go 300 ms");
        });
    }

    #[test]
    fn who_tries_both_is_not_stopped() {
        let mut staged = dead_ipv6(PhaseOutcome::Timeout);
        staged.question.client = AskedClient::Profile("go".to_owned());
        staged.with(|case| {
            let found = judge(case);
            assert_eq!(findings(&found), ["C31", "T08"]);
            assert_eq!(causes(&found), Vec::<&str>::new());
        });
    }

    #[test]
    fn what_refuses_at_once_delays_nobody() {
        dead_ipv6(PhaseOutcome::Refused).with(|case| assert!(silent(case).is_empty()));
    }

    #[test]
    fn a_long_way_to_several_addresses_is_given_up_too_early() {
        let mut staged = found(&[V6, V4]);
        let mut other = Connection::quick(full(&staged, V6));
        other.trip_ms = 280;
        other.connect_ms = 280;
        other.answer_ms = 290;
        staged.each(|connection| {
            connection.trip_ms = 270;
            connection.connect_ms = 270;
            connection.answer_ms = 280;
        });
        staged.others.push(other.entry(21, true));
        staged.with(|case| assert_eq!(findings(&judge(case)), ["C23"]));
    }
}
