//! A certificate before it is signed (RFC 5280 section 4.1.2), field by field, so that any of them can be made wrong.

use super::der::{self, tag};

/// Any change to a certificate before it is signed.
pub(crate) type Edit = fn(&mut Tbs);

/// The version numbers as they are encoded.
pub(crate) const V3: u8 = 2;

/// A certificate to be signed. Fields named `_der` are whole elements, written as they are.
#[derive(Clone, Debug)]
pub(crate) struct Tbs {
    /// One less than the version's number; `None` leaves it out, which is version 1.
    pub(crate) version: Option<u8>,
    /// INTEGER.
    pub(crate) serial_der: Vec<u8>,
    /// Name.
    pub(crate) issuer_der: Vec<u8>,
    /// Time.
    pub(crate) not_before_der: Vec<u8>,
    /// Time.
    pub(crate) not_after_der: Vec<u8>,
    /// Name.
    pub(crate) subject_der: Vec<u8>,
    /// SubjectPublicKeyInfo.
    pub(crate) key_der: Vec<u8>,
    /// In their order.
    pub(crate) extensions: Vec<Extension>,
    /// What is written between the key and the extensions: unique identifiers (RFC 5280 section 4.1.2.8).
    pub(crate) identifiers_der: Vec<u8>,
}

/// One extension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Extension {
    pub(crate) oid: Vec<u64>,
    pub(crate) critical: bool,
    /// The content of extnValue, mostly an element of its own.
    pub(crate) value: Vec<u8>,
}

impl Tbs {
    /// The extension of that kind.
    pub(crate) fn extension(&mut self, oid: &[u64]) -> Option<&mut Extension> {
        self.extensions
            .iter_mut()
            .find(|extension| extension.oid == oid)
    }

    /// Without every extension of that kind.
    pub(crate) fn without(&mut self, oid: &[u64]) {
        self.extensions.retain(|extension| extension.oid != oid);
    }

    /// With one extension of that kind, in the place of the one that was there.
    pub(crate) fn with(&mut self, oid: &[u64], critical: bool, value: Vec<u8>) {
        let new = Extension {
            oid: oid.to_vec(),
            critical,
            value,
        };
        match self
            .extensions
            .iter_mut()
            .find(|extension| extension.oid == oid)
        {
            Some(old) => *old = new,
            None => self.extensions.push(new),
        }
    }

    /// As an element, to be signed with `algorithm`.
    pub(crate) fn encode(&self, algorithm: &[u8]) -> Vec<u8> {
        let version = self
            .version
            .map(|version| der::element(0xa0, &der::element(tag::INTEGER, &[version])));
        let extensions: Vec<u8> = self.extensions.iter().flat_map(Extension::encode).collect();
        let extensions = match extensions.as_slice() {
            [] => Vec::new(),
            all => der::element(0xa3, &der::element(tag::SEQUENCE, all)),
        };
        der::sequence(&[
            &version.unwrap_or_default(),
            &self.serial_der,
            algorithm,
            &self.issuer_der,
            &der::sequence(&[&self.not_before_der, &self.not_after_der]),
            &self.subject_der,
            &self.key_der,
            &self.identifiers_der,
            &extensions,
        ])
    }
}

impl Extension {
    fn encode(&self) -> Vec<u8> {
        let critical = if self.critical {
            der::element(tag::BOOLEAN, &[0xff])
        } else {
            Vec::new()
        };
        let value = der::element(tag::OCTET_STRING, &self.value);
        der::sequence(&[&der::oid(&self.oid), &critical, &value])
    }
}

/// Extension identifiers of RFC 5280 section 4.2 and RFC 7633.
pub(crate) mod id {
    pub(crate) const SUBJECT_KEY_ID: &[u64] = &[2, 5, 29, 14];
    pub(crate) const KEY_USAGE: &[u64] = &[2, 5, 29, 15];
    pub(crate) const SUBJECT_ALT_NAME: &[u64] = &[2, 5, 29, 17];
    pub(crate) const BASIC_CONSTRAINTS: &[u64] = &[2, 5, 29, 19];
    pub(crate) const NAME_CONSTRAINTS: &[u64] = &[2, 5, 29, 30];
    pub(crate) const AUTHORITY_KEY_ID: &[u64] = &[2, 5, 29, 35];
    pub(crate) const EXTENDED_KEY_USAGE: &[u64] = &[2, 5, 29, 37];
    pub(crate) const AUTHORITY_INFO_ACCESS: &[u64] = &[1, 3, 6, 1, 5, 5, 7, 1, 1];
    pub(crate) const SERVER_AUTH: &[u64] = &[1, 3, 6, 1, 5, 5, 7, 3, 1];
    pub(crate) const CLIENT_AUTH: &[u64] = &[1, 3, 6, 1, 5, 5, 7, 3, 2];
    pub(crate) const EMAIL_PROTECTION: &[u64] = &[1, 3, 6, 1, 5, 5, 7, 3, 4];
    pub(crate) const ANY_PURPOSE: &[u64] = &[2, 5, 29, 37, 0];
    pub(crate) const CA_ISSUERS: &[u64] = &[1, 3, 6, 1, 5, 5, 7, 48, 2];
    pub(crate) const OCSP: &[u64] = &[1, 3, 6, 1, 5, 5, 7, 48, 1];
    pub(crate) const OCSP_SIGNING: &[u64] = &[1, 3, 6, 1, 5, 5, 7, 3, 9];
    pub(crate) const TLS_FEATURE: &[u64] = &[1, 3, 6, 1, 5, 5, 7, 1, 24];
    pub(crate) const CRL_DISTRIBUTION_POINTS: &[u64] = &[2, 5, 29, 31];
}

