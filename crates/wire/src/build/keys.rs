//! Key shares of our own: Diffie-Hellman (RFC 8446 section 4.2.8.2), ML-KEM (FIPS 203), and the
//! hybrids of both (draft-ietf-tls-ecdhe-mlkem).

use super::seed::Seed;
use ml_kem::{Decapsulate, DecapsulationKey, KeyExport, MlKem512, MlKem768, MlKem1024};
use report::NamedGroup;

/// The secrets behind the key shares of one hello. No format shows more of them than their groups.
#[derive(Clone, Default)]
pub struct KeyShares {
    held: Vec<(NamedGroup, Key)>,
    /// Whether shares only have their length, and no keys are made.
    lengths: bool,
}

/// Octets of a client's share, for the groups that we hold arithmetic for.
const LENGTHS: [(u16, usize); 10] = [
    (0x0017, 65),
    (0x0018, 97),
    (0x0019, 133),
    (0x001d, 32),
    (0x0200, 800),
    (0x0201, 1184),
    (0x0202, 1568),
    (0x11eb, 1249),
    (0x11ec, 1216),
    (0x11ed, 1665),
];

/// Why no shared secret came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShareError {
    /// The hello had no share for the group, or one that only looks like one.
    #[error("no key is held for group {0:?}")]
    NoKey(NamedGroup),
    /// The peer's share is no element of the group, or agrees on a constant.
    #[error("the peer's share is not one of group {0:?}")]
    BadShare(NamedGroup),
}

impl std::fmt::Debug for KeyShares {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let groups = self.held.iter().map(|(group, _)| group);
        f.debug_list().entries(groups).finish()
    }
}

impl KeyShares {
    /// Shares that only have their length.
    pub(super) fn of_lengths() -> Self {
        Self {
            lengths: true,
            ..Self::default()
        }
    }

    /// A share for `group`; octets of plausible length where we hold no arithmetic.
    pub(super) fn make(&mut self, group: NamedGroup, seed: &Seed) -> Vec<u8> {
        let own = LENGTHS.iter().find(|(own, _)| *own == group.0);
        if let Some((_, length)) = own.filter(|_| self.lengths) {
            return vec![0; *length];
        }
        let Some(key) = Key::new(group, seed) else {
            return imitation(group, seed);
        };
        let share = key.share();
        self.held.push((group, key));
        share
    }

    /// The shared secret with the peer's share, as the key schedule takes it: for a hybrid both
    /// secrets, in the order of the shares.
    ///
    /// # Errors
    ///
    /// When no key is held for the group, or the share is not of it.
    pub fn agree(&self, group: NamedGroup, peer: &[u8]) -> Result<Vec<u8>, ShareError> {
        let found = self.held.iter().find(|(held, _)| *held == group);
        let (_, key) = found.ok_or(ShareError::NoKey(group))?;
        key.agree(peer).ok_or(ShareError::BadShare(group))
    }
}

#[derive(Clone)]
enum Key {
    X25519(x25519_dalek::StaticSecret),
    P256(p256::SecretKey),
    P384(p384::SecretKey),
    P521(p521::SecretKey),
    MlKem512(Box<DecapsulationKey<MlKem512>>),
    MlKem768(Box<DecapsulationKey<MlKem768>>),
    MlKem1024(Box<DecapsulationKey<MlKem1024>>),
    /// Two keys whose shares and secrets are put one after the other.
    Hybrid(Box<[Self; 2]>),
}

impl Key {
    /// `None` for a group we hold no arithmetic for.
    fn new(group: NamedGroup, seed: &Seed) -> Option<Self> {
        let label = |part: &str| format!("key share {:04x} {part}", group.0);
        let x25519 = || Self::X25519(seed.octets::<32>(&label("x25519")).into());
        let kem = || seed.octets::<64>(&label("ml-kem")).into();
        let mlkem768 = || Self::MlKem768(Box::new(DecapsulationKey::from_seed(kem())));
        let mlkem1024 = || Self::MlKem1024(Box::new(DecapsulationKey::from_seed(kem())));
        // Random octets are a scalar but for a vanishing few; then the next ones are tried.
        let p256 = || {
            let octets = |n| seed.octets::<32>(&label(&format!("p256 {n}")));
            (0..TRIES)
                .find_map(|n| p256::SecretKey::from_slice(&octets(n)).ok())
                .map(Self::P256)
        };
        let p384 = || {
            let octets = |n| seed.octets::<48>(&label(&format!("p384 {n}")));
            (0..TRIES)
                .find_map(|n| p384::SecretKey::from_slice(&octets(n)).ok())
                .map(Self::P384)
        };
        let p521 = || {
            let octets = |n| below_2_521(seed.octets(&label(&format!("p521 {n}"))));
            (0..TRIES)
                .find_map(|n| p521::SecretKey::from_slice(&octets(n)).ok())
                .map(Self::P521)
        };
        let hybrid = |first, second| Some(Self::Hybrid(Box::new([first, second])));
        match group.0 {
            0x0017 => p256(),
            0x0018 => p384(),
            0x0019 => p521(),
            0x001d => Some(x25519()),
            0x0200 => Some(Self::MlKem512(Box::new(DecapsulationKey::from_seed(kem())))),
            0x0201 => Some(mlkem768()),
            0x0202 => Some(mlkem1024()),
            0x11eb => hybrid(p256()?, mlkem768()),
            0x11ec => hybrid(mlkem768(), x25519()),
            0x11ed => hybrid(p384()?, mlkem1024()),
            _ => None,
        }
    }

