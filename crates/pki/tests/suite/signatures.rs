use crate::authority::{self, Entity, key_of, parse};
use crate::openssl::Workshop;
use pki::signature::{RSA_MD5_SHA1, SignatureDefect, verify_certificate, verify_tls};
use pki::{Certificate, signature};
use report::SignatureScheme;

/// The same certificate with another signature.
fn with_signature(certificate: &Certificate, signature: &[u8]) -> Certificate {
    let at = certificate.der.len() - certificate.signature.len();
    let mut der = certificate.der.clone();
    der[at..].copy_from_slice(signature);
    Certificate::parse(&der).certificate.unwrap()
}

fn check_certificate(certificate: &Certificate, what: &str) {
    assert_eq!(
        verify_certificate(certificate, certificate),
        Ok(()),
        "{what}"
    );
    let mut signature = certificate.signature.clone();
    *signature.last_mut().unwrap() ^= 1;
    let broken = with_signature(certificate, &signature);
    let defect = verify_certificate(&broken, certificate).unwrap_err();
    assert!(
        matches!(defect, SignatureDefect::Invalid { .. }),
        "{what}: {defect}"
    );
}

#[test]
fn certificates_of_rcgen() {
    for algorithm in [
        &rcgen::PKCS_ECDSA_P256_SHA256,
        &rcgen::PKCS_ECDSA_P384_SHA384,
        &rcgen::PKCS_ECDSA_P521_SHA512,
        &rcgen::PKCS_ED25519,
        &rcgen::PKCS_RSA_SHA256,
        &rcgen::PKCS_RSA_SHA384,
        &rcgen::PKCS_RSA_SHA512,
    ] {
        let entity = Entity::self_signed(authority::named("x"), key_of(algorithm));
        check_certificate(&entity.certificate, &format!("{algorithm:?}"));
    }
}

#[test]
fn certificates_of_openssl() {
    let shop = Workshop::new();
    let pss = "-sigopt rsa_padding_mode:pss";
    let cases = [
        ("rsa:512", "-sha256"),
        ("rsa:1024", "-md5"),
        ("rsa:1024", "-sha1"),
        ("rsa:1024", "-sha384"),
        ("rsa:2048", "-md5"),
        ("rsa:2048", "-sha1"),
        ("rsa:2048", "-sha224"),
        ("rsa:2048", "-sha384"),
        (
            "rsa:1024",
            &format!("-sha256 {pss} -sigopt rsa_pss_saltlen:32"),
        ),
        (
            "rsa:2048",
            &format!("-sha256 {pss} -sigopt rsa_pss_saltlen:32"),
        ),
        (
            "rsa:2048",
            &format!("-sha384 {pss} -sigopt rsa_pss_saltlen:20"),
        ),
        (
            "rsa:2048",
            &format!("-sha512 {pss} -sigopt rsa_pss_saltlen:64"),
        ),
        ("ec -pkeyopt ec_paramgen_curve:P-256", "-sha1"),
        ("ec -pkeyopt ec_paramgen_curve:P-256", "-sha512"),
        ("ec -pkeyopt ec_paramgen_curve:P-384", "-sha256"),
        ("ec -pkeyopt ec_paramgen_curve:P-521", "-sha256"),
        ("ed25519", "-sha256"),
    ];
    for (key, options) in cases {
        shop.run(&format!(
            "req -x509 -newkey {key} -nodes -keyout key.pem -subj /CN=x -days 30 {options} -out x.pem"
        ));
        check_certificate(&shop.certificate("x.pem"), &format!("{key} {options}"));
    }
}

#[test]
fn beyond_us_is_not_wrong() {
    let shop = Workshop::new();
    let p256 = Entity::root("other").certificate;
    for (key, options) in [
        ("ed448", ""),
        ("ec -pkeyopt ec_paramgen_curve:brainpoolP256r1", " -sha256"),
    ] {
        shop.run(&format!(
            "req -x509 -newkey {key} -nodes -keyout key.pem -subj /CN=x -days 30{options} -out x.pem"
        ));
        let x = shop.certificate("x.pem");
        let defect = verify_certificate(&x, &x).unwrap_err();
        assert!(
            matches!(defect, SignatureDefect::Unsupported { .. }),
            "{defect}"
        );
    }
    shop.run("req -x509 -newkey rsa:2048 -nodes -keyout key.pem -subj /CN=x -days 30 -out x.pem");
    let defect = verify_certificate(&shop.certificate("x.pem"), &p256).unwrap_err();
    assert!(
        matches!(defect, SignatureDefect::WrongKey { .. }),
        "{defect}"
    );
    assert_eq!(
        defect.to_string(),
        "signature algorithm sha256WithRSAEncryption does not go with key EC P-256"
    );
}

