//! DNS servers, web servers and clocks, each in the test itself.

use crate::support::{end, phases, run, run_for, serve};
use hickory_proto::op::{Message, MessageType, OpCode, ResponseCode};
use hickory_proto::rr::rdata::{A, AAAA, CNAME};
use hickory_proto::rr::{Name, RData, Record};
use report::{
    Action, Answer, ClockSource, FetchPurpose, HttpReply, Observation, PhaseOutcome, RecordType,
};
use std::net::{IpAddr, SocketAddr};
use std::time::SystemTime;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, UdpSocket};

async fn resolve(name: &str, record: RecordType, server: SocketAddr) -> Observation {
    run(Action::Resolve {
        name: name.to_owned(),
        record,
        server: Some(server),
    })
    .await
}

fn reply(query: &[u8]) -> Message {
    let query = Message::from_vec(query).unwrap();
    let mut reply = Message::new(query.metadata.id, MessageType::Response, OpCode::Query);
    reply.add_queries(query.queries);
    reply
}

fn record(name: &str, data: RData) -> Record {
    Record::from_rdata(Name::from_ascii(name).unwrap(), 60, data)
}

/// A DNS server that sends what `answers` makes of each query, one datagram each.
async fn dns(answers: impl Fn(&[u8]) -> Vec<Vec<u8>> + Send + 'static) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut buffer = [0; 512];
        while let Ok((count, from)) = socket.recv_from(&mut buffer).await {
            for answer in answers(&buffer[..count]) {
                socket.send_to(&answer, from).await.unwrap();
            }
        }
    });
    address
}

fn addresses(observation: &Observation) -> (Vec<String>, Option<u16>, Vec<String>) {
    match &observation.answer {
        Some(Answer::Addresses {
            addresses,
            response_code,
            aliases,
        }) => (
            addresses.iter().map(IpAddr::to_string).collect(),
            *response_code,
            aliases.clone(),
        ),
        other => panic!("{other:?}"),
    }
}

fn strings<const N: usize>(words: [&str; N]) -> Vec<String> {
    words.map(str::to_owned).to_vec()
}

#[tokio::test]
async fn aliases_are_followed_to_the_addresses() {
    let server = dns(|query| {
        let mut reply = reply(query);
        reply.add_answers([
            record(
                "www.shop.test.",
                RData::CNAME(CNAME(Name::from_ascii("cdn.test.").unwrap())),
            ),
            record("cdn.test.", RData::A(A::new(192, 0, 2, 1))),
            record("cdn.test.", RData::A(A::new(192, 0, 2, 2))),
            record("unasked.test.", RData::A(A::new(192, 0, 2, 3))),
        ]);
        vec![reply.to_vec().unwrap()]
    })
    .await;
    let seen = resolve("www.shop.test", RecordType::A, server).await;
    assert_eq!(phases(&seen), ["resolve ok -"]);
    assert_eq!(seen.phases[0].address, Some(server));
    let wanted = (
        strings(["192.0.2.1", "192.0.2.2"]),
        Some(0),
        strings(["cdn.test"]),
    );
    assert_eq!(addresses(&seen), wanted);
}

#[tokio::test]
async fn response_codes_stay_apart() {
    for (code, wanted) in [
        (ResponseCode::NXDomain, "resolve notfound NXDOMAIN"),
        (ResponseCode::NoError, "resolve notfound NODATA"),
        (ResponseCode::ServFail, "resolve error SERVFAIL"),
        (ResponseCode::Refused, "resolve refused REFUSED"),
    ] {
        let server = dns(move |query| {
            let mut reply = reply(query);
            reply.metadata.response_code = code;
            vec![reply.to_vec().unwrap()]
        })
        .await;
        let seen = resolve("shop.test", RecordType::Aaaa, server).await;
        assert_eq!(end(&seen), wanted);
        assert_eq!(addresses(&seen).1, Some(code.into()));
    }
}

