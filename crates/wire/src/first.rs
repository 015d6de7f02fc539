//! What kind of protocol the first octets of an answer belong to.

/// The class of an answer's first octets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FirstOctets {
    /// There are none.
    #[default]
    Nothing,
    /// A TLS record with handshake messages.
    TlsHandshake,
    /// A TLS record with an alert.
    TlsAlert,
    /// Another TLS record: no server may begin with one.
    TlsOther,
    /// An SSLv2 SERVER-HELLO or ERROR.
    Ssl2,
    /// HTTP without TLS.
    Http {
        /// The status code, if it is there already. HTTP/0.9 and HTTP/2 have none.
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
    /// `220`, `421` or `554` with a word for a mail server (RFC 5321 section 4.2).
    Smtp,
    /// `220`, `421` or `530` with a word for a file server (RFC 959).
    Ftp,
    /// `220` or the like without a hint of which.
    Code220,
    /// `* OK` (RFC 9051 section 7.1).
    Imap,
    /// `+OK` (RFC 1939 section 3).
    Pop3,
    /// `200`, `201`, `400` or `502` (RFC 3977 section 5.1).
    Nntp,
    /// `"IMPLEMENTATION"` (RFC 5804 section 1.7), or `BYE` before it (section 1.3).
    Sieve,
    /// A stream (RFC 6120 section 4).
    Xmpp,
    /// A handshake or error packet, the first of a connection.
    Mysql,
    /// `:server NOTICE` (RFC 1459).
    Irc,
    /// `SSH-` (RFC 4253 section 4.2).
    Ssh,
    /// An ErrorResponse, or the `S` or `N` that answers an SSLRequest.
    Postgres,
    /// An LDAPMessage (RFC 4511 section 4.1.1).
    Ldap,
    /// Other text.
    Other,
}

/// Classifies the first octets of an answer. More octets never hurt; a few may be too few to tell.
pub fn classify(octets: &[u8]) -> FirstOctets {
    binary(octets).unwrap_or_else(|| text(octets))
}

fn binary(octets: &[u8]) -> Option<FirstOctets> {
    Some(match octets {
        [] => FirstOctets::Nothing,
        [22, 3, ..] => FirstOctets::TlsHandshake,
        [21, 3, ..] => FirstOctets::TlsAlert,
        [20 | 23 | 24, 3, ..] => FirstOctets::TlsOther,
        // A length with the top bit set, then SERVER-HELLO and SESSION-ID-HIT, or an ERROR of three octets.
        [0x80..=0xff, _, 4, 0 | 1, ..] | [0x80, 3, 0, ..] => FirstOctets::Ssl2,
        // A SETTINGS frame on stream 0, with which every HTTP/2 server begins (RFC 9113 section 3.4).
        [0, 0, _, 4, 0, 0, 0, 0, 0, ..] => FirstOctets::Http { status: None },
        [b'S' | b'N'] | [b'E', 0, 0, _, _, b'S' | b'V' | b'M' | b'C', ..] | [b'E', 0, 0] => {
            FirstOctets::Banner(BannerKind::Postgres)
        }
        // Three octets of length, number 0, then protocol version 10 or an error.
        [_, _, 0, 0, 10 | 0xff, ..] => FirstOctets::Banner(BannerKind::Mysql),
        // SEQUENCE, its length in one or four octets, messageID.
        [0x30, 0x05..=0x7f, 2, 1, ..]
        | [0x30, 0x81, _, 2, 1, ..]
        | [0x30, 0x84, _, _, _, _, 2, 1, ..] => FirstOctets::Banner(BannerKind::Ldap),
        _ => return None,
    })
}

fn text(octets: &[u8]) -> FirstOctets {
    use BannerKind::{
        Code220, Ftp, Imap, Irc, Nntp, Other, Pop3, Postgres, Sieve, Smtp, Ssh, Xmpp,
    };
    const HEAD: usize = 512;
    let head: Vec<u8> = octets
        .iter()
        .take(HEAD)
        .map(u8::to_ascii_uppercase)
        .collect();
    let head = String::from_utf8_lossy(&head);
    let head = head.trim_start();
    let begins = |with: &[&str]| with.iter().any(|with| head.starts_with(with));
    let holds = |with: &[&str]| with.iter().any(|with| head.contains(with));
    let kind = if begins(&["HTTP/"]) {
        let status = head
            .split_ascii_whitespace()
            .nth(1)
            .filter(|code| code.len() == 3);
        return FirstOctets::Http {
            status: status.and_then(|code| code.parse().ok()),
        };
    } else if begins(&["<!DOCTYPE HTML", "<HTML"])
        || begins(&["<?XML"]) && holds(&["<HTML", "<!DOCTYPE HTML"])
    {
        // A page without a status line: a server that could not read the request took it for HTTP/0.9.
        return FirstOctets::Http { status: None };
    } else if begins(&["220", "421", "530", "554"]) {
        match () {
            () if holds(&["SMTP", "LMTP", "POSTFIX", "EXIM", "SENDMAIL", "MAIL"]) => Smtp,
            () if holds(&["FTP", "FILEZILLA", "FILE SERVER"]) => Ftp,
            () => Code220,
        }
    } else if begins(&["* OK", "* BYE", "* PREAUTH", "* BAD"]) {
        Imap
    } else if begins(&["+OK"])
        || begins(&["-ERR"]) && !holds(&["UNKNOWN COMMAND", "PROTOCOL ERROR"])
    {
        // Redis answers -ERR too, but only to a command it does not know; POP3 speaks first.
        Pop3
    } else if begins(&["200 ", "201 ", "400 ", "502 "]) {
        Nntp
    } else if begins(&["\"IMPLEMENTATION\"", "BYE \""]) {
        Sieve
    } else if begins(&["<STREAM:", "</STREAM:"]) || begins(&["<?XML"]) && holds(&["<STREAM:"]) {
        Xmpp
    } else if begins(&["SSH-"]) {
        Ssh
    } else if begins(&[":"]) && holds(&[" NOTICE ", " 020 "]) || begins(&["NOTICE ", "ERROR :"]) {
        Irc
    } else if begins(&["EFATAL:", "EERROR:", "EUNSUPPORTED"]) {
        // The error of protocol version 2, without a length.
        Postgres
    } else if begins(&["-ERR"]) || is_text(octets) {
        Other
    } else {
        return FirstOctets::Other;
    };
    FirstOctets::Banner(kind)
}

