//! Any octets as a revocation list, an OCSP answer, and timestamps of logs, about a certificate that is any octets too.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pki::Certificate;
use pki::revocation::{excerpt, list, ocsp};

fuzz_target!(|octets: &[u8]| {
    // The first octet splits the rest in a certificate and what is said of it.
    let Some((split, rest)) = octets.split_first() else {
        return;
    };
    let (first, said) = rest.split_at(rest.len() * usize::from(*split) / 256);
    let read = list::parse(said);
    let cut = excerpt(said, &[&[1], &[2, 3]]);
    if let Some(cut) = cut {
        assert!(read.is_ok() && list::parse(&cut.der).is_ok());
        assert!(cut.der.len() <= said.len());
    }
    let _ = pki::transparency::list(said);
    let Some(certificate) = Certificate::parse(first).certificate else {
        return;
    };
    let whole = list::check(said, None, &certificate, &certificate);
    if let Some(cut) = excerpt(said, &[&certificate.serial]) {
        let short = list::check(&cut.der, Some(&cut.digest), &certificate, &certificate);
        assert_eq!(whole.ok(), short.ok());
    }
    let _ = ocsp::check(said, &certificate, &certificate, certificate.not_before);
    if let Some(request) = ocsp::request(&certificate, &certificate) {
        assert!(ocsp::url("http://ocsp.test", &request).is_ascii());
    }
    pki::transparency::check(&certificate, &certificate, &[said.to_vec()], Some(said));
});
