use crate::authority::{self, Entity, information_access, key, named, now, pool, server};
use crate::openssl::Workshop;
use jiff::{Timestamp, ToSpan as _};
use pki::path::{
    Anchor, Objection, PathProblemKind as Kind, PathSearch, Pool, build, second_opinion,
};
use pki::{Certificate, repair};
use proptest::prelude::*;
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, CustomExtension, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, KeyUsagePurpose, NameConstraints, date_time_ymd,
};
use report::CertificateSource;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Depths and kinds of the best path's problems.
fn problems(search: &PathSearch) -> Vec<(usize, Kind)> {
    let best = search.best().expect("a path");
    let problems = best.problems.iter();
    problems
        .map(|problem| (problem.depth, problem.kind.clone()))
        .collect()
}

fn remarks(search: &PathSearch) -> Vec<(usize, Kind)> {
    let best = search.best().expect("a path");
    let remarks = best.remarks.iter();
    remarks
        .map(|remark| (remark.depth, remark.kind.clone()))
        .collect()
}

/// Root, intermediate and leaf made from these.
struct Line {
    root: Entity,
    intermediate: Entity,
    leaf: Entity,
}

impl Line {
    fn healthy() -> Self {
        Self::of(
            authority::authority("Intermediate"),
            server(&["www.example.com"]),
        )
    }

    fn of(intermediate: CertificateParams, leaf: CertificateParams) -> Self {
        let root = Entity::root("Root");
        let intermediate = root.issue(intermediate);
        let leaf = intermediate.issue(leaf);
        Self {
            root,
            intermediate,
            leaf,
        }
    }

    fn search(&self) -> PathSearch {
        self.search_at(now())
    }

    fn search_at(&self, at: Timestamp) -> PathSearch {
        build(
            &self.leaf.certificate,
            &self.pool(),
            &[self.root.anchor()],
            at,
        )
    }

    fn opinion(&self) -> Result<(), Objection> {
        self.opinion_at(now())
    }

    fn opinion_at(&self, at: Timestamp) -> Result<(), Objection> {
        second_opinion(
            &self.leaf.certificate,
            &self.pool(),
            &[self.root.anchor()],
            at,
        )
    }

    fn pool(&self) -> Pool {
        pool([&self.leaf, &self.intermediate])
    }
}

#[test]
fn healthy_chain() {
    let line = Line::healthy();
    let search = line.search();
    let path = search.trusted().unwrap();
    let expected = [
        line.leaf.certificate.clone(),
        line.intermediate.certificate.clone(),
    ];
    assert_eq!(path.certificates, expected);
    assert_eq!(path.anchor, line.root.anchor());
    assert!(path.remarks.is_empty() && search.missing.is_empty() && !search.exhausted);
    assert_eq!(line.opinion(), Ok(()));
}

#[test]
fn root_may_be_served_and_order_does_not_matter() {
    let line = Line::healthy();
    let stranger = Entity::root("Stranger");
    let shuffled = pool([&stranger, &line.root, &line.intermediate, &line.leaf]);
    let search = build(
        &line.leaf.certificate,
        &shuffled,
        &[line.root.anchor()],
        now(),
    );
    assert_eq!(search.trusted().unwrap().certificates.len(), 2);
    assert_eq!(search.paths.len(), 1);
}

