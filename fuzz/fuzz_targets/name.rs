//! A wanted name and a certificate's names: nothing panics, and what fits exactly always fits.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pki::name::{ServerIdentity, check};
use pki::{Certificate, DistinguishedName};

/// The fields of `TBSCertificate` before the extensions, as empty as they can be.
const EMPTY: [u8; 32] = [
    0xa0, 3, 2, 1, 2, 2, 1, 1, 0x30, 2, 6, 0, 0x30, 0, 0x30, 4, 0x17, 0, 0x17, 0, 0x30, 0, 0x30, 8,
    0x30, 3, 6, 1, 0x2a, 3, 1, 0,
];

fuzz_target!(|octets: &[u8]| {
    DistinguishedName::from_der(octets);
    let Ok(text) = std::str::from_utf8(octets) else {
        return;
    };
    pki::clock::http_date(text);
    let (wanted, names) = text.split_once('\n').unwrap_or((text, text));
    let Ok(identity) = ServerIdentity::parse(wanted) else {
        return;
    };
    let mut names: Vec<&str> = names.split('\n').collect();
    let der = certificate(&names);
    let certificate = Certificate::parse(&der).certificate.expect("a certificate");
    let _ = check(&certificate, &identity);
    if let ServerIdentity::Dns(name) = &identity {
        names.push(name);
        let der = self::certificate(&names);
        let certificate = Certificate::parse(&der).certificate.expect("a certificate");
        assert_eq!(check(&certificate, &identity), Ok(()));
    }
});

/// A certificate with these names and little else.
fn certificate(names: &[&str]) -> Vec<u8> {
    let names: Vec<u8> = names
        .iter()
        .flat_map(|name| element(0x82, name.as_bytes()))
        .collect();
    let value = element(4, &element(0x30, &names));
    let extension = element(0x30, &[&[6, 3, 0x55, 0x1d, 0x11][..], &value].concat());
    let extensions = element(0xa3, &element(0x30, &extension));
    let tbs = element(0x30, &[&EMPTY[..], &extensions].concat());
    element(0x30, &[&tbs[..], &[0x30, 2, 6, 0, 3, 1, 0]].concat())
}

fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = (content.len() as u32).to_be_bytes();
    [&[tag, 0x84][..], &length, content].concat()
}
