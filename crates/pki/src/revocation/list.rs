//! Certificate revocation lists (RFC 5280 section 5).
//!
//! A list is read in place: its entries stay octets until one is looked for, so that a long one costs no more than walking
//! over it once.

use super::{Reason, Statement, Status, looks_like, time};
use crate::certificate::Certificate;
use crate::der::{
    BIT_STRING, BOOLEAN, Element, GENERALIZED_TIME, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING,
    Reader, SEQUENCE, UTC_TIME, context,
};
use crate::distinguished_name::DistinguishedName;
use crate::oid::{Oid, SignatureAlgorithm};
use crate::signature::{self, SignatureDefect};
use jiff::Timestamp;

const ENUMERATED: u8 = 0x0a;
const URI: u8 = 0x86;
const REASON_CODE: &str = "2.5.29.21";
const CERTIFICATE_ISSUER: &str = "2.5.29.29";
const DELTA_INDICATOR: &str = "2.5.29.27";
const ISSUING_DISTRIBUTION_POINT: &str = "2.5.29.28";

/// Why a list says nothing about a certificate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListDefect {
    /// It is something else.
    #[error("no revocation list but {looks}")]
    NotAList {
        /// What it looks like: `HTML`, `PEM`, `text` …
        looks: &'static str,
    },
    /// It is one, and cannot be read.
    #[error("revocation list unreadable at {field}")]
    Malformed {
        /// What was being read.
        field: &'static str,
    },
    /// It only says what changed since another list (RFC 5280 section 5.2.4).
    #[error("delta revocation list")]
    Delta,
    /// It speaks for several CAs (RFC 5280 section 5.2.5).
    #[error("indirect revocation list")]
    Indirect,
    /// It is another CA's.
    #[error("revocation list of {issuer}")]
    OtherIssuer {
        /// Whose.
        issuer: String,
    },
    /// It is about other certificates of the CA: another shard, CA or attribute certificates, or some reasons only.
    #[error("revocation list for {scope}")]
    OtherScope {
        /// About which: an address, or `CA certificates` and the like.
        scope: String,
    },
    /// The CA may not sign lists: its keyUsage lacks cRLSign.
    #[error("issuer may not sign revocation lists")]
    NotAllowed,
    /// It has a critical extension that nobody here understands.
    #[error("revocation list with critical extension {oid}")]
    UnknownCritical {
        /// Which.
        oid: Oid,
    },
    /// The issuer did not sign it.
    #[error("revocation list: {0}")]
    Signature(SignatureDefect),
}

/// A list, read in place.
#[derive(Clone, Debug)]
pub struct RevocationList<'a> {
    /// Who signed it.
    pub issuer: DistinguishedName,
    /// When it was known to be so.
    pub this_update: Timestamp,
    /// When there will be a newer one at the latest.
    pub next_update: Option<Timestamp>,
    pub(super) parts: Parts<'a>,
    algorithm: SignatureAlgorithm,
    signature: &'a [u8],
    scope: Scope,
}

/// The octets a list is put together from.
#[derive(Clone, Debug)]
pub(super) struct Parts<'a> {
    /// `tbsCertList`, whole.
    pub(super) tbs: &'a [u8],
    /// In `tbsCertList`, what precedes the entries.
    pub(super) before: &'a [u8],
    /// The entries one after the other.
    pub(super) entries: &'a [u8],
    /// In `tbsCertList`, what follows the entries.
    pub(super) after: &'a [u8],
    /// What follows `tbsCertList`: the algorithm and the signature.
    pub(super) rest: &'a [u8],
}

#[derive(Clone, Debug, Default)]
struct Scope {
    urls: Vec<String>,
    only: Option<&'static str>,
    delta: bool,
    indirect: bool,
    unknown: Option<Oid>,
}

