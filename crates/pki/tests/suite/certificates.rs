use crate::authority::{self, Entity, information_access, key, key_of, parse};
use crate::openssl::Workshop;
use jiff::Timestamp;
use pki::{Certificate, KeyKind, MAX_CERTIFICATE};
use proptest::prelude::*;
use rcgen::{CrlDistributionPoint, CustomExtension, ExtendedKeyUsagePurpose, KeyUsagePurpose};
use report::CertificateSource;
use std::net::IpAddr;

fn rich() -> Entity {
    let root = Entity::root("Root");
    let mut params = authority::server(&["www.example.com", "*.example.com", "192.0.2.1", "::1"]);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.crl_distribution_points = vec![CrlDistributionPoint {
        uris: vec!["http://crl.example/1".to_owned()],
    }];
    let must_staple =
        CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 24], vec![0x30, 3, 2, 1, 5]);
    params.custom_extensions = vec![
        information_access("http://ca.example/ca.der", "http://ocsp.example"),
        must_staple,
    ];
    root.issue(params)
}

#[test]
fn everything_a_certificate_says() {
    let leaf = rich().certificate;
    assert_eq!(leaf.version, 3);
    assert_eq!(
        (leaf.subject.text.as_str(), leaf.issuer.text.as_str()),
        ("CN=leaf", "CN=Root")
    );
    assert_eq!(leaf.common_name(), Some("leaf"));
    assert_eq!(leaf.not_before.to_string(), "2020-01-01T00:00:00Z");
    assert_eq!(leaf.not_after.to_string(), "2040-01-01T00:00:00Z");
    assert!(leaf.has_san && leaf.other_names.is_empty());
    assert_eq!(leaf.dns_names, ["www.example.com", "*.example.com"]);
    let addresses = ["192.0.2.1", "::1"].map(|text| text.parse::<IpAddr>().unwrap());
    assert_eq!(leaf.ip_addresses, addresses);
    assert_eq!((leaf.key.kind, leaf.key.bits), (KeyKind::P256, 256));
    assert_eq!(leaf.signature_algorithm.text, "ecdsa-with-SHA256");
    assert_eq!(leaf.issuer_urls, ["http://ca.example/ca.der"]);
    assert_eq!(leaf.ocsp_urls, ["http://ocsp.example"]);
    assert_eq!(leaf.crl_urls, ["http://crl.example/1"]);
    assert!(leaf.must_staple && !leaf.is_ca() && !leaf.is_self_issued());
    let usage = leaf.key_usage.unwrap();
    assert!(usage.digital_signature() && !usage.key_cert_sign() && !usage.key_encipherment());
    let purposes = leaf.extended_key_usage.as_ref().unwrap();
    assert_eq!(purposes[0], "1.3.6.1.5.5.7.3.1");
    assert_eq!(leaf.sha256.len(), 64);

    let summary = leaf.summary(CertificateSource::Served);
    assert_eq!(
        summary.names,
        ["www.example.com", "*.example.com", "192.0.2.1", "::1"]
    );
    assert_eq!(
        (summary.key.as_str(), summary.signature.as_str()),
        ("EC P-256", "ecdsa-with-SHA256")
    );
}

#[test]
fn key_kinds() {
    let of = |algorithm| {
        let entity = Entity::self_signed(authority::named("x"), key_of(algorithm));
        let key = &entity.certificate.key;
        (key.kind, key.bits, key.text.clone())
    };
    assert_eq!(
        of(&rcgen::PKCS_ECDSA_P384_SHA384),
        (KeyKind::P384, 384, "EC P-384".to_owned())
    );
    assert_eq!(
        of(&rcgen::PKCS_ECDSA_P521_SHA512),
        (KeyKind::P521, 521, "EC P-521".to_owned())
    );
    assert_eq!(
        of(&rcgen::PKCS_ED25519),
        (KeyKind::Ed25519, 255, "Ed25519".to_owned())
    );
    assert_eq!(
        of(&rcgen::PKCS_RSA_SHA256),
        (KeyKind::Rsa, 2048, "RSA 2048".to_owned())
    );
}

