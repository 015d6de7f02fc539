//! Clients stricter than they are as a rule: what `openssl s_client` says with `-x509_strict` and at security level 3 of
//! chains made with the openssl command and served by `openssl s_server`, and what we say of them as such a client.

use crate::authority::Authority;
use crate::folder::Folder;
use crate::server::Server;
use crate::{HOST, causes, failing};
use report::{Certainty, Outcome, Report};
use std::process::{Command, Stdio};

const SUBJECT_KEY: &str = "subjectKeyIdentifier=hash";
const ISSUER_KEY: &str = "authorityKeyIdentifier=keyid";
const CA_USAGE: &str = "keyUsage=critical,keyCertSign,cRLSign";
const IS_CA: &str = "basicConstraints=critical,CA:TRUE";
const NAME: &str = "subjectAltName=DNS:www.shop.test";
const USAGE: &str = "keyUsage=critical,digitalSignature";

/// The extensions of each certificate.
#[derive(Clone, Copy)]
struct Extensions {
    root: &'static [&'static str],
    intermediate: &'static [&'static str],
    leaf: &'static [&'static str],
    /// The leaf's subject.
    subject: &'static str,
}

const FINE: Extensions = Extensions {
    root: &[SUBJECT_KEY, CA_USAGE, IS_CA],
    intermediate: &[SUBJECT_KEY, ISSUER_KEY, CA_USAGE, IS_CA],
    leaf: &[SUBJECT_KEY, ISSUER_KEY, NAME, USAGE],
    subject: "/CN=www.shop.test",
};

/// What a strict check refuses, and the number OpenSSL gives it.
const STRICT: [(&str, Extensions, u32); 11] = [
    ("fine", FINE, 0),
    (
        "the leaf does not name its issuer's key",
        Extensions {
            leaf: &[SUBJECT_KEY, "authorityKeyIdentifier=none", NAME, USAGE],
            ..FINE
        },
        85,
    ),
    (
        "the intermediate does not name its issuer's key",
        Extensions {
            intermediate: &[SUBJECT_KEY, "authorityKeyIdentifier=none", CA_USAGE, IS_CA],
            ..FINE
        },
        85,
    ),
    (
        "the intermediate does not name its key",
        Extensions {
            intermediate: &["subjectKeyIdentifier=none", ISSUER_KEY, CA_USAGE, IS_CA],
            leaf: &[SUBJECT_KEY, "2.5.29.35=DER:30068004aabbccdd", NAME, USAGE],
            ..FINE
        },
        86,
    ),
    (
        "the intermediate has no keyUsage",
        Extensions {
            intermediate: &[SUBJECT_KEY, ISSUER_KEY, IS_CA],
            ..FINE
        },
        92,
    ),
    (
        "the root has no keyUsage",
        Extensions {
            root: &[SUBJECT_KEY, IS_CA],
            ..FINE
        },
        92,
    ),
    (
        "the intermediate's basicConstraints are not critical",
        Extensions {
            intermediate: &[
                SUBJECT_KEY,
                ISSUER_KEY,
                CA_USAGE,
                "basicConstraints=CA:TRUE",
            ],
            ..FINE
        },
        89,
    ),
    (
        "the root's basicConstraints are not critical",
        Extensions {
            root: &[SUBJECT_KEY, CA_USAGE, "basicConstraints=CA:TRUE"],
            ..FINE
        },
        89,
    ),
    (
        "the leaf may sign certificates",
        Extensions {
            leaf: &[
                SUBJECT_KEY,
                ISSUER_KEY,
                NAME,
                "keyUsage=critical,digitalSignature,keyCertSign",
            ],
            ..FINE
        },
        79,
    ),
    (
        "the leaf has a path length",
        Extensions {
            leaf: &[
                SUBJECT_KEY,
                ISSUER_KEY,
                NAME,
                USAGE,
                "basicConstraints=critical,CA:FALSE,pathlen:0",
            ],
            ..FINE
        },
        80,
    ),
    (
        "the leaf has no subject and its subjectAltName is not critical",
        Extensions {
            subject: "/",
            ..FINE
        },
        88,
    ),
];

/// A chain, in files.
struct Files {
    folder: Folder,
}

impl Files {
    fn new(extensions: &Extensions, leaf_key: &str) -> Self {
        let files = Self {
            folder: Folder::new(),
        };
        let section = |name: &str, lines: &[&str]| format!("[{name}]\n{}\n", lines.join("\n"));
        let configuration = "[req]\ndistinguished_name=d\n[d]\n".to_owned()
            + &section("root", extensions.root)
            + &section("intermediate", extensions.intermediate)
            + &section("leaf", extensions.leaf);
        files.folder.write("c.cnf", &configuration);
        const CA_KEY: &str = "ec -pkeyopt ec_paramgen_curve:P-256";
        files.folder.openssl(&format!("req -x509 -newkey {CA_KEY} -nodes -config c.cnf -extensions root -subj /CN=Root -days 3650 -keyout root.key -out root.pem"));
        let below = [
            ("root", "intermediate", "/CN=Intermediate", CA_KEY),
            ("intermediate", "leaf", extensions.subject, leaf_key),
        ];
        for (issuer, name, subject, key) in below {
            files.folder.openssl(&format!("req -newkey {key} -nodes -config c.cnf -subj {subject} -keyout {name}.key -out {name}.csr"));
            files.folder.openssl(&format!("x509 -req -in {name}.csr -CA {issuer}.pem -CAkey {issuer}.key -CAcreateserial -days 30 -extfile c.cnf -extensions {name} -out {name}.pem"));
        }
        files
    }

