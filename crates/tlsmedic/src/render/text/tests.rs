use super::{Paper, text};
use crate::render::page::is_harmful;
use diagnose::texts::{Language, Texts};
use proptest::prelude::*;
use report::Report;
use serde_json::Value;
use std::sync::LazyLock;

const REPORTS: [&str; 5] = [
    include_str!("../../../testdata/healthy.json"),
    include_str!("../../../testdata/incomplete.json"),
    include_str!("../../../testdata/clock.json"),
    include_str!("../../../testdata/two.json"),
    include_str!("../../../testdata/noname.json"),
];

static TEXTS: LazyLock<[Texts; 2]> =
    LazyLock::new(|| [Texts::new(Language::English), Texts::new(Language::Italian)]);

fn rendered(report: &Report, texts: &Texts, columns: usize) -> String {
    let text = text(report, &Paper { texts, columns });
    anstream::adapter::strip_str(&text).to_string()
}

fn reports() -> impl Iterator<Item = Report> {
    REPORTS
        .iter()
        .map(|json| serde_json::from_str(json).expect("a report"))
}

#[test]
fn nothing_is_wider_than_the_page_but_words_drawings_and_commands() {
    for report in reports() {
        for texts in TEXTS.iter() {
            for columns in [60, 80, 120] {
                let narrow = |line: &&str| {
                    let drawn = line.contains('█');
                    let command = line.starts_with("      ") && !line.starts_with("       ");
                    let one_word = line.split_whitespace().count() <= 2;
                    !drawn && !command && !one_word
                };
                for line in rendered(&report, texts, columns).lines().filter(narrow) {
                    assert!(
                        crate::render::page::width(line) <= columns,
                        "{columns}: {line}"
                    );
                }
            }
        }
    }
}

#[test]
fn every_word_of_the_program_is_translated() {
    let [english, italian] = &*TEXTS;
    for report in reports() {
        let [one, other] = [english, italian].map(|texts| rendered(&report, texts, 400));
        let sentences = |text: &str| -> Vec<String> {
            text.lines()
                .map(|line| line.trim().to_owned())
                .filter(|line| line.split(' ').count() > 4 && line.ends_with('.'))
                .collect()
        };
        for sentence in sentences(&one) {
            assert!(!other.contains(&sentence), "in Italian: {sentence}");
        }
    }
}

#[test]
fn a_message_of_a_newer_version_stays_english() {
    let mut report = reports().nth(4).expect("noname");
    report.causes[0].text.id = "seen-Z99".to_owned();
    assert!(rendered(&report, &TEXTS[1], 80).contains(&report.causes[0].summary));
}

#[test]
fn a_report_about_nothing_is_shown() {
    insta::assert_snapshot!(rendered(&Report::example(), &TEXTS[0], 80), @r"
    NOT TESTED
      Nothing was learnt about the handshake.

    Circumstances
      clock       not checked; --time-source HOST compares it
      also asked  nobody besides the target
      cost        0 connections to the target in 0.0 ms
    ");
}

/// Replaces the `place`-th leaf of a JSON value.
fn replace(value: &mut Value, place: &mut usize, with: &Value) {
    match value {
        Value::Array(values) => values
            .iter_mut()
            .for_each(|value| replace(value, place, with)),
        Value::Object(entries) => entries
            .values_mut()
            .for_each(|value| replace(value, place, with)),
        leaf => {
            if *place == 0 {
                *leaf = with.clone();
            }
            *place = place.wrapping_sub(1);
        }
    }
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<String>().prop_map(Value::from),
        "[\u{1b}\u{9b}\u{7f}\u{202e}\r\n\t a-z{}\\[\\]]{0,40}".prop_map(Value::from),
        "[a-z ]{2000,3000}".prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        Just(Value::from(0)),
        Just(Value::from("0001-01-01T00:00:00Z")),
        Just(Value::from("9999-12-30T00:00:00Z")),
        Just(Value::Null),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]
    #[test]
    fn no_report_panics_or_reaches_the_terminal_untamed(
        which in 0..REPORTS.len(),
        changes in proptest::collection::vec((0..400_usize, leaf()), 1..6),
        columns in 1..200_usize,
    ) {
        let mut value: Value = serde_json::from_str(REPORTS[which]).expect("JSON");
        for (place, with) in changes {
            let before = value.clone();
            replace(&mut value, &mut place.clone(), &with);
            if serde_json::from_value::<Report>(value.clone()).is_err() {
                value = before;
            }
        }
        let report: Report = serde_json::from_value(value).expect("a report");
        for texts in TEXTS.iter() {
            let shown = rendered(&report, texts, columns);
            prop_assert!(!shown.chars().any(|letter| letter != '\n' && is_harmful(letter)), "{shown:?}");
        }
        let again: Report = serde_json::from_str(&crate::render::json(&report)).expect("a report");
        prop_assert_eq!(again, report);
    }
}
