//! The Online Certificate Status Protocol: what to ask (RFC 6960, RFC 5019), and what an answer is worth, whether fetched
//! or stapled.

use super::list::significant;
use super::{Freshness, Reason, Statement, Status, looks_like, time};
use crate::certificate::Certificate;
use crate::der::{
    BIT_STRING, GENERALIZED_TIME, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, Reader, SEQUENCE,
    context, element,
};
use crate::distinguished_name::DistinguishedName;
use crate::oid::{Oid, SignatureAlgorithm};
use crate::signature::{self, SignatureDefect};
use aws_lc_rs::digest::{self, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};

const ENUMERATED: u8 = 0x0a;
/// AlgorithmIdentifier of SHA-1 with NULL parameters, as RFC 5019 section 2.1.1 wants it.
const SHA1: &[u8] = &[
    0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00,
];
const BASIC: &str = "1.3.6.1.5.5.7.48.1.1";
const OCSP_SIGNING: &str = "1.3.6.1.5.5.7.3.9";
const TIMESTAMPS: &str = "1.3.6.1.4.1.11129.2.4.5";
/// Certificates of delegates beyond this are not looked at.
const MAX_DELEGATES: usize = 8;

/// Why an answer says nothing about a certificate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswerDefect {
    /// It is something else.
    #[error("no OCSP answer but {looks}")]
    NotAnAnswer {
        /// What it looks like: `HTML`, `PEM`, `text` …
        looks: &'static str,
    },
    /// It is one, and cannot be read.
    #[error("OCSP answer unreadable at {field}")]
    Malformed {
        /// What was being read.
        field: &'static str,
    },
    /// The responder gives none (RFC 6960 section 4.2.1).
    #[error("OCSP responder says {}", status_name(*status))]
    Unsuccessful {
        /// The response status.
        status: u8,
    },
    /// It is about other certificates.
    #[error("OCSP answer is about serial number {serial}")]
    OtherCertificate {
        /// About which, in hexadecimal; empty when about none.
        serial: String,
    },
    /// Neither the issuer nor a delegate of the issuer's signed it (RFC 6960 section 4.2.2.2).
    #[error("OCSP answer is signed by {signer}")]
    WrongSigner {
        /// Who says to have signed it: a name or a key identifier.
        signer: String,
    },
    /// The signature is not the named signer's, or beyond us.
    #[error("OCSP answer: {0}")]
    Signature(SignatureDefect),
}

/// The name of a response status (RFC 6960 section 4.2.1).
pub fn status_name(status: u8) -> &'static str {
    match status {
        0 => "successful",
        1 => "malformedRequest",
        2 => "internalError",
        3 => "tryLater",
        5 => "sigRequired",
        6 => "unauthorized",
        _ => "an unknown status",
    }
}

/// A request for the status of one certificate, without a nonce, with the SHA-1 CertID that RFC 5019 section 2.1.1 wants.
/// `None` when the issuer's key cannot be read.
pub fn request(certificate: &Certificate, issuer: &Certificate) -> Option<Vec<u8>> {
    if issuer.key.octets.is_empty() {
        return None;
    }
    let sha1 = |octets: &[u8]| digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, octets);
    let id = [
        SHA1,
        &element(OCTET_STRING, sha1(&certificate.issuer.der).as_ref()),
        &element(OCTET_STRING, sha1(&issuer.key.octets).as_ref()),
        &element(INTEGER, &certificate.serial),
    ];
    let request = element(SEQUENCE, &element(SEQUENCE, &id.concat()));
    let list = element(SEQUENCE, &request);
    Some(element(SEQUENCE, &element(SEQUENCE, &list)))
}

/// The address to get the answer to `request` from the responder at `base` (RFC 6960 appendix A.1).
pub fn url(base: &str, request: &[u8]) -> String {
    let mut url = base.strip_suffix('/').unwrap_or(base).to_owned();
    url.push('/');
    for character in STANDARD.encode(request).chars() {
        match character {
            '+' => url.push_str("%2B"),
            '/' => url.push_str("%2F"),
            '=' => url.push_str("%3D"),
            other => url.push(other),
        }
    }
    url
}

/// An answer about one certificate, its signature verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What it says.
    pub statement: Statement,
    /// The subject of the delegate that signed it; `None` when the issuer itself did.
    pub delegate: Option<String>,
    /// The `SignedCertificateTimestampList` in it (RFC 6962 section 3.3).
    pub timestamps: Option<Vec<u8>>,
}

/// What an answer in DER says of `certificate`, whose issuer is `issuer`. `now` decides only whether a delegate's
/// certificate counts; whether the answer is fresh, [`Statement::freshness`] says.
///
/// # Errors
///
/// Says why it says nothing.
pub fn check(
    der: &[u8],
    certificate: &Certificate,
    issuer: &Certificate,
    now: Timestamp,
) -> Result<Answer, AnswerDefect> {
    let response = Response::read(der)?;
    let (statement, timestamps) = response.about(certificate, issuer)?;
    let delegate = response.verify(issuer, now)?;
    Ok(Answer {
        statement,
        delegate,
        timestamps,
    })
}

