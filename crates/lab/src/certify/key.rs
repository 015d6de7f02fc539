//! Keys, and the signatures of certificates with them.

use super::der;
use super::signer::{SHA256_PREFIX, SignError};
use crate::stage::{KeyType, SignedWith};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::{SystemRandom, fill};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    self, ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING,
    ECDSA_P521_SHA512_ASN1_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair,
    KeyPair as _, RSA_PSS_SHA256, RsaKeyPair,
};
use aws_lc_rs::{digest, error::Unspecified};
use md5::{Digest, Md5};
use rsa::pkcs8::{DecodePrivateKey, EncodePublicKey};
use rsa::{Pkcs1v15Sign, PrivateKey};

/// Keys that take too long to make, or that the library does not make any more. They are no secret.
const RSA_1024: &[u8] = include_bytes!("../../keys/rsa1024.pk8");
const RSA_8192: &[u8] = include_bytes!("../../keys/rsa8192.pk8");
/// Keys of RFC 9500, which everybody has.
const PUBLISHED_P256: &[u8] = include_bytes!("../../keys/rfc9500-p256.pk8");
const PUBLISHED_P384: &[u8] = include_bytes!("../../keys/rfc9500-p384.pk8");
const PUBLISHED_RSA_2048: &[u8] = include_bytes!("../../keys/rfc9500-rsa2048.pk8");

const EC_PUBLIC_KEY: &[u64] = &[1, 2, 840, 10045, 2, 1];
const ED25519: &[u64] = &[1, 3, 101, 112];
const NULL: &[u8] = &[5, 0];

/// DigestInfo before the hash itself (RFC 8017 section 9.2 note 1).
pub(super) const SHA1_PREFIX: &[u8] =
    b"\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14";
const MD5_PREFIX: &[u8] =
    b"\x30\x20\x30\x0c\x06\x08\x2a\x86\x48\x86\xf7\x0d\x02\x05\x05\x00\x04\x10";

/// A private key.
#[derive(Clone)]
pub(crate) struct Key {
    pub(crate) kind: KeyType,
    /// PKCS #8.
    pub(crate) pkcs8: Vec<u8>,
    /// SubjectPublicKeyInfo.
    pub(crate) public: Vec<u8>,
}

impl Key {
    /// A new one.
    ///
    /// # Errors
    ///
    /// When the library makes none.
    pub(crate) fn new(kind: KeyType) -> Result<Self, SignError> {
        match kind {
            KeyType::P256 | KeyType::PublishedP256 => elliptic(
                kind,
                &ECDSA_P256_SHA256_ASN1_SIGNING,
                &[1, 2, 840, 10045, 3, 1, 7],
            ),
            KeyType::P384 | KeyType::PublishedP384 => {
                elliptic(kind, &ECDSA_P384_SHA384_ASN1_SIGNING, &[1, 3, 132, 0, 34])
            }
            KeyType::P521 => elliptic(kind, &ECDSA_P521_SHA512_ASN1_SIGNING, &[1, 3, 132, 0, 35]),
            KeyType::Ed25519 => {
                let random = SystemRandom::new();
                let pkcs8 = Ed25519KeyPair::generate_pkcs8(&random)?.as_ref().to_vec();
                let pair = Ed25519KeyPair::from_pkcs8(&pkcs8).map_err(unreadable)?;
                let public = der::sequence(&[
                    &der::sequence(&[&der::oid(ED25519)]),
                    &der::bits(pair.public_key().as_ref()),
                ]);
                Ok(Self {
                    kind,
                    pkcs8,
                    public,
                })
            }
            KeyType::Rsa1024 => rsa(kind, RSA_1024.to_vec()),
            KeyType::Rsa8192 => rsa(kind, RSA_8192.to_vec()),
            KeyType::PublishedRsa2048 => rsa(kind, PUBLISHED_RSA_2048.to_vec()),
            KeyType::Rsa2048 => rsa(kind, generate_rsa(KeySize::Rsa2048)?),
            KeyType::Rsa4096 => rsa(kind, generate_rsa(KeySize::Rsa4096)?),
        }
    }

