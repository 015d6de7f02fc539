//! Signatures of certificates and of TLS handshakes.
//!
//! aws-lc-rs verifies; what it refuses for its weakness and servers still send (keys under 2048 bits or over 8192,
//! MD5, MD5 and SHA-1 together) is verified by the `rsa` crate, because an old signature that holds is another fact
//! than one that does not.

use crate::certificate::Certificate;
use crate::der::{INTEGER, Reader, SEQUENCE, context};
use crate::key::{KeyInfo, KeyKind};
use crate::oid::{Oid, RSASSA_PSS, SignatureAlgorithm};
use aws_lc_rs::digest as hashes;
use aws_lc_rs::signature::{
    self as aws, EcdsaVerificationAlgorithm, RsaParameters, UnparsedPublicKey,
    VerificationAlgorithm,
};
use report::SignatureScheme;
use rsa::pss::Pss;
use rsa::{BoxedUint, Pkcs1v15Sign, PublicKey};

/// Why a signature does not count.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureDefect {
    /// Nobody here can verify it, so nothing is known about it.
    #[error("signature algorithm {algorithm} with key {key} cannot be verified")]
    Unsupported {
        /// The algorithm's name or number.
        algorithm: String,
        /// The key, such as `DSA 1024`.
        key: String,
    },
    /// The algorithm does not go with the key.
    #[error("signature algorithm {algorithm} does not go with key {key}")]
    WrongKey {
        /// The algorithm's name or number.
        algorithm: String,
        /// The key, such as `EC P-256`.
        key: String,
    },
    /// The key did not make it over these octets.
    #[error("signature does not verify with key {key}")]
    Invalid {
        /// The key, such as `EC P-256`.
        key: String,
    },
}

/// The scheme value for RSA over MD5 and SHA-1 together, which servers sign with before TLS 1.2 (RFC 4346 section
/// 7.4.3). No such value is registered; it is of the range for private use.
pub const RSA_MD5_SHA1: SignatureScheme = SignatureScheme(0xff01);

/// RSA keys longer than this are not tried: one check would take too long.
const MAX_RSA_BITS: usize = 16_384;
/// RSA keys shorter than this are not tried.
const MIN_RSA_BITS: usize = 512;

/// Whether `issuer`'s key made the signature of `child`. Names and dates do not count here.
///
/// # Errors
///
/// Says whether the signature is wrong or beyond us.
pub fn verify_certificate(
    child: &Certificate,
    issuer: &Certificate,
) -> Result<(), SignatureDefect> {
    verify_data(
        &issuer.key,
        &child.signature_algorithm,
        &child.tbs,
        &child.signature,
    )
}

/// Whether `key` made `signature` over `message` by `algorithm`, as in revocation lists and OCSP answers.
///
/// # Errors
///
/// Says whether the signature is wrong or beyond us.
pub fn verify_data(
    key: &KeyInfo,
    algorithm: &SignatureAlgorithm,
    message: &[u8],
    signature: &[u8],
) -> Result<(), SignatureDefect> {
    check(key, algorithm).verify(message, signature)
}

/// As [`verify_data`], of the message's digest alone.
///
/// # Errors
///
/// Says whether the signature is wrong or beyond us; that it is when the algorithm hashes no digest.
pub fn verify_digest(
    key: &KeyInfo,
    algorithm: &SignatureAlgorithm,
    digest: &[u8],
    signature: &[u8],
) -> Result<(), SignatureDefect> {
    check(key, algorithm).verify_digest(digest, signature)
}

/// The digest that `algorithm` signs; `None` where it signs the message itself, or is beyond us.
pub fn digest(algorithm: &SignatureAlgorithm, message: &[u8]) -> Option<Vec<u8>> {
    match form(algorithm) {
        Form::Pkcs1(hash) | Form::Pss { hash, .. } | Form::Ecdsa(hash) => Some(hash.of(message)),
        Form::Ed25519 | Form::MlDsa | Form::Beyond => None,
    }
}

fn check<'a>(key: &'a KeyInfo, algorithm: &'a SignatureAlgorithm) -> Check<'a> {
    Check {
        form: form(algorithm),
        algorithm: &algorithm.text,
        key,
    }
}

