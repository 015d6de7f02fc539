//! Addresses in a certificate, and what may be found there: everything is bounded and named, and nothing is followed that
//! must not be.

use crate::high_water;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer,
    CrlDistributionPoint, CustomExtension, DnType, ExtendedKeyUsagePurpose, IsCa, KeyIdMethod,
    KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, RevocationReason, RevokedCertParams,
    SerialNumber,
};
use report::{Action, Answer, ClientOutcome, FetchPurpose, HttpReply, Outcome, Report, Severity};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};
use tempfile::TempDir;

const HOST: &str = "www.shop.test";
const SERIAL: u8 = 77;
/// Resident memory the program may take with a list of ten megabytes, in KiB.
const MEMORY_KIB: u64 = 96 * 1024;

/// The addresses in a certificate.
#[derive(Clone, Default)]
struct Urls {
    issuer: Option<String>,
    ocsp: Option<String>,
    list: Option<String>,
}

/// A CA's key and certificate.
struct Ca(CertifiedIssuer<'static, KeyPair>);

impl Ca {
    fn new() -> Self {
        Self(CertifiedIssuer::self_signed(ca("Hostile Root"), key()).expect("a root"))
    }

    /// A revocation list with that many others, and with [`SERIAL`] or without.
    fn list(&self, others: u32, revoked: bool) -> Vec<u8> {
        let now = SystemTime::now();
        let entry = |serial: &[u8]| RevokedCertParams {
            serial_number: SerialNumber::from_slice(serial),
            revocation_time: (now - Duration::from_secs(3 * 86_400)).into(),
            reason_code: Some(RevocationReason::Superseded),
            invalidity_date: None,
        };
        let others = (0..others).map(|number| {
            let serial = [&[0x55; 12], &number.to_be_bytes()[..]].concat();
            entry(&serial)
        });
        let list = CertificateRevocationListParams {
            this_update: (now - Duration::from_secs(3600)).into(),
            next_update: (now + Duration::from_secs(86_400)).into(),
            crl_number: SerialNumber::from(1_u64),
            issuing_distribution_point: None,
            revoked_certs: others.chain(revoked.then(|| entry(&[SERIAL]))).collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        list.signed_by(&self.0).expect("a list").der().to_vec()
    }
}

fn key() -> KeyPair {
    KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).expect("a key")
}

fn params(name: &str, urls: &Urls) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    let now = SystemTime::now();
    params.not_before = (now - Duration::from_secs(86_400)).into();
    params.not_after = (now + Duration::from_secs(60 * 86_400)).into();
    params.use_authority_key_identifier_extension = true;
    let issuer = urls.issuer.as_deref().map(|url| (2, url));
    let ocsp = urls.ocsp.as_deref().map(|url| (1, url));
    let access: Vec<u8> = issuer
        .into_iter()
        .chain(ocsp)
        .flat_map(|(method, url)| {
            let method = element(0x06, &[0x2b, 6, 1, 5, 5, 7, 48, method]);
            element(0x30, &[method, element(0x86, url.as_bytes())].concat())
        })
        .collect();
    if !access.is_empty() {
        let access =
            CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 1], element(0x30, &access));
        params.custom_extensions.push(access);
    }
    params.crl_distribution_points = urls
        .list
        .iter()
        .map(|url| CrlDistributionPoint {
            uris: vec![url.clone()],
        })
        .collect();
    params
}

fn ca(name: &str) -> CertificateParams {
    let mut params = params(name, &Urls::default());
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = match u8::try_from(content.len()) {
        Ok(short @ 0..0x80) => vec![short],
        Ok(byte) => vec![0x81, byte],
        Err(_) => panic!("no extension here is as long"),
    };
    [&[tag], &length[..], content].concat()
}

/// A web server whose answers, heads and all, depend on the path; it runs until the process ends.
fn web(address: &str, answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind(address).expect("a port");
    let address = listener.local_addr().expect("an address");
    let answer = Arc::new(answer);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let answer = Arc::clone(&answer);
            std::thread::spawn(move || {
                let mut request = [0; 4096];
                let count = stream.read(&mut request).unwrap_or(0);
                let request = String::from_utf8_lossy(&request[..count]);
                let path = request.split(' ').nth(1).unwrap_or_default();
                let _ = stream.write_all(&answer(path));
            });
        }
    });
    address
}

