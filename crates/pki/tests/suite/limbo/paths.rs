//! Path lengths, paths that are hard to find, and paths around a fault.

use super::{AS_IT_IS, Edit, Given, Row, constrained, tower, two_ways};
use crate::forge::{Signer, constraints, ext, path_length, purposes, seq, tlv};

pub(super) fn cases() -> Vec<Row> {
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
