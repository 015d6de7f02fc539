//! Lines and octets of a plaintext conversation.

use crate::connect::Connection;
use crate::ending::{Ending, quoted};
use crate::garbage;
use report::PhaseOutcome;

/// Octets of one plaintext conversation before it is given up on.
const MAX_DIALOGUE: usize = 64 * 1024;

/// Octets of one line.
const MAX_LINE: usize = 4096;

/// A plaintext conversation on a connection.
pub(crate) struct Dialogue<'c, 'r> {
    connection: &'c mut Connection<'r>,
    buffered: Vec<u8>,
    heard: usize,
}

impl<'c, 'r> Dialogue<'c, 'r> {
    /// A conversation that begins here.
    pub(crate) fn new(connection: &'c mut Connection<'r>) -> Self {
        Self {
            connection,
            buffered: Vec::new(),
            heard: 0,
        }
    }

    /// Our own and the other end of the connection.
    pub(crate) fn connection(&self) -> &Connection<'r> {
        self.connection
    }

    /// Says `words`.
    pub(crate) async fn say(&mut self, words: impl AsRef<[u8]>) {
        self.connection.write(words.as_ref()).await;
    }

    /// The next line without its end. A line that the peer's close cuts off is none.
    pub(crate) async fn line(&mut self) -> Result<String, Ending> {
        let line = self
            .until(
                |heard| {
                    heard
                        .iter()
                        .position(|octet| *octet == b'\n')
                        .map(|at| at + 1)
                },
                MAX_LINE,
            )
            .await?;
        Ok(String::from_utf8_lossy(line.trim_ascii_end()).into_owned())
    }

    /// The next `count` octets.
    pub(crate) async fn octets(&mut self, count: usize) -> Result<Vec<u8>, Ending> {
        self.until(
            |heard| (heard.len() >= count).then_some(count),
            MAX_DIALOGUE,
        )
        .await
    }

    /// Octets up to where `end` says, which is asked again whenever more have come; at most `limit`.
    pub(crate) async fn until(
        &mut self,
        end: impl Fn(&[u8]) -> Option<usize>,
        limit: usize,
    ) -> Result<Vec<u8>, Ending> {
        loop {
            if let Some(end) = end(&self.buffered) {
                let rest = self.buffered.split_off(end.min(self.buffered.len()));
                return Ok(std::mem::replace(&mut self.buffered, rest));
            }
            if self.buffered.len() > limit || self.heard > MAX_DIALOGUE {
                return Err(self.garbage());
            }
            match self.connection.read().await? {
                Some(octets) => {
                    self.heard = self.heard.saturating_add(octets.len());
                    self.buffered.extend_from_slice(&octets);
                }
                None if self.buffered.is_empty() => {
                    return Err(Ending::plain(PhaseOutcome::Closed));
                }
                None => return Err(Ending::new(PhaseOutcome::Closed, quoted(&self.buffered))),
            }
        }
    }

    /// What was heard and not taken.
    pub(crate) fn left_over(&self) -> &[u8] {
        &self.buffered
    }

    fn garbage(&self) -> Ending {
        Ending::new(PhaseOutcome::Garbage, garbage::described(&self.buffered))
    }
}

/// A server's words that say no.
pub(crate) fn refused(words: &str) -> Ending {
    Ending::new(PhaseOutcome::Refused, quoted(words.as_bytes()))
}

/// A server's words that are not of this protocol.
pub(crate) fn foreign(words: &[u8]) -> Ending {
    Ending::new(PhaseOutcome::Garbage, garbage::described(words))
}
