//! Debian's proxies, each on a free loopback port.

use crate::authority::Files;
use crate::server::{Server, free_port};
use std::io::Write;
use std::process::{Command, Stdio};

/// A configuration file that lives as long as the test.
fn file(content: &str) -> String {
    let (mut file, path) = tempfile::NamedTempFile::new()
        .and_then(|file| file.keep().map_err(|error| error.error))
        .expect("a file");
    file.write_all(content.as_bytes()).expect("written");
    path.display().to_string()
}

/// tinyproxy, with these lines more.
pub(super) fn tinyproxy(more: &str) -> Server {
    let port = free_port();
    let configuration = format!(
        "Port {port}\nListen 127.0.0.1\nTimeout 30\nMaxClients 50\nLogLevel Error\n{more}\n"
    );
    let mut command = Command::new("tinyproxy");
    command.args(["-d", "-c", &file(&configuration)]);
    Server::start(command, port)
}

/// Squid, with these lines more.
pub(super) fn squid(more: &str) -> Server {
    let port = free_port();
    let configuration = format!(
        "http_port 127.0.0.1:{port}\npid_filename none\ncache_log /dev/null\naccess_log none\ncache deny all\n\
         shutdown_lifetime 0 seconds\nmax_filedescriptors 1024\nvisible_hostname proxy.test\n{more}\n"
    );
    let path = file(&configuration);
    // It gives up root for a user of its own, who must be able to read what it needs.
    readable(&path);
    let mut command = Command::new("/usr/sbin/squid");
    command.args(["-N", "-f", &path]);
    Server::start(command, port)
}

/// Squid that wants this user name and password.
pub(super) fn squid_with_login(user: &str, password: &str) -> Server {
    let hash = Command::new("openssl")
        .args(["passwd", "-apr1", password])
        .output()
        .expect("the openssl command");
    let hash = String::from_utf8(hash.stdout).expect("text");
    let list = file(&format!("{user}:{}\n", hash.trim()));
    readable(&list);
    squid(&format!(
        "auth_param basic program /usr/lib/squid/basic_ncsa_auth {list}\nacl known proxy_auth REQUIRED\n\
         http_access allow known\nhttp_access deny all"
    ))
}

fn readable(path: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644)).expect("a file of ours");
}

/// Dante, with these rules before the one that lets everything pass.
pub(super) fn dante(rules: &str) -> Server {
    let port = free_port();
    let configuration = format!(
        "logoutput: stderr\ninternal: 127.0.0.1 port = {port}\nexternal: lo\nsocksmethod: none\nclientmethod: none\n\
         client pass {{ from: 0.0.0.0/0 to: 0.0.0.0/0 }}\n{rules}\
         socks pass {{ from: 0.0.0.0/0 to: 0.0.0.0/0 }}\n"
    );
    let mut command = Command::new("/usr/sbin/danted");
    command.args([
        "-f",
        &file(&configuration),
        "-p",
        &format!("{}.pid", file("")),
    ]);
    Server::start(command, port)
}

/// microsocks, with these options more.
pub(super) fn microsocks(more: &[&str]) -> Server {
    let port = free_port();
    let mut command = Command::new("microsocks");
    command.args(["-i", "127.0.0.1", "-p", &port.to_string()]);
    command.args(more);
    Server::start(command, port)
}

/// HAProxy that ends TLS before `proxy`.
pub(super) fn tls_before(proxy: &Server, files: &Files) -> Server {
    let port = free_port();
    let configuration = format!(
        "global\n  ssl-default-bind-options ssl-min-ver TLSv1.2\ndefaults\n  mode tcp\n  timeout connect 5s\n  timeout client 30s\n  \
         timeout server 30s\nfrontend proxy\n  bind 127.0.0.1:{port} ssl crt {}\n  default_backend proxy\nbackend proxy\n  \
         server one 127.0.0.1:{}\n",
        files.both,
        proxy.port()
    );
    let mut command = Command::new("/usr/sbin/haproxy");
    command.args(["-db", "-f", &file(&configuration)]);
    Server::start(command, port)
}

/// A mail server as far as STARTTLS, by nginx's mail module.
pub(super) fn mail(files: &Files) -> Server {
    let port = free_port();
    let folder = tempfile::tempdir().expect("a folder").keep();
    let folder = folder.display();
    let configuration = format!(
        "load_module /usr/lib/nginx/modules/ngx_mail_module.so; daemon off; master_process off; pid {folder}/pid; \
         error_log stderr; events {{}} mail {{ server_name mail.test; auth_http 127.0.0.1:9/; smtp_auth none; server {{ \
         listen 127.0.0.1:{port}; protocol smtp; starttls on; ssl_certificate {}; ssl_certificate_key {}; }} }}",
        files.chain, files.key
    );
    let mut command = Command::new("/usr/sbin/nginx");
    command
        .args(["-p", &folder.to_string(), "-c", &file(&configuration)])
        .stdin(Stdio::null());
    Server::start(command, port)
}
