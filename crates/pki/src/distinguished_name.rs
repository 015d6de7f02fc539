//! `Name` (RFC 5280 section 4.1.2.4): as octets, as text, and compared.

use crate::der::{OBJECT_IDENTIFIER, Reader, SEQUENCE, SET};
use crate::oid::{Oid, hex};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// A subject's or issuer's name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DistinguishedName {
    /// DER of the whole `Name`.
    pub der: Vec<u8>,
    /// RFC 4514: the most specific part first, such as `CN=www.example.com,O=Example`. Empty for an empty name.
    pub text: String,
    /// The value of the most specific commonName.
    pub common_name: Option<String>,
    /// Its mailboxes: the values of emailAddress (RFC 2985 section 5.2.1).
    pub(crate) mailboxes: Vec<String>,
    /// Equal for names that are the same by RFC 5280 section 7.1.
    folded: Vec<Vec<u8>>,
}

/// Parts of a name beyond this are kept as octets but neither shown nor compared one by one.
const MAX_PARTS: usize = 64;

impl DistinguishedName {
    /// From the DER of a `Name`. What cannot be read in it is shown in hexadecimal and compared octet by octet.
    pub fn from_der(der: &[u8]) -> Self {
        let mut parts: Vec<Vec<Attribute<'_>>> = Vec::new();
        let complete = Reader::new(der, 0)
            .take(SEQUENCE)
            .and_then(|name| {
                let mut sets = name.reader();
                while !sets.is_empty() {
                    if parts.len() == MAX_PARTS {
                        return None;
                    }
                    parts.push(attributes(sets.take(SET)?.reader())?);
                }
                Some(())
            })
            .is_some();
        let text = if complete {
            let shown = parts.iter().rev().map(|attributes| {
                let shown: Vec<String> = attributes.iter().map(Attribute::text).collect();
                shown.join("+")
            });
            shown.collect::<Vec<_>>().join(",")
        } else {
            format!("#{}", hex(der.get(..MAX_PARTS).unwrap_or(der)))
        };
        let folded = if complete {
            parts.iter().map(|attributes| fold(attributes)).collect()
        } else {
            vec![der.to_vec()]
        };
        let common_name = parts.iter().rev().flatten().find_map(|attribute| {
            (attribute.oid == COMMON_NAME)
                .then(|| attribute.string())
                .flatten()
        });
        let mailboxes = parts
            .iter()
            .flatten()
            .filter(|attribute| attribute.oid == EMAIL_ADDRESS)
            .filter_map(Attribute::string)
            .collect();
        Self {
            der: der.to_vec(),
            text,
            common_name,
            mailboxes,
            folded,
        }
    }

    /// Whether both are the same name: octet by octet, or with case and spaces folded in character strings
    /// (RFC 5280 section 7.1).
    pub fn matches(&self, other: &Self) -> bool {
        self.der == other.der || self.folded == other.folded
    }

    /// A number that is the same for names that match, and rarely for others.
    pub(crate) fn mark(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.folded.hash(&mut hasher);
        hasher.finish()
    }

    /// Whether it has no parts.
    pub fn is_empty(&self) -> bool {
        self.folded.is_empty()
    }

    /// Whether it lies in the subtree of `base`: starts with all parts of it (RFC 5280 section 4.2.1.10).
    pub fn is_within(&self, base: &Self) -> bool {
        self.folded.starts_with(&base.folded)
    }
}

const COMMON_NAME: &str = "2.5.4.3";
const EMAIL_ADDRESS: &str = "1.2.840.113549.1.9.1";

struct Attribute<'a> {
    oid: Oid,
    tag: u8,
    value: &'a [u8],
    raw: &'a [u8],
}

impl Attribute<'_> {
    /// The characters of a character string.
    fn string(&self) -> Option<String> {
        match self.tag {
            // UTF8String, NumericString, PrintableString, IA5String, VisibleString
            0x0c | 0x12 | 0x13 | 0x16 | 0x1a => String::from_utf8(self.value.to_vec()).ok(),
            // TeletexString, in practice Latin-1
            0x14 => Some(self.value.iter().map(|octet| char::from(*octet)).collect()),
            // UniversalString
            0x1c => self
                .value
                .chunks(4)
                .map(|unit| char::from_u32(u32::from_be_bytes(unit.try_into().ok()?)))
                .collect(),
            // BMPString
            0x1e => {
                let units: Option<Vec<u16>> = self
                    .value
                    .chunks(2)
                    .map(|unit| Some(u16::from_be_bytes(unit.try_into().ok()?)))
                    .collect();
                String::from_utf16(&units?).ok()
            }
            _ => None,
        }
    }

    /// RFC 4514 section 2.3.
    fn text(&self) -> String {
        match (short_name(self.oid.as_str()), self.string()) {
            (Some(name), Some(value)) => format!("{name}={}", escaped(&value)),
            (None, Some(value)) => format!("{}={}", self.oid, escaped(&value)),
            (name, None) => format!("{}=#{}", name.unwrap_or(self.oid.as_str()), hex(self.raw)),
        }
    }
}

