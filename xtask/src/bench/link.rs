//! What an examination costs over a long link: how many of its round trips.

use super::{Arguments, RUNS, cheapest, command, milliseconds};
use crate::run::{everybodys, say};
use anyhow::{Context, Result};
use lab::net::NetRunning;
use report::Report;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// The network, and its round trip.
const NETWORK: &str = "net-healthy-fifty";
const ROUND_TRIP: Duration = Duration::from_millis(50);

/// Round trips of `diagnose` for a healthy target, beside those of the peers.
pub(super) fn diagnose(program: &Path) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let program = everybodys(program, &folder)?;
    let network = lab::net::start(NETWORK, false, folder.path())
        .context("a link is staged as root, with /dev/net/tun")?;
    let target = Arguments::of(&network.arguments)?;
    let words = ["diagnose", "--format", "json"];
    let own = cheapest(|| run(&network, command(&program, &words, &network.arguments)))?;
    let openssl = cheapest(|| run(&network, target.openssl()))?;
    let curl = cheapest(|| run(&network, target.curl()))?;
    say(&format!(
        "healthy target {} ms away, one run, the fastest of {RUNS}",
        ROUND_TRIP.as_millis()
    ));
    say(&format!(
        "{:<22} {:>9} {:>12}",
        "program", "wall ms", "round trips"
    ));
    let peers = [
        ("tlsmedic diagnose", &own),
        ("openssl s_client", &openssl),
        ("curl", &curl),
    ];
    for (name, cost) in peers {
        row(name, cost.wall);
    }
    let mut shortest = Duration::MAX;
    for _ in 0..RUNS {
        let examined = command(&program, &words, &network.arguments);
        shortest = shortest.min(elapsed(&network, examined)?);
    }
    row("its report: elapsed", shortest);
    Ok(())
}

fn row(name: &str, wall: Duration) {
    say(&format!(
        "{name:<22} {:>9.1} {:>12.1}",
        milliseconds(wall),
        wall.as_secs_f64() / ROUND_TRIP.as_secs_f64()
    ));
}

/// Runs it where the client is.
fn run(network: &NetRunning, command: Command) -> Result<()> {
    network.client.spawn(command)?.wait()?;
    Ok(())
}

fn elapsed(network: &NetRunning, mut command: Command) -> Result<Duration> {
    command.stdout(Stdio::piped());
    let output = network.client.spawn(command)?.wait_with_output()?;
    let report: Report = serde_json::from_slice(&output.stdout).context("no report")?;
    Ok(Duration::from_micros(report.elapsed_us))
}
