//! A report, or something else for programs, as JSON on one line.

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, Serializer};
use std::io::{self, Write};

/// The value, whose keys must be texts, with a line feed: several make JSON Lines.
pub(crate) fn json(value: &impl Serialize) -> String {
    let mut octets = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut octets, Tame);
    match value.serialize(&mut serializer) {
        Ok(()) => String::from_utf8_lossy(&octets).into_owned() + "\n",
        Err(error) => unreachable!("all keys are texts, and it is written to memory: {error}"),
    }
}

/// Escapes what a terminal might obey beside the control characters that JSON escapes anyway: a peer's words are in a
/// report, and reports are looked at on terminals.
struct Tame;

impl Formatter for Tame {
    fn write_string_fragment<W: Write + ?Sized>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(place) = rest.find(super::page::is_harmful) {
            let (before, after) = rest.split_at(place);
            CompactFormatter.write_string_fragment(writer, before)?;
            let mut letters = after.chars();
            let mut units = [0; 2];
            for unit in letters.next().unwrap_or_default().encode_utf16(&mut units) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = letters.as_str();
        }
        CompactFormatter.write_string_fragment(writer, rest)
    }
}

#[cfg(test)]
mod tests {
    use super::json;
    use report::{Contact, Report};

    #[test]
    fn a_terminal_has_nothing_to_obey_and_the_value_stays() {
        let address = "\u{9b}31m\u{1b}[2J\u{202e}evil\u{e0041}é\u{7f}".to_owned();
        let contact = Contact {
            what: "http".to_owned(),
            address: address.clone(),
            why: String::new(),
        };
        let report = Report {
            contacted: vec![contact],
            ..Report::example()
        };
        let line = json(&report);
        assert!(
            line.contains("\\u009b31m\\u001b[2J\\u202eevil\\udb40\\udc41é\\u007f"),
            "{line}"
        );
        assert_eq!(line.matches('\n').count(), 1);
        let again: Report = serde_json::from_str(&line).unwrap();
        assert_eq!(again.contacted[0].address, address);
    }
}
