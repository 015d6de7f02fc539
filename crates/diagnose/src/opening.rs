//! What the server turns out to need before TLS, and what can be learnt behind it.

use crate::case::{Case, Entry};
use crate::flip::{self, Change, Lever};
use crate::hellos;
use crate::reading::Reading;
use report::{Action, Hello, Plaintext, Prelude};
use std::net::SocketAddr;

/// The same question behind what the server needs, where it needs something.
pub(crate) fn inner<'a>(case: &Case<'a>) -> Option<Case<'a>> {
    let address = case.representative()?;
    needed(case, address).map(|prelude| case.behind(prelude))
}

/// What the server needs before TLS although nobody asked for it: with it TLS is answered, without it is not.
///
/// A PROXY line is needed when a ServerHello follows it: an alert may be the answer to the line itself. A STARTTLS dialogue
/// that the server agreed to is enough.
pub(crate) fn needed(case: &Case<'_>, address: SocketAddr) -> Option<Prelude> {
    if case.prelude() != Prelude::None || answers_at_once(case, address) {
        return None;
    }
    let agreed = case.entries.iter().find_map(|entry| {
        let Action::Plaintext {
            address: at,
            say: Plaintext::OfferStarttls(protocol),
        } = entry.experiment.action
        else {
            return None;
        };
        (at == address && flip::agreed(entry)).then_some(Prelude::Starttls(protocol))
    });
    agreed.or_else(|| {
        case.at(address)
            .find_map(|entry| entry.hello().filter(|_| is_behind(entry)))
            .map(|hello| hello.prelude)
    })
}

/// A hello that offers everything behind a PROXY line, where one that offers less was answered with an alert: a ServerHello
/// would say that the line was understood, the alert does not.
pub(crate) fn alerted(case: &Case<'_>, address: SocketAddr) -> Option<Hello> {
    if case.prelude() != Prelude::None || answers_at_once(case, address) {
        return None;
    }
    let hello = case.at(address).find_map(|entry| {
        let tls = entry.reading.as_ref().is_some_and(Reading::speaks_tls);
        entry
            .hello()
            .filter(|hello| tls && hello.prelude == Prelude::ProxyLine)
    })?;
    let widest = hellos::widest(&hello.hello);
    Some(Hello {
        hello: widest,
        ..hello.clone()
    })
}

/// Whether any hello without a prelude was answered in TLS.
fn answers_at_once(case: &Case<'_>, address: SocketAddr) -> bool {
    case.at(address).any(|entry| {
        let bare = match &entry.experiment.action {
            Action::Hello(hello) => hello.prelude == Prelude::None,
            Action::Handshake(handshake) => handshake.prelude == Prelude::None,
            _ => false,
        };
        bare && entry.reading.as_ref().is_some_and(Reading::speaks_tls)
    })
}

/// Whether the entry's hello came through its prelude to a server that speaks TLS.
pub(crate) fn is_behind(entry: &Entry) -> bool {
    let (Some(hello), Some(reading)) = (entry.hello(), &entry.reading) else {
        return false;
    };
    match hello.prelude {
        Prelude::None => false,
        Prelude::Starttls(_) => reading.speaks_tls(),
        Prelude::ProxyLine => {
            reading.flight.server_hello.is_some() || reading.flight.hello_retry.is_some()
        }
    }
}

/// The flip that shows the need: a hello answered in TLS behind the prelude, and the same without. One that was accepted is
/// better than one that was not.
pub(crate) fn lever(case: &Case<'_>, address: SocketAddr) -> Option<Lever> {
    let prelude = needed(case, address)?;
    let behind = |entry: &&Entry| {
        entry.hello().is_some_and(|hello| hello.prelude == prelude) && is_behind(entry)
    };
    let through = case
        .at(address)
        .filter(behind)
        .min_by_key(|entry| !entry.accepted())?;
    let fails = Action::Hello(Box::new(Hello {
        prelude: Prelude::None,
        ..through.hello()?.clone()
    }));
    let change = match prelude {
        Prelude::Starttls(protocol) => Change::Starttls(protocol),
        Prelude::ProxyLine | Prelude::None => Change::ProxyLine,
    };
    Some(Lever {
        change,
        fails,
        works: through.experiment.action.clone(),
    })
}
