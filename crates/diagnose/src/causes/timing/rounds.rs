//! T05, T06, T13: round trips that a handshake takes, and how long one is.

use super::course::{Courses, duration};
use crate::case::Case;
use crate::outcomes;
use crate::way::Way;
use crate::wording::Judgement;
use report::{Certainty, Moment, Severity, Text};

/// Segments that a server may send before the first acknowledgement (RFC 6928).
const INITIAL_WINDOW: u64 = 10;
/// A round trip of less than this, in microseconds, is not told from what a server computes.
const TELLING_US: Moment = 10_000;
/// A round trip of more than this, in microseconds, is long: no cable on earth takes as long.
const LONG_US: Moment = 300_000;
/// How much of a round trip a step may differ from a whole number of them.
const PART: Moment = 2;

pub(crate) fn judge(case: &Case<'_>, courses: &Courses<'_>) -> Vec<Judgement> {
    let mut found: Vec<Judgement> = second_hello(case, courses).into_iter().collect();
    // The packets of a proxied connection end at the proxy.
    if case.way() == Way::Direct {
        found.extend(large_flight(case, courses));
        found.extend(long_way(case, courses));
    }
    found
}

/// T05: the flight does not fit into the first window, and took a round trip longer.
fn large_flight(case: &Case<'_>, courses: &Courses<'_>) -> Option<Judgement> {
    let trip = courses.round_trip;
    let late = courses.late_us();
    let costly = courses.all.iter().find(|course| {
        let window = course.segment().saturating_mul(INITIAL_WINDOW);
        let rest = course.took(report::PhaseName::Certificate).unwrap_or(0);
        course.entry.accepted()
            && course.flight_octets() > window
            && trip >= TELLING_US
            && rest >= trip.saturating_sub(trip / 8)
            && rest < late
            && course.sent_again().unwrap_or(0) == 0
    })?;
    let rest = costly.took(report::PhaseName::Certificate).unwrap_or(0);
    let octets = costly.flight_octets();
    let rounds = rest.saturating_add(trip / PART) / trip.max(1);
    let params = [
        ("host", case.question.target.host.clone()),
        ("octets", octets.to_string()),
        ("window", (costly.segment() * INITIAL_WINDOW).to_string()),
        ("rounds", rounds.max(1).to_string()),
        ("trip", duration(trip)),
    ];
    let text = Text::new("seen-T05", params);
    let evidence = vec![costly.entry.id()];
    Some(Judgement::new("T05", Certainty::Supported, text, evidence).weakness(Severity::Info))
}

/// T06: the clients whose key share the server did not take, though it takes another group of theirs.
fn second_hello(case: &Case<'_>, courses: &Courses<'_>) -> Option<Judgement> {
    let mut clients = Vec::new();
    let mut evidence = Vec::new();
    let mut wanted = None;
    let all = case.clients();
    for client in all.iter().filter(|client| client.accepted()) {
        let Some(entry) = client.answer.entry() else {
            continue;
        };
        let flight = entry.reading.as_ref().map(|reading| &reading.flight);
        let retried = flight.filter(|flight| flight.hello_retry.is_some());
        let Some(group) = retried.and_then(|flight| flight.group) else {
            continue;
        };
        // Who shares it at once is not asked for it.
        if client.hello.key_shares().contains(&group) {
            continue;
        }
        clients.push(client.id.to_owned());
        evidence.push(entry.id());
        wanted = wanted.or(Some(group));
    }
    let group = wanted?;
    let params = [
        ("host", case.question.target.host.clone()),
        ("group", outcomes::group(group)),
        ("clients", clients.join(", ")),
        ("trip", duration(courses.round_trip)),
    ];
    let text = Text::new("seen-T06", params);
    Some(
        Judgement::new("T06", Certainty::Proven, text, evidence)
            .stopping(clients)
            .weakness(Severity::Info),
    )
}

/// T13: every step takes as many round trips as it needs, and one round trip is long.
fn long_way(case: &Case<'_>, courses: &Courses<'_>) -> Option<Judgement> {
    let trip = courses.round_trip;
    let needs_one = |us: Moment| us <= trip.saturating_add(trip / PART);
    let usual = |course: &&super::course::Course<'_>| {
        needs_one(course.connect_us()) && course.answered_us().is_some_and(needs_one)
    };
    let plain: Vec<_> = courses.all.iter().filter(usual).collect();
    if trip <= LONG_US || plain.is_empty() {
        return None;
    }
    let params = [
        ("host", case.question.target.host.clone()),
        ("trip", duration(trip)),
        (
            "elapsed",
            duration(
                courses
                    .all
                    .iter()
                    .filter_map(super::course::Course::finished_us)
                    .min()
                    .unwrap_or_else(|| trip.saturating_mul(3)),
            ),
        ),
    ];
    let text = Text::new("seen-T13", params);
    let evidence = plain.iter().map(|course| course.entry.id()).collect();
    Some(Judgement::new("T13", Certainty::Proven, text, evidence).weakness(Severity::Info))
}

#[cfg(test)]
mod tests {
    use crate::causes::timing::judge;
    use crate::staged::{Staged, findings};
    use report::NamedGroup;

    #[test]
    fn a_flight_beyond_the_first_window_costs_a_round_trip() {
        let mut staged = Staged::healthy();
        staged.each(|connection| {
            connection.octets = 16_000;
            connection.flight_ms = 21;
        });
        staged.with(|case| {
            let found = judge(case);
            assert_eq!(findings(&found), ["T05"]);
            assert_eq!(found[0].text.params["rounds"], "1");
        });
        staged.each(|connection| connection.octets = 9_000);
        staged.with(|case| assert!(judge(case).is_empty()));
        staged.each(|connection| {
            connection.octets = 16_000;
            connection.flight_ms = 2;
        });
        staged.with(|case| assert!(judge(case).is_empty()));
    }

    #[test]
    fn who_shares_no_key_for_the_server_s_group_takes_another_round() {
        const P256: NamedGroup = NamedGroup(0x0017);
        let mut staged = Staged::healthy();
        // Firefox sends a share for it.
        for index in [0, 1, 3] {
            staged.connection(index).retried = Some(P256);
        }
        staged.with(|case| {
            let found = judge(case);
            assert_eq!(findings(&found), ["T06"]);
            let clients = found[0].clients.clone().unwrap();
            assert!(clients.contains(&"chrome".to_owned()), "{clients:?}");
            assert!(!clients.contains(&"firefox".to_owned()), "{clients:?}");
        });
    }

    #[test]
    fn a_satellite_is_far_away_and_nothing_else() {
        let mut staged = Staged::healthy();
        staged.each(|connection| {
            connection.trip_ms = 600;
            connection.connect_ms = 600;
            connection.answer_ms = 620;
        });
        staged.with(|case| assert_eq!(findings(&judge(case)), ["T13"]));
    }
}
