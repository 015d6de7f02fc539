//! Any octets, and any content in records that open, in any portions.
#![no_main]

use libfuzzer_sys::fuzz_target;
use report::{CipherSuite, ContentType};
use wire::open::Opener;
use wire::schedule::TrafficKeys;

#[derive(Debug, arbitrary::Arbitrary)]
struct Input<'a> {
    suite: u8,
    portion: u8,
    parts: Vec<Part<'a>>,
}

#[derive(Debug, arbitrary::Arbitrary)]
enum Part<'a> {
    Octets(&'a [u8]),
    Sealed { content_type: u8, content: &'a [u8] },
    Finished,
}

fuzz_target!(|input: Input<'_>| {
    let suite = CipherSuite(0x1301 + u16::from(input.suite % 5));
    let secret = vec![7; if suite.0 == 0x1302 { 48 } else { 32 }];
    let next = vec![8; secret.len()];
    let keys = |secret| TrafficKeys::new(suite, secret).expect("a suite of TLS 1.3");
    let (mut current, mut octets) = (keys(&secret), Vec::new());
    for part in &input.parts {
        match part {
            Part::Octets(part) => octets.extend_from_slice(part),
            Part::Sealed {
                content_type,
                content,
            } => {
                octets.extend(
                    current
                        .seal(ContentType(*content_type), content)
                        .unwrap_or_default(),
                );
            }
            Part::Finished => {
                let message = [20, 0, 0, 1, 0];
                octets.extend(
                    current
                        .seal(ContentType::HANDSHAKE, &message)
                        .unwrap_or_default(),
                );
                current = keys(&next);
            }
        }
    }
    let opener = || Opener::from_secrets(suite, &secret, &next).expect("a suite of TLS 1.3");
    let whole = opener().feed(&octets);
    let mut opener = opener();
    let portions = octets.chunks(usize::from(input.portion).max(1));
    let parts: Vec<_> = portions.flat_map(|portion| opener.feed(portion)).collect();
    assert_eq!(whole, parts);
});
