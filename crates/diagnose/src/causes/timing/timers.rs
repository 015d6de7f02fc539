//! T10: the server ends what has been silent for a round number of seconds.

use super::course::{Course, Courses, duration};
use crate::case::Case;
use crate::reading::Refusal;
use crate::wording::Judgement;
use report::{Certainty, Moment, PhaseName, Severity, Text};

/// Timers shorter than this, in microseconds, are not told from chance.
const SHORTEST_US: Moment = 2_000_000;
const SECOND_US: Moment = 1_000_000;
/// How far from a whole second the end of a timer may be seen, in microseconds, besides the way to the server.
const SLACK_US: Moment = 100_000;
/// Connections that must end so, each at the same second.
const ALIKE: usize = 2;

/// As something to know: why no answer came before is another question, and the row for it is named elsewhere.
pub(crate) fn judge(case: &Case<'_>, courses: &Courses<'_>) -> Vec<Judgement> {
    let ended: Vec<(&Course<'_>, Moment)> = courses
        .all
        .iter()
        .filter_map(|course| Some((course, ended_after(course)?)))
        .collect();
    let Some((_, first)) = ended.first() else {
        return Vec::new();
    };
    let Some(seconds) = whole(*first, courses.round_trip) else {
        return Vec::new();
    };
    let alike =
        |(_, elapsed): &(&Course<'_>, Moment)| whole(*elapsed, courses.round_trip) == Some(seconds);
    if ended.len() < ALIKE || !ended.iter().all(alike) {
        return Vec::new();
    }
    let params = [
        ("host", case.question.target.host.clone()),
        ("elapsed", duration(seconds.saturating_mul(SECOND_US))),
        ("count", ended.len().to_string()),
    ];
    let text = Text::new("seen-T10", params);
    let evidence = ended.iter().map(|(course, _)| course.entry.id()).collect();
    vec![Judgement::new("T10", Certainty::Supported, text, evidence).weakness(Severity::Info)]
}

/// How long the connection was silent until the server ended it.
fn ended_after(course: &Course<'_>) -> Option<Moment> {
    let reading = course.entry.reading.as_ref()?;
    let ended = matches!(reading.refusal(), Some(Refusal::Closed | Refusal::Reset));
    let hello = course.entry.observation.phase(PhaseName::Hello)?;
    (ended && !reading.answered() && hello.elapsed_us >= SHORTEST_US).then_some(hello.elapsed_us)
}

/// The whole second that a timer of the server's ends at, seen a round trip later at most.
fn whole(elapsed: Moment, round_trip: Moment) -> Option<Moment> {
    let seconds = elapsed / SECOND_US;
    let rest = elapsed % SECOND_US;
    (rest <= round_trip.saturating_add(SLACK_US)).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use crate::causes::timing::judge;
    use crate::reading::Refusal;
    use crate::staged::{Staged, findings};
    use report::PhaseOutcome;

    fn closed(after_ms: [u64; 4]) -> Staged {
        let mut staged = Staged::healthy();
        for (index, after_ms) in after_ms.into_iter().enumerate() {
            let connection = staged.connection(index);
            connection.answered = false;
            connection.refused = Some((Refusal::Closed, PhaseOutcome::Closed));
            connection.answer_ms = after_ms;
        }
        staged
    }

    #[test]
    fn a_timer_ends_all_at_the_same_second() {
        closed([5_010, 5_020, 5_015, 5_030]).with(|case| {
            let found = judge(case);
            assert_eq!(findings(&found), ["T10"]);
            assert_eq!(found[0].text.params["elapsed"], "5.0 s");
        });
    }

    #[test]
    fn ends_at_any_time_are_no_timer() {
        for ends in [
            [5_010, 5_400, 5_015, 5_030],
            [20, 20, 20, 20],
            [5_010, 3_010, 5_010, 5_010],
        ] {
            closed(ends).with(|case| assert_eq!(findings(&judge(case)), Vec::<&str>::new()));
        }
    }
}
