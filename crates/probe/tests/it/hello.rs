//! Raw hellos and real servers.

use crate::servers::openssl;
use crate::support::{end, phases, run, serve};
use report::{
    Action, CipherSuite, ClientHello, ClientHelloForm, ContentType, Direction, Extension, Hello,
    NamedGroup, Observation, Prelude, ProtocolVersion, RecordSplit, SignatureScheme, TcpConditions,
};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use wire::flight::ServerFlight;

const X25519: NamedGroup = NamedGroup(0x001d);
const SECP256R1: NamedGroup = NamedGroup(0x0017);
const SECP384R1: NamedGroup = NamedGroup(0x0018);
const SECP521R1: NamedGroup = NamedGroup(0x0019);

/// A hello for TLS 1.2 and 1.3 with a share for X25519.
pub(crate) fn modern() -> ClientHello {
    ClientHello {
        form: ClientHelloForm::Records,
        record_version: ProtocolVersion::TLS1_0,
        legacy_version: ProtocolVersion::TLS1_2,
        session_id_length: 32,
        cipher_suites: [0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc00a, 0x002f]
            .map(CipherSuite)
            .to_vec(),
        compression_methods: vec![0],
        extensions: vec![
            Extension::ServerName,
            Extension::SupportedGroups {
                groups: vec![X25519, SECP256R1, SECP384R1, SECP521R1],
            },
            Extension::EcPointFormats { formats: vec![0] },
            Extension::SignatureAlgorithms {
                schemes: [0x0403, 0x0804, 0x0401, 0x0203, 0x0201]
                    .map(SignatureScheme)
                    .to_vec(),
            },
            Extension::SupportedVersions {
                versions: vec![ProtocolVersion::TLS1_3, ProtocolVersion::TLS1_2],
            },
            Extension::KeyShare {
                groups: vec![X25519],
            },
        ],
        records: RecordSplit::Whole,
    }
}

/// The same for TLS up to `version`.
pub(crate) fn up_to(version: ProtocolVersion) -> ClientHello {
    let mut hello = modern();
    hello.legacy_version = version;
    hello.extensions.retain(|extension| {
        !matches!(
            extension,
            Extension::SupportedVersions { .. } | Extension::KeyShare { .. }
        )
    });
    hello
}

/// Sends `hello` to `address`.
pub(crate) async fn say(address: SocketAddr, hello: ClientHello) -> Observation {
    run(Action::Hello(Box::new(conditions(address, hello)))).await
}

pub(crate) fn conditions(address: SocketAddr, hello: ClientHello) -> Hello {
    Hello {
        address,
        prelude: Prelude::None,
        server_name: Some("www.shop.test".to_owned()),
        hello,
        via: None,
        tcp: TcpConditions::default(),
    }
}

const GOOD: [&str; 3] = ["connect ok -", "hello ok -", "certificate ok -"];

#[tokio::test]
async fn a_flight_of_tls_1_3_is_opened_to_its_finished() {
    let server = openssl(&["-tls1_3"]).await;
    let seen = say(server.address, modern()).await;
    assert_eq!(phases(&seen), GOOD);
    let types: Vec<_> = seen
        .opened
        .iter()
        .map(|opened| (opened.direction, opened.content_type))
        .collect();
    assert!(!types.is_empty());
    assert!(
        types
            .iter()
            .all(|kind| *kind == (Direction::Received, ContentType::HANDSHAKE)),
        "{types:?}"
    );
    let flight = ServerFlight::read(&seen);
    assert!(
        flight.complete && flight.certificates.len() == 1,
        "{flight:?}"
    );
    let patience = 300_000;
    assert!(
        seen.phases[2].elapsed_us < patience,
        "closed at once: {seen:?}"
    );
}

#[tokio::test]
async fn a_retry_is_answered() {
    let server = openssl(&["-tls1_3", "-groups", "P-384"]).await;
    let seen = say(server.address, modern()).await;
    assert_eq!(phases(&seen), GOOD);
    let hellos = seen
        .traffic
        .iter()
        .filter(|segment| segment.direction == Direction::Sent)
        .count();
    assert_eq!(hellos, 2);
    assert_eq!(
        seen.opened.first().and_then(|opened| opened.bytes.first()),
        Some(&8)
    );

    let server = openssl(&["-tls1_3", "-groups", "P-521"]).await;
    let seen = say(server.address, modern()).await;
    assert_eq!(phases(&seen), GOOD);
    assert!(!seen.opened.is_empty());
}

