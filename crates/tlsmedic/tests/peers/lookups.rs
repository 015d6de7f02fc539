//! Names that lead elsewhere, or take long: a hosts file, a search list with a wildcard (BIND) and DNS servers that do not
//! answer, each in a network and with an /etc of its own, looked up by this machine's own getaddrinfo.

use crate::authority::{Authority, Leaf};
use crate::nginx::{self, Processes};
use crate::server::{Server, examine, free_port, replay};
use crate::{HOST, causes};
use report::{Affects, Certainty, Outcome, Report, Severity, Verdict};
use std::collections::HashSet;
use std::fs;
use std::net::{Ipv6Addr, SocketAddr, UdpSocket};
use std::process::Command;
use std::time::Duration;

/// What is where in this /etc.
struct Etc {
    hosts: &'static str,
    resolv_conf: &'static str,
}

const USUAL: Etc = Etc {
    hosts: "127.0.0.1 localhost\n",
    resolv_conf: "nameserver 127.0.0.53\n",
};

/// Runs `test` in a network of its own, where this /etc is in place.
fn within<T: Send>(etc: &Etc, test: impl FnOnce() -> T + Send) -> T {
    crate::in_namespace(move || {
        nix::sched::unshare(nix::sched::CloneFlags::CLONE_NEWNS).expect("a mount namespace");
        run("mount", &["--make-rprivate", "/"]);
        // BIND listens on addresses that an interface has.
        run("ip", &["address", "add", "127.0.0.53/8", "dev", "lo"]);
        let folder = tempfile::tempdir().expect("a folder");
        let files = [
            ("hosts", etc.hosts),
            ("resolv.conf", etc.resolv_conf),
            ("nsswitch.conf", "hosts: files dns\n"),
        ];
        for (name, content) in files {
            let path = folder.path().join(name);
            fs::write(&path, content).expect("a file");
            let target = fs::canonicalize(format!("/etc/{name}")).expect("it is there");
            let (path, target) = (path.display().to_string(), target.display().to_string());
            run("mount", &["--bind", &path, &target]);
        }
        test()
    })
}

fn run(program: &str, arguments: &[&str]) {
    let status = Command::new(program).args(arguments).status();
    let status = status.unwrap_or_else(|error| panic!("{program} cannot be started: {error}"));
    assert!(status.success(), "{program} {arguments:?}: {status}");
}

/// What this machine's own programs get.
fn getent() -> HashSet<String> {
    let output = Command::new("getent").args(["ahostsv4", HOST]).output();
    let output = output.expect("getent runs").stdout;
    let first = |line: &str| line.split_whitespace().next().map(str::to_owned);
    let text = String::from_utf8(output).expect("text");
    text.lines().filter_map(first).collect()
}

/// BIND on 127.0.0.53, with the host at 127.0.0.1 and these records under corp.test.
fn bind(authority: &Authority, records: &str) -> Server {
    let folder = authority.path("bind");
    fs::create_dir_all(&folder).expect("a folder");
    let soa = "$TTL 60\n@ SOA ns root 1 3600 600 86400 60\n@ NS ns\nns A 127.0.0.53\n";
    fs::write(folder.join("shop"), format!("{soa}www A 127.0.0.1\n")).expect("a zone");
    fs::write(folder.join("corp"), format!("{soa}{records}\n")).expect("a zone");
    let configuration = format!(
        "options {{ directory \"{}\"; listen-on {{ 127.0.0.53; }}; listen-on-v6 {{ none; }}; recursion no; dnssec-validation no; \
         pid-file none; session-keyfile none; }};\ncontrols {{ }};\n\
         zone \"shop.test\" {{ type primary; file \"shop\"; }};\nzone \"corp.test\" {{ type primary; file \"corp\"; }};\n",
        folder.display()
    );
    let path = folder.join("named.conf");
    fs::write(&path, configuration).expect("a configuration");
    let mut command = Command::new("/usr/sbin/named");
    command.args(["-g", "-c"]).arg(path);
    Server::start(command, 53)
}

/// A healthy server at 127.0.0.1, and at 127.0.0.2 one with a certificate for `elsewhere`, where that is a name.
fn site(authority: &Authority, elsewhere: Option<&'static str>) -> Server {
    let port = free_port();
    let block = |address: &str, name: &'static str| {
        let files = authority.leaf(Leaf::new(name));
        format!(
            "server {{ listen {address}:{port} ssl; ssl_certificate {}; ssl_certificate_key {}; return 200 ok; }}",
            files.chain, files.key
        )
    };
    let other = elsewhere.map(|name| block("127.0.0.2", name));
    let servers = block("127.0.0.1", HOST) + &other.unwrap_or_default();
    nginx::start(&authority.path(""), port, Processes::One, &servers)
}

fn diagnose(authority: &Authority, server: &Server) -> Report {
    let (ca_file, clock) = (authority.ca_file(), authority.clock());
    let arguments = ["--ca-file", &ca_file, "--time-source", &clock];
    let report = examine(&format!("{HOST}:{}", server.port()), &arguments);
    assert_eq!(replay(&report).conclusion(), report.conclusion());
    report
}

