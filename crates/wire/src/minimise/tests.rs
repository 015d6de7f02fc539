use super::{Change, Element, Flip, Minimiser};
use crate::build::{arbitrary, build, extension_type};
use crate::profile::{profile, reference_set};
use proptest::prelude::*;
use report::{
    CipherSuite, ClientHello, ClientHelloForm, Extension, ExtensionType, NamedGroup,
    ProtocolVersion, SignatureScheme,
};
use std::collections::BTreeSet;

/// Runs the search against an oracle.
fn search(fails: &ClientHello, works: &ClientHello, oracle: impl Fn(&ClientHello) -> bool) -> Flip {
    let mut minimiser = Minimiser::between(fails, works);
    let mut questions = 0;
    while let Some(hello) = minimiser.next_hello() {
        assert!(!build(&hello, Some("a.test"), &[0; 32]).octets.is_empty());
        questions += 1;
        minimiser.answer(oracle(&hello));
    }
    let flip = minimiser.flip().expect("a flip");
    assert!(
        !oracle(&flip.fails) && oracle(&flip.works),
        "{:?} is no flip",
        flip.element
    );
    let most = minimiser.elements().next_power_of_two().trailing_zeros();
    assert!(
        questions <= most,
        "{questions} questions for {} elements",
        minimiser.elements()
    );
    flip
}

/// The elements in which the two hellos of a flip differ.
fn names(flip: &Flip) -> Vec<Element> {
    let minimiser = Minimiser::between(&flip.fails, &flip.works);
    minimiser
        .steps
        .into_iter()
        .map(|step| step.element)
        .collect()
}

/// What a server looks at in a hello.
fn features(hello: &ClientHello) -> BTreeSet<String> {
    let extensions = hello.extensions.iter();
    let extensions =
        extensions.map(|extension| format!("extension {:?}", extension_type(extension)));
    let mut all: BTreeSet<String> = extensions.collect();
    all.extend(hello.cipher_suites.iter().map(|code| format!("{code:?}")));
    all.extend(hello.groups().iter().map(|code| format!("{code:?}")));
    all.extend(
        hello
            .key_shares()
            .iter()
            .map(|code| format!("share {code:?}")),
    );
    all.extend(hello.versions().iter().map(|code| format!("{code:?}")));
    all.extend(
        hello
            .signature_schemes()
            .into_iter()
            .flatten()
            .map(|code| format!("{code:?}")),
    );
    all.extend(hello.alpn().into_iter().flatten().cloned());
    all
}

/// Whether a server must take it for well formed (RFC 8446 sections 4.2.8 and 9.2).
fn legal(hello: &ClientHello) -> Result<(), String> {
    let codes: Vec<ExtensionType> = hello.extensions.iter().filter_map(extension_type).collect();
    let distinct: BTreeSet<_> = codes.iter().collect();
    if distinct.len() != codes.len() {
        return Err(format!("an extension twice: {codes:?}"));
    }
    let lists_empty = hello.extensions.iter().any(|extension| match extension {
        Extension::SupportedGroups { groups } => groups.is_empty(),
        Extension::SignatureAlgorithms { schemes } => schemes.is_empty(),
        Extension::SupportedVersions { versions } => versions.is_empty(),
        Extension::Alpn { protocols } => protocols.is_empty(),
        _ => false,
    });
    if lists_empty || hello.cipher_suites.is_empty() || hello.versions().is_empty() {
        return Err("an empty list".to_owned());
    }
    if hello.versions().contains(&ProtocolVersion::TLS1_3) {
        for needed in [10, 13, 43, 51] {
            if !codes.contains(&ExtensionType(needed)) {
                return Err(format!("TLS 1.3 without extension {needed}"));
            }
        }
        if hello.legacy_version != ProtocolVersion::TLS1_2 {
            return Err("TLS 1.3 with an old legacy_version".to_owned());
        }
    }
    let groups = hello.groups();
    match hello
        .key_shares()
        .iter()
        .find(|group| !groups.contains(group))
    {
        Some(group) => Err(format!("a share for {group:?}, which is not offered")),
        None => Ok(()),
    }
}

