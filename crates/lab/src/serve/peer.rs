//! One connection, read with look-ahead and ended in the way wanted.

use std::io;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Octets read at once.
const CHUNK: usize = 4096;
/// The most that is held of what a client says.
const LONGEST: usize = 256 * 1024;
/// How long a client may take to notice that the server has ended.
const LINGER: Duration = Duration::from_secs(5);

/// One connection.
pub(crate) struct Peer {
    stream: TcpStream,
    /// Read and not used yet.
    ahead: Vec<u8>,
}

impl Peer {
    pub(crate) fn new(stream: TcpStream) -> Self {
        // Without it a flight of several writes waits for acknowledgements; failing to set it changes nothing else.
        let _ = stream.set_nodelay(true);
        Self {
            stream,
            ahead: Vec::new(),
        }
    }

    /// What was read and not used yet.
    pub(crate) fn ahead(&self) -> &[u8] {
        &self.ahead
    }

    /// Takes the first octets of what was read.
    pub(crate) fn take(&mut self, count: usize) -> Vec<u8> {
        let rest = self.ahead.split_off(count.min(self.ahead.len()));
        std::mem::replace(&mut self.ahead, rest)
    }

    /// Takes all that was read.
    pub(crate) fn take_all(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.ahead)
    }

    /// Reads more; false at the end of the stream.
    ///
    /// # Errors
    ///
    /// When the connection breaks, or the client says more than is ever needed.
    pub(crate) async fn more(&mut self) -> io::Result<bool> {
        if self.ahead.len() > LONGEST {
            return Err(io::ErrorKind::OutOfMemory.into());
        }
        let mut chunk = [0; CHUNK];
        let count = self.stream.read(&mut chunk).await?;
        self.ahead.extend_from_slice(&chunk[..count]);
        Ok(count > 0)
    }

    /// Reads until `count` octets are there, and takes them.
    ///
    /// # Errors
    ///
    /// When the connection ends or breaks before.
    pub(crate) async fn octets(&mut self, count: usize) -> io::Result<Vec<u8>> {
        while self.ahead.len() < count {
            if !self.more().await? {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(self.take(count))
    }

    /// Takes one line, its end included.
    ///
    /// # Errors
    ///
    /// When the connection ends or breaks before.
    pub(crate) async fn line(&mut self) -> io::Result<String> {
        loop {
            if let Some(end) = self.ahead.iter().position(|octet| *octet == b'\n') {
                return Ok(String::from_utf8_lossy(&self.take(end + 1)).into_owned());
            }
            if !self.more().await? {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }

    /// Says something.
    ///
    /// # Errors
    ///
    /// When the connection breaks.
    pub(crate) async fn say(&mut self, octets: &[u8]) -> io::Result<()> {
        self.stream.write_all(octets).await
    }

    /// Ends it in order, and waits for the client to end too: a socket closed with unread octets would send a reset.
    ///
    /// # Errors
    ///
    /// When the connection breaks before the client has ended.
    pub(crate) async fn finish(mut self) -> io::Result<()> {
        self.stream.shutdown().await?;
        let drained = async {
            let mut chunk = [0; CHUNK];
            while self.stream.read(&mut chunk).await? > 0 {}
            io::Result::Ok(())
        };
        timeout(LINGER, drained).await.unwrap_or(Ok(()))
    }

    /// Hands everything on to `other`, both ways, until both ends are done.
    ///
    /// # Errors
    ///
    /// When either connection breaks.
    pub(crate) async fn join(mut self, mut other: TcpStream) -> io::Result<()> {
        other.set_nodelay(true)?;
        other.write_all(&self.ahead).await?;
        tokio::io::copy_bidirectional(&mut self.stream, &mut other)
            .await
            .map(drop)
    }

    /// Ends it with a reset.
    ///
    /// # Errors
    ///
    /// When the socket does not take the option.
    pub(crate) fn reset(self) -> io::Result<()> {
        self.stream.set_zero_linger()
    }
}
