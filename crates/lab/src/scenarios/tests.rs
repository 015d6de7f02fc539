//! What holds of the list as a whole.

use super::scenarios;
use report::{Outcome, Verdict};
use std::collections::{BTreeMap, BTreeSet};

/// Causes staged, and the healthy as one more.
const STAGED: usize = 66;

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
    assert!(variants.len() >= STAGED, "{:?}", variants.keys());
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
        let harmless = expected.causes.is_empty() && expected.undecided.is_empty();
        let healthy = scenario.cause.is_none() || harmless && !expected.findings.is_empty();
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
                // Mail servers validate DANE, and none of the reference set is one; of members that differ, each client
                // meets any, and of DNS servers, asks any. Under load each meets it now and then.
                matches!(
                    scenario.cause,
                    Some(
                        "X34"
                            | "S26"
                            | "S27"
                            | "P04"
                            | "S05"
                            | "S06"
                            | "S07"
                            | "S08"
                            | "S35"
                            | "P34"
                    )
                ) || expected
                    .clients_failing
                    .as_ref()
                    .is_some_and(|clients| !clients.is_empty()),
                "{id}"
            );
        }
    }
}
