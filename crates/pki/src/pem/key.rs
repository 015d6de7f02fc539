use super::block::{PemError, blocks, labels};
use crate::certificate::Certificate;
use crate::key::KeyKind;
use aws_lc_rs::rsa;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, ECDSA_P521_SHA512_ASN1_SIGNING,
    EcdsaKeyPair, Ed25519KeyPair, KeyPair as _,
};
use report::Secret;

/// The DER of the first private key in a PEM file: PKCS#8 (RFC 5958), SEC1 (RFC 5915) or PKCS#1 (RFC 8017), as the
/// file has it; `rustls_pki_types::PrivateKeyDer` tells them apart by their contents.
///
/// # Errors
///
/// Says what the file holds instead, which line is broken, or that the key is encrypted.
pub fn private_key(file: &[u8]) -> Result<Secret<Vec<u8>>, PemError> {
    let blocks = blocks(file)?;
    let key = blocks.iter().find(|block| {
        matches!(
            block.label.as_str(),
            "PRIVATE KEY" | "EC PRIVATE KEY" | "RSA PRIVATE KEY" | "ENCRYPTED PRIVATE KEY"
        )
    });
    let Some(key) = key else {
        return Err(PemError::NoPrivateKey {
            found: labels(blocks),
        });
    };
    if key.encrypted || key.label == "ENCRYPTED PRIVATE KEY" {
        return Err(PemError::Encrypted { line: key.line });
    }
    if key.octets.first() != Some(&crate::der::SEQUENCE) {
        return Err(key.contents_error());
    }
    Ok(Secret::new(key.octets.clone()))
}

/// Whether a private key (DER, as [`private_key`] gives it) is that of `certificate`; `None` for kinds of keys that are
/// not known here, and keys that cannot be read.
pub fn is_key_of(key: &Secret<Vec<u8>>, certificate: &Certificate) -> Option<bool> {
    let der = key.reveal();
    let curve = match certificate.key.kind {
        KeyKind::Rsa | KeyKind::RsaPss => {
            let pair = rsa::KeyPair::from_pkcs8(der).or_else(|_| rsa::KeyPair::from_der(der));
            return of_kind(
                der,
                pair.map(|pair| pair.public_key().as_ref().to_vec()),
                certificate,
            );
        }
        KeyKind::Ed25519 => {
            let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der);
            return of_kind(
                der,
                pair.map(|pair| pair.public_key().as_ref().to_vec()),
                certificate,
            );
        }
        KeyKind::P256 => &ECDSA_P256_SHA256_ASN1_SIGNING,
        KeyKind::P384 => &ECDSA_P384_SHA384_ASN1_SIGNING,
        KeyKind::P521 => &ECDSA_P521_SHA512_ASN1_SIGNING,
        _ => return None,
    };
    let pair = EcdsaKeyPair::from_private_key_der(curve, der);
    of_kind(
        der,
        pair.map(|pair| pair.public_key().as_ref().to_vec()),
        certificate,
    )
}

/// Whether `public`, read as a key of the certificate's kind, is the certificate's. A key that is of another kind is not.
fn of_kind<E>(der: &[u8], public: Result<Vec<u8>, E>, certificate: &Certificate) -> Option<bool> {
    let octets = &certificate.key.octets;
    match public {
        // A compressed point is a sign and the first coordinate (SEC 1 section 2.3.3).
        Ok(point) if matches!(octets.first(), Some(2 | 3)) => {
            let coordinate = octets.get(1..)?;
            Some(
                point
                    .get(1..)
                    .is_some_and(|both| both.starts_with(coordinate)),
            )
        }
        Ok(public) => Some(public == *octets),
        Err(_) => is_readable(der).then_some(false),
    }
}

/// Whether this is a key of any kind known here.
fn is_readable(der: &[u8]) -> bool {
    let curves = [
        &ECDSA_P256_SHA256_ASN1_SIGNING,
        &ECDSA_P384_SHA384_ASN1_SIGNING,
        &ECDSA_P521_SHA512_ASN1_SIGNING,
    ];
    rsa::KeyPair::from_pkcs8(der).is_ok()
        || rsa::KeyPair::from_der(der).is_ok()
        || Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).is_ok()
        || curves
            .iter()
            .any(|curve| EcdsaKeyPair::from_private_key_der(curve, der).is_ok())
}