#[test]
fn handshakes() {
    let shop = Workshop::new();
    shop.write("message", b"what the server signed");
    let pss = "-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest";
    let cases = [
        ("rsa:2048", "dgst -md5-sha1", RSA_MD5_SHA1),
        ("rsa:1024", "dgst -md5-sha1", RSA_MD5_SHA1),
        ("rsa:2048", "dgst -sha1", SignatureScheme(0x0201)),
        ("rsa:2048", "dgst -sha256", SignatureScheme(0x0401)),
        ("rsa:2048", "dgst -sha384", SignatureScheme(0x0501)),
        ("rsa:4096", "dgst -sha512", SignatureScheme(0x0601)),
        (
            "rsa:2048",
            &format!("dgst -sha256 {pss}"),
            SignatureScheme(0x0804),
        ),
        (
            "rsa:2048",
            &format!("dgst -sha384 {pss}"),
            SignatureScheme(0x0805),
        ),
        (
            "rsa:2048",
            &format!("dgst -sha512 {pss}"),
            SignatureScheme(0x0806),
        ),
        (
            "rsa-pss",
            &format!("dgst -sha256 {pss}"),
            SignatureScheme(0x0809),
        ),
        (
            "ec -pkeyopt ec_paramgen_curve:P-256",
            "dgst -sha256",
            SignatureScheme(0x0403),
        ),
        (
            "ec -pkeyopt ec_paramgen_curve:P-256",
            "dgst -sha1",
            SignatureScheme(0x0203),
        ),
        (
            "ec -pkeyopt ec_paramgen_curve:P-384",
            "dgst -sha384",
            SignatureScheme(0x0503),
        ),
        (
            "ec -pkeyopt ec_paramgen_curve:P-521",
            "dgst -sha512",
            SignatureScheme(0x0603),
        ),
    ];
    for (key, sign, scheme) in cases {
        shop.run(&format!(
            "req -x509 -newkey {key} -nodes -keyout key.pem -subj /CN=x -days 30 -out x.pem"
        ));
        shop.run(&format!("{sign} -sign key.pem -out signature message"));
        let (leaf, made) = (shop.certificate("x.pem"), shop.read("signature"));
        let verify = |message: &[u8]| verify_tls(&leaf, scheme, message, &made);
        assert_eq!(verify(b"what the server signed"), Ok(()), "{key} {sign}");
        let defect = verify(b"something else").unwrap_err();
        assert!(
            matches!(defect, SignatureDefect::Invalid { .. }),
            "{key} {sign}"
        );
    }
}

#[test]
fn handshakes_of_other_kinds() {
    let ed25519 = Entity::self_signed(authority::named("x"), key_of(&rcgen::PKCS_ED25519));
    let seen = |scheme, signature: &[u8]| {
        verify_tls(
            &ed25519.certificate,
            SignatureScheme(scheme),
            b"message",
            signature,
        )
    };
    let made = rcgen::SigningKey::sign(&*ed25519.key, b"message").unwrap();
    assert_eq!(seen(0x0807, &made), Ok(()));
    assert!(matches!(
        seen(0x0401, &made),
        Err(SignatureDefect::WrongKey { .. })
    ));
    assert!(matches!(
        seen(0x0808, &made),
        Err(SignatureDefect::Unsupported { .. })
    ));
    assert!(matches!(
        seen(0x0202, &made),
        Err(SignatureDefect::Unsupported { .. })
    ));
    assert!(matches!(
        seen(0x0807, b""),
        Err(SignatureDefect::Invalid { .. })
    ));
}

#[test]
fn hostile_rsa_keys_are_refused_in_time() {
    let der = Entity::self_signed(authority::named("x"), key_of(&rcgen::PKCS_RSA_SHA256));
    let certificate = &der.certificate;
    // An even modulus, and an exponent of 4 octets that is no exponent.
    let octets = &certificate.key.octets;
    let at = certificate
        .der
        .windows(octets.len())
        .position(|window| window == octets)
        .unwrap();
    for (place, octet) in [(octets.len() - 6, 0), (octets.len() - 1, 0), (4, 0x03)] {
        let mut edited = certificate.der.clone();
        edited[at + place] = octet;
        let broken = Certificate::parse(&edited).certificate.unwrap();
        assert!(signature::verify_certificate(certificate, &broken).is_err());
        for scheme in [
            RSA_MD5_SHA1,
            SignatureScheme(0x0101),
            SignatureScheme(0x0804),
        ] {
            assert!(verify_tls(&broken, scheme, b"message", &certificate.signature).is_err());
        }
    }
    parse(&certificate.der);
}
