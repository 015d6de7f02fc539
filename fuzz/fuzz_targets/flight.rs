//! Any observation is read without a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use report::{ContentType, Direction, Observation, Opened, Segment};
use wire::flight::ServerFlight;

#[derive(Debug, arbitrary::Arbitrary)]
enum Part<'a> {
    Sent(&'a [u8]),
    Received(&'a [u8]),
    Opened {
        received: bool,
        content_type: u8,
        octets: &'a [u8],
    },
    /// A whole ClientHello, without which most of the reading is not reached.
    ClientHello {
        random: u8,
    },
    /// A handshake record with these octets.
    Handshake(&'a [u8]),
    /// A ServerHello of that version and suite, then these octets, in one record.
    Flight {
        version: u16,
        modern: bool,
        suite: u16,
        octets: &'a [u8],
    },
}

fn record(content: &[u8]) -> Vec<u8> {
    wire::record::fragment(
        ContentType::HANDSHAKE,
        report::ProtocolVersion::TLS1_2,
        content,
        1 << 14,
    )
}

fn client_hello(random: u8) -> Vec<u8> {
    let mut hello = vec![1, 0, 0, 41, 3, 3];
    hello.extend([random; 32]);
    hello.extend([0, 0, 2, 0x13, 1, 1, 0]);
    record(&hello)
}

fn flight(version: u16, modern: bool, suite: u16, octets: &[u8]) -> Vec<u8> {
    let mut hello = vec![2, 0, 0, if modern { 46 } else { 38 }];
    hello.extend(version.to_be_bytes());
    hello.extend([2; 32]);
    hello.push(0);
    hello.extend(suite.to_be_bytes());
    hello.push(0);
    if modern {
        hello.extend([0, 6, 0, 43, 0, 2, 3, 4]);
    }
    hello.extend(octets);
    record(&hello)
}

fuzz_target!(|parts: Vec<Part<'_>>| {
    let mut observation = Observation::default();
    let mut say = |direction, octets: &[u8]| {
        observation.traffic.push(Segment {
            at_us: 0,
            direction,
            bytes: octets.into(),
        });
    };
    for part in parts {
        match part {
            Part::Sent(octets) => say(Direction::Sent, octets),
            Part::Received(octets) => say(Direction::Received, octets),
            Part::ClientHello { random } => say(Direction::Sent, &client_hello(random)),
            Part::Handshake(octets) => say(Direction::Received, &record(octets)),
            Part::Flight {
                version,
                modern,
                suite,
                octets,
            } => {
                let suites = [
                    0x1301, 0xc02f, 0x009e, 0x002f, 0x0090, 0xc01b, 0x0003, suite,
                ];
                let suite = suites[usize::from(suite) % suites.len()];
                say(Direction::Received, &flight(version, modern, suite, octets));
            }
            Part::Opened {
                received,
                content_type,
                octets,
            } => {
                let direction = if received {
                    Direction::Received
                } else {
                    Direction::Sent
                };
                let content_type = ContentType(content_type);
                observation.opened.push(Opened {
                    at_us: 0,
                    direction,
                    content_type,
                    bytes: octets.into(),
                });
            }
        }
    }
    let flight = ServerFlight::read(&observation);
    assert_eq!(flight, ServerFlight::read(&observation));
});
