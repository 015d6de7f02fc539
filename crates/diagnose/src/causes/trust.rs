//! X09, X10, X11, X15, C05: no path to a trust anchor.

use super::{former, issuer_key};
use crate::case::{Case, Client};
use crate::chain::{self, Chain};
use crate::known::Absent;
use crate::time::Now;
use crate::wording::{Flipped, Judgement, Next};
use pki::path::PathSearch;
use report::{AnchorStore, Certainty, ExperimentId, Text};

pub(crate) fn judge(case: &Case<'_>) -> Vec<Judgement> {
    let asked: Vec<ExperimentId> = case
        .entries
        .iter()
        .filter(|entry| {
            matches!(entry.experiment.action, report::Action::Anchors { .. }) && entry.ended
        })
        .map(crate::case::Entry::id)
        .collect();
    if asked.is_empty() {
        return Vec::new();
    }
    let clients = case.clients();
    chain::chains(case)
        .iter()
        .filter(|chain| !super::names::is_made_for_want(case, chain))
        .flat_map(|chain| one(case, chain, &clients, &asked))
        .collect()
}

fn one(
    case: &Case<'_>,
    chain: &Chain,
    clients: &[Client<'_>],
    asked: &[ExperimentId],
) -> Vec<Judgement> {
    let now = Now::of(case).best;
    let anchors = chain::anchors(case);
    let served = chain::search(case, chain, &anchors, false, now);
    if chain::leads_to_anchor(&served) {
        return stale_store(case, chain, now, asked).into_iter().collect();
    }
    if let Some(judgement) = former::judge(case, chain, asked, now) {
        return vec![judgement];
    }
    let mut evidence = chain.evidence.clone();
    evidence.extend(asked);
    let subject = chain.leaf.subject.text.clone();
    let issuer = chain.leaf.issuer.text.clone();
    if chain.leaf.is_self_signed() {
        let text = Text::new("seen-X09", [("subject", subject)]);
        return vec![Judgement::new("X09", Certainty::Proven, text, evidence)];
    }
    if let Some(judgement) = issuer_key::judge(case, chain, clients, asked, now) {
        return vec![judgement];
    }
    let completed = chain::search(case, chain, &anchors, true, now);
    if chain::leads_to_anchor(&completed) {
        return vec![missing_intermediate(
            case, &served, chain, clients, evidence, now,
        )];
    }
    // Where the way to the root that is missing leads over what the server does not send, its owner has that to mend too.
    let unsent = (!served.missing.is_empty() && completed.missing.is_empty()).then(|| {
        let proven = missing_intermediate(case, &served, chain, clients, evidence.clone(), now);
        Judgement {
            certainty: Certainty::Supported,
            proof: None,
            ..proven
        }
    });
    if let Some(issuer) = test_issuer(&completed) {
        let text = Text::new("seen-X35", [("subject", subject), ("issuer", issuer)]);
        let test = Judgement::new("X35", Certainty::Supported, text, evidence);
        return std::iter::once(test).chain(unsent).collect();
    }
    if let Some(root) = &completed.ends_in_self_signed {
        let text = Text::new(
            "seen-X10",
            [
                ("root", root.subject.text.clone()),
                ("store", store_names(case)),
            ],
        );
        let judgement = Judgement::new("X10", Certainty::Supported, text, evidence);
        let judgement = if is_local(case) {
            judgement
        } else {
            judgement.among(
                ["P06", "C14", "C15"].map(str::to_owned).to_vec(),
                second_vantage(case),
            )
        };
        return std::iter::once(judgement).chain(unsent).collect();
    }
    let missing = completed
        .missing
        .first()
        .map_or(issuer, |missing| missing.name.clone());
    let text = Text::new(
        "seen-X11-no-aia",
        [("subject", subject), ("issuer", missing)],
    );
    let mut rivals = vec!["X10".to_owned()];
    if !is_local(case) {
        rivals.extend(["P06", "C14"].map(str::to_owned));
    }
    let next = Next {
        text: Text::new("next-issuer", []),
        command: Some(format!(
            "tlsmedic diagnose {} --ca-file ROOT.pem",
            case.question.target.input
        )),
    };
    vec![Judgement::new("X11", Certainty::Suspected, text, evidence).among(rivals, next)]
}

/// The first issuer on the way that names itself as one of a test environment.
fn test_issuer(search: &PathSearch) -> Option<String> {
    let path = search.incomplete.first()?;
    let mut issuers = path
        .certificates
        .iter()
        .map(|certificate| &certificate.issuer);
    let issuer = issuers.find(|issuer| pki::test_ca::is_test(issuer))?;
    Some(issuer.text.clone())
}

/// The chain as served leads nowhere, with the fetched or known issuer it leads to an anchor: the same question asked twice each way
/// gives the same answers, because nothing but the issuer differs.
fn missing_intermediate(
    case: &Case<'_>,
    served: &PathSearch,
    chain: &Chain,
    clients: &[Client<'_>],
    mut evidence: Vec<ExperimentId>,
    now: jiff::Timestamp,
) -> Judgement {
    let fetches = chain::fetches(case);
    evidence.extend(&fetches);
    let known = chain::parsed(&chain.served);
    let missing = served.missing.first();
    let child = missing
        .and_then(|missing| known.iter().find(|child| child.sha256 == missing.of_sha256))
        .unwrap_or(&chain.leaf);
    let absent = Absent::of(case, chain, child, now);
    let text = Text::new(
        "seen-X11",
        [
            ("subject", chain.leaf.subject.text.clone()),
            ("issuer", absent.issuer.clone()),
        ],
    );
    let mut flipped = chain.evidence.clone();
    flipped.extend(fetches);
    Judgement::new("X11", Certainty::Proven, text, evidence)
        .stopping(absent.stops(clients))
        .with_proof(Flipped {
            changed: absent.change(),
            before: Text::new("outcome-no-path", []),
            after: Text::new("outcome-path", []),
            repeats: crate::flip::REPEATS,
            evidence: flipped,
        })
}

/// Trusted by the public list but not by this machine's: the store is old or incomplete.
fn stale_store(
    case: &Case<'_>,
    chain: &Chain,
    now: jiff::Timestamp,
    asked: &[ExperimentId],
) -> Option<Judgement> {
    let stores: Vec<&AnchorStore> = chain::stores_asked(case).map(|(store, _)| store).collect();
    if !stores.contains(&&AnchorStore::System) {
        return None;
    }
    let system = chain::anchors_in(case, |store| *store == AnchorStore::System);
    if chain::leads_to_anchor(&chain::search(case, chain, &system, false, now)) {
        return None;
    }
    let mut evidence = chain.evidence.clone();
    evidence.extend(asked);
    let text = Text::new("seen-C05", [("issuer", chain.leaf.issuer.text.clone())]);
    let next = Next {
        text: Text::new("next-store", []),
        command: Some(
            "ls -l /etc/ssl/certs/ca-certificates.crt; dpkg -s ca-certificates".to_owned(),
        ),
    };
    let mut judgement = Judgement::new("C05", Certainty::Suspected, text, evidence)
        .among(vec!["C04".to_owned(), "X15".to_owned()], next);
    judgement.own = true;
    Some(judgement)
}

fn store_names(case: &Case<'_>) -> String {
    chain::stores(case.question)
        .iter()
        .map(chain::store_label)
        .collect::<Vec<_>>()
        .join(", ")
}

fn is_local(case: &Case<'_>) -> bool {
    case.representative()
        .is_some_and(|address| case.is_local(address))
}

fn second_vantage(case: &Case<'_>) -> Next {
    let target = &case.question.target.input;
    Next {
        text: Text::new(
            "next-second-vantage",
            [("host", case.question.target.host.clone())],
        ),
        command: Some(format!("tlsmedic diagnose {target} --ca-file ROOT.pem")),
    }
}
