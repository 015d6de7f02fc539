//! X01, X02, C01, C02: the certificate's dates, or the clock they are held against.

use crate::case::Case;
use crate::chain::{self, Chain};
use crate::time::{Now, OFF, TWO};
use crate::wording::{Judgement, Next};
use jiff::Timestamp;
use report::{Certainty, Severity, Text};

pub(crate) fn judge(case: &Case<'_>) -> Vec<Judgement> {
    let now = Now::of(case);
    let chains = chain::chains(case);
    let mut judgements: Vec<Judgement> = chains
        .iter()
        .filter_map(|chain| one(case, &now, chain))
        .collect();
    if !judgements.iter().any(|judgement| judgement.own) {
        judgements.extend(harmless(&now));
    }
    judgements
}

/// A wrong clock that no date of this target's certificates falls between.
fn harmless(now: &Now) -> Option<Judgement> {
    let off = now.doubtful.unwrap_or(now.best).duration_since(now.local);
    if off.abs() <= OFF.saturating_add(now.uncertainty) {
        return None;
    }
    let certainty = if now.verified {
        Certainty::Supported
    } else {
        Certainty::Suspected
    };
    let (id, text) = if off.is_positive() {
        ("C01", "seen-C01-harmless")
    } else {
        ("C02", "seen-C02-harmless")
    };
    let text = Text::new(text, [("offset", span(off.as_secs().unsigned_abs()))]);
    let mut judgement = Judgement::new(id, certainty, text, now.evidence.clone());
    judgement.own = true;
    Some(judgement.weakness(Severity::Warning))
}

/// A date of the leaf that is not met, and the causes it has: the certificate's, or the clock's.
struct Missed {
    date: Timestamp,
    certificate: &'static str,
    /// What is wrong with this machine's clock where it alone misses the date, and where it alone meets it.
    clock: [&'static str; 2],
    by_local: bool,
    by_best: bool,
    /// Whether the believed clock certainly meets it.
    met: bool,
    /// By the one source that contradicts this machine's clock.
    by_doubtful: bool,
}

fn one(case: &Case<'_>, now: &Now, chain: &Chain) -> Option<Judgement> {
    let leaf = &chain.leaf;
    let end = Missed {
        date: leaf.not_after,
        certificate: "X01",
        clock: ["C02", "C01"],
        by_local: now.local > leaf.not_after,
        by_best: now.is_after(leaf.not_after),
        met: now.is_before(leaf.not_after),
        by_doubtful: now.doubtful.is_some_and(|told| told > leaf.not_after),
    };
    let start = Missed {
        date: leaf.not_before,
        certificate: "X02",
        clock: ["C01", "C02"],
        by_local: now.local < leaf.not_before,
        by_best: now.is_before(leaf.not_before),
        met: now.is_after(leaf.not_before),
        by_doubtful: now.doubtful.is_some_and(|told| told < leaf.not_before),
    };
    [end, start]
        .into_iter()
        .find_map(|missed| verdict(case, now, chain, &missed))
}

fn verdict(case: &Case<'_>, now: &Now, chain: &Chain, missed: &Missed) -> Option<Judgement> {
    let subject = chain.leaf.subject.text.clone();
    let mut evidence = chain.evidence.clone();
    evidence.extend(&now.evidence);
    let date = day(missed.date);
    let days = now
        .best
        .duration_since(missed.date)
        .as_hours()
        .unsigned_abs()
        / 24;
    let certificate = |id: &'static str, certainty| {
        let params = [
            ("subject", subject.clone()),
            ("date", date.clone()),
            ("days", days.to_string()),
        ];
        Judgement::new(
            id,
            certainty,
            Text::new(&format!("seen-{id}"), params),
            evidence.clone(),
        )
    };
    let [ahead, behind] = missed.clock;
    if now.verified && missed.by_best {
        return Some(certificate(missed.certificate, Certainty::Proven));
    }
    if now.verified && missed.by_local && missed.met && now.agreeing >= TWO {
        let off = now.best.duration_since(now.local).as_secs().unsigned_abs();
        let params = [("offset", span(off)), ("subject", subject), ("date", date)];
        let text = Text::new(&format!("seen-{ahead}"), params);
        let mut judgement = Judgement::new(ahead, Certainty::Proven, text, evidence);
        judgement.own = true;
        return Some(judgement);
    }
    let suspected = |clock: &str| {
        certificate(missed.certificate, Certainty::Suspected)
            .among(vec![clock.to_owned()], next_source(case, now))
    };
    match (missed.by_local, missed.by_doubtful) {
        (true, _) => Some(suspected(ahead)),
        (false, true) => Some(suspected(behind)),
        (false, false) => None,
    }
}

/// Whom to ask for the time, where it is not known who is right.
pub(super) fn next_source(case: &Case<'_>, now: &Now) -> Next {
    let text = if now.doubtful.is_some() {
        Text::new("next-second-time-source", [])
    } else if now.disagreeing.is_empty() {
        Text::new("next-time-source", [])
    } else {
        let who = now.disagreeing.join(", ");
        Text::new("next-clocks-disagree", [("sources", who)])
    };
    let input = &case.question.target.input;
    let sources = if now.doubtful.is_some() {
        "--time-source 0.pool.ntp.org --time-source 1.pool.ntp.org"
    } else {
        "--time-source pool.ntp.org"
    };
    Next {
        text,
        command: Some(format!("tlsmedic diagnose {input} {sources}")),
    }
}

/// A date as it stands in a report's texts.
pub(super) fn day(date: Timestamp) -> String {
    date.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// A span as days, hours, minutes or seconds, in no language; as near as a clock that is measured over a network tells it.
pub fn span(seconds: u64) -> String {
    const MINUTE: u64 = 60;
    const UNITS: [(u64, &str); 3] = [(86_400, "d"), (3_600, "h"), (MINUTE, "min")];
    let to_nearest = |length: u64| (seconds + length / 2) / length;
    let near = to_nearest(MINUTE) * MINUTE;
    UNITS
        .iter()
        .find(|(length, _)| near >= length * 2)
        .map_or_else(
            || format!("{seconds} s"),
            |(length, unit)| format!("{} {unit}", to_nearest(*length)),
        )
}

#[cfg(test)]
mod tests {
    use super::span;

    #[test]
    fn to_the_nearest_unit() {
        assert_eq!(span(34_560_000), "400 d");
        assert_eq!(span(2 * 86_400 - 1), "2 d");
        assert_eq!(span(100_000), "28 h");
        assert_eq!(span(119), "2 min");
        assert_eq!(span(89), "89 s");
        assert_eq!(span(5), "5 s");
    }
}
