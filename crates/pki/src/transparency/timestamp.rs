//! `SignedCertificateTimestamp` (RFC 6962 section 3.2).

use crate::certificate::Certificate;
use crate::der::{OCTET_STRING, Reader, SEQUENCE, context, element};
use crate::key::KeyInfo;
use crate::oid::Oid;
use crate::signature::{self, SignatureDefect};
use jiff::Timestamp;
use report::SignatureScheme;
use sha2::{Digest as _, Sha256};

const TIMESTAMPS: &str = "1.3.6.1.4.1.11129.2.4.2";
const POISON: &str = "1.3.6.1.4.1.11129.2.4.3";
/// Timestamps beyond this are not read: certificates carry two to five.
const MAX_TIMESTAMPS: usize = 32;

/// Why a timestamp does not count.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimestampDefect {
    /// It, or the list it stands in, cannot be read.
    #[error("timestamp unreadable at {field}")]
    Malformed {
        /// What was being read.
        field: &'static str,
    },
    /// Nobody here knows its log.
    #[error("unknown log {id}")]
    UnknownLog {
        /// The log's identifier, in hexadecimal.
        id: String,
    },
    /// The log did not sign it for this certificate.
    #[error("timestamp: {0}")]
    Signature(SignatureDefect),
}

/// One timestamp as it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedTimestamp {
    /// The log's identifier.
    pub log: [u8; 32],
    /// When the log says to have seen the certificate.
    pub at: Timestamp,
    milliseconds: [u8; 8],
    extensions: Vec<u8>,
    scheme: SignatureScheme,
    signature: Vec<u8>,
}

const fn malformed(field: &'static str) -> TimestampDefect {
    TimestampDefect::Malformed { field }
}

/// The timestamps in a certificate; `None` when it carries none.
pub fn embedded(
    certificate: &Certificate,
) -> Option<Result<Vec<SignedTimestamp>, TimestampDefect>> {
    let value = &certificate.extension(TIMESTAMPS)?.value;
    let octets = Reader::new(value, 0).take(OCTET_STRING);
    Some(match octets {
        Some(octets) => list(octets.content),
        None => Err(malformed("extension")),
    })
}

/// The timestamps of a `SignedCertificateTimestampList` (RFC 6962 section 3.3).
///
/// # Errors
///
/// When one of them cannot be read.
pub fn list(octets: &[u8]) -> Result<Vec<SignedTimestamp>, TimestampDefect> {
    let (whole, []) = vector(octets).ok_or(malformed("list"))? else {
        return Err(malformed("list"));
    };
    let mut rest = whole;
    let mut timestamps = Vec::new();
    while !rest.is_empty() && timestamps.len() < MAX_TIMESTAMPS {
        let (timestamp, after) = vector(rest).ok_or(malformed("list"))?;
        timestamps.push(SignedTimestamp::read(timestamp)?);
        rest = after;
    }
    Ok(timestamps)
}

/// What two octets of length announce, and what follows.
fn vector(octets: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = octets.split_first_chunk::<2>()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
}

impl SignedTimestamp {
    /// From its octets.
    ///
    /// # Errors
    ///
    /// [`TimestampDefect::Malformed`].
    pub fn read(octets: &[u8]) -> Result<Self, TimestampDefect> {
        const V1: u8 = 0;
        let (version, rest) = octets.split_first().ok_or(malformed("version"))?;
        if *version != V1 {
            return Err(malformed("version"));
        }
        let (log, rest) = rest.split_first_chunk::<32>().ok_or(malformed("log"))?;
        let (milliseconds, rest) = rest
            .split_first_chunk::<8>()
            .ok_or(malformed("timestamp"))?;
        let at = i64::try_from(u64::from_be_bytes(*milliseconds))
            .ok()
            .and_then(|milliseconds| Timestamp::from_millisecond(milliseconds).ok())
            .ok_or(malformed("timestamp"))?;
        let (extensions, rest) = vector(rest).ok_or(malformed("extensions"))?;
        let (scheme, rest) = rest
            .split_first_chunk::<2>()
            .ok_or(malformed("algorithm"))?;
        let Some((signature, [])) = vector(rest) else {
            return Err(malformed("signature"));
        };
        Ok(Self {
            log: *log,
            at,
            milliseconds: *milliseconds,
            extensions: extensions.to_vec(),
            // SignatureAndHashAlgorithm of TLS 1.2, as in its handshake.
            scheme: SignatureScheme(u16::from_be_bytes(*scheme)),
            signature: signature.to_vec(),
        })
    }

    /// Whether the log with `key` signed it for `certificate`, whose issuer is `issuer`; as a precertificate where it
    /// stands in the certificate itself.
    ///
    /// # Errors
    ///
    /// [`TimestampDefect::Signature`], or [`TimestampDefect::Malformed`] when the certificate cannot be taken apart.
    pub fn verify(
        &self,
        key: &KeyInfo,
        certificate: &Certificate,
        issuer: &Certificate,
        precertificate: bool,
    ) -> Result<(), TimestampDefect> {
        let entry = if precertificate {
            let tbs = without_timestamps(&certificate.tbs).ok_or(malformed("tbsCertificate"))?;
            let issuer = Sha256::digest(&issuer.spki);
            [&[0, 1], &issuer[..], &prefixed(&tbs)].concat()
        } else {
            [&[0, 0], &prefixed(&certificate.der)[..]].concat()
        };
        // `digitally-signed` of RFC 6962 section 3.2: version, certificate_timestamp, time, entry, extensions.
        let extensions = u16::try_from(self.extensions.len()).unwrap_or(u16::MAX);
        let message = [
            &[0, 0],
            &self.milliseconds[..],
            &entry,
            &extensions.to_be_bytes(),
            &self.extensions,
        ]
        .concat();
        signature::verify_scheme(key, self.scheme, &message, &self.signature)
            .map_err(TimestampDefect::Signature)
    }
}

/// With its length in three octets before it.
fn prefixed(octets: &[u8]) -> Vec<u8> {
    let length = u32::try_from(octets.len())
        .unwrap_or(u32::MAX)
        .to_be_bytes();
    let [_, length @ ..] = length;
    [&length[..], octets].concat()
}

/// `TBSCertificate` as the log saw it: without the timestamps, and without the extension that marks a precertificate.
fn without_timestamps(tbs: &[u8]) -> Option<Vec<u8>> {
    let mut fields = Reader::new(tbs, 0).take(SEQUENCE)?.reader();
    let mut content = Vec::new();
    while !fields.is_empty() {
        let field = fields.any("field").ok()?;
        if field.tag != context(3) {
            content.extend_from_slice(field.raw);
            continue;
        }
        let mut extensions = field.reader().take(SEQUENCE)?.reader();
        let mut kept = Vec::new();
        while !extensions.is_empty() {
            let extension = extensions.take(SEQUENCE)?;
            let oid = extension.reader().any("extnID").ok()?;
            let oid = Oid::from_der_value(oid.content);
            if oid != TIMESTAMPS && oid != POISON {
                kept.extend_from_slice(extension.raw);
            }
        }
        content.extend(element(context(3), &element(SEQUENCE, &kept)));
    }
    Some(element(SEQUENCE, &content))
}
