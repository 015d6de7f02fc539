use jiff::Timestamp;
use report::Clock;

/// One source's time against this machine's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClockSample {
    /// Who said so.
    pub source: String,
    /// Theirs minus ours, in microseconds.
    pub offset_us: i64,
    /// At most this wrong, in microseconds.
    pub uncertainty_us: u64,
}

impl ClockSample {
    /// From a date of whole seconds, such as HTTP's, in an answer that this machine asked for at `sent` and had at
    /// `received`: the source read its clock in between, and up to a second after the date it wrote.
    pub fn from_date(
        source: String,
        date: Timestamp,
        sent: Timestamp,
        received: Timestamp,
    ) -> Self {
        const SECOND_US: i128 = 1_000_000;
        let at = |moment: Timestamp| i128::from(moment.as_microsecond());
        let earliest = at(date).saturating_sub(at(received));
        let latest = at(date).saturating_add(SECOND_US).saturating_sub(at(sent));
        let (offset_us, uncertainty_us) = middle(Interval {
            low: earliest.min(latest),
            high: latest.max(earliest),
        });
        Self {
            source,
            offset_us,
            uncertainty_us,
        }
    }
}

/// What the samples say together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Estimate {
    /// For the report.
    pub clock: Clock,
    /// The sources whose intervals share a moment: the largest such group.
    pub agreeing: Vec<String>,
    /// All others. When most do not agree, nobody knows who is right: then the clock's interval holds those of all
    /// sources, and a date is certain only when it is for each of them.
    pub disagreeing: Vec<String>,
}

/// Combines samples by the interval that most of them share (Marzullo's algorithm).
pub fn estimate(samples: &[ClockSample]) -> Estimate {
    let intervals: Vec<Interval> = samples.iter().map(Interval::of).collect();
    // Where most intervals overlap, one of them starts.
    let best = intervals
        .iter()
        .map(|interval| interval.low)
        .max_by_key(|moment| {
            let shared = intervals
                .iter()
                .filter(|other| other.holds(*moment))
                .count();
            (shared, std::cmp::Reverse(*moment))
        });
    let Some(moment) = best else {
        return Estimate::default();
    };
    let (agreeing, disagreeing): (Vec<_>, Vec<_>) = samples
        .iter()
        .zip(&intervals)
        .partition(|(_, interval)| interval.holds(moment));
    let is_majority = agreeing.len() > disagreeing.len();
    let interval = if is_majority {
        agreeing
            .iter()
            .map(|(_, interval)| **interval)
            .reduce(Interval::intersection)
    } else {
        intervals.iter().copied().reduce(Interval::hull)
    };
    let (offset_us, uncertainty_us) = interval.map(middle).unzip();
    let names = |group: Vec<(&ClockSample, &Interval)>| {
        group
            .into_iter()
            .map(|(sample, _)| sample.source.clone())
            .collect()
    };
    Estimate {
        clock: Clock {
            offset_us,
            uncertainty_us,
            sources: samples.iter().map(|sample| sample.source.clone()).collect(),
        },
        agreeing: names(agreeing),
        disagreeing: names(disagreeing),
    }
}

/// Offsets that a source allows, in microseconds.
#[derive(Clone, Copy)]
struct Interval {
    low: i128,
    high: i128,
}

impl Interval {
    fn of(sample: &ClockSample) -> Self {
        let (offset, uncertainty) = (
            i128::from(sample.offset_us),
            i128::from(sample.uncertainty_us),
        );
        Self {
            low: offset.saturating_sub(uncertainty),
            high: offset.saturating_add(uncertainty),
        }
    }

    fn holds(&self, moment: i128) -> bool {
        self.low <= moment && moment <= self.high
    }

    fn intersection(self, other: Self) -> Self {
        Self {
            low: self.low.max(other.low),
            high: self.high.min(other.high),
        }
    }

    fn hull(self, other: Self) -> Self {
        Self {
            low: self.low.min(other.low),
            high: self.high.max(other.high),
        }
    }
}

