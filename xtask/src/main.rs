//! Everything a developer runs: `cargo xtask --help`.

mod accuracy;
mod bench;
mod flights;
mod fuzz;
mod intermediates;
mod layers;
mod needs;
mod pypi;
mod run;
mod suite;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "What a developer of tlsmedic runs")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Install what the tests need (apt-get, as root), run all tests, then the accuracy suite
    Test {
        /// The long suites whole instead of a fixed sample
        #[arg(long)]
        full: bool,
    },
    /// What a submission must pass beside the tests: format, clippy, docs, layers, fuzz smoke run
    Check {
        /// The long suites whole instead of a fixed sample
        #[arg(long)]
        full: bool,
    },
    /// Check which crate depends on which, and what the pure ones may use
    Layers,
    /// Diagnose every lab scenario and its healthy twin, and print verdict beside expectation
    Accuracy {
        /// Only scenarios whose id contains this
        only: Option<String>,
        /// All scenarios instead of a fixed sample
        #[arg(long)]
        full: bool,
    },
    /// Count what an examination costs, beside openssl and curl in the same run
    Bench {
        /// What to measure
        #[command(subcommand)]
        what: BenchCommand,
    },
    /// Write the known intermediates anew from a PEM bundle
    Intermediates {
        /// The bundle, as data/SOURCES.md names it
        bundle: PathBuf,
    },
    /// Run every fuzz target for a while
    Fuzz {
        /// Seconds for each target
        #[arg(long, default_value_t = 10)]
        seconds: u32,
    },
}

#[derive(Subcommand)]
enum BenchCommand {
    /// Connections, octets, round trips, CPU and wall time of `diagnose`
    Diagnose,
}

#[expect(
    clippy::print_stderr,
    reason = "the one place where xtask reports its failure"
)]
fn main() -> ExitCode {
    match dispatch(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(command: Command) -> Result<()> {
    match command {
        Command::Test { full } => suite::test(full),
        Command::Check { full } => suite::check(full),
        Command::Layers => layers::check(),
        Command::Accuracy { only, full } => accuracy::run(only.as_deref(), full),
        Command::Bench {
            what: BenchCommand::Diagnose,
        } => bench::diagnose(),
        Command::Intermediates { bundle } => intermediates::write(&bundle),
        Command::Fuzz { seconds } => fuzz::run(seconds),
    }
}
