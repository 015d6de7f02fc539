//! Signatures with a server's key, of every age of TLS.

use super::Identity;
use super::key::{SHA1_PREFIX, private};
use crate::stage::{KeyType, SignedWith};
use aws_lc_rs::digest;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, ECDSA_P521_SHA512_ASN1_SIGNING,
    EcdsaKeyPair, Ed25519KeyPair, RSA_PKCS1_SHA256, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RsaEncoding,
    RsaKeyPair,
};
use md5::{Digest, Md5};
use report::{ProtocolVersion, SignatureScheme};
use rsa::{Pkcs1v15Sign, PrivateKey};

const RSA_PKCS1: SignatureScheme = SignatureScheme(0x0401);
const RSA_PKCS1_SHA512_SCHEME: SignatureScheme = SignatureScheme(0x0601);
const RSA_PKCS1_SHA1: SignatureScheme = SignatureScheme(0x0201);
const RSA_PSS: SignatureScheme = SignatureScheme(0x0804);
const ECDSA_P256: SignatureScheme = SignatureScheme(0x0403);
const ECDSA_P384: SignatureScheme = SignatureScheme(0x0503);
const ECDSA_P521: SignatureScheme = SignatureScheme(0x0603);
const ED25519: SignatureScheme = SignatureScheme(0x0807);
/// DigestInfo before a SHA-256 (RFC 8017 section 9.2 note 1).
pub(super) const SHA256_PREFIX: &[u8] =
    b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20";

/// Why a flight could not be signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The key does not parse.
    #[error("key of the lab cannot be read: {0}")]
    Key(String),
    /// The signature library refused.
    #[error("signature cannot be made")]
    Sign,
    /// No key could be made for a key exchange.
    #[error("key exchange of the lab cannot be made")]
    Agreement,
    /// The key cannot sign that way.
    #[error("a key of the lab cannot sign with {0:?}")]
    Scheme(SignatureScheme),
    /// The key cannot sign a certificate that way.
    #[error("a key of the lab cannot sign a certificate {0:?}")]
    Certificate(SignedWith),
}

/// A private key that signs.
pub(crate) enum Signer {
    /// RSA: in the library, and in one that still knows MD5, SHA-1 and short keys.
    Rsa(Box<(Option<RsaKeyPair>, PrivateKey)>),
    /// ECDSA and its scheme.
    Ecdsa(Box<EcdsaKeyPair>, SignatureScheme),
    /// Ed25519.
    Ed25519(Box<Ed25519KeyPair>),
}

