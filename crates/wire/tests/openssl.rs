//! The crate against real servers of OpenSSL, from TLS 1.0 to TLS 1.3: what they send is read whole, opened, and what
//! they signed is what OpenSSL itself verifies.
#![expect(
    clippy::disallowed_methods,
    reason = "tests start OpenSSL, keep files and open connections on loopback"
)]

use report::{
    CipherSuite, ClientHello, Direction, Extension, NamedGroup, Observation, Opened,
    ProtocolVersion, Segment, SignatureScheme,
};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;
use wire::build::{build, build_retry};
use wire::first::FirstOctets;
use wire::flight::{ECDSA_SHA1, RSA_MD5_SHA1, ServerFlight};
use wire::open::Opener;

const SEED: [u8; 32] = [7; 32];
const NAME: &str = "www.shop.test";
const PATIENCE: Duration = Duration::from_secs(10);

/// A folder with a key and a certificate.
struct Identity {
    folder: TempDir,
}

impl Identity {
    fn new(key: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let identity = Self { folder };
        let request =
            "req -x509 -nodes -days 2 -subj /CN=www.shop.test -keyout key.pem -out cert.pem";
        identity.openssl(&format!("{request} {key}"));
        identity.openssl("x509 -in cert.pem -outform DER -out cert.der");
        identity.openssl("x509 -in cert.pem -noout -pubkey -out public.pem");
        identity
    }

    fn rsa() -> Self {
        Self::new("-newkey rsa:2048")
    }

