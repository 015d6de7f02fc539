//! C17 and P09: a proxy setting that leads nowhere, and a proxy that opens no tunnel; and proxies that are odd or late.

use super::{Name, odd};
use crate::scenario::{Expected, Scenario};
use crate::stage::{
    CertificateSpec, Forward, Names, ProxyManner, ProxySpec, Refuses, Stage, TimeSource,
};
use report::{CauseId, Certainty};

/// `name:password` in Base64.
const LOGIN: &str = "bmFtZTpwYXNzd29yZA==";

fn behind(proxy: ProxySpec) -> Stage {
    Stage::default().behind(proxy)
}

fn http(manner: ProxyManner) -> Stage {
    behind(ProxySpec {
        manner,
        ..ProxySpec::default()
    })
}

fn refusing(how: Refuses) -> Stage {
    http(ProxyManner::Refuses(how))
}

fn socks(scheme: &'static str, manner: ProxyManner) -> Stage {
    behind(ProxySpec {
        variable: "all_proxy",
        scheme,
        manner,
        ..ProxySpec::default()
    })
}

/// The same where the client cannot reach the server itself.
fn only(stage: Stage) -> Stage {
    let proxy = stage.proxy.map(|proxy| ProxySpec {
        forward: Forward::Only,
        ..proxy
    });
    Stage { proxy, ..stage }
}

/// The same with a certificate that ended yesterday, under a clock that is checked.
fn expired(stage: Stage) -> Stage {
    Stage {
        time_sources: TimeSource::RIGHT,
        ..stage.with_certificate(CertificateSpec::valid(-2000, -30))
    }
}

pub(super) fn scenarios() -> Vec<Scenario> {
    [settings(), refusals(), healthy()].concat()
}

fn settings() -> Vec<Scenario> {
    let wrong = |variant, title, broken, healthy| {
        Name::new("C17", variant, title).broken(
            Expected::fails("C17", Certainty::Proven),
            broken,
            healthy,
        )
    };
    let right = http(ProxyManner::Http);
    let excluded = |no_proxy| {
        only(behind(ProxySpec {
            no_proxy,
            ..ProxySpec::default()
        }))
    };
    vec![
        wrong(
            "stale-port",
            "https_proxy names a port where nobody listens any more.",
            http(ProxyManner::Absent),
            right.clone(),
        ),
        wrong(
            "no-such-host",
            "all_proxy names a host that does not exist.",
            Stage {
                names: Some(Names::Address),
                ..behind(ProxySpec {
                    variable: "all_proxy",
                    name: Some("proxy.shop.test"),
                    ..ProxySpec::default()
                })
            },
            behind(ProxySpec {
                variable: "all_proxy",
                ..ProxySpec::default()
            }),
        ),
        wrong(
            "https-scheme",
            "https_proxy says https:// for a proxy that speaks plain HTTP.",
            behind(ProxySpec {
                scheme: "https",
                ..ProxySpec::default()
            }),
            right.clone(),
        ),
        wrong(
            "http-for-socks",
            "https_proxy says http:// for a SOCKS proxy.",
            http(ProxyManner::Socks),
            socks("socks5h", ProxyManner::Socks),
        ),
        wrong(
            "socks-for-http",
            "ALL_PROXY says socks5h:// for an HTTP proxy.",
            behind(ProxySpec {
                variable: "ALL_PROXY",
                scheme: "socks5h",
                ..ProxySpec::default()
            }),
            right.clone(),
        ),
        wrong(
            "ssh-server",
            "https_proxy names an SSH server.",
            http(ProxyManner::Says(b"SSH-2.0-lab\r\n")),
            right.clone(),
        ),
        wrong(
            "excluded",
            "no_proxy keeps a host off the proxy that can only be reached through it.",
            excluded(Some("localhost,.shop.test")),
            excluded(Some("localhost,.shop.example")),
        ),
        Name::new(
            "C17",
            "stale-port-alone",
            "https_proxy names a dead port, and there is no other way.",
        )
        .broken(
            Expected::fails("C17", Certainty::Supported),
            only(http(ProxyManner::Absent)),
            only(right.clone()),
        ),
        Name::new(
            "C17",
            "stale-port-and-expired",
            "https_proxy names a dead port, and the certificate behind it has expired.",
        )
        .broken(
            Expected {
                causes: vec![CauseId::new("C17"), CauseId::new("X01")],
                ..Expected::fails("C17", Certainty::Proven)
            },
            expired(http(ProxyManner::Absent)),
            right.clone(),
        ),
        Name::new(
            "C17",
            "dead-tunnel",
            "The proxy opens a tunnel that ends at once; the server can be reached without it.",
        )
        .broken(
            Expected::undecided(&["C17", "P09"]),
            http(ProxyManner::DeadTunnel),
            right.clone(),
        ),
        Name::new(
            "C17",
            "silent",
            "The proxy takes connections and never answers.",
        )
        .broken(
            Expected::undecided(&["C17", "P09"]),
            http(ProxyManner::Hangs),
            right.clone(),
        ),
        Name::new(
            "C17",
            "web-server",
            "https_proxy names a server that does not know CONNECT, which some proxies do not either.",
        )
        .broken(
            Expected::undecided(&["C17", "P09"]),
            refusing(Refuses::Http("HTTP/1.1 405 Method Not Allowed\r\nAllow: GET, HEAD")),
            right,
        ),
    ]
}

