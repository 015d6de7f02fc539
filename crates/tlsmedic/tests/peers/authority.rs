//! A throw-away certificate authority with one intermediate, an HTTP server for its certificate, and a clock.

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, CustomExtension, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256,
    PKCS_RSA_SHA256,
};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tempfile::TempDir;

/// What a leaf certificate should be.
#[derive(Clone)]
pub(crate) struct Leaf {
    pub(crate) name: &'static str,
    /// Start and end of validity, in days from now.
    pub(crate) days: (i64, i64),
    pub(crate) rsa: bool,
    pub(crate) aia: bool,
    pub(crate) without_intermediate: bool,
    pub(crate) with_root: bool,
}

impl Leaf {
    pub(crate) fn new(name: &'static str) -> Self {
        Self {
            name,
            days: (-1, 60),
            rsa: false,
            aia: false,
            without_intermediate: false,
            with_root: false,
        }
    }
}

/// What a client's certificate should be.
#[derive(Clone, Copy)]
pub(crate) struct ClientLeaf {
    /// Start and end of validity, in days from now.
    pub(crate) days: (i64, i64),
    /// Whether its purpose is serverAuth.
    pub(crate) for_servers: bool,
}

impl Default for ClientLeaf {
    fn default() -> Self {
        Self {
            days: (-1, 60),
            for_servers: false,
        }
    }
}

/// PEM files of a certificate: `chain` leaf first, `key`, and both in one.
#[derive(Clone)]
pub(crate) struct Files {
    pub(crate) leaf: String,
    pub(crate) rest: String,
    pub(crate) rest_is_empty: bool,
    pub(crate) chain: String,
    pub(crate) key: String,
    pub(crate) both: String,
}

/// The authority; its files and servers live as long as it does.
pub(crate) struct Authority {
    folder: TempDir,
    root: CertifiedIssuer<'static, KeyPair>,
    intermediate: CertifiedIssuer<'static, KeyPair>,
    issuer_url: String,
    clock: SocketAddr,
    count: AtomicU32,
}

impl Authority {
    pub(crate) fn new() -> Self {
        Self::named("Test Root")
    }

    /// One whose root is called so.
    pub(crate) fn named(name: &str) -> Self {
        let root = CertifiedIssuer::self_signed(ca(name), ecdsa()).expect("a root");
        let intermediate = CertifiedIssuer::signed_by(ca("Test Intermediate"), ecdsa(), &root)
            .expect("an intermediate");
        let issuer_url = serve(intermediate.der().to_vec());
        let authority = Self {
            folder: TempDir::new().expect("a folder"),
            root,
            intermediate,
            issuer_url,
            clock: clock(0),
            count: AtomicU32::new(0),
        };
        std::fs::write(authority.path("ca.pem"), authority.root.pem()).expect("ca.pem");
        authority
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn ca_file(&self) -> String {
        self.path("ca.pem").display().to_string()
    }

    /// The address of an SNTP server that tells the right time.
    pub(crate) fn clock(&self) -> String {
        self.clock.to_string()
    }

    pub(crate) fn leaf(&self, leaf: Leaf) -> Files {
        let key = if leaf.rsa {
            KeyPair::generate_for(&PKCS_RSA_SHA256).expect("an RSA key")
        } else {
            ecdsa()
        };
        let mut params = params(leaf.name);
        (params.not_before, params.not_after) = (day(leaf.days.0), day(leaf.days.1));
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.key_usages = vec![
            KeyUsagePurpose::DigitalSignature,
            KeyUsagePurpose::KeyEncipherment,
        ];
        if leaf.aia {
            params
                .custom_extensions
                .push(authority_information_access(&self.issuer_url));
        }
        let certificate = params.signed_by(&key, &self.intermediate).expect("a leaf");
        let mut rest = if leaf.without_intermediate {
            String::new()
        } else {
            self.intermediate.pem()
        };
        if leaf.with_root {
            rest.push_str(&self.root.pem());
        }
        self.files(&certificate.pem(), &rest, &key)
    }

    /// The intermediate (PEM) as it was before it was renewed with the same key: it ended ten days ago.
    pub(crate) fn ended_intermediate(&self) -> String {
        let mut params = ca("Test Intermediate");
        params.not_after = day(-10);
        let certificate = params.signed_by(self.intermediate.key(), &self.root);
        certificate.expect("an intermediate").pem()
    }

    pub(crate) fn self_signed(&self, name: &'static str) -> Files {
        let key = ecdsa();
        let certificate = params(name).self_signed(&key).expect("a certificate");
        self.files(&certificate.pem(), "", &key)
    }

    /// A client certificate and its key, as paths.
    pub(crate) fn client(&self) -> (String, String) {
        self.client_leaf(ClientLeaf::default())
    }

    /// The same, of a kind.
    pub(crate) fn client_leaf(&self, leaf: ClientLeaf) -> (String, String) {
        let key = ecdsa();
        let mut params = params("client.test");
        (params.not_before, params.not_after) = (day(leaf.days.0), day(leaf.days.1));
        params.extended_key_usages = vec![if leaf.for_servers {
            ExtendedKeyUsagePurpose::ServerAuth
        } else {
            ExtendedKeyUsagePurpose::ClientAuth
        }];
        let certificate = params
            .signed_by(&key, &self.root)
            .expect("a client certificate");
        let files = self.files(&certificate.pem(), "", &key);
        (files.leaf, files.key)
    }

    /// A file of so many roots, and this authority's.
    pub(crate) fn many(&self, count: usize) -> String {
        let key = ecdsa();
        let root = |number| {
            let name = format!("A certification authority of the tests, number {number:05}");
            ca(&name).self_signed(&key).expect("a root").pem()
        };
        let roots: String = (0..count).map(root).collect();
        let path = self.path(&format!("{count}-roots.pem"));
        std::fs::write(&path, roots + &self.root.pem()).expect("a file");
        path.display().to_string()
    }

    fn files(&self, leaf: &str, rest: &str, key: &KeyPair) -> Files {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let write = |name: &str, content: String| {
            let path = self.path(&format!("{number}-{name}.pem"));
            std::fs::write(&path, content).expect("a file");
            path.display().to_string()
        };
        let key = key.serialize_pem();
        Files {
            leaf: write("leaf", leaf.to_owned()),
            rest: write("rest", rest.to_owned()),
            rest_is_empty: rest.is_empty(),
            chain: write("chain", format!("{leaf}{rest}")),
            both: write("both", format!("{leaf}{rest}{key}")),
            key: write("key", key),
        }
    }
}

fn day<T: From<SystemTime>>(days: i64) -> T {
    (SystemTime::now() - Duration::from_secs(400 * 86_400)
        + Duration::from_secs((400 + days) as u64 * 86_400))
    .into()
}

fn ecdsa() -> KeyPair {
    KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).expect("a key")
}

