use super::block::{PemError, blocks, labels};
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