fn attributes(mut set: Reader<'_>) -> Option<Vec<Attribute<'_>>> {
    let mut attributes = Vec::new();
    while !set.is_empty() && attributes.len() < MAX_PARTS {
        let mut pair = set.take(SEQUENCE)?.reader();
        let oid = Oid::from_der_value(pair.take(OBJECT_IDENTIFIER)?.content);
        let value = pair.any("value").ok().filter(|value| !value.truncated)?;
        attributes.push(Attribute {
            oid,
            tag: value.tag,
            value: value.content,
            raw: value.raw,
        });
    }
    set.is_empty().then_some(attributes)
}

/// One part of a name, so that equal octets mean equal parts. The order within a set does not count.
fn fold(attributes: &[Attribute<'_>]) -> Vec<u8> {
    let mut folded: Vec<Vec<u8>> = attributes
        .iter()
        .map(|attribute| {
            let value = match attribute.string() {
                Some(text) => {
                    let words: Vec<String> =
                        text.split_whitespace().map(str::to_lowercase).collect();
                    words.join(" ").into_bytes()
                }
                None => attribute.raw.to_vec(),
            };
            let mut octets = attribute.oid.as_str().as_bytes().to_vec();
            octets.push(b'=');
            octets.extend((value.len() as u64).to_be_bytes());
            octets.extend(value);
            octets
        })
        .collect();
    folded.sort();
    folded.concat()
}

fn short_name(oid: &str) -> Option<&'static str> {
    Some(match oid {
        COMMON_NAME => "CN",
        "2.5.4.4" => "SN",
        "2.5.4.5" => "serialNumber",
        "2.5.4.6" => "C",
        "2.5.4.7" => "L",
        "2.5.4.8" => "ST",
        "2.5.4.9" => "STREET",
        "2.5.4.10" => "O",
        "2.5.4.11" => "OU",
        "2.5.4.12" => "title",
        "2.5.4.15" => "businessCategory",
        "2.5.4.17" => "postalCode",
        "2.5.4.42" => "GN",
        "2.5.4.97" => "organizationIdentifier",
        "0.9.2342.19200300.100.1.1" => "UID",
        "0.9.2342.19200300.100.1.25" => "DC",
        "1.2.840.113549.1.9.1" => "emailAddress",
        _ => return None,
    })
}

/// RFC 4514 section 2.4; control characters in hexadecimal, so that a terminal is safe.
fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let last = value.chars().count().saturating_sub(1);
    for (place, character) in value.chars().enumerate() {
        let special = matches!(character, '"' | '+' | ',' | ';' | '<' | '>' | '\\')
            || (place == 0 && matches!(character, ' ' | '#'))
            || (place == last && character == ' ');
        if character.is_control() {
            let mut octets = [0; 4];
            for octet in character.encode_utf8(&mut octets).bytes() {
                text.push_str(&format!("\\{octet:02X}"));
            }
            continue;
        }
        if special {
            text.push('\\');
        }
        text.push(character);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::DistinguishedName;

    fn attribute(last_arc: u8, tag: u8, value: &[u8]) -> Vec<u8> {
        let mut pair = vec![0x06, 0x03, 0x55, 0x04, last_arc, tag, value.len() as u8];
        pair.extend(value);
        [&[0x30, pair.len() as u8][..], &pair].concat()
    }

    fn set(attributes: &[Vec<u8>]) -> Vec<u8> {
        let content = attributes.concat();
        [&[0x31, content.len() as u8][..], &content].concat()
    }

    fn name(sets: &[Vec<u8>]) -> DistinguishedName {
        let content = sets.concat();
        DistinguishedName::from_der(&[&[0x30, content.len() as u8][..], &content].concat())
    }

    #[test]
    fn text_is_rfc4514() {
        let plain = name(&[
            set(&[attribute(6, 0x13, b"IT")]),
            set(&[attribute(10, 0x0c, "Caff\u{e8}, S.p.A.".as_bytes())]),
            set(&[attribute(3, 0x13, b" x "), attribute(11, 0x13, b"a+b")]),
        ]);
        assert_eq!(
            plain.text,
            "CN=\\ x\\ +OU=a\\+b,O=Caff\u{e8}\\, S.p.A.,C=IT"
        );
        assert_eq!(plain.common_name.as_deref(), Some(" x "));
        assert_eq!(
            name(&[set(&[attribute(3, 0x0c, b"a\x1b[2J")])]).text,
            "CN=a\\1B[2J"
        );
        assert_eq!(name(&[set(&[attribute(3, 0x1e, b"\0h\0i")])]).text, "CN=hi");
        assert_eq!(name(&[set(&[attribute(3, 0x1c, b"\0\0\0h")])]).text, "CN=h");
        assert_eq!(
            name(&[set(&[attribute(3, 0x14, b"\xe8")])]).text,
            "CN=\u{e8}"
        );
        assert_eq!(
            name(&[set(&[attribute(3, 0x0c, b"\xff")])]).text,
            "CN=#0c01ff"
        );
        assert_eq!(
            name(&[set(&[attribute(99, 0x13, b"v")])]).text,
            "2.5.4.99=v"
        );
        assert!(name(&[]).is_empty());
        assert_eq!(
            DistinguishedName::from_der(&[0x30, 0x02, 0x31, 0x05]).text,
            "#30023105"
        );
    }

    #[test]
    fn comparison_folds_case_spaces_and_string_types() {
        let one = name(&[set(&[attribute(10, 0x13, b"Example  CA ")])]);
        let other = name(&[set(&[attribute(10, 0x0c, b"example ca")])]);
        assert!(one.matches(&other) && one != other);
        let different = name(&[set(&[attribute(11, 0x0c, b"example ca")])]);
        assert!(!one.matches(&different));
        let swapped = name(&[set(&[attribute(10, 0x13, b"a"), attribute(11, 0x13, b"b")])]);
        let straight = name(&[set(&[attribute(11, 0x13, b"b"), attribute(10, 0x13, b"a")])]);
        assert!(swapped.matches(&straight));
        let long = name(&[
            set(&[attribute(10, 0x13, b"a")]),
            set(&[attribute(3, 0x13, b"b")]),
        ]);
        assert!(long.is_within(&name(&[set(&[attribute(10, 0x13, b"A")])])));
        assert!(!long.is_within(&name(&[set(&[attribute(3, 0x13, b"b")])])));
    }
}