    /// The AlgorithmIdentifier of what [`sign`](Self::sign) makes.
    ///
    /// # Errors
    ///
    /// When the key cannot sign so.
    pub(crate) fn algorithm(&self, with: SignedWith) -> Result<Vec<u8>, SignError> {
        const RSA: [u64; 6] = [1, 2, 840, 113_549, 1, 1];
        const ECDSA: [u64; 6] = [1, 2, 840, 10045, 4, 3];
        let rsa = |last| der::sequence(&[&der::oid(&[&RSA[..], &[last]].concat()), NULL]);
        let ecdsa = |last| der::sequence(&[&der::oid(&[&ECDSA[..], &[last]].concat())]);
        Ok(match (self.is_rsa(), with) {
            (true, SignedWith::Usual | SignedWith::Garbage) => rsa(11),
            (true, SignedWith::Sha1) => rsa(5),
            (true, SignedWith::Md5) => rsa(4),
            (true, SignedWith::Pss) => {
                der::sequence(&[&der::oid(&[&RSA[..], &[10]].concat()), &pss()])
            }
            (false, SignedWith::Usual | SignedWith::Garbage) => match self.kind {
                KeyType::P384 | KeyType::PublishedP384 => ecdsa(3),
                KeyType::P521 => ecdsa(4),
                KeyType::Ed25519 => der::sequence(&[&der::oid(ED25519)]),
                _ => ecdsa(2),
            },
            (false, with) => return Err(SignError::Certificate(with)),
        })
    }

    /// The signature of `message`.
    ///
    /// # Errors
    ///
    /// When the key cannot sign so.
    pub(crate) fn sign(&self, with: SignedWith, message: &[u8]) -> Result<Vec<u8>, SignError> {
        if with == SignedWith::Garbage {
            let mut signature = self.sign(SignedWith::Usual, message)?;
            if let Some(last) = signature.last_mut() {
                *last ^= 1;
            }
            return Ok(signature);
        }
        let random = SystemRandom::new();
        let ecdsa = |algorithm: &'static EcdsaSigningAlgorithm| {
            let key = EcdsaKeyPair::from_pkcs8(algorithm, &self.pkcs8).map_err(unreadable)?;
            Ok(key.sign(&random, message)?.as_ref().to_vec())
        };
        match self.kind {
            KeyType::P256 | KeyType::PublishedP256 => ecdsa(&ECDSA_P256_SHA256_ASN1_SIGNING),
            KeyType::P384 | KeyType::PublishedP384 => ecdsa(&ECDSA_P384_SHA384_ASN1_SIGNING),
            KeyType::P521 => ecdsa(&ECDSA_P521_SHA512_ASN1_SIGNING),
            KeyType::Ed25519 => {
                let key = Ed25519KeyPair::from_pkcs8(&self.pkcs8).map_err(unreadable)?;
                Ok(key.sign(message).as_ref().to_vec())
            }
            KeyType::Rsa1024
            | KeyType::Rsa2048
            | KeyType::Rsa4096
            | KeyType::Rsa8192
            | KeyType::PublishedRsa2048 => {
                if with == SignedWith::Pss {
                    let key = RsaKeyPair::from_pkcs8(&self.pkcs8).map_err(unreadable)?;
                    let mut signature = vec![0; key.public_modulus_len()];
                    key.sign(&RSA_PSS_SHA256, &random, message, &mut signature)?;
                    return Ok(signature);
                }
                let (prefix, hash) = match with {
                    SignedWith::Md5 => (MD5_PREFIX, Md5::digest(message).to_vec()),
                    SignedWith::Sha1 => (
                        SHA1_PREFIX,
                        hash(&digest::SHA1_FOR_LEGACY_USE_ONLY, message),
                    ),
                    _ => (SHA256_PREFIX, hash(&digest::SHA256, message)),
                };
                let scheme = Pkcs1v15Sign {
                    hash_len: Some(hash.len()),
                    prefix: prefix.into(),
                };
                private(&self.pkcs8)?
                    .sign(scheme, &hash)
                    .map_err(|_| SignError::Sign)
            }
        }
    }

    fn is_rsa(&self) -> bool {
        self.kind.is_rsa()
    }
}

