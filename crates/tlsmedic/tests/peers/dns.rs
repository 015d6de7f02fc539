//! What DNS says of a server, with a signed zone (BIND), a resolver that validates (Unbound), and a server that holds keys
//! for Encrypted Client Hello (Go).

use crate::authority::{Authority, Files, Leaf};
use crate::server::{Server, free_port, replay};
use crate::servers::{Kind, Setup};
use crate::{HOST, causes, told};
use report::{Certainty, Outcome, Report, Severity};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const ZONE: &str = "shop.test";

/// The zone's server, and the resolver that validates what it says.
struct Dns {
    authoritative: Server,
    resolver: Server,
}

impl Dns {
    /// With `records` in the zone, signed.
    fn start(authority: &Authority, records: &str) -> Self {
        let port = free_port();
        let folder = authority.path(&format!("{port}-dns"));
        std::fs::create_dir_all(&folder).expect("a folder");
        let zone = format!(
            "$TTL 60\n$ORIGIN {ZONE}.\n@ SOA ns root 1 3600 600 86400 60\n@ NS ns\nns A 127.0.0.1\nwww A 127.0.0.1\n{records}\n"
        );
        std::fs::write(folder.join("zone"), zone).expect("a zone");
        run(
            &folder,
            "dnssec-keygen",
            &["-q", "-f", "KSK", "-a", "ECDSAP256SHA256", ZONE],
        );
        run(
            &folder,
            "dnssec-keygen",
            &["-q", "-a", "ECDSAP256SHA256", ZONE],
        );
        run(
            &folder,
            "dnssec-signzone",
            &["-q", "-S", "-o", ZONE, "-f", "signed", "zone"],
        );
        let shown = folder.display();
        let configuration = format!(
            "options {{ directory \"{shown}\"; listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }}; recursion no; \
             pid-file none; session-keyfile none; }};\ncontrols {{ }};\n\
             zone \"{ZONE}\" {{ type primary; file \"signed\"; }};\n"
        );
        let path = folder.join("named.conf");
        std::fs::write(&path, configuration).expect("a configuration");
        let mut named = Command::new("/usr/sbin/named");
        named.args(["-g", "-c"]).arg(&path);
        let authoritative = Server::start(named, port);
        Self {
            resolver: unbound(&folder, port),
            authoritative,
        }
    }

    fn validating(&self) -> String {
        format!("127.0.0.1:{}", self.resolver.port())
    }

    /// The zone's own server, which validates nothing.
    fn authoritative(&self) -> String {
        format!("127.0.0.1:{}", self.authoritative.port())
    }
}

fn unbound(folder: &Path, zone_port: u16) -> Server {
    let port = free_port();
    let shown = folder.display();
    let configuration = format!(
        "server:\n  interface: 127.0.0.1@{port}\n  port: {port}\n  chroot: \"\"\n  username: \"\"\n  directory: \"{shown}\"\n  \
         pidfile: \"\"\n  use-syslog: no\n  do-not-query-localhost: no\n  local-zone: \"test.\" nodefault\n  \
         trust-anchor-file: \"dsset-{ZONE}.\"\n\
         stub-zone:\n  name: \"{ZONE}\"\n  stub-addr: 127.0.0.1@{zone_port}\nremote-control:\n  control-enable: no\n"
    );
    let path = folder.join("unbound.conf");
    std::fs::write(&path, configuration).expect("a configuration");
    let mut command = Command::new("/usr/sbin/unbound");
    command.args(["-d", "-p", "-c"]).arg(&path);
    Server::start(command, port)
}

fn run(folder: &Path, program: &str, arguments: &[&str]) {
    let status = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .stdout(Stdio::null())
        .status();
    let status = status.unwrap_or_else(|error| {
        panic!("{program} cannot be started: {error}\nhint: cargo xtask test installs it")
    });
    assert!(status.success(), "{program} ended with {status}");
}

/// The SHA-256 of a certificate, as OpenSSL has it.
fn digest(files: &Files) -> String {
    let output = Command::new("openssl")
        .args([
            "x509",
            "-noout",
            "-fingerprint",
            "-sha256",
            "-in",
            &files.leaf,
        ])
        .output()
        .expect("openssl runs");
    let text = String::from_utf8(output.stdout).expect("ASCII");
    let digest = text.rsplit('=').next().expect("a digest");
    digest.trim().replace(':', "")
}

