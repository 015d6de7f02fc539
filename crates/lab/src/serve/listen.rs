//! Listening sockets, and the tasks behind them.

use super::peer::Peer;
use crate::stage::Place;
use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// Connections waiting to be accepted.
pub(super) const BACKLOG: u32 = 128;
/// A connection is served no longer than this.
const PATIENCE: Duration = Duration::from_secs(60);
/// Loopback addresses tried for a registered port.
const ADDRESSES: usize = 8;
/// Before a listener that cannot accept, for want of descriptors, is asked again.
const PAUSE: Duration = Duration::from_millis(50);

/// The servers of one scenario; dropping them ends them with all their connections.
pub(crate) type Tasks = JoinSet<()>;

/// A bound socket that does not listen: connections to it are refused, and nobody else gets the port.
///
/// # Errors
///
/// When no address of `place` can be bound; the last error.
pub(crate) fn reserve(place: Place) -> io::Result<(TcpSocket, SocketAddr)> {
    let bind = |ip: Ipv4Addr, port: u16| {
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::new(ip.into(), port))?;
        let address = socket.local_addr()?;
        Ok((socket, address))
    };
    match place {
        Place::Loopback => bind(Ipv4Addr::LOCALHOST, 0),
        #[cfg(target_os = "linux")]
        Place::At(address) => {
            let socket = match address {
                SocketAddr::V4(_) => TcpSocket::new_v4()?,
                SocketAddr::V6(_) => TcpSocket::new_v6()?,
            };
            socket.bind(address)?;
            Ok((socket, address))
        }
        Place::Registered(ports) => {
            let random = (0..ADDRESSES).map(|_| loopback(rand::random()));
            // Not every system has more than one loopback address.
            let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
            for ip in random.chain([Ipv4Addr::LOCALHOST]) {
                for port in ports {
                    match bind(ip, *port) {
                        Ok(bound) => return Ok(bound),
                        Err(error) => last = error,
                    }
                }
            }
            Err(last)
        }
    }
}

/// A bound socket with `port` on another loopback address.
///
/// # Errors
///
/// When no address has that port free; the last error.
pub(crate) fn reserve_beside(port: u16) -> io::Result<(TcpSocket, SocketAddr)> {
    let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for _ in 0..ADDRESSES {
        let socket = TcpSocket::new_v4()?;
        match socket.bind(SocketAddr::new(loopback(rand::random()).into(), port)) {
            Ok(()) => {
                let address = socket.local_addr()?;
                return Ok((socket, address));
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// An address of 127.0.0.0/8 that is neither the network's first nor its last.
fn loopback(random: [u8; 3]) -> Ipv4Addr {
    let [second, third, fourth] = random;
    Ipv4Addr::new(127, second, third, fourth.clamp(2, 254))
}

/// Listens on `socket` and serves each connection with `serve`, as a task of `tasks`.
///
/// # Errors
///
/// When the system does not let it listen.
pub(crate) fn serve<S, F>(tasks: &mut Tasks, socket: TcpSocket, serve: S) -> io::Result<()>
where
    S: Fn(Peer) -> F + Send + 'static,
    F: Future<Output = io::Result<()>> + Send + 'static,
{
    serve_with(tasks, socket, BACKLOG, Duration::ZERO, serve)
}

/// The same with a queue of `backlog` connections waiting to be accepted, and a pause after each that was.
///
/// # Errors
///
/// When the system does not let it listen.
pub(crate) fn serve_with<S, F>(
    tasks: &mut Tasks,
    socket: TcpSocket,
    backlog: u32,
    pause: Duration,
    serve: S,
) -> io::Result<()>
where
    S: Fn(Peer) -> F + Send + 'static,
    F: Future<Output = io::Result<()>> + Send + 'static,
{
    let listener = socket.listen(backlog)?;
    tasks.spawn(accept(listener, pause, serve));
    Ok(())
}

async fn accept<S, F>(listener: TcpListener, pause: Duration, serve: S)
where
    S: Fn(Peer) -> F,
    F: Future<Output = io::Result<()>> + Send + 'static,
{
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let served = timeout(PATIENCE, serve(Peer::new(stream)));
                    // A client that goes away, or stays too long, is none of the server's business.
                    connections.spawn(async { let _ = served.await; });
                    if !pause.is_zero() {
                        sleep(pause).await;
                    }
                }
                Err(_) => sleep(PAUSE).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}
