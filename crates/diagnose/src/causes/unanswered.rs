//! What no family explains: the rows that fit, and what would split them. S34 among them.

use super::{connection, timing};
use crate::case::Case;
use crate::catalogue::Row;
use crate::reading::{End, Refusal};
use crate::symptoms;
use crate::wording::{Judgement, Next, undecided};
use report::{CauseId, Certainty, Text, Undecided};

/// A failure nothing explains.
pub(crate) struct Unanswered {
    /// The rows that fit.
    pub(crate) undecided: Undecided,
    /// A suspicion this program can at least describe.
    pub(crate) suspicion: Option<Judgement>,
}

/// The failures of clients that no judgement covers, one for each kind.
pub(crate) fn unanswered(case: &Case<'_>, judgements: &[Judgement]) -> Vec<Unanswered> {
    let mut kinds: Vec<(String, Vec<String>, End, Vec<report::ExperimentId>)> = Vec::new();
    for client in case.clients() {
        let covered = judgements.iter().any(|judgement| {
            judgement
                .clients
                .as_ref()
                .is_none_or(|clients| clients.iter().any(|id| id == client.id))
        });
        let Some(entry) = client.answer.entry() else {
            continue;
        };
        let Some(reading) = entry
            .reading
            .as_ref()
            .filter(|reading| !reading.accepted() && reading.end != End::Unknown)
        else {
            continue;
        };
        if covered {
            continue;
        }
        let symptom = symptoms::of_end(reading);
        match kinds.iter_mut().find(|(known, ..)| *known == symptom) {
            Some((_, clients, _, evidence)) => {
                clients.push(client.id.to_owned());
                evidence.push(entry.id());
            }
            None => kinds.push((
                symptom,
                vec![client.id.to_owned()],
                reading.end.clone(),
                vec![entry.id()],
            )),
        }
    }
    kinds
        .into_iter()
        .map(|(symptom, clients, end, evidence)| one(case, &symptom, clients, &end, evidence))
        .collect()
}

fn one(
    case: &Case<'_>,
    symptom: &str,
    clients: Vec<String>,
    end: &End,
    evidence: Vec<report::ExperimentId>,
) -> Unanswered {
    let rows: Vec<&Row> = case
        .representative()
        .map(|address| symptoms::fitting(case, address, symptom))
        .unwrap_or_default();
    let described = |row: &&&Row| {
        matches!(
            (row.id.as_str(), end),
            (
                "S34",
                End::Refused {
                    how: Refusal::Closed | Refusal::Reset,
                    mid_flight: false
                }
            )
        )
    };
    let mut among: Vec<CauseId> = rows
        .iter()
        .filter(described)
        .map(|row| CauseId::new(&row.id))
        .collect();
    let suspicion = among.first().map(|_| {
        let id = if *end
            == (End::Refused {
                how: Refusal::Reset,
                mid_flight: false,
            }) {
            "seen-S34-reset"
        } else {
            "seen-S34-closed"
        };
        let text = Text::new(id, [("host", case.question.target.host.clone())]);
        Judgement::new("S34", Certainty::Suspected, text, evidence).stopping(clients)
    });
    among.extend(
        rows.iter()
            .filter(|row| described(row).eq(&false))
            .map(|row| CauseId::new(&row.id)),
    );
    Unanswered {
        undecided: undecided(among, &next(case, end)),
        suspicion,
    }
}

fn next(case: &Case<'_>, end: &End) -> Next {
    let target = &case.question.target;
    let again = Some(format!("tlsmedic diagnose {}", target.input));
    let port = target.port.to_string();
    let (id, command) = match end {
        End::Unconnected(_) => (
            "next-unconnected",
            Some(format!(
                "ss -lntp 'sport = :{port}'; nstat -az TcpExtListenDrops"
            )),
        ),
        End::Refused {
            how: Refusal::Silent,
            ..
        } => (
            "next-silent",
            Some(format!(
                "ss -lntp 'sport = :{port}'; nstat -az TcpExtListenOverflows"
            )),
        ),
        End::Refused {
            how: Refusal::Closed | Refusal::Reset,
            ..
        } => ("next-closed", again),
        End::Refused {
            how: Refusal::Alert(_),
            ..
        } => (
            "next-alert",
            Some("tail -n 50 /var/log/nginx/error.log".to_owned()),
        ),
        _ => ("next-other-network", again),
    };
    Next {
        text: Text::new(id, [("host", target.host.clone()), ("port", port)]),
        command,
    }
}

/// Addresses of one target that differ in whether they can be connected to.
pub(crate) fn disagreeing(case: &Case<'_>) -> Option<Undecided> {
    let addresses = case.addresses();
    let mut nowhere = connection::without_way(case);
    nowhere.extend(timing::silent(case));
    let ends: Vec<(std::net::SocketAddr, bool)> = addresses
        .iter()
        .filter(|address| !nowhere.contains(address))
        .filter_map(|address| {
            let reading = case.full(*address)?.reading.as_ref()?;
            (reading.end != End::Unknown)
                .then(|| (*address, reading.accepted() || reading.speaks_tls()))
        })
        .collect();
    let (_, first) = ends.first()?;
    let (odd, _) = ends.iter().find(|(_, speaks)| speaks != first)?;
    let families = ends
        .iter()
        .all(|(address, speaks)| address.is_ipv6() == odd.is_ipv6() || speaks == first)
        && ends
            .iter()
            .any(|(address, _)| address.is_ipv6() != odd.is_ipv6());
    let symptom = if families {
        "family-disagrees"
    } else {
        "addresses-disagree"
    };
    let rows = symptoms::fitting(case, *odd, symptom);
    let text = Text::new("next-address", [("address", odd.to_string())]);
    let command = Some(format!(
        "tlsmedic diagnose {} --connect {odd}",
        case.question.target.input
    ));
    Some(undecided(
        rows.iter().map(|row| CauseId::new(&row.id)).collect(),
        &Next { text, command },
    ))
}
