//! What ICMP says of a SYN and of a datagram that looks for a hop; and the same without the kernel's facts.

use crate::kernel::{observe, row};
use crate::namespaces::{Host, may};
use crate::support::{end, run};
use report::{Action, Icmp, Observation, Phase, PhaseName, PhaseOutcome, TcpConditions};
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::thread;

const FIRST: &str = "10.9.1.2";
const SECOND: &str = "10.9.2.2";
const SERVER: &str = "10.9.3.2";

const TIME_EXCEEDED: Icmp = Icmp { kind: 11, code: 0 };

fn syn(address: &str, ttl: Option<u8>) -> Action {
    Action::Connect {
        via: None,
        address: address.parse().unwrap(),
        tcp: TcpConditions {
            syn_ttl: ttl,
            ..TcpConditions::default()
        },
    }
}

fn hop(ttl: Option<u8>) -> Action {
    Action::hop(SERVER.parse().unwrap(), ttl)
}

/// The only phase.
fn only(seen: &Observation) -> &Phase {
    assert_eq!(seen.phases.len(), 1);
    &seen.phases[0]
}

/// Who said what.
fn said(seen: &Observation) -> Option<(IpAddr, Icmp)> {
    let phase = only(seen);
    assert_eq!(phase.offender.is_some(), phase.icmp.is_some());
    Some((phase.offender?, phase.icmp?))
}

fn by(sender: &str, kind: u8, code: u8) -> Option<(IpAddr, Icmp)> {
    Some((sender.parse().unwrap(), Icmp { kind, code }))
}

/// With the kernel's facts `expected` said so; without them the end is the same, and nobody is named.
fn told(client: &Host, action: Action, expected: Option<(IpAddr, Icmp)>) -> Observation {
    let seen = observe(client, action.clone(), true);
    assert_eq!(said(&seen), expected);
    let without = observe(client, action, false);
    assert_eq!((end(&without), said(&without)), (end(&seen), None));
    seen
}

#[test]
fn what_a_router_says_of_a_syn() {
    if !may("icmp::what_a_router_says_of_a_syn") {
        return;
    }
    let [client, _first, second, _server] = row();
    second.filter("forward", "meta l4proto udp accept");
    for (port, kind, code, ending) in [
        (441, "net-unreachable", 0, "unreachable ENETUNREACH"),
        (442, "host-unreachable", 1, "unreachable EHOSTUNREACH"),
        (443, "port-unreachable", 3, "refused ECONNREFUSED"),
        (444, "net-prohibited", 9, "unreachable ENETUNREACH"),
        (445, "host-prohibited", 10, "unreachable EHOSTUNREACH"),
        (446, "admin-prohibited", 13, "unreachable EHOSTUNREACH"),
    ] {
        second.sh(&format!(
            "nft add rule ip t c tcp dport {port} reject with icmp type {kind}"
        ));
        let address = format!("{SERVER}:{port}");
        let seen = told(&client, syn(&address, None), by(SECOND, 3, code));
        assert_eq!(end(&seen), format!("connect {ending}"), "{kind}");
    }
    for (ttl, router) in [(1, FIRST), (2, SECOND)] {
        let seen = told(&client, syn("10.9.3.2:447", Some(ttl)), by(router, 11, 0));
        assert_eq!(end(&seen), "connect unreachable EHOSTUNREACH");
    }
    let seen = told(&client, syn("10.9.3.2:447", Some(3)), None);
    assert_eq!(end(&seen), "connect refused ECONNREFUSED", "a RST");
}