fn ok(body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

fn redirect(to: &str) -> Vec<u8> {
    format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n").into_bytes()
}

/// A server with a certificate of `ca`'s, or of another issuer's, alone in its chain.
struct Site {
    folder: TempDir,
    server: Child,
    address: SocketAddr,
}

impl Site {
    fn start(ca: &Ca, issuer: &Ca, urls: &Urls, ip: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, content: String| {
            let path = folder.path().join(name);
            std::fs::write(&path, content).expect("a file");
            path
        };
        let key = key();
        let mut params = params(HOST, urls);
        params.serial_number = Some(SerialNumber::from_slice(&[SERIAL]));
        params.subject_alt_names = vec![rcgen::SanType::DnsName(HOST.try_into().expect("a name"))];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let leaf = params.signed_by(&key, &issuer.0).expect("a leaf");
        write("ca.pem", ca.0.pem());
        let free = TcpListener::bind((ip, 0)).expect("a port");
        let address = free.local_addr().expect("an address");
        drop(free);
        let server = Command::new("openssl")
            .args([
                "s_server",
                "-quiet",
                "-www",
                "-accept",
                &address.to_string(),
            ])
            .arg("-cert")
            .arg(write("leaf.pem", leaf.pem()))
            .arg("-key")
            .arg(write("leaf.key", key.serialize_pem()))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the openssl command");
        let site = Self {
            folder,
            server,
            address,
        };
        let until = Instant::now() + Duration::from_secs(20);
        while std::net::TcpStream::connect(address).is_err() {
            assert!(Instant::now() < until, "openssl does not listen");
            std::thread::sleep(Duration::from_millis(10));
        }
        site
    }

    /// The report, the size of its JSON, and the most memory the program took in KiB.
    fn diagnose(&self) -> (Report, usize, u64) {
        let output = tempfile::NamedTempFile::new().expect("a file");
        let mut child = Command::new(env!("CARGO_BIN_EXE_tlsmedic"))
            .env_clear()
            .args(["diagnose", &format!("{HOST}:{}", self.address.port())])
            .args(["--connect", &self.address.to_string(), "--format", "json"])
            .arg("--ca-file")
            .arg(self.folder.path().join("ca.pem"))
            .stdout(output.reopen().expect("the file"))
            .spawn()
            .expect("tlsmedic runs");
        let mut most = 0;
        while child.try_wait().expect("a child").is_none() {
            most = most.max(high_water(child.id()));
            std::thread::sleep(Duration::from_millis(2));
        }
        let json = std::fs::read(output.path()).expect("the output");
        let report = serde_json::from_slice(&json).expect("a report");
        (report, json.len(), most)
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// A certificate with these addresses, examined.
fn with(ca: &Ca, urls: &Urls) -> (Report, usize, u64) {
    Site::start(ca, ca, urls, "127.0.0.1").diagnose()
}

fn works(report: &Report) {
    assert_eq!(report.outcome, Outcome::Works, "{:?}", report.causes);
    let client = |outcome| {
        report
            .clients
            .iter()
            .all(|client| client.outcome == outcome)
    };
    assert!(client(ClientOutcome::Works), "{:?}", report.clients);
}

fn findings(report: &Report) -> Vec<(&str, Severity, &str)> {
    report
        .findings
        .iter()
        .map(|finding| {
            let summary = finding.cause.summary.as_str();
            (finding.cause.id.0.as_str(), finding.severity, summary)
        })
        .collect()
}

fn fetched(report: &Report, wanted: FetchPurpose) -> Vec<Option<&HttpReply>> {
    let replies = report.evidence.iter().filter_map(|entry| {
        let Action::Fetch { purpose, .. } = &entry.conditions else {
            return None;
        };
        (*purpose == wanted).then_some(match &entry.observed.answer {
            Some(Answer::Http(reply)) => Some(reply),
            _ => None,
        })
    });
    replies.collect()
}

#[test]
fn a_list_of_ten_megabytes() {
    for revoked in [false, true] {
        let ca = Ca::new();
        let list = ca.list(240_000, revoked);
        assert!(list.len() > 10_000_000, "{}", list.len());
        let server = web("127.0.0.1:0", move |_| ok(&list));
        let urls = Urls {
            list: Some(format!("http://{server}/all.crl")),
            ..Urls::default()
        };
        let (report, size, memory) = with(&ca, &urls);
        works(&report);
        let found = findings(&report);
        match (revoked, &found[..]) {
            (false, []) => {}
            (true, [("X19", Severity::Error, summary)]) => {
                assert!(summary.contains("superseded"), "{summary}");
            }
            _ => panic!("{revoked} {found:?}"),
        }
        assert!(size < 200_000, "a report of {size} octets");
        assert!(memory > 0 && memory < MEMORY_KIB, "{memory} KiB");
        let lists = fetched(&report, FetchPurpose::Crl);
        let [Some(reply)] = &lists[..] else {
            panic!("{lists:?}")
        };
        let excerpt = reply.excerpt.as_ref().expect("an excerpt");
        assert_eq!(excerpt.entries, 240_000 + u64::from(revoked));
        assert!(reply.unkept > 10_000_000 && reply.body.len() < 2000);
    }
}

#[test]
fn a_list_that_is_too_long() {
    let ca = Ca::new();
    let server = web("127.0.0.1:0", |_| ok(&vec![0x30; 40 << 20]));
    let urls = Urls {
        list: Some(format!("http://{server}/all.crl")),
        ..Urls::default()
    };
    let (report, size, memory) = with(&ca, &urls);
    works(&report);
    let found = findings(&report);
    assert!(
        matches!(&found[..], [("C28", Severity::Warning, summary)] if summary.contains("body over")),
        "{found:?}"
    );
    assert!(size < 200_000, "a report of {size} octets");
    assert!(memory > 0 && memory < MEMORY_KIB, "{memory} KiB");
}

#[test]
fn a_responder_that_takes_half_a_minute() {
    let ca = Ca::new();
    const HALF_A_MINUTE: Duration = Duration::from_secs(30);
    let server = web("127.0.0.1:0", |_| {
        std::thread::sleep(HALF_A_MINUTE);
        ok(b"at last")
    });
    let urls = Urls {
        ocsp: Some(format!("http://{server}/")),
        ..Urls::default()
    };
    let (report, ..) = with(&ca, &urls);
    works(&report);
    let found = findings(&report);
    assert!(
        matches!(
            &found[..],
            [("C28", Severity::Warning, summary), ("T07", Severity::Warning, waits)]
                if summary.contains("timeout") && waits.contains("firefox")
        ),
        "{found:?}"
    );
    assert!(
        u128::from(report.elapsed_us) < HALF_A_MINUTE.as_micros(),
        "{} µs",
        report.elapsed_us
    );
}

#[test]
fn answers_that_are_not_what_they_claim() {
    let ca = Ca::new();
    let list = ca.list(2, false);
    let cases: [(&str, Vec<u8>, &str); 9] = [
        ("ocsp", ok(b"<!DOCTYPE html><html>Log in</html>"), "HTML"),
        ("ocsp", ok(&list), "responseStatus"),
        ("ocsp", ok(&[0x30, 3, 0x0a, 1, 6]), "unauthorized"),
        ("ocsp", ok(&[]), "nothing"),
        ("list", ok(&list[..list.len() / 2]), "CertificateList"),
        ("list", ok(ca.0.pem().as_bytes()), "PEM"),
        ("list", ok(ca.0.der()), "signature"),
        ("list", ok(b"\x89PNG\r\n\x1a\n\0\0"), "binary"),
        (
            "list",
            b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_vec(),
            "404",
        ),
    ];
    for (what, answer, why) in cases {
        let server = web("127.0.0.1:0", move |_| answer.clone());
        let url = Some(format!("http://{server}/here"));
        let urls = match what {
            "ocsp" => Urls {
                ocsp: url,
                ..Urls::default()
            },
            _ => Urls {
                list: url,
                ..Urls::default()
            },
        };
        let (report, ..) = with(&ca, &urls);
        works(&report);
        let found = findings(&report);
        assert!(
            matches!(&found[..], [("C28", Severity::Warning, summary)] if summary.contains(why)),
            "{what} {why}: {found:?}"
        );
        assert!(
            report
                .contacted
                .iter()
                .any(|contact| contact.address.contains(&server.to_string())),
            "{:?}",
            report.contacted
        );
    }
}

#[test]
fn other_schemes_are_refused_by_name() {
    let ca = Ca::new();
    let knocks = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&knocks);
    let server = web("127.0.0.1:0", move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
        ok(b"")
    });
    for scheme in ["ldap", "file", "https", "ftp", "gopher"] {
        let url = match scheme {
            "file" => "file:///etc/hostname".to_owned(),
            scheme => format!("{scheme}://{server}/etc/hostname"),
        };
        let urls = Urls {
            ocsp: Some(url.clone()),
            list: Some(url),
            ..Urls::default()
        };
        let (report, ..) = with(&ca, &urls);
        works(&report);
        let found = findings(&report);
        assert_eq!(found.len(), 2, "{found:?}");
        let named = |summary: &str| summary.contains(&format!("denied: scheme {scheme}"));
        assert!(
            found
                .iter()
                .all(|(id, _, summary)| *id == "C28" && named(summary)),
            "{found:?}"
        );
    }
    assert_eq!(knocks.load(Ordering::SeqCst), 0);
}

#[test]
fn redirects_to_other_schemes_and_without_end() {
    let ca = Ca::new();
    let server = web("127.0.0.1:0", |path| match path {
        "/file" => redirect("file:///etc/passwd"),
        path => redirect(&format!("{path}x")),
    });
    for (path, why) in [
        ("file", "denied: scheme file"),
        ("round", "more than 3 redirects"),
    ] {
        let urls = Urls {
            list: Some(format!("http://{server}/{path}")),
            ..Urls::default()
        };
        let (report, ..) = with(&ca, &urls);
        works(&report);
        let found = findings(&report);
        assert!(
            matches!(&found[..], [("C28", _, summary)] if summary.contains(why)),
            "{found:?}"
        );
    }
}

/// Each issuer that is fetched names another one.
#[test]
fn issuers_without_end_and_in_a_circle() {
    let root = Ca::new();
    for endless in [true, false] {
        // The web server's own address stands in what it serves.
        let port = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = port.local_addr().expect("an address");
        drop(port);
        let keys = [key(), key()];
        let count = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&count);
        let name = move |number: usize| {
            let number = if endless { number } else { number % 2 };
            format!("CA {number}")
        };
        let pems = keys.map(|key| key.serialize_pem());
        let make = move |number: usize| {
            // CA n is signed by CA n + 1; which of the two keys it has goes by turns.
            let key = |number: usize| KeyPair::from_pem(&pems[number % 2]).expect("a key");
            let above = CertifiedIssuer::self_signed(ca(&name(number + 1)), key(number + 1))
                .expect("an issuer");
            let mut params = params(
                &name(number),
                &Urls {
                    issuer: Some(format!("http://{address}/{}", number + 1)),
                    ..Urls::default()
                },
            );
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
            CertifiedIssuer::signed_by(params, key(number), &above).expect("a CA")
        };
        let first = Ca(make(1));
        let served = web(&address.to_string(), move |path| {
            counted.fetch_add(1, Ordering::SeqCst);
            let number = path.trim_start_matches('/').parse().unwrap_or(1);
            ok(make(number).der())
        });
        let urls = Urls {
            issuer: Some(format!("http://{served}/1")),
            ..Urls::default()
        };
        let site = Site::start(&root, &first, &urls, "127.0.0.1");
        let (report, ..) = site.diagnose();
        assert_eq!(report.outcome, Outcome::Fails);
        assert!(
            report
                .causes
                .iter()
                .all(|cause| cause.certainty < report::Certainty::Proven),
            "{:?}",
            report.causes
        );
        let fetches = count.load(Ordering::SeqCst);
        let allowed = if endless { 4..=4 } else { 1..=4 };
        assert!(allowed.contains(&fetches), "{fetches} fetches");
    }
}

