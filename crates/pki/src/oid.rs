//! Object identifiers and the names of signature algorithms.

use crate::der::{OBJECT_IDENTIFIER, Reader};
use std::fmt;

/// An object identifier in dotted form, such as `2.5.29.17`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Oid(String);

/// Identifiers longer than this are shown in hexadecimal: no real one is.
const MAX_OID: usize = 64;

impl Oid {
    /// From the octets of its DER value (X.690 section 8.19). What is not an identifier is kept as `#` and hexadecimal.
    pub fn from_der_value(octets: &[u8]) -> Self {
        Self(dotted(octets).unwrap_or_else(|| {
            let shown = octets.get(..MAX_OID).unwrap_or(octets);
            format!("#{}", hex(shown))
        }))
    }

    /// Its dotted form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl PartialEq<str> for Oid {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for Oid {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

fn dotted(octets: &[u8]) -> Option<String> {
    if octets.is_empty() || octets.len() > MAX_OID {
        return None;
    }
    let mut arcs: Vec<u64> = Vec::new();
    let mut arc = 0_u64;
    let mut open = false;
    for octet in octets {
        arc = arc.checked_mul(128)?.checked_add(u64::from(octet & 0x7f))?;
        open = octet & 0x80 != 0;
        if !open {
            arcs.push(arc);
            arc = 0;
        }
    }
    if open {
        return None;
    }
    let (first, rest) = arcs.split_first()?;
    let root = (*first / 40).min(2);
    let second = first.checked_sub(root.checked_mul(40)?)?;
    let mut text = format!("{root}.{second}");
    for arc in rest {
        text.push_str(&format!(".{arc}"));
    }
    Some(text)
}

/// An `AlgorithmIdentifier` (RFC 5280 section 4.1.1.2) of a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureAlgorithm {
    /// Its identifier.
    pub oid: Oid,
    /// Its usual name, such as `ecdsa-with-SHA256`; the identifier where it has none.
    pub text: String,
    /// DER of its parameters; empty when there are none.
    pub parameters: Vec<u8>,
}

impl SignatureAlgorithm {
    /// From the contents of an `AlgorithmIdentifier`.
    pub(crate) fn read(mut reader: Reader<'_>) -> Option<Self> {
        let oid = Oid::from_der_value(reader.take(OBJECT_IDENTIFIER)?.content);
        let parameters = reader
            .any("parameters")
            .map(|element| element.raw.to_vec())
            .unwrap_or_default();
        let text = signature_name(oid.as_str())
            .unwrap_or(oid.as_str())
            .to_owned();
        Some(Self {
            oid,
            text,
            parameters,
        })
    }

    /// What stands for an algorithm that cannot be read.
    pub(crate) fn unreadable() -> Self {
        Self {
            oid: Oid(String::new()),
            text: "unreadable".to_owned(),
            parameters: Vec::new(),
        }
    }
}

pub(crate) const RSASSA_PSS: &str = "1.2.840.113549.1.1.10";

fn signature_name(oid: &str) -> Option<&'static str> {
    Some(match oid {
        "1.2.840.113549.1.1.2" => "md2WithRSAEncryption",
        "1.2.840.113549.1.1.4" => "md5WithRSAEncryption",
        "1.2.840.113549.1.1.5" => "sha1WithRSAEncryption",
        "1.2.840.113549.1.1.14" => "sha224WithRSAEncryption",
        "1.2.840.113549.1.1.11" => "sha256WithRSAEncryption",
        "1.2.840.113549.1.1.12" => "sha384WithRSAEncryption",
        "1.2.840.113549.1.1.13" => "sha512WithRSAEncryption",
        RSASSA_PSS => "rsassaPss",
        "1.2.840.10045.4.1" => "ecdsa-with-SHA1",
        "1.2.840.10045.4.3.1" => "ecdsa-with-SHA224",
        "1.2.840.10045.4.3.2" => "ecdsa-with-SHA256",
        "1.2.840.10045.4.3.3" => "ecdsa-with-SHA384",
        "1.2.840.10045.4.3.4" => "ecdsa-with-SHA512",
        "1.2.840.10040.4.3" => "dsa-with-SHA1",
        "2.16.840.1.101.3.4.3.1" => "dsa-with-SHA224",
        "2.16.840.1.101.3.4.3.2" => "dsa-with-SHA256",
        "1.3.101.112" => "Ed25519",
        "1.3.101.113" => "Ed448",
        "2.16.840.1.101.3.4.3.17" => "ML-DSA-44",
        "2.16.840.1.101.3.4.3.18" => "ML-DSA-65",
        "2.16.840.1.101.3.4.3.19" => "ML-DSA-87",
        _ => return None,
    })
}

/// Lower-case hexadecimal.
pub(crate) fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::Oid;

    #[test]
    fn dotted_forms() {
        let cases: [(&[u8], &str); 7] = [
            (&[0x55, 0x1d, 0x11], "2.5.29.17"),
            (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d], "1.2.840.113549"),
            (&[0x09, 0x92, 0x26], "0.9.2342"),
            (&[0x88, 0x37, 0x03], "2.999.3"),
            (&[], "#"),
            (&[0x55, 0x9d], "#559d"),
            (
                &[
                    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f,
                ],
                "#ffffffffffffffffffff7f",
            ),
        ];
        for (octets, text) in cases {
            assert_eq!(Oid::from_der_value(octets).as_str(), text);
        }
    }
}
