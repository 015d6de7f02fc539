//! X01, X02, C01, C02: the certificate's dates, or the clock they are held against.

use crate::case::Case;
use crate::chain::{self, Chain};
use crate::time::Now;
use crate::wording::{Judgement, Next};
use jiff::{SignedDuration, Timestamp};
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

/// A clock this much off is wrong and not just drifting: Kerberos (RFC 4120 section 1.6) refuses more, and one-time codes have
/// failed long before.
const OFF: SignedDuration = SignedDuration::from_mins(5);

/// A wrong clock that no date of this target's certificates falls between.
fn harmless(now: &Now) -> Option<Judgement> {
    let off = now.best.duration_since(now.local);
    if !now.verified || off.abs() <= OFF.saturating_add(now.uncertainty) {
        return None;
    }
    let (id, text) = if off.is_positive() {
        ("C01", "seen-C01-harmless")
    } else {
        ("C02", "seen-C02-harmless")
    };
    let text = Text::new(text, [("offset", span(off.as_secs().unsigned_abs()))]);
    let mut judgement = Judgement::new(id, Certainty::Supported, text, now.evidence.clone());
    judgement.own = true;
    Some(judgement.weakness(Severity::Warning))
}

/// A date of the leaf that is not met, and the causes it has: the certificate's, or the clock's.
struct Missed {
    date: Timestamp,
    certificate: &'static str,
    clock: &'static str,
    by_local: bool,
    by_best: bool,
}

fn one(case: &Case<'_>, now: &Now, chain: &Chain) -> Option<Judgement> {
    let leaf = &chain.leaf;
    let end = Missed {
        date: leaf.not_after,
        certificate: "X01",
        clock: "C02",
        by_local: now.local > leaf.not_after,
        by_best: now.is_after(leaf.not_after),
    };
    let start = Missed {
        date: leaf.not_before,
        certificate: "X02",
        clock: "C01",
        by_local: now.local < leaf.not_before,
        by_best: now.is_before(leaf.not_before),
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
    if now.verified {
        if missed.by_best {
            return Some(certificate(missed.certificate, Certainty::Proven));
        }
        if missed.by_local {
            const TWO: usize = 2;
            let certainty = if now.agreeing >= TWO {
                Certainty::Proven
            } else {
                Certainty::Supported
            };
            let off = now.best.duration_since(now.local).as_secs().unsigned_abs();
            let params = [("offset", span(off)), ("subject", subject), ("date", date)];
            let mut judgement = Judgement::new(
                missed.clock,
                certainty,
                Text::new(&format!("seen-{}", missed.clock), params),
                evidence,
            );
            judgement.own = true;
            return Some(judgement);
        }
        return None;
    }
    missed.by_local.then(|| {
        let input = &case.question.target.input;
        let text = if now.disagreeing.is_empty() {
            Text::new("next-time-source", [])
        } else {
            let who = now.disagreeing.join(", ");
            Text::new("next-clocks-disagree", [("sources", who)])
        };
        let next = Next {
            text,
            command: Some(format!(
                "tlsmedic diagnose {input} --time-source pool.ntp.org"
            )),
        };
        certificate(missed.certificate, Certainty::Suspected)
            .among(vec![missed.clock.to_owned()], next)
    })
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