#[test]
fn dates_at_each_depth() {
    let mut params = authority::authority("Intermediate");
    params.not_before = date_time_ymd(2021, 1, 1);
    params.not_after = date_time_ymd(2030, 1, 1);
    let mut leaf = server(&["a.example"]);
    leaf.not_before = date_time_ymd(2022, 1, 1);
    leaf.not_after = date_time_ymd(2025, 1, 1);
    let line = Line::of(params, leaf);
    let at = |text: &str| line.search_at(text.parse().unwrap());
    let not_after = |text: &str| Kind::Expired {
        not_after: text.parse().unwrap(),
    };
    let not_before = |text: &str| Kind::NotYetValid {
        not_before: text.parse().unwrap(),
    };
    let leaf_over = (0, not_after("2025-01-01T00:00:00Z"));

    assert_eq!(problems(&at("2024-06-01T00:00:00Z")), []);
    assert_eq!(problems(&at("2025-01-01T00:00:00Z")), []);
    let just_over = problems(&at("2025-01-01T00:00:01Z"));
    assert_eq!(just_over, std::slice::from_ref(&leaf_over));
    let both = [leaf_over, (1, not_after("2030-01-01T00:00:00Z"))];
    assert_eq!(problems(&at("2031-01-01T00:00:00Z")), both);
    let early = at("2020-06-01T00:00:00Z");
    let both = [
        (0, not_before("2022-01-01T00:00:00Z")),
        (1, not_before("2021-01-01T00:00:00Z")),
    ];
    assert_eq!(problems(&early), both);
    assert!(early.trusted().is_none());
    // What RFC 5280 does not hold against an anchor stands among the remarks.
    assert_eq!(
        remarks(&at("2041-01-01T00:00:00Z")),
        [(2, not_after("2040-01-01T00:00:00Z"))]
    );

    let opinion = |text: &str| line.opinion_at(text.parse().unwrap());
    assert_eq!(opinion("2024-06-01T00:00:00Z"), Ok(()));
    assert_eq!(opinion("2025-01-01T00:00:01Z"), Err(Objection::Expired));
    assert_eq!(opinion("2020-06-01T00:00:00Z"), Err(Objection::NotYetValid));
}

#[test]
fn missing_intermediate_and_where_to_fetch_it() {
    let root = Entity::root("Root");
    let intermediate = root.issue(authority::authority("Intermediate"));
    let mut params = server(&["a.example"]);
    params.custom_extensions = vec![information_access(
        "http://ca.example/i",
        "http://o.example",
    )];
    let leaf = intermediate.issue(params);

    let served = build(&leaf.certificate, &pool([&leaf]), &[root.anchor()], now());
    assert!(served.paths.is_empty() && served.ends_in_self_signed.is_none());
    let [missing] = served.missing.as_slice() else {
        panic!("{:?}", served.missing)
    };
    assert_eq!(missing.name, "CN=Intermediate");
    assert_eq!(missing.name_der, intermediate.certificate.subject.der);
    assert_eq!(
        missing.authority_key_id,
        intermediate.certificate.subject_key_id
    );
    assert_eq!(missing.urls, ["http://ca.example/i"]);
    assert_eq!(missing.of_sha256, leaf.certificate.sha256);
    assert_eq!(served.incomplete.len(), 1);

    let mut with_fetched = pool([&leaf]);
    with_fetched.add(intermediate.certificate.clone(), CertificateSource::Aia);
    let search = build(&leaf.certificate, &with_fetched, &[root.anchor()], now());
    let path = search.trusted().unwrap();
    let source = with_fetched.source(&path.certificates[1].sha256);
    assert_eq!(source, Some(CertificateSource::Aia));
}

#[test]
fn private_root_and_self_signed_leaf() {
    let line = Line::healthy();
    let other = Entity::root("Other");
    let served = pool([&line.leaf, &line.intermediate, &line.root]);
    let search = build(&line.leaf.certificate, &served, &[other.anchor()], now());
    assert!(search.paths.is_empty() && search.missing.is_empty());
    assert_eq!(
        search.ends_in_self_signed,
        Some(line.root.certificate.clone())
    );
    assert_eq!(search.incomplete[0].certificates.len(), 3);

    // Without the root it is the root that is missing.
    let search = build(
        &line.leaf.certificate,
        &line.pool(),
        &[other.anchor()],
        now(),
    );
    assert_eq!(search.missing[0].name, "CN=Root");

    let leaf = Entity::self_signed(server(&["a.example"]), key());
    let search = build(&leaf.certificate, &pool([&leaf]), &[other.anchor()], now());
    assert_eq!(search.ends_in_self_signed, Some(leaf.certificate.clone()));
    let search = build(&leaf.certificate, &pool([&leaf]), &[leaf.anchor()], now());
    let path = search.trusted().unwrap();
    assert_eq!((path.certificates.len(), path.remarks.len()), (1, 0));
    let opinion = second_opinion(&leaf.certificate, &Pool::default(), &[leaf.anchor()], now());
    assert_eq!(opinion, Ok(()));
}

