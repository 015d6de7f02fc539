//! Which language to speak.

use diagnose::texts::Language;
use std::ffi::OsString;

/// The language of `--lang`, read before the arguments are parsed, because help and errors are in it too; otherwise the
/// locale's, otherwise English.
pub(crate) fn language(arguments: &[OsString]) -> Language {
    named(arguments)
        .or_else(|| sys_locale::get_locale().and_then(|locale| of_locale(&locale)))
        .unwrap_or_default()
}

fn named(arguments: &[OsString]) -> Option<Language> {
    let mut words = arguments.iter().filter_map(|word| word.to_str());
    while let Some(word) = words.next() {
        if word == "--" {
            return None;
        }
        let code = match word.strip_prefix("--lang") {
            Some("") => words.next(),
            Some(rest) => rest.strip_prefix('='),
            None => None,
        };
        if let Some(language) = code.and_then(|code| code.parse().ok()) {
            return Some(language);
        }
    }
    None
}

/// Of `it-IT`, `it_IT.UTF-8`, `it`.
fn of_locale(locale: &str) -> Option<Language> {
    let code = locale.split(['-', '_', '.', '@']).next()?;
    code.to_ascii_lowercase().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{named, of_locale};
    use diagnose::texts::Language;
    use std::ffi::OsString;

    fn words(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn named_on_the_command_line() {
        for (line, language) in [
            ("tlsmedic --lang it", Some(Language::Italian)),
            ("tlsmedic diagnose --lang=en x", Some(Language::English)),
            ("tlsmedic --lang de", None),
            ("tlsmedic --language it", None),
            ("tlsmedic -- --lang it", None),
        ] {
            assert_eq!(named(&words(line)), language, "{line}");
        }
    }

    #[test]
    fn named_by_the_locale() {
        assert_eq!(of_locale("it_IT.UTF-8"), Some(Language::Italian));
        assert_eq!(of_locale("it-CH"), Some(Language::Italian));
        assert_eq!(of_locale("C"), None);
    }
}
