//! From evidence to conclusion.

use crate::case::{Case, Client};
use crate::causes::members::Members;
use crate::causes::{self, unanswered};
use crate::chain::{self, Chain};
use crate::reading::{End, Reading};
use crate::recipients;
use crate::time::Now;
use crate::wording::Judgement;
use pki::Certificate;
use report::{
    CauseId, CertificateSource, CertificateSummary, ClientOutcome, ClientResult, Conclusion,
    Negotiated, Outcome, ProtocolVersion, TrustPath, Verdict,
};
use wire::registry;

/// Outcome, causes, what is undecided, and everything that was learnt on the way.
pub(crate) fn conclude(case: &Case<'_>) -> Conclusion {
    let mut all = merged(causes::judge(case));
    recipients::restrict(case, &mut all);
    let behind = causes::members::not_reloaded(case, &all);
    all.extend(behind);
    let astray = causes::astray::judge(case, &mut all);
    // Who answers at an address that the name should not lead to is no member.
    let members = match &astray {
        Some(astray) => Members {
            some_work: astray.sometimes,
            ..Members::default()
        },
        None => causes::members::judge(case, &mut all),
    };
    let is_astray = astray.is_some();
    all.extend(astray);
    if members.in_turn {
        all = all.into_iter().filter_map(causes::members::apart).collect();
    }
    all.extend(members.judgement);
    let (weaknesses, mut judgements): (Vec<Judgement>, Vec<Judgement>) = all
        .into_iter()
        .partition(|judgement| judgement.weakness.is_some());
    let clients = case.clients();
    let mut undecided: Vec<_> = judgements.iter().filter_map(Judgement::undecided).collect();
    for open in unanswered::unanswered(case, &judgements) {
        undecided.push(open.undecided);
        judgements.extend(open.suspicion);
    }
    let differ = is_astray || judgements.iter().any(|judgement| judgement.id == "S27");
    let disagreeing = (!differ).then(|| unanswered::disagreeing(case)).flatten();
    let results: Vec<ClientResult> = clients
        .iter()
        .map(|client| result(client, &judgements))
        .collect();
    let outcome = outcome(
        case,
        &results,
        &judgements,
        members.some_work || disagreeing.is_some(),
    );
    undecided.extend(disagreeing);
    judgements.sort_by_key(|judgement| std::cmp::Reverse(judgement.rank()));
    let target = &case.question.target;
    let causes: Vec<_> = judgements
        .iter()
        .filter_map(|judgement| judgement.cause(target, clients.len()))
        .collect();
    let findings = weaknesses
        .iter()
        .filter_map(|judgement| judgement.finding(target, clients.len()))
        .collect();
    let open = !undecided.is_empty() || (outcome != Outcome::Works && causes.is_empty());
    let chains = chain::chains(case);
    Conclusion {
        outcome,
        verdict: if open {
            Verdict::Undecided
        } else {
            Verdict::Decided
        },
        causes,
        undecided,
        findings,
        negotiated: negotiated(case),
        certificates: certificates(case, &chains),
        trust: trust(case, &chains),
        clock: Now::of(case).clock,
        clients: results,
        members: members.members,
        load: crate::load::steps(case)
            .into_iter()
            .map(|step| step.figures)
            .collect(),
    }
}

/// The same cause found in several chains or at several addresses is one.
fn merged(judgements: Vec<Judgement>) -> Vec<Judgement> {
    let mut merged: Vec<Judgement> = Vec::new();
    for judgement in judgements {
        match merged.iter_mut().find(|known| {
            known.id == judgement.id
                && known.text == judgement.text
                && known.weakness == judgement.weakness
        }) {
            Some(known) => {
                known.evidence.extend(judgement.evidence);
                match (&mut known.clients, judgement.clients) {
                    (Some(own), Some(more)) => own.extend(
                        more.into_iter()
                            .filter(|id| !own.contains(id))
                            .collect::<Vec<_>>(),
                    ),
                    (own, None) => *own = None,
                    (None, Some(_)) => {}
                }
            }
            None => merged.push(judgement),
        }
    }
    merged
}

fn result(client: &Client<'_>, judgements: &[Judgement]) -> ClientResult {
    let stops = |judgement: &&Judgement| {
        judgement
            .clients
            .as_ref()
            .is_none_or(|clients| clients.iter().any(|id| id == client.id))
    };
    let cause = judgements
        .iter()
        .filter(stops)
        .max_by_key(|judgement| (!judgement.sometimes, judgement.rank()));
    let reading = client
        .answer
        .entry()
        .and_then(|entry| entry.reading.as_ref());
    let always = cause.is_some_and(|judgement| !judgement.sometimes);
    let outcome = match reading {
        _ if always => ClientOutcome::Fails,
        Some(reading) if reading.accepted() => ClientOutcome::Works,
        Some(reading) if reading.end != End::Unknown => ClientOutcome::Fails,
        _ => ClientOutcome::CouldNotTest,
    };
    let accepted = reading.filter(|reading| reading.accepted());
    let flight = accepted.map(|reading| &reading.flight);
    ClientResult {
        profile: client.id.to_owned(),
        outcome,
        version: flight
            .and_then(|flight| flight.version)
            .map(|version| version.to_string()),
        cipher_suite: flight
            .and_then(|flight| flight.cipher_suite)
            .map(|suite| registry::cipher_suite_name(suite).into_owned()),
        group: flight
            .and_then(|flight| flight.group)
            .map(|group| registry::group_name(group).into_owned()),
        cause: cause
            .filter(|_| outcome == ClientOutcome::Fails)
            .map(|judgement| CauseId::new(judgement.id)),
        detail: detail(client, reading),
    }
}

