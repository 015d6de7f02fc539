//! The steps of the load experiment, one line each, with a bar for how long a ServerHello takes.

use super::page::{Look, Page, cut, plain, span, width};
use super::words::Words;
use report::{LoadStep, Pace, Question, Report};

/// Columns of the longest bar.
const BAR: u64 = 10;
/// Between two columns.
const GAP: usize = 2;

/// Every step, from calm to afterwards, and whether the server was well again.
pub(super) fn load(report: &Report, words: Words<'_>, page: &mut Page) {
    let steps = &report.load;
    let wanted = |question: &Question| question.load.is_some();
    if steps.is_empty() && !report.question.as_ref().is_some_and(wanted) {
        return;
    }
    page.heading(&words.say("ui-heading-load"));
    if steps.is_empty() {
        page.paragraph(GAP, GAP, &[plain(words.say("ui-load-none"))]);
        return;
    }
    let heads = [
        "ui-load-columns-made",
        "ui-load-columns-rate",
        "ui-load-columns-connect",
        "ui-load-columns-hello",
        "ui-load-columns-p90",
    ]
    .map(|column| words.say(column));
    let mut lines = vec![[vec![String::new()], heads.to_vec()].concat()];
    lines.extend(steps.iter().map(|step| figures(step, words)));
    let widths: Vec<usize> = (0..=heads.len())
        .map(|column| {
            let texts = lines.iter().filter_map(|line| line.get(column));
            texts.map(|text| width(text)).max().unwrap_or(0)
        })
        .collect();
    let longest = steps.iter().map(|step| step.hello_median_us).max();
    for (index, line) in lines.iter().enumerate() {
        let step = index.checked_sub(1).and_then(|index| steps.get(index));
        let mut text = String::new();
        for (column, (cell, width_of)) in line.iter().zip(&widths).enumerate() {
            let missing = " ".repeat(width_of.saturating_sub(width(cell)));
            // Names begin, numbers end, where their column does.
            match column {
                0 => text.push_str(&format!("{cell}{missing}")),
                _ => text.push_str(&format!("{}{missing}{cell}", " ".repeat(GAP))),
            }
        }
        let look = match step {
            None => Look::Faint,
            Some(step) if step.made < step.begun => Look::Bad,
            Some(_) => Look::Plain,
        };
        let mut spans = vec![span(look, cut(&text, page.columns().saturating_sub(GAP)))];
        if let Some(step) = step {
            let room = page.columns().saturating_sub(width(&text) + GAP * 2);
            spans.push(plain("  "));
            spans.push(span(Look::Faint, cut(&remarks(step, longest, words), room)));
        }
        page.line(GAP, &spans);
    }
    for sentence in sentences(steps, words) {
        page.paragraph(GAP, GAP, &[plain(sentence)]);
    }
}

fn figures(step: &LoadStep, words: Words<'_>) -> Vec<String> {
    vec![
        name(step, words),
        format!("{}/{}", step.made, step.begun),
        step.per_second.to_string(),
        words.duration(step.connect_median_us),
        words.duration(step.hello_median_us),
        words.duration(step.hello_p90_us),
    ]
}

fn name(step: &LoadStep, words: Words<'_>) -> String {
    if step.after {
        return words.say("ui-load-after");
    }
    let (kind, number) = match step.pace {
        Pace::PerSecond(rate) => ("rate", rate),
        Pace::AtOnce(count) => ("parallel", count),
    };
    let params = [("kind", kind.to_owned()), ("number", number.to_string())];
    let pace = words.fill("ui-load-pace", params);
    if step.resumed {
        words.fill("ui-load-resumed", [("pace", pace)])
    } else {
        pace
    }
}

fn remarks(step: &LoadStep, longest: Option<u64>, words: Words<'_>) -> String {
    let length = longest
        .and_then(|longest| {
            step.hello_median_us
                .saturating_mul(BAR)
                .checked_div(longest)
        })
        .unwrap_or(0);
    let bar = "▇".repeat(usize::try_from(length).unwrap_or(0));
    let knee = step.knee.then(|| words.say("ui-load-knee"));
    let stopped = step.stopped.then(|| words.say("ui-load-stopped"));
    // The words first: where the page is narrow, the bar is what is cut.
    let mut said: Vec<String> = knee.into_iter().chain(stopped).collect();
    said.push(bar);
    said.join(" ")
}

fn sentences(steps: &[LoadStep], words: Words<'_>) -> Vec<String> {
    let mut said = Vec::new();
    if !steps.iter().any(|step| step.knee) {
        said.push(words.say("ui-load-no-knee"));
    }
    if let Some(after) = steps.iter().find(|step| step.after) {
        said.push(if after.made == after.begun {
            words.say("ui-load-well")
        } else {
            words.fill(
                "ui-load-unwell",
                [
                    ("made", after.made.to_string()),
                    ("begun", after.begun.to_string()),
                ],
            )
        });
    }
    said
}
