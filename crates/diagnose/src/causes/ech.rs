//! S31: DNS publishes keys for Encrypted Client Hello that the server does not hold.
//!
//! C27, a client that uses an outdated key, is the same fault seen from the client: the record that was just looked up is
//! what any client gets, and whether the zone or a cache is behind the server is for its owner to see.

use crate::case::{Case, Entry};
use crate::plan::Ask;
use crate::reading::Reading;
use crate::records;
use crate::wording::{Flipped, Judgement, Next};
use pki::Certificate;
use pki::name::ServerIdentity;
use report::{
    Action, Bytes, Certainty, ExperimentId, Handshake, PhaseName, PhaseOutcome, ProtocolVersion,
    Severity, Text,
};
use std::net::SocketAddr;

/// `ech_required`, with which a client ends a handshake in which its encrypted hello was rejected (RFC 9849 section 6.1.6).
const ECH_REQUIRED: u8 = 121;
/// How often each side of the flip must be seen.
const REPEATS: usize = crate::flip::REPEATS;

/// What became of a handshake with an encrypted hello.
enum Outcome {
    /// The server decrypted it.
    Accepted,
    /// The server answered the outer hello.
    Rejected {
        /// Whether its certificate is for the public name: then a client knows that it may try again without, or with the
        /// server's retry configurations. Whether that certificate is trusted is not asked: no anchor was looked up for it.
        covered: bool,
        /// Whether there are any.
        retry: bool,
    },
    /// The outer hello was not answered with a whole flight.
    Refused,
}

/// A handshake with the published keys; where it does not do as browsers need it, once more, and once more without.
pub(crate) fn asks(case: &Case<'_>, address: SocketAddr) -> Vec<Ask> {
    let Some((with, without)) = actions(case, address) else {
        return Vec::new();
    };
    let tried: Vec<Outcome> = ended(case, &with)
        .filter_map(|entry| outcome(case, entry))
        .collect();
    let times = if tried.iter().any(stops) { REPEATS } else { 1 };
    let ask = |label: &str, action: Action| Ask {
        label: label.to_owned(),
        action,
        times,
    };
    let mut asks = vec![ask("ech", with)];
    if tried.len() >= times {
        asks.push(ask("full", without));
    }
    asks
}

pub(crate) fn judge(case: &Case<'_>) -> Vec<Judgement> {
    let Some(address) = case.representative() else {
        return Vec::new();
    };
    let Some((with, without)) = actions(case, address) else {
        return Vec::new();
    };
    let Some((list, lookup)) = records::published_ech(case) else {
        return Vec::new();
    };
    let tried: Vec<(ExperimentId, Outcome)> = ended(case, &with)
        .filter_map(|entry| Some((entry.id(), outcome(case, entry)?)))
        .collect();
    let Some((_, first)) = tried.first() else {
        return Vec::new();
    };
    let fails: Vec<ExperimentId> = tried.iter().map(|(id, _)| *id).collect();
    let mut evidence = fails.clone();
    evidence.push(lookup);
    let params = [
        ("public", public_names(list)),
        ("host", case.question.target.host.clone()),
        ("subject", subject(case, &with)),
    ];
    let id = match first {
        Outcome::Accepted => return Vec::new(),
        Outcome::Rejected {
            covered: true,
            retry,
        } => {
            // Every client that encrypts recovers by itself, at the price of a second connection.
            let id = if *retry {
                "seen-S31-stale"
            } else {
                "seen-S31-fallback"
            };
            let judgement =
                Judgement::new("S31", Certainty::Supported, Text::new(id, params), evidence);
            return vec![judgement.weakness(Severity::Warning)];
        }
        Outcome::Rejected { covered: false, .. } => "seen-S31",
        Outcome::Refused => "seen-S31-refused",
    };
    let works: Vec<ExperimentId> = ended(case, &without)
        .filter(|entry| entry.accepted())
        .map(Entry::id)
        .collect();
    let always = tried.iter().all(|(_, outcome)| stops(outcome))
        && works.len() == ended(case, &without).count();
    let repeats = fails.len().min(works.len());
    let certainty = match repeats {
        _ if !always => Certainty::Suspected,
        0 | 1 => Certainty::Supported,
        _ => Certainty::Proven,
    };
    let clients = case
        .clients()
        .iter()
        .filter(|client| client.profile.rules.encrypts_hello)
        .map(|client| client.id.to_owned())
        .collect();
    let mut flipped = fails;
    flipped.extend(&works);
    let judgement = Judgement::new("S31", certainty, Text::new(id, params), evidence)
        .stopping(clients)
        .with_proof(Flipped {
            changed: Text::new("flip-no-ech", []),
            before: Text::new(
                if id == "seen-S31" {
                    "outcome-ech-outer"
                } else {
                    "outcome-ech-refused"
                },
                [("public", public_names(list))],
            ),
            after: Text::new("outcome-handshake", []),
            repeats,
            evidence: flipped,
        });
    // Without an answer it may be somebody on the way who minds the public name or encryption itself.
    let silent = ended(case, &with).any(|entry| {
        use crate::reading::Refusal::{Alert, Closed, Reset, Silent};
        match entry.reading.as_ref().and_then(Reading::refusal) {
            Some(Closed | Reset | Silent) => true,
            Some(Alert(_)) | None => false,
            Some(_) => true,
        }
    });
    if !always {
        let next = Next {
            text: Text::new("next-repeat", []),
            command: None,
        };
        return vec![judgement.among(vec!["S27".to_owned()], next)];
    }
    if id == "seen-S31-refused" && silent && !case.is_local(address) {
        let next = Next {
            text: Text::new("next-other-network", []),
            command: Some(format!("tlsmedic diagnose {}", case.question.target.input)),
        };
        return vec![judgement.among(vec!["P16".to_owned()], next)];
    }
    vec![judgement]
}

