//! A small reader of DER (ITU-T X.690) that goes on after a defect.

use std::fmt;

/// Something in the octets that should not be so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defect {
    /// Where, in octets from the start of what was read.
    pub offset: u64,
    /// What was being read.
    pub field: &'static str,
    /// What should stand there.
    pub expected: String,
    /// What stands there.
    pub got: String,
    /// Which fault it is, where it is one that clients judge differently.
    pub fault: Option<EncodingFault>,
}

/// A fault of the encoding that some clients let pass and others do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EncodingFault {
    /// The serial number is negative (RFC 5280 section 4.1.2.2).
    NegativeSerial,
    /// A date without seconds (RFC 5280 section 4.1.2.5).
    TimeWithoutSeconds,
    /// A date with an offset from UTC or with a fraction of a second (RFC 5280 section 4.1.2.5).
    TimeNotPlain,
    /// A BOOLEAN that is true and not `ff` (X.690 section 11.1).
    LooseBoolean,
    /// The same extension twice (RFC 5280 section 4.2).
    DuplicateExtension,
    /// Extensions in a certificate that does not say it is of version 3 (RFC 5280 section 4.1.2.9).
    ExtensionsBeforeVersion3,
    /// The algorithm outside is not the one that is signed (RFC 5280 section 4.1.1.2).
    AlgorithmsDiffer,
    /// A DNS name that is not ASCII, or an address that is not of 4 or 16 octets, in subjectAltName (RFC 5280 section
    /// 4.2.1.6).
    BadAlternativeName,
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            offset,
            field,
            expected,
            got,
            ..
        } = self;
        write!(
            f,
            "{field} at octet {offset}: expected {expected}, got {got}"
        )
    }
}

pub(crate) const BOOLEAN: u8 = 0x01;
pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(crate) const UTC_TIME: u8 = 0x17;
pub(crate) const GENERALIZED_TIME: u8 = 0x18;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;

/// A constructed context-specific tag, `[number]`.
pub(crate) const fn context(number: u8) -> u8 {
    0xa0 | number
}

/// One element as octets.
pub(crate) fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let zeros = length.iter().take_while(|octet| **octet == 0).count();
    let length = length.get(zeros..).unwrap_or_default();
    let mut octets = vec![tag];
    match length {
        [] => octets.push(0),
        [short @ 0..0x80] => octets.push(*short),
        long => {
            octets.push(0x80 | u8::try_from(long.len()).unwrap_or(8));
            octets.extend_from_slice(long);
        }
    }
    octets.extend_from_slice(content);
    octets
}

/// One type-length-value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Element<'a> {
    pub(crate) tag: u8,
    /// Where its tag stands.
    pub(crate) offset: usize,
    /// Its value.
    pub(crate) content: &'a [u8],
    /// Tag, length and value.
    pub(crate) raw: &'a [u8],
    /// Whether the length announces more than there is; `content` is then what there is.
    pub(crate) truncated: bool,
    /// Whether the length could have been shorter (X.690 section 10.1).
    pub(crate) overlong: bool,
}

impl<'a> Element<'a> {
    /// Where its value starts.
    pub(crate) fn content_offset(&self) -> usize {
        self.offset
            .saturating_add(self.raw.len().saturating_sub(self.content.len()))
    }

    /// A reader of its value.
    pub(crate) fn reader(&self) -> Reader<'a> {
        Reader::new(self.content, self.content_offset())
    }
}

/// Reads elements one after the other.
#[derive(Clone, Debug)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
    offset: usize,
}

impl<'a> Reader<'a> {
    /// Reads `octets`, which stand at `offset` of the whole.
    pub(crate) fn new(octets: &'a [u8], offset: usize) -> Self {
        Self {
            rest: octets,
            offset,
        }
    }

    /// Whether nothing is left.
    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// How much is left.
    pub(crate) fn left(&self) -> usize {
        self.rest.len()
    }

    /// Where it stands.
    pub(crate) fn offset(&self) -> usize {
        self.offset
    }

