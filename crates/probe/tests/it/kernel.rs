//! What the kernel tells about connections that stall, on networks that stall them; and the same without the kernel.

use crate::hello::{conditions, modern};
use crate::namespaces::{Host, may};
use crate::support::{end, hands, phases, run, run_with, serve};
use probe::MAX_LATE_FACTS;
use report::{
    Action, Fate, Hello, HelloSplit, KernelFact, KernelMoment, Observation, PhaseName,
    PhaseOutcome, TcpConditions, TcpInfo, TtlSweep,
};
use socket2::{Domain, SockRef, Socket, Type};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

/// Long enough for the first retransmission of a SYN, after a second, and for three of a hello.
const PATIENCE_US: u64 = 1_600_000;

const SERVER: &str = "10.8.1.2:443";

/// handshake_failure.
const ALERT: [u8; 7] = [21, 3, 3, 0, 2, 2, 40];

const HANDSHAKE_FAILURE: &str = "hello alert alert 40 handshake_failure received";

fn hello(address: &str, tcp: TcpConditions) -> Action {
    Action::Hello(Box::new(Hello {
        tcp,
        ..conditions(address.parse().unwrap(), modern())
    }))
}

/// Runs `action` on `host`, with or without what the kernel knows.
pub(crate) fn observe(host: &Host, action: Action, kernel: bool) -> Observation {
    host.run(move || {
        let hands = match kernel {
            true => hands(),
            false => hands().without_kernel_facts(),
        };
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
            .block_on(run_with(&hands, action, PATIENCE_US))
    })
}

/// A listener on `host` that plays `script` with every connection, each in a thread.
fn listen(host: &Host, address: &str, backlog: i32, script: Option<fn(TcpStream)>) -> Socket {
    let address: SocketAddr = address.parse().unwrap();
    let listener = host.run(move || {
        let listener = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        listener.set_reuse_address(true).unwrap();
        listener.bind(&address.into()).unwrap();
        listener.listen(backlog).unwrap();
        listener
    });
    if let Some(script) = script {
        let accepting = listener.try_clone().unwrap();
        thread::spawn(move || {
            while let Ok((stream, _)) = accepting.accept() {
                thread::spawn(move || script(stream.into()));
            }
        });
    }
    listener
}

/// Reads a whole hello.
fn hear(stream: &mut TcpStream) {
    let mut head = [0; 5];
    // Connections without a hello are closed.
    if stream.read_exact(&mut head).is_ok() {
        let mut rest = vec![0; usize::from(head[3]) << 8 | usize::from(head[4])];
        stream.read_exact(&mut rest).unwrap();
    }
}

fn refusing(mut stream: TcpStream) {
    hear(&mut stream);
    let _ = stream.write_all(&ALERT);
    let _ = stream.read(&mut [0]);
}

fn silent(mut stream: TcpStream) {
    let _ = stream.read_to_end(&mut Vec::new());
}

fn half_reading(mut stream: TcpStream) {
    let _ = stream.read(&mut [0; 60]);
    thread::park();
}

fn closing(mut stream: TcpStream) {
    hear(&mut stream);
}

fn resetting(mut stream: TcpStream) {
    hear(&mut stream);
    // The acknowledgement may be delayed, but not by as much as 40 ms.
    thread::sleep(Duration::from_millis(60));
    SockRef::from(&stream)
        .set_linger(Some(Duration::ZERO))
        .unwrap();
}

/// Two hosts on one link.
fn pair() -> (Host, Host) {
    let (client, server) = (Host::new(), Host::new());
    client.link(&server, "8.1");
    (client, server)
}

/// The last look of the kernel at a connection that ended like `expected`, which it must also do without the kernel.
fn last_look(client: &Host, action: Action, expected: &str) -> (Observation, KernelFact) {
    let seen = observe(client, action.clone(), true);
    assert_eq!(end(&seen), expected);
    let without = observe(client, action, false);
    assert_eq!(phases(&without), phases(&seen));
    assert!(without.kernel.is_empty());
    let last = seen.kernel.last().expect("facts of the kernel").clone();
    assert_eq!(last.moment, KernelMoment::End);
    (seen, last)
}

fn acked_all(seen: &Observation, tcp: &TcpInfo) {
    let sent = u64::try_from(seen.sent().len()).unwrap();
    assert_eq!(tcp.payload_acked(), Some(sent), "{tcp:?}");
    assert_eq!(tcp.total_retrans, 0, "{tcp:?}");
    assert_eq!(tcp.rcv_ooopack, Some(0), "{tcp:?}");
}

