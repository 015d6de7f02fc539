//! Extensions (RFC 5280 section 4.2): raw, and those that decide something understood.

use crate::certificate::Contents;
use crate::der::{
    BIT_STRING, BOOLEAN, Element, EncodingFault, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, Reader,
    SEQUENCE, Walk, context,
};
use crate::distinguished_name::DistinguishedName;
use crate::oid::Oid;
use std::net::IpAddr;

/// One extension as it stands in the certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// Its identifier.
    pub oid: Oid,
    /// Whether whoever does not understand it must refuse the certificate.
    pub critical: bool,
    /// The contents of `extnValue`.
    pub value: Vec<u8>,
}

/// basicConstraints (RFC 5280 section 4.2.1.9).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BasicConstraints {
    /// Whether the subject may issue certificates.
    pub ca: bool,
    /// How many certificates of others may stand between this one and the leaf.
    pub path_length: Option<u32>,
}

/// keyUsage (RFC 5280 section 4.2.1.3). Bit 0 of the standard is the highest bit here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeyUsage(pub u16);

impl KeyUsage {
    /// digitalSignature: signs handshakes.
    pub fn digital_signature(self) -> bool {
        self.bit(0)
    }

    /// keyEncipherment: RSA key exchange.
    pub fn key_encipherment(self) -> bool {
        self.bit(2)
    }

    /// keyAgreement: static Diffie-Hellman.
    pub fn key_agreement(self) -> bool {
        self.bit(4)
    }

    /// keyCertSign: signs certificates.
    pub fn key_cert_sign(self) -> bool {
        self.bit(5)
    }

    /// cRLSign: signs revocation lists.
    pub fn crl_sign(self) -> bool {
        self.bit(6)
    }

    fn bit(self, number: u32) -> bool {
        self.0 & 0x8000_u16.wrapping_shr(number) != 0
    }
}

/// One name of subjectAltName and its kin (RFC 5280 section 4.2.1.6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GeneralName {
    /// rfc822Name.
    Email(String),
    /// dNSName, as it stands; control characters and what is not UTF-8 are replaced.
    Dns(String),
    /// directoryName.
    Directory(DistinguishedName),
    /// uniformResourceIdentifier.
    Uri(String),
    /// iPAddress: 4 or 16 octets; in name constraints twice as many. Anything else is kept too.
    Address(Vec<u8>),
    /// Another kind: its context-specific tag number.
    Other(u8),
}

impl GeneralName {
    fn read(element: &Element<'_>) -> Self {
        let text = || printable(element.content);
        match element.tag {
            0x81 => Self::Email(text()),
            0x82 => Self::Dns(text()),
            0xa4 => Self::Directory(DistinguishedName::from_der(element.content)),
            0x86 => Self::Uri(text()),
            0x87 => Self::Address(element.content.to_vec()),
            other => Self::Other(other & 0x1f),
        }
    }
}

/// nameConstraints (RFC 5280 section 4.2.1.10).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameConstraints {
    /// Names of a kind listed here must lie in one of these subtrees.
    pub permitted: Subtrees,
    /// No name may lie in one of these.
    pub excluded: Subtrees,
}

/// The bases of subtrees of names.
pub type Subtrees = Vec<GeneralName>;

