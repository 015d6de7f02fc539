//! A TCP socket under stated conditions, before it connects.

use report::TcpConditions;
use socket2::{Domain, Protocol, Socket, Type};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

/// A socket that does not block, with the segment size, buffer and port that `conditions` say.
///
/// # Errors
///
/// What the operating system refuses: a port that is taken, a segment size that is not possible.
pub(crate) fn made(peer: SocketAddr, conditions: &TcpConditions) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(peer), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_nonblocking(true)?;
    if let Some(size) = conditions.max_segment {
        limit_segments(&socket, size)?;
    }
    if let Some(size) = conditions.receive_buffer {
        socket.set_recv_buffer_size(usize::try_from(size).unwrap_or(usize::MAX))?;
    }
    if let Some(port) = conditions.local_port {
        // Another connection of ours from that port may still be in TIME_WAIT.
        socket.set_reuse_address(true)?;
        // And the next one from that port must not find this one in it.
        socket.set_linger(Some(Duration::ZERO))?;
        socket.bind(&SocketAddr::new(unspecified(peer), port).into())?;
    }
    Ok(socket)
}

/// The address of our end before a connection has one, of the family of `peer`.
pub(crate) fn unspecified(peer: SocketAddr) -> IpAddr {
    match peer {
        SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    }
}

/// The time to live of the packets that `socket` sends to `peer`.
pub(crate) fn ttl(socket: &Socket, peer: SocketAddr) -> io::Result<u32> {
    match peer {
        SocketAddr::V4(_) => socket.ttl_v4(),
        SocketAddr::V6(_) => socket.unicast_hops_v6(),
    }
}

/// Sets it, from the next packet on.
pub(crate) fn set_ttl(socket: &Socket, peer: SocketAddr, ttl: impl Into<u32>) -> io::Result<()> {
    match peer {
        SocketAddr::V4(_) => socket.set_ttl_v4(ttl.into()),
        SocketAddr::V6(_) => socket.set_unicast_hops_v6(ttl.into()),
    }
}

/// Whether an error of `connect` only says that it goes on.
pub(crate) fn in_progress(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::WouldBlock || error.raw_os_error() == Some(libc::EINPROGRESS)
}

#[cfg(unix)]
fn limit_segments(socket: &Socket, size: u16) -> io::Result<()> {
    socket.set_tcp_mss(size.into())
}

#[cfg(not(unix))]
fn limit_segments(_: &Socket, _: u16) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
