//! The chain a server should send.

use crate::certificate::Certificate;
use crate::path::{
    Anchor, MAX_LENGTH, MissingIssuer, Path, PathProblem, PathProblemKind, Pool, build,
};
use crate::pem::is_key_of;
use crate::signature::verify_certificate;
use jiff::Timestamp;
use report::{CertificateSource, Secret};

/// Certificates of one name whose keys are tried.
const MAX_NAMESAKES: usize = 16;

/// The chain in the order a server should send it (RFC 8446 section 4.4.2): the leaf, then each one's issuer from
/// `pool`, as far as it goes, without the root. An issuer counts when its key made the signature; of several the
/// self-signed one ends the chain, otherwise the one that is valid longest is taken.
pub fn order(leaf: &Certificate, pool: &Pool) -> Vec<Certificate> {
    let mut chain = vec![leaf.clone()];
    while chain.len() < MAX_LENGTH {
        let Some(last) = chain.last() else { break };
        if last.is_self_issued() && verify_certificate(last, last).is_ok() {
            break;
        }
        let issuers: Vec<&Certificate> = pool
            .certificates()
            .filter(|issuer| issuer.subject.matches(&last.issuer))
            .filter(|issuer| !chain.iter().any(|known| known.spki == issuer.spki))
            .take(MAX_NAMESAKES)
            .filter(|issuer| verify_certificate(last, issuer).is_ok())
            .collect();
        if issuers.iter().any(|issuer| issuer.is_self_signed()) {
            break;
        }
        let Some(issuer) = issuers
            .into_iter()
            .max_by_key(|issuer| (issuer.is_ca(), issuer.not_after))
        else {
            break;
        };
        chain.push(issuer.clone());
    }
    chain
}

/// Why it cannot be said which certificate of a file is the server's own.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LeafError {
    /// None can be read.
    #[error("no certificate can be read")]
    None,
    /// Several could be: these.
    #[error("{} certificates could be the server's own", .0.len())]
    Several(Vec<Certificate>),
    /// The private key beside them belongs to none.
    #[error("the private key belongs to none of the certificates")]
    KeyOfNone,
}

/// The server's own among the certificates of a file: that of `key`, where there is one that can be read; otherwise the only
/// one that is no CA; otherwise the only one that issued none of the others.
///
/// # Errors
///
/// When there is none, or more than one.
pub fn leaf(
    certificates: &[Certificate],
    key: Option<&Secret<Vec<u8>>>,
) -> Result<Certificate, LeafError> {
    let mut all: Vec<&Certificate> = Vec::new();
    for certificate in certificates {
        if !all.contains(&certificate) {
            all.push(certificate);
        }
    }
    if let Some(key) = key {
        let belongs: Vec<Option<bool>> = all
            .iter()
            .map(|certificate| is_key_of(key, certificate))
            .collect();
        if !belongs.is_empty() && belongs.iter().all(|belongs| *belongs == Some(false)) {
            return Err(LeafError::KeyOfNone);
        }
        if belongs.contains(&Some(true)) {
            let mut belongs = belongs.into_iter();
            all.retain(|_| belongs.next().flatten() == Some(true));
            return only(&all);
        }
    }
    if all.iter().any(|certificate| !certificate.is_ca()) {
        all.retain(|certificate| !certificate.is_ca());
        return only(&all);
    }
    let is_issuer = |issuer: &&Certificate| {
        let issued = |child: &&Certificate| {
            child != issuer
                && child.issuer.matches(&issuer.subject)
                && verify_certificate(child, issuer).is_ok()
        };
        all.iter().any(issued)
    };
    let lowest: Vec<&Certificate> = all
        .iter()
        .copied()
        .filter(|issuer| !is_issuer(issuer))
        .collect();
    only(&lowest)
}

fn only(candidates: &[&Certificate]) -> Result<Certificate, LeafError> {
    match candidates {
        [] => Err(LeafError::None),
        [only] => Ok((*only).clone()),
        several => Err(LeafError::Several(
            several.iter().copied().cloned().collect(),
        )),
    }
}

