//! Any octets as a certificate, and everything that is then asked about it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pki::Certificate;
use pki::path::{Anchor, Pool, build, second_opinion};
use report::CertificateSource;

fuzz_target!(|octets: &[u8]| {
    // The first octet splits the rest in two certificates.
    let Some((split, rest)) = octets.split_first() else {
        return;
    };
    let (first, second) = rest.split_at(rest.len() * usize::from(*split) / 256);
    let (first, second) = (Certificate::parse(first), Certificate::parse(second));
    assert!(first.certificate.is_some() || !first.defects.is_empty());
    let _ = pki::pem::certificates(rest);
    let _ = pki::pem::private_key(rest);
    pki::pem::fetched_certificates(rest);
    let (Some(leaf), Some(issuer)) = (second.certificate, first.certificate) else {
        return;
    };
    leaf.summary(CertificateSource::Served);
    let mut pool = Pool::default();
    pool.add(issuer.clone(), CertificateSource::Served);
    let anchors = [Anchor {
        certificate: issuer,
    }];
    let search = build(&leaf, &pool, &anchors, leaf.not_before);
    assert!(search.trusted().is_none_or(|path| path.problems.is_empty()));
    let _ = second_opinion(&leaf, &pool, &anchors, leaf.not_before);
    pki::repair::order(&leaf, &pool);
});
