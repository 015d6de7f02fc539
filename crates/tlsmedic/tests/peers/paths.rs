//! Chains with a fault on the way to the root, made with the openssl command and served by `openssl s_server` and nginx;
//! and what `openssl s_client` says of each, so that the rules for OpenSSL are those of OpenSSL.

use crate::authority::Authority;
use crate::folder::Folder;
use crate::server::Server;
use crate::{HOST, causes, failing};
use report::{ClientOutcome, Report, Verdict};
use std::process::{Command, Stdio};

const CONFIGURATION: &str = "\
[req]
distinguished_name=d
[d]
[ca]
default_ca=c
[c]
database=index.txt
new_certs_dir=.
rand_serial=yes
default_md=sha256
policy=p
unique_subject=no
[p]
commonName=supplied
[root]
subjectKeyIdentifier=hash
keyUsage=critical,keyCertSign,cRLSign
basicConstraints=critical,CA:TRUE
[intermediate]
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
keyUsage=critical,keyCertSign,cRLSign
basicConstraints=critical,CA:TRUE
[leaf]
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
subjectAltName=DNS:www.shop.test
keyUsage=critical,digitalSignature
extendedKeyUsage=serverAuth
";

const KEY: &str = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";

/// A chain, and what is to be said of it.
struct Case {
    name: &'static str,
    /// Lines that take the place of one line of a section: section, line, lines.
    instead: &'static [(&'static str, &'static str, &'static str)],
    /// When the intermediate begins and ends.
    dates: (&'static str, &'static str),
    /// The files served after the leaf.
    served: &'static [&'static str],
    /// The file of the trusted root.
    trusted: &'static str,
    causes: &'static [&'static str],
    /// Who fails; nobody stands for everybody where there is a cause.
    failing: &'static [&'static str],
    /// What `openssl s_client` gives as verify return code.
    code: u32,
}

const FINE: Case = Case {
    name: "fine",
    instead: &[],
    dates: ("20250101000000Z", "20450101000000Z"),
    served: &["intermediate"],
    trusted: "root",
    causes: &[],
    failing: &[],
    code: 0,
};

