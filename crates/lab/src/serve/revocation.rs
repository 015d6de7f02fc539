//! An HTTP server that answers for a CA: its OCSP responder and its revocation list.

use super::http::response;
use super::listen::{Tasks, serve};
use super::peer::Peer;
use std::io;
use std::sync::Arc;
use tokio::net::TcpSocket;

/// Where the responder is; a question follows.
pub(crate) const OCSP_PATH: &str = "/ocsp";
/// Where the list is.
pub(crate) const LIST_PATH: &str = "/list.crl";

/// What the server has to give.
#[derive(Clone, Debug, Default)]
pub(crate) struct RevocationService {
    /// The answer to every question; `None` never answers.
    pub(crate) answer: Option<Vec<u8>>,
    /// The list; `None` is not found.
    pub(crate) list: Option<Vec<u8>>,
}

impl RevocationService {
    /// Serves on `socket`.
    ///
    /// # Errors
    ///
    /// When the system does not let it listen.
    pub(crate) fn start(self, tasks: &mut Tasks, socket: TcpSocket) -> io::Result<()> {
        let service = Arc::new(self);
        serve(tasks, socket, move |peer| give(peer, Arc::clone(&service)))
    }
}

async fn give(mut peer: Peer, service: Arc<RevocationService>) -> io::Result<()> {
    let request = peer.line().await?;
    while peer.line().await?.trim_end() != "" {}
    let path = request.split(' ').nth(1).unwrap_or_default();
    let is_question = path
        .strip_prefix(OCSP_PATH)
        .is_some_and(|question| question.starts_with('/'));
    let answer = match (is_question, &service.answer, &service.list) {
        (true, Some(answer), _) => response("200 OK", "application/ocsp-response", answer),
        // The listener ends it after its own patience.
        (true, None, _) => std::future::pending().await,
        (false, _, Some(list)) if path == LIST_PATH => {
            response("200 OK", "application/pkix-crl", list)
        }
        _ => response("404 Not Found", "text/plain", b"not here\n"),
    };
    peer.say(&answer).await?;
    peer.finish().await
}
