//! One TCP connection whose every octet is recorded.

use crate::Recorder;
use crate::ending::Ending;
use crate::recorder::About;
use crate::socket;
use crate::sweep::{Sweep, TICK};
use report::{Direction, KernelMoment, PhaseName, PhaseOutcome, TcpConditions};
use socket2::SockRef;
use std::io::{self, Read as _};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::Interest;
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

/// Octets read from one peer before it is given up on.
pub const MAX_FLIGHT: usize = 2 * 1024 * 1024;

/// How long silence must last at least to mean that nothing more comes.
const PATIENCE: Duration = Duration::from_millis(300);

/// Octets asked for by one read.
const READ: usize = 16 * 1024;

/// What an ICMP message becomes on an open connection (Linux's `icmp_err_convert`, for messages that are of any concern).
const BY_ICMP: [i32; 6] = [
    libc::ECONNREFUSED,
    libc::EHOSTUNREACH,
    libc::ENETUNREACH,
    libc::ENOPROTOOPT,
    libc::EOPNOTSUPP,
    libc::EPROTO,
];

/// Linux's TCP_CLOSE.
const CLOSE: u8 = 7;

/// A TCP connection to a peer that may do anything.
#[derive(Debug)]
pub(crate) struct Connection<'r> {
    stream: Watched<'r>,
    recorder: &'r Recorder,
    /// The other end.
    pub(crate) peer: SocketAddr,
    /// Our end.
    pub(crate) local: SocketAddr,
    conditions: TcpConditions,
    sweep: Option<Sweep>,
    round_trip: Duration,
    received: usize,
    write_failed: Option<Ending>,
}

/// A stream that the kernel is asked about once more before it closes, however that comes about.
#[derive(Debug)]
struct Watched<'r> {
    stream: Arc<TcpStream>,
    recorder: &'r Recorder,
}

impl Drop for Watched<'_> {
    fn drop(&mut self) {
        self.recorder.last_look();
    }
}

impl<'r> Connection<'r> {
    /// Connects under `conditions`, as the phase [`PhaseName::Connect`].
    pub(crate) async fn open(
        peer: SocketAddr,
        conditions: &TcpConditions,
        recorder: &'r Recorder,
    ) -> Result<Self, Ending> {
        recorder.begin(PhaseName::Connect, Some(peer));
        let socket = socket::made(peer, conditions)?;
        recorder.kernel().watch_errors(&socket, peer);
        let usual_ttl = match conditions.syn_ttl {
            Some(ttl) => {
                let usual = socket::ttl(&socket, peer)?;
                socket::set_ttl(&socket, peer, ttl)?;
                Some(usual)
            }
            None => None,
        };
        let before = Instant::now();
        match socket.connect(&peer.into()) {
            Err(error) if !socket::in_progress(&error) => return Err(error.into()),
            _ => {}
        }
        let stream = Arc::new(TcpStream::from_std(socket.into())?);
        recorder.watch(&stream);
        let watched = Watched { stream, recorder };
        let stream = &*watched.stream;
        stream.writable().await?;
        if let Some(error) = stream.take_error()? {
            return Err(Ending {
                offender: recorder.kernel().offender(&SockRef::from(stream)),
                ..error.into()
            });
        }
        let round_trip = before.elapsed();
        stream.set_nodelay(true)?;
        let local = stream.local_addr()?;
        recorder.local(local);
        if let Some(ttl) = usual_ttl {
            socket::set_ttl(&SockRef::from(stream), peer, ttl)?;
        }
        Ok(Self {
            stream: watched,
            recorder,
            peer,
            local,
            conditions: *conditions,
            sweep: None,
            round_trip,
            received: 0,
            write_failed: None,
        })
    }

    /// Sends the first ClientHello, cut and swept as the conditions say.
    ///
    /// # Errors
    ///
    /// Only where the conditions cannot be met; then nothing was sent.
    pub(crate) async fn write_hello(&mut self, octets: &[u8]) -> Result<(), Ending> {
        if let Some(sweep) = self.conditions.hello_ttl {
            let sweep = Sweep::prepare(sweep, &self.stream.stream, self.peer, self.recorder)?;
            self.sweep = Some(sweep);
        }
        let cut = self
            .conditions
            .split
            .and_then(|split| Some((split, octets.split_at_checked(split.at.into())?)));
        match cut {
            Some((split, (first, rest))) if !first.is_empty() && !rest.is_empty() => {
                self.write(first).await;
                sleep(Duration::from_micros(split.pause_us)).await;
                self.write(rest).await;
            }
            _ => self.write(octets).await,
        }
        if let Some(sweep) = &self.sweep {
            sweep.sent(&self.stream.stream, self.recorder);
        }
        self.hear_of_errors();
        Ok(())
    }

