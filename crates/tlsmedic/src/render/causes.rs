//! Why: causes, whom they stop, their proof, what to do, and what would tell where it is not known.

use super::page::{Look, Page, plain, span, width};
use super::words::Words;
use report::{
    Affects, Audience, Cause, Certainty, ClientOutcome, ClientResult, Fix, Proof, Report, Severity,
    Side, Undecided,
};

/// Each cause in a sentence, with who has to act and how sure it is.
pub(super) fn briefly(report: &Report, words: Words<'_>, page: &mut Page) {
    for (place, cause) in report.causes.iter().enumerate() {
        let number = numbered(report, place);
        let hanging = 2 + width(&number);
        let summary = words.sentence(&cause.summary, &cause.text);
        page.labelled(
            2,
            &[span(Look::Strong, number)],
            &[span(Look::Strong, summary)],
        );
        page.paragraph(
            hanging,
            hanging + 2,
            &[
                plain("→ "),
                plain(words.side(cause.side)),
                plain(" · "),
                span(
                    certainty_look(cause.certainty),
                    words.certainty(cause.certainty),
                ),
                plain(" · "),
                plain(affected(report, cause, words)),
                span(Look::Faint, format!(" · {} {}", cause.id, cause.name)),
            ],
        );
    }
    if !report.causes.is_empty() && !report.undecided.is_empty() {
        page.paragraph(2, 2, &[span(Look::Warning, words.say("ui-not-alone"))]);
    }
}

/// The clients that were asked or judged: a table where they differ, a line where they do not.
pub(super) fn clients(report: &Report, words: Words<'_>, page: &mut Page) {
    let Some(first) = report.clients.first() else {
        return;
    };
    page.heading(&words.say("ui-heading-clients"));
    let alike = report
        .clients
        .iter()
        .all(|client| row(client, words) == row(first, words));
    if alike {
        let names: Vec<&str> = report
            .clients
            .iter()
            .map(|client| client.profile.as_str())
            .collect();
        page.paragraph(
            2,
            4,
            &[
                plain(format!("{}: ", names.join(", "))),
                span(client_look(first), words.client_outcome(first.outcome)),
                plain(format!("  {}", row(first, words).1)),
            ],
        );
        return;
    }
    let column = |cell: fn(&ClientResult, Words<'_>) -> String| {
        report
            .clients
            .iter()
            .map(|client| width(&cell(client, words)))
            .max()
            .unwrap_or_default()
    };
    let names = column(|client, _| client.profile.clone());
    let outcomes = column(|client, words| words.client_outcome(client.outcome));
    for client in &report.clients {
        let (outcome, rest) = row(client, words);
        let gap =
            |text: &str, columns: usize| plain(" ".repeat(columns.saturating_sub(width(text)) + 2));
        let label = [
            plain(&client.profile),
            gap(&client.profile, names),
            span(client_look(client), &outcome),
            gap(&outcome, outcomes),
        ];
        page.labelled(2, &label, &[plain(rest)]);
    }
}

/// What cannot be told apart, and the one thing to do next.
pub(super) fn undecided(report: &Report, words: Words<'_>, page: &mut Page) {
    if report.undecided.is_empty() {
        return;
    }
    page.heading(&words.say("ui-heading-undecided"));
    for group in &report.undecided {
        if !group.among.is_empty() {
            let among: Vec<String> = group.among.iter().map(|id| words.cause(&id.0)).collect();
            page.paragraph(
                2,
                4,
                &[plain(
                    words.fill("ui-among", [("causes", among.join(", "))]),
                )],
            );
        }
        page.paragraph(2, 4, &[plain("→ "), plain(next(group, words))]);
        if let Some(command) = &group.command {
            page.line(6, &[plain(command)]);
        }
    }
}

/// The flip of each cause that has one.
pub(super) fn proofs(report: &Report, words: Words<'_>, page: &mut Page) {
    if report.causes.iter().all(|cause| cause.proof.is_none()) {
        return;
    }
    page.heading(&words.say("ui-heading-proof"));
    for (place, cause) in report.causes.iter().enumerate() {
        if let Some(proof) = &cause.proof {
            show_proof(&numbered(report, place), proof, words, page);
        }
    }
}

/// What to do about each cause, and where to read more.
pub(super) fn fixes(report: &Report, words: Words<'_>, page: &mut Page) {
    if report
        .causes
        .iter()
        .all(|cause| cause.fixes.is_empty() && cause.references.is_empty())
    {
        return;
    }
    page.heading(&words.say("ui-heading-fix"));
    for (place, cause) in report.causes.iter().enumerate() {
        let number = numbered(report, place);
        show_fixes(&number, cause, words, page);
        if !cause.references.is_empty() {
            let references = words.fill(
                "ui-references",
                [("references", cause.references.join("; "))],
            );
            page.labelled(
                2,
                &[plain(" ".repeat(width(&number)))],
                &[span(Look::Faint, references)],
            );
        }
    }
}

