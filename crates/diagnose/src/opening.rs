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

/// What the server needs before TLS although nobody asked for it, or that it needs nothing although a dialogue was asked
/// for: so TLS is answered, as asked it is not.
///
/// A PROXY line is needed when a ServerHello follows it: an alert may be the answer to the line itself. A STARTTLS dialogue
/// that the server agreed to is enough.
pub(crate) fn needed(case: &Case<'_>, address: SocketAddr) -> Option<Prelude> {
    if case.is_behind() || answers_as_asked(case, address) {
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
            .filter(|entry| is_behind(entry))
            .find_map(|entry| Some(entry.hello()?.prelude))
            .filter(|found| *found != case.asked_prelude())
    })
}

/// A hello that offers everything behind a PROXY line, where one that offers less was answered with an alert: a ServerHello
/// would say that the line was understood, the alert does not.
pub(crate) fn alerted(case: &Case<'_>, address: SocketAddr) -> Option<Hello> {
    if case.is_behind() || case.asked_prelude() != Prelude::None || answers_as_asked(case, address)
    {
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

/// Whether any handshake that began as the user asked was answered in TLS.
fn answers_as_asked(case: &Case<'_>, address: SocketAddr) -> bool {
    case.at(address).any(|entry| {
        entry.prelude() == Some(case.asked_prelude())
            && entry.reading.as_ref().is_some_and(Reading::began)
    })
}

/// Whether the entry's hello came through its prelude to a server that speaks TLS.
pub(crate) fn is_behind(entry: &Entry) -> bool {
    let (Some(hello), Some(reading)) = (entry.hello(), &entry.reading) else {
        return false;
    };
    match hello.prelude {
        Prelude::None | Prelude::Starttls(_) => reading.began(),
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
        prelude: case.asked_prelude(),
        ..through.hello()?.clone()
    }));
    let change = match prelude {
        Prelude::Starttls(protocol) => Change::Starttls(protocol),
        Prelude::ProxyLine => Change::ProxyLine,
        Prelude::None => Change::Direct,
    };
    Some(Lever {
        change,
        fails,
        works: through.experiment.action.clone(),
    })
}
