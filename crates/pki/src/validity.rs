//! For how long a certificate may be valid, by the day it was issued.

use crate::certificate::Certificate;
use jiff::Timestamp;

/// The longest validity of a publicly trusted certificate issued from each day on, in days (CA/Browser Forum Baseline
/// Requirements section 6.3.2; ballots 193, SC22 and SC081v3).
const LIMITS: [(&str, i64); 7] = [
    ("2012-07-01T00:00:00Z", 1827),
    ("2015-04-01T00:00:00Z", 1188),
    ("2018-03-01T00:00:00Z", 825),
    ("2020-09-01T00:00:00Z", 398),
    ("2026-03-15T00:00:00Z", 200),
    ("2027-03-15T00:00:00Z", 100),
    ("2029-03-15T00:00:00Z", 47),
];

/// The last of [`LIMITS`] that Chrome enforces by itself.
const ENFORCED_DAYS: i64 = 398;

const DAY_SECONDS: i64 = 86_400;

/// A validity that is longer than allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong {
    /// How long it is, in days, rounded up.
    pub days: i64,
    /// How long it may be, in days.
    pub allowed: i64,
    /// Whether browsers refuse it, and do not leave it to the root programmes to talk to the CA.
    pub enforced: bool,
}

/// Whether `certificate` is valid for longer than a publicly trusted one may. Both ends count (RFC 5280 section
/// 4.1.2.5), so that one second more than the limit is a day too long; Chrome does not count the last second. Private CAs
/// are free.
pub fn too_long(certificate: &Certificate) -> Option<TooLong> {
    judge(certificate.not_before, certificate.not_after)
}

fn judge(from: Timestamp, to: Timestamp) -> Option<TooLong> {
    let between = to.duration_since(from).as_secs();
    let days = between.div_euclid(DAY_SECONDS).saturating_add(1);
    let allowed = limit(from)?;
    let enforced = between > allowed.max(ENFORCED_DAYS).saturating_mul(DAY_SECONDS);
    (days > allowed).then_some(TooLong {
        days,
        allowed,
        enforced,
    })
}

/// The longest validity of a publicly trusted certificate issued at `issued`, in days; `None` before there was any.
pub fn limit(issued: Timestamp) -> Option<i64> {
    let begun = LIMITS
        .iter()
        .rev()
        .find(|(from, _)| from.parse::<Timestamp>().is_ok_and(|from| issued >= from));
    begun.map(|(_, days)| *days)
}

#[cfg(test)]
mod tests {
    use super::{judge, limit};

    #[test]
    fn the_last_second_counts_for_the_rule_and_not_for_chrome() {
        let cases = [
            ("2025-01-01T00:00:00Z", "2026-02-02T23:59:59Z", None),
            (
                "2025-01-01T00:00:00Z",
                "2026-02-03T00:00:00Z",
                Some((399, 398, false)),
            ),
            (
                "2025-01-01T00:00:00Z",
                "2026-02-03T00:00:01Z",
                Some((399, 398, true)),
            ),
            ("2026-04-01T00:00:00Z", "2026-10-17T23:59:59Z", None),
            (
                "2026-04-01T00:00:00Z",
                "2026-11-01T00:00:00Z",
                Some((215, 200, false)),
            ),
            (
                "2019-01-01T00:00:00Z",
                "2021-04-05T00:00:00Z",
                Some((826, 825, false)),
            ),
            (
                "2019-01-01T00:00:00Z",
                "2022-01-01T00:00:00Z",
                Some((1097, 825, true)),
            ),
        ];
        for (from, to, expected) in cases {
            let found = judge(from.parse().unwrap(), to.parse().unwrap());
            let found = found.map(|found| (found.days, found.allowed, found.enforced));
            assert_eq!(found, expected, "{from} {to}");
        }
    }

    #[test]
    fn limits_by_day_of_issue() {
        let cases = [
            ("2012-06-30T23:59:59Z", None),
            ("2015-04-01T00:00:00Z", Some(1188)),
            ("2020-08-31T23:59:59Z", Some(825)),
            ("2020-09-01T00:00:00Z", Some(398)),
            ("2026-03-14T23:59:59Z", Some(398)),
            ("2026-03-15T00:00:00Z", Some(200)),
            ("2028-01-01T00:00:00Z", Some(100)),
            ("2029-03-15T00:00:00Z", Some(47)),
        ];
        for (issued, days) in cases {
            assert_eq!(limit(issued.parse().unwrap()), days, "{issued}");
        }
    }
}