fn findings(report: &Report) -> Vec<(&str, Severity, &str)> {
    report
        .findings
        .iter()
        .map(|finding| {
            let cause = &finding.cause;
            (
                cause.id.0.as_str(),
                finding.severity,
                cause.text.id.as_str(),
            )
        })
        .collect()
}

fn same_again(report: &Report) {
    let again = replay(report);
    assert_eq!(again.conclusion(), report.conclusion(), "replay differs");
}

#[test]
fn tlsa_records_validated_by_unbound() {
    let authority = Authority::new();
    let files = authority.leaf(Leaf::new(HOST));
    let right = digest(&files);
    let server = Kind::Nginx.start(&Setup::new(files), &authority);
    let port = server.port();
    let record = |digest: &str| format!("_{port}._tcp.www TLSA 3 0 1 {digest}");

    let dns = Dns::start(&authority, &record(&right));
    let report = server.diagnose(HOST, &authority, &["--resolver", &dns.validating()]);
    assert_eq!(
        report.outcome,
        Outcome::Works,
        "{}",
        told(Kind::Nginx, &report)
    );
    assert_eq!(findings(&report), []);

    let dns = Dns::start(&authority, &record(&"ab".repeat(32)));
    let report = server.diagnose(HOST, &authority, &["--resolver", &dns.validating()]);
    assert_eq!(findings(&report), [("X34", Severity::Error, "seen-X34")]);
    assert_eq!(
        causes(&report),
        [],
        "no client of the reference set is stopped"
    );
    same_again(&report);
    // The same record from a server that vouches for nothing.
    let report = server.diagnose(HOST, &authority, &["--resolver", &dns.authoritative()]);
    assert_eq!(
        findings(&report),
        [("X34", Severity::Warning, "seen-X34-unsigned")]
    );
}

/// Builds the Go server once per test process, and starts it.
fn go(authority: &Authority, files: &Files, mode: &str) -> (Server, String) {
    let target = Path::new(env!("CARGO_BIN_EXE_tlsmedic"))
        .ancestors()
        .nth(2)
        .expect("the target folder");
    let compiler: PathBuf = target.join("pypi/go/bin/go");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/ech/main.go");
    let program = authority.path("ech");
    let status = Command::new(&compiler)
        .args(["build", "-o"])
        .args([&program, &source])
        .env("GOTOOLCHAIN", "local")
        .env("GOPROXY", "off")
        .env("GOCACHE", target.join("go-cache"))
        .status();
    let status = status.unwrap_or_else(|error| {
        panic!("{compiler:?} cannot be started: {error}\nhint: cargo xtask test installs it")
    });
    assert!(status.success(), "go build ended with {status}");
    let port = free_port();
    let published = authority.path(&format!("{port}-ech"));
    let mut command = Command::new(program);
    command.arg(format!("127.0.0.1:{port}"));
    command.args([&files.chain, &files.key]);
    command.arg(&published).arg(mode);
    let server = Server::start(command, port);
    let list = std::fs::read_to_string(published).expect("what is published");
    (server, list)
}

fn ech(name: &'static str, mode: &str) -> Report {
    let authority = Authority::new();
    let files = authority.leaf(Leaf::new(name));
    let (server, list) = go(&authority, &files, mode);
    let record = format!(
        "_{}._https.www HTTPS 1 {HOST}. alpn=http/1.1 ech={list}",
        server.port()
    );
    let dns = Dns::start(&authority, &record);
    let report = server.diagnose(name, &authority, &["--resolver", &dns.validating()]);
    same_again(&report);
    report
}

#[test]
fn a_go_server_decrypts_the_hello() {
    let report = ech(HOST, "held");
    let tried = report
        .evidence
        .iter()
        .find(|entry| entry.experiment == "ech");
    let phases = tried.map(|entry| &entry.observed.phases);
    assert_eq!(report.outcome, Outcome::Works, "{phases:?}");
    assert_eq!(findings(&report), []);
    let end = phases.and_then(|phases| phases.last());
    assert_eq!(
        end.map(|phase| (phase.phase, phase.outcome)),
        Some((report::PhaseName::Application, report::PhaseOutcome::Ok)),
        "{phases:?}"
    );
}

#[test]
fn a_go_server_that_lost_its_key_stops_browsers() {
    // Its certificate is not for the public name, so that its newer key is not believed.
    let report = ech(HOST, "lost");
    assert_eq!(causes(&report), [("S31", Certainty::Proven)]);
    assert_eq!(report.outcome, Outcome::WorksWithProblems);
    assert_eq!(report.causes[0].clients, ["chrome", "firefox"]);
}
