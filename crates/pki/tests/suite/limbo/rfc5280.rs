//! What RFC 5280 demands of each field, and of a path.

use super::{AS_IT_IS, Given, Row, constrained, line};
use crate::forge::{Signer, constraints, ext, name, purposes, san, seq, tlv};

pub(super) fn cases() -> Vec<Row> {
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
