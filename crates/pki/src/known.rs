//! Intermediate certificates of public CAs that are known without asking anybody.
//!
//! About 1,200 of them are part of the program, compressed (`data/SOURCES.md` says where they come from). They are
//! decompressed at the first question, once; a program that never asks pays nothing but its size on disk.

use crate::certificate::{Certificate, subject_of};
use crate::der::{Reader, SEQUENCE};
use crate::distinguished_name::DistinguishedName;
use crate::signature::verify_certificate;
use std::ops::Range;
use std::sync::LazyLock;

/// The DER of every certificate, one after the other, in the zlib format (RFC 1950).
const COMPRESSED: &[u8] = include_bytes!("../../../data/intermediates/known.zz");

/// Decompressed it is never longer.
const LONGEST: usize = 8 << 20;

/// Cross-signed issuers have many issuers of their own; no path needs more.
const MOST_ABOVE: usize = 32;

/// What is known, ready to be searched.
struct Known {
    octets: Vec<u8>,
    /// Where each certificate stands, in the order of the first field.
    places: Vec<Place>,
}

/// One certificate: the mark of its subject, and where it starts and ends.
type Place = (u64, Range<usize>);

static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let octets = miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(COMPRESSED, LONGEST)
        .unwrap_or_default();
    let mut places = Vec::new();
    let mut reader = Reader::new(&octets, 0);
    while let Some(certificate) = reader.take(SEQUENCE) {
        let end = certificate.offset.saturating_add(certificate.raw.len());
        places.extend(
            subject_of(certificate.raw).map(|subject| (subject.mark(), certificate.offset..end)),
        );
    }
    places.sort_by_key(|(mark, place)| (*mark, place.start));
    places.shrink_to_fit();
    Known { octets, places }
});

/// DER of all of them, in no particular order.
pub fn certificates() -> impl Iterator<Item = &'static [u8]> {
    KNOWN
        .places
        .iter()
        .filter_map(|(_, place)| KNOWN.octets.get(place.clone()))
}

/// Those with this subject, compared as RFC 5280 section 7.1 says.
pub fn with_subject(subject: &DistinguishedName) -> Vec<Certificate> {
    let mark = subject.mark();
    let first = KNOWN.places.partition_point(|(known, _)| *known < mark);
    let named = KNOWN.places.get(first..).unwrap_or_default().iter();
    named
        .take_while(|(known, _)| *known == mark)
        .filter_map(|(_, place)| KNOWN.octets.get(place.clone()))
        .filter_map(|der| Certificate::parse(der).certificate)
        .filter(|certificate| certificate.subject.matches(subject))
        .collect()
}

/// Those that issued `certificate`: the subject is its issuer, and the key verifies its signature.
pub fn issuers(certificate: &Certificate) -> Vec<Certificate> {
    let mut issuers = with_subject(&certificate.issuer);
    issuers.retain(|issuer| verify_certificate(certificate, issuer).is_ok());
    issuers
}

/// Whether exactly this certificate is among them.
pub fn contains(certificate: &Certificate) -> bool {
    with_subject(&certificate.subject).contains(certificate)
}

/// Every known certificate that a path from one of `certificates` may lead over: their issuers, and the issuers' issuers.
pub fn above<'a>(certificates: impl IntoIterator<Item = &'a Certificate>) -> Vec<Certificate> {
    let mut next: Vec<Certificate> = certificates.into_iter().cloned().collect();
    let mut found: Vec<Certificate> = Vec::new();
    while let Some(certificate) = next.pop() {
        if certificate.is_self_issued() || found.len() >= MOST_ABOVE {
            continue;
        }
        for issuer in issuers(&certificate) {
            if !found.contains(&issuer) {
                found.push(issuer.clone());
                next.push(issuer);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{above, certificates, contains, issuers, with_subject};
    use crate::Certificate;
    use crate::anchor::mozilla;
    use crate::distinguished_name::DistinguishedName;

    fn parse(der: &[u8]) -> Certificate {
        Certificate::parse(der).certificate.expect("a certificate")
    }

    /// The certificate of letsencrypt.org, alone.
    fn leaf() -> Certificate {
        let file = include_bytes!("../testdata/letsencrypt.org.pem");
        parse(&crate::pem::certificates(file).expect("a certificate")[0])
    }

    #[test]
    fn each_is_an_intermediate_and_found_by_its_subject() {
        let all: Vec<Certificate> = certificates().map(parse).collect();
        assert!((1200..1300).contains(&all.len()), "{}", all.len());
        for certificate in &all {
            assert!(certificate.is_ca(), "{certificate:?}");
            assert!(!certificate.is_self_signed(), "{certificate:?}");
            assert!(contains(certificate), "{certificate:?}");
        }
    }

    #[test]
    fn an_issuer_is_one_that_signed() {
        let leaf = leaf();
        let [e6] = &issuers(&leaf)[..] else {
            panic!("{:?}", issuers(&leaf));
        };
        assert_eq!(e6.subject.text, "CN=E6,O=Let's Encrypt,C=US");
        let mut other = leaf.der.clone();
        *other.last_mut().expect("octets") ^= 1;
        assert_eq!(issuers(&parse(&other)), []);
        assert_eq!(with_subject(&leaf.subject), []);
        assert!(!contains(&leaf));
    }

    #[test]
    fn subjects_are_compared_as_names() {
        let leaf = leaf();
        let mut shouted = leaf.issuer.der.clone();
        for octet in shouted
            .iter_mut()
            .filter(|octet| octet.is_ascii_lowercase())
        {
            octet.make_ascii_uppercase();
        }
        let shouted = DistinguishedName::from_der(&shouted);
        assert_ne!(shouted.der, leaf.issuer.der);
        assert_eq!(with_subject(&shouted), with_subject(&leaf.issuer));
    }

    #[test]
    fn above_goes_up_to_where_nothing_is_known() {
        let found = above([&leaf()]);
        assert!(
            !found.is_empty() && found.len() <= super::MOST_ABOVE,
            "{found:?}"
        );
        let root = mozilla()
            .map(parse)
            .find(|root| root.subject.matches(&found[0].issuer));
        assert!(root.is_some(), "{found:?}");
        assert_eq!(above([&root.expect("a root")]), []);
    }
}
