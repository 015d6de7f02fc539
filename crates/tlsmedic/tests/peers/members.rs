//! Real servers behind one name that do not answer alike, that were not reloaded, or that answer for somebody else.

use crate::authority::{Authority, Files, Leaf};
use crate::nginx::{self, Processes};
use crate::server::{Server, examine, free_port, replay};
use crate::servers::{Kind, Setup};
use crate::{HOST, causes};
use report::{Certainty, Outcome, Report, Severity, Verdict};
use std::net::{Ipv4Addr, UdpSocket};
use std::process::Command;

const TWO: [Ipv4Addr; 2] = [Ipv4Addr::LOCALHOST, Ipv4Addr::new(127, 0, 0, 2)];

fn leaf(authority: &Authority, days: (i64, i64)) -> Files {
    authority.leaf(Leaf {
        days,
        ..Leaf::new(HOST)
    })
}

/// A DNS server (RFC 1035) that knows these addresses of whatever is asked for, and nothing but addresses.
fn resolver(addresses: &'static [Ipv4Addr]) -> String {
    const A: [u8; 4] = [0, 1, 0, 1];
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
    let address = socket.local_addr().expect("an address");
    std::thread::spawn(move || {
        let mut query = [0u8; 512];
        while let Ok((_, from)) = socket.recv_from(&mut query) {
            let labels = query[12..]
                .iter()
                .position(|octet| *octet == 0)
                .unwrap_or(0);
            let question = &query[12..12 + labels + 5];
            let known: &[Ipv4Addr] = if question.ends_with(&A) {
                addresses
            } else {
                &[]
            };
            let count = u8::try_from(known.len()).expect("few");
            let mut answer = [
                &query[..2],
                &[0x81, 0x80, 0, 1, 0, count, 0, 0, 0, 0],
                question,
            ]
            .concat();
            for address in known {
                answer.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 5, 0, 4]);
                answer.extend(address.octets());
            }
            let _ = socket.send_to(&answer, from);
        }
    });
    address.to_string()
}

/// One nginx with a server block of its own on each address.
fn nginx(authority: &Authority, blocks: &[(Ipv4Addr, &Files, &str)]) -> Server {
    let port = free_port();
    let servers: String = blocks
        .iter()
        .map(|(address, files, more)| {
            format!(
                "server {{ listen {address}:{port} ssl; ssl_certificate {}; ssl_certificate_key {}; {more} return 200 ok; }}",
                files.chain, files.key
            )
        })
        .collect();
    nginx::start(&authority.path(""), port, Processes::One, &servers)
}

/// HAProxy that passes TCP on to these servers in turn.
fn balanced(authority: &Authority, behind: &[&Server]) -> Server {
    let port = free_port();
    let members: String = behind
        .iter()
        .enumerate()
        .map(|(index, server)| format!("  server s{index} 127.0.0.1:{}\n", server.port()))
        .collect();
    let configuration = format!(
        "defaults\n  mode tcp\n  timeout connect 5s\n  timeout client 5s\n  timeout server 5s\n\
         listen balanced\n  balance roundrobin\n  bind 127.0.0.1:{port}\n{members}"
    );
    let path = authority.path(&format!("{port}-balanced.cfg"));
    std::fs::write(&path, configuration).expect("a configuration");
    let mut command = Command::new("/usr/sbin/haproxy");
    command.args(["-db", "-f"]).arg(path);
    Server::start(command, port)
}

fn by_name(authority: &Authority, server: &Server, more: &[&str]) -> Report {
    let (ca_file, clock, resolver) = (authority.ca_file(), authority.clock(), resolver(&TWO));
    let mut arguments = vec!["--ca-file", &ca_file, "--time-source", &clock];
    arguments.extend(["--resolver", &resolver]);
    arguments.extend(more);
    examine(&format!("{HOST}:{}", server.port()), &arguments)
}

/// Which member a connection meets is chance: where all the refused ones met one and the same question, that they differ is
/// only one of the things that fit, and never is another one certain.
fn are_members(report: &Report) {
    let certain = report
        .causes
        .iter()
        .any(|cause| cause.certainty > Certainty::Suspected);
    if certain {
        return are_proven(report, &["S27"]);
    }
    let fits = |open: &report::Undecided| open.among.iter().any(|id| id.0 == "S27");
    assert!(report.undecided.iter().any(fits), "{:?}", report.undecided);
}

fn are_proven(report: &Report, ids: &[&str]) {
    let mut found = causes(report);
    found.sort_unstable_by_key(|(id, _)| *id);
    let wanted: Vec<_> = ids.iter().map(|id| (*id, Certainty::Proven)).collect();
    assert_eq!(found, wanted, "{:?} {:?}", report.outcome, report.undecided);
    assert_eq!(report.verdict, Verdict::Decided);
    assert_eq!(
        replay(report).conclusion(),
        report.conclusion(),
        "replay differs"
    );
}

