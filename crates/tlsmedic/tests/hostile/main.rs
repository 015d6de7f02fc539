//! Peers that do everything wrong: no panic, no hang past the deadline, little memory, and always a report.

mod cut;
mod fetches;

use report::{Outcome, Report, Verdict};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

/// Resident memory the program may take, in KiB.
const MEMORY_KIB: u64 = 64 * 1024;
/// What a client waits, in seconds; each test's peers would keep it waiting for ever.
const TIMEOUT: &str = "3";
/// A step that lasts this long, in microseconds, has missed its deadline. A busy machine is late by seconds; these peers would
/// hold a client without a deadline for ever.
const MISSED_US: u64 = 12_000_000;

/// Serves every connection with `speak` after its first octets came, until the process ends.
fn serve(
    speak: impl Fn(&[u8], &mut TcpStream) -> std::io::Result<()> + Send + Sync + 'static,
) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let speak = Arc::new(speak);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let speak = Arc::clone(&speak);
            std::thread::spawn(move || {
                let _ = stream.set_write_timeout(Some(Duration::from_secs(20)));
                let mut hello = [0; 4096];
                let read = stream.read(&mut hello).unwrap_or(0);
                let _ = speak(hello.get(..read).unwrap_or_default(), &mut stream);
                let _ = stream.shutdown(Shutdown::Both);
            });
        }
    });
    port
}

/// Diagnoses the port; the report, and the most memory the program took.
fn diagnose(port: u16) -> (Report, u64) {
    let target = format!("hostile.test:{port}");
    let connect = format!("127.0.0.1:{port}");
    let output = tempfile::NamedTempFile::new().expect("a file");
    let program = env!("CARGO_BIN_EXE_tlsmedic");
    let mut command = Command::new(program);
    command.env_clear().args([
        "diagnose",
        &target,
        "--connect",
        &connect,
        "--timeout",
        TIMEOUT,
        "--format",
        "json",
        "--offline",
    ]);
    command
        .stdout(Stdio::from(output.reopen().expect("the file")))
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("tlsmedic runs");
    let mut most = 0;
    while child.try_wait().expect("a child").is_none() {
        most = most.max(high_water(child.id()));
        std::thread::sleep(Duration::from_millis(5));
    }
    let output = std::fs::read(output.path()).expect("the output");
    let mut errors = String::new();
    child
        .stderr
        .take()
        .map(|mut stderr| stderr.read_to_string(&mut errors));
    assert!(!errors.contains("panicked"), "{errors}");
    (
        serde_json::from_slice(&output)
            .unwrap_or_else(|error| panic!("no report ({error}): {errors}")),
        most,
    )
}

/// VmHWM of a process, in KiB; 0 once it is gone.
fn high_water(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    line.and_then(|line| line.split_whitespace().nth(1))
        .and_then(|number| number.parse().ok())
        .unwrap_or(0)
}

/// The peer never gets past as a working server, and the program keeps its bounds.
fn survives(
    what: &str,
    speak: impl Fn(&[u8], &mut TcpStream) -> std::io::Result<()> + Send + Sync + 'static,
) -> Report {
    let (report, memory) = diagnose(serve(speak));
    assert!(
        matches!(report.outcome, Outcome::Fails | Outcome::NotTested),
        "{what}: {:?}",
        report.outcome
    );
    assert!(
        report
            .causes
            .iter()
            .all(|cause| cause.certainty < report::Certainty::Proven),
        "{what}: {:?}",
        report.causes
    );
    assert!(
        report.verdict == Verdict::Undecided || !report.causes.is_empty(),
        "{what}"
    );
    assert!(memory > 0 && memory < MEMORY_KIB, "{what}: {memory} KiB");
    let longest = report
        .timeline
        .iter()
        .map(|entry| entry.elapsed_us)
        .max()
        .unwrap_or(0);
    assert!(
        longest < MISSED_US,
        "{what}: a step took {longest} µs with a timeout of {TIMEOUT} s"
    );
    report
}

/// A TLS 1.2 record.
fn record(content_type: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len())
        .expect("a short body")
        .to_be_bytes();
    [&[content_type, 3, 3], &length[..], body].concat()
}

/// A handshake message in as many records as it takes.
fn handshake(typ: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len())
        .expect("a short body")
        .to_be_bytes();
    let message = [&[typ], &length[1..], body].concat();
    message
        .chunks(16384)
        .flat_map(|part| record(22, part))
        .collect()
}

fn server_hello() -> Vec<u8> {
    let body = [&[3, 3][..], &[7; 32], &[0, 0xc0, 0x2f, 0]].concat();
    handshake(2, &body)
}

/// A Certificate message that holds `count` certificates of `size` octets of nothing.
fn certificates(count: usize, size: usize) -> Vec<u8> {
    let length = |number: usize| u32::try_from(number).expect("short").to_be_bytes()[1..].to_vec();
    let list: Vec<u8> = (0..count)
        .flat_map(|_| [length(size), vec![0x30; size]].concat())
        .collect();
    handshake(11, &[length(list.len()), list].concat())
}

#[test]
fn random_octets() {
    survives("random", |_, stream| {
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        let octets: Vec<u8> = (0..100_000)
            .map(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                state.to_le_bytes()[0]
            })
            .collect();
        stream.write_all(&octets)
    });
}

#[test]
fn an_endless_stream() {
    survives("endless", |_, stream| {
        let record = record(22, &[0; 16384]);
        loop {
            stream.write_all(&record)?;
        }
    });
}

#[test]
fn one_octet_now_and_then() {
    survives("slow", |_, stream| {
        for octet in server_hello() {
            stream.write_all(&[octet])?;
            std::thread::sleep(Duration::from_millis(500));
        }
        Ok(())
    });
}

#[test]
fn huge_lengths() {
    survives("record length", |_, stream| {
        stream.write_all(&[22, 3, 3, 0xff, 0xff, 1, 2, 3])
    });
    survives("message length", |_, stream| {
        stream.write_all(&record(22, &[11, 0xff, 0xff, 0xff, 0, 0]))
    });
}

#[test]
fn alert_storms() {
    survives("warnings", |_, stream| {
        for _ in 0..100_000 {
            stream.write_all(&record(21, &[1, 90]))?;
        }
        Ok(())
    });
}

#[test]
fn a_certificate_of_a_megabyte() {
    survives("one large certificate", |_, stream| {
        stream.write_all(&[server_hello(), certificates(1, 1 << 20)].concat())
    });
}

#[test]
fn two_hundred_certificates() {
    survives("many certificates", |_, stream| {
        stream.write_all(&[server_hello(), certificates(200, 1000)].concat())
    });
}
