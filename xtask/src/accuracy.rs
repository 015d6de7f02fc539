//! Every lab scenario diagnosed by the real program, verdict beside expectation.

mod networks;

use crate::flights::Flights;
use crate::run::{say, tlsmedic, warn};
use anyhow::{Context, Result, anyhow, bail};
use lab::{Expected, Scenario};
use report::{Cause, CauseId, Certainty, ClientOutcome, Outcome, Report, Verdict};
use std::collections::{BTreeSet, VecDeque};
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Scenarios diagnosed side by side. More would only measure the machine.
const SIDE_BY_SIDE: usize = 3;
/// Connections of one verdict and its proof (DESIGN section 6).
const CONNECTIONS: u32 = 24;
/// Connections by which a cause is named, on top of one per address (DESIGN section 6).
const FIRST_CONNECTIONS: usize = 12;
/// Connections of a healthy target with one address (DESIGN section 6); each further address costs one, and so does each of
/// different answers, which is asked for again.
const HEALTHY_CONNECTIONS: usize = 4;

struct Row {
    id: String,
    faults: Vec<String>,
    wrong_and_proven: bool,
    line: String,
}

/// Diagnoses the scenarios whose id contains `only`, and their twins. A sample leaves out all but the first variant of each
/// cause; twins of what is in it are in it.
pub(crate) fn run(only: Option<&str>, full: bool) -> Result<()> {
    let program = tlsmedic(false)?;
    let mut seen = BTreeSet::new();
    let wanted = |scenario: &&Scenario| {
        let fresh = seen.insert(
            scenario
                .cause
                .map(str::to_owned)
                .unwrap_or_else(|| scenario.id.clone()),
        );
        only.map_or(full || fresh, |part| scenario.id.contains(part))
    };
    let scenarios: Vec<&Scenario> = lab::scenarios().iter().filter(wanted).collect();
    let networks = networks::wanted(only, full);
    let only_networks = scenarios.is_empty();
    if scenarios.is_empty() && networks.is_empty() {
        bail!("no scenario's id contains {:?}", only.unwrap_or_default());
    }
    let mut queue: VecDeque<(&Scenario, bool)> = VecDeque::new();
    for scenario in &scenarios {
        queue.push_back((scenario, false));
        if scenario.cause.is_some() {
            queue.push_back((scenario, true));
        }
    }
    let queue = Mutex::new(queue);
    let rows: Mutex<Vec<Row>> = Mutex::new(Vec::new());
    let flights = Mutex::new(Flights::default());
    let started = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..SIDE_BY_SIDE {
            scope.spawn(|| {
                while let Some((scenario, twin)) =
                    queue.lock().ok().and_then(|mut queue| queue.pop_front())
                {
                    let row = examine(&program, scenario, twin, &flights);
                    // A whole run takes long; who mends need not wait for its table.
                    for fault in &row.faults {
                        warn(&format!("{}\n    WRONG: {fault}", row.line));
                    }
                    if let Ok(mut rows) = rows.lock() {
                        rows.push(row);
                    }
                }
            });
        }
    });
    let mut rows = rows.into_inner().unwrap_or_default();
    // Not beside the others, whose load would make the networks slow.
    if !networks.is_empty() {
        rows.extend(networks::run(&program, &networks, full)?);
    }
    rows.sort_by(|one, other| one.id.cmp(&other.id));
    say(&format!(
        "{:<34} {:<21} {:<26} {:<10} {:>5} {:>7}",
        "scenario", "outcome", "causes", "certainty", "conns", "seconds"
    ));
    for row in &rows {
        say(&row.line);
        for fault in &row.faults {
            say(&format!("    WRONG: {fault}"));
        }
    }
    let failed = rows.iter().filter(|row| !row.faults.is_empty()).count();
    let worst = rows.iter().filter(|row| row.wrong_and_proven).count();
    say(&format!(
        "{} diagnosed in {:.0} s: {failed} wrong, {worst} wrong and proven",
        rows.len(),
        started.elapsed().as_secs_f32()
    ));
    say(&format!("{} passed, {failed} failed", rows.len() - failed));
    // The networks' flights are those of the scenarios without one.
    if !only_networks {
        say(&flights.into_inner().unwrap_or_default().compare()?);
    }
    if failed > 0 {
        bail!("{failed} of {} verdicts are wrong", rows.len());
    }
    Ok(())
}

