//! Connections and conversations without TLS.

use crate::support::{end, phases, reset, run, run_for, serve};
use report::{Action, Plaintext, Starttls, TcpConditions};
use std::net::SocketAddr;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

fn connect(address: SocketAddr) -> Action {
    Action::Connect {
        address,
        via: None,
        tcp: TcpConditions::default(),
    }
}

async fn say(address: SocketAddr, say: Plaintext) -> report::Observation {
    run(Action::Plaintext {
        address,
        say,
        via: None,
    })
    .await
}

async fn offer(address: SocketAddr, protocol: Starttls) -> String {
    end(&say(address, Plaintext::OfferStarttls(protocol)).await)
}

/// Sends `script[0]`, then each next entry after one line from the client that begins with its first part.
fn lines(
    script: &'static [(&'static str, &'static str)],
) -> impl Fn(TcpStream) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
    move |stream| {
        Box::pin(async move {
            let mut stream = BufReader::new(stream);
            for (wanted, answer) in script {
                if !wanted.is_empty() {
                    let mut line = String::new();
                    stream.read_line(&mut line).await.unwrap();
                    assert!(line.starts_with(wanted), "{line:?}, not {wanted:?}");
                }
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
            // Until the client closes.
            let mut rest = Vec::new();
            let _ = stream.read_to_end(&mut rest).await;
        })
    }
}

/// Sends `greeting`, then `answer` after exactly `wanted`.
fn octets(
    greeting: &'static [u8],
    wanted: &'static [u8],
    answer: &'static [u8],
) -> impl Fn(TcpStream) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
    move |mut stream| {
        Box::pin(async move {
            stream.write_all(greeting).await.unwrap();
            let mut heard = vec![0; wanted.len()];
            stream.read_exact(&mut heard).await.unwrap();
            assert_eq!(heard, wanted);
            stream.write_all(answer).await.unwrap();
            let _ = stream.read_to_end(&mut Vec::new()).await;
        })
    }
}

#[tokio::test]
async fn connecting() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let open = run(connect(address)).await;
    assert_eq!(phases(&open), ["connect ok -"]);
    assert!(open.local.is_some_and(|local| local.ip() == address.ip()));
    drop(listener);
    let refused = run(connect(address)).await;
    assert_eq!(phases(&refused), ["connect refused ECONNREFUSED"]);
    assert_eq!(refused.phases[0].errno, Some(libc::ECONNREFUSED));
    assert_eq!(refused.phases[0].address, Some(address));
    let nowhere = run(connect("255.255.255.255:443".parse().unwrap())).await;
    assert!(
        matches!(
            end(&nowhere).as_str(),
            "connect unreachable ENETUNREACH" | "connect denied EACCES"
        ),
        "{nowhere:?}"
    );
}

#[tokio::test]
async fn banners() {
    let ssh = serve(lines(&[("", "SSH-2.0-OpenSSH_9.2\r\n")])).await;
    let heard = say(ssh, Plaintext::AwaitBanner).await;
    assert_eq!(end(&heard), "starttls ok SSH-2.0-OpenSSH_9.2");
    assert_eq!(heard.received(), b"SSH-2.0-OpenSSH_9.2\r\n");

    let closing = serve(|stream| async move { drop(stream) }).await;
    assert_eq!(
        end(&say(closing, Plaintext::AwaitBanner).await),
        "starttls closed -"
    );

    let resetting = serve(|stream| async move { reset(stream) }).await;
    let heard = say(resetting, Plaintext::AwaitBanner).await;
    assert_eq!(
        heard.end().map(|phase| phase.outcome),
        Some(report::PhaseOutcome::Reset),
        "{heard:?}"
    );

    let silent = serve(lines(&[])).await;
    let action = Action::Plaintext {
        address: silent,
        say: Plaintext::AwaitBanner,
        via: None,
    };
    let heard = run_for(action, 100_000).await;
    assert_eq!(phases(&heard), ["connect ok -", "starttls timeout -"]);
    assert!(heard.phases[1].elapsed_us >= 90_000, "{heard:?}");
}

