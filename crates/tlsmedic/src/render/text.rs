//! A report for people: verdict first, then what was seen, why, for whom, and what to do.

use super::page::{Look, Page, plain, span};
use super::words::Words;
use super::{causes, load, members, seen, timeline};
use diagnose::texts::Texts;
use report::{Outcome, Report, Verdict};

/// What a text is written on.
pub(crate) struct Paper<'a> {
    /// In which language.
    pub(crate) texts: &'a Texts,
    /// How wide.
    pub(crate) columns: usize,
}

/// The report as text. Colours are in it; who writes it to something that is no terminal takes them out.
pub(crate) fn text(report: &Report, paper: &Paper<'_>) -> String {
    let words = Words { texts: paper.texts };
    let mut page = Page::new(paper.columns);
    headline(report, words, &mut page);
    causes::briefly(report, words, &mut page);
    timeline::draw(report, words, &mut page);
    seen::seen(report, words, &mut page);
    members::members(report, words, &mut page);
    load::load(report, words, &mut page);
    causes::proofs(report, words, &mut page);
    causes::clients(report, words, &mut page);
    causes::fixes(report, words, &mut page);
    causes::undecided(report, words, &mut page);
    causes::findings(report, words, &mut page);
    seen::circumstances(report, words, &mut page);
    let mut text = page.finish();
    // Between the reports of several targets.
    text.push('\n');
    text
}

fn headline(report: &Report, words: Words<'_>, page: &mut Page) {
    let look = match report.outcome {
        Outcome::Works => Look::Good,
        Outcome::WorksWithProblems => Look::Warning,
        Outcome::Fails => Look::Bad,
        Outcome::NotTested => Look::Warning,
    };
    let mut spans = Vec::new();
    if let Some(target) = &report.target {
        spans.push(span(Look::Strong, place(target)));
        spans.push(span(Look::Faint, format!(" {}", target.service)));
    }
    page.labelled(
        0,
        &[span(look, words.outcome(report.outcome)), plain("  ")],
        &spans,
    );
    if report.partial {
        page.paragraph(2, 2, &[span(Look::Warning, words.say("ui-partial"))]);
    }
    if report.redacted {
        page.paragraph(2, 2, &[span(Look::Faint, words.say("ui-redacted"))]);
    }
    match report.outcome {
        Outcome::Works if report.causes.is_empty() => works(report, words, page),
        Outcome::NotTested if report.causes.is_empty() && report.undecided.is_empty() => {
            page.paragraph(2, 2, &[plain(words.say("ui-not-tested"))]);
        }
        _ if report.causes.is_empty() && report.verdict == Verdict::Undecided => {
            page.paragraph(2, 2, &[plain(words.say("ui-no-cause"))]);
        }
        _ => {}
    }
}

fn works(report: &Report, words: Words<'_>, page: &mut Page) {
    let mut sentence = words.say("ui-works");
    if let Some(leaf) = report.certificates.first() {
        let date = seen::date(leaf.not_after);
        sentence.push(' ');
        sentence.push_str(&words.fill("ui-works-until", [("date", date)]));
    }
    page.paragraph(2, 2, &[plain(sentence)]);
}

/// Host and port, unless the target as typed says it already.
fn place(target: &report::Target) -> String {
    let place = if target.host.contains(':') {
        format!("[{}]:{}", target.host, target.port)
    } else {
        format!("{}:{}", target.host, target.port)
    };
    if target.input.starts_with("lab:") {
        format!("{} = {place}", target.input)
    } else {
        place
    }
}

#[cfg(test)]
mod tests;
