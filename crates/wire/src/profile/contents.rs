//! What a client makes of what stands in a certificate.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Which contents of a chain's certificates a client refuses. What is not listed it takes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContentRules {
    /// What it refuses, each with the documentation or source file that says so, or the run that showed it.
    pub refuses: BTreeMap<ContentFault, String>,
    /// The longest Certificate message it reads, in octets of its body.
    pub max_message: u32,
    /// The most certificates it reads in one chain; `None` where it does not count them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_certificates: Option<u32>,
    /// The documentation or source file that says how much it reads.
    pub max_source: String,
}

/// Something in a certificate that not every client minds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ContentFault {
    /// Signed with MD5 or MD2 below the trust anchor.
    Md5,
    /// Signed with SHA-1 below the trust anchor.
    Sha1,
    /// Signed with Ed25519 or Ed448.
    EdwardsSignature,
    /// A publicly trusted certificate valid for more than 398 days, or what was the limit at its issue.
    LongValidity,
    /// A negative serial number.
    NegativeSerial,
    /// A date without seconds.
    TimeWithoutSeconds,
    /// A date with an offset from UTC or a fraction of a second.
    TimeNotPlain,
    /// A BOOLEAN that is true and not 0xff.
    LooseBoolean,
    /// An extension that stands twice.
    DuplicateExtension,
    /// Extensions in a certificate of version 1 or 2.
    ExtensionsBeforeVersion3,
    /// One signature algorithm outside, another inside.
    AlgorithmsDiffer,
    /// A name in subjectAltName that is not what its kind demands.
    BadAlternativeName,
    /// No authorityKeyIdentifier, though it is not self-signed (RFC 5280 section 4.2.1.1).
    NoAuthorityKeyId,
    /// A CA's without subjectKeyIdentifier (section 4.2.1.2).
    NoSubjectKeyId,
    /// A CA's without keyUsage (section 4.2.1.3).
    NoKeyUsage,
    /// keyCertSign in a certificate that is no CA's (section 4.2.1.3).
    SigningButNoCa,
    /// A subjectAltName without a name, or not critical where the subject is empty (section 4.2.1.6).
    AlternativeNames,
    /// A CA's with basicConstraints that are not critical (section 4.2.1.9).
    BasicConstraintsNotCritical,
    /// A path length in a certificate that is no CA's (section 4.2.1.9).
    PathLengthButNoCa,
}
