//! Key shares of our own (RFC 8446 section 4.2.8, RFC 9180-style hybrids of draft-ietf-tls-ecdhe-mlkem).

use super::seed::Seed;
use ml_kem::{Decapsulate, KeyExport, MlKem768, Seed as KemSeed};
use report::NamedGroup;

const SECP256R1: NamedGroup = NamedGroup(0x0017);
const SECP384R1: NamedGroup = NamedGroup(0x0018);
const SECP521R1: NamedGroup = NamedGroup(0x0019);
const X25519: NamedGroup = NamedGroup(0x001d);
const X25519_MLKEM768: NamedGroup = NamedGroup(0x11ec);
/// Octets of an ML-KEM-768 ciphertext (FIPS 203 section 8).
const CIPHERTEXT: usize = 1088;

/// The secrets behind the key shares of one hello.
#[derive(Clone, Default)]
pub struct KeyShares {
    held: Vec<(NamedGroup, Key)>,
}

#[derive(Clone)]
enum Key {
    X25519(x25519_dalek::StaticSecret),
    P256(p256::SecretKey),
    P384(p384::SecretKey),
    P521(p521::SecretKey),
    Hybrid(
        Box<ml_kem::DecapsulationKey<MlKem768>>,
        x25519_dalek::StaticSecret,
    ),
}

/// Why no shared secret came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShareError {
    /// The hello had no share for the group, or one that only looks like one.
    #[error("no key is held for group {0:?}")]
    NoKey(NamedGroup),
    /// The peer's share is no element of the group.
    #[error("the peer's share is not one of group {0:?}")]
    BadShare(NamedGroup),
}

impl std::fmt::Debug for KeyShares {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list()
            .entries(self.held.iter().map(|(group, _)| group))
            .finish()
    }
}

impl KeyShares {
    /// A share for `group`; random octets of plausible length where we hold no arithmetic.
    pub(super) fn make(&mut self, group: NamedGroup, seed: &Seed) -> Vec<u8> {
        let label = format!("key share {}", group.0);
        let x25519 =
            || x25519_dalek::StaticSecret::from(seed.octets::<32>(&format!("{label} x25519")));
        let public = |secret: &x25519_dalek::StaticSecret| {
            x25519_dalek::PublicKey::from(secret).to_bytes().to_vec()
        };
        let (share, key) = match group {
            X25519 => {
                let secret = x25519();
                (public(&secret), Some(Key::X25519(secret)))
            }
            SECP256R1 => match scalar(|number| {
                p256::SecretKey::from_slice(&seed.octets::<32>(&format!("{label} {number}"))).ok()
            }) {
                Some(secret) => (
                    secret.public_key().to_sec1_bytes().to_vec(),
                    Some(Key::P256(secret)),
                ),
                None => (seed.many(&label, plausible(group)), None),
            },
            SECP384R1 => match scalar(|number| {
                p384::SecretKey::from_slice(&seed.octets::<48>(&format!("{label} {number}"))).ok()
            }) {
                Some(secret) => (
                    secret.public_key().to_sec1_bytes().to_vec(),
                    Some(Key::P384(secret)),
                ),
                None => (seed.many(&label, plausible(group)), None),
            },
            SECP521R1 => match scalar(|number| {
                p521::SecretKey::from_slice(&below_2_521(
                    seed.octets::<66>(&format!("{label} {number}")),
                ))
                .ok()
            }) {
                Some(secret) => (
                    secret.public_key().to_sec1_bytes().to_vec(),
                    Some(Key::P521(secret)),
                ),
                None => (seed.many(&label, plausible(group)), None),
            },
            X25519_MLKEM768 => {
                let kem = ml_kem::DecapsulationKey::<MlKem768>::from_seed(KemSeed::from(
                    seed.octets::<64>(&format!("{label} kem")),
                ));
                let secret = x25519();
                let share = [kem.encapsulation_key().to_bytes().to_vec(), public(&secret)].concat();
                (share, Some(Key::Hybrid(Box::new(kem), secret)))
            }
            _ => (seed.many(&label, plausible(group)), None),
        };
        self.held.extend(key.map(|key| (group, key)));
        share
    }

    /// The shared secret with the peer's share, as the key schedule takes it.
    ///
    /// # Errors
    ///
    /// When no key is held for the group, or the share is not of it.
    pub fn agree(&self, group: NamedGroup, peer: &[u8]) -> Result<Vec<u8>, ShareError> {
        let bad = || ShareError::BadShare(group);
        let (_, key) = self
            .held
            .iter()
            .find(|(held, _)| *held == group)
            .ok_or(ShareError::NoKey(group))?;
        match key {
            Key::X25519(secret) => x25519(secret, peer).ok_or_else(bad),
            Key::P256(secret) => {
                let peer = p256::PublicKey::from_sec1_bytes(peer).map_err(|_| bad())?;
                Ok(
                    p256::ecdh::diffie_hellman(secret.to_nonzero_scalar(), peer.as_affine())
                        .raw_secret_bytes()
                        .to_vec(),
                )
            }
            Key::P384(secret) => {
                let peer = p384::PublicKey::from_sec1_bytes(peer).map_err(|_| bad())?;
                Ok(
                    p384::ecdh::diffie_hellman(secret.to_nonzero_scalar(), peer.as_affine())
                        .raw_secret_bytes()
                        .to_vec(),
                )
            }
            Key::P521(secret) => {
                let peer = p521::PublicKey::from_sec1_bytes(peer).map_err(|_| bad())?;
                Ok(
                    p521::ecdh::diffie_hellman(secret.to_nonzero_scalar(), peer.as_affine())
                        .raw_secret_bytes()
                        .to_vec(),
                )
            }
            Key::Hybrid(kem, secret) => {
                let (ciphertext, share) = peer.split_at_checked(CIPHERTEXT).ok_or_else(bad)?;
                let inner = kem.decapsulate_slice(ciphertext).map_err(|_| bad())?;
                Ok([inner.to_vec(), x25519(secret, share).ok_or_else(bad)?].concat())
            }
        }
    }
}

fn x25519(secret: &x25519_dalek::StaticSecret, peer: &[u8]) -> Option<Vec<u8>> {
    let peer: [u8; 32] = peer.try_into().ok()?;
    let shared = secret.diffie_hellman(&x25519_dalek::PublicKey::from(peer));
    shared
        .was_contributory()
        .then(|| shared.to_bytes().to_vec())
}

/// Random octets are a valid scalar but for a vanishing few; then the next ones are tried.
fn scalar<T>(make: impl Fn(u32) -> Option<T>) -> Option<T> {
    const TRIES: u32 = 8;
    (0..TRIES).find_map(make)
}

fn below_2_521(mut octets: [u8; 66]) -> [u8; 66] {
    if let Some(first) = octets.first_mut() {
        *first &= 1;
    }
    octets
}

fn plausible(group: NamedGroup) -> usize {
    match group.0 {
        0x0017 | 0x001a | 0x001f | 0x0029 => 65,
        0x0018 | 0x001b | 0x0020 => 97,
        0x0019 => 133,
        0x001c | 0x0021 => 129,
        0x001e => 56,
        0x0100 => 256,
        0x0101 => 384,
        0x0102 => 512,
        0x0103 => 768,
        0x0104 => 1024,
        0x0200 => 800,
        0x0201 => 1184,
        0x0202 => 1568,
        0x11eb => 1249,
        0x11ed => 1665,
        _ => 32,
    }
}
