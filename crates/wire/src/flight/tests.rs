use super::{DSA_SHA1, ECDSA_SHA1, RSA_MD5_SHA1, ServerFlight};
use crate::first::{BannerKind, FirstOctets};
use crate::handshake::{
    CertificateEntry, CertificateMessage, ClientHelloMessage, HandshakeMessage,
    KeyExchangeParameters, RawExtension, ServerHello, ServerKeyExchange, ServerSignature,
};
use crate::record::fragment;
use crate::ssl2::Ssl2Message;
use report::{
    CipherSuite, ContentType, Direction, ExtensionType, NamedGroup, Observation, Opened,
    ProtocolVersion, Segment,
};

fn sent(octets: &[u8]) -> Segment {
    Segment {
        at_us: 0,
        direction: Direction::Sent,
        bytes: octets.into(),
    }
}

fn received(octets: &[u8]) -> Segment {
    Segment {
        at_us: 0,
        direction: Direction::Received,
        bytes: octets.into(),
    }
}

fn read(traffic: Vec<Segment>) -> ServerFlight {
    ServerFlight::read(&Observation {
        traffic,
        ..Observation::default()
    })
}

fn records(messages: &[HandshakeMessage], version: ProtocolVersion) -> Vec<u8> {
    let octets: Vec<u8> = messages
        .iter()
        .flat_map(|message| message.encode(version))
        .collect();
    fragment(ContentType::HANDSHAKE, version, &octets, 1 << 14)
}

fn client_hello() -> Vec<u8> {
    let hello = ClientHelloMessage {
        legacy_version: ProtocolVersion::TLS1_2,
        random: [1; 32],
        session_id: Vec::new(),
        cipher_suites: vec![CipherSuite(0xc02f)],
        compression_methods: vec![0],
        extensions: Vec::new(),
    };
    records(
        &[HandshakeMessage::ClientHello(hello)],
        ProtocolVersion::TLS1_0,
    )
}

fn server_hello(version: ProtocolVersion, suite: u16) -> HandshakeMessage {
    HandshakeMessage::ServerHello(ServerHello {
        legacy_version: version,
        random: [2; 32],
        session_id: Vec::new(),
        cipher_suite: CipherSuite(suite),
        compression: 0,
        extensions: Vec::new(),
    })
}

fn key_exchange() -> HandshakeMessage {
    let signature = ServerSignature {
        scheme: None,
        signature: vec![9; 64],
    };
    HandshakeMessage::ServerKeyExchange(ServerKeyExchange {
        psk_identity_hint: None,
        parameters: KeyExchangeParameters::Dhe {
            prime: [&[0x01][..], &[0xff; 128]].concat(),
            generator: vec![2],
            public: vec![3; 129],
        },
        signature: Some(signature),
    })
}

#[test]
fn before_tls_1_2_the_suite_says_how_the_server_signs() {
    let version = ProtocolVersion::TLS1_0;
    // DHE_RSA, DHE_DSS: one message for both; ECDHE_ECDSA has parameters of its own.
    for (suite, scheme) in [(0x0033, RSA_MD5_SHA1), (0x0032, DSA_SHA1)] {
        let messages = [
            server_hello(version, suite),
            key_exchange(),
            HandshakeMessage::ServerHelloDone,
        ];
        let flight = read(vec![
            sent(&client_hello()),
            received(&records(&messages, version)),
        ]);
        assert_eq!(flight.defects, []);
        let signed = flight.signature.expect("signed");
        assert_eq!(signed.scheme, scheme);
        assert_eq!(signed.message[..64], [[1; 32], [2; 32]].concat());
        assert_eq!(
            signed.message[64..67],
            [0, 129, 1],
            "the prime and its length"
        );
        assert_eq!(
            (signed.signature, flight.dh_bits),
            (vec![9; 64], Some(1025))
        );
        assert!(flight.complete);
    }
    let exchange = HandshakeMessage::ServerKeyExchange(ServerKeyExchange {
        psk_identity_hint: None,
        parameters: KeyExchangeParameters::Ecdhe {
            group: NamedGroup(23),
            public: vec![4; 65],
        },
        signature: Some(ServerSignature {
            scheme: None,
            signature: vec![8; 70],
        }),
    });
    let octets = records(&[server_hello(version, 0xc009), exchange], version);
    let flight = read(vec![sent(&client_hello()), received(&octets)]);
    assert_eq!(flight.signature.expect("signed").scheme, ECDSA_SHA1);
    assert_eq!(
        (flight.group, flight.complete),
        (Some(NamedGroup(23)), false)
    );
}

