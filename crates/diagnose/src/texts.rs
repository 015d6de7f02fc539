//! The words: every message in English and Italian, from `data/texts`.
//!
//! A message is filled in with names, numbers, dates and code points; a parameter that is a whole
//! number is given as one, so that a message may choose its form by it (`{ $days -> [one] … *[other] … }`).

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use report::Text;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use unic_langid::{LanguageIdentifier, langid};

/// The languages there are texts for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Italian.
    Italian,
}

/// A language there are no texts for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no texts in language {asked:?}: there are en and it")]
pub struct UnknownLanguage {
    /// What was asked for.
    pub asked: String,
}

impl FromStr for Language {
    type Err = UnknownLanguage;

    /// From a language code, `en` or `it`.
    fn from_str(code: &str) -> Result<Self, UnknownLanguage> {
        match code {
            "en" => Ok(Self::English),
            "it" => Ok(Self::Italian),
            _ => Err(UnknownLanguage {
                asked: code.to_owned(),
            }),
        }
    }
}

impl Language {
    fn identifier(self) -> LanguageIdentifier {
        match self {
            Self::English => langid!("en"),
            Self::Italian => langid!("it"),
        }
    }

    fn sources(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::English => &ENGLISH,
            Self::Italian => &ITALIAN,
        }
    }
}

macro_rules! sources {
    ($language:literal) => {
        [
            (
                "ui",
                include_str!(concat!("../../../data/texts/", $language, "/ui.ftl")),
            ),
            (
                "phrases",
                include_str!(concat!("../../../data/texts/", $language, "/phrases.ftl")),
            ),
            (
                "contents",
                include_str!(concat!("../../../data/texts/", $language, "/contents.ftl")),
            ),
            (
                "revocation",
                include_str!(concat!(
                    "../../../data/texts/",
                    $language,
                    "/revocation.ftl"
                )),
            ),
            (
                "proxy",
                include_str!(concat!("../../../data/texts/", $language, "/proxy.ftl")),
            ),
            (
                "path",
                include_str!(concat!("../../../data/texts/", $language, "/path.ftl")),
            ),
            (
                "timing",
                include_str!(concat!("../../../data/texts/", $language, "/timing.ftl")),
            ),
            (
                "c",
                include_str!(concat!("../../../data/texts/", $language, "/c.ftl")),
            ),
            (
                "p",
                include_str!(concat!("../../../data/texts/", $language, "/p.ftl")),
            ),
            (
                "s",
                include_str!(concat!("../../../data/texts/", $language, "/s.ftl")),
            ),
            (
                "x",
                include_str!(concat!("../../../data/texts/", $language, "/x.ftl")),
            ),
            (
                "t",
                include_str!(concat!("../../../data/texts/", $language, "/t.ftl")),
            ),
        ]
    };
}

const ENGLISH: [(&str, &str); 12] = sources!("en");
const ITALIAN: [(&str, &str); 12] = sources!("it");

/// The messages of one language, English behind them.
pub struct Texts {
    language: Language,
    own: FluentBundle<FluentResource>,
    english: Option<FluentBundle<FluentResource>>,
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Texts({:?})", self.language)
    }
}

impl Texts {
    /// The texts of `language`.
    pub fn new(language: Language) -> Self {
        let behind = (language != Language::English).then_some(Language::English);
        Self {
            language,
            own: bundle(language),
            english: behind.map(bundle),
        }
    }

    /// The language.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The message filled in. Its id is a message's, or `message.attribute`. Where the language has no such message the
    /// English one stands in, and where there is none at all the id.
    pub fn format(&self, text: &Text) -> String {
        let (id, attribute) = split(&text.id);
        let bundles = std::iter::once(&self.own).chain(&self.english);
        bundles
            .filter_map(|bundle| fill(bundle, id, attribute, &text.params))
            .next()
            .unwrap_or_else(|| text.id.clone())
    }

    /// Whether this language itself has the message, or the attribute of `message.attribute`.
    pub fn has(&self, id: &str) -> bool {
        let (id, attribute) = split(id);
        let message = self.own.get_message(id);
        message.is_some_and(|message| match attribute {
            Some(attribute) => message.get_attribute(attribute).is_some(),
            None => message.value().is_some(),
        })
    }

    /// The attribute of a message, filled in: `X11` with `title`, `owner`, `user` or `network`. `None` where neither this
    /// language nor English has it.
    pub fn attribute(
        &self,
        id: &str,
        attribute: &str,
        params: &BTreeMap<String, String>,
    ) -> Option<String> {
        let bundles = std::iter::once(&self.own).chain(&self.english);
        bundles
            .filter_map(|bundle| fill(bundle, id, Some(attribute), params))
            .next()
    }
}

/// What does not parse in `data/texts` is left out here, and found by a test.
fn bundle(language: Language) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new_concurrent(vec![language.identifier()]);
    bundle.set_use_isolating(false);
    for (_, source) in language.sources() {
        let resource = FluentResource::try_new((*source).to_owned());
        bundle.add_resource_overriding(resource.unwrap_or_else(|(partial, _)| partial));
    }
    bundle
}

fn split(id: &str) -> (&str, Option<&str>) {
    match id.split_once('.') {
        Some((id, attribute)) => (id, Some(attribute)),
        None => (id, None),
    }
}

fn fill(
    bundle: &FluentBundle<FluentResource>,
    id: &str,
    attribute: Option<&str>,
    params: &BTreeMap<String, String>,
) -> Option<String> {
    let message = bundle.get_message(id)?;
    let pattern = match attribute {
        Some(attribute) => message.get_attribute(attribute)?.value(),
        None => message.value()?,
    };
    let arguments: FluentArgs<'_> = params
        .iter()
        .map(|(key, value)| (Cow::from(key.as_str()), argument(value)))
        .collect();
    // A parameter that is missing stands as its name; that is better than no sentence.
    let mut missing = Vec::new();
    let filled = bundle.format_pattern(pattern, Some(&arguments), &mut missing);
    Some(filled.into_owned())
}

