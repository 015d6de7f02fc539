//! S02, S03, C25: no TLS where TLS was expected, or not at once.

use crate::case::{Case, Entry};
use crate::flip::BAD_REQUEST;
use crate::plan::plaintext_lever;
use crate::ports::{Registered, registered};
use crate::reading::Reading;
use crate::stall;
use crate::wording::{Flipped, Judgement, Next};
use report::{Certainty, Prelude, Text};
use std::net::SocketAddr;
use wire::first::{BannerKind, FirstOctets};

pub(crate) fn judge(case: &Case<'_>) -> Vec<Judgement> {
    let Some(address) = case.representative() else {
        return Vec::new();
    };
    // TLS behind a dialogue is judged with the dialogues.
    if case.prelude() != Prelude::None || case.asked_prelude() != Prelude::None {
        return Vec::new();
    }
    // Whoever answers another hello in TLS speaks it: something on the way answered this one.
    let speaks = |entry: &Entry| entry.reading.as_ref().is_some_and(Reading::speaks_tls);
    if stall::is_remote(case, address) && case.at(address).any(speaks) {
        return Vec::new();
    }
    let spoken = case
        .at(address)
        .filter(|entry| entry.prelude() == Some(Prelude::None))
        .filter_map(|entry| Some((entry, &entry.reading.as_ref()?.flight.first)))
        .find(|(_, first)| !matches!(first, FirstOctets::Nothing));
    match spoken {
        Some((_, FirstOctets::Http { .. })) => vec![http(case, address)],
        Some((entry, FirstOctets::Banner(kind))) => vec![banner(case, entry, *kind)],
        Some((_, FirstOctets::Other)) | None if plain_http_works(case, address) => {
            vec![http(case, address)]
        }
        _ => Vec::new(),
    }
}

/// The cause's id: on a port registered for another service, the client chose the wrong port.
pub(super) fn id(case: &Case<'_>, on_tls_port: &'static str) -> &'static str {
    match registered(case.question.target.port) {
        Registered::Plaintext(_) => "C25",
        Registered::Tls | Registered::Nothing => on_tls_port,
    }
}

fn plain_http_works(case: &Case<'_>, address: SocketAddr) -> bool {
    plaintext_lever(case, address).is_some_and(|lever| !lever.standing(case).works.is_empty())
}

fn http(case: &Case<'_>, address: SocketAddr) -> Judgement {
    let id = id(case, "S02");
    let text = Text::new(
        &format!("seen-{id}-http"),
        [
            ("address", address.to_string()),
            ("host", case.question.target.host.clone()),
            ("port", case.question.target.port.to_string()),
        ],
    );
    let evidence: Vec<_> = case.at(address).map(Entry::id).collect();
    let Some(lever) = plaintext_lever(case, address) else {
        return Judgement::new(id, Certainty::Supported, text, evidence);
    };
    let standing = lever.standing(case);
    let refused = |entry: &Entry| {
        crate::reading::http_status(&entry.observation.received()) == Some(BAD_REQUEST)
    };
    if case.doing(&lever.works).any(refused) {
        // Even a plain request is refused: octets put in front of ours, such as a PROXY line, explain both answers too.
        let next = Next {
            text: Text::new(
                "next-octets-in-front",
                [("host", case.question.target.host.clone())],
            ),
            command: Some("tail -n 20 /var/log/nginx/error.log".to_owned()),
        };
        return Judgement::new(id, Certainty::Suspected, text, evidence)
            .among(vec!["S04".to_owned()], next);
    }
    if !standing.proven() {
        return Judgement::new(id, Certainty::Supported, text, evidence);
    }
    Judgement::new(id, Certainty::Proven, text, evidence).with_proof(Flipped {
        changed: Text::new("flip-plain-http", []),
        before: Text::new("outcome-http-answer", []),
        after: Text::new("outcome-http-works", []),
        repeats: standing.fails.len().min(standing.works.len()),
        evidence: standing.evidence(),
    })
}

fn banner(case: &Case<'_>, entry: &Entry, kind: BannerKind) -> Judgement {
    let id = if kind == BannerKind::Ssh {
        "C25"
    } else {
        id(case, "S03")
    };
    let line = first_line(&entry.observation.received());
    let target = &case.question.target;
    let text = Text::new(
        &format!("seen-{id}-banner"),
        [
            ("banner", line),
            ("host", target.host.clone()),
            ("port", target.port.to_string()),
        ],
    );
    Judgement::new(id, Certainty::Supported, text, vec![entry.id()])
}

/// The first line of a greeting, printable and short.
pub(super) fn first_line(octets: &[u8]) -> String {
    const LONGEST: usize = 60;
    let line = octets
        .split(|octet| matches!(octet, b'\r' | b'\n'))
        .next()
        .unwrap_or_default();
    line.iter()
        .take(LONGEST)
        .map(|octet| {
            if octet.is_ascii_graphic() || *octet == b' ' {
                char::from(*octet)
            } else {
                '.'
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::first_line;

    #[test]
    fn a_greeting_is_cut_and_cleaned() {
        assert_eq!(
            first_line(b"220 mail.example ESMTP\r\n250 x"),
            "220 mail.example ESMTP"
        );
        assert_eq!(first_line(b"\x1b[31mred"), ".[31mred");
    }
}
