//! What octets look like that are not what the protocol allows.

use crate::ending::quoted;

/// Octets shown of what is no text.
const SHOWN: usize = 16;

/// The first line where it is text, the first octets in hexadecimal where it is not.
pub(crate) fn described(octets: &[u8]) -> String {
    let line = octets
        .split(|octet| *octet == b'\n')
        .next()
        .unwrap_or_default();
    let shown = line.iter().take(SHOWN);
    if !line.is_empty()
        && shown
            .clone()
            .all(|octet| matches!(octet, b' '..=b'~' | b'\r' | b'\t'))
    {
        return quoted(line);
    }
    octets
        .iter()
        .take(SHOWN)
        .map(|octet| format!("{octet:02x}"))
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::described;

    #[test]
    fn text_is_shown_as_text_and_the_rest_in_hexadecimal() {
        assert_eq!(
            described(b"HTTP/1.1 400 Bad Request\r\nServer: x"),
            "HTTP/1.1 400 Bad Request"
        );
        assert_eq!(
            described(&[0x15, 3, 1, 0, 2, 2, 40]),
            "15 03 01 00 02 02 28"
        );
        assert_eq!(described(b"\r\n"), "");
        assert_eq!(described(b""), "");
    }
}
