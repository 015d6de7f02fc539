//! C17 and P09: a proxy setting that leads nowhere, and a proxy that opens no tunnel.

use crate::case::{Case, Entry};
use crate::flip::{Change, Lever};
use crate::plan::{self, Ask};
use crate::reading::{End, Reading};
use crate::way::{Tunnel, Way};
use crate::wording::{Flipped, Judgement, Next};
use report::{Action, Certainty, Direction, Hello, PhaseOutcome, ProxyKind, ProxySetting, Text};
use std::net::SocketAddr;

/// Addresses of the target that are tried without the proxy.
const COMPARED: usize = 2;

/// The same hello on another way, where TLS does not begin on the one asked for: first through the proxy in the manner that its
/// answer points to, then past the proxy, or through one that an exception keeps the target off. A way that works is flipped.
pub(crate) fn asks(case: &Case<'_>) -> Vec<Ask> {
    if !asked_in_vain(case) {
        return Vec::new();
    }
    let mut asks = Vec::new();
    for way in other_ways(case) {
        let tries = hellos(case, way);
        for (place, action) in tries.iter().enumerate() {
            let label = match way {
                Way::Direct if place == 0 => "direct".to_owned(),
                Way::Direct => format!("direct:{place}"),
                Way::Through(kind) => format!("proxy:{}", kind.scheme()),
            };
            asks.push(plan::once(label, action.clone()));
        }
        if let Some(lever) = lever(case, way) {
            // Where the proxy says nothing, a flip would not tell why.
            if way != Way::Direct || !is_quiet(case) {
                asks.extend(plan::repeats(case, &lever));
            }
            break;
        }
        // What the answer points to comes first; past the proxy is tried where that is not it.
        let answered = |action: &Action| case.doing(action).next().is_some();
        if !tries.iter().all(answered) {
            break;
        }
    }
    asks
}

/// Whether the target is tried without the proxy, so that its name has to be looked up here.
pub(crate) fn compares_direct(case: &Case<'_>) -> bool {
    case.asked_way() != Way::Direct && asked_in_vain(case)
}

/// Whether the target is tried through the proxy that it is excluded from.
pub(crate) fn compares_through(case: &Case<'_>) -> bool {
    case.question.proxy.is_some() && case.asked_way() == Way::Direct && asked_in_vain(case)
}

/// The handshakes and hellos on the way asked for. Another address of the proxy that was tried before counts for nothing.
fn asked<'a>(case: &Case<'a>) -> impl Iterator<Item = (&'a Entry, &'a Reading)> {
    let way = case.asked_way();
    let proxy = case.proxy_address();
    let read = |entry: &'a Entry| Some((entry, entry.reading.as_ref()?));
    let on_it = move |(entry, _): &(&Entry, &Reading)| {
        let via = entry.experiment.action.via();
        entry.way() == way && via.is_none_or(|via| Some(via.proxy) == proxy)
    };
    case.entries.iter().filter_map(read).filter(on_it)
}

/// Whether everything of the first round was asked as the user would, and TLS never began.
fn asked_in_vain(case: &Case<'_>) -> bool {
    /// The complete handshake, and the hello that is compared.
    const ASKED: usize = 2;
    if case.question.proxy.is_none() {
        return false;
    }
    if asked(case).any(|(entry, _)| entry.came_through()) {
        return false;
    }
    // What has come to nothing, and what is late.
    let learnt = asked(case)
        .filter(|(entry, reading)| !entry.ended || reading.end != End::Unknown)
        .count();
    learnt >= ASKED || unresolved(case)
}

/// Whether nothing could be asked as the user would, because a name has no address.
fn unresolved(case: &Case<'_>) -> bool {
    let setting = case.question.proxy.as_ref();
    let through = case.asked_way() != Way::Direct;
    let name = match setting {
        Some(setting) if through && setting.host.parse::<std::net::IpAddr>().is_err() => {
            &setting.host
        }
        Some(_) if !through && case.is_named() => &case.question.target.host,
        _ => return false,
    };
    let ended = |ask: Ask| case.doing(&ask.action).any(|entry| entry.ended);
    plan::addresses_of(case, name).into_iter().all(ended)
        && case.found(case.lookups_of(name), 0).is_empty()
}

/// The ways to compare with, the likelier first.
fn other_ways(case: &Case<'_>) -> Vec<Way> {
    let Some(setting) = &case.question.proxy else {
        return Vec::new();
    };
    match case.asked_way() {
        Way::Direct => vec![Way::Through(setting.kind)],
        Way::Through(kind) => {
            let answers = failures(case).map(|(entry, tunnel)| spoken(kind, entry, tunnel));
            let kinds = answers.into_iter().find(|kinds| !kinds.is_empty());
            let kinds = kinds.unwrap_or_default().iter().copied();
            kinds.map(Way::Through).chain([Way::Direct]).collect()
        }
    }
}

