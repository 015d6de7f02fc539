//! Code points that have a name and nothing else.

use super::generated::{
    ALERTS, CONTENT_TYPES, EXTENSIONS, GROUPS, HANDSHAKE_TYPES, SIGNATURE_SCHEMES,
};
use report::{
    AlertDescription, ContentType, ExtensionType, GREASE, HandshakeType, NamedGroup,
    SignatureScheme,
};
use std::borrow::Cow;

/// One line of a table.
pub(super) struct Named {
    pub(super) code: u16,
    pub(super) name: &'static str,
    pub(super) aliases: &'static [&'static str],
}

/// How GREASE values are called.
pub(super) const GREASE_NAME: &str = "GREASE";

/// Whether `code` is one of the sixteen GREASE values `0x?A?A` (RFC 8701 section 2).
pub fn is_grease(code: u16) -> bool {
    code & 0x0f0f == GREASE && code >> 8 == code & 0xff
}

/// Every known group, by code point.
pub fn groups() -> impl Iterator<Item = NamedGroup> {
    GROUPS.iter().map(|group| NamedGroup(group.code))
}

/// The registered name, `GREASE`, or the code in hexadecimal.
pub fn group_name(code: NamedGroup) -> Cow<'static, str> {
    name_in(GROUPS, code.0).unwrap_or_else(|| hexadecimal(code.0))
}

/// The group with that name or another it is known by, in any case, or that hexadecimal code (`0x…`).
pub fn group_by_name(name: &str) -> Option<NamedGroup> {
    code_in(GROUPS, name)
        .or_else(|| parse_hexadecimal(name))
        .map(NamedGroup)
}

/// Every known signature scheme, by code point.
pub fn signature_schemes() -> impl Iterator<Item = SignatureScheme> {
    SIGNATURE_SCHEMES
        .iter()
        .map(|scheme| SignatureScheme(scheme.code))
}

/// The registered name, `GREASE`, or the code in hexadecimal.
pub fn signature_scheme_name(code: SignatureScheme) -> Cow<'static, str> {
    name_in(SIGNATURE_SCHEMES, code.0).unwrap_or_else(|| hexadecimal(code.0))
}

/// The scheme with that name or OpenSSL's, in any case, or that hexadecimal code (`0x…`).
pub fn signature_scheme_by_name(name: &str) -> Option<SignatureScheme> {
    code_in(SIGNATURE_SCHEMES, name)
        .or_else(|| parse_hexadecimal(name))
        .map(SignatureScheme)
}

/// The registered name, `GREASE`, or the number.
pub fn extension_name(code: ExtensionType) -> Cow<'static, str> {
    name_in(EXTENSIONS, code.0).unwrap_or_else(|| code.0.to_string().into())
}

/// The extension with that name, in any case, or that number.
pub fn extension_by_name(name: &str) -> Option<ExtensionType> {
    code_in(EXTENSIONS, name)
        .or_else(|| parse_hexadecimal(name))
        .or_else(|| name.parse().ok())
        .map(ExtensionType)
}

/// The registered name, or the number.
pub fn alert_name(code: AlertDescription) -> Cow<'static, str> {
    name_in(ALERTS, u16::from(code.0)).unwrap_or_else(|| code.0.to_string().into())
}

/// The registered name, or the number.
pub fn handshake_type_name(code: HandshakeType) -> Cow<'static, str> {
    name_in(HANDSHAKE_TYPES, u16::from(code.0)).unwrap_or_else(|| code.0.to_string().into())
}

/// The registered name, or the number.
pub fn content_type_name(code: ContentType) -> Cow<'static, str> {
    name_in(CONTENT_TYPES, u16::from(code.0)).unwrap_or_else(|| code.0.to_string().into())
}

/// `0x` and four digits.
pub(super) fn hexadecimal(code: u16) -> Cow<'static, str> {
    format!("{code:#06x}").into()
}

pub(super) fn parse_hexadecimal(text: &str) -> Option<u16> {
    let digits = text
        .strip_prefix("0x")
        .or_else(|| text.strip_prefix("0X"))?;
    // from_str_radix takes a sign.
    let all = digits.chars().all(|digit| digit.is_ascii_hexdigit());
    u16::from_str_radix(digits, 16).ok().filter(|_| all)
}

fn name_in(table: &[Named], code: u16) -> Option<Cow<'static, str>> {
    match table.binary_search_by_key(&code, |entry| entry.code) {
        Ok(place) => table.get(place).map(|entry| entry.name.into()),
        Err(_) => is_grease(code).then(|| GREASE_NAME.into()),
    }
}

fn code_in(table: &[Named], name: &str) -> Option<u16> {
    let is = |known: &str| known.eq_ignore_ascii_case(name);
    let has = |entry: &&Named| is(entry.name) || entry.aliases.iter().any(|alias| is(alias));
    table.iter().find(has).map(|entry| entry.code)
}
