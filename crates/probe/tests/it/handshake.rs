//! Complete handshakes with real servers.

use crate::servers::{goodbye, openssl, python};
use crate::support::{LIMIT_US, end, hands, phases, reset, run, run_for, run_with, serve};
use probe::{ClientAuth, Hands, HandsConfig};
use report::{
    Action, ContentType, Direction, Experiment, ExperimentId, Handshake, Observation, Prelude,
    Secret, Starttls, TcpConditions,
};
use rustls::version::{TLS12, TLS13};
use std::net::SocketAddr;
use std::time::Instant;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use wire::flight::ServerFlight;

fn conditions(address: SocketAddr) -> Handshake {
    Handshake {
        address,
        prelude: Prelude::None,
        server_name: Some("www.shop.test".to_owned()),
        alpn: Vec::new(),
        with_client_certificate: false,
        http: false,
        ech: None,
        via: None,
        tcp: TcpConditions::default(),
    }
}

async fn shake(conditions: Handshake) -> Observation {
    run(Action::Handshake(conditions)).await
}

fn names(observation: &Observation) -> Vec<String> {
    let first = |line: &String| line.split(' ').take(2).collect::<Vec<_>>().join(" ");
    phases(observation).iter().map(first).collect()
}

const GOOD: [&str; 5] = [
    "connect ok",
    "hello ok",
    "certificate ok",
    "finished ok",
    "application ok",
];

#[tokio::test]
async fn versions() {
    for version in ["-tls1_2", "-tls1_3"] {
        let server = openssl(&[version]).await;
        let seen = shake(conditions(server.address)).await;
        assert_eq!(names(&seen), GOOD, "{version} {:?}", phases(&seen));
        assert_eq!(seen.unkept, 0);
    }
}

#[tokio::test]
async fn a_web_server_answers() {
    for (code, wanted) in [
        ("200", "application ok HTTP/1.0 200 OK"),
        ("400", "application ok HTTP/1.0 400 Bad Request"),
        (
            "429",
            "application throttled HTTP/1.0 429 Too Many Requests",
        ),
    ] {
        let server = python(code).await;
        let seen = shake(Handshake {
            http: true,
            alpn: vec!["http/1.1".to_owned()],
            ..conditions(server.address)
        })
        .await;
        assert_eq!(end(&seen), wanted);
        let answer: Vec<u8> = seen
            .opened
            .iter()
            .filter(|opened| opened.content_type == ContentType::APPLICATION_DATA)
            .flat_map(|opened| opened.bytes.iter().copied())
            .collect();
        assert!(answer.starts_with(b"HTTP/1.0 "), "{seen:?}");
    }
}

#[tokio::test]
async fn a_certificate_is_demanded() {
    let server = openssl(&["-tls1_3", "-Verify", "1", "-verify_return_error"]).await;
    let seen = shake(conditions(server.address)).await;
    assert_eq!(
        phases(&seen)[3..],
        [
            "client-auth ok 0 certificates sent",
            "finished ok -",
            "application alert alert 116 certificate_required received"
        ]
    );
    let server = openssl(&["-tls1_2", "-Verify", "1", "-verify_return_error"]).await;
    let seen = shake(conditions(server.address)).await;
    assert_eq!(
        phases(&seen)[3..],
        [
            "client-auth ok 0 certificates sent",
            "finished alert alert 40 handshake_failure received"
        ]
    );
}

/// The content of all opened records of a type that went one way.
fn opened(seen: &Observation, direction: Direction, content_type: ContentType) -> Vec<u8> {
    seen.opened
        .iter()
        .filter(|opened| opened.direction == direction && opened.content_type == content_type)
        .flat_map(|opened| opened.bytes.iter().copied())
        .collect()
}

