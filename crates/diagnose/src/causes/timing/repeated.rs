//! T02, T03, P32: packets that had to be sent again.

use super::course::{Course, Courses, duration};
use crate::case::Case;
use crate::wording::Judgement;
use report::{Certainty, Moment, Severity, Text};

/// When a SYN is sent again, in milliseconds after the first: doubled waits (RFC 6298 section 2), and those of Linux 6.5 and
/// later, whose first four are a second each (ip-sysctl, `tcp_syn_linear_timeouts`).
const SYN_STEPS_MS: [Moment; 8] = [1_000, 2_000, 3_000, 4_000, 5_000, 7_000, 15_000, 31_000];
/// How much later than its step a timer may be, as a part of it: kernels round long timers up.
const SLACK_PART: Moment = 8;
/// How much later anything may be on a busy machine, in microseconds.
const SLACK_US: Moment = 50_000;
/// Nothing is sent again earlier than this, in microseconds (RFC 6298 section 2.4 asks for a second, systems for a fifth).
const LEAST_RTO_US: Moment = 200_000;
/// A delay of this length, in microseconds, is felt.
const FELT_US: Moment = 1_000_000;
/// Connections to know of before most of them say something about all.
const MANY: usize = 4;
/// Connections with loss, of which one is an accident and so may two be.
const SEVERAL: usize = 3;

pub(crate) fn judge(case: &Case<'_>, courses: &Courses<'_>) -> Vec<Judgement> {
    let opening: Vec<&Course<'_>> = courses
        .all
        .iter()
        .filter(|course| is_opened_again(course, courses.round_trip))
        .collect();
    // A hello that never gets through is another matter: who drops it does not lose packets by chance.
    let data: Vec<&Course<'_>> = courses
        .all
        .iter()
        .filter(|course| course.entry.accepted())
        .filter(|course| course.sent_again().is_some_and(|count| count > 0))
        .collect();
    let mut found = Vec::new();
    found.extend(opening_again(case, courses, &opening));
    found.extend(data_again(case, courses, &data));
    found.extend(loss(case, courses, &opening, &data));
    found
}

/// Whether the SYN or its answer was lost: the kernel says so, or where it says nothing, the time it took.
fn is_opened_again(course: &Course<'_>, round_trip: Moment) -> bool {
    match course.opened_again() {
        Some(count) => count > 0 && step(course.connect_us(), round_trip).is_some(),
        None => course.connect_us() > round_trip && step(course.connect_us(), round_trip).is_some(),
    }
}

/// The last step of retransmission, in milliseconds, that explains a connection which took `elapsed`.
fn step(elapsed: Moment, round_trip: Moment) -> Option<Moment> {
    SYN_STEPS_MS.into_iter().rfind(|step| {
        let at = step.saturating_mul(1000);
        let latest = at
            .saturating_add(at / SLACK_PART)
            .saturating_add(round_trip)
            .saturating_add(SLACK_US);
        (at..=latest).contains(&elapsed)
    })
}

