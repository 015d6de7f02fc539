//! `tlsmedic replay FILE`

use super::run::Session;
use crate::args::ReplayArguments;
use crate::fault::Fault;
use crate::{exit, files, terminal};
use report::{CauseId, Certainty, Exit, Outcome, Report, SCHEMA, Severity, Text, Verdict};
use serde_json::Value;

/// Judges every report of the file again, and shows it as if it had just been made.
pub(crate) fn replay(arguments: &ReplayArguments, session: &Session) -> Result<Exit, Fault> {
    let recorded = reports(&files::read(&arguments.file)?, &arguments.file)?;
    let mut judged = Vec::new();
    for old in recorded {
        let new = again(&old);
        let target = old
            .target
            .as_ref()
            .map(|target| target.input.clone())
            .unwrap_or_default();
        let note = match &new {
            None => Some("ui-note-not-judged"),
            Some(new) if essence(new) != essence(&old) => Some("ui-note-differs"),
            Some(_) => None,
        };
        if let Some(id) = note {
            let params = [("target", target), ("version", old.tool.version.clone())];
            terminal::note(&session.texts.format(&Text::new(id, params)));
        }
        let report = new.unwrap_or(old);
        let report = if arguments.redact && !report.redacted {
            report.redact()
        } else {
            report
        };
        session.show(&report)?;
        judged.push(report);
    }
    Ok(exit::worst(&judged))
}

/// The report with the conclusion this version draws from its evidence; `None` where the evidence was redacted.
fn again(old: &Report) -> Option<Report> {
    if old.redacted {
        return None;
    }
    let conclusion = diagnose::replay(old)?;
    let question = old.question.clone()?;
    let version = env!("CARGO_PKG_VERSION");
    let new = Report::new(
        version,
        question,
        old.evidence.clone(),
        conclusion,
        old.elapsed_us,
    );
    Some(Report {
        vantage: old.vantage.clone(),
        partial: old.partial,
        ..new
    })
}

/// What two verdicts must share to be the same.
type Essence<'a> = (
    Outcome,
    Verdict,
    Vec<(&'a CauseId, Certainty)>,
    Vec<&'a [CauseId]>,
    Vec<(&'a CauseId, Severity)>,
);

fn essence(report: &Report) -> Essence<'_> {
    (
        report.outcome,
        report.verdict,
        report
            .causes
            .iter()
            .map(|cause| (&cause.id, cause.certainty))
            .collect(),
        report
            .undecided
            .iter()
            .map(|group| group.among.as_slice())
            .collect(),
        report
            .findings
            .iter()
            .map(|finding| (&finding.cause.id, finding.severity))
            .collect(),
    )
}

/// Every report of a file: one JSON value, or several one after the other.
fn reports(octets: &[u8], path: &str) -> Result<Vec<Report>, Fault> {
    let foreign = |id, detail: &str| {
        Fault::new(id, [("path", path), ("detail", detail)]).hint("ui-hint-replay", [])
    };
    let mut reports = Vec::new();
    for value in serde_json::Deserializer::from_slice(octets).into_iter::<Value>() {
        let value = value.map_err(|error| foreign("ui-fault-json", &place(&error)))?;
        let schema = value.get("schema").and_then(Value::as_str);
        match schema {
            Some(SCHEMA) => {}
            Some(schema) => {
                let schema = [("path", path), ("schema", schema), ("known", SCHEMA)];
                return Err(Fault::new("ui-fault-schema", schema));
            }
            None => return Err(foreign("ui-fault-not-report", "")),
        }
        let number = (reports.len() + 1).to_string();
        reports.push(serde_json::from_value(value).map_err(|error| {
            let params = [
                ("path", path),
                ("number", number.as_str()),
                ("detail", &error.to_string()),
            ];
            Fault::new("ui-fault-report", params)
        })?);
    }
    if reports.is_empty() {
        return Err(foreign("ui-fault-no-report", ""));
    }
    Ok(reports)
}

fn place(error: &serde_json::Error) -> String {
    format!("{}:{}", error.line(), error.column())
}
