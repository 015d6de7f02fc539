//! One TCP connection whose every octet is recorded.

use crate::Recorder;
use crate::ending::Ending;
use report::{Direction, PhaseName, PhaseOutcome};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
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
    stream: TcpStream,
    recorder: &'r Recorder,
    /// The other end.
    pub(crate) peer: SocketAddr,
    /// Our end.
    pub(crate) local: SocketAddr,
    round_trip: Duration,
    received: usize,
    write_failed: Option<Ending>,
}

impl<'r> Connection<'r> {
    /// Connects, as the phase [`PhaseName::Connect`].
    pub(crate) async fn open(peer: SocketAddr, recorder: &'r Recorder) -> Result<Self, Ending> {
        recorder.begin(PhaseName::Connect, Some(peer));
        let before = Instant::now();
        let stream = TcpStream::connect(peer).await?;
        let round_trip = before.elapsed();
        stream.set_nodelay(true)?;
        let local = stream.local_addr()?;
        recorder.local(local);
        Ok(Self {
            stream,
            recorder,
            peer,
            local,
            round_trip,
            received: 0,
            write_failed: None,
        })
    }

    /// Sends all of `octets`. That the peer no longer takes them is not an end yet, because what it said before it
    /// went away can still be read: [`read`](Self::read) tells when there is nothing left.
    pub(crate) async fn write(&mut self, octets: &[u8]) {
        let mut rest = octets;
        while !rest.is_empty() && self.write_failed.is_none() {
            match self.stream.write(rest).await {
                Ok(count) => {
                    let (sent, left) = rest.split_at(count.min(rest.len()));
                    self.recorder.traffic(Direction::Sent, sent);
                    rest = left;
                }
                Err(error) => self.write_failed = Some(error.into()),
            }
        }
    }

    /// The next octets, or `None` when the peer has closed the connection. Cancelling loses nothing.
    pub(crate) async fn read(&mut self) -> Result<Option<Vec<u8>>, Ending> {
        if self.received >= MAX_FLIGHT {
            return Err(Ending::new(PhaseOutcome::Garbage, "flight over 2 MiB"));
        }
        let mut octets = Vec::with_capacity(READ);
        let count = self.stream.read_buf(&mut octets).await?;
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

    /// How long silence must last to mean that nothing more comes: two round trips, and never less than 300 ms.
    pub(crate) fn patience(&self) -> Duration {
        self.round_trip.saturating_mul(2).max(PATIENCE)
    }

    /// Where this connection is recorded.
    pub(crate) fn recorder(&self) -> &'r Recorder {
        self.recorder
    }
}
