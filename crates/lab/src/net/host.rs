//! A host: a thread in a network namespace of its own.

use super::address::{PREFIXES, Pair};
use super::error::NetError;
use nix::sched::{CloneFlags, unshare};
use nix::unistd::{Pid, gettid};
use std::fmt::Write as _;
use std::future::Future;
use std::io::Write as _;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread::JoinHandle;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;
use tun_rs::{DeviceBuilder, SyncDevice};

/// The user and group that own nothing.
const NOBODY: u32 = 65_534;
/// Octets of the largest packet.
const MTU: u16 = 1500;

type Job = Box<dyn FnOnce(&mut JoinSet<()>) + Send>;

/// A thread in a network namespace of its own, with a runtime for servers. The namespace ends with the thread, its
/// sockets and the programs started there.
#[derive(Debug)]
pub struct Host {
    jobs: Option<UnboundedSender<Job>>,
    thread: Option<JoinHandle<()>>,
    task: Pid,
}

impl Host {
    /// A host with nothing but its loopback.
    ///
    /// # Errors
    ///
    /// When this process may not make namespaces.
    pub(super) fn new(name: &str) -> Result<Self, NetError> {
        let (jobs, to_do) = unbounded_channel::<Job>();
        let (ready, is_ready) = mpsc::channel();
        let thread = std::thread::Builder::new()
            .name(format!("lab-{name}"))
            .spawn(move || live(to_do, &ready))
            .map_err(NetError::Thread)?;
        let task = is_ready.recv().map_err(|_| NetError::Ended)??;
        let host = Self {
            jobs: Some(jobs),
            thread: Some(thread),
            task,
        };
        host.ip("link set lo up\n")?;
        Ok(host)
    }

    /// Does `job` there and waits for it.
    ///
    /// # Errors
    ///
    /// When the host has ended.
    pub fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, NetError> {
        self.work(move |_| job())
    }

    /// Does `job` there, where its tasks live on until the host ends, and waits for it.
    pub(super) fn work<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut JoinSet<()>) -> T + Send + 'static,
    ) -> Result<T, NetError> {
        let (done, is_done) = mpsc::channel();
        let job: Job = Box::new(move |tasks| drop(done.send(job(tasks))));
        let jobs = self.jobs.as_ref().ok_or(NetError::Ended)?;
        jobs.send(job).map_err(|_| NetError::Ended)?;
        is_done.recv().map_err(|_| NetError::Ended)
    }

    /// The same for what has to wait for something on the host's runtime.
    pub(super) fn wait<T, F>(&self, job: impl FnOnce() -> F + Send + 'static) -> Result<T, NetError>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let (done, is_done) = mpsc::channel();
        self.work(move |tasks| {
            let work = job();
            tasks.spawn(async move { drop(done.send(work.await)) });
        })?;
        is_done.recv().map_err(|_| NetError::Ended)
    }

    /// Starts a program there as nobody, who has no rights.
    ///
    /// # Errors
    ///
    /// When it cannot be started, or the host has ended.
    pub fn spawn(&self, mut command: Command) -> Result<Child, NetError> {
        command.uid(NOBODY).gid(NOBODY);
        let program = command.get_program().to_string_lossy().into_owned();
        self.run(move || command.spawn())?
            .map_err(|source| NetError::Program { program, source })
    }

    /// The file that stands for the namespace, for nsenter.
    pub fn namespace(&self) -> String {
        format!(
            "/proc/{}/task/{}/ns/net",
            std::process::id(),
            self.task.as_raw()
        )
    }

    /// Runs a batch of ip(8) there.
    pub(super) fn ip(&self, batch: &str) -> Result<(), NetError> {
        self.feed("ip", &["-batch", "-"], batch)
    }

    /// Runs a program as root there, with something to read.
    pub(super) fn feed(
        &self,
        program: &'static str,
        arguments: &'static [&'static str],
        input: &str,
    ) -> Result<(), NetError> {
        let input = input.to_owned();
        let failed = |detail: String| NetError::Command {
            command: program.to_owned(),
            detail,
        };
        let output = self
            .run(move || {
                let mut child = Command::new(program)
                    .args(arguments)
                    .stdin(Stdio::piped())
                    .stdout(Stdio::null())
                    .stderr(Stdio::piped())
                    .spawn()?;
                if let Some(mut stdin) = child.stdin.take() {
                    stdin.write_all(input.as_bytes())?;
                }
                child.wait_with_output()
            })?
            .map_err(|error| failed(error.to_string()))?;
        if output.status.success() {
            return Ok(());
        }
        Err(failed(
            String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        ))
    }

    /// A link with these addresses; the other end is returned.
    pub(super) fn link(&self, name: &str, addresses: &[Pair]) -> Result<SyncDevice, NetError> {
        let own = name.to_owned();
        let device = self
            .run(move || DeviceBuilder::new().name(own).mtu(MTU).build_sync())?
            .map_err(NetError::Tun)?;
        let mut batch = format!("link set {name} mtu {MTU} up\n");
        let (short, long) = PREFIXES;
        for pair in addresses {
            // Nobody else has an address, so none is looked for.
            let _ = writeln!(batch, "addr add {}/{short} dev {name}", pair.v4);
            let _ = writeln!(batch, "addr add {}/{long} dev {name} nodad", pair.v6);
        }
        self.ip(&batch)?;
        Ok(device)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // It can only have panicked, which it has said itself.
            let _ = thread.join();
        }
    }
}

fn live(mut to_do: UnboundedReceiver<Job>, ready: &mpsc::Sender<Result<Pid, NetError>>) {
    let entered = unshare(CloneFlags::CLONE_NEWNET).map_err(NetError::Namespace);
    let runtime = entered.and_then(|()| {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(NetError::Thread)
    });
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            let _ = ready.send(Err(error));
            return;
        }
    };
    let _ = ready.send(Ok(gettid()));
    runtime.block_on(async move {
        let mut tasks = JoinSet::new();
        loop {
            tokio::select! {
                job = to_do.recv() => match job {
                    Some(job) => job(&mut tasks),
                    None => break,
                },
                Some(_) = tasks.join_next() => {}
            }
        }
        tasks.shutdown().await;
    });
}