#[tokio::test]
async fn what_is_not_the_answer_is_ignored() {
    let server = dns(|query| {
        let good = |name: &str| {
            let mut reply = reply(query);
            let address = "2001:db8::1".parse().unwrap();
            reply.add_answer(record(name, RData::AAAA(AAAA(address))));
            reply
        };
        let mut other_id = good("shop.test.");
        other_id.metadata.id ^= 1;
        let mut other_question = good("shop.test.");
        other_question.queries[0].set_name(Name::from_ascii("x.test.").unwrap());
        vec![
            b"garbage".to_vec(),
            Vec::new(),
            query.to_vec(),
            other_id.to_vec().unwrap(),
            other_question.to_vec().unwrap(),
            good("shop.test.").to_vec().unwrap(),
        ]
    })
    .await;
    let seen = resolve("shop.test", RecordType::Aaaa, server).await;
    assert_eq!(phases(&seen), ["resolve ok 5 datagrams ignored"]);
    assert_eq!(addresses(&seen).0, ["2001:db8::1"]);

    let liar = dns(|_| vec![b"garbage".to_vec()]).await;
    let action = Action::Resolve {
        name: "shop.test".to_owned(),
        record: RecordType::A,
        server: Some(liar),
    };
    let seen = run_for(action, 200_000).await;
    assert_eq!(end(&seen), "resolve timeout 1 datagrams ignored");
}

#[tokio::test]
async fn a_lost_question_is_asked_again() {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let server = socket.local_addr().unwrap();
    let asked = tokio::spawn(async move {
        let mut buffer = [0; 512];
        let first = socket.recv_from(&mut buffer).await.unwrap();
        let lost = buffer[..first.0].to_vec();
        let (count, from) = socket.recv_from(&mut buffer).await.unwrap();
        let mut reply = reply(&buffer[..count]);
        reply.add_answer(record("shop.test.", RData::A(A::new(192, 0, 2, 1))));
        socket
            .send_to(&reply.to_vec().unwrap(), from)
            .await
            .unwrap();
        lost == buffer[..count]
    });
    let seen = resolve("shop.test", RecordType::A, server).await;
    assert_eq!(end(&seen), "resolve ok -");
    assert!(seen.phases[0].elapsed_us >= 2_000_000, "{seen:?}");
    assert!(asked.await.unwrap(), "the same question twice");
}

#[tokio::test]
async fn a_truncated_answer_is_asked_for_over_tcp() {
    // Both protocols on one port; the first pair that is free.
    let (udp, tcp) = loop {
        let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
        if let Ok(udp) = UdpSocket::bind(tcp.local_addr().unwrap()).await {
            break (udp, tcp);
        }
    };
    let server = udp.local_addr().unwrap();
    tokio::spawn(async move {
        let mut buffer = [0; 512];
        let (count, from) = udp.recv_from(&mut buffer).await.unwrap();
        let mut short = reply(&buffer[..count]);
        short.metadata.truncation = true;
        udp.send_to(&short.to_vec().unwrap(), from).await.unwrap();
        let (mut stream, _) = tcp.accept().await.unwrap();
        let length = stream.read_u16().await.unwrap();
        let mut query = vec![0; usize::from(length)];
        stream.read_exact(&mut query).await.unwrap();
        let mut long = reply(&query);
        long.add_answers((0..100).map(|n| record("shop.test.", RData::A(A::new(192, 0, 2, n)))));
        let long = long.to_vec().unwrap();
        stream
            .write_u16(u16::try_from(long.len()).unwrap())
            .await
            .unwrap();
        stream.write_all(&long).await.unwrap();
    });
    let seen = resolve("shop.test", RecordType::A, server).await;
    assert_eq!(phases(&seen), ["resolve ok TC"]);
    assert_eq!(addresses(&seen).0.len(), 100);
}

#[tokio::test]
async fn nobody_listens() {
    let server = UdpSocket::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let seen = resolve("shop.test", RecordType::A, server).await;
    assert_eq!(phases(&seen), ["resolve refused ECONNREFUSED"]);
    let seen = resolve("no such..name", RecordType::A, server).await;
    assert_eq!(end(&seen), "resolve error name not valid in DNS");
}

async fn fetch(url: String, purpose: FetchPurpose, from_public: bool) -> Observation {
    run(Action::Fetch {
        url,
        purpose,
        from_public,
        serials: Vec::new(),
    })
    .await
}

/// A web server that says `answer` to every request.
async fn web(answer: impl Into<Vec<u8>>) -> SocketAddr {
    let answer = answer.into();
    serve(move |mut stream| {
        let answer = answer.clone();
        async move {
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                let octet = stream.read_u8().await.unwrap();
                request.push(octet);
            }
            let _ = stream.write_all(&answer).await;
        }
    })
    .await
}

fn http(observation: &Observation) -> &HttpReply {
    match &observation.answer {
        Some(Answer::Http(reply)) => reply,
        other => panic!("{other:?} {:?}", phases(observation)),
    }
}