#[test]
fn a_ca_as_leaf_is_a_remark() {
    let leaf = Entity::root("Appliance");
    let search = build(&leaf.certificate, &Pool::default(), &[leaf.anchor()], now());
    assert!(search.trusted().is_some());
    assert_eq!(remarks(&search), [(0, Kind::CaAsLeaf)]);
    let opinion = second_opinion(&leaf.certificate, &Pool::default(), &[leaf.anchor()], now());
    assert_eq!(opinion, Err(Objection::CaAsLeaf));
}

#[test]
fn an_intermediate_may_be_the_anchor() {
    let line = Line::healthy();
    let anchors = [line.intermediate.anchor()];
    let search = build(&line.leaf.certificate, &line.pool(), &anchors, now());
    let expected = std::slice::from_ref(&line.leaf.certificate);
    assert_eq!(search.trusted().unwrap().certificates, expected);
    assert_eq!(remarks(&search), [(1, Kind::AnchorNotSelfSigned)]);
}

#[test]
fn issuing_without_being_allowed() {
    let bounded = |limit| {
        let mut params = named("Upper");
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(limit));
        params
    };
    let line = Line::of(named("Intermediate"), server(&["a.example"]));
    assert_eq!(problems(&line.search()), [(1, Kind::NotACa)]);
    assert_eq!(line.opinion(), Err(Objection::NotACa));

    let mut params = named("Intermediate");
    params.is_ca = IsCa::ExplicitNoCa;
    let line = Line::of(params, server(&["a.example"]));
    assert_eq!(problems(&line.search()), [(1, Kind::NotACa)]);

    let mut params = authority::authority("Intermediate");
    params.key_usages = vec![KeyUsagePurpose::CrlSign];
    let line = Line::of(params, server(&["a.example"]));
    assert_eq!(problems(&line.search()), [(1, Kind::KeyUsage)]);
    // webpki does not look at keyUsage.
    assert_eq!(line.opinion(), Ok(()));

    let root = Entity::root("Root");
    let upper = root.issue(bounded(0));
    let lower = upper.issue(authority::authority("Lower"));
    let leaf = lower.issue(server(&["a.example"]));
    let members = pool([&upper, &lower]);
    let search = build(&leaf.certificate, &members, &[root.anchor()], now());
    assert_eq!(
        problems(&search),
        [(
            2,
            Kind::PathLength {
                allowed: 0,
                found: 1
            }
        )]
    );
    let opinion = second_opinion(&leaf.certificate, &members, &[root.anchor()], now());
    assert_eq!(opinion, Err(Objection::PathLength));
    let direct = upper.issue(server(&["a.example"]));
    let search = build(&direct.certificate, &members, &[root.anchor()], now());
    assert!(search.trusted().is_some());
}

#[test]
fn purposes() {
    let with = |mut params: CertificateParams, purposes: &[ExtendedKeyUsagePurpose]| {
        params.extended_key_usages = purposes.to_vec();
        params
    };
    use ExtendedKeyUsagePurpose::{Any, ClientAuth, ServerAuth};
    let of = |intermediate: &[_], leaf: &[_]| {
        let line = Line::of(
            with(authority::authority("Intermediate"), intermediate),
            with(server(&["a.example"]), leaf),
        );
        (problems(&line.search()), line.opinion())
    };
    assert_eq!(
        of(&[ServerAuth], &[ServerAuth, ClientAuth]),
        (vec![], Ok(()))
    );
    let refused = Err(Objection::Purpose);
    assert_eq!(
        of(&[], &[ClientAuth]),
        (vec![(0, Kind::Purpose)], refused.clone())
    );
    assert_eq!(
        of(&[ClientAuth], &[]),
        (vec![(1, Kind::Purpose)], refused.clone())
    );
    // RFC 5280 lets anyExtendedKeyUsage pass, webpki does not.
    assert_eq!(of(&[], &[Any]), (vec![], refused));
}

