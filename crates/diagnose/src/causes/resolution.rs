//! P01: the name has no address.

use crate::case::{Case, Entry};
use crate::wording::{Judgement, Next};
use report::{Action, Certainty, PhaseOutcome, Text};

/// NXDOMAIN (RFC 1035 section 4.1.1).
const NAME_ERROR: u16 = 3;
const NO_ERROR: u16 = 0;

pub(crate) fn judge(case: &Case<'_>) -> Vec<Judgement> {
    let asked: Vec<&Entry> = case.resolutions().filter(|entry| entry.ended).collect();
    if !case.needs_resolution() || asked.is_empty() || !case.addresses().is_empty() {
        return Vec::new();
    }
    let host = case.question.target.host.clone();
    let evidence = asked.iter().map(|entry| entry.id()).collect();
    let codes: Vec<u16> = asked
        .iter()
        .filter_map(|entry| response_code(entry))
        .collect();
    let servers: Vec<&&Entry> = asked
        .iter()
        .filter(|entry| {
            matches!(
                entry.experiment.action,
                Action::Resolve {
                    server: Some(_),
                    ..
                }
            )
        })
        .collect();
    let all_answered = !codes.is_empty() && codes.len() == servers.len();
    let names = |wanted: u16| all_answered && codes.iter().all(|code| *code == wanted);
    if names(NAME_ERROR) {
        let text = Text::new("seen-P01-no-such-name", [("name", host)]);
        return vec![Judgement::new("P01", Certainty::Proven, text, evidence)];
    }
    if names(NO_ERROR) {
        let text = Text::new("seen-P01-no-address", [("name", host)]);
        return vec![Judgement::new("P01", Certainty::Proven, text, evidence)];
    }
    let detail = asked
        .iter()
        .filter_map(|entry| entry.observation.end())
        .filter_map(|phase| phase.detail.clone())
        .next();
    let missing = asked.iter().all(|entry| {
        entry
            .observation
            .end()
            .is_some_and(|phase| phase.outcome == PhaseOutcome::NotFound)
    });
    let text = Text::new(
        "seen-P01-failed",
        [
            ("name", host.clone()),
            ("detail", detail.unwrap_or_default()),
        ],
    );
    if missing && servers.is_empty() {
        return vec![Judgement::new("P01", Certainty::Supported, text, evidence)];
    }
    let next = Next {
        text: Text::new("next-other-resolver", [("name", host.clone())]),
        command: Some(format!("tlsmedic diagnose {host} --resolver 9.9.9.9")),
    };
    vec![
        Judgement::new("P01", Certainty::Suspected, text, evidence)
            .among(vec!["P02".to_owned(), "P04".to_owned()], next),
    ]
}

fn response_code(entry: &Entry) -> Option<u16> {
    match &entry.observation.answer {
        Some(report::Answer::Addresses { response_code, .. }) => *response_code,
        _ => None,
    }
}
