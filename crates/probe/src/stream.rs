//! The octets of a connection, in the clear or within TLS to a proxy.

use crate::Recorder;
use socket2::SockRef;
use std::io::{self, Read as _};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, Interest, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

/// What octets are read from and written to.
#[derive(Debug)]
pub(crate) enum Stream {
    /// TCP as it is.
    Plain(Watched),
    /// TLS to a proxy.
    Tls(Box<Secure>),
}

/// TCP that the kernel is asked about, and once more before it closes, however that comes about.
#[derive(Debug)]
pub(crate) struct Watched {
    stream: Arc<TcpStream>,
    recorder: Recorder,
}

impl Watched {
    /// Has `recorder` ask about `stream` from now on.
    pub(crate) fn new(stream: Arc<TcpStream>, recorder: &Recorder) -> Self {
        recorder.watch(&stream);
        Self {
            stream,
            recorder: recorder.clone(),
        }
    }

    /// What is watched.
    pub(crate) fn stream(&self) -> &TcpStream {
        &self.stream
    }

    /// The stream for somebody else; the kernel is asked no more.
    pub(crate) fn unwatched(self) -> Option<TcpStream> {
        self.recorder.last_look();
        let stream = Arc::clone(&self.stream);
        drop(self);
        Arc::into_inner(stream)
    }

    /// As `AsyncWriteExt::write`, but may fail with `WouldBlock`.
    pub(crate) async fn write(&self, octets: &[u8]) -> io::Result<usize> {
        self.stream.writable().await?;
        self.stream.try_write(octets)
    }

    /// Waits for octets or for an error: one that came by ICMP does not make a stream readable. The two are waited for
    /// apart, because tokio's wait for a union with errors never sleeps.
    pub(crate) async fn readable(&self) -> io::Result<Interest> {
        tokio::select! {
            biased;
            ready = self.stream.ready(Interest::READABLE) => ready.map(|_| Interest::READABLE),
            ready = self.stream.ready(Interest::ERROR) => ready.map(|_| Interest::ERROR),
        }
    }

    /// Reads what [`readable`](Self::readable) said there is; may fail with `WouldBlock`.
    pub(crate) fn read(&self, interest: Interest, octets: &mut [u8]) -> io::Result<usize> {
        let stream = self.stream();
        stream.try_io(interest, || (&*SockRef::from(stream)).read(octets))
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.recorder.last_look();
    }
}

/// TLS to a proxy.
#[derive(Debug)]
pub(crate) struct Secure(pub(crate) TlsStream<Overheard>);

impl Secure {
    /// As `AsyncReadExt::read`.
    pub(crate) async fn read(&mut self, octets: &mut [u8]) -> io::Result<usize> {
        self.0.read(octets).await
    }

    /// As `AsyncWriteExt::write`, and nothing is held back.
    pub(crate) async fn send(&mut self, octets: &[u8]) -> io::Result<usize> {
        let count = self.0.write(octets).await?;
        self.0.flush().await?;
        Ok(count)
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