pub(crate) mod id {
    pub(crate) const SUBJECT_KEY_IDENTIFIER: &str = "2.5.29.14";
    pub(crate) const KEY_USAGE: &str = "2.5.29.15";
    pub(crate) const SUBJECT_ALT_NAME: &str = "2.5.29.17";
    pub(crate) const ISSUER_ALT_NAME: &str = "2.5.29.18";
    pub(crate) const BASIC_CONSTRAINTS: &str = "2.5.29.19";
    pub(crate) const NAME_CONSTRAINTS: &str = "2.5.29.30";
    pub(crate) const CRL_DISTRIBUTION_POINTS: &str = "2.5.29.31";
    pub(crate) const CERTIFICATE_POLICIES: &str = "2.5.29.32";
    pub(crate) const POLICY_MAPPINGS: &str = "2.5.29.33";
    pub(crate) const AUTHORITY_KEY_IDENTIFIER: &str = "2.5.29.35";
    pub(crate) const POLICY_CONSTRAINTS: &str = "2.5.29.36";
    pub(crate) const EXTENDED_KEY_USAGE: &str = "2.5.29.37";
    pub(crate) const INHIBIT_ANY_POLICY: &str = "2.5.29.54";
    pub(crate) const AUTHORITY_INFORMATION_ACCESS: &str = "1.3.6.1.5.5.7.1.1";
    pub(crate) const TLS_FEATURE: &str = "1.3.6.1.5.5.7.1.24";
    pub(crate) const NETSCAPE_CERT_TYPE: &str = "2.16.840.1.113730.1.1";

    pub(crate) const SERVER_AUTH: &str = "1.3.6.1.5.5.7.3.1";
    pub(crate) const ANY_PURPOSE: &str = "2.5.29.37.0";
    pub(super) const CA_ISSUERS: &str = "1.3.6.1.5.5.7.48.2";
    pub(super) const OCSP: &str = "1.3.6.1.5.5.7.48.1";
}

impl Extension {
    /// Whether clients in use process it, so that it may be critical.
    pub fn is_processed(&self) -> bool {
        matches!(
            self.oid.as_str(),
            id::SUBJECT_KEY_IDENTIFIER
                | id::KEY_USAGE
                | id::SUBJECT_ALT_NAME
                | id::ISSUER_ALT_NAME
                | id::BASIC_CONSTRAINTS
                | id::NAME_CONSTRAINTS
                | id::CRL_DISTRIBUTION_POINTS
                | id::CERTIFICATE_POLICIES
                | id::POLICY_MAPPINGS
                | id::AUTHORITY_KEY_IDENTIFIER
                | id::POLICY_CONSTRAINTS
                | id::EXTENDED_KEY_USAGE
                | id::INHIBIT_ANY_POLICY
                | id::AUTHORITY_INFORMATION_ACCESS
                | id::TLS_FEATURE
                | id::NETSCAPE_CERT_TYPE
        )
    }
}

/// Extensions beyond this are not read; real certificates have about ten.
const MAX_EXTENSIONS: usize = 256;

/// Reads `Extensions` into `contents`.
pub(crate) fn read_all(walk: &mut Walk, mut list: Reader<'_>, contents: &mut Contents) {
    while !list.is_empty() {
        if contents.extensions.len() == MAX_EXTENSIONS {
            let expected = format!("at most {MAX_EXTENSIONS}");
            walk.note(list.offset(), "extensions", expected, "more");
            return;
        }
        let Some(element) = walk.expect(&mut list, SEQUENCE, "extension") else {
            return;
        };
        let mut fields = element.reader();
        let Some(oid) = walk.expect_whole(&mut fields, OBJECT_IDENTIFIER, "extnID") else {
            continue;
        };
        let critical = fields.take(BOOLEAN).is_some_and(|flag| {
            if flag.content != [0xff] {
                let got = crate::oid::hex(flag.content.get(..4).unwrap_or(flag.content));
                walk.note(
                    flag.offset,
                    "critical",
                    "ff, because false is the default",
                    got,
                );
                if flag.content.iter().any(|octet| *octet != 0) {
                    walk.as_fault(EncodingFault::LooseBoolean);
                }
            }
            flag.content.iter().any(|octet| *octet != 0)
        });
        let Some(value) = walk.expect_whole(&mut fields, OCTET_STRING, "extnValue") else {
            continue;
        };
        let extension = Extension {
            oid: Oid::from_der_value(oid.content),
            critical,
            value: value.content.to_vec(),
        };
        if contents.extension(extension.oid.as_str()).is_some() {
            let got = format!("{} again", extension.oid);
            walk.note(element.offset, "extension", "each extension once", got);
            walk.as_fault(EncodingFault::DuplicateExtension);
            continue;
        }
        let inner = value.reader();
        loose_boolean(walk, inner.clone(), extension.oid.as_str());
        if understand(inner, extension.oid.as_str(), contents).is_none() {
            let expected = format!("what {} is defined as", extension.oid);
            let got = crate::oid::hex(value.content.get(..16).unwrap_or(value.content));
            walk.note(value.content_offset(), "extnValue", expected, got);
            if extension.oid == id::SUBJECT_ALT_NAME {
                walk.as_fault(EncodingFault::BadAlternativeName);
            }
        }
        contents.extensions.push(extension);
    }
}

