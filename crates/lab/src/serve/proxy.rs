//! A forward proxy: HTTP CONNECT and SOCKS version 5, in order or not. Whatever it is asked for, it leads to one server.

use super::listen::{Tasks, serve};
use super::peer::Peer;
use crate::stage::{ProxyManner, Refuses};
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::sleep;

/// SOCKS: succeeded, bound to 0.0.0.0:0 (RFC 1928 section 6).
const SUCCEEDED: [u8; 10] = [5, 0, 0, 1, 0, 0, 0, 0, 0, 0];

/// A proxy.
pub(crate) struct ProxyServer;

impl ProxyServer {
    /// Serves on `socket`, with tunnels to `server`.
    ///
    /// # Errors
    ///
    /// When the system does not let it listen.
    pub(crate) fn start(
        tasks: &mut Tasks,
        socket: TcpSocket,
        manner: ProxyManner,
        server: SocketAddr,
    ) -> io::Result<()> {
        serve(tasks, socket, move |peer| converse(peer, manner, server))
    }
}

async fn converse(mut peer: Peer, manner: ProxyManner, server: SocketAddr) -> io::Result<()> {
    match manner {
        ProxyManner::Http => tunnel(peer, "HTTP/1.1 200 Connection established", server).await,
        ProxyManner::HttpHead(head) => tunnel(peer, head, server).await,
        ProxyManner::HttpLate(milliseconds) => {
            let Some((mut peer, _)) = request(peer).await? else {
                return Ok(());
            };
            sleep(Duration::from_millis(milliseconds)).await;
            peer.say(b"HTTP/1.0 200 OK\r\n\r\n").await?;
            peer.join(TcpStream::connect(server).await?).await
        }
        ProxyManner::DeadTunnel => {
            let Some((mut peer, _)) = request(peer).await? else {
                return Ok(());
            };
            peer.say(b"HTTP/1.1 200 Connection established\r\n\r\n")
                .await?;
            peer.finish().await
        }
        ProxyManner::Socks => {
            method(&mut peer, 0).await?;
            asked(&mut peer).await?;
            peer.say(&SUCCEEDED).await?;
            peer.join(TcpStream::connect(server).await?).await
        }
        ProxyManner::Refuses(how) => refuse(peer, how, server).await,
        ProxyManner::Says(octets) => {
            peer.say(octets).await?;
            peer.finish().await
        }
        ProxyManner::Hangs => {
            while peer.more().await? {}
            Ok(())
        }
        ProxyManner::Absent => Ok(()),
    }
}

async fn refuse(peer: Peer, how: Refuses, server: SocketAddr) -> io::Result<()> {
    const LOGIN: &str =
        "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"lab\"";
    match how {
        Refuses::Http(head) => {
            let Some((mut peer, _)) = request(peer).await? else {
                return Ok(());
            };
            peer.say(format!("{head}\r\nContent-Length: 3\r\n\r\nno\n").as_bytes())
                .await?;
            peer.finish().await
        }
        Refuses::HttpLogin(wanted) => {
            let Some((mut peer, heard)) = request(peer).await? else {
                return Ok(());
            };
            let given = heard
                .lines()
                .find_map(|line| line.strip_prefix("Proxy-Authorization: Basic "));
            if given == Some(wanted) {
                peer.say(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    .await?;
                return peer.join(TcpStream::connect(server).await?).await;
            }
            peer.say(format!("{LOGIN}\r\nContent-Length: 0\r\n\r\n").as_bytes())
                .await?;
            peer.finish().await
        }
        Refuses::Socks(reply) => {
            let mut peer = peer;
            method(&mut peer, 0).await?;
            asked(&mut peer).await?;
            let [version, _, rest @ ..] = SUCCEEDED;
            peer.say(&[&[version, reply], &rest[..]].concat()).await?;
            peer.finish().await
        }
        Refuses::SocksLogin(user, password) => {
            let mut peer = peer;
            let methods = greeting(&mut peer).await?;
            if !methods.contains(&2) {
                peer.say(&[5, 0xff]).await?;
                return peer.finish().await;
            }
            peer.say(&[5, 2]).await?;
            let fields = login(&mut peer).await?;
            let right = fields == [user.as_bytes(), password.as_bytes()];
            peer.say(&[1, u8::from(!right)]).await?;
            if !right {
                return peer.finish().await;
            }
            asked(&mut peer).await?;
            peer.say(&SUCCEEDED).await?;
            peer.join(TcpStream::connect(server).await?).await
        }
    }
}

async fn tunnel(peer: Peer, head: &str, server: SocketAddr) -> io::Result<()> {
    let Some((mut peer, _)) = request(peer).await? else {
        return Ok(());
    };
    peer.say(format!("{head}\r\n\r\n").as_bytes()).await?;
    peer.join(TcpStream::connect(server).await?).await
}

/// The head of a CONNECT request; whoever says anything else is answered with 400.
async fn request(mut peer: Peer) -> io::Result<Option<(Peer, String)>> {
    const METHOD: &[u8] = b"CONNECT ";
    while !peer.ahead().ends_with(b"\r\n\r\n") {
        if !peer.more().await? {
            return Ok(None);
        }
        let heard = peer.ahead().iter().zip(METHOD);
        if heard.clone().any(|(octet, wanted)| octet != wanted) {
            peer.say(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
                .await?;
            peer.finish().await?;
            return Ok(None);
        }
    }
    let head = String::from_utf8_lossy(&peer.take_all()).into_owned();
    Ok(Some((peer, head)))
}

/// The methods of a client's greeting (RFC 1928 section 3).
async fn greeting(peer: &mut Peer) -> io::Result<Vec<u8>> {
    match peer.octets(2).await?.as_slice() {
        [5, count] => peer.octets(usize::from(*count)).await,
        _ => {
            peer.say(&[5, 0xff]).await?;
            Err(io::ErrorKind::InvalidData.into())
        }
    }
}

async fn method(peer: &mut Peer, method: u8) -> io::Result<()> {
    greeting(peer).await?;
    peer.say(&[5, method]).await
}

/// User name and password (RFC 1929 section 2).
async fn login(peer: &mut Peer) -> io::Result<Vec<Vec<u8>>> {
    peer.octets(1).await?;
    let mut fields = Vec::new();
    for _ in 0..2 {
        let length = peer.octets(1).await?;
        let length = length.first().copied().map_or(0, usize::from);
        fields.push(peer.octets(length).await?);
    }
    Ok(fields)
}

/// A request, to its end (RFC 1928 section 4).
async fn asked(peer: &mut Peer) -> io::Result<()> {
    let head = peer.octets(4).await?;
    let length = match head.as_slice() {
        [5, 1, 0, 1] => 4,
        [5, 1, 0, 4] => 16,
        [5, 1, 0, 3] => peer
            .octets(1)
            .await?
            .first()
            .copied()
            .map_or(0, usize::from),
        _ => return Err(io::ErrorKind::InvalidData.into()),
    };
    peer.octets(length + 2).await.map(drop)
}
