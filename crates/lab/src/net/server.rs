//! Servers that do less than a handshake.

use super::error::NetError;
use super::host::Host;
use super::stage::Serving;
use std::io;
use std::net::{SocketAddr, TcpStream as StdStream};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::sleep;

/// Connections waiting to be accepted.
const BACKLOG: u32 = 128;
/// Before a listener that cannot accept is asked again.
const PAUSE: Duration = Duration::from_millis(50);
/// How long a server that has ended waits for the client to end too.
const LINGER: Duration = Duration::from_secs(30);

/// Starts what `serving` says at `address`, which is the host's own; `own` is how the host reaches it itself.
///
/// # Errors
///
/// When it cannot listen.
pub(super) fn start(
    host: &Host,
    serving: Serving,
    address: SocketAddr,
    own: SocketAddr,
) -> Result<(), NetError> {
    host.work(move |tasks| listen(tasks, serving, address, own))?
        .map_err(NetError::Listen)
}

fn listen(
    tasks: &mut JoinSet<()>,
    serving: Serving,
    address: SocketAddr,
    own: SocketAddr,
) -> io::Result<()> {
    if matches!(serving, Serving::Closed | Serving::Staged) {
        return Ok(());
    }
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    socket.bind(address)?;
    if let Serving::FullQueue(lasts) = serving {
        // A queue of length 0 takes one connection.
        let listener = socket.listen(0)?;
        let filling = StdStream::connect(own)?;
        tasks.spawn(keep_full(listener, filling, lasts));
        return Ok(());
    }
    let listener = socket.listen(BACKLOG)?;
    tasks.spawn(accept(listener, serving));
    Ok(())
}

/// Leaves the queue full, for ever or so long; then connections are accepted and said nothing to.
async fn keep_full(listener: TcpListener, filling: StdStream, lasts: Option<Duration>) {
    match lasts {
        Some(lasts) => {
            sleep(lasts).await;
            drop(filling);
            accept(listener, Serving::Silent).await;
        }
        None => std::future::pending().await,
    }
}

async fn accept(listener: TcpListener, serving: Serving) {
    if serving == Serving::NeverAccepts {
        return std::future::pending().await;
    }
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    // A client that goes away is none of the server's business.
                    connections.spawn(async move { let _ = converse(stream, serving).await; });
                }
                Err(_) => sleep(PAUSE).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn converse(mut stream: TcpStream, serving: Serving) -> io::Result<()> {
    let mut octets = vec![0; 64 * 1024];
    match serving {
        Serving::Resets => {
            let _ = stream.read(&mut octets).await?;
            stream.set_zero_linger()
        }
        Serving::Ends => {
            let _ = stream.read(&mut octets).await?;
            stream.shutdown().await?;
            let ended =
                async { while stream.read(&mut octets).await.is_ok_and(|count| count > 0) {} };
            // Whoever stays is let go.
            let _ = tokio::time::timeout(LINGER, ended).await;
            Ok(())
        }
        Serving::EndsAfter(lasts) => {
            sleep(lasts).await;
            let _ = stream.read(&mut octets).await?;
            stream.shutdown().await
        }
        Serving::Wants(count) => {
            stream.read_exact(&mut octets[..count]).await?;
            stream.write_all(b"enough").await
        }
        Serving::Silent
        | Serving::FullQueue(_)
        | Serving::NeverAccepts
        | Serving::Closed
        | Serving::Staged => {
            while stream.read(&mut octets).await? > 0 {}
            Ok(())
        }
    }
}

/// Takes connections at `place` and hands what they say to `to` and back.
///
/// # Errors
///
/// When it cannot listen.
pub(super) fn relay(host: &Host, place: SocketAddr, to: SocketAddr) -> Result<(), NetError> {
    let listen = move |tasks: &mut JoinSet<()>| {
        let socket = TcpSocket::new_v4()?;
        socket.bind(place)?;
        let listener = socket.listen(BACKLOG)?;
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                // Whichever end goes away ends both.
                connections.spawn(async move {
                    let _ = join(stream, to).await;
                });
            }
        });
        io::Result::Ok(())
    };
    host.work(listen)?.map_err(NetError::Listen)
}

async fn join(mut stream: TcpStream, to: SocketAddr) -> io::Result<()> {
    let mut other = TcpStream::connect(to).await?;
    stream.set_nodelay(true)?;
    other.set_nodelay(true)?;
    tokio::io::copy_bidirectional(&mut stream, &mut other)
        .await
        .map(drop)
}