#[tokio::test]
async fn an_issuer_is_fetched() {
    let server = web(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
    )
    .await;
    let url = format!("http://{server}/ca.der?x=1");
    let seen = fetch(url.clone(), FetchPurpose::Issuer, false).await;
    assert_eq!(
        phases(&seen),
        ["connect ok -".to_owned(), format!("fetch ok 200 {url}")]
    );
    assert_eq!(http(&seen).body.as_slice(), b"abcde");
    assert_eq!(http(&seen).url, url);
    assert!(seen.traffic.is_empty());
    // By name, over whichever of its addresses answers.
    let url = format!("http://localhost:{}/", server.port());
    let seen = fetch(url.clone(), FetchPurpose::Issuer, false).await;
    assert_eq!(phases(&seen)[0], "resolve ok -");
    assert_eq!(end(&seen), format!("fetch ok 200 {url}"));
}

#[tokio::test]
async fn a_date_needs_no_success_and_no_body() {
    let server = web("HTTP/1.1 405 Method Not Allowed\r\nDate: Tue, 03 Nov 2026 10:00:00 GMT\r\nContent-Length: 999\r\n\r\n").await;
    let before = SystemTime::now();
    let seen = fetch(format!("http://{server}"), FetchPurpose::Date, false).await;
    assert!(end(&seen).starts_with("fetch ok 405"), "{seen:?}");
    assert_eq!(
        http(&seen).date.as_deref(),
        Some("Tue, 03 Nov 2026 10:00:00 GMT")
    );
    let now = before
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap()
        .as_micros();
    let off = i128::from(http(&seen).received_unix_us) - i128::try_from(now).unwrap();
    assert!((0..60_000_000).contains(&off), "{off}");
}

#[tokio::test]
async fn answers_that_are_none() {
    for (answer, wanted) in [
        (
            b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_vec(),
            "notfound 404",
        ),
        (
            b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n".to_vec(),
            "refused 503",
        ),
        (
            b"HTTP/1.1 429 Slow\r\nContent-Length: 0\r\n\r\n".to_vec(),
            "throttled 429",
        ),
        (b"220 mail here\r\n".to_vec(), "garbage no HTTP"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc".to_vec(),
            "closed -",
        ),
        (Vec::new(), "closed -"),
        (
            [b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), vec![b'x'; 300 * 1024]].concat(),
            "garbage body over 262144 octets",
        ),
        (
            [b"HTTP/1.1 200 OK\r\nX: ".to_vec(), vec![b'x'; 64 * 1024]].concat(),
            "garbage no HTTP",
        ),
    ] {
        let server = web(answer).await;
        let seen = fetch(format!("http://{server}/"), FetchPurpose::Issuer, false).await;
        assert!(
            end(&seen).starts_with(&format!("fetch {wanted}")),
            "{} not {wanted}",
            end(&seen)
        );
    }
}