#[tokio::test]
async fn older_versions_end_with_server_hello_done() {
    for (argument, version) in [
        ("-tls1_2", ProtocolVersion::TLS1_2),
        ("-tls1_1", ProtocolVersion::TLS1_1),
        ("-tls1", ProtocolVersion::TLS1_0),
    ] {
        let server = openssl(&[argument, "-cipher", "ALL:@SECLEVEL=0"]).await;
        let seen = say(server.address, up_to(version)).await;
        assert_eq!(phases(&seen), GOOD, "{argument}");
        // ServerHelloDone is the last message.
        assert!(seen.received().ends_with(&[14, 0, 0, 0]), "{argument}");
        let flight = ServerFlight::read(&seen);
        assert!(
            flight.complete && flight.certificates.len() == 1,
            "{argument} {flight:?}"
        );
        assert_eq!(flight.version, Some(version));
    }
}

#[tokio::test]
async fn refusals_are_alerts() {
    let server = openssl(&["-tls1_3"]).await;
    let seen = say(server.address, up_to(ProtocolVersion::TLS1_2)).await;
    assert_eq!(end(&seen), "hello alert alert 70 protocol_version received");
    let server = openssl(&["-tls1_2", "-cipher", "ECDHE-ECDSA-AES256-GCM-SHA384"]).await;
    let seen = say(server.address, up_to(ProtocolVersion::TLS1_2)).await;
    assert_eq!(
        end(&seen),
        "hello alert alert 40 handshake_failure received"
    );
}

#[tokio::test]
async fn a_hello_split_over_records_is_understood() {
    let server = openssl(&["-tls1_2"]).await;
    let mut split = modern();
    split.records = RecordSplit::At(vec![1, 20, 100]);
    assert_eq!(phases(&say(server.address, split).await), GOOD);
}

#[tokio::test]
async fn the_proxy_line_comes_first() {
    let tls = openssl(&["-tls1_3"]).await;
    let inner = tls.address;
    let server = serve(move |mut stream| async move {
        let mut line = Vec::new();
        while !line.ends_with(b"\r\n") {
            line.push(stream.read_u8().await.unwrap());
        }
        let (from, to) = (stream.peer_addr().unwrap(), stream.local_addr().unwrap());
        let wanted = format!(
            "PROXY TCP4 127.0.0.1 127.0.0.1 {} {}\r\n",
            from.port(),
            to.port()
        );
        assert_eq!(String::from_utf8(line).unwrap(), wanted);
        let mut tls = tokio::net::TcpStream::connect(inner).await.unwrap();
        let _ = tokio::io::copy_bidirectional(&mut stream, &mut tls).await;
    })
    .await;
    let seen = run(Action::Hello(Box::new(Hello {
        prelude: Prelude::ProxyLine,
        ..conditions(server, modern())
    })))
    .await;
    assert_eq!(
        phases(&seen),
        [
            "connect ok -",
            "starttls ok PROXY",
            "hello ok -",
            "certificate ok -"
        ]
    );
}

#[tokio::test]
async fn peers_that_are_no_tls_servers() {
    let mail = serve(|mut stream| async move {
        let _ = stream.write_all(b"220 mx.test ES").await;
        let _ = stream.write_all(b"MTP\r\n").await;
        let _ = stream.read_to_end(&mut Vec::new()).await;
    })
    .await;
    assert_eq!(
        end(&say(mail, modern()).await),
        "hello garbage 220 mx.test ESMTP"
    );
    // A warning before the ServerHello does not end it (RFC 6066 section 3), a close does.
    let warning = serve(|mut stream| async move {
        let _ = stream.read(&mut [0; 4096]).await;
        let _ = stream.write_all(b"\x15\x03\x01\x00\x02\x01\x70").await;
    })
    .await;
    let seen = say(warning, modern()).await;
    assert_eq!(
        end(&seen),
        "hello closed alert 112 unrecognized_name received"
    );
}

#[tokio::test]
async fn ssl_2_has_a_flight_of_one_message() {
    let speaking = async |answer: &'static [u8]| {
        let server = serve(move |mut stream| async move {
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(answer).await;
            let _ = stream.read_to_end(&mut Vec::new()).await;
        })
        .await;
        let mut hello = up_to(ProtocolVersion::TLS1_0);
        hello.form = ClientHelloForm::Ssl2;
        phases(&say(server, hello).await)
    };
    // SERVER-HELLO with a certificate of three octets, one cipher kind, a connection id of two octets.
    let answer =
        b"\x80\x13\x04\x00\x01\x00\x02\x00\x03\x00\x03\x00\x02\x30\x01\x00\x01\x00\x80\x07\x08";
    assert_eq!(speaking(answer).await, GOOD);
    // The first record of SSL 3 and later, though the hello was in the old form.
    let alert = b"\x15\x03\x00\x00\x02\x02\x28";
    assert_eq!(
        speaking(alert).await,
        [
            "connect ok -",
            "hello alert alert 40 handshake_failure received"
        ]
    );
    assert_eq!(
        speaking(b"\x80\x03\x00\x00\x01").await,
        ["connect ok -", "hello refused SSL 2.0 ERROR 1"]
    );
}
