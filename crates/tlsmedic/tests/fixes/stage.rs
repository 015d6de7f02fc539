//! A machine of its own for what is tried: this one's programs with another /etc, in namespaces of its own.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

const MAKE: &str = include_str!("stage.sh");
const ENTER: &str = include_str!("enter.sh");

/// What programs that ask for a password, or whether they may, are told.
const ANSWERS: &str = "changeit\nchangeit\nchangeit\nyes\nyes\n";

/// The machine.
pub(crate) struct Stage {
    folder: TempDir,
}

/// How a command ended, and what it said.
pub(crate) struct Ending {
    pub(crate) is_good: bool,
    pub(crate) said: String,
}

impl Stage {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let made = Command::new("bash")
            .args(["-c", MAKE, "stage"])
            .arg(folder.path())
            .output()
            .expect("bash runs");
        let said = String::from_utf8_lossy(&made.stderr);
        assert!(made.status.success(), "the machine cannot be made: {said}");
        let tlsmedic = folder.path().join("bin/tlsmedic");
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_tlsmedic"), tlsmedic).expect("a link");
        Self { folder }
    }

    /// The same machine as it was when it was new.
    pub(crate) fn copy(&self) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let status = Command::new("cp")
            .arg("-a")
            .arg(self.folder.path().join("."))
            .arg(folder.path())
            .status()
            .expect("cp runs");
        assert!(status.success(), "the machine cannot be copied");
        Self { folder }
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(
            Path::new(file)
                .strip_prefix("/")
                .expect("a path from the root"),
        )
    }

    /// Writes a file below `/etc`.
    pub(crate) fn write(&self, file: &str, content: &str) {
        fs::write(self.path(file), content).expect("written");
    }

    /// What stands in a file below `/etc`.
    pub(crate) fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).expect("a file")
    }

    /// Runs a line of shell.
    pub(crate) fn run(&self, line: &str) -> Ending {
        let mut child = Command::new("unshare")
            .args(["--mount", "--net", "bash", "-c", ENTER, "enter"])
            .arg(self.folder.path())
            .arg(line)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("unshare runs");
        let mut answers = child.stdin.take().expect("a pipe");
        // Who asks nothing may be gone already.
        let _ = answers.write_all(ANSWERS.as_bytes());
        drop(answers);
        let output = child.wait_with_output().expect("it ends");
        let said = [output.stdout, output.stderr].concat();
        Ending {
            is_good: output.status.success(),
            said: String::from_utf8_lossy(&said).into_owned(),
        }
    }
}

/// Has the shell read a line without running it.
pub(crate) fn read_only(line: &str) -> Ending {
    let output = Command::new("bash")
        .args(["-n", "-c", line])
        .output()
        .expect("bash runs");
    Ending {
        is_good: output.status.success(),
        said: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}
