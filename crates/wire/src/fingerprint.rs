//! Fingerprints of a ClientHello: JA3 (Salesforce) and JA4, the TLS client fingerprint (FoxIO, BSD-3-Clause; the
//! other members of JA4+ are under another licence and are not here).

use crate::handshake::ClientHelloMessage;
use crate::reader::{Reader, numbers};
use crate::registry::is_grease;
use md5::Md5;
use report::ProtocolVersion;
use sha2::{Digest, Sha256};

/// The string JA3 hashes: version, cipher suites, extensions, groups and point formats, GREASE left out.
pub fn ja3_string(hello: &ClientHelloMessage) -> String {
    let join = |codes: Vec<u16>| {
        codes
            .iter()
            .map(u16::to_string)
            .collect::<Vec<_>>()
            .join("-")
    };
    let formats = hello
        .extension(11)
        .and_then(|body| Reader::new(body).vector8())
        .unwrap_or_default();
    let formats = formats.iter().map(|format| u16::from(*format)).collect();
    format!(
        "{},{},{},{},{}",
        hello.legacy_version.0,
        join(suites(hello)),
        join(extensions(hello)),
        join(list(hello, 10)),
        join(formats)
    )
}

/// JA3: MD5 of [`ja3_string`], hexadecimal.
pub fn ja3(hello: &ClientHelloMessage) -> String {
    hexadecimal(&Md5::digest(ja3_string(hello)))
}

/// JA4 of a hello over TCP: what it is, then hashes of the sorted cipher suites and extensions.
pub fn ja4(hello: &ClientHelloMessage) -> String {
    const MOST: usize = 99;
    let (suites, extensions) = (suites(hello), extensions(hello));
    let version = match version(hello).0 {
        0x0304 => "13",
        0x0303 => "12",
        0x0302 => "11",
        0x0301 => "10",
        0x0300 => "s3",
        0x0002 => "s2",
        _ => "00",
    };
    let name = if hello.extension(0).is_some() {
        'd'
    } else {
        'i'
    };
    let head = format!(
        "t{version}{name}{:02}{:02}{}",
        suites.len().min(MOST),
        extensions.len().min(MOST),
        protocol(hello)
    );
    let sorted = |mut codes: Vec<u16>| {
        codes.sort_unstable();
        hexadecimals(&codes)
    };
    let rest = sorted(
        extensions
            .into_iter()
            .filter(|code| !matches!(code, 0 | 16))
            .collect(),
    );
    let schemes = list(hello, 13);
    let rest = if schemes.is_empty() {
        rest
    } else {
        format!("{rest}_{}", hexadecimals(&schemes))
    };
    format!(
        "{head}_{}_{}",
        short_hash(&sorted(suites)),
        short_hash(&rest)
    )
}

/// The highest version of supported_versions, or legacy_version without it.
fn version(hello: &ClientHelloMessage) -> ProtocolVersion {
    let listed = hello
        .extension(43)
        .and_then(|body| Reader::new(body).vector8());
    let listed = listed.map(numbers).unwrap_or_default();
    let highest = listed.into_iter().filter(|code| !is_grease(*code)).max();
    highest.map_or(hello.legacy_version, ProtocolVersion)
}

/// First and last character of the first protocol of ALPN; of its octets in hexadecimal where one of them is
/// neither letter nor digit.
fn protocol(hello: &ClientHelloMessage) -> String {
    let protocols = hello.alpn();
    let Some(first) = protocols.first().filter(|protocol| !protocol.is_empty()) else {
        return "00".to_owned();
    };
    let ends = [first.first(), first.last()].map(|octet| octet.copied().unwrap_or_default());
    if ends.iter().all(u8::is_ascii_alphanumeric) {
        return ends.iter().map(|octet| char::from(*octet)).collect();
    }
    let digits = hexadecimal(first);
    digits
        .chars()
        .next()
        .into_iter()
        .chain(digits.chars().last())
        .collect()
}

fn short_hash(text: &str) -> String {
    const LENGTH: usize = 12;
    if text.is_empty() {
        return "0".repeat(LENGTH);
    }
    hexadecimal(&Sha256::digest(text))
        .chars()
        .take(LENGTH)
        .collect()
}

fn hexadecimals(codes: &[u16]) -> String {
    codes
        .iter()
        .map(|code| format!("{code:04x}"))
        .collect::<Vec<_>>()
        .join(",")
}

