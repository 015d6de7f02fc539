//! TLSA records against chains made here (RFC 6698, RFC 7671, RFC 7672).

use crate::authority::{Entity, authority, now, server};
use jiff::SignedDuration;
use pki::Certificate;
use pki::dane::{Mismatch, Presented, Standing, TlsaDefect, TlsaRecord, Verdict, judge};
use pki::name::ServerIdentity;

const NAME: &str = "mail.shop.test";

struct Pki {
    root: Entity,
    intermediate: Entity,
    leaf: Entity,
}

impl Pki {
    fn new() -> Self {
        let root = Entity::root("Root");
        let intermediate = root.issue(authority("Intermediate"));
        let leaf = intermediate.issue(server(&[NAME]));
        Self {
            root,
            intermediate,
            leaf,
        }
    }

    fn served(&self) -> Vec<Certificate> {
        vec![
            self.leaf.certificate.clone(),
            self.intermediate.certificate.clone(),
        ]
    }
}

fn record(numbers: (u8, u8, u8), of: &Entity) -> TlsaRecord {
    let (usage, selector, matching) = numbers;
    let empty = TlsaRecord {
        usage,
        selector,
        matching,
        association: Vec::new(),
    };
    empty.of(&of.certificate).unwrap()
}

fn mail<'a>(chain: &'a [Certificate], identity: &'a ServerIdentity) -> Presented<'a> {
    Presented {
        chain,
        held: &[],
        identity: Some(identity),
        trusted: None,
        smtp: true,
        at: now(),
    }
}

fn identity(name: &str) -> ServerIdentity {
    ServerIdentity::parse(name).unwrap()
}

fn alone(record: TlsaRecord, presented: &Presented<'_>) -> Standing {
    let (_, mut standings) = judge(&[record], presented);
    standings.remove(0)
}

#[test]
fn every_form_of_the_servers_own_certificate() {
    let pki = Pki::new();
    let (served, name) = (pki.served(), identity(NAME));
    for selector in 0..=1 {
        for matching in 0..=2 {
            let right = record((3, selector, matching), &pki.leaf);
            assert_eq!(alone(right, &mail(&served, &name)), Standing::Matches);
            let wrong = record((3, selector, matching), &pki.root);
            let standing = alone(wrong, &mail(&served, &name));
            assert_eq!(standing, Standing::Fails(Mismatch::Other));
        }
    }
}

#[test]
fn for_usage_3_neither_dates_nor_names_nor_issuers_matter() {
    let own = Entity::self_signed(server(&["other.test"]), crate::authority::key());
    let (served, name) = (vec![own.certificate.clone()], identity(NAME));
    let late = Presented {
        at: now() + SignedDuration::from_hours(24 * 365 * 60),
        ..mail(&served, &name)
    };
    assert_eq!(alone(record((3, 1, 1), &own), &late), Standing::Matches);
}

#[test]
fn an_issuer_must_be_served_and_lead_to_the_server_and_the_name_counts() {
    let pki = Pki::new();
    let (served, name) = (pki.served(), identity(NAME));
    let right = record((2, 1, 1), &pki.intermediate);
    assert_eq!(
        alone(right.clone(), &mail(&served, &name)),
        Standing::Matches
    );
    let other = identity("www.shop.test");
    let standing = alone(right.clone(), &mail(&served, &other));
    assert_eq!(standing, Standing::Fails(Mismatch::Name));
    let late = Presented {
        at: now() + SignedDuration::from_hours(24 * 365 * 60),
        ..mail(&served, &name)
    };
    assert!(matches!(
        alone(right.clone(), &late),
        Standing::Fails(Mismatch::Path(problems)) if !problems.is_empty()
    ));
    // One of the same name that signed nothing here.
    let namesake = pki.root.issue(authority("Intermediate"));
    let strange = vec![pki.leaf.certificate.clone(), namesake.certificate.clone()];
    assert!(matches!(
        alone(record((2, 1, 1), &namesake), &mail(&strange, &name)),
        Standing::Fails(Mismatch::Path(_))
    ));
}

