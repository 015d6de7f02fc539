//! For the same environment, curl is seen to choose the same proxy, name the same target to it, give the same credentials, and
//! leave the same targets out.

use crate::server::examine_in;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::sync::{Arc, Mutex};

/// What a client said to one of the proxies: which, and its CONNECT line and credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Said {
    proxy: usize,
    request: String,
    credentials: Option<String>,
}

/// Proxies that refuse everything and remember what they heard.
struct Witnesses {
    addresses: Vec<SocketAddr>,
    heard: Arc<Mutex<Vec<Said>>>,
}

impl Witnesses {
    fn new(count: usize) -> Self {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let listen = |proxy| {
            let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
            let address = listener.local_addr().expect("an address");
            let heard = Arc::clone(&heard);
            std::thread::spawn(move || {
                for mut stream in listener.incoming().flatten() {
                    let Some(said) = hear(&stream, proxy) else {
                        continue;
                    };
                    // Before it is answered, so that whoever waits for the answer finds it.
                    heard.lock().expect("nobody failed").push(said);
                    // Whoever has gone needs no answer.
                    let _ = stream.write_all(REFUSAL);
                }
            });
            address
        };
        Self {
            addresses: (0..count).map(listen).collect(),
            heard,
        }
    }

    /// What was said last, by whoever has been running.
    fn take(&self) -> Vec<Said> {
        std::mem::take(&mut self.heard.lock().expect("nobody failed"))
    }
}

const REFUSAL: &[u8] = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";

fn hear(stream: &TcpStream, proxy: usize) -> Option<Said> {
    let mut reader = BufReader::new(stream);
    let mut request = String::new();
    reader.read_line(&mut request).ok()?;
    let mut credentials = None;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 || line == "\r\n" {
            break;
        }
        if let Some(given) = line.strip_prefix("Proxy-Authorization: ") {
            credentials = Some(given.trim().to_owned());
        }
    }
    Some(Said {
        proxy,
        request: request.trim().to_owned(),
        credentials,
    })
}

/// An environment whose values name the proxies by their number, `{0}` to `{3}`, and a target.
struct Choice {
    environment: &'static [(&'static str, &'static str)],
    option: Option<&'static str>,
    host: &'static str,
}

const fn choice(environment: &'static [(&'static str, &'static str)]) -> Choice {
    Choice {
        environment,
        option: None,
        host: "www.shop.test",
    }
}

const fn excepting(list: &'static str, host: &'static str) -> [&'static str; 2] {
    [list, host]
}

const CHOICES: [Choice; 12] = [
    choice(&[
        ("https_proxy", "{0}"),
        ("HTTPS_PROXY", "{1}"),
        ("all_proxy", "{2}"),
        ("ALL_PROXY", "{3}"),
    ]),
    choice(&[("HTTPS_PROXY", "{1}"), ("all_proxy", "{2}")]),
    choice(&[("all_proxy", "{2}"), ("ALL_PROXY", "{3}")]),
    choice(&[("ALL_PROXY", "{3}"), ("http_proxy", "{0}")]),
    choice(&[("https_proxy", ""), ("HTTPS_PROXY", "{1}")]),
    choice(&[("http_proxy", "{0}"), ("HTTP_PROXY", "{1}")]),
    choice(&[("https_proxy", "http://u%40x:p%3Aw@{0}/path")]),
    choice(&[("https_proxy", "HTTP://user@{0}")]),
    Choice {
        option: Some("http://name:100%@{1}"),
        ..choice(&[("https_proxy", "{0}")])
    },
    Choice {
        option: Some("{1}"),
        ..choice(&[("https_proxy", "{0}"), ("no_proxy", "shop.test")])
    },
    Choice {
        option: Some(""),
        ..choice(&[("https_proxy", "{0}")])
    },
    choice(&[
        ("https_proxy", "{0}"),
        ("no_proxy", "other.test"),
        ("NO_PROXY", "shop.test"),
    ]),
];

