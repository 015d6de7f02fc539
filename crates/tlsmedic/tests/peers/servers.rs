//! How each kind of server is set up.

use crate::authority::{Authority, Files};
use crate::nginx::{self, Processes};
use crate::server::{Server, free_port};
use std::process::Command;

/// The servers the tests know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Nginx,
    Apache,
    Haproxy,
    OpenSsl,
    GnuTls,
    Python,
}

/// Which versions a server speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Versions {
    Usual,
    Tls13,
    Tls12,
    Old,
}

/// What is asked of a server, in no server's words.
#[derive(Clone)]
pub(crate) struct Setup {
    pub(crate) files: Files,
    pub(crate) versions: Versions,
    /// OpenSSL names.
    pub(crate) cipher: Option<&'static str>,
    pub(crate) group: Option<&'static str>,
    pub(crate) client_ca: bool,
    /// Whether a client certificate is asked for when the request was read; Apache only.
    pub(crate) late_client_ca: bool,
    /// The only name it knows; others are refused.
    pub(crate) only_name: Option<&'static str>,
    pub(crate) plaintext: bool,
    pub(crate) proxy_line: bool,
    /// Whether HAProxy too has the certificate of the only name it knows.
    pub(crate) own_name: bool,
    /// A PEM file; nginx only.
    pub(crate) dh_parameters: Option<String>,
    /// The port of a TLS server behind it, and whether that is told the name; nginx only.
    pub(crate) upstream: Option<(u16, bool)>,
}

impl Setup {
    pub(crate) fn new(files: Files) -> Self {
        Self {
            files,
            versions: Versions::Usual,
            cipher: None,
            group: None,
            client_ca: false,
            late_client_ca: false,
            only_name: None,
            plaintext: false,
            proxy_line: false,
            own_name: false,
            dh_parameters: None,
            upstream: None,
        }
    }

    fn cipher_list(&self) -> String {
        let list = self.cipher.unwrap_or("ALL");
        if self.versions == Versions::Old {
            format!("{list}:@SECLEVEL=0")
        } else {
            list.to_owned()
        }
    }
}

impl Kind {
    /// Starts a server of this kind on a free loopback port.
    pub(crate) fn start(self, setup: &Setup, authority: &Authority) -> Server {
        let port = free_port();
        match self {
            Self::Nginx => nginx(setup, authority, port),
            Self::Apache => Server::start(apache(setup, authority, port), port),
            Self::Haproxy => Server::start(haproxy(setup, authority, port), port),
            Self::OpenSsl => Server::start(openssl(setup, authority, port), port),
            Self::GnuTls => Server::start(gnutls(setup, authority, port), port),
            Self::Python => Server::start(python(setup, authority, port), port),
        }
    }
}

/// HAProxy that passes TCP on to another server, with a PROXY line in front or without.
pub(crate) fn relay(behind: &Server, authority: &Authority, proxy_line: bool) -> Server {
    let port = free_port();
    let line = if proxy_line { " send-proxy" } else { "" };
    let configuration = format!(
        "defaults\n  mode tcp\n  timeout connect 5s\n  timeout client 5s\n  timeout server 5s\n\
         listen relay\n  bind 127.0.0.1:{port}\n  server behind 127.0.0.1:{}{line}\n",
        behind.port()
    );
    let path = write(authority, port, "relay.cfg", &configuration);
    let mut command = Command::new("/usr/sbin/haproxy");
    command.args(["-db", "-f", &path]);
    Server::start(command, port)
}

fn write(authority: &Authority, port: u16, name: &str, content: &str) -> String {
    let path = authority.path(&format!("{port}-{name}"));
    std::fs::write(&path, content).expect("a configuration");
    path.display().to_string()
}

fn nginx(setup: &Setup, authority: &Authority, port: u16) -> Server {
    let protocols = match setup.versions {
        Versions::Usual => "TLSv1.2 TLSv1.3",
        Versions::Tls13 => "TLSv1.3",
        Versions::Tls12 => "TLSv1.2",
        Versions::Old => "TLSv1 TLSv1.1",
    };
    let mut listen = format!("127.0.0.1:{port}");
    if !setup.plaintext {
        listen.push_str(" ssl");
    }
    if setup.proxy_line {
        listen.push_str(" proxy_protocol");
    }
    let files = &setup.files;
    let mut tls = format!(
        "ssl_protocols {protocols}; ssl_ciphers {};",
        setup.cipher_list()
    );
    if let Some(group) = setup.group {
        tls.push_str(&format!(
            "ssl_ecdh_curve {};",
            group.replace("P-521", "secp521r1")
        ));
    }
    if let Some(file) = &setup.dh_parameters {
        tls.push_str(&format!(
            "ssl_dhparam {file}; ssl_prefer_server_ciphers on;"
        ));
    }
    if setup.client_ca {
        tls.push_str(&format!(
            "ssl_client_certificate {}; ssl_verify_client on;",
            authority.ca_file()
        ));
    }
    let pair = format!(
        "ssl_certificate {}; ssl_certificate_key {};",
        files.chain, files.key
    );
    let servers = match setup.only_name {
        Some(name) => format!(
            "server {{ listen {listen} default_server; ssl_reject_handshake on; }} server {{ listen {listen}; server_name {name}; {pair} }}"
        ),
        None => {
            let answer = setup.upstream.map_or("return 200 ok;".to_owned(), |(port, named)| {
                let named = if named { "on" } else { "off" };
                format!(
                    "location / {{ proxy_pass https://127.0.0.1:{port}; proxy_ssl_server_name {named}; \
                     proxy_ssl_name {}; }}",
                    crate::HOST
                )
            });
            format!("server {{ listen {listen}; {pair} {answer} }}")
        }
    };
    nginx::start(
        &authority.path(""),
        port,
        Processes::One,
        &format!("{tls} {servers}"),
    )
}