#[test]
fn self_signed_and_self_issued_differ() {
    let root = Entity::root("Same");
    assert!(root.certificate.is_self_issued() && root.certificate.is_self_signed());
    let rekeyed = root.issue(authority::authority("Same"));
    assert!(rekeyed.certificate.is_self_issued() && !rekeyed.certificate.is_self_signed());
}

/// Replaces the one place where `from` stands.
fn edited(der: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let places: Vec<usize> = (0..der.len())
        .filter(|place| der[*place..].starts_with(from))
        .collect();
    assert_eq!(places.len(), 1, "{from:02x?}");
    let mut edited = der.to_vec();
    edited[places[0]..places[0] + from.len()].copy_from_slice(to);
    edited
}

#[test]
fn defects_are_named_with_their_offset_and_the_rest_is_read() {
    let der = rich().certificate.der.clone();
    let place = |octets: &[u8]| {
        let mut windows = der.windows(octets.len());
        windows.position(|window| window == octets).unwrap() as u64
    };
    let not_before = b"200101000000Z";
    let names_extension = [6, 3, 0x55, 0x1d, 0x11];
    let cases = [
        (
            edited(&der, not_before, b"209901000000Z"),
            "notBefore",
            place(not_before) - 2,
        ),
        (
            edited(&der, not_before, b"2001010000xxZ"),
            "notBefore",
            place(not_before) - 2,
        ),
        (
            edited(&der, &names_extension, &[6, 3, 0x55, 0x1d, 0x13]),
            "extnValue",
            place(&names_extension) + 7,
        ),
        (
            [&der[..], b"more"].concat(),
            "certificate",
            der.len() as u64,
        ),
    ];
    for (octets, field, offset) in cases {
        let parsed = Certificate::parse(&octets);
        let first = &parsed.defects[0];
        assert_eq!((first.field, first.offset), (field, offset), "{first}");
        let certificate = parsed.certificate.unwrap();
        assert_eq!(certificate.subject.text, "CN=leaf");
        assert_eq!(certificate.issuer_urls, ["http://ca.example/ca.der"]);
    }
    let unreadable = edited(&der, not_before, b"not a date!!!");
    let certificate = Certificate::parse(&unreadable).certificate.unwrap();
    assert_eq!(certificate.not_before, Timestamp::MIN);
}

#[test]
fn cut_at_every_octet() {
    let der = rich().certificate.der.clone();
    for length in 0..der.len() {
        let parsed = Certificate::parse(&der[..length]);
        assert!(!parsed.defects.is_empty(), "{length}");
    }
    let parsed = Certificate::parse(&der[..der.len() - 1])
        .certificate
        .unwrap();
    assert_eq!(parsed.dns_names, ["www.example.com", "*.example.com"]);
}

#[test]
fn too_long_or_not_at_all() {
    let parsed = Certificate::parse(&vec![0x30; MAX_CERTIFICATE + 1]);
    assert!(parsed.certificate.is_none());
    assert_eq!(parsed.defects[0].got, (MAX_CERTIFICATE + 1).to_string());
    let parsed = Certificate::parse(b"");
    assert!(parsed.certificate.is_none());
    assert_eq!(parsed.defects.len(), 1);
}

#[test]
fn a_million_octets_of_extensions_are_bounded() {
    let extension = [0x30, 9, 6, 3, 0x55, 0x1d, 0x99, 4, 2, 5, 0];
    let leaf = rich().certificate;
    let rebuilt = with_extensions(&leaf, &extension.repeat(90_000));
    let parsed = Certificate::parse(&rebuilt);
    assert!(parsed.defects.len() <= 100 && !parsed.defects.is_empty());
    assert_eq!(parsed.certificate.unwrap().subject.text, "CN=leaf");
}

/// The certificate with these extensions in place of its own; the signature is then wrong.
fn with_extensions(certificate: &Certificate, extensions: &[u8]) -> Vec<u8> {
    let tlv = |tag: u8, content: &[u8]| {
        let length = (content.len() as u32).to_be_bytes();
        [&[tag, 0x84][..], &length, content].concat()
    };
    let start = certificate
        .tbs
        .windows(certificate.spki.len())
        .position(|window| window == certificate.spki)
        .unwrap();
    let before = &certificate.tbs[4..start + certificate.spki.len()];
    let wrapped = tlv(0xa3, &tlv(0x30, extensions));
    let tbs = tlv(0x30, &[before, &wrapped].concat());
    let after = 4 + certificate.tbs.len();
    tlv(0x30, &[&tbs, &certificate.der[after..]].concat())
}

