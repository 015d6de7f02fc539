use super::{BLOCK, Decoder, Event, Item, Limits};
use crate::handshake::{
    CertificateEntry, CertificateMessage, Context, HandshakeMessage, RawExtension, ServerHello,
};
use crate::record::{Alert, Record, fragment};
use crate::ssl2::Ssl2Message;
use proptest::prelude::*;
use report::{
    AlertDescription, AlertLevel, CipherSuite, ContentType, ExtensionType, ProtocolVersion,
};
use std::time::{Duration, Instant};

const LIMITS: Limits = Limits { message: 1 << 16 };

/// All events of octets that come in portions.
fn events<'a>(limits: Limits, portions: impl IntoIterator<Item = &'a [u8]>) -> Vec<Event> {
    let mut decoder = Decoder::new(limits);
    let mut events = Vec::new();
    for portion in portions {
        decoder.feed(portion);
        events.extend(std::iter::from_fn(|| decoder.next_event()));
    }
    events.extend(std::iter::from_fn(|| decoder.finish()));
    events
}

fn items(octets: &[u8]) -> Vec<Item> {
    let events = events(LIMITS, [octets]).into_iter();
    events
        .map(|event| event.item)
        .filter(|item| !matches!(item, Item::Record { .. }))
        .collect()
}

fn handshake(octets: &[u8], max: usize) -> Vec<u8> {
    fragment(ContentType::HANDSHAKE, ProtocolVersion::TLS1_2, octets, max)
}

fn record(content_type: ContentType, body: &[u8]) -> Vec<u8> {
    Record {
        content_type,
        version: ProtocolVersion::TLS1_2,
        body: body.to_vec(),
    }
    .encode()
}

fn server_hello(suite: u16, extensions: Vec<RawExtension>) -> HandshakeMessage {
    HandshakeMessage::ServerHello(ServerHello {
        legacy_version: ProtocolVersion::TLS1_2,
        random: [7; 32],
        session_id: Vec::new(),
        cipher_suite: CipherSuite(suite),
        compression: 0,
        extensions,
    })
}

fn certificates(count: usize, length: usize) -> HandshakeMessage {
    let entry = CertificateEntry {
        der: vec![0x30; length],
        extensions: Vec::new(),
    };
    HandshakeMessage::Certificate(CertificateMessage {
        context: Vec::new(),
        entries: vec![entry; count],
    })
}

/// A TLS 1.2 flight in one octet string, and its messages.
fn flight(chain: HandshakeMessage) -> (Vec<u8>, Vec<HandshakeMessage>) {
    let messages = vec![
        server_hello(0xc02f, Vec::new()),
        chain,
        HandshakeMessage::ServerHelloDone,
    ];
    let octets = messages
        .iter()
        .flat_map(|message| message.encode(ProtocolVersion::TLS1_2));
    (octets.collect(), messages)
}

fn messages(events: &[Event]) -> Vec<HandshakeMessage> {
    let messages = events.iter().filter_map(|event| match &event.item {
        Item::Handshake(message) => Some(message.clone()),
        _ => None,
    });
    messages.collect()
}

fn defects(events: &[Event]) -> Vec<&crate::defect::Defect> {
    let defects = events.iter().filter_map(|event| match &event.item {
        Item::Defect(defect) => Some(defect),
        _ => None,
    });
    defects.collect()
}

#[test]
fn messages_span_records_and_records_hold_several() {
    let (octets, wanted) = flight(certificates(3, 500));
    for max in [1, 3, 100, 1 << 14] {
        let events = events(LIMITS, [handshake(&octets, max).as_slice()]);
        assert_eq!(messages(&events), wanted, "in records of {max}");
        assert_eq!(defects(&events), Vec::<&crate::defect::Defect>::new());
    }
}