/// Blocks of IPv6 are left out: curl 7.88, unlike its manual, matches none.
const EXCEPTIONS: [[&str; 2]; 24] = [
    excepting("*", "www.shop.test"),
    excepting("*,other.test", "www.shop.test"),
    excepting("shop.test", "www.shop.test"),
    excepting(".shop.test", "www.shop.test"),
    excepting(".shop.test", "shop.test"),
    excepting("*.shop.test", "www.shop.test"),
    excepting("SHOP.TEST", "www.shop.test"),
    excepting("op.test", "shop.test"),
    excepting("www.shop.test", "shop.test"),
    excepting("shop.test.", "shop.test"),
    excepting("other.test, shop.test", "shop.test"),
    excepting("other.test shop.test", "shop.test"),
    excepting(" , ,shop.test", "shop.test"),
    excepting(".", "shop.test"),
    excepting("127.0.0.1", "127.0.0.1"),
    excepting("127.0.0.0/8", "127.0.0.1"),
    excepting("127.0.0.0/31", "127.0.0.1"),
    excepting("127.0.0.0/32", "127.0.0.1"),
    excepting("127.0.0.1/0", "127.0.0.1"),
    excepting("0.0.0.0/0", "127.0.0.1"),
    excepting("127.0.0.0/33", "127.0.0.1"),
    excepting("127.0.0", "127.0.0.1"),
    excepting("::1", "[::1]"),
    excepting("2001:db8::/32", "[::1]"),
];

/// A port where nobody listens, neither directly nor for curl.
const PORT: u16 = 9;

#[test]
fn the_same_proxy_as_curl() {
    let witnesses = Witnesses::new(4);
    for Choice {
        environment,
        option,
        host,
    } in CHOICES
    {
        compare(&witnesses, environment, option, host);
    }
}

#[test]
fn the_same_exceptions_as_curl() {
    let witnesses = Witnesses::new(1);
    let mut excluded = 0;
    for [list, host] in EXCEPTIONS {
        for variable in ["no_proxy", "NO_PROXY"] {
            let environment = [("https_proxy", "{0}"), (variable, list)];
            excluded += usize::from(!compare(&witnesses, &environment, None, host));
        }
    }
    assert!(excluded > 10 && excluded < 2 * EXCEPTIONS.len() - 10);
}

/// Compares the two, and says whether a proxy was chosen.
fn compare(
    witnesses: &Witnesses,
    environment: &[(&str, &str)],
    option: Option<&str>,
    host: &str,
) -> bool {
    let filled = |text: &str| {
        let mut text = text.to_owned();
        for (place, address) in witnesses.addresses.iter().enumerate() {
            text = text.replace(&format!("{{{place}}}"), &address.to_string());
        }
        text
    };
    let environment: Vec<(&str, String)> = environment
        .iter()
        .map(|(name, value)| (*name, filled(value)))
        .collect();
    let environment: Vec<(&str, &str)> = environment
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let option = option.map(filled);
    let curl = curl(&environment, option.as_deref(), host);
    let chosen = witnesses.take();
    let mut arguments = vec!["--timeout", "5"];
    let nowhere = format!("127.0.0.1:{PORT}");
    if is_name(host) {
        arguments.extend(["--resolver", &nowhere]);
    }
    arguments.extend(option.iter().flat_map(|url| ["--proxy", url.as_str()]));
    let report = examine_in(&environment, &format!("https://{host}:{PORT}"), &arguments);
    let said = witnesses.take();
    let setting = report.question.and_then(|question| question.proxy);
    let used = setting.is_some_and(|setting| setting.excluded.is_none());
    assert_eq!(
        used,
        !chosen.is_empty(),
        "{environment:?} {option:?} {host}: curl says {curl}"
    );
    if used {
        assert!(
            said.iter().all(|said| said == &chosen[0]) && !said.is_empty(),
            "{environment:?} {option:?} {host}: {said:?}, curl {chosen:?}"
        );
    }
    used
}

/// Runs curl, and gives what it says.
fn curl(environment: &[(&str, &str)], option: Option<&str>, host: &str) -> String {
    let mut command = Command::new("curl");
    command
        .env_clear()
        .envs(environment.iter().copied())
        .args(["-sSv", "--max-time", "10"])
        .args(option.iter().flat_map(|url| ["--proxy", url]))
        .arg(format!("https://{host}:{PORT}/"));
    if is_name(host) {
        command.args(["--resolve", &format!("{host}:{PORT}:127.0.0.1")]);
    }
    let output = command.output().unwrap_or_else(|error| {
        panic!("curl cannot be started: {error}\nhint: cargo xtask test installs it")
    });
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn is_name(host: &str) -> bool {
    !host.starts_with(['[', '1'])
}
