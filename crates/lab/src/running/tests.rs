//! Every scenario staged for real: it starts, it stops, healthy ones satisfy OpenSSL, broken ones refuse whom they should.

use super::{LabError, Running, start};
use crate::scenarios::scenarios;
use crate::stage::{Place, Service};
use pki::Certificate;
use pki::name::ServerIdentity;
use report::{ContentType, ProtocolVersion};
use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::process::{Command, Stdio};
use std::time::Duration;
use wire::build::{Built, build};
use wire::decode::{Decoder, Item, Limits};
use wire::handshake::HandshakeMessage;
use wire::open::Opener;

const SEED: [u8; 32] = [5; 32];

/// The value of an option in a scenario's arguments.
fn option<'a>(running: &'a Running, name: &str) -> Option<&'a str> {
    let mut words = running.arguments.iter();
    words.find(|word| *word == name)?;
    words.next().map(String::as_str)
}

fn target(running: &Running) -> (&str, &str) {
    running.arguments[0]
        .rsplit_once(':')
        .expect("host and port")
}

/// Where the server listens: looked-up names lead to the loopback address.
fn address(running: &Running) -> SocketAddr {
    let (_, port) = target(running);
    let local = format!("127.0.0.1:{port}");
    option(running, "--connect")
        .unwrap_or(&local)
        .parse()
        .expect("an address")
}

