//! P02, T01: looking up the name takes long.

use crate::case::{Case, Entry};
use crate::sources::{self, Source};
use crate::wording::Judgement;
use report::{Action, Certainty, Moment, PhaseOutcome, Severity, Text};

/// A lookup of this length, in microseconds, is slow: no path takes as long, and no resolver library asks again earlier
/// (resolv.conf(5): five seconds unless told otherwise, one at least).
const SLOW_US: Moment = 1_000_000;
/// After this time, in microseconds, resolver libraries ask again (resolv.conf(5), `timeout`).
const RETRY_US: Moment = 5_000_000;

pub(crate) fn judge(case: &Case<'_>) -> Vec<Judgement> {
    if !case.needs_resolution() || case.addresses().is_empty() {
        return Vec::new();
    }
    let sources = sources::sources(case);
    let system = sources.iter().find(|source| source.server.is_none());
    let servers: Vec<&Source<'_>> = sources
        .iter()
        .filter(|source| source.server.is_some())
        .collect();
    // What the clients of this machine wait for; where the user named servers, they are what is asked about.
    let waited = match system {
        Some(system) => slowest(&system.asked),
        None => servers
            .iter()
            .filter_map(|server| slowest(&server.asked))
            .min_by_key(|entry| took(entry)),
    };
    let Some(waited) = waited.filter(|entry| took(entry) >= SLOW_US) else {
        return Vec::new();
    };
    let asked: Vec<&Entry> = servers
        .iter()
        .flat_map(|server| server.asked.iter().copied())
        .collect();
    let lost = asked.iter().find(|entry| is_lost(entry));
    let answered: Vec<&&Entry> = asked.iter().filter(|entry| !is_lost(entry)).collect();
    let quick = !answered.is_empty() && answered.iter().all(|entry| took(entry) < SLOW_US);
    let mut evidence: Vec<_> = asked.iter().map(|entry| entry.id()).collect();
    evidence.push(waited.id());
    let params = |detail: String| {
        [
            ("name", case.question.target.host.clone()),
            ("elapsed", seconds(took(waited))),
            ("detail", detail),
        ]
    };
    let of_library = system.is_some() && quick && (is_lost(waited) || is_a_retry(took(waited)));
    let (id, certainty, text) = match lost {
        Some(lost) if of_library => (
            "P02",
            Certainty::Supported,
            Text::new("seen-P02", params(question(lost))),
        ),
        None if of_library => {
            let text = Text::new("seen-P02-together", params(asked_of(&servers)));
            ("P02", Certainty::Supported, text)
        }
        // That it takes so long is the cause itself, whatever the reason.
        _ => (
            "T01",
            Certainty::Proven,
            Text::new("seen-T01", params(asked_of(&servers))),
        ),
    };
    let mut judgement = Judgement::new(id, certainty, text, evidence);
    if is_lost(waited) {
        judgement.own = true;
        return vec![judgement];
    }
    vec![judgement.weakness(Severity::Warning)]
}

/// Whether a lookup ended when an answer to the question asked once more can have come.
fn is_a_retry(us: Moment) -> bool {
    us >= RETRY_US && us % RETRY_US < SLOW_US
}

fn took(entry: &Entry) -> Moment {
    entry.observation.end().map_or(0, |end| end.elapsed_us)
}

fn is_lost(entry: &Entry) -> bool {
    entry
        .observation
        .end()
        .is_some_and(|end| end.outcome == PhaseOutcome::Timeout)
}

fn slowest<'a>(entries: &[&'a Entry]) -> Option<&'a Entry> {
    entries.iter().copied().max_by_key(|entry| took(entry))
}

/// A question and whom it was put to, in no language.
fn question(entry: &Entry) -> String {
    match &entry.experiment.action {
        Action::Resolve { record, server, .. } => {
            let record = format!("{record:?}").to_ascii_uppercase();
            server.map_or_else(|| record.clone(), |server| format!("{record} @{server}"))
        }
        _ => String::new(),
    }
}

/// The servers with what each took at most, in no language.
fn asked_of(servers: &[&Source<'_>]) -> String {
    let each = |server: &&Source<'_>| {
        let longest = server
            .asked
            .iter()
            .map(|entry| took(entry))
            .max()
            .unwrap_or(0);
        format!("{}: {}", server.name(), seconds(longest))
    };
    servers.iter().map(each).collect::<Vec<_>>().join(", ")
}

/// In seconds, as it stands in texts of any language.
fn seconds(us: Moment) -> String {
    const SECOND_US: Moment = 1_000_000;
    const TENTH_US: Moment = 100_000;
    format!("{}.{} s", us / SECOND_US, us % SECOND_US / TENTH_US)
}

#[cfg(test)]
mod tests {
    use super::{is_a_retry, seconds};

    #[test]
    fn a_retry_comes_after_five_seconds_and_not_at_any_time() {
        for us in [5_000_123, 5_900_000, 10_200_000] {
            assert!(is_a_retry(us), "{us}");
        }
        for us in [1_500_000, 4_990_000, 6_100_000, 9_000_000] {
            assert!(!is_a_retry(us), "{us}");
        }
    }

    #[test]
    fn seconds_with_a_tenth() {
        assert_eq!(seconds(5_049_999), "5.0 s");
        assert_eq!(seconds(999_999), "0.9 s");
    }
}
