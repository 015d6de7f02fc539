//! Which way each client takes from a chain to a trust anchor, and what it minds on the way.

use crate::case::{Case, Client};
use crate::chain::{self, Chain};
use jiff::Timestamp;
use pki::Certificate;
use pki::path::{Path, PathProblemKind, PathSearch};
use wire::profile::{PathFault, PathRules};

/// A fault of one certificate that a client minds.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    pub(crate) kind: PathProblemKind,
    /// Whose it is.
    pub(crate) certificate: Certificate,
    /// Who issued that one, or should have; for a name constraint, who imposed it.
    pub(crate) issuer: Option<Certificate>,
    /// 0 is the leaf.
    pub(crate) depth: usize,
}

/// How one client fares with one chain.
#[derive(Clone, Debug)]
pub(crate) enum Way {
    /// It finds a path that it does not object to; with what it has to avoid for that.
    Clear,
    /// There is such a path, and it does not find it: this certificate leads it astray.
    Astray(Box<Certificate>),
    /// It objects to every path; these are the faults of the best one.
    Faulty(Vec<Fault>),
    /// No path leads to an anchor.
    None,
}

/// The way of `client` from the chain's leaf at the time `at`. One that does not fetch issuers is judged by what was
/// fetched all the same where nothing else leads anywhere: a missing issuer is a fault of its own.
pub(crate) fn way(case: &Case<'_>, chain: &Chain, client: &Client<'_>, at: Timestamp) -> Way {
    let anchors = chain::anchors(case);
    let fetches = client.profile.rules.fetches_issuers;
    let mut fetched = fetches;
    let mut search = chain::search(case, chain, &anchors, fetches, at);
    if !chain::leads_to_anchor(&search) && !fetches {
        fetched = true;
        search = chain::search(case, chain, &anchors, true, at);
    }
    if !chain::leads_to_anchor(&search) {
        return Way::None;
    }
    let rules = &client.profile.rules.path;
    let mut judged = search
        .paths
        .iter()
        .filter(|path| chain::is_linked(path))
        .map(|path| (path, minded(path, rules)));
    let clear: Option<&Path> = judged
        .clone()
        .find_map(|(path, faults)| faults.is_empty().then_some(path));
    let Some(clear) = clear else {
        let best = judged.by_ref().min_by_key(|(_, faults)| faults.len());
        return Way::Faulty(best.map(|(_, faults)| faults).unwrap_or_default());
    };
    if rules.turns_back || fetched {
        return Way::Clear;
    }
    let pool = chain::pool(case, chain, false);
    let straight = pki::path::straight(&chain.leaf, &pool, &anchors, at);
    match straight {
        Some(path) if minded(&path, rules).is_empty() => Way::Clear,
        other => {
            let wrong = other
                .map(|path| path.certificates)
                .unwrap_or_else(|| chain::parsed(&chain.served))
                .into_iter()
                .find(|certificate| !clear.certificates.contains(certificate));
            wrong.map_or(Way::Clear, |wrong| Way::Astray(Box::new(wrong)))
        }
    }
}

/// What is wrong with the longest path where none leads to an anchor: faults of the chain beside the missing anchor.
pub(crate) fn unanchored(search: &PathSearch) -> Vec<Fault> {
    let Some(path) = search.incomplete.first() else {
        return Vec::new();
    };
    let problems = path.problems.iter();
    problems
        .filter_map(|problem| fault(&path.certificates, None, problem.depth, &problem.kind))
        .collect()
}

/// The faults of `path` that a client with these rules minds.
fn minded(path: &Path, rules: &PathRules) -> Vec<Fault> {
    let anchor = &path.anchor.certificate;
    path.problems
        .iter()
        .chain(&path.remarks)
        .filter_map(|problem| {
            fault(
                &path.certificates,
                Some(anchor),
                problem.depth,
                &problem.kind,
            )
        })
        .filter(|found| {
            let lenient = lenience(found, path.certificates.len());
            !lenient.is_some_and(|fault| rules.accepts.contains_key(&fault))
        })
        .collect()
}

fn fault(
    certificates: &[Certificate],
    anchor: Option<&Certificate>,
    depth: usize,
    kind: &PathProblemKind,
) -> Option<Fault> {
    match kind {
        // Whether an anchor may stand in the middle is the program's setting, and what we cannot verify others may.
        PathProblemKind::AnchorNotSelfSigned | PathProblemKind::UnsupportedSignature { .. } => {
            return None;
        }
        // The leaf's own dates have causes of their own.
        PathProblemKind::Expired { .. } | PathProblemKind::NotYetValid { .. } if depth == 0 => {
            return None;
        }
        _ => {}
    }
    let at = |depth: usize| certificates.get(depth).or(anchor);
    let issuer = match kind {
        PathProblemKind::NameConstraint { imposed_at, .. } => at(*imposed_at),
        _ => at(depth.saturating_add(1)),
    };
    Some(Fault {
        kind: kind.clone(),
        certificate: at(depth)?.clone(),
        issuer: issuer.cloned(),
        depth,
    })
}

/// The fault by which rules know it, if not every client minds it.
fn lenience(fault: &Fault, anchor_depth: usize) -> Option<PathFault> {
    use PathProblemKind as Kind;
    let of_anchor = fault.depth == anchor_depth;
    match &fault.kind {
        Kind::CaAsLeaf => Some(PathFault::CaAsLeaf),
        Kind::NoDigitalSignature => {
            let serves = fault
                .certificate
                .key_usage
                .is_some_and(|usage| usage.key_encipherment() || usage.key_agreement());
            Some(if serves {
                PathFault::NoDigitalSignature
            } else {
                PathFault::NoServerUsage
            })
        }
        Kind::AnyPurpose if fault.depth == 0 => Some(PathFault::AnyPurpose),
        Kind::AnyPurpose => Some(PathFault::AnyPurposeOfIssuer),
        Kind::Purpose if of_anchor => Some(PathFault::AnchorPurpose),
        Kind::Purpose if fault.depth > 0 => Some(PathFault::PurposeOfIssuer),
        Kind::Expired { .. } | Kind::NotYetValid { .. } if of_anchor => {
            Some(PathFault::AnchorDates)
        }
        Kind::PathLength { .. } if of_anchor => Some(PathFault::AnchorPathLength),
        Kind::NameConstraint { imposed_at, .. } if *imposed_at == anchor_depth => {
            Some(PathFault::AnchorNameConstraints)
        }
        _ => None,
    }
}
