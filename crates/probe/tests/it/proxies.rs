//! Proxies that do as they like: each end has a name, nothing hangs, nothing grows, and no password is kept.

use crate::support::{LIMIT_US, phases, run, run_for, run_with, serve};
use probe::{Hands, HandsConfig, ProxyLogin};
use report::{Action, Observation, Plaintext, ProxyKind, Secret, Via};
use std::net::SocketAddr;
use std::time::Instant;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const AUTHORITY: &str = "www.shop.test:443";

fn via(proxy: SocketAddr, kind: ProxyKind, credentials: bool) -> Action {
    Action::Plaintext {
        address: proxy,
        say: Plaintext::AwaitBanner,
        via: Some(Box::new(Via {
            proxy,
            kind,
            host: "127.0.0.1".to_owned(),
            authority: AUTHORITY.to_owned(),
            credentials,
        })),
    }
}

/// A proxy that reads until `wanted` has come, and says each part.
async fn says(wanted: &'static [u8], parts: &'static [&'static [u8]]) -> SocketAddr {
    serve(move |mut stream| async move {
        read_to(&mut stream, wanted).await;
        for part in parts {
            // Whoever has heard enough has gone.
            let _ = stream.write_all(part).await;
            let _ = stream.flush().await;
        }
    })
    .await
}

async fn read_to(stream: &mut TcpStream, wanted: &[u8]) {
    let mut heard = Vec::new();
    while !heard.ends_with(wanted)
        && stream
            .read_buf(&mut heard)
            .await
            .is_ok_and(|count| count > 0)
    {}
}

const HEAD: &[u8] = b"\r\n\r\n";

async fn http(parts: &'static [&'static [u8]]) -> Observation {
    run(via(says(HEAD, parts).await, ProxyKind::Http, false)).await
}