/// A whole number that is written the usual way as a number, anything else as it is.
fn argument(value: &str) -> FluentValue<'_> {
    match value.parse::<u32>() {
        Ok(number) if number.to_string() == value => FluentValue::from(number),
        _ => FluentValue::from(value),
    }
}

#[cfg(test)]
mod tests {
    use super::{ENGLISH, ITALIAN, Language, Texts};
    use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
    use report::Text;
    use std::collections::{BTreeMap, BTreeSet};

    /// Messages that are the same in both languages: their every word is.
    const ALIKE: &[&str] = &["ui-label-sha256", "ui-load-columns-hello"];

    type Messages = BTreeMap<String, (BTreeSet<String>, String)>;

    /// Every message and attribute with its variables and its text.
    fn messages(sources: &[(&str, &str)]) -> Messages {
        let mut found = Messages::new();
        for (file, source) in sources {
            let resource = fluent_syntax::parser::parse(*source)
                .unwrap_or_else(|(_, errors)| panic!("{file}.ftl: {errors:?}"));
            for entry in resource.body {
                let message = match entry {
                    Entry::Message(message) => message,
                    Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => {
                        continue;
                    }
                    other => panic!("{file}.ftl: {other:?}"),
                };
                let id = message.id.name.to_owned();
                let attributes = message
                    .attributes
                    .iter()
                    .map(|attribute| (format!("{id}.{}", attribute.id.name), &attribute.value));
                let value = message.value.iter().map(|value| (id.clone(), value));
                for (id, pattern) in value.chain(attributes) {
                    let (mut variables, mut text) = (BTreeSet::new(), String::new());
                    read(pattern, &mut variables, &mut text);
                    let twice = found.insert(id.clone(), (variables, text));
                    assert!(twice.is_none(), "{file}.ftl: {id} stands twice");
                }
            }
        }
        found
    }

    fn read(pattern: &Pattern<&str>, variables: &mut BTreeSet<String>, text: &mut String) {
        for element in &pattern.elements {
            match element {
                PatternElement::TextElement { value } => text.push_str(value),
                PatternElement::Placeable {
                    expression: Expression::Inline(inline),
                } => read_inline(inline, variables, text),
                PatternElement::Placeable {
                    expression: Expression::Select { selector, variants },
                } => {
                    read_inline(selector, variables, &mut String::new());
                    for variant in variants {
                        read(&variant.value, variables, text);
                    }
                }
            }
        }
    }

    fn read_inline(
        inline: &InlineExpression<&str>,
        variables: &mut BTreeSet<String>,
        text: &mut String,
    ) {
        match inline {
            InlineExpression::VariableReference { id } => {
                variables.insert(id.name.to_owned());
            }
            InlineExpression::StringLiteral { value } => text.push_str(value),
            // What it says is compared where it stands.
            InlineExpression::MessageReference { id, .. } => {
                variables.insert(format!("the message {}", id.name));
            }
            other => panic!("only variables, messages and strings are used here: {other:?}"),
        }
    }

    #[test]
    fn both_languages_say_the_same() {
        let (english, italian) = (messages(&ENGLISH), messages(&ITALIAN));
        let ids = |messages: &Messages| messages.keys().cloned().collect::<BTreeSet<_>>();
        let missing: Vec<_> = ids(&english).difference(&ids(&italian)).cloned().collect();
        assert!(missing.is_empty(), "not in Italian: {missing:?}");
        let missing: Vec<_> = ids(&italian).difference(&ids(&english)).cloned().collect();
        assert!(missing.is_empty(), "not in English: {missing:?}");
        for (id, (variables, text)) in &english {
            let (others, other) = &italian[id];
            assert_eq!(variables, others, "variables of {id}");
            let words = text.chars().any(char::is_alphabetic);
            if words && !ALIKE.contains(&id.as_str()) {
                assert_ne!(text, other, "{id} is not translated");
            }
        }
    }

    #[test]
    fn what_is_alike_is_there_and_alike() {
        let (english, italian) = (messages(&ENGLISH), messages(&ITALIAN));
        for id in ALIKE {
            assert_eq!(english.get(*id), italian.get(*id), "{id}");
            assert!(english.contains_key(*id), "{id} is in the list for nothing");
        }
    }

    #[test]
    fn a_parameter_stands_as_given() {
        let text = Text::new(
            "seen-X01",
            [
                ("subject", "CN=www.shop.test".to_owned()),
                ("date", "2026-01-02".to_owned()),
                ("days", "007".to_owned()),
            ],
        );
        let said = Texts::new(Language::Italian).format(&text);
        for value in ["CN=www.shop.test", "2026-01-02", "007"] {
            assert!(said.contains(value), "{said}");
        }
    }

    #[test]
    fn what_is_unknown_is_named() {
        let texts = Texts::new(Language::Italian);
        assert_eq!(texts.format(&Text::new("no-such-text", [])), "no-such-text");
        assert_eq!(texts.attribute("X11", "no-such", &BTreeMap::new()), None);
        assert!(!texts.has("no-such-text"));
    }

    #[test]
    fn languages_by_code() {
        assert_eq!("it".parse(), Ok(Language::Italian));
        assert!(
            "de".parse::<Language>()
                .unwrap_err()
                .to_string()
                .contains("\"de\"")
        );
    }
}
