//! Conversations without TLS, and what precedes it.

use super::rungs::rungs_are_open;
use super::{Ask, once, repeats};
use crate::case::{Case, Entry};
use crate::dialogue;
use crate::flip::{self, Change, Lever};
use crate::hellos;
use crate::ports::{Registered, registered};
use crate::reading::{End, Reading};
use report::{Action, Hello, Plaintext, Prelude, Starttls};
use std::net::SocketAddr;
use wire::first::FirstOctets;

/// Conversations without TLS, where the answer speaks for one or where nothing does.
pub(super) fn plaintext(case: &Case<'_>, address: SocketAddr) -> Vec<Ask> {
    let readings: Vec<&Reading> = case
        .at(address)
        .filter(|entry| entry.prelude() == Some(Prelude::None))
        .filter_map(|entry| entry.reading.as_ref())
        .collect();
    if readings.iter().any(|reading| reading.speaks_tls()) || case.asked_prelude() != Prelude::None
    {
        return Vec::new();
    }
    let say = |say| Action::Plaintext {
        address,
        say,
        via: case.via(address),
    };
    let mut asks = Vec::new();
    let said = || readings.iter().map(|reading| &reading.flight.first);
    let telling = |first: &&FirstOctets| match first {
        FirstOctets::Banner(kind) => dialogue::starttls_of(*kind).is_some(),
        _ => false,
    };
    // Some are cut off before they greet.
    let first = said()
        .find(telling)
        .or_else(|| said().find(|first| !matches!(first, FirstOctets::Nothing)));
    match first {
        Some(FirstOctets::Http { .. }) => asks.extend(plain_http(case, address)),
        Some(FirstOctets::Banner(kind)) => {
            let way = dialogue::starttls_of(*kind).or_else(|| starttls_by_port(case));
            let ways = way.map(|way| dialogue::ways(case.at(address), *kind, way));
            for protocol in ways.into_iter().flatten() {
                asks.extend(starttls(case, address, protocol));
                if !refused_dialogue(case, address, protocol) {
                    break;
                }
            }
        }
        Some(_) => asks.push(once("plain:http", say(Plaintext::HttpGet))),
        // What never came to the server was not understood by nobody.
        None if crate::stall::are_lost(case, address) => {}
        None => {
            if readings
                .iter()
                .any(|reading| matches!(reading.end, End::Refused { .. }))
            {
                asks.push(once("plain:http", say(Plaintext::HttpGet)));
                let answers = case.doing(&say(Plaintext::HttpGet)).any(flip::works);
                if answers {
                    asks.extend(plain_http(case, address));
                }
                for protocol in waiting_for_the_client(case) {
                    let offer = say(Plaintext::OfferStarttls(protocol));
                    asks.push(once(format!("plain:{}", label(protocol)), offer.clone()));
                    if case.doing(&offer).any(agreed) {
                        asks.extend(starttls(case, address, protocol));
                    }
                }
            }
        }
    }
    asks
}

fn plain_http(case: &Case<'_>, address: SocketAddr) -> Vec<Ask> {
    plaintext_lever(case, address).map_or_else(Vec::new, |lever| repeats(case, &lever))
}

/// The first hello, with what the user asked for before it.
fn first_hello(case: &Case<'_>, address: SocketAddr) -> Option<Hello> {
    let (_, Action::Hello(hello)) = case.first_hellos(address).into_iter().next()? else {
        return None;
    };
    Some(Hello {
        prelude: case.asked_prelude(),
        ..*hello
    })
}

/// The dialogue of the protocol that answers, where another one was asked for.
pub(super) fn other_dialogue(case: &Case<'_>, address: SocketAddr) -> Vec<Ask> {
    let Prelude::Starttls(asked) = case.asked_prelude() else {
        return Vec::new();
    };
    let spoken = case
        .at(address)
        .filter(|entry| entry.prelude() == Some(case.asked_prelude()))
        .find_map(|entry| dialogue::spoken(entry, asked)?.1);
    spoken.map_or_else(Vec::new, |other| starttls(case, address, other))
}

