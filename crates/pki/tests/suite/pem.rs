use crate::authority::{Entity, key};
use crate::openssl::Workshop;
use pki::pem::{PemError, certificates, fetched_certificates, private_key};

fn two() -> (String, Vec<Vec<u8>>) {
    let ders: Vec<Vec<u8>> = ["a", "b"]
        .map(|name| Entity::root(name).certificate.der.clone())
        .to_vec();
    let blocks = ders.iter().map(|der| block("CERTIFICATE", der));
    (blocks.collect::<Vec<_>>().join("text between\n"), ders)
}

fn block(label: &str, der: &[u8]) -> String {
    let shop = Workshop::new();
    shop.write("in", der);
    shop.run("base64 -in in -out out");
    let base64 = String::from_utf8(shop.read("out")).unwrap();
    format!("-----BEGIN {label}-----\n{base64}-----END {label}-----\n")
}

#[test]
fn what_people_have_in_files() {
    let (text, ders) = two();
    let variants = [
        text.clone(),
        text.replace('\n', "\r\n"),
        text.replace('\n', "\r"),
        format!("\u{feff}{text}"),
        format!("subject=/CN=a: b\n\n{text}\n\n"),
        text.lines().map(|line| format!("  {line} \n")).collect(),
        format!("{}{text}", block("PRIVATE KEY", key().serialized_der())),
    ];
    for variant in variants {
        assert_eq!(
            certificates(variant.as_bytes()).as_ref(),
            Ok(&ders),
            "{variant}"
        );
    }
}

#[test]
fn what_is_wrong_with_files() {
    let (text, ders) = two();
    let key = block("PRIVATE KEY", key().serialized_der());
    let broken = text.replacen('M', "M!", 1);
    let cut = text.rsplit_once("-----END").unwrap().0.to_owned();
    let utf16: Vec<u8> = "\u{feff}-----"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let wrong = block("CERTIFICATE", b"no certificate");
    let cases: [(&[u8], &str); 12] = [
        (b"", "the file is empty"),
        (b" \r\n\t", "the file is empty"),
        (
            &ders[0],
            "the file is DER, not PEM; convert it with `openssl x509 -inform der`",
        ),
        (&utf16, "the file is in UTF-16; save it as UTF-8 or ASCII"),
        (
            b"hello",
            "the file holds no certificate and no other PEM block",
        ),
        (
            key.as_bytes(),
            "the file holds no certificate, only PRIVATE KEY",
        ),
        (broken.as_bytes(), "line 2: not base64"),
        (
            cut.as_bytes(),
            "\"CERTIFICATE\" that begins here does not end",
        ),
        (
            wrong.as_bytes(),
            "line 1: the block \"CERTIFICATE\" that begins here does not hold one",
        ),
        (
            b"-----BEGIN CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\n",
            "line 1: the block \"CERTIFICATE\" that begins here does not end",
        ),
        (
            b"-----BEGIN CERTIFICATE-----\nMAA=\nMAA=\n-----END CERTIFICATE-----\n",
            "line 3: not base64",
        ),
        (
            b"-----BEGIN CERTIFICATE-----\nM\n-----END CERTIFICATE-----\n",
            "line 3: not base64",
        ),
    ];
    for (file, expected) in cases {
        let message = certificates(file).unwrap_err().to_string();
        assert!(message.ends_with(expected), "{message}");
    }
}

#[test]
fn archives_and_trusted_certificates() {
    let shop = Workshop::new();
    shop.run("req -x509 -newkey ed25519 -nodes -keyout key.pem -subj /CN=x -days 30 -out x.pem");
    let plain = certificates(&shop.read("x.pem")).unwrap();
    shop.run("x509 -in x.pem -trustout -addtrust serverAuth -out trusted.pem");
    assert_eq!(certificates(&shop.read("trusted.pem")), Ok(plain.clone()));
    shop.run("pkcs12 -export -in x.pem -inkey key.pem -passout pass:x -out x.p12");
    assert_eq!(certificates(&shop.read("x.p12")), Err(PemError::Pkcs12));
    shop.run("crl2pkcs7 -nocrl -certfile x.pem -out x.p7");
    assert_eq!(certificates(&shop.read("x.p7")), Ok(plain));
}

#[test]
fn bodies_from_issuers() {
    let shop = Workshop::new();
    let (text, ders) = two();
    shop.write("two.pem", text.as_bytes());
    shop.run("crl2pkcs7 -nocrl -certfile two.pem -outform der -out two.p7c");
    shop.run("crl2pkcs7 -nocrl -certfile two.pem -out two.p7");
    let mut from_pkcs7 = fetched_certificates(&shop.read("two.p7c"));
    from_pkcs7.sort();
    let mut sorted = ders.clone();
    sorted.sort();
    assert_eq!(from_pkcs7, sorted);
    assert_eq!(fetched_certificates(&shop.read("two.p7")).len(), 2);
    assert_eq!(fetched_certificates(text.as_bytes()), ders);
    assert_eq!(fetched_certificates(&ders[0]), ders[..1]);
    let none: [&[u8]; 4] = [
        b"",
        b"<html>404</html>",
        &[0x30, 3, 2, 1, 1],
        &ders[0][..100],
    ];
    for body in none {
        assert_eq!(fetched_certificates(body), Vec::<Vec<u8>>::new());
    }
}

#[test]
fn private_keys() {
    let shop = Workshop::new();
    shop.run("genrsa -traditional -out rsa.pem 2048");
    shop.run("ecparam -name prime256v1 -genkey -out ec.pem");
    shop.run("genpkey -algorithm ed25519 -out pkcs8.pem");
    for file in ["rsa.pem", "ec.pem", "pkcs8.pem"] {
        let key = private_key(&shop.read(file)).unwrap();
        assert_eq!(key.reveal()[0], 0x30, "{file}");
        assert_eq!(format!("{key:?}"), "[secret]");
    }
    shop.run("rsa -in rsa.pem -traditional -aes128 -passout pass:x -out old.pem");
    shop.run("pkey -in rsa.pem -aes128 -passout pass:x -out new.pem");
    for file in ["old.pem", "new.pem"] {
        let error = private_key(&shop.read(file)).unwrap_err();
        assert_eq!(error, PemError::Encrypted { line: 1 }, "{file}");
    }
    let (text, ders) = two();
    let error = private_key(text.as_bytes()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the file holds no private key, only CERTIFICATE"
    );
    assert_eq!(private_key(&ders[0]).unwrap_err(), PemError::DerNotPem);
    assert_eq!(private_key(b"").unwrap_err(), PemError::Empty);
}
