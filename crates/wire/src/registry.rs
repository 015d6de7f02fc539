//! Names and properties of code points, from the tables in `data/registry` (sources in `data/SOURCES.md`).

use report::{
    AlertDescription, CipherSuite, ExtensionType, HandshakeType, NamedGroup, ProtocolVersion,
    SignatureScheme,
};
use std::borrow::Cow;
use std::sync::LazyLock;

/// What is registered about a cipher suite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CipherSuiteInfo {
    /// The code point.
    pub code: CipherSuite,
    /// The IANA name.
    pub name: &'static str,
    /// OpenSSL's name.
    pub openssl: Option<&'static str>,
    /// The key exchange: `RSA`, `DHE`, `ECDHE`, `PSK` …; `TLS13` where the suite does not say.
    pub key_exchange: &'static str,
    /// What authenticates the server: `RSA`, `ECDSA`, `DSS`, `NULL` …; `TLS13` where the suite does not say.
    pub authentication: &'static str,
    /// The cipher with mode and bits.
    pub cipher: &'static str,
    /// The MAC, or `AEAD`.
    pub mac: &'static str,
    /// Whether it is for TLS 1.3 and later.
    pub tls13: bool,
}

struct Named {
    code: u16,
    name: &'static str,
    aliases: Vec<&'static str>,
}

type Table = LazyLock<Vec<Named>>;

static CIPHER_SUITES: LazyLock<Vec<CipherSuiteInfo>> = LazyLock::new(|| {
    rows(include_str!("../../../data/registry/cipher_suites.csv"))
        .filter_map(|row| cipher_suite_row(&row))
        .collect()
});
static GROUPS: Table = LazyLock::new(|| named(include_str!("../../../data/registry/groups.csv")));
static SIGNATURE_SCHEMES: Table =
    LazyLock::new(|| named(include_str!("../../../data/registry/signature_schemes.csv")));
static EXTENSIONS: Table =
    LazyLock::new(|| named(include_str!("../../../data/registry/extensions.csv")));
static ALERTS: Table = LazyLock::new(|| named(include_str!("../../../data/registry/alerts.csv")));
static HANDSHAKE_TYPES: Table =
    LazyLock::new(|| named(include_str!("../../../data/registry/handshake_types.csv")));

/// Every registered cipher suite, by code point.
pub fn cipher_suites() -> &'static [CipherSuiteInfo] {
    &CIPHER_SUITES
}

/// What is registered about `code`.
pub fn cipher_suite(code: CipherSuite) -> Option<&'static CipherSuiteInfo> {
    CIPHER_SUITES.iter().find(|info| info.code == code)
}

/// The IANA name, or the code in hexadecimal.
pub fn cipher_suite_name(code: CipherSuite) -> Cow<'static, str> {
    cipher_suite(code).map_or_else(|| hexadecimal(code.0), |info| info.name.into())
}

/// The suite with that IANA or OpenSSL name, in any case, or hexadecimal code.
pub fn cipher_suite_by_name(name: &str) -> Option<CipherSuite> {
    let is = |known: &str| known.eq_ignore_ascii_case(name);
    let found = CIPHER_SUITES
        .iter()
        .find(|info| is(info.name) || info.openssl.is_some_and(is));
    found
        .map(|info| info.code)
        .or_else(|| parse_hexadecimal(name).map(CipherSuite))
}

/// Every registered group, by code point.
pub fn groups() -> impl Iterator<Item = NamedGroup> {
    GROUPS.iter().map(|group| NamedGroup(group.code))
}

/// The registered name, or the code in hexadecimal.
pub fn group_name(code: NamedGroup) -> Cow<'static, str> {
    name_in(&GROUPS, code.0).unwrap_or_else(|| hexadecimal(code.0))
}

/// The group with that name or another it is known by, in any case, or hexadecimal code.
pub fn group_by_name(name: &str) -> Option<NamedGroup> {
    code_in(&GROUPS, name).map(NamedGroup)
}

/// The registered name, or the code in hexadecimal.
pub fn signature_scheme_name(code: SignatureScheme) -> Cow<'static, str> {
    name_in(&SIGNATURE_SCHEMES, code.0).unwrap_or_else(|| hexadecimal(code.0))
}

/// The scheme with that name or OpenSSL's, in any case, or hexadecimal code.
pub fn signature_scheme_by_name(name: &str) -> Option<SignatureScheme> {
    code_in(&SIGNATURE_SCHEMES, name).map(SignatureScheme)
}

/// The registered name, or the number.
pub fn extension_name(code: ExtensionType) -> Cow<'static, str> {
    name_in(&EXTENSIONS, code.0).unwrap_or_else(|| code.0.to_string().into())
}

/// The registered name, or the number.
pub fn alert_name(code: AlertDescription) -> Cow<'static, str> {
    name_in(&ALERTS, u16::from(code.0)).unwrap_or_else(|| code.0.to_string().into())
}

/// The registered name, or the number.
pub fn handshake_type_name(code: HandshakeType) -> Cow<'static, str> {
    name_in(&HANDSHAKE_TYPES, u16::from(code.0)).unwrap_or_else(|| code.0.to_string().into())
}

