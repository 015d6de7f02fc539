//! Everything random of a hello, expanded from 32 octets.

use crate::registry::is_grease;
use hkdf::Hkdf;
use report::GREASE;
use sha2::Sha256;

/// Where a GREASE value stands; values at one place are equal, at another they may differ (RFC 8701
/// section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    CipherSuite,
    /// A group, and the key share for it.
    Group,
    Version,
    SignatureScheme,
    /// The extension that has so many GREASE extensions before it: no two have the same value.
    Extension(usize),
}

/// The source of a hello's random octets.
pub(super) struct Seed(Hkdf<Sha256>);

impl Seed {
    pub(super) fn new(seed: &[u8; 32]) -> Self {
        Self(Hkdf::new(Some(b"tlsmedic client hello"), seed))
    }

    /// `N` octets for one use.
    pub(super) fn octets<const N: usize>(&self, purpose: &str) -> [u8; N] {
        let mut out = [0; N];
        self.fill(purpose, &mut out);
        out
    }

    /// Any number of octets for one use.
    pub(super) fn many(&self, purpose: &str, count: usize) -> Vec<u8> {
        const BLOCK: usize = 4096;
        let mut out = vec![0; count];
        for (number, block) in out.chunks_mut(BLOCK).enumerate() {
            self.fill(&format!("{purpose} {number}"), block);
        }
        out
    }

    fn fill(&self, purpose: &str, out: &mut [u8]) {
        // Only lengths over 255 blocks of the hash fail; no caller asks for one.
        if self.0.expand(purpose.as_bytes(), out).is_err() {
            out.fill(0);
        }
    }

    /// `code`, or a GREASE value where it is the placeholder.
    pub(super) fn grease(&self, code: u16, place: Place) -> u16 {
        if code != GREASE {
            return code;
        }
        let (purpose, step) = match place {
            Place::CipherSuite => ("grease cipher suite", 0),
            Place::Group => ("grease group", 0),
            Place::Version => ("grease version", 0),
            Place::SignatureScheme => ("grease signature scheme", 0),
            Place::Extension(before) => ("grease extension", before),
        };
        let [first] = self.octets::<1>(purpose);
        let nibble = u16::from(first).wrapping_add(u16::try_from(step).unwrap_or_default()) & 0x0f;
        let value = nibble.wrapping_mul(0x1010) | GREASE;
        debug_assert!(is_grease(value));
        value
    }
}
