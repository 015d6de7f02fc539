//! S01: nothing listens.

use crate::case::Case;
use crate::reading::End;
use crate::wording::{Judgement, Next};
use report::{Certainty, PhaseOutcome, Text};

pub(crate) fn judge(case: &Case<'_>) -> Vec<Judgement> {
    let addresses = case.addresses();
    let refused = |address: &std::net::SocketAddr| {
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
    let port = first.port();
    let next = Next {
        text: Text::new("next-listening", [("port", port.to_string())]),
        command: Some(format!("ss -lntp 'sport = :{port}'")),
    };
    vec![judgement.among(vec!["P11".to_owned()], next)]
}