/// In a network of its own, where public addresses are this machine's and a route makes connections to them come from
/// another one, as from afar.
#[test]
fn from_a_public_address_never_to_a_private_one() {
    let inside = || {
        nix::sched::unshare(nix::sched::CloneFlags::CLONE_NEWNET).unwrap_or_else(|error| {
            panic!("no network namespace ({error}): run the tests as root")
        });
        for arguments in [
            "link set lo up",
            "address add 11.22.33.1/32 dev lo",
            "address add 11.22.33.2/32 dev lo",
            "address add 10.9.8.7/32 dev lo",
            "route replace local 11.22.33.1 dev lo table local src 11.22.33.2",
        ] {
            let status = Command::new("ip").args(arguments.split(' ')).status();
            assert!(
                status.is_ok_and(|status| status.success()),
                "ip {arguments}"
            );
        }
        let knocks = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&knocks);
        let secret = web("10.9.8.7:0", move |_| {
            counted.fetch_add(1, Ordering::SeqCst);
            ok(b"secret")
        });
        let target = format!("http://{secret}/admin");
        let public = web("11.22.33.2:0", move |_| redirect(&target));
        let ca = Ca::new();
        let urls = Urls {
            ocsp: Some(format!("http://{public}/")),
            list: Some(format!("http://{secret}/all.crl")),
            ..Urls::default()
        };
        let (report, ..) = Site::start(&ca, &ca, &urls, "11.22.33.1").diagnose();
        works(&report);
        let found = findings(&report);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(
            found
                .iter()
                .all(|(_, _, summary)| summary.contains("denied: private address 10.9.8.7")),
            "{found:?}"
        );
        // The target is private, and the responder that it names is not.
        let urls = Urls {
            ocsp: urls.ocsp,
            ..Urls::default()
        };
        let (report, ..) = with(&ca, &urls);
        let found = findings(&report);
        let denied = |summary: &str| summary.contains("denied: private address 10.9.8.7");
        assert!(
            matches!(&found[..], [("C28", _, summary)] if denied(summary)),
            "{found:?}"
        );
        assert_eq!(knocks.load(Ordering::SeqCst), 0);
    };
    std::thread::scope(|scope| scope.spawn(inside).join())
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
}