fn examine(program: &Path, scenario: &Scenario, twin: bool, flights: &Mutex<Flights>) -> Row {
    let id = if twin {
        format!("{}/healthy", scenario.id)
    } else {
        scenario.id.clone()
    };
    let started = Instant::now();
    let taken = |report: Report| {
        let mut flights = flights
            .lock()
            .map_err(|_| anyhow!("another thread failed"))?;
        flights.take(&id, &report)?;
        Ok(report)
    };
    match diagnose(program, &id).and_then(taken) {
        Ok(report) => judge(scenario, twin, id, &report, started.elapsed()),
        Err(error) => Row {
            line: format!("{id:<34} could not be run"),
            id,
            faults: vec![format!("{error:#}")],
            wrong_and_proven: false,
        },
    }
}

fn diagnose(program: &Path, id: &str) -> Result<Report> {
    let output = Command::new(program)
        .args([
            "diagnose",
            &format!("lab:{id}"),
            "--format",
            "json",
            "--lang",
            "en",
        ])
        .output()
        .context("tlsmedic cannot be started")?;
    let errors = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).with_context(|| format!("no report; stderr: {errors}"))
}

fn judge(scenario: &Scenario, twin: bool, id: String, report: &Report, took: Duration) -> Row {
    let causes: Vec<String> = report
        .causes
        .iter()
        .map(|cause| cause.id.0.clone())
        .collect();
    let certainty = report.causes.iter().map(|cause| cause.certainty).max();
    let line = format!(
        "{id:<34} {:<21} {:<26} {:<10} {:>5} {:>7.1}",
        word(&report.outcome),
        if causes.is_empty() {
            undecided(report)
        } else {
            causes.join(" ")
        },
        certainty.map_or_else(|| "–".to_owned(), |certainty| word(&certainty)),
        report.connections,
        took.as_secs_f32()
    );
    let faults = if twin || scenario.cause.is_none() {
        healthy(report)
    } else {
        as_expected(&scenario.expected, report)
    };
    let expected: &[CauseId] = if twin { &[] } else { &scenario.expected.causes };
    let wrong =
        |cause: &&Cause| cause.certainty == Certainty::Proven && !expected.contains(&cause.id);
    Row {
        wrong_and_proven: report.causes.iter().any(|cause| wrong(&cause)),
        id,
        faults,
        line,
    }
}

fn healthy(report: &Report) -> Vec<String> {
    let mut faults = Vec::new();
    if report.outcome != Outcome::Works
        || report.verdict != Verdict::Decided
        || !report.causes.is_empty()
    {
        faults.push(format!(
            "healthy, but {} {:?} {:?}",
            word(&report.outcome),
            report
                .causes
                .iter()
                .map(|cause| &cause.summary)
                .collect::<Vec<_>>(),
            report.undecided
        ));
    }
    let others = addresses(report).saturating_sub(1) + loaded(report);
    let allowed = HEALTHY_CONNECTIONS + others + report.members.len();
    if usize::try_from(report.connections).is_ok_and(|made| made > allowed) {
        faults.push(format!("healthy, but {} connections", report.connections));
    }
    faults
}

