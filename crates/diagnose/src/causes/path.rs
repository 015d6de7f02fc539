//! X12, X23, X24, X25, X26, X27: a path leads to a trust anchor, and something in it is not allowed.
//!
//! Each fault is a fact of the certificates; which clients mind it their rules say. A fault that a client can walk around
//! is none of its causes.

use crate::case::Case;
use crate::chain::{self, Chain};
use crate::paths::{self, Fault, Way};
use crate::time::Now;
use crate::wording::{Flipped, Judgement};
use pki::Certificate;
use pki::path::PathProblemKind as Kind;
use report::{Certainty, Text};

pub(crate) fn judge(case: &Case<'_>) -> Vec<Judgement> {
    if chain::stores_asked(case).next().is_none() {
        return Vec::new();
    }
    chain::chains(case)
        .iter()
        .flat_map(|chain| one(case, chain))
        .collect()
}

fn one(case: &Case<'_>, chain: &Chain) -> Vec<Judgement> {
    let now = Now::of(case).best;
    let mut found: Vec<Judgement> = Vec::new();
    let mut add = |judgement: Judgement, client: &str| {
        let same =
            |known: &&mut Judgement| known.id == judgement.id && known.text == judgement.text;
        match found.iter_mut().find(same) {
            Some(known) => known
                .clients
                .get_or_insert_default()
                .push(client.to_owned()),
            None => found.push(judgement.stopping(vec![client.to_owned()])),
        }
    };
    for client in case.clients() {
        match paths::way(case, chain, &client, now) {
            Way::Clear => {}
            Way::Astray(wrong) => add(astray(chain, &wrong), client.id),
            Way::Faulty(faults) => {
                for judgement in faults.iter().filter_map(|fault| of_fault(chain, fault)) {
                    add(judgement, client.id);
                }
            }
            Way::None => {
                let anchors = chain::anchors(case);
                let search = chain::search(case, chain, &anchors, true, now);
                let faults = paths::unanchored(&search);
                for judgement in faults.iter().filter_map(|fault| of_fault(chain, fault)) {
                    add(judgement, client.id);
                }
            }
        }
    }
    found
}

/// The chain without that certificate leads to an anchor: the same chain judged with one thing changed.
fn astray(chain: &Chain, wrong: &Certificate) -> Judgement {
    let subject = || wrong.subject.text.clone();
    let params = [
        ("subject", subject()),
        ("issuer", wrong.issuer.text.clone()),
    ];
    Judgement::new(
        "X12",
        Certainty::Proven,
        Text::new("seen-X12-astray", params),
        chain.evidence.clone(),
    )
    .with_proof(Flipped {
        changed: Text::new("flip-without-certificate", [("subject", subject())]),
        before: Text::new("outcome-no-path", []),
        after: Text::new("outcome-path", []),
        repeats: crate::flip::REPEATS,
        evidence: chain.evidence.clone(),
    })
}

/// The cause that a fault is; dates and keys have files of their own.
fn of_fault(chain: &Chain, fault: &Fault) -> Option<Judgement> {
    let certificate = &fault.certificate;
    let issuer = || {
        fault.issuer.as_ref().map_or_else(
            || certificate.issuer.text.clone(),
            |issuer| issuer.subject.text.clone(),
        )
    };
    let mut params = vec![("subject", certificate.subject.text.clone())];
    let (id, text) = match &fault.kind {
        Kind::Expired { .. }
        | Kind::NotYetValid { .. }
        | Kind::BadSignature
        | Kind::UnsupportedSignature { .. }
        | Kind::AnchorNotSelfSigned => return None,
        Kind::NotACa if certificate.version < 3 => ("X25", "seen-X25-version"),
        Kind::CaAsLeaf => ("X25", "seen-X25-leaf"),
        Kind::NotACa => ("X24", "seen-X24-no-ca"),
        Kind::KeyUsage => ("X24", "seen-X24-key-usage"),
        Kind::PathLength { allowed, found } => {
            params.push(("allowed", allowed.to_string()));
            params.push(("found", found.to_string()));
            ("X24", "seen-X24-path-length")
        }
        Kind::Purpose | Kind::AnyPurpose => {
            let purposes = certificate.extended_key_usage.iter().flatten();
            let purposes: Vec<String> = purposes.map(ToString::to_string).collect();
            params.push(("purposes", purposes.join(", ")));
            match (&fault.kind, fault.depth) {
                (Kind::AnyPurpose, _) => ("X23", "seen-X23-any"),
                (_, 0) => ("X23", "seen-X23-leaf"),
                _ => ("X23", "seen-X23-issuer"),
            }
        }
        Kind::NoDigitalSignature => ("X23", "seen-X23-key-usage"),
        Kind::UnknownCritical(oid) => {
            params.push(("oid", oid.to_string()));
            ("X27", "seen-X27")
        }
        Kind::NameConstraint { name, .. } => {
            params.push(("name", name.clone()));
            params.push(("issuer", issuer()));
            ("X26", "seen-X26")
        }
        Kind::TooManyNames => {
            params.push(("issuer", issuer()));
            ("X26", "seen-X26-too-many")
        }
    };
    let certainty = match fault.kind {
        // Each client has a bound of its own.
        Kind::TooManyNames => Certainty::Suspected,
        _ => Certainty::Proven,
    };
    let text = Text {
        id: text.to_owned(),
        params: params
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect(),
    };
    Some(Judgement::new(id, certainty, text, chain.evidence.clone()))
}