    fn ec() -> Self {
        Self::new("-newkey ec -pkeyopt ec_paramgen_curve:P-256")
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path().join(name)).expect("a file made before")
    }

    fn write(&self, name: &str, octets: &[u8]) {
        std::fs::write(self.path().join(name), octets).expect("room for a file");
    }

    fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new("openssl");
        command.args(arguments.split(' ')).current_dir(self.path());
        command
    }

    fn openssl(&self, arguments: &str) {
        let output = self
            .command(arguments)
            .output()
            .expect("openssl (Debian package openssl)");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "openssl {arguments}: {errors}");
    }

    /// A server with these further arguments.
    fn serve(&self, arguments: &str) -> Server {
        let fixed = "s_server -accept 127.0.0.1:0 -key key.pem -cert cert.pem -naccept 1";
        let mut child = self
            .command(&format!("{fixed} {arguments}"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("openssl (Debian package openssl)");
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let address = lines.find_map(|line| Some(line.ok()?.strip_prefix("ACCEPT ")?.to_owned()));
        let address = address.unwrap_or_else(|| panic!("s_server {arguments} does not listen"));
        // What it goes on to print must be read, or it would wait.
        std::thread::spawn(move || lines.for_each(drop));
        Server { child, address }
    }

    /// Whether OpenSSL finds the server's signature right.
    fn verifies(&self, flight: &ServerFlight) -> bool {
        let signed = flight.signature.as_ref().expect("a signature");
        self.write("signed", &signed.message);
        self.write("signature", &signed.signature);
        let how = match signed.scheme {
            RSA_MD5_SHA1 => "-md5-sha1",
            ECDSA_SHA1 => "-sha1",
            SignatureScheme(0x0403 | 0x0401) => "-sha256",
            SignatureScheme(0x0804) => {
                "-sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest"
            }
            other => panic!("no test expects {other:?}"),
        };
        let verify = format!("dgst {how} -verify public.pem -signature signature signed");
        self.command(&verify)
            .output()
            .expect("openssl")
            .status
            .success()
    }
}

struct Server {
    child: Child,
    address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself after its one connection.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What came of one ClientHello.
struct Exchange {
    flight: ServerFlight,
    finished: Option<bool>,
}

/// Sends `hello`, and the second one if asked, and reads until the flight is complete or the server ends it. With
/// `portion` the octets are handed on in such portions.
fn exchange(server: &Server, hello: &ClientHello, portion: usize) -> Exchange {
    let mut stream = TcpStream::connect(&server.address).expect("a server that listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    let built = build(hello, Some(NAME), &SEED);
    let mut observation = Observation::default();
    let mut opener = Opener::from_built(&built);
    let say = |observation: &mut Observation, stream: &mut TcpStream, octets: &[u8]| {
        stream.write_all(octets).expect("a server that reads");
        let direction = Direction::Sent;
        observation.traffic.push(Segment {
            at_us: 0,
            direction,
            bytes: octets.into(),
        });
    };
    say(&mut observation, &mut stream, &built.octets);
    let mut buffer = vec![0; 1 << 15];
    loop {
        let count = stream.read(&mut buffer).expect("an answer in time");
        let direction = Direction::Received;
        for part in buffer[..count].chunks(portion) {
            observation.traffic.push(Segment {
                at_us: 0,
                direction,
                bytes: part.into(),
            });
            for record in opener.feed(part) {
                let (content_type, bytes) = (record.content_type, record.bytes.into());
                observation.opened.push(Opened {
                    at_us: 0,
                    direction,
                    content_type,
                    bytes,
                });
            }
        }
        if let Some(request) = opener.retry_request() {
            let second = build_retry(hello, Some(NAME), &SEED, request);
            say(&mut observation, &mut stream, &second.octets);
            opener.retry(&second);
            continue;
        }
        let flight = ServerFlight::read(&observation);
        if flight.complete || count == 0 || !flight.received_alerts.is_empty() {
            return Exchange {
                flight,
                finished: opener.finished_ok(),
            };
        }
    }
}

/// A hello for versions before TLS 1.3 with this one suite.
fn older(version: ProtocolVersion, suite: u16) -> ClientHello {
    let mut hello = modern(&[suite]);
    hello.legacy_version = version;
    hello.extensions.retain(|extension| {
        !matches!(
            extension,
            Extension::SupportedVersions { .. }
                | Extension::KeyShare { .. }
                | Extension::PskKeyExchangeModes { .. }
        )
    });
    hello
}

/// OpenSSL's hello with these suites.
fn modern(suites: &[u16]) -> ClientHello {
    let profile = wire::profile::profile("openssl3").expect("OpenSSL 3 is in the reference set");
    let mut hello = profile.hello.clone();
    hello.cipher_suites = suites.iter().copied().map(CipherSuite).collect();
    hello
}

/// What every complete flight shows.
fn check(identity: &Identity, exchange: &Exchange, version: ProtocolVersion, suite: u16) {
    let flight = &exchange.flight;
    assert_eq!(flight.defects, []);
    assert_eq!(flight.first, FirstOctets::TlsHandshake);
    assert_eq!(flight.version, Some(version));
    assert_eq!(flight.cipher_suite, Some(CipherSuite(suite)));
    assert!(flight.complete, "{flight:?}");
    if !flight.certificates.is_empty() {
        assert_eq!(flight.certificates, [identity.read("cert.der")]);
    }
    let modern = version == ProtocolVersion::TLS1_3;
    assert_eq!(exchange.finished, modern.then_some(true));
}

#[test]
fn before_tls_1_3_with_an_rsa_key() {
    let identity = Identity::rsa();
    for version in [
        ProtocolVersion::TLS1_0,
        ProtocolVersion::TLS1_1,
        ProtocolVersion::TLS1_2,
    ] {
        // RSA, DHE_RSA, ECDHE_RSA, all with AES-128-CBC and SHA-1, which all three versions have.
        for suite in [0x002f, 0x0033, 0xc013] {
            let server = identity.serve("-cipher ALL@SECLEVEL=0");
            let exchange = exchange(&server, &older(version, suite), 1 << 15);
            check(&identity, &exchange, version, suite);
            let flight = &exchange.flight;
            assert_eq!(flight.certificates.len(), 1);
            assert_eq!(flight.signature.is_some(), suite != 0x002f);
            assert!(
                suite == 0x002f || identity.verifies(flight),
                "{version} {suite:#x}"
            );
            assert_eq!(flight.dh_bits.is_some(), suite == 0x0033);
            assert_eq!(flight.group.is_some(), suite == 0xc013);
        }
    }
}

#[test]
fn before_tls_1_3_with_an_ec_key() {
    let identity = Identity::ec();
    for version in [
        ProtocolVersion::TLS1_0,
        ProtocolVersion::TLS1_1,
        ProtocolVersion::TLS1_2,
    ] {
        let server = identity.serve("-cipher ALL@SECLEVEL=0");
        let exchange = exchange(&server, &older(version, 0xc009), 1);
        check(&identity, &exchange, version, 0xc009);
        assert!(identity.verifies(&exchange.flight), "{version}");
    }
}

#[test]
fn suites_without_a_certificate() {
    let identity = Identity::rsa();
    let version = ProtocolVersion::TLS1_2;
    // DH_anon, ECDH_anon, PSK, DHE_PSK, ECDHE_PSK, and RSA_PSK, which has one.
    for suite in [0x00a6, 0xc018, 0x008c, 0x00aa, 0xc035, 0x0094] {
        let server = identity.serve("-cipher ALL@SECLEVEL=0 -psk 0a0b0c -psk_hint some-hint");
        let exchange = exchange(&server, &older(version, suite), 1 << 15);
        check(&identity, &exchange, version, suite);
        assert_eq!(
            exchange.flight.certificates.len(),
            usize::from(suite == 0x0094),
            "{suite:#x}"
        );
        assert_eq!(exchange.flight.signature, None, "{suite:#x}");
    }
}

#[test]
fn tls_1_3_with_every_cipher_and_both_kinds_of_key() {
    for identity in [Identity::rsa(), Identity::ec()] {
        for (suite, name) in [
            (0x1301, "TLS_AES_128_GCM_SHA256"),
            (0x1302, "TLS_AES_256_GCM_SHA384"),
            (0x1303, "TLS_CHACHA20_POLY1305_SHA256"),
            (0x1304, "TLS_AES_128_CCM_SHA256"),
            (0x1305, "TLS_AES_128_CCM_8_SHA256"),
        ] {
            let server = identity.serve(&format!("-tls1_3 -ciphersuites {name}"));
            let exchange = exchange(
                &server,
                &modern(&[0x1301, 0x1302, 0x1303, 0x1304, 0x1305]),
                13,
            );
            check(&identity, &exchange, ProtocolVersion::TLS1_3, suite);
            assert!(identity.verifies(&exchange.flight), "{name}");
        }
    }
}

#[test]
fn a_hello_retry_request_is_answered_and_counts_in_the_signature() {
    let identity = Identity::ec();
    for (name, group) in [("P-384", 0x0018), ("P-521", 0x0019)] {
        let server = identity.serve(&format!("-tls1_3 -groups {name}"));
        let exchange = exchange(&server, &modern(&[0x1302]), 1 << 15);
        check(&identity, &exchange, ProtocolVersion::TLS1_3, 0x1302);
        let flight = &exchange.flight;
        let retry = flight.hello_retry.as_ref().expect("a HelloRetryRequest");
        assert_eq!(retry.key_share(), Some((NamedGroup(group), &[][..])));
        assert_eq!(flight.group, Some(NamedGroup(group)));
        assert!(identity.verifies(flight), "{name}");
    }
}

#[test]
fn a_certificate_is_asked_of_the_client() {
    let identity = Identity::rsa();
    for (arguments, hello, version, suite) in [
        (
            "-tls1_1",
            older(ProtocolVersion::TLS1_1, 0xc013),
            ProtocolVersion::TLS1_1,
            0xc013,
        ),
        (
            "-tls1_2",
            older(ProtocolVersion::TLS1_2, 0xc02f),
            ProtocolVersion::TLS1_2,
            0xc02f,
        ),
        (
            "-tls1_3",
            modern(&[0x1301]),
            ProtocolVersion::TLS1_3,
            0x1301,
        ),
    ] {
        let asking = "-cipher ALL@SECLEVEL=0 -Verify 1 -CAfile cert.pem";
        let server = identity.serve(&format!("{arguments} {asking}"));
        let exchange = exchange(&server, &hello, 1 << 15);
        check(&identity, &exchange, version, suite);
        let request = exchange
            .flight
            .certificate_request
            .expect("a CertificateRequest");
        assert_eq!(
            request.schemes.is_empty(),
            version < ProtocolVersion::TLS1_2,
            "{version}"
        );
        let [name] = &request.authorities[..] else {
            panic!("{request:?}")
        };
        assert!(name.ends_with(b"www.shop.test"));
    }
}

#[test]
fn protocol_and_staple() {
    let identity = Identity::rsa();
    // OCSPResponse { tryLater }, which needs no signature.
    let response = [0x30, 3, 0x0a, 1, 3];
    identity.write("response.der", &response);
    for (hello, version, suite) in [
        (
            older(ProtocolVersion::TLS1_2, 0xc02f),
            ProtocolVersion::TLS1_2,
            0xc02f,
        ),
        (modern(&[0x1301]), ProtocolVersion::TLS1_3, 0x1301),
    ] {
        let mut hello = hello;
        hello.extensions.push(Extension::StatusRequest);
        let protocols = vec!["h2".to_owned(), "http/1.1".to_owned()];
        hello.extensions.push(Extension::Alpn { protocols });
        let server = identity.serve("-alpn http/1.1 -status_file response.der");
        let exchange = exchange(&server, &hello, 1 << 15);
        check(&identity, &exchange, version, suite);
        assert_eq!(exchange.flight.alpn.as_deref(), Some("http/1.1"));
        assert_eq!(exchange.flight.ocsp_staple, Some(response.to_vec()));
    }
}

#[test]
fn a_refusal_is_an_alert() {
    let identity = Identity::rsa();
    let server = identity.serve("-tls1_3");
    let exchange = exchange(&server, &older(ProtocolVersion::TLS1_1, 0xc013), 1 << 15);
    let numbers: Vec<u8> = exchange
        .flight
        .received_alerts
        .iter()
        .map(|alert| alert.description.0)
        .collect();
    assert_eq!(numbers, [70]);
    assert_eq!(
        (exchange.flight.first, exchange.flight.complete),
        (FirstOctets::TlsAlert, false)
    );
}

#[test]
fn a_flight_cut_anywhere_never_looks_complete() {
    let identity = Identity::rsa();
    let server = identity.serve("-tls1_2");
    let built = build(&older(ProtocolVersion::TLS1_2, 0xc02f), Some(NAME), &SEED);
    let mut stream = TcpStream::connect(&server.address).expect("a server that listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    stream
        .write_all(&built.octets)
        .expect("a server that reads");
    let mut octets = Vec::new();
    let read = |octets: &[u8]| {
        let segment = |direction, octets: &[u8]| Segment {
            at_us: 0,
            direction,
            bytes: octets.into(),
        };
        let traffic = vec![
            segment(Direction::Sent, &built.octets),
            segment(Direction::Received, octets),
        ];
        ServerFlight::read(&Observation {
            traffic,
            ..Observation::default()
        })
    };
    let mut buffer = [0; 4096];
    while !read(&octets).complete {
        let count = stream.read(&mut buffer).expect("an answer in time");
        assert_ne!(count, 0);
        octets.extend_from_slice(&buffer[..count]);
    }
    for end in 0..octets.len() {
        let flight = read(&octets[..end]);
        assert!(!flight.complete, "cut at {end}");
    }
}
