//! The words for what a report holds.

use diagnose::texts::{Language, Texts};
use report::{
    Affects, Audience, Certainty, CertificateSource, ClientOutcome, Outcome, PhaseName,
    PhaseOutcome, Severity, Side, Silent, Text,
};
use serde::Serialize;
use std::collections::BTreeMap;

/// Microseconds in a millisecond.
const MILLISECOND: f64 = 1e3;
/// Microseconds in a second.
const SECOND: f64 = 1e6;
/// What nobody reads in seconds, in microseconds.
const LONG: f64 = 120.0 * SECOND;

/// The words of one language.
#[derive(Clone, Copy)]
pub(crate) struct Words<'a> {
    pub(crate) texts: &'a Texts,
}

impl Words<'_> {
    /// The message `id`.
    pub(crate) fn say(&self, id: &str) -> String {
        self.texts.format(&Text::new(id, []))
    }

    /// The message `id` filled in.
    pub(crate) fn fill<const N: usize>(&self, id: &str, params: [(&str, String); N]) -> String {
        self.texts.format(&Text::new(id, params))
    }

    /// A sentence of the report: as it stands there in English, by its message in another language. A message this version
    /// does not know leaves the English.
    pub(crate) fn sentence(&self, english: &str, text: &Text) -> String {
        if self.texts.language() == Language::English || !self.texts.has(&text.id) {
            return english.to_owned();
        }
        self.texts.format(text)
    }

    /// A cause's id and, where the catalogue has one, its title.
    pub(crate) fn cause(&self, id: &str) -> String {
        match self.texts.attribute(id, "title", &BTreeMap::new()) {
            Some(title) => format!("{id} ({title})"),
            None => id.to_owned(),
        }
    }

    pub(crate) fn outcome(&self, outcome: Outcome) -> String {
        self.of("outcome", outcome)
    }

    pub(crate) fn side(&self, side: Side) -> String {
        self.of("side", side)
    }

    pub(crate) fn certainty(&self, certainty: Certainty) -> String {
        self.of("certainty", certainty)
    }

    pub(crate) fn affects(&self, affects: Affects) -> String {
        self.of("affects", affects)
    }

    pub(crate) fn audience(&self, audience: Audience) -> String {
        self.of("audience", audience)
    }

    pub(crate) fn phase(&self, phase: PhaseName) -> String {
        self.of("phase", phase)
    }

    pub(crate) fn phase_outcome(&self, outcome: PhaseOutcome) -> String {
        self.of("end", outcome)
    }

    pub(crate) fn silent(&self, who: Silent) -> String {
        self.of("silent", who)
    }

    pub(crate) fn source(&self, source: CertificateSource) -> String {
        self.of("source", source)
    }

    pub(crate) fn client_outcome(&self, outcome: ClientOutcome) -> String {
        self.of("client", outcome)
    }

    pub(crate) fn severity(&self, severity: Severity) -> String {
        self.of("severity", severity)
    }

    /// The message `ui-KIND-VALUE`, with the value as JSON names it.
    fn of(&self, kind: &str, value: impl Serialize) -> String {
        let value = serde_json::to_value(value).ok();
        let name = value
            .as_ref()
            .and_then(|value| value.as_str())
            .unwrap_or_default();
        self.say(&format!("ui-{kind}-{name}"))
    }

    /// A time as people read it, from microseconds.
    pub(crate) fn duration(&self, us: u64) -> String {
        let us = us as f64;
        let text = if us < 10.0 * MILLISECOND {
            format!("{:.1} ms", us / MILLISECOND)
        } else if us < SECOND {
            format!("{:.0} ms", us / MILLISECOND)
        } else if us < LONG {
            format!("{:.1} s", us / SECOND)
        } else {
            diagnose::span((us / SECOND) as u64)
        };
        match self.texts.language() {
            Language::English => text,
            Language::Italian => text.replace('.', ","),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Words;
    use diagnose::texts::{Language, Texts};
    use report::{
        Affects, Audience, Certainty, CertificateSource, ClientOutcome, Outcome, PhaseName,
        PhaseOutcome, Severity, Side, Silent,
    };
    use schemars::{JsonSchema, schema_for};
    use serde::de::DeserializeOwned;

    #[test]
    fn durations_in_the_unit_that_is_read() {
        let texts = Texts::new(Language::Italian);
        let said = |us| Words { texts: &texts }.duration(us);
        assert_eq!(said(1_234), "1,2 ms");
        assert_eq!(said(56_789), "57 ms");
        assert_eq!(said(61_500_000), "61,5 s");
        assert_eq!(said(34_560_000_000_000), "400 d");
    }

    /// Every value of an enumeration, by its schema.
    fn every<T: JsonSchema + DeserializeOwned>() -> Vec<T> {
        let schema = schema_for!(T);
        let values = schema.as_value()["oneOf"]
            .as_array()
            .expect("an enumeration")
            .clone();
        let values: Vec<T> = values
            .into_iter()
            .map(|value| serde_json::from_value(value["const"].clone()).expect("a value"))
            .collect();
        assert!(!values.is_empty());
        values
    }

    #[test]
    fn every_value_has_a_word() {
        for language in [Language::English, Language::Italian] {
            let texts = Texts::new(language);
            let words = Words { texts: &texts };
            let mut said = Vec::new();
            said.extend(
                every::<Outcome>()
                    .into_iter()
                    .map(|value| words.outcome(value)),
            );
            said.extend(every::<Side>().into_iter().map(|value| words.side(value)));
            said.extend(
                every::<Certainty>()
                    .into_iter()
                    .map(|value| words.certainty(value)),
            );
            said.extend(
                every::<Affects>()
                    .into_iter()
                    .map(|value| words.affects(value)),
            );
            said.extend(
                every::<Audience>()
                    .into_iter()
                    .map(|value| words.audience(value)),
            );
            said.extend(
                every::<PhaseName>()
                    .into_iter()
                    .map(|value| words.phase(value)),
            );
            said.extend(
                every::<PhaseOutcome>()
                    .into_iter()
                    .map(|value| words.phase_outcome(value)),
            );
            said.extend(
                every::<CertificateSource>()
                    .into_iter()
                    .map(|value| words.source(value)),
            );
            said.extend(
                every::<ClientOutcome>()
                    .into_iter()
                    .map(|value| words.client_outcome(value)),
            );
            said.extend(
                every::<Severity>()
                    .into_iter()
                    .map(|value| words.severity(value)),
            );
            said.extend(
                every::<Silent>()
                    .into_iter()
                    .map(|value| words.silent(value)),
            );
            let silent: Vec<_> = said.iter().filter(|word| word.starts_with("ui-")).collect();
            assert!(silent.is_empty(), "{language:?}: {silent:?}");
        }
    }

    #[test]
    fn times_are_as_precise_as_they_matter() {
        let (english, italian) = (Texts::new(Language::English), Texts::new(Language::Italian));
        let words = Words { texts: &english };
        for (us, text) in [
            (0, "0.0 ms"),
            (1_234, "1.2 ms"),
            (12_345, "12 ms"),
            (1_500_000, "1.5 s"),
        ] {
            assert_eq!(words.duration(us), text);
        }
        assert_eq!(Words { texts: &italian }.duration(1_234), "1,2 ms");
    }
}