#[test]
fn critical_extensions() {
    let mut unknown = CustomExtension::from_oid_content(&[1, 2, 3, 4], vec![5, 0]);
    let mut params = server(&["a.example"]);
    params.custom_extensions = vec![unknown.clone()];
    let line = Line::of(authority::authority("Intermediate"), params.clone());
    assert_eq!((problems(&line.search()), line.opinion()), (vec![], Ok(())));
    unknown.set_criticality(true);
    params.custom_extensions = vec![unknown];
    let line = Line::of(authority::authority("Intermediate"), params);
    let seen = problems(&line.search());
    let [(0, Kind::UnknownCritical(oid))] = seen.as_slice() else {
        panic!("{seen:?}")
    };
    assert_eq!(*oid, "1.2.3.4");
    assert_eq!(line.opinion(), Err(Objection::UnknownCritical));
}

#[test]
fn name_constraints() {
    let constrained = |permitted: Vec<GeneralSubtree>, excluded: Vec<GeneralSubtree>| {
        let mut params = authority::authority("Intermediate");
        params.name_constraints = Some(NameConstraints {
            permitted_subtrees: permitted,
            excluded_subtrees: excluded,
        });
        params
    };
    let dns = |name: &str| GeneralSubtree::DnsName(name.to_owned());
    let net = |prefix| GeneralSubtree::IpAddress(CidrSubnet::from_v4_prefix([10, 0, 0, 0], prefix));
    let cases = [
        (vec![dns("example.com")], vec![], "www.example.com", true),
        (vec![dns("example.com")], vec![], "www.example.org", false),
        (vec![], vec![dns("example.com")], "www.example.com", false),
        (vec![], vec![dns("example.com")], "www.example.org", true),
        (
            vec![dns("example.com")],
            vec![dns("x.example.com")],
            "a.x.example.com",
            false,
        ),
        (vec![net(8)], vec![], "10.1.2.3", true),
        (vec![net(8)], vec![], "11.1.2.3", false),
        (vec![], vec![net(8)], "10.1.2.3", false),
    ];
    for (permitted, excluded, name, allowed) in cases {
        let line = Line::of(
            constrained(permitted.clone(), excluded.clone()),
            server(&[name]),
        );
        let seen = problems(&line.search());
        let violation = Kind::NameConstraint {
            name: name.to_owned(),
            imposed_at: 1,
        };
        let expected = if allowed {
            vec![]
        } else {
            vec![(0, violation)]
        };
        assert_eq!(seen, expected, "{permitted:?} {excluded:?} {name}");
        let opinion = if allowed {
            Ok(())
        } else {
            Err(Objection::NameConstraint)
        };
        assert_eq!(line.opinion(), opinion, "{permitted:?} {excluded:?} {name}");
    }
}

#[test]
fn two_faults_are_both_named() {
    let mut leaf = server(&["a.example"]);
    leaf.not_after = date_time_ymd(2025, 1, 1);
    leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let line = Line::of(authority::authority("Intermediate"), leaf);
    let kinds: Vec<Kind> = problems(&line.search())
        .into_iter()
        .map(|(_, kind)| kind)
        .collect();
    assert!(
        matches!(kinds.as_slice(), [Kind::Expired { .. }, Kind::Purpose]),
        "{kinds:?}"
    );
    // Also when no anchor is reached.
    let search = build(&line.leaf.certificate, &line.pool(), &[], now());
    assert_eq!(search.incomplete[0].problems.len(), 2);
}

#[test]
fn ca_with_a_new_key_of_the_same_name() {
    let old = Entity::root("CA");
    let new = Entity::root("CA");
    let leaf = old.issue(server(&["a.example"]));
    let search = build(&leaf.certificate, &pool([&leaf]), &[new.anchor()], now());
    assert_eq!(problems(&search), [(0, Kind::BadSignature)]);
    assert_eq!(search.missing[0].name, "CN=CA");
    let opinion = second_opinion(&leaf.certificate, &pool([&leaf]), &[new.anchor()], now());
    assert_eq!(opinion, Err(Objection::BadSignature));
    // With both known the wrong one is not even mentioned.
    let search = build(
        &leaf.certificate,
        &pool([&leaf]),
        &[new.anchor(), old.anchor()],
        now(),
    );
    assert_eq!((search.paths.len(), search.missing.len()), (1, 0));
    assert!(search.trusted().is_some());
}

