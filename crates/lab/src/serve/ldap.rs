//! LDAP up to TLS (RFC 4511 section 4.14).

use super::dialogue::{Next, agreed};
use super::peer::Peer;
use crate::stage::{Manner, Refusal};
use std::io;

const START_TLS: &[u8] = b"1.3.6.1.4.1.1466.20037";
const SUCCESS: u8 = 0;
const PROTOCOL_ERROR: u8 = 2;
const BUSY: u8 = 51;
const UNAVAILABLE: u8 = 52;

/// Answers one ExtendedRequest.
///
/// # Errors
///
/// When the connection ends or breaks before.
pub(super) async fn talk(peer: &mut Peer, manner: Manner) -> io::Result<Next> {
    // SEQUENCE and one octet of length; nobody asks for TLS in more.
    let header = peer.octets(2).await?;
    let length = match header.as_slice() {
        [0x30, length] if *length < 0x80 => usize::from(*length),
        // What is no LDAPMessage gets a notice of disconnection (section 4.4.1), as slapd sends it.
        _ => return Ok(Next::Refuse(Refusal::Close)),
    };
    let request = peer.octets(length).await?;
    let asks = request
        .windows(START_TLS.len())
        .any(|part| part == START_TLS);
    let refused = match manner {
        _ if !asks => Some((PROTOCOL_ERROR, "unknown request")),
        Manner::Unoffered => Some((PROTOCOL_ERROR, "unsupported extended operation")),
        Manner::Unavailable => Some((UNAVAILABLE, "Could not initialize TLS")),
        Manner::Away => Some((BUSY, "too many connections")),
        _ => None,
    };
    match refused {
        Some((code, message)) => {
            peer.say(&response(code, message)).await?;
            Ok(Next::Refuse(Refusal::Close))
        }
        None => {
            let notice = response(PROTOCOL_ERROR, "plaintext");
            agreed(peer, &response(SUCCESS, ""), &notice, manner).await
        }
    }
}

/// An ExtendedResponse to message 1.
fn response(code: u8, message: &str) -> Vec<u8> {
    let short = |octets: &[u8]| u8::try_from(octets.len()).unwrap_or(0x7f);
    let element = |tag: u8, content: &[u8]| [&[tag, short(content)], content].concat();
    let result = [
        element(0x0a, &[code]),
        element(0x04, b""),
        element(0x04, message.as_bytes()),
    ]
    .concat();
    element(
        0x30,
        &[element(0x02, &[1]), element(0x78, &result)].concat(),
    )
}
