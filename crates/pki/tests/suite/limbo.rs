//! The groups of x509-limbo (rfc5280, webpki, pathlen, pathological, online and bettertls), each case made anew with the
//! fault it stands for, and the fault that must be named.

use crate::authority::now;
use crate::forge::{
    Forged, Signer, constraints, ext, general, name, path_length, purposes, san, seq, tlv,
};
use pki::name::ServerIdentity;
use pki::path::{Anchor, PathProblem, Pool, build};
use pki::{Certificate, profile};
use report::CertificateSource;

/// What a client is given.
struct Given {
    leaf: Vec<u8>,
    others: Vec<Vec<u8>>,
    anchors: Vec<Vec<u8>>,
    host: &'static str,
}

/// One case.
struct Case {
    group: &'static str,
    name: &'static str,
    /// The fault it was made for, `ok` without one.
    fault: &'static str,
    given: Given,
}

/// A change of one certificate.
type Edit = fn(&mut Forged);

const AS_IT_IS: Edit = |_| {};

/// Root, intermediate and leaf with these changes.
fn line(root: Edit, intermediate: Edit, leaf: Edit) -> Given {
    let (top, middle, end) = (
        Signer::new("Root"),
        Signer::new("Intermediate"),
        Signer::new("Leaf"),
    );
    Given {
        leaf: middle.certify(&end, false, leaf),
        others: vec![top.certify(&middle, true, intermediate)],
        anchors: vec![top.certify(&top, true, root)],
        host: "www.example.com",
    }
}

