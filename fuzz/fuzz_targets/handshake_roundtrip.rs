//! What was read of any message is written so that it reads the same again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use report::{CipherSuite, HandshakeType, ProtocolVersion};
use wire::handshake::{Context, HandshakeMessage};
use wire::ssl2::Ssl2Message;

#[derive(Debug, arbitrary::Arbitrary)]
struct Input<'a> {
    version: u8,
    suite: Option<u16>,
    typ: u8,
    body: &'a [u8],
}

fuzz_target!(|input: Input<'_>| {
    let version = ProtocolVersion(0x0300 + u16::from(input.version % 5));
    let context = Context {
        version,
        cipher_suite: input.suite.map(CipherSuite),
    };
    let (first, defects) = HandshakeMessage::decode(HandshakeType(input.typ), input.body, &context);
    let octets = first.encode(version);
    let (second, _) = HandshakeMessage::decode(first.typ(), &octets[4..], &context);
    assert_eq!(first, second);
    if defects.is_empty() && input.body.len() < 1 << 24 {
        // An empty block of extensions is the one thing that is written differently: not at all.
        let shorter = matches!(input.typ, 1 | 2) && octets.len() + 2 == input.body.len() + 4;
        assert!(octets[4..] == *input.body || shorter, "{first:?}");
    }
    for defect in defects {
        assert!(defect.offset <= input.body.len() as u64, "{defect:?}");
    }

    let (first, _) = Ssl2Message::decode(input.body);
    if input.body.len() < 0x7fff {
        let (second, _) = Ssl2Message::decode(&first.encode()[2..]);
        assert_eq!(first, second);
    }
});
