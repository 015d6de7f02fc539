//! Timestamps in a certificate of the public web, and the same when something is changed.

use pki::Certificate;
use pki::transparency::{Delivery, SignedTimestamp, TimestampDefect, check, embedded, list, log};

/// What crates.io served in 2023.
const CHAIN: &[u8] = include_bytes!("../../testdata/crates.io-chain.pem");
const TIMESTAMPS: &str = "1.3.6.1.4.1.11129.2.4.2";

fn chain() -> Vec<Certificate> {
    let ders = pki::pem::certificates(CHAIN).unwrap();
    ders.iter()
        .filter_map(|der| Certificate::parse(der).certificate)
        .collect()
}

#[test]
fn three_logs_saw_it() {
    let chain = chain();
    let (leaf, issuer) = (&chain[0], &chain[1]);
    let (logged, defect) = check(leaf, issuer, &[], None);
    assert_eq!(defect, None);
    let names: Vec<&str> = logged
        .iter()
        .map(|logged| logged.log.as_ref().unwrap().name)
        .collect();
    assert_eq!(
        names,
        [
            "Google 'Argon2024' log",
            "DigiCert Nessie2024 Log",
            "DigiCert Yeti2024 Log"
        ]
    );
    for logged in &logged {
        assert_eq!(logged.delivery, Delivery::Certificate);
        let off = logged.at.duration_since(leaf.not_before).as_hours();
        assert!((-1..48).contains(&off), "{off} hours");
    }
}

#[test]
fn what_is_changed_does_not_verify() {
    let chain = chain();
    let (leaf, issuer) = (&chain[0], &chain[1]);
    let invalid = |certificate: &Certificate, issuer: &Certificate| {
        let (logged, _) = check(certificate, issuer, &[], None);
        logged
            .iter()
            .all(|logged| matches!(logged.log, Err(TimestampDefect::Signature(_))))
    };
    assert!(invalid(leaf, leaf), "another issuer");
    let name = b"crates.io";
    let mut der = leaf.der.clone();
    let place = der.windows(name.len()).rposition(|at| at == name).unwrap();
    der[place] ^= 1;
    let other = Certificate::parse(&der).certificate.unwrap();
    assert!(invalid(&other, issuer), "another name");
    // In the handshake the same octets would be about the whole certificate.
    let whole = embedded_list(&leaf.extension(TIMESTAMPS).unwrap().value);
    let length = usize::from(u16::from_be_bytes([whole[2], whole[3]]));
    let first = &whole[4..4 + length];
    let timestamp = SignedTimestamp::read(first).unwrap();
    let key = &log(&timestamp.log).unwrap().key;
    assert_eq!(timestamp.verify(key, leaf, issuer, true), Ok(()));
    assert!(timestamp.verify(key, leaf, issuer, false).is_err());
    let (logged, defect) = check(leaf, issuer, &[first.to_vec(), vec![1]], None);
    assert_eq!(
        logged.len(),
        3,
        "the unreadable one takes the others of its list along"
    );
    assert_eq!(
        defect,
        Some(TimestampDefect::Malformed { field: "version" })
    );
    let stranger = log(&[0; 32]).unwrap_err();
    assert_eq!(stranger, TimestampDefect::UnknownLog { id: "0".repeat(64) });
}

/// The octets of the list: what the octet string holds.
fn embedded_list(value: &[u8]) -> &[u8] {
    match value[1] {
        0x81 => &value[3..],
        0x82 => &value[4..],
        _ => &value[2..],
    }
}

#[test]
fn cut_anywhere_it_cannot_be_read() {
    let chain = chain();
    let leaf = &chain[0];
    assert_eq!(embedded(leaf).unwrap().unwrap().len(), 3);
    assert!(embedded(&chain[1]).is_none());
    let whole = embedded_list(&leaf.extension(TIMESTAMPS).unwrap().value);
    assert_eq!(list(whole).unwrap().len(), 3);
    for end in 0..whole.len() {
        assert!(list(&whole[..end]).is_err(), "cut at {end}");
    }
}