/// Weaknesses that stop nobody.
pub(super) fn findings(report: &Report, words: Words<'_>, page: &mut Page) {
    if report.findings.is_empty() {
        return;
    }
    page.heading(&words.say("ui-heading-findings"));
    for finding in &report.findings {
        let look = match finding.severity {
            Severity::Info => Look::Faint,
            Severity::Warning => Look::Warning,
            Severity::Error => Look::Bad,
        };
        let cause = &finding.cause;
        page.paragraph(
            2,
            4,
            &[
                span(look, words.severity(finding.severity)),
                plain(" · "),
                plain(words.sentence(&cause.summary, &cause.text)),
                span(Look::Faint, format!(" · {} {}", cause.id, cause.name)),
            ],
        );
    }
}

/// `1. ` where there are several.
fn numbered(report: &Report, place: usize) -> String {
    if report.causes.len() > 1 {
        format!("{}. ", place + 1)
    } else {
        String::new()
    }
}

fn affected(report: &Report, cause: &Cause, words: Words<'_>) -> String {
    let fails = |client: &ClientResult| client.outcome == ClientOutcome::Fails;
    let whom = match cause.affects {
        // Nobody was stopped while it was calm.
        Affects::Everyone if !report.clients.is_empty() && !report.clients.iter().any(fails) => {
            words.say("ui-affects-at-times")
        }
        affects => words.affects(affects),
    };
    if cause.clients.is_empty() {
        whom
    } else {
        format!("{whom}: {}", cause.clients.join(", "))
    }
}

fn certainty_look(certainty: Certainty) -> Look {
    match certainty {
        Certainty::Proven => Look::Good,
        Certainty::Supported => Look::Strong,
        Certainty::Suspected => Look::Warning,
    }
}

fn client_look(client: &ClientResult) -> Look {
    match client.outcome {
        ClientOutcome::Works => Look::Good,
        ClientOutcome::Fails => Look::Bad,
        ClientOutcome::CouldNotTest => Look::Warning,
    }
}

/// Outcome, and what it would get or what stops it.
fn row(client: &ClientResult, words: Words<'_>) -> (String, String) {
    let got = [&client.version, &client.cipher_suite, &client.group];
    let mut parts: Vec<String> = client.cause.iter().map(ToString::to_string).collect();
    if client.outcome == ClientOutcome::Works {
        parts.extend(got.into_iter().flatten().cloned());
    } else {
        // Which other client's answer it was judged from is for those who read the evidence.
        parts.extend(
            client
                .detail
                .iter()
                .filter(|detail| !detail.starts_with("= "))
                .cloned(),
        );
    }
    (words.client_outcome(client.outcome), parts.join(" · "))
}

fn next(group: &Undecided, words: Words<'_>) -> String {
    let quoted = group
        .command
        .as_ref()
        .map(|command| format!(" `{command}`"));
    let english = quoted
        .and_then(|quoted| group.next.strip_suffix(quoted.as_str()))
        .unwrap_or(&group.next);
    words.sentence(english, &group.text)
}

fn show_proof(number: &str, proof: &Proof, words: Words<'_>, page: &mut Page) {
    let texts = &proof.texts;
    let lines = [
        (
            "ui-proof-before",
            Look::Bad,
            words.sentence(&proof.before, &texts.before),
        ),
        (
            "ui-proof-changed",
            Look::Strong,
            words.sentence(&proof.changed, &texts.changed),
        ),
        (
            "ui-proof-after",
            Look::Good,
            words.sentence(&proof.after, &texts.after),
        ),
    ];
    let blank = " ".repeat(width(number));
    let columns = lines
        .iter()
        .map(|(id, ..)| width(&words.say(id)))
        .max()
        .unwrap_or_default();
    for (place, (id, look, sentence)) in lines.into_iter().enumerate() {
        let begin = if place == 0 { number } else { &blank };
        let label = words.say(id);
        let gap = " ".repeat(columns.saturating_sub(width(&label)) + 2);
        page.labelled(
            2,
            &[span(Look::Strong, begin), plain(label), plain(gap)],
            &[span(look, sentence)],
        );
    }
    let numbers: Vec<String> = proof
        .evidence
        .iter()
        .map(|id| format!("#{}", id.0))
        .collect();
    let repeats = words.fill("ui-repeats", [("repeats", proof.repeats.to_string())]);
    let evidence = [
        plain(repeats),
        span(Look::Faint, format!(" {}", numbers.join(" "))),
    ];
    page.labelled(2, &[plain(blank)], &evidence);
}

/// Whoever has to act first.
fn show_fixes(number: &str, cause: &Cause, words: Words<'_>, page: &mut Page) {
    let acts = match cause.side {
        Side::Client => Audience::User,
        Side::Path => Audience::Network,
        Side::Server | Side::Certificate | Side::Timing => Audience::Owner,
    };
    let blank = " ".repeat(width(number));
    let mut fixes: Vec<&Fix> = cause.fixes.iter().collect();
    fixes.sort_by_key(|fix| (fix.audience != acts, fix.audience));
    for (place, fix) in fixes.into_iter().enumerate() {
        let begin = if place == 0 { number } else { &blank };
        let whom = span(Look::Strong, format!("{}: ", words.audience(fix.audience)));
        let what = plain(words.sentence(&fix.text, &fix.message));
        page.labelled(2, &[span(Look::Strong, begin)], &[whom, what]);
        for command in &fix.commands {
            let look = if command.starts_with("# ") {
                Look::Faint
            } else {
                Look::Plain
            };
            page.line(6, &[span(look, command)]);
        }
    }
}
