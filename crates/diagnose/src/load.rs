//! Handshakes under load: which steps to make, and the figures of each.

use crate::case::{Case, Entry};
use crate::plan::Ask;
use report::{Action, Answer, Load, LoadRow, LoadStep, Moment, Pace};

/// What the load experiment begins with: nothing beside each handshake. All else is compared with it.
const CALM: (Pace, u32) = (Pace::AtOnce(1), 6);
/// The ladder after it, from low to high: how the handshakes follow each other, and how many.
const LADDER: [(Pace, u32); 5] = [
    (Pace::PerSecond(1), 3),
    (Pace::PerSecond(10), 20),
    (Pace::PerSecond(50), 50),
    (Pace::AtOnce(8), 32),
    (Pace::AtOnce(32), 96),
];
/// What it ends with: time to recover, and a look whether the server has.
const AFTER: (Pace, u32) = (Pace::PerSecond(1), 4);
const AFTER_LABEL: &str = "load:after";

/// A SYN is repeated a second after the first (RFC 6298 section 2.1); a connection that takes as much longer than a calm one
/// lost its first SYN, or the answer to it. Somewhat less than a second, because the calm measurement varies too.
const RETRANSMISSION_US: Moment = 900_000;
/// The knee is where something takes so many times as long as calm …
const TIMES: Moment = 3;
/// … and so much longer, in microseconds: below this it is the noise of a machine that does other things as well.
const NOISE_US: Moment = 20_000;
/// Nine of ten handshakes faster than this, in microseconds, or the next step is not made: it would only hurt.
const STRUGGLING_US: Moment = 2_500_000;

/// One step that was made.
pub(crate) struct Step<'a> {
    pub(crate) entry: &'a Entry,
    /// Its connections; for resumed ones, without those that they resume.
    pub(crate) rows: &'a [LoadRow],
    pub(crate) figures: LoadStep,
}

impl Step<'_> {
    /// Whether each handshake was alone.
    pub(crate) fn calm(&self) -> bool {
        self.figures.pace == CALM.0
    }

    /// Connections that were open when `row` began.
    pub(crate) fn open_at(&self, row: &LoadRow) -> usize {
        let open = |other: &&LoadRow| {
            let connected = other
                .connect_us
                .map(|took| other.start_us.saturating_add(took));
            connected.is_some_and(|moment| moment <= row.start_us)
                && other.start_us.saturating_add(other.elapsed_us) > row.start_us
        };
        self.rows.iter().filter(open).count()
    }

    /// Connections whose first SYN, or the answer to it, was lost, judged by the calm `connect` time.
    pub(crate) fn lost(&self, connect: Moment) -> usize {
        let late = connect.saturating_add(RETRANSMISSION_US);
        let lost = |row: &&LoadRow| match row.connect_us {
            Some(took) => took >= late,
            None => row.outcome == report::PhaseOutcome::Timeout && row.elapsed_us >= late,
        };
        self.rows.iter().filter(lost).count()
    }
}

/// The next step, if load was asked for, the ordinary handshake works and there is one left.
pub(crate) fn next(case: &Case<'_>) -> Option<Ask> {
    let most = case.question.load?;
    let address = case.representative()?;
    if !case.full(address)?.accepted() {
        return None;
    }
    let action = |(pace, count): (Pace, u32), resumed| {
        Action::Load(Load {
            address,
            prelude: case.asked_prelude(),
            server_name: case.server_name(),
            pace,
            count,
            resumed,
        })
    };
    let ask = |label: String, action| Ask {
        label,
        action,
        times: 1,
    };
    let within = |(pace, _): &&(Pace, u32)| match pace {
        Pace::PerSecond(count) | Pace::AtOnce(count) => *count <= most.max(1),
    };
    let made = steps(case);
    let failing = made.iter().any(|step| step.figures.stopped);
    let struggling = made.iter().find(|step| struggling(&step.figures));
    // Whether resumed handshakes are as slow is still to be seen.
    let only = struggling.map(|step| step.figures.pace);
    let mut wanted = Vec::new();
    for (pace, count) in std::iter::once(&CALM).chain(LADDER.iter().filter(within)) {
        for resumed in [false, true] {
            // What CPU time does is seen side by side, not one after the other.
            if resumed && matches!(pace, Pace::PerSecond(_)) {
                continue;
            }
            if !failing && only.is_none_or(|only| only == *pace) {
                wanted.push((label(*pace, resumed), action((*pace, *count), resumed)));
            }
        }
    }
    wanted.push((AFTER_LABEL.to_owned(), action(AFTER, false)));
    let done = |wanted: &Action| {
        case.entries
            .iter()
            .any(|entry| entry.experiment.action == *wanted)
    };
    wanted
        .into_iter()
        .find(|(_, action)| !done(action))
        .map(|(label, action)| ask(label, action))
}

