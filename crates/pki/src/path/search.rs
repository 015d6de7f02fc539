use super::problem::{self, PathProblem, PathProblemKind};
use crate::certificate::Certificate;
use crate::signature::{SignatureDefect, verify_certificate};
use jiff::Timestamp;
use report::CertificateSource;
use std::collections::HashMap;

/// Certificates between leaf and anchor, the leaf counted, beyond which a path is given up.
pub const MAX_LENGTH: usize = 10;
/// Paths, complete or not, beyond which a search ends.
pub const MAX_PATHS: usize = 32;
/// Signatures verified, beyond which a search ends.
pub const MAX_SIGNATURE_CHECKS: usize = 128;
/// Links tried, beyond which a search ends.
const MAX_STEPS: usize = 1024;

/// The certificates that a path may lead over. Each is held once, with the source it was first seen in.
#[derive(Clone, Debug, Default)]
pub struct Pool {
    members: Vec<(Certificate, CertificateSource)>,
}

impl Pool {
    /// Adds a certificate unless it is there.
    pub fn add(&mut self, certificate: Certificate, source: CertificateSource) {
        let is_known =
            |(known, _): &(Certificate, CertificateSource)| known.sha256 == certificate.sha256;
        if !self.members.iter().any(is_known) {
            self.members.push((certificate, source));
        }
    }

    /// The certificates in the order they were added.
    pub fn certificates(&self) -> impl Iterator<Item = &Certificate> {
        self.members.iter().map(|(certificate, _)| certificate)
    }

    /// Where the certificate with this fingerprint came from.
    pub fn source(&self, sha256: &str) -> Option<CertificateSource> {
        self.members
            .iter()
            .find(|(certificate, _)| certificate.sha256 == sha256)
            .map(|(_, source)| *source)
    }
}

/// What is trusted without proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The certificate it is given as.
    pub certificate: Certificate,
}

/// A path that ends at an anchor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// The leaf, then each one's issuer. The anchor is not among them, unless the leaf is the anchor.
    pub certificates: Vec<Certificate>,
    /// Where it ends.
    pub anchor: Anchor,
    /// What RFC 5280 section 6.1 holds against it, from the leaf up.
    pub problems: Vec<PathProblem>,
    /// What only some clients hold against it: dates, purposes, CA flag and path length of the anchor itself, an anchor
    /// that is not self-signed, a leaf that is a CA, and purposes or usages that do not quite fit.
    pub remarks: Vec<PathProblem>,
}

/// A path that ends where no issuer is known, at a root that is no anchor, or at [`MAX_LENGTH`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncompletePath {
    /// The leaf, then each one's issuer.
    pub certificates: Vec<Certificate>,
    /// What is wrong with it as far as it goes.
    pub problems: Vec<PathProblem>,
}

/// An issuer that is neither in the pool nor among the anchors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingIssuer {
    /// Its name (RFC 4514).
    pub name: String,
    /// DER of its name.
    pub name_der: Vec<u8>,
    /// Its key's identifier, where the certificate says it.
    pub authority_key_id: Option<Vec<u8>>,
    /// Where it can be fetched (RFC 5280 section 4.2.2.1).
    pub urls: Vec<String>,
    /// The fingerprint of the certificate whose issuer is missing.
    pub of_sha256: String,
}

impl Path {
    /// The path over these certificates to `anchor`, with everything that is wrong with it.
    fn new(certificates: &[Certificate], anchor: &Anchor, links: &[Link], at: Timestamp) -> Self {
        let mut problems = problem::of_path(certificates, Some(anchor), at);
        problems.extend(broken_links(links));
        problems.sort_by_key(|problem| problem.depth);
        Self {
            certificates: certificates.to_vec(),
            anchor: anchor.clone(),
            problems,
            remarks: problem::remarks(certificates, anchor, at),
        }
    }
}

/// What a search found.
#[derive(Clone, Debug, Default)]
pub struct PathSearch {
    /// Those that end at an anchor, the best first: fewest problems, fewest remarks, shortest.
    pub paths: Vec<Path>,
    /// Those that do not, the longest first.
    pub incomplete: Vec<IncompletePath>,
    /// Issuers that are not known, nearest to the leaf first. Where a known certificate has the issuer's name but
    /// another key, the issuer is missing all the same.
    pub missing: Vec<MissingIssuer>,
    /// A self-signed certificate at the end of a path that no anchor matches; the leaf itself when it is one.
    pub ends_in_self_signed: Option<Certificate>,
    /// Whether a bound was reached and there may be more paths.
    pub exhausted: bool,
}

impl PathSearch {
    /// The best path without a problem.
    pub fn trusted(&self) -> Option<&Path> {
        self.best().filter(|path| path.problems.is_empty())
    }

    /// The best path.
    pub fn best(&self) -> Option<&Path> {
        self.paths.first()
    }
}

