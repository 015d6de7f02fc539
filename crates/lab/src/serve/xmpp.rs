//! XMPP up to TLS (RFC 6120 sections 4 and 5).

use super::dialogue::{Next, agreed};
use super::peer::Peer;
use crate::stage::{Manner, Refusal};
use std::io;

const STARTTLS: &str = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>";
const PROCEED: &[u8] = b"<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
const FAILURE: &[u8] = b"<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:stream>";
const MESSAGE: &[u8] = b"<message><body>plaintext</body></message>";

/// Talks on a stream of clients or servers until TLS comes next, or it is clear that it never will.
///
/// # Errors
///
/// When the connection ends or breaks before.
pub(super) async fn talk(peer: &mut Peer, side: &str, manner: Manner) -> io::Result<Next> {
    let head = element(peer, "<stream:stream").await?;
    let stream = format!(
        "<?xml version='1.0'?><stream:stream xmlns='jabber:{side}' xmlns:stream='http://etherx.jabber.org/streams' \
         id='1' from='chat.shop.test' version='1.0'>"
    );
    peer.say(stream.as_bytes()).await?;
    // A client on a server's port, or a server on a client's, is in the wrong namespace.
    let wrong = !head.contains(&format!("jabber:{side}"));
    if wrong || manner == Manner::Away {
        let condition = if wrong {
            "invalid-namespace"
        } else {
            "resource-constraint"
        };
        let error = format!(
            "<stream:error><{condition} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>"
        );
        peer.say(error.as_bytes()).await?;
        return Ok(Next::Refuse(Refusal::Close));
    }
    let offer = if manner == Manner::Unoffered {
        ""
    } else {
        STARTTLS
    };
    let features = format!(
        "<stream:features>{offer}<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/></stream:features>"
    );
    peer.say(features.as_bytes()).await?;
    element(peer, "<starttls").await?;
    if matches!(manner, Manner::Unavailable | Manner::Unoffered) {
        peer.say(FAILURE).await?;
        return Ok(Next::Refuse(Refusal::Close));
    }
    agreed(peer, PROCEED, MESSAGE, manner).await
}

/// Takes what comes up to the end of the tag that begins with `name`.
async fn element(peer: &mut Peer, name: &str) -> io::Result<String> {
    loop {
        let text = String::from_utf8_lossy(peer.ahead()).into_owned();
        let begin = text.find(name);
        if let Some(end) = begin.and_then(|at| text.get(at..)?.find('>').map(|end| at + end + 1)) {
            peer.take(end);
            return Ok(text.get(..end).unwrap_or_default().to_owned());
        }
        if !peer.more().await? {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
}