fn label(pace: Pace, resumed: bool) -> String {
    let pace = match pace {
        Pace::PerSecond(rate) => format!("{rate}-a-second"),
        Pace::AtOnce(count) => format!("{count}-at-once"),
    };
    let kind = if resumed { ":resumed" } else { "" };
    format!("load:{pace}{kind}")
}

fn struggling(figures: &LoadStep) -> bool {
    figures.connect_p90_us.saturating_add(figures.hello_p90_us) > STRUGGLING_US
}

/// Every step that was made, in order.
pub(crate) fn steps<'a>(case: &Case<'a>) -> Vec<Step<'a>> {
    let mut steps: Vec<Step<'a>> = case.entries.iter().filter_map(step).collect();
    let calm = steps
        .iter()
        .find(|step| step.calm() && !step.figures.resumed)
        .map(|step| step.figures.clone());
    if let Some(calm) = calm
        && let Some(knee) = steps.iter_mut().find(|step| {
            let figures = &step.figures;
            !step.calm() && !figures.resumed && !figures.after && leaves(figures, &calm)
        })
    {
        knee.figures.knee = true;
    }
    steps
}

fn step(entry: &Entry) -> Option<Step<'_>> {
    let (
        Action::Load(load),
        Some(Answer::Load {
            rows,
            full,
            stopped,
        }),
    ) = (&entry.experiment.action, &entry.observation.answer)
    else {
        return None;
    };
    let first = usize::try_from(*full).unwrap_or(usize::MAX);
    let rows = rows.get(first..).unwrap_or_default();
    let made: Vec<&LoadRow> = rows.iter().filter(|row| row.made()).collect();
    let mut connects: Vec<Moment> = made.iter().filter_map(|row| row.connect_us).collect();
    let mut hellos: Vec<Moment> = made.iter().filter_map(|row| row.hello_us).collect();
    connects.sort_unstable();
    hellos.sort_unstable();
    let begin = rows.iter().map(|row| row.start_us).min().unwrap_or(0);
    let end = made
        .iter()
        .map(|row| row.start_us.saturating_add(row.elapsed_us))
        .max()
        .unwrap_or(begin);
    let per_second = count(made.len())
        .saturating_mul(1_000_000)
        .checked_div(end.saturating_sub(begin))
        .unwrap_or(0);
    let figures = LoadStep {
        pace: load.pace,
        resumed: load.resumed,
        begun: small(count(rows.len())),
        made: small(count(made.len())),
        resumptions: small(count(made.iter().filter(|row| row.resumed).count())),
        per_second: small(per_second),
        connect_median_us: quantile(&connects, 50),
        connect_p90_us: quantile(&connects, 90),
        hello_median_us: quantile(&hellos, 50),
        hello_p90_us: quantile(&hellos, 90),
        stopped: *stopped,
        knee: false,
        after: entry.experiment.label == AFTER_LABEL,
    };
    Some(Step {
        entry,
        rows,
        figures,
    })
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The value that `percent` of `sorted` do not exceed; 0 of none.
fn quantile(sorted: &[Moment], percent: usize) -> Moment {
    let index = sorted.len().saturating_mul(percent).div_ceil(100);
    sorted
        .get(index.saturating_sub(1))
        .copied()
        .unwrap_or_default()
}

/// Whether a step fails more, or takes longer, than the calm one explains.
fn leaves(step: &LoadStep, calm: &LoadStep) -> bool {
    let longer = |took: Moment, calm: Moment| {
        took > calm
            .saturating_mul(TIMES)
            .max(calm.saturating_add(NOISE_US))
    };
    step.made < step.begun
        || longer(step.hello_median_us, calm.hello_median_us)
        || longer(step.connect_p90_us, calm.connect_p90_us)
}

#[cfg(test)]
mod tests {
    use super::quantile;

    #[test]
    fn quantiles_are_values_that_were_seen() {
        let sorted: Vec<u64> = (1..=10).collect();
        assert_eq!(quantile(&sorted, 50), 5);
        assert_eq!(quantile(&sorted, 90), 9);
        assert_eq!(quantile(&[7], 50), 7);
        assert_eq!(quantile(&[7], 90), 7);
        assert_eq!(quantile(&[], 90), 0);
    }
}
