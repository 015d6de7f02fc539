//! The router: reads what hosts send, lets [`Walk`] take it over the hops, and hands it to whom it is for.

use super::address::Pair;
use super::error::NetError;
use super::packet::Packet;
use super::path::Path;
use super::walk::{Exit, Walk};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::runtime::Builder;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::sleep_until;
use tun_rs::{AsyncDevice, SyncDevice};

/// Larger than any packet on a link of 1500 octets.
const LARGEST: usize = 2048;
/// Packets read and not yet walked.
const READ_AHEAD: usize = 256;
/// When nothing is under way, until something is read.
const IDLE: Duration = Duration::from_secs(3600);

/// A link to a host.
pub(super) struct Port {
    /// The router's end.
    pub(super) device: SyncDevice,
    /// Which hop the host is: 0 the client, the number of hops a server.
    pub(super) at: u8,
    /// What it leads to.
    pub(super) side: Side,
    /// Who is reached there.
    pub(super) addresses: Vec<Pair>,
}

/// What a port leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// A host.
    Host,
    /// The transparent proxy.
    Proxy,
    /// A firewall's side towards the client.
    Near,
    /// A firewall's side towards the server.
    Far,
}

/// The router under way; dropping it ends it.
#[derive(Debug)]
pub(super) struct Router {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Router {
    /// Joins hosts over `path`.
    ///
    /// # Errors
    ///
    /// When the thread or its runtime cannot be had.
    pub(super) fn start(path: &Path, ports: Vec<Port>) -> Result<Self, NetError> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(NetError::Thread)?;
        let mut devices = Vec::new();
        let mut exits = Vec::new();
        for port in ports {
            let _inside = runtime.enter();
            let device = AsyncDevice::new(port.device).map_err(NetError::Tun)?;
            devices.push(Arc::new(device));
            exits.push(Exit {
                at: port.at,
                side: port.side,
                addresses: port.addresses,
            });
        }
        let walk = Walk::new(path, exits);
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name("lab-router".to_owned())
            .spawn(move || runtime.block_on(work(walk, devices, stopped)))
            .map_err(NetError::Thread)?;
        Ok(Self {
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Router {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // It can only have panicked, which it has said itself.
            let _ = thread.join();
        }
    }
}

async fn work(mut walk: Walk, devices: Vec<Arc<AsyncDevice>>, mut stopped: oneshot::Receiver<()>) {
    let (read, mut to_walk) = mpsc::channel(READ_AHEAD);
    let mut readers = JoinSet::new();
    for (port, device) in devices.iter().enumerate() {
        readers.spawn(listen(port, Arc::clone(device), read.clone()));
    }
    let began = Instant::now();
    let now = || u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
    loop {
        let next = walk.next_us().map_or_else(
            || Instant::now() + IDLE,
            |moment| began + Duration::from_micros(moment),
        );
        tokio::select! {
            _ = &mut stopped => break,
            () = sleep_until(next.into()) => {}
            Some((port, packet)) = to_walk.recv() => {
                walk.enter(port, packet, now());
                drain(&mut to_walk, &mut walk, now());
            }
        }
        for (port, packet) in walk.deliver(now()) {
            if let Some(device) = devices.get(port) {
                // A host that takes no more loses packets, as on any link.
                let _ = device.try_send(packet.octets());
            }
        }
    }
    readers.shutdown().await;
}

fn drain(to_walk: &mut Receiver<(usize, Packet)>, walk: &mut Walk, now_us: u64) {
    while let Ok((port, packet)) = to_walk.try_recv() {
        walk.enter(port, packet, now_us);
    }
}

async fn listen(port: usize, device: Arc<AsyncDevice>, read: Sender<(usize, Packet)>) {
    let mut octets = vec![0; LARGEST];
    while let Ok(count) = device.recv(&mut octets).await {
        let packet = octets.get(..count).map(<[u8]>::to_vec);
        if let Some(packet) = packet.and_then(Packet::read)
            && read.send((port, packet)).await.is_err()
        {
            break;
        }
    }
}
