//! Certificates with weak or rare keys and signatures, made with the openssl command and served by `openssl s_server` and
//! nginx; and what `openssl s_client` says of each, so that the rules for OpenSSL are those of OpenSSL.

use crate::authority::Authority;
use crate::server::{Server, free_port};
use crate::{HOST, causes, failing};
use report::{Report, Verdict};
use std::process::{Command, Stdio};
use tempfile::TempDir;

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

/// The files of one case.
struct Files {
    folder: TempDir,
}

impl Files {
    fn new(case: &Case) -> Self {
        let files = Self {
            folder: tempfile::tempdir().expect("a folder"),
        };
        std::fs::write(files.path("c.cnf"), EXTENSIONS).expect("a file");
        let (key, how) = case.root;
        files.openssl(&format!("req -x509 -newkey {key} -nodes {how} -config c.cnf -extensions ca -subj /CN=Root -days 3650 -keyout root.key -out root.pem"));
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
            files.openssl(&format!("req -newkey {key} -nodes -config c.cnf -subj /CN={subject} -keyout {name}.key -out {name}.csr"));
            let serial = if how.contains("-set_serial") {
                ""
            } else {
                " -CAcreateserial"
            };
            files.openssl(&format!("x509 -req -in {name}.csr -CA {issuer}.pem -CAkey {issuer}.key{serial} {how} -days 30 -extfile c.cnf -extensions {section} -out {name}.pem"));
        }
        let read = |name| std::fs::read_to_string(files.path(name)).expect("a certificate");
        let chain = read("leaf.pem") + &read("intermediate.pem");
        std::fs::write(files.path("chain.pem"), chain).expect("a file");
        files
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn openssl(&self, arguments: &str) {
        let output = Command::new("openssl")
            .args(arguments.split_whitespace())
            .current_dir(self.folder.path())
            .output()
            .expect("the openssl command");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "openssl {arguments}: {errors}");
    }

    fn s_server(&self) -> Server {
        let port = free_port();
        let mut command = Command::new("openssl");
        command
            .args(["s_server", "-quiet", "-www", "-cipher", LENIENT, "-accept"])
            .arg(format!("127.0.0.1:{port}"))
            .args(["-cert", "leaf.pem", "-key", "leaf.key"])
            .args(["-cert_chain", "intermediate.pem"])
            .current_dir(self.folder.path());
        Server::start(command, port)
    }

    fn nginx(&self) -> Server {
        let port = free_port();
        let folder = self.folder.path().display();
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|kind| format!("{kind}_temp_path {folder}/{kind};"))
            .concat();
        let configuration = format!(
            "daemon off; master_process off; pid {folder}/pid; error_log stderr; events {{}} http {{ access_log off; {temporary} \
             server {{ listen 127.0.0.1:{port} ssl; ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers {LENIENT}; \
             ssl_certificate {folder}/chain.pem; ssl_certificate_key {folder}/leaf.key; return 200 ok; }} }}"
        );
        std::fs::write(self.path("nginx.conf"), configuration).expect("a file");
        let mut command = Command::new("/usr/sbin/nginx");
        command.args(["-p", &folder.to_string(), "-c", &self.path("nginx.conf")]);
        Server::start(command, port)
    }

    /// The first thing that `openssl s_client` has against the chain; 0 when it completes the handshake.
    fn s_client(&self, server: &Server) -> u32 {
        let output = Command::new("openssl")
            .args(["s_client", "-verify_return_error", "-connect"])
            .arg(format!("127.0.0.1:{}", server.port()))
            .args(["-servername", HOST, "-verify_hostname", HOST])
            .args(["-no-CApath", "-no-CAstore", "-CAfile"])
            .arg(self.path("root.pem"))
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
        let files = Files::new(case);
        let (trusted, source) = (files.path("root.pem"), clock.clock());
        let arguments = ["--ca-file", &trusted, "--time-source", &source];
        let server = files.s_server();
        assert_eq!(files.s_client(&server), case.code, "{}", case.name);
        check(case, &server.run(HOST, &arguments), "s_server");
        drop(server);
        check(case, &files.nginx().run(HOST, &arguments), "nginx");
    }
}