#[test]
fn cross_signed_root_that_expired() {
    // The shape of 2020 and 2021: the served cross-sign leads to an old root, the store also has the new one.
    let old = Entity::root("Old Root");
    let new = Entity::root("New Root");
    let mut cross = authority::authority("New Root");
    cross.not_after = date_time_ymd(2024, 1, 1);
    let cross = old.issue_for(cross, Arc::clone(&new.key));
    let intermediate = new.issue(authority::authority("Intermediate"));
    let leaf = intermediate.issue(server(&["a.example"]));
    let served = pool([&leaf, &intermediate, &cross]);

    let search = build(
        &leaf.certificate,
        &served,
        &[old.anchor(), new.anchor()],
        now(),
    );
    assert_eq!(search.paths.len(), 2);
    assert_eq!(search.trusted().unwrap().anchor, new.anchor());
    let search = build(&leaf.certificate, &served, &[old.anchor()], now());
    assert!(matches!(problems(&search)[..], [(2, Kind::Expired { .. })]));
    let opinion = second_opinion(&leaf.certificate, &served, &[old.anchor()], now());
    assert_eq!(opinion, Err(Objection::Expired));
}

#[test]
fn loops_end() {
    // A and B certify each other, and both themselves again with new keys.
    let a = Entity::self_signed(authority::authority("A"), key());
    let b = Entity::self_signed(authority::authority("B"), key());
    let a_by_b = b.issue_for(authority::authority("A"), Arc::clone(&a.key));
    let b_by_a = a.issue_for(authority::authority("B"), Arc::clone(&b.key));
    let leaf = a.issue(server(&["a.example"]));
    let members = pool([&leaf, &a_by_b, &b_by_a]);
    let search = build(&leaf.certificate, &members, &[], now());
    assert!(search.paths.is_empty() && !search.exhausted);
    assert!(!search.incomplete.is_empty());
    let search = build(&leaf.certificate, &members, &[b.anchor()], now());
    assert!(search.trusted().is_some());
}

#[test]
fn two_hundred_namesakes_are_bounded() {
    let first = Entity::root("Same");
    let mut members = Vec::new();
    for _ in 0..200 {
        let issuer = if members.len() % 2 == 0 {
            &first
        } else {
            members.last().unwrap_or(&first)
        };
        members.push(issuer.issue(authority::authority("Same")));
    }
    let mut params = server(&["a.example"]);
    params.use_authority_key_identifier_extension = false;
    let leaf = members[199].issue(params);
    let members = pool(&members);
    let started = Instant::now();
    let search = build(
        &leaf.certificate,
        &members,
        &[Entity::root("Same").anchor()],
        now(),
    );
    assert!(search.exhausted);
    assert!(search.paths.len() + search.incomplete.len() <= pki::path::MAX_PATHS);
    repair::order(&leaf.certificate, &members);
    assert!(
        started.elapsed() < Duration::from_secs(5),
        "{:?}",
        started.elapsed()
    );
}

#[test]
fn long_chains_end() {
    let root = Entity::root("0");
    let mut line = vec![root.clone()];
    for number in 1..=12 {
        let next = line
            .last()
            .unwrap()
            .issue(authority::authority(&number.to_string()));
        line.push(next);
    }
    let judge = |leaf: usize| {
        let leaf = &line[leaf].certificate;
        build(leaf, &pool(&line[1..]), &[root.anchor()], now())
    };
    let longest = judge(pki::path::MAX_LENGTH);
    assert!(longest.trusted().is_some() && !longest.exhausted);
    let longer = judge(pki::path::MAX_LENGTH + 1);
    assert!(longer.paths.is_empty() && longer.exhausted);
}

