//! The certificates seen, and what they are worth.

use crate::case::{Case, Entry};
use crate::known;
use crate::reading::signer_behind;
use jiff::Timestamp;
use pki::Certificate;
use pki::path::{Anchor, Path, PathProblemKind, PathSearch, Pool};
use report::{
    Action, AnchorStore, Answer, Bytes, CertificateSource, ExperimentId, FetchPurpose, Question,
};
use std::collections::BTreeSet;
use std::net::IpAddr;

/// One chain as it was served, by whom.
pub(crate) struct Chain {
    /// DER, as served.
    pub(crate) served: Vec<Vec<u8>>,
    /// The server's own: the first, unless the key in use is that of another one.
    pub(crate) leaf: Certificate,
    /// The observations that saw it.
    pub(crate) evidence: Vec<ExperimentId>,
}

/// Every different chain of a complete flight, those at the representative address first.
pub(crate) fn chains(case: &Case<'_>) -> Vec<Chain> {
    let mut chains: Vec<Chain> = Vec::new();
    let representative = case.representative();
    let usual = |entry: &&Entry| match &entry.experiment.action {
        // What answers an encrypted hello may be the certificate of its public name.
        Action::Handshake(handshake) => {
            handshake.server_name == case.server_name() && handshake.ech.is_none()
        }
        Action::Hello(hello) => hello.server_name == case.server_name(),
        _ => false,
    };
    let (near, far): (Vec<&Entry>, Vec<&Entry>) = case
        .entries
        .iter()
        .filter(usual)
        .partition(|entry| entry.experiment.action.address() == representative);
    for entry in near.into_iter().chain(far) {
        let Some(reading) = &entry.reading else {
            continue;
        };
        let served = &reading.flight.certificates;
        if let Some(known) = chains.iter_mut().find(|chain| chain.served == *served) {
            known.evidence.push(entry.id());
            continue;
        }
        let first = || Certificate::parse(served.first()?).certificate;
        let Some(leaf) = signer_behind(reading).or_else(first) else {
            continue;
        };
        chains.push(Chain {
            served: served.clone(),
            leaf,
            evidence: vec![entry.id()],
        });
    }
    chains
}

/// The stores that count: the user's file, or the system's beside Mozilla's.
pub(crate) fn stores(question: &Question) -> Vec<AnchorStore> {
    match &question.ca_file {
        Some(path) => vec![AnchorStore::File(path.clone())],
        None => vec![AnchorStore::System, AnchorStore::Mozilla],
    }
}

/// The store's name in a report: `system`, `mozilla`, or the file's path.
pub fn store_label(store: &AnchorStore) -> String {
    match store {
        AnchorStore::System => "system".to_owned(),
        AnchorStore::Mozilla => "mozilla".to_owned(),
        AnchorStore::File(path) => path.clone(),
    }
}

/// DER of every name a trust anchor could have: issuers and subjects of everything seen.
pub(crate) fn subjects(case: &Case<'_>, chains: &[Chain]) -> Vec<Bytes> {
    let mut names = BTreeSet::new();
    let known = chains.iter().flat_map(|chain| known::above(case, chain));
    for certificate in chains
        .iter()
        .flat_map(|chain| parsed(&chain.served))
        .chain(fetched(case))
        .chain(known)
    {
        names.insert(Bytes(certificate.issuer.der.clone()));
        names.insert(Bytes(certificate.subject.der.clone()));
    }
    names.into_iter().collect()
}

/// Where the issuers that are missing can be had, from the certificates themselves.
pub(crate) fn missing_urls(case: &Case<'_>, chains: &[Chain]) -> Vec<String> {
    let mut urls = Vec::new();
    for chain in chains {
        let pool = pool(case, chain, true);
        let search = pki::path::build(&chain.leaf, &pool, &anchors(case), case.question.started);
        if search.trusted().is_some() {
            continue;
        }
        for url in search.missing.iter().flat_map(|missing| &missing.urls) {
            if !urls.contains(url) {
                urls.push(url.clone());
            }
        }
    }
    urls
}

/// The anchors found in the stores that count.
pub(crate) fn anchors(case: &Case<'_>) -> Vec<Anchor> {
    anchors_in(case, |_| true)
}