fn form(algorithm: &SignatureAlgorithm) -> Form {
    if algorithm.oid == RSASSA_PSS {
        pss_parameters(&algorithm.parameters)
    } else {
        certificate_form(&algorithm.oid)
    }
}

/// Whether `leaf`'s key made `signature` over `message` by `scheme` (RFC 8446 section 4.2.3, RFC 5246 section 7.4.1.4.1,
/// [`RSA_MD5_SHA1`]). As in TLS 1.2 an ECDSA scheme names only the hash; the curve is the key's.
///
/// # Errors
///
/// Says whether the signature is wrong or beyond us.
pub fn verify_tls(
    leaf: &Certificate,
    scheme: SignatureScheme,
    message: &[u8],
    signature: &[u8],
) -> Result<(), SignatureDefect> {
    verify_scheme(&leaf.key, scheme, message, signature)
}

/// As [`verify_tls`], with a key that has no certificate.
///
/// # Errors
///
/// Says whether the signature is wrong or beyond us.
pub fn verify_scheme(
    key: &KeyInfo,
    scheme: SignatureScheme,
    message: &[u8],
    signature: &[u8],
) -> Result<(), SignatureDefect> {
    Check {
        form: scheme_form(scheme),
        algorithm: &format!("{:#06x}", scheme.0),
        key,
    }
    .verify(message, signature)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hash {
    Md5,
    Md5Sha1,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Pkcs1(Hash),
    Pss { hash: Hash, salt: usize },
    Ecdsa(Hash),
    Ed25519,
    MlDsa,
    Beyond,
}

fn certificate_form(oid: &Oid) -> Form {
    match oid.as_str() {
        "1.2.840.113549.1.1.4" => Form::Pkcs1(Hash::Md5),
        "1.2.840.113549.1.1.5" => Form::Pkcs1(Hash::Sha1),
        "1.2.840.113549.1.1.14" => Form::Pkcs1(Hash::Sha224),
        "1.2.840.113549.1.1.11" => Form::Pkcs1(Hash::Sha256),
        "1.2.840.113549.1.1.12" => Form::Pkcs1(Hash::Sha384),
        "1.2.840.113549.1.1.13" => Form::Pkcs1(Hash::Sha512),
        "1.2.840.10045.4.1" => Form::Ecdsa(Hash::Sha1),
        "1.2.840.10045.4.3.1" => Form::Ecdsa(Hash::Sha224),
        "1.2.840.10045.4.3.2" => Form::Ecdsa(Hash::Sha256),
        "1.2.840.10045.4.3.3" => Form::Ecdsa(Hash::Sha384),
        "1.2.840.10045.4.3.4" => Form::Ecdsa(Hash::Sha512),
        "1.3.101.112" => Form::Ed25519,
        "2.16.840.1.101.3.4.3.17" | "2.16.840.1.101.3.4.3.18" | "2.16.840.1.101.3.4.3.19" => {
            Form::MlDsa
        }
        _ => Form::Beyond,
    }
}

fn scheme_form(scheme: SignatureScheme) -> Form {
    match scheme {
        RSA_MD5_SHA1 => Form::Pkcs1(Hash::Md5Sha1),
        SignatureScheme(0x0101) => Form::Pkcs1(Hash::Md5),
        SignatureScheme(0x0201) => Form::Pkcs1(Hash::Sha1),
        SignatureScheme(0x0301) => Form::Pkcs1(Hash::Sha224),
        SignatureScheme(0x0401) => Form::Pkcs1(Hash::Sha256),
        SignatureScheme(0x0501) => Form::Pkcs1(Hash::Sha384),
        SignatureScheme(0x0601) => Form::Pkcs1(Hash::Sha512),
        SignatureScheme(0x0203) => Form::Ecdsa(Hash::Sha1),
        SignatureScheme(0x0303) => Form::Ecdsa(Hash::Sha224),
        SignatureScheme(0x0403) => Form::Ecdsa(Hash::Sha256),
        SignatureScheme(0x0503) => Form::Ecdsa(Hash::Sha384),
        SignatureScheme(0x0603) => Form::Ecdsa(Hash::Sha512),
        SignatureScheme(0x0804 | 0x0809) => pss(Hash::Sha256),
        SignatureScheme(0x0805 | 0x080a) => pss(Hash::Sha384),
        SignatureScheme(0x0806 | 0x080b) => pss(Hash::Sha512),
        SignatureScheme(0x0807) => Form::Ed25519,
        SignatureScheme(0x0904..=0x0906) => Form::MlDsa,
        _ => Form::Beyond,
    }
}

fn pss(hash: Hash) -> Form {
    Form::Pss {
        hash,
        salt: hash.length(),
    }
}

/// `RSASSA-PSS-params` (RFC 4055 section 3.1): both hashes the same, or beyond us.
fn pss_parameters(der: &[u8]) -> Form {
    let read = || {
        let mut fields = Reader::new(der, 0).take(SEQUENCE)?.reader();
        let hash = match fields.take(context(0)) {
            Some(identifier) => pss_hash(identifier.reader())?,
            None => Hash::Sha1,
        };
        let mask = match fields.take(context(1)) {
            Some(generator) => {
                let mut identifier = generator.reader().take(SEQUENCE)?.reader();
                identifier.any("mgf1").ok()?;
                pss_hash(identifier)?
            }
            None => Hash::Sha1,
        };
        let salt = match fields.take(context(2)) {
            Some(length) => match length.reader().take(INTEGER)?.content {
                [length] => usize::from(*length),
                _ => return None,
            },
            None => Hash::Sha1.length(),
        };
        (hash == mask).then_some(Form::Pss { hash, salt })
    };
    read().unwrap_or(Form::Beyond)
}

fn pss_hash(mut reader: Reader<'_>) -> Option<Hash> {
    let mut identifier = reader.take(SEQUENCE)?.reader();
    let oid = Oid::from_der_value(identifier.take(crate::der::OBJECT_IDENTIFIER)?.content);
    match oid.as_str() {
        "1.3.14.3.2.26" => Some(Hash::Sha1),
        "2.16.840.1.101.3.4.2.1" => Some(Hash::Sha256),
        "2.16.840.1.101.3.4.2.2" => Some(Hash::Sha384),
        "2.16.840.1.101.3.4.2.3" => Some(Hash::Sha512),
        _ => None,
    }
}

impl Hash {
    /// In octets.
    fn length(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Md5Sha1 => 36,
            Self::Sha1 => 20,
            Self::Sha224 => 28,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    fn of(self, message: &[u8]) -> Vec<u8> {
        use md5::Digest as _;
        let by = |algorithm| hashes::digest(algorithm, message).as_ref().to_vec();
        match self {
            Self::Md5 => md5::Md5::digest(message).to_vec(),
            Self::Md5Sha1 => {
                let mut both = Self::Md5.of(message);
                both.extend(Self::Sha1.of(message));
                both
            }
            Self::Sha1 => by(&hashes::SHA1_FOR_LEGACY_USE_ONLY),
            Self::Sha224 => by(&hashes::SHA224),
            Self::Sha256 => by(&hashes::SHA256),
            Self::Sha384 => by(&hashes::SHA384),
            Self::Sha512 => by(&hashes::SHA512),
        }
    }

    /// What precedes the hash in `DigestInfo` (RFC 8017 section 9.2, note 1).
    fn digest_info(self) -> &'static [u8] {
        match self {
            Self::Md5Sha1 => &[],
            Self::Md5 => &[
                0x30, 0x20, 0x30, 0x0c, 0x06, 0x08, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x05,
                0x05, 0x00, 0x04, 0x10,
            ],
            Self::Sha1 => &[
                0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00, 0x04,
                0x14,
            ],
            Self::Sha224 => &[
                0x30, 0x2d, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02,
                0x04, 0x05, 0x00, 0x04, 0x1c,
            ],
            Self::Sha256 => &[
                0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02,
                0x01, 0x05, 0x00, 0x04, 0x20,
            ],
            Self::Sha384 => &[
                0x30, 0x41, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02,
                0x02, 0x05, 0x00, 0x04, 0x30,
            ],
            Self::Sha512 => &[
                0x30, 0x51, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02,
                0x03, 0x05, 0x00, 0x04, 0x40,
            ],
        }
    }
}

struct Check<'a> {
    form: Form,
    algorithm: &'a str,
    key: &'a KeyInfo,
}