#[test]
fn version_1_root_and_names_of_other_string_types() {
    let shop = Workshop::new();
    shop.run("req -new -newkey rsa:2048 -nodes -keyout ca.key -subj /O=Old/CN=Root -out ca.csr");
    shop.run("x509 -req -in ca.csr -signkey ca.key -days 3650 -out ca.pem");
    shop.run("req -new -newkey rsa:2048 -nodes -keyout leaf.key -subj /CN=leaf -out leaf.csr");
    shop.write("ext", b"subjectAltName=DNS:a.example\n");
    shop.run("x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -sha1 -extfile ext -out leaf.pem");
    let (root, leaf) = (shop.certificate("ca.pem"), shop.certificate("leaf.pem"));
    assert_eq!(root.version, 1);
    let at = leaf.not_before + 1.hour();
    let anchors = [Anchor {
        certificate: root.clone(),
    }];
    let search = build(&leaf, &Pool::default(), &anchors, at);
    assert!(search.trusted().is_some());
    assert_eq!(remarks(&search), []);
    // webpki has no SHA-1.
    let opinion = second_opinion(&leaf, &Pool::default(), &anchors, at);
    assert_eq!(opinion, Err(Objection::UnsupportedSignature));

    // The same name as PrintableString and in other case.
    let from = b"\x0c\x03Old";
    let place = root
        .der
        .windows(from.len())
        .rposition(|window| window == from)
        .unwrap();
    let mut der = root.der.clone();
    der[place..place + from.len()].copy_from_slice(b"\x13\x03OLD");
    let other = Certificate::parse(&der).certificate.unwrap();
    assert_ne!(other.subject.der, leaf.issuer.der);
    let search = build(
        &leaf,
        &Pool::default(),
        &[Anchor { certificate: other }],
        at,
    );
    assert_eq!(search.paths.len(), 1);
}

#[test]
fn mozilla_trusts_no_lab() {
    let line = Line::healthy();
    let anchors: Vec<Anchor> = pki::anchor::mozilla()
        .filter_map(|der| Certificate::parse(der).certificate)
        .map(|certificate| Anchor { certificate })
        .collect();
    let search = build(&line.leaf.certificate, &line.pool(), &anchors, now());
    assert!(search.paths.is_empty());
    assert_eq!(search.missing[0].name, "CN=Root");
    let opinion = second_opinion(&line.leaf.certificate, &line.pool(), &anchors, now());
    assert_eq!(opinion, Err(Objection::UnknownIssuer));
}

/// Something done to one certificate of a chain, or to the chain.
#[derive(Clone, Copy, Debug)]
enum Fault {
    Expired,
    NotYetValid,
    ForClients,
    UnknownCritical,
    NoCa,
    NoPathLeft,
    OtherNames,
    NotServed,
    OtherKey,
}

const FAULTS: [Fault; 9] = [
    Fault::Expired,
    Fault::NotYetValid,
    Fault::ForClients,
    Fault::UnknownCritical,
    Fault::NoCa,
    Fault::NoPathLeft,
    Fault::OtherNames,
    Fault::NotServed,
    Fault::OtherKey,
];

