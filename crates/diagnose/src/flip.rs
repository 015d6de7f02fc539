//! Flips: one thing changed, and the outcome with it.

use crate::case::{Case, Entry};
use crate::causes::database;
use crate::hellos;
use crate::reading::{Reading, Refusal};
use crate::stall;
use report::{Action, ClientHello, ExperimentId, Hello, Plaintext, Prelude, Starttls};
use wire::minimise::{Element, Minimiser};

/// How often each side of a flip must be seen (A-B-A-B).
pub(crate) const REPEATS: usize = 2;
/// The same where the two sides are hellos, which servers behind one address may answer in turn or by chance: in the order
/// A-B-B-A-A-B, which no two or three servers in turn follow, and chance in one case of sixteen.
pub(crate) const HELLO_REPEATS: usize = 3;
/// What a server answers to octets that are not HTTP to it, whatever was sent: no sign that HTTP is spoken here.
pub(crate) const BAD_REQUEST: u16 = 400;
/// Questions a search for a length may ask.
const LENGTH_STEPS: usize = 8;

/// What a flip changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// No server_name.
    ServerName,
    /// The host's name in server_name, where none was sent.
    Named,
    /// No ALPN.
    Alpn,
    /// TLS from the first octet, with the name of a database's protocol in ALPN.
    DatabaseAlpn,
    /// A PROXY line first.
    ProxyLine,
    /// A STARTTLS dialogue first.
    Starttls(Starttls),
    /// No STARTTLS dialogue first.
    Direct,
    /// Past the proxy, through it, or through it in another manner.
    Way,
    /// No TLS at all.
    PlainHttp,
    /// One element of the ClientHello.
    Element(Element),
    /// The length of the ClientHello: longer than `works` octets fails, `fails` octets did.
    Length { works: usize, fails: usize },
    /// A name that nobody has in server_name.
    Neutral,
    /// Small TCP segments both ways.
    Segments,
    /// The ClientHello in one TCP segment instead of two.
    Whole,
    /// The same ClientHello made longer by padding (RFC 7685).
    Padded,
    /// No TLS 1.3, in a ClientHello of the same length.
    Tls13,
}

/// A pair of actions that differ in one thing, the first of which fails and the second of which works.
#[derive(Clone, Debug)]
pub(crate) struct Lever {
    pub(crate) change: Change,
    pub(crate) fails: Action,
    pub(crate) works: Action,
}

/// How well a lever is established.
#[derive(Clone, Debug, Default)]
pub(crate) struct Standing {
    pub(crate) fails: Vec<ExperimentId>,
    pub(crate) works: Vec<ExperimentId>,
    /// An outcome that contradicts it.
    pub(crate) unstable: bool,
    /// How often each side must be seen.
    needed: usize,
    /// Whether both sides must be seen from one local port, and were not.
    pub(crate) unpaired: bool,
}

/// A side of a flip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SideOfFlip {
    Fails,
    Works,
}

impl Standing {
    pub(crate) fn proven(&self) -> bool {
        !self.unstable && !self.unpaired && self.next().is_none()
    }

    /// Both sides in the order in which they are seen, from the first to the last that is needed.
    pub(crate) fn order(&self) -> Vec<SideOfFlip> {
        let mut seen = Self {
            needed: self.needed,
            ..Self::default()
        };
        // The failing side is what led to the flip.
        seen.fails.push(ExperimentId(0));
        let mut order = vec![SideOfFlip::Fails];
        while let Some(side) = seen.next() {
            order.push(side);
            match side {
                SideOfFlip::Fails => seen.fails.push(ExperimentId(0)),
                SideOfFlip::Works => seen.works.push(ExperimentId(0)),
            }
        }
        order
    }

    /// The side to see next; `None` when both were seen often enough. The order is A-B-B-A-A-B.
    pub(crate) fn next(&self) -> Option<SideOfFlip> {
        let (fails, works) = (self.fails.len(), self.works.len());
        if works == 0 {
            Some(SideOfFlip::Works)
        } else if fails == 0 {
            Some(SideOfFlip::Fails)
        } else if works < REPEATS {
            Some(SideOfFlip::Works)
        } else if fails < self.needed {
            Some(SideOfFlip::Fails)
        } else if works < self.needed {
            Some(SideOfFlip::Works)
        } else {
            None
        }
    }

    pub(crate) fn evidence(&self) -> Vec<ExperimentId> {
        let mut ids: Vec<_> = self.fails.iter().chain(&self.works).copied().collect();
        ids.sort_unstable();
        ids
    }
}

impl Lever {
    /// Whether `entry` came to what this changes: TLS begins, where what precedes it is changed; otherwise it works.
    fn holds(&self, entry: &Entry) -> bool {
        match self.change {
            Change::Starttls(_) | Change::Direct | Change::Way => entry.came_through(),
            Change::ProxyLine => entry.reading.as_ref().is_some_and(Reading::answered),
            // A server may refuse the name: then it was asked.
            Change::Neutral => entry.reading.as_ref().is_some_and(Reading::speaks_tls),
            _ => works(entry),
        }
    }