/// How it was refused, or which question it was judged from; in no language.
fn detail(client: &Client<'_>, reading: Option<&Reading>) -> Option<String> {
    match reading.map(|reading| &reading.end) {
        Some(End::Accepted) => match client.answer {
            crate::case::ClientAnswer::Alike(entry) => {
                Some(format!("= #{} {}", entry.id().0, entry.experiment.label))
            }
            _ => None,
        },
        Some(End::Refused {
            how: crate::reading::Refusal::Alert(number),
            ..
        }) => Some(format!(
            "alert {number} {}",
            registry::alert_name(report::AlertDescription(*number))
        )),
        Some(End::Refused { .. } | End::Unconnected(_) | End::Proxy(_)) => {
            reading.map(crate::symptoms::of_end)
        }
        _ => None,
    }
}

fn outcome(
    case: &Case<'_>,
    results: &[ClientResult],
    judgements: &[Judgement],
    disagreeing: bool,
) -> Outcome {
    let failing = results
        .iter()
        .filter(|result| result.outcome == ClientOutcome::Fails)
        .count();
    let working = results
        .iter()
        .filter(|result| result.outcome == ClientOutcome::Works)
        .count();
    let unreached = case.representative().is_none();
    match (working, failing) {
        (0, 0)
            if unreached
                && judgements
                    .iter()
                    .any(|judgement| matches!(judgement.id, "P01" | "C17")) =>
        {
            Outcome::Fails
        }
        (0, 0) => Outcome::NotTested,
        (0, _) if disagreeing && !judgements.iter().any(|judgement| !judgement.sometimes) => {
            Outcome::WorksWithProblems
        }
        (0, _) => Outcome::Fails,
        (_, 0) if judgements.is_empty() && !disagreeing => Outcome::Works,
        _ => Outcome::WorksWithProblems,
    }
}

fn negotiated(case: &Case<'_>) -> Option<Negotiated> {
    let representative = case.representative()?;
    let full = case.full(representative).filter(|entry| entry.accepted());
    // Only what a client would get counts; the hellos of a search offer more.
    let clients = case.clients();
    let of_client = || {
        let mut answers = clients.iter().filter(|client| client.accepted());
        answers.find_map(|client| client.answer.entry())
    };
    let entry = full.or_else(of_client)?;
    let flight = &entry.reading.as_ref()?.flight;
    let version = flight.version?;
    let signature = flight
        .signature
        .as_ref()
        .filter(|_| version >= ProtocolVersion::TLS1_2);
    Some(Negotiated {
        version: version.to_string(),
        cipher_suite: registry::cipher_suite_name(flight.cipher_suite?).into_owned(),
        group: flight
            .group
            .map(|group| registry::group_name(group).into_owned()),
        signature: signature
            .map(|signed| registry::signature_scheme_name(signed.scheme).into_owned()),
        alpn: flight.alpn.clone(),
        resumed: false,
    })
}

fn certificates(case: &Case<'_>, chains: &[Chain]) -> Vec<CertificateSummary> {
    let mut summaries: Vec<CertificateSummary> = Vec::new();
    let mut add = |certificate: &Certificate, source| {
        let summary = certificate.summary(source);
        if !summaries.iter().any(|known| known.sha256 == summary.sha256) {
            summaries.push(summary);
        }
    };
    for certificate in chains.iter().flat_map(|chain| chain::parsed(&chain.served)) {
        add(&certificate, CertificateSource::Served);
    }
    for certificate in chain::fetched(case) {
        add(&certificate, CertificateSource::Aia);
    }
    if let Some(path) = best_path(case, chains) {
        for certificate in &path.certificates {
            add(certificate, CertificateSource::Known);
        }
        let source = if case.question.ca_file.is_some() {
            CertificateSource::File
        } else {
            CertificateSource::Store
        };
        add(&path.anchor.certificate, source);
    }
    summaries
}

fn best_path(case: &Case<'_>, chains: &[Chain]) -> Option<pki::path::Path> {
    let anchors = chain::anchors(case);
    let search = chain::search(case, chains.first()?, &anchors, true, Now::of(case).best);
    search.trusted().or_else(|| search.best()).cloned()
}

fn trust(case: &Case<'_>, chains: &[Chain]) -> Option<TrustPath> {
    let path = best_path(case, chains)?;
    let holds = |certificates: &[report::Bytes]| {
        certificates
            .iter()
            .any(|der| **der == *path.anchor.certificate.der)
    };
    let store = chain::stores_asked(case)
        .find(|(_, certificates)| holds(certificates))
        .map(|(store, _)| chain::store_label(store))?;
    let mut fingerprints: Vec<String> = path
        .certificates
        .iter()
        .map(|certificate| certificate.sha256.clone())
        .collect();
    if fingerprints.last() != Some(&path.anchor.certificate.sha256) {
        fingerprints.push(path.anchor.certificate.sha256.clone());
    }
    Some(TrustPath {
        store,
        path: fingerprints,
    })
}
