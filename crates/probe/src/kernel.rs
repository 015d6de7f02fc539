//! What the kernel tells an ordinary user about one TCP connection.
//!
//! Everything here may be absent: a system without such facts, or hands told to do without, see the same connection
//! with fewer facts and nothing else changed.

#[cfg(target_os = "linux")]
mod linux;

use report::TcpInfo;
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

    /// Who sent the ICMP message behind the last error, where that is known. Each message is told once.
    fn offender(&self, socket: &Socket) -> Option<IpAddr>;

    /// Lets retransmissions follow each other without doubling the time between them, as long as that is allowed.
    fn retransmit_evenly(&self, socket: &Socket);
}

/// No facts at all.
#[derive(Debug)]
pub(crate) struct Null;

impl KernelFacts for Null {
    fn tcp_info(&self, _: &Socket) -> Option<TcpInfo> {
        None
    }

    fn watch_errors(&self, _: &Socket, _: SocketAddr) {}

    fn offender(&self, _: &Socket) -> Option<IpAddr> {
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