#[tokio::test]
async fn a_web_page() {
    let page = "HTTP/1.1 301 Moved Permanently\r\nLocation: https://x.test/\r\n\r\n";
    let web = serve(move |mut stream| async move {
        let mut request = vec![0; 16];
        stream.read_exact(&mut request).await.unwrap();
        assert_eq!(request, b"GET / HTTP/1.1\r\n");
        stream.write_all(page.as_bytes()).await.unwrap();
        let _ = stream.read_to_end(&mut Vec::new()).await;
    })
    .await;
    assert_eq!(
        end(&say(web, Plaintext::HttpGet).await),
        "starttls ok HTTP/1.1 301 Moved Permanently"
    );
    let busy = serve(lines(&[("GET", "HTTP/1.1 429 Too Many Requests\r\n\r\n")])).await;
    assert_eq!(
        end(&say(busy, Plaintext::HttpGet).await),
        "starttls throttled HTTP/1.1 429 Too Many Requests"
    );
    let tls = serve(octets(b"", b"GET /", b"\x15\x03\x01\x00\x02\x02\x0a")).await;
    assert_eq!(
        end(&say(tls, Plaintext::HttpGet).await),
        "starttls garbage 15 03 01 00 02 02 0a"
    );
}

#[tokio::test]
async fn mail() {
    let good = serve(lines(&[
        ("", "220-one\r\n220 mx.test ESMTP\r\n"),
        (
            "EHLO [127.0.0.1]",
            "250-mx.test\r\n250-SIZE 1\r\n250 STARTTLS\r\n",
        ),
        ("STARTTLS\r\n", "220 go ahead\r\n"),
    ]))
    .await;
    assert_eq!(
        offer(good, Starttls::Smtp).await,
        "starttls ok 220 go ahead"
    );
    let without = serve(lines(&[
        ("", "220 mx\r\n"),
        ("EHLO", "250-mx\r\n250 SIZE 1\r\n"),
    ]))
    .await;
    assert_eq!(
        offer(without, Starttls::Smtp).await,
        "starttls refused 250-mx 250 SIZE 1"
    );
    let refusing = serve(lines(&[
        ("", "220 mx\r\n"),
        ("LHLO", "250 STARTTLS\r\n"),
        ("STARTTLS", "454 TLS not available\r\n"),
    ]))
    .await;
    assert_eq!(
        offer(refusing, Starttls::Lmtp).await,
        "starttls refused 454 TLS not available"
    );
    let rejecting = serve(lines(&[("", "554 no SMTP here\x1b[0m\r\n")])).await;
    assert_eq!(
        offer(rejecting, Starttls::Smtp).await,
        "starttls refused 554 no SMTP here.[0m"
    );
    let web = serve(lines(&[("", "HTTP/1.1 400 Bad Request\r\n")])).await;
    assert_eq!(
        offer(web, Starttls::Smtp).await,
        "starttls garbage HTTP/1.1 400 Bad Request"
    );
    let cut = serve(|mut stream| async move { stream.write_all(b"220 half").await.unwrap() }).await;
    assert_eq!(offer(cut, Starttls::Smtp).await, "starttls closed 220 half");
}