    /// The next element's tag.
    pub(crate) fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// The next element, whatever it is. A value that is cut short is given as far as it goes.
    pub(crate) fn any(&mut self, field: &'static str) -> Result<Element<'a>, Defect> {
        let defect = |expected: &str, got: String| Defect {
            offset: self.offset as u64,
            field,
            expected: expected.to_owned(),
            got,
            fault: None,
        };
        let (&tag, after_tag) = self
            .rest
            .split_first()
            .ok_or_else(|| defect("an element", "the end".to_owned()))?;
        if tag & 0x1f == 0x1f {
            return Err(defect("a tag of one octet", format!("{tag:#04x}")));
        }
        let (&first, after_first) = after_tag
            .split_first()
            .ok_or_else(|| defect("a length", "the end".to_owned()))?;
        let (length, after_length, overlong) = match first {
            0..=0x7f => (usize::from(first), after_first, false),
            0x81..=0x84 => {
                let (octets, after) = after_first
                    .split_at_checked(usize::from(first & 0x7f))
                    .ok_or_else(|| defect("a length", "the end".to_owned()))?;
                let length = octets
                    .iter()
                    .fold(0_u64, |length, octet| (length << 8) | u64::from(*octet));
                let overlong = length < 0x80 || octets.first() == Some(&0);
                (
                    usize::try_from(length).unwrap_or(usize::MAX),
                    after,
                    overlong,
                )
            }
            _ => {
                return Err(defect(
                    "a definite length of at most 4 octets",
                    format!("{first:#04x}"),
                ));
            }
        };
        let (content, rest, truncated) = match after_length.split_at_checked(length) {
            Some((content, rest)) => (content, rest, false),
            None => (after_length, Default::default(), true),
        };
        let taken = self.rest.len().saturating_sub(rest.len());
        let element = Element {
            tag,
            offset: self.offset,
            content,
            raw: self.rest.get(..taken).unwrap_or_default(),
            truncated,
            overlong,
        };
        self.offset = self.offset.saturating_add(taken);
        self.rest = rest;
        Ok(element)
    }

    /// The next element if it has `tag` and is whole; otherwise nothing is taken.
    pub(crate) fn take(&mut self, tag: u8) -> Option<Element<'a>> {
        let mut ahead = self.clone();
        let element = ahead.any("element").ok()?;
        if element.tag != tag || element.truncated {
            return None;
        }
        *self = ahead;
        Some(element)
    }
}

/// Defects beyond this are not kept: the first ones say enough.
const MAX_DEFECTS: usize = 100;

/// Reads elements and notes what is wrong with them.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    pub(crate) defects: Vec<Defect>,
}

impl Walk {
    /// Notes a defect.
    pub(crate) fn push(&mut self, defect: Defect) {
        if self.defects.len() < MAX_DEFECTS {
            self.defects.push(defect);
        }
    }

    /// Notes a defect.
    pub(crate) fn note(
        &mut self,
        offset: usize,
        field: &'static str,
        expected: impl Into<String>,
        got: impl Into<String>,
    ) {
        self.push(Defect {
            offset: offset as u64,
            field,
            expected: expected.into(),
            got: got.into(),
            fault: None,
        });
    }

    /// Says which fault the defect noted last is.
    pub(crate) fn as_fault(&mut self, fault: EncodingFault) {
        if let Some(last) = self.defects.last_mut() {
            last.fault = Some(fault);
        }
    }

    /// The next element, which should have `tag`. An element of another tag is left where it is.
    pub(crate) fn expect<'a>(
        &mut self,
        reader: &mut Reader<'a>,
        tag: u8,
        field: &'static str,
    ) -> Option<Element<'a>> {
        let mut ahead = reader.clone();
        let element = match ahead.any(field) {
            Ok(element) => element,
            Err(defect) => {
                self.push(defect);
                return None;
            }
        };
        if element.tag != tag {
            self.note(
                element.offset,
                field,
                format!("tag {tag:#04x}"),
                format!("{:#04x}", element.tag),
            );
            return None;
        }
        if element.truncated {
            self.note(
                element.offset,
                field,
                "as many octets as the length says",
                format!("{}", element.content.len()),
            );
        } else if element.overlong {
            self.note(
                element.offset,
                field,
                "the shortest form of the length",
                "a longer one",
            );
        }
        *reader = ahead;
        Some(element)
    }

    /// As [`expect`](Self::expect), and the value must be whole.
    pub(crate) fn expect_whole<'a>(
        &mut self,
        reader: &mut Reader<'a>,
        tag: u8,
        field: &'static str,
    ) -> Option<Element<'a>> {
        self.expect(reader, tag, field)
            .filter(|element| !element.truncated)
    }
}

#[cfg(test)]
mod tests {
    use super::{INTEGER, Reader, SEQUENCE, Walk};

    #[test]
    fn reads_and_remembers_offsets() {
        let octets = [0x30, 0x05, 0x02, 0x01, 0x07, 0x05, 0x00];
        let mut outer = Reader::new(&octets, 0);
        let sequence = outer.any("outer").unwrap();
        let mut inner = sequence.reader();
        let integer = inner.take(INTEGER).unwrap();
        assert_eq!((integer.offset, integer.content), (2, &[7][..]));
        assert_eq!(inner.offset(), 5);
        assert!(inner.take(INTEGER).is_none());
        assert!(outer.is_empty());
    }

    #[test]
    fn names_what_is_wrong() {
        let cases: [(&[u8], &str); 6] = [
            (&[], "the end"),
            (&[0x30], "the end"),
            (&[0x30, 0x80, 0, 0], "0x80"),
            (&[0x30, 0x05, 1], "1"),
            (&[0x30, 0x81, 0x01, 0], "a longer one"),
            (&[0x02, 0x01, 0], "0x02"),
        ];
        for (octets, got) in cases {
            let mut walk = Walk::default();
            walk.expect(&mut Reader::new(octets, 0), SEQUENCE, "it");
            let defects: Vec<&str> = walk
                .defects
                .iter()
                .map(|defect| defect.got.as_str())
                .collect();
            assert_eq!(defects, [got], "{octets:02x?}");
        }
    }
}