/// legacy_version 0x0303 offers TLS 1.1 as well, where no supported_versions says otherwise.
#[test]
fn each_version_that_legacy_version_stands_for_is_a_step_of_its_own() {
    let works = profile("firefox").expect("a profile").hello.clone();
    let mut fails = works.clone();
    let listed = |extension: &Extension| matches!(extension, Extension::SupportedVersions { .. });
    fails.extensions.retain(|extension| !listed(extension));
    fails.legacy_version = ProtocolVersion::TLS1_0;
    for wanted in [ProtocolVersion::TLS1_2, ProtocolVersion::TLS1_3] {
        let flip = search(&fails, &works, |hello| hello.versions().contains(&wanted));
        let expected = Element::Version {
            code: wanted,
            change: Change::Added,
        };
        assert_eq!(names(&flip), [expected]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn a_monotone_oracle_leads_to_its_element(
        fails in arbitrary::hello(),
        works in arbitrary::hello(),
        choice: prop::sample::Index,
    ) {
        let (old, new) = (features(&fails), features(&works));
        let differing: Vec<&String> = old.symmetric_difference(&new).collect();
        prop_assume!(!differing.is_empty());
        let feature = *choice.get(&differing);
        let wanted = new.contains(feature);
        let flip = search(&fails, &works, |hello| features(hello).contains(feature) == wanted);
        prop_assert_eq!(names(&flip), [flip.element.clone()]);
        let change = if wanted { Change::Added } else { Change::Removed };
        prop_assert_eq!(flip.element.change(), Some(change), "{} for {}", flip.element, feature);
    }

    #[test]
    fn any_oracle_leads_to_a_flip_of_one_element(
        fails in arbitrary::hello(),
        works in arbitrary::hello(),
        salt: u64,
    ) {
        prop_assume!(fails != works);
        let verdict = |hello: &ClientHello| {
            use std::hash::{DefaultHasher, Hash, Hasher};
            let mut hasher = DefaultHasher::new();
            (salt, format!("{hello:?}")).hash(&mut hasher);
            *hello == works || (*hello != fails && hasher.finish() & 1 == 1)
        };
        let flip = search(&fails, &works, verdict);
        prop_assert_eq!(names(&flip), [flip.element.clone()]);
    }

    #[test]
    fn every_step_is_well_formed_and_the_last_one_arrives(
        fails in arbitrary::hello(),
        works in arbitrary::hello(),
    ) {
        prop_assert_eq!((legal(&fails), legal(&works)), (Ok(()), Ok(())));
        let minimiser = Minimiser::between(&fails, &works);
        for step in &minimiser.steps {
            prop_assert_eq!(legal(&step.hello), Ok(()), "after {}", &step.element);
        }
        let last = minimiser.steps.last().map_or(&fails, |step| &step.hello);
        prop_assert_eq!(last, &works);
    }
}

#[test]
fn every_step_between_reference_clients_is_well_formed() {
    for one in reference_set() {
        for other in reference_set() {
            for step in &Minimiser::between(&one.hello, &other.hello).steps {
                let problem = legal(&step.hello);
                assert_eq!(
                    problem,
                    Ok(()),
                    "{} → {} at {}",
                    one.id,
                    other.id,
                    step.element
                );
            }
        }
    }
}

#[test]
fn everything_in_which_reference_clients_differ_is_found() {
    for one in reference_set() {
        for other in reference_set() {
            let (old, new) = (features(&one.hello), features(&other.hello));
            for feature in old.symmetric_difference(&new) {
                let wanted = new.contains(feature);
                search(&one.hello, &other.hello, |hello| {
                    features(hello).contains(feature) == wanted
                });
            }
        }
    }
}

fn hello_of(id: &str) -> ClientHello {
    profile(id).expect("a profile").hello.clone()
}

#[test]
fn the_element_is_named() {
    let (chrome, firefox) = (hello_of("chrome"), hello_of("firefox"));
    let p521 = NamedGroup(0x19);
    let flip = search(&chrome, &firefox, |hello| hello.groups().contains(&p521));
    assert_eq!(
        flip.element,
        Element::Group {
            code: p521,
            change: Change::Added
        }
    );
    assert_eq!(flip.element.to_string(), "group secp521r1");
    assert_eq!(flip.element.kind(), "group");

    let hybrid = NamedGroup(0x11ec);
    let flip = search(&chrome, &hello_of("openssl3"), |hello| {
        !hello.groups().contains(&hybrid)
    });
    assert_eq!(
        flip.element,
        Element::Group {
            code: hybrid,
            change: Change::Removed
        }
    );
    assert_eq!(
        (
            flip.works.groups().contains(&hybrid),
            flip.works.key_shares().contains(&hybrid)
        ),
        (false, false)
    );

    let v2 = ExtensionType(17);
    let flip = search(&hello_of("java17"), &chrome, |hello| {
        !hello.extensions.contains(&Extension::StatusRequestV2)
    });
    assert_eq!(
        flip.element,
        Element::Extension {
            code: v2,
            change: Change::Removed
        }
    );
    assert_eq!(flip.element.to_string(), "extension 17 status_request_v2");
}

#[test]
fn a_missing_version_is_blamed_and_not_what_comes_with_it() {
    let modern = hello_of("go");
    let mut old = modern.clone();
    old.extensions.retain(|extension| {
        !matches!(
            extension,
            Extension::SupportedVersions { .. }
                | Extension::KeyShare { .. }
                | Extension::PskKeyExchangeModes { .. }
        )
    });
    old.cipher_suites.retain(|suite| suite.0 >> 8 != 0x13);
    let speaks_1_3 = |hello: &ClientHello| {
        hello.versions().contains(&ProtocolVersion::TLS1_3)
            && hello.cipher_suites.contains(&CipherSuite(0x1301))
            && hello.key_shares().contains(&NamedGroup(0x1d))
    };
    let added = Element::Version {
        code: ProtocolVersion::TLS1_3,
        change: Change::Added,
    };
    assert_eq!(search(&old, &modern, speaks_1_3).element, added);
    let removed = Element::Version {
        code: ProtocolVersion::TLS1_3,
        change: Change::Removed,
    };
    let flip = search(&modern, &old, |hello| {
        !hello.versions().contains(&ProtocolVersion::TLS1_3)
    });
    assert_eq!(flip.element, removed);
    assert_eq!(flip.element.to_string(), "version TLS 1.3");
}

#[test]
fn without_supported_versions_a_version_is_a_matter_of_legacy_version() {
    let mut new = hello_of("openssl3");
    new.extensions.retain(|extension| {
        matches!(
            extension,
            Extension::SupportedGroups { .. } | Extension::SignatureAlgorithms { .. }
        )
    });
    let old = ClientHello {
        legacy_version: ProtocolVersion::TLS1_0,
        ..new.clone()
    };
    let flip = search(&new, &old, |hello| {
        hello.legacy_version <= ProtocolVersion::TLS1_1
    });
    let element = Element::Version {
        code: ProtocolVersion::TLS1_2,
        change: Change::Removed,
    };
    assert_eq!(flip.element, element);
    let flip = search(&old, &new, |hello| {
        hello.legacy_version >= ProtocolVersion::TLS1_1
    });
    let element = Element::Version {
        code: ProtocolVersion::TLS1_1,
        change: Change::Added,
    };
    assert_eq!(flip.element, element);
}

#[test]
fn the_ssl2_form_is_an_element() {
    let records = hello_of("openssl3");
    let ssl2 = ClientHello {
        form: ClientHelloForm::Ssl2,
        ..records.clone()
    };
    for (fails, works) in [(&records, &ssl2), (&ssl2, &records)] {
        let minimiser = Minimiser::between(fails, works);
        assert_eq!(minimiser.elements(), 1);
        assert_eq!(
            minimiser.flip().map(|flip| flip.element),
            Some(Element::Form)
        );
    }
}

#[test]
fn an_answer_too_many_changes_nothing() {
    let (chrome, firefox) = (hello_of("chrome"), hello_of("firefox"));
    let mut minimiser = Minimiser::between(&chrome, &firefox);
    while minimiser.next_hello().is_some() {
        minimiser.answer(true);
    }
    let flip = minimiser.flip();
    minimiser.answer(false);
    assert_eq!(minimiser.flip(), flip);
}

#[test]
fn equal_hellos_have_no_flip() {
    let hello = hello_of("chrome");
    let mut minimiser = Minimiser::between(&hello, &hello);
    assert_eq!(
        (
            minimiser.elements(),
            minimiser.next_hello(),
            minimiser.flip()
        ),
        (0, None, None)
    );
    minimiser.answer(true);
    assert_eq!(minimiser.flip(), None);
}

#[test]
fn names_are_technical() {
    let change = Change::Added;
    let names = [
        (
            Element::CipherSuite {
                code: CipherSuite(0x1301),
                change,
            },
            "cipher suite TLS_AES_128_GCM_SHA256",
        ),
        (
            Element::CipherSuite {
                code: CipherSuite(0x0a0a),
                change,
            },
            "cipher suite GREASE",
        ),
        (
            Element::Extension {
                code: ExtensionType(0x0a0a),
                change,
            },
            "extension GREASE",
        ),
        (
            Element::Version {
                code: ProtocolVersion(0x0a0a),
                change,
            },
            "version GREASE",
        ),
        (
            Element::SignatureScheme {
                code: SignatureScheme(0x0804),
                change,
            },
            "signature scheme rsa_pss_rsae_sha256",
        ),
        (
            Element::RecordVersion {
                from: ProtocolVersion::TLS1_2,
                to: ProtocolVersion::TLS1_0,
            },
            "legacy_record_version TLS 1.2 → TLS 1.0",
        ),
    ];
    for (element, name) in names {
        assert_eq!(element.to_string(), name);
    }
}
