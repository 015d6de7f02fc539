//! What hello and server cannot agree on, against real servers: each fault with its healthy twin.

use crate::authority::{Authority, ClientLeaf, Files, Leaf};
use crate::server::{Server, free_port};
use crate::servers::{Kind, Setup, Versions};
use crate::{HOST, alone, causes, failing, in_namespace, told};
use report::{Certainty, Outcome, Report};
use std::process::Command;

fn rsa(authority: &Authority) -> Files {
    authority.leaf(Leaf {
        rsa: true,
        ..Leaf::new(HOST)
    })
}

/// `openssl s_server` with more words.
fn openssl(files: &Files, more: &[&str]) -> Server {
    let port = free_port();
    let accept = format!("127.0.0.1:{port}");
    let mut command = Command::new("openssl");
    command.args(["s_server", "-www", "-quiet", "-accept", &accept]);
    command.args(["-cert", &files.leaf, "-key", &files.key]);
    command.args(["-cert_chain", &files.rest]).args(more);
    Server::start(command, port)
}

/// gnutls-serv with these priorities; it listens everywhere, so only in a namespace.
fn gnutls(files: &Files, priority: &str) -> Server {
    let port = free_port();
    let mut command = Command::new("gnutls-serv");
    command.args(["--http", "--quiet", "--noticket", "--port"]);
    command.args([&port.to_string(), "--priority", priority]);
    command.args(["--x509certfile", &files.chain, "--x509keyfile", &files.key]);
    Server::start(command, port)
}

/// NSS selfserv with more words; it too listens everywhere.
fn nss(authority: &Authority, files: &Files, more: &[&str]) -> Server {
    let port = free_port();
    let database = authority.path(&format!("{port}-nss"));
    std::fs::create_dir_all(&database).expect("a folder");
    let database = format!("sql:{}", database.display());
    let bundle = authority.path(&format!("{port}.p12")).display().to_string();
    let run = |program: &str, arguments: &[&str]| {
        let status = Command::new(program).args(arguments).output();
        let output = status.unwrap_or_else(|error| panic!("{program}: {error}"));
        assert!(
            output.status.success(),
            "{program} {arguments:?}: {output:?}"
        );
    };
    run(
        "openssl",
        &[
            "pkcs12",
            "-export",
            "-in",
            &files.chain,
            "-inkey",
            &files.key,
            "-name",
            "server",
            "-out",
            &bundle,
            "-passout",
            "pass:",
        ],
    );
    run("certutil", &["-N", "-d", &database, "--empty-password"]);
    run("pk12util", &["-i", &bundle, "-d", &database, "-W", ""]);
    let mut command = Command::new("selfserv");
    command.args(["-d", &database, "-n", "server", "-p", &port.to_string()]);
    command.args(more);
    Server::start(command, port)
}

fn works(report: &Report) {
    assert_eq!(
        (report.outcome, causes(report)),
        (Outcome::Works, vec![]),
        "{}",
        told(Kind::OpenSsl, report)
    );
}

fn stops(report: &Report, cause: (&str, Certainty), clients: &[&str]) {
    assert_eq!(causes(report), [cause], "{}", told(Kind::OpenSsl, report));
    assert_eq!(failing(report), clients, "{}", told(Kind::OpenSsl, report));
}

/// A PEM file with parameters of finite-field Diffie-Hellman.
fn parameters(authority: &Authority, group: &str) -> String {
    let path = authority
        .path(&format!("{group}.pem"))
        .display()
        .to_string();
    let option = format!("group:{group}");
    let status = Command::new("openssl")
        .args([
            "genpkey",
            "-genparam",
            "-algorithm",
            "DH",
            "-pkeyopt",
            &option,
        ])
        .args(["-out", &path])
        .output();
    assert!(
        status.is_ok_and(|output| output.status.success()),
        "{group}"
    );
    path
}

const DHE_FIRST: &str = "DHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0";

#[test]
fn small_dh_of_openssl() {
    let authority = Authority::new();
    let files = rsa(&authority);
    let serving = |group| {
        let dh = parameters(&authority, group);
        let options = [
            "-tls1_2",
            "-serverpref",
            "-cipher",
            DHE_FIRST,
            "-dhparam",
            &dh,
        ];
        openssl(&files, &options).diagnose(HOST, &authority, &[])
    };
    stops(
        &serving("dh_1024_160"),
        ("S15", Certainty::Proven),
        &["openssl3"],
    );
    stops(
        &serving("modp_1536"),
        ("S15", Certainty::Proven),
        &["openssl3"],
    );
    works(&serving("ffdhe2048"));
}