/// Notes a `cA` that is true in another way than DER's.
fn loose_boolean(walk: &mut Walk, mut value: Reader<'_>, oid: &str) {
    if oid != id::BASIC_CONSTRAINTS {
        return;
    }
    let sequence = value.take(SEQUENCE);
    let Some(flag) = sequence.and_then(|fields| fields.reader().take(BOOLEAN)) else {
        return;
    };
    if flag.content.len() == 1 && flag.content.iter().all(|octet| !matches!(octet, 0 | 0xff)) {
        walk.note(flag.offset, "cA", "ff", crate::oid::hex(flag.content));
        walk.as_fault(EncodingFault::LooseBoolean);
    }
}

/// Takes over what an extension says; `None` when it cannot be read. What was read up to there stays.
fn understand(mut value: Reader<'_>, oid: &str, contents: &mut Contents) -> Option<()> {
    match oid {
        id::SUBJECT_KEY_IDENTIFIER => {
            contents.subject_key_id = Some(value.take(OCTET_STRING)?.content.to_vec());
        }
        id::AUTHORITY_KEY_IDENTIFIER => {
            let mut fields = value.take(SEQUENCE)?.reader();
            // RFC 5280 section 4.2.1.1: keyIdentifier, authorityCertIssuer and authorityCertSerialNumber, each optional.
            contents.authority_key_id = fields.take(0x80).map(|id| id.content.to_vec());
            let _ = fields.take(0xa1);
            contents.authority_serial = fields.take(0x82).map(|serial| serial.content.to_vec());
        }
        id::KEY_USAGE => {
            let bits = value.take(BIT_STRING)?.content;
            let first = bits.get(1).copied()?;
            let second = bits.get(2).copied().unwrap_or(0);
            contents.key_usage = Some(KeyUsage(u16::from_be_bytes([first, second])));
        }
        id::BASIC_CONSTRAINTS => {
            let mut fields = value.take(SEQUENCE)?.reader();
            let ca = fields
                .take(BOOLEAN)
                .is_some_and(|flag| flag.content.iter().any(|octet| *octet != 0));
            let path_length = fields.take(INTEGER).map(|length| small(length.content));
            contents.basic_constraints = Some(BasicConstraints { ca, path_length });
            if !fields.is_empty() {
                return None;
            }
        }
        id::EXTENDED_KEY_USAGE => {
            let mut purposes = value.take(SEQUENCE)?.reader();
            let list = contents.extended_key_usage.insert(Vec::new());
            while !purposes.is_empty() {
                let purpose = purposes.take(OBJECT_IDENTIFIER)?;
                list.push(Oid::from_der_value(purpose.content));
            }
        }
        id::SUBJECT_ALT_NAME => {
            contents.has_san = true;
            let names = general_names(value.take(SEQUENCE)?.reader())?;
            for name in names {
                contents.add_name(name)?;
            }
        }
        id::NAME_CONSTRAINTS => {
            let mut fields = value.take(SEQUENCE)?.reader();
            let constraints = contents.name_constraints.insert(NameConstraints::default());
            if let Some(permitted) = fields.take(context(0)) {
                constraints.permitted = subtrees(permitted.reader())?;
            }
            if let Some(excluded) = fields.take(context(1)) {
                constraints.excluded = subtrees(excluded.reader())?;
            }
            if !fields.is_empty() {
                return None;
            }
        }
        id::AUTHORITY_INFORMATION_ACCESS => {
            let mut descriptions = value.take(SEQUENCE)?.reader();
            while !descriptions.is_empty() {
                let mut fields = descriptions.take(SEQUENCE)?.reader();
                let method = Oid::from_der_value(fields.take(OBJECT_IDENTIFIER)?.content);
                let location = GeneralName::read(&fields.any("accessLocation").ok()?);
                let GeneralName::Uri(url) = location else {
                    continue;
                };
                match method.as_str() {
                    id::CA_ISSUERS => contents.issuer_urls.push(url),
                    id::OCSP => contents.ocsp_urls.push(url),
                    _ => {}
                }
            }
        }
        id::CRL_DISTRIBUTION_POINTS => {
            let mut points = value.take(SEQUENCE)?.reader();
            while !points.is_empty() {
                let mut point = points.take(SEQUENCE)?.reader();
                let Some(mut name) = point.take(context(0)).map(|name| name.reader()) else {
                    continue;
                };
                let Some(full) = name.take(context(0)) else {
                    continue;
                };
                for name in general_names(full.reader())? {
                    if let GeneralName::Uri(url) = name {
                        contents.crl_urls.push(url);
                    }
                }
            }
        }
        id::TLS_FEATURE => {
            let mut features = value.take(SEQUENCE)?.reader();
            while !features.is_empty() {
                let feature = small(features.take(INTEGER)?.content);
                contents.must_staple |= feature == STATUS_REQUEST;
            }
        }
        _ => {}
    }
    Some(())
}

