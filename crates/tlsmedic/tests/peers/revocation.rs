//! Revocation with real CAs' tools and real servers: `openssl ocsp`, `openssl ca -gencrl`, nginx, Apache and
//! `openssl s_server`; and `openssl s_client -status` beside this program.
//!
//! `openssl ocsp` listens on all addresses, so each test runs in a network of its own.

use crate::folder::Folder;
use crate::server::{Server, free_port, replay};
use crate::servers::Kind;
use crate::{HOST, alone, causes, failing, told};
use report::{Action, AnchorStore, Certainty, Outcome, Report, Severity};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Command, Stdio};

const GOOD: &str = "1001";
const REVOKED: &str = "1002";

/// A CA in a folder, with one good and one revoked certificate.
struct Ca {
    folder: Folder,
    responder: u16,
    list: SocketAddr,
}

impl Ca {
    fn new(extensions: &str) -> Self {
        let folder = Folder::new();
        let list = serve(Path::new(&folder.path("list.der")));
        let ca = Self {
            folder,
            responder: free_port(),
            list,
        };
        let extensions = extensions
            .replace("OCSP_URL", &format!("http://127.0.0.1:{}", ca.responder))
            .replace("LIST_URL", &format!("http://{list}/list.crl"));
        let configuration = format!(
            "[ca]\ndefault_ca=c\n[c]\ndatabase={0}/index.txt\ncrlnumber={0}/number\ndefault_md=sha256\ndefault_crl_days=7\n\
             [leaf]\nsubjectAltName=DNS:{HOST}\nextendedKeyUsage=serverAuth\nsubjectKeyIdentifier=hash\n\
             authorityKeyIdentifier=keyid\n{extensions}\n",
            ca.folder.path("")
        );
        ca.folder.write("ca.cnf", &configuration);
        ca.folder.write("number", "01\n");
        let revoked = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(72);
        let revoked = revoked.strftime("%y%m%d%H%M%SZ");
        ca.folder.write(
            "index.txt",
            &format!(
                "V\t350101000000Z\t\t{GOOD}\tunknown\t/CN=good\nR\t350101000000Z\t{revoked},keyCompromise\t{REVOKED}\tunknown\t/CN=bad\n"
            ),
        );
        ca.folder.openssl("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -subj /CN=ca -days 30 -addext keyUsage=critical,keyCertSign,cRLSign");
        for serial in [GOOD, REVOKED] {
            ca.folder.openssl(&format!("req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout {serial}.key -out {serial}.csr -subj /CN={HOST}"));
            ca.folder.openssl(&format!("x509 -req -in {serial}.csr -CA ca.pem -CAkey ca.key -set_serial 0x{serial} -days 20 -extfile ca.cnf -extensions leaf -out {serial}.pem"));
        }
        ca.folder
            .openssl("ca -config ca.cnf -gencrl -keyfile ca.key -cert ca.pem -out list.pem");
        ca.folder
            .openssl("crl -in list.pem -outform DER -out list.der");
        ca
    }

    /// `openssl ocsp` as the responder that the certificates name.
    fn respond(&self) -> Server {
        let mut command = Command::new("openssl");
        command
            .args(
                "ocsp -index index.txt -CA ca.pem -rsigner ca.pem -rkey ca.key -ndays 2".split(' '),
            )
            .args(["-port", &self.responder.to_string()])
            .current_dir(self.folder.path(""));
        Server::start(command, self.responder)
    }

    /// An answer about `serial` in a file.
    fn answer(&self, serial: &str) -> String {
        let file = format!("{serial}.answer");
        self.folder.openssl(&format!(
            "ocsp -issuer ca.pem -cert {serial}.pem -no_nonce -reqout {serial}.request"
        ));
        self.folder.openssl(&format!("ocsp -index index.txt -CA ca.pem -rsigner ca.pem -rkey ca.key -ndays 2 -reqin {serial}.request -respout {file}"));
        self.folder.path(&file)
    }

    fn s_server(&self, serial: &str, more: &[&str]) -> Server {
        let port = free_port();
        let mut command = Command::new("openssl");
        command
            .args(["s_server", "-quiet", "-www", "-accept"])
            .arg(format!("127.0.0.1:{port}"))
            .args(["-cert", &self.folder.path(&format!("{serial}.pem"))])
            .args(["-key", &self.folder.path(&format!("{serial}.key"))])
            .args(more);
        Server::start(command, port)
    }

    fn nginx(&self, serial: &str, stapling: &str) -> Server {
        let file = |name: &str| self.folder.path(name);
        self.folder.nginx(&format!(
            "ssl_certificate {}; ssl_certificate_key {}; ssl_trusted_certificate {}; ssl_stapling on; {stapling}",
            file(&format!("{serial}.pem")),
            file(&format!("{serial}.key")),
            file("ca.pem"),
        ))
    }