/// basicConstraints (RFC 5280 section 4.2.1.9).
pub(crate) fn basic_constraints(ca: bool, path_length: Option<u8>) -> Vec<u8> {
    let ca = if ca {
        der::element(tag::BOOLEAN, &[0xff])
    } else {
        Vec::new()
    };
    let length = path_length.map(|length| der::unsigned(&[length]));
    der::sequence(&[&ca, &length.unwrap_or_default()])
}

/// keyUsage (RFC 5280 section 4.2.1.3) from its bits, the first named one highest.
pub(crate) fn key_usage(bits: u8) -> Vec<u8> {
    let unused = u8::try_from(bits.trailing_zeros().min(8) % 8).unwrap_or(0);
    der::element(tag::BIT_STRING, &[unused, bits])
}

/// The bits of keyUsage.
pub(crate) mod usage {
    pub(crate) const DIGITAL_SIGNATURE: u8 = 0x80;
    pub(crate) const KEY_ENCIPHERMENT: u8 = 0x20;
    pub(crate) const KEY_AGREEMENT: u8 = 0x08;
    pub(crate) const KEY_CERT_SIGN: u8 = 0x04;
    pub(crate) const CRL_SIGN: u8 = 0x02;
}

/// extKeyUsage (RFC 5280 section 4.2.1.12).
pub(crate) fn extended_key_usage(purposes: &[&[u64]]) -> Vec<u8> {
    let purposes: Vec<u8> = purposes
        .iter()
        .flat_map(|purpose| der::oid(purpose))
        .collect();
    der::element(tag::SEQUENCE, &purposes)
}

/// nameConstraints (RFC 5280 section 4.2.1.10) with DNS subtrees.
pub(crate) fn name_constraints(permitted: &[&str], excluded: &[&str]) -> Vec<u8> {
    let subtrees = |tag: u8, names: &[&str]| {
        let bases = names.iter().map(|name| der::element(0x82, name.as_bytes()));
        let subtrees: Vec<u8> = bases.flat_map(|base| der::sequence(&[&base])).collect();
        if subtrees.is_empty() {
            Vec::new()
        } else {
            der::element(tag, &subtrees)
        }
    };
    der::sequence(&[&subtrees(0xa0, permitted), &subtrees(0xa1, excluded)])
}

/// subjectAltName (RFC 5280 section 4.2.1.6) with DNS names, and IP addresses where a name is one.
pub(crate) fn subject_alt_name(names: &[String]) -> Vec<u8> {
    let general = |name: &String| match name.parse() {
        Ok(std::net::IpAddr::V4(v4)) => der::element(0x87, &v4.octets()),
        Ok(std::net::IpAddr::V6(v6)) => der::element(0x87, &v6.octets()),
        Err(_) => der::element(0x82, name.as_bytes()),
    };
    let names: Vec<u8> = names.iter().flat_map(general).collect();
    der::element(tag::SEQUENCE, &names)
}

/// authorityInfoAccess (RFC 5280 section 4.2.2.1) with these methods and URLs.
pub(crate) fn information_access(methods: &[(&[u64], &str)]) -> Vec<u8> {
    let description = |(method, url): &(&[u64], &str)| {
        der::sequence(&[&der::oid(method), &der::element(0x86, url.as_bytes())])
    };
    let descriptions: Vec<u8> = methods.iter().flat_map(description).collect();
    der::element(tag::SEQUENCE, &descriptions)
}

/// cRLDistributionPoints (RFC 5280 section 4.2.1.13) with one URL.
pub(crate) fn distribution_point(url: &str) -> Vec<u8> {
    let full_name = der::element(0xa0, &der::element(0x86, url.as_bytes()));
    der::sequence(&[&der::sequence(&[&der::element(0xa0, &full_name)])])
}

/// The TLS feature that demands a stapled OCSP answer (RFC 7633 section 6).
pub(crate) fn must_staple() -> Vec<u8> {
    const STATUS_REQUEST: u8 = 5;
    der::sequence(&[&der::unsigned(&[STATUS_REQUEST])])
}