/// The handshake with the published keys and the one without, where the question makes sense: a client asked about
/// encrypts its hello, and TLS 1.3, which that needs, is spoken without.
fn actions(case: &Case<'_>, address: SocketAddr) -> Option<(Action, Action)> {
    let (list, _) = records::published_ech(case)?;
    let encrypts = case
        .asked_clients()
        .iter()
        .any(|(_, profile, _)| profile.rules.encrypts_hello);
    let plain = case.full(address).filter(|entry| entry.accepted())?;
    let flight = &plain.reading.as_ref()?.flight;
    if !encrypts || flight.version != Some(ProtocolVersion::TLS1_3) {
        return None;
    }
    let Action::Handshake(without) = &plain.experiment.action else {
        return None;
    };
    let with = Handshake {
        ech: Some(Bytes::from(list)),
        ..without.clone()
    };
    Some((Action::Handshake(with), plain.experiment.action.clone()))
}

fn ended<'a>(case: &Case<'a>, action: &Action) -> impl Iterator<Item = &'a Entry> {
    case.doing(action).filter(|entry| entry.ended)
}

/// What became of it; `None` where nothing was learnt, as with keys that no library here can use.
fn outcome(case: &Case<'_>, entry: &Entry) -> Option<Outcome> {
    let reading = entry
        .reading
        .as_ref()
        .filter(|reading| reading.connected())?;
    let hello = entry.observation.phase(PhaseName::Hello);
    if hello.is_none_or(|phase| phase.outcome == PhaseOutcome::Error) {
        return None;
    }
    // The TLS library gets past Finished only when the server has decrypted the hello.
    if entry.observation.phase(PhaseName::Application).is_some() {
        return Some(Outcome::Accepted);
    }
    let flight = &reading.flight;
    let rejected = flight
        .sent_alerts
        .iter()
        .any(|alert| alert.description.0 == ECH_REQUIRED);
    if rejected {
        let (list, _) = records::published_ech(case)?;
        let leaf = Certificate::parse(flight.certificates.first()?).certificate?;
        let fits = |name: &str| {
            ServerIdentity::parse(name)
                .is_ok_and(|identity| pki::name::check(&leaf, &identity).is_ok())
        };
        let covered = wire::ech::configurations(list)
            .first()
            .is_some_and(|configuration| fits(&configuration.public_name));
        let retry = flight
            .encrypted_extensions
            .as_deref()
            .is_some_and(|extensions| wire::ech::retry_configurations(extensions).is_some());
        return Some(Outcome::Rejected { covered, retry });
    }
    Some(Outcome::Refused)
}

fn stops(outcome: &Outcome) -> bool {
    matches!(
        outcome,
        Outcome::Rejected { covered: false, .. } | Outcome::Refused
    )
}

fn public_names(list: &[u8]) -> String {
    wire::ech::configurations(list)
        .into_iter()
        .map(|configuration| configuration.public_name)
        .collect::<Vec<_>>()
        .join(", ")
}

/// Whose certificate answered the outer hello.
fn subject(case: &Case<'_>, with: &Action) -> String {
    ended(case, with)
        .filter_map(|entry| entry.reading.as_ref()?.flight.certificates.first())
        .find_map(|der| Certificate::parse(der).certificate)
        .map(|leaf| leaf.subject.text.clone())
        .unwrap_or_default()
}
