//! C24: the handshake takes longer than the user's client would wait.

use super::course::{Course, Courses, duration};
use crate::case::Case;
use crate::wording::Judgement;
use report::{Certainty, ExperimentId, Moment, PhaseName, PhaseOutcome, Text};

/// What the time of a step may go to, most telling first.
fn reasons(phase: PhaseName) -> &'static [&'static str] {
    match phase {
        PhaseName::Connect => &["T02", "T13"],
        PhaseName::Hello | PhaseName::Certificate => &["T11", "T04", "T03", "T13"],
        _ => &["T03", "T13"],
    }
}

/// `found` with C24 in front of it, and what the time went to no longer as a finding, where a complete handshake took longer
/// than `--timeout`; otherwise as it is.
pub(crate) fn exceeded(
    case: &Case<'_>,
    courses: &Courses<'_>,
    mut found: Vec<Judgement>,
) -> Vec<Judgement> {
    let limit = case.question.timeout_us;
    let Some((full, took)) = courses
        .all
        .iter()
        .find_map(|course| Some((course, course.finished_us()?)))
    else {
        return found;
    };
    let lookup = lookup(case);
    let looked_up = lookup.map_or(0, |(took, _)| took);
    let all = took.saturating_add(looked_up);
    if all <= limit {
        return found;
    }
    let step = over(full, limit, looked_up);
    let longest = longest(full, looked_up);
    // Where the same server was quick for others, it is so at times only.
    let quick = courses.all.iter().any(|course| {
        let answered = course.waited_us().unwrap_or(limit);
        let until = course
            .connect_us()
            .saturating_add(answered)
            .saturating_add(looked_up);
        course.entry.accepted() && until.saturating_add(courses.round_trip) < limit
    });
    let params = [
        ("host", case.question.target.host.clone()),
        ("limit", duration(limit)),
        ("elapsed", duration(all)),
        ("step", word(step)),
        ("longest", word(longest)),
    ];
    let mut evidence = vec![full.entry.id()];
    evidence.extend(lookup.map(|(_, id)| id));
    let text = Text::new("seen-C24", params);
    let mut judgement = Judgement::new("C24", Certainty::Supported, text, evidence);
    judgement.sometimes = quick;
    let reason = reasons(longest)
        .iter()
        .find_map(|id| found.iter().position(|judgement| judgement.id == *id));
    let reason = reason.map(|place| found.remove(place));
    if let Some(mut reason) = reason {
        reason.weakness = None;
        reason.sometimes = quick;
        found.insert(0, reason);
    }
    found.insert(0, judgement);
    found
}

/// What looking the name up took, where the quickest of those who found it is waited for.
fn lookup(case: &Case<'_>) -> Option<(Moment, ExperimentId)> {
    if !case.needs_resolution() {
        return None;
    }
    let ended = case.resolutions().filter_map(|entry| {
        let end = entry.observation.end()?;
        (end.outcome == PhaseOutcome::Ok).then(|| (end.elapsed_us, entry.id()))
    });
    ended.min()
}

/// The step in which the limit is passed.
fn over(course: &Course<'_>, limit: Moment, looked_up: Moment) -> PhaseName {
    let left = limit.saturating_sub(looked_up);
    if looked_up > limit {
        return PhaseName::Resolve;
    }
    let from = course.start_us();
    let phases = &course.entry.observation.phases;
    phases
        .iter()
        .find(|phase| {
            let until = phase.start_us.saturating_add(phase.elapsed_us);
            until.saturating_sub(from) > left
        })
        .map_or(PhaseName::Finished, |phase| phase.phase)
}

/// The step that took longest.
fn longest(course: &Course<'_>, looked_up: Moment) -> PhaseName {
    let phases = &course.entry.observation.phases;
    let longest = phases
        .iter()
        .filter(|phase| phase.phase != PhaseName::Application)
        .max_by_key(|phase| phase.elapsed_us);
    match longest {
        Some(phase) if phase.elapsed_us >= looked_up => phase.phase,
        _ => PhaseName::Resolve,
    }
}

/// As JSON names it; the texts know each.
fn word(phase: PhaseName) -> String {
    serde_json::to_value(phase)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use crate::causes::timing::judge;
    use crate::staged::{Staged, causes, findings};

    const THREE_SECONDS: u64 = 3_000_000;

    #[test]
    fn who_waits_less_is_stopped_and_by_what() {
        let mut staged = Staged::healthy();
        staged.each(|connection| connection.answer_ms = 5_000);
        staged.question.timeout_us = THREE_SECONDS;
        staged.with(|case| {
            let found = judge(case);
            assert_eq!(causes(&found), ["C24", "T04"]);
            assert_eq!(found[0].text.params["step"], "hello");
            assert_eq!(found[0].text.params["elapsed"], "5.0 s");
            assert_eq!(found[0].text.params["limit"], "3.0 s");
            assert!(found.iter().all(|judgement| !judgement.sometimes));
        });
        staged.question.timeout_us = 6_000_000;
        staged.with(|case| {
            let found = judge(case);
            assert_eq!(causes(&found), Vec::<&str>::new());
            assert_eq!(findings(&found), ["T04"]);
        });
    }

    #[test]
    fn a_lost_syn_stops_at_times() {
        let mut staged = Staged::healthy();
        staged.connection(0).connect_ms = 3_040;
        staged.connection(0).opened_again = 2;
        staged.question.timeout_us = THREE_SECONDS;
        staged.with(|case| {
            let found = judge(case);
            assert_eq!(causes(&found), ["C24", "T02"]);
            assert_eq!(found[0].text.params["step"], "connect");
            assert!(found[0].sometimes);
        });
    }

    #[test]
    fn a_long_way_is_a_reason_too() {
        let mut staged = Staged::healthy();
        staged.each(|connection| {
            connection.trip_ms = 600;
            connection.connect_ms = 600;
            connection.answer_ms = 610;
        });
        staged.question.timeout_us = 1_000_000;
        staged.with(|case| assert_eq!(causes(&judge(case)), ["C24", "T13"]));
    }
}