#[test]
fn an_overlong_message_is_one_defect_and_the_next_is_read() {
    let mut octets = vec![11, 0x02, 0, 0];
    octets.extend(vec![0; 0x02_0000]);
    octets.extend([14, 0, 0, 0]);
    for max in [999, 1 << 14] {
        let found = items(&handshake(&octets, max));
        let [Item::Defect(defect), Item::Handshake(done)] = &found[..] else {
            panic!("{found:?}")
        };
        assert_eq!((defect.offset, defect.field), (6, "handshake length"));
        assert_eq!(
            (defect.expected.as_str(), defect.got.as_str()),
            ("at most 65536 octets", "131072 octets")
        );
        assert_eq!(done, &HandshakeMessage::ServerHelloDone);
    }
}

#[test]
fn a_message_with_a_defect_does_not_stop_the_next() {
    // The certificate says it is 9 octets long where the list has 3 left.
    let certificate = [11, 0, 0, 9, 0, 0, 6, 0, 0, 9, 1, 2, 3];
    let octets = [&certificate[..], &[77, 0, 0, 1, 5], &[14, 0, 0, 0]].concat();
    // Records of 4 octets: body octet n stands at offset 5 * (n / 4 + 1) + n.
    let events = events(LIMITS, [handshake(&octets, 4).as_slice()]);
    assert_eq!(messages(&events).len(), 3);
    let found: Vec<(u64, &str, &str, &str)> = defects(&events)
        .iter()
        .map(|defect| {
            (
                defect.offset,
                defect.field,
                defect.expected.as_str(),
                defect.got.as_str(),
            )
        })
        .collect();
    // Where the certificate's length should have been kept to: body octet 10.
    let first = (5 * 3 + 10, "certificate", "9 octets", "3 octets");
    let second = (5 * 5 + 17, "msg_type", "a registered type", "77");
    assert_eq!(found, [first, second]);
}

#[test]
fn cut_anywhere_it_says_so_and_keeps_what_was_whole() {
    let (octets, wanted) = flight(certificates(2, 40));
    let whole = handshake(&octets, 50);
    let mut seen = 0;
    for end in 0..=whole.len() {
        let events = events(LIMITS, [&whole[..end]]);
        let messages = messages(&events);
        assert!(wanted.starts_with(&messages), "cut at {end}: {messages:?}");
        assert!(messages.len() >= seen, "cut at {end}");
        seen = messages.len();
        let complete = messages.len() == wanted.len();
        // Between two records that end with a message nothing is missing.
        let between = end == 0;
        assert_eq!(
            defects(&events).is_empty(),
            (complete && end == whole.len()) || between,
            "cut at {end}"
        );
    }
    assert_eq!(seen, wanted.len());
}

#[test]
fn messages_in_a_record_that_was_cut_off_are_read() {
    let (octets, wanted) = flight(certificates(2, 400));
    let whole = handshake(&octets, 1 << 14);
    let events = events(LIMITS, [&whole[..200]]);
    assert_eq!(messages(&events), wanted[..1]);
    let fields: Vec<&str> = defects(&events).iter().map(|defect| defect.field).collect();
    assert_eq!(fields, ["record", "handshake message"]);
}

#[test]
fn after_change_cipher_spec_records_are_encrypted() {
    let octets = [
        handshake(
            &server_hello(0x002f, Vec::new()).encode(ProtocolVersion::TLS1_2),
            1 << 14,
        ),
        record(ContentType::CHANGE_CIPHER_SPEC, &[1]),
        record(ContentType::HANDSHAKE, &[9; 40]),
        record(ContentType::ALERT, &[9; 32]),
    ];
    let found = items(&octets.concat());
    assert!(matches!(found[0], Item::Handshake(_)));
    assert_eq!(found[1], Item::ChangeCipherSpec);
    let encrypted = |content_type, octets| Item::Encrypted {
        content_type,
        octets,
    };
    assert_eq!(found[2], encrypted(ContentType::HANDSHAKE, vec![9; 40]));
    assert_eq!(found[3], encrypted(ContentType::ALERT, vec![9; 32]));
}