/// Looks for paths from `leaf` over `pool` to `anchors` at the time `at`.
///
/// An issuer is found by its name (RFC 5280 section 7.1) and proven by the signature; key identifiers only say whom to
/// try first. A signature that does not verify is followed only when no certificate of that name has the right key.
pub fn build(leaf: &Certificate, pool: &Pool, anchors: &[Anchor], at: Timestamp) -> PathSearch {
    let mut search = Search {
        pool,
        anchors,
        at,
        verified: HashMap::new(),
        steps: 0,
        found: PathSearch::default(),
    };
    let mut chain = Chain {
        certificates: vec![leaf.clone()],
        links: Vec::new(),
    };
    search.extend(&mut chain);
    let mut found = search.found;
    found.paths.sort_by_key(|path| {
        (
            path.problems.len(),
            path.remarks.len(),
            path.certificates.len(),
        )
    });
    found
        .incomplete
        .sort_by_key(|path| std::cmp::Reverse(path.certificates.len()));
    found
}

/// The path of a builder that never turns back, as OpenSSL's: at each step an anchor if there is one, otherwise what the
/// pool holds, in its order; of several one that is valid at `at`, otherwise the one that ended last. Names, key
/// identifiers and serial numbers decide who can be an issuer; signatures are verified when the path stands. `None` when it leads to no
/// anchor.
pub fn straight(
    leaf: &Certificate,
    pool: &Pool,
    anchors: &[Anchor],
    at: Timestamp,
) -> Option<Path> {
    let mut certificates = vec![leaf.clone()];
    let mut links = Vec::new();
    let is_leaf = |anchor: &&Anchor| anchor.certificate.sha256 == leaf.sha256;
    if let Some(anchor) = anchors.iter().find(is_leaf) {
        return Some(Path::new(&certificates, anchor, &links, at));
    }
    while certificates.len() <= MAX_LENGTH {
        let last = certificates.last()?;
        let trusted = anchors.iter().map(|anchor| &anchor.certificate);
        if let Some(found) = first_choice(last, trusted, at) {
            let anchor = anchors
                .iter()
                .find(|anchor| anchor.certificate.sha256 == found.sha256)?;
            links.push(verify_certificate(last, found));
            return Some(Path::new(&certificates, anchor, &links, at));
        }
        let fresh = pool
            .certificates()
            .filter(|issuer| !certificates.contains(issuer));
        let next = first_choice(last, fresh, at)?.clone();
        links.push(verify_certificate(last, &next));
        certificates.push(next);
    }
    None
}

/// Of those who can have issued `child` the first that is valid, otherwise the one that ended last.
fn first_choice<'a>(
    child: &Certificate,
    issuers: impl Iterator<Item = &'a Certificate>,
    at: Timestamp,
) -> Option<&'a Certificate> {
    let likely: Vec<&Certificate> = issuers
        .filter(|issuer| issuer.subject.matches(&child.issuer))
        .filter(
            |issuer| match (&child.authority_key_id, &issuer.subject_key_id) {
                (Some(wanted), Some(id)) => wanted == id,
                _ => true,
            },
        )
        .filter(|issuer| {
            let wanted = child.authority_serial.as_ref();
            wanted.is_none_or(|serial| *serial == issuer.serial)
        })
        .collect();
    let valid = likely
        .iter()
        .find(|issuer| issuer.not_before <= at && at <= issuer.not_after);
    let latest = || likely.iter().max_by_key(|issuer| issuer.not_after);
    valid.or_else(latest).copied()
}

type Link = Result<(), SignatureDefect>;

/// A path being built: `links[i]` says whether the signature of certificate `i` verifies with its issuer's key.
struct Chain {
    certificates: Vec<Certificate>,
    links: Vec<Link>,
}

struct Search<'a> {
    pool: &'a Pool,
    anchors: &'a [Anchor],
    at: Timestamp,
    verified: HashMap<(String, String), Link>,
    steps: usize,
    found: PathSearch,
}

struct Candidate<'a> {
    certificate: &'a Certificate,
    anchor: Option<&'a Anchor>,
    link: Link,
}

