//! The path tests of NIST's PKITS: each certificate in a pool of all CAs, and what the search says of it.

use crate::authority::now;
use pki::Certificate;
use pki::path::{Anchor, Pool, build};
use report::CertificateSource;

const CERTIFICATES: &[u8] = include_bytes!("../../testdata/pkits.der");
const TABLE: &str = include_str!("../../testdata/pkits.csv");

/// One test of the suite.
struct Row {
    number: &'static str,
    name: &'static str,
    /// What PKITS demands.
    valid: bool,
    /// What we must say: depths and kinds, `missing`, or nothing.
    wanted: &'static str,
    /// Why that is another verdict than PKITS demands.
    why: &'static str,
}

fn rows() -> Vec<Row> {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let fields: Vec<&str> = line.splitn(5, ',').collect();
            let [number, name, valid, wanted, why] = fields[..] else {
                panic!("{line}")
            };
            Row {
                number,
                name,
                valid: valid == "valid",
                wanted,
                why,
            }
        })
        .collect()
}

/// Certificates that stand one after another.
fn split(mut octets: &[u8]) -> Vec<Certificate> {
    let mut all = Vec::new();
    while let [0x30, 0x82, high, low, ..] = octets {
        let length = 4 + usize::from(u16::from_be_bytes([*high, *low]));
        let (one, rest) = octets.split_at(length);
        let parsed = Certificate::parse(one).certificate;
        all.push(parsed.expect("every certificate of PKITS can be read"));
        octets = rest;
    }
    assert_eq!(octets, b"");
    all
}

/// What the search says, in the table's words.
fn verdict(leaf: &Certificate, pool: &Pool, anchor: &Anchor) -> String {
    let search = build(leaf, pool, std::slice::from_ref(anchor), now());
    assert!(!search.exhausted);
    let Some(best) = search.best() else {
        assert!(!search.missing.is_empty());
        return "missing".to_owned();
    };
    let problem = |problem: &pki::path::PathProblem| {
        let kind = format!("{:?}", problem.kind);
        let kind = kind.split([' ', '(']).next().unwrap_or_default().to_owned();
        format!("{} {kind}", problem.depth)
    };
    best.problems
        .iter()
        .map(problem)
        .collect::<Vec<_>>()
        .join("; ")
}

#[test]
fn every_path_test_names_the_fault_it_was_made_for() {
    let rows = rows();
    let all = split(CERTIFICATES);
    let (authorities, leaves) = all.split_at(all.len() - rows.len());
    let anchor = Anchor {
        certificate: authorities[0].clone(),
    };
    let mut pool = Pool::default();
    for certificate in &authorities[1..] {
        pool.add(certificate.clone(), CertificateSource::Served);
    }
    let mut wrong = Vec::new();
    for (row, leaf) in rows.iter().zip(leaves) {
        let got = verdict(leaf, &pool, &anchor);
        if got != row.wanted {
            wrong.push(format!("{} {}: {got:?}", row.number, row.name));
        }
        let diverges = row.valid != row.wanted.is_empty();
        assert_eq!(
            diverges,
            row.valid && !row.why.is_empty(),
            "{}: every other verdict than PKITS demands is explained, and no other",
            row.number
        );
    }
    let agreeing = rows
        .iter()
        .filter(|row| row.valid == row.wanted.is_empty())
        .count();
    println!("{agreeing} of {} as PKITS demands", rows.len());
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!((rows.len(), agreeing), (93, 91));
}