    /// Takes down an ICMP error that came while the hello was being handed over: a neighbour can be that quick, and then the
    /// kernel keeps the error to itself until it is asked.
    fn hear_of_errors(&mut self) {
        let socket = SockRef::from(&*self.stream.stream);
        if self.recorder.kernel().tcp_info(&socket).is_none() {
            return;
        }
        if let Ok(Some(error)) = socket.take_error()
            && !self.survives(&error)
        {
            self.write_failed.get_or_insert(error.into());
        }
    }

    /// Sends all of `octets`. That the peer no longer takes them is not an end yet, because what it said before it
    /// went away can still be read: [`read`](Self::read) tells when there is nothing left.
    pub(crate) async fn write(&mut self, octets: &[u8]) {
        let mut rest = octets;
        while !rest.is_empty() && self.write_failed.is_none() {
            let stream = &self.stream.stream;
            let written = match stream.writable().await {
                Ok(()) => stream.try_write(rest),
                Err(error) => Err(error),
            };
            match written {
                Ok(count) => {
                    let (sent, left) = rest.split_at(count.min(rest.len()));
                    self.recorder.traffic(Direction::Sent, sent);
                    rest = left;
                }
                // After an ICMP error the stream counts as writable even while it is full.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => sleep(TICK).await,
                Err(error) if self.survives(&error) => {}
                Err(error) => self.write_failed = Some(error.into()),
            }
        }
    }

    /// The next octets, or `None` when the peer has closed the connection. Cancelling loses nothing.
    pub(crate) async fn read(&mut self) -> Result<Option<Vec<u8>>, Ending> {
        if self.received >= MAX_FLIGHT {
            return Err(Ending::new(PhaseOutcome::Garbage, "flight over 2 MiB"));
        }
        let mut octets = vec![0; READ];
        let count = loop {
            match self.read_once(&mut octets).await {
                Ok(count) => break count,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) if self.survives(&error) => {}
                Err(error) => return Err(error.into()),
            }
        };
        octets.truncate(count);
        if count == 0 {
            return match self.write_failed.take() {
                Some(ending) => Err(ending),
                None => Ok(None),
            };
        }
        self.received = self.received.saturating_add(count);
        self.recorder.traffic(Direction::Received, &octets);
        Ok(Some(octets))
    }

    /// Waits until there is something to read, or an error to hear of; sweeps meanwhile.
    async fn read_once(&mut self, octets: &mut [u8]) -> io::Result<usize> {
        let stream = &*self.stream.stream;
        let interest = loop {
            let Some(sweep) = &mut self.sweep else {
                break readable(stream).await?;
            };
            let ready = timeout(TICK, readable(stream)).await;
            // First who was sent what: an ICMP message, or the answer, is about the latest transmission.
            if !sweep.tick(stream, self.recorder) {
                self.sweep = None;
            }
            if let Ok(interest) = ready {
                break interest?;
            }
        };
        stream.try_io(interest, || (&*SockRef::from(stream)).read(octets))
    }

    /// Whether `error` came by ICMP and the connection goes on: a fact, not an end. Other clients do not even hear of it.
    fn survives(&self, error: &io::Error) -> bool {
        let errno = match error.raw_os_error() {
            Some(errno) if BY_ICMP.contains(&errno) => errno,
            _ => return false,
        };
        let socket = SockRef::from(&*self.stream.stream);
        let kernel = self.recorder.kernel();
        let lives = kernel
            .tcp_info(&socket)
            .is_some_and(|info| info.state != CLOSE);
        if lives {
            let about = About {
                ttl: self.sweep.as_ref().map(Sweep::current),
                errno: Some(errno),
                offender: kernel.offender(&socket),
            };
            self.recorder.ask_kernel(KernelMoment::Icmp, about);
        }
        lives
    }

    /// How long silence must last to mean that nothing more comes: two round trips, and never less than 300 ms.
    pub(crate) fn patience(&self) -> Duration {
        self.round_trip.saturating_mul(2).max(PATIENCE)
    }

    /// Where this connection is recorded.
    pub(crate) fn recorder(&self) -> &'r Recorder {
        self.recorder
    }
}

/// Waits for octets or for an error: one that came by ICMP does not make a stream readable. The two are waited for apart,
/// because tokio's wait for a union with errors never sleeps.
async fn readable(stream: &TcpStream) -> io::Result<Interest> {
    tokio::select! {
        biased;
        ready = stream.ready(Interest::READABLE) => ready.map(|_| Interest::READABLE),
        ready = stream.ready(Interest::ERROR) => ready.map(|_| Interest::ERROR),
    }
}
