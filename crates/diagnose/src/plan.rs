//! What to ask next, as a function of the question and what was seen.

mod plaintext;
mod rungs;
mod trust;

pub(crate) use plaintext::{label, plaintext_lever, prelude_lever};
pub(crate) use trust::ISSUERS;

use crate::case::{Case, Entry, SILENT_US};
use crate::chain;
use crate::flip::{self, Change, Lever, Search, SideOfFlip};
use crate::members;
use crate::reading::{Reading, Refusal};
use crate::records;
use crate::stall;
use plaintext::{other_dialogue, plaintext, widest_behind_a_line};
use report::{Action, AddressFamily, ClockSource, FetchPurpose, RecordType};
use rungs::{NO_APPLICATION_PROTOCOL, hint, rungs, rungs_are_open};
use std::net::SocketAddr;
use trust::trust;

/// Something to ask: the plan is kept when it has been asked `times` times.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) label: String,
    pub(crate) action: Action,
    pub(crate) times: usize,
}

/// DNS servers asked besides the system's resolver.
const RESOLVERS: usize = 2;

/// Everything worth asking now, most important first. Asking the same again is the caller's to avoid.
pub(crate) fn plan(case: &Case<'_>) -> Vec<Ask> {
    let mut asks = lookups(case);
    asks.extend(crate::causes::proxy::asks(case));
    // Addresses that come one after the other would have everything asked at each.
    let told = |ask: &Ask| {
        !matches!(ask.action, Action::Resolve { .. }) || case.doing(&ask.action).next().is_some()
    };
    let all_told = asks.iter().all(told);
    let Some(address) = case.representative().filter(|_| all_told) else {
        return asks;
    };
    asks.extend(first_round(case, address));
    asks.extend(stall::flow_asks(case, address));
    // What is no matter of the hello is not looked for in it.
    if stall::uneven(case, address) == Some(stall::Uneven::Hello) {
        asks.extend(trust(case, address));
        return asks;
    }
    // Who has answered late answers the others late as well: nothing is known of them yet.
    if answers_late(case, address) {
        return asks;
    }
    asks.extend(stall::doubts(case, address));
    asks.extend(stall::asks(case, address));
    if first_round_is_over(case, address) {
        // What is lost on the way says nothing of who would have had it.
        if !stall::are_lost(case, address) {
            asks.extend(members::asks(case));
        }
        asks.extend(crate::causes::astray::asks(case));
        asks.extend(fallback_answers(case, address));
        asks.extend(second_round(case, address));
        asks.extend(trust(case, address));
        asks.extend(crate::causes::ech::asks(case, address));
    }
    asks
}

pub(crate) fn once(label: impl Into<String>, action: Action) -> Ask {
    Ask {
        label: label.into(),
        action,
        times: 1,
    }
}

fn lookups(case: &Case<'_>) -> Vec<Ask> {
    let question = case.question;
    let mut asks = Vec::new();
    let target = (case.needs_resolution() || crate::causes::proxy::compares_direct(case))
        .then_some(&question.target.host);
    let names = target.filter(|_| case.is_named()).into_iter();
    for name in names.chain(case.proxy_name()) {
        asks.extend(addresses_of(case, name));
    }
    // Who leaves the target's name to the proxy does not tell it to a resolver.
    let records = if case.way().resolves() {
        Vec::new()
    } else {
        records::lookups(case)
    };
    asks.extend(
        records
            .into_iter()
            .map(|(label, action)| once(label, action)),
    );
    for source in &question.time_sources {
        asks.push(once(
            format!("clock:{source}"),
            Action::Clock {
                source: ClockSource::Sntp(source.clone()),
            },
        ));
    }
    for host in &question.controls {
        let action = Action::Fetch {
            url: format!("http://{host}/"),
            purpose: FetchPurpose::Date,
            from_public: false,
            serials: Vec::new(),
        };
        asks.push(once(format!("date:{host}"), action));
    }
    asks
}

/// What getaddrinfo is asked for: what a client of that family would.
fn of_family(case: &Case<'_>) -> RecordType {
    match case.question.family {
        AddressFamily::Any => RecordType::Addresses,
        AddressFamily::Ipv4 => RecordType::A,
        AddressFamily::Ipv6 => RecordType::Aaaa,
    }
}