const CASES: [Case; 18] = [
    FINE,
    Case {
        name: "a leaf for clients",
        instead: &[(
            "leaf",
            "extendedKeyUsage=serverAuth",
            "extendedKeyUsage=clientAuth",
        )],
        causes: &["X23"],
        code: 26,
        ..FINE
    },
    Case {
        name: "an intermediate for clients",
        instead: &[(
            "intermediate",
            "authorityKeyIdentifier=keyid",
            "authorityKeyIdentifier=keyid\nextendedKeyUsage=clientAuth",
        )],
        causes: &["X23"],
        failing: &["chrome", "firefox", "openssl3", "go"],
        code: 26,
        ..FINE
    },
    Case {
        name: "a leaf for any purpose",
        instead: &[(
            "leaf",
            "extendedKeyUsage=serverAuth",
            "extendedKeyUsage=anyExtendedKeyUsage",
        )],
        causes: &["X23"],
        failing: &["firefox", "openssl3"],
        code: 26,
        ..FINE
    },
    Case {
        name: "a key for agreement only",
        instead: &[(
            "leaf",
            "keyUsage=critical,digitalSignature",
            "keyUsage=critical,keyAgreement",
        )],
        causes: &["X23"],
        failing: &["chrome", "java17"],
        ..FINE
    },
    Case {
        name: "an intermediate that is no CA",
        instead: &[(
            "intermediate",
            "basicConstraints=critical,CA:TRUE",
            "basicConstraints=critical,CA:FALSE",
        )],
        causes: &["X24"],
        code: 79,
        ..FINE
    },
    Case {
        name: "an intermediate that may not sign",
        instead: &[(
            "intermediate",
            "keyUsage=critical,keyCertSign,cRLSign",
            "keyUsage=critical,cRLSign",
        )],
        causes: &["X24"],
        code: 79,
        ..FINE
    },
    Case {
        name: "a root that allows no intermediate",
        instead: &[(
            "root",
            "basicConstraints=critical,CA:TRUE",
            "basicConstraints=critical,CA:TRUE,pathlen:0",
        )],
        causes: &["X24"],
        failing: &["chrome", "firefox", "openssl3", "go"],
        code: 25,
        ..FINE
    },
    Case {
        name: "a leaf that is a CA",
        instead: &[(
            "leaf",
            "extendedKeyUsage=serverAuth",
            "extendedKeyUsage=serverAuth\nbasicConstraints=critical,CA:TRUE",
        )],
        causes: &["X25"],
        failing: &["firefox"],
        ..FINE
    },
    Case {
        name: "a name that is not permitted",
        instead: &[(
            "intermediate",
            "authorityKeyIdentifier=keyid",
            "authorityKeyIdentifier=keyid\nnameConstraints=critical,permitted;DNS:corp.test",
        )],
        causes: &["X26"],
        code: 47,
        ..FINE
    },
    Case {
        name: "a name that is excluded",
        instead: &[(
            "intermediate",
            "authorityKeyIdentifier=keyid",
            "authorityKeyIdentifier=keyid\nnameConstraints=critical,excluded;DNS:shop.test",
        )],
        causes: &["X26"],
        code: 48,
        ..FINE
    },
    Case {
        name: "a name that is permitted",
        instead: &[(
            "intermediate",
            "authorityKeyIdentifier=keyid",
            "authorityKeyIdentifier=keyid\nnameConstraints=critical,permitted;DNS:shop.test",
        )],
        ..FINE
    },
    Case {
        name: "a critical extension of nobody's",
        instead: &[(
            "leaf",
            "extendedKeyUsage=serverAuth",
            "extendedKeyUsage=serverAuth\n1.3.6.1.4.1.55555.1=critical,DER:0500",
        )],
        causes: &["X27"],
        code: 34,
        ..FINE
    },
    Case {
        name: "an expired intermediate",
        dates: ("20240101000000Z", "20250101000000Z"),
        causes: &["X13"],
        code: 10,
        ..FINE
    },
    Case {
        name: "an intermediate to come",
        dates: ("20990101000000Z", "20991231000000Z"),
        causes: &["X13"],
        code: 9,
        ..FINE
    },
    Case {
        name: "a root of the same name",
        trusted: "namesake",
        causes: &["X30"],
        code: 20,
        ..FINE
    },
    Case {
        name: "a root of the same name, and the right one served",
        served: &["intermediate", "root"],
        trusted: "namesake",
        causes: &["X30"],
        code: 19,
        ..FINE
    },
    Case {
        name: "a stranger, and one certificate twice",
        served: &["namesake", "intermediate", "intermediate"],
        ..FINE
    },
];

/// The files of one case.
struct Files {
    folder: Folder,
}

impl Files {
    fn new(case: &Case) -> Self {
        let files = Self {
            folder: Folder::new(),
        };
        let mut configuration = CONFIGURATION.to_owned();
        for (section, line, lines) in case.instead {
            let start = configuration.find(&format!("[{section}]")).expect(section);
            let at = start + configuration[start..].find(line).expect(line);
            configuration.replace_range(at..at + line.len(), lines);
        }
        files.folder.write("c.cnf", &configuration);
        files.folder.write("index.txt", "");
        for root in ["root", "namesake"] {
            files.folder.openssl(&format!("req -x509 {KEY} -config c.cnf -extensions root -subj /CN=Root -days 3650 -keyout {root}.key -out {root}.pem"));
        }
        files.folder.openssl(&format!("req {KEY} -config c.cnf -subj /CN=Intermediate -keyout intermediate.key -out intermediate.csr"));
        files.folder.openssl(&format!(
            "req {KEY} -config c.cnf -subj /CN={HOST} -keyout leaf.key -out leaf.csr"
        ));
        let (from, to) = case.dates;
        let sign = "ca -batch -notext -config c.cnf";
        files.folder.openssl(&format!("{sign} -in intermediate.csr -cert root.pem -keyfile root.key -extensions intermediate -startdate {from} -enddate {to} -out intermediate.pem"));
        files.folder.openssl(&format!("{sign} -in leaf.csr -cert intermediate.pem -keyfile intermediate.key -extensions leaf -days 30 -out leaf.pem"));
        let rest: String = case
            .served
            .iter()
            .map(|name| files.folder.read(&format!("{name}.pem")))
            .collect();
        files.folder.write("rest.pem", &rest);
        files.folder.write(
            "leaf-chain.pem",
            &format!("{}{rest}", files.folder.read("leaf.pem")),
        );
        files
    }