/// BasicOCSPResponse (RFC 6960 section 4.2.1), read in place.
struct Response<'a> {
    tbs: &'a [u8],
    responder: Responder<'a>,
    singles: Reader<'a>,
    algorithm: SignatureAlgorithm,
    signature: &'a [u8],
    certificates: Option<Reader<'a>>,
}

enum Responder<'a> {
    Name(DistinguishedName),
    Key(&'a [u8]),
}

const fn malformed(field: &'static str) -> AnswerDefect {
    AnswerDefect::Malformed { field }
}

impl<'a> Response<'a> {
    fn read(der: &'a [u8]) -> Result<Self, AnswerDefect> {
        let mut whole = Reader::new(der, 0);
        if whole.peek() != Some(SEQUENCE) {
            let looks = looks_like(der);
            return Err(AnswerDefect::NotAnAnswer { looks });
        }
        let response = whole.take(SEQUENCE).ok_or(malformed("OCSPResponse"))?;
        let mut outer = response.reader();
        let status = outer.take(ENUMERATED).map(|status| status.content);
        match status {
            Some([0]) => {}
            Some([status]) => return Err(AnswerDefect::Unsuccessful { status: *status }),
            _ => return Err(malformed("responseStatus")),
        }
        let mut bytes = outer
            .take(context(0))
            .and_then(|explicit| explicit.reader().take(SEQUENCE))
            .ok_or(malformed("responseBytes"))?
            .reader();
        let kind = bytes
            .take(OBJECT_IDENTIFIER)
            .ok_or(malformed("responseType"))?;
        if Oid::from_der_value(kind.content) != BASIC {
            return Err(malformed("responseType"));
        }
        let mut basic = bytes
            .take(OCTET_STRING)
            .and_then(|octets| octets.reader().take(SEQUENCE))
            .ok_or(malformed("BasicOCSPResponse"))?
            .reader();
        let tbs = basic.take(SEQUENCE).ok_or(malformed("tbsResponseData"))?;
        let algorithm = basic
            .take(SEQUENCE)
            .and_then(|identifier| SignatureAlgorithm::read(identifier.reader()))
            .ok_or(malformed("signatureAlgorithm"))?;
        let signature = basic
            .take(BIT_STRING)
            .and_then(|bits| bits.content.get(1..))
            .ok_or(malformed("signature"))?;
        let certificates = basic
            .take(context(0))
            .and_then(|explicit| explicit.reader().take(SEQUENCE))
            .map(|list| list.reader());

        let mut fields = tbs.reader();
        fields.take(context(0));
        let by_name = fields.take(context(1));
        let by_key = fields.take(context(2));
        let responder = match (by_name, by_key) {
            (Some(name), None) => Responder::Name(DistinguishedName::from_der(name.content)),
            (None, Some(key)) => key
                .reader()
                .take(OCTET_STRING)
                .map(|hash| Responder::Key(hash.content))
                .ok_or(malformed("responderID"))?,
            _ => return Err(malformed("responderID")),
        };
        fields
            .take(GENERALIZED_TIME)
            .ok_or(malformed("producedAt"))?;
        let singles = fields
            .take(SEQUENCE)
            .ok_or(malformed("responses"))?
            .reader();
        Ok(Self {
            tbs: tbs.raw,
            responder,
            singles,
            algorithm,
            signature,
            certificates,
        })
    }

    /// What it says of `certificate`.
    fn about(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
    ) -> Result<(Statement, Option<Vec<u8>>), AnswerDefect> {
        let mut other = String::new();
        let mut singles = self.singles.clone();
        while !singles.is_empty() {
            let mut fields = singles
                .take(SEQUENCE)
                .ok_or(malformed("SingleResponse"))?
                .reader();
            let id = fields.take(SEQUENCE).ok_or(malformed("certID"))?.reader();
            match identifies(id, certificate, issuer).ok_or(malformed("certID"))? {
                Match::This => return single(fields).ok_or(malformed("SingleResponse")),
                Match::Other(serial) => other = serial,
            }
        }
        Err(AnswerDefect::OtherCertificate { serial: other })
    }

    /// Whose signature it bears: the issuer's, or that of a delegate with a certificate from the issuer for this purpose.
    fn verify(&self, issuer: &Certificate, now: Timestamp) -> Result<Option<String>, AnswerDefect> {
        let by = |signer: &Certificate| {
            signature::verify_data(&signer.key, &self.algorithm, self.tbs, self.signature)
                .map_err(AnswerDefect::Signature)
        };
        if self.responder.is(issuer) {
            return by(issuer).map(|()| None);
        }
        for delegate in self.delegates() {
            if self.responder.is(&delegate) && may_sign(&delegate, issuer, now) {
                return by(&delegate).map(|()| Some(delegate.subject.text.clone()));
            }
        }
        let signer = match &self.responder {
            Responder::Name(name) => name.text.clone(),
            Responder::Key(hash) => crate::oid::hex(hash),
        };
        Err(AnswerDefect::WrongSigner { signer })
    }