fn hexadecimal(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

fn suites(hello: &ClientHelloMessage) -> Vec<u16> {
    hello
        .cipher_suites
        .iter()
        .map(|suite| suite.0)
        .filter(|code| !is_grease(*code))
        .collect()
}

fn extensions(hello: &ClientHelloMessage) -> Vec<u16> {
    hello
        .extensions
        .iter()
        .map(|extension| extension.code.0)
        .filter(|code| !is_grease(*code))
        .collect()
}

fn list(hello: &ClientHelloMessage, code: u16) -> Vec<u16> {
    let codes = hello
        .extension(code)
        .and_then(|body| Reader::new(body).vector16())
        .map(numbers)
        .unwrap_or_default();
    codes.into_iter().filter(|code| !is_grease(*code)).collect()
}

#[cfg(test)]
mod tests {
    use super::{ja3, ja3_string, ja4};
    use crate::handshake::{ClientHelloMessage, RawExtension};
    use report::{CipherSuite, ExtensionType, ProtocolVersion};

    fn hello(suites: &[u16], extensions: &[(u16, &[u8])]) -> ClientHelloMessage {
        let extensions = extensions.iter().map(|(code, body)| RawExtension {
            code: ExtensionType(*code),
            body: body.to_vec(),
        });
        ClientHelloMessage {
            legacy_version: ProtocolVersion::TLS1_2,
            random: [0; 32],
            session_id: Vec::new(),
            cipher_suites: suites.iter().copied().map(CipherSuite).collect(),
            compression_methods: vec![0],
            extensions: extensions.collect(),
        }
    }

    /// The example of the JA4 specification, with GREASE where Chrome has it.
    #[test]
    fn the_published_ja4() {
        let suites = [
            0x2a2a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013,
            0xc014, 0x009c, 0x009d, 0x002f, 0x0035,
        ];
        let schemes = [0, 16, 4, 3, 8, 4, 4, 1, 5, 3, 8, 5, 5, 1, 8, 6, 6, 1];
        let hello = hello(
            &suites,
            &[
                (0x1a1a, &[]),
                (0x001b, &[2, 0, 2]),
                (0x0000, b""),
                (0x0033, &[]),
                (0x0010, b"\0\x0c\x02h2\x08http/1.1"),
                (0x4469, b"\0\x03\x02h2"),
                (0x0017, &[]),
                (0x002d, &[1, 1]),
                (0x000d, &schemes),
                (0x0005, &[1, 0, 0, 0, 0]),
                (0x0023, &[]),
                (0x0012, &[]),
                (0x002b, &[6, 0x7a, 0x7a, 3, 4, 3, 3]),
                (0xff01, &[0]),
                (0x000b, &[1, 0]),
                (0x000a, &[0, 4, 0x7a, 0x7a, 0, 29]),
                (0x3a3a, &[0]),
                (0x0015, &[0; 9]),
            ],
        );
        assert_eq!(ja4(&hello), "t13d1516h2_8daaf6152771_e5627efa2ab1");
    }

    /// The first example of the JA3 read-me.
    #[test]
    fn the_published_ja3() {
        let suites = [47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4];
        let groups = [0, 6, 0, 23, 0, 24, 0, 25];
        let mut hello = hello(&suites, &[(0, b""), (10, &groups), (11, &[1, 0])]);
        hello.legacy_version = ProtocolVersion::TLS1_0;
        let text = "769,47-53-5-10-49161-49162-49171-49172-50-56-19-4,0-10-11,23-24-25,0";
        assert_eq!(ja3_string(&hello), text);
        assert_eq!(ja3(&hello), "ada70206e40642a3e4461f35503241d5");
    }

    #[test]
    fn a_hello_of_nothing_has_fingerprints() {
        let empty = hello(&[], &[]);
        assert_eq!(ja3_string(&empty), "771,,,,");
        assert_eq!(ja4(&empty), "t12i000000_000000000000_000000000000");
    }

    #[test]
    fn protocols_that_are_no_text_are_shown_in_hexadecimal() {
        let first = |list: &[u8]| ja4(&hello(&[], &[(16, list)]))[8..10].to_owned();
        assert_eq!(first(b"\0\x03\x02h2"), "h2");
        assert_eq!(first(b"\0\x02\x01x"), "xx");
        assert_eq!(first(&[0, 3, 2, 0xab, 0xcd]), "ad");
        assert_eq!(first(&[0, 0]), "00");
    }
}
