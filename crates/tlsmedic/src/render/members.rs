//! The different answers to one question, side by side.

use super::page::{Look, Page, cut, span, width};
use super::seen::date;
use super::words::Words;
use report::{CauseId, CertificateSummary, Member, Report};

/// Columns of one answer at least; where the page has no room for two, they stand below each other.
const NARROW: usize = 24;
/// Between two answers.
const GAP: usize = 2;

/// Every member with what it served, one column each where they fit.
pub(super) fn members(report: &Report, words: Words<'_>, page: &mut Page) {
    let members = &report.members;
    if members.len() < 2 {
        return;
    }
    page.heading(&words.say("ui-heading-members"));
    let labels: Vec<String> = ROWS.iter().map(|(label, _)| words.say(label)).collect();
    let label = labels.iter().map(|text| width(text)).max().unwrap_or(0) + GAP;
    let room = page.columns().saturating_sub(GAP + label);
    let fitting = (room / (NARROW + GAP)).clamp(1, members.len());
    for (index, side_by_side) in members.chunks(fitting).enumerate() {
        if index > 0 {
            page.line(0, &[]);
        }
        let column = (room / side_by_side.len()).saturating_sub(GAP);
        for ((_, value), name) in ROWS.iter().zip(&labels) {
            let values: Vec<Vec<String>> = side_by_side
                .iter()
                .map(|member| folded(&value(member), column))
                .collect();
            let lines = values.iter().map(Vec::len).max().unwrap_or(0);
            for line in 0..lines {
                let shown = if line == 0 { name.as_str() } else { "" };
                let mut spans = vec![span(Look::Faint, padded(shown, label))];
                for value in &values {
                    let text = value.get(line).map_or("", String::as_str);
                    spans.push(span(Look::Plain, padded(text, column + GAP)));
                }
                page.line(GAP, &spans);
            }
        }
    }
}

type Row = (&'static str, fn(&Member) -> Vec<String>);

const ROWS: [Row; 10] = [
    ("ui-label-addresses-of", |member| {
        member.addresses.iter().map(ToString::to_string).collect()
    }),
    ("ui-label-tries", |member| vec![member.tries.to_string()]),
    ("ui-label-refused", |member| {
        member.refused.iter().cloned().collect()
    }),
    ("ui-label-version", |member| {
        member.version.iter().cloned().collect()
    }),
    ("ui-label-subject", |member| {
        of(member, |leaf| leaf.subject.clone())
    }),
    ("ui-label-issuer", |member| {
        of(member, |leaf| leaf.issuer.clone())
    }),
    ("ui-label-valid-from", |member| {
        of(member, |leaf| date(leaf.not_before))
    }),
    ("ui-label-valid-until", |member| {
        of(member, |leaf| date(leaf.not_after))
    }),
    ("ui-label-sha256", |member| {
        of(member, |leaf| leaf.sha256.clone())
    }),
    ("ui-label-faults", |member| {
        let ids: Vec<&str> = member
            .causes
            .iter()
            .map(|CauseId(id)| id.as_str())
            .collect();
        if ids.is_empty() {
            Vec::new()
        } else {
            vec![ids.join(", ")]
        }
    }),
];

fn of(member: &Member, value: fn(&CertificateSummary) -> String) -> Vec<String> {
    member.certificate.iter().map(value).collect()
}

/// Each text in lines of at most `columns`.
fn folded(texts: &[String], columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for text in texts {
        let mut line = String::new();
        for letter in text.chars() {
            if width(&line) + width(&letter.to_string()) > columns.max(1) {
                lines.push(std::mem::take(&mut line));
            }
            line.push(letter);
        }
        lines.push(line);
    }
    lines
}

fn padded(text: &str, columns: usize) -> String {
    let text = cut(text, columns.max(1));
    let missing = columns.saturating_sub(width(&text));
    format!("{text}{}", " ".repeat(missing))
}
