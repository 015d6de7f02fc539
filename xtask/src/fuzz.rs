//! The fuzz targets of `fuzz/`, which is a workspace of its own.

use crate::run::{exists, root, run as execute, run_with, say};
use anyhow::{Context, Result};

/// The version of cargo-fuzz that is installed where it is missing.
const CARGO_FUZZ: &str = "0.13.2";

/// Runs every target for `seconds`. libFuzzer works on the stable compiler with `RUSTC_BOOTSTRAP=1`.
pub(crate) fn run(seconds: u32) -> Result<()> {
    if !exists("cargo-fuzz") {
        say("installing cargo-fuzz");
        execute(
            "cargo",
            &[
                "install",
                "--quiet",
                "--locked",
                "cargo-fuzz",
                "--version",
                CARGO_FUZZ,
            ],
        )?;
    }
    let folder = root().join("fuzz/fuzz_targets");
    let mut targets: Vec<String> = std::fs::read_dir(&folder)
        .with_context(|| format!("{} cannot be read", folder.display()))?
        .filter_map(|entry| Some(entry.ok()?.path().file_stem()?.to_str()?.to_owned()))
        .collect();
    targets.sort();
    let time = format!("-max_total_time={seconds}");
    for target in &targets {
        let arguments = [
            "fuzz",
            "run",
            target,
            "--",
            &time,
            "-max_len=65536",
            "-rss_limit_mb=2048",
            "-timeout=10",
        ];
        run_with("cargo", &arguments, &[("RUSTC_BOOTSTRAP", "1")])?;
    }
    say(&format!(
        "{} fuzz targets, {seconds} s each, no finding",
        targets.len()
    ));
    Ok(())
}
