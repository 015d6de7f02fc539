//! The program in an environment and a folder of its own, so that it writes the same everywhere.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A folder that the program runs in.
pub(crate) struct Place {
    folder: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder"),
        }
    }

    /// The folder.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file of that name.
    pub(crate) fn file(&self, name: &str, octets: impl AsRef<[u8]>) -> &Self {
        std::fs::write(self.folder.path().join(name), octets).expect("written");
        self
    }

    /// The program with nothing of this machine's settings.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tlsmedic"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear();
        command
            .env("LANG", "C.UTF-8")
            .env("HOME", self.folder.path())
            .env("TMPDIR", self.folder.path());
        command
    }

    /// Runs it to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        Run::of(
            &self
                .command(arguments)
                .stdin(Stdio::null())
                .output()
                .expect("it runs"),
        )
    }

    /// Runs it with something on its standard input.
    pub(crate) fn run_with(&self, arguments: &[&str], input: &[u8]) -> Run {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        child
            .stdin
            .take()
            .expect("a pipe")
            .write_all(input)
            .expect("read");
        Run::of(&child.wait_with_output().expect("it ends"))
    }

    /// What each of several wrong command lines is answered with. Each must end with status 2 and nothing on stdout.
    pub(crate) fn refusals(&self, lines: &[&[&str]]) -> String {
        let one = |line: &&[&str]| {
            let run = self.run(line);
            assert_eq!(
                (run.status, run.stdout.as_str()),
                (2, ""),
                "{line:?}: {}",
                run.stderr
            );
            format!("$ tlsmedic {}\n{}", line.join(" "), run.stderr)
        };
        lines.iter().map(one).collect()
    }
}

/// What a run came to.
pub(crate) struct Run {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    fn of(output: &Output) -> Self {
        let text = |octets: &[u8]| String::from_utf8(octets.to_vec()).expect("UTF-8");
        Self {
            status: output.status.code().unwrap_or(-1),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }
}

/// A report in `testdata`.
pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testdata")
        .join(name)
}