impl<'a> Search<'a> {
    fn extend(&mut self, chain: &mut Chain) {
        let Some(last) = chain.certificates.last().cloned() else {
            return;
        };
        self.steps = self.steps.saturating_add(1);
        let ended = self
            .found
            .paths
            .len()
            .saturating_add(self.found.incomplete.len());
        if ended >= MAX_PATHS || self.steps > MAX_STEPS {
            self.found.exhausted = true;
            return;
        }
        let self_signed = last.is_self_issued() && self.check(&last, &last) == Some(Ok(()));
        if chain.links.is_empty()
            && let Some(anchor) = self.anchor(&last)
        {
            self.complete(chain, anchor);
            if self_signed {
                return;
            }
        }
        let candidates = self.candidates(chain, &last);
        let proven = candidates.iter().any(|candidate| candidate.link.is_ok());
        if !proven {
            if self_signed {
                self.found.ends_in_self_signed.get_or_insert(last);
                self.give_up(chain);
                return;
            }
            let beyond_us = |candidate: &Candidate<'_>| {
                matches!(candidate.link, Err(SignatureDefect::Unsupported { .. }))
            };
            if !candidates.iter().any(beyond_us) {
                self.miss(&last);
            }
        }
        if candidates.is_empty() {
            self.give_up(chain);
        }
        // Without a proven issuer one of the same name is enough to show what is wrong.
        let followed = if proven { candidates.len() } else { 1 };
        for candidate in candidates.into_iter().take(followed) {
            if proven && candidate.link.is_err() {
                continue;
            }
            chain.links.push(candidate.link);
            if let Some(anchor) = candidate.anchor {
                self.complete(chain, anchor);
            } else if chain.certificates.len() >= MAX_LENGTH {
                self.found.exhausted = true;
                self.give_up(chain);
            } else {
                chain.certificates.push(candidate.certificate.clone());
                self.extend(chain);
                chain.certificates.pop();
            }
            chain.links.pop();
        }
    }

    /// Everybody with the issuer's name who does not stand in the chain already, those most likely right first.
    fn candidates(&mut self, chain: &Chain, child: &Certificate) -> Vec<Candidate<'a>> {
        let (pool, anchors) = (self.pool, self.anchors);
        let anchored = anchors
            .iter()
            .map(|anchor| (&anchor.certificate, Some(anchor)));
        let pooled = pool
            .certificates()
            .filter(|certificate| self.anchor(certificate).is_none())
            .map(|certificate| (certificate, None));
        let stands_in_chain = |certificate: &Certificate| {
            chain.certificates.iter().any(|known| {
                known.sha256 == certificate.sha256
                    || (known.spki == certificate.spki
                        && known.subject.matches(&certificate.subject))
            })
        };
        let mut named: Vec<(&Certificate, Option<&Anchor>)> = anchored
            .chain(pooled)
            .filter(|(certificate, _)| certificate.subject.matches(&child.issuer))
            .filter(|(certificate, _)| !stands_in_chain(certificate))
            .collect();
        named.sort_by_key(|(certificate, anchor)| {
            let key_id = match (&child.authority_key_id, &certificate.subject_key_id) {
                (Some(wanted), Some(id)) if wanted == id => 0,
                (Some(_), Some(_)) => 2,
                _ => 1,
            };
            let valid = certificate.not_before <= self.at && self.at <= certificate.not_after;
            (key_id, anchor.is_none(), !valid)
        });
        let mut candidates: Vec<Candidate<'_>> = named
            .into_iter()
            .filter_map(|(certificate, anchor)| {
                Some(Candidate {
                    certificate,
                    anchor,
                    link: self.check(child, certificate)?,
                })
            })
            .collect();
        candidates.sort_by_key(|candidate| match candidate.link {
            Ok(()) => 0,
            Err(SignatureDefect::Unsupported { .. }) => 1,
            Err(_) => 2,
        });
        candidates
    }

    /// Whether `issuer`'s key made `child`'s signature; `None` when too many were verified already.
    fn check(&mut self, child: &Certificate, issuer: &Certificate) -> Option<Link> {
        let pair = (child.sha256.clone(), issuer.spki_sha256.clone());
        if let Some(link) = self.verified.get(&pair) {
            return Some(link.clone());
        }
        if self.verified.len() >= MAX_SIGNATURE_CHECKS {
            self.found.exhausted = true;
            return None;
        }
        let link = verify_certificate(child, issuer);
        self.verified.insert(pair, link.clone());
        Some(link)
    }

    fn anchor(&self, certificate: &Certificate) -> Option<&'a Anchor> {
        self.anchors
            .iter()
            .find(|anchor| anchor.certificate.sha256 == certificate.sha256)
    }

    fn complete(&mut self, chain: &Chain, anchor: &Anchor) {
        let path = Path::new(&chain.certificates, anchor, &chain.links, self.at);
        self.found.paths.push(path);
    }

    fn give_up(&mut self, chain: &Chain) {
        let mut problems = problem::of_path(&chain.certificates, None, self.at);
        problems.extend(broken_links(&chain.links));
        problems.sort_by_key(|problem| problem.depth);
        self.found.incomplete.push(IncompletePath {
            certificates: chain.certificates.clone(),
            problems,
        });
    }

    fn miss(&mut self, certificate: &Certificate) {
        let missing = &mut self.found.missing;
        if missing
            .iter()
            .any(|known| known.of_sha256 == certificate.sha256)
        {
            return;
        }
        missing.push(MissingIssuer {
            name: certificate.issuer.text.clone(),
            name_der: certificate.issuer.der.clone(),
            authority_key_id: certificate.authority_key_id.clone(),
            urls: certificate.issuer_urls.clone(),
            of_sha256: certificate.sha256.clone(),
        });
    }
}

fn broken_links(links: &[Link]) -> impl Iterator<Item = PathProblem> {
    links.iter().enumerate().filter_map(|(depth, link)| {
        let kind = match link {
            Ok(()) => return None,
            Err(SignatureDefect::Unsupported { algorithm, .. }) => {
                PathProblemKind::UnsupportedSignature {
                    algorithm: algorithm.clone(),
                }
            }
            Err(_) => PathProblemKind::BadSignature,
        };
        Some(PathProblem { depth, kind })
    })
}
