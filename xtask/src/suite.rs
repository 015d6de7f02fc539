//! The test command and what surrounds it in CI.

use crate::run::{exists, run, run_with, say};
use crate::{accuracy, fuzz, layers, needs, pypi};
use anyhow::Result;

/// Seconds for each fuzz target, in a sample and in full.
const FUZZ_SECONDS: (u32, u32) = (10, 60);

/// Draws of the property tests in a sample are always the same; a full run draws anew.
const SAMPLE_SEED: (&str, &str) = ("PROPTEST_RNG_SEED", "20261123");

/// Installs what the tests need, runs them, and then the accuracy suite.
pub(crate) fn test(full: bool) -> Result<()> {
    needs::install()?;
    pypi::install()?;
    // A rare failure that a random draw finds is for who looks for it, not for whoever lands next.
    let seed: &[(&str, &str)] = if full { &[] } else { &[SAMPLE_SEED] };
    if exists("cargo-nextest") {
        let profile = if full { "full" } else { "default" };
        run_with(
            "cargo",
            &["nextest", "run", "--workspace", "--profile", profile],
            seed,
        )?;
        run("cargo", &["test", "--quiet", "--workspace", "--doc"])?;
    } else {
        run_with("cargo", &["test", "--quiet", "--workspace"], seed)?;
    }
    accuracy::run(None, full)
}

/// What a submission must pass beside the tests.
pub(crate) fn check(full: bool) -> Result<()> {
    run("cargo", &["fmt", "--all", "--check"])?;
    run(
        "cargo",
        &[
            "clippy",
            "--quiet",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ],
    )?;
    run_with(
        "cargo",
        &[
            "doc",
            "--quiet",
            "--workspace",
            "--no-deps",
            "--document-private-items",
        ],
        &[("RUSTDOCFLAGS", "-D warnings")],
    )?;
    layers::check()?;
    let (sample, whole) = FUZZ_SECONDS;
    fuzz::run(if full { whole } else { sample })?;
    say("everything passed");
    Ok(())
}
