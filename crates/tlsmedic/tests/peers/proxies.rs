//! Through real proxies, chosen as curl chooses them.

mod choice;
mod kinds;

use crate::authority::{Authority, Leaf};
use crate::server::{Server, examine_in, replay};
use crate::servers::{Kind, Setup};
use crate::{HOST, causes};
use kinds::{dante, microsocks, squid, tinyproxy, tls_before};
use report::{Certainty, Outcome, PhaseName, PhaseOutcome, Report, Verdict};

/// A healthy server with the authority that vouches for it.
struct Site {
    authority: Authority,
    server: Server,
}

impl Site {
    fn new() -> Self {
        let authority = Authority::new();
        let setup = Setup::new(authority.leaf(Leaf::new(HOST)));
        let server = Kind::Nginx.start(&setup, &authority);
        Self { authority, server }
    }

    /// Diagnosed through what the environment names, by the address it listens on.
    fn through(&self, environment: &[(&str, &str)], more: &[&str]) -> Report {
        let connect = format!("127.0.0.1:{}", self.server.port());
        let target = format!("{HOST}:{}", self.server.port());
        let arguments = [&["--connect", connect.as_str()], more].concat();
        self.examined(environment, &target, &arguments)
    }

    fn examined(&self, environment: &[(&str, &str)], target: &str, arguments: &[&str]) -> Report {
        let ca_file = self.authority.ca_file();
        let arguments = [arguments, &["--ca-file", &ca_file]].concat();
        let report = examine_in(environment, target, &arguments);
        assert_eq!(
            replay(&report).conclusion(),
            report.conclusion(),
            "replay differs"
        );
        report
    }
}

fn url(scheme: &str, proxy: &Server) -> String {
    format!("{scheme}://127.0.0.1:{}", proxy.port())
}

fn works(report: &Report) {
    assert_eq!(
        (report.outcome, causes(report)),
        (Outcome::Works, vec![]),
        "{:?} {:?}",
        report.undecided,
        report.timeline
    );
    // Only a name has several addresses, and the proxy may listen on one of them.
    let dead = report
        .timeline
        .iter()
        .filter(|step| step.phase == PhaseName::Connect && step.outcome == PhaseOutcome::Refused);
    assert_eq!(
        usize::try_from(report.connections).expect("few"),
        4 + dead.count()
    );
    let tunnels = report
        .timeline
        .iter()
        .filter(|step| step.phase == PhaseName::Proxy && step.outcome == PhaseOutcome::Ok);
    assert_eq!(tunnels.count(), 4, "{:?}", report.timeline);
    assert!(
        report.contacted.iter().any(|who| who.what == "proxy"),
        "{:?}",
        report.contacted
    );
}

fn proven(report: &Report, id: &str, words: &str) {
    assert_eq!(
        causes(report),
        [(id, Certainty::Proven)],
        "{:?} {:?}",
        report.undecided,
        report.timeline
    );
    assert_eq!(
        (report.outcome, report.verdict),
        (Outcome::Fails, Verdict::Decided)
    );
    let summary = &report.causes[0].summary;
    assert!(summary.contains(words), "{summary}");
}

#[test]
fn tunnels_of_every_kind() {
    let site = Site::new();
    let tinyproxy = tinyproxy("");
    let squid = squid("http_access allow all");
    let dante = dante("");
    let microsocks = microsocks(&[]);
    for (variable, proxy) in [
        ("https_proxy", url("http", &tinyproxy)),
        ("HTTPS_PROXY", url("http", &squid)),
        ("all_proxy", url("socks5", &dante)),
        ("ALL_PROXY", url("socks5h", &microsocks)),
    ] {
        works(&site.through(&[(variable, &proxy)], &[]));
        works(&site.through(&[], &["--proxy", &proxy]));
    }
    // The proxy resolves the name.
    let target = format!("localhost:{}", site.server.port());
    for proxy in [url("http", &squid), url("socks5h", &dante)] {
        let named = ["--server-name", HOST, "--resolver", "127.0.0.1:9"];
        let report = site.examined(&[("https_proxy", &proxy)], &target, &named);
        works(&report);
        assert!(
            report
                .timeline
                .iter()
                .all(|step| step.phase != PhaseName::Resolve),
            "{:?}",
            report.timeline
        );
    }
}

#[test]
fn a_proxy_behind_tls() {
    let authority = Authority::new();
    let files = authority.leaf(Leaf::new("localhost"));
    let behind = tinyproxy("");
    let front = tls_before(&behind, &files);
    let site = Site::new();
    let proxy = format!("https://localhost:{}", front.port());
    let trusted = authority.ca_file();
    let environment = [
        ("https_proxy", proxy.as_str()),
        ("SSL_CERT_FILE", trusted.as_str()),
    ];
    works(&site.through(&environment, &[]));
    let report = site.through(&environment[..1], &[]);
    proven(&report, "C17", "does not trust (certificate UnknownIssuer)");
    let plain = format!("http://localhost:{}", front.port());
    let report = site.through(&[("https_proxy", &plain), environment[1]], &[]);
    proven(&report, "C17", "speaks https://");
}

