//! The main handshake drawn to scale.

use super::page::{Look, Page, plain, span, width};
use super::words::Words;
use report::{Action, Evidence, PhaseName, PhaseOutcome, Report, TimelineEntry};

/// Columns of the widest drawing.
const WIDEST: usize = 48;
/// Columns of the narrowest.
const NARROWEST: usize = 10;
/// Columns left for a time.
const TIME: usize = 8;
/// Columns left for how a step ended.
const END: usize = 14;
/// Rows of a resolution that failed.
const RESOLUTIONS: usize = 4;

/// The experiment the report is about: the complete handshake that its first cause rests on, or else the first one.
pub(super) fn main_experiment(report: &Report) -> Option<&Evidence> {
    let rests = |entry: &&Evidence| {
        report
            .causes
            .first()
            .is_some_and(|cause| cause.evidence.contains(&entry.id))
    };
    let handshakes = || {
        report
            .evidence
            .iter()
            .filter(|entry| matches!(entry.conditions, Action::Handshake(_)))
    };
    let hellos = || {
        report
            .evidence
            .iter()
            .filter(|entry| matches!(entry.conditions, Action::Hello(_)))
    };
    handshakes()
        .find(rests)
        .or_else(|| handshakes().next())
        .or_else(|| hellos().find(rests))
        .or_else(|| hellos().next())
        .or_else(|| {
            report
                .evidence
                .iter()
                .find(|entry| entry.conditions.address().is_some())
        })
}

/// Whether a step ended as it may: what follows a finished handshake may also be silence or an orderly end.
pub(super) fn is_fine(phase: PhaseName, outcome: PhaseOutcome) -> bool {
    let quiet = matches!(outcome, PhaseOutcome::Closed | PhaseOutcome::Timeout);
    outcome == PhaseOutcome::Ok || (phase == PhaseName::Application && quiet)
}

/// The steps that are drawn: the name's resolution and the main experiment.
fn rows(report: &Report) -> Vec<&TimelineEntry> {
    let main = main_experiment(report).map(|entry| entry.id);
    let resolutions: Vec<&TimelineEntry> = report
        .timeline
        .iter()
        .filter(|entry| entry.phase == PhaseName::Resolve && Some(entry.experiment) != main)
        .collect();
    let found = resolutions
        .iter()
        .find(|entry| entry.outcome == PhaseOutcome::Ok);
    let mut rows: Vec<&TimelineEntry> = match found {
        Some(found) => vec![found],
        None => resolutions.into_iter().take(RESOLUTIONS).collect(),
    };
    rows.extend(
        report
            .timeline
            .iter()
            .filter(|entry| Some(entry.experiment) == main),
    );
    rows
}

/// Draws it; nothing where nothing was done.
pub(super) fn draw(report: &Report, words: Words<'_>, page: &mut Page) {
    let rows = rows(report);
    let (Some(start), Some(end)) = (
        rows.iter().map(|row| row.start_us).min(),
        rows.iter()
            .map(|row| row.start_us.saturating_add(row.elapsed_us))
            .max(),
    ) else {
        return;
    };
    page.heading(&heading(main_experiment(report), words));
    let names: Vec<String> = rows.iter().map(|row| words.phase(row.phase)).collect();
    let label = names
        .iter()
        .map(|name| width(name))
        .max()
        .unwrap_or_default();
    let cells = page
        .columns()
        .saturating_sub(2 + label + 2 + TIME + 2 + END + 2)
        .clamp(NARROWEST, WIDEST);
    let scale = Scale {
        start,
        span: end.saturating_sub(start).max(1),
        cells,
    };
    for (row, name) in rows.iter().zip(names) {
        let ok = is_fine(row.phase, row.outcome);
        let look = if ok { Look::Good } else { Look::Bad };
        let (before, bar) = scale.place(row);
        let after = cells.saturating_sub(before + bar);
        page.line(
            2,
            &[
                plain(format!(
                    "{name}{}  {}",
                    " ".repeat(label.saturating_sub(width(&name))),
                    " ".repeat(before)
                )),
                span(look, "█".repeat(bar)),
                plain(format!(
                    "{}  {:>TIME$}  ",
                    " ".repeat(after),
                    words.duration(row.elapsed_us)
                )),
                span(
                    if ok { Look::Plain } else { Look::Bad },
                    words.phase_outcome(row.outcome),
                ),
            ],
        );
        if !ok {
            let asked = (row.phase == PhaseName::Resolve)
                .then(|| label_of(report, row))
                .flatten();
            let detail: Vec<&str> = [asked, row.detail.as_deref()]
                .into_iter()
                .flatten()
                .filter(|text| !text.is_empty())
                .collect();
            if !detail.is_empty() {
                page.paragraph(
                    2 + label + 2,
                    2 + label + 4,
                    &[plain("↳ "), plain(detail.join(" · "))],
                );
            }
        }
        if let Some(silence) = row.silence {
            let said = words.fill(
                "ui-silent",
                [
                    ("who", words.silent(silence.who)),
                    ("elapsed", words.duration(silence.elapsed_us)),
                ],
            );
            page.paragraph(
                2 + label + 2,
                2 + label + 4,
                &[plain("↳ "), span(Look::Warning, said)],
            );
        }
    }
}

