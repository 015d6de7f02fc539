use super::{OpenedRecord, Opener};
use crate::decode::{Decoder, Item, Limits};
use crate::flight::ServerFlight;
use crate::handshake::HandshakeMessage;
use crate::record::Record;
use crate::schedule::{HandshakeSecrets, Hash, TrafficKeys, Transcript};
use report::{
    CipherSuite, ContentType, Direction, Observation, Opened, ProtocolVersion, Segment,
    SignatureScheme,
};

const SUITE: CipherSuite = CipherSuite(0x1301);

/// A value of the trace in RFC 8448 section 3.
fn trace(name: &str) -> Vec<u8> {
    let lines = include_str!("../../testdata/rfc8448.txt").lines();
    let after = lines.skip_while(|line| *line != name).skip(1);
    let hex: String = after
        .take_while(|line| line.starts_with(' '))
        .map(str::trim)
        .collect();
    assert!(!hex.is_empty(), "{name}");
    let octet = |place| u8::from_str_radix(&hex[place..place + 2], 16).expect("hexadecimal");
    (0..hex.len()).step_by(2).map(octet).collect()
}

fn server_octets() -> Vec<u8> {
    [trace("server_hello_record"), trace("server_flight_record")].concat()
}

fn from_secrets() -> Opener {
    let handshake = trace("server_handshake_traffic_secret");
    let application = trace("server_application_traffic_secret");
    Opener::from_secrets(SUITE, &handshake, &application).expect("a suite of TLS 1.3")
}

fn body(record: &[u8]) -> &[u8] {
    &record[crate::record::HEADER..]
}

#[test]
fn the_key_schedule_of_rfc_8448() {
    let mut transcript = Transcript::new(Hash::Sha256);
    transcript.add(body(&trace("client_hello_record")));
    transcript.add(body(&trace("server_hello_record")));
    let secrets = HandshakeSecrets::new(&trace("shared_secret"), &transcript);
    assert_eq!(secrets.client, trace("client_handshake_traffic_secret"));
    assert_eq!(secrets.server, trace("server_handshake_traffic_secret"));
    let opened = from_secrets().feed(&server_octets());
    let [
        OpenedRecord {
            content_type: ContentType::HANDSHAKE,
            bytes,
        },
    ] = &opened[..]
    else {
        panic!("{opened:?}")
    };
    // The last 36 octets are the server's Finished.
    let (before, finished) = bytes.split_at(bytes.len() - 36);
    transcript.add(before);
    let expected = Hash::Sha256.finished(&secrets.server, &transcript.current());
    assert_eq!(expected, trace("server_finished"));
    assert_eq!(&finished[4..], expected);
    transcript.add(finished);
    let client = trace("client_application_traffic_secret");
    assert_eq!(secrets.client_application(&transcript), client);
    let server = trace("server_application_traffic_secret");
    assert_eq!(secrets.server_application(&transcript), server);
}

#[test]
fn the_flight_of_rfc_8448_is_read_whole() {
    let segment = |direction, octets: Vec<u8>| Segment {
        at_us: 0,
        direction,
        bytes: octets.into(),
    };
    let opened = from_secrets()
        .feed(&server_octets())
        .into_iter()
        .map(|record| Opened {
            at_us: 0,
            direction: Direction::Received,
            content_type: record.content_type,
            bytes: record.bytes.into(),
        });
    let observation = Observation {
        traffic: vec![
            segment(Direction::Sent, trace("client_hello_record")),
            segment(Direction::Received, server_octets()),
        ],
        opened: opened.collect(),
        ..Observation::default()
    };
    let flight = ServerFlight::read(&observation);
    assert_eq!(flight.defects, []);
    assert_eq!(flight.version, Some(ProtocolVersion::TLS1_3));
    assert_eq!(flight.group, Some(report::NamedGroup(0x001d)));
    assert_eq!(
        flight.certificates.iter().map(Vec::len).collect::<Vec<_>>(),
        [432]
    );
    let signed = flight.signature.expect("a CertificateVerify");
    assert_eq!(
        (signed.scheme, signed.signature.len()),
        (SignatureScheme(0x0804), 128)
    );
    assert!(flight.complete);
}

#[test]
fn the_portions_make_no_difference() {
    let whole = from_secrets().feed(&server_octets());
    for size in [1, 7, 100] {
        let mut opener = from_secrets();
        let octets = server_octets();
        let opened: Vec<OpenedRecord> = octets
            .chunks(size)
            .flat_map(|part| opener.feed(part))
            .collect();
        assert_eq!(opened, whole);
    }
}

#[test]
fn what_follows_finished_is_opened_under_the_next_keys_and_those_after_a_key_update() {
    let application = trace("server_application_traffic_secret");
    let mut keys = TrafficKeys::new(SUITE, &application).expect("keys");
    let update = HandshakeMessage::KeyUpdate(0).encode(ProtocolVersion::TLS1_3);
    let alert = keys.seal(ContentType::ALERT, &[1, 0]).expect("sealed");
    let update_record = keys.seal(ContentType::HANDSHAKE, &update).expect("sealed");
    let after = keys
        .updated()
        .seal(ContentType::ALERT, &[2, 40])
        .expect("sealed");
    let octets = [server_octets(), alert, update_record, after].concat();
    let opened = from_secrets().feed(&octets);
    let types: Vec<u8> = opened.iter().map(|record| record.content_type.0).collect();
    assert_eq!(types, [22, 21, 22, 21]);
    assert_eq!(opened[3].bytes, [2, 40]);
    // Without the application's secret nothing after Finished is opened.
    let handshake = trace("server_handshake_traffic_secret");
    let mut opener = Opener::from_secrets(SUITE, &handshake, &[]).expect("a suite of TLS 1.3");
    assert_eq!(opener.feed(&octets).len(), 1);
}

#[test]
fn a_record_that_does_not_open_ends_it() {
    let mut octets = server_octets();
    let last = octets.len() - 1;
    octets[last] ^= 1;
    octets.extend(server_octets());
    assert_eq!(from_secrets().feed(&octets), []);
}

#[test]
fn no_format_shows_a_secret() {
    let opener = from_secrets();
    let secret = format!("{:?}", trace("server_application_traffic_secret"));
    for shown in [format!("{opener:?}"), format!("{opener:#?}")] {
        assert!(!shown.contains(&secret[1..20]), "{shown}");
        assert!(shown.contains("[secret]"));
    }
}

#[test]
fn the_records_of_rfc_8448_are_written_as_they_were_read() {
    let records = [trace("client_hello_record"), trace("server_hello_record")];
    for octets in records {
        let mut decoder = Decoder::new(Limits::default());
        decoder.feed(&octets);
        let messages: Vec<HandshakeMessage> = std::iter::from_fn(|| decoder.finish())
            .filter_map(|event| match event.item {
                Item::Handshake(message) => Some(message),
                Item::Defect(defect) => panic!("{defect:?}"),
                _ => None,
            })
            .collect();
        let [message] = &messages[..] else {
            panic!("{messages:?}")
        };
        let version = ProtocolVersion(u16::from_be_bytes([octets[1], octets[2]]));
        let body = message.encode(ProtocolVersion::TLS1_3);
        let content_type = ContentType::HANDSHAKE;
        assert_eq!(
            Record {
                content_type,
                version,
                body
            }
            .encode(),
            octets
        );
    }
}