/// The lookups of the addresses of `name`.
pub(crate) fn addresses_of(case: &Case<'_>, name: &String) -> Vec<Ask> {
    let question = case.question;
    let resolve = |record, server| Action::Resolve {
        name: name.clone(),
        record,
        server,
    };
    let mut asks = Vec::new();
    if !question.resolvers_named {
        asks.push(once("resolve:system", resolve(of_family(case), None)));
    }
    // Programs look up their proxy as the system does.
    if !question.resolvers_named && case.proxy_name() == Some(name) {
        return asks;
    }
    for server in question.resolvers.iter().take(RESOLVERS) {
        asks.push(once(
            format!("resolve:A:{server}"),
            resolve(RecordType::A, Some(*server)),
        ));
        asks.push(once(
            format!("resolve:AAAA:{server}"),
            resolve(RecordType::Aaaa, Some(*server)),
        ));
    }
    asks
}

/// Whether a hello was answered after a silence that counts as an answer, while others still wait for theirs.
pub(crate) fn answers_late(case: &Case<'_>, address: SocketAddr) -> bool {
    let late = |entry: &Entry| entry.accepted() && entry.waited() >= SILENT_US;
    case.at(address).any(late) && case.at(address).any(|entry| !entry.ended)
}

fn first_round(case: &Case<'_>, representative: SocketAddr) -> Vec<Ask> {
    let with_certificate = !case.question.client_certificate.is_empty();
    let mut asks: Vec<Ask> = case
        .addresses()
        .into_iter()
        .map(|address| once("full", case.full_at(address, with_certificate, true)))
        .collect();
    asks.extend(
        case.first_hellos(representative)
            .into_iter()
            .map(|(label, action)| once(label, action)),
    );
    asks
}

/// Whether every question of the first round at `address` has an answer, or has been late for so long that silence is one.
fn first_round_is_over(case: &Case<'_>, address: SocketAddr) -> bool {
    let hellos = case.first_hellos(address);
    hellos
        .iter()
        .all(|(_, action)| case.doing(action).next().is_some())
        && case.full(address).is_some()
}

/// What names end in that nobody has (RFC 6761 section 6.4).
const NEUTRAL_ENDING: &str = ".invalid";

/// A name nobody has in place of `name`, as long as that, so that nothing but the name changes; the shortest there is where that
/// is shorter.
pub(crate) fn neutral_name(name: Option<&str>) -> String {
    /// RFC 1035 section 2.3.4.
    const LABEL: usize = 63;
    let length = name
        .map_or(0, str::len)
        .saturating_sub(NEUTRAL_ENDING.len())
        .max(1);
    // A dot between labels counts as well, and no label is empty.
    let letter = |place: usize| match (place + 1) % (LABEL + 1) {
        0 if place + 1 < length => '.',
        _ => 'x',
    };
    let labels: String = (0..length).map(letter).collect();
    format!("{labels}{NEUTRAL_ENDING}")
}

/// Whether a certificate made for want of a better one is served to a name nobody has as well, each asked twice.
fn fallback_answers(case: &Case<'_>, address: SocketAddr) -> Vec<Ask> {
    let seen = chain::chains(case)
        .iter()
        .any(|chain| crate::fallback::program(&chain.leaf).is_some());
    let Some((label, hello)) = case.first_hellos(address).into_iter().next() else {
        return Vec::new();
    };
    if !seen || case.server_name().is_none() {
        return Vec::new();
    }
    let again = |label: &str, action| Ask {
        label: label.to_owned(),
        action,
        times: flip::REPEATS,
    };
    let neutral = case.neutral(&hello);
    std::iter::once(again(&label, hello))
        .chain(neutral.map(|neutral| again("rung:neutral-name", neutral)))
        .collect()
}