#[tokio::test]
async fn other_lines() {
    let imap = serve(lines(&[
        ("", "* OK [CAPABILITY STARTTLS] ready\r\n"),
        ("a1 STARTTLS", "* CAPABILITY x\r\na1 OK begin\r\n"),
    ]))
    .await;
    assert_eq!(offer(imap, Starttls::Imap).await, "starttls ok a1 OK begin");
    let imap = serve(lines(&[
        ("", "* OK ready\r\n"),
        ("a1", "a1 BAD unknown\r\n"),
    ]))
    .await;
    assert_eq!(
        offer(imap, Starttls::Imap).await,
        "starttls refused a1 BAD unknown"
    );
    let pop3 = serve(lines(&[("", "+OK\r\n"), ("STLS", "+OK begin\r\n")])).await;
    assert_eq!(offer(pop3, Starttls::Pop3).await, "starttls ok +OK begin");
    let pop3 = serve(lines(&[("", "+OK\r\n"), ("STLS", "-ERR no\r\n")])).await;
    assert_eq!(
        offer(pop3, Starttls::Pop3).await,
        "starttls refused -ERR no"
    );
    let ftp = serve(lines(&[
        ("", "220-hi\r\n there\r\n220 x\r\n"),
        ("AUTH TLS", "234 ok\r\n"),
    ]))
    .await;
    assert_eq!(offer(ftp, Starttls::Ftp).await, "starttls ok 234 ok");
    let ftp = serve(lines(&[
        ("", "220 x\r\n"),
        ("AUTH TLS", "530 login first\r\n"),
    ]))
    .await;
    assert_eq!(
        offer(ftp, Starttls::Ftp).await,
        "starttls refused 530 login first"
    );
    let nntp = serve(lines(&[("", "201 x\r\n"), ("STARTTLS", "382 go\r\n")])).await;
    assert_eq!(offer(nntp, Starttls::Nntp).await, "starttls ok 382 go");
    let sieve = serve(lines(&[
        ("", "\"IMPLEMENTATION\" \"x\"\r\n\"STARTTLS\"\r\nOK\r\n"),
        ("STARTTLS", "OK \"go\"\r\n"),
    ]))
    .await;
    assert_eq!(offer(sieve, Starttls::Sieve).await, "starttls ok OK \"go\"");
    // The answer to the first of two commands, then, with the next line of the client's, to the second.
    let irc = async |first: &'static str, second: &'static str| {
        let server = serve(lines(Box::leak(Box::new([
            ("CAP LS", first),
            ("STARTTLS", second),
        ]))))
        .await;
        offer(server, Starttls::Irc).await
    };
    const GO: &str = ":irc.test NOTICE * :hi\r\n:irc.test 670 * :go\r\n";
    const UNKNOWN: &str = ":irc.test 421 * STARTTLS :Unknown command\r\n";
    let cases = [
        (":irc.test CAP * LS :tls\r\n", GO, "ok :irc.test 670 * :go"),
        (
            ":irc.test CAP * LS :a tls\r\n",
            GO,
            "ok :irc.test 670 * :go",
        ),
        (
            ":irc.test 421 * CAP :Unknown\r\n",
            GO,
            "ok :irc.test 670 * :go",
        ),
        ("", GO, "ok :irc.test 670 * :go"),
        (
            "",
            UNKNOWN,
            "refused :irc.test 421 * STARTTLS :Unknown command",
        ),
        (
            ":irc.test CAP * LS :a\r\n",
            "",
            "refused :irc.test CAP * LS :a",
        ),
        (
            ":irc.test CAP * LS :tls\r\n",
            ":irc.test 691 * :no\r\n",
            "refused :irc.test 691 * :no",
        ),
        ("ERROR :full\r\n", "", "refused ERROR :full"),
    ];
    for (first, second, expected) in cases {
        assert_eq!(irc(first, second).await, format!("starttls {expected}"));
    }
}

#[tokio::test]
async fn xmpp() {
    const HEAD: &[u8] = b"<?xml version='1.0'?><stream:stream version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";
    let serve_with = async |features: &'static [u8], answer: &'static [u8]| {
        serve(move |mut stream| async move {
            let mut heard = vec![0; HEAD.len()];
            stream.read_exact(&mut heard).await.unwrap();
            assert_eq!(heard, HEAD);
            stream
                .write_all(b"<?xml version='1.0'?><stream:stream id='1'>")
                .await
                .unwrap();
            stream.write_all(features).await.unwrap();
            let mut heard = vec![0; 51];
            if stream.read_exact(&mut heard).await.is_ok() {
                assert_eq!(
                    heard,
                    b"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
                );
                stream.write_all(answer).await.unwrap();
                let _ = stream.read_to_end(&mut heard).await;
            }
        })
        .await
    };
    const FEATURES: &[u8] =
        b"<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>";
    let good = serve_with(
        FEATURES,
        b"<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
    )
    .await;
    assert!(
        offer(good, Starttls::Xmpp)
            .await
            .starts_with("starttls ok <proceed")
    );
    let bad = serve_with(
        FEATURES,
        b"<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
    )
    .await;
    assert!(
        offer(bad, Starttls::Xmpp)
            .await
            .starts_with("starttls refused <failure")
    );
    let none = serve_with(b"<stream:features/>", b"").await;
    assert_eq!(
        offer(none, Starttls::Xmpp).await,
        "starttls refused <stream:features/>"
    );
    let error = serve_with(b"<stream:error><host-unknown/></stream:error>", b"").await;
    assert_eq!(
        offer(error, Starttls::Xmpp).await,
        "starttls refused <stream:error><host-unknown/></stream:error>"
    );
}