    fn s_server(&self) -> Server {
        self.folder.s_server(&["-cert_chain", "rest.pem"])
    }

    fn nginx(&self) -> Server {
        let protocols = "ssl_protocols TLSv1.2 TLSv1.3;";
        self.folder
            .nginx(&(self.folder.identity("leaf") + protocols))
    }

    /// What `openssl s_client` makes of the chain.
    fn s_client(&self, server: &Server, trusted: &str) -> u32 {
        let output = Command::new("openssl")
            .args([
                "s_client",
                "-connect",
                &format!("127.0.0.1:{}", server.port()),
            ])
            .args(["-servername", HOST, "-verify_hostname", HOST])
            .args([
                "-no-CApath",
                "-no-CAstore",
                "-CAfile",
                &self.folder.path(&format!("{trusted}.pem")),
            ])
            .stdin(Stdio::null())
            .output()
            .expect("the openssl command");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let first_error = String::from_utf8_lossy(&output.stderr)
            .lines()
            .find_map(|line| {
                line.strip_prefix("verify error:num=")?
                    .split(':')
                    .next()?
                    .parse()
                    .ok()
            });
        let code = || {
            let mut lines = text.lines().map(str::trim);
            lines.find_map(|line| {
                line.strip_prefix("Verify return code: ")?
                    .split(' ')
                    .next()?
                    .parse()
                    .ok()
            })
        };
        first_error
            .or_else(code)
            .unwrap_or_else(|| panic!("no code: {text}"))
    }
}

fn check(case: &Case, report: &Report, server: &str) {
    let name = format!("{} ({server})", case.name);
    let mut named: Vec<&str> = causes(report).into_iter().map(|(id, _)| id).collect();
    named.sort_unstable();
    assert_eq!(named, case.causes, "{name}");
    assert_eq!(report.verdict, Verdict::Decided, "{name}");
    assert!(
        report.connections <= 4,
        "{name}: {} connections",
        report.connections
    );
    let everybody = ["chrome", "firefox", "openssl3", "java17", "go"];
    let expected: &[&str] = match (case.causes, case.failing) {
        ([_, ..], []) => &everybody,
        (_, some) => some,
    };
    assert_eq!(failing(report), expected, "{name}");
    let openssl = report
        .clients
        .iter()
        .find(|client| client.profile == "openssl3");
    let fails = openssl.expect("it is in the reference set").outcome == ClientOutcome::Fails;
    assert_eq!(fails, case.code != 0, "{name}: OpenSSL says {}", case.code);
}

#[test]
fn openssl_and_we_say_the_same_of_every_chain() {
    let clock = Authority::new();
    for case in &CASES {
        let files = Files::new(case);
        let trusted = files.folder.path(&format!("{}.pem", case.trusted));
        let source = clock.clock();
        let arguments = ["--ca-file", &trusted, "--time-source", &source];
        let server = files.s_server();
        assert_eq!(
            files.s_client(&server, case.trusted),
            case.code,
            "{}",
            case.name
        );
        check(case, &server.run(HOST, &arguments), "s_server");
        drop(server);
        let server = files.nginx();
        check(case, &server.run(HOST, &arguments), "nginx");
    }
}

#[test]
fn what_does_not_belong_is_a_finding() {
    let case = CASES.last().expect("some");
    let (files, clock) = (Files::new(case), Authority::new());
    let server = files.s_server();
    let (trusted, source) = (files.folder.path("root.pem"), clock.clock());
    let report = server.run(HOST, &["--ca-file", &trusted, "--time-source", &source]);
    let findings: Vec<(&str, &str)> = report
        .findings
        .iter()
        .map(|finding| (finding.cause.id.0.as_str(), finding.cause.text.id.as_str()))
        .filter(|(id, _)| *id == "X12")
        .collect();
    assert_eq!(
        findings,
        [("X12", "seen-X12-twice"), ("X12", "seen-X12-stranger")]
    );
}
