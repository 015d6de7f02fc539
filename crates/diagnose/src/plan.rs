//! What to ask next, as a function of the question and what was seen.

use crate::case::{Case, Entry};
use crate::chain;
use crate::dialogue;
use crate::flip::{self, Change, Lever, Search, SideOfFlip};
use crate::hellos;
use crate::members;
use crate::ports::{Registered, registered};
use crate::reading::{End, Reading, Refusal};
use crate::records;
use crate::revocation;
use report::{
    Action, AnchorStore, ClockSource, FetchPurpose, Hello, Plaintext, Prelude, RecordType, Starttls,
};
use std::net::SocketAddr;
use wire::first::FirstOctets;

/// Something to ask: the plan is kept when it has been asked `times` times.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) label: String,
    pub(crate) action: Action,
    pub(crate) times: usize,
}

/// DNS servers asked besides the system's resolver.
const RESOLVERS: usize = 2;
/// Issuers fetched in one examination.
pub(crate) const ISSUERS: usize = 4;

/// Everything worth asking now, most important first. Asking the same again is the caller's to avoid.
pub(crate) fn plan(case: &Case<'_>) -> Vec<Ask> {
    let mut asks = lookups(case);
    asks.extend(crate::causes::proxy::asks(case));
    let Some(address) = case.representative() else {
        return asks;
    };
    asks.extend(first_round(case, address));
    if first_round_is_over(case, address) {
        asks.extend(members::asks(case));
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
        asks.push(once("resolve:system", resolve(RecordType::A, None)));
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

/// A name nobody has (RFC 6761 section 6.4).
pub(crate) const NEUTRAL_NAME: &str = "tlsmedic.invalid";

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
    asks.extend(plaintext(case, address));
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
        // One client at a time: what explains the first mostly explains the others.
        if !directly_asked || rungs_are_open(case, &failing, entry, &clients) {
            break;
        }
        match flip::search(case, &failing) {
            Search::Ask(action) => {
                asks.push(once(flip::SEARCH_LABEL, action));
                break;
            }
            Search::Found(lever) => {
                let open = repeats(case, &lever);
                let settled = open.is_empty();
                asks.extend(open);
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

const NO_APPLICATION_PROTOCOL: u8 = 120;
const PROTOCOL_VERSION: u8 = 70;
const UNRECOGNIZED_NAME: u8 = 112;

/// The change that an answer itself points to.
fn hint(entry: &Entry) -> Option<u8> {
    match entry.reading.as_ref()?.refusal()? {
        Refusal::Alert(
            number @ (NO_APPLICATION_PROTOCOL | PROTOCOL_VERSION | UNRECOGNIZED_NAME),
        ) => Some(number),
        _ => None,
    }
}

/// The questions that tell the kinds of refusal apart, each a hello that differs from the failing one in a stated way.
fn rungs(case: &Case<'_>, failing: &Hello, entry: &Entry) -> Vec<Ask> {
    let Some(reading) = &entry.reading else {
        return Vec::new();
    };
    let derived = |hello| {
        Action::Hello(Box::new(Hello {
            hello,
            ..failing.clone()
        }))
    };
    let changes = flip::single_changes(case, failing);
    let single = |wanted: &Change| {
        changes
            .iter()
            .find(|(change, _)| change == wanted)
            .map(|(_, action)| action.clone())
    };
    let mut asks = Vec::new();
    let mut push = |label: &str, action: Option<Action>| {
        asks.extend(action.map(|action| once(format!("rung:{label}"), action)))
    };
    match (&reading.end, hint(entry)) {
        (_, Some(NO_APPLICATION_PROTOCOL)) => {
            push("no-alpn", single(&Change::Alpn));
            push("database-alpn", single(&Change::DatabaseAlpn));
        }
        (_, Some(UNRECOGNIZED_NAME)) => {
            push("server-name", single(&Change::Named));
            push("no-server-name", single(&Change::ServerName));
        }
        (End::NotOffered(_), _) | (_, Some(_)) => {
            push(
                "old-versions",
                Some(derived(hellos::with_old_versions(&failing.hello))),
            );
            push(
                "tls12",
                is_old(failing).then(|| derived(hellos::with_tls12(&failing.hello))),
            );
            push(
                "tls13",
                (!offers_tls13(failing)).then(|| derived(hellos::with_tls13(&failing.hello))),
            );
            push("widest", Some(derived(hellos::widest(&failing.hello))));
        }
        (
            End::Refused {
                how: Refusal::Alert(_),
                ..
            },
            None,
        ) => {
            push("server-name", single(&Change::Named));
            push("no-server-name", single(&Change::ServerName));
            push("no-alpn", single(&Change::Alpn));
            push("wider", Some(derived(hellos::wider(&failing.hello))));
            push("widest", Some(derived(hellos::widest(&failing.hello))));
            push("plainest", Some(derived(hellos::plainest(&failing.hello))));
            push("proxy-line", single(&Change::ProxyLine));
        }
        (
            End::Refused {
                how: Refusal::Closed | Refusal::Reset | Refusal::Silent | Refusal::Garbage,
                mid_flight: false,
            },
            None,
        ) => {
            push("server-name", single(&Change::Named));
            push("plainest", Some(derived(hellos::plainest(&failing.hello))));
            push("no-server-name", single(&Change::ServerName));
            push("proxy-line", single(&Change::ProxyLine));
            push("direct", single(&Change::Direct));
            push("widest", Some(derived(hellos::widest(&failing.hello))));
        }
        (
            End::Refused {
                mid_flight: true, ..
            },
            None,
        ) => {
            push("plainest", Some(derived(hellos::plainest(&failing.hello))));
            push("widest", Some(derived(hellos::widest(&failing.hello))));
        }
        // Whoever refuses in the protocol's own words does not speak TLS first.
        (End::Prelude(outcome), _) if *outcome != report::PhaseOutcome::Refused => {
            push("direct", single(&Change::Direct));
            // Only where the dialogue is that database's.
            push("database-alpn", single(&Change::DatabaseAlpn));
        }
        _ => {}
    }
    asks
}

/// Whether TLS 1.1 is the newest that it offers.
fn is_old(hello: &Hello) -> bool {
    let newest = hello.hello.versions().into_iter().max();
    newest.is_some_and(|newest| newest < report::ProtocolVersion::TLS1_2)
}

fn offers_tls13(hello: &Hello) -> bool {
    hello
        .hello
        .versions()
        .contains(&report::ProtocolVersion::TLS1_3)
}

/// Whether a search would start from too little: rungs are asked for and not all answered.
fn rungs_are_open(
    case: &Case<'_>,
    failing: &Hello,
    entry: &Entry,
    clients: &[crate::case::Client<'_>],
) -> bool {
    if clients.iter().any(|client| client.accepted()) && hint(entry).is_none() {
        return false;
    }
    rungs(case, failing, entry)
        .iter()
        .any(|ask| case.doing(&ask.action).next().is_none())
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
    match standing.next() {
        Some(SideOfFlip::Works) => vec![again("works", &lever.works, standing.works.len())],
        Some(SideOfFlip::Fails) => vec![again("fails", &lever.fails, standing.fails.len())],
        None => Vec::new(),
    }
}

/// Conversations without TLS, where the answer speaks for one or where nothing does.
fn plaintext(case: &Case<'_>, address: SocketAddr) -> Vec<Ask> {
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
    let first = readings
        .iter()
        .map(|reading| &reading.flight.first)
        .find(|first| !matches!(first, FirstOctets::Nothing));
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
fn other_dialogue(case: &Case<'_>, address: SocketAddr) -> Vec<Ask> {
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
fn widest_behind_a_line(case: &Case<'_>, address: SocketAddr) -> Option<Ask> {
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

/// Trust anchors for every issuer seen, and the issuers that are missing.
fn trust(case: &Case<'_>, address: SocketAddr) -> Vec<Ask> {
    let chains = chain::chains(case);
    if chains.is_empty() {
        return Vec::new();
    }
    let subjects = chain::subjects(case, &chains);
    let former = case.question.former_ca_file.clone().map(AnchorStore::File);
    let mut asks: Vec<Ask> = chain::stores(case.question)
        .into_iter()
        .chain(former)
        .map(|store| {
            once(
                format!("anchors:{}", chain::store_label(&store)),
                Action::Anchors {
                    store,
                    subjects: subjects.clone(),
                },
            )
        })
        .collect();
    let about_revocation = revocation::asks(case);
    // By the time the CA has answered us, it has answered a server that asked it too.
    if about_revocation.is_empty() {
        asks.extend(staple_again(case, address));
    }
    asks.extend(
        about_revocation
            .into_iter()
            .map(|(label, action)| once(label, action)),
    );
    if !case.question.offline {
        let from_public = case.is_public(address);
        // Each issuer may name a further one, without end.
        let fetched = chain::fetches(case).len();
        let wanted = chain::missing_urls(case, &chains).into_iter();
        for url in wanted.take(ISSUERS.saturating_sub(fetched)) {
            asks.push(once(
                "issuer",
                Action::Fetch {
                    url,
                    purpose: FetchPurpose::Issuer,
                    from_public,
                    serials: Vec::new(),
                },
            ));
        }
    }
    asks
}

/// Once more as a client that demands a staple, when the certificate does and none came.
fn staple_again(case: &Case<'_>, address: SocketAddr) -> Option<Ask> {
    use crate::causes::revocation::{AGAIN, AGAIN_LABEL};
    let demanding = case
        .clients()
        .into_iter()
        .find(|client| client.profile.rules.revocation.demands_staple)?;
    let missing = revocation::subjects(case).iter().any(|subject| {
        let staples = subject.staples(case);
        subject.leaf().must_staple && !staples.iter().any(|(_, staple)| staple.is_some())
    });
    let action = case.hello_at(address, &demanding.hello);
    let seen = case.doing(&action).filter(|entry| entry.ended).count();
    (missing && (1..=AGAIN).contains(&seen)).then(|| Ask {
        label: AGAIN_LABEL.to_owned(),
        action,
        times: seen + 1,
    })
}