#[tokio::test]
async fn an_unknown_id_is_met_with_the_nearest() {
    let folder = tempfile::tempdir().expect("a folder");
    let error = start("S34-close", false, folder.path())
        .await
        .expect_err("no such scenario");
    assert_eq!(
        error.to_string(),
        "there is no scenario S34-close, did you mean S34-closed?"
    );
    assert!(matches!(error, LabError::Unknown { nearest: Some(near), .. } if near == "S34-closed"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_scenario_starts_and_stops() {
    for scenario in scenarios() {
        for twin in [false, true] {
            let folder = tempfile::tempdir().expect("a folder");
            let running = start(&scenario.id, twin, folder.path())
                .await
                .expect(&scenario.id);
            let stage = if twin {
                &scenario.healthy
            } else {
                &scenario.broken
            };
            assert_eq!(target(&running).0, stage.host);
            let address = address(&running);
            let connects = TcpStream::connect_timeout(&address, Duration::from_secs(5)).is_ok();
            assert_eq!(
                connects,
                !matches!(stage.service, Service::Nothing) && !stage.is_out_of_reach(),
                "{}",
                scenario.id
            );
            for file in ["--ca-file", "--client-cert", "--client-key"] {
                if let Some(path) = option(&running, file) {
                    assert!(std::fs::read(path).expect(path).starts_with(b"-----BEGIN "));
                }
            }
            running.stop().await;
            // A registered port may be anybody's.
            if !matches!(stage.place, Place::Registered(_)) {
                assert!(is_refused(address).await, "{} still listens", scenario.id);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn openssl_connects_to_every_healthy_twin_and_verifies_it() {
    for scenario in scenarios()
        .iter()
        .filter(|scenario| scenario.healthy.scripted().is_none())
        .filter(|scenario| !scenario.healthy.is_out_of_reach())
    {
        let folder = tempfile::tempdir().expect("a folder");
        let running = start(&scenario.id, true, folder.path())
            .await
            .expect(&scenario.id);
        // s_client reads one line of an IRC server's, and that is mostly a notice.
        if option(&running, "--starttls") == Some("irc") {
            running.stop().await;
            continue;
        }
        let output = tokio::task::spawn_blocking(openssl(&running))
            .await
            .expect("not cancelled");
        assert!(
            output.contains("Verification: OK"),
            "{}: {output}",
            scenario.id
        );
        assert!(!output.contains("lert"), "{}: {output}", scenario.id);
        running.stop().await;
    }
}

/// Whether nothing listens there, soon: a process that another test is about to start holds the socket until its exec.
async fn is_refused(address: SocketAddr) -> bool {
    for _ in 0..100 {
        if TcpStream::connect(address).is_err() {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    false
}

/// What `openssl s_client` has to say of it.
fn openssl(running: &Running) -> impl FnOnce() -> String + use<> {
    let (host, _) = target(running);
    let mut command = Command::new("openssl");
    command.args(["s_client", "-brief"]);
    match host.parse::<IpAddr>() {
        Ok(_) => command.args(["-verify_ip", host]),
        // A client sends the A-labels of a name, without the dot at its end, and looks for these in the certificate (RFC 6066
        // section 3).
        Err(_) => {
            let name = &ServerIdentity::parse(host).expect(host).to_string();
            command.args(["-servername", name, "-verify_hostname", name])
        }
    };
    command.args([
        "-verify_return_error",
        "-connect",
        &address(running).to_string(),
    ]);
    let pairs = [
        ("--ca-file", "-CAfile"),
        ("--client-cert", "-cert"),
        ("--client-cert", "-cert_chain"),
        ("--client-key", "-key"),
        ("--starttls", "-starttls"),
        ("--ciphers", "-cipher"),
    ];
    for (ours, theirs) in pairs {
        if let Some(value) = option(running, ours) {
            command.args([theirs, value]);
        }
    }
    if option(running, "--tls-max") == Some("1.2") {
        command.arg("-tls1_2");
    }
    command.stdin(Stdio::null());
    move || {
        let output = command.output().expect("openssl is needed for this test");
        let text = [output.stdout, output.stderr].concat();
        String::from_utf8_lossy(&text).into_owned()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn openssl_goes_on_after_every_scripted_flight() {
    // Flights that OpenSSL itself does not take, and a cipher suite that it is built without.
    const REFUSED: [&str; 6] = ["C12", "S14", "S15", "S16", "S40", "S41"];
    let mut flights = 0;
    for scenario in scenarios() {
        let Some(script) = scenario.broken.scripted() else {
            continue;
        };
        if !scenario.broken.is_direct()
            || scenario.cause.is_some_and(|cause| REFUSED.contains(&cause))
        {
            continue;
        }
        // What precedes TLS is not in this test's words.
        if !matches!(
            &scenario.broken.service,
            Service::Tls(crate::stage::Endpoint {
                opening: crate::stage::Opening::Direct,
                ..
            })
        ) {
            continue;
        }
        let folder = tempfile::tempdir().expect("a folder");
        let running = start(&scenario.id, false, folder.path())
            .await
            .expect(&scenario.id);
        for version in script.versions {
            let mut command = Command::new("openssl");
            let (flag, next) = match *version {
                ProtocolVersion::TLS1_0 => ("-tls1", "ClientKeyExchange"),
                ProtocolVersion::TLS1_1 => ("-tls1_1", "ClientKeyExchange"),
                ProtocolVersion::TLS1_2 => ("-tls1_2", "ClientKeyExchange"),
                _ => ("-tls1_3", "Finished"),
            };
            let groups: Vec<_> = script
                .groups
                .iter()
                .map(|group| openssl_group(*group))
                .collect();
            command
                .args(["s_client", "-msg", flag, "-cipher", "ALL:@SECLEVEL=0"])
                .args([
                    "-groups",
                    &groups.join(":"),
                    "-connect",
                    &address(&running).to_string(),
                ])
                .stdin(Stdio::null());
            let output = tokio::task::spawn_blocking(move || command.output());
            let output = output
                .await
                .expect("not cancelled")
                .expect("openssl is needed for this test");
            let output = String::from_utf8_lossy(&output.stdout).into_owned();
            let said = output
                .lines()
                .any(|line| line.starts_with(">>>") && line.contains(next));
            assert!(said, "{} {version}: {output}", scenario.id);
            flights += 1;
        }
        running.stop().await;
    }
    assert!(flights >= 10, "{flights}");
}

fn openssl_group(code: u16) -> &'static str {
    match code {
        0x0016 => "secp256k1",
        0x0017 => "P-256",
        0x0019 => "P-521",
        0x001a => "brainpoolP256r1",
        other => panic!("no scripted server has group {other:#06x}"),
    }
}

/// What a hello came to.
#[derive(Debug, PartialEq)]
enum Came {
    /// A whole flight.
    Flight,
    /// A HelloRetryRequest.
    Retry,
    /// An alert or the end.
    Refusal,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_clients_that_should_fail_are_the_ones_refused() {
    let negotiated = ["S12", "S13", "S18", "S20", "S32", "S24", "S34"];
    for scenario in scenarios() {
        let expected = &scenario.expected;
        let by_hello = scenario
            .cause
            .is_some_and(|cause| negotiated.contains(&cause))
            && scenario.broken.arguments.is_empty()
            && scenario.broken.is_direct()
            && !scenario.broken.certificate.foreign_key;
        if !by_hello {
            continue;
        }
        let folder = tempfile::tempdir().expect("a folder");
        let running = start(&scenario.id, false, folder.path())
            .await
            .expect(&scenario.id);
        for profile in wire::profile::reference_set() {
            let built = build(&profile.hello, Some(scenario.broken.host), &SEED);
            let address = address(&running);
            let asked = tokio::task::spawn_blocking(move || came(address, &built));
            let came = asked.await.expect("not cancelled");
            let fails = expected
                .clients_failing
                .as_ref()
                .is_none_or(|ids| ids.contains(&profile.id));
            let retries = scenario
                .broken
                .scripted()
                .is_some_and(|script| script.versions == [ProtocolVersion::TLS1_3]);
            let works = came == Came::Flight || (came == Came::Retry && retries);
            assert_eq!(works, !fails, "{} {}: {came:?}", scenario.id, profile.id);
        }
        running.stop().await;
    }
}

fn came(address: SocketAddr, built: &Built) -> Came {
    let mut stream = TcpStream::connect(address).expect("it listens");
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .expect("an option");
    stream.write_all(&built.octets).expect("a connection");
    let (mut decoder, mut opener) = (Decoder::new(Limits::default()), Opener::from_built(built));
    let mut chunk = [0; 4096];
    loop {
        match stream.read(&mut chunk) {
            Ok(0) => return Came::Refusal,
            Ok(count) => {
                decoder.feed(&chunk[..count]);
                let opened = opener.feed(&chunk[..count]);
                if opened
                    .iter()
                    .any(|record| record.content_type == ContentType::ALERT)
                {
                    return Came::Refusal;
                }
            }
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => {
                return Came::Refusal;
            }
            Err(error) => panic!("neither an answer nor an end: {error}"),
        }
        while let Some(event) = decoder.next_event() {
            match event.item {
                Item::Handshake(HandshakeMessage::ServerHelloDone) => return Came::Flight,
                Item::Handshake(HandshakeMessage::HelloRetryRequest(_)) => return Came::Retry,
                Item::Alert(_) => return Came::Refusal,
                _ => {}
            }
        }
        if opener.finished_ok() == Some(true) {
            return Came::Flight;
        }
    }
}

/// Says something to the server that is not TLS and gives what it answers until it ends.
fn said(address: SocketAddr, words: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).expect("it listens");
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .expect("an option");
    stream.write_all(words).expect("a connection");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an end in order");
    answer
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn plain_http_answers_its_own_and_each_kind_refuses_tls_in_its_way() {
    let kinds: [(&str, &[u8]); 3] = [
        ("S02-http", b"HTTP/1.1 400 "),
        ("S02-page", b"<!DOCTYPE HTML>"),
        ("S02-silent", b""),
    ];
    for (id, refusal) in kinds {
        let folder = tempfile::tempdir().expect("a folder");
        let running = start(id, false, folder.path()).await.expect(id);
        let address = address(&running);
        let answer = said(address, b"GET / HTTP/1.1\r\nHost: www.shop.test\r\n\r\n");
        assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\n"), "{id}");
        let hello = &wire::profile::profile("chrome").expect("a profile").hello;
        let answer = said(address, &build(hello, None, &SEED).octets);
        assert!(
            answer.starts_with(refusal) && answer.is_empty() == refusal.is_empty(),
            "{id}: {answer:?}"
        );
        running.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proxy_line_opens_the_door() {
    let hello = &wire::profile::profile("go").expect("a profile").hello;
    let built = build(hello, Some("www.shop.test"), &SEED);
    for id in ["S04-close", "S04-reset", "S04-alert"] {
        let folder = tempfile::tempdir().expect("a folder");
        let running = start(id, false, folder.path()).await.expect(id);
        let line = b"PROXY TCP4 192.0.2.1 127.0.0.1 40000 443\r\n".to_vec();
        let with_line = Built {
            octets: [line, built.octets.clone()].concat(),
            ..built.clone()
        };
        assert_eq!(came(address(&running), &with_line), Came::Flight, "{id}");
        assert_eq!(came(address(&running), &built), Came::Refusal, "{id}");
        running.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_missing_issuer_is_where_the_certificate_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let running = start("X11-aia-rsa-tls12", false, folder.path())
        .await
        .expect("it starts");
    let hello = &wire::profile::profile("go").expect("a profile").hello;
    let mut stream = TcpStream::connect(address(&running)).expect("it listens");
    stream
        .write_all(&build(hello, Some("www.shop.test"), &SEED).octets)
        .expect("a connection");
    let mut decoder = Decoder::new(Limits::default());
    let mut chunk = [0; 4096];
    let leaf = loop {
        let count = stream.read(&mut chunk).expect("a flight");
        decoder.feed(&chunk[..count]);
        let served =
            std::iter::from_fn(|| decoder.next_event()).find_map(|event| match event.item {
                Item::Handshake(HandshakeMessage::Certificate(message)) => Some(message.entries),
                _ => None,
            });
        if let Some(entries) = served {
            assert_eq!(entries.len(), 1, "the leaf alone");
            break Certificate::parse(&entries[0].der)
                .certificate
                .expect("a certificate");
        }
    };
    let url = leaf
        .issuer_urls
        .first()
        .expect("an address")
        .strip_prefix("http://")
        .expect("http");
    let (authority, path) = url.split_once('/').expect("a path");
    let request = format!("GET /{path} HTTP/1.1\r\nHost: {authority}\r\n\r\n");
    let answer = said(authority.parse().expect("an address"), request.as_bytes());
    let head = answer
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .expect("a head");
    let issuer = Certificate::parse(&answer[head + 4..])
        .certificate
        .expect("a certificate");
    assert_eq!(issuer.subject.der, leaf.issuer.der);
    running.stop().await;
}
