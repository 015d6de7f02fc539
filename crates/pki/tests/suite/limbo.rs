//! The groups of x509-limbo (rfc5280, webpki, pathlen, pathological, online and bettertls), each case made anew with the
//! fault it stands for, and the fault that must be named.

mod paths;
mod rfc5280;
mod webpki;

use crate::authority::now;
use crate::forge::{Forged, Signer, constraints, ext, path_length, san, seq, tlv};
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

/// The name of a case, the fault it was made for, and what is given.
type Row = (&'static str, &'static str, Given);

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

fn cases() -> Vec<Case> {
    let groups = [
        ("rfc5280", rfc5280::cases()),
        ("webpki", webpki::cases()),
        ("paths", paths::cases()),
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
