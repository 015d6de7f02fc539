//! A folder that the openssl command makes keys and certificates in, and nginx serves from.

use crate::nginx::{self, Processes};
use crate::server::{Server, free_port};
use std::process::Command;
use tempfile::TempDir;

pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    pub(crate) fn write(&self, name: &str, content: &str) {
        std::fs::write(self.path(name), content).expect("a file");
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect("a file")
    }

    /// Runs the openssl command here; `arguments` are separated by spaces.
    pub(crate) fn openssl(&self, arguments: &str) {
        let output = Command::new("openssl")
            .args(arguments.split_whitespace())
            .current_dir(self.0.path())
            .output()
            .expect("the openssl command");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "openssl {arguments}: {errors}");
    }

    /// `openssl s_server` with the key in `leaf.key`, the certificate in `leaf.pem`, and more options.
    pub(crate) fn s_server(&self, more: &[&str]) -> Server {
        let port = free_port();
        let mut command = Command::new("openssl");
        command
            .args(["s_server", "-quiet", "-www", "-accept"])
            .arg(format!("127.0.0.1:{port}"))
            .args(["-cert", "leaf.pem", "-key", "leaf.key"])
            .args(more)
            .current_dir(self.0.path());
        Server::start(command, port)
    }

    /// nginx in this folder, with these directives in its server.
    pub(crate) fn nginx(&self, directives: &str) -> Server {
        self.nginx_with("", directives)
    }

    /// nginx in this folder, with these directives for its events and its server.
    pub(crate) fn nginx_with(&self, events: &str, directives: &str) -> Server {
        let port = free_port();
        let server =
            format!("server {{ listen 127.0.0.1:{port} ssl; {directives} return 200 ok; }}");
        nginx::start_with(self.0.path(), port, Processes::One, events, &server)
    }

    /// Python's ssl with a queue of `backlog` connections, that pauses for `pause` seconds after each that it accepts.
    pub(crate) fn slow_python(&self, backlog: u32, pause: f32) -> Server {
        let port = free_port();
        let script = format!(
            "import socket, ssl, threading, time\n\
             context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)\n\
             context.load_cert_chain('leaf.pem', 'leaf.key')\n\
             listener = socket.create_server(('127.0.0.1', {port}), backlog={backlog})\n\
             def serve(connection):\n    \
                 try:\n        \
                     tls = context.wrap_socket(connection, server_side=True)\n        \
                     while tls.recv(4096): pass\n    \
                 except OSError: pass\n    \
                 finally: connection.close()\n\
             while True:\n    \
                 connection, _ = listener.accept()\n    \
                 threading.Thread(target=serve, args=(connection,), daemon=True).start()\n    \
                 time.sleep({pause})\n"
        );
        self.write("slow.py", &script);
        let mut command = Command::new("python3");
        command.arg("slow.py").current_dir(self.0.path());
        Server::start(command, port)
    }

    /// nginx's directives for the chain and the key in files of that name.
    pub(crate) fn identity(&self, name: &str) -> String {
        let (chain, key) = (
            self.path(&format!("{name}-chain.pem")),
            self.path(&format!("{name}.key")),
        );
        format!("ssl_certificate {chain}; ssl_certificate_key {key};")
    }
}