fn second_round(case: &Case<'_>, address: SocketAddr) -> Vec<Ask> {
    let mut asks = Vec::new();
    // More questions to a proxy that is slow tell nothing of the server.
    if case.at(address).any(Entry::waits_for_tunnel) {
        return asks;
    }
    let clients = case.clients();
    if let Some(entry) = case.full(address)
        && entry.reading.as_ref().is_some_and(|reading| {
            reading.refusal() == Some(Refusal::Alert(NO_APPLICATION_PROTOCOL))
        })
        && clients.iter().any(|client| client.accepted())
    {
        asks.push(once(
            "full:no-alpn",
            case.full_at(address, !case.question.client_certificate.is_empty(), false),
        ));
    }
    for client in &clients {
        if client.answer.entry().is_none() {
            asks.push(once(
                format!("client:{}", client.id),
                case.hello_at(address, &client.hello),
            ));
        }
    }
    let reached = case
        .at(address)
        .any(|entry| entry.reading.as_ref().is_some_and(Reading::connected));
    if !reached {
        return asks;
    }
    let in_plaintext = plaintext(case, address);
    let open = |ask: &Ask| case.doing(&ask.action).next().is_none();
    let waits_for_plaintext = in_plaintext.iter().any(open);
    asks.extend(in_plaintext);
    asks.extend(other_dialogue(case, address));
    asks.extend(widest_behind_a_line(case, address));
    if let Some(lever) = prelude_lever(case, address) {
        asks.extend(repeats(case, &lever));
    }
    asks.extend(crate::causes::asks(case, address));
    if members::in_turn(&members::groups(case)) {
        return asks;
    }
    let directly_asked = clients.iter().all(|client| client.answer.entry().is_some());
    let mut explained: Vec<Lever> = Vec::new();
    for client in clients.iter().filter(|client| !client.answer.accepted()) {
        let Some(entry) = client.answer.entry() else {
            continue;
        };
        if stall::is_left_unopened(case, entry) {
            continue;
        }
        if crate::causes::policy::explains(case, address, client) {
            continue;
        }
        let Action::Hello(failing) = case.hello_at(address, &client.hello) else {
            continue;
        };
        if explained
            .iter()
            .any(|lever| crate::causes::negotiation::applies(lever, &failing, entry))
        {
            continue;
        }
        // A client taken to fare like another is explained by that one, or by nothing.
        let direct = case.doing(&Action::Hello(failing.clone())).next().is_some();
        if !direct && !explained.is_empty() {
            asks.push(once(
                format!("client:{}", client.id),
                Action::Hello(failing),
            ));
            continue;
        }
        if !direct {
            continue;
        }
        if !clients.iter().any(|client| client.accepted()) || hint(entry).is_some() {
            asks.extend(rungs(case, &failing, entry));
        }
        // One client at a time: what explains the first mostly explains the others, and so does what is said in plaintext,
        // whose own questions need connections too.
        if !directly_asked || waits_for_plaintext || rungs_are_open(case, &failing, entry, &clients)
        {
            break;
        }
        match flip::search(case, &failing) {
            Search::Ask(action) => {
                asks.push(once(flip::SEARCH_LABEL, action));
                break;
            }
            Search::Found(lever) => {
                if matches!(lever.change, Change::Neutral | Change::ServerName) {
                    let places = stall::place_asks(case, &failing);
                    let waits = places.iter().any(open);
                    asks.extend(places);
                    // Who answers comes first, and then the proof.
                    if waits {
                        break;
                    }
                }
                let repeated = repeats(case, &lever);
                let settled = repeated.is_empty();
                asks.extend(repeated);
                explained.push(lever);
                if !settled {
                    break;
                }
            }
            Search::Nothing => {}
        }
    }
    asks
}

/// Each side of a flip once more, the failing one first, until both were seen often enough.
pub(crate) fn repeats(case: &Case<'_>, lever: &Lever) -> Vec<Ask> {
    let standing = lever.standing(case);
    if standing.unstable {
        return Vec::new();
    }
    let again = |side: &str, action: &Action, seen: usize| Ask {
        label: format!("{}{side}", flip::REPEAT_LABEL),
        action: action.clone(),
        times: seen + 1,
    };
    // Where the port may decide, two of the tries are from one, and the others from any; all at once.
    if standing.unpaired {
        let usual = |side: &str, action: &Action| Ask {
            label: format!("{}{side}", flip::REPEAT_LABEL),
            action: action.clone(),
            times: flip::HELLO_REPEATS - 1,
        };
        let mut asks = stall::pair_asks(case, lever);
        asks.push(usual("works", &lever.works));
        asks.push(usual("fails", &lever.fails));
        return asks;
    }
    // Silence takes its time, so those that will be silent are begun at once, in the same order.
    if standing.next().is_some() && lever.is_silent(case) {
        let (mut fails, mut works) = (0, 0);
        return standing
            .order()
            .into_iter()
            .map(|side| {
                let (name, action, seen) = match side {
                    SideOfFlip::Fails => ("fails", &lever.fails, &mut fails),
                    SideOfFlip::Works => ("works", &lever.works, &mut works),
                };
                *seen += 1;
                again(name, action, *seen - 1)
            })
            .collect();
    }
    match standing.next() {
        Some(SideOfFlip::Works) => vec![again("works", &lever.works, standing.works.len())],
        Some(SideOfFlip::Fails) => vec![again("fails", &lever.fails, standing.fails.len())],
        None => Vec::new(),
    }
}