    fn apache(&self, serial: &str) -> Server {
        let port = free_port();
        let folder = self.folder.path("");
        let modules = ["mpm_event", "authz_core", "ssl", "socache_shmcb"]
            .map(|name| {
                format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n")
            })
            .concat();
        let configuration = format!(
            "ServerName localhost\nServerRoot {folder}\nDocumentRoot {folder}\nPidFile {folder}/pid\nErrorLog {folder}/error.log\n\
             DefaultRuntimeDir {folder}\nMutex file:{folder} default\nListen 127.0.0.1:{port}\n{modules}\
             User www-data\nGroup www-data\nSSLSessionCache none\nSSLStaplingCache shmcb:{folder}/staples(128000)\n\
             <VirtualHost 127.0.0.1:{port}>\nSSLEngine on\nSSLUseStapling on\nSSLCertificateFile {folder}/{serial}.pem\n\
             SSLCertificateKeyFile {folder}/{serial}.key\nSSLCACertificateFile {folder}/ca.pem\n</VirtualHost>\n"
        );
        self.folder.write("apache.conf", &configuration);
        let mut command = Command::new("/usr/sbin/apache2");
        command.args(["-X", "-f", &self.folder.path("apache.conf")]);
        Server::start(command, port)
    }

    fn diagnose(&self, server: &Server) -> Report {
        server.run(HOST, &["--ca-file", &self.folder.path("ca.pem")])
    }
}

/// Serves a file over HTTP to whoever asks, until the process ends.
fn serve(path: &Path) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let path = path.to_owned();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 2048]);
            let body = std::fs::read(&path).unwrap_or_default();
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            let _ = stream.write_all(&[head.as_bytes(), &body].concat());
        }
    });
    address
}

/// What `openssl s_client -status` makes of the staple: the status it prints.
fn s_client(server: &Server) -> String {
    let output = Command::new("openssl")
        .args(["s_client", "-status", "-connect"])
        .arg(format!("127.0.0.1:{}", server.port()))
        .args(["-servername", HOST])
        .stdin(Stdio::null())
        .output()
        .expect("the openssl command");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = |start: &str| {
        let mut lines = text.lines().map(str::trim);
        lines.find_map(|line| line.strip_prefix(start).map(|rest| rest.trim().to_owned()))
    };
    line("Cert Status:")
        .or_else(|| line("OCSP response:"))
        .unwrap_or_default()
}

/// Runs a test where `openssl ocsp` may listen on every address.
fn apart(test: impl FnOnce() + Send) {
    alone(Kind::GnuTls, test);
}

fn works(report: &Report) {
    let told = told(Kind::OpenSsl, report);
    assert_eq!(report.outcome, Outcome::Works, "{told}");
    assert!(
        report.causes.is_empty() && report.connections <= 4,
        "{told}"
    );
}

fn stops(report: &Report, cause: &'static str, clients: &[&str]) {
    let told = format!("{} {:?}", told(Kind::OpenSsl, report), report.findings);
    assert_eq!(causes(report), [(cause, Certainty::Proven)], "{told}");
    assert_eq!(failing(report), clients, "{told}");
}

fn findings(report: &Report) -> Vec<(&str, Severity)> {
    report
        .findings
        .iter()
        .map(|finding| (finding.cause.id.0.as_str(), finding.severity))
        .collect()
}

const OCSP: &str = "authorityInfoAccess=OCSP;URI:OCSP_URL";
const LIST: &str = "crlDistributionPoints=URI:LIST_URL";
const MUST: &str = "tlsfeature=status_request\nauthorityInfoAccess=OCSP;URI:OCSP_URL";

#[test]
fn openssl_says_revoked() {
    apart(|| {
        let ca = Ca::new(OCSP);
        let _responder = ca.respond();
        works(&ca.diagnose(&ca.s_server(GOOD, &[])));
        let report = ca.diagnose(&ca.s_server(REVOKED, &[]));
        stops(&report, "X19", &["firefox"]);
        assert!(report.causes[0].summary.contains("keyCompromise"));
    });
}

#[test]
fn openssl_lists_it() {
    apart(|| {
        let ca = Ca::new(LIST);
        let report = ca.diagnose(&ca.s_server(GOOD, &[]));
        works(&report);
        assert_eq!(findings(&report), []);
        let report = ca.diagnose(&ca.s_server(REVOKED, &[]));
        works(&report);
        assert_eq!(findings(&report), [("X19", Severity::Error)]);
        assert!(
            report
                .contacted
                .iter()
                .any(|contact| contact.address.contains(&ca.list.to_string())
                    && contact.why == "crl"),
            "{:?}",
            report.contacted
        );
        let offline = ca.s_server(REVOKED, &[]);
        let report = offline.run(HOST, &["--ca-file", &ca.folder.path("ca.pem"), "--offline"]);
        works(&report);
        assert!(report.contacted.is_empty() && report.findings.is_empty());
    });
}