#[test]
fn in_tls_1_3_change_cipher_spec_means_nothing() {
    let selected = RawExtension {
        code: ExtensionType(43),
        body: vec![3, 4],
    };
    let octets = [
        handshake(
            &server_hello(0x1301, vec![selected]).encode(ProtocolVersion::TLS1_3),
            1 << 14,
        ),
        record(ContentType::CHANGE_CIPHER_SPEC, &[1]),
        record(ContentType::ALERT, &[2, 40]),
        record(ContentType::APPLICATION_DATA, &[9; 40]),
    ];
    let found = items(&octets.concat());
    let level = AlertLevel::FATAL;
    assert_eq!(
        found[2],
        Item::Alert(Alert {
            level,
            description: AlertDescription(40)
        })
    );
    let content_type = ContentType::APPLICATION_DATA;
    assert_eq!(
        found[3],
        Item::Encrypted {
            content_type,
            octets: vec![9; 40]
        }
    );
    let context = Context {
        version: ProtocolVersion::TLS1_3,
        cipher_suite: None,
    };
    let mut client = Decoder::with_context(LIMITS, context);
    client.feed(&record(ContentType::CHANGE_CIPHER_SPEC, &[1]));
    client.feed(&handshake(&[0, 0, 0, 0], 10));
    let last = std::iter::from_fn(|| client.next_event()).last();
    let hello_request = Item::Handshake(HandshakeMessage::HelloRequest);
    assert_eq!(last.map(|event| event.item), Some(hello_request));
}

#[test]
fn alerts_of_the_wrong_length() {
    let found = items(&record(ContentType::ALERT, &[1, 112, 2]));
    assert!(
        matches!(&found[..], [Item::Defect(defect), Item::Alert(_)] if defect.field == "alert")
    );
    let found = items(&record(ContentType::ALERT, &[]));
    assert!(matches!(&found[..], [Item::Defect(defect)] if defect.field == "record length"));
}

#[test]
fn other_protocols_are_told_from_the_first_octet_that_shows_it() {
    for (octets, shows) in [
        (&b"HTTP/1.1 400"[..], 1),
        (&[22, 4, 0][..], 2),
        (&[0x80, 1, 9, 9][..], 3),
    ] {
        let mut decoder = Decoder::new(LIMITS);
        for octet in &octets[..shows - 1] {
            decoder.feed(&[*octet]);
            assert_eq!(decoder.next_event(), None);
        }
        decoder.feed(&octets[shows - 1..]);
        let found: Vec<Item> = std::iter::from_fn(|| decoder.finish())
            .map(|event| event.item)
            .collect();
        let [Item::Defect(defect), Item::NotTls(head), Item::NotTls(rest)] = &found[..] else {
            panic!("{found:?}")
        };
        assert_eq!((defect.field, defect.offset), ("record header", 0));
        assert_eq!((&head[..], &rest[..]), octets.split_at(shows));
    }
}

#[test]
fn what_is_not_tls_comes_in_blocks() {
    let octets = vec![b'x'; 3 * BLOCK];
    let lengths: Vec<usize> = items(&octets)
        .iter()
        .filter_map(|item| match item {
            Item::NotTls(part) => Some(part.len()),
            _ => None,
        })
        .collect();
    assert_eq!(lengths, [1, BLOCK, BLOCK, BLOCK - 1]);
}

#[test]
fn ssl2_hellos_and_errors() {
    let hello = Ssl2Message::ServerHello {
        session_id_hit: 0,
        certificate_type: 1,
        version: 2,
        certificate: vec![0x30; 300],
        cipher_specs: vec![[7, 0, 0xc0]],
        connection_id: vec![1; 16],
    };
    let encrypted = Ssl2Message::Encrypted(vec![5; 33]);
    let octets = [hello.encode(), encrypted.encode()].concat();
    assert_eq!(items(&octets), [Item::Ssl2(hello), Item::Ssl2(encrypted)]);
    let error = Ssl2Message::Error(1);
    assert_eq!(items(&error.encode()), [Item::Ssl2(error)]);
}

