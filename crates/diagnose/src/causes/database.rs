//! S45: a database that speaks TLS at once, to those who name its protocol.
//!
//! The cause is found as a change of the ClientHello, like others; what is told here is whom it stops. PostgreSQL 17 ends
//! the handshake with alert 120 when ALPN offers other protocols, and completes it without ALPN only to hang up.

use crate::case::{Case, Entry};
use crate::hellos;
use crate::reading::After;
use crate::wording::Judgement;
use report::{Action, Prelude, Starttls};
use std::net::SocketAddr;

/// The protocol's name in ALPN (PostgreSQL manual, "SSL Session Encryption").
pub(crate) const PROTOCOL: &str = "postgresql";

/// Whether a database asked with its own request takes TLS at once, and only with its name in ALPN.
pub(crate) fn wants_its_name(case: &Case<'_>, address: SocketAddr) -> bool {
    let at_once = |named: bool, accepted: bool| {
        case.at(address).any(|entry| {
            let hello = entry
                .hello()
                .filter(|hello| hello.prelude == Prelude::None && hello.hello.alpn().is_some());
            hello.is_some_and(|hello| hellos::offers(&hello.hello, PROTOCOL) == named)
                && entry.accepted() == accepted
        })
    };
    case.asked_prelude() == Prelude::Starttls(Starttls::Postgres)
        && at_once(true, true)
        && at_once(false, false)
        && !at_once(false, true)
}

/// Adds the clients that offer no protocol at all, where the server was seen to hang up on that after the handshake.
pub(crate) fn widen(case: &Case<'_>, mut judgement: Judgement) -> Judgement {
    let hung_up: Vec<&Entry> = case
        .entries
        .iter()
        .filter(|entry| {
            matches!(&entry.experiment.action, Action::Handshake(handshake) if handshake.alpn.is_empty())
        })
        .filter(|entry| {
            entry.accepted()
                && entry.reading.as_ref().is_some_and(|reading| {
                    matches!(
                        reading.after,
                        Some(After::Closed | After::Reset | After::Alert(_))
                    )
                })
        })
        .collect();
    if hung_up.is_empty() {
        return judgement;
    }
    judgement
        .evidence
        .extend(hung_up.iter().map(|entry| entry.id()));
    let clients = judgement.clients.get_or_insert_default();
    for client in case.clients() {
        if client.hello.alpn().is_none() && !clients.iter().any(|id| id == client.id) {
            clients.push(client.id.to_owned());
        }
    }
    judgement
}