#[test]
fn staples_of_s_server_as_s_client_reads_them() {
    apart(|| {
        let ca = Ca::new("tlsfeature=status_request");
        for version in ["-tls1_2", "-tls1_3"] {
            let staple = |serial: &str, answer: &str| {
                ca.s_server(serial, &[version, "-status_file", &ca.answer(answer)])
            };
            let good = staple(GOOD, GOOD);
            assert_eq!(s_client(&good), "good");
            works(&ca.diagnose(&good));
            let revoked = staple(REVOKED, REVOKED);
            assert_eq!(s_client(&revoked), "revoked");
            stops(&ca.diagnose(&revoked), "X19", &["chrome", "firefox"]);
            // s_client does not compare the staple with the certificate.
            let other = staple(GOOD, REVOKED);
            assert_eq!(s_client(&other), "revoked");
            stops(&ca.diagnose(&other), "S29", &["firefox"]);
            let none = ca.s_server(GOOD, &[version]);
            assert_eq!(s_client(&none), "no response sent");
            stops(&ca.diagnose(&none), "X20", &["firefox"]);
        }
    });
}

#[test]
fn nginx_has_no_staple_for_the_first_visitors() {
    apart(|| {
        let ca = Ca::new(MUST);
        let _responder = ca.respond();
        let nginx = ca.nginx(GOOD, "");
        let report = ca.diagnose(&nginx);
        stops(&report, "S29", &["firefox"]);
        assert_eq!(s_client(&nginx), "good");
        works(&ca.diagnose(&nginx));
    });
}

#[test]
fn nginx_staples_what_its_file_holds() {
    apart(|| {
        let ca = Ca::new("tlsfeature=status_request");
        let file = |serial: &str, answer: &str| {
            let answer = ca.answer(answer);
            ca.nginx(serial, &format!("ssl_stapling_file {answer};"))
        };
        works(&ca.diagnose(&file(GOOD, GOOD)));
        stops(&ca.diagnose(&file(GOOD, REVOKED)), "S29", &["firefox"]);
        stops(
            &ca.diagnose(&file(REVOKED, REVOKED)),
            "X19",
            &["chrome", "firefox"],
        );
    });
}

#[test]
fn apache_asks_before_it_answers() {
    apart(|| {
        let ca = Ca::new(MUST);
        let responder = ca.respond();
        let apache = ca.apache(GOOD);
        works(&ca.diagnose(&apache));
        assert_eq!(s_client(&apache), "good");
        drop(apache);
        drop(responder);
        // Where the responder cannot be reached, Apache staples an error of its own making.
        let apache = ca.apache(GOOD);
        let report = ca.diagnose(&apache);
        stops(&report, "S29", &["firefox"]);
        assert!(
            report.causes[0].summary.contains("tryLater"),
            "{}",
            report.causes[0].summary
        );
        assert_eq!(findings(&report), [("C28", Severity::Warning)]);
    });
}

/// The same evidence as if the CA were one of the public list.
fn publicly(mut report: Report) -> Report {
    if let Some(question) = &mut report.question {
        question.ca_file = None;
    }
    for entry in &mut report.evidence {
        if let Action::Anchors { store, .. } = &mut entry.conditions {
            *store = AnchorStore::Mozilla;
        }
    }
    replay(&report)
}

#[test]
fn under_a_public_root_browsers_know_by_themselves() {
    apart(|| {
        let ca = Ca::new(LIST);
        let revoked = ca.diagnose(&ca.s_server(REVOKED, &[]));
        works(&revoked);
        stops(&publicly(revoked), "X19", &["firefox"]);
        let good = ca.diagnose(&ca.s_server(GOOD, &[]));
        works(&publicly(good));
        // What a staple says is then of no weight for Firefox, unless it has to be there.
        let ca = Ca::new("basicConstraints=CA:FALSE");
        let other = ["-status_file", &ca.answer(REVOKED)];
        let report = ca.diagnose(&ca.s_server(GOOD, &other));
        stops(&report, "S29", &["firefox"]);
        let report = publicly(report);
        works(&report);
        assert_eq!(findings(&report), [("S29", Severity::Warning)]);
        let own = ["-status_file", &ca.answer(REVOKED)];
        let report = ca.diagnose(&ca.s_server(REVOKED, &own));
        stops(&report, "X19", &["chrome", "firefox"]);
        stops(&publicly(report), "X19", &["chrome", "firefox"]);
    });
}