#[test]
fn an_answer() {
    if !may("kernel::an_answer") {
        return;
    }
    let (client, server) = pair();
    let _listener = listen(&server, SERVER, 16, Some(refusing));
    let action = hello(SERVER, TcpConditions::default());
    let (seen, last) = last_look(&client, action, HANDSHAKE_FAILURE);
    acked_all(&seen, &last.tcp);
    assert_eq!(last.tcp.bytes_received, Some(7));
    let first = &seen.kernel[0];
    assert_eq!(
        (first.moment, first.phase),
        (KernelMoment::PhaseEnd, PhaseName::Connect)
    );
    assert_eq!((first.tcp.state, first.tcp.bytes_acked), (1, Some(1)));
    assert!(first.tcp.rtt_us > 0 && first.tcp.pmtu == 1500);
}

#[test]
fn nobody_answers_what_arrived() {
    if !may("kernel::nobody_answers_what_arrived") {
        return;
    }
    let (client, server) = pair();
    let _silent = listen(&server, SERVER, 16, Some(silent));
    let _never_accepted = listen(&server, "10.8.1.2:444", 16, None);
    let _half = listen(&server, "10.8.1.2:445", 16, Some(half_reading));
    for address in [SERVER, "10.8.1.2:444", "10.8.1.2:445"] {
        let action = hello(address, TcpConditions::default());
        let (seen, last) = last_look(&client, action, "hello timeout -");
        acked_all(&seen, &last.tcp);
        assert_eq!(last.tcp.bytes_received, Some(0));
        assert_eq!(last.tcp.data_segs_in, Some(0));
        assert_eq!((last.tcp.unacked, last.tcp.backoff), (0, 0));
    }
}

#[test]
fn the_hello_is_dropped() {
    if !may("kernel::the_hello_is_dropped") {
        return;
    }
    let (client, server) = pair();
    server.filter("input", "tcp dport 443 meta length gt 100 drop");
    let _listener = listen(&server, SERVER, 16, Some(refusing));
    let action = hello(SERVER, TcpConditions::default());
    let (_, last) = last_look(&client, action, "hello timeout -");
    let tcp = last.tcp;
    assert_eq!(tcp.payload_acked(), Some(0));
    assert_eq!((tcp.unacked, tcp.lost, tcp.segs_in), (1, 1, Some(1)));
    assert!(tcp.retransmits >= 2 && tcp.backoff >= 2, "{tcp:?}");
    assert_eq!(last.phase, PhaseName::Hello);
}

#[test]
fn syns_without_an_answer() {
    if !may("kernel::syns_without_an_answer") {
        return;
    }
    let (client, server) = pair();
    server.filter("input", "tcp dport 443 drop");
    // A queue for one connection, which is full after the first.
    let _full = listen(&server, "10.8.1.2:444", 0, None);
    let first = client.run(|| TcpStream::connect("10.8.1.2:444").unwrap());
    for address in [SERVER, "10.8.1.2:444"] {
        let action = hello(address, TcpConditions::default());
        let (_, last) = last_look(&client, action, "connect timeout -");
        let tcp = last.tcp;
        assert_eq!((tcp.state, tcp.bytes_acked), (2, Some(0)));
        assert_eq!((tcp.unacked, tcp.segs_in), (1, Some(0)));
        assert_eq!(tcp.total_retrans, 1);
        assert_eq!(last.phase, PhaseName::Connect);
    }
    drop(first);
}

#[test]
fn an_end_after_the_hello() {
    if !may("kernel::an_end_after_the_hello") {
        return;
    }
    let (client, server) = pair();
    let _reset = listen(&server, SERVER, 16, Some(resetting));
    let _close = listen(&server, "10.8.1.2:444", 16, Some(closing));
    let action = hello(SERVER, TcpConditions::default());
    let (seen, last) = last_look(&client, action, "hello reset ECONNRESET");
    acked_all(&seen, &last.tcp);
    assert_eq!(last.tcp.state, 7);
    let action = hello("10.8.1.2:444", TcpConditions::default());
    let (seen, last) = last_look(&client, action, "hello closed -");
    acked_all(&seen, &last.tcp);
    assert_eq!(last.tcp.state, 8);
}

#[test]
fn a_refused_syn() {
    if !may("kernel::a_refused_syn") {
        return;
    }
    let (client, server) = pair();
    server.filter("input", "tcp dport 444 reject with tcp reset");
    server.sh("nft add rule ip t c tcp dport 445 reject with icmp type admin-prohibited");
    let errno = |seen: &Observation| seen.phases[0].errno;
    for address in [SERVER, "10.8.1.2:444"] {
        let action = hello(address, TcpConditions::default());
        let (seen, _) = last_look(&client, action, "connect refused ECONNREFUSED");
        assert_eq!(errno(&seen), Some(libc::ECONNREFUSED));
        assert_eq!(seen.phases[0].offender, None);
    }
    let action = hello("10.8.1.2:445", TcpConditions::default());
    let (seen, _) = last_look(&client, action, "connect unreachable EHOSTUNREACH");
    assert_eq!(errno(&seen), Some(libc::EHOSTUNREACH));
    assert_eq!(seen.phases[0].offender, "10.8.1.2".parse().ok());
}