fn asked(host: &'static str, names: &'static [&'static str]) -> Given {
    let (top, end) = (Signer::new("Root"), Signer::new("Leaf"));
    Given {
        leaf: top.certify(&end, false, |leaf| leaf.put(ext::SAN, false, san(names))),
        others: Vec::new(),
        anchors: vec![top.certify(&top, true, |_| {})],
        host,
    }
}

/// An intermediate with these constraints above a leaf with these names.
fn constrained(permitted: &[&str], excluded: &[&str], names: &[&str], host: &'static str) -> Given {
    let (top, middle, end) = (
        Signer::new("Root"),
        Signer::new("Intermediate"),
        Signer::new("Leaf"),
    );
    Given {
        leaf: middle.certify(&end, false, |leaf| leaf.put(ext::SAN, false, san(names))),
        others: vec![top.certify(&middle, true, |ca| {
            ca.put(ext::NC, true, constraints(permitted, excluded));
        })],
        anchors: vec![top.certify(&top, true, |_| {})],
        host,
    }
}

/// Root, `lengths.len()` intermediates with these path lengths from the top down, and a leaf.
fn tower(lengths: &[Option<u8>]) -> Given {
    let top = Signer::new("Root");
    let mut above = top.clone();
    let mut others = Vec::new();
    for (number, length) in lengths.iter().enumerate() {
        let below = Signer::new(&format!("Intermediate {number}"));
        others.push(above.certify(&below, true, |ca| {
            if let Some(length) = length {
                ca.put(ext::BC, true, path_length(*length));
            }
        }));
        above = below;
    }
    Given {
        leaf: above.certify(&Signer::new("Leaf"), false, |_| {}),
        others,
        anchors: vec![top.certify(&top, true, |_| {})],
        host: "www.example.com",
    }
}

/// Two certificates of one intermediate: the first by `edit` no good, the second good. `roots` is how many of the two
/// roots that signed them are trusted, from the second on.
fn two_ways(edit: Edit, roots: usize) -> Given {
    let (one, two) = (Signer::new("Root One"), Signer::new("Root Two"));
    let middle = Signer::new("Intermediate");
    let anchors = [
        two.certify(&two, true, |_| {}),
        one.certify(&one, true, |_| {}),
    ];
    Given {
        leaf: middle.certify(&Signer::new("Leaf"), false, |_| {}),
        others: vec![
            one.certify(&middle, true, edit),
            two.certify(&middle, true, |_| {}),
        ],
        anchors: anchors.into_iter().take(roots).collect(),
        host: "www.example.com",
    }
}

/// An RSA key of so many bits; nobody has to sign with it.
fn rsa_key(bits: usize) -> Vec<u8> {
    let algorithm = seq(&[
        vec![6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1],
        vec![5, 0],
    ]);
    let first = 1_u8 << ((bits - 1) % 8);
    let sign = if first & 0x80 != 0 { vec![0] } else { vec![] };
    let modulus = [sign, vec![first], vec![0x55; (bits - 1) / 8]].concat();
    let key = seq(&[tlv(2, &modulus), vec![2, 3, 1, 0, 1]]);
    seq(&[algorithm, tlv(3, &[vec![0], key].concat())])
}

fn rfc5280() -> Vec<(&'static str, &'static str, Given)> {
    vec![
        (
            "aki: critical",
            "0 CriticalAuthorityKeyId",
            line(AS_IT_IS, AS_IT_IS, |leaf| leaf.mark(ext::AKI, true)),
        ),
        (
            "aki: leaf without",
            "0 NoAuthorityKeyId",
            line(AS_IT_IS, AS_IT_IS, |leaf| leaf.drop(ext::AKI)),
        ),
        (
            "aki: intermediate without",
            "1 NoAuthorityKeyId",
            line(AS_IT_IS, |ca| ca.drop(ext::AKI), AS_IT_IS),
        ),
        (
            "aki: root without",
            "ok",
            line(|ca| ca.drop(ext::AKI), AS_IT_IS, AS_IT_IS),
        ),
        (
            "aki: of another key",
            "ok",
            line(AS_IT_IS, AS_IT_IS, |leaf| {
                leaf.put(ext::AKI, false, seq(&[tlv(0x80, &[7; 20])]))
            }),
        ),
        (
            "ski: critical",
            "0 CriticalSubjectKeyId",
            line(AS_IT_IS, AS_IT_IS, |leaf| leaf.mark(ext::SKI, true)),
        ),
        (
            "ski: intermediate without",
            "1 NoSubjectKeyId",
            line(AS_IT_IS, |ca| ca.drop(ext::SKI), AS_IT_IS),
        ),
        (
            "ski: root without",
            "2 NoSubjectKeyId",
            line(|ca| ca.drop(ext::SKI), AS_IT_IS, AS_IT_IS),
        ),
        (
            "ski: leaf without",
            "ok",
            line(AS_IT_IS, AS_IT_IS, |leaf| leaf.drop(ext::SKI)),
        ),
        (
            "eku: without serverAuth",
            "0 Purpose",
            line(AS_IT_IS, AS_IT_IS, |leaf| {
                leaf.put(ext::EKU, false, purposes(&[2]))
            }),
        ),
        (
            "eku: no purpose",
            "0 NoPurpose",
            line(AS_IT_IS, AS_IT_IS, |leaf| {
                leaf.put(ext::EKU, false, seq(&[]))
            }),
        ),
        (
            "eku: none at all",
            "ok",
            line(AS_IT_IS, AS_IT_IS, |leaf| leaf.drop(ext::EKU)),
        ),
        (
            "nc: permitted DNS name",
            "ok",
            constrained(
                &["example.com"],
                &[],
                &["www.example.com"],
                "www.example.com",
            ),
        ),
        (
            "nc: DNS name not permitted",
            "0 NameConstraint",
            constrained(
                &["example.org"],
                &[],
                &["www.example.com"],
                "www.example.com",
            ),
        ),
        (
            "nc: excluded DNS name",
            "0 NameConstraint",
            constrained(
                &[],
                &["example.com"],
                &["www.example.com"],
                "www.example.com",
            ),
        ),
        (
            "nc: permitted and excluded",
            "0 NameConstraint",
            constrained(
                &["example.com"],
                &["www.example.com"],
                &["www.example.com"],
                "www.example.com",
            ),
        ),
        (
            "nc: one name of two",
            "0 NameConstraint",
            constrained(
                &["example.com"],
                &[],
                &["www.example.com", "www.example.org"],
                "www.example.com",
            ),
        ),
        (
            "nc: leading dot",
            "ok",
            constrained(
                &[".example.com"],
                &[],
                &["www.example.com"],
                "www.example.com",
            ),
        ),
        (
            "nc: permitted address",
            "ok",
            constrained(
                &["192.0.2.0/255.255.255.0"],
                &[],
                &["192.0.2.7"],
                "192.0.2.7",
            ),
        ),
        (
            "nc: address not permitted",
            "0 NameConstraint",
            constrained(
                &["192.0.2.0/255.255.255.0"],
                &[],
                &["198.51.100.7"],
                "198.51.100.7",
            ),
        ),
        (
            "nc: excluded address",
            "0 NameConstraint",
            constrained(
                &[],
                &["192.0.2.0/255.255.255.0"],
                &["192.0.2.7"],
                "192.0.2.7",
            ),
        ),
        (
            "nc: other kind only",
            "ok",
            constrained(
                &["192.0.2.0/255.255.255.0"],
                &[],
                &["www.example.com"],
                "www.example.com",
            ),
        ),
        (
            "nc: permitted directory name",
            "ok",
            constrained(&["CN=Leaf"], &[], &["www.example.com"], "www.example.com"),
        ),
        (
            "nc: directory name not permitted",
            "0 NameConstraint",
            constrained(&["CN=Other"], &[], &["www.example.com"], "www.example.com"),
        ),
        (
            "nc: excluded directory name",
            "0 NameConstraint",
            constrained(&[], &["CN=Leaf"], &["www.example.com"], "www.example.com"),
        ),
        (
            "nc: mailbox not permitted",
            "0 NameConstraint",
            constrained(
                &["a@example.org"],
                &[],
                &["www.example.com", "b@example.com"],
                "www.example.com",
            ),
        ),
        (
            "nc: URI not permitted",
            "0 NameConstraint",
            constrained(
                &["uri:example.org"],
                &[],
                &["www.example.com", "uri:https://x.example.com/"],
                "www.example.com",
            ),
        ),
        (
            "nc: pattern as constraint",
            "0 NameConstraint",
            constrained(
                &["*.example.com"],
                &[],
                &["www.example.com"],
                "www.example.com",
            ),
        ),
        (
            "nc: address of a wrong length",
            "0 NameConstraint",
            constrained(&["192.0.2.0"], &[], &["192.0.2.0"], "192.0.2.0"),
        ),
        (
            "nc: not critical",
            "1 NameConstraintsNotCritical",
            line(
                AS_IT_IS,
                |ca| ca.put(ext::NC, false, constraints(&["example.com"], &[])),
                AS_IT_IS,
            ),
        ),
        (
            "nc: empty",
            "1 NoConstraint",
            line(AS_IT_IS, |ca| ca.put(ext::NC, true, seq(&[])), AS_IT_IS),
        ),
        (
            "nc: in the leaf",
            "0 NameConstraintsButNoCa",
            line(AS_IT_IS, AS_IT_IS, |leaf| {
                leaf.put(ext::NC, true, constraints(&["example.com"], &[]))
            }),
        ),
        (
            "nc: of the root",
            "0 NameConstraint",
            line(
                |ca| ca.put(ext::NC, true, constraints(&["example.org"], &[])),
                AS_IT_IS,
                AS_IT_IS,
            ),
        ),
        (
            "san: empty subject, not critical",
            "0 AlternativeNotCritical",
            line(AS_IT_IS, AS_IT_IS, |leaf| leaf.subject = name("")),
        ),
        (
            "san: empty subject, critical",
            "ok",
            line(AS_IT_IS, AS_IT_IS, |leaf| {
                leaf.subject = name("");
                leaf.mark(ext::SAN, true);
            }),
        ),
        (
            "san: no name in it",
            "0 NoAlternative",
            line(AS_IT_IS, AS_IT_IS, |leaf| {
                leaf.put(ext::SAN, false, seq(&[]))
            }),
        ),
        (
            "san: not DER",
            "0 defect extnValue",
            line(AS_IT_IS, AS_IT_IS, |leaf| {
                leaf.put(ext::SAN, false, vec![0x30, 0x40, 1])
            }),
        ),
        (
            "serial: negative",
            "0 defect serialNumber",
            line(AS_IT_IS, AS_IT_IS, |leaf| leaf.serial = tlv(2, &[0x80, 1])),
        ),
        (
            "serial: zero",
            "0 defect serialNumber",
            line(AS_IT_IS, AS_IT_IS, |leaf| leaf.serial = tlv(2, &[0])),
        ),
        (
            "serial: too long",
            "0 defect serialNumber",
            line(AS_IT_IS, AS_IT_IS, |leaf| leaf.serial = tlv(2, &[0x11; 21])),
        ),
        (
            "serial: twenty octets",
            "ok",
            line(AS_IT_IS, AS_IT_IS, |leaf| leaf.serial = tlv(2, &[0x11; 20])),
        ),
        (
            "validity: leaf expired",
            "0 Expired",
            line(AS_IT_IS, AS_IT_IS, |leaf| {
                leaf.not_after = tlv(0x17, b"260101000000Z")
            }),
        ),
        (
            "validity: leaf to come",
            "0 NotYetValid",
            line(AS_IT_IS, AS_IT_IS, |leaf| {
                leaf.not_before = tlv(0x17, b"270101000000Z")
            }),
        ),
        (
            "validity: intermediate expired",
            "1 Expired",
            line(
                AS_IT_IS,
                |ca| ca.not_after = tlv(0x17, b"260101000000Z"),
                AS_IT_IS,
            ),
        ),
        (
            "validity: root expired",
            "2 Expired",
            line(
                |ca| ca.not_after = tlv(0x17, b"260101000000Z"),
                AS_IT_IS,
                AS_IT_IS,
            ),
        ),
        (
            "validity: GeneralizedTime before 2050",
            "0 defect notAfter",
            line(AS_IT_IS, AS_IT_IS, |leaf| {
                leaf.not_after = tlv(0x18, b"20300101000000Z")
            }),
        ),
        (
            "validity: GeneralizedTime after 2050",
            "ok",
            line(AS_IT_IS, AS_IT_IS, |leaf| {
                leaf.not_after = tlv(0x18, b"20510101000000Z")
            }),
        ),
        (
            "validity: without seconds",
            "0 defect notAfter",
            line(AS_IT_IS, AS_IT_IS, |leaf| {
                leaf.not_after = tlv(0x17, b"3001010000Z")
            }),
        ),
        (
            "validity: with an offset",
            "0 defect notAfter",
            line(AS_IT_IS, AS_IT_IS, |leaf| {
                leaf.not_after = tlv(0x17, b"300101000000+0100")
            }),
        ),
        (
            "version: 1 with extensions",
            "0 ExtensionsInOldVersion",
            line(AS_IT_IS, AS_IT_IS, |leaf| leaf.version = None),
        ),
        (
            "version: 2 with extensions",
            "0 ExtensionsInOldVersion",
            line(AS_IT_IS, AS_IT_IS, |leaf| leaf.version = Some(1)),
        ),
        (
            "version: 4",
            "0 defect version",
            line(AS_IT_IS, AS_IT_IS, |leaf| leaf.version = Some(3)),
        ),
        (
            "version: intermediate of version 1",
            "1 NotACa",
            line(
                AS_IT_IS,
                |ca| {
                    ca.version = None;
                    ca.extensions.clear();
                },
                AS_IT_IS,
            ),
        ),
        (
            "root: no basicConstraints",
            "2 NotACa",
            line(|ca| ca.drop(ext::BC), AS_IT_IS, AS_IT_IS),
        ),
        (
            "root: basicConstraints not critical",
            "2 BasicConstraintsNotCritical",
            line(|ca| ca.mark(ext::BC, false), AS_IT_IS, AS_IT_IS),
        ),
        (
            "root: no keyCertSign",
            "2 KeyUsage",
            line(
                |ca| ca.put(ext::KU, true, vec![3, 2, 1, 2]),
                AS_IT_IS,
                AS_IT_IS,
            ),
        ),
        (
            "intermediate: no basicConstraints",
            "1 NotACa",
            line(AS_IT_IS, |ca| ca.drop(ext::BC), AS_IT_IS),
        ),
        (
            "intermediate: no CA",
            "1 NotACa",
            line(AS_IT_IS, |ca| ca.put(ext::BC, true, seq(&[])), AS_IT_IS),
        ),
        (
            "intermediate: basicConstraints not critical",
            "1 BasicConstraintsNotCritical",
            line(AS_IT_IS, |ca| ca.mark(ext::BC, false), AS_IT_IS),
        ),
        (
            "intermediate: no keyUsage",
            "1 NoKeyUsage",
            line(AS_IT_IS, |ca| ca.drop(ext::KU), AS_IT_IS),
        ),
        (
            "intermediate: no keyCertSign",
            "1 KeyUsage",
            line(
                AS_IT_IS,
                |ca| ca.put(ext::KU, true, vec![3, 2, 1, 2]),
                AS_IT_IS,
            ),
        ),
        ("intermediate: empty subject", "1 NoSubject", {
            let (top, middle) = (Signer::new("Root"), Signer::new(""));
            Given {
                leaf: middle.certify(&Signer::new("Leaf"), false, |_| {}),
                others: vec![top.certify(&middle, true, |_| {})],
                anchors: vec![top.certify(&top, true, |_| {})],
                host: "www.example.com",
            }
        }),
        (
            "intermediate: unknown critical extension",
            "1 UnknownCritical",
            line(
                AS_IT_IS,
                |ca| ca.put(ext::NOBODYS, true, vec![5, 0]),
                AS_IT_IS,
            ),
        ),
        (
            "leaf: a CA",
            "0 CaAsLeaf",
            line(AS_IT_IS, AS_IT_IS, |leaf| {
                leaf.put(ext::BC, true, seq(&[vec![1, 1, 0xff]]))
            }),
        ),
        (
            "leaf: keyCertSign",
            "0 SigningButNoCa",
            line(AS_IT_IS, AS_IT_IS, |leaf| {
                leaf.put(ext::KU, true, vec![3, 2, 2, 0x84])
            }),
        ),
        (
            "leaf: path length",
            "0 PathLengthButNoCa",
            line(AS_IT_IS, AS_IT_IS, |leaf| {
                leaf.put(ext::BC, true, seq(&[vec![2, 1, 0]]))
            }),
        ),
        (
            "leaf: unknown critical extension",
            "0 UnknownCritical",
            line(AS_IT_IS, AS_IT_IS, |leaf| {
                leaf.put(ext::NOBODYS, true, vec![5, 0])
            }),
        ),
        (
            "leaf: unknown extension",
            "ok",
            line(AS_IT_IS, AS_IT_IS, |leaf| {
                leaf.put(ext::NOBODYS, false, vec![5, 0])
            }),
        ),
        (
            "leaf: wrong signature",
            "0 BadSignature",
            line(AS_IT_IS, AS_IT_IS, |leaf| leaf.spoil_signature = true),
        ),
        (
            "leaf: an extension twice",
            "0 defect extension",
            line(AS_IT_IS, AS_IT_IS, |leaf| {
                leaf.extensions
                    .push((ext::SAN.to_vec(), false, san(&["www.example.com"])))
            }),
        ),
        (
            "pc: not critical",
            "1 PolicyConstraintsNotCritical",
            line(
                AS_IT_IS,
                |ca| ca.put(ext::PC, false, seq(&[vec![0x80, 1, 0]])),
                AS_IT_IS,
            ),
        ),
        (
            "pc: critical",
            "ok",
            line(
                AS_IT_IS,
                |ca| ca.put(ext::PC, true, seq(&[vec![0x81, 1, 0]])),
                AS_IT_IS,
            ),
        ),
    ]
}

fn webpki() -> Vec<(&'static str, &'static str, Given)> {
    vec![
        (
            "aki: leaf with the issuer's name and serial",
            "ok",
            line(AS_IT_IS, AS_IT_IS, |leaf| {
                leaf.put(
                    ext::AKI,
                    false,
                    seq(&[
                        tlv(0x80, &[9; 20]),
                        tlv(0xa1, &general("CN=Root")),
                        tlv(0x82, &[1]),
                    ]),
                )
            }),
        ),
        (
            "eku: any purpose",
            "0 AnyPurpose",
            line(AS_IT_IS, AS_IT_IS, |leaf| {
                leaf.put(ext::EKU, false, purposes(&[0]))
            }),
        ),
        (
            "eku: critical",
            "ok",
            line(AS_IT_IS, AS_IT_IS, |leaf| leaf.mark(ext::EKU, true)),
        ),
        (
            "eku: intermediate for clients",
            "1 Purpose",
            line(
                AS_IT_IS,
                |ca| ca.put(ext::EKU, false, purposes(&[2])),
                AS_IT_IS,
            ),
        ),
        (
            "eku: root for clients",
            "2 Purpose",
            line(
                |ca| ca.put(ext::EKU, false, purposes(&[2])),
                AS_IT_IS,
                AS_IT_IS,
            ),
        ),
        (
            "keys: RSA of 1024 bits",
            "0 key RSA 1024",
            line(AS_IT_IS, AS_IT_IS, |leaf| leaf.spki = rsa_key(1024)),
        ),
        (
            "keys: RSA of 2047 bits",
            "0 key RSA 2047",
            line(AS_IT_IS, AS_IT_IS, |leaf| leaf.spki = rsa_key(2047)),
        ),
        (
            "keys: P-192",
            "0 key EC P-192",
            line(AS_IT_IS, AS_IT_IS, |leaf| {
                let algorithm = seq(&[
                    vec![6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1],
                    vec![6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 1],
                ]);
                leaf.spki = seq(&[algorithm, tlv(3, &[vec![0, 4], vec![5; 48]].concat())]);
            }),
        ),
        (
            "keys: DSA",
            "0 key DSA 0",
            line(AS_IT_IS, AS_IT_IS, |leaf| {
                leaf.spki = seq(&[
                    seq(&[vec![6, 7, 0x2a, 0x86, 0x48, 0xce, 0x38, 4, 1]]),
                    tlv(3, &[0, 2, 1, 5]),
                ]);
            }),
        ),
        (
            "nc: permitted wildcard",
            "ok",
            constrained(&["example.com"], &[], &["*.example.com"], "www.example.com"),
        ),
        (
            "nc: wildcard that reaches beyond",
            "0 NameConstraint",
            constrained(
                &["www.example.com"],
                &[],
                &["*.example.com"],
                "www.example.com",
            ),
        ),
        (
            "nc: wildcard that reaches the excluded",
            "0 NameConstraint",
            constrained(
                &[],
                &["www.example.com"],
                &["*.example.com"],
                "a.example.com",
            ),
        ),
        (
            "san: exact",
            "ok",
            asked("www.example.com", &["www.example.com"]),
        ),
        (
            "san: in capitals",
            "ok",
            asked("www.example.com", &["WWW.EXAMPLE.COM"]),
        ),
        (
            "san: wildcard",
            "ok",
            asked("www.example.com", &["*.example.com"]),
        ),
        (
            "san: wildcard of two labels",
            "name WildcardDepth",
            asked("a.b.example.com", &["*.example.com"]),
        ),
        (
            "san: wildcard and apex",
            "name WwwOrApex",
            asked("example.com", &["*.example.com"]),
        ),
        (
            "san: wildcard inside",
            "name Unrelated",
            asked("www.example.com", &["www.*.com"]),
        ),
        (
            "san: part of a label",
            "name Unrelated",
            asked("www.example.com", &["w*.example.com"]),
        ),
        (
            "san: www and apex",
            "name WwwOrApex",
            asked("www.example.com", &["example.com"]),
        ),
        (
            "san: another name",
            "name Unrelated",
            asked("www.example.com", &["www.example.org"]),
        ),
        ("san: address", "ok", asked("192.0.2.7", &["192.0.2.7"])),
        (
            "san: another address",
            "name AddressNotListed",
            asked("192.0.2.7", &["192.0.2.8"]),
        ),
        (
            "san: address as DNS name",
            "name AddressNotListed",
            asked("192.0.2.7", &["192.0.2.7.example.com"]),
        ),
        (
            "san: dot at the end",
            "name TrailingDot",
            asked("www.example.com", &["www.example.com."]),
        ),
        (
            "san: underscore",
            "name Underscore",
            asked("a_b.example.com", &["a-b.example.com"]),
        ),
        (
            "san: international",
            "name International",
            asked("xn--bcher-kva.example", &["bücher.example"]),
        ),
        ("cn: only there", "name CommonNameOnly", {
            let top = Signer::new("Root");
            Given {
                leaf: top.certify(&Signer::new("www.example.com"), false, |leaf| {
                    leaf.drop(ext::SAN)
                }),
                others: Vec::new(),
                anchors: vec![top.certify(&top, true, |_| {})],
                host: "www.example.com",
            }
        }),
        (
            "malformed: critical access",
            "0 CriticalInformationAccess",
            line(AS_IT_IS, AS_IT_IS, |leaf| {
                leaf.put(
                    ext::AIA,
                    true,
                    seq(&[seq(&[
                        vec![6, 8, 0x2b, 6, 1, 5, 5, 7, 0x30, 2],
                        tlv(0x86, b"http://a.example/"),
                    ])]),
                )
            }),
        ),
        (
            "malformed: access is no DER",
            "0 defect extnValue",
            line(AS_IT_IS, AS_IT_IS, |leaf| {
                leaf.put(ext::AIA, false, vec![0x30, 9, 9])
            }),
        ),
        (
            "malformed: keyUsage is no bit string",
            "0 defect extnValue",
            line(AS_IT_IS, AS_IT_IS, |leaf| {
                leaf.put(ext::KU, true, vec![5, 0])
            }),
        ),
        (
            "malformed: basicConstraints is no sequence",
            "0 defect extnValue",
            line(AS_IT_IS, AS_IT_IS, |leaf| {
                leaf.put(ext::BC, true, vec![5, 0])
            }),
        ),
        ("root: self-signed leaf that is trusted", "ok", {
            let end = Signer::new("www.example.com");
            let leaf = end.certify(&end, false, |_| {});
            Given {
                leaf: leaf.clone(),
                others: Vec::new(),
                anchors: vec![leaf],
                host: "www.example.com",
            }
        }),
        ("root: self-signed leaf that is not", "self-signed", {
            let (top, end) = (Signer::new("Root"), Signer::new("www.example.com"));
            Given {
                leaf: end.certify(&end, false, |_| {}),
                others: Vec::new(),
                anchors: vec![top.certify(&top, true, |_| {})],
                host: "www.example.com",
            }
        }),
    ]
}

fn paths() -> Vec<(&'static str, &'static str, Given)> {
    let over: Edit = |ca| ca.not_after = tlv(0x17, b"260101000000Z");
    vec![
        ("pathlen: 0 and none below", "ok", tower(&[Some(0)])),
        (
            "pathlen: 0 and one below",
            "2 PathLength",
            tower(&[Some(0), None]),
        ),
        ("pathlen: 1 and one below", "ok", tower(&[Some(1), Some(0)])),
        (
            "pathlen: 1 and two below",
            "3 PathLength",
            tower(&[Some(1), None, None]),
        ),
        (
            "pathlen: larger below than above",
            "ok",
            tower(&[Some(1), Some(7)]),
        ),
        ("pathlen: of the root", "2 PathLength", {
            let (top, middle) = (Signer::new("Root"), Signer::new("Intermediate"));
            Given {
                leaf: middle.certify(&Signer::new("Leaf"), false, |_| {}),
                others: vec![top.certify(&middle, true, |_| {})],
                anchors: vec![top.certify(&top, true, |ca| ca.put(ext::BC, true, path_length(0)))],
                host: "www.example.com",
            }
        }),
        ("pathlen: self-issued does not count", "ok", {
            let (top, one) = (Signer::new("Root"), Signer::new("Intermediate"));
            let two = Signer::new("Intermediate");
            Given {
                leaf: two.certify(&Signer::new("Leaf"), false, |_| {}),
                others: vec![
                    top.certify(&one, true, |ca| ca.put(ext::BC, true, path_length(0))),
                    one.certify(&two, true, |_| {}),
                ],
                anchors: vec![top.certify(&top, true, |_| {})],
                host: "www.example.com",
            }
        }),
        ("pathological: eight intermediates", "ok", tower(&[None; 8])),
        (
            "pathological: forty intermediates",
            "exhausted",
            tower(&[None; 40]),
        ),
        ("pathological: crosses in a circle", "missing", {
            let (one, two) = (Signer::new("One"), Signer::new("Two"));
            let top = Signer::new("Root");
            Given {
                leaf: one.certify(&Signer::new("Leaf"), false, |_| {}),
                others: vec![
                    two.certify(&one, true, |_| {}),
                    one.certify(&two, true, |_| {}),
                ],
                anchors: vec![top.certify(&top, true, |_| {})],
                host: "www.example.com",
            }
        }),
        ("pathological: crosses in a circle with a way out", "ok", {
            let (one, two) = (Signer::new("One"), Signer::new("Two"));
            let top = Signer::new("Root");
            Given {
                leaf: one.certify(&Signer::new("Leaf"), false, |_| {}),
                others: vec![
                    two.certify(&one, true, |_| {}),
                    one.certify(&two, true, |_| {}),
                    top.certify(&two, true, |_| {}),
                ],
                anchors: vec![top.certify(&top, true, |_| {})],
                host: "www.example.com",
            }
        }),
        ("pathological: constraints without end", "0 TooManyNames", {
            let bases: Vec<String> = (0..512)
                .map(|number| format!("n{number}.example"))
                .collect();
            let names: Vec<String> = (0..512)
                .map(|number| format!("a.n{number}.example"))
                .collect();
            let bases: Vec<&str> = bases.iter().map(String::as_str).collect();
            let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
            names.push("www.example.com");
            constrained(&bases, &bases, &names, "www.example.com")
        }),
        ("online: intermediate missing", "missing", {
            let (top, middle) = (Signer::new("Root"), Signer::new("Intermediate"));
            Given {
                leaf: middle.certify(&Signer::new("Leaf"), false, |_| {}),
                others: Vec::new(),
                anchors: vec![top.certify(&top, true, |_| {})],
                host: "www.example.com",
            }
        }),
        ("online: root not trusted", "missing", two_ways(AS_IT_IS, 0)),
        ("bettertls: both ways good", "ok", two_ways(AS_IT_IS, 2)),
        ("bettertls: one root trusted", "ok", two_ways(AS_IT_IS, 1)),
        ("bettertls: one way expired", "ok", two_ways(over, 2)),
        (
            "bettertls: one way no CA",
            "ok",
            two_ways(
                |ca| {
                    ca.put(ext::BC, true, seq(&[]));
                    ca.drop(ext::KU);
                },
                2,
            ),
        ),
        (
            "bettertls: one way for clients",
            "ok",
            two_ways(|ca| ca.put(ext::EKU, false, purposes(&[2])), 2),
        ),
        (
            "bettertls: one way constrained",
            "ok",
            two_ways(
                |ca| ca.put(ext::NC, true, constraints(&["example.org"], &[])),
                2,
            ),
        ),
        (
            "bettertls: one way too deep",
            "ok",
            two_ways(|ca| ca.put(ext::BC, true, path_length(0)), 2),
        ),
        (
            "bettertls: one way not signed so",
            "ok",
            two_ways(|ca| ca.spoil_signature = true, 2),
        ),
        (
            "bettertls: one way critical",
            "ok",
            two_ways(|ca| ca.put(ext::NOBODYS, true, vec![5, 0]), 2),
        ),
        (
            "bettertls: names in both subtrees",
            "0 NameConstraint",
            constrained(
                &["example.com"],
                &["www.example.com"],
                &["www.example.com", "a.example.com"],
                "a.example.com",
            ),
        ),
        (
            "bettertls: common name outside",
            "0 NameConstraint",
            constrained(
                &["CN=Other", "example.com"],
                &[],
                &["www.example.com"],
                "www.example.com",
            ),
        ),
    ]
}

fn cases() -> Vec<Case> {
    let groups = [
        ("rfc5280", rfc5280()),
        ("webpki", webpki()),
        ("paths", paths()),
    ];
    groups
        .into_iter()
        .flat_map(|(group, cases)| {
            cases.into_iter().map(move |(name, fault, given)| Case {
                group,
                name,
                fault,
                given,
            })
        })
        .collect()
}

/// Everything that is said of what is given, in the table's words.
fn named(given: &Given) -> Vec<String> {
    let mut words = Vec::new();
    let mut read = |depth: usize, der: &[u8]| {
        let parsed = Certificate::parse(der);
        words.extend(
            parsed
                .defects
                .iter()
                .map(|defect| format!("{depth} defect {}", defect.field)),
        );
        let certificate = parsed.certificate.unwrap();
        let breaches = profile::breaches(&certificate);
        words.extend(breaches.iter().map(|breach| format!("{depth} {breach:?}")));
        certificate
    };
    let leaf = read(0, &given.leaf);
    let others: Vec<Certificate> = given
        .others
        .iter()
        .enumerate()
        .map(|(number, der)| read(number + 1, der))
        .collect();
    let depth = others.len() + 1;
    let anchors: Vec<Anchor> = given
        .anchors
        .iter()
        .filter(|der| **der != given.leaf)
        .map(|der| read(depth, der))
        .map(|certificate| Anchor { certificate })
        .chain(given.anchors.contains(&given.leaf).then(|| Anchor {
            certificate: leaf.clone(),
        }))
        .collect();
    if leaf.key.text != "EC P-256" {
        words.push(format!("0 key {}", leaf.key.text));
    }
    let mut pool = Pool::default();
    for certificate in others {
        pool.add(certificate, CertificateSource::Served);
    }
    let search = build(&leaf, &pool, &anchors, now());
    let kind = |problem: &PathProblem| {
        let kind = format!("{:?}", problem.kind);
        format!(
            "{} {}",
            problem.depth,
            kind.split([' ', '(']).next().unwrap()
        )
    };
    match search.best() {
        Some(best) => words.extend(best.problems.iter().chain(&best.remarks).map(kind)),
        None if search.exhausted => words.push("exhausted".to_owned()),
        None if search.ends_in_self_signed.is_some() => words.push("self-signed".to_owned()),
        None => words.push("missing".to_owned()),
    }
    let identity = ServerIdentity::parse(given.host).unwrap();
    if let Err(mismatch) = pki::name::check(&leaf, &identity) {
        let reason = format!("{:?}", mismatch.reason);
        words.push(format!("name {}", reason.split([' ', '{']).next().unwrap()));
    }
    words
}

#[test]
fn each_case_names_the_fault_it_was_made_for() {
    let cases = cases();
    let mut wrong = Vec::new();
    for case in &cases {
        let named = named(&case.given);
        let is_right = match case.fault {
            "ok" => named.is_empty(),
            fault => named.iter().any(|word| word == fault),
        };
        if !is_right {
            let (group, name, fault) = (case.group, case.name, case.fault);
            wrong.push(format!("{group} {name}: {fault}, but {named:?}"));
        }
    }
    let right = cases.len() - wrong.len();
    println!(
        "{right} of {} cases name the fault they were made for",
        cases.len()
    );
    assert_eq!(wrong, Vec::<String>::new());
}