#[test]
fn two_addresses_of_nginx_of_which_one_serves_an_expired_certificate() {
    let authority = Authority::new();
    let (good, old) = (leaf(&authority, (-1, 60)), leaf(&authority, (-90, -5)));
    let server = nginx(&authority, &[(TWO[0], &good, ""), (TWO[1], &old, "")]);
    for more in [&[][..], &["--all-addresses"]] {
        let report = by_name(&authority, &server, more);
        are_proven(&report, &["S27", "X01"]);
        assert_eq!(report.outcome, Outcome::WorksWithProblems);
        let expired = report
            .members
            .iter()
            .find(|member| !member.causes.is_empty());
        let expired = expired.expect("a member with a cause");
        assert_eq!(expired.causes[0].0, "X01");
        assert_eq!(expired.addresses[0].ip(), TWO[1]);
        assert!(expired.certificate.is_some() && expired.tries >= 2);
        assert_eq!(report.members.len(), 2);
    }
}

#[test]
fn two_addresses_of_nginx_alike_cost_one_connection_each_and_three_more() {
    let authority = Authority::new();
    let good = leaf(&authority, (-1, 60));
    let server = nginx(&authority, &[(TWO[0], &good, ""), (TWO[1], &good, "")]);
    let report = by_name(&authority, &server, &[]);
    assert_eq!(report.outcome, Outcome::Works);
    assert!(report.causes.is_empty() && report.members.is_empty());
    assert_eq!(report.connections, 5);
    let report = by_name(&authority, &server, &["--all-addresses"]);
    assert_eq!(report.outcome, Outcome::Works);
    assert_eq!(report.connections, 11);
}

#[test]
fn two_addresses_of_nginx_of_which_one_rejects_the_handshake() {
    let authority = Authority::new();
    let good = leaf(&authority, (-1, 60));
    let blocks = [
        (TWO[0], &good, ""),
        (TWO[1], &good, "ssl_reject_handshake on;"),
    ];
    let server = nginx(&authority, &blocks);
    let report = by_name(&authority, &server, &[]);
    are_proven(&report, &["S27"]);
    assert_eq!(report.outcome, Outcome::WorksWithProblems);
    let refused: Vec<_> = report
        .members
        .iter()
        .filter_map(|member| member.refused.as_deref())
        .collect();
    assert_eq!(refused, ["alert-112"]);
}

#[test]
fn haproxy_that_balances_two_servers_of_which_one_is_expired_or_refuses() {
    let authority = Authority::new();
    let (good, old) = (leaf(&authority, (-1, 60)), leaf(&authority, (-90, -5)));
    let one = nginx(&authority, &[(TWO[0], &good, "")]);
    let expired = nginx(&authority, &[(TWO[0], &old, "")]);
    let refusing = nginx(&authority, &[(TWO[0], &good, "ssl_reject_handshake on;")]);
    let balancer = balanced(&authority, &[&one, &expired]);
    are_proven(&balancer.diagnose(HOST, &authority, &[]), &["S27", "X01"]);
    let balancer = balanced(&authority, &[&one, &refusing]);
    let report = balancer.diagnose(HOST, &authority, &[]);
    are_members(&report);
    assert_eq!(report.outcome, Outcome::WorksWithProblems);
    let balancer = balanced(&authority, &[&one, &one, &refusing]);
    let report = balancer.diagnose(HOST, &authority, &["--all-addresses"]);
    are_members(&report);
}

#[test]
fn nginx_whose_file_was_renewed_and_that_was_not_reloaded() {
    let authority = Authority::new();
    let renewed = leaf(&authority, (-1, 60));
    for (days, stops) in [((-90, -5), true), ((-60, 5), false)] {
        let served = leaf(&authority, days);
        let server = nginx(&authority, &[(TWO[0], &served, "")]);
        for (from, to) in [(&renewed.chain, &served.chain), (&renewed.key, &served.key)] {
            std::fs::copy(from, to).expect("a renewed file");
        }
        let deployed = ["--deployed", served.chain.as_str()];
        let report = server.diagnose(HOST, &authority, &deployed);
        if stops {
            are_proven(&report, &["S26", "X01"]);
            let fix = report
                .causes
                .iter()
                .find(|cause| cause.id.0 == "S26")
                .expect("S26");
            assert!(
                fix.fixes[0]
                    .commands
                    .iter()
                    .any(|line| line.contains("systemctl reload nginx"))
            );
        } else {
            assert_eq!(report.outcome, Outcome::Works);
            let finding = &report.findings[0];
            assert_eq!(
                (finding.cause.id.0.as_str(), finding.severity),
                ("S26", Severity::Warning)
            );
        }
        drop(server);
        let reloaded = nginx(&authority, &[(TWO[0], &served, "")]);
        let report = reloaded.diagnose(HOST, &authority, &deployed);
        assert_eq!(report.outcome, Outcome::Works);
        assert!(report.findings.is_empty(), "{:?}", report.findings);
    }
}

#[test]
fn a_default_host_answers_for_a_name_it_does_not_have() {
    let authority = Authority::new();
    let files = authority.leaf(Leaf::new("intranet.office.test"));
    for kind in [Kind::Apache, Kind::Nginx] {
        let server = kind.start(&Setup::new(files.clone()), &authority);
        let report = server.diagnose(HOST, &authority, &[]);
        assert_eq!(causes(&report), [("X05", Certainty::Supported)], "{kind:?}");
    }
}