    fn serve(&self, more: &[&str]) -> Server {
        let chain = ["-cert_chain", "intermediate.pem"];
        self.folder.s_server(&[&chain, more].concat())
    }

    /// All that `openssl s_client` has against the chain and the handshake, with these options.
    fn s_client(&self, server: &Server, more: &[&str]) -> String {
        let output = Command::new("openssl")
            .args(["s_client", "-verify_return_error", "-connect"])
            .arg(format!("127.0.0.1:{}", server.port()))
            .args(["-servername", HOST, "-verify_hostname", HOST])
            .args(["-no-CApath", "-no-CAstore", "-CAfile"])
            .arg(self.folder.path("root.pem"))
            .args(more)
            .stdin(Stdio::null())
            .output()
            .expect("the openssl command");
        String::from_utf8_lossy(&output.stderr)
            .lines()
            .filter(|line| line.contains("error"))
            .collect()
    }

    fn diagnose(&self, server: &Server, client: Option<&str>, clock: &Authority) -> Report {
        let (trusted, source) = (self.folder.path("root.pem"), clock.clock());
        let mut arguments = vec!["--ca-file", &trusted, "--time-source", &source];
        arguments.extend(client.iter().flat_map(|client| ["--as", client]));
        server.run(HOST, &arguments)
    }
}

#[test]
fn openssl_and_we_say_the_same_of_the_form_of_a_certificate() {
    const KEY: &str = "ec -pkeyopt ec_paramgen_curve:P-256";
    let clock = Authority::new();
    for (name, extensions, code) in &STRICT {
        let files = Files::new(extensions, KEY);
        let server = files.serve(&[]);
        assert_eq!(files.s_client(&server, &[]), "", "{name}");
        let strictly = files.s_client(&server, &["-x509_strict"]);
        let as_python = files.diagnose(&server, Some("python"), &clock);
        if *code == 0 {
            assert_eq!(strictly, "", "{name}");
            assert_eq!(causes(&as_python), [], "{name}");
            continue;
        }
        let said = format!("verify error:num={code}:");
        assert!(strictly.contains(&said), "{name}: {strictly}");
        assert_eq!(causes(&as_python), [("C13", Certainty::Proven)], "{name}");
        assert_eq!(failing(&as_python), ["python"], "{name}");
        // Nobody else minds, and it is said all the same.
        let of_all = files.diagnose(&server, None, &clock);
        assert_eq!(of_all.outcome, Outcome::Works, "{name}");
        let findings = &of_all.findings;
        assert!(
            findings.iter().any(|finding| finding.cause.id.0 == "C13"),
            "{name}"
        );
    }
}

#[test]
fn openssl_and_we_say_the_same_at_security_level_3() {
    const LEVEL3: &[&str] = &["-cipher", "DEFAULT@SECLEVEL=3"];
    let cases: [(&str, &str, &[&str], &str); 4] = [
        (
            "a key of 2048 bits",
            "rsa:2048",
            &[],
            "verify error:num=66:",
        ),
        ("a key of 3072 bits", "rsa:3072", &[], ""),
        (
            "RSA key exchange alone",
            "rsa:3072",
            &["-tls1_2", "-cipher", "AES128-GCM-SHA256"],
            "alert handshake failure",
        ),
        (
            "Diffie-Hellman of 2048 bits alone",
            "rsa:3072",
            &[
                "-tls1_2",
                "-cipher",
                "DHE-RSA-AES128-GCM-SHA256",
                "-dhparam",
                "dh.pem",
            ],
            "dh key too small",
        ),
    ];
    let clock = Authority::new();
    let extensions = Extensions {
        leaf: &[
            SUBJECT_KEY,
            ISSUER_KEY,
            NAME,
            "keyUsage=critical,digitalSignature,keyEncipherment",
        ],
        ..FINE
    };
    for (name, key, serving, said) in cases {
        let files = Files::new(&extensions, key);
        files
            .folder
            .openssl("genpkey -genparam -algorithm DH -pkeyopt group:ffdhe2048 -out dh.pem");
        let server = files.serve(serving);
        let refusal = files.s_client(&server, LEVEL3);
        let (agrees, expected) = if said.is_empty() {
            (refusal.is_empty(), Vec::new())
        } else {
            (refusal.contains(said), vec![("C11", Certainty::Proven)])
        };
        assert!(agrees, "{name}: {refusal}");
        let report = files.diagnose(&server, Some("openssl3-level3"), &clock);
        assert_eq!(causes(&report), expected, "{name}");
        assert_eq!(files.s_client(&server, &[]), "", "{name}");
        let without = files.diagnose(&server, Some("openssl3"), &clock);
        assert_eq!(causes(&without), [], "{name}");
    }
}

#[test]
fn what_fips_rules_out_of_openssl() {
    const CHACHA20: &[&str] = &[
        "-ciphersuites",
        "TLS_CHACHA20_POLY1305_SHA256",
        "-cipher",
        "ECDHE+CHACHA20",
    ];
    let clock = Authority::new();
    let files = Files::new(&FINE, "ec -pkeyopt ec_paramgen_curve:P-256");
    for (serving, expected) in [
        (CHACHA20, [("C11", Certainty::Proven)].as_slice()),
        (
            &["-curves", "X25519", "-tls1_2"],
            &[("C11", Certainty::Proven)],
        ),
        (&["-curves", "P-256"], &[]),
    ] {
        let server = files.serve(serving);
        let report = files.diagnose(&server, Some("go-fips"), &clock);
        assert_eq!(causes(&report), expected, "{serving:?}");
        let without = files.diagnose(&server, Some("go"), &clock);
        assert_eq!(causes(&without), [], "{serving:?}");
    }
}