/// A client, two routers and a server in a row.
pub(crate) fn row() -> [Host; 4] {
    let hosts = [Host::new(), Host::new(), Host::new(), Host::new()];
    for (at, net) in ["9.1", "9.2", "9.3"].into_iter().enumerate() {
        hosts[at].link(&hosts[at + 1], net);
    }
    hosts[0].sh("ip route add default via 10.9.1.2");
    hosts[1].sh("ip route add 10.9.3.0/24 via 10.9.2.2; sysctl -qw net.ipv4.ip_forward=1");
    hosts[2].sh("ip route add 10.9.1.0/24 via 10.9.2.1; sysctl -qw net.ipv4.ip_forward=1");
    hosts[3].sh("ip route add default via 10.9.3.1");
    for host in &hosts {
        // Or the seventh message within a second is not sent.
        host.sh("sysctl -qw net.ipv4.icmp_ratelimit=0");
    }
    hosts
}

const FAR: &str = "10.9.3.2:443";

/// Of each time to live of the hello, whether it was acknowledged, and what came back.
fn hops(seen: &Observation) -> Vec<(u8, bool, Fate)> {
    let sent = seen.transmissions();
    sent.iter()
        .map(|sent| (sent.ttl, sent.acked, sent.fate))
        .collect()
}

#[test]
fn a_time_to_live_that_rises() {
    if !may("kernel::a_time_to_live_that_rises") {
        return;
    }
    let [client, _first, second, server] = row();
    let _listener = listen(&server, FAR, 16, Some(refusing));
    let _silent = listen(&server, "10.9.3.2:444", 16, Some(silent));
    let _reset = listen(&server, "10.9.3.2:445", 16, Some(resetting));
    let _close = listen(&server, "10.9.3.2:446", 16, Some(closing));
    for (ttl, router) in [(1, Some("10.9.1.2")), (2, Some("10.9.2.2")), (3, None)] {
        let action = Action::Connect {
            via: None,
            address: FAR.parse().unwrap(),
            tcp: TcpConditions {
                syn_ttl: Some(ttl),
                ..TcpConditions::default()
            },
        };
        let seen = observe(&client, action, true);
        let connect = &seen.phases[0];
        assert_eq!(
            connect.offender,
            router.map(|router| router.parse().unwrap())
        );
        let expected = match router {
            Some(_) => PhaseOutcome::Unreachable,
            None => PhaseOutcome::Ok,
        };
        assert_eq!(connect.outcome, expected);
    }
    let sweep = TcpConditions {
        hello_ttl: Some(TtlSweep { from: 1, to: 5 }),
        ..TcpConditions::default()
    };
    let seen = observe(&client, hello(FAR, sweep), true);
    assert_eq!(end(&seen), HANDSHAKE_FAILURE);
    let died = [(1, false, Fate::Died), (2, false, Fate::Died)];
    assert_eq!(hops(&seen)[..2], died);
    assert_eq!(hops(&seen)[2..], [(3, true, Fate::Answered)]);
    for (address, fate) in [
        ("10.9.3.2:444", Fate::Silent),
        ("10.9.3.2:445", Fate::Reset),
        ("10.9.3.2:446", Fate::Closed),
    ] {
        let seen = observe(&client, hello(address, sweep), true);
        assert_eq!(hops(&seen)[..2], died);
        assert_eq!(hops(&seen)[2..], [(3, true, fate)]);
    }
    let without = observe(&client, hello(FAR, sweep), false);
    assert_eq!(end(&without), "hello error no TCP_INFO");
    assert!(without.traffic.is_empty());

    second.filter("forward", "tcp dport 443 meta length gt 100 drop");
    let seen = observe(&client, hello(FAR, sweep), true);
    assert_eq!(end(&seen), "hello timeout -");
    let silent = [(3, false, Fate::Silent), (4, false, Fate::Silent)];
    assert_eq!(hops(&seen)[..2], died);
    assert_eq!(hops(&seen)[2..4], silent);
    let last = seen.kernel.last().unwrap();
    assert_eq!(last.tcp.payload_acked(), Some(0));
}