/// How the dialogue with the proxy ended, and what followed.
fn after_connect(observation: &Observation) -> Vec<String> {
    let phases = phases(observation);
    assert_eq!(phases[0], "connect ok -");
    phases[1..].iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn what_follows_the_head_is_the_tunnels() {
    let seen = http(&[
        b"HTTP/1.1 103\r\nLink: x\r\n\r\nHTTP/1.1 2",
        b"00 OK\r\nContent-Length: 9999\r\n\r\n220 mail",
        b".test\r\n",
    ])
    .await;
    assert_eq!(
        after_connect(&seen),
        ["proxy ok HTTP/1.1 200 OK", "starttls ok 220 mail.test"]
    );
    let start = seen.phases[2].start_us;
    let of_tunnel: Vec<u8> = seen
        .traffic
        .iter()
        .filter(|segment| segment.at_us >= start)
        .flat_map(|segment| segment.bytes.iter().copied())
        .collect();
    assert_eq!(of_tunnel, b"220 mail.test\r\n");
    let sent = String::from_utf8(seen.sent()).unwrap();
    assert!(
        sent.starts_with("CONNECT www.shop.test:443 HTTP/1.1\r\nHost: www.shop.test:443\r\n"),
        "{sent}"
    );
}

/// What a proxy says, part by part, and how the dialogue ends.
type Ends = [(&'static [&'static [u8]], &'static str)];

#[tokio::test]
async fn every_refusal_of_http_has_its_name() {
    const ENDS: &Ends = &[
        (
            &[b"HTTP/1.1 403 Forbidden\r\n\r\n<html>"],
            "proxy refused HTTP/1.1 403 Forbidden",
        ),
        (
            &[b"HTTP/1.0 99 Odd\r\n\r\n"],
            "proxy garbage HTTP/1.0 99 Odd",
        ),
        (&[b"HTTP/1.1 abc\r\n\r\n"], "proxy garbage HTTP/1.1 abc"),
        (&[b"SSH-2.0-x\r\n"], "proxy garbage SSH-2.0-x"),
        (
            &[b"\x15\x03\x01\x00\x02\x02\x46"],
            "proxy garbage 15 03 01 00 02 02 46",
        ),
        (
            &[b"HTTP/1.1 200 OK\r\nVia: x\r\n"],
            "proxy closed HTTP/1.1 200 OK",
        ),
        (&[], "proxy closed -"),
    ];
    for (parts, expected) in ENDS {
        assert_eq!(after_connect(&http(parts).await), [*expected]);
    }
}

#[tokio::test]
async fn a_head_without_end_ends() {
    let endless = serve(|mut stream| async move {
        let line = format!("X-Filler: {}\r\n", "y".repeat(1000));
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n").await;
        while stream.write_all(line.as_bytes()).await.is_ok() {}
    })
    .await;
    let seen = run(via(endless, ProxyKind::Http, false)).await;
    assert_eq!(
        after_connect(&seen),
        ["proxy garbage head over 64 KiB: HTTP/1.1 200 OK"]
    );
    assert!(seen.received().len() < 128 * 1024);
    let interim = serve(|mut stream| async move {
        while stream.write_all(b"HTTP/1.1 100 \r\n\r\n").await.is_ok() {}
    })
    .await;
    let seen = run(via(interim, ProxyKind::Http, false)).await;
    assert!(
        after_connect(&seen)[0].starts_with("proxy garbage head over 64 KiB"),
        "{:?}",
        seen.phases
    );
}

#[tokio::test]
async fn silence_ends_with_the_limit() {
    for kind in [ProxyKind::Http, ProxyKind::Https, ProxyKind::Socks5] {
        let silent = serve(|mut stream| async move {
            let _ = stream.read_to_end(&mut Vec::new()).await;
        })
        .await;
        let seen = run_for(via(silent, kind, false), 100_000).await;
        assert_eq!(after_connect(&seen), ["proxy timeout -"], "{kind:?}");
    }
}

#[tokio::test]
async fn every_refusal_of_socks_has_its_name() {
    const GREETING: &[u8] = &[5, 1, 0];
    const ENDS: &Ends = &[
        (
            &[&[5, 0xff]],
            "proxy refused SOCKS method 255 no acceptable methods",
        ),
        (&[&[5, 1]], "proxy garbage SOCKS method 1"),
        (&[&[4, 90]], "proxy garbage 04 5a"),
        (&[&[5]], "proxy closed 05"),
        (
            &[b"HTTP/1.1 400 Bad\r\n\r\n"],
            "proxy garbage HTTP/1.1 400 Bad",
        ),
        (
            &[&[5, 0], &[5, 2, 0, 1, 0, 0, 0, 0, 0, 0]],
            "proxy refused SOCKS reply 2 connection not allowed by ruleset",
        ),
        (
            &[&[5, 0], &[5, 200, 0, 1, 0, 0, 0, 0, 0, 0]],
            "proxy refused SOCKS reply 200 unassigned",
        ),
        (&[&[5, 0], &[5, 0, 0, 7, 0, 0]], "proxy garbage 05 00 00 07"),
        (&[&[5, 0], &[5, 0, 0, 3, 255, 1]], "proxy closed 01"),
        (&[&[5, 0], &[]], "proxy closed -"),
    ];
    for (parts, expected) in ENDS {
        let proxy = says(GREETING, parts).await;
        let seen = run(via(proxy, ProxyKind::Socks5h, false)).await;
        assert_eq!(after_connect(&seen), [*expected]);
    }
    let named = says(
        GREETING,
        &[
            &[5, 0],
            &[5, 0, 0, 3, 2, b'a', b'b', 1, 187],
            b"220 ",
            b"hi\r\n",
        ],
    );
    let seen = run(via(named.await, ProxyKind::Socks5h, false)).await;
    assert_eq!(
        after_connect(&seen),
        ["proxy ok SOCKS reply 0 succeeded", "starttls ok 220 hi"]
    );
}

#[tokio::test]
async fn https_to_a_proxy_in_the_clear() {
    let plain = serve(|mut stream| async move {
        let mut first = [0];
        let _ = stream.read_exact(&mut first).await;
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    })
    .await;
    let seen = run(via(plain, ProxyKind::Https, false)).await;
    let end = &after_connect(&seen)[0];
    assert!(
        end == "proxy garbage HTTP/1.1 400 Bad Request" || end.starts_with("proxy reset"),
        "{end}"
    );
}

fn with_login() -> Hands {
    Hands::new(HandsConfig {
        started: Instant::now(),
        client_auth: None,
        ca_files: Vec::new(),
        proxy_login: Some(ProxyLogin {
            user: Secret::new("alice".to_owned()),
            password: Secret::new("hunter2".to_owned()),
        }),
    })
    .unwrap()
}

#[tokio::test]
async fn a_password_is_given_and_not_kept() {
    const BASE64: &[u8] = b"YWxpY2U6aHVudGVyMg==";
    let hands = with_login();
    let echo = serve(|mut stream| async move {
        let mut heard = Vec::new();
        while !heard.ends_with(HEAD) && stream.read_buf(&mut heard).await.is_ok_and(|n| n > 0) {}
        let line = b"Proxy-Authorization: Basic YWxpY2U6aHVudGVyMg==\r\n";
        assert!(heard.windows(line.len()).any(|part| part == line));
        let answer = [b"HTTP/1.1 403 No\r\n".as_slice(), &heard].concat();
        let _ = stream.write_all(&answer).await;
    })
    .await;
    let socks = serve(|mut stream| async move {
        read_to(&mut stream, &[5, 2, 0, 2]).await;
        let _ = stream.write_all(&[5, 2]).await;
        read_to(&mut stream, b"\x01\x05alice\x07hunter2").await;
        let _ = stream.write_all(&[1, 3]).await;
    })
    .await;
    for (proxy, kind, expected) in [
        (echo, ProxyKind::Http, "proxy refused HTTP/1.1 403 No"),
        (
            socks,
            ProxyKind::Socks5,
            "proxy refused SOCKS login refused, status 3",
        ),
    ] {
        let seen = run_with(&hands, via(proxy, kind, true), LIMIT_US).await;
        assert_eq!(after_connect(&seen), [expected]);
        let octets = [seen.sent(), seen.received()].concat();
        for secret in [BASE64, b"hunter2", b"alice"] {
            assert!(!octets.windows(secret.len()).any(|part| part == secret));
        }
    }
    // Where the setting has none, none is given.
    let proxy = says(HEAD, &[b"HTTP/1.1 407 Login\r\n\r\n"]).await;
    let seen = run_with(&hands, via(proxy, ProxyKind::Http, false), LIMIT_US).await;
    let sent = String::from_utf8(seen.sent()).unwrap();
    assert!(!sent.contains("Authorization"), "{sent}");
}
