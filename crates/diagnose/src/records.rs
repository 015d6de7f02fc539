//! What DNS says of the server beside its addresses: TLSA records (RFC 6698) and the keys of Encrypted Client Hello in
//! HTTPS records (RFC 9460).

use crate::case::{Case, Entry};
use report::{Action, Answer, Bytes, ExperimentId, RecordType, Starttls};
use std::net::SocketAddr;

/// DNS servers asked for a record: what one does not say, another may.
const SERVERS: usize = 2;
const HTTPS_PORT: u16 = 443;

/// One DNS server's answer about the server.
pub(crate) struct Records<'a> {
    pub(crate) evidence: ExperimentId,
    pub(crate) server: SocketAddr,
    /// The name that was asked for.
    pub(crate) name: &'a str,
    pub(crate) data: &'a [Bytes],
    /// Whether the server says that it has validated them.
    pub(crate) authenticated: bool,
    pub(crate) response_code: u16,
}

/// The lookups worth making, with their labels. They cost no connection to the target.
///
/// TLSA counts where clients heed it, which is mail between servers; elsewhere only those who name a resolver are taken to
/// have DANE in mind. HTTPS records count for HTTP. In both cases only a resolver is asked that answers soon and may say
/// that it has validated: a record that comes late would keep the verdict waiting, and one that nobody vouches for decides
/// nothing.
pub(crate) fn lookups(case: &Case<'_>) -> Vec<(String, Action)> {
    let question = case.question;
    if case.literal().is_some() || (question.offline && !question.resolvers_named) {
        return Vec::new();
    }
    let mut records = Vec::new();
    if question.resolvers_named || question.starttls == Some(Starttls::Smtp) {
        records.push((RecordType::Tlsa, tlsa_name(case)));
    }
    if case.is_http() && case.server_name().is_some() {
        records.push((RecordType::Https, https_name(case)));
    }
    let servers: Vec<SocketAddr> = question
        .resolvers
        .iter()
        .copied()
        .filter(|server| believed(case, *server))
        .take(SERVERS)
        .collect();
    records
        .iter()
        .flat_map(|(record, name)| servers.iter().map(move |server| (*record, name, *server)))
        .map(|(record, name, server)| {
            let kind = match record {
                RecordType::Tlsa => "TLSA",
                _ => "HTTPS",
            };
            let action = Action::Resolve {
                name: name.clone(),
                record,
                server: Some(server),
            };
            (format!("resolve:{kind}:{server}"), action)
        })
        .collect()
}

/// Whether what a DNS server says of authenticity counts: the user named it, or nothing lies between it and us. Mail servers
/// decide likewise, and trust no other.
fn believed(case: &Case<'_>, server: SocketAddr) -> bool {
    case.question.resolvers_named || server.ip().is_loopback()
}

/// RFC 6698 section 3.
fn tlsa_name(case: &Case<'_>) -> String {
    let target = &case.question.target;
    format!("_{}._tcp.{}", target.port, host(case))
}

/// RFC 9460 section 9.1: another port than 443 stands before the name.
fn https_name(case: &Case<'_>) -> String {
    match case.question.target.port {
        HTTPS_PORT => host(case).to_owned(),
        port => format!("_{port}._https.{}", host(case)),
    }
}

fn host<'a>(case: &Case<'a>) -> &'a str {
    case.question.target.host.trim_end_matches('.')
}

/// The answers to lookups of `record`.
pub(crate) fn answers<'a>(case: &Case<'a>, record: RecordType) -> Vec<Records<'a>> {
    let read = |entry: &'a Entry| match (&entry.experiment.action, &entry.observation.answer) {
        (
            Action::Resolve {
                name,
                record: asked,
                server: Some(server),
            },
            Some(Answer::Records {
                records,
                response_code,
                authenticated,
                ..
            }),
        ) if *asked == record => Some(Records {
            evidence: entry.id(),
            server: *server,
            name,
            data: records,
            authenticated: *authenticated,
            response_code: *response_code,
        }),
        _ => None,
    };
    case.entries.iter().filter_map(read).collect()
}

/// The first ECHConfigList that DNS publishes for the target, and who said so.
pub(crate) fn published_ech<'a>(case: &Case<'a>) -> Option<(&'a [u8], ExperimentId)> {
    answers(case, RecordType::Https)
        .into_iter()
        .find_map(|answer| {
            let list = answer
                .data
                .iter()
                .find_map(|data| wire::ech::of_https_record(data))?;
            Some((list, answer.evidence))
        })
}
