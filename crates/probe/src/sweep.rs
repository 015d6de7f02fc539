//! A time to live that rises with each retransmission of the ClientHello, on one connection.

use crate::Recorder;
use crate::ending::Ending;
use crate::recorder::About;
use crate::socket;
use report::{KernelMoment, PhaseOutcome, TcpInfo, TtlSweep};
use socket2::{SockRef, Socket};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;

/// How often the kernel is asked whether it has sent again. Retransmissions are at least 200 ms apart, except for the first,
/// the tail loss probe (RFC 8985 section 7), which comes two round trips after the hello.
pub(crate) const TICK: Duration = Duration::from_millis(5);

/// A sweep under way.
#[derive(Debug)]
pub(crate) struct Sweep {
    peer: SocketAddr,
    /// Of the latest transmission.
    current: u8,
    to: u8,
    /// Segments sent again so far.
    again: u32,
}

impl Sweep {
    /// Sets the time to live of the first transmission. Nothing has been sent yet.
    ///
    /// # Errors
    ///
    /// The ending of an experiment that cannot be made: a sweep that is to rise without a kernel that tells of
    /// retransmissions, a time to live that is not possible.
    pub(crate) fn prepare(
        sweep: TtlSweep,
        stream: &TcpStream,
        peer: SocketAddr,
        recorder: &Recorder,
    ) -> Result<Self, Ending> {
        let socket = SockRef::from(stream);
        let info = recorder.kernel().tcp_info(&socket);
        if sweep.to > sweep.from && info.is_none() {
            return Err(Ending::new(PhaseOutcome::Error, "no TCP_INFO"));
        }
        recorder.kernel().retransmit_evenly(&socket);
        socket::set_ttl(&socket, peer, sweep.from)?;
        Ok(Self {
            peer,
            current: sweep.from,
            to: sweep.to.max(sweep.from),
            again: info.map_or(0, |info| info.total_retrans),
        })
    }

    /// The hello has been handed over, and with it the first transmission.
    pub(crate) fn sent(&self, stream: &TcpStream, recorder: &Recorder) {
        self.note(recorder);
        self.arm(&SockRef::from(stream));
    }

    /// Sees whether the kernel has sent again; then what it sends next goes one hop further. `false` when nothing is left
    /// to do: the peer has the hello, or the connection is no more.
    pub(crate) fn tick(&mut self, stream: &TcpStream, recorder: &Recorder) -> bool {
        let socket = SockRef::from(stream);
        let Some(info) = recorder.kernel().tcp_info(&socket) else {
            return false;
        };
        if info.total_retrans > self.again {
            self.again = info.total_retrans;
            self.current = self.current.saturating_add(1).min(self.to);
            self.note(recorder);
            self.arm(&socket);
        }
        under_way(&info)
    }

    /// The time to live of the latest transmission.
    pub(crate) fn current(&self) -> u8 {
        self.current
    }

    fn note(&self, recorder: &Recorder) {
        let about = About {
            ttl: Some(self.current),
            ..About::default()
        };
        recorder.ask_kernel(KernelMoment::Transmission, about);
    }

    /// Prepares the next transmission.
    fn arm(&self, socket: &Socket) {
        let next = self.current.saturating_add(1).min(self.to);
        // A socket that no longer takes it has nothing more to send.
        let _ = socket::set_ttl(socket, self.peer, next);
    }
}

fn under_way(info: &TcpInfo) -> bool {
    const ESTABLISHED: u8 = 1;
    info.unacked > 0 && info.state == ESTABLISHED
}
