//! What an examination costs, counted beside the peers in the same run.

mod link;

use crate::run::{exists, say, tlsmedic};
use anyhow::{Context, Result, bail};
use report::{Direction, Report};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Runs of each program; the fastest counts, because noise only adds.
const RUNS: usize = 5;

struct Cost {
    wall: Duration,
    cpu: Duration,
}

/// Connections, octets, round trips, CPU and wall time of `diagnose` for a healthy target and for each cause's first scenario.
pub(crate) fn diagnose() -> Result<()> {
    for peer in ["openssl", "curl"] {
        if !exists(peer) {
            bail!("{peer} is not installed\nhint: cargo xtask test installs what is needed");
        }
    }
    let program = tlsmedic(true)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let folder = tempfile::tempdir()?;
    let healthy = lab::scenarios()
        .iter()
        .find(|scenario| scenario.cause.is_none())
        .context("no healthy scenario")?;
    let running = runtime
        .block_on(lab::start(&healthy.id, false, folder.path()))
        .map_err(|error| anyhow::anyhow!("{error}"))?;
    let target = Arguments::of(&running.arguments)?;
    let own = cheapest(|| {
        let more = &running.arguments;
        run(command(&program, &["diagnose", "--format", "json"], more))
    })?;
    let openssl = cheapest(|| run(target.openssl()))?;
    let curl = cheapest(|| run(target.curl()))?;
    say("healthy target on loopback, one run, the fastest of five");
    say(&format!(
        "{:<22} {:>9} {:>9} {:>12}",
        "program", "wall ms", "CPU ms", "wall ratio"
    ));
    for (name, cost) in [
        ("tlsmedic diagnose", &own),
        ("openssl s_client", &openssl),
        ("curl", &curl),
    ] {
        let ratio = own.wall.as_secs_f64() / cost.wall.as_secs_f64();
        say(&format!(
            "{name:<22} {:>9.1} {:>9.1} {ratio:>12.2}",
            milliseconds(cost.wall),
            milliseconds(cost.cpu)
        ));
    }
    runtime.block_on(running.stop());
    say("");
    link::diagnose(&program)?;
    say("");
    say(&format!(
        "{:<34} {:>6} {:>9} {:>9} {:>12} {:>9}",
        "scenario", "conns", "sent", "received", "round trips", "wall ms"
    ));
    let mut seen = std::collections::BTreeSet::new();
    for scenario in lab::scenarios()
        .iter()
        .filter(|scenario| seen.insert(scenario.cause))
    {
        let output = Command::new(&program)
            .args([
                "diagnose",
                &format!("lab:{}", scenario.id),
                "--format",
                "json",
            ])
            .output()?;
        let report: Report =
            serde_json::from_slice(&output.stdout).with_context(|| scenario.id.clone())?;
        let octets = |direction| {
            report
                .evidence
                .iter()
                .flat_map(|entry| &entry.observed.traffic)
                .filter(|segment| segment.direction == direction)
                .map(|segment| segment.bytes.len())
                .sum::<usize>()
        };
        say(&format!(
            "{:<34} {:>6} {:>9} {:>9} {:>12} {:>9.1}",
            scenario.id,
            report.connections,
            octets(Direction::Sent),
            octets(Direction::Received),
            round_trips(&report),
            std::time::Duration::from_micros(report.elapsed_us).as_secs_f64() * 1e3
        ));
    }
    Ok(())
}

