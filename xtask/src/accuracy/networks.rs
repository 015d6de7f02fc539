//! Every network scenario, examined by nobody in its own namespaces.

use super::{Row, as_expected, healthy, undecided, word};
use crate::run::{everybodys, warn};
use anyhow::{Context, Result};
use lab::net::NetScenario;
use report::{Cause, CauseId, Certainty, Report, Verdict};
use std::collections::{BTreeSet, VecDeque};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;

/// Networks examined side by side: they mostly wait.
const SIDE_BY_SIDE: usize = 3;
/// Microseconds by which a cause must be named, and the median over what stalls.
const LATEST_US: u64 = 15_000_000;
const MEDIAN_US: u64 = 3_000_000;
/// Causes whose handshakes stall.
const STALLS: [&str; 14] = [
    "P10", "P14", "P17", "P18", "P19", "P20", "P21", "P22", "P37", "P41", "S05", "S06", "S09",
    "S33",
];
/// Runs of each healthy link that loses packets, and of what must never be exchanged.
const LOSSY_RUNS: u64 = 50;
const NEVER_EXCHANGED_RUNS: u64 = 20;
const NEVER_EXCHANGED: [&str; 3] = ["net-P17-drop", "net-P21-hop-2-1300", "net-P22-1300"];
/// What a sample examines.
const SAMPLE: [&str; 21] = [
    "net-healthy-plain",
    "net-healthy-both-families",
    "net-healthy-narrow-told",
    "net-healthy-loss-1-a",
    "net-P10-drop-hop-2",
    "net-P10-drop-end",
    "net-P11-reset-hop-2",
    "net-P11-nft-reset-end",
    "net-P12-code-13",
    "net-P13-hop-2",
    "net-P14-hop-2",
    "net-P17-drop",
    "net-P21-hop-2-1300",
    "net-P22-1300",
    "net-P30-third-line-hellos",
    "net-P40-proxy-silent",
    "net-P41-drop-hop-2",
    "net-P41-reset-hop-2",
    "net-S05-full-queue",
    "net-S06-silent",
    "net-S34-reset",
];

const NEEDED: &str = "network scenarios need root and /dev/net/tun";

/// One examination.
#[derive(Clone, Copy)]
struct Run {
    scenario: &'static NetScenario,
    twin: bool,
    /// Whether the kernel is asked nothing.
    without_facts: bool,
    chance: u64,
}

/// What came of one.
struct Done {
    row: Row,
    /// How long it took, where it had to find a stall.
    stalled_us: Option<u64>,
}

/// The network scenarios wanted: those whose id contains `only`, a sample, or all.
pub(super) fn wanted(only: Option<&str>, full: bool) -> Vec<&'static NetScenario> {
    let is_wanted = |scenario: &&NetScenario| {
        only.map_or(full || SAMPLE.contains(&scenario.id.as_str()), |part| {
            scenario.id.contains(part)
        })
    };
    lab::net::scenarios().iter().filter(is_wanted).collect()
}

/// Examines them and their twins, with the kernel's facts and without.
///
/// # Errors
///
/// When this machine cannot stage networks.
pub(super) fn run(
    program: &Path,
    scenarios: &[&'static NetScenario],
    repeats: bool,
) -> Result<Vec<Row>> {
    let open = tempfile::tempdir()?;
    let program = everybodys(program, &open)?;
    if let Some(first) = scenarios.first() {
        lab::net::start(&first.id, true, open.path()).context(NEEDED)?;
    }
    let mut queue = VecDeque::new();
    for scenario in scenarios {
        let run = Run {
            scenario,
            twin: false,
            without_facts: false,
            chance: 0,
        };
        queue.push_back(run);
        if scenario.cause.is_some() {
            queue.push_back(Run {
                without_facts: true,
                ..run
            });
            queue.push_back(Run { twin: true, ..run });
        }
        if repeats {
            queue.extend((1..runs(scenario)).map(|chance| Run { chance, ..run }));
        }
    }
    let queue = Mutex::new(queue);
    let done: Mutex<Vec<Done>> = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..SIDE_BY_SIDE {
            scope.spawn(|| {
                while let Some(run) = queue.lock().ok().and_then(|mut queue| queue.pop_front()) {
                    let one = examine(&program, run);
                    for fault in &one.row.faults {
                        warn(&format!("{}\n    WRONG: {fault}", one.row.line));
                    }
                    if let Ok(mut done) = done.lock() {
                        done.push(one);
                    }
                }
            });
        }
    });
    let done = done.into_inner().unwrap_or_default();
    let mut stalled: Vec<u64> = done.iter().filter_map(|one| one.stalled_us).collect();
    let mut rows: Vec<Row> = done.into_iter().map(|one| one.row).collect();
    rows.extend(median(&mut stalled));
    Ok(rows)
}