fn opening_again(
    case: &Case<'_>,
    courses: &Courses<'_>,
    opening: &[&Course<'_>],
) -> Option<Judgement> {
    let slowest = opening.iter().max_by_key(|course| course.connect_us())?;
    let told = opening.iter().any(|course| course.opened_again().is_some());
    let certainty = if told {
        Certainty::Proven
    } else {
        Certainty::Supported
    };
    let step = step(slowest.connect_us(), courses.round_trip).unwrap_or_default();
    let params = [
        ("host", case.question.target.host.clone()),
        ("count", opening.len().to_string()),
        ("tries", courses.all.len().to_string()),
        ("elapsed", duration(slowest.connect_us())),
        ("step", duration(step.saturating_mul(1000))),
        ("trip", duration(courses.round_trip)),
    ];
    let text = Text::new("seen-T02", params);
    Some(finding("T02", certainty, text, opening, courses))
}

fn data_again(case: &Case<'_>, courses: &Courses<'_>, data: &[&Course<'_>]) -> Option<Judgement> {
    let delay = |course: &&&Course<'_>| {
        let waited = course.waited_us().unwrap_or(0);
        waited.saturating_sub(courses.round_trip)
    };
    let slowest = data.iter().max_by_key(delay)?;
    let delay = delay(&slowest);
    let certainty = if delay >= LEAST_RTO_US {
        Certainty::Proven
    } else {
        Certainty::Supported
    };
    let params = [
        ("host", case.question.target.host.clone()),
        ("segments", segments(data)),
        ("count", data.len().to_string()),
        ("tries", courses.all.len().to_string()),
        ("elapsed", duration(delay)),
        ("trip", duration(courses.round_trip)),
    ];
    let id = if delay >= LEAST_RTO_US {
        "seen-T03"
    } else {
        "seen-T03-quick"
    };
    let mut judgement = finding("T03", certainty, Text::new(id, params), data, courses);
    if delay < FELT_US {
        judgement = judgement.weakness(Severity::Info);
    }
    Some(judgement)
}

/// P32, where several connections lost something, and data among it: a full queue at the server loses SYNs alone.
fn loss(
    case: &Case<'_>,
    courses: &Courses<'_>,
    opening: &[&Course<'_>],
    data: &[&Course<'_>],
) -> Option<Judgement> {
    let hit: Vec<&Course<'_>> = courses
        .all
        .iter()
        .filter(|course| {
            let is = |other: &&&Course<'_>| other.entry.id() == course.entry.id();
            opening.iter().any(|other| is(&other)) || data.iter().any(|other| is(&other))
        })
        .collect();
    if data.is_empty() || hit.len() < 2 {
        return None;
    }
    let certainty = if hit.len() >= SEVERAL {
        Certainty::Supported
    } else {
        Certainty::Suspected
    };
    let params = [
        ("host", case.question.target.host.clone()),
        ("segments", segments(&hit)),
        ("count", hit.len().to_string()),
        ("tries", courses.all.len().to_string()),
    ];
    let text = Text::new("seen-P32", params);
    Some(finding("P32", certainty, text, &hit, courses))
}

/// How many segments were sent again in all.
fn segments(courses: &[&Course<'_>]) -> String {
    let of = |course: &&Course<'_>| {
        let opening = course.opened_again().unwrap_or(0);
        opening.saturating_add(course.sent_again().unwrap_or(0))
    };
    courses.iter().map(of).sum::<u32>().to_string()
}

/// As a finding, which is worth more than a word only where it concerns most connections: any path loses a packet at times.
fn finding(
    id: &'static str,
    certainty: Certainty,
    text: Text,
    hit: &[&Course<'_>],
    courses: &Courses<'_>,
) -> Judgement {
    let most = courses.all.len() >= MANY && hit.len().saturating_mul(2) > courses.all.len();
    let severity = if most {
        Severity::Warning
    } else {
        Severity::Info
    };
    let evidence = hit.iter().map(|course| course.entry.id()).collect();
    Judgement::new(id, certainty, text, evidence).weakness(severity)
}

#[cfg(test)]
mod tests {
    use super::step;
    use crate::causes::timing::judge;
    use crate::staged::{Staged, findings};
    use report::{Certainty, Severity};

    #[test]
    fn steps_of_a_repeated_syn() {
        for (elapsed_ms, known) in [
            (1_020, Some(1_000)),
            (1_100, Some(1_000)),
            (2_200, Some(2_000)),
            (3_080, Some(3_000)),
            (7_300, Some(7_000)),
            (20, None),
            (990, None),
            (1_500, None),
            (6_200, None),
        ] {
            assert_eq!(step(elapsed_ms * 1000, 20_000), known, "{elapsed_ms}");
        }
    }

    #[test]
    fn one_lost_syn_is_a_word() {
        let mut staged = Staged::healthy();
        staged.connection(1).connect_ms = 1_040;
        staged.connection(1).opened_again = 1;
        staged.with(|case| {
            let found = judge(case);
            assert_eq!(findings(&found), ["T02"]);
            assert_eq!(found[0].certainty, Certainty::Proven);
            assert_eq!(found[0].weakness, Some(Severity::Info));
        });
    }

    #[test]
    fn without_the_kernel_the_step_tells() {
        let mut staged = Staged::healthy();
        staged.kernel = false;
        staged.connection(2).connect_ms = 3_050;
        staged.with(|case| {
            let found = judge(case);
            assert_eq!(findings(&found), ["T02"]);
            assert_eq!(found[0].certainty, Certainty::Supported);
        });
    }

    #[test]
    fn a_slow_connect_that_lost_nothing_is_no_repeated_syn() {
        let mut staged = Staged::healthy();
        staged.connection(1).connect_ms = 1_040;
        staged.with(|case| assert!(judge(case).is_empty()));
    }

    #[test]
    fn loss_on_several_connections_is_loss() {
        let mut staged = Staged::healthy();
        staged.connection(0).sent_again = 2;
        staged.connection(0).answer_ms = 640;
        staged.connection(2).sent_again = 1;
        staged.connection(3).opened_again = 1;
        staged.connection(3).connect_ms = 1_020;
        staged.with(|case| {
            let found = judge(case);
            assert_eq!(findings(&found), ["P32", "T02", "T03"]);
            let loss = found.iter().find(|found| found.id == "P32").unwrap();
            assert_eq!(loss.certainty, Certainty::Supported);
            assert_eq!(loss.text.params["segments"], "4");
            assert_eq!(loss.weakness, Some(Severity::Warning));
        });
    }

    #[test]
    fn what_is_dropped_for_its_content_is_no_loss() {
        let mut staged = Staged::healthy();
        for index in [1, 2, 3] {
            staged.connection(index).sent_again = 4;
            staged.connection(index).answered = false;
        }
        staged.with(|case| assert_eq!(findings(&judge(case)), Vec::<&str>::new()));
    }
}