/// What the proxy may speak instead of `kind`, as its answer to that tells, the likelier first.
fn spoken(kind: ProxyKind, entry: &Entry, tunnel: Tunnel) -> &'static [ProxyKind] {
    use ProxyKind::{Http, Https, Socks5, Socks5h};
    const SOCKS_VERSION: u8 = 5;
    let heard = entry.observation.received();
    let is_http = heard.starts_with(b"HTTP/");
    let is_socks = heard.first() == Some(&SOCKS_VERSION);
    let is_tls = matches!(heard.as_slice(), [0x15 | 0x16, 3, ..]);
    match (kind, tunnel) {
        (Http, Tunnel::Foreign) if is_tls => &[Https],
        (Http, Tunnel::Status(400)) if is_http && mentions_tls(&heard) => &[Https],
        (Http | Https, Tunnel::Foreign) if is_socks => &[Socks5h],
        // Whoever hangs up on the first octet may wait for another one.
        (Http, Tunnel::Closed | Tunnel::Reset) if heard.is_empty() => &[Https, Socks5h],
        // Many say nothing to what they do not understand.
        (
            Https | Socks5 | Socks5h,
            Tunnel::Foreign | Tunnel::Closed | Tunnel::Reset | Tunnel::Silent,
        ) => &[Http],
        _ => &[],
    }
}

/// Whether an HTTP server says that it wants TLS, as several do in so many words.
fn mentions_tls(heard: &[u8]) -> bool {
    let text = String::from_utf8_lossy(heard).to_ascii_lowercase();
    ["https port", "tls", "ssl"]
        .iter()
        .any(|word| text.contains(word))
}

/// The hello that is compared, on `way`.
fn hellos(case: &Case<'_>, way: Way) -> Vec<Action> {
    let addresses = case.addresses_by(way);
    let addresses = addresses.into_iter().take(COMPARED);
    addresses
        .filter_map(|address| hello(case, way, address))
        .collect()
}

fn hello(case: &Case<'_>, way: Way, address: SocketAddr) -> Option<Action> {
    let (_, Action::Hello(hello)) = case.first_hellos(address).into_iter().next()? else {
        return None;
    };
    let via = case.via_by(way, address);
    if via.is_none() && way != Way::Direct {
        return None;
    }
    Some(Action::Hello(Box::new(Hello {
        address,
        prelude: case.asked_prelude(),
        via,
        ..*hello
    })))
}

/// The flip from the way asked for to `way`, where TLS began there.
fn lever(case: &Case<'_>, way: Way) -> Option<Lever> {
    let began = |action: &Action| case.doing(action).any(Entry::came_through);
    let works = hellos(case, way).into_iter().find(began)?;
    let fails = hellos(case, case.asked_way()).into_iter().next()?;
    Some(Lever {
        change: Change::Way,
        fails,
        works,
    })
}

/// The way asked for that ended at the proxy.
fn failures<'a>(case: &Case<'a>) -> impl Iterator<Item = (&'a Entry, Tunnel)> {
    asked(case).filter_map(|(entry, reading)| match reading.end {
        End::Proxy(tunnel) => Some((entry, tunnel)),
        _ if entry.waits_for_tunnel() => Some((entry, Tunnel::Silent)),
        _ => None,
    })
}

/// Whether the proxy is there and says nothing that could be judged.
fn is_quiet(case: &Case<'_>) -> bool {
    let failed: Vec<_> = failures(case).collect();
    first(&failed).is_some_and(|(_, tunnel)| {
        matches!(tunnel, Tunnel::Closed | Tunnel::Reset | Tunnel::Silent)
    })
}

pub(crate) fn judge(case: &Case<'_>) -> Vec<Judgement> {
    let Some(setting) = &case.question.proxy else {
        return Vec::new();
    };
    if !asked_in_vain(case) {
        return Vec::new();
    }
    let seen = Seen { case, setting };
    let judged = match case.asked_way() {
        Way::Direct => seen.excluded(),
        Way::Through(kind) => seen.through(kind),
    };
    judged.into_iter().collect()
}

/// What is judged, with what every text names.
struct Seen<'a, 'c> {
    case: &'a Case<'c>,
    setting: &'a ProxySetting,
}

impl Seen<'_, '_> {
    fn text<const N: usize>(&self, id: &str, more: [(&str, String); N]) -> Text {
        let target = &self.case.question.target;
        let mut text = Text::new(
            id,
            [
                ("proxy", self.setting.to_string()),
                ("source", self.setting.source.clone()),
                ("host", target.host.clone()),
                ("port", target.port.to_string()),
            ],
        );
        let more = more.map(|(key, value)| (key.to_owned(), value));
        text.params.extend(more);
        text
    }