fn as_expected(expected: &Expected, report: &Report) -> Vec<String> {
    let mut faults = Vec::new();
    let mut differ = |what: &str, wanted: String, got: String| {
        if wanted != got {
            faults.push(format!("{what}: expected {wanted}, got {got}"));
        }
    };
    differ("outcome", word(&expected.outcome), word(&report.outcome));
    differ("verdict", word(&expected.verdict), word(&report.verdict));
    let ids = |ids: Vec<&CauseId>| {
        ids.into_iter()
            .map(|id| id.0.clone())
            .collect::<BTreeSet<_>>()
    };
    if expected.verdict == Verdict::Decided {
        differ(
            "causes",
            format!("{:?}", ids(expected.causes.iter().collect())),
            format!(
                "{:?}",
                ids(report.causes.iter().map(|cause| &cause.id).collect())
            ),
        );
        if let Some(first) = report.causes.first() {
            differ(
                "certainty",
                word(&expected.certainty),
                word(&first.certainty),
            );
        }
    } else if report
        .causes
        .iter()
        .any(|cause| cause.certainty > Certainty::Suspected)
    {
        faults.push("undecided, but a cause is more than suspected".to_owned());
    }
    let among: BTreeSet<String> = report
        .undecided
        .iter()
        .flat_map(|group| &group.among)
        .map(|id| id.0.clone())
        .collect();
    for id in &expected.undecided {
        if !among.contains(&id.0) {
            faults.push(format!("undecided: {id} is not among {among:?}"));
        }
    }
    for id in &expected.findings {
        if !report
            .findings
            .iter()
            .any(|finding| finding.cause.id == *id)
        {
            faults.push(format!("findings: {id} is not among them"));
        }
    }
    if let Some(clients) = &expected.clients_failing {
        let failing: BTreeSet<&str> = report
            .clients
            .iter()
            .filter(|client| client.outcome == ClientOutcome::Fails)
            .map(|client| client.profile.as_str())
            .collect();
        let wanted: BTreeSet<&str> = clients.iter().map(String::as_str).collect();
        if failing != wanted {
            faults.push(format!(
                "clients that fail: expected {wanted:?}, got {failing:?}"
            ));
        }
    }
    let verdicts = u32::try_from(expected.causes.len().max(1)).unwrap_or(u32::MAX);
    let load = u32::try_from(loaded(report)).unwrap_or(u32::MAX);
    if report.connections.saturating_sub(load) > CONNECTIONS.saturating_mul(verdicts) {
        faults.push(format!("{} connections", report.connections));
    }
    if !named_early(expected, report) {
        faults.push(format!(
            "none of its causes is named after {FIRST_CONNECTIONS} connections"
        ));
    }
    faults
}

/// Connections of the load experiment, which was asked for and has bounds of its own.
fn loaded(report: &Report) -> usize {
    let is_load = |entry: &&report::Evidence| matches!(entry.conditions, report::Action::Load(_));
    let entries = report.evidence.iter().filter(is_load);
    entries.map(report::Evidence::connections).sum()
}

/// How many addresses were asked anything.
fn addresses(report: &Report) -> usize {
    let asked = report.evidence.iter();
    let addresses: BTreeSet<_> = asked
        .filter_map(|entry| entry.conditions.address())
        .collect();
    addresses.len()
}

/// Whether the evidence of the first connections alone already names an expected cause, or what remains undecided.
fn named_early(expected: &Expected, report: &Report) -> bool {
    // What stops nobody has no cause to name.
    if expected.causes.is_empty() && expected.undecided.is_empty() {
        return true;
    }
    let allowed = FIRST_CONNECTIONS + addresses(report).saturating_sub(1);
    let connections = report
        .evidence
        .iter()
        .filter(|entry| entry.conditions.address().is_some())
        .map(|entry| entry.id)
        .collect::<BTreeSet<_>>();
    let first_late = connections.into_iter().nth(allowed);
    let mut early = report.clone();
    // Lookups that were asked for later have no place in an early verdict either.
    early
        .evidence
        .retain(|entry| first_late.is_none_or(|late| entry.id < late));
    diagnose::replay(&early).is_some_and(|conclusion| {
        let causes = conclusion.causes.iter().map(|cause| &cause.id);
        let open = conclusion.undecided.iter().flat_map(|group| &group.among);
        let mut named: BTreeSet<_> = causes.collect();
        let mut wanted = expected.causes.iter();
        if expected.verdict == Verdict::Undecided {
            named.extend(open);
            wanted.any(|id| named.contains(id))
                || expected.undecided.iter().all(|id| named.contains(id))
        } else {
            wanted.any(|id| named.contains(id))
        }
    })
}

fn undecided(report: &Report) -> String {
    let ids: Vec<&str> = report
        .undecided
        .iter()
        .flat_map(|group| &group.among)
        .map(|id| id.0.as_str())
        .collect();
    if ids.is_empty() {
        "–".to_owned()
    } else {
        format!("?{}", ids.join("/"))
    }
}

fn word<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}