/// Reads a list in DER.
///
/// # Errors
///
/// [`ListDefect::NotAList`] or [`ListDefect::Malformed`].
pub fn parse(der: &[u8]) -> Result<RevocationList<'_>, ListDefect> {
    let mut whole = Reader::new(der, 0);
    if whole.peek() != Some(SEQUENCE) {
        let looks = looks_like(der);
        return Err(ListDefect::NotAList { looks });
    }
    let malformed = |field| ListDefect::Malformed { field };
    let list = whole
        .take(SEQUENCE)
        .ok_or_else(|| malformed("CertificateList"))?;
    let mut outer = list.reader();
    let tbs = outer
        .take(SEQUENCE)
        .ok_or_else(|| malformed("tbsCertList"))?;
    let rest_at = tbs.raw.len();
    let algorithm = outer
        .take(SEQUENCE)
        .and_then(|identifier| SignatureAlgorithm::read(identifier.reader()))
        .ok_or_else(|| malformed("signatureAlgorithm"))?;
    let signature = outer
        .take(BIT_STRING)
        .and_then(|bits| bits.content.get(1..))
        .ok_or_else(|| malformed("signatureValue"))?;

    let mut fields = tbs.reader();
    fields.take(INTEGER);
    fields
        .take(SEQUENCE)
        .ok_or_else(|| malformed("signature"))?;
    let issuer = fields.take(SEQUENCE).ok_or_else(|| malformed("issuer"))?;
    let this_update = update(&mut fields).ok_or_else(|| malformed("thisUpdate"))?;
    let next_update = update(&mut fields);
    let before = tbs.content.len().saturating_sub(fields.left());
    let entries = fields.take(SEQUENCE);
    let after = tbs.content.len().saturating_sub(fields.left());
    let mut scope = Scope::default();
    if let Some(explicit) = fields.take(context(0)) {
        let extensions = explicit
            .reader()
            .take(SEQUENCE)
            .ok_or_else(|| malformed("crlExtensions"))?;
        read_scope(extensions.reader(), &mut scope).ok_or_else(|| malformed("crlExtensions"))?;
    }
    if !fields.is_empty() {
        return Err(malformed("tbsCertList"));
    }
    Ok(RevocationList {
        issuer: DistinguishedName::from_der(issuer.raw),
        this_update,
        next_update,
        parts: Parts {
            tbs: tbs.raw,
            before: tbs.content.get(..before).unwrap_or_default(),
            entries: entries.map(|list| list.content).unwrap_or_default(),
            after: tbs.content.get(after..).unwrap_or_default(),
            rest: list.content.get(rest_at..).unwrap_or_default(),
        },
        algorithm,
        signature,
        scope,
    })
}

/// What a list in DER says of `certificate`, whose issuer is `issuer`. Of a list that was cut down, `digest` is the digest
/// of its signed part as it was; see [`Excerpt`](super::Excerpt).
///
/// # Errors
///
/// Says why it says nothing.
pub fn check(
    der: &[u8],
    digest: Option<&[u8]>,
    certificate: &Certificate,
    issuer: &Certificate,
) -> Result<Statement, ListDefect> {
    let list = parse(der)?;
    let scope = &list.scope;
    if scope.delta {
        return Err(ListDefect::Delta);
    }
    if scope.indirect {
        return Err(ListDefect::Indirect);
    }
    if let Some(oid) = &scope.unknown {
        return Err(ListDefect::UnknownCritical { oid: oid.clone() });
    }
    if !list.issuer.matches(&certificate.issuer) {
        let issuer = list.issuer.text;
        return Err(ListDefect::OtherIssuer { issuer });
    }
    if let Some(only) = scope.only {
        let scope = only.to_owned();
        return Err(ListDefect::OtherScope { scope });
    }
    let named = |url| certificate.crl_urls.contains(url);
    if let Some(first) = scope.urls.first()
        && !scope.urls.iter().any(named)
    {
        let scope = first.clone();
        return Err(ListDefect::OtherScope { scope });
    }
    if issuer.key_usage.is_some_and(|usage| !usage.crl_sign()) {
        return Err(ListDefect::NotAllowed);
    }
    let verified = match digest {
        Some(digest) => {
            signature::verify_digest(&issuer.key, &list.algorithm, digest, list.signature)
        }
        None => {
            signature::verify_data(&issuer.key, &list.algorithm, list.parts.tbs, list.signature)
        }
    };
    verified.map_err(ListDefect::Signature)?;
    let status = match list.find(&certificate.serial)? {
        Some((at, reason)) => Status::Revoked { at, reason },
        None => Status::Good,
    };
    Ok(Statement {
        status,
        this_update: list.this_update,
        next_update: list.next_update,
    })
}

impl<'a> RevocationList<'a> {
    /// The signed part's digest by the hash that its signature names; `None` for signatures that hash no digest.
    pub(super) fn digest(&self) -> Option<Vec<u8>> {
        signature::digest(&self.algorithm, self.parts.tbs)
    }