/// Why a certificate of the file does not belong into the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dropped {
    /// It stands there twice.
    Duplicate,
    /// It is a root: who trusts it has it, and to others it says nothing.
    Root,
    /// It is an issuer of the chain whose time is over.
    Expired,
    /// It is an issuer of the chain, and another certificate of the same issuer does as well.
    Spare,
    /// It issued nothing of the chain.
    Unrelated,
    /// It issued nothing of the chain as far as that goes, and the chain is not complete.
    Unplaced,
}

/// What a server should send instead of what stands in its file.
#[derive(Clone, Debug)]
pub struct Repair {
    /// The chain, leaf first, without the root.
    pub chain: Vec<Certificate>,
    /// The path it makes; `None` where none leads to an anchor.
    pub path: Option<Path>,
    /// What of the file does not stand in the chain any more, and why.
    pub dropped: Vec<(Certificate, Dropped)>,
    /// Whether what remained of the file stands in another order.
    pub reordered: bool,
    /// Issuers that are not known, where no path leads to an anchor.
    pub missing: Vec<MissingIssuer>,
}

/// The chain for `leaf` out of the certificates of its file, `own`, and of `more`. It has a path to one of `anchors` where
/// there is one: with few problems first, then with few certificates that are not in the file. A certificate of the file
/// that leads from there on to another root (a cross-sign, for older clients) is kept.
pub fn repair(
    leaf: &Certificate,
    own: &[Certificate],
    more: &Pool,
    anchors: &[Anchor],
    at: Timestamp,
) -> Repair {
    let mut pool = Pool::default();
    for certificate in own {
        pool.add(certificate.clone(), CertificateSource::File);
    }
    for certificate in more.certificates() {
        pool.add(certificate.clone(), CertificateSource::Known);
    }
    let search = build(leaf, &pool, anchors, at);
    let added = |path: &&Path| {
        let foreign = path
            .certificates
            .iter()
            .filter(|certificate| !own.contains(certificate));
        (path.problems.len(), foreign.count())
    };
    let is_linked = |path: &&Path| {
        let broken = |problem: &PathProblem| problem.kind == PathProblemKind::BadSignature;
        !path.problems.iter().any(broken)
    };
    let path = search
        .paths
        .iter()
        .filter(is_linked)
        .min_by_key(added)
        .cloned();
    let mut chain = match &path {
        Some(path) => path.certificates.clone(),
        None => order(leaf, &pool),
    };
    let is_valid = |certificate: &&Certificate| {
        certificate.not_before <= at && at <= certificate.not_after && !certificate.is_self_issued()
    };
    while let Some(last) = chain.last()
        && chain.len() < MAX_LENGTH
        && let Some(next) = own
            .iter()
            .filter(is_valid)
            .filter(|issuer| !chain.iter().any(|known| known.spki == issuer.spki))
            .find(|issuer| has_issued(issuer, last))
    {
        chain.push(next.clone());
    }
    let mut dropped = Vec::new();
    for (index, certificate) in own.iter().enumerate() {
        let before = own.get(..index).unwrap_or_default();
        if before.contains(certificate) {
            dropped.push((certificate.clone(), Dropped::Duplicate));
        } else if !chain.contains(certificate) {
            let why = match why(certificate, &chain, at) {
                Dropped::Unrelated if path.is_none() => Dropped::Unplaced,
                why => why,
            };
            dropped.push((certificate.clone(), why));
        }
    }
    let place = |certificate: &Certificate| chain.iter().position(|link| link == certificate);
    Repair {
        reordered: !own.iter().filter_map(place).is_sorted(),
        missing: if path.is_some() {
            Vec::new()
        } else {
            search.missing
        },
        chain,
        path,
        dropped,
    }
}

fn has_issued(issuer: &Certificate, child: &Certificate) -> bool {
    child.issuer.matches(&issuer.subject) && verify_certificate(child, issuer).is_ok()
}

fn why(certificate: &Certificate, chain: &[Certificate], at: Timestamp) -> Dropped {
    if !chain.iter().any(|link| has_issued(certificate, link)) {
        Dropped::Unrelated
    } else if certificate.is_self_issued() {
        Dropped::Root
    } else if certificate.not_after < at {
        Dropped::Expired
    } else {
        Dropped::Spare
    }
}
