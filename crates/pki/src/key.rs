//! Public keys (RFC 5280 section 4.1.2.7).

use crate::der::{BIT_STRING, Element, INTEGER, OBJECT_IDENTIFIER, Reader, SEQUENCE};
use crate::oid::{Oid, RSASSA_PSS};

/// The family of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyKind {
    /// RSA, for any padding.
    Rsa,
    /// RSA that may only sign with PSS.
    RsaPss,
    /// An elliptic curve over NIST P-256.
    P256,
    /// NIST P-384.
    P384,
    /// NIST P-521.
    P521,
    /// Another named or explicit curve.
    OtherCurve,
    /// Ed25519.
    Ed25519,
    /// Ed448.
    Ed448,
    /// DSA.
    Dsa,
    /// ML-DSA of any size (FIPS 204).
    MlDsa,
    /// Anything else, or unreadable.
    Other,
}

/// A subject's public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyInfo {
    /// Its family.
    pub kind: KeyKind,
    /// Length of the modulus, or of the field, in bits; 0 where it has none or cannot be read.
    pub bits: u32,
    /// Such as `RSA 2048`, `EC P-256`, `Ed25519`.
    pub text: String,
    /// The algorithm's identifier.
    pub algorithm: Oid,
    /// The contents of `subjectPublicKey`.
    pub octets: Vec<u8>,
}

/// An RSA public key's numbers, big-endian without leading zeros.
pub(crate) struct RsaNumbers<'a> {
    pub(crate) modulus: &'a [u8],
    pub(crate) exponent: &'a [u8],
}

impl KeyInfo {
    /// From the contents of `SubjectPublicKeyInfo`; `None` where it has not this structure.
    pub(crate) fn read(spki: &Element<'_>) -> Option<Self> {
        let mut fields = spki.reader();
        let mut identifier = fields.take(SEQUENCE)?.reader();
        let algorithm = Oid::from_der_value(identifier.take(OBJECT_IDENTIFIER)?.content);
        let curve = identifier
            .take(OBJECT_IDENTIFIER)
            .map(|curve| Oid::from_der_value(curve.content));
        let octets = fields.take(BIT_STRING)?.content.get(1..)?.to_vec();
        let (kind, bits, text) = match algorithm.as_str() {
            "1.2.840.113549.1.1.1" => {
                let bits = modulus_bits(&octets);
                (KeyKind::Rsa, bits, format!("RSA {bits}"))
            }
            RSASSA_PSS => {
                let bits = modulus_bits(&octets);
                (KeyKind::RsaPss, bits, format!("RSA-PSS {bits}"))
            }
            "1.2.840.10045.2.1" => elliptic(curve.as_ref()),
            "1.2.840.10040.4.1" => {
                let bits = identifier
                    .take(SEQUENCE)
                    .and_then(|domain| domain.reader().take(INTEGER))
                    .map_or(0, |prime| bits(prime.content));
                (KeyKind::Dsa, bits, format!("DSA {bits}"))
            }
            "1.3.101.112" => (KeyKind::Ed25519, 255, "Ed25519".to_owned()),
            "1.3.101.113" => (KeyKind::Ed448, 448, "Ed448".to_owned()),
            "2.16.840.1.101.3.4.3.17" => (KeyKind::MlDsa, 0, "ML-DSA-44".to_owned()),
            "2.16.840.1.101.3.4.3.18" => (KeyKind::MlDsa, 0, "ML-DSA-65".to_owned()),
            "2.16.840.1.101.3.4.3.19" => (KeyKind::MlDsa, 0, "ML-DSA-87".to_owned()),
            other => (KeyKind::Other, 0, other.to_owned()),
        };
        Some(Self {
            kind,
            bits,
            text,
            algorithm,
            octets,
        })
    }

    /// What stands for a key that cannot be read.
    pub(crate) fn unreadable() -> Self {
        Self {
            kind: KeyKind::Other,
            bits: 0,
            text: "unreadable".to_owned(),
            algorithm: Oid::from_der_value(&[]),
            octets: Vec::new(),
        }
    }

    /// Modulus and exponent of an RSA key.
    pub(crate) fn rsa(&self) -> Option<RsaNumbers<'_>> {
        matches!(self.kind, KeyKind::Rsa | KeyKind::RsaPss)
            .then(|| rsa_numbers(&self.octets))
            .flatten()
    }
}

fn elliptic(curve: Option<&Oid>) -> (KeyKind, u32, String) {
    let (kind, bits, name) = match curve.map(Oid::as_str) {
        Some("1.2.840.10045.3.1.7") => (KeyKind::P256, 256, "P-256"),
        Some("1.3.132.0.34") => (KeyKind::P384, 384, "P-384"),
        Some("1.3.132.0.35") => (KeyKind::P521, 521, "P-521"),
        Some("1.3.132.0.33") => (KeyKind::OtherCurve, 224, "P-224"),
        Some("1.2.840.10045.3.1.1") => (KeyKind::OtherCurve, 192, "P-192"),
        Some("1.3.132.0.10") => (KeyKind::OtherCurve, 256, "secp256k1"),
        Some("1.3.36.3.3.2.8.1.1.7") => (KeyKind::OtherCurve, 256, "brainpoolP256r1"),
        Some("1.3.36.3.3.2.8.1.1.11") => (KeyKind::OtherCurve, 384, "brainpoolP384r1"),
        Some("1.3.36.3.3.2.8.1.1.13") => (KeyKind::OtherCurve, 512, "brainpoolP512r1"),
        Some(other) => (KeyKind::OtherCurve, 0, other),
        None => (KeyKind::OtherCurve, 0, "explicit parameters"),
    };
    (kind, bits, format!("EC {name}"))
}

fn modulus_bits(octets: &[u8]) -> u32 {
    rsa_numbers(octets).map_or(0, |numbers| bits(numbers.modulus))
}

/// `RSAPublicKey` (RFC 8017 section A.1.1).
fn rsa_numbers(octets: &[u8]) -> Option<RsaNumbers<'_>> {
    let mut fields = Reader::new(octets, 0).take(SEQUENCE)?.reader();
    let modulus = trimmed(fields.take(INTEGER)?.content);
    let exponent = trimmed(fields.take(INTEGER)?.content);
    Some(RsaNumbers { modulus, exponent })
}

fn trimmed(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|octet| **octet == 0).count();
    number.get(zeros..).unwrap_or_default()
}

fn bits(number: &[u8]) -> u32 {
    let number = trimmed(number);
    let whole = u32::try_from(number.len())
        .unwrap_or(u32::MAX)
        .saturating_mul(8);
    let unused = number.first().map_or(0, |first| first.leading_zeros());
    whole.saturating_sub(unused)
}