    /// Each entry with its serial number's octets, until one that cannot be read.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&'a [u8], Element<'a>)> + use<'a> {
        let mut entries = Reader::new(self.parts.entries, 0);
        std::iter::from_fn(move || {
            let entry = entries.take(SEQUENCE)?;
            let serial = entry.reader().take(INTEGER)?;
            Some((serial.content, entry))
        })
    }

    /// Since when and why `serial` is revoked, if it is.
    fn find(&self, serial: &[u8]) -> Result<Option<(Timestamp, Option<Reason>)>, ListDefect> {
        let wanted = significant(serial);
        let mut read = 0_usize;
        for (listed, entry) in self.entries() {
            read = read.saturating_add(entry.raw.len());
            if significant(listed) != wanted {
                continue;
            }
            let mut fields = entry.reader();
            fields.take(INTEGER);
            let at = update(&mut fields).ok_or(ListDefect::Malformed {
                field: "revocationDate",
            })?;
            let reason = fields
                .take(SEQUENCE)
                .and_then(|extensions| reason(extensions.reader()));
            // An entry that is taken back (RFC 5280 section 5.3.1) has no place in a whole list, and revokes nothing.
            const REMOVED: Reason = Reason(8);
            return Ok((reason != Some(REMOVED)).then_some((at, reason)));
        }
        if read < self.parts.entries.len() {
            return Err(ListDefect::Malformed {
                field: "revokedCertificates",
            });
        }
        Ok(None)
    }
}

/// A number's octets without leading zeros.
pub(super) fn significant(octets: &[u8]) -> &[u8] {
    let zeros = octets.iter().take_while(|octet| **octet == 0).count();
    octets.get(zeros..).unwrap_or_default()
}

fn update(fields: &mut Reader<'_>) -> Option<Timestamp> {
    let element = fields
        .take(UTC_TIME)
        .or_else(|| fields.take(GENERALIZED_TIME))?;
    time(&element)
}

fn reason(mut extensions: Reader<'_>) -> Option<Reason> {
    while let Some(extension) = extensions.take(SEQUENCE) {
        let mut fields = extension.reader();
        let oid = Oid::from_der_value(fields.take(OBJECT_IDENTIFIER)?.content);
        fields.take(BOOLEAN);
        if oid == REASON_CODE {
            let value = fields.take(OCTET_STRING)?;
            return Some(Reason::read(&value.reader().take(ENUMERATED)?));
        }
    }
    None
}

fn read_scope(mut extensions: Reader<'_>, scope: &mut Scope) -> Option<()> {
    while !extensions.is_empty() {
        let mut fields = extensions.take(SEQUENCE)?.reader();
        let oid = Oid::from_der_value(fields.take(OBJECT_IDENTIFIER)?.content);
        let critical = fields
            .take(BOOLEAN)
            .is_some_and(|flag| flag.content.iter().any(|octet| *octet != 0));
        let value = fields.take(OCTET_STRING)?;
        match oid.as_str() {
            DELTA_INDICATOR => scope.delta = true,
            ISSUING_DISTRIBUTION_POINT => {
                distribution_point(value.reader().take(SEQUENCE)?.reader(), scope)?;
            }
            CERTIFICATE_ISSUER => scope.indirect = true,
            _ if critical && scope.unknown.is_none() => scope.unknown = Some(oid),
            _ => {}
        }
    }
    Some(())
}

/// IssuingDistributionPoint (RFC 5280 section 5.2.5).
fn distribution_point(mut fields: Reader<'_>, scope: &mut Scope) -> Option<()> {
    while !fields.is_empty() {
        let field = fields.any("issuingDistributionPoint").ok()?;
        let set = field.content.iter().any(|octet| *octet != 0);
        match field.tag {
            0xa0 => {
                if let Some(full) = field.reader().take(context(0)) {
                    let mut names = full.reader();
                    while !names.is_empty() {
                        let name = names.any("fullName").ok()?;
                        if name.tag == URI {
                            let url = String::from_utf8_lossy(name.content);
                            scope.urls.push(url.into_owned());
                        }
                    }
                }
            }
            0x82 if set => scope.only = Some("CA certificates"),
            0x83 => scope.only = Some("some reasons"),
            0x84 if set => scope.indirect = true,
            0x85 if set => scope.only = Some("attribute certificates"),
            _ => {}
        }
    }
    Some(())
}
