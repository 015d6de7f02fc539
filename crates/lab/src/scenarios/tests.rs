//! What holds of the list as a whole.

use super::scenarios;
use report::{Outcome, Verdict};
use std::collections::{BTreeMap, BTreeSet};

/// The causes staged.
const CAUSES: &str = "
C09 C10 C12 C18 C25 C28
P01
S01 S02 S03 S04 S08 S10 S11 S12 S13 S14 S15 S16 S17 S18 S20 S21 S22 S24 S29 S32 S34 S39 S40 S41
X01 X02 X03 X04 X06 X09 X10 X11 X12 X13 X16 X17 X18 X19 X20 X23 X24 X25 X26 X27 X28 X30 X31 X32 X35
";

#[test]
fn ids_are_unique() {
    let ids: BTreeSet<&str> = scenarios()
        .iter()
        .map(|scenario| scenario.id.as_str())
        .collect();
    assert_eq!(ids.len(), scenarios().len());
    let titles: BTreeSet<&str> = scenarios()
        .iter()
        .map(|scenario| scenario.title.as_str())
        .collect();
    assert_eq!(titles.len(), scenarios().len());
}

#[test]
fn every_cause_has_two_variants_and_there_are_ten_oddities() {
    let mut variants: BTreeMap<&str, usize> = BTreeMap::new();
    for scenario in scenarios() {
        *variants
            .entry(scenario.cause.unwrap_or_default())
            .or_default() += 1;
    }
    assert_eq!(
        variants.keys().copied().collect::<BTreeSet<_>>(),
        CAUSES.split_whitespace().chain([""]).collect()
    );
    for (cause, count) in variants {
        assert!(
            count >= if cause.is_empty() { 10 } else { 2 },
            "{cause} has {count}"
        );
    }
}

#[test]
fn expectations_are_consistent() {
    for scenario in scenarios() {
        let (id, expected) = (&scenario.id, &scenario.expected);
        // What is only worth knowing stops nobody.
        let healthy = scenario.cause.is_none() || !expected.findings.is_empty();
        assert_eq!(expected.outcome == Outcome::Works, healthy, "{id}");
        assert_eq!(
            expected.causes.is_empty(),
            healthy || expected.verdict == Verdict::Undecided,
            "{id}"
        );
        assert_eq!(
            !expected.undecided.is_empty(),
            expected.verdict == Verdict::Undecided,
            "{id}"
        );
        let named = expected
            .causes
            .iter()
            .chain(&expected.undecided)
            .chain(&expected.findings)
            .map(|cause| cause.0.as_str());
        assert!(
            healthy || named.clone().any(|cause| Some(cause) == scenario.cause),
            "{id}"
        );
        if expected.outcome == Outcome::WorksWithProblems {
            assert!(
                expected
                    .clients_failing
                    .as_ref()
                    .is_some_and(|clients| !clients.is_empty()),
                "{id}"
            );
        }
    }
}