    /// An exception keeps the target off the proxy, and only through it TLS begins.
    fn excluded(&self) -> Option<Judgement> {
        let exclusion = self.setting.excluded.as_ref()?;
        let lever = lever(self.case, Way::Through(self.setting.kind))?;
        let text = self.text(
            "seen-C17-excluded",
            [
                ("variable", exclusion.variable.clone()),
                ("entry", exclusion.entry.clone()),
            ],
        );
        let evidence = asked(self.case).map(|(entry, _)| entry.id()).collect();
        let judgement = Judgement::new("C17", Certainty::Supported, text, evidence);
        let changed = self.text("flip-through-proxy", []);
        Some(own(self.flipped(judgement, &lever, changed)))
    }

    fn through(&self, kind: ProxyKind) -> Option<Judgement> {
        let failed: Vec<(&Entry, Tunnel)> = failures(self.case).collect();
        let Some((entry, tunnel)) = first(&failed) else {
            return if unresolved(self.case) {
                Some(self.unresolved())
            } else {
                self.dead_tunnel()
            };
        };
        let evidence = failed.iter().map(|(entry, _)| entry.id()).collect();
        let words = words(entry);
        let other = other_ways(self.case).into_iter().find_map(|way| match way {
            Way::Through(spoken) => Some((spoken, lever(self.case, way)?)),
            Way::Direct => None,
        });
        if let Some((spoken, lever)) = other {
            let schemes = [
                ("scheme", kind.scheme().to_owned()),
                ("spoken", spoken.scheme().to_owned()),
            ];
            let text = self.text("seen-C17-scheme", schemes);
            let judgement = Judgement::new("C17", Certainty::Supported, text, evidence);
            let spoken = ("spoken", spoken.scheme().to_owned());
            let changed = self.text("flip-proxy-scheme", [spoken]);
            return Some(own(self.flipped(judgement, &lever, changed)));
        }
        let direct = lever(self.case, Way::Direct);
        let scheme = ("scheme", kind.scheme().to_owned());
        let c17 = |id: &str| {
            let (how, words) = (("how", tunnel.to_string()), ("words", words.clone()));
            let text = self.text(id, [how, words, scheme.clone()]);
            Judgement::new("C17", Certainty::Supported, text, evidence.clone())
        };
        let p09 = |id: &str, certainty| {
            let text = self.text(id, [("words", words.clone())]);
            Judgement::new("P09", certainty, text, evidence.clone())
        };
        let either = |judgement: Judgement, rival: &str| {
            judgement.among(vec![rival.to_owned()], self.next("next-proxy-log"))
        };
        let judgement = match tunnel {
            // A local firewall, or one on the path, ends connections like this to a proxy that is there.
            Tunnel::Unreached(PhaseOutcome::Denied) => {
                return Some(either(own(c17("seen-C17-unreached")), "C16"));
            }
            Tunnel::Unreached(PhaseOutcome::Timeout) => {
                return Some(either(own(c17("seen-C17-unreached")), "P10"));
            }
            Tunnel::Unreached(PhaseOutcome::Unreachable) => {
                return Some(either(own(c17("seen-C17-unreached")), "P12"));
            }
            Tunnel::Unreached(_) => own(c17("seen-C17-unreached")),
            Tunnel::Foreign => own(c17("seen-C17-foreign")),
            Tunnel::Untrusted => own(c17("seen-C17-untrusted")),
            Tunnel::Unasked => return None,
            Tunnel::Status(407) | Tunnel::Login => {
                let id = match self.setting.credentials {
                    true => "seen-P09-login-refused",
                    false => "seen-P09-login",
                };
                p09(id, Certainty::Proven)
            }
            // A server that is no proxy answers CONNECT like this too (RFC 9110 sections 15.5.1, 15.5.5, 15.5.6, 15.6.2).
            Tunnel::Status(400 | 404 | 405 | 501) | Tunnel::Reply(7..) => {
                return Some(either(p09("seen-P09", Certainty::Suspected), "C17"));
            }
            Tunnel::Status(500..) | Tunnel::Reply(1 | 3..=6) => {
                let judgement = p09("seen-P09-unreached", Certainty::Supported);
                if direct.is_none() {
                    let rivals = ["P01", "P10", "P11", "S01"].map(str::to_owned).to_vec();
                    return Some(judgement.among(rivals, self.next("next-from-proxy")));
                }
                judgement
            }
            Tunnel::Status(_) | Tunnel::Reply(_) => p09("seen-P09", Certainty::Proven),
            Tunnel::Closed | Tunnel::Reset | Tunnel::Silent => {
                return Some(either(own(c17("seen-C17-no-answer")), "P09"));
            }
        };
        Some(match direct {
            Some(lever) => {
                let changed = self.text("flip-no-proxy", []);
                self.flipped(judgement, &lever, changed)
            }
            None => judgement,
        })
    }

