//! S39: the server's clock, from what it says without being asked.

use crate::case::{Case, Entry};
use crate::reading::After;
use crate::time::Now;
use crate::wording::Judgement;
use jiff::{SignedDuration, Timestamp};
use pki::Certificate;
use report::{Certainty, ContentType, Direction, ExperimentId, ProtocolVersion, Severity, Text};

/// Differences below this are of no consequence, and are within what an examination takes.
const TOLERATED: SignedDuration = SignedDuration::from_mins(10);
/// Randoms whose first octets lie this close together count seconds, in seconds.
const SAME_TIME: i64 = 120;
/// How many randoms must agree: by chance three do so once in some hundred million million examinations.
const RANDOMS: usize = 3;

/// What the server takes the time to be.
#[derive(Clone, Debug)]
pub(crate) struct ServerClock {
    /// Its time at the start of the examination, to within a few seconds.
    pub(crate) time: Timestamp,
    /// Where that was seen.
    pub(crate) evidence: Vec<ExperimentId>,
}

/// The server's clock: the `Date` of its HTTP answers (RFC 9110 section 6.6.1), or the seconds at the start of
/// ServerHello.random before TLS 1.3 (RFC 5246 section 7.4.1.2), where they are seconds.
pub(crate) fn of(case: &Case<'_>) -> Option<ServerClock> {
    let address = case.representative()?;
    let entries: Vec<&Entry> = case.at(address).collect();
    entries
        .iter()
        .find_map(|entry| dated(entry))
        .or_else(|| counted(&entries))
}

/// The date in the head of an HTTP answer. What a cache answers has the date of when it was asked first (RFC 9111 section
/// 5.1).
fn date(head: &str) -> Option<Timestamp> {
    let lines = head.split("\r\n").skip(1);
    let fields = lines
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_once(':'));
    let mut date = None;
    for (name, value) in fields {
        if name.eq_ignore_ascii_case("age") {
            return None;
        }
        if name.eq_ignore_ascii_case("date") {
            date = pki::clock::http_date(value.trim());
        }
    }
    date
}

fn dated(entry: &Entry) -> Option<ServerClock> {
    let after = entry.reading.as_ref()?.after?;
    matches!(after, After::Http(_)).then_some(())?;
    let mut answer = Vec::new();
    for opened in &entry.observation.opened {
        if opened.content_type == ContentType::APPLICATION_DATA
            && opened.direction == Direction::Received
        {
            answer.extend_from_slice(&opened.bytes);
        }
    }
    let head = String::from_utf8_lossy(&answer);
    Some(ServerClock {
        time: date(&head)?,
        evidence: vec![entry.id()],
    })
}

fn counted(entries: &[&Entry]) -> Option<ServerClock> {
    let mut seconds: Vec<(i64, ExperimentId)> = Vec::new();
    for entry in entries {
        let Some(reading) = &entry.reading else {
            continue;
        };
        let flight = &reading.flight;
        let (Some(version), Some(hello)) = (flight.version, &flight.server_hello) else {
            continue;
        };
        if version < ProtocolVersion::TLS1_3
            && let Some(first) = hello.random.first_chunk::<4>()
        {
            seconds.push((i64::from(u32::from_be_bytes(*first)), entry.id()));
        }
    }
    let (earliest, _) = *seconds.iter().min()?;
    let (latest, _) = *seconds.iter().max()?;
    if seconds.len() < RANDOMS || latest.saturating_sub(earliest) > SAME_TIME {
        return None;
    }
    Some(ServerClock {
        time: Timestamp::from_second(earliest).ok()?,
        evidence: seconds.into_iter().map(|(_, id)| id).collect(),
    })
}

/// The server refuses a certificate that is valid, and would not be at the time it takes it to be.
pub(crate) fn rejects(
    case: &Case<'_>,
    clock: Option<&ServerClock>,
    leaf: &Certificate,
    mut evidence: Vec<ExperimentId>,
) -> Judgement {
    let time = clock.map_or(case.question.started, |clock| clock.time);
    evidence.extend(clock.iter().flat_map(|clock| &clock.evidence));
    let text = Text::new(
        "seen-S39",
        [
            ("host", case.question.target.host.clone()),
            ("time", shown(time)),
            ("subject", leaf.subject.text.clone()),
        ],
    );
    Judgement::new("S39", Certainty::Supported, text, evidence)
}

/// A server's clock that is wrong, where it stops nobody: by a clock of ours that was checked.
pub(crate) fn judge(case: &Case<'_>) -> Vec<Judgement> {
    let now = Now::of(case);
    let Some(clock) = of(case).filter(|_| now.verified) else {
        return Vec::new();
    };
    if now.best.duration_since(clock.time).abs() <= TOLERATED {
        return Vec::new();
    }
    let refused = |address| {
        case.full(address)
            .is_some_and(|entry| super::client_certificate::refusal(entry).is_some())
    };
    if case.representative().is_some_and(refused) {
        return Vec::new();
    }
    let mut evidence = clock.evidence.clone();
    evidence.extend(&now.evidence);
    let text = Text::new(
        "seen-S39-date",
        [
            ("host", case.question.target.host.clone()),
            ("time", shown(clock.time)),
        ],
    );
    vec![Judgement::new("S39", Certainty::Supported, text, evidence).weakness(Severity::Warning)]
}

fn shown(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn a_cache_does_not_tell_the_time() {
        const DATE: &str = "Date: Tue, 24 Nov 2026 04:00:00 GMT";
        assert!(date(&format!("HTTP/1.1 200 OK\r\n{DATE}\r\n\r\n")).is_some());
        assert_eq!(
            date(&format!("HTTP/1.1 200 OK\r\nAge: 86400\r\n{DATE}\r\n\r\n")),
            None
        );
        assert_eq!(date(&format!("HTTP/1.1 200 OK\r\n\r\n{DATE}\r\n")), None);
    }
}