fn is_healthy(report: &Report) {
    assert_eq!(report.outcome, Outcome::Works, "{:?}", report.causes);
    assert!(
        report.causes.is_empty() && report.findings.is_empty(),
        "{:?}",
        report.findings
    );
}

fn leads_astray(report: &Report, id: &str, source: &str) {
    assert_eq!(
        causes(report),
        [(id, Certainty::Proven)],
        "{:?}",
        report.undecided
    );
    assert_eq!(report.outcome, Outcome::Fails);
    let cause = &report.causes[0];
    assert_eq!(cause.affects, Affects::ThisClient);
    assert_eq!(cause.text.params["source"], source);
    assert_eq!(cause.text.params["wrong"], "127.0.0.2");
    assert_eq!(cause.text.params["right"], "127.0.0.1");
    assert!(cause.proof.as_ref().is_some_and(|proof| proof.repeats >= 2));
}

#[test]
fn a_line_of_the_hosts_file_that_is_out_of_date() {
    let stale = Etc {
        hosts: "127.0.0.1 localhost\n127.0.0.2 www.shop.test\n",
        ..USUAL
    };
    for elsewhere in [None, Some("intranet.office.test")] {
        within(&stale, || {
            let authority = Authority::new();
            let (_bind, server) = (bind(&authority, ""), site(&authority, elsewhere));
            assert_eq!(getent(), HashSet::from(["127.0.0.2".to_owned()]));
            leads_astray(&diagnose(&authority, &server), "C29", "/etc/hosts");
        });
    }
}

#[test]
fn a_line_of_the_hosts_file_that_is_as_good() {
    let other = Etc {
        hosts: "127.0.0.1 localhost\n127.0.0.2 www.shop.test\n",
        ..USUAL
    };
    for (etc, elsewhere) in [(&USUAL, None), (&other, Some(HOST))] {
        within(etc, || {
            let authority = Authority::new();
            let (_bind, server) = (bind(&authority, ""), site(&authority, elsewhere));
            let report = diagnose(&authority, &server);
            assert_eq!(report.outcome, Outcome::Works, "{:?}", report.causes);
            assert!(report.causes.is_empty());
        });
    }
}

#[test]
fn a_search_list_that_meets_a_wildcard() {
    let searching = Etc {
        resolv_conf: "search corp.test\nnameserver 127.0.0.53\noptions ndots:5\n",
        ..USUAL
    };
    within(&searching, || {
        let authority = Authority::new();
        let server = site(&authority, Some("intranet.corp.test"));
        let wildcard = bind(&authority, "* A 127.0.0.2");
        assert_eq!(getent(), HashSet::from(["127.0.0.2".to_owned()]));
        leads_astray(
            &diagnose(&authority, &server),
            "P03",
            "www.shop.test.corp.test",
        );
        drop(wildcard);
        let _bind = bind(&authority, "intranet A 127.0.0.2");
        is_healthy(&diagnose(&authority, &server));
    });
}

/// A DNS server (RFC 1035) that knows 127.0.0.1 of whatever is asked for, and this IPv6 address where there is one; `delay`
/// says how long it thinks about a question, and `None` that it does not answer.
fn resolver(
    address: &str,
    v6: Option<Ipv6Addr>,
    mut delay: impl FnMut(SocketAddr) -> Option<Duration> + Send + 'static,
) {
    const HEADER: usize = 12;
    /// The name of the question, its class, and five seconds.
    const RECORD: [u8; 2] = [0xc0, 12];
    const IN: [u8; 6] = [0, 1, 0, 0, 0, 5];
    let socket = UdpSocket::bind((address, 53)).expect("port 53");
    std::thread::spawn(move || {
        let mut query = [0u8; 512];
        while let Ok((length, from)) = socket.recv_from(&mut query) {
            let query = &query[..length];
            let Some(delay) = delay(from) else {
                continue;
            };
            let labels = query[HEADER..].iter().position(|octet| *octet == 0);
            let end = HEADER + labels.expect("a name") + 5;
            let question = &query[HEADER..end];
            let kind = [query[end - 4], query[end - 3]];
            let data = match (kind, v6) {
                ([0, 1], _) => vec![127, 0, 0, 1],
                ([0, 28], Some(v6)) => v6.octets().to_vec(),
                _ => Vec::new(),
            };
            let count = u8::from(!data.is_empty());
            let mut answer = [
                &query[..2],
                &[0x81, 0x80, 0, 1, 0, count, 0, 0, 0, 0],
                question,
            ]
            .concat();
            if count == 1 {
                let length = u8::try_from(data.len()).expect("short");
                answer.extend([&RECORD[..], &kind, &IN, &[0, length], &data].concat());
            }
            let socket = socket.try_clone().expect("a socket");
            std::thread::spawn(move || {
                std::thread::sleep(delay);
                let _ = socket.send_to(&answer, from);
            });
        }
    });
}

