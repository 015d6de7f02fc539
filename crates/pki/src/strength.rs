//! How strong a certificate's signature is.

use crate::certificate::Certificate;
use crate::der::{OBJECT_IDENTIFIER, Reader, SEQUENCE, context};
use crate::oid::{Oid, RSASSA_PSS};

/// A hash with which nobody should sign any more (RFC 9155).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WeakHash {
    /// MD2 or MD5.
    Md5,
    /// SHA-1.
    Sha1,
}

/// The weak hash with which `certificate` was signed, if it is one. What a trust anchor is signed with does not count:
/// nobody looks at it.
pub fn weak_hash(certificate: &Certificate) -> Option<WeakHash> {
    let algorithm = &certificate.signature_algorithm;
    match algorithm.oid.as_str() {
        "1.2.840.113549.1.1.2" | "1.2.840.113549.1.1.4" => Some(WeakHash::Md5),
        "1.2.840.113549.1.1.5" | "1.3.14.3.2.29" | "1.2.840.10045.4.1" | "1.2.840.10040.4.3" => {
            Some(WeakHash::Sha1)
        }
        RSASSA_PSS => pss_hash(&algorithm.parameters).map_or(Some(WeakHash::Sha1), |hash| {
            (hash == "1.3.14.3.2.26").then_some(WeakHash::Sha1)
        }),
        _ => None,
    }
}

/// The hash of `RSASSA-PSS-params` (RFC 4055 section 3.1); `None` is its default, SHA-1.
fn pss_hash(parameters: &[u8]) -> Option<Oid> {
    let mut fields = Reader::new(parameters, 0).take(SEQUENCE)?.reader();
    let mut identifier = fields.take(context(0))?.reader().take(SEQUENCE)?.reader();
    Some(Oid::from_der_value(
        identifier.take(OBJECT_IDENTIFIER)?.content,
    ))
}
