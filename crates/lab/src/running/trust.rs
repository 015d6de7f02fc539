//! Files that say what a client trusts no longer.

use crate::certify::{Authority, CertifyError, hours_from, pem_of};
use crate::stage::{Bundles, Distrust, DistrustOf};
use jiff::Timestamp;
use pki::Certificate;
use std::fmt::Write as _;

/// The roots of a bundle before, and now.
pub(super) fn bundles(authority: &Authority, bundles: Bundles) -> (String, String) {
    let (root, other) = (
        pem_of(&authority.root_der()),
        pem_of(&authority.other_root_der()),
    );
    let both = || format!("{root}{other}");
    match bundles {
        Bundles::Dropped => (both(), other),
        Bundles::Kept => (both(), both()),
        Bundles::Never => (other.clone(), other),
    }
}

/// A list for `--distrusted`.
pub(super) fn distrusted(
    authority: &Authority,
    entries: &[Distrust],
) -> Result<String, CertifyError> {
    let mut list = String::new();
    for entry in entries {
        use DistrustOf::{Intermediate, IntermediateKey, OtherRoot, Root, RootKey};
        let der = match entry.of {
            Root | RootKey => authority.root_der(),
            Intermediate | IntermediateKey => authority.intermediate_der(),
            OtherRoot => authority.other_root_der(),
        };
        let certificate = Certificate::parse(&der).certificate;
        let (name, sha256, spki) = certificate.map_or_else(Default::default, |certificate| {
            (
                certificate.common_name().unwrap_or_default().to_owned(),
                certificate.sha256.clone(),
                certificate.spki_sha256.clone(),
            )
        });
        let fingerprint = match entry.of {
            RootKey | IntermediateKey => format!("spki-sha256 = \"{spki}\""),
            Root | Intermediate | OtherRoot => format!("sha256 = \"{sha256}\""),
        };
        let stores = entry
            .stores
            .iter()
            .map(|store| format!("\"{store}\""))
            .collect::<Vec<_>>()
            .join(", ");
        let after = match entry.after_hours {
            Some(hours) => format!("after = \"{}\"\n", hours_from(Timestamp::now(), hours)?),
            None => String::new(),
        };
        let _ = write!(
            list,
            "[[distrusted]]\n{fingerprint}\nname = \"{name}\"\nstores = [{stores}]\n{after}source = \"the lab\"\n\n"
        );
    }
    Ok(list)
}