    fn delegates(&self) -> impl Iterator<Item = Certificate> + use<'a> {
        let mut list = self.certificates.clone();
        let ders = std::iter::from_fn(move || list.as_mut()?.take(SEQUENCE));
        ders.take(MAX_DELEGATES)
            .filter_map(|der| Certificate::parse(der.raw).certificate)
    }
}

/// Whether `delegate` may sign answers for `issuer` at `now` (RFC 6960 section 4.2.2.2).
fn may_sign(delegate: &Certificate, issuer: &Certificate, now: Timestamp) -> bool {
    let purposes = delegate.extended_key_usage.as_ref();
    purposes.is_some_and(|purposes| purposes.iter().any(|purpose| *purpose == OCSP_SIGNING))
        && (delegate.not_before..=delegate.not_after).contains(&now)
        && delegate.issuer.matches(&issuer.subject)
        && signature::verify_certificate(delegate, issuer).is_ok()
}

impl Responder<'_> {
    fn is(&self, signer: &Certificate) -> bool {
        match self {
            Self::Name(name) => name.matches(&signer.subject),
            Self::Key(hash) => {
                digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, &signer.key.octets).as_ref() == *hash
            }
        }
    }
}

enum Match {
    This,
    /// Another serial number, in hexadecimal, or the same one of another issuer.
    Other(String),
}

/// Whether a CertID is `certificate`'s; `None` when it cannot be read.
fn identifies(
    mut id: Reader<'_>,
    certificate: &Certificate,
    issuer: &Certificate,
) -> Option<Match> {
    let mut algorithm = id.take(SEQUENCE)?.reader();
    let algorithm = Oid::from_der_value(algorithm.take(OBJECT_IDENTIFIER)?.content);
    let name = id.take(OCTET_STRING)?.content;
    let key = id.take(OCTET_STRING)?.content;
    let serial = id.take(INTEGER)?.content;
    let algorithm = match algorithm.as_str() {
        "1.3.14.3.2.26" => &digest::SHA1_FOR_LEGACY_USE_ONLY,
        "2.16.840.1.101.3.4.2.1" => &digest::SHA256,
        "2.16.840.1.101.3.4.2.2" => &digest::SHA384,
        "2.16.840.1.101.3.4.2.3" => &digest::SHA512,
        _ => return Some(Match::Other(crate::oid::hex(serial))),
    };
    let same = significant(serial) == significant(&certificate.serial)
        && digest(algorithm, &certificate.issuer.der).as_ref() == name
        && digest(algorithm, &issuer.key.octets).as_ref() == key;
    Some(if same {
        Match::This
    } else {
        Match::Other(crate::oid::hex(serial))
    })
}

/// What follows the CertID of a SingleResponse.
fn single(mut fields: Reader<'_>) -> Option<(Statement, Option<Vec<u8>>)> {
    const GOOD: u8 = 0x80;
    const REVOKED: u8 = 0xa1;
    const UNKNOWN: u8 = 0x82;
    let status = fields.any("certStatus").ok()?;
    let status = match status.tag {
        GOOD => Status::Good,
        UNKNOWN => Status::Unknown,
        REVOKED => {
            let mut info = status.reader();
            let at = time(&info.take(GENERALIZED_TIME)?)?;
            let reason = info
                .take(context(0))
                .and_then(|explicit| explicit.reader().take(ENUMERATED))
                .map(|reason| Reason::read(&reason));
            Status::Revoked { at, reason }
        }
        _ => return None,
    };
    let this_update = time(&fields.take(GENERALIZED_TIME)?)?;
    let next_update = match fields.take(context(0)) {
        Some(explicit) => Some(time(&explicit.reader().take(GENERALIZED_TIME)?)?),
        None => None,
    };
    let timestamps = fields.take(context(1)).and_then(|explicit| {
        let mut extensions = explicit.reader().take(SEQUENCE)?.reader();
        while let Some(extension) = extensions.take(SEQUENCE) {
            let mut parts = extension.reader();
            let oid = Oid::from_der_value(parts.take(OBJECT_IDENTIFIER)?.content);
            if oid == TIMESTAMPS {
                let value = parts.take(OCTET_STRING)?;
                return Some(value.reader().take(OCTET_STRING)?.content.to_vec());
            }
        }
        None
    });
    let statement = Statement {
        status,
        this_update,
        next_update,
    };
    Some((statement, timestamps))
}

impl Answer {
    /// Whether the answer counts at `now`, with `slack` granted on both sides.
    pub fn freshness(&self, now: Timestamp, slack: SignedDuration) -> Freshness {
        self.statement.freshness(now, slack)
    }
}
