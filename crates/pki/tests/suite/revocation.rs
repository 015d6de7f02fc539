//! Revocation lists and OCSP answers made with the `openssl` command, and what is left of them when they are wrong.

use crate::openssl::Workshop;
use jiff::{SignedDuration, Timestamp};
use pki::Certificate;
use pki::revocation::list::{self, ListDefect};
use pki::revocation::ocsp::{self, AnswerDefect};
use pki::revocation::{Freshness, Reason, Status, excerpt};
use pki::signature::SignatureDefect;

const GOOD: &str = "1001";
const REVOKED: &str = "1002";
const UNLISTED: &str = "1003";

/// A CA with three certificates, of which it knows two and has revoked one.
struct Ca {
    shop: Workshop,
    issuer: Certificate,
}

impl Ca {
    fn new(key: &str) -> Self {
        let shop = Workshop::new();
        shop.write(
            "ca.cnf",
            b"[ca]\ndefault_ca=c\n[c]\ndatabase=index.txt\ncrlnumber=number\ndefault_md=sha256\ndefault_crl_days=7\n\
              [plain]\nauthorityKeyIdentifier=keyid\n\
              [delta]\n2.5.29.27=critical,DER:020101\n\
              [indirect]\nissuingDistributionPoint=critical,@i\n[i]\nindirectCRL=TRUE\n\
              [authorities]\nissuingDistributionPoint=critical,@a\n[a]\nonlyCA=TRUE\n\
              [shard]\nissuingDistributionPoint=critical,@s\n[s]\nfullname=URI:http://crl.test/2.crl\n\
              [own]\nissuingDistributionPoint=critical,@o\n[o]\nfullname=URI:http://crl.test/1.crl\n\
              [odd]\n1.2.3.4=critical,DER:0500\n\
              [leaf]\ncrlDistributionPoints=URI:http://crl.test/1.crl\nsubjectAltName=DNS:www.shop.test\n\
              [responder]\nextendedKeyUsage=OCSPSigning\n[other]\nextendedKeyUsage=serverAuth\n",
        );
        shop.write("number", b"01\n");
        let index = format!(
            "V\t350101000000Z\t\t{GOOD}\tunknown\t/CN=good\nR\t350101000000Z\t260102030405Z,keyCompromise\t{REVOKED}\tunknown\t/CN=bad\n"
        );
        shop.write("index.txt", index.as_bytes());
        shop.run(&format!(
            "req -x509 -newkey {key} -nodes -keyout ca.key -out ca.pem -subj /CN=ca -days 30"
        ));
        let issuer = shop.certificate("ca.pem");
        let ca = Self { shop, issuer };
        for serial in [GOOD, REVOKED, UNLISTED] {
            ca.issue(serial, "leaf");
        }
        ca
    }

    fn issue(&self, serial: &str, extensions: &str) {
        self.shop.run(&format!(
            "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout {serial}.key -out {serial}.csr -subj /CN=c{serial}"
        ));
        self.shop.run(&format!(
            "x509 -req -in {serial}.csr -CA ca.pem -CAkey ca.key -set_serial 0x{serial} -days 20 -extfile ca.cnf -extensions {extensions} -out {serial}.pem"
        ));
    }

    fn leaf(&self, serial: &str) -> Certificate {
        self.shop.certificate(&format!("{serial}.pem"))
    }

    /// A revocation list with these extensions.
    fn list(&self, extensions: &str) -> Vec<u8> {
        self.shop.run(&format!(
            "ca -config ca.cnf -gencrl -keyfile ca.key -cert ca.pem -crlexts {extensions} -out list.pem"
        ));
        self.shop.run("crl -in list.pem -outform DER -out list.der");
        self.shop.read("list.der")
    }

    /// An answer about `serial`, signed by `signer`.
    fn answer(&self, serial: &str, signer: &str, more: &str) -> Vec<u8> {
        let request = ocsp::request(&self.leaf(serial), &self.issuer).unwrap();
        self.shop.write("request.der", &request);
        self.shop.run(&format!(
            "ocsp -index index.txt -CA ca.pem -rsigner {signer}.pem -rkey {signer}.key -reqin request.der -respout answer.der{more}"
        ));
        self.shop.read("answer.der")
    }

    fn answers(&self, serial: &str, answer: &[u8]) -> Result<Status, AnswerDefect> {
        let answer = ocsp::check(answer, &self.leaf(serial), &self.issuer, now())?;
        assert_eq!(
            answer.statement.freshness(now(), SignedDuration::ZERO),
            Freshness::Fresh
        );
        Ok(answer.statement.status)
    }