    fn share(&self) -> Vec<u8> {
        match self {
            Self::X25519(key) => x25519_dalek::PublicKey::from(key).to_bytes().to_vec(),
            Self::P256(key) => key.public_key().to_sec1_bytes().to_vec(),
            Self::P384(key) => key.public_key().to_sec1_bytes().to_vec(),
            Self::P521(key) => key.public_key().to_sec1_bytes().to_vec(),
            Self::MlKem512(key) => key.encapsulation_key().to_bytes().to_vec(),
            Self::MlKem768(key) => key.encapsulation_key().to_bytes().to_vec(),
            Self::MlKem1024(key) => key.encapsulation_key().to_bytes().to_vec(),
            Self::Hybrid(keys) => keys.iter().flat_map(Self::share).collect(),
        }
    }

    /// Octets of the peer's share.
    fn peer_length(&self) -> usize {
        match self {
            Self::X25519(_) => 32,
            Self::P256(_) => 65,
            Self::P384(_) => 97,
            Self::P521(_) => 133,
            Self::MlKem512(_) => 768,
            Self::MlKem768(_) => 1088,
            Self::MlKem1024(_) => 1568,
            Self::Hybrid(keys) => keys
                .iter()
                .map(Self::peer_length)
                .fold(0, usize::saturating_add),
        }
    }

    fn agree(&self, peer: &[u8]) -> Option<Vec<u8>> {
        if peer.len() != self.peer_length() {
            return None;
        }
        Some(match self {
            Self::X25519(key) => {
                let peer = <[u8; 32]>::try_from(peer).ok()?;
                let shared = key.diffie_hellman(&peer.into());
                // RFC 8446 section 7.4.2: an all-zero secret is refused.
                shared
                    .was_contributory()
                    .then(|| shared.to_bytes().to_vec())?
            }
            Self::P256(key) => {
                let peer = p256::PublicKey::from_sec1_bytes(peer).ok()?;
                let secret = p256::ecdh::diffie_hellman(key.to_nonzero_scalar(), peer.as_affine());
                secret.raw_secret_bytes().to_vec()
            }
            Self::P384(key) => {
                let peer = p384::PublicKey::from_sec1_bytes(peer).ok()?;
                let secret = p384::ecdh::diffie_hellman(key.to_nonzero_scalar(), peer.as_affine());
                secret.raw_secret_bytes().to_vec()
            }
            Self::P521(key) => {
                let peer = p521::PublicKey::from_sec1_bytes(peer).ok()?;
                let secret = p521::ecdh::diffie_hellman(key.to_nonzero_scalar(), peer.as_affine());
                secret.raw_secret_bytes().to_vec()
            }
            Self::MlKem512(key) => key.decapsulate_slice(peer).ok()?.to_vec(),
            Self::MlKem768(key) => key.decapsulate_slice(peer).ok()?.to_vec(),
            Self::MlKem1024(key) => key.decapsulate_slice(peer).ok()?.to_vec(),
            Self::Hybrid(keys) => {
                let [first, second] = keys.as_ref();
                let (one, other) = peer.split_at_checked(first.peer_length())?;
                [first.agree(one)?, second.agree(other)?].concat()
            }
        })
    }
}

const TRIES: u32 = 8;

fn below_2_521(mut octets: [u8; 66]) -> [u8; 66] {
    if let Some(first) = octets.first_mut() {
        *first &= 1;
    }
    octets
}

/// Random octets that look like a share: of its length, and beginning like an uncompressed point
/// where the group's shares do.
fn imitation(group: NamedGroup, seed: &Seed) -> Vec<u8> {
    const UNCOMPRESSED: u8 = 4;
    let (length, point) = match group.0 {
        0x0001..=0x0003 => (43, true),
        0x0004..=0x0005 => (51, true),
        0x0006..=0x0008 => (61, true),
        0x0009..=0x000a => (73, true),
        0x000b..=0x000c => (105, true),
        0x000d..=0x000e => (145, true),
        0x000f..=0x0011 => (41, true),
        0x0012..=0x0013 => (49, true),
        0x0014..=0x0015 => (57, true),
        0x0016 | 0x001a | 0x001f | 0x0029 => (65, true),
        0x001b | 0x0020 => (97, true),
        0x001c | 0x0021 => (129, true),
        0x001e => (56, false),
        0x0022..=0x0025 => (64, false),
        0x0026..=0x0028 => (128, false),
        0x0100 => (256, false),
        0x0101 => (384, false),
        0x0102 => (512, false),
        0x0103 => (768, false),
        0x0104 => (1024, false),
        0x11ee | 0x639a => (1249, true),
        0x6399 | 0xfe31 => (1216, false),
        0xfe30 => (832, false),
        _ => (32, false),
    };
    let mut share = seed.many(&format!("key share {:04x} imitation", group.0), length);
    if let Some(first) = share.first_mut().filter(|_| point) {
        *first = UNCOMPRESSED;
    }
    share
}

