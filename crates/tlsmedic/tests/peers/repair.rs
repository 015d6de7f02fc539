//! A server with a broken chain, diagnosed; its file repaired by `tlsmedic fix chain --write`; the server reloaded, and
//! diagnosed again.

use crate::authority::{Authority, Files, Leaf};
use crate::nginx::{self, Processes};
use crate::server::{Server, free_port};
use crate::servers::Kind;
use crate::{HOST, causes, told};
use report::{Certainty, Outcome, Report};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

/// Repairs the file that nginx serves as chain and reads its key from, and has nginx read it again.
fn repaired(server: &Server, authority: &Authority, path: &str) -> Report {
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
    server.diagnose(HOST, authority, &[])
}

/// nginx, as it usually runs, with this chain in one file with its key.
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
    let port = free_port();
    let server = format!(
        "server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {path}; ssl_certificate_key {path}; \
         ssl_protocols TLSv1.2 TLSv1.3; return 200 ok; }}"
    );
    let server = nginx::start(&authority.path(""), port, Processes::Master, &server);
    (server, path)
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
