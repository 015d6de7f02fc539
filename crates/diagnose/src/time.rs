//! What time it is, and how we know.

use crate::case::Case;
use jiff::{SignedDuration, Timestamp};
use pki::clock::{ClockSample, estimate};
use report::{Action, Answer, Clock, ClockSource, ExperimentId, FetchPurpose};

/// An HTTP `Date` has whole seconds.
const DATE_GRAIN_US: u64 = 1_000_000;

/// A clock this much off is wrong and not just drifting: Kerberos (RFC 4120 section 1.6) refuses more, and one-time codes have
/// failed long before.
pub(crate) const OFF: SignedDuration = SignedDuration::from_mins(5);

/// Sources that outvote this machine's clock.
pub(crate) const TWO: usize = 2;

/// The clock a verdict believes.
pub(crate) struct Now {
    /// This machine's.
    pub(crate) local: Timestamp,
    /// The sources', where they are believed; otherwise this machine's.
    pub(crate) best: Timestamp,
    /// What a single source says, where it contradicts this machine's clock and nobody says who is right.
    pub(crate) doubtful: Option<Timestamp>,
    /// How far `best` may be off.
    pub(crate) uncertainty: SignedDuration,
    /// Whether anybody was asked, the answers agree, and they are two or one that agrees with this machine's clock.
    pub(crate) verified: bool,
    /// Sources that agree with the estimate.
    pub(crate) agreeing: usize,
    /// What each source says, where they do not agree: with the offset from this machine's clock.
    pub(crate) disagreeing: Vec<String>,
    /// For the report.
    pub(crate) clock: Clock,
    /// The observations it rests on.
    pub(crate) evidence: Vec<ExperimentId>,
}

impl Now {
    /// From the time sources and control hosts asked.
    pub(crate) fn of(case: &Case<'_>) -> Self {
        let local = case.question.started;
        let mut samples = Vec::new();
        let mut evidence = Vec::new();
        for entry in case.entries {
            let sample = match (&entry.experiment.action, &entry.observation.answer) {
                (
                    Action::Clock {
                        source: ClockSource::Sntp(host),
                    },
                    Some(Answer::Clock {
                        offset_us,
                        uncertainty_us,
                    }),
                ) => Some(ClockSample {
                    source: format!("ntp {host}"),
                    offset_us: *offset_us,
                    uncertainty_us: *uncertainty_us,
                }),
                (
                    Action::Fetch {
                        url,
                        purpose: FetchPurpose::Date,
                        ..
                    },
                    Some(Answer::Http(reply)),
                    // What a cache answers has the date of when it was asked first.
                ) if reply.age.is_none() => reply
                    .date
                    .as_deref()
                    .and_then(pki::clock::http_date)
                    .map(|date| ClockSample {
                        source: format!("http {url}"),
                        offset_us: date.as_microsecond().saturating_sub(reply.received_unix_us),
                        uncertainty_us: reply.round_trip_us.saturating_add(DATE_GRAIN_US),
                    }),
                _ => None,
            };
            if let Some(sample) = sample {
                samples.push(sample);
                evidence.push(entry.id());
            }
        }
        let estimate = estimate(&samples);
        let offset = estimate.clock.offset_us.unwrap_or(0);
        let agreed = estimate.clock.offset_us.is_some() && estimate.disagreeing.is_empty();
        let offset = SignedDuration::from_micros(offset);
        let best = local.checked_add(offset).unwrap_or(local);
        let uncertainty = estimate
            .clock
            .uncertainty_us
            .and_then(|us| i64::try_from(us).ok())
            .unwrap_or(0);
        let uncertainty = SignedDuration::from_micros(uncertainty);
        let agreeing = samples.len().saturating_sub(estimate.disagreeing.len());
        let contradicted = offset.abs() > OFF.saturating_add(uncertainty);
        let doubtful = agreed && agreeing < TWO && contradicted;
        let verified = agreed && !doubtful;
        let disagreeing = if estimate.disagreeing.is_empty() {
            Vec::new()
        } else {
            samples.iter().map(said).collect()
        };
        Self {
            disagreeing,
            local,
            best: if verified { best } else { local },
            doubtful: doubtful.then_some(best),
            uncertainty,
            verified,
            agreeing,
            clock: estimate.clock,
            evidence,
        }
    }

    /// Whether `end` has certainly passed by the believed clock.
    pub(crate) fn is_after(&self, end: Timestamp) -> bool {
        self.best.checked_sub(self.uncertainty).unwrap_or(self.best) > end
    }

    /// Whether `start` certainly lies ahead by the believed clock.
    pub(crate) fn is_before(&self, start: Timestamp) -> bool {
        self.best.checked_add(self.uncertainty).unwrap_or(self.best) < start
    }
}

/// A source and what it says, in seconds from this machine's clock.
fn said(sample: &ClockSample) -> String {
    const SECOND_US: f64 = 1e6;
    let seconds = (sample.offset_us as f64 / SECOND_US).round();
    format!("{} ({seconds:+} s)", sample.source)
}