fn warns(report: &Report, id: &str) -> String {
    assert_eq!(report.outcome, Outcome::Works, "{:?}", report.causes);
    let finding = report
        .findings
        .iter()
        .find(|finding| finding.cause.id.0 == id);
    let finding = finding.unwrap_or_else(|| panic!("{id}: {:?}", report.findings));
    assert_eq!(finding.severity, Severity::Warning);
    finding.cause.text.params["detail"].clone()
}

#[test]
fn the_first_of_two_dns_servers_is_dead() {
    let two = Etc {
        resolv_conf: "nameserver 127.0.0.52\nnameserver 127.0.0.53\n",
        ..USUAL
    };
    within(&two, || {
        let authority = Authority::new();
        let server = site(&authority, None);
        resolver("127.0.0.52", None, |_| None);
        resolver("127.0.0.53", None, |_| Some(Duration::ZERO));
        let detail = warns(&diagnose(&authority, &server), "P02");
        assert!(detail.ends_with("@127.0.0.52:53"), "{detail}");
    });
    within(&two, || {
        let authority = Authority::new();
        let server = site(&authority, None);
        resolver("127.0.0.52", None, |_| Some(Duration::ZERO));
        resolver("127.0.0.53", None, |_| Some(Duration::ZERO));
        is_healthy(&diagnose(&authority, &server));
    });
}

/// As a race in connection tracking has it: of two questions from one socket the second is lost, the first time.
#[test]
fn the_second_of_two_questions_is_lost() {
    within(&USUAL, || {
        let authority = Authority::new();
        let server = site(&authority, None);
        let (mut first, mut lost) = (HashSet::new(), HashSet::new());
        resolver("127.0.0.53", None, move |from| {
            let is_second = !first.insert(from);
            (!is_second || !lost.insert(from)).then_some(Duration::ZERO)
        });
        let detail = warns(&diagnose(&authority, &server), "P02");
        assert!(detail.starts_with("127.0.0.53:53: 0.0 s"), "{detail}");
    });
}

#[test]
fn a_dns_server_that_thinks_for_two_seconds() {
    within(&USUAL, || {
        let authority = Authority::new();
        let server = site(&authority, None);
        resolver("127.0.0.53", None, |_| Some(Duration::from_secs(2)));
        let report = diagnose(&authority, &server);
        let detail = warns(&report, "T01");
        assert!(detail.starts_with("127.0.0.53:53: 2."), "{detail}");
    });
}

#[test]
fn no_dns_server_answers_in_time() {
    within(&USUAL, || {
        let authority = Authority::new();
        let server = site(&authority, None);
        resolver("127.0.0.53", None, |_| None);
        let report = diagnose(&authority, &server);
        assert_eq!(report.outcome, Outcome::Fails);
        assert!(
            report
                .causes
                .iter()
                .all(|cause| cause.certainty == Certainty::Suspected)
        );
        let among = &report.undecided[0].among;
        assert!(among.iter().any(|id| id.0 == "P02"), "{among:?}");
    });
}

/// A name with an address of each family, asked for where IPv6 leads as `way` has it.
fn dual_stack(way: &str) -> Report {
    const V6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb9, 0, 0, 0, 0, 0, 1);
    within(&USUAL, || {
        let authority = Authority::new();
        let server = site(&authority, None);
        resolver("127.0.0.53", Some(V6), |_| Some(Duration::ZERO));
        run("sh", &["-ec", way]);
        diagnose(&authority, &server)
    })
}

#[test]
fn ipv6_that_leads_nowhere() {
    // As on every machine that has only IPv4.
    let report = dual_stack(":");
    is_healthy(&report);
    assert_eq!(report.verdict, Verdict::Decided);
    assert_eq!(report.target.expect("a target").addresses.len(), 2);
    // Where the network says no.
    let report = dual_stack("ip -6 route add unreachable 2001:db9::/32");
    assert_eq!(
        (report.outcome, report.verdict),
        (Outcome::Works, Verdict::Decided)
    );
    let found = &report.findings[0];
    assert_eq!(
        (found.cause.id.0.as_str(), found.severity),
        ("C31", Severity::Info)
    );
    // Where it says nothing, clients wait or are stopped, and nobody here can tell at which end IPv6 is broken.
    let silent =
        "ip tuntap add void mode tun; ip link set void up; ip -6 route add 2001:db9::/32 dev void";
    let report = dual_stack(silent);
    assert_eq!(
        (report.outcome, report.verdict),
        (Outcome::WorksWithProblems, Verdict::Undecided)
    );
    assert_eq!(crate::causes(&report), [("C31", Certainty::Suspected)]);
    assert_eq!(report.causes[0].clients, ["openssl3"]);
    let among: Vec<&str> = report.undecided[0]
        .among
        .iter()
        .map(|fits| fits.0.as_str())
        .collect();
    assert_eq!(among, ["C31", "P31"]);
    let slow = report
        .findings
        .iter()
        .find(|finding| finding.cause.id.0 == "T08")
        .expect("clients wait");
    assert_eq!(slow.cause.text.params["address"], "2001:db9::1");
}