/// Octets nobody can foresee, for a serial number.
///
/// # Errors
///
/// When the system has none.
pub(crate) fn serial() -> Result<[u8; 16], SignError> {
    let mut octets = [0; 16];
    fill(&mut octets)?;
    // Positive, and of full length.
    octets[0] = octets[0] & 0x3f | 0x40;
    Ok(octets)
}

/// The subject key identifier of RFC 7093 section 2, method 1: the first 160 bits of the key's SHA-256.
pub(crate) fn key_id(public: &[u8]) -> Vec<u8> {
    hash(&digest::SHA256, public)[..20].to_vec()
}

fn hash(algorithm: &'static digest::Algorithm, message: &[u8]) -> Vec<u8> {
    digest::digest(algorithm, message).as_ref().to_vec()
}

fn elliptic(
    kind: KeyType,
    algorithm: &'static EcdsaSigningAlgorithm,
    curve: &[u64],
) -> Result<Key, SignError> {
    let pkcs8 = match kind {
        KeyType::PublishedP256 => PUBLISHED_P256.to_vec(),
        KeyType::PublishedP384 => PUBLISHED_P384.to_vec(),
        _ => EcdsaKeyPair::generate_pkcs8(algorithm, &SystemRandom::new())?
            .as_ref()
            .to_vec(),
    };
    let pair = EcdsaKeyPair::from_pkcs8(algorithm, &pkcs8).map_err(unreadable)?;
    let public = der::sequence(&[
        &der::sequence(&[&der::oid(EC_PUBLIC_KEY), &der::oid(curve)]),
        &der::bits(pair.public_key().as_ref()),
    ]);
    Ok(Key {
        kind,
        pkcs8,
        public,
    })
}

fn generate_rsa(size: KeySize) -> Result<Vec<u8>, SignError> {
    let key = signature::RsaKeyPair::generate(size)?;
    let pkcs8: Pkcs8V1Der<'_> = key.as_der()?;
    Ok(pkcs8.as_ref().to_vec())
}

fn rsa(kind: KeyType, pkcs8: Vec<u8>) -> Result<Key, SignError> {
    let public = private(&pkcs8)?
        .as_public_key()
        .to_public_key_der()
        .map_err(unreadable)?
        .into_vec();
    Ok(Key {
        kind,
        pkcs8,
        public,
    })
}

/// The key in the library that still knows MD5, SHA-1 and short keys.
pub(super) fn private(pkcs8: &[u8]) -> Result<PrivateKey, SignError> {
    PrivateKey::from_pkcs8_der(pkcs8).map_err(unreadable)
}

fn unreadable(error: impl std::fmt::Display) -> SignError {
    SignError::Key(error.to_string())
}

/// RSASSA-PSS-params with SHA-256 throughout and a salt as long (RFC 4055 section 3.1).
fn pss() -> Vec<u8> {
    const SHA256: &[u64] = &[2, 16, 840, 1, 101, 3, 4, 2, 1];
    const MGF1: &[u64] = &[1, 2, 840, 113_549, 1, 1, 8];
    let sha256 = der::sequence(&[&der::oid(SHA256), NULL]);
    let mask = der::sequence(&[&der::oid(MGF1), &sha256]);
    der::sequence(&[
        &der::element(0xa0, &sha256),
        &der::element(0xa1, &mask),
        &der::element(0xa2, &der::unsigned(&[32])),
    ])
}

impl From<Unspecified> for SignError {
    fn from(_: Unspecified) -> Self {
        Self::Sign
    }
}
