//! S23: the server asks for a client certificate when it has read the request, not in the handshake.

use crate::case::{Case, Entry};
use crate::reading::After;
use crate::wording::Judgement;
use report::{Certainty, ContentType, Prelude, ProtocolVersion, Severity, Text};
use wire::record::Record;

/// Unauthorized and Forbidden (RFC 9110 sections 15.5.2 and 15.5.4).
const DENIED: [u16; 2] = [401, 403];

pub(crate) fn judge(case: &Case<'_>) -> Vec<Judgement> {
    let Some(entry) = case.representative().and_then(|address| case.full(address)) else {
        return Vec::new();
    };
    if !entry.accepted() {
        return Vec::new();
    }
    let host = ("host", case.question.target.host.clone());
    if asks_again(entry) {
        let text = Text::new("seen-S23", [host]);
        let judgement = Judgement::new("S23", Certainty::Supported, text, vec![entry.id()]);
        let clients = case.clients();
        let stopped: Vec<String> = clients
            .iter()
            .filter(|client| client.profile.handshake.refuses_renegotiation.is_some())
            .map(|client| client.id.to_owned())
            .collect();
        return vec![if stopped.is_empty() {
            judgement.weakness(Severity::Warning)
        } else {
            judgement.stopping(stopped)
        }];
    }
    unasked(case, entry, host).into_iter().collect()
}

/// A handshake record behind the server's Finished before TLS 1.3: nothing but a HelloRequest comes there (RFC 5246 section
/// 7.4.1.1), and the type of a record is not encrypted.
fn asks_again(entry: &Entry) -> bool {
    let version = entry
        .reading
        .as_ref()
        .and_then(|reading| reading.flight.version);
    if version.is_none_or(|version| version >= ProtocolVersion::TLS1_3) {
        return false;
    }
    // What precedes TLS is no record.
    if entry.prelude() != Some(Prelude::None) {
        return false;
    }
    let received = entry.observation.received();
    let mut rest = received.as_slice();
    let mut kinds = Vec::new();
    while let Some((record, length)) = Record::decode(rest) {
        kinds.push(record.content_type);
        rest = rest.get(length..).unwrap_or_default();
    }
    let mut behind = kinds
        .into_iter()
        .skip_while(|kind| *kind != ContentType::CHANGE_CIPHER_SPEC);
    behind.by_ref().nth(1);
    behind.any(|kind| kind == ContentType::HANDSHAKE)
}

/// A certificate was at hand, the handshake of TLS 1.3 asked for none, and the page is denied: the server may want it asked
/// for afterwards (RFC 8446 section 4.6.2), which no client of the reference set allows as it is. One reason of many.
fn unasked(case: &Case<'_>, entry: &Entry, host: (&str, String)) -> Option<Judgement> {
    let reading = entry.reading.as_ref()?;
    let Some(After::Http(status)) = reading.after else {
        return None;
    };
    let flight = &reading.flight;
    let late = flight.version == Some(ProtocolVersion::TLS1_3)
        && flight.certificate_request.is_none()
        && DENIED.contains(&status)
        && !case.question.client_certificate.is_empty();
    let params = [
        host,
        ("status", status.to_string()),
        ("target", case.question.target.input.clone()),
    ];
    let text = Text::new("seen-S23-unasked", params);
    late.then(|| {
        Judgement::new("S23", Certainty::Suspected, text, vec![entry.id()])
            .weakness(Severity::Warning)
    })
}