#[test]
fn small_dh_of_nginx() {
    let authority = Authority::new();
    let files = rsa(&authority);
    let serving = |group| {
        let setup = Setup {
            versions: Versions::Tls12,
            cipher: Some(DHE_FIRST),
            dh_parameters: Some(parameters(&authority, group)),
            ..Setup::new(files.clone())
        };
        Kind::Nginx
            .start(&setup, &authority)
            .diagnose(HOST, &authority, &[])
    };
    stops(
        &serving("dh_1024_160"),
        ("S15", Certainty::Proven),
        &["openssl3"],
    );
    works(&serving("ffdhe2048"));
}

#[test]
fn no_secure_renegotiation_of_gnutls() {
    in_namespace(|| {
        let authority = Authority::new();
        let files = rsa(&authority);
        let serving = |more: &str| {
            let priority = format!("NORMAL:-VERS-ALL:+VERS-TLS1.2{more}");
            gnutls(&files, &priority).diagnose(HOST, &authority, &[])
        };
        let broken = serving(":%DISABLE_SAFE_RENEGOTIATION");
        stops(&broken, ("S16", Certainty::Proven), &["openssl3"]);
        works(&serving(""));
    });
}

#[test]
fn no_extended_master_secret_of_gnutls() {
    in_namespace(|| {
        let authority = Authority::new();
        let files = rsa(&authority);
        let priority = "NORMAL:-VERS-ALL:+VERS-TLS1.2:%NO_SESSION_HASH";
        let server = gnutls(&files, priority);
        let broken = server.diagnose(HOST, &authority, &["--as", "go-fips"]);
        stops(&broken, ("S17", Certainty::Proven), &["go-fips"]);
        // Nobody of the reference set minds.
        works(&server.diagnose(HOST, &authority, &[]));
        let server = gnutls(&files, "NORMAL:-VERS-ALL:+VERS-TLS1.2");
        works(&server.diagnose(HOST, &authority, &["--as", "go-fips"]));
    });
}

#[test]
fn client_certificate_required_by_nss() {
    in_namespace(|| {
        let authority = Authority::new();
        let files = rsa(&authority);
        let serving = |more: &[&str]| nss(&authority, &files, more).diagnose(HOST, &authority, &[]);
        let broken = serving(&["-r", "-r"]);
        assert_eq!(
            causes(&broken),
            [("S21", Certainty::Supported)],
            "{}",
            told(Kind::OpenSsl, &broken)
        );
        works(&serving(&[]));
    });
}

#[test]
fn signatures_with_sha1_alone() {
    let authority = Authority::new();
    let files = rsa(&authority);
    let serving = |schemes| {
        let list = "ECDHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0";
        let options = ["-tls1_2", "-cipher", list, "-sigalgs", schemes];
        openssl(&files, &options).diagnose(HOST, &authority, &[])
    };
    let broken = serving("RSA+SHA1");
    stops(
        &broken,
        ("S14", Certainty::Proven),
        &["chrome", "openssl3", "go"],
    );
    works(&serving("RSA+SHA256:RSA+SHA1"));
}

#[test]
fn a_client_that_stops_at_tls11() {
    for kind in [Kind::Nginx, Kind::Haproxy, Kind::OpenSsl, Kind::GnuTls] {
        alone(kind, || {
            let authority = Authority::new();
            let server = kind.start(&Setup::new(rsa(&authority)), &authority);
            let old = server.diagnose(HOST, &authority, &["--tls-max", "1.1"]);
            stops(&old, ("C09", Certainty::Proven), &["custom"]);
            // The server's random now says that TLS 1.3 was possible, which this client did not offer.
            works(&server.diagnose(HOST, &authority, &["--tls-max", "1.2"]));
        });
    }
}

#[test]
fn a_client_without_a_server_name() {
    for kind in [Kind::Nginx, Kind::Haproxy] {
        let authority = Authority::new();
        let setup = Setup {
            only_name: Some(HOST),
            own_name: true,
            ..Setup::new(authority.leaf(Leaf::new(HOST)))
        };
        let server = kind.start(&setup, &authority);
        let nameless = server.diagnose(HOST, &authority, &["--server-name", "none"]);
        assert_eq!(
            causes(&nameless),
            [("C10", Certainty::Proven)],
            "{}",
            told(kind, &nameless)
        );
        works(&server.diagnose(HOST, &authority, &[]));
    }
}

#[test]
fn go_asks_a_server_of_rsa_key_exchange() {
    for kind in [Kind::Nginx, Kind::Apache, Kind::OpenSsl] {
        let authority = Authority::new();
        let setup = |cipher| Setup {
            versions: Versions::Tls12,
            cipher: Some(cipher),
            ..Setup::new(rsa(&authority))
        };
        let server = kind.start(&setup("AES128-GCM-SHA256"), &authority);
        let report = server.diagnose(HOST, &authority, &["--as", "go"]);
        stops(&report, ("C12", Certainty::Proven), &["go"]);
        let server = kind.start(&setup("ECDHE-RSA-AES128-GCM-SHA256"), &authority);
        works(&server.diagnose(HOST, &authority, &["--as", "go"]));
    }
}