/// How often a scenario is examined where repeats are wanted.
fn runs(scenario: &NetScenario) -> u64 {
    if NEVER_EXCHANGED.contains(&scenario.id.as_str()) {
        return NEVER_EXCHANGED_RUNS;
    }
    match scenario.id.starts_with("net-healthy-loss-") {
        true => LOSSY_RUNS,
        false => 1,
    }
}

/// The median over what stalls, as a row of its own.
fn median(stalled: &mut [u64]) -> Option<Row> {
    stalled.sort_unstable();
    let middle = *stalled.get(stalled.len() / 2)?;
    let id = "median of what stalls".to_owned();
    // A goal, not a test: how busy this machine is decides as well.
    let line = format!(
        "{id:<86} {:>7.1} (goal: {:.0})",
        seconds(middle),
        seconds(MEDIAN_US)
    );
    Some(Row {
        id,
        faults: Vec::new(),
        wrong_and_proven: false,
        line,
    })
}

fn seconds(microseconds: u64) -> f64 {
    std::time::Duration::from_micros(microseconds).as_secs_f64()
}

fn examine(program: &Path, run: Run) -> Done {
    let Run {
        scenario,
        twin,
        without_facts,
        chance,
    } = run;
    let mut id = scenario.id.clone();
    if twin {
        id.push_str("/healthy");
    }
    if without_facts {
        id.push_str(" (no kernel)");
    }
    if chance > 0 {
        id.push_str(&format!(" #{chance}"));
    }
    match diagnose(program, run) {
        Ok(report) => {
            let stalls = scenario.cause.is_some_and(|cause| STALLS.contains(&cause));
            Done {
                stalled_us: (stalls && !twin && !without_facts).then_some(report.elapsed_us),
                row: judge(run, id, &report),
            }
        }
        Err(error) => Done {
            stalled_us: None,
            row: Row {
                line: format!("{id:<44} could not be run"),
                id,
                faults: vec![format!("{error:#}")],
                wrong_and_proven: false,
            },
        },
    }
}

fn diagnose(program: &Path, run: Run) -> Result<Report> {
    let folder = tempfile::tempdir()?;
    let network = lab::net::start_by_chance(&run.scenario.id, run.twin, folder.path(), run.chance)?;
    let mut command = Command::new(program);
    command
        .arg("diagnose")
        .args(&network.arguments)
        .args(["--format", "json", "--lang", "en"])
        .args(run.without_facts.then_some("--no-kernel-facts"))
        .envs(network.environment.iter().cloned())
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let output = network.client.spawn(command)?.wait_with_output()?;
    let errors = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).with_context(|| format!("no report; stderr: {errors}"))
}

fn judge(run: Run, id: String, report: &Report) -> Row {
    let scenario = run.scenario;
    let causes: Vec<&str> = report
        .causes
        .iter()
        .map(|cause| cause.id.0.as_str())
        .collect();
    let certainty = report.causes.iter().map(|cause| cause.certainty).max();
    let mut named = match causes.is_empty() {
        true => undecided(report),
        false => causes.join(" "),
    };
    let findings: Vec<&str> = report
        .findings
        .iter()
        .map(|finding| finding.cause.id.0.as_str())
        .collect();
    if !findings.is_empty() {
        named.push_str(&format!(" +{}", findings.join("+")));
    }
    let line = format!(
        "{id:<44} {:<19} {named:<26} {:<10} {:>5} {:>7.1}",
        word(&report.outcome),
        certainty.map_or_else(|| "–".to_owned(), |certainty| word(&certainty)),
        report.connections,
        seconds(report.elapsed_us)
    );
    let allowed = allowed(scenario, run.twin);
    let mut faults = if run.twin || scenario.cause.is_none() {
        match run.chance {
            0 => healthy(report),
            // Chance may cost a connection more; a cause it must not make.
            _ => blamed(report, &allowed),
        }
    } else if run.without_facts || run.chance > 0 {
        blamed(report, &allowed)
    } else {
        exactly(scenario, report)
    };
    faults.extend(replayed_otherwise(report));
    let wrong = report.causes.iter().any(|cause| {
        cause.certainty == Certainty::Proven && !allowed.contains(cause.id.0.as_str())
    });
    Row {
        id,
        faults,
        wrong_and_proven: wrong,
        line,
    }
}