    fn lists(&self, serial: &str, list: &[u8]) -> Result<Status, ListDefect> {
        list::check(list, None, &self.leaf(serial), &self.issuer).map(|said| said.status)
    }
}

fn now() -> Timestamp {
    Timestamp::now()
}

fn revoked() -> Status {
    Status::Revoked {
        at: "2026-01-02T03:04:05Z".parse().unwrap(),
        reason: Some(Reason(1)),
    }
}

#[test]
fn lists_of_every_key() {
    for key in [
        "rsa:2048",
        "ec -pkeyopt ec_paramgen_curve:P-256",
        "ec -pkeyopt ec_paramgen_curve:P-384",
        "ed25519",
    ] {
        let ca = Ca::new(key);
        let whole = ca.list("plain");
        assert_eq!(ca.lists(GOOD, &whole), Ok(Status::Good), "{key}");
        assert_eq!(ca.lists(REVOKED, &whole), Ok(revoked()), "{key}");
        let leaf = ca.leaf(REVOKED);
        let Some(cut) = excerpt(&whole, &[&leaf.serial]) else {
            assert_eq!(key, "ed25519", "only this needs the whole");
            continue;
        };
        assert_eq!(cut.entries, 1);
        for (serial, status) in [(REVOKED, revoked()), (GOOD, Status::Good)] {
            let leaf = ca.leaf(serial);
            let cut = excerpt(&whole, &[&leaf.serial]).unwrap();
            let said = list::check(&cut.der, Some(&cut.digest), &leaf, &ca.issuer).unwrap();
            assert_eq!(said.status, status, "{key}");
            let mut digest = cut.digest.clone();
            digest[0] ^= 1;
            let refused = list::check(&cut.der, Some(&digest), &leaf, &ca.issuer);
            assert!(
                matches!(
                    refused,
                    Err(ListDefect::Signature(SignatureDefect::Invalid { .. }))
                ),
                "{key}: {refused:?}"
            );
        }
    }
}

#[test]
fn lists_that_say_nothing() {
    let ca = Ca::new("ec -pkeyopt ec_paramgen_curve:P-256");
    let said = |extensions| ca.lists(REVOKED, &ca.list(extensions));
    assert_eq!(said("own"), Ok(revoked()));
    assert_eq!(said("delta"), Err(ListDefect::Delta));
    assert_eq!(said("indirect"), Err(ListDefect::Indirect));
    let scope = |scope: &str| {
        let scope = scope.to_owned();
        Err(ListDefect::OtherScope { scope })
    };
    assert_eq!(said("authorities"), scope("CA certificates"));
    assert_eq!(said("shard"), scope("http://crl.test/2.crl"));
    assert!(matches!(
        said("odd"),
        Err(ListDefect::UnknownCritical { oid }) if oid == "1.2.3.4"
    ));
    let stranger = Ca::new("ec -pkeyopt ec_paramgen_curve:P-256");
    let foreign = stranger.list("plain");
    assert!(matches!(
        ca.lists(GOOD, &foreign),
        Err(ListDefect::Signature(_))
    ));
    let list = ca.list("plain");
    for end in 0..list.len() {
        assert!(ca.lists(GOOD, &list[..end]).is_err(), "cut at {end}");
    }
    for (body, looks) in [
        (&b"<html><body>Not found"[..], "HTML"),
        (b"-----BEGIN X509 CRL-----\n", "PEM"),
        (b"", "nothing"),
        (b"not here\n", "text"),
        (&[0, 1, 2], "binary"),
    ] {
        assert_eq!(
            ca.lists(GOOD, body),
            Err(ListDefect::NotAList { looks }),
            "{body:?}"
        );
    }
}

#[test]
fn answers_of_the_issuer_and_of_delegates() {
    let ca = Ca::new("rsa:2048");
    ca.issue("2001", "responder");
    ca.issue("2002", "other");
    for signer in ["ca", "2001"] {
        let said = |serial| ca.answers(serial, &ca.answer(serial, signer, " -ndays 2"));
        assert_eq!(said(GOOD), Ok(Status::Good), "{signer}");
        assert_eq!(said(REVOKED), Ok(revoked()), "{signer}");
        assert_eq!(said(UNLISTED), Ok(Status::Unknown), "{signer}");
    }
    let by_key = ca.answer(GOOD, "2001", " -ndays 2 -resp_key_id");
    assert_eq!(ca.answers(GOOD, &by_key), Ok(Status::Good));
    let wrong = ca.answer(GOOD, "2002", " -ndays 2");
    assert_eq!(
        ca.answers(GOOD, &wrong),
        Err(AnswerDefect::WrongSigner {
            signer: "CN=c2002".to_owned()
        })
    );
    let other = ca.answer(GOOD, "ca", " -ndays 2");
    assert_eq!(
        ca.answers(REVOKED, &other),
        Err(AnswerDefect::OtherCertificate {
            serial: GOOD.to_owned()
        })
    );
}

