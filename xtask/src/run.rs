//! Running other programs.

use anyhow::{Context, Result, bail};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// The project's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// Prints what is about to happen.
#[expect(
    clippy::print_stdout,
    reason = "xtask talks to the developer who runs it"
)]
pub(crate) fn say(line: &str) {
    println!("{line}");
}

/// Says at once what a later table repeats.
#[expect(
    clippy::print_stderr,
    reason = "xtask talks to the developer who runs it"
)]
pub(crate) fn warn(line: &str) {
    eprintln!("{line}");
}

/// Runs a program in the project's root; an exit status other than 0 is an error.
pub(crate) fn run(program: &str, arguments: &[&str]) -> Result<()> {
    run_with(program, arguments, &[])
}

/// The same with environment variables.
pub(crate) fn run_with(
    program: &str,
    arguments: &[&str],
    environment: &[(&str, &str)],
) -> Result<()> {
    let shown = format!("{program} {}", arguments.join(" "));
    say(&format!("==> {shown}"));
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(root())
        .envs(environment.iter().copied());
    let status = command
        .status()
        .with_context(|| format!("{program} cannot be started"))?;
    if !status.success() {
        bail!("`{shown}` ended with {status}");
    }
    Ok(())
}

/// Whether a program can be started.
pub(crate) fn exists(program: &str) -> bool {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&paths).any(|folder| folder.join(program).is_file())
}

/// Builds the program and returns its path.
pub(crate) fn tlsmedic(release: bool) -> Result<PathBuf> {
    let mut arguments = vec!["build", "--quiet", "--package", "tlsmedic"];
    if release {
        arguments.push("--release");
    }
    run("cargo", &arguments)?;
    let metadata = cargo_metadata::MetadataCommand::new()
        .current_dir(root())
        .no_deps()
        .exec()?;
    let profile = if release { "release" } else { "debug" };
    Ok(metadata
        .target_directory
        .as_std_path()
        .join(profile)
        .join("tlsmedic"))
}

/// A copy of the program in a folder that everybody may read.
pub(crate) fn everybodys(program: &Path, folder: &TempDir) -> Result<PathBuf> {
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755))?;
    let copy = folder.path().join("tlsmedic");
    fs::copy(program, &copy).context("the program cannot be copied")?;
    fs::set_permissions(&copy, Permissions::from_mode(0o755))?;
    Ok(copy)
}