/// Whether the evidence alone, judged once more, comes to anything else.
fn replayed_otherwise(report: &Report) -> Option<String> {
    let named = |causes: &[Cause]| -> Vec<(CauseId, Certainty)> {
        let named = causes.iter();
        named
            .map(|cause| (cause.id.clone(), cause.certainty))
            .collect()
    };
    let Some(again) = diagnose::replay(report) else {
        return Some("cannot be replayed".to_owned());
    };
    let same = again.outcome == report.outcome
        && again.verdict == report.verdict
        && named(&again.causes) == named(&report.causes)
        && again.undecided == report.undecided;
    (!same).then(|| format!("replayed: {:?}", named(&again.causes)))
}

/// Causes that may be named.
fn allowed(scenario: &NetScenario, twin: bool) -> BTreeSet<&str> {
    if twin {
        return BTreeSet::new();
    }
    let expected = &scenario.expected;
    let named = expected.causes.iter().chain(&expected.undecided);
    named
        .chain(&expected.findings)
        .map(|id| id.0.as_str())
        .collect()
}

/// Causes that are named and may not be: a suspicion may, where what was staged is said to fit as well.
fn blamed(report: &Report, allowed: &BTreeSet<&str>) -> Vec<String> {
    let named = report.causes.iter();
    let open = |cause: &&Cause| {
        let groups = report.undecided.iter();
        let mut beside = groups.filter(|group| group.among.contains(&cause.id));
        cause.certainty == Certainty::Suspected
            && beside.any(|group| group.among.iter().any(|id| allowed.contains(id.0.as_str())))
    };
    let wrong = named.filter(|cause| !allowed.contains(cause.id.0.as_str()) && !open(cause));
    wrong
        .map(|cause| format!("{} is not what was staged", cause.id))
        .collect()
}

/// As with every scenario; and what stays undecided is exactly the group, with a command.
fn exactly(scenario: &NetScenario, report: &Report) -> Vec<String> {
    let expected = &scenario.expected;
    let mut faults = as_expected(expected, report);
    if expected.verdict == Verdict::Undecided {
        let ids = |ids: Vec<&CauseId>| {
            ids.into_iter()
                .map(|id| id.0.clone())
                .collect::<BTreeSet<_>>()
        };
        let wanted = ids(expected.undecided.iter().collect());
        let groups = &report.undecided;
        let got = ids(groups.iter().flat_map(|group| &group.among).collect());
        if wanted != got {
            faults.push(format!(
                "undecided: expected exactly {wanted:?}, got {got:?}"
            ));
        }
        if groups.iter().any(|group| group.command.is_none()) {
            faults.push("undecided: no command is given that would tell".to_owned());
        }
    }
    let names = !expected.causes.is_empty() || !expected.undecided.is_empty();
    if names && report.elapsed_us > LATEST_US {
        faults.push(format!("{:.1} s", seconds(report.elapsed_us)));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::{NEVER_EXCHANGED, SAMPLE, STALLS};

    #[test]
    fn what_is_chosen_is_there() {
        let scenarios = lab::net::scenarios();
        for id in SAMPLE.iter().chain(&NEVER_EXCHANGED) {
            assert!(scenarios.iter().any(|scenario| scenario.id == *id), "{id}");
        }
        for cause in STALLS {
            assert!(
                scenarios
                    .iter()
                    .any(|scenario| scenario.cause == Some(cause)),
                "{cause}"
            );
        }
    }
}