/// The flip from a TLS hello to plain HTTP.
pub(crate) fn plaintext_lever(case: &Case<'_>, address: SocketAddr) -> Option<Lever> {
    Some(Lever {
        change: Change::PlainHttp,
        fails: Action::Hello(Box::new(first_hello(case, address)?)),
        works: Action::Plaintext {
            address,
            say: Plaintext::HttpGet,
            via: case.via(address),
        },
    })
}

/// TLS after a dialogue that was not asked for.
fn starttls(case: &Case<'_>, address: SocketAddr, protocol: Starttls) -> Vec<Ask> {
    let after = |hello| {
        Action::Hello(Box::new(Hello {
            prelude: Prelude::Starttls(protocol),
            ..hello
        }))
    };
    first_hello(case, address)
        .map(|hello| once(format!("starttls:{}", label(protocol)), after(hello)))
        .into_iter()
        .collect()
}

/// The flip from what the user asked for before TLS to what the server wants before it.
pub(crate) fn prelude_lever(case: &Case<'_>, address: SocketAddr) -> Option<Lever> {
    let found = case.found_prelude()?;
    let began = |entry: &&Entry| entry.prelude() == Some(found) && entry.came_through();
    let mut began = case.at(address).filter(began);
    let works = began.find(|entry| entry.hello().is_some())?;
    let fails = Hello {
        prelude: case.asked_prelude(),
        ..works.hello()?.clone()
    };
    let change = match found {
        Prelude::Starttls(protocol) => Change::Starttls(protocol),
        Prelude::ProxyLine => Change::ProxyLine,
        Prelude::None => Change::Direct,
    };
    Some(Lever {
        change,
        fails: Action::Hello(Box::new(fails)),
        works: works.experiment.action.clone(),
    })
}

/// Everything offered behind a PROXY line, where less was answered with an alert and without the line nothing was: a ServerHello
/// says that the line was understood, an alert does not.
pub(super) fn widest_behind_a_line(case: &Case<'_>, address: SocketAddr) -> Option<Ask> {
    if case.prelude() != Prelude::None || case.at(address).any(Entry::came_through) {
        return None;
    }
    let alerted = |entry: &Entry| entry.reading.as_ref().is_some_and(Reading::began);
    let hello = case
        .at(address)
        .filter(|entry| alerted(entry))
        .find_map(|entry| {
            entry
                .hello()
                .filter(|hello| hello.prelude == Prelude::ProxyLine)
        })?;
    let widest = Hello {
        hello: hellos::widest(&hello.hello),
        ..hello.clone()
    };
    // Another question about the hello without the line may make it needless.
    let direct = Hello {
        prelude: Prelude::None,
        ..hello.clone()
    };
    let failed = case.doing(&Action::Hello(Box::new(direct.clone()))).next();
    if failed.is_some_and(|entry| rungs_are_open(case, &direct, entry, &case.clients())) {
        return None;
    }
    let action = Action::Hello(Box::new(widest));
    Some(once("rung:proxy-line-widest", action))
}

/// Whether the dialogue of `protocol` was tried where TLS at once was asked for, and refused in plaintext.
fn refused_dialogue(case: &Case<'_>, address: SocketAddr, protocol: Starttls) -> bool {
    case.at(address).any(|entry| {
        let tried = |hello: &Hello| hello.prelude == Prelude::Starttls(protocol);
        entry.hello().is_some_and(tried) && dialogue::refused(entry, protocol).is_some()
    })
}

/// Whether a STARTTLS offer was agreed to.
fn agreed(entry: &Entry) -> bool {
    entry
        .observation
        .end()
        .is_some_and(|phase| phase.outcome == report::PhaseOutcome::Ok)
}

fn starttls_by_port(case: &Case<'_>) -> Option<Starttls> {
    match registered(case.question.target.port) {
        Registered::Plaintext(protocol) => protocol,
        Registered::Tls | Registered::Nothing => None,
    }
}

/// The protocols to offer a server that says nothing: the port's, or those in which the client speaks first and that
/// stand behind any port.
fn waiting_for_the_client(case: &Case<'_>) -> Vec<Starttls> {
    match starttls_by_port(case) {
        Some(protocol) => vec![protocol],
        None => vec![Starttls::Postgres, Starttls::Ldap],
    }
}

/// The protocol's name as `--starttls` takes it.
pub(crate) fn label(protocol: Starttls) -> String {
    serde_json::to_value(protocol)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}
