//! Certificates with weak or rare keys and signatures, made with the openssl command and served by `openssl s_server` and
//! nginx; and what `openssl s_client` says of each, so that the rules for OpenSSL are those of OpenSSL.

use crate::authority::Authority;
use crate::folder::Folder;
use crate::server::Server;
use crate::{HOST, causes, failing};
use report::{Report, Verdict};
use std::process::{Command, Stdio};

const EXTENSIONS: &str = "\
[req]
distinguished_name=d
[d]
[ca]
subjectKeyIdentifier=hash
keyUsage=critical,keyCertSign,cRLSign
basicConstraints=critical,CA:TRUE
[leaf]
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
subjectAltName=DNS:www.shop.test
keyUsage=critical,digitalSignature
extendedKeyUsage=serverAuth
";

const RSA: &str = "rsa:2048";
const P256: &str = "ec -pkeyopt ec_paramgen_curve:P-256";
const P521: &str = "ec -pkeyopt ec_paramgen_curve:P-521";
const PSS: &str = "rsa-pss -pkeyopt rsa_keygen_bits:2048";
/// OpenSSL signs with weak hashes and short keys only when told to; the verdict is the client's.
const LENIENT: &str = "DEFAULT:@SECLEVEL=0";

/// One certificate: how its key is made, and what its issuer adds when signing it.
type Made = (&'static str, &'static str);

/// A chain, and what is to be said of it.
struct Case {
    name: &'static str,
    root: Made,
    intermediate: Made,
    leaf: Made,
    causes: &'static [&'static str],
    failing: &'static [&'static str],
    /// What `openssl s_client` gives as verify return code.
    code: u32,
}

const FINE: Case = Case {
    name: "fine",
    root: (RSA, "-sha256"),
    intermediate: (RSA, "-sha256"),
    leaf: (RSA, "-sha256"),
    causes: &[],
    failing: &[],
    code: 0,
};

const CASES: [Case; 14] = [
    FINE,
    Case {
        name: "a leaf signed with SHA-1",
        leaf: (RSA, "-sha1"),
        causes: &["X16"],
        failing: &["chrome", "firefox", "openssl3", "go"],
        code: 68,
        ..FINE
    },
    Case {
        name: "an intermediate signed with MD5",
        intermediate: (RSA, "-md5"),
        causes: &["X16"],
        failing: &["chrome", "firefox", "openssl3", "java17", "go"],
        code: 68,
        ..FINE
    },
    Case {
        name: "a root signed with SHA-1",
        root: (RSA, "-sha1"),
        ..FINE
    },
    Case {
        name: "a leaf signed with RSASSA-PSS",
        leaf: (RSA, "-sha256 -sigopt rsa_padding_mode:pss"),
        ..FINE
    },
    Case {
        name: "a leaf of 1024 bits",
        leaf: ("rsa:1024", "-sha256"),
        causes: &["X17"],
        failing: &["openssl3"],
        code: 66,
        ..FINE
    },
    Case {
        name: "an intermediate of 1024 bits",
        intermediate: ("rsa:1024", "-sha256"),
        causes: &["X17"],
        failing: &["openssl3"],
        code: 67,
        ..FINE
    },
    Case {
        name: "a root of 1024 bits",
        root: ("rsa:1024", "-sha256"),
        causes: &["X17"],
        failing: &["openssl3"],
        code: 67,
        ..FINE
    },
    Case {
        name: "a leaf of 1024 bits under an intermediate signed with SHA-1",
        intermediate: (RSA, "-sha1"),
        leaf: ("rsa:1024", "-sha256"),
        causes: &["X16", "X17"],
        failing: &["chrome", "firefox", "openssl3", "go"],
        code: 66,
        ..FINE
    },
    Case {
        name: "a negative serial number",
        leaf: (P256, "-sha256 -set_serial -7654321"),
        causes: &["X28"],
        failing: &["go"],
        ..FINE
    },
    Case {
        name: "an Ed25519 leaf",
        leaf: ("ed25519", "-sha256"),
        causes: &["X31"],
        failing: &["chrome", "firefox"],
        ..FINE
    },
    Case {
        name: "an Ed25519 intermediate",
        intermediate: ("ed25519", "-sha256"),
        leaf: (P256, ""),
        causes: &["X31"],
        failing: &["chrome", "firefox"],
        ..FINE
    },
    Case {
        name: "a P-521 leaf",
        leaf: (P521, "-sha256"),
        causes: &["X31"],
        failing: &["chrome"],
        ..FINE
    },
    Case {
        name: "a leaf whose key is for RSASSA-PSS only",
        leaf: (PSS, "-sha256"),
        causes: &["X31"],
        failing: &["chrome", "firefox", "go"],
        ..FINE
    },
];

