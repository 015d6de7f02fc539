//! The octets of a connection, in the clear or within TLS to a proxy.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

/// What octets are read from and written to.
#[derive(Debug)]
pub(crate) enum Stream {
    /// TCP as it is.
    Plain(TcpStream),
    /// TLS to a proxy.
    Tls(Box<TlsStream<Overheard>>),
}

impl Stream {
    /// As `AsyncReadExt::read_buf`.
    pub(crate) async fn read_buf(&mut self, octets: &mut Vec<u8>) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read_buf(octets).await,
            Self::Tls(stream) => stream.read_buf(octets).await,
        }
    }

    /// As `AsyncWriteExt::write`, and nothing is held back.
    pub(crate) async fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.write(octets).await,
            Self::Tls(stream) => {
                let count = stream.write(octets).await?;
                stream.flush().await?;
                Ok(count)
            }
        }
    }
}

/// A connection whose first octets received are kept: they say what answers where TLS is expected and not spoken.
#[derive(Debug)]
pub(crate) struct Overheard {
    stream: TcpStream,
    heard: Vec<u8>,
}

/// Octets kept.
const HEARD: usize = 256;

impl Overheard {
    /// Hears what `stream` receives from here on.
    pub(crate) fn new(stream: TcpStream) -> Self {
        Self {
            stream,
            heard: Vec::new(),
        }
    }

    /// The first octets received.
    pub(crate) fn heard(&self) -> &[u8] {
        &self.heard
    }
}

impl AsyncRead for Overheard {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(context, buffer);
        let room = HEARD.saturating_sub(self.heard.len());
        let came = buffer.filled().iter().skip(before).take(room);
        self.heard.extend(came);
        polled
    }
}

impl AsyncWrite for Overheard {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, octets)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
