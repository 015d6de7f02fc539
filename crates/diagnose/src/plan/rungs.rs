//! The questions that tell the kinds of refusal apart.

use super::{Ask, once};
use crate::case::{Case, Client, Entry};
use crate::flip::{self, Change};
use crate::hellos;
use crate::reading::{End, Refusal};
use crate::stall;
use report::{Action, Hello};

pub(super) const NO_APPLICATION_PROTOCOL: u8 = 120;
const PROTOCOL_VERSION: u8 = 70;
const UNRECOGNIZED_NAME: u8 = 112;

/// The change that an answer itself points to.
pub(super) fn hint(entry: &Entry) -> Option<u8> {
    match entry.reading.as_ref()?.refusal()? {
        Refusal::Alert(
            number @ (NO_APPLICATION_PROTOCOL | PROTOCOL_VERSION | UNRECOGNIZED_NAME),
        ) => Some(number),
        _ => None,
    }
}

/// The questions that tell the kinds of refusal apart, each a hello that differs from the failing one in a stated way.
pub(super) fn rungs(case: &Case<'_>, failing: &Hello, entry: &Entry) -> Vec<Ask> {
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
        // What `stall` asks covers the rest.
        (
            End::Refused {
                how: Refusal::Silent,
                mid_flight: false,
            },
            None,
        ) if stall::is_remote(case, failing.address) => {
            push("server-name", single(&Change::Named));
            if !stall::are_lost(case, failing.address) {
                push("proxy-line", single(&Change::ProxyLine));
                push("direct", single(&Change::Direct));
            }
        }
        (End::Refused { .. }, None) if stall::are_lost(case, failing.address) => {
            push("server-name", single(&Change::Named));
            // Once is enough: what one client's without a name does not change, another's will not.
            let nameless = |entry: &Entry| {
                entry
                    .hello()
                    .is_some_and(|hello| hello.server_name.is_none())
            };
            let mut tried = case.at(failing.address);
            if !tried.any(|entry| nameless(entry) && stall::is_cut_off(entry)) {
                push("no-server-name", single(&Change::ServerName));
            }
        }
        (
            End::Refused {
                how: Refusal::Plaintext,
                mid_flight: false,
            },
            None,
        ) if stall::is_remote(case, failing.address) => {
            push("no-server-name", single(&Change::ServerName));
        }
        (
            End::Refused {
                how: Refusal::Closed | Refusal::Reset | Refusal::Silent | Refusal::Garbage,
                mid_flight: false,
            },
            None,
        ) => {
            let plainest = derived(hellos::plainest(&failing.hello));
            let nameless = single(&Change::ServerName);
            push("server-name", single(&Change::Named));
            push("plainest", Some(plainest.clone()));
            push("no-server-name", nameless.clone());
            push("proxy-line", single(&Change::ProxyLine));
            push("direct", single(&Change::Direct));
            // More than all that is worth a question where less did not help.
            let refused = |action: &Action| {
                case.doing(action)
                    .next()
                    .is_some_and(|entry| !entry.accepted())
            };
            if [Some(plainest), nameless].iter().flatten().all(refused) {
                push("widest", Some(derived(hellos::widest(&failing.hello))));
            }
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
pub(super) fn rungs_are_open(
    case: &Case<'_>,
    failing: &Hello,
    entry: &Entry,
    clients: &[Client<'_>],
) -> bool {
    if clients.iter().any(|client| client.accepted()) && hint(entry).is_none() {
        return false;
    }
    rungs(case, failing, entry)
        .iter()
        .any(|ask| case.doing(&ask.action).next().is_none())
}
