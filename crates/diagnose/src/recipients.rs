//! Whom a chain concerns: a server with certificates for several kinds of keys serves each client one of them.

use crate::case::{Case, Client};
use crate::catalogue::catalogue;
use crate::chain::{self, Chain};
use crate::wording::Judgement;
use report::{Severity, Side};

/// Causes that are about a chain, and not of the certificate's side.
const BESIDE: [&str; 5] = ["C01", "C02", "C05", "C13", "S29"];

/// Takes the clients that are served another kind of certificate from what is said of a chain. What stops nobody that was
/// asked about is no cause, but worth knowing.
pub(crate) fn restrict(case: &Case<'_>, judgements: &mut [Judgement]) {
    let chains = chain::chains(case);
    let clients = case.clients();
    for judgement in judgements.iter_mut() {
        let kept = concerned(judgement, &chains, &clients);
        if kept.is_some() {
            judgement.clients = kept;
        }
        let nobody = judgement.clients.as_ref().is_some_and(Vec::is_empty);
        if nobody && judgement.weakness.is_none() {
            judgement.weakness = Some(Severity::Warning);
        }
    }
}

/// The clients that remain, where some do not.
fn concerned(
    judgement: &Judgement,
    chains: &[Chain],
    clients: &[Client<'_>],
) -> Option<Vec<String>> {
    let row = catalogue().row(judgement.id)?;
    if row.side != Side::Certificate && !BESIDE.contains(&judgement.id) {
        return None;
    }
    let is_about = |chain: &&Chain| {
        chain
            .evidence
            .iter()
            .all(|id| judgement.evidence.contains(id))
    };
    let about: Vec<&Chain> = chains.iter().filter(is_about).collect();
    if about.is_empty() || about.len() == chains.len() {
        return None;
    }
    let is_served = |client: &&Client<'_>| {
        let entry = client.answer.entry().filter(|entry| entry.accepted());
        let received = entry.and_then(|entry| {
            let mut chains = chains.iter();
            chains.find(|chain| chain.evidence.contains(&entry.id()))
        });
        // Of one kind of key there are several certificates where servers differ: each client meets any of them.
        let alike = |own: &Chain| {
            about
                .iter()
                .any(|chain| chain.leaf.key.kind == own.leaf.key.kind)
        };
        received.is_none_or(alike)
    };
    let stopped = |client: &&Client<'_>| {
        let own = judgement.clients.as_ref();
        own.is_none_or(|own| own.iter().any(|id| id == client.id))
    };
    let before: Vec<&Client<'_>> = clients.iter().filter(stopped).collect();
    let after: Vec<String> = before
        .iter()
        .copied()
        .filter(is_served)
        .map(|client| client.id.to_owned())
        .collect();
    (after.len() < before.len()).then_some(after)
}
