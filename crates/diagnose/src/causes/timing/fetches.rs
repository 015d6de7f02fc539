//! T07: clients that fetch something from the CA wait for it.

use super::course::duration;
use crate::case::{Case, Entry};
use crate::wording::Judgement;
use report::{Action, Certainty, FetchPurpose, Moment, PhaseOutcome, Severity, Text};
use wire::profile::Rules;

/// A fetch of this length, in microseconds, is felt.
const FELT_US: Moment = 1_000_000;

pub(crate) fn judge(case: &Case<'_>) -> Vec<Judgement> {
    let slow = case.entries.iter().filter(|entry| entry.ended);
    slow.filter_map(|entry| of_fetch(case, entry)).collect()
}

/// One fetch that took long. An issuer is only fetched where the server does not send it.
fn of_fetch(case: &Case<'_>, entry: &Entry) -> Option<Judgement> {
    let Action::Fetch { url, purpose, .. } = &entry.experiment.action else {
        return None;
    };
    let (what, fetches): (&str, fn(&Rules) -> bool) = match purpose {
        FetchPurpose::Issuer => ("issuer", |rules| rules.fetches_issuers),
        FetchPurpose::Ocsp => ("ocsp", |rules| rules.revocation.asks_ocsp),
        // No client of the reference set fetches a list.
        FetchPurpose::Crl | FetchPurpose::Date => return None,
    };
    let phases = &entry.observation.phases;
    let took: Moment = phases.iter().map(|phase| phase.elapsed_us).sum();
    let ended = entry.observation.end()?.outcome;
    if took < FELT_US || matches!(ended, PhaseOutcome::Denied | PhaseOutcome::Aborted) {
        return None;
    }
    let clients: Vec<String> = case
        .clients()
        .iter()
        .filter(|client| fetches(&client.profile.rules))
        .map(|client| client.id.to_owned())
        .collect();
    if clients.is_empty() {
        return None;
    }
    // The question of OCSP stands in its address.
    let host = url.split('/').nth(2).unwrap_or(url);
    let params = [
        ("host", host.to_owned()),
        ("what", what.to_owned()),
        ("elapsed", duration(took)),
        ("clients", clients.join(", ")),
    ];
    let id = if ended == PhaseOutcome::Ok {
        "seen-T07"
    } else {
        "seen-T07-hangs"
    };
    let text = Text::new(id, params);
    Some(
        Judgement::new("T07", Certainty::Supported, text, vec![entry.id()])
            .stopping(clients)
            .weakness(Severity::Warning),
    )
}

#[cfg(test)]
mod tests {
    use crate::case::Entry;
    use crate::causes::timing::judge;
    use crate::staged::{Staged, findings, phase};
    use report::{
        Action, Experiment, ExperimentId, FetchPurpose, Observation, PhaseName, PhaseOutcome,
    };

    fn fetched(purpose: FetchPurpose, elapsed_us: u64, outcome: PhaseOutcome) -> Staged {
        let mut staged = Staged::healthy();
        let experiment = Experiment {
            id: ExperimentId(9),
            label: "issuer".to_owned(),
            action: Action::Fetch {
                url: "http://ca.test/issuer.der".to_owned(),
                purpose,
                from_public: true,
                serials: Vec::new(),
            },
            limit_us: 6_000_000,
        };
        let observation = Observation {
            phases: vec![phase(PhaseName::Fetch, 0, elapsed_us, outcome)],
            ..Observation::default()
        };
        staged.others.push(Entry::ended(experiment, observation));
        staged
    }

    #[test]
    fn a_slow_issuer_is_waited_for_by_those_who_fetch_it() {
        for (outcome, id) in [
            (PhaseOutcome::Ok, "seen-T07"),
            (PhaseOutcome::Timeout, "seen-T07-hangs"),
        ] {
            fetched(FetchPurpose::Issuer, 3_000_000, outcome).with(|case| {
                let found = judge(case);
                assert_eq!(findings(&found), ["T07"]);
                assert_eq!(found[0].text.id, id);
                assert_eq!(found[0].text.params["host"], "ca.test");
                let clients = found[0].clients.as_deref().unwrap();
                assert!(clients.iter().any(|id| id == "chrome"));
                assert!(!clients.iter().any(|id| id == "openssl3"));
            });
        }
    }

    #[test]
    fn a_quick_one_and_a_list_keep_nobody_waiting() {
        for (purpose, elapsed_us) in [
            (FetchPurpose::Issuer, 200_000),
            (FetchPurpose::Crl, 3_000_000),
        ] {
            fetched(purpose, elapsed_us, PhaseOutcome::Ok)
                .with(|case| assert!(judge(case).is_empty()));
        }
    }
}
