//! Real servers that are set up unusually and harm nobody.

use crate::authority::Authority;
use crate::folder::Folder;
use crate::server::Server;
use crate::{HOST, causes};
use report::Outcome;

/// Connections of a healthy target with one address (DESIGN section 6).
const CONNECTIONS: u32 = 4;

const EXTENSIONS: &str = "\
[req]
distinguished_name=d
[d]
[ca]
keyUsage=critical,keyCertSign,cRLSign
basicConstraints=critical,CA:TRUE
[leaf]
keyUsage=critical,digitalSignature
extendedKeyUsage=serverAuth
";

/// An oddity.
struct Case {
    name: &'static str,
    /// How the server's key is made.
    key: &'static str,
    /// How the key beside it is made.
    beside: Option<&'static str>,
    subject: &'static str,
    /// Names beside the host's.
    names: usize,
    /// Whether the root is served too.
    root: bool,
    /// Directives of nginx.
    nginx: &'static str,
    /// Options of `openssl s_server`.
    s_server: &'static [&'static str],
}

const USUAL: Case = Case {
    name: "nothing odd",
    key: "ec -pkeyopt ec_paramgen_curve:P-256",
    beside: None,
    subject: "/CN=www.shop.test",
    names: 0,
    root: false,
    nginx: "",
    s_server: &[],
};

const RSA: &str = "rsa:2048";

const CASES: [Case; 11] = [
    USUAL,
    Case {
        name: "a thousand names",
        names: 1_000,
        ..USUAL
    },
    Case {
        name: "the root in the chain",
        root: true,
        ..USUAL
    },
    Case {
        name: "RSA with 8192 bits",
        key: "rsa:8192",
        ..USUAL
    },
    Case {
        name: "Ed25519 beside RSA",
        key: RSA,
        beside: Some("ed25519"),
        ..USUAL
    },
    Case {
        name: "ECDSA beside RSA",
        key: RSA,
        beside: Some(USUAL.key),
        ..USUAL
    },
    Case {
        name: "an empty subject",
        subject: "/",
        ..USUAL
    },
    Case {
        name: "no common name",
        subject: "/C=DE/O=Shop",
        ..USUAL
    },
    Case {
        name: "no tickets",
        nginx: "ssl_session_tickets off; ssl_session_cache none;",
        s_server: &["-no_ticket", "-num_tickets", "0", "-no_cache"],
        ..USUAL
    },
    Case {
        name: "small records",
        nginx: "ssl_buffer_size 512;",
        s_server: &["-max_send_frag", "512"],
        ..USUAL
    },
    Case {
        name: "only TLS 1.3",
        nginx: "ssl_protocols TLSv1.3;",
        s_server: &["-tls1_3"],
        ..USUAL
    },
];

fn made(case: &Case) -> Folder {
    let folder = Folder::new();
    let more: String = (0..case.names)
        .map(|number| format!(",DNS:tenant-{number}.shop.test"))
        .collect();
    folder.write(
        "c.cnf",
        &format!("{EXTENSIONS}subjectAltName=DNS:{HOST}{more}\n"),
    );
    folder.openssl(&format!("req -x509 -newkey {} -nodes -config c.cnf -extensions ca -subj /CN=Root -days 3650 -keyout root.key -out root.pem", USUAL.key));
    leaf(&folder, "leaf", case.key, case);
    if let Some(key) = case.beside {
        leaf(&folder, "beside", key, case);
    }
    folder
}

fn leaf(folder: &Folder, name: &str, key: &str, case: &Case) {
    let subject = case.subject;
    folder.openssl(&format!(
        "req -newkey {key} -nodes -config c.cnf -subj {subject} -keyout {name}.key -out {name}.csr"
    ));
    folder.openssl(&format!("x509 -req -in {name}.csr -CA root.pem -CAkey root.key -days 30 -extfile c.cnf -extensions leaf -out {name}.pem"));
    let root = if case.root {
        folder.read("root.pem")
    } else {
        String::new()
    };
    let chain = folder.read(&format!("{name}.pem")) + &root;
    folder.write(&format!("{name}-chain.pem"), &chain);
}

fn s_server(folder: &Folder, case: &Case) -> Server {
    let mut options = case.s_server.to_vec();
    if case.root {
        options.extend(["-cert_chain", "root.pem"]);
    }
    if case.beside.is_some() {
        options.extend(["-dcert", "beside.pem", "-dkey", "beside.key"]);
    }
    folder.s_server(&options)
}

fn nginx(folder: &Folder, case: &Case) -> Server {
    let beside = case.beside.map(|_| folder.identity("beside"));
    let directives = [
        folder.identity("leaf"),
        beside.unwrap_or_default(),
        case.nginx.to_owned(),
    ];
    folder.nginx(&directives.concat())
}

fn check(server: &Server, case: &Case, folder: &Folder, clock: &str, stack: &str) {
    let trusted = folder.path("root.pem");
    let report = server.run(HOST, &["--ca-file", &trusted, "--time-source", clock]);
    let name = format!("{} ({stack})", case.name);
    assert_eq!(
        report.outcome,
        Outcome::Works,
        "{name}: {:?}",
        report.clients
    );
    assert_eq!(causes(&report), [], "{name}");
    assert!(
        report.connections <= CONNECTIONS,
        "{name}: {} connections",
        report.connections
    );
}

#[test]
fn what_is_only_unusual_is_left_alone() {
    let authority = Authority::new();
    for case in &CASES {
        let folder = made(case);
        let clock = authority.clock();
        check(&s_server(&folder, case), case, &folder, &clock, "s_server");
        check(&nginx(&folder, case), case, &folder, &clock, "nginx");
    }
}
