//! One TCP connection whose every octet is recorded.

use crate::Recorder;
use crate::ending::Ending;
use crate::proxy::Proxies;
use crate::stream::Stream;
use report::{Direction, PhaseName, PhaseOutcome, Via};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;

/// Octets read from one peer before it is given up on.
pub const MAX_FLIGHT: usize = 2 * 1024 * 1024;

/// How long silence must last at least to mean that nothing more comes.
const PATIENCE: Duration = Duration::from_millis(300);

/// Octets asked for by one read.
const READ: usize = 16 * 1024;

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
    round_trip: Duration,
    received: usize,
    write_failed: Option<Ending>,
}

impl<'r> Connection<'r> {
    /// Connects, as the phase [`PhaseName::Connect`]; through a proxy to that, and on to `peer` as the phase
    /// [`PhaseName::Proxy`].
    pub(crate) async fn open(
        peer: SocketAddr,
        via: Option<&Via>,
        proxies: &Proxies,
        recorder: &'r Recorder,
    ) -> Result<Self, Ending> {
        let next = via.map_or(peer, |via| via.proxy);
        recorder.begin(PhaseName::Connect, Some(next));
        let before = Instant::now();
        let stream = TcpStream::connect(next).await?;
        let round_trip = before.elapsed();
        stream.set_nodelay(true)?;
        let local = stream.local_addr()?;
        recorder.local(local);
        let mut connection = Self {
            stream: Some(Stream::Plain(stream)),
            ahead: Vec::new(),
            recorder,
            peer,
            local,
            round_trip,
            received: 0,
            write_failed: None,
        };
        if let Some(via) = via {
            proxies.dialogue(&mut connection, via).await?;
            // An answer through the tunnel is as far away as the tunnel's own.
            connection.round_trip = before.elapsed();
        }
        Ok(connection)
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
        match &mut self.stream {
            Some(stream) => Ok(stream.write(octets).await?),
            None => Err(Ending::plain(PhaseOutcome::Closed)),
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
        let mut octets = Vec::with_capacity(READ);
        let count = match &mut self.stream {
            Some(stream) => stream.read_buf(&mut octets).await?,
            None => 0,
        };
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

    /// How long silence must last to mean that nothing more comes: two round trips, and never less than 300 ms.
    pub(crate) fn patience(&self) -> Duration {
        self.round_trip.saturating_mul(2).max(PATIENCE)
    }

    /// Where this connection is recorded.
    pub(crate) fn recorder(&self) -> &'r Recorder {
        self.recorder
    }
}
