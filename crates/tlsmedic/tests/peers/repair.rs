//! A server with a broken chain, diagnosed; its file repaired by `tlsmedic fix chain --write`; the server reloaded, and
//! diagnosed again.

use crate::authority::{Authority, Files, Leaf};
use crate::server::Server;
use crate::servers::{Kind, Setup};
use crate::{HOST, causes, told};
use report::{Certainty, Outcome, Report};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How long nginx may take to read its configuration again.
const RELOAD: Duration = Duration::from_secs(30);

/// The certificates a server sends, as OpenSSL prints them.
fn served(server: &Server) -> Vec<String> {
    let address = format!("127.0.0.1:{}", server.port());
    let output = Command::new("openssl")
        .args(["s_client", "-connect", &address, "-servername", HOST])
        .arg("-showcerts")
        .stdin(Stdio::null())
        .output()
        .expect("openssl runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut certificates: Vec<String> = text
        .split("-----BEGIN CERTIFICATE-----")
        .skip(1)
        .filter_map(|rest| rest.split("-----END").next())
        .map(str::to_owned)
        .collect();
    // The leaf is printed once more when all is said.
    certificates.truncate(text.matches("\n   i:").count());
    certificates
}

/// Repairs the file that nginx serves as chain and reads its key from, and has nginx read it again.
fn repaired(server: &Server, authority: &Authority, path: &str) -> Report {
    let before = served(server);
    let (old, ca_file) = (fs::read(path).expect("a file"), authority.ca_file());
    let mode = |path: &str| {
        let metadata = fs::metadata(path).expect("a file");
        metadata.permissions().mode() & 0o7777
    };
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("a mode");
    let output = Command::new(env!("CARGO_BIN_EXE_tlsmedic"))
        .args(["fix", "chain", path, "--write", "--ca-file", &ca_file])
        .output()
        .expect("tlsmedic runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let backup = format!("{path}.bak");
    assert_eq!(fs::read(&backup).expect("the old file"), old);
    assert_eq!((mode(path), mode(&backup)), (0o600, 0o600));
    server.reload();
    let until = Instant::now() + RELOAD;
    while served(server) == before {
        assert!(Instant::now() < until, "the chain is still the old one");
        std::thread::sleep(Duration::from_millis(20));
    }
    server.diagnose(HOST, authority, &[])
}

/// nginx with this chain in one file with its key.
fn nginx(authority: &Authority, files: &Files, chain: &str) -> (Server, String) {
    let path = files.both.clone();
    let key = fs::read_to_string(&files.key).expect("a key");
    // The key in the middle: where it stands is the owner's affair.
    let mut parts = chain.splitn(2, "-----BEGIN CERTIFICATE-----\n").skip(1);
    let (leaf, rest) = parts
        .next()
        .and_then(|text| text.split_once("-----END CERTIFICATE-----"))
        .expect("a certificate");
    let file = format!(
        "-----BEGIN CERTIFICATE-----\n{leaf}-----END CERTIFICATE-----\n{key}{}",
        rest.trim_start()
    );
    fs::write(&path, file).expect("written");
    let files = Files {
        chain: path.clone(),
        key: path.clone(),
        ..files.clone()
    };
    (Kind::Nginx.start(&Setup::new(files), authority), path)
}

fn is_healthy(report: &Report) {
    let told = told(Kind::Nginx, report);
    assert_eq!(
        (report.outcome, causes(report)),
        (Outcome::Works, vec![]),
        "{told}"
    );
    assert!(
        !report
            .findings
            .iter()
            .any(|finding| finding.cause.id.0 == "X12"),
        "{told}"
    );
}

fn pem(path: &str) -> String {
    fs::read_to_string(path).expect("PEM").replace("\r\n", "\n")
}

#[test]
fn a_missing_intermediate_is_added() {
    let authority = Authority::new();
    let files = authority.leaf(Leaf {
        without_intermediate: true,
        aia: true,
        ..Leaf::new(HOST)
    });
    let (server, path) = nginx(&authority, &files, &pem(&files.leaf));
    let report = server.diagnose(HOST, &authority, &[]);
    let told = told(Kind::Nginx, &report);
    assert_eq!(causes(&report), [("X11", Certainty::Proven)], "{told}");
    is_healthy(&repaired(&server, &authority, &path));
}

#[test]
fn an_intermediate_that_ended_is_exchanged() {
    let authority = Authority::new();
    let files = authority.leaf(Leaf {
        aia: true,
        ..Leaf::new(HOST)
    });
    let chain = pem(&files.leaf) + &authority.ended_intermediate();
    let (server, path) = nginx(&authority, &files, &chain);
    let report = server.diagnose(HOST, &authority, &[]);
    let told = told(Kind::Nginx, &report);
    let ids: Vec<&str> = causes(&report).iter().map(|(id, _)| *id).collect();
    assert_eq!(ids, ["X13"], "{told}");
    is_healthy(&repaired(&server, &authority, &path));
}

#[test]
fn disorder_is_put_in_order() {
    let authority = Authority::new();
    let files = authority.leaf(Leaf {
        with_root: true,
        ..Leaf::new(HOST)
    });
    let (intermediate, stranger) = (
        pem(&authority.leaf(Leaf::new("other.test")).rest),
        pem(&Authority::named("Stranger").ca_file()),
    );
    let chain = pem(&files.leaf) + &stranger + &pem(&authority.ca_file()) + &intermediate;
    let (server, path) = nginx(&authority, &files, &(chain + &intermediate));
    let report = server.diagnose(HOST, &authority, &[]);
    let told = told(Kind::Nginx, &report);
    let named = report
        .findings
        .iter()
        .any(|finding| finding.cause.id.0 == "X12");
    assert!(named, "{told}");
    is_healthy(&repaired(&server, &authority, &path));
}
