//! A server that speaks TLS: the opening, the gate, then rustls or the script.

use super::capacity::Limits;
use super::dialogue::{self, Next};
use super::flight::{Reply, Scripted};
use super::gate::{self, Turn, fatal};
use super::heard::Heard;
use super::library::{self, Configured};
use super::listen::{BACKLOG, Tasks, serve, serve_with};
use super::pace::Pacer;
use super::peer::Peer;
use crate::stage::{Opening, Rule};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::net::TcpSocket;

/// A server of TLS.
#[derive(Clone)]
pub(crate) struct TlsServer {
    /// What comes before TLS.
    pub(crate) opening: Opening,
    /// Which ClientHellos are refused.
    pub(crate) rules: &'static [Rule],
    /// What answers the others.
    pub(crate) engine: Engine,
    /// How many connections it stands.
    pub(crate) limits: Limits,
    /// How soon it answers.
    pub(crate) pacer: Pacer,
}

/// What makes the handshake.
#[derive(Clone)]
pub(crate) enum Engine {
    /// rustls.
    Library(Configured),
    /// Our own octets.
    Script(Arc<Scripted>),
}

const DECODE_ERROR: u8 = 50;

impl TlsServer {
    /// Serves on `socket`.
    ///
    /// # Errors
    ///
    /// When the system does not let it listen.
    pub(crate) fn start(self, tasks: &mut Tasks, socket: TcpSocket) -> io::Result<()> {
        let (backlog, pause) = self
            .limits
            .slow_accept()
            .unwrap_or((BACKLOG, Duration::ZERO));
        serve_with(tasks, socket, backlog, pause, move |peer| {
            self.clone().converse(peer)
        })
    }

    /// Serves on `socket`, each connection by the next of `servers`: what a load balancer that passes TCP on does.
    ///
    /// # Errors
    ///
    /// When the system does not let it listen.
    pub(crate) fn start_in_turn(
        servers: Vec<Self>,
        tasks: &mut Tasks,
        socket: TcpSocket,
    ) -> io::Result<()> {
        let count = AtomicUsize::new(0);
        serve(tasks, socket, move |peer| {
            let turn = count.fetch_add(1, Ordering::Relaxed) % servers.len().max(1);
            let server = servers.get(turn).cloned();
            async move {
                match server {
                    Some(server) => server.converse(peer).await,
                    None => Ok(()),
                }
            }
        })
    }

    async fn converse(self, mut peer: Peer) -> io::Result<()> {
        let _place = match self.limits.enter().await {
            Ok(place) => place,
            Err(refusal) => return gate::refuse(peer, refusal).await,
        };
        match dialogue::open(&mut peer, self.opening).await? {
            Next::Tls => {}
            Next::Refuse(refusal) => return gate::refuse(peer, refusal).await,
        }
        self.pacer.listen(&mut peer).await?;
        let Some(heard) = Heard::read(&mut peer).await? else {
            // What is no ClientHello is refused as OpenSSL and rustls do; after the client's end there is nobody to refuse.
            if !peer.ahead().is_empty() {
                peer.say(&fatal(DECODE_ERROR)).await?;
            }
            return peer.finish().await;
        };
        self.pacer.ponder().await;
        if let Some(refusal) = gate::refusal(self.rules, &heard, Turn::First) {
            return gate::refuse(peer, refusal).await;
        }
        self.limits.work(&heard).await;
        match self.engine {
            Engine::Library(configured) => {
                library::serve(peer, heard, &configured, self.rules, &self.pacer).await
            }
            Engine::Script(scripted) => play(peer, heard, &scripted, self.rules).await,
        }
    }
}

async fn play(mut peer: Peer, first: Heard, scripted: &Scripted, rules: &[Rule]) -> io::Result<()> {
    let mut heard = first;
    let mut before = None;
    loop {
        let reply = scripted
            .answer(&heard, before.as_ref())
            .map_err(io::Error::other)?;
        match reply {
            Reply::Alert(octets) => {
                peer.say(&octets).await?;
                return peer.finish().await;
            }
            Reply::Flight { octets, refuse } => {
                peer.say(&octets).await?;
                if peer.more().await? {
                    peer.say(&fatal(refuse)).await?;
                }
                return peer.finish().await;
            }
            Reply::Retry { octets, retried } => {
                peer.say(&octets).await?;
                before = Some(retried);
                let Some(second) = Heard::read(&mut peer).await? else {
                    return peer.finish().await;
                };
                if let Some(refusal) = gate::refusal(rules, &second, Turn::Second) {
                    return gate::refuse(peer, refusal).await;
                }
                heard = second;
            }
        }
    }
}