    /// Whether its failing side is silence.
    pub(crate) fn is_silent(&self, case: &Case<'_>) -> bool {
        case.doing(&self.fails).any(|entry| {
            let refusal = entry.reading.as_ref().and_then(Reading::refusal);
            refusal == Some(Refusal::Silent)
        })
    }

    /// What the evidence says of it.
    pub(crate) fn standing(&self, case: &Case<'_>) -> Standing {
        let hellos = matches!(
            (&self.fails, &self.works),
            (Action::Hello(_), Action::Hello(_))
        );
        let mut standing = Standing {
            needed: if hellos { HELLO_REPEATS } else { REPEATS },
            unstable: stall::contradicted(case, self),
            unpaired: stall::needs_pair(case, self) && !stall::is_paired(case, self),
            ..Standing::default()
        };
        let counts = |entry: &&Entry| {
            settled(entry) && !stall::is_no_try(entry) && !stall::is_left_unopened(case, entry)
        };
        for entry in case.asking(&self.fails).filter(counts) {
            if self.holds(entry) {
                standing.unstable = true
            } else {
                standing.fails.push(entry.id())
            }
        }
        for entry in case.asking(&self.works).filter(counts) {
            if self.holds(entry) {
                standing.works.push(entry.id())
            } else {
                standing.unstable = true
            }
        }
        standing
    }
}

/// Whether an experiment came to what it wanted: an accepted handshake, or a plaintext answer of the wanted kind.
pub(crate) fn works(entry: &Entry) -> bool {
    match &entry.experiment.action {
        Action::Plaintext {
            say: Plaintext::HttpGet,
            ..
        } => crate::reading::http_status(&entry.observation.received())
            .is_some_and(|status| status != BAD_REQUEST),
        _ => entry.accepted(),
    }
}

/// Whether an outcome counts: it ended, or it has been silent for long enough to be told of.
fn settled(entry: &Entry) -> bool {
    entry
        .reading
        .as_ref()
        .is_none_or(|reading| reading.end != crate::reading::End::Unknown)
        || entry.waits_for_tunnel()
}

/// A search for a lever.
pub(crate) enum Search {
    /// Found.
    Found(Lever),
    /// This must be asked first.
    Ask(Action),
    /// Nothing seen works.
    Nothing,
}

/// Finds the one thing that stops `failing`, from everything seen at its address.
pub(crate) fn search(case: &Case<'_>, failing: &Hello) -> Search {
    if let Some(search) = stall::search(case, failing) {
        return search;
    }
    let fails = Action::Hello(Box::new(failing.clone()));
    for (change, action) in single_changes(case, failing) {
        if case.doing(&action).any(works) {
            return Search::Found(Lever {
                change,
                fails,
                works: action,
            });
        }
    }
    match nearest_working(case, failing) {
        Some(working) => match working.hello() {
            Some(working) => minimise(case, failing, &working.hello),
            None => Search::Nothing,
        },
        None => Search::Nothing,
    }
}

/// Hellos that differ from `failing` in exactly one thing a cause is named after.
pub(crate) fn single_changes(case: &Case<'_>, failing: &Hello) -> Vec<(Change, Action)> {
    let mut changes = Vec::new();
    let with = |change: Change, hello: Hello| (change, Action::Hello(Box::new(hello)));
    if failing.server_name.is_some() && failing.hello.has_server_name() {
        let hello = Hello {
            server_name: None,
            hello: hellos::without_server_name(&failing.hello),
            ..failing.clone()
        };
        changes.push(with(Change::ServerName, hello));
    }
    if let Some(host) = case.unsent_name().filter(|_| failing.server_name.is_none()) {
        changes.push(with(Change::Named, named(failing, host)));
    }
    // A server that wants its own protocol named may complete a handshake without any, and hang up then: so this is
    // asked before "no ALPN" is believed.
    let database = with(
        Change::DatabaseAlpn,
        Hello {
            prelude: Prelude::None,
            hello: hellos::with_alpn(&failing.hello, database::PROTOCOL),
            ..failing.clone()
        },
    );
    let named = hellos::offers(&failing.hello, database::PROTOCOL);
    if failing.prelude == Prelude::None && !named {
        changes.push(database.clone());
    }
    if failing.hello.alpn().is_some() {
        changes.push(with(
            Change::Alpn,
            Hello {
                hello: hellos::without_alpn(&failing.hello),
                ..failing.clone()
            },
        ));
    }
    match failing.prelude {
        Prelude::None => changes.push(with(
            Change::ProxyLine,
            Hello {
                prelude: Prelude::ProxyLine,
                ..failing.clone()
            },
        )),
        Prelude::Starttls(protocol) => {
            changes.push(with(
                Change::Direct,
                Hello {
                    prelude: Prelude::None,
                    ..failing.clone()
                },
            ));
            if protocol == Starttls::Postgres {
                changes.push(database);
            }
        }
        Prelude::ProxyLine => {}
    }
    changes
}

