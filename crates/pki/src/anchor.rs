//! Trust anchors by subject.

use crate::certificate::subject_of;
use crate::distinguished_name::DistinguishedName;
use report::Bytes;

/// The certificates of Mozilla's root programme for servers, as packaged in `webpki-root-certs`.
pub fn mozilla() -> impl Iterator<Item = &'static [u8]> {
    webpki_root_certs::TLS_SERVER_ROOT_CERTS
        .iter()
        .map(AsRef::as_ref)
}

/// Of `certificates`, those whose subject is one of `subjects` (DER of a `Name`), compared as RFC 5280 section 7.1 says.
pub fn with_subjects<'a>(
    certificates: impl IntoIterator<Item = &'a [u8]>,
    subjects: &[Bytes],
) -> Vec<&'a [u8]> {
    let wanted: Vec<DistinguishedName> = subjects
        .iter()
        .map(|der| DistinguishedName::from_der(der))
        .collect();
    let is_wanted = |der: &&[u8]| {
        subject_of(der).is_some_and(|subject| wanted.iter().any(|name| name.matches(&subject)))
    };
    certificates.into_iter().filter(is_wanted).collect()
}

#[cfg(test)]
mod tests {
    use super::{mozilla, with_subjects};
    use crate::Certificate;
    use report::Bytes;

    #[test]
    fn every_root_reads_and_is_found_by_its_subject() {
        let mut count = 0;
        for der in mozilla() {
            let parsed = Certificate::parse(der);
            // Old roots: a serial number of zero, dates in the form for later centuries.
            let known = parsed.defects.iter().all(|defect| {
                defect.got == "zero" || defect.expected == "UTCTime for a year before 2050"
            });
            assert!(known, "{:?} {:?}", parsed.certificate, parsed.defects);
            let root = parsed.certificate.unwrap();
            assert!(
                root.is_self_signed() && root.not_before < root.not_after,
                "{root:?}"
            );
            let subject = Bytes(root.subject.der.clone());
            assert!(
                with_subjects(mozilla(), &[subject]).contains(&der),
                "{root:?}"
            );
            count += 1;
        }
        assert!(count > 100, "{count}");
        assert!(with_subjects(mozilla(), &[Bytes(vec![0x30, 0])]).is_empty());
    }
}
