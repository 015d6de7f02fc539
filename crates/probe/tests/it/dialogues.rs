//! STARTTLS dialogues with servers that keep to no protocol: each ends within its limit, in bounded memory, and what the
//! server said is kept.

use crate::support::{end, run, run_for, serve};
use report::{Action, Observation, PhaseOutcome, Plaintext, Starttls};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const PROTOCOLS: [Starttls; 13] = [
    Starttls::Smtp,
    Starttls::Lmtp,
    Starttls::Imap,
    Starttls::Pop3,
    Starttls::Ftp,
    Starttls::Nntp,
    Starttls::Sieve,
    Starttls::Xmpp,
    Starttls::XmppServer,
    Starttls::Ldap,
    Starttls::Postgres,
    Starttls::Mysql,
    Starttls::Irc,
];

/// The experiment's own limit in microseconds, and what is more than any of these needs on a loaded machine.
const LIMIT_US: u64 = 1_000_000;
const LONGEST: Duration = Duration::from_secs(10);
/// The most that one dialogue reads and keeps.
const MOST: usize = 128 * 1024;

fn offer(address: SocketAddr, protocol: Starttls) -> Action {
    Action::Plaintext {
        address,
        say: Plaintext::OfferStarttls(protocol),
        via: None,
    }
}

fn outcome(observation: &Observation) -> Option<PhaseOutcome> {
    observation.end().map(|phase| phase.outcome)
}

/// Says `octets` again and again until the client goes away.
async fn endless(mut stream: TcpStream, octets: &'static [u8]) {
    while stream.write_all(octets).await.is_ok() {}
}

/// Says `octets` once, and waits for the client to go away.
async fn once(mut stream: TcpStream, octets: &'static [u8]) {
    let _ = stream.write_all(octets).await;
    let _ = stream.read_to_end(&mut Vec::new()).await;
}

async fn each(address: SocketAddr, ends: impl Fn(Starttls, &Observation)) {
    each_for(address, LIMIT_US, ends).await;
}

async fn each_for(address: SocketAddr, limit_us: u64, ends: impl Fn(Starttls, &Observation)) {
    for protocol in PROTOCOLS {
        let begun = Instant::now();
        let seen = run_for(offer(address, protocol), limit_us).await;
        assert!(begun.elapsed() < LONGEST, "{protocol:?} {seen:?}");
        assert!(seen.received().len() <= MOST, "{protocol:?}");
        let detail = seen.end().and_then(|phase| phase.detail.as_deref());
        assert!(
            detail.unwrap_or_default().len() <= 200,
            "{protocol:?} {detail:?}"
        );
        ends(protocol, &seen);
    }
}

