//! Hosts in network namespaces of their own, joined by links: a network that only the test sees.

use nix::sched::{CloneFlags, unshare};
use nix::unistd::{Pid, Uid, gettid};
use std::process::Command;
use std::sync::mpsc::{Sender, channel};
use std::thread;

/// Whether this process may make namespaces. Where it may not, the test runs once more as the root of a user namespace,
/// and is done.
pub(crate) fn may(test: &str) -> bool {
    if Uid::effective().is_root() {
        return true;
    }
    let again = Command::new("unshare")
        .arg("--map-root-user")
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", test])
        .status()
        .unwrap();
    assert!(again.success(), "{test} as root of a user namespace");
    false
}

type Job = Box<dyn FnOnce() + Send>;

/// A thread in a network namespace. The namespace goes with the thread and its sockets.
pub(crate) struct Host {
    jobs: Sender<Job>,
    thread: Pid,
}

impl Host {
    /// A host without links, its loopback up.
    pub(crate) fn new() -> Self {
        let (jobs, to_do) = channel::<Job>();
        let (ready, is_ready) = channel();
        thread::spawn(move || {
            unshare(CloneFlags::CLONE_NEWNET).expect("a network namespace");
            ready.send(gettid()).unwrap();
            while let Ok(job) = to_do.recv() {
                job();
            }
        });
        let host = Self {
            jobs,
            thread: is_ready.recv().unwrap(),
        };
        // An address of IPv6 is used at once, not after a second's search for another with the same.
        host.sh("sysctl -qw net.ipv6.conf.default.accept_dad=0; ip link set lo up");
        host
    }

    /// Does `job` there.
    pub(crate) fn run<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> T {
        let (done, is_done) = channel();
        let job = move || drop(done.send(job()));
        self.jobs.send(Box::new(job)).unwrap();
        is_done.recv().expect("the job did not panic")
    }

    /// Runs shell commands there; all must succeed.
    pub(crate) fn sh(&self, commands: &str) {
        let script = commands.to_owned();
        let output = self.run(move || Command::new("sh").args(["-ec", &script]).output().unwrap());
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{commands}: {said}");
    }

    /// Drops or rejects what `rule` of nftables says, where `hook` is input or forward.
    pub(crate) fn filter(&self, hook: &str, rule: &str) {
        self.sh(&format!(
            "nft add table ip t; nft add chain ip t c '{{ type filter hook {hook} priority 0; }}'; nft add rule ip t c {rule}"
        ));
    }

    /// A link to `other`: this end is `10.NET.1`, the other one `10.NET.2`, of a net such as `8.1`.
    pub(crate) fn link(&self, other: &Self, net: &str) {
        let (name, there) = (net.replace('.', "_"), other.thread);
        self.sh(&format!(
            "ip link add a{name} type veth peer name b{name} netns {there}; ip addr add 10.{net}.1/24 dev a{name}; ip link set a{name} up"
        ));
        other.sh(&format!(
            "ip addr add 10.{net}.2/24 dev b{name}; ip link set b{name} up"
        ));
    }
}
