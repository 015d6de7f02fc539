//! Examinations as they run.

use crate::support::Place;
use report::{Exit, PhaseOutcome, Report};
use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A port that takes connections and never says a word.
fn silent() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").expect("a port")
}

/// The next connection, within a time.
fn accepted(listener: &TcpListener) -> TcpStream {
    listener.set_nonblocking(true).expect("a mode");
    let until = Instant::now() + Duration::from_secs(30);
    loop {
        match listener.accept() {
            Ok((connection, _)) => return connection,
            Err(error) => assert!(Instant::now() < until, "nobody connects: {error}"),
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn an_interrupt_shows_what_is_known() {
    let listener = silent();
    let target = listener.local_addr().expect("an address").to_string();
    let place = Place::new();
    let mut child = place
        .command(&["diagnose", &target, "--format", "json", "--offline"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    // Once it has connected, it is under way.
    let connection = accepted(&listener);
    let kill = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .expect("kill");
    assert!(kill.success());
    let mut text = String::new();
    child
        .stdout
        .take()
        .expect("a pipe")
        .read_to_string(&mut text)
        .expect("UTF-8");
    let status = child.wait().expect("it ends").code();
    drop(connection);
    let report: Report =
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert!(report.partial);
    // It does not wait for what is under way.
    let stopped = report
        .timeline
        .iter()
        .any(|entry| entry.outcome == PhaseOutcome::Aborted);
    assert!(stopped, "{:?}", report.timeline);
    assert_eq!(status, Some(i32::from(report.exit().code())));
}

#[test]
fn a_report_judged_again_is_the_same() {
    let closed = silent().local_addr().expect("an address").to_string();
    let place = Place::new();
    let run = place.run(&["diagnose", &closed, "--format", "json", "--offline"]);
    assert_eq!((run.status, run.stderr.as_str()), (1, ""));
    let report: Report = serde_json::from_str(&run.stdout).expect("a report");
    assert_eq!(report.exit(), Exit::Fails);
    let again =
        place
            .file("report.json", &run.stdout)
            .run(&["replay", "report.json", "--format", "json"]);
    assert_eq!((again.status, again.stderr.as_str()), (1, ""));
    assert_eq!(again.stdout, run.stdout);
    let italian = place.run(&["replay", "report.json", "--lang", "it"]).stdout;
    for cause in &report.causes {
        assert!(!italian.contains(&cause.summary), "{italian}");
    }
}

#[test]
fn a_redacted_report_names_nobody_and_is_not_judged() {
    let closed = silent().local_addr().expect("an address").to_string();
    let place = Place::new();
    let run = place.run(&[
        "diagnose",
        &closed,
        "--redact",
        "--format",
        "json",
        "--offline",
    ]);
    assert!(!run.stdout.contains("127.0.0.1"), "{}", run.stdout);
    let again =
        place
            .file("report.json", &run.stdout)
            .run(&["replay", "report.json", "--format", "json"]);
    assert!(again.stderr.contains("redacted"), "{}", again.stderr);
    assert_eq!(again.stdout, run.stdout);
}

#[test]
fn several_targets_are_json_lines() {
    let closed =
        [silent(), silent()].map(|listener| listener.local_addr().expect("an address").to_string());
    let run = Place::new().run(&[
        "diagnose",
        &closed[0],
        &closed[1],
        "--format",
        "json",
        "--offline",
    ]);
    let inputs: Vec<String> = run
        .stdout
        .lines()
        .map(|line| {
            serde_json::from_str::<Report>(line)
                .expect("a report")
                .target
                .expect("a target")
                .input
        })
        .collect();
    assert_eq!(inputs, closed);
}

#[test]
fn a_scenario_of_the_lab_is_staged_examined_and_taken_down() {
    let list = Place::new()
        .run(&["lab", "list", "--format", "json"])
        .stdout;
    let healthy = list
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"))
        .find(|scenario| scenario["cause"].is_null())
        .expect("a healthy scenario");
    let id = healthy["id"].as_str().expect("an id");
    let place = Place::new();
    let run = place.run(&["diagnose", &format!("lab:{id}")]);
    assert_eq!(run.status, 0, "{}{}", run.stdout, run.stderr);
    assert!(
        run.stdout.starts_with(&format!("WORKS  lab:{id} = ")),
        "{}",
        run.stdout
    );
}
