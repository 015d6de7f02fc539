//! A running server, and the program that diagnoses it.

use crate::authority::Authority;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use report::Report;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Output, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// How long a server may take to end what it started.
const FAREWELL: Duration = Duration::from_secs(5);
/// How long a server may take to read its configuration again.
const RELOAD: Duration = Duration::from_secs(30);

/// A server process on a loopback port, ended when dropped.
pub(crate) struct Server {
    child: Option<Child>,
    port: u16,
}

impl Server {
    /// A port nobody listens on.
    pub(crate) fn absent() -> Self {
        Self {
            child: None,
            port: free_port(),
        }
    }

    /// Starts `command`, and waits until something listens on `port`.
    pub(crate) fn start(mut command: Command, port: u16) -> Self {
        let log = tempfile::NamedTempFile::new().expect("a log file");
        let output = log.reopen().expect("the log file");
        command
            .stdin(Stdio::piped())
            .stdout(output.try_clone().expect("a handle"))
            .stderr(output);
        let child = command.spawn().unwrap_or_else(|error| {
            panic!("{command:?} cannot be started: {error}\nhint: cargo xtask test installs it")
        });
        let mut server = Self {
            child: Some(child),
            port,
        };
        let until = Instant::now() + Duration::from_secs(30);
        while !server.listens() {
            let child = server.child.as_mut().expect("started");
            if let Some(status) = child.try_wait().expect("a child") {
                panic!(
                    "{command:?} ended with {status}: {}",
                    std::fs::read_to_string(log.path()).unwrap_or_default()
                );
            }
            assert!(
                Instant::now() < until,
                "{command:?} does not listen: {}",
                std::fs::read_to_string(log.path()).unwrap_or_default()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
        server
    }

    /// The port it listens on.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Tells it to read its configuration again, and waits until none of the processes that it had started is left and it
    /// has others. For servers of several processes.
    pub(crate) fn reload(&self) {
        let id = self.child.as_ref().expect("started").id();
        let children = || {
            let list = std::fs::read_to_string(format!("/proc/{id}/task/{id}/children"));
            let list = list.expect("the processes it started");
            list.split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        let before = children();
        assert!(!before.is_empty(), "it works alone");
        let process = Pid::from_raw(i32::try_from(id).expect("a process id"));
        kill(process, Signal::SIGHUP).expect("it runs");
        let until = Instant::now() + RELOAD;
        let is_done = |now: &[String]| !now.is_empty() && !now.iter().any(|id| before.contains(id));
        while !is_done(&children()) {
            assert!(Instant::now() < until, "it was not reloaded");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Looks at the kernel's table of listening sockets, so that the server sees no connection it would have to serve.
    fn listens(&self) -> bool {
        let Some(child) = self.child.as_ref() else {
            return false;
        };
        let table =
            std::fs::read_to_string(format!("/proc/{}/net/tcp", child.id())).unwrap_or_default();
        let table6 =
            std::fs::read_to_string(format!("/proc/{}/net/tcp6", child.id())).unwrap_or_default();
        let port = format!(":{:04X} ", self.port);
        table
            .lines()
            .chain(table6.lines())
            .any(|line| line.contains(&port) && line.split_whitespace().nth(3) == Some("0A"))
    }

    /// Diagnoses it with the authority's root trusted and its clock asked.
    pub(crate) fn diagnose(&self, host: &str, authority: &Authority, more: &[&str]) -> Report {
        let (ca_file, clock) = (authority.ca_file(), authority.clock());
        let mut arguments = vec!["--ca-file", &ca_file];
        arguments.extend(["--time-source", &clock]);
        arguments.extend(more);
        self.run(host, &arguments)
    }

    pub(crate) fn diagnose_without_clock(&self, host: &str, authority: &Authority) -> Report {
        self.run(host, &["--ca-file", &authority.ca_file()])
    }

    /// Diagnoses it with the system's trust store, and `arguments`.
    pub(crate) fn diagnose_untrusting(&self, host: &str, arguments: &[&str]) -> Report {
        self.run(host, arguments)
    }

    /// Diagnoses it from a machine whose clock is `shift` off, such as `-2d`; the server and its clock keep the right time.
    pub(crate) fn run_at(&self, shift: &str, host: &str, arguments: &[&str]) -> Report {
        let connect = format!("127.0.0.1:{}", self.port);
        let mut command = Command::new("faketime");
        command
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .args(["-m", "--exclude-monotonic", "-f", shift])
            .arg(env!("CARGO_BIN_EXE_tlsmedic"))
            .args(["diagnose", &format!("{host}:{}", self.port)])
            .args(["--connect", &connect, "--format", "json", "--lang", "en"])
            .args(arguments);
        let output = command.output().unwrap_or_else(|error| {
            panic!("faketime cannot be started: {error}\nhint: cargo xtask test installs it")
        });
        read(&output)
    }

    /// Diagnoses it with these arguments alone.
    pub(crate) fn run(&self, host: &str, arguments: &[&str]) -> Report {
        let connect = format!("127.0.0.1:{}", self.port);
        let target = format!("{host}:{}", self.port);
        examine(&target, &[&["--connect", &connect], arguments].concat())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let Some(child) = &mut self.child else {
            return;
        };
        // A server of several processes ends the others when it is asked to end, not when it is killed.
        if let Ok(id) = i32::try_from(child.id()) {
            let _ = kill(Pid::from_raw(id), Signal::SIGTERM);
        }
        let until = Instant::now() + FAREWELL;
        while Instant::now() < until && matches!(child.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = child.kill();
        let _ = child.wait();
    }
}

/// Diagnoses `target`, wherever its name leads. Nothing of this machine's settings counts, such as its proxy.
pub(crate) fn examine(target: &str, arguments: &[&str]) -> Report {
    examine_in(&[], target, arguments)
}

/// Diagnoses `target` with these environment variables and no other.
pub(crate) fn examine_in(environment: &[(&str, &str)], target: &str, arguments: &[&str]) -> Report {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tlsmedic"));
    command
        .env_clear()
        .envs(environment.iter().copied())
        .args(["diagnose", target, "--format", "json", "--lang", "en"])
        .args(arguments);
    read(&command.output().expect("tlsmedic runs"))
}

/// The verdict again from the report.
pub(crate) fn replay(report: &Report) -> Report {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(&serde_json::to_vec(report).expect("JSON"))
        .expect("written");
    let output = Command::new(env!("CARGO_BIN_EXE_tlsmedic"))
        .args(["replay", "--format", "json"])
        .arg(file.path())
        .output()
        .expect("tlsmedic runs");
    read(&output)
}

/// The report on standard output, which must keep to the schema.
fn read(output: &Output) -> Report {
    static SCHEMA: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
        let schema = serde_json::from_str(include_str!("../../../../docs/report.schema.json"));
        jsonschema::validator_for(&schema.expect("JSON")).expect("a schema")
    });
    let report: serde_json::Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
            panic!(
                "no report ({error}): {}",
                String::from_utf8_lossy(&output.stderr)
            )
        });
    let faults: Vec<String> = SCHEMA
        .iter_errors(&report)
        .map(|fault| fault.to_string())
        .collect();
    assert!(faults.is_empty(), "{faults:?}");
    serde_json::from_value(report).expect("a report")
}

/// A loopback port that was free a moment ago.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    drop(listener);
    assert!(
        TcpStream::connect(("127.0.0.1", port)).is_err(),
        "port {port} is taken again already"
    );
    port
}