#[cfg(test)]
mod tests {
    use super::{Key, KeyShares, LENGTHS, NamedGroup, Seed, ShareError, imitation};
    use crate::registry;
    use ml_kem::{EncapsulationKey, MlKem768, TryKeyInit};

    const OURS: [u16; 10] = [
        0x17, 0x18, 0x19, 0x1d, 0x200, 0x201, 0x202, 0x11eb, 0x11ec, 0x11ed,
    ];

    #[test]
    fn both_ends_of_a_diffie_hellman_agree() {
        let (one, other) = (Seed::new(&[1; 32]), Seed::new(&[2; 32]));
        for group in [0x17, 0x18, 0x19, 0x1d].map(NamedGroup) {
            let (mut ours, mut theirs) = (KeyShares::default(), KeyShares::default());
            let (share, answer) = (ours.make(group, &one), theirs.make(group, &other));
            let secret = ours.agree(group, &answer).expect("a share of the group");
            assert_eq!(theirs.agree(group, &share), Ok(secret));
        }
    }

    #[test]
    fn a_hybrid_is_its_two_halves() {
        let seed = Seed::new(&[3; 32]);
        let Some(Key::Hybrid(halves)) = Key::new(NamedGroup(0x11ec), &seed) else {
            panic!("X25519MLKEM768 is a hybrid")
        };
        let peer = x25519_dalek::StaticSecret::from([5; 32]);
        let key = halves[0].share();
        let key = EncapsulationKey::<MlKem768>::new_from_slice(&key).expect("our own key");
        let (ciphertext, inner) = key.encapsulate_deterministic(&[8; 32].into());
        let answer = [
            ciphertext.to_vec(),
            x25519_dalek::PublicKey::from(&peer).to_bytes().to_vec(),
        ]
        .concat();
        let mut keys = KeyShares::default();
        let share = keys.make(NamedGroup(0x11ec), &seed);
        let ours = <[u8; 32]>::try_from(&share[1184..]).expect("32 octets of X25519");
        let outer = peer.diffie_hellman(&ours.into());
        let expected = [inner.to_vec(), outer.to_bytes().to_vec()].concat();
        assert_eq!(keys.agree(NamedGroup(0x11ec), &answer), Ok(expected));
    }

    #[test]
    fn shares_have_the_length_of_their_group() {
        let seed = Seed::new(&[4; 32]);
        for (group, length) in LENGTHS {
            let made = KeyShares::default().make(NamedGroup(group), &seed);
            let measured = KeyShares::of_lengths().make(NamedGroup(group), &seed);
            assert_eq!((made.len(), measured.len()), (length, length));
        }
        for group in registry::groups().filter(|group| !OURS.contains(&group.0)) {
            assert!(imitation(group, &seed).len() >= 32, "{group:?}");
        }
    }

    #[test]
    fn wrong_shares_are_refused() {
        let mut keys = KeyShares::default();
        for group in OURS.map(NamedGroup) {
            let length = keys.make(group, &Seed::new(&[6; 32])).len();
            for wrong in [vec![], vec![0; 5], vec![4; length - 1], vec![0; length + 1]] {
                assert_eq!(keys.agree(group, &wrong), Err(ShareError::BadShare(group)));
            }
        }
        for group in [0x17, 0x18, 0x19, 0x1d].map(NamedGroup) {
            let share = KeyShares::default().make(group, &Seed::new(&[6; 32]));
            let off_curve = vec![0; share.len()];
            assert_eq!(
                keys.agree(group, &off_curve),
                Err(ShareError::BadShare(group))
            );
        }
        let absent = NamedGroup(0x1e);
        assert_eq!(keys.agree(absent, &[0; 56]), Err(ShareError::NoKey(absent)));
    }

    #[test]
    fn no_format_shows_a_key() {
        let seed = Seed::new(&[7; 32]);
        let mut keys = KeyShares::default();
        for group in OURS.map(NamedGroup) {
            keys.make(group, &seed);
        }
        let groups: Vec<_> = OURS
            .map(|group| format!("{:?}", NamedGroup(group)))
            .to_vec();
        assert_eq!(format!("{keys:?}"), format!("[{}]", groups.join(", ")));
    }
}