fn apache(setup: &Setup, authority: &Authority, port: u16) -> Command {
    let protocols = match setup.versions {
        Versions::Usual => "-all +TLSv1.2 +TLSv1.3",
        Versions::Tls13 => "-all +TLSv1.3",
        Versions::Tls12 => "-all +TLSv1.2",
        Versions::Old => "-all +TLSv1 +TLSv1.1",
    };
    let folder = authority.path(&format!("{port}-apache"));
    std::fs::create_dir_all(&folder).expect("a folder");
    let modules = ["mpm_event", "authz_core", "ssl", "socache_shmcb"]
        .map(|name| format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n"))
        .concat();
    let files = &setup.files;
    let mut tls = String::new();
    if !setup.plaintext {
        tls = format!(
            "SSLEngine on\nSSLProtocol {protocols}\nSSLCipherSuite {}\nSSLCertificateFile {}\nSSLCertificateKeyFile {}\n",
            setup.cipher_list(),
            files.chain,
            files.key
        );
    }
    if setup.client_ca {
        tls.push_str(&format!(
            "SSLCACertificateFile {}\nSSLVerifyClient require\n",
            authority.ca_file()
        ));
    }
    if setup.late_client_ca {
        tls.push_str(&format!(
            "SSLCACertificateFile {}\n<Location />\nSSLVerifyClient require\n</Location>\n",
            authority.ca_file()
        ));
    }
    let folder = folder.display();
    let configuration = format!(
        "ServerName localhost\nServerRoot {folder}\nDocumentRoot {folder}\nPidFile {folder}/pid\nErrorLog {folder}/error.log\n\
         DefaultRuntimeDir {folder}\nMutex file:{folder} default\nListen 127.0.0.1:{port}\n{modules}\
         User www-data\nGroup www-data\nSSLSessionCache none\n<VirtualHost 127.0.0.1:{port}>\n{tls}</VirtualHost>\n"
    );
    let path = write(authority, port, "apache.conf", &configuration);
    let mut command = Command::new("/usr/sbin/apache2");
    command.args(["-X", "-f", &path]);
    command
}

fn haproxy(setup: &Setup, authority: &Authority, port: u16) -> Command {
    let versions = match setup.versions {
        Versions::Usual => "ssl-min-ver TLSv1.2",
        Versions::Tls13 => "ssl-min-ver TLSv1.3",
        Versions::Tls12 => "ssl-min-ver TLSv1.2 ssl-max-ver TLSv1.2",
        Versions::Old => "ssl-min-ver TLSv1.0 ssl-max-ver TLSv1.1",
    };
    let mut bind = format!("bind 127.0.0.1:{port}");
    if setup.proxy_line {
        bind.push_str(" accept-proxy");
    }
    if !setup.plaintext {
        bind.push_str(&format!(
            " ssl crt {} {versions} ciphers {}",
            setup.files.both,
            setup.cipher_list()
        ));
    }
    if let Some(group) = setup.group {
        bind.push_str(&format!(" curves {group}"));
    }
    if setup.client_ca {
        bind.push_str(&format!(" ca-file {} verify required", authority.ca_file()));
    }
    if setup.only_name.is_some() && setup.own_name {
        bind.push_str(" strict-sni");
    } else if setup.only_name.is_some() {
        // The certificate's own name is not the one asked for.
        bind = bind.replace(
            &format!("crt {}", setup.files.both),
            &format!("crt {} strict-sni", other_name(authority)),
        );
    }
    let configuration = format!(
        "global\n  ssl-default-bind-options prefer-client-ciphers\n  tune.ssl.default-dh-param 2048\ndefaults\n  mode http\n  timeout connect 5s\n  timeout client 5s\n  timeout server 5s\n\
         frontend test\n  {bind}\n  http-request return status 200\n"
    );
    let path = write(authority, port, "haproxy.cfg", &configuration);
    let mut command = Command::new("/usr/sbin/haproxy");
    command.args(["-db", "-f", &path]);
    command
}

fn other_name(authority: &Authority) -> String {
    authority
        .leaf(crate::authority::Leaf::new("other.test"))
        .both
}

fn openssl(setup: &Setup, authority: &Authority, port: u16) -> Command {
    let files = &setup.files;
    let accept = format!("127.0.0.1:{port}");
    let mut command = Command::new("openssl");
    command.args([
        "s_server",
        "-www",
        "-quiet",
        "-accept",
        &accept,
        "-cert",
        &files.leaf,
        "-key",
        &files.key,
    ]);
    if !files.rest_is_empty {
        command.args(["-cert_chain", &files.rest]);
    }
    match setup.versions {
        Versions::Usual => {}
        Versions::Tls13 => drop(command.arg("-tls1_3")),
        Versions::Tls12 => drop(command.arg("-tls1_2")),
        Versions::Old => drop(command.args(["-tls1_1"])),
    }
    command.args(["-cipher", &setup.cipher_list()]);
    if let Some(group) = setup.group {
        command.args(["-groups", group]);
    }
    if setup.client_ca {
        command.args([
            "-Verify",
            "2",
            "-verify_return_error",
            "-CAfile",
            &authority.ca_file(),
        ]);
    }
    if let Some(name) = setup.only_name {
        command.args([
            "-servername",
            name,
            "-servername_fatal",
            "-cert2",
            &files.leaf,
            "-key2",
            &files.key,
        ]);
    }
    command
}

fn gnutls(setup: &Setup, authority: &Authority, port: u16) -> Command {
    let versions = match setup.versions {
        Versions::Usual => "NORMAL:-VERS-ALL:+VERS-TLS1.2:+VERS-TLS1.3",
        Versions::Tls13 => "NORMAL:-VERS-ALL:+VERS-TLS1.3",
        Versions::Tls12 => "NORMAL:-VERS-ALL:+VERS-TLS1.2",
        Versions::Old => "LEGACY:-VERS-ALL:+VERS-TLS1.0:+VERS-TLS1.1:%VERIFY_ALLOW_SIGN_WITH_SHA1",
    };
    let mut priority = versions.to_owned();
    if setup.cipher.is_some() {
        priority.push_str(":-CIPHER-ALL:+CAMELLIA-128-CBC:+SHA256:-KX-ALL:+ECDHE-RSA");
    }
    if setup.group.is_some() {
        priority.push_str(":-GROUP-ALL:+GROUP-SECP521R1");
    }
    let files = &setup.files;
    // gnutls-serv listens on every address; that is why it gets a network of its own (`alone`).
    let mut command = Command::new("gnutls-serv");
    command.args([
        "--http",
        "--quiet",
        "--noticket",
        "--port",
        &port.to_string(),
        "--priority",
        &priority,
    ]);
    command.args(["--x509certfile", &files.chain, "--x509keyfile", &files.key]);
    if setup.client_ca {
        command.args([
            "--require-client-cert",
            "--verify-client-cert",
            "--x509cafile",
            &authority.ca_file(),
        ]);
    }
    command
}

const PYTHON: &str = r#"
import http.server, json, ssl, sys
setup = json.loads(sys.argv[1])
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.send_header("Content-Length", "0"); self.end_headers()
    do_HEAD = do_GET
server = http.server.ThreadingHTTPServer(("127.0.0.1", setup["port"]), Handler)
if not setup["plaintext"]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(setup["chain"], setup["key"])
    context.minimum_version = getattr(ssl.TLSVersion, setup["min"])
    context.maximum_version = getattr(ssl.TLSVersion, setup["max"])
    if setup["client_ca"]:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(setup["client_ca"])
    if setup["only_name"]:
        def choose(connection, name, _):
            return None if name == setup["only_name"] else ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
        context.sni_callback = choose
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
server.serve_forever()
"#;

fn python(setup: &Setup, authority: &Authority, port: u16) -> Command {
    let (min, max) = match setup.versions {
        Versions::Usual => ("TLSv1_2", "TLSv1_3"),
        Versions::Tls13 => ("TLSv1_3", "TLSv1_3"),
        Versions::Tls12 => ("TLSv1_2", "TLSv1_2"),
        Versions::Old => ("TLSv1", "TLSv1_1"),
    };
    let script = write(authority, port, "server.py", PYTHON);
    let setup = serde_json::json!({
        "port": port, "plaintext": setup.plaintext, "chain": setup.files.chain, "key": setup.files.key, "min": min, "max": max,
        "client_ca": setup.client_ca.then(|| authority.ca_file()), "only_name": setup.only_name,
    });
    let mut command = Command::new("python3");
    command.args([&script, &setup.to_string()]);
    command
}