#[test]
fn the_random_of_a_hello_in_ssl2_form_is_its_challenge_after_zeros() {
    let hello = Ssl2Message::ClientHello {
        version: 0x0301,
        cipher_specs: vec![[0, 0, 0x33]],
        session_id: Vec::new(),
        challenge: vec![5; 16],
    };
    let version = ProtocolVersion::TLS1_0;
    let octets = records(&[server_hello(version, 0x0033), key_exchange()], version);
    let flight = read(vec![sent(&hello.encode()), received(&octets)]);
    let message = flight.signature.expect("signed").message;
    assert_eq!(message[..32], [[0; 16], [5; 16]].concat());
}

#[test]
fn a_dialogue_before_tls_is_left_out() {
    let version = ProtocolVersion::TLS1_2;
    let answer = records(&[server_hello(version, 0x002f)], version);
    let dialogue = || {
        vec![
            received(b"220 mx.test ESMTP\r\n"),
            sent(b"STARTTLS\r\n"),
            received(b"220 go ahead\r\n"),
        ]
    };
    let mut traffic = dialogue();
    traffic.extend([sent(&client_hello()), received(&answer)]);
    let flight = read(traffic);
    assert_eq!(flight.first, FirstOctets::TlsHandshake);
    assert_eq!((flight.version, flight.defects.len()), (Some(version), 0));

    let line = b"PROXY TCP4 192.0.2.1 192.0.2.2 5 443\r\n";
    for traffic in [
        vec![sent(line), sent(&client_hello()), received(&answer)],
        vec![
            sent(&[line, &client_hello()[..]].concat()),
            received(&answer),
        ],
    ] {
        assert_eq!(read(traffic).version, Some(version));
    }

    // A dialogue that never came to TLS is not read as TLS.
    let flight = read(dialogue());
    assert_eq!(flight.first, FirstOctets::Banner(BannerKind::Smtp));
    assert_eq!(flight.defects, []);
}

#[test]
fn a_greeting_that_came_before_the_hello_is_the_answer_to_it() {
    let flight = read(vec![
        received(b"220 mx.test ESMTP\r\n"),
        sent(&client_hello()),
    ]);
    assert_eq!(flight.first, FirstOctets::Banner(BannerKind::Smtp));
}

#[test]
fn ssl2_has_one_message() {
    let hello = Ssl2Message::ServerHello {
        session_id_hit: 0,
        certificate_type: 1,
        version: 2,
        certificate: vec![0x30, 1, 2],
        cipher_specs: vec![[7, 0, 0xc0]],
        connection_id: vec![1; 16],
    };
    let flight = read(vec![sent(&client_hello()), received(&hello.encode())]);
    assert_eq!(
        (flight.first, flight.version),
        (FirstOctets::Ssl2, Some(ProtocolVersion::SSL2))
    );
    assert_eq!(flight.certificates, [[0x30, 1, 2]]);
    assert!(flight.complete);
}

