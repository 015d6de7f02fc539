//! P13–P15, P17–P22, S33: what a change of the hello, or of how it travels, undoes, and on which side of the server's TCP.

use crate::case::{Case, Entry};
use crate::flip::{Change, Lever};
use crate::reading::{End, Reading, Refusal};
use crate::stall::{self, Culprit};
use report::{Action, Hello, ProtocolVersion};
use std::net::SocketAddr;
use wire::minimise::{Change as Edit, Element};

/// The cause a lever shows, and the causes that fit as well.
pub(crate) struct Named {
    pub(crate) id: &'static str,
    pub(crate) rivals: Vec<&'static str>,
}

impl Named {
    fn alone(id: &'static str) -> Self {
        Self {
            id,
            rivals: Vec::new(),
        }
    }

    fn among(id: &'static str, rivals: &[&'static str]) -> Self {
        Self {
            id,
            rivals: rivals.to_vec(),
        }
    }
}

/// The cause that `lever` shows, where the hello alone would name `id`: a hello that never came to the server's TCP is no
/// fault of the server's. `failing` is the try that led to it.
pub(crate) fn named(case: &Case<'_>, lever: &Lever, id: &'static str, failing: &Entry) -> Named {
    let Some(address) = case
        .representative()
        .filter(|address| stall::is_remote(case, *address))
    else {
        return Named::alone(id);
    };
    let who = stall::culprit(case, &lever.fails);
    let answered = matches!(
        failing.reading.as_ref().map(|reading| &reading.end),
        Some(
            End::Refused {
                how: Refusal::Alert(_),
                ..
            } | End::NotOffered(_)
        )
    );
    match &lever.change {
        Change::Segments => segments(case, address, who),
        Change::Whole => match who {
            Culprit::Path => Named::alone("P17"),
            Culprit::Server => Named::alone("S33"),
            Culprit::Unknown => Named::among("P17", &["S33"]),
        },
        Change::Neutral | Change::ServerName => by_name(case, lever, id, who),
        Change::Tls13 => match who {
            Culprit::Path => Named::alone("P19"),
            Culprit::Server | Culprit::Unknown => Named::among("P19", &["S32"]),
        },
        Change::Padded => match who {
            Culprit::Path => Named::alone("P20"),
            Culprit::Server | Culprit::Unknown => Named::among("P20", &["S32"]),
        },
        _ if answered => Named::alone(id),
        Change::Length { .. } => match who {
            Culprit::Path => Named::alone("P20"),
            Culprit::Server => Named::among(id, &["P20"]),
            Culprit::Unknown => Named::among(id, &["P17", "P20", "P21", "S33"]),
        },
        Change::Element(Element::Version { code, change }) => {
            let removed = *code == ProtocolVersion::TLS1_3 && *change == Edit::Removed;
            match who {
                Culprit::Path if removed => Named::alone("P19"),
                Culprit::Path => Named::among("P18", &["P36"]),
                Culprit::Server | Culprit::Unknown => Named::among(id, &["P19"]),
            }
        }
        Change::Element(_) => match who {
            // One fingerprint is no other's: where two different hellos fail alike, it is what they share.
            Culprit::Path if fail_alike(case, address) > 1 => Named::alone("P18"),
            Culprit::Path => Named::among("P18", &["P36"]),
            Culprit::Server => Named::among(id, &["P36", "S37"]),
            Culprit::Unknown => Named::among(id, &["P17", "P18", "P36"]),
        },
        _ => Named::alone(id),
    }
}

/// Small segments help: the large ones are lost, on the way there or back. Hellos are larger than some servers' answers, so
/// without the kernel's word it counts whether any answer came whole.
fn segments(case: &Case<'_>, address: SocketAddr, who: Culprit) -> Named {
    match who {
        Culprit::Path => Named::alone("P21"),
        Culprit::Server => Named::alone("P22"),
        Culprit::Unknown if case.at(address).any(Entry::accepted) => Named::alone("P21"),
        Culprit::Unknown => Named::among("P22", &["P21"]),
    }
}

/// The name decides: a filter on the way, or the server itself.
fn by_name(case: &Case<'_>, lever: &Lever, id: &'static str, who: Culprit) -> Named {
    let refusal = case
        .doing(&lever.fails)
        .find_map(|entry| entry.reading.as_ref().and_then(Reading::refusal));
    match (refusal, who) {
        (Some(Refusal::Silent), Culprit::Path) => Named::alone("P14"),
        (Some(Refusal::Silent), _) => Named::among("P14", &["S18"]),
        (Some(Refusal::Reset), Culprit::Path) => Named::alone("P13"),
        (Some(Refusal::Reset), _) if is_before_end(case, lever) => Named::alone("P13"),
        // Who injects resets beside the path lets the hello through to the server.
        (Some(Refusal::Reset), _) => Named::among(server(id), &["P13"]),
        _ => match hello(&lever.fails).and_then(|hello| stall::hello_place(case, hello)) {
            // The hello does not come to the server, and so neither does the answer from there.
            Some(place) if place.before_end => Named::alone("P15"),
            Some(place) if place.answered => Named::alone(server(id)),
            _ => Named::among(server(id), &["P15"]),
        },
    }
}

/// Whether what happens to the failing hello happens before the end of the path.
fn is_before_end(case: &Case<'_>, lever: &Lever) -> bool {
    hello(&lever.fails)
        .and_then(|hello| stall::placed(case, hello))
        .is_some_and(|place| place.before_end)
}

/// A server that does not know a name.
fn server(id: &'static str) -> &'static str {
    match id {
        "P14" => "S18",
        other => other,
    }
}

fn hello(action: &Action) -> Option<&Hello> {
    match action {
        Action::Hello(hello) => Some(hello),
        _ => None,
    }
}

/// How many of the clients' own hellos came to nothing.
fn fail_alike(case: &Case<'_>, address: SocketAddr) -> usize {
    let hellos = case.first_hellos(address).into_iter();
    hellos
        .filter(|(_, action)| {
            let mut tries = case.doing(action).peekable();
            tries.peek().is_some() && tries.all(stall::is_cut_off)
        })
        .count()
}