/// Offset and uncertainty, the latter rounded up.
fn middle(interval: Interval) -> (i64, u64) {
    let sum = interval.low.saturating_add(interval.high);
    let middle = sum.div_euclid(2);
    let width = interval.high.saturating_sub(middle);
    let clamped = middle.clamp(i64::MIN.into(), i64::MAX.into());
    (
        i64::try_from(clamped).unwrap_or_default(),
        u64::try_from(width).unwrap_or(u64::MAX),
    )
}

#[cfg(test)]
mod tests {
    use super::{ClockSample, estimate};
    use jiff::Timestamp;
    use proptest::prelude::*;

    fn sample(source: &str, offset_us: i64, uncertainty_us: u64) -> ClockSample {
        ClockSample {
            source: source.to_owned(),
            offset_us,
            uncertainty_us,
        }
    }

    fn judged(samples: &[ClockSample]) -> (Option<i64>, Option<u64>, String) {
        let estimate = estimate(samples);
        assert_eq!(estimate.clock.sources.len(), samples.len());
        let clock = estimate.clock;
        (
            clock.offset_us,
            clock.uncertainty_us,
            estimate.disagreeing.join(" "),
        )
    }

    #[test]
    fn agreement_and_disagreement() {
        let (a, b, c) = (sample("a", 10, 5), sample("b", 12, 5), sample("c", 900, 1));
        assert_eq!(judged(&[]), (None, None, String::new()));
        assert_eq!(
            judged(std::slice::from_ref(&a)),
            (Some(10), Some(5), String::new())
        );
        assert_eq!(
            judged(&[a.clone(), b.clone()]),
            (Some(11), Some(4), String::new())
        );
        let outvoted = (Some(11), Some(4), "c".to_owned());
        assert_eq!(judged(&[a.clone(), b, c.clone()]), outvoted);
        // One against one: the interval holds both.
        assert_eq!(judged(&[a, c]), (Some(453), Some(448), "c".to_owned()));
        let touching = judged(&[sample("a", 0, 5), sample("b", 10, 5)]);
        assert_eq!(touching, (Some(5), Some(0), String::new()));
        let extreme = judged(&[sample("a", i64::MIN, u64::MAX), sample("b", i64::MAX, 0)]);
        assert_eq!(extreme, (Some(i64::MAX), Some(0), String::new()));
    }

    #[test]
    fn dates_of_whole_seconds() {
        let second = |text: &str| text.parse::<Timestamp>().unwrap();
        let sample = ClockSample::from_date(
            "http".to_owned(),
            second("2026-01-01T00:00:10Z"),
            second("2026-01-01T00:00:00Z"),
            second("2026-01-01T00:00:02Z"),
        );
        assert_eq!(
            (sample.offset_us, sample.uncertainty_us),
            (9_500_000, 1_500_000)
        );
    }

    proptest! {
        #[test]
        fn the_truth_is_inside_when_most_are_right(
            truth in -1_000_000_i64..1_000_000,
            errors in proptest::collection::vec((-500_i64..500, 0_u64..50), 1..8),
            wild in proptest::collection::vec((10_000_000_i64.., 0_u64..1_000_000), 0..8),
        ) {
            let mut samples: Vec<ClockSample> = errors
                .iter()
                .map(|(error, more)| sample("right", truth + error, error.unsigned_abs() + more))
                .collect();
            samples.extend(
                wild.iter()
                    .take(errors.len() - 1)
                    .map(|(offset, uncertainty)| sample("wild", *offset, *uncertainty)),
            );
            let estimate = estimate(&samples);
            prop_assert!(estimate.agreeing.iter().all(|source| source == "right"));
            prop_assert_eq!(estimate.agreeing.len(), errors.len());
            let off = i128::from(estimate.clock.offset_us.unwrap()) - i128::from(truth);
            let uncertainty = u128::from(estimate.clock.uncertainty_us.unwrap());
            prop_assert!(off.unsigned_abs() <= uncertainty);
        }
    }
}