fn made(case: &Case) -> Folder {
    let folder = Folder::new();
    folder.write("c.cnf", EXTENSIONS);
    let (key, how) = case.root;
    folder.openssl(&format!("req -x509 -newkey {key} -nodes {how} -config c.cnf -extensions ca -subj /CN=Root -days 3650 -keyout root.key -out root.pem"));
    let below = [
        (
            "root",
            "intermediate",
            "Intermediate",
            "ca",
            case.intermediate,
        ),
        ("intermediate", "leaf", HOST, "leaf", case.leaf),
    ];
    for (issuer, name, subject, section, (key, how)) in below {
        folder.openssl(&format!("req -newkey {key} -nodes -config c.cnf -subj /CN={subject} -keyout {name}.key -out {name}.csr"));
        let serial = if how.contains("-set_serial") {
            ""
        } else {
            " -CAcreateserial"
        };
        folder.openssl(&format!("x509 -req -in {name}.csr -CA {issuer}.pem -CAkey {issuer}.key{serial} {how} -days 30 -extfile c.cnf -extensions {section} -out {name}.pem"));
    }
    let chain = folder.read("leaf.pem") + &folder.read("intermediate.pem");
    folder.write("leaf-chain.pem", &chain);
    folder
}

fn nginx(folder: &Folder) -> Server {
    let settings = format!("ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers {LENIENT};");
    folder.nginx(&(settings + &folder.identity("leaf")))
}

/// The first thing that `openssl s_client` has against the chain; 0 when it completes the handshake.
fn s_client(folder: &Folder, server: &Server) -> u32 {
    let output = Command::new("openssl")
        .args(["s_client", "-verify_return_error", "-connect"])
        .arg(format!("127.0.0.1:{}", server.port()))
        .args(["-servername", HOST, "-verify_hostname", HOST])
        .args(["-no-CApath", "-no-CAstore", "-CAfile"])
        .arg(folder.path("root.pem"))
        .stdin(Stdio::null())
        .output()
        .expect("the openssl command");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    let error = errors.lines().find_map(|line| {
        let number = line.strip_prefix("verify error:num=")?.split(':').next()?;
        number.parse().ok()
    });
    error.unwrap_or_else(|| {
        assert!(
            said.contains("Verification: OK") && !said.contains("Cipher is (NONE)"),
            "{said}{errors}"
        );
        0
    })
}

fn check(case: &Case, report: &Report, server: &str) {
    let name = format!("{} ({server})", case.name);
    let mut named: Vec<&str> = causes(report).into_iter().map(|(id, _)| id).collect();
    named.sort_unstable();
    assert_eq!(named, case.causes, "{name}");
    assert_eq!(report.verdict, Verdict::Decided, "{name}");
    assert_eq!(failing(report), case.failing, "{name}");
    assert_eq!(
        case.failing.contains(&"openssl3"),
        case.code != 0,
        "{name}: OpenSSL says {}",
        case.code
    );
}

#[test]
fn openssl_and_we_say_the_same_of_every_key_and_signature() {
    let clock = Authority::new();
    for case in &CASES {
        let folder = made(case);
        let (trusted, source) = (folder.path("root.pem"), clock.clock());
        let arguments = ["--ca-file", &trusted, "--time-source", &source];
        let server = folder.s_server(&["-cipher", LENIENT, "-cert_chain", "intermediate.pem"]);
        assert_eq!(s_client(&folder, &server), case.code, "{}", case.name);
        check(case, &server.run(HOST, &arguments), "s_server");
        drop(server);
        check(case, &nginx(&folder).run(HOST, &arguments), "nginx");
    }
}