/// The same hello with that name in server_name.
pub(crate) fn named(hello: &Hello, host: &str) -> Hello {
    let mut named = hello.clone();
    named.server_name = Some(host.to_owned());
    if !named.hello.has_server_name() {
        named
            .hello
            .extensions
            .insert(0, report::Extension::ServerName);
    }
    named
}

/// The entry of the accepted hello with the fewest elements between it and `failing`, under the same conditions.
pub(crate) fn nearest_working<'a>(case: &Case<'a>, failing: &Hello) -> Option<&'a Entry> {
    case.at(failing.address)
        .filter(|entry| entry.accepted() && !is_of_a_search(entry))
        .filter_map(|entry| Some((entry, entry.hello()?)))
        .filter(|(_, hello)| {
            hello.prelude == failing.prelude && hello.server_name == failing.server_name
        })
        .min_by_key(|(_, hello)| {
            // A version that the server could do without is no cause: one that offers the same versions comes first.
            let other_versions = hello.hello.versions() != failing.hello.versions();
            (
                other_versions,
                Minimiser::between(&failing.hello, &hello.hello).elements(),
            )
        })
        .map(|(entry, _)| entry)
}

/// The label of the questions a search asks.
pub(crate) const SEARCH_LABEL: &str = "minimise";
/// How the labels of a flip's repeats begin.
pub(crate) const REPEAT_LABEL: &str = "repeat:";

/// What a search has asked itself must not become where it starts from.
fn is_of_a_search(entry: &Entry) -> bool {
    let label = &entry.experiment.label;
    label.starts_with(SEARCH_LABEL) || label.starts_with(REPEAT_LABEL)
}

fn minimise(case: &Case<'_>, failing: &Hello, working: &ClientHello) -> Search {
    let asking = |hello: ClientHello| {
        Action::Hello(Box::new(Hello {
            hello,
            ..failing.clone()
        }))
    };
    if let Some(search) = length(case, failing, working) {
        return search;
    }
    let mut minimiser = Minimiser::between(&failing.hello, working);
    while let Some(hello) = minimiser.next_hello() {
        let action = asking(hello);
        match case.doing(&action).find(|entry| settled(entry)) {
            Some(entry) => minimiser.answer(entry.accepted()),
            None => return Search::Ask(action),
        }
    }
    match minimiser.flip() {
        Some(flip) => Search::Found(Lever {
            change: Change::Element(flip.element),
            fails: asking(flip.fails),
            works: asking(flip.works),
        }),
        None => Search::Nothing,
    }
}

/// Octets of `hello` as a handshake message.
pub(crate) fn octets(hello: &ClientHello, server_name: Option<&str>) -> usize {
    wire::build::length(hello, server_name)
}

/// `working` as long as `length` octets, under the conditions of `failing`.
pub(crate) fn padded(failing: &Hello, working: &ClientHello, length: usize) -> Action {
    let mut hello = working.clone();
    hello.extensions.retain(|extension| {
        !matches!(
            extension,
            report::Extension::Padding { .. } | report::Extension::PaddingTo { .. }
        )
    });
    hello.extensions.push(report::Extension::PaddingTo {
        length: u16::try_from(length).unwrap_or(u16::MAX),
    });
    Action::Hello(Box::new(Hello {
        hello,
        ..failing.clone()
    }))
}

/// Whether the working hello, padded to the failing one's length, was seen to fail too.
pub(crate) fn fails_padded(case: &Case<'_>, failing: &Hello, working: &ClientHello) -> bool {
    let longer = octets(&failing.hello, failing.server_name.as_deref());
    case.doing(&padded(failing, working, longer))
        .any(|entry| settled(entry) && !entry.accepted())
}

/// Tries whether the length alone decides: the working hello, padded to the failing one's length, fails too. Then the
/// threshold is searched for by halving. `None` when length does not matter.
fn length(case: &Case<'_>, failing: &Hello, working: &ClientHello) -> Option<Search> {
    let name = failing.server_name.as_deref();
    let (shorter, longer) = (octets(working, name), octets(&failing.hello, name));
    const HEADER: usize = 4;
    if longer <= shorter.saturating_add(HEADER) {
        return None;
    }
    let padded = |length| padded(failing, working, length);
    let outcome = |action: &Action| {
        case.doing(action)
            .find(|entry| settled(entry))
            .map(Entry::accepted)
    };
    match outcome(&padded(longer)) {
        None => return Some(Search::Ask(padded(longer))),
        Some(true) => return None,
        Some(false) => {}
    }
    let (mut works, mut fails) = (shorter.saturating_add(HEADER), longer);
    for _ in 0..LENGTH_STEPS {
        if fails.saturating_sub(works) <= 1 {
            break;
        }
        let middle = works.midpoint(fails);
        match outcome(&padded(middle)) {
            None => return Some(Search::Ask(padded(middle))),
            Some(true) => works = middle,
            Some(false) => fails = middle,
        }
    }
    let change = Change::Length { works, fails };
    Some(Search::Found(Lever {
        change,
        fails: padded(fails),
        works: padded(works),
    }))
}
