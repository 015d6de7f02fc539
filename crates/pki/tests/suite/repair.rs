//! The chain of a file.

use crate::authority::{Entity, authority, key_of, now, pool, server};
use pki::Certificate;
use pki::path::Pool;
use pki::pem::is_key_of;
use pki::repair::{Dropped, LeafError, Repair, leaf, repair};
use rcgen::date_time_ymd;
use report::Secret;

struct Line {
    root: Entity,
    upper: Entity,
    lower: Entity,
    leaf: Entity,
}

fn line() -> Line {
    let root = Entity::root("Root");
    let upper = root.issue(authority("Upper"));
    let lower = upper.issue(authority("Lower"));
    let leaf = lower.issue(server(&["www.shop.test"]));
    Line {
        root,
        upper,
        lower,
        leaf,
    }
}

fn own(entities: &[&Entity]) -> Vec<Certificate> {
    entities
        .iter()
        .map(|entity| entity.certificate.clone())
        .collect()
}

fn repaired(line: &Line, file: &[&Entity], more: &Pool) -> Repair {
    let anchors = [line.root.anchor()];
    repair(&line.leaf.certificate, &own(file), more, &anchors, now())
}

fn secret(entity: &Entity) -> Secret<Vec<u8>> {
    Secret::new(entity.key.serialized_der().to_vec())
}

#[test]
fn a_good_file_stays_as_it_is() {
    let line = line();
    let file = [&line.leaf, &line.lower, &line.upper];
    let repair = repaired(&line, &file, &Pool::default());
    assert_eq!(repair.chain, own(&file));
    assert!(repair.path.is_some_and(|path| path.problems.is_empty()));
    assert!(repair.dropped.is_empty() && !repair.reordered && repair.missing.is_empty());
}

#[test]
fn what_does_not_belong_is_dropped_and_the_rest_put_in_order() {
    let line = line();
    let stranger = Entity::root("Stranger");
    let file = [
        &line.root,
        &line.leaf,
        &line.upper,
        &stranger,
        &line.lower,
        &line.leaf,
    ];
    let repair = repaired(&line, &file, &Pool::default());
    assert_eq!(repair.chain, own(&[&line.leaf, &line.lower, &line.upper]));
    assert!(repair.reordered);
    let of = |entity: &Entity, why| (entity.certificate.clone(), why);
    assert_eq!(
        repair.dropped,
        [
            of(&line.root, Dropped::Root),
            of(&stranger, Dropped::Unrelated),
            of(&line.leaf, Dropped::Duplicate),
        ]
    );
}

#[test]
fn what_is_missing_comes_from_elsewhere() {
    let line = line();
    let more = pool([&line.upper, &line.lower]);
    let expected = own(&[&line.leaf, &line.lower, &line.upper]);
    let repair = repaired(&line, &[&line.leaf], &more);
    assert_eq!(repair.chain, expected);
    let alone = repaired(&line, &[&line.leaf, &line.lower], &Pool::default());
    assert!(alone.path.is_none());
    assert_eq!(alone.chain, expected[..2]);
    assert_eq!(alone.missing[0].name, "CN=Upper");
    let gap = repaired(&line, &[&line.leaf, &line.upper], &Pool::default());
    assert_eq!(
        gap.dropped,
        [(line.upper.certificate.clone(), Dropped::Unplaced)]
    );
}

#[test]
fn a_cross_sign_in_the_file_is_kept_until_it_ends() {
    let line = line();
    let older = Entity::root("Older");
    let cross = older.issue_for(authority("Root"), line.root.key.clone());
    let file = [&line.leaf, &line.lower, &line.upper, &cross, &older];
    let repair = repaired(&line, &file, &Pool::default());
    assert_eq!(repair.chain, own(&file[..4]));
    assert_eq!(repair.dropped, [(older.certificate.clone(), Dropped::Root)]);

    let mut ended = authority("Root");
    ended.not_after = date_time_ymd(2025, 1, 1);
    let ended = older.issue_for(ended, line.root.key.clone());
    let file = [&line.leaf, &ended, &line.lower, &line.upper];
    let repair = repaired(&line, &file, &Pool::default());
    assert_eq!(repair.chain, own(&[&line.leaf, &line.lower, &line.upper]));
    assert_eq!(
        repair.dropped,
        [(ended.certificate.clone(), Dropped::Expired)]
    );
}