#[tokio::test]
async fn redirects_are_followed_three_times() {
    let last = web("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await;
    let mut next = format!("http://{last}/last");
    let mut chain = vec![next.clone()];
    for _ in 0..4 {
        let hop = web(format!(
            "HTTP/1.1 302 Found\r\nLocation: {next}\r\nContent-Length: 0\r\n\r\n"
        ))
        .await;
        next = format!("http://{hop}/");
        chain.push(next.clone());
    }
    let seen = fetch(chain[3].clone(), FetchPurpose::Issuer, false).await;
    assert_eq!(http(&seen).url, chain[0]);
    assert_eq!(seen.phases.len(), 8);
    let seen = fetch(chain[4].clone(), FetchPurpose::Issuer, false).await;
    assert_eq!(end(&seen), "fetch refused more than 3 redirects");
    assert_eq!(seen.answer, None);
}

#[tokio::test]
async fn what_is_not_contacted() {
    for url in [
        "https://shop.test/",
        "file:///etc/passwd",
        "ldap://shop.test/cn=x",
        "ftp://x.test/",
    ] {
        let seen = fetch(url.to_owned(), FetchPurpose::Crl, false).await;
        let scheme = url.split(':').next().unwrap();
        assert_eq!(phases(&seen), [format!("fetch denied scheme {scheme}")]);
    }
    let secret = web("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno").await;
    for host in [
        format!("{secret}"),
        format!("localhost:{}", secret.port()),
        format!("2130706433:{}", secret.port()),
    ] {
        let seen = fetch(format!("http://{host}/"), FetchPurpose::Ocsp, true).await;
        assert!(
            end(&seen).starts_with("connect denied private address "),
            "{seen:?}"
        );
        assert_eq!(seen.answer, None);
    }
    let away = web("HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\n\r\n").await;
    let seen = fetch(format!("http://{away}/"), FetchPurpose::Issuer, false).await;
    assert_eq!(end(&seen), "fetch denied scheme file");
}

#[tokio::test]
async fn what_is_kept_of_lists_and_answers() {
    let long = [b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), vec![b'x'; 300 * 1024]].concat();
    let server = web(long).await;
    let url = format!("http://{server}/list.crl");
    let seen = fetch(url.clone(), FetchPurpose::Crl, false).await;
    assert_eq!(end(&seen), format!("fetch ok 200 {url}"));
    let kept = http(&seen);
    assert_eq!((kept.body.len(), kept.unkept), (1024, 299 * 1024));
    assert_eq!(kept.excerpt, None);
    // The question in an OCSP URL says nothing to people.
    let server = web("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await;
    let url = format!("http://{server}/ocsp/MEkwRzBFMEMwQTAJ");
    let seen = fetch(url.clone(), FetchPurpose::Ocsp, false).await;
    assert_eq!(end(&seen), format!("fetch ok 200 http://{server}/ocsp"));
    assert_eq!(http(&seen).url, url);
}

/// An SNTP server that is `ahead` seconds ahead, of the stratum given.
async fn ntp(ahead: u32, stratum: u8) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut request = [0; 128];
        while let Ok((count, from)) = socket.recv_from(&mut request).await {
            assert_eq!(count, 48);
            let now = SystemTime::now()
                .duration_since(SystemTime::UNIX_EPOCH)
                .unwrap();
            let seconds = u32::try_from(now.as_secs() + 2_208_988_800).unwrap() + ahead;
            let fraction = (u64::from(now.subsec_nanos()) << 32) / 1_000_000_000;
            let time = [
                seconds.to_be_bytes(),
                u32::try_from(fraction).unwrap().to_be_bytes(),
            ]
            .concat();
            let mut reply = [0; 48];
            reply[0] = 0x24;
            reply[1] = stratum;
            reply[12..16].copy_from_slice(b"RATE");
            reply[24..32].copy_from_slice(&request[40..48]);
            reply[32..40].copy_from_slice(&time);
            reply[40..48].copy_from_slice(&time);
            // What is not for this question is not an answer.
            let mut forged = reply;
            forged[24] ^= 1;
            forged[32] ^= 1;
            socket.send_to(&forged, from).await.unwrap();
            socket.send_to(&reply, from).await.unwrap();
        }
    });
    address
}

#[tokio::test]
async fn somebody_elses_clock() {
    let ask = async |source: String| {
        run(Action::Clock {
            source: ClockSource::Sntp(source),
        })
        .await
    };
    let server = ntp(3600, 1).await;
    for (source, wanted) in [
        (server.to_string(), vec!["fetch ok -"]),
        (
            format!("localhost:{}", server.port()),
            vec!["resolve ok -", "fetch ok -"],
        ),
    ] {
        let seen = ask(source).await;
        // localhost may be ::1 first, where nobody listens.
        if end(&seen) == "fetch refused ECONNREFUSED" {
            continue;
        }
        assert_eq!(phases(&seen), wanted);
        let Some(Answer::Clock {
            offset_us,
            uncertainty_us,
        }) = seen.answer
        else {
            panic!("{seen:?}");
        };
        assert!(uncertainty_us < 1_000_000, "{uncertainty_us}");
        let off = (offset_us - 3_600_000_000).unsigned_abs();
        assert!(off <= uncertainty_us, "{off} {uncertainty_us}");
    }
    let limited = ask(ntp(0, 0).await.to_string()).await;
    assert_eq!(end(&limited), "fetch throttled RATE");
    assert_eq!(
        limited.end().map(|phase| phase.outcome),
        Some(PhaseOutcome::Throttled)
    );
    let closed = UdpSocket::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    assert_eq!(
        end(&ask(closed.to_string()).await),
        "fetch refused ECONNREFUSED"
    );
    assert_eq!(
        end(&ask("x:y".to_owned()).await),
        "resolve error port not valid"
    );
}
