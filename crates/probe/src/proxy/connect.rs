//! HTTP CONNECT (RFC 9110 section 9.3.6).

use super::{MAX_ANSWER, ProxyLogin};
use crate::connect::Connection;
use crate::ending::{Ending, quoted};
use crate::garbage;
use crate::plaintext;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use report::{Direction, PhaseOutcome, Via};

/// What stands in a report where the user name and password stood.
const HIDDEN: &str = "[secret]";

/// Asks for a tunnel and reads the head of the answer; what follows it belongs to the tunnel, whatever the head says of a
/// content (RFC 9110 section 9.3.6).
pub(super) async fn tunnel(
    connection: &mut Connection<'_>,
    via: &Via,
    login: Option<&ProxyLogin>,
) -> Result<(), Ending> {
    let credentials = login.map(|login| {
        STANDARD.encode(format!(
            "{}:{}",
            login.user.reveal(),
            login.password.reveal()
        ))
    });
    let request = |credentials: Option<&str>| {
        let authority = &via.authority;
        let authorization = credentials
            .map(|credentials| format!("Proxy-Authorization: Basic {credentials}\r\n"))
            .unwrap_or_default();
        format!(
            "CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n{authorization}User-Agent: tlsmedic\r\n\
             Proxy-Connection: Keep-Alive\r\n\r\n"
        )
    };
    let shown = request(credentials.as_ref().map(|_| HIDDEN));
    let said = request(credentials.as_deref());
    connection.write_as(said.as_bytes(), shown.as_bytes()).await;
    let mut answer = Answer::new(credentials);
    loop {
        let head = answer.head(connection).await?;
        let line = garbage::described(&head);
        match plaintext::status(&head) {
            // RFC 9110 section 15.2: any number of these may come first.
            Some(100..=199) => {}
            Some(200..=299) => {
                connection.recorder().remark(line);
                connection.unread(answer.rest());
                return Ok(());
            }
            Some(_) => {
                answer.take_rest(connection);
                return Err(Ending::new(PhaseOutcome::Refused, line));
            }
            None => return Err(Ending::new(PhaseOutcome::Garbage, line)),
        }
    }
}

/// What the proxy says, up to the tunnel.
struct Answer {
    heard: Vec<u8>,
    taken: usize,
    credentials: Option<String>,
}

impl Answer {
    fn new(credentials: Option<String>) -> Self {
        Self {
            heard: Vec::new(),
            taken: 0,
            credentials,
        }
    }

    /// The next head, with the empty line that ends it.
    async fn head(&mut self, connection: &mut Connection<'_>) -> Result<Vec<u8>, Ending> {
        loop {
            if let Some(end) = head_end(&self.heard) {
                let rest = self.heard.split_off(end);
                let head = std::mem::replace(&mut self.heard, rest);
                self.record(connection, &head);
                return Ok(head);
            }
            if !begins_http(&self.heard) {
                let heard = std::mem::take(&mut self.heard);
                self.record(connection, &heard);
                return Err(Ending::new(
                    PhaseOutcome::Garbage,
                    garbage::described(&heard),
                ));
            }
            if self.taken.saturating_add(self.heard.len()) > MAX_ANSWER {
                let line = garbage::described(&self.heard);
                self.take_rest(connection);
                let detail = format!("head over 64 KiB: {line}");
                return Err(Ending::new(
                    PhaseOutcome::Garbage,
                    quoted(detail.as_bytes()),
                ));
            }
            match connection.read_unrecorded().await {
                Ok(Some(octets)) => self.heard.extend_from_slice(&octets),
                Ok(None) => {
                    let heard = std::mem::take(&mut self.heard);
                    self.record(connection, &heard);
                    return Err(match heard.as_slice() {
                        [] => Ending::plain(PhaseOutcome::Closed),
                        heard => Ending::new(PhaseOutcome::Closed, garbage::described(heard)),
                    });
                }
                Err(ending) => {
                    self.take_rest(connection);
                    return Err(ending);
                }
            }
        }
    }

    /// What came after the last head, not recorded yet.
    fn rest(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.heard)
    }

    /// Records what came after the last head as the proxy's.
    fn take_rest(&mut self, connection: &Connection<'_>) {
        let rest = self.rest();
        self.record(connection, &rest);
    }

    /// A proxy that shows the request again shows the credentials with it.
    fn record(&mut self, connection: &Connection<'_>, octets: &[u8]) {
        self.taken = self.taken.saturating_add(octets.len());
        let hidden = hide(octets, self.credentials.as_deref());
        connection.recorder().traffic(Direction::Received, &hidden);
    }
}

/// `octets` with every occurrence of `secret` replaced.
fn hide(octets: &[u8], secret: Option<&str>) -> Vec<u8> {
    let Some(secret) = secret
        .map(str::as_bytes)
        .filter(|secret| !secret.is_empty())
    else {
        return octets.to_vec();
    };
    let mut shown = Vec::with_capacity(octets.len());
    let mut rest = octets;
    while let Some((first, others)) = rest.split_first() {
        match rest.strip_prefix(secret) {
            Some(after) => {
                shown.extend_from_slice(HIDDEN.as_bytes());
                rest = after;
            }
            None => {
                shown.push(*first);
                rest = others;
            }
        }
    }
    shown
}

/// Where a head ends: after its empty line. A bare LF ends a line too (RFC 9112 section 2.2).
fn head_end(heard: &[u8]) -> Option<usize> {
    let mut at = 0_usize;
    for line in heard.split_inclusive(|octet| *octet == b'\n') {
        at = at.saturating_add(line.len());
        if line == b"\n" || line == b"\r\n" {
            return Some(at);
        }
    }
    None
}

/// Whether octets begin an answer of HTTP/1, as far as they go.
fn begins_http(heard: &[u8]) -> bool {
    const BEGIN: &[u8] = b"HTTP/1.";
    heard
        .iter()
        .zip(BEGIN)
        .all(|(octet, wanted)| octet == wanted)
}

#[cfg(test)]
mod tests {
    use super::{begins_http, head_end, hide};

    #[test]
    fn a_head_ends_after_its_empty_line() {
        assert_eq!(head_end(b"HTTP/1.1 200 OK\r\n\r\n\x16\x03"), Some(19));
        assert_eq!(head_end(b"HTTP/1.0 200 OK\n\nx"), Some(17));
        assert_eq!(head_end(b"HTTP/1.1 200 OK\r\nVia: x\r\n"), None);
        assert_eq!(head_end(b""), None);
    }

    #[test]
    fn anything_else_is_known_by_its_first_octet() {
        assert!(begins_http(b"") && begins_http(b"HTT") && begins_http(b"HTTP/1.1 2"));
        assert!(!begins_http(b"\x05\x00") && !begins_http(b"HTTP/2 200") && !begins_http(b"SSH-"));
    }

    #[test]
    fn an_echo_of_the_credentials_is_hidden() {
        assert_eq!(
            hide(b"Basic dTpw and dTpw", Some("dTpw")),
            b"Basic [secret] and [secret]"
        );
        assert_eq!(hide(b"as it is", None), b"as it is");
    }
}