#[test]
fn a_root_that_is_not_served_is_known_only_when_published_whole() {
    let pki = Pki::new();
    let (served, name, held) = (pki.served(), identity(NAME), [pki.root.certificate.clone()]);
    let presented = Presented {
        held: &held,
        ..mail(&served, &name)
    };
    assert_eq!(
        alone(record((2, 0, 1), &pki.root), &presented),
        Standing::Fails(Mismatch::NotServed)
    );
    assert_eq!(
        alone(record((2, 0, 0), &pki.root), &presented),
        Standing::Matches
    );
    // The key alone may have signed what is served; nothing here can tell.
    let unheld = Presented {
        held: &[],
        ..presented
    };
    assert_eq!(
        alone(record((2, 1, 0), &pki.root), &unheld),
        Standing::CannotTell
    );
    let stranger = Entity::root("Stranger");
    assert_eq!(
        alone(record((2, 0, 0), &stranger), &presented),
        Standing::Fails(Mismatch::Other)
    );
}

#[test]
fn usages_mixed_up_are_named() {
    let pki = Pki::new();
    let (served, name) = (pki.served(), identity(NAME));
    assert_eq!(
        alone(record((3, 1, 1), &pki.intermediate), &mail(&served, &name)),
        Standing::Fails(Mismatch::IssuerAsServer)
    );
    assert_eq!(
        alone(record((2, 1, 1), &pki.leaf), &mail(&served, &name)),
        Standing::Fails(Mismatch::ServerAsIssuer)
    );
}

#[test]
fn usages_0_and_1_need_trust_and_count_for_nothing_in_mail() {
    let pki = Pki::new();
    let (served, name) = (pki.served(), identity(NAME));
    let path = [
        pki.leaf.certificate.clone(),
        pki.intermediate.certificate.clone(),
        pki.root.certificate.clone(),
    ];
    for (usage, of) in [(0, &pki.root), (0, &pki.intermediate), (1, &pki.leaf)] {
        let right = record((usage, 0, 2), of);
        assert_eq!(
            alone(right.clone(), &mail(&served, &name)),
            Standing::NotForSmtp
        );
        let web = Presented {
            smtp: false,
            ..mail(&served, &name)
        };
        assert_eq!(
            alone(right.clone(), &web),
            Standing::Fails(Mismatch::Untrusted)
        );
        let trusted = Presented {
            trusted: Some(&path),
            ..web
        };
        assert_eq!(alone(right, &trusted), Standing::Matches);
    }
}

#[test]
fn one_match_is_enough_and_what_is_unusable_does_not_fail() {
    let pki = Pki::new();
    let (served, name) = (pki.served(), identity(NAME));
    let presented = mail(&served, &name);
    let right = record((3, 1, 1), &pki.leaf);
    let wrong = record((3, 1, 1), &pki.root);
    let odd = TlsaRecord {
        usage: 9,
        ..right.clone()
    };
    let verdict = |records: &[&TlsaRecord]| {
        let records: Vec<TlsaRecord> = records.iter().map(|record| (*record).clone()).collect();
        judge(&records, &presented).0
    };
    assert_eq!(verdict(&[&wrong, &odd, &right]), Verdict::Authenticated);
    assert_eq!(verdict(&[&wrong, &odd]), Verdict::Fails);
    assert_eq!(verdict(&[&odd]), Verdict::Unusable);
    assert_eq!(verdict(&[]), Verdict::Unusable);
}

#[test]
fn what_is_wrong_with_a_record_is_named() {
    let digest = vec![0xab; 32];
    let parse = |numbers: [u8; 3], association: &[u8]| {
        TlsaRecord::parse(&[&numbers, association].concat()).unwrap()
    };
    assert_eq!(parse([3, 1, 1], &digest).defect(), None);
    assert_eq!(
        parse([4, 1, 1], &digest).defect(),
        Some(TlsaDefect::Usage(4))
    );
    assert_eq!(
        parse([3, 2, 1], &digest).defect(),
        Some(TlsaDefect::Selector(2))
    );
    assert_eq!(
        parse([3, 1, 3], &digest).defect(),
        Some(TlsaDefect::Matching(3))
    );
    let short = TlsaDefect::Length {
        expected: 64,
        found: 32,
    };
    assert_eq!(parse([3, 1, 2], &digest).defect(), Some(short));
    assert_eq!(parse([3, 1, 0], &[]).defect(), Some(TlsaDefect::Empty));
    assert_eq!(TlsaRecord::parse(&[3, 1]), None);
    assert_eq!(parse([3, 1, 1], &[0x0a, 0xff]).to_string(), "3 1 1 0aff");
}
