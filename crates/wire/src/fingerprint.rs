//! Fingerprints of a ClientHello: JA3 and JA4.

use crate::describe::placeholder;
use crate::handshake::ClientHelloMessage;
use crate::reader::{Reader, numbers};
use md5::Md5;
use report::GREASE;
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
    let version = hello
        .versions()
        .into_iter()
        .filter(|version| !is_grease(version.0))
        .max()
        .map_or(0, |version| version.0);
    let version = match version {
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

fn is_grease(code: u16) -> bool {
    placeholder(code) == GREASE
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
