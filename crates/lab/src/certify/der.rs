//! DER as it is written (X.690): what a certificate needs, and what makes one wrong.

use jiff::Timestamp;

/// Universal tags of X.690 section 8.
pub(crate) mod tag {
    pub(crate) const BOOLEAN: u8 = 0x01;
    pub(crate) const INTEGER: u8 = 0x02;
    pub(crate) const BIT_STRING: u8 = 0x03;
    pub(crate) const OCTET_STRING: u8 = 0x04;
    pub(crate) const OID: u8 = 0x06;
    pub(crate) const UTF8: u8 = 0x0c;
    pub(crate) const UTC_TIME: u8 = 0x17;
    pub(crate) const GENERALIZED_TIME: u8 = 0x18;
    pub(crate) const SEQUENCE: u8 = 0x30;
    pub(crate) const SET: u8 = 0x31;
}

/// One element.
pub(crate) fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    match u8::try_from(content.len()) {
        Ok(short) if short < 0x80 => out.push(short),
        _ => {
            let length = content.len().to_be_bytes();
            let length: Vec<u8> = length.into_iter().skip_while(|octet| *octet == 0).collect();
            out.push(0x80 | u8::try_from(length.len()).unwrap_or(8));
            out.extend(length);
        }
    }
    out.extend(content);
    out
}

/// A SEQUENCE of whole elements.
pub(crate) fn sequence(elements: &[&[u8]]) -> Vec<u8> {
    element(tag::SEQUENCE, &elements.concat())
}

/// A SET with one element.
pub(crate) fn set(content: &[u8]) -> Vec<u8> {
    element(tag::SET, content)
}

/// An INTEGER from big-endian octets that are not negative.
pub(crate) fn unsigned(octets: &[u8]) -> Vec<u8> {
    let mut content: Vec<u8> = octets
        .iter()
        .copied()
        .skip_while(|octet| *octet == 0)
        .collect();
    if content.first().is_none_or(|first| *first >= 0x80) {
        content.insert(0, 0);
    }
    element(tag::INTEGER, &content)
}

/// A BIT STRING of whole octets.
pub(crate) fn bits(octets: &[u8]) -> Vec<u8> {
    element(tag::BIT_STRING, &[&[0], octets].concat())
}

/// An OBJECT IDENTIFIER.
pub(crate) fn oid(arcs: &[u64]) -> Vec<u8> {
    element(tag::OID, &oid_content(arcs))
}

/// The content octets of an OBJECT IDENTIFIER.
pub(crate) fn oid_content(arcs: &[u64]) -> Vec<u8> {
    let [first, second, rest @ ..] = arcs else {
        return Vec::new();
    };
    let mut out = Vec::new();
    for arc in std::iter::once(first * 40 + second).chain(rest.iter().copied()) {
        let mut groups = vec![(arc & 0x7f) as u8];
        let mut left = arc >> 7;
        while left > 0 {
            groups.push(0x80 | (left & 0x7f) as u8);
            left >>= 7;
        }
        out.extend(groups.into_iter().rev());
    }
    out
}

/// A Time as RFC 5280 section 4.1.2.5 wants it: UTCTime through 2049, GeneralizedTime from 2050.
pub(crate) fn time(at: Timestamp) -> Vec<u8> {
    let long = at.strftime("%Y%m%d%H%M%SZ").to_string();
    match long.as_str() {
        text if ("1950".."2050").contains(&&text[..4]) => {
            element(tag::UTC_TIME, &text.as_bytes()[2..])
        }
        text => element(tag::GENERALIZED_TIME, text.as_bytes()),
    }
}

/// A GeneralizedTime, as OCSP has them in every century.
pub(crate) fn generalized_time(at: Timestamp) -> Vec<u8> {
    let text = at.strftime("%Y%m%d%H%M%SZ").to_string();
    element(tag::GENERALIZED_TIME, text.as_bytes())
}

/// The content of the first element, and what follows it; `None` where it is cut short.
pub(crate) fn split(octets: &[u8]) -> Option<(&[u8], &[u8])> {
    let (_, rest) = octets.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..0x80 => (usize::from(*first), rest),
        long => {
            let (length, rest) = rest.split_at_checked(usize::from(long & 0x7f))?;
            let length = length
                .iter()
                .fold(0_usize, |length, octet| length << 8 | usize::from(*octet));
            (length, rest)
        }
    };
    rest.split_at_checked(length)
}

/// A Name with these attributes, each a relative distinguished name of its own.
pub(crate) fn name(attributes: &[(&[u64], &str)]) -> Vec<u8> {
    let attribute = |(kind, text): &(&[u64], &str)| {
        set(&sequence(&[
            &oid(kind),
            &element(tag::UTF8, text.as_bytes()),
        ]))
    };
    let parts: Vec<Vec<u8>> = attributes.iter().map(attribute).collect();
    element(tag::SEQUENCE, &parts.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_signs() {
        assert_eq!(element(4, &[7; 3]), [4, 3, 7, 7, 7]);
        assert_eq!(element(4, &[7; 200])[..3], [4, 0x81, 200]);
        assert_eq!(element(4, &[7; 300])[..4], [4, 0x82, 1, 44]);
        assert_eq!(unsigned(&[0, 0x80]), [2, 2, 0, 0x80]);
        assert_eq!(unsigned(&[]), [2, 1, 0]);
    }

    #[test]
    fn object_identifiers() {
        // X.690 section 8.19.5.
        assert_eq!(oid(&[2, 999, 3]), [6, 3, 0x88, 0x37, 3]);
        assert_eq!(
            oid_content(&[1, 2, 840, 113_549]),
            [42, 0x86, 0x48, 0x86, 0xf7, 0x0d]
        );
    }

    #[test]
    fn times() {
        let at = |text: &str| time(text.parse().unwrap());
        assert_eq!(at("2049-12-31T23:59:59Z"), b"\x17\x0d491231235959Z");
        assert_eq!(at("2050-01-01T00:00:00Z"), b"\x18\x0f20500101000000Z");
    }
}
