use super::block::{Block, PemError, blocks, labels};
use crate::der::{OBJECT_IDENTIFIER, Reader, SEQUENCE, context};
use crate::oid::Oid;

/// The DER of every certificate in a PEM file, in order. Blocks of other kinds are passed over, except PKCS#7, whose
/// certificates are taken. Whether a block really holds a certificate is only looked at as far as its frame goes.
///
/// # Errors
///
/// Says what the file holds instead, or which line is broken.
pub fn certificates(file: &[u8]) -> Result<Vec<Vec<u8>>, PemError> {
    let blocks = blocks(file)?;
    let mut certificates = Vec::new();
    for block in &blocks {
        certificates.extend(of_block(block)?);
    }
    if certificates.is_empty() {
        return Err(PemError::NoCertificate {
            found: labels(blocks),
        });
    }
    Ok(certificates)
}

/// The DER of the certificates in the body of an answer from an issuer's URL (RFC 5280 section 4.2.2.1): one
/// certificate in DER, PKCS#7 (RFC 5652 section 5) in DER, or either in PEM, which many servers send against the rules.
/// Empty when there is none.
pub fn fetched_certificates(body: &[u8]) -> Vec<Vec<u8>> {
    if let Some(certificates) = of_pkcs7(body) {
        return certificates;
    }
    match Reader::new(body, 0).take(SEQUENCE) {
        Some(certificate) if is_certificate(certificate.raw) => vec![certificate.raw.to_vec()],
        _ => certificates(body).unwrap_or_default(),
    }
}

pub(super) fn of_block(block: &Block) -> Result<Vec<Vec<u8>>, PemError> {
    let certificates = match block.label.as_str() {
        "CERTIFICATE" | "X509 CERTIFICATE" => Some(vec![block.octets.clone()]),
        // OpenSSL appends what the certificate is trusted for.
        "TRUSTED CERTIFICATE" => Reader::new(&block.octets, 0)
            .take(SEQUENCE)
            .map(|certificate| vec![certificate.raw.to_vec()]),
        "PKCS7" | "CMS" => of_pkcs7(&block.octets),
        _ => return Ok(Vec::new()),
    };
    let framed = certificates.filter(|certificates| {
        certificates
            .iter()
            .all(|der| der.first() == Some(&SEQUENCE))
    });
    framed.ok_or_else(|| block.contents_error())
}

/// Whether a sequence starts as certificates do: with a sequence, which starts with a version or a serial number.
fn is_certificate(der: &[u8]) -> bool {
    let tbs = Reader::new(der, 0)
        .take(SEQUENCE)
        .and_then(|whole| whole.reader().take(SEQUENCE));
    tbs.is_some_and(|tbs| matches!(tbs.reader().peek(), Some(0xa0 | 0x02)))
}

/// The certificates of `SignedData`, whoever signed it; `None` when this is something else.
fn of_pkcs7(der: &[u8]) -> Option<Vec<Vec<u8>>> {
    const SIGNED_DATA: &str = "1.2.840.113549.1.7.2";
    let mut content_info = Reader::new(der, 0).take(SEQUENCE)?.reader();
    let content_type = content_info.take(OBJECT_IDENTIFIER)?;
    if Oid::from_der_value(content_type.content) != SIGNED_DATA {
        return None;
    }
    let mut signed_data = content_info
        .take(context(0))?
        .reader()
        .take(SEQUENCE)?
        .reader();
    let certificates = loop {
        let field = signed_data.any("field of SignedData").ok()?;
        if field.tag == context(0) {
            break field;
        }
    };
    let mut list = certificates.reader();
    let mut found = Vec::new();
    while let Some(certificate) = list.take(SEQUENCE) {
        found.push(certificate.raw.to_vec());
    }
    Some(found)
}