#[tokio::test]
async fn binary_protocols() {
    const REQUEST: &[u8] = &[0, 0, 0, 8, 4, 210, 22, 47];
    let postgres = serve(octets(b"", REQUEST, b"S")).await;
    assert_eq!(offer(postgres, Starttls::Postgres).await, "starttls ok S");
    let postgres = serve(octets(b"", REQUEST, b"N")).await;
    assert_eq!(
        offer(postgres, Starttls::Postgres).await,
        "starttls refused N"
    );
    const FULL: &[u8] = b"E\0\0\0\x16SFATAL\0Mtoo many\0\0";
    let postgres = serve(octets(b"", REQUEST, FULL)).await;
    assert_eq!(
        offer(postgres, Starttls::Postgres).await,
        "starttls refused E FATAL too many"
    );
    let postgres = serve(octets(b"", REQUEST, b"EFATAL:  no such request\n\0")).await;
    assert_eq!(
        offer(postgres, Starttls::Postgres).await,
        "starttls refused E FATAL:  no such request ."
    );
    let tls = serve(octets(b"", REQUEST, b"\x15\x03\x01\x00\x02\x02\x46")).await;
    assert_eq!(offer(tls, Starttls::Postgres).await, "starttls garbage 15");

    let ldap = serve(octets(
        b"",
        b"\x30\x1d",
        b"\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00",
    ))
    .await;
    assert_eq!(
        offer(ldap, Starttls::Ldap).await,
        "starttls ok resultCode 0"
    );
    let ldap = serve(octets(
        b"",
        b"\x30\x1d",
        b"\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x34\x04\x00\x04\x00",
    ))
    .await;
    assert_eq!(
        offer(ldap, Starttls::Ldap).await,
        "starttls refused resultCode 52"
    );
    let ldap = serve(octets(
        b"",
        b"\x30\x1d",
        b"\x30\x10\x02\x01\x01\x78\x0b\x0a\x01\x02\x04\x00\x04\x04none",
    ))
    .await;
    assert_eq!(
        offer(ldap, Starttls::Ldap).await,
        "starttls refused resultCode 2 none"
    );
    let huge = serve(octets(
        b"",
        b"\x30\x1d",
        b"\x30\x84\x7f\xff\xff\xff\x02\x01",
    ))
    .await;
    assert!(
        offer(huge, Starttls::Ldap)
            .await
            .starts_with("starttls garbage")
    );

    const GREETING: &[u8] = b"\x18\0\0\0\x0a8.0.36\0\x01\0\0\0abcdefgh\0\xff\xff\0";
    let mysql = serve(octets(GREETING, b"\x20\0\0\x01\0\x8a\x08\0", b"")).await;
    assert_eq!(offer(mysql, Starttls::Mysql).await, "starttls ok 8.0.36");
    const WITHOUT: &[u8] = b"\x18\0\0\0\x0a8.0.36\0\x01\0\0\0abcdefgh\0\xff\xf7\0";
    let mysql = serve(octets(WITHOUT, b"", b"")).await;
    assert_eq!(
        offer(mysql, Starttls::Mysql).await,
        "starttls refused 8.0.36, no CLIENT_SSL"
    );
    let mysql = serve(octets(b"\x09\0\0\0\xff\x69\x04Too many", b"", b"")).await;
    assert_eq!(
        offer(mysql, Starttls::Mysql).await,
        "starttls refused Too ma"
    );
}

#[tokio::test]
async fn endless_talk_ends() {
    let chatty =
        serve(|mut stream| async move { while stream.write_all(&[b'x'; 4096]).await.is_ok() {} })
            .await;
    for protocol in [
        Starttls::Smtp,
        Starttls::Imap,
        Starttls::Xmpp,
        Starttls::Ldap,
        Starttls::Mysql,
    ] {
        let heard = say(chatty, Plaintext::OfferStarttls(protocol)).await;
        assert!(
            end(&heard).starts_with("starttls garbage"),
            "{protocol:?} {heard:?}"
        );
        assert!(heard.received().len() <= 256 * 1024);
    }
    let lines =
        serve(
            |mut stream| async move { while stream.write_all(b"220-again\r\n").await.is_ok() {} },
        )
        .await;
    let heard = offer(lines, Starttls::Smtp).await;
    assert!(heard.starts_with("starttls garbage"), "{heard}");
    let heard = say(chatty, Plaintext::AwaitBanner).await;
    assert!(end(&heard).starts_with("starttls ok xxx"), "{heard:?}");
}
