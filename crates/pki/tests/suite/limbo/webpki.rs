//! What the web's clients demand beyond it, and of names.

use super::{AS_IT_IS, Given, Row, asked, constrained, line, rsa_key};
use crate::forge::{Signer, ext, general, purposes, seq, tlv};

pub(super) fn cases() -> Vec<Row> {
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
