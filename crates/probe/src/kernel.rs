//! What the kernel tells an ordinary user about one TCP connection.
//!
//! Everything here may be absent: a system without such facts, or hands told to do without, see the same connection
//! with fewer facts and nothing else changed.

#[cfg(target_os = "linux")]
mod linux;

use report::{Icmp, TcpInfo};
use socket2::Socket;
use std::fmt::Debug;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// Facts about a connection that only the kernel has.
pub(crate) trait KernelFacts: Debug + Send + Sync {
    /// What the kernel counts for this connection now.
    fn tcp_info(&self, socket: &Socket) -> Option<TcpInfo>;

    /// Asks to be told of every ICMP error, also where the connection survives it. Call it before connecting.
    fn watch_errors(&self, socket: &Socket, peer: SocketAddr);

    /// The ICMP message behind the last error, where that is known. Each message is told once.
    fn told_by_icmp(&self, socket: &Socket) -> Option<IcmpError>;

    /// Lets retransmissions follow each other without doubling the time between them, as long as that is allowed.
    fn retransmit_evenly(&self, socket: &Socket);
}

/// An ICMP message that became an error of a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct IcmpError {
    /// Who sent it.
    pub(crate) sender: IpAddr,
    /// What it says.
    pub(crate) says: Icmp,
}

/// No facts at all.
#[derive(Debug)]
pub(crate) struct Null;

impl KernelFacts for Null {
    fn tcp_info(&self, _: &Socket) -> Option<TcpInfo> {
        None
    }

    fn watch_errors(&self, _: &Socket, _: SocketAddr) {}

    fn told_by_icmp(&self, _: &Socket) -> Option<IcmpError> {
        None
    }

    fn retransmit_evenly(&self, _: &Socket) {}
}

/// The facts that this system has.
pub(crate) fn of_this_system() -> Arc<dyn KernelFacts> {
    #[cfg(target_os = "linux")]
    let facts = Arc::new(linux::Linux);
    #[cfg(not(target_os = "linux"))]
    let facts = Arc::new(Null);
    facts
}