/// The anchors found in the stores that `wanted` selects.
pub(crate) fn anchors_in(case: &Case<'_>, wanted: impl Fn(&AnchorStore) -> bool) -> Vec<Anchor> {
    let mut anchors: Vec<Anchor> = Vec::new();
    for (store, certificates) in stores_asked(case) {
        for certificate in certificates
            .iter()
            .filter(|_| wanted(store))
            .filter_map(|der| Certificate::parse(der).certificate)
        {
            if !anchors
                .iter()
                .any(|known| known.certificate.sha256 == certificate.sha256)
            {
                anchors.push(Anchor { certificate });
            }
        }
    }
    anchors
}

/// How many certificates the stores that count hold, by store, and where they are.
pub(crate) fn stores_asked<'a>(
    case: &Case<'a>,
) -> impl Iterator<Item = (&'a AnchorStore, &'a [Bytes])> {
    case.entries.iter().filter_map(|entry| {
        match (&entry.experiment.action, &entry.observation.answer) {
            (Action::Anchors { store, .. }, Some(Answer::Anchors { certificates, .. })) => {
                Some((store, certificates.as_slice()))
            }
            _ => None,
        }
    })
}

/// Issuers fetched by authority information access.
pub(crate) fn fetched(case: &Case<'_>) -> Vec<Certificate> {
    let bodies = case.entries.iter().filter_map(|entry| {
        match (&entry.experiment.action, &entry.observation.answer) {
            (
                Action::Fetch {
                    purpose: FetchPurpose::Issuer,
                    ..
                },
                Some(Answer::Http(reply)),
            ) if reply.status == 200 => Some(&reply.body),
            _ => None,
        }
    });
    bodies
        .flat_map(|body| pki::pem::fetched_certificates(body))
        .filter_map(|der| Certificate::parse(&der).certificate)
        .collect()
}

/// The fetches of issuers, for evidence.
pub(crate) fn fetches(case: &Case<'_>) -> Vec<ExperimentId> {
    let fetches = case.entries.iter().filter(|entry| {
        matches!(
            entry.experiment.action,
            Action::Fetch {
                purpose: FetchPurpose::Issuer,
                ..
            }
        )
    });
    fetches.map(Entry::id).collect()
}

/// Looks for a path from the chain's leaf to `anchors`, with what was served alone or with what was fetched too, and where
/// that leads nowhere, with what is known.
pub(crate) fn search(
    case: &Case<'_>,
    chain: &Chain,
    anchors: &[Anchor],
    with_fetched: bool,
    at: Timestamp,
) -> PathSearch {
    let mut pool = pool(case, chain, with_fetched);
    let search = pki::path::build(&chain.leaf, &pool, anchors, at);
    if !with_fetched || leads_to_anchor(&search) {
        return search;
    }
    let known = known::above(case, chain);
    if known.is_empty() {
        return search;
    }
    for issuer in known {
        pool.add(issuer, CertificateSource::Known);
    }
    pki::path::build(&chain.leaf, &pool, anchors, at)
}

/// What a path may lead over: what was served, in its order, and what was fetched too.
pub(crate) fn pool(case: &Case<'_>, chain: &Chain, with_fetched: bool) -> Pool {
    let mut pool = Pool::default();
    for certificate in parsed(&chain.served) {
        pool.add(certificate, CertificateSource::Served);
    }
    if with_fetched {
        for certificate in fetched(case) {
            pool.add(certificate, CertificateSource::Aia);
        }
    }
    pool
}

/// Whether a path leads to an anchor, whatever else is wrong with it: that is judged on its own.
pub(crate) fn leads_to_anchor(search: &PathSearch) -> bool {
    search.paths.iter().any(is_linked)
}

/// Whether each certificate of a path was signed by the next one, as far as anybody here can tell.
pub(crate) fn is_linked(path: &Path) -> bool {
    path.problems
        .iter()
        .all(|problem| problem.kind != PathProblemKind::BadSignature)
}

/// The certificates that parse.
pub(crate) fn parsed(ders: &[Vec<u8>]) -> Vec<Certificate> {
    ders.iter()
        .filter_map(|der| Certificate::parse(der).certificate)
        .collect()
}

/// Whether an address is one of the public internet.
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [first, second, ..] = v4.octets();
            let shared = first == 100 && (64..128).contains(&second);
            !(v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_unspecified()
                || shared)
        }
        IpAddr::V6(v6) => {
            !(v6.is_loopback()
                || v6.is_unicast_link_local()
                || v6.is_unique_local()
                || v6.is_unspecified())
        }
    }
}