#[test]
fn a_hello_in_the_form_of_ssl2_may_be_followed_by_tls() {
    let hello = Ssl2Message::ClientHello {
        version: 0x0301,
        cipher_specs: vec![[0, 0, 0x2f]],
        session_id: Vec::new(),
        challenge: vec![1; 32],
    };
    let alert = Alert {
        level: AlertLevel::FATAL,
        description: AlertDescription(40),
    };
    let octets = [hello.encode(), record(ContentType::ALERT, &alert.encode())].concat();
    assert_eq!(items(&octets), [Item::Ssl2(hello), Item::Alert(alert)]);
}

#[test]
fn record_lengths_no_version_allows_are_defects_and_read_all_the_same() {
    let octets = record(
        ContentType::HANDSHAKE,
        &HandshakeMessage::Finished(vec![0; 20_000]).encode(ProtocolVersion::TLS1_2),
    );
    let found = items(&octets);
    let [Item::Defect(defect), Item::Handshake(_)] = &found[..] else {
        panic!("{found:?}")
    };
    assert_eq!((defect.offset, defect.field), (3, "record length"));
    assert_eq!(defect.got, "20004 octets");
}

#[test]
fn two_hundred_certificates_and_one_of_a_megabyte() {
    for chain in [certificates(200, 1500), certificates(1, 1 << 20)] {
        let (octets, wanted) = flight(chain);
        let events = events(Limits::default(), [handshake(&octets, 1 << 14).as_slice()]);
        assert_eq!(messages(&events), wanted);
    }
}

/// One octet per record and one octet per portion is the dearest way to send something. What takes quadratic time
/// takes minutes here.
#[test]
#[expect(clippy::disallowed_methods, reason = "it measures time")]
fn fine_cutting_costs_linear_time() {
    let (octets, wanted) = flight(certificates(1, 300_000));
    let start = Instant::now();
    let events = events(Limits::default(), handshake(&octets, 1).chunks(1));
    assert_eq!(messages(&events), wanted);
    assert!(
        start.elapsed() < Duration::from_secs(20),
        "{:?}",
        start.elapsed()
    );
}

/// Octets that look enough like TLS to get deep into the decoder.
fn plausible() -> impl Strategy<Value = Vec<u8>> {
    let header = prop_oneof![
        Just(vec![22u8, 3, 3]),
        Just(vec![21, 3, 1]),
        Just(vec![20, 3, 3, 0, 1, 1]),
        Just(vec![23, 3, 3]),
        Just(vec![0x80, 0x2e, 1]),
        Just(vec![0x80, 3, 0]),
        Just(vec![2, 0, 0, 38, 3, 3]),
        Just(vec![11, 0, 0]),
    ];
    let noise = prop::collection::vec(prop_oneof![3 => 0u8..8, 1 => any::<u8>()], 0..12);
    prop::collection::vec(prop_oneof![header, noise], 0..40).prop_map(|parts| parts.concat())
}

/// A real flight with a few octets changed.
fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let (octets, _) = flight(certificates(3, 30));
    let whole = [
        handshake(&octets, 60),
        record(ContentType::CHANGE_CIPHER_SPEC, &[1]),
    ]
    .concat();
    let length = whole.len();
    prop::collection::vec((0..length, any::<u8>()), 0..6).prop_map(move |changes| {
        let mut octets = whole.clone();
        changes
            .into_iter()
            .for_each(|(place, octet)| octets[place] = octet);
        octets
    })
}

proptest! {
    #[test]
    fn any_cutting_gives_the_same_events(
        octets in prop_oneof![plausible(), damaged()],
        cut in 1usize..20,
    ) {
        let whole = events(LIMITS, [octets.as_slice()]);
        prop_assert_eq!(&events(LIMITS, octets.chunks(cut)), &whole);
        prop_assert_eq!(&events(LIMITS, octets.chunks(1)), &whole);
        for defect in defects(&whole) {
            prop_assert!(defect.offset <= octets.len() as u64, "{:?}", defect);
        }
    }
}