/// At least a few octets, all of the first line printable.
fn is_text(octets: &[u8]) -> bool {
    const SHORTEST: usize = 4;
    let line = octets
        .split(|octet| *octet == b'\n')
        .find(|line| !line.is_empty());
    let printable = |octet: &u8| octet.is_ascii_graphic() || matches!(octet, b' ' | b'\t' | b'\r');
    octets.len() >= SHORTEST && line.is_some_and(|line| line.iter().all(printable))
}

#[cfg(test)]
mod tests {
    use super::{BannerKind, FirstOctets, classify};

    #[test]
    fn known_beginnings() {
        let banner = FirstOctets::Banner;
        let http = |status| FirstOctets::Http { status };
        let cases: &[(&[u8], FirstOctets)] = &[
            (b"", FirstOctets::Nothing),
            (&[22, 3, 3, 0, 5], FirstOctets::TlsHandshake),
            (&[21, 3, 1, 0, 2, 2, 40], FirstOctets::TlsAlert),
            (&[23, 3, 3, 0, 2], FirstOctets::TlsOther),
            (&[0x84, 0x1e, 4, 0, 1, 0, 2], FirstOctets::Ssl2),
            (&[0x80, 3, 0, 0, 1], FirstOctets::Ssl2),
            (b"HTTP/1.1 400 Bad Request\r\n", http(Some(400))),
            (b"HTTP/1.0 302 Found", http(Some(302))),
            (b"HTTP/1.1 4", http(None)),
            (b"\r\n<html><head>", http(None)),
            (b"<?xml version=\"1.0\"?><!DOCTYPE html PUBLIC", http(None)),
            (
                &[0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0xff, 0xff],
                http(None),
            ),
            (b"220 mx.test ESMTP Postfix\r\n", banner(BannerKind::Smtp)),
            (b"554 No SMTP service here\r\n", banner(BannerKind::Smtp)),
            (b"220 (vsFTPd 3.0.3)\r\n", banner(BannerKind::Ftp)),
            (b"220 welcome\r\n", banner(BannerKind::Code220)),
            (b"* OK ready\r\n", banner(BannerKind::Imap)),
            (b"* BYE too many\r\n", banner(BannerKind::Imap)),
            (b"+OK ready\r\n", banner(BannerKind::Pop3)),
            (b"-ERR too many connections\r\n", banner(BannerKind::Pop3)),
            (
                b"-ERR unknown command '\x16\x03\x01'\r\n",
                banner(BannerKind::Other),
            ),
            (b"200 news.test ready\r\n", banner(BannerKind::Nntp)),
            (
                b"\"IMPLEMENTATION\" \"Dovecot\"\r\n",
                banner(BannerKind::Sieve),
            ),
            (
                b"BYE \"Input buffer full, aborting\"\r\n",
                banner(BannerKind::Sieve),
            ),
            (
                b"<?xml version='1.0'?><stream:stream xmlns=",
                banner(BannerKind::Xmpp),
            ),
            (
                b":irc.test NOTICE * :*** Looking up",
                banner(BannerKind::Irc),
            ),
            (b"SSH-2.0-OpenSSH\r\n", banner(BannerKind::Ssh)),
            (
                b"\x5b\x00\x00\x00\x0a5.5.5-10.11",
                banner(BannerKind::Mysql),
            ),
            (
                b"\x45\x00\x00\x00\xff\x6a\x04Host",
                banner(BannerKind::Mysql),
            ),
            (b"E\0\0\0\x89SFATAL\0", banner(BannerKind::Postgres)),
            (
                b"EFATAL:  unsupported frontend protocol",
                banner(BannerKind::Postgres),
            ),
            (b"S", banner(BannerKind::Postgres)),
            (b"N", banner(BannerKind::Postgres)),
            (
                b"\x30\x24\x02\x01\x00\x78\x1f\x0a\x01\x02",
                banner(BannerKind::Ldap),
            ),
            (
                b"\x30\x84\x00\x00\x00\x10\x02\x01\x01",
                banner(BannerKind::Ldap),
            ),
            (b"hello there\n", banner(BannerKind::Other)),
            (b"\x00\x01\x02\x03\xff\xfe", FirstOctets::Other),
            (&[22], FirstOctets::Other),
            (&[0xff; 40], FirstOctets::Other),
        ];
        for (octets, expected) in cases {
            assert_eq!(classify(octets), *expected, "{}", octets.escape_ascii());
        }
    }
}