#[test]
fn client_certificates_that_are_refused() {
    let kinds = [
        Kind::Nginx,
        Kind::Apache,
        Kind::Haproxy,
        Kind::OpenSsl,
        Kind::GnuTls,
        Kind::Python,
    ];
    let good = ClientLeaf::default();
    let expired = ClientLeaf {
        days: (-90, -3),
        ..good
    };
    let for_servers = ClientLeaf {
        for_servers: true,
        ..good
    };
    for kind in kinds {
        for versions in [Versions::Tls12, Versions::Tls13] {
            alone(kind, || {
                let authority = Authority::new();
                let stranger = Authority::named("Another Root");
                let setup = Setup {
                    versions,
                    client_ca: true,
                    ..Setup::new(authority.leaf(Leaf::new(HOST)))
                };
                let server = kind.start(&setup, &authority);
                let given = |(certificate, key): (String, String)| {
                    let words = ["--client-cert", &certificate, "--client-key", &key];
                    server.diagnose(HOST, &authority, &words)
                };
                let report = given(authority.client_leaf(expired));
                // GnuTLS closes so soon in TLS 1.3 that its alert may be lost: then nobody says that it is the certificate.
                let sure = if kind == Kind::GnuTls {
                    report.causes[0].certainty.max(Certainty::Supported)
                } else {
                    Certainty::Proven
                };
                let verdict = causes(&report);
                assert_eq!(
                    verdict,
                    [("C18", sure)],
                    "{versions:?} {}",
                    told(kind, &report)
                );
                let report = given(stranger.client_leaf(good));
                let verdict = causes(&report);
                assert_eq!(
                    verdict,
                    [("C18", Certainty::Supported)],
                    "{versions:?} {}",
                    told(kind, &report)
                );
                // GnuTLS does not look at what a client's certificate is for.
                if kind != Kind::GnuTls {
                    let report = given(authority.client_leaf(for_servers));
                    let verdict = causes(&report);
                    assert_eq!(
                        verdict,
                        [("C18", Certainty::Supported)],
                        "{versions:?} {}",
                        told(kind, &report)
                    );
                }
                works(&given(authority.client_leaf(good)));
            });
        }
    }
}

#[test]
fn too_many_authorities_of_openssl() {
    let authority = Authority::new();
    let files = authority.leaf(Leaf::new(HOST));
    let serving = |count| {
        let list = authority.many(count);
        openssl(&files, &["-verify", "1", "-CAfile", &list]).diagnose(HOST, &authority, &[])
    };
    stops(&serving(700), ("S22", Certainty::Supported), &["java17"]);
    works(&serving(20));
}

#[test]
fn no_certificate_at_all() {
    let port = free_port();
    let accept = format!("127.0.0.1:{port}");
    let mut command = Command::new("openssl");
    command.args(["s_server", "-www", "-quiet", "-nocert", "-accept", &accept]);
    let authority = Authority::new();
    let report = Server::start(command, port).diagnose(HOST, &authority, &[]);
    let verdict = causes(&report);
    assert_eq!(
        verdict,
        [("S24", Certainty::Suspected)],
        "{}",
        told(Kind::OpenSsl, &report)
    );
}

/// From the front a 502 is a finding; asked itself, the server behind shows that it needs a name.
#[test]
fn a_proxy_that_sends_no_server_name() {
    let authority = Authority::new();
    let setup = Setup {
        only_name: Some(HOST),
        own_name: true,
        ..Setup::new(authority.leaf(Leaf::new(HOST)))
    };
    let origin = Kind::Nginx.start(&setup, &authority);
    let front = |named: bool| {
        let setup = Setup {
            upstream: Some((origin.port(), named)),
            ..Setup::new(authority.leaf(Leaf::new(HOST)))
        };
        Kind::Nginx
            .start(&setup, &authority)
            .diagnose(HOST, &authority, &[])
    };
    let findings = |report: &Report| -> Vec<(String, Certainty)> {
        report
            .findings
            .iter()
            .map(|finding| (finding.cause.id.0.clone(), finding.cause.certainty))
            .collect()
    };
    let broken = front(false);
    works(&broken);
    assert_eq!(
        findings(&broken),
        [("S19".to_owned(), Certainty::Suspected)]
    );
    let healthy = front(true);
    works(&healthy);
    assert_eq!(findings(&healthy), []);
    let nameless = origin.diagnose(HOST, &authority, &["--server-name", "none"]);
    assert_eq!(causes(&nameless), [("C10", Certainty::Proven)]);
}