impl Signer {
    /// With the key of `identity`.
    ///
    /// # Errors
    ///
    /// When the key is not of that kind.
    pub(crate) fn new(identity: &Identity, key: KeyType) -> Result<Self, SignError> {
        let pkcs8 = &identity.key.pkcs8;
        let ecdsa = |algorithm, scheme| {
            let key = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8);
            key.map(|key| Self::Ecdsa(Box::new(key), scheme))
                .map_err(|error| SignError::Key(error.to_string()))
        };
        match key {
            KeyType::P256 | KeyType::PublishedP256 => {
                ecdsa(&ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256)
            }
            KeyType::P384 | KeyType::PublishedP384 => {
                ecdsa(&ECDSA_P384_SHA384_ASN1_SIGNING, ECDSA_P384)
            }
            KeyType::P521 => ecdsa(&ECDSA_P521_SHA512_ASN1_SIGNING, ECDSA_P521),
            KeyType::Ed25519 => Ed25519KeyPair::from_pkcs8(pkcs8)
                .map(|key| Self::Ed25519(Box::new(key)))
                .map_err(|error| SignError::Key(error.to_string())),
            KeyType::Rsa1024 => Ok(Self::Rsa(Box::new((None, private(pkcs8)?)))),
            KeyType::Rsa2048 | KeyType::Rsa4096 | KeyType::Rsa8192 | KeyType::PublishedRsa2048 => {
                let new = RsaKeyPair::from_pkcs8(pkcs8)
                    .map_err(|error| SignError::Key(error.to_string()))?;
                Ok(Self::Rsa(Box::new((Some(new), private(pkcs8)?))))
            }
        }
    }

    /// The word for the key in the registered names of cipher suites.
    pub(crate) fn authentication(&self) -> &'static str {
        match self {
            Self::Rsa(_) => "RSA",
            Self::Ecdsa(..) | Self::Ed25519(_) => "ECDSA",
        }
    }

    /// The scheme for `version` among those offered; `None` when none will do. Before TLS 1.2 there is no choice, and the
    /// inner `None` stands for it.
    pub(crate) fn scheme(
        &self,
        version: ProtocolVersion,
        offered: &[SignatureScheme],
    ) -> Option<Option<SignatureScheme>> {
        if version < ProtocolVersion::TLS1_2 {
            return matches!(self, Self::Rsa(_)).then_some(None);
        }
        let candidates: &[SignatureScheme] = match self {
            Self::Rsa(_) if version == ProtocolVersion::TLS1_2 => &[RSA_PKCS1, RSA_PSS],
            Self::Rsa(_) => &[RSA_PSS],
            Self::Ecdsa(_, scheme) => &[*scheme],
            Self::Ed25519(_) => &[ED25519],
        };
        candidates
            .iter()
            .find(|scheme| offered.contains(scheme))
            .map(|scheme| Some(*scheme))
    }

    /// The signature of `message`; without a scheme that of MD5 and SHA-1 together (RFC 2246 section 7.4.3).
    ///
    /// # Errors
    ///
    /// When the key cannot.
    pub(crate) fn sign(
        &self,
        scheme: Option<SignatureScheme>,
        message: &[u8],
    ) -> Result<Vec<u8>, SignError> {
        let random = SystemRandom::new();
        match (self, scheme) {
            (Self::Ecdsa(key, own), Some(scheme)) if *own == scheme => {
                let signature = key.sign(&random, message).map_err(|_| SignError::Sign)?;
                Ok(signature.as_ref().to_vec())
            }
            (Self::Rsa(keys), Some(scheme)) => {
                let encoding: &'static dyn RsaEncoding = match scheme {
                    RSA_PKCS1 => &RSA_PKCS1_SHA256,
                    RSA_PKCS1_SHA512_SCHEME => &RSA_PKCS1_SHA512,
                    RSA_PSS => &RSA_PSS_SHA256,
                    RSA_PKCS1_SHA1 => return sha1(&keys.1, message),
                    _ => return Err(SignError::Scheme(scheme)),
                };
                let Some(key) = &keys.0 else {
                    return short(&keys.1, scheme, message);
                };
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(encoding, &random, message, &mut signature)
                    .map_err(|_| SignError::Sign)?;
                Ok(signature)
            }
            (Self::Rsa(keys), None) => {
                let sha1 = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, message);
                let hash = [&Md5::digest(message)[..], sha1.as_ref()].concat();
                keys.1
                    .sign(Pkcs1v15Sign::new_unprefixed(), &hash)
                    .map_err(|_| SignError::Sign)
            }
            (Self::Ed25519(key), Some(ED25519)) => Ok(key.sign(message).as_ref().to_vec()),
            (Self::Ecdsa(..) | Self::Ed25519(_), scheme) => {
                Err(SignError::Scheme(scheme.unwrap_or(SignatureScheme(0x0203))))
            }
        }
    }
}

/// PKCS #1 with SHA-1, which the library no longer makes.
fn sha1(key: &PrivateKey, message: &[u8]) -> Result<Vec<u8>, SignError> {
    let hash = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, message);
    let padding = Pkcs1v15Sign {
        hash_len: Some(hash.as_ref().len()),
        prefix: SHA1_PREFIX.into(),
    };
    key.sign(padding, hash.as_ref())
        .map_err(|_| SignError::Sign)
}

/// PKCS #1 with SHA-256 by a key that the library holds too short.
fn short(key: &PrivateKey, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, SignError> {
    if scheme != RSA_PKCS1 {
        return Err(SignError::Scheme(scheme));
    }
    let hash = digest::digest(&digest::SHA256, message);
    let padding = Pkcs1v15Sign {
        hash_len: Some(hash.as_ref().len()),
        prefix: SHA256_PREFIX.into(),
    };
    key.sign(padding, hash.as_ref())
        .map_err(|_| SignError::Sign)
}