/// The longest chain of experiments, each started after the one before had ended, in round trips: one for TCP and one for
/// each time the direction turned on the connection.
fn round_trips(report: &Report) -> usize {
    let mut spans: Vec<(u64, u64, usize)> = report
        .evidence
        .iter()
        .filter(|entry| entry.conditions.address().is_some())
        .filter_map(|entry| {
            let start = entry.observed.phases.first()?.start_us;
            let end = entry
                .observed
                .phases
                .iter()
                .map(|phase| phase.start_us + phase.elapsed_us)
                .max()?;
            let turns = entry
                .observed
                .traffic
                .windows(2)
                .filter(|pair| {
                    pair.first().map(|one| one.direction) == Some(Direction::Sent)
                        && pair.last().map(|other| other.direction) == Some(Direction::Received)
                })
                .count();
            Some((start, end, turns + 1))
        })
        .collect();
    spans.sort_unstable();
    let mut longest: Vec<(u64, usize)> = Vec::new();
    for (start, end, trips) in spans {
        let before = longest
            .iter()
            .filter(|(ended, _)| *ended <= start)
            .map(|(_, trips)| *trips)
            .max()
            .unwrap_or(0);
        longest.push((end, before + trips));
    }
    longest
        .into_iter()
        .map(|(_, trips)| trips)
        .max()
        .unwrap_or(0)
}

struct Arguments {
    host: String,
    port: String,
    connect: String,
    ca_file: String,
}

impl Arguments {
    fn of(arguments: &[String]) -> Result<Self> {
        let after = |name: &str| {
            let place = arguments
                .iter()
                .position(|argument| argument == name)
                .with_context(|| format!("the scenario has no {name}"))?;
            arguments
                .get(place + 1)
                .cloned()
                .with_context(|| format!("{name} has no value"))
        };
        let target = arguments.first().context("the scenario has no target")?;
        let (host, port) = target.rsplit_once(':').context("the target has no port")?;
        Ok(Self {
            host: host.to_owned(),
            port: port.to_owned(),
            connect: after("--connect")?,
            ca_file: after("--ca-file")?,
        })
    }

    /// One handshake of OpenSSL's.
    fn openssl(&self) -> Command {
        let words = [
            "s_client",
            "-connect",
            &self.connect,
            "-servername",
            &self.host,
            "-CAfile",
            &self.ca_file,
        ];
        command(Path::new("openssl"), &words, &[])
    }

    /// One request of curl's.
    fn curl(&self) -> Command {
        let there = format!("{}:{}:{}", self.host, self.port, self.connect);
        let url = format!("https://{}:{}/", self.host, self.port);
        let words = [
            "-sS",
            "-o",
            "/dev/null",
            "--cacert",
            &self.ca_file,
            "--connect-to",
            &there,
            &url,
        ];
        command(Path::new("curl"), &words, &[])
    }
}

fn milliseconds(span: Duration) -> f64 {
    span.as_secs_f64() * 1e3
}

fn run(mut command: Command) -> Result<()> {
    command.status().context("a program cannot be started")?;
    Ok(())
}

fn command(program: &Path, arguments: &[&str], more: &[String]) -> Command {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .args(more)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

fn cheapest(run: impl Fn() -> Result<()>) -> Result<Cost> {
    let mut best: Option<Cost> = None;
    for _ in 0..RUNS {
        let before = children_cpu()?;
        let started = Instant::now();
        run()?;
        let cost = Cost {
            wall: started.elapsed(),
            cpu: children_cpu()?.saturating_sub(before),
        };
        if best.as_ref().is_none_or(|known| cost.wall < known.wall) {
            best = Some(cost);
        }
    }
    best.context("no run")
}

/// CPU time of the children waited for so far: fields 16 and 17 of /proc/self/stat (proc(5)), in clock ticks of 10 ms.
fn children_cpu() -> Result<Duration> {
    const TICK_MS: u64 = 10;
    let stat = std::fs::read_to_string("/proc/self/stat").context("/proc/self/stat")?;
    let after_name = stat
        .rsplit_once(')')
        .map(|(_, rest)| rest)
        .context("/proc/self/stat has no name")?;
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let ticks = [13, 14]
        .iter()
        .filter_map(|place| fields.get(*place)?.parse::<u64>().ok())
        .sum::<u64>();
    Ok(Duration::from_millis(ticks * TICK_MS))
}
