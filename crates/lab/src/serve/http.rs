//! HTTP answers, and the servers that have issuers' certificates, or the time, to give.

use super::listen::{Tasks, serve};
use super::peer::Peer;
use jiff::{SignedDuration, Timestamp};
use std::io;
use std::sync::Arc;
use tokio::net::TcpSocket;

/// One answer of HTTP/1.1 that ends the connection.
pub(crate) fn response(status: &str, content_type: &str, body: &[u8]) -> Vec<u8> {
    response_at(Timestamp::now(), status, content_type, body)
}

/// The same, at what the server takes the time to be.
pub(crate) fn response_at(
    now: Timestamp,
    status: &str,
    content_type: &str,
    body: &[u8],
) -> Vec<u8> {
    let date = now.strftime("%a, %d %b %Y %H:%M:%S GMT");
    let head = format!(
        "HTTP/1.1 {status}\r\nServer: lab\r\nDate: {date}\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

/// Whether octets may be the beginning of an HTTP request: a method is of capital letters.
pub(crate) fn is_request(octets: &[u8]) -> bool {
    octets.first().is_none_or(u8::is_ascii_uppercase)
}

/// Starts a server that has nothing to give but the time, `ahead` of this machine's; from a cache, with its age.
///
/// # Errors
///
/// When the system does not let it listen.
pub(crate) fn tell_date(
    tasks: &mut Tasks,
    socket: TcpSocket,
    ahead: SignedDuration,
    cached: bool,
) -> io::Result<()> {
    let age = if cached {
        format!("\r\nAge: {}", ahead.as_secs().unsigned_abs())
    } else {
        String::new()
    };
    let content_type = format!("text/plain{age}");
    serve(tasks, socket, move |mut peer| {
        let content_type = content_type.clone();
        async move {
            while peer.line().await?.trim_end() != "" {}
            let answer = response_at(
                Timestamp::now() + ahead,
                "204 No Content",
                &content_type,
                b"",
            );
            peer.say(&answer).await?;
            peer.finish().await
        }
    })
}

/// A server of one file.
pub(crate) struct Files;

impl Files {
    /// Serves `body` at `path` on `socket`.
    ///
    /// # Errors
    ///
    /// When the system does not let it listen.
    pub(crate) fn start(
        tasks: &mut Tasks,
        socket: TcpSocket,
        path: &'static str,
        body: Vec<u8>,
    ) -> io::Result<()> {
        let body = Arc::new(body);
        serve(tasks, socket, move |peer| {
            give(peer, path, Arc::clone(&body))
        })
    }
}

async fn give(mut peer: Peer, path: &'static str, body: Arc<Vec<u8>>) -> io::Result<()> {
    let request = peer.line().await?;
    while peer.line().await?.trim_end() != "" {}
    let found = request.split(' ').nth(1) == Some(path);
    let answer = if found {
        response("200 OK", "application/pkix-cert", &body)
    } else {
        response("404 Not Found", "text/plain", b"not here\n")
    };
    peer.say(&answer).await?;
    peer.finish().await
}