#[test]
fn of_two_certificates_of_one_issuer_the_files_own_and_valid_one_counts() {
    let line = line();
    let mut ended = authority("Lower");
    ended.not_after = date_time_ymd(2025, 1, 1);
    let ended = line.upper.issue_for(ended, line.lower.key.clone());
    let other = line
        .upper
        .issue_for(authority("Lower"), line.lower.key.clone());
    let file = [&line.leaf, &ended, &line.upper, &other];
    let repair = repaired(&line, &file, &pool([&line.lower]));
    assert_eq!(repair.chain, own(&[&line.leaf, &other, &line.upper]));
    assert_eq!(
        repair.dropped,
        [(ended.certificate.clone(), Dropped::Expired)]
    );
    let file = [&line.leaf, &line.lower, &line.upper, &other];
    let repair = repaired(&line, &file, &Pool::default());
    assert_eq!(repair.chain.len(), 3);
    assert_eq!(repair.dropped.len(), 1);
    assert_eq!(repair.dropped[0].1, Dropped::Spare);
}

#[test]
fn the_leaf_is_the_keys_or_the_only_one() {
    let line = line();
    let second = line.lower.issue(server(&["mail.shop.test"]));
    let one = own(&[&line.upper, &line.leaf, &line.lower, &line.leaf]);
    assert_eq!(leaf(&one, None).as_ref(), Ok(&line.leaf.certificate));
    let two = own(&[&second, &line.leaf, &line.lower]);
    let both = own(&[&second, &line.leaf]);
    assert_eq!(leaf(&two, None), Err(LeafError::Several(both)));
    let key = secret(&line.leaf);
    assert_eq!(leaf(&two, Some(&key)).as_ref(), Ok(&line.leaf.certificate));
    let foreign = secret(&line.upper);
    assert_eq!(leaf(&two, Some(&foreign)), Err(LeafError::KeyOfNone));
    let unreadable = Secret::new(vec![0x30, 0]);
    assert_eq!(
        leaf(&one, Some(&unreadable)).as_ref(),
        Ok(&line.leaf.certificate)
    );
    assert_eq!(leaf(&[], None), Err(LeafError::None));
    let authorities = own(&[&line.upper, &line.lower, &line.root]);
    assert_eq!(
        leaf(&authorities, None).as_ref(),
        Ok(&line.lower.certificate)
    );
}

#[test]
fn keys_of_every_kind_are_told_apart() {
    let root = Entity::root("Root");
    let kinds = [
        &rcgen::PKCS_RSA_SHA256,
        &rcgen::PKCS_ECDSA_P256_SHA256,
        &rcgen::PKCS_ECDSA_P384_SHA384,
        &rcgen::PKCS_ECDSA_P521_SHA512,
        &rcgen::PKCS_ED25519,
    ];
    let leaves = kinds.map(|kind| root.issue_for(server(&["www.shop.test"]), key_of(kind)));
    for (i, one) in leaves.iter().enumerate() {
        for (j, other) in leaves.iter().enumerate() {
            assert_eq!(
                is_key_of(&secret(one), &other.certificate),
                Some(i == j),
                "{i} {j}"
            );
        }
        let again = root.issue_for(server(&["www.shop.test"]), key_of(kinds[i]));
        assert_eq!(
            is_key_of(&secret(&again), &one.certificate),
            Some(false),
            "{i}"
        );
        assert_eq!(
            is_key_of(&Secret::new(vec![0x30, 0]), &one.certificate),
            None,
            "{i}"
        );
    }
}
