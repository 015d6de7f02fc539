//! The known intermediates: from a PEM bundle to `data/intermediates/known.zz`.

use crate::run::{root, say};
use anyhow::{Context, Result};
use pki::Certificate;
use std::path::Path;

/// Deflate's best.
const LEVEL: u8 = 10;

/// Writes the CA certificates of a PEM bundle that are no roots, each once. Sorted by issuer and subject, so that alike
/// ones stand within one window.
pub(crate) fn write(bundle: &Path) -> Result<()> {
    let file = std::fs::read(bundle).with_context(|| bundle.display().to_string())?;
    let ders = pki::pem::certificates(&file)?;
    let all = ders.len();
    let mut kept: Vec<Certificate> = ders
        .iter()
        .filter_map(|der| Certificate::parse(der).certificate)
        .filter(|certificate| certificate.is_ca() && !certificate.is_self_signed())
        .collect();
    let order = |certificate: &Certificate| {
        let subject = &certificate.subject.der;
        (
            certificate.issuer.der.clone(),
            subject.clone(),
            certificate.sha256.clone(),
        )
    };
    kept.sort_by_cached_key(order);
    kept.dedup();
    let octets: Vec<u8> = kept
        .iter()
        .flat_map(|certificate| certificate.der.clone())
        .collect();
    let compressed = miniz_oxide::deflate::compress_to_vec_zlib(&octets, LEVEL);
    let (kept, length) = (kept.len(), compressed.len());
    std::fs::write(root().join("data/intermediates/known.zz"), compressed)?;
    say(&format!(
        "{kept} of {all} certificates, {} octets, {length} compressed",
        octets.len()
    ));
    Ok(())
}
