//! nginx as every test runs it: in the foreground, with its files in a folder of its own.

use crate::server::Server;
use std::path::Path;
use std::process::Command;

/// How it divides its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Processes {
    /// One, which reads its configuration once.
    One,
    /// A master and its workers, which can be told to read it again.
    Master,
}

/// nginx with this inside `http`, which is to listen on `port`; its files are in `folder`.
pub(crate) fn start(folder: &Path, port: u16, processes: Processes, http: &str) -> Server {
    start_with(folder, port, processes, "", http)
}

/// The same with this inside `events`.
pub(crate) fn start_with(
    folder: &Path,
    port: u16,
    processes: Processes,
    events: &str,
    http: &str,
) -> Server {
    let own = folder.join(format!("{port}-nginx"));
    std::fs::create_dir_all(&own).expect("a folder");
    let shown = own.display();
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("{kind}_temp_path {shown}/{kind};"))
        .concat();
    let alone = match processes {
        Processes::One => "master_process off;",
        Processes::Master => "",
    };
    let configuration = format!(
        "daemon off; {alone} pid {shown}/pid; error_log stderr info; events {{ {events} }} \
         http {{ access_log off; {temporary} {http} }}"
    );
    let file = own.join("nginx.conf");
    std::fs::write(&file, configuration).expect("a configuration");
    let mut command = Command::new("/usr/sbin/nginx");
    command
        .arg("-p")
        .arg(&own)
        .args(["-e", "stderr", "-c"])
        .arg(file);
    Server::start(command, port)
}