#[test]
fn oddities_of_openssl() {
    let shop = Workshop::new();
    shop.run("genrsa -out key.pem 1024");
    shop.run("req -new -key key.pem -subj /C=IT/O=Old/CN=old.example -out request.pem");
    // Without -extfile this is a certificate of version 1.
    shop.run("x509 -req -in request.pem -signkey key.pem -sha1 -days 30 -set_serial 1 -out v1.pem");
    let old = shop.certificate("v1.pem");
    assert_eq!((old.version, old.key.text.as_str()), (1, "RSA 1024"));
    assert_eq!(old.signature_algorithm.text, "sha1WithRSAEncryption");
    assert_eq!(old.subject.text, "CN=old.example,O=Old,C=IT");
    assert!(!old.has_san && old.is_self_signed());

    shop.run("dsaparam -genkey -out dsa.pem 1024");
    shop.run("req -x509 -new -key dsa.pem -subj /CN=dsa -days 30 -out dsa-cert.pem");
    let dsa = shop.certificate("dsa-cert.pem");
    assert_eq!((dsa.key.kind, dsa.key.bits), (KeyKind::Dsa, 1024));

    shop.run(
        "req -x509 -newkey rsa:2048 -nodes -keyout k.pem -subj / -set_serial -5 -days 30 \
         -addext subjectAltName=critical,email:a@b.c,URI:https://x.y/,DNS:n.example -out odd.pem",
    );
    let parsed = Certificate::parse(&pki::pem::certificates(&shop.read("odd.pem")).unwrap()[0]);
    let odd = parsed.certificate.unwrap();
    assert!(odd.subject.is_empty() && odd.subject.text.is_empty());
    assert_eq!(odd.dns_names, ["n.example"]);
    assert_eq!(odd.other_names.len(), 2);
    assert_eq!(parsed.defects[0].got, "a negative number");
}

#[test]
fn dates_beyond_the_calendar() {
    let mut params = authority::named("never");
    params.not_after = rcgen::date_time_ymd(9999, 12, 31);
    let der = params.self_signed(&key()).unwrap().der().to_vec();
    let never = Certificate::parse(&der).certificate.unwrap();
    assert_eq!(never.not_after, Timestamp::MAX);
    let standard = edited(&der, b"99991231000000Z", b"99991231235959Z");
    let parsed = Certificate::parse(&standard);
    assert_eq!(
        (parsed.defects, parsed.certificate.unwrap().not_after),
        (vec![], Timestamp::MAX)
    );
    parse(&standard);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn mutated_certificates_never_panic(
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in proptest::option::of(any::<prop::sample::Index>()),
    ) {
        use std::sync::LazyLock;
        static WHOLE: LazyLock<Vec<u8>> = LazyLock::new(|| rich().certificate.der.clone());
        let mut der = WHOLE.clone();
        for (place, octet) in edits {
            let place = place.index(der.len());
            der[place] = octet;
        }
        if let Some(cut) = cut {
            der.truncate(cut.index(der.len()));
        }
        let parsed = Certificate::parse(&der);
        if let Some(certificate) = parsed.certificate {
            certificate.is_self_signed();
            certificate.summary(CertificateSource::Served);
            let identity = pki::name::ServerIdentity::parse("www.example.com").unwrap();
            let _ = pki::name::check(&certificate, &identity);
            let pool = authority::pool([]);
            pki::path::build(&certificate, &pool, &[pki::path::Anchor { certificate: certificate.clone() }], authority::now());
        }
    }

    #[test]
    fn noise_never_panics(octets in proptest::collection::vec(any::<u8>(), 0..400)) {
        Certificate::parse(&octets);
        pki::pem::fetched_certificates(&octets);
        let _ = pki::pem::certificates(&octets);
        pki::DistinguishedName::from_der(&octets);
    }
}
