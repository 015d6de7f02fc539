//! Real servers: `openssl s_server` and Python, each with a certificate of its own.

use rustls::crypto::aws_lc_rs::default_provider;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{ServerConfig, ServerConnection, SupportedProtocolVersion};
use rustls_pki_types::PrivateKeyDer;
use std::io::Read as _;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::Stdio;
use std::sync::Arc;
use std::thread;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// A running server, stopped when dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    _process: Child,
    _files: TempDir,
}

/// `openssl s_server` for `www.shop.test` on a free port, with more arguments.
pub(crate) async fn openssl(arguments: &[&str]) -> Server {
    let mut all = vec![
        "s_server",
        "-accept",
        "127.0.0.1:0",
        "-cert",
        "cert.pem",
        "-key",
        "key.pem",
    ];
    all.extend(arguments);
    start("openssl", &all, "ACCEPT 127.0.0.1:").await
}

/// Python's ssl module, serving HTTP with the status of `answer` to every request.
pub(crate) async fn python(answer: &str) -> Server {
    start("python3", &["-c", PYTHON, answer], "PORT ").await
}

const PYTHON: &str = r#"
import http.server, ssl, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_HEAD(self):
        self.send_response(int(sys.argv[1]))
        self.end_headers()
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("cert.pem", "key.pem")
context.set_alpn_protocols(["http/1.1"])
server.socket = context.wrap_socket(server.socket, server_side=True)
print("PORT", server.server_port, flush=True)
server.serve_forever()
"#;

/// Starts `program` and reads its port from the line that starts with `mark`.
async fn start(program: &str, arguments: &[&str], mark: &str) -> Server {
    let files = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(["www.shop.test".to_owned()]).unwrap();
    std::fs::write(files.path().join("cert.pem"), made.cert.pem()).unwrap();
    std::fs::write(
        files.path().join("key.pem"),
        made.signing_key.serialize_pem(),
    )
    .unwrap();
    let mut process = Command::new(program)
        .current_dir(files.path())
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("the server's package is installed");
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let port = loop {
        let line = lines.next_line().await.unwrap().expect("the server runs");
        if let Some(port) = line.strip_prefix(mark) {
            break port.trim().parse().unwrap();
        }
    };
    // Its output must be read, or it stops.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Server {
        address: (Ipv4Addr::LOCALHOST, port).into(),
        _process: process,
        _files: files,
    }
}

/// A rustls server for one connection, which says goodbye right after the handshake. With `forged`, it signs with a
/// key that is not its certificate's.
pub(crate) fn goodbye(version: &'static SupportedProtocolVersion, forged: bool) -> SocketAddr {
    let made = rcgen::generate_simple_self_signed(["www.shop.test".to_owned()]).unwrap();
    let other = rcgen::KeyPair::generate().unwrap();
    let key = if forged { &other } else { &made.signing_key };
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let key = default_provider()
        .key_provider
        .load_private_key(key)
        .unwrap();
    let certified = CertifiedKey::new(vec![made.cert.der().clone()], key);
    let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_protocol_versions(&[version])
        .unwrap()
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(Always(Arc::new(certified))));
    config.send_tls13_tickets = 0;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut tls = ServerConnection::new(Arc::new(config)).unwrap();
        while tls.is_handshaking() {
            if tls.complete_io(&mut stream).is_err() {
                return;
            }
        }
        tls.send_close_notify();
        let _ = tls.write_tls(&mut stream);
        let _ = stream.read_to_end(&mut Vec::new());
    });
    address
}

#[derive(Debug)]
struct Always(Arc<CertifiedKey>);

impl ResolvesServerCert for Always {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }
}