#[tokio::test]
async fn what_is_inside_encrypted_records() {
    let server = openssl(&["-tls1_3", "-Verify", "1", "-verify_return_error"]).await;
    let seen = shake(conditions(server.address)).await;
    let flight = opened(&seen, Direction::Received, ContentType::HANDSHAKE);
    // EncryptedExtensions, CertificateRequest, Certificate, CertificateVerify, Finished (RFC 8446 section 2).
    let mut types = Vec::new();
    let mut rest = flight.as_slice();
    while let [kind, a, b, c, after @ ..] = rest {
        types.push(*kind);
        let length = u32::from_be_bytes([0, *a, *b, *c]);
        rest = &after[usize::try_from(length).unwrap()..];
    }
    assert_eq!(types, [8, 13, 11, 15, 20]);
    assert_eq!(
        opened(&seen, Direction::Received, ContentType::ALERT),
        [2, 116]
    );
    // Certificate without certificates, Finished.
    let ours = opened(&seen, Direction::Sent, ContentType::HANDSHAKE);
    assert_eq!(ours[..9], [11, 0, 0, 4, 0, 0, 0, 0, 20]);

    let server = openssl(&["-tls1_2"]).await;
    let seen = shake(conditions(server.address)).await;
    assert!(opened(&seen, Direction::Received, ContentType::HANDSHAKE).is_empty());
}

#[tokio::test]
async fn a_client_certificate_is_sent_where_wanted() {
    let made = rcgen::generate_simple_self_signed(["client.test".to_owned()]).unwrap();
    let auth = ClientAuth {
        chain: vec![made.cert.der().to_vec()],
        key: Secret::new(made.signing_key.serialize_der()),
    };
    let hands = Hands::new(HandsConfig {
        started: Instant::now(),
        client_auth: Some(auth),
        ca_files: Vec::new(),
        proxy_login: None,
    })
    .unwrap();
    assert!(!format!("{hands:?}").contains(&format!("{:?}", made.signing_key.serialize_der())));
    for version in ["-tls1_2", "-tls1_3"] {
        // Without -verify_return_error any certificate will do.
        let server = openssl(&[version, "-Verify", "1"]).await;
        let action = |with| {
            Action::Handshake(Handshake {
                with_client_certificate: with,
                ..conditions(server.address)
            })
        };
        let seen = run_with(&hands, action(true), LIMIT_US).await;
        assert_eq!(phases(&seen)[3], "client-auth ok 1 certificates sent");
        assert_eq!(
            names(&seen)[4..],
            ["finished ok", "application ok"],
            "{:?}",
            phases(&seen)
        );
        let seen = run_with(&hands, action(false), LIMIT_US).await;
        assert_eq!(phases(&seen)[3], "client-auth ok 0 certificates sent");
        assert!(end(&seen).contains("alert"), "{:?}", phases(&seen));
    }
}

#[tokio::test]
async fn what_this_library_cannot_speak() {
    for (arguments, wanted) in [
        (
            vec!["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"],
            "hello alert alert 70 protocol_version received",
        ),
        (
            vec!["-tls1_3", "-groups", "P-521"],
            "hello alert alert 40 handshake_failure received",
        ),
        (
            vec!["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA"],
            "hello alert alert 40 handshake_failure received",
        ),
    ] {
        let server = openssl(&arguments).await;
        let seen = shake(conditions(server.address)).await;
        assert_eq!(end(&seen), wanted, "{arguments:?}");
    }
}

#[tokio::test]
async fn after_a_retry_the_flight_is_opened_all_the_same() {
    let server = openssl(&["-tls1_3", "-groups", "P-384"]).await;
    let seen = shake(conditions(server.address)).await;
    assert_eq!(names(&seen), GOOD);
    let flight = opened(&seen, Direction::Received, ContentType::HANDSHAKE);
    assert_eq!(flight.first(), Some(&8));
}

#[tokio::test]
async fn a_mail_server_with_starttls() {
    let tls = openssl(&["-tls1_3"]).await;
    let inner = tls.address;
    let server = serve(move |mut stream| async move {
        stream.write_all(b"220 mx.test\r\n").await.unwrap();
        let mut buffer = [0; 512];
        let _ = stream.read(&mut buffer).await.unwrap();
        stream.write_all(b"250 STARTTLS\r\n").await.unwrap();
        let _ = stream.read(&mut buffer).await.unwrap();
        stream.write_all(b"220 go\r\n").await.unwrap();
        let mut tls = tokio::net::TcpStream::connect(inner).await.unwrap();
        let _ = tokio::io::copy_bidirectional(&mut stream, &mut tls).await;
    })
    .await;
    let seen = shake(Handshake {
        prelude: Prelude::Starttls(Starttls::Smtp),
        ..conditions(server)
    })
    .await;
    assert_eq!(phases(&seen)[1], "starttls ok 220 go");
    assert_eq!(names(&seen)[2..], GOOD[1..], "{:?}", phases(&seen));
    // Where TLS begins in the traffic.
    let start = seen.phases[2].start_us;
    let first = seen
        .traffic
        .iter()
        .find(|segment| segment.at_us >= start)
        .unwrap();
    assert_eq!(first.bytes.first(), Some(&22));
    let flight = ServerFlight::read(&seen);
    assert!(
        flight.complete && flight.certificates.len() == 1,
        "{flight:?}"
    );
}

