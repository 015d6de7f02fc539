//! Keys whose private half is public or easy to find.

use crate::certificate::Contents;
use crate::key::RsaNumbers;

/// `spki_sha256,name,source` for each key that everybody knows.
const KNOWN: &str = include_str!("../../../data/keys/known.csv");

/// Trial division ends here.
const MAX_FACTOR: u64 = 65_536;

/// Why a key is worth nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WeakKey {
    /// The private key was published.
    Known {
        /// What the key is called.
        name: &'static str,
        /// Who published it.
        source: &'static str,
    },
    /// The modulus has the structure of those that a library of Infineon's made (CVE-2017-15361), which can be factored.
    Roca,
    /// The modulus has a small factor.
    SmallFactor {
        /// The factor.
        factor: u64,
    },
    /// The public exponent is even or 1, so that nothing is encrypted or signed (RFC 8017 section 3.1).
    BadExponent,
}

/// Whether the private key of `certificate` is public or easy to find.
pub fn judge(certificate: &Contents) -> Option<WeakKey> {
    if let Some(known) = known(&certificate.spki_sha256) {
        return Some(known);
    }
    let RsaNumbers { modulus, exponent } = certificate.key.rsa()?;
    if modulus.is_empty() {
        return None;
    }
    // Nobody uses a key of that size, and every division is over all of it.
    if modulus.len() > MAX_MODULUS {
        return None;
    }
    if exponent == [1] || exponent.last().is_none_or(|last| last & 1 == 0) {
        return Some(WeakKey::BadExponent);
    }
    if let Some(factor) = small_factor(modulus) {
        return Some(WeakKey::SmallFactor { factor });
    }
    is_roca(modulus).then_some(WeakKey::Roca)
}

/// Octets of a modulus that is looked into: 16,384 bits, the most that any client verifies with.
const MAX_MODULUS: usize = 2048 + 1;

fn known(spki_sha256: &str) -> Option<WeakKey> {
    KNOWN.lines().skip(1).find_map(|line| {
        let (fingerprint, rest) = line.split_once(',')?;
        let (name, source) = rest.split_once(',')?;
        (fingerprint == spki_sha256).then_some(WeakKey::Known { name, source })
    })
}

fn small_factor(modulus: &[u8]) -> Option<u64> {
    // A composite divisor is found after its own factors, so the candidates need not be prime.
    std::iter::once(2)
        .chain((3..MAX_FACTOR).step_by(2))
        .find(|factor| remainder(modulus, *factor) == 0)
}

/// Nemec and others, "The Return of Coppersmith's Attack" (CCS 2017), section 2: both primes are powers of 65537 modulo
/// every small prime, and so is their product. Of other moduli about one in 2^27 is.
fn is_roca(modulus: &[u8]) -> bool {
    const GENERATOR: u64 = 65_537;
    const PRIMES: [u64; 38] = [
        3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89,
        97, 101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
    ];
    PRIMES.iter().all(|prime| {
        let wanted = remainder(modulus, *prime);
        let next = |power: &u64| power.wrapping_mul(GENERATOR).checked_rem(*prime);
        std::iter::successors(Some(1), next)
            .take(usize::try_from(*prime).unwrap_or_default())
            .any(|power| power == wanted)
    })
}

/// The remainder of a big-endian number by a divisor below 2^32; 0 when the divisor is 0.
fn remainder(number: &[u8], divisor: u64) -> u64 {
    number.iter().fold(0, |rest, octet| {
        ((rest << 8) | u64::from(*octet))
            .checked_rem(divisor)
            .unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use super::{is_roca, known, remainder, small_factor};
    use crate::certificate::Certificate;
    use crate::der::{Reader, SEQUENCE};
    use crate::key::KeyInfo;

    /// An infected modulus of the test data of badkeys (MIT).
    const ROCA: &[u8] = include_bytes!("../testdata/roca.spki");

    #[test]
    fn an_infected_modulus_is_told_from_those_of_public_roots() {
        let spki = Reader::new(ROCA, 0).take(SEQUENCE).unwrap();
        let key = KeyInfo::read(&spki).unwrap();
        assert!(is_roca(key.rsa().unwrap().modulus));
        let mut healthy = 0;
        for der in crate::anchor::mozilla() {
            let root = Certificate::parse(der).certificate.unwrap();
            assert_eq!(super::judge(&root), None, "{}", root.subject.text);
            healthy += 1;
        }
        assert!(healthy > 100);
    }

    #[test]
    fn factors_and_fingerprints() {
        assert_eq!(remainder(&[1, 0, 0], 65_535), 1);
        assert_eq!(small_factor(&[0x0b, 0xb8]), Some(2));
        assert_eq!(small_factor(&(251_u32 * 65_537).to_be_bytes()), Some(251));
        assert!(known(&"0".repeat(64)).is_none());
        let fingerprint = super::KNOWN
            .lines()
            .nth(1)
            .unwrap()
            .split(',')
            .next()
            .unwrap();
        assert!(known(fingerprint).is_some());
    }
}