#[test]
fn a_wrong_setting() {
    let site = Site::new();
    let tinyproxy = tinyproxy("");
    let microsocks = microsocks(&[]);
    let through = |proxy: &str| site.through(&[("https_proxy", proxy)], &[]);
    proven(&through(&url("https", &tinyproxy)), "C17", "speaks http://");
    proven(
        &through(&url("http", &microsocks)),
        "C17",
        "speaks socks5h://",
    );
    proven(
        &through(&url("socks5", &tinyproxy)),
        "C17",
        "speaks http://",
    );
    proven(
        &through(&url("http", &Server::absent())),
        "C17",
        "cannot be connected to (refused)",
    );
    let dead = url("http", &Server::absent());
    let excluded = [("https_proxy", dead.as_str()), ("no_proxy", "shop.test")];
    let report = site.through(&excluded, &[]);
    assert_eq!((report.outcome, causes(&report)), (Outcome::Works, vec![]));
}

#[test]
fn squid_says_no_in_its_own_words() {
    let site = Site::new();
    let through = |proxy: &str| site.through(&[("https_proxy", proxy)], &[]);
    let forbids = squid("http_access deny all");
    proven(
        &through(&url("http", &forbids)),
        "P09",
        "HTTP/1.1 403 Forbidden; X-Squid-Error: ERR_ACCESS_DENIED 0",
    );
    let asks = kinds::squid_with_login("alice", "s3cret:word");
    let login = |login: &str| format!("http://{login}@127.0.0.1:{}", asks.port());
    proven(
        &through(&url("http", &asks)),
        "P09",
        "wants a user name and a password, and https_proxy has none: \"HTTP/1.1 407 Proxy Authentication Required; ",
    );
    let wrong = through(&login("alice:guess"));
    proven(&wrong, "P09", "does not accept the user name and password");
    let right = through(&login("alice:s3cret%3Aword"));
    works(&right);
    for report in [wrong, right] {
        let text = serde_json::to_string(&report).expect("JSON");
        // In hexadecimal, as octets stand in a report, and in Base64 within that.
        for secret in ["s3cret", "guess", "czNjcmV0", "Z3Vlc3M", "YWxpY2U6"] {
            let octets: String = secret.bytes().map(|octet| format!("{octet:02x}")).collect();
            assert!(
                !text.contains(secret) && !text.contains(&octets),
                "{secret}"
            );
        }
    }
}

#[test]
fn what_the_proxy_cannot_reach_may_be_down() {
    let site = Site::new();
    let squid = squid("http_access allow all");
    let proxy = url("http", &squid);
    let port = Server::absent().port();
    let connect = format!("127.0.0.1:{port}");
    let report = site.examined(
        &[("https_proxy", &proxy)],
        &format!("{HOST}:{port}"),
        &["--connect", &connect],
    );
    assert_eq!(causes(&report), [("P09", Certainty::Suspected)]);
    let among: Vec<&str> = report.undecided[0]
        .among
        .iter()
        .map(|id| id.0.as_str())
        .collect();
    assert_eq!(among, ["P09", "P01", "P10", "P11", "S01"]);
    assert!(report.causes[0].summary.contains("HTTP/1.1 503"));
}

#[test]
fn socks_proxies_say_no() {
    let site = Site::new();
    let port = site.server.port();
    let blocks = dante(&format!(
        "socks block {{ from: 0.0.0.0/0 to: 0.0.0.0/0 port = {port} log: error }}\n"
    ));
    let proxy = url("socks5h", &blocks);
    proven(
        &site.through(&[("all_proxy", &proxy)], &[]),
        "P09",
        "SOCKS reply 2 connection not allowed by ruleset",
    );
    let asks = microsocks(&["-u", "alice", "-P", "s3cret"]);
    let report = site.through(&[("all_proxy", &url("socks5", &asks))], &[]);
    proven(&report, "P09", "SOCKS method 255");
    let login = |login: &str| format!("socks5://{login}@127.0.0.1:{}", asks.port());
    let wrong = site.through(&[("all_proxy", &login("alice:guess"))], &[]);
    proven(&wrong, "P09", "SOCKS login refused, status 2");
    works(&site.through(&[("all_proxy", &login("%61lice:s3cret"))], &[]));
}

#[test]
fn starttls_through_a_proxy() {
    let site = Site::new();
    let tinyproxy = tinyproxy("");
    let files = site.authority.leaf(Leaf::new(HOST));
    let mail = kinds::mail(&files);
    let target = format!("smtp://{HOST}:{}", mail.port());
    let connect = format!("127.0.0.1:{}", mail.port());
    let arguments = ["--connect", connect.as_str()];
    let proxy = url("http", &tinyproxy);
    // curl looks for smtp_proxy first.
    let dead = url("http", &Server::absent());
    let environment = [
        ("smtp_proxy", proxy.as_str()),
        ("https_proxy", dead.as_str()),
    ];
    let report = site.examined(&environment, &target, &arguments);
    let ok = |phase| {
        let reached = |step: &&report::TimelineEntry| step.phase == phase;
        let mut steps = report.timeline.iter().filter(reached).peekable();
        steps.peek().is_some() && steps.all(|step| step.outcome == PhaseOutcome::Ok)
    };
    assert!(
        ok(PhaseName::Proxy) && ok(PhaseName::Starttls),
        "{:?}",
        report.timeline
    );
    assert!(report.negotiated.is_some(), "{:?}", report.timeline);
}
