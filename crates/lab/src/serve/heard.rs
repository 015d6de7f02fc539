//! A ClientHello as it arrives.

use super::peer::Peer;
use report::{ContentType, HandshakeType, ProtocolVersion};
use std::io;
use wire::handshake::{ClientHelloMessage, Context, HandshakeMessage};
use wire::record::Record;

/// A ClientHello with the octets it came in.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    /// As it came, record headers included.
    pub(crate) octets: Vec<u8>,
    /// The handshake message with its header.
    pub(crate) message: Vec<u8>,
    /// What it says.
    pub(crate) hello: ClientHelloMessage,
}

impl Heard {
    /// The one that `octets` begin with, if it is whole.
    #[cfg(test)]
    pub(crate) fn of(octets: &[u8]) -> Option<Self> {
        match parse(octets) {
            Parsed::Whole(heard) => Some(heard),
            Parsed::Short | Parsed::Foreign => None,
        }
    }

    /// Reads one; `None` when the client says something else, or ends.
    ///
    /// # Errors
    ///
    /// When the connection breaks.
    pub(crate) async fn read(peer: &mut Peer) -> io::Result<Option<Self>> {
        loop {
            match parse(peer.ahead()) {
                Parsed::Whole(heard) => {
                    peer.take(heard.octets.len());
                    return Ok(Some(heard));
                }
                Parsed::Foreign => return Ok(None),
                Parsed::Short => {
                    if !peer.more().await? {
                        return Ok(None);
                    }
                }
            }
        }
    }
}

/// What octets begin with.
pub(crate) enum Parsed {
    /// A ClientHello.
    Whole(Heard),
    /// The beginning of one.
    Short,
    /// Something else.
    Foreign,
}

/// Reads the ClientHello that `octets` begin with.
pub(crate) fn parse(octets: &[u8]) -> Parsed {
    let mut used = 0;
    let mut message: Vec<u8> = Vec::new();
    loop {
        let rest = &octets[used..];
        match rest {
            [] | [20 | 22] | [20 | 22, 3, ..] => {}
            _ => return Parsed::Foreign,
        }
        let Some((record, length)) = Record::decode(rest) else {
            return Parsed::Short;
        };
        used += length;
        // A change_cipher_spec for middleboxes may precede a second ClientHello (RFC 8446 section D.4).
        if record.content_type != ContentType::HANDSHAKE {
            continue;
        }
        message.extend(record.body);
        let Some([typ, length @ ..]) = message.first_chunk::<4>() else {
            continue;
        };
        if *typ != 1 {
            return Parsed::Foreign;
        }
        let end = length
            .iter()
            .fold(0, |sum, octet| sum << 8 | usize::from(*octet))
            + 4;
        if message.len() < end {
            continue;
        }
        message.truncate(end);
        let context = Context {
            version: ProtocolVersion::TLS1_2,
            cipher_suite: None,
        };
        let (decoded, _) = HandshakeMessage::decode(HandshakeType(1), &message[4..], &context);
        return match decoded {
            HandshakeMessage::ClientHello(hello) => Parsed::Whole(Heard {
                octets: octets[..used].to_vec(),
                message,
                hello,
            }),
            _ => Parsed::Foreign,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::{Heard, Parsed, parse};
    use report::RecordSplit;

    #[test]
    fn a_hello_is_read_from_any_records() {
        for profile in wire::profile::reference_set() {
            let mut hello = profile.hello.clone();
            hello.records = RecordSplit::At(vec![1, 3, 90]);
            let built = wire::build::build(&hello, Some("www.shop.test"), &[7; 32]);
            let heard = Heard::of(&built.octets).expect("whole");
            assert_eq!(heard.message, built.message);
            assert_eq!(heard.hello.server_name().as_deref(), Some("www.shop.test"));
            for end in 0..built.octets.len() {
                assert!(
                    matches!(parse(&built.octets[..end]), Parsed::Short),
                    "{end}"
                );
            }
        }
    }

    #[test]
    fn other_protocols_are_foreign() {
        for octets in [
            &b"GET / HTTP/1.1\r\n"[..],
            &[22, 2],
            &[21, 3, 3, 0, 2],
            &[22, 3, 3, 0, 4, 2, 0, 0, 0],
        ] {
            assert!(matches!(parse(octets), Parsed::Foreign), "{octets:?}");
        }
    }
}