impl Check<'_> {
    fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), SignatureDefect> {
        match (self.form, self.key.kind) {
            (Form::Pkcs1(hash), KeyKind::Rsa) => self.pkcs1(hash, message, signature),
            (Form::Pss { hash, salt }, KeyKind::Rsa | KeyKind::RsaPss) => {
                self.pss(hash, salt, message, signature)
            }
            (Form::Ecdsa(hash), kind @ (KeyKind::P256 | KeyKind::P384 | KeyKind::P521)) => {
                let algorithm = ecdsa(kind, hash).ok_or_else(|| self.unsupported())?;
                self.aws(algorithm, message, signature)
            }
            (Form::Ed25519, KeyKind::Ed25519) => self.aws(&aws::ED25519, message, signature),
            (Form::MlDsa, KeyKind::MlDsa) => {
                let algorithm = match self.key.text.as_str() {
                    "ML-DSA-44" => &aws::ML_DSA_44,
                    "ML-DSA-65" => &aws::ML_DSA_65,
                    _ => &aws::ML_DSA_87,
                };
                self.aws(algorithm, message, signature)
            }
            (Form::Beyond, _) | (_, KeyKind::Other) | (Form::Ecdsa(_), KeyKind::OtherCurve) => {
                Err(self.unsupported())
            }
            _ => Err(SignatureDefect::WrongKey {
                algorithm: self.algorithm.to_owned(),
                key: self.key.text.clone(),
            }),
        }
    }

    fn verify_digest(&self, digest: &[u8], signature: &[u8]) -> Result<(), SignatureDefect> {
        match (self.form, self.key.kind) {
            (Form::Pkcs1(hash), KeyKind::Rsa) => self.pkcs1_digest(hash, digest, signature),
            (Form::Pss { hash, salt }, KeyKind::Rsa | KeyKind::RsaPss) => {
                self.pss_digest(hash, salt, digest, signature)
            }
            (Form::Ecdsa(hash), kind @ (KeyKind::P256 | KeyKind::P384 | KeyKind::P521)) => {
                let algorithm = ecdsa(kind, hash).ok_or_else(|| self.unsupported())?;
                let digest = match hash {
                    Hash::Sha1 => Some(&hashes::SHA1_FOR_LEGACY_USE_ONLY),
                    Hash::Sha224 => Some(&hashes::SHA224),
                    Hash::Sha256 => Some(&hashes::SHA256),
                    Hash::Sha384 => Some(&hashes::SHA384),
                    Hash::Sha512 => Some(&hashes::SHA512),
                    Hash::Md5 | Hash::Md5Sha1 => None,
                }
                .and_then(|hash| hashes::Digest::import_less_safe(digest, hash).ok())
                .ok_or_else(|| self.invalid())?;
                UnparsedPublicKey::new(algorithm, &self.key.octets)
                    .verify_digest(&digest, signature)
                    .map_err(|_| self.invalid())
            }
            _ => Err(self.unsupported()),
        }
    }

    fn aws(
        &self,
        algorithm: &'static dyn VerificationAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureDefect> {
        UnparsedPublicKey::new(algorithm, &self.key.octets)
            .verify(message, signature)
            .map_err(|_| self.invalid())
    }

    fn pkcs1(&self, hash: Hash, message: &[u8], signature: &[u8]) -> Result<(), SignatureDefect> {
        let algorithm: Option<&'static RsaParameters> = match (hash, self.key.bits) {
            (Hash::Sha1, 1024..=8192) => Some(&aws::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY),
            (Hash::Sha256, 1024..=8192) => {
                Some(&aws::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY)
            }
            (Hash::Sha384, 2048..=8192) => Some(&aws::RSA_PKCS1_2048_8192_SHA384),
            (Hash::Sha512, 1024..=8192) => {
                Some(&aws::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY)
            }
            _ => None,
        };
        if let Some(algorithm) = algorithm {
            return self.aws(algorithm, message, signature);
        }
        self.pkcs1_digest(hash, &hash.of(message), signature)
    }

    fn pkcs1_digest(
        &self,
        hash: Hash,
        digest: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureDefect> {
        let padding = Pkcs1v15Sign {
            hash_len: Some(hash.length()),
            prefix: hash.digest_info().into(),
        };
        self.rsa_key()?
            .verify(padding, digest, signature)
            .map_err(|_| self.invalid())
    }

    fn pss(
        &self,
        hash: Hash,
        salt: usize,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureDefect> {
        if salt == hash.length() && (2048..=8192).contains(&self.key.bits) {
            let algorithm: Option<&'static RsaParameters> = match hash {
                Hash::Sha256 => Some(&aws::RSA_PSS_2048_8192_SHA256),
                Hash::Sha384 => Some(&aws::RSA_PSS_2048_8192_SHA384),
                Hash::Sha512 => Some(&aws::RSA_PSS_2048_8192_SHA512),
                _ => None,
            };
            if let Some(algorithm) = algorithm {
                return self.aws(algorithm, message, signature);
            }
        }
        self.pss_digest(hash, salt, &hash.of(message), signature)
    }

    fn pss_digest(
        &self,
        hash: Hash,
        salt: usize,
        digest: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureDefect> {
        let key = self.rsa_key()?;
        let verified = match hash {
            Hash::Sha256 => key.verify(Pss::<sha2::Sha256>::new_with_salt(salt), digest, signature),
            Hash::Sha384 => key.verify(Pss::<sha2::Sha384>::new_with_salt(salt), digest, signature),
            Hash::Sha512 => key.verify(Pss::<sha2::Sha512>::new_with_salt(salt), digest, signature),
            _ => return Err(self.unsupported()),
        };
        verified.map_err(|_| self.invalid())
    }

    fn rsa_key(&self) -> Result<PublicKey, SignatureDefect> {
        let numbers = self.key.rsa().ok_or_else(|| self.unsupported())?;
        if numbers.modulus.len() > MAX_RSA_BITS / 8 || numbers.exponent.len() > 8 {
            return Err(self.unsupported());
        }
        let modulus = BoxedUint::from_be_slice_vartime(numbers.modulus);
        let exponent = BoxedUint::from_be_slice_vartime(numbers.exponent);
        PublicKey::new_with_size_limits(modulus, exponent, MIN_RSA_BITS..=MAX_RSA_BITS)
            .map_err(|_| self.unsupported())
    }

    fn invalid(&self) -> SignatureDefect {
        SignatureDefect::Invalid {
            key: self.key.text.clone(),
        }
    }

    fn unsupported(&self) -> SignatureDefect {
        SignatureDefect::Unsupported {
            algorithm: self.algorithm.to_owned(),
            key: self.key.text.clone(),
        }
    }
}

fn ecdsa(kind: KeyKind, hash: Hash) -> Option<&'static EcdsaVerificationAlgorithm> {
    Some(match (kind, hash) {
        (KeyKind::P256, Hash::Sha1) => &aws::ECDSA_P256_SHA1_ASN1,
        (KeyKind::P256, Hash::Sha256) => &aws::ECDSA_P256_SHA256_ASN1,
        (KeyKind::P256, Hash::Sha384) => &aws::ECDSA_P256_SHA384_ASN1,
        (KeyKind::P256, Hash::Sha512) => &aws::ECDSA_P256_SHA512_ASN1,
        (KeyKind::P384, Hash::Sha256) => &aws::ECDSA_P384_SHA256_ASN1,
        (KeyKind::P384, Hash::Sha384) => &aws::ECDSA_P384_SHA384_ASN1,
        (KeyKind::P384, Hash::Sha512) => &aws::ECDSA_P384_SHA512_ASN1,
        (KeyKind::P521, Hash::Sha1) => &aws::ECDSA_P521_SHA1_ASN1,
        (KeyKind::P521, Hash::Sha224) => &aws::ECDSA_P521_SHA224_ASN1,
        (KeyKind::P521, Hash::Sha256) => &aws::ECDSA_P521_SHA256_ASN1,
        (KeyKind::P521, Hash::Sha384) => &aws::ECDSA_P521_SHA384_ASN1,
        (KeyKind::P521, Hash::Sha512) => &aws::ECDSA_P521_SHA512_ASN1,
        _ => return None,
    })
}
