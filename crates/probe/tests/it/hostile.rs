//! Peers that mean harm: every experiment ends within its limit, and memory stays bounded.

use crate::hello::{conditions, modern, up_to};
use crate::support::{end, reset, run_for, serve};
use probe::{MAX_FLIGHT, MAX_KEPT, MAX_SEGMENTS};
use report::{Action, Handshake, Observation, Prelude, ProtocolVersion, TcpConditions};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// More than any of these needs, less than a hang.
const LIMIT: Duration = Duration::from_secs(10);

/// Both ways of speaking TLS with `address`.
fn actions(address: SocketAddr) -> [Action; 3] {
    [
        Action::Hello(Box::new(conditions(address, modern()))),
        Action::Hello(Box::new(conditions(
            address,
            up_to(ProtocolVersion::TLS1_2),
        ))),
        Action::Handshake(Handshake {
            address,
            prelude: Prelude::None,
            server_name: Some("www.shop.test".to_owned()),
            alpn: Vec::new(),
            with_client_certificate: false,
            http: false,
            ech: None,
            via: None,
            tcp: TcpConditions::default(),
        }),
    ]
}

async fn all(address: SocketAddr, limit: Duration) -> Vec<Observation> {
    let mut seen = Vec::new();
    for action in actions(address) {
        let before = Instant::now();
        let limit_us = u64::try_from(limit.as_micros()).unwrap();
        let observation = run_for(action, limit_us).await;
        assert!(
            before.elapsed() < limit + Duration::from_secs(2),
            "past the limit"
        );
        // What we say ourselves gets entries of its own.
        assert!(observation.traffic.len() <= MAX_SEGMENTS + 8);
        let kept: usize = observation
            .traffic
            .iter()
            .map(|segment| segment.bytes.len())
            .sum();
        assert!(kept <= MAX_KEPT);
        let opened: usize = observation
            .opened
            .iter()
            .map(|opened| opened.bytes.len())
            .sum();
        assert!(opened <= MAX_KEPT);
        assert!(!observation.phases.is_empty());
        seen.push(observation);
    }
    seen
}

/// A server that sends `octets` again and again after the first words of the client.
async fn repeating(octets: Vec<u8>) -> SocketAddr {
    let octets = Arc::new(octets);
    serve(move |mut stream| {
        let octets = Arc::clone(&octets);
        async move {
            let _ = stream.read(&mut [0; 4096]).await;
            while stream.write_all(&octets).await.is_ok() {}
        }
    })
    .await
}

/// A server that sends `octets` once and then waits.
async fn once(octets: Vec<u8>) -> SocketAddr {
    let octets = Arc::new(octets);
    serve(move |mut stream| {
        let octets = Arc::clone(&octets);
        async move {
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(&octets).await;
            let _ = stream.read_to_end(&mut Vec::new()).await;
        }
    })
    .await
}

/// Octets that look random and are the same every time.
fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed;
    (0..length)
        .map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            state.to_be_bytes()[0]
        })
        .collect()
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap().to_be_bytes();
    [&[kind], &length[1..], body].concat()
}

fn records(content: u8, octets: &[u8]) -> Vec<u8> {
    octets
        .chunks(16_384)
        .flat_map(|chunk| {
            let length = u16::try_from(chunk.len()).unwrap().to_be_bytes();
            [&[content, 3, 3], length.as_slice(), chunk].concat()
        })
        .collect()
}

/// ServerHello of TLS 1.2 with TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256.
fn server_hello() -> Vec<u8> {
    let body = [&[3, 3], [7; 32].as_slice(), &[0, 0xc0, 0x2b, 0]].concat();
    message(2, &body)
}

/// A Certificate message of TLS 1.2.
fn certificates(count: usize, length: usize) -> Vec<u8> {
    let size = |length: usize| u32::try_from(length).unwrap().to_be_bytes()[1..].to_vec();
    let one = [size(length), noise(3, length)].concat();
    let list = one.repeat(count);
    message(11, &[size(list.len()), list].concat())
}

#[tokio::test]
async fn random_octets() {
    for seed in 0..40 {
        let server = once(noise(seed, 2000)).await;
        for seen in all(server, Duration::from_millis(400)).await {
            assert!(end(&seen).starts_with("hello "), "{seen:?}");
        }
    }
}