#[tokio::test]
async fn conditions_are_kept() {
    let (first, is_first) = channel();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut octets = [0; 8192];
            let count = stream.read(&mut octets).unwrap();
            let peer = stream.peer_addr().unwrap();
            first.send((count, peer.port())).unwrap();
            let _ = stream.write_all(&ALERT);
            let _ = stream.read_to_end(&mut Vec::new());
        }
    });
    let usual = run(hello(&address, TcpConditions::default())).await;
    let (count, port) = is_first.recv().unwrap();
    assert_eq!(count, usual.sent().len());
    let usual = &usual.kernel[0].tcp;
    assert!(usual.rcv_wscale > 0 && usual.snd_mss > 1200);

    let unusual = TcpConditions {
        max_segment: Some(1200),
        receive_buffer: Some(32 * 1024),
        ..TcpConditions::default()
    };
    let seen = run(hello(&address, unusual)).await;
    let (_, other_port) = is_first.recv().unwrap();
    assert_ne!(port, other_port);
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let own_port = free.local_addr().unwrap().port();
    drop(free);
    let tcp = &seen.kernel[0].tcp;
    assert_eq!((tcp.rcv_wscale, tcp.snd_mss <= 1200), (0, true));

    let cut = TcpConditions {
        split: Some(HelloSplit {
            at: 5,
            pause_us: 50_000,
        }),
        local_port: Some(own_port),
        ..TcpConditions::default()
    };
    let seen = run(hello(&address, cut)).await;
    assert_eq!(phases(&seen), ["connect ok -", HANDSHAKE_FAILURE]);
    assert_eq!(is_first.recv().unwrap(), (5, own_port));
    // And at once again: a connection from a port of our choice leaves none behind in TIME_WAIT.
    let again = run(hello(&address, cut)).await;
    assert_eq!(phases(&again), ["connect ok -", HANDSHAKE_FAILURE]);
    assert_eq!(is_first.recv().unwrap(), (5, own_port));
    let (one, two) = (&seen.traffic[0], &seen.traffic[1]);
    assert_eq!(one.bytes.len(), 5);
    assert!(two.at_us - one.at_us >= 50_000);
}

#[tokio::test]
async fn being_late_is_taken_down() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let hands = hands();
    let experiment = report::Experiment {
        id: report::ExperimentId(1),
        label: "late".to_owned(),
        action: hello(
            &listener.local_addr().unwrap().to_string(),
            TcpConditions::default(),
        ),
        limit_us: PATIENCE_US,
    };
    let recorder = hands.recorder();
    // Told again and again, of which the first times and the latest are kept.
    let late = async {
        // The hello has been sent when the octets are in the record.
        while recorder.snapshot().traffic.is_empty() {
            tokio::task::yield_now().await;
        }
        let mut told = vec![recorder.late()];
        for _ in 1..MAX_LATE_FACTS + 3 {
            tokio::time::sleep(Duration::from_millis(1)).await;
            told.push(recorder.late());
        }
        told
    };
    let told = tokio::select! {
        () = hands.run(&experiment, &recorder) => panic!("it ended"),
        told = late => told,
    };
    let first = told[0].kernel.last().unwrap();
    assert_eq!(
        (first.moment, first.phase),
        (KernelMoment::Late, PhaseName::Hello)
    );
    let mut latest = 0;
    for (times, so_far) in (1..).zip(&told) {
        let late = so_far.kernel.iter();
        let late: Vec<&KernelFact> = late
            .filter(|fact| fact.moment == KernelMoment::Late)
            .collect();
        assert_eq!(late.len(), MAX_LATE_FACTS.min(times));
        assert_eq!(late[0], first);
        assert!(late.is_sorted_by_key(|fact| fact.at_us));
        let last = so_far.kernel.last().unwrap();
        assert_eq!(last, late[late.len() - 1]);
        assert!(last.at_us > latest, "{times}");
        latest = last.at_us;
    }
    recorder.abort();
    let again = recorder.late();
    assert_eq!(
        again.kernel.last().map(|fact| fact.moment),
        Some(KernelMoment::End)
    );
}

/// The server hangs up after the first half: the second half is answered by a reset, and the stream had ended before that.
#[tokio::test]
async fn hanging_up_is_no_reset() {
    let server = serve(async |mut stream: tokio::net::TcpStream| {
        let _ = stream.readable().await;
        let _ = tokio::io::AsyncReadExt::read(&mut stream, &mut [0; 4096]).await;
    })
    .await;
    let split = HelloSplit {
        at: 5,
        pause_us: 100_000,
    };
    let tcp = TcpConditions {
        split: Some(split),
        ..TcpConditions::default()
    };
    let seen = run(hello(&server.to_string(), tcp)).await;
    assert_eq!(end(&seen), "hello closed -");
}