#[tokio::test]
async fn peers_that_are_no_tls_servers() {
    let web = serve(|mut stream| async move {
        let _ = stream.read(&mut [0; 64]).await;
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    })
    .await;
    assert_eq!(
        end(&shake(conditions(web)).await),
        "hello garbage HTTP/1.1 400 Bad Request"
    );
    let closing = serve(|mut stream| async move {
        let _ = stream.read(&mut [0; 4096]).await;
    })
    .await;
    assert_eq!(end(&shake(conditions(closing)).await), "hello closed -");
    let resetting = serve(|mut stream| async move {
        let _ = stream.read(&mut [0; 4096]).await;
        reset(stream);
    })
    .await;
    let seen = shake(conditions(resetting)).await;
    assert_eq!(end(&seen), "hello reset ECONNRESET");
    let silent = serve(|mut stream| async move {
        let _ = stream.read_to_end(&mut Vec::new()).await;
    })
    .await;
    let seen = run_for(Action::Handshake(conditions(silent)), 200_000).await;
    assert_eq!(phases(&seen), ["connect ok -", "hello timeout -"]);
    let refusing = serve(|mut stream| async move {
        let _ = stream.read(&mut [0; 4096]).await;
        let _ = stream.write_all(b"\x15\x03\x03\x00\x02\x02\x50").await;
    })
    .await;
    assert_eq!(
        end(&shake(conditions(refusing)).await),
        "hello alert alert 80 internal_error received"
    );
}

#[tokio::test]
async fn a_goodbye_inside_the_encryption_is_seen() {
    for version in [&TLS12, &TLS13] {
        let seen = shake(conditions(goodbye(version, false))).await;
        assert_eq!(end(&seen), "application closed close_notify");
        let alerts = opened(&seen, Direction::Received, ContentType::ALERT);
        assert_eq!(alerts, [1, 0], "{version:?}");
    }
}

#[tokio::test]
async fn a_signature_by_another_key_is_refused() {
    for version in [&TLS12, &TLS13] {
        let seen = shake(conditions(goodbye(version, true))).await;
        assert_eq!(
            end(&seen),
            "certificate alert alert 51 decrypt_error sent, InvalidCertificate(BadSignature)"
        );
    }
}

#[tokio::test]
async fn a_dropped_experiment_closes_its_connection() {
    let (gone, mut is_gone) = tokio::sync::mpsc::channel(1);
    let (here, mut is_here) = tokio::sync::mpsc::channel(1);
    let server = serve(move |mut stream| {
        let (gone, here) = (gone.clone(), here.clone());
        async move {
            let _ = stream.read(&mut [0; 4096]).await;
            here.send(()).await.unwrap();
            let _ = stream.read_to_end(&mut Vec::new()).await;
            gone.send(()).await.unwrap();
        }
    })
    .await;
    let hands = hands();
    let experiment = Experiment {
        id: ExperimentId(1),
        label: "test".to_owned(),
        action: Action::Handshake(conditions(server)),
        limit_us: LIMIT_US,
    };
    let recorder = hands.recorder();
    tokio::select! {
        () = hands.run(&experiment, &recorder) => panic!("it ended by itself"),
        _ = is_here.recv() => {}
    }
    assert_eq!(phases(&recorder.snapshot()), ["connect ok -"]);
    recorder.abort();
    assert_eq!(
        phases(&recorder.snapshot()),
        ["connect ok -", "hello aborted -"]
    );
    assert_eq!(is_gone.recv().await, Some(()));
}
