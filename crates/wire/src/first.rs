//! What kind of protocol the first octets of an answer belong to.

/// The class of an answer's first octets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FirstOctets {
    /// There are none.
    #[default]
    Nothing,
    /// A TLS record with a handshake message.
    TlsHandshake,
    /// A TLS record with an alert.
    TlsAlert,
    /// Another TLS record: no server may begin with one.
    TlsOther,
    /// An SSLv2 SERVER-HELLO or ERROR.
    Ssl2,
    /// An HTTP/1 answer.
    Http {
        /// The status code, if it is there already.
        status: Option<u16>,
    },
    /// The greeting or refusal of another protocol.
    Banner(BannerKind),
    /// Anything else.
    Other,
}

/// Protocols that are known by their first octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BannerKind {
    /// `220 … SMTP` (RFC 5321 section 4.2).
    Smtp,
    /// `220 … FTP` (RFC 959).
    Ftp,
    /// `220` without a hint of which.
    Code220,
    /// `* OK` (RFC 9051).
    Imap,
    /// `+OK` (RFC 1939).
    Pop3,
    /// `200` or `201` (RFC 3977 section 5.1).
    Nntp,
    /// `"IMPLEMENTATION"` (RFC 5804).
    Sieve,
    /// `<?xml` or `<stream:` (RFC 6120).
    Xmpp,
    /// A protocol version 10 handshake packet.
    Mysql,
    /// `:server NOTICE` (RFC 1459).
    Irc,
    /// `SSH-` (RFC 4253 section 4.2).
    Ssh,
    /// An ErrorResponse, or the `S` or `N` of an SSLRequest's answer.
    Postgres,
    /// An LDAPMessage (RFC 4511 section 4.1.1).
    Ldap,
    /// Other text.
    Other,
}

/// Classifies the first octets of an answer.
pub fn classify(octets: &[u8]) -> FirstOctets {
    use BannerKind::{Code220, Ftp, Imap, Irc, Ldap, Mysql, Nntp, Other, Pop3, Postgres, Sieve, Smtp, Ssh, Xmpp};
    const LINE: usize = 256;
    match octets {
        [] => return FirstOctets::Nothing,
        [22, 3, ..] => return FirstOctets::TlsHandshake,
        [21, 3, ..] => return FirstOctets::TlsAlert,
        [20 | 23 | 24, 3, ..] => return FirstOctets::TlsOther,
        // Two octets of length with the top bit set, then SERVER-HELLO (4) or ERROR (0).
        [0x80..=0xff, _, 4, 0 | 1, ..] | [0x80, 3, 0, ..] => return FirstOctets::Ssl2,
        [b'S' | b'N'] => return FirstOctets::Banner(Postgres),
        [b'E', 0, 0, _, b'S' | b'F', ..] | [b'E', 0, 0, 0, ..] => return FirstOctets::Banner(Postgres),
        [_, _, 0, 0, 10 | 0xff, ..] => return FirstOctets::Banner(Mysql),
        [0x30, 0x02..=0x84, 0x02, 0x01, ..] | [0x30, 0x84, _, _, _, _, 0x02, 0x01, ..] => return FirstOctets::Banner(Ldap),
        _ => {}
    }
    let line: Vec<u8> = octets.iter().take(LINE).map(u8::to_ascii_uppercase).collect();
    let begins = |with: &str| line.starts_with(with.as_bytes());
    let holds = |with: &str| line.windows(with.len()).any(|part| part == with.as_bytes());
    if begins("HTTP/") {
        let status = octets.get(9..12).and_then(|digits| std::str::from_utf8(digits).ok()).and_then(|digits| digits.parse().ok());
        return FirstOctets::Http { status };
    }
    let kind = if begins("220") || begins("421") || begins("554") {
        match () {
            () if holds("SMTP") || holds("LMTP") || holds("POSTFIX") || holds("EXIM") => Smtp,
            () if holds("FTP") => Ftp,
            () => Code220,
        }
    } else if begins("* OK") || begins("* BYE") || begins("* PREAUTH") {
        Imap
    } else if begins("+OK") || begins("-ERR") {
        Pop3
    } else if begins("200 ") || begins("201 ") || begins("502 ") {
        Nntp
    } else if begins("\"IMPLEMENTATION\"") {
        Sieve
    } else if begins("<?XML") || begins("<STREAM") {
        Xmpp
    } else if begins("SSH-") {
        Ssh
    } else if begins(":") && holds(" NOTICE ") || begins("NOTICE ") || begins("ERROR :") {
        Irc
    } else if begins("<") || is_text(octets) {
        Other
    } else {
        return FirstOctets::Other;
    };
    // A page without a status line is HTTP/0.9 from a server that could not read the request.
    if kind == Other && (begins("<!DOCTYPE HTML") || begins("<HTML")) { FirstOctets::Http { status: None } } else { FirstOctets::Banner(kind) }
}

/// At least a few octets, all of the first line printable.
fn is_text(octets: &[u8]) -> bool {
    const SHORTEST: usize = 4;
    let line = octets.split(|octet| *octet == b'\n').next().unwrap_or_default();
    octets.len() >= SHORTEST && line.iter().all(|octet| octet.is_ascii_graphic() || matches!(octet, b' ' | b'\t' | b'\r'))
}

#[cfg(test)]
mod tests {
    use super::{BannerKind, FirstOctets, classify};

    #[test]
    fn known_beginnings() {
        let cases: [(&[u8], FirstOctets); 14] = [
            (b"", FirstOctets::Nothing),
            (&[22, 3, 3, 0, 5], FirstOctets::TlsHandshake),
            (&[21, 3, 1, 0, 2, 2, 40], FirstOctets::TlsAlert),
            (b"HTTP/1.1 400 Bad Request\r\n", FirstOctets::Http { status: Some(400) }),
            (b"<html><head>", FirstOctets::Http { status: None }),
            (b"220 mx.test ESMTP Postfix\r\n", FirstOctets::Banner(BannerKind::Smtp)),
            (b"220 (vsFTPd 3.0.3)\r\n", FirstOctets::Banner(BannerKind::Ftp)),
            (b"220 welcome\r\n", FirstOctets::Banner(BannerKind::Code220)),
            (b"* OK ready\r\n", FirstOctets::Banner(BannerKind::Imap)),
            (b"+OK ready\r\n", FirstOctets::Banner(BannerKind::Pop3)),
            (b"SSH-2.0-OpenSSH\r\n", FirstOctets::Banner(BannerKind::Ssh)),
            (b"\x5b\x00\x00\x00\x0a5.5.5-10.11", FirstOctets::Banner(BannerKind::Mysql)),
            (b"hello there\n", FirstOctets::Banner(BannerKind::Other)),
            (b"\x00\x01\x02\x03\xff\xfe", FirstOctets::Other),
        ];
        for (octets, expected) in cases {
            assert_eq!(classify(octets), expected, "{octets:?}");
        }
    }
}
