//! T04, S06, T11: the server has the ClientHello and takes its time.

use super::course::{Course, Courses, duration};
use crate::case::{Case, Entry};
use crate::hellos;
use crate::plan::{Ask, once};
use crate::reading::Refusal;
use crate::way::Way;
use crate::wording::Judgement;
use report::{Action, Certainty, Moment, Severity, Text};
use std::net::SocketAddr;

/// A wait of this length, in microseconds, is felt.
const FELT_US: Moment = 1_000_000;
/// An answer that needs neither key nor certificate is as late as others when it takes this part of their time.
const PART: Moment = 2;

/// What the waits at one server come to.
struct Waits<'a> {
    /// Answers to hellos that clients send, by their start, each with how long it took.
    usual: Vec<(Course<'a>, Moment)>,
    /// Those of them that were late.
    late: Vec<(Course<'a>, Moment)>,
    /// How long an answer took that needs neither key nor certificate.
    small: Option<(Course<'a>, Moment)>,
}

impl<'a> Waits<'a> {
    fn of(courses: &Courses<'a>) -> Self {
        let limit = courses.late_us();
        let mut usual = Vec::new();
        let mut small = None;
        for course in &courses.all {
            // What was sent again was waited for by somebody else.
            let lost = course.sent_again().is_some_and(|count| count > 0);
            let Some(waited) = courses.waited_us(course).filter(|_| !lost) else {
                continue;
            };
            if asks_for_little(course.entry) {
                small = Some((*course, waited));
            } else {
                usual.push((*course, waited));
            }
        }
        let late = usual
            .iter()
            .copied()
            .filter(|(_, waited)| *waited >= limit)
            .collect();
        Self { usual, late, small }
    }

    /// The middle one of the late waits.
    fn median(&self) -> Moment {
        let mut waits: Vec<Moment> = self.late.iter().map(|(_, waited)| *waited).collect();
        waits.sort_unstable();
        waits.get(waits.len() / 2).copied().unwrap_or_default()
    }

    /// Whether only some of those waited who began before anybody had an answer, and nobody who began when they were late.
    fn only_first(&self, late_us: Moment) -> bool {
        let answered = self
            .usual
            .iter()
            .filter_map(|(course, _)| course.answered_at())
            .min()
            .unwrap_or_default();
        let first = |(course, _): &(Course<'_>, Moment)| course.start_us() <= answered;
        let Some(known) = self.late.iter().map(|(course, _)| course.start_us()).max() else {
            return false;
        };
        let known = known.saturating_add(late_us);
        let is_late = |(course, _): &&(Course<'_>, Moment)| {
            let is = |(late, _): &(Course<'_>, Moment)| late.entry.id() == course.entry.id();
            self.late.iter().any(is)
        };
        let mut later: Vec<_> = self.usual.iter().collect();
        later.retain(|(course, _)| course.start_us() >= known);
        // One late answer of several may be an accident.
        let needed = if self.late.len() > 1 { 1 } else { 2 };
        self.late.iter().all(first) && later.len() >= needed && !later.iter().any(is_late)
    }
}

/// Whether it offers no cipher suite that anybody has, and was told so.
fn asks_for_little(entry: &Entry) -> bool {
    let refusal = entry.reading.as_ref().and_then(|reading| reading.refusal());
    let asked = entry
        .hello()
        .is_some_and(|hello| hellos::is_unanswerable(&hello.hello));
    asked && matches!(refusal, Some(Refusal::Alert(_)))
}

/// Once the first round is over: whether the next one waits as long, and an answer that needs no key.
pub(crate) fn asks(case: &Case<'_>, address: SocketAddr) -> Vec<Ask> {
    let Some(courses) = Courses::to(case, address) else {
        return Vec::new();
    };
    let waits = Waits::of(&courses);
    let over = courses.all.iter().all(|course| course.entry.ended);
    let accepted = waits
        .usual
        .iter()
        .any(|(course, _)| course.entry.accepted());
    if waits.late.is_empty() || !over || !accepted || case.way() != Way::Direct {
        return Vec::new();
    }
    let Some((_, action)) = case.first_hellos(address).into_iter().next() else {
        return Vec::new();
    };
    let small = match &action {
        Action::Hello(hello) => Some(once(
            "small-answer",
            case.hello_at(address, &hellos::unanswerable(&hello.hello)),
        )),
        _ => None,
    };
    let again = Ask {
        label: AGAIN.to_owned(),
        action,
        times: 2,
    };
    std::iter::once(again).chain(small).collect()
}

/// The label of the same hello once more.
const AGAIN: &str = "repeat:late";

pub(crate) fn judge(case: &Case<'_>, courses: &Courses<'_>) -> Vec<Judgement> {
    let waits = Waits::of(courses);
    if waits.late.is_empty() {
        return Vec::new();
    }
    let median = waits.median();
    let params = |more: (&'static str, String)| {
        [
            ("host", case.question.target.host.clone()),
            ("elapsed", duration(median)),
            ("trip", duration(courses.round_trip)),
            ("count", waits.late.len().to_string()),
            ("tries", waits.usual.len().to_string()),
            more,
        ]
    };
    let evidence: Vec<_> = waits
        .late
        .iter()
        .map(|(course, _)| course.entry.id())
        .collect();
    let severity = if median >= FELT_US {
        Severity::Warning
    } else {
        Severity::Info
    };
    if waits.only_first(courses.late_us()) {
        // Less than that may be this machine, which had much to do at once.
        if median < FELT_US {
            return Vec::new();
        }
        let quick = waits.usual.last().map_or(0, |(_, waited)| *waited);
        let text = Text::new("seen-T11", params(("later", duration(quick))));
        let judgement = Judgement::new("T11", Certainty::Supported, text, evidence);
        return vec![judgement.weakness(severity)];
    }
    // A packet lost on its way here shows as one late answer of several, and nothing else tells of it; nor is a busy machine
    // told from a slow server where only some have to wait a little.
    let most = waits.late.len().saturating_mul(2) > waits.usual.len();
    let all = waits.late.len() == waits.usual.len();
    if !all && (!most || median < FELT_US) {
        return Vec::new();
    }
    let certain = waits.late.len() > 1 && waits.late.iter().all(|(course, _)| told(course));
    let certainty = if certain {
        Certainty::Supported
    } else {
        Certainty::Suspected
    };
    let of_flight = waits
        .late
        .iter()
        .filter(|(course, _)| course.waited_for_flight())
        .count();
    let id = match &waits.small {
        Some((_, small)) if !as_late(*small, median) => "seen-T04-key",
        _ if of_flight.saturating_mul(2) > waits.late.len() => "seen-T04-flight",
        _ => "seen-T04",
    };
    let small = waits.small.as_ref().map_or(0, |(_, waited)| *waited);
    let text = Text::new(id, params(("small", duration(small))));
    let mut found =
        vec![Judgement::new("T04", certainty, text, evidence.clone()).weakness(severity)];
    if let Some((course, small)) = &waits.small
        && as_late(*small, median)
    {
        let text = Text::new("seen-S06-late", params(("small", duration(*small))));
        let mut evidence = evidence;
        evidence.push(course.entry.id());
        let judgement = Judgement::new("S06", Certainty::Suspected, text, evidence);
        found.push(judgement.weakness(severity));
    }
    found
}

fn as_late(small: Moment, median: Moment) -> bool {
    small.saturating_mul(PART) >= median
}

/// Whether the kernel said that nothing was sent again.
fn told(course: &Course<'_>) -> bool {
    course.sent_again() == Some(0)
}

#[cfg(test)]
mod tests {
    use super::asks;
    use crate::causes::timing::judge;
    use crate::hellos;
    use crate::reading::Refusal;
    use crate::staged::{ADDRESS, Staged, causes, findings};
    use report::{Action, Certainty, PhaseOutcome, Severity};

    fn slow(answer_ms: u64) -> Staged {
        let mut staged = Staged::healthy();
        staged.each(|connection| connection.answer_ms = answer_ms);
        staged
    }

    fn small(staged: &mut Staged, answer_ms: u64) {
        staged.again(1, |case, action| {
            let Action::Hello(hello) = action else {
                panic!("a hello")
            };
            case.hello_at(hello.address, &hellos::unanswerable(&hello.hello))
        });
        let connection = staged.connection(4);
        connection.refused = Some((Refusal::Alert(40), PhaseOutcome::Alert));
        connection.answer_ms = answer_ms;
        connection.octets = 7;
    }

    #[test]
    fn a_quick_server_is_nothing_to_tell_of() {
        Staged::healthy().with(|case| {
            assert!(judge(case).is_empty());
            assert!(asks(case, ADDRESS.parse().unwrap()).is_empty());
        });
    }

    #[test]
    fn a_server_that_thinks_is_asked_for_less_and_once_more() {
        slow(5_000).with(|case| {
            let found = judge(case);
            assert_eq!(findings(&found), ["T04"]);
            assert_eq!(found[0].certainty, Certainty::Supported);
            assert_eq!(found[0].weakness, Some(Severity::Warning));
            assert_eq!(found[0].text.params["elapsed"], "5.0 s");
            assert_eq!(asks(case, ADDRESS.parse().unwrap()).len(), 2);
        });
    }

    #[test]
    fn less_that_is_as_late_is_a_blocked_worker() {
        let mut staged = slow(5_000);
        small(&mut staged, 5_000);
        staged.with(|case| assert_eq!(findings(&judge(case)), ["S06", "T04"]));
        let mut staged = slow(800);
        small(&mut staged, 25);
        staged.with(|case| {
            let found = judge(case);
            assert_eq!(findings(&found), ["T04"]);
            assert_eq!(found[0].text.id, "seen-T04-key");
            assert_eq!(found[0].weakness, Some(Severity::Info));
        });
    }

    #[test]
    fn only_the_first_is_slow() {
        let mut staged = slow(3_000);
        staged.again(1, |_, action| action.clone());
        staged.connection(4).start_ms = 3_100;
        staged.with(|case| {
            let found = judge(case);
            assert_eq!(findings(&found), ["T11"]);
            assert_eq!(causes(&found), Vec::<&str>::new());
        });
    }

    #[test]
    fn far_away_is_not_slow() {
        let mut staged = Staged::healthy();
        staged.each(|connection| {
            connection.trip_ms = 280;
            connection.connect_ms = 280;
            connection.answer_ms = 600;
        });
        staged.with(|case| assert!(judge(case).is_empty()));
    }

    #[test]
    fn one_late_answer_of_several_may_be_a_lost_packet() {
        let mut staged = Staged::healthy();
        staged.connection(2).answer_ms = 820;
        staged.with(|case| assert!(judge(case).is_empty()));
    }

    #[test]
    fn without_the_kernel_less_is_certain() {
        let mut staged = slow(5_000);
        staged.kernel = false;
        staged.with(|case| {
            let found = judge(case);
            assert_eq!(findings(&found), ["T04"]);
            assert_eq!(found[0].certainty, Certainty::Suspected);
        });
    }

    #[test]
    fn a_flight_that_pauses_is_the_server_too() {
        let mut staged = Staged::healthy();
        staged.each(|connection| connection.flight_ms = 1_500);
        staged.with(|case| {
            let found = judge(case);
            assert_eq!(findings(&found), ["T04"]);
            assert_eq!(found[0].text.id, "seen-T04-flight");
        });
    }
}