/// The extension type whose presence a TLS feature demands (RFC 7633 section 4).
const STATUS_REQUEST: u32 = 5;

fn general_names(mut names: Reader<'_>) -> Option<Vec<GeneralName>> {
    let mut list = Vec::new();
    while !names.is_empty() {
        let name = names.any("generalName").ok()?;
        if name.truncated {
            return None;
        }
        list.push(GeneralName::read(&name));
    }
    Some(list)
}

fn subtrees(mut list: Reader<'_>) -> Option<Subtrees> {
    let mut bases = Vec::new();
    while !list.is_empty() {
        let mut subtree = list.take(SEQUENCE)?.reader();
        bases.push(GeneralName::read(&subtree.any("base").ok()?));
    }
    Some(bases)
}

/// The characters, safe for a terminal.
fn printable(octets: &[u8]) -> String {
    String::from_utf8_lossy(octets).replace(char::is_control, "\u{fffd}")
}

/// A non-negative INTEGER; larger ones and negative ones become the greatest number.
fn small(octets: &[u8]) -> u32 {
    if octets.first().is_none_or(|first| first & 0x80 != 0) {
        return u32::MAX;
    }
    octets
        .iter()
        .try_fold(0_u32, |sum, octet| {
            sum.checked_mul(256)?.checked_add(u32::from(*octet))
        })
        .unwrap_or(u32::MAX)
}

impl Contents {
    /// Takes over one name of subjectAltName; `None` for an address of wrong length.
    fn add_name(&mut self, name: GeneralName) -> Option<()> {
        match &name {
            GeneralName::Dns(dns) => self.dns_names.push(dns.clone()),
            GeneralName::Address(octets) => self.ip_addresses.push(address(octets)?),
            _ => self.other_names.push(name),
        }
        Some(())
    }
}

fn address(octets: &[u8]) -> Option<IpAddr> {
    if let Ok(v4) = <[u8; 4]>::try_from(octets) {
        return Some(IpAddr::from(v4));
    }
    <[u8; 16]>::try_from(octets).ok().map(IpAddr::from)
}
