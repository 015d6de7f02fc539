//! `--load` against real servers: where each gets slow, what it is called, and that all are well afterwards.

use crate::HOST;
use crate::folder::Folder;
use crate::server::Server;
use report::{Certainty, LoadStep, Pace, Report};

/// A folder with a key and a certificate of its own for [`HOST`].
fn folder(key: &str) -> Folder {
    let folder = Folder::new();
    folder.openssl(&format!(
        "req -x509 -newkey {key} -nodes -keyout leaf.key -out leaf.pem -days 30 -subj /CN={HOST} -addext subjectAltName=DNS:{HOST}"
    ));
    folder.write("leaf-chain.pem", &folder.read("leaf.pem"));
    folder
}

const P256: &str = "ec -pkeyopt ec_paramgen_curve:P-256";

fn loaded(server: &Server, folder: &Folder) -> Report {
    let report = server.run(HOST, &["--ca-file", &folder.path("leaf.pem"), "--load"]);
    let again = crate::server::replay(&report);
    assert_eq!(again.conclusion(), report.conclusion());
    well(&report);
    report
}

/// Its causes, but for X25: the certificate is its own CA, which is not what is asked here.
fn causes(report: &Report) -> Vec<(&str, Certainty)> {
    let mut causes = crate::causes(report);
    causes.retain(|(id, _)| *id != "X25");
    causes
}

/// The last step shows every handshake made.
fn well(report: &Report) {
    let last = report.load.last().expect("steps of the load");
    assert!(last.after, "{:?}", report.load);
    assert_eq!((last.made, last.begun), (4, 4), "{:?}", report.load);
}

fn step(report: &Report, pace: Pace, resumed: bool) -> &LoadStep {
    let mut steps = report.load.iter();
    steps
        .find(|step| step.pace == pace && step.resumed == resumed && !step.after)
        .unwrap_or_else(|| panic!("no step {pace:?}: {:?}", report.load))
}

fn knee(report: &Report) -> Option<Pace> {
    let knee = report.load.iter().find(|step| step.knee);
    knee.map(|step| step.pace)
}

/// One worker and a key that is dear to sign with: handshakes queue for it, which is where its knee is, and stops nobody.
#[test]
fn nginx_with_one_worker_has_its_knee_at_many_at_once() {
    let folder = folder("rsa:4096");
    let server = folder.nginx(&folder.identity("leaf"));
    let report = loaded(&server, &folder);
    assert_eq!(causes(&report), [], "{:?}", report.load);
    assert!(
        matches!(knee(&report), Some(Pace::AtOnce(8 | 32))),
        "{:?}",
        report.load
    );
    let (full, resumed) = (
        step(&report, Pace::AtOnce(32), false),
        step(&report, Pace::AtOnce(32), true),
    );
    assert_eq!(full.made, 96);
    assert!(
        resumed.hello_median_us < full.hello_median_us,
        "{full:?} {resumed:?}"
    );
}

/// Connections that its worker has no room for are closed: `worker_connections are not enough`.
#[test]
fn nginx_with_few_worker_connections() {
    let folder = folder("rsa:4096");
    let server = folder.nginx_with(
        "worker_connections 12; multi_accept on;",
        &folder.identity("leaf"),
    );
    let report = loaded(&server, &folder);
    assert_eq!(
        causes(&report),
        [("S08", Certainty::Suspected)],
        "{:?}",
        report.load
    );
    assert!(
        matches!(knee(&report), Some(Pace::AtOnce(_))),
        "{:?}",
        report.load
    );
    let among: Vec<&str> = report.undecided[0]
        .among
        .iter()
        .map(|id| id.0.as_str())
        .collect();
    assert_eq!(among, ["S08", "P34"]);
}

/// One connection after the other, each whole before the next is accepted.
#[test]
fn s_server_which_serves_one_at_a_time() {
    let folder = folder(P256);
    let server = folder.s_server(&[]);
    let report = loaded(&server, &folder);
    let wrong = causes(&report)
        .into_iter()
        .any(|(id, certainty)| id != "S05" || certainty > Certainty::Suspected);
    assert!(!wrong, "{:?} {:?}", causes(&report), report.load);
}

/// A queue of eight, of which one is accepted every seventy milliseconds.
#[test]
fn python_with_a_queue_of_eight() {
    let folder = folder(P256);
    let server = folder.slow_python(8, 0.07);
    let report = loaded(&server, &folder);
    assert_eq!(
        causes(&report),
        [("S05", Certainty::Suspected)],
        "{:?}",
        report.load
    );
    assert!(knee(&report).is_some(), "{:?}", report.load);
}

#[test]
fn a_healthy_server_has_no_cause() {
    let folder = folder(P256);
    let server = folder.nginx(&folder.identity("leaf"));
    let report = loaded(&server, &folder);
    assert_eq!(causes(&report), [], "{:?}", report.load);
    assert_eq!(report.load.len(), 10, "{:?}", report.load);
    let few = server.run(
        HOST,
        &[
            "--ca-file",
            &folder.path("leaf.pem"),
            "--load",
            "--load-max",
            "8",
        ],
    );
    assert!(
        few.load
            .iter()
            .all(|step| !matches!(step.pace, Pace::AtOnce(9..) | Pace::PerSecond(9..))),
        "{:?}",
        few.load
    );
}

/// Without the option nothing of it happens.
#[test]
fn only_when_asked_for() {
    let folder = folder(P256);
    let server = folder.nginx(&folder.identity("leaf"));
    let report = server.run(HOST, &["--ca-file", &folder.path("leaf.pem")]);
    assert_eq!(report.load, []);
    assert!(report.connections <= 4);
}
