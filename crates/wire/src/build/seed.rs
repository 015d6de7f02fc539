//! Everything random of a hello, expanded from 32 octets.

use hkdf::Hkdf;
use report::GREASE;
use sha2::Sha256;

/// Where a GREASE value stands; values at one place are equal, at another they may differ (RFC 8701 section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    CipherSuite,
    Group,
    Version,
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
        let first: [u8; 1] = self.octets(match place {
            Place::CipherSuite => "grease cipher suite",
            Place::Group => "grease group",
            Place::Version => "grease version",
            Place::Extension(_) => "grease extension",
        });
        let step = if let Place::Extension(number) = place {
            number
        } else {
            0
        };
        let nibble =
            (usize::from(first.first().copied().unwrap_or_default()).wrapping_add(step)) & 0x0f;
        u16::try_from(nibble)
            .unwrap_or_default()
            .wrapping_mul(0x1010)
            | (GREASE & 0x0f0f)
    }
}