/// The version a person means by `1.2`, `TLS1.2`, `TLSv1.2`, `tls1_2`, `ssl3` …
pub fn version_by_name(name: &str) -> Option<ProtocolVersion> {
    let plain: String = name
        .to_ascii_lowercase()
        .chars()
        .filter(|letter| !matches!(letter, ' ' | 'v' | '_' | '.' | '-'))
        .collect();
    let number = plain.strip_prefix("tls").unwrap_or(&plain);
    Some(match number {
        "ssl2" => ProtocolVersion::SSL2,
        "ssl3" => ProtocolVersion::SSL3,
        "1" | "10" => ProtocolVersion::TLS1_0,
        "11" => ProtocolVersion::TLS1_1,
        "12" => ProtocolVersion::TLS1_2,
        "13" => ProtocolVersion::TLS1_3,
        _ => return None,
    })
}

fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().skip(1).map(|line| line.split(',').collect())
}

fn cipher_suite_row(row: &[&'static str]) -> Option<CipherSuiteInfo> {
    let [
        code,
        name,
        key_exchange,
        authentication,
        cipher,
        mac,
        tls13,
        openssl,
    ] = row
    else {
        return None;
    };
    Some(CipherSuiteInfo {
        code: CipherSuite(parse_hexadecimal(code)?),
        name,
        openssl: (!openssl.is_empty()).then_some(openssl),
        key_exchange,
        authentication,
        cipher,
        mac,
        tls13: *tls13 == "1",
    })
}

fn named(table: &'static str) -> Vec<Named> {
    rows(table)
        .filter_map(|row| {
            let [code, name, aliases] = row.as_slice() else {
                return None;
            };
            let code = parse_hexadecimal(code).or_else(|| code.parse().ok())?;
            Some(Named {
                code,
                name,
                aliases: aliases.split_whitespace().collect(),
            })
        })
        .collect()
}

fn name_in(table: &Table, code: u16) -> Option<Cow<'static, str>> {
    table
        .iter()
        .find(|entry| entry.code == code)
        .map(|entry| entry.name.into())
}

fn code_in(table: &Table, name: &str) -> Option<u16> {
    let is = |known: &str| known.eq_ignore_ascii_case(name);
    let found = table
        .iter()
        .find(|entry| is(entry.name) || entry.aliases.iter().any(|alias| is(alias)));
    found
        .map(|entry| entry.code)
        .or_else(|| parse_hexadecimal(name))
}

fn hexadecimal(code: u16) -> Cow<'static, str> {
    format!("{code:#06x}").into()
}

fn parse_hexadecimal(text: &str) -> Option<u16> {
    u16::from_str_radix(
        text.strip_prefix("0x")
            .or_else(|| text.strip_prefix("0X"))?,
        16,
    )
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_line_of_every_table_is_read() {
        let lines = |table: &str| table.lines().count() - 1;
        assert_eq!(
            cipher_suites().len(),
            lines(include_str!("../../../data/registry/cipher_suites.csv"))
        );
        assert_eq!(
            GROUPS.len(),
            lines(include_str!("../../../data/registry/groups.csv"))
        );
        assert_eq!(
            SIGNATURE_SCHEMES.len(),
            lines(include_str!("../../../data/registry/signature_schemes.csv"))
        );
        assert_eq!(
            EXTENSIONS.len(),
            lines(include_str!("../../../data/registry/extensions.csv"))
        );
        assert_eq!(
            ALERTS.len(),
            lines(include_str!("../../../data/registry/alerts.csv"))
        );
        assert_eq!(
            HANDSHAKE_TYPES.len(),
            lines(include_str!("../../../data/registry/handshake_types.csv"))
        );
    }

    #[test]
    fn no_code_stands_twice() {
        let codes: BTreeSet<u16> = cipher_suites().iter().map(|info| info.code.0).collect();
        assert_eq!(codes.len(), cipher_suites().len());
        for table in [
            &GROUPS,
            &SIGNATURE_SCHEMES,
            &EXTENSIONS,
            &ALERTS,
            &HANDSHAKE_TYPES,
        ] {
            let codes: BTreeSet<u16> = table.iter().map(|entry| entry.code).collect();
            assert_eq!(codes.len(), table.len());
        }
    }

    #[test]
    fn names_are_found_as_people_write_them() {
        assert_eq!(
            cipher_suite_by_name("ecdhe-rsa-aes128-gcm-sha256"),
            Some(CipherSuite(0xc02f))
        );
        assert_eq!(
            cipher_suite_by_name("TLS_AES_128_GCM_SHA256"),
            Some(CipherSuite(0x1301))
        );
        assert_eq!(cipher_suite_by_name("0x002f"), Some(CipherSuite(0x002f)));
        assert_eq!(group_by_name("prime256v1"), group_by_name("P-256"));
        assert_eq!(
            signature_scheme_by_name("RSA-PSS+SHA256"),
            Some(SignatureScheme(0x0804))
        );
        assert_eq!(alert_name(AlertDescription(40)), "handshake_failure");
        assert_eq!(group_name(NamedGroup(0x9999)), "0x9999");
        for name in ["1.2", "TLS1.2", "TLSv1.2", "tls1_2"] {
            assert_eq!(
                version_by_name(name),
                Some(ProtocolVersion::TLS1_2),
                "{name}"
            );
        }
    }
}