#[test]
fn a_datagram_finds_its_hop() {
    if !may("icmp::a_datagram_finds_its_hop") {
        return;
    }
    let [client, _first, second, server] = row();
    for (ttl, router) in [(1, FIRST), (2, SECOND)] {
        let seen = observe(&client, hop(Some(ttl)), true);
        assert_eq!(end(&seen), "hop unreachable EHOSTUNREACH");
        assert_eq!(said(&seen), Some((router.parse().unwrap(), TIME_EXCEEDED)));
        // A system's own error is for what cannot be helped; a time to live might.
        let without = observe(&client, hop(Some(ttl)), false);
        assert_eq!(
            (end(&without).as_str(), said(&without)),
            ("hop timeout -", None)
        );
    }
    for ttl in [Some(3), Some(30), None] {
        let seen = told(&client, hop(ttl), by(SERVER, 3, 3));
        assert_eq!(end(&seen), "hop refused ECONNREFUSED");
        let port = 33434 + u16::from(ttl.unwrap_or_default());
        assert_eq!(only(&seen).address.unwrap().port(), port);
        assert!(seen.local.is_some() && seen.kernel.is_empty());
    }

    second.filter("forward", "udp dport 33437 drop");
    second.sh("nft add rule ip t c udp dport 33438 reject with icmp type admin-prohibited");
    let seen = told(&client, hop(Some(3)), None);
    assert_eq!(end(&seen), "hop timeout -");
    // Before it is filtered it dies.
    let seen = observe(&client, hop(Some(2)), true);
    assert_eq!(said(&seen), by(SECOND, 11, 0));
    let seen = told(&client, hop(Some(4)), by(SECOND, 3, 13));
    assert_eq!(end(&seen), "hop unreachable EHOSTUNREACH");

    let answering = server.run(|| UdpSocket::bind("10.9.3.2:33439").unwrap());
    thread::spawn(move || {
        while let Ok((_, from)) = answering.recv_from(&mut [0; 64]) {
            let _ = answering.send_to(b"?", from);
        }
    });
    let seen = told(&client, hop(Some(5)), None);
    assert_eq!(only(&seen).outcome, PhaseOutcome::Ok);
}

/// IPv6 on the row: `fd09:1::/64` to `fd09:3::/64`, each link's near end 1 and far end 2.
fn with_ipv6(hosts: &[Host; 4]) {
    for (at, net) in ["9_1", "9_2", "9_3"].into_iter().enumerate() {
        let link = at + 1;
        hosts[at].sh(&format!("ip addr add fd09:{link}::1/64 dev a{net} nodad"));
        hosts[at + 1].sh(&format!("ip addr add fd09:{link}::2/64 dev b{net} nodad"));
    }
    let ways = [
        "ip route add default via fd09:1::2",
        "ip route add fd09:3::/64 via fd09:2::2; sysctl -qw net.ipv6.conf.all.forwarding=1",
        "ip route add fd09:1::/64 via fd09:2::1; sysctl -qw net.ipv6.conf.all.forwarding=1",
        "ip route add default via fd09:3::1",
    ];
    for (host, way) in hosts.iter().zip(ways) {
        host.sh(&format!("sysctl -qw net.ipv6.icmp.ratelimit=0; {way}"));
    }
}

#[test]
fn the_same_over_ipv6() {
    if !may("icmp::the_same_over_ipv6") {
        return;
    }
    let hosts = row();
    with_ipv6(&hosts);
    let [client, _first, second, _server] = &hosts;
    let far: IpAddr = "fd09:3::2".parse().unwrap();
    for (ttl, router) in [(1, "fd09:1::2"), (2, "fd09:2::2")] {
        let seen = observe(client, Action::hop(far, Some(ttl)), true);
        assert_eq!(end(&seen), "hop unreachable EHOSTUNREACH");
        assert_eq!(said(&seen), by(router, 3, 0));
        let seen = told(client, syn("[fd09:3::2]:443", Some(ttl)), by(router, 3, 0));
        assert_eq!(end(&seen), "connect unreachable EHOSTUNREACH");
    }
    let seen = told(client, Action::hop(far, Some(3)), by("fd09:3::2", 1, 4));
    assert_eq!(end(&seen), "hop refused ECONNREFUSED");
    second.sh(
        "nft add table ip6 t; nft add chain ip6 t c '{ type filter hook forward priority 0; }'; nft add rule ip6 t c tcp dport 444 reject with icmpv6 type admin-prohibited",
    );
    let seen = told(client, syn("[fd09:3::2]:444", None), by("fd09:2::2", 1, 1));
    assert_eq!(end(&seen), "connect denied EACCES");
}

#[tokio::test]
async fn a_datagram_that_cannot_be_sent() {
    let here: SocketAddr = "127.0.0.1:33434".parse().unwrap();
    let seen = run(Action::Hop {
        address: here,
        ttl: Some(0),
    })
    .await;
    let phase = only(&seen);
    assert_eq!(phase.phase, PhaseName::Hop);
    assert_eq!(
        (phase.outcome, phase.errno),
        (PhaseOutcome::Error, Some(libc::EINVAL))
    );
}
