//! One TCP connection whose every octet is recorded.

use crate::Recorder;
use crate::ending::Ending;
use crate::proxy::Proxies;
use crate::recorder::About;
use crate::socket;
use crate::stream::{Stream, Watched};
use crate::sweep::{Sweep, TICK};
use report::{Direction, KernelMoment, PhaseName, PhaseOutcome, TcpConditions, Via};
use socket2::SockRef;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
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
    /// `None` once something went wrong while it was being replaced.
    stream: Option<Stream>,
    recorder: &'r Recorder,
    /// Octets read already that belong to what comes next.
    ahead: Vec<u8>,
    /// The other end; through a proxy the target, or the proxy where only that knows the target.
    pub(crate) peer: SocketAddr,
    /// Our end.
    pub(crate) local: SocketAddr,
    conditions: TcpConditions,
    sweep: Option<Sweep>,
    round_trip: Duration,
    received: usize,
    write_failed: Option<Ending>,
}

impl<'r> Connection<'r> {
    /// Connects under `conditions`, as the phase [`PhaseName::Connect`]; through a proxy to that, and on to `peer` as the
    /// phase [`PhaseName::Proxy`].
    pub(crate) async fn open(
        peer: SocketAddr,
        conditions: &TcpConditions,
        via: Option<&Via>,
        proxies: &Proxies,
        recorder: &'r Recorder,
    ) -> Result<Self, Ending> {
        let before = Instant::now();
        let next = via.map_or(peer, |via| via.proxy);
        let mut connection = Self::direct(next, conditions, recorder).await?;
        connection.peer = peer;
        if let Some(via) = via {
            proxies.dialogue(&mut connection, via).await?;
            // An answer through the tunnel is as far away as the tunnel's own.
            connection.round_trip = before.elapsed();
        }
        Ok(connection)
    }

    /// The same without a proxy.
    pub(crate) async fn direct(
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
        let watched = Watched::new(stream, recorder);
        let stream = watched.stream();
        stream.writable().await?;
        if let Some(error) = stream.take_error()? {
            return Err(Ending {
                icmp: recorder.kernel().told_by_icmp(&SockRef::from(stream)),
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
            stream: Some(Stream::Plain(watched)),
            ahead: Vec::new(),
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
            let Some(Stream::Plain(watched)) = &self.stream else {
                return Err(Ending::new(PhaseOutcome::Error, "no TTL within TLS"));
            };
            let sweep = Sweep::prepare(sweep, watched.stream(), self.peer, self.recorder)?;
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
        if let (Some(sweep), Some(Stream::Plain(watched))) = (&self.sweep, &self.stream) {
            sweep.sent(watched.stream(), self.recorder);
        }
        self.hear_of_errors();
        Ok(())
    }

    /// Takes down an ICMP error that came while the hello was being handed over: a neighbour can be that quick, and then the
    /// kernel keeps the error to itself until it is asked.
    fn hear_of_errors(&mut self) {
        let Some(Stream::Plain(watched)) = &self.stream else {
            return;
        };
        let socket = SockRef::from(watched.stream());
        if self.recorder.kernel().tcp_info(&socket).is_none() {
            return;
        }
        if let Ok(Some(error)) = socket.take_error()
            // The stream had ended before it was reset, and reading comes to that end.
            && error.kind() != io::ErrorKind::BrokenPipe
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
            match self.send(rest).await {
                Ok(count) => {
                    let (sent, left) = rest.split_at(count.min(rest.len()));
                    self.recorder.traffic(Direction::Sent, sent);
                    rest = left;
                }
                Err(ending) => self.write_failed = Some(ending),
            }
        }
    }

    /// The same for octets that hold a secret: `shown` is recorded instead.
    pub(crate) async fn write_as(&mut self, octets: &[u8], shown: &[u8]) {
        let mut rest = octets;
        while !rest.is_empty() && self.write_failed.is_none() {
            match self.send(rest).await {
                Ok(count) => rest = rest.get(count..).unwrap_or_default(),
                Err(ending) => self.write_failed = Some(ending),
            }
        }
        self.recorder.traffic(Direction::Sent, shown);
    }

    async fn send(&mut self, octets: &[u8]) -> Result<usize, Ending> {
        loop {
            let written = match &mut self.stream {
                Some(Stream::Plain(watched)) => watched.write(octets).await,
                Some(Stream::Tls(stream)) => return Ok(stream.send(octets).await?),
                None => return Err(Ending::plain(PhaseOutcome::Closed)),
            };
            match written {
                Ok(count) => return Ok(count),
                // After an ICMP error the stream counts as writable even while it is full.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => sleep(TICK).await,
                Err(error) if self.survives(&error) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The next octets, or `None` when the peer has closed the connection. Cancelling loses nothing.
    pub(crate) async fn read(&mut self) -> Result<Option<Vec<u8>>, Ending> {
        let octets = self.read_unrecorded().await?;
        if let Some(octets) = &octets {
            self.recorder.traffic(Direction::Received, octets);
        }
        Ok(octets)
    }

    /// The same, not recorded yet.
    pub(crate) async fn read_unrecorded(&mut self) -> Result<Option<Vec<u8>>, Ending> {
        if !self.ahead.is_empty() {
            return Ok(Some(std::mem::take(&mut self.ahead)));
        }
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
        Ok(Some(octets))
    }

    /// Puts back octets that were read without being recorded: they are the next to be read.
    pub(crate) fn unread(&mut self, octets: Vec<u8>) {
        self.ahead = octets;
    }

    /// Goes on over another stream made of this one.
    pub(crate) async fn replace<F>(&mut self, with: impl FnOnce(Stream) -> F) -> Result<(), Ending>
    where
        F: Future<Output = Result<Stream, Ending>>,
    {
        if let Some(stream) = self.stream.take() {
            self.stream = Some(with(stream).await?);
        }
        Ok(())
    }

    /// Waits until there is something to read, or an error to hear of; sweeps meanwhile.
    async fn read_once(&mut self, octets: &mut [u8]) -> io::Result<usize> {
        let watched = match &mut self.stream {
            Some(Stream::Plain(watched)) => watched,
            Some(Stream::Tls(stream)) => return stream.read(octets).await,
            None => return Ok(0),
        };
        while let Some(sweep) = &mut self.sweep {
            let ready = timeout(TICK, watched.readable()).await;
            // First who was sent what: an ICMP message, or the answer, is about the latest transmission.
            if !sweep.tick(watched.stream(), self.recorder) {
                self.sweep = None;
            }
            if let Ok(interest) = ready {
                return watched.read(interest?, octets);
            }
        }
        let interest = watched.readable().await?;
        watched.read(interest, octets)
    }

    /// Whether `error` came by ICMP and the connection goes on: a fact, not an end. Other clients do not even hear of it.
    fn survives(&self, error: &io::Error) -> bool {
        let errno = match error.raw_os_error() {
            Some(errno) if BY_ICMP.contains(&errno) => errno,
            _ => return false,
        };
        let Some(Stream::Plain(watched)) = &self.stream else {
            return false;
        };
        let socket = SockRef::from(watched.stream());
        let kernel = self.recorder.kernel();
        let lives = kernel
            .tcp_info(&socket)
            .is_some_and(|info| info.state != CLOSE);
        if lives {
            let about = About {
                ttl: self.sweep.as_ref().map(Sweep::current),
                errno: Some(errno),
                icmp: kernel.told_by_icmp(&socket),
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