#[test]
fn answers_that_say_nothing() {
    let ca = Ca::new("ec -pkeyopt ec_paramgen_curve:P-256");
    let answer = ca.answer(GOOD, "ca", " -ndays 2");
    for end in 0..answer.len() {
        assert!(ca.answers(GOOD, &answer[..end]).is_err(), "cut at {end}");
    }
    // All of these are in the signed part.
    for place in (40..140).step_by(7) {
        let mut flipped = answer.clone();
        flipped[place] ^= 1;
        assert!(ca.answers(GOOD, &flipped).is_err(), "flipped at {place}");
    }
    assert_eq!(
        ca.answers(GOOD, &[0x30, 3, 0x0a, 1, 6]),
        Err(AnswerDefect::Unsuccessful { status: 6 })
    );
    assert_eq!(
        ca.answers(GOOD, b"<!DOCTYPE html>"),
        Err(AnswerDefect::NotAnAnswer { looks: "HTML" })
    );
    let long_ago = now() - SignedDuration::from_hours(24 * 9);
    let soon = now() + SignedDuration::from_hours(24 * 3);
    let said = ocsp::check(&answer, &ca.leaf(GOOD), &ca.issuer, now()).unwrap();
    let fresh = |at, slack| said.freshness(at, SignedDuration::from_hours(slack));
    assert_eq!(fresh(long_ago, 0), Freshness::Early);
    assert_eq!(fresh(soon, 0), Freshness::Stale);
    assert_eq!(fresh(soon, 25), Freshness::Fresh);
}

/// Whatever octet is changed: nothing panics, and nothing else is believed.
#[test]
fn one_octet_changed_anywhere() {
    let ca = Ca::new("ec -pkeyopt ec_paramgen_curve:P-256");
    let (list, answer) = (ca.list("plain"), ca.answer(REVOKED, "ca", " -ndays 2"));
    let leaf = ca.leaf(REVOKED);
    for flip in [0x01, 0x20, 0x80, 0xff] {
        for place in 0..list.len() {
            let mut changed = list.clone();
            changed[place] ^= flip;
            let said = list::check(&changed, None, &leaf, &ca.issuer);
            assert!(said.is_err() || said == list::check(&list, None, &leaf, &ca.issuer));
            excerpt(&changed, &[&leaf.serial]);
        }
        for place in 0..answer.len() {
            let mut changed = answer.clone();
            changed[place] ^= flip;
            let said = ocsp::check(&changed, &leaf, &ca.issuer, now());
            assert!(said.is_err() || said == ocsp::check(&answer, &leaf, &ca.issuer, now()));
        }
    }
}

#[test]
fn the_address_of_a_question() {
    let question = [0xfb, 0xff, 0xbf, 0x01];
    for base in ["http://ocsp.test", "http://ocsp.test/"] {
        let url = ocsp::url(base, &question);
        assert_eq!(url, "http://ocsp.test/%2B%2F%2B%2FAQ%3D%3D");
    }
}

/// A list of ten megabytes takes no longer than walking over it, and its excerpt verifies.
#[test]
fn a_long_list() {
    let ca = Ca::new("ec -pkeyopt ec_paramgen_curve:P-256");
    let entries = 300_000;
    let lines: String = (0..entries)
        .map(|number| {
            format!("R\t350101000000Z\t260102030405Z,superseded\t77{number:030X}\tunknown\t/CN=x\n")
        })
        .collect();
    let index = ca.shop.read("index.txt");
    ca.shop
        .write("index.txt", &[index, lines.into_bytes()].concat());
    let whole = ca.list("plain");
    assert!(whole.len() > 10_000_000, "{}", whole.len());
    let leaf = ca.leaf(REVOKED);
    let before = std::time::Instant::now();
    let cut = excerpt(&whole, &[&leaf.serial]).unwrap();
    let took = before.elapsed();
    assert!(took.as_secs() < 10, "{took:?}");
    assert!(cut.der.len() < 1000 && cut.entries == entries + 1);
    let said = list::check(&cut.der, Some(&cut.digest), &leaf, &ca.issuer).unwrap();
    assert_eq!(said.status, revoked());
}
