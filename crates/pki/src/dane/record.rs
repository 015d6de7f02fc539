use crate::certificate::Certificate;
use sha2::{Digest as _, Sha256, Sha512};
use std::fmt;

/// Octets of a record shown to people.
const SHOWN: usize = 64;

/// The data of a TLSA record (RFC 6698 section 2.1):
///
/// ```text
/// usage (1) | selector (1) | matching type (1) | association data (the rest)
/// ```
///
/// Its `Display` is the presentation format of RFC 6698 section 2.2, long data cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsaRecord {
    /// What must match: 0 PKIX-TA, 1 PKIX-EE, 2 DANE-TA, 3 DANE-EE (RFC 7218).
    pub usage: u8,
    /// Which part of it: 0 the certificate, 1 the SubjectPublicKeyInfo.
    pub selector: u8,
    /// In which form: 0 whole, 1 SHA-256, 2 SHA-512.
    pub matching: u8,
    /// The form itself.
    pub association: Vec<u8>,
}

/// Why a record can match nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsaDefect {
    /// The usage is none of 0 to 3.
    Usage(u8),
    /// The selector is neither 0 nor 1.
    Selector(u8),
    /// The matching type is none of 0 to 2.
    Matching(u8),
    /// The digest is not as long as its algorithm makes it.
    Length {
        /// Octets of such a digest.
        expected: usize,
        /// Octets in the record.
        found: usize,
    },
    /// There is nothing to match.
    Empty,
}

impl TlsaRecord {
    /// Reads the data of a record; `None` when it is too short for its three numbers.
    pub fn parse(data: &[u8]) -> Option<Self> {
        let ([usage, selector, matching], association) = data.split_first_chunk::<3>()?;
        Some(Self {
            usage: *usage,
            selector: *selector,
            matching: *matching,
            association: association.to_vec(),
        })
    }

    /// What makes it unusable, whatever is served.
    pub fn defect(&self) -> Option<TlsaDefect> {
        if self.usage > 3 {
            return Some(TlsaDefect::Usage(self.usage));
        }
        if self.selector > 1 {
            return Some(TlsaDefect::Selector(self.selector));
        }
        let expected = match self.matching {
            0 if self.association.is_empty() => return Some(TlsaDefect::Empty),
            0 => return None,
            1 => Sha256::output_size(),
            2 => Sha512::output_size(),
            other => return Some(TlsaDefect::Matching(other)),
        };
        let found = self.association.len();
        (found != expected).then_some(TlsaDefect::Length { expected, found })
    }

    /// The record with the same three numbers that `certificate` would match; `None` where the numbers mean nothing.
    pub fn of(&self, certificate: &Certificate) -> Option<Self> {
        let part = match self.selector {
            0 => certificate.der.as_slice(),
            1 => certificate.spki.as_slice(),
            _ => return None,
        };
        let association = match self.matching {
            0 => part.to_vec(),
            1 => Sha256::digest(part).to_vec(),
            2 => Sha512::digest(part).to_vec(),
            _ => return None,
        };
        Some(Self {
            association,
            ..self.clone()
        })
    }

    /// Whether it is about `certificate`.
    pub fn matches(&self, certificate: &Certificate) -> bool {
        self.of(certificate).is_some_and(|own| own == *self)
    }
}

impl fmt::Display for TlsaRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {} ", self.usage, self.selector, self.matching)?;
        for octet in self.association.iter().take(SHOWN) {
            write!(f, "{octet:02x}")?;
        }
        if self.association.len() > SHOWN {
            f.write_str("…")?;
        }
        Ok(())
    }
}

impl fmt::Display for TlsaDefect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(number) => write!(f, "usage {number}"),
            Self::Selector(number) => write!(f, "selector {number}"),
            Self::Matching(number) => write!(f, "matching type {number}"),
            Self::Length { expected, found } => write!(f, "{found} ≠ {expected} octets"),
            Self::Empty => f.write_str("0 octets"),
        }
    }
}