impl Fault {
    fn apply(self, params: &mut CertificateParams, is_leaf: bool) {
        match self {
            // Both dates, so that one fault after the other leaves a period and not a malformed certificate.
            Self::Expired => {
                params.not_before = date_time_ymd(2024, 1, 1);
                params.not_after = date_time_ymd(2025, 1, 1);
            }
            Self::NotYetValid => {
                params.not_before = date_time_ymd(2027, 1, 1);
                params.not_after = date_time_ymd(2028, 1, 1);
            }
            Self::ForClients => {
                params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
            }
            Self::UnknownCritical => {
                let mut unknown = CustomExtension::from_oid_content(&[1, 2, 3, 4], vec![5, 0]);
                unknown.set_criticality(true);
                params.custom_extensions = vec![unknown];
            }
            Self::NoCa if !is_leaf => params.is_ca = IsCa::ExplicitNoCa,
            Self::NoPathLeft if !is_leaf => {
                params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
            }
            Self::OtherNames if !is_leaf => {
                params.name_constraints = Some(NameConstraints {
                    permitted_subtrees: vec![GeneralSubtree::DnsName("other.example".to_owned())],
                    excluded_subtrees: vec![],
                });
            }
            _ => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Chains of 2 to 4 certificates with up to two faults anywhere: webpki and we agree whether it can be trusted.
    #[test]
    fn agrees_with_webpki(
        intermediates in 0..3_usize,
        faults in proptest::collection::vec((prop::sample::select(&FAULTS), 0..4_usize), 0..3),
    ) {
        let root = Entity::root("Root");
        let mut line = vec![root.clone()];
        for place in 0..=intermediates {
            let is_leaf = place == intermediates;
            let mut params = if is_leaf {
                server(&["a.example"])
            } else {
                authority::authority(&format!("CA {place}"))
            };
            let mine = faults.iter().filter(|(_, at)| *at == place);
            for (fault, _) in mine.clone() {
                fault.apply(&mut params, is_leaf);
            }
            let mut next = line.last().unwrap().issue(params.clone());
            if mine.clone().any(|(fault, _)| matches!(fault, Fault::OtherKey)) {
                next.key = Arc::new(key());
            }
            line.push(next);
        }
        let leaf = line.last().unwrap().certificate.clone();
        let served = line[1..].iter().enumerate().filter(|(place, _)| {
            !faults.iter().any(|(fault, at)| at == place && matches!(fault, Fault::NotServed))
        });
        let members = pool(served.map(|(_, entity)| entity));
        let search = build(&leaf, &members, &[root.anchor()], now());
        let opinion = second_opinion(&leaf, &members, &[root.anchor()], now());
        prop_assert_eq!(search.trusted().is_some(), opinion.is_ok(), "{:?} {:?}", search, opinion);
        let explained = search.trusted().is_some()
            || search.best().is_some_and(|path| !path.problems.is_empty())
            || !search.missing.is_empty();
        prop_assert!(explained, "{:?}", search);
    }
}

#[test]
fn repaired_order() {
    let line = Line::healthy();
    let stranger = Entity::root("Stranger");
    let bundle = pool([&stranger, &line.root, &line.intermediate, &line.leaf]);
    let expected = [
        line.leaf.certificate.clone(),
        line.intermediate.certificate.clone(),
    ];
    assert_eq!(repair::order(&line.leaf.certificate, &bundle), expected);
    let nothing = repair::order(&line.leaf.certificate, &pool([&stranger]));
    assert_eq!(nothing, expected[..1]);
    let alone = repair::order(&line.root.certificate, &bundle);
    assert_eq!(alone, std::slice::from_ref(&line.root.certificate));
}

/// As OpenSSL's X509_check_akid has it: the serial number alone tells the issuer from a stranger of the same name.
#[test]
fn the_issuer_that_the_serial_number_means() {
    let root = Entity::root("Root");
    let namesake = |serial: u8| {
        let mut params = authority::authority("Intermediate");
        params.key_identifier_method = rcgen::KeyIdMethod::PreSpecified(vec![serial; 4]);
        params.serial_number = Some(rcgen::SerialNumber::from(vec![serial]));
        root.issue(params)
    };
    let (stray, issuer) = (namesake(7), namesake(9));
    for (serial, leads) in [(9, true), (7, false)] {
        let mut params = server(&["www.example.com"]);
        params.use_authority_key_identifier_extension = false;
        // SEQUENCE { [2] serial }
        let identifier = vec![0x30, 3, 0x82, 1, serial];
        let extension = rcgen::CustomExtension::from_oid_content(&[2, 5, 29, 35], identifier);
        params.custom_extensions.push(extension);
        let leaf = issuer.issue(params);
        let pool = pool([&leaf, &stray, &issuer]);
        let path = pki::path::straight(&leaf.certificate, &pool, &[root.anchor()], now());
        let path = path.expect("a path by names");
        assert_eq!(path.certificates[1] == issuer.certificate, leads);
    }
}
