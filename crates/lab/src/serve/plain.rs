//! HTTP without TLS, and SSH.

use super::http::{is_request, response};
use super::listen::{Tasks, serve};
use super::peer::Peer;
use crate::stage::Plain;
use std::io;
use tokio::net::TcpSocket;

/// A server that never speaks TLS.
pub(crate) struct PlainServer;

impl PlainServer {
    /// Serves on `socket`.
    ///
    /// # Errors
    ///
    /// When the system does not let it listen.
    pub(crate) fn start(tasks: &mut Tasks, socket: TcpSocket, plain: Plain) -> io::Result<()> {
        serve(tasks, socket, move |peer| converse(peer, plain))
    }
}

async fn converse(mut peer: Peer, plain: Plain) -> io::Result<()> {
    const BAD: &str = "<html>\r\n<head><title>400 Bad Request</title></head>\r\n<body>\r\n<center><h1>400 Bad \
                       Request</h1></center>\r\n</body>\r\n</html>\r\n";
    if plain == Plain::Ssh {
        return greet(peer).await;
    }
    while !peer.ahead().ends_with(b"\r\n\r\n") {
        if !peer.more().await? {
            break;
        }
        if !is_request(peer.ahead()) {
            match plain {
                Plain::Http => {
                    let answer = response("400 Bad Request", "text/html", BAD.as_bytes());
                    peer.say(&answer).await?;
                }
                Plain::HttpPage => {
                    peer.say(format!("<!DOCTYPE HTML>\n{BAD}").as_bytes())
                        .await?
                }
                Plain::HttpSilent | Plain::Ssh => {}
            }
            return peer.finish().await;
        }
    }
    peer.say(&response("200 OK", "text/plain", b"plain\n"))
        .await?;
    peer.finish().await
}

/// RFC 4253 section 4.2, as far as a client that is not of SSH comes.
async fn greet(mut peer: Peer) -> io::Result<()> {
    peer.say(b"SSH-2.0-lab\r\n").await?;
    if peer.more().await? && !peer.ahead().starts_with(b"SSH-") {
        peer.say(b"Invalid SSH identification string.\r\n").await?;
    }
    peer.finish().await
}
