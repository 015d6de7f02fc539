//! Servers that take their time.

use super::heard::{Parsed, parse};
use super::peer::Peer;
use crate::stage::Pace;
use rustls::{HandshakeKind, ServerConnection};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::time::sleep;

/// Octets of payload that one segment carries at most over Ethernet, with TCP's timestamps.
const SEGMENT: usize = 1448;

/// How a server goes about connections, and what it remembers for that. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Pacer {
    pace: Pace,
    was_asked: Arc<AtomicBool>,
}

impl Pacer {
    /// Of a server that nobody has asked yet.
    pub(crate) fn new(pace: Pace) -> Self {
        Self {
            pace,
            was_asked: Arc::default(),
        }
    }

    /// Reads what it reads before it looks for a hello; returns never where that is none for it.
    ///
    /// # Errors
    ///
    /// When the connection breaks.
    pub(crate) async fn listen(&self, peer: &mut Peer) -> io::Result<()> {
        if self.pace != Pace::ReadsOnce || !peer.more().await? {
            return Ok(());
        }
        // What came with one segment, however quickly the next one followed.
        let beyond = peer.ahead().len() > SEGMENT;
        if beyond || matches!(parse(peer.ahead()), Parsed::Short) {
            return std::future::pending().await;
        }
        Ok(())
    }

    /// Returns when it has thought about a hello.
    pub(crate) async fn ponder(&self) {
        match self.pace {
            Pace::Prompt | Pace::SlowKey(_) | Pace::ReadsOnce => {}
            Pace::Late(lasts) => sleep(lasts).await,
            Pace::FirstLate(lasts) => {
                if !self.was_asked.swap(true, Ordering::Relaxed) {
                    sleep(lasts).await;
                }
            }
        }
    }

    /// Returns when the flight that `tls` has made is signed.
    pub(super) async fn sign(&self, tls: &ServerConnection) {
        if let Pace::SlowKey(lasts) = self.pace
            && signs(tls)
        {
            sleep(lasts).await;
        }
    }
}

fn signs(tls: &ServerConnection) -> bool {
    matches!(
        tls.handshake_kind(),
        Some(HandshakeKind::Full | HandshakeKind::FullWithHelloRetryRequest)
    )
}

#[cfg(test)]
mod tests {
    use super::{Pace, Pacer};
    use std::time::Duration;

    #[tokio::test(start_paused = true)]
    async fn only_the_first_hello_is_late() {
        let pacer = Pacer::new(Pace::FirstLate(Duration::from_secs(2)));
        let began = tokio::time::Instant::now();
        pacer.ponder().await;
        assert_eq!(began.elapsed(), Duration::from_secs(2));
        pacer.clone().ponder().await;
        assert_eq!(began.elapsed(), Duration::from_secs(2));
    }
}
