use super::constraint;
use super::search::Anchor;
use crate::certificate::Certificate;
use crate::extension::id;
use crate::oid::Oid;
use jiff::Timestamp;

/// Something wrong with one certificate of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathProblem {
    /// Which one: 0 is the leaf; the number of certificates in the path is the anchor.
    pub depth: usize,
    /// What.
    pub kind: PathProblemKind,
}

/// What can be wrong with a certificate of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathProblemKind {
    /// Its validity is over.
    Expired {
        /// The last moment it was valid.
        not_after: Timestamp,
    },
    /// Its validity has not begun.
    NotYetValid {
        /// The first moment it will be valid.
        not_before: Timestamp,
    },
    /// Its signature was not made by the key of the next one, which has its issuer's name.
    BadSignature,
    /// Nobody here can verify its signature.
    UnsupportedSignature {
        /// The algorithm.
        algorithm: String,
    },
    /// It issued another and may not: basicConstraints is missing or says no.
    NotACa,
    /// It issued the leaf's line although its path length says that it stands too high.
    PathLength {
        /// How many intermediates it allows below it.
        allowed: u32,
        /// How many there are.
        found: u32,
    },
    /// It issued another and its keyUsage lacks keyCertSign.
    KeyUsage,
    /// Its extendedKeyUsage lacks serverAuth (RFC 5280 section 4.2.1.12; clients apply it to issuers too).
    Purpose,
    /// A critical extension that no client processes.
    UnknownCritical(Oid),
    /// A name in it that an issuer's name constraints forbid.
    NameConstraint {
        /// The name.
        name: String,
        /// The depth of the issuer.
        imposed_at: usize,
    },
    /// There are more names and constraints to compare than anybody would.
    TooManyNames,
    /// Remark: it is the anchor and not self-signed; OpenSSL without `X509_V_FLAG_PARTIAL_CHAIN` goes on looking for a
    /// root.
    AnchorNotSelfSigned,
    /// Remark: it is the leaf and says that it is a CA; Firefox and webpki refuse that.
    CaAsLeaf,
    /// Remark: its extendedKeyUsage has anyExtendedKeyUsage and lacks serverAuth; OpenSSL and Firefox want serverAuth.
    AnyPurpose,
    /// Remark: it is the leaf and its keyUsage lacks digitalSignature, which everything but RSA key exchange needs (RFC
    /// 8446 section 4.4.2.2, RFC 8422 section 2.2).
    NoDigitalSignature,
}

/// What RFC 5280 section 6.1 holds against a path, signatures aside.
pub(super) fn of_path(
    certificates: &[Certificate],
    anchor: Option<&Anchor>,
    at: Timestamp,
) -> Vec<PathProblem> {
    let mut problems = Vec::new();
    let leaf_is_anchor = matches!(
        (certificates, anchor),
        ([leaf], Some(anchor)) if leaf.sha256 == anchor.certificate.sha256
    );
    let mut between = 0_u32;
    for (depth, certificate) in certificates.iter().enumerate() {
        let mut add = |kind| problems.push(PathProblem { depth, kind });
        dates(certificate, at, &mut add);
        if lacks_server_auth(certificate) {
            add(PathProblemKind::Purpose);
        }
        for extension in &certificate.extensions {
            if extension.critical && !extension.is_processed() {
                add(PathProblemKind::UnknownCritical(extension.oid.clone()));
            }
        }
        if depth > 0 {
            issuing(certificate, between, &mut add);
            if !certificate.is_self_issued() {
                between = between.saturating_add(1);
            }
        }
    }
    let anchor = anchor
        .filter(|_| !leaf_is_anchor)
        .map(|anchor| &anchor.certificate);
    let path: Vec<&Certificate> = certificates.iter().chain(anchor).collect();
    problems.extend(constraint::violations(&path));
    problems
}

/// What only some clients hold against a path.
pub(super) fn remarks(
    certificates: &[Certificate],
    anchor: &Anchor,
    at: Timestamp,
) -> Vec<PathProblem> {
    let mut remarks = Vec::new();
    let root = &anchor.certificate;
    let leaf = certificates.first();
    if let Some(leaf) = leaf
        && leaf.is_ca()
    {
        remarks.push(PathProblem {
            depth: 0,
            kind: PathProblemKind::CaAsLeaf,
        });
    }
    for (depth, certificate) in certificates.iter().enumerate() {
        if is_for_any(certificate) {
            let kind = PathProblemKind::AnyPurpose;
            remarks.push(PathProblem { depth, kind });
        }
        if depth == 0
            && certificate
                .key_usage
                .is_some_and(|usage| !usage.digital_signature())
        {
            let kind = PathProblemKind::NoDigitalSignature;
            remarks.push(PathProblem { depth, kind });
        }
    }
    let leaf_is_anchor = leaf.is_some_and(|leaf| leaf.sha256 == root.sha256);
    let depth = if leaf_is_anchor {
        0
    } else {
        certificates.len()
    };
    let mut add = |kind| remarks.push(PathProblem { depth, kind });
    if !leaf_is_anchor {
        dates(root, at, &mut add);
        if lacks_server_auth(root) {
            add(PathProblemKind::Purpose);
        }
        if is_for_any(root) {
            add(PathProblemKind::AnyPurpose);
        }
        let between = certificates
            .iter()
            .skip(1)
            .filter(|certificate| !certificate.is_self_issued())
            .count();
        // A root of version 1 has nowhere to say that it is a CA, and everybody takes it for one.
        if root.version == 3 {
            issuing(root, u32::try_from(between).unwrap_or(u32::MAX), &mut add);
        }
    }
    if !root.is_self_signed() {
        add(PathProblemKind::AnchorNotSelfSigned);
    }
    remarks
}

fn dates(certificate: &Certificate, at: Timestamp, add: &mut impl FnMut(PathProblemKind)) {
    let (not_before, not_after) = (certificate.not_before, certificate.not_after);
    if at > not_after {
        add(PathProblemKind::Expired { not_after });
    }
    if at < not_before {
        add(PathProblemKind::NotYetValid { not_before });
    }
}

/// What an issuer needs; `between` is the number of intermediates of others below it.
fn issuing(certificate: &Certificate, between: u32, add: &mut impl FnMut(PathProblemKind)) {
    match certificate.basic_constraints {
        Some(basic) if basic.ca => {
            if let Some(allowed) = basic.path_length.filter(|allowed| between > *allowed) {
                add(PathProblemKind::PathLength {
                    allowed,
                    found: between,
                });
            }
        }
        _ => add(PathProblemKind::NotACa),
    }
    if certificate
        .key_usage
        .is_some_and(|usage| !usage.key_cert_sign())
    {
        add(PathProblemKind::KeyUsage);
    }
}

fn lacks_server_auth(certificate: &Certificate) -> bool {
    let purposes = certificate.extended_key_usage.as_deref();
    purposes
        .is_some_and(|purposes| !has(purposes, id::SERVER_AUTH) && !has(purposes, id::ANY_PURPOSE))
}

/// Whether it is for servers only because it is for anything.
fn is_for_any(certificate: &Certificate) -> bool {
    let purposes = certificate.extended_key_usage.as_deref();
    purposes.is_some_and(|purposes| !has(purposes, id::SERVER_AUTH))
        && !lacks_server_auth(certificate)
}

fn has(purposes: &[Oid], wanted: &str) -> bool {
    purposes.iter().any(|purpose| *purpose == wanted)
}