#[tokio::test]
async fn one_line_without_end() {
    let address = serve(|stream| endless(stream, &[b'2'; 4096])).await;
    each(address, |protocol, seen| {
        assert_eq!(
            outcome(seen),
            Some(PhaseOutcome::Garbage),
            "{protocol:?} {seen:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn lines_without_end() {
    let greetings: [&'static [u8]; 5] = [
        b"220-again\r\n",
        b"* OK again\r\n",
        b"\"SIEVE\" \"again\"\r\n",
        b":irc.test NOTICE * :again\r\n",
        b"<stream:stream><again/>",
    ];
    for greeting in greetings {
        let address = serve(move |stream| endless(stream, greeting)).await;
        each(address, |protocol, seen| {
            assert!(
                matches!(
                    outcome(seen),
                    Some(PhaseOutcome::Garbage | PhaseOutcome::Refused)
                ),
                "{protocol:?} {seen:?}"
            );
        })
        .await;
    }
}

#[tokio::test]
async fn no_end_of_the_line() {
    let beginnings: [&'static [u8]; 6] = [
        b"220 mail",
        b"* OK",
        b"+OK",
        b"<?xml version='1.0'?><stream:stream",
        b"\x30\x84\x00\x00",
        b"\x4a\x00\x00\x00\x0a5.5",
    ];
    for beginning in beginnings {
        let address = serve(move |stream| once(stream, beginning)).await;
        each_for(address, LIMIT_US / 10, |protocol, seen| {
            assert!(
                matches!(
                    outcome(seen),
                    Some(PhaseOutcome::Timeout | PhaseOutcome::Garbage)
                ),
                "{protocol:?} {seen:?}"
            );
            assert_eq!(seen.received(), beginning, "{protocol:?}");
        })
        .await;
    }
}

#[tokio::test]
async fn binary_garbage() {
    const GARBAGE: [u8; 512] = {
        let mut garbage = [0; 512];
        let mut place = 0;
        while place < garbage.len() {
            garbage[place] = (place * 167 + 129) as u8 | 0x80;
            place += 1;
        }
        garbage
    };
    let address = serve(|stream| endless(stream, &GARBAGE)).await;
    each(address, |protocol, seen| {
        assert_eq!(
            outcome(seen),
            Some(PhaseOutcome::Garbage),
            "{protocol:?} {seen:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_close_without_a_word() {
    let address = serve(|stream| async move { drop(stream) }).await;
    each(address, |protocol, seen| {
        assert!(
            matches!(
                outcome(seen),
                Some(PhaseOutcome::Closed | PhaseOutcome::Reset)
            ),
            "{protocol:?} {seen:?}"
        );
    })
    .await;
}

/// CVE-2011-0411 and its like: what is said in plaintext after the agreement must never pass for TLS, nor be forgotten.
#[tokio::test]
async fn plaintext_in_one_write_with_the_agreement() {
    async fn talk(stream: &mut TcpStream, answers: &[&'static [u8]]) {
        for answer in answers {
            let mut heard = [0; 512];
            if stream.write_all(answer).await.is_err() || stream.read(&mut heard).await.is_err() {
                return;
            }
        }
        let _ = stream.read_to_end(&mut Vec::new()).await;
    }
    let smtp = serve(|mut stream| async move {
        talk(
            &mut stream,
            &[
                b"220 x\r\n",
                b"250 STARTTLS\r\n",
                b"220 go\r\n250 injected\r\n",
            ],
        )
        .await;
    })
    .await;
    let seen = run(offer(smtp, Starttls::Smtp)).await;
    assert_eq!(end(&seen), "starttls garbage 250 injected");
    let imap = serve(|mut stream| async move {
        talk(
            &mut stream,
            &[b"* OK\r\n", b"a1 OK go\r\n* BYE injected\r\n"],
        )
        .await;
    })
    .await;
    let seen = run(offer(imap, Starttls::Imap)).await;
    assert_eq!(end(&seen), "starttls garbage * BYE injected");
    let postgres = serve(|mut stream| async move {
        let mut request = [0; 8];
        let _ = stream.read_exact(&mut request).await;
        once(stream, b"SNo").await;
    })
    .await;
    let seen = run(offer(postgres, Starttls::Postgres)).await;
    assert_eq!(end(&seen), "starttls garbage No");
}

#[tokio::test]
async fn a_greeting_is_waited_for() {
    let address = serve(|mut stream| async move {
        // Nothing may be said before the greeting.
        let early = tokio::time::timeout(Duration::from_millis(400), stream.read_u8()).await;
        assert!(early.is_err(), "{early:?}");
        stream.write_all(b"220-mx\r\n").await.unwrap();
        let early = tokio::time::timeout(Duration::from_millis(400), stream.read_u8()).await;
        assert!(early.is_err(), "{early:?}");
        stream.write_all(b"220 mx\r\n").await.unwrap();
        let _ = stream.read(&mut [0; 64]).await;
    })
    .await;
    for protocol in [Starttls::Smtp, Starttls::Lmtp, Starttls::Ftp] {
        let seen = run(offer(address, protocol)).await;
        assert_eq!(
            outcome(&seen),
            Some(PhaseOutcome::Closed),
            "{protocol:?} {seen:?}"
        );
        let said = seen.sent();
        assert!(
            [&b"EHLO "[..], b"LHLO ", b"AUTH TLS"]
                .iter()
                .any(|word| said.starts_with(word)),
            "{protocol:?} {said:?}"
        );
    }
}

#[tokio::test]
async fn refusals_keep_the_servers_own_words() {
    let cases: [(Starttls, &'static [u8], &str); 6] = [
        (Starttls::Smtp, b"421 4.7.0 busy\r\n", "421 4.7.0 busy"),
        (Starttls::Imap, b"* BYE overloaded\r\n", "* BYE overloaded"),
        (Starttls::Imap, b"* PREAUTH in\r\n", "* PREAUTH in"),
        (Starttls::Pop3, b"-ERR busy\r\n", "-ERR busy"),
        (Starttls::Sieve, b"BYE \"busy\"\r\n", "BYE \"busy\""),
        (Starttls::Nntp, b"502 not you\r\n", "502 not you"),
    ];
    for (protocol, greeting, words) in cases {
        let address = serve(move |stream| once(stream, greeting)).await;
        let seen = run(offer(address, protocol)).await;
        assert_eq!(end(&seen), format!("starttls refused {words}"));
    }
}