fn params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    let now = SystemTime::now();
    params.not_before = (now - Duration::from_secs(86_400)).into();
    params.not_after = (now + Duration::from_secs(60 * 86_400)).into();
    params.use_authority_key_identifier_extension = true;
    params
}

fn ca(name: &str) -> CertificateParams {
    let mut params = params(name);
    params.subject_alt_names.clear();
    params.not_before = (SystemTime::now() - Duration::from_secs(1000 * 86_400)).into();
    params.not_after = (SystemTime::now() + Duration::from_secs(3000 * 86_400)).into();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

/// RFC 5280 section 4.2.2.1: one caIssuers location.
fn authority_information_access(url: &str) -> CustomExtension {
    let element = |tag: u8, content: &[u8]| {
        let length = u8::try_from(content.len()).expect("a short URL");
        [&[tag, length], content].concat()
    };
    let method = element(0x06, &[0x2b, 6, 1, 5, 5, 7, 48, 2]);
    let location = element(0x86, url.as_bytes());
    let content = element(0x30, &element(0x30, &[method, location].concat()));
    CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 1], content)
}

/// Serves one body over HTTP to whoever asks, until the process ends.
fn serve(body: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!(
        "http://{}/ca.cer",
        listener.local_addr().expect("an address")
    );
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut request = [0; 2048];
            let _ = stream.read(&mut request);
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: application/pkix-cert\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            let _ = stream.write_all(&[head.as_bytes(), &body].concat());
        }
    });
    url
}

/// An SNTP server (RFC 4330) on loopback whose time is this many seconds before this machine's.
pub(crate) fn clock(behind: u64) -> SocketAddr {
    const SINCE_1900: u64 = 2_208_988_800;
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
    let address = socket.local_addr().expect("an address");
    std::thread::spawn(move || {
        let mut request = [0u8; 128];
        while let Ok((_, from)) = socket.recv_from(&mut request) {
            let now = SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .expect("after 1970");
            let seconds = u32::try_from(now.as_secs() + SINCE_1900 - behind)
                .expect("before 2036")
                .to_be_bytes();
            let fraction = ((u64::from(now.subsec_nanos()) << 32) / 1_000_000_000) as u32;
            let mut reply = [0u8; 48];
            reply[0] = 0x24;
            reply[1] = 1;
            reply[12..16].copy_from_slice(b"LOCL");
            reply[24..32].copy_from_slice(&request[40..48]);
            for place in [16, 32, 40] {
                reply[place..place + 4].copy_from_slice(&seconds);
                reply[place + 4..place + 8].copy_from_slice(&fraction.to_be_bytes());
            }
            let _ = socket.send_to(&reply, from);
        }
    });
    address
}