fn refusals() -> Vec<Scenario> {
    let refused = |variant, title, broken, healthy| {
        Name::new("P09", variant, title).broken(
            Expected::fails("P09", Certainty::Proven),
            broken,
            healthy,
        )
    };
    let login = |login| {
        behind(ProxySpec {
            login,
            manner: ProxyManner::Refuses(Refuses::HttpLogin(LOGIN)),
            ..ProxySpec::default()
        })
    };
    let socks_login = |login| {
        behind(ProxySpec {
            variable: "all_proxy",
            scheme: "socks5",
            login,
            manner: ProxyManner::Refuses(Refuses::SocksLogin("name", "pass word")),
            ..ProxySpec::default()
        })
    };
    let right = http(ProxyManner::Http);
    vec![
        refused(
            "403",
            "The proxy's rules forbid the host.",
            refusing(Refuses::Http(
                "HTTP/1.1 403 Forbidden\r\nX-Squid-Error: ERR_ACCESS_DENIED 0",
            )),
            right.clone(),
        ),
        refused(
            "403-alone",
            "The proxy's rules forbid the host, and there is no other way.",
            only(refusing(Refuses::Http("HTTP/1.1 403 Filtered"))),
            only(right.clone()),
        ),
        refused(
            "407",
            "The proxy wants a user name and a password.",
            login(None),
            login(Some("name:password")),
        ),
        refused(
            "407-wrong",
            "The proxy does not accept the password.",
            login(Some("name:passwort")),
            login(Some("name:p%61ssword")),
        ),
        refused(
            "503",
            "The proxy cannot reach a host that can be reached without it.",
            refusing(Refuses::Http(
                "HTTP/1.1 503 Service Unavailable\r\nX-Squid-Error: ERR_DNS_FAIL 0",
            )),
            right.clone(),
        ),
        Name::new(
            "P09",
            "502-alone",
            "The proxy cannot reach the host, and there is no other way.",
        )
        .broken(
            Expected::undecided(&["P09", "S01"]),
            only(refusing(Refuses::Http("HTTP/1.1 502 Bad Gateway"))),
            only(right.clone()),
        ),
        refused(
            "socks-ruleset",
            "The SOCKS proxy's rules forbid the host.",
            socks("socks5h", ProxyManner::Refuses(Refuses::Socks(2))),
            socks("socks5h", ProxyManner::Socks),
        ),
        refused(
            "socks-unreachable",
            "The SOCKS proxy cannot reach a host that can be reached without it.",
            socks("socks5", ProxyManner::Refuses(Refuses::Socks(4))),
            socks("socks5", ProxyManner::Socks),
        ),
        refused(
            "socks-login",
            "The SOCKS proxy wants a user name and a password.",
            socks_login(None),
            socks_login(Some("name:pass%20word")),
        ),
        Name::new(
            "X01",
            "behind-proxy",
            "The proxy works, and the certificate behind it has expired.",
        )
        .broken(
            Expected::fails("X01", Certainty::Proven),
            expired(right.clone()),
            right,
        ),
    ]
}

fn healthy() -> Vec<Scenario> {
    vec![
        odd(
            "proxy-late",
            "The proxy takes most of a second to open the tunnel.",
            http(ProxyManner::HttpLate(700)),
        ),
        odd(
            "proxy-content-length",
            "The proxy's 200 announces a content, which RFC 9110 says to ignore.",
            http(ProxyManner::HttpHead(
                "HTTP/1.1 200 OK\r\nContent-Length: 4096\r\nTransfer-Encoding: chunked",
            )),
        ),
        odd(
            "proxy-interim",
            "The proxy says 100 and 102 before its 200, without reason phrases.",
            http(ProxyManner::HttpHead(
                "HTTP/1.1 100\r\n\r\nHTTP/1.1 102 \r\nX: y\r\n\r\nHTTP/1.0 200",
            )),
        ),
        odd(
            "proxy-resolves",
            "Only the proxy can resolve the name.",
            Stage {
                names: Some(Names::Missing),
                ..socks("socks5h", ProxyManner::Socks)
            },
        ),
        odd(
            "proxy-resolved-here",
            "The name is resolved here, for a SOCKS proxy that is given the address.",
            Stage {
                names: Some(Names::Address),
                ..socks("socks5", ProxyManner::Socks)
            },
        ),
        odd(
            "proxy-excluded",
            "no_proxy keeps the host off a proxy that is dead.",
            behind(ProxySpec {
                no_proxy: Some(" .test. , 192.0.2.0/24"),
                manner: ProxyManner::Absent,
                ..ProxySpec::default()
            }),
        ),
    ]
}