/// A TLS 1.3 flight whose encrypted part is these messages, in parts of a few octets.
fn modern(messages: &[HandshakeMessage]) -> ServerFlight {
    let version = ProtocolVersion::TLS1_3;
    let HandshakeMessage::ServerHello(mut hello) = server_hello(ProtocolVersion::TLS1_2, 0x1301)
    else {
        unreachable!()
    };
    let extension = |code, body: &[u8]| RawExtension {
        code: ExtensionType(code),
        body: body.to_vec(),
    };
    hello.extensions = vec![extension(43, &[3, 4])];
    let clear = records(&[HandshakeMessage::ServerHello(hello)], version);
    let octets: Vec<u8> = messages
        .iter()
        .flat_map(|message| message.encode(version))
        .collect();
    let opened = octets.chunks(11).map(|part| Opened {
        at_us: 0,
        direction: Direction::Received,
        content_type: ContentType::HANDSHAKE,
        bytes: part.into(),
    });
    ServerFlight::read(&Observation {
        traffic: vec![sent(&client_hello()), received(&clear)],
        opened: opened.collect(),
        ..Observation::default()
    })
}

#[test]
fn a_compressed_certificate_is_read() {
    let extension = |code, body: &[u8]| RawExtension {
        code: ExtensionType(code),
        body: body.to_vec(),
    };
    let staple = extension(5, &[1, 0, 0, 2, 0x30, 0]);
    let timestamps = extension(18, &[0, 9, 0, 3, 7, 7, 7, 0, 2, 8, 8]);
    let entries = vec![
        CertificateEntry {
            der: vec![0x30; 900],
            extensions: vec![staple, timestamps],
        },
        CertificateEntry {
            der: vec![0x31; 900],
            extensions: Vec::new(),
        },
    ];
    let certificate = CertificateMessage {
        context: Vec::new(),
        entries,
    };
    let plain = HandshakeMessage::Certificate(certificate).encode(ProtocolVersion::TLS1_3);
    let compressed = miniz_oxide::deflate::compress_to_vec_zlib(&plain[4..], 6);
    let length = u32::try_from(plain.len() - 4).expect("a short message");
    let message = |uncompressed| HandshakeMessage::CompressedCertificate {
        algorithm: 1,
        uncompressed,
        compressed: compressed.clone(),
    };
    let flight = modern(&[message(length), HandshakeMessage::Finished(vec![0; 32])]);
    assert_eq!(flight.defects, []);
    assert_eq!(flight.certificates, [vec![0x30; 900], vec![0x31; 900]]);
    assert_eq!(flight.ocsp_staple, Some(vec![0x30, 0]));
    assert_eq!(flight.scts, [vec![7; 3], vec![8; 2]]);
    assert!(flight.complete);

    let flight = modern(&[message(length + 1)]);
    let [defect] = &flight.defects[..] else {
        panic!("{:?}", flight.defects)
    };
    assert_eq!(defect.field, "compressed_certificate_message");
    assert_eq!(defect.got, format!("{length} octets or more"));
    assert!(flight.certificates.is_empty());
}

#[test]
fn alerts_of_both_sides_clear_and_opened() {
    let alert = |octets: &[u8]| fragment(ContentType::ALERT, ProtocolVersion::TLS1_2, octets, 2);
    let opened = |direction, octets: &[u8]| Opened {
        at_us: 0,
        direction,
        content_type: ContentType::ALERT,
        bytes: octets.into(),
    };
    let flight = ServerFlight::read(&Observation {
        traffic: vec![
            sent(&client_hello()),
            received(&alert(&[1, 112])),
            received(&alert(&[2, 40])),
            sent(&alert(&[2, 48])),
        ],
        opened: vec![
            opened(Direction::Received, &[2, 116]),
            opened(Direction::Sent, &[1, 0]),
        ],
        ..Observation::default()
    });
    let numbers = |alerts: &[crate::record::Alert]| -> Vec<u8> {
        alerts.iter().map(|alert| alert.description.0).collect()
    };
    assert_eq!(numbers(&flight.received_alerts), [112, 40, 116]);
    assert_eq!(numbers(&flight.sent_alerts), [48, 0]);
}

#[test]
fn a_peer_that_makes_nothing_but_defects_fills_no_memory() {
    let octets = [22, 3, 3, 0, 0].repeat(10_000);
    let flight = read(vec![sent(&client_hello()), received(&octets)]);
    assert_eq!(flight.defects.len(), 256);
}