    /// The proxy's name has no address.
    fn unresolved(&self) -> Judgement {
        let lookups = self.case.proxy_lookups();
        let evidence = lookups.iter().map(|entry| entry.id()).collect();
        let text = self.text("seen-C17-unresolved", [("name", self.setting.host.clone())]);
        let denied = lookups.iter().all(|entry| {
            let end = entry.observation.end();
            end.is_some_and(|end| end.outcome == PhaseOutcome::NotFound)
        });
        if denied && !lookups.is_empty() {
            return own(Judgement::new("C17", Certainty::Proven, text, evidence));
        }
        let rivals = ["P02", "P04"].map(str::to_owned).to_vec();
        let next = Next {
            text: Text::new("next-other-resolver", [("name", self.setting.host.clone())]),
            command: Some(format!("getent hosts {}", self.setting.host)),
        };
        own(Judgement::new("C17", Certainty::Suspected, text, evidence)).among(rivals, next)
    }

    /// The proxy opens a tunnel, in which TLS does not begin; past it, TLS does.
    fn dead_tunnel(&self) -> Option<Judgement> {
        lever(self.case, Way::Direct)?;
        let evidence = asked(self.case).map(|(entry, _)| entry.id()).collect();
        let text = self.text("seen-C17-tunnel", []);
        let rivals = ["P07", "P09"].map(str::to_owned).to_vec();
        let judgement = Judgement::new("C17", Certainty::Suspected, text, evidence);
        Some(own(judgement).among(rivals, self.next("next-from-proxy")))
    }

    fn flipped(&self, judgement: Judgement, lever: &Lever, changed: Text) -> Judgement {
        let standing = lever.standing(self.case);
        let certainty = match standing.proven() {
            true if judgement.id == "C17" || judgement.certainty >= Certainty::Supported => {
                Certainty::Proven
            }
            _ => judgement.certainty,
        };
        let judgement = Judgement {
            certainty,
            ..judgement
        };
        if standing.fails.is_empty() || standing.works.is_empty() {
            return judgement;
        }
        judgement.with_proof(Flipped {
            changed,
            before: crate::outcomes::outcome(self.case, &lever.fails),
            after: Text::new("outcome-tls-begins", []),
            repeats: standing.fails.len().min(standing.works.len()),
            evidence: standing.evidence(),
        })
    }

    fn next(&self, id: &str) -> Next {
        let target = &self.case.question.target;
        let proxy = self.setting;
        Next {
            text: self.text(id, []),
            command: Some(format!(
                "curl -v -x {proxy} https://{}:{}/",
                target.host, target.port
            )),
        }
    }
}

/// It is this machine's setting.
fn own(judgement: Judgement) -> Judgement {
    Judgement {
        own: true,
        ..judgement
    }
}

/// What decides where the connections ended differently: what the proxy said before that it said nothing.
fn first<'a>(failed: &[(&'a Entry, Tunnel)]) -> Option<(&'a Entry, Tunnel)> {
    let quiet = |tunnel: Tunnel| {
        matches!(
            tunnel,
            Tunnel::Silent | Tunnel::Closed | Tunnel::Reset | Tunnel::Unreached(_)
        )
    };
    let said = failed.iter().find(|(_, tunnel)| !quiet(*tunnel));
    said.or_else(|| failed.first()).copied()
}

/// The proxy's own words: its status line, and what it adds about the reason.
fn words(entry: &Entry) -> String {
    const REASONS: [&str; 2] = ["proxy-authenticate", "x-squid-error"];
    const LONGEST: usize = 200;
    let end = entry.observation.phase(report::PhaseName::Proxy);
    let line = end
        .and_then(|phase| phase.detail.clone())
        .unwrap_or_default();
    let heard: Vec<u8> = entry
        .observation
        .traffic
        .iter()
        .filter(|segment| segment.direction == Direction::Received)
        .flat_map(|segment| segment.bytes.iter().copied())
        .collect();
    let head = String::from_utf8_lossy(&heard);
    let reasons = head.lines().filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        let known = REASONS.iter().any(|known| name.eq_ignore_ascii_case(known));
        known.then(|| format!("{name}: {}", value.trim()))
    });
    let all = std::iter::once(line).chain(reasons);
    let all = all.collect::<Vec<_>>().join("; ");
    let printable = |letter: char| match letter {
        ' '..='~' => letter,
        _ => '.',
    };
    all.chars().take(LONGEST).map(printable).collect()
}