/// Which question a row belongs to: the name of the server asked is in it.
fn label_of<'a>(report: &'a Report, row: &TimelineEntry) -> Option<&'a str> {
    report
        .evidence
        .iter()
        .find(|entry| entry.id == row.experiment)
        .map(|entry| entry.experiment.as_str())
}

fn heading(main: Option<&Evidence>, words: Words<'_>) -> String {
    match main.and_then(|entry| Some((entry.id, entry.conditions.address()?))) {
        Some((id, address)) => {
            let via = main.and_then(|entry| entry.conditions.via());
            let params = [
                ("address", address.to_string()),
                ("number", format!("#{}", id.0)),
            ];
            match via {
                Some(via) => {
                    let [_, number] = params;
                    let proxy = format!("{}://{}", via.kind.scheme(), via.proxy);
                    words.fill(
                        "ui-heading-timeline-via",
                        [number, ("target", via.authority.clone()), ("proxy", proxy)],
                    )
                }
                None => words.fill("ui-heading-timeline-of", params),
            }
        }
        None => words.say("ui-heading-timeline"),
    }
}

struct Scale {
    start: u64,
    span: u64,
    cells: usize,
}

impl Scale {
    /// Empty cells before a step's bar, and the bar's length: at least one cell, never beyond the last.
    fn place(&self, row: &TimelineEntry) -> (usize, usize) {
        let first = self.cell(row.start_us).min(self.cells.saturating_sub(1));
        let last = self.cell(row.start_us.saturating_add(row.elapsed_us));
        (
            first,
            last.saturating_sub(first)
                .clamp(1, self.cells.saturating_sub(first).max(1)),
        )
    }

    fn cell(&self, moment: u64) -> usize {
        let part = u128::from(moment.saturating_sub(self.start)) * self.cells as u128;
        let cell = (part + u128::from(self.span / 2)) / u128::from(self.span);
        usize::try_from(cell).unwrap_or(self.cells).min(self.cells)
    }
}

#[cfg(test)]
mod tests {
    use super::Scale;
    use report::{ExperimentId, PhaseName, PhaseOutcome, TimelineEntry};

    fn row(start_us: u64, elapsed_us: u64) -> TimelineEntry {
        TimelineEntry {
            experiment: ExperimentId(1),
            phase: PhaseName::Hello,
            address: None,
            start_us,
            elapsed_us,
            outcome: PhaseOutcome::Ok,
            detail: None,
            silence: None,
        }
    }

    #[test]
    fn bars_stand_where_and_as_long_as_the_step_was() {
        let scale = Scale {
            start: 100,
            span: 1000,
            cells: 20,
        };
        assert_eq!(scale.place(&row(100, 500)), (0, 10));
        assert_eq!(scale.place(&row(600, 500)), (10, 10));
        assert_eq!(scale.place(&row(350, 1)), (5, 1));
        assert_eq!(scale.place(&row(1100, 0)), (19, 1));
        assert_eq!(scale.place(&row(u64::MAX, u64::MAX)), (19, 1));
    }
}