#[tokio::test]
async fn endless_streams() {
    let zeros = vec![0; 65_536];
    let application_data = records(23, &[0; 16_384]);
    let tickets = records(22, &message(4, &[0; 100]).repeat(100));
    for octets in [zeros, noise(1, 65_536), application_data, tickets] {
        for seen in all(repeating(octets).await, LIMIT).await {
            let phase = seen.end().unwrap();
            assert_ne!(
                phase.outcome,
                report::PhaseOutcome::Timeout,
                "{:?}",
                end(&seen)
            );
            assert_ne!(phase.outcome, report::PhaseOutcome::Ok, "{:?}", end(&seen));
            assert!(seen.unkept <= u64::try_from(MAX_FLIGHT + 65_536).unwrap());
        }
    }
}

#[tokio::test]
async fn a_storm_of_warnings() {
    let server = repeating(b"\x15\x03\x03\x00\x02\x01\x70".repeat(1000)).await;
    let seen = all(server, LIMIT).await;
    assert_eq!(end(&seen[0]), "hello garbage flight over 2 MiB");
    let unkept = usize::try_from(seen[0].unkept).unwrap();
    assert!(seen[0].received().len() + unkept >= MAX_FLIGHT);
}

#[tokio::test]
async fn one_octet_at_a_time() {
    let slow = serve(|mut stream| async move {
        let _ = stream.set_nodelay(true);
        let flight = records(22, &server_hello());
        for octet in flight {
            if stream.write_all(&[octet]).await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    })
    .await;
    for seen in all(slow, Duration::from_millis(500)).await {
        assert_eq!(end(&seen), "hello timeout -");
    }
    let fast = serve(|mut stream| async move {
        let _ = stream.set_nodelay(true);
        let _ = stream.read(&mut [0; 4096]).await;
        // A record of warnings' length in single octets, past the number of entries kept.
        for octet in records(22, &certificates(1, 6000)) {
            if stream.write_all(&[octet]).await.is_err() {
                return;
            }
            tokio::task::yield_now().await;
        }
    })
    .await;
    all(fast, LIMIT).await;
}

#[tokio::test]
async fn lengths_nobody_means() {
    for octets in [
        b"\x16\x03\x03\xff\xff\x02\xff\xff\xff".to_vec(),
        b"\x16\x03\x03\x00\x04\x02\xff\xff\xff".to_vec(),
        b"\x16\x03\x03\x00\x04\x0b\xff\xff\xff".to_vec(),
        b"\xff\xff\x04\x00\x01\x00\x02\xff\xff\xff\xff\xff\xff".to_vec(),
        b"\x15\x03\x03\x40\x00".to_vec(),
    ] {
        let server = once(octets).await;
        for seen in all(server, Duration::from_millis(300)).await {
            assert!(end(&seen).starts_with("hello "), "{seen:?}");
        }
    }
}

#[tokio::test]
async fn large_certificates_and_many() {
    let done = message(14, &[]);
    let flight =
        |certificates: Vec<u8>| records(22, &[server_hello(), certificates, done.clone()].concat());
    let seen = all(once(flight(certificates(1, 1_000_000))).await, LIMIT).await;
    assert_eq!(end(&seen[1]), "certificate ok -");
    assert!(seen[1].unkept > 700_000);
    assert!(
        end(&seen[2]).contains("HandshakePayloadTooLarge"),
        "{}",
        end(&seen[2])
    );
    let seen = all(once(flight(certificates(200, 1000))).await, LIMIT).await;
    assert_eq!(end(&seen[1]), "certificate ok -");
    assert_eq!(seen[1].unkept, 0);
}

#[tokio::test]
async fn a_good_flight_cut_at_every_octet() {
    let flight = records(
        22,
        &[server_hello(), certificates(1, 40), message(14, &[])].concat(),
    );
    let whole = Arc::new(flight);
    for cut in 0..whole.len() {
        let flight = Arc::clone(&whole);
        let server = serve(move |mut stream| {
            let flight = Arc::clone(&flight);
            async move {
                let _ = stream.read(&mut [0; 4096]).await;
                let _ = stream.write_all(&flight[..cut]).await;
                if cut % 2 == 0 {
                    reset(stream);
                }
            }
        })
        .await;
        let hello = up_to(ProtocolVersion::TLS1_2);
        let action = Action::Hello(Box::new(conditions(server, hello)));
        let seen = run_for(action, 10_000_000).await;
        let outcome = seen.end().unwrap().outcome;
        let wanted = match cut % 2 {
            0 => report::PhaseOutcome::Reset,
            _ => report::PhaseOutcome::Closed,
        };
        assert_eq!(outcome, wanted, "{cut} {}", end(&seen));
    }
}
