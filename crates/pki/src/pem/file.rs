//! A PEM file whose certificates are exchanged while everything else in it stays.

use super::block::{BYTE_ORDER_MARK, PemError, blocks, labels};
use super::certificates::of_block;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use std::ops::Range;

/// Base64 of one line (RFC 7468 section 2).
const LINE: usize = 64;

/// A PEM file, taken apart.
pub struct PemFile<'a> {
    octets: &'a [u8],
    parts: Vec<Part>,
}

/// A block with the text before it, which is thought to describe it.
struct Part {
    place: Range<usize>,
    /// The DER of its certificates; `None` for a block of another kind.
    certificates: Option<Vec<Vec<u8>>>,
    /// Whether it is one certificate under the usual label.
    plain: bool,
    /// Whether servers read no certificate in it: it is PKCS#7.
    hidden: bool,
}

impl<'a> PemFile<'a> {
    /// Takes a file apart.
    ///
    /// # Errors
    ///
    /// As [`certificates`](super::certificates()).
    pub fn read(octets: &'a [u8]) -> Result<Self, PemError> {
        let blocks = blocks(octets)?;
        let mut start = if octets.starts_with(BYTE_ORDER_MARK) {
            BYTE_ORDER_MARK.len()
        } else {
            0
        };
        let mut parts = Vec::new();
        for block in &blocks {
            let certificates = of_block(block)?;
            parts.push(Part {
                place: start..block.place.end,
                plain: block.label == "CERTIFICATE",
                hidden: matches!(block.label.as_str(), "PKCS7" | "CMS"),
                certificates: (!certificates.is_empty()).then_some(certificates),
            });
            start = block.place.end;
        }
        if parts.iter().all(|part| part.certificates.is_none()) {
            return Err(PemError::NoCertificate {
                found: labels(blocks),
            });
        }
        Ok(Self { octets, parts })
    }

    /// The DER of its certificates, in order.
    pub fn certificates(&self) -> impl Iterator<Item = &[u8]> {
        let parts = self
            .parts
            .iter()
            .filter_map(|part| part.certificates.as_ref());
        parts.flatten().map(Vec::as_slice)
    }

    /// Whether a server that reads the file sends just `chain` (DER).
    pub fn gives(&self, chain: &[&[u8]]) -> bool {
        self.certificates().eq(chain.iter().copied()) && !self.parts.iter().any(|part| part.hidden)
    }

    /// The file with the certificates of `chain` (DER) instead of its own: each in the place of one of its own while there
    /// are such places, and the others after the last. Certificates that were there keep their text and what describes
    /// them; all other blocks, and the text after the last, stay where they are.
    pub fn with_chain(&self, chain: &[&[u8]]) -> Vec<u8> {
        let places = self
            .parts
            .iter()
            .filter(|part| part.certificates.is_some())
            .count();
        let mut new = Vec::new();
        let mut rest = chain.iter();
        let mut seen = 0_usize;
        for part in &self.parts {
            if part.certificates.is_none() {
                new.extend_from_slice(self.text(&part.place));
                continue;
            }
            seen = seen.saturating_add(1);
            let here = if seen == places { usize::MAX } else { 1 };
            for der in rest.by_ref().take(here) {
                self.put(&mut new, der);
            }
        }
        let end = self.parts.last().map_or(0, |part| part.place.end);
        new.extend_from_slice(self.octets.get(end..).unwrap_or_default());
        new
    }

    /// A certificate as it stands in the file, or encoded.
    fn put(&self, new: &mut Vec<u8>, der: &[u8]) {
        if new
            .last()
            .is_some_and(|octet| !matches!(octet, b'\n' | b'\r'))
        {
            new.extend_from_slice(self.line_ending());
        }
        let own = self.parts.iter().find(|part| {
            let holds = |certificates: &Vec<Vec<u8>>| *certificates == [der];
            part.plain && part.certificates.as_ref().is_some_and(holds)
        });
        match own {
            Some(part) => {
                let text = self.text(&part.place);
                // What comes to stand first has no blank lines before it.
                let text = if new.is_empty() {
                    text.trim_ascii_start()
                } else {
                    text
                };
                new.extend_from_slice(text);
                if !text.ends_with(b"\n") && !text.ends_with(b"\r") {
                    new.extend_from_slice(self.line_ending());
                }
            }
            None => {
                let encoded = encode(der);
                for line in encoded.lines() {
                    new.extend_from_slice(line.as_bytes());
                    new.extend_from_slice(self.line_ending());
                }
            }
        }
    }

    fn text(&self, place: &Range<usize>) -> &[u8] {
        self.octets.get(place.clone()).unwrap_or_default()
    }

    fn line_ending(&self) -> &'static [u8] {
        let ends = |ending: &[u8]| self.octets.windows(ending.len()).any(|two| two == ending);
        match (ends(b"\r\n"), ends(b"\n")) {
            (true, _) => b"\r\n",
            (false, false) if ends(b"\r") => b"\r",
            _ => b"\n",
        }
    }
}

/// A certificate in PEM (RFC 7468 section 5), with a line feed at the end of each line.
pub fn encode(der: &[u8]) -> String {
    let base64 = BASE64_STANDARD.encode(der);
    let mut text = "-----BEGIN CERTIFICATE-----\n".to_owned();
    let mut rest = base64.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(LINE.min(rest.len()));
        text.push_str(line);
        text.push('\n');
        rest = after;
    }
    text.push_str("-----END CERTIFICATE-----\n");
    text
}

#[cfg(test)]
mod tests {
    use super::{PemFile, encode};
    use crate::anchor::mozilla;

    const KEY: &str = "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n";

    fn ders() -> [&'static [u8]; 3] {
        let mut roots = mozilla();
        [(); 3].map(|()| roots.next().expect("a root"))
    }

    fn changed(file: &str, chain: &[&[u8]]) -> String {
        let file = PemFile::read(file.as_bytes()).expect("a file");
        String::from_utf8(file.with_chain(chain)).expect("text")
    }

    #[test]
    fn what_is_no_certificate_stays_where_it_is() {
        let [a, b, c] = ders();
        let [ea, eb, ec] = [a, b, c].map(encode);
        let file = format!("# leaf\n{ea}# key\n{KEY}# wrong\n{ec}# end\n");
        assert_eq!(changed(&file, &[a, c]), file);
        assert_eq!(
            changed(&file, &[a, b, c]),
            format!("# leaf\n{ea}# key\n{KEY}{eb}# wrong\n{ec}# end\n")
        );
        assert_eq!(
            changed(&file, &[c]),
            format!("# wrong\n{ec}# key\n{KEY}# end\n")
        );
        let first = format!("{KEY}{eb}{ea}");
        assert_eq!(changed(&first, &[a, b]), format!("{KEY}{ea}{eb}"));
    }

    #[test]
    fn line_ends_are_the_files_own() {
        let [a, b, _] = ders();
        let file = encode(a).replace('\n', "\r\n");
        let both = format!("{file}{}", encode(b).replace('\n', "\r\n"));
        assert_eq!(changed(&file, &[a, b]), both);
        assert_eq!(changed(&format!("\u{feff}\r\n{file}"), &[a]), file);
        assert_eq!(changed(file.trim_end(), &[a, b]), both);
    }

    #[test]
    fn an_unusual_block_is_written_as_usual() {
        let [a, ..] = ders();
        let file = encode(a).replace("CERTIFICATE", "X509 CERTIFICATE");
        assert_eq!(changed(&file, &[a]), encode(a));
    }
}
