//! One certificate (RFC 5280 section 4.1), read so that a defect loses as little as possible.

use crate::date;
use crate::der::{
    BIT_STRING, Defect, EncodingFault, GENERALIZED_TIME, INTEGER, Reader, SEQUENCE, UTC_TIME, Walk,
    context,
};
use crate::distinguished_name::DistinguishedName;
use crate::extension::{self, BasicConstraints, Extension, GeneralName, KeyUsage, NameConstraints};
use crate::key::KeyInfo;
use crate::oid::{Oid, SignatureAlgorithm, hex};
use jiff::Timestamp;
use report::{CertificateSource, CertificateSummary};
use sha2::{Digest as _, Sha256};
use std::net::IpAddr;
use std::ops::Deref;
use std::sync::Arc;
use x509_parser::prelude::{FromDer as _, X509Certificate};

/// A longer certificate is not read at all.
pub const MAX_CERTIFICATE: usize = 1024 * 1024;

/// No serial number is longer (RFC 5280 section 4.1.2.2).
const MAX_SERIAL: usize = 20;

/// A certificate. Cloning it shares the [`Contents`].
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate(Arc<Contents>);

/// What reading a certificate gave.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// What could be read; `None` when not even the names could.
    pub certificate: Option<Certificate>,
    /// Everything wrong with the encoding, in the order it was met.
    pub defects: Vec<Defect>,
}

/// What a certificate says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// The whole, as given.
    pub der: Vec<u8>,
    /// `TBSCertificate`: what is signed.
    pub tbs: Vec<u8>,
    /// 1 to 3.
    pub version: u8,
    /// The octets of the serial number, as they stand.
    pub serial: Vec<u8>,
    /// Who signed it.
    pub issuer: DistinguishedName,
    /// Whose it is.
    pub subject: DistinguishedName,
    /// Start of validity. A date that cannot be read is the earliest there is.
    pub not_before: Timestamp,
    /// End of validity, inclusive. A date that cannot be read is the latest there is.
    pub not_after: Timestamp,
    /// `SubjectPublicKeyInfo`.
    pub spki: Vec<u8>,
    /// The public key.
    pub key: KeyInfo,
    /// How it is signed.
    pub signature_algorithm: SignatureAlgorithm,
    /// The signature.
    pub signature: Vec<u8>,
    /// All extensions, in order.
    pub extensions: Vec<Extension>,
    /// Whether there is a subjectAltName at all.
    pub has_san: bool,
    /// Its DNS names, as they stand.
    pub dns_names: Vec<String>,
    /// Its addresses.
    pub ip_addresses: Vec<IpAddr>,
    /// Its names of other kinds.
    pub other_names: Vec<GeneralName>,
    /// basicConstraints.
    pub basic_constraints: Option<BasicConstraints>,
    /// keyUsage.
    pub key_usage: Option<KeyUsage>,
    /// extendedKeyUsage.
    pub extended_key_usage: Option<Vec<Oid>>,
    /// nameConstraints.
    pub name_constraints: Option<NameConstraints>,
    /// The key identifier of authorityKeyIdentifier.
    pub authority_key_id: Option<Vec<u8>>,
    /// The serial number of the issuer's certificate, in authorityKeyIdentifier: the octets as they stand.
    pub authority_serial: Option<Vec<u8>>,
    /// subjectKeyIdentifier.
    pub subject_key_id: Option<Vec<u8>>,
    /// Where the issuer's certificate can be fetched (RFC 5280 section 4.2.2.1).
    pub issuer_urls: Vec<String>,
    /// Where OCSP answers (RFC 6960 section 3.1).
    pub ocsp_urls: Vec<String>,
    /// Where revocation lists can be fetched (RFC 5280 section 4.2.1.13).
    pub crl_urls: Vec<String>,
    /// Whether an OCSP response must be stapled (RFC 7633).
    pub must_staple: bool,
    /// SHA-256 of the whole, in hexadecimal.
    pub sha256: String,
    /// SHA-256 of `SubjectPublicKeyInfo`, in hexadecimal.
    pub spki_sha256: String,
}

impl Deref for Certificate {
    type Target = Contents;

    fn deref(&self) -> &Contents {
        &self.0
    }
}

impl std::fmt::Debug for Certificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Certificate({} {})", self.subject.text, self.sha256)
    }
}

impl Certificate {
    /// Reads DER of at most [`MAX_CERTIFICATE`] octets. What is malformed is named among the defects and left out.
    pub fn parse(der: &[u8]) -> Parsed {
        let mut walk = Walk::default();
        let contents = if der.len() > MAX_CERTIFICATE {
            let expected = format!("at most {MAX_CERTIFICATE} octets");
            walk.note(0, "certificate", expected, der.len().to_string());
            None
        } else {
            read(&mut walk, der)
        };
        if walk.defects.is_empty()
            && let Err(error) = X509Certificate::from_der(der)
        {
            let expected = "what a strict reader accepts";
            walk.note(0, "certificate", expected, error.to_string());
        }
        Parsed {
            certificate: contents.map(|contents| Self(Arc::new(contents))),
            defects: walk.defects,
        }
    }

    /// Whether issuer and subject are the same name.
    pub fn is_self_issued(&self) -> bool {
        self.issuer.matches(&self.subject)
    }

    /// Whether issuer and subject are the same name and its own key verifies its signature.
    pub fn is_self_signed(&self) -> bool {
        self.is_self_issued() && crate::signature::verify_certificate(self, self).is_ok()
    }

    /// Whether basicConstraints says that it may issue certificates.
    pub fn is_ca(&self) -> bool {
        self.basic_constraints.is_some_and(|basic| basic.ca)
    }

    /// Its entry in a report.
    pub fn summary(&self, source: CertificateSource) -> CertificateSummary {
        let addresses = self.ip_addresses.iter().map(IpAddr::to_string);
        CertificateSummary {
            subject: self.subject.text.clone(),
            issuer: self.issuer.text.clone(),
            names: self.dns_names.iter().cloned().chain(addresses).collect(),
            not_before: self.not_before,
            not_after: self.not_after,
            key: self.key.text.clone(),
            signature: self.signature_algorithm.text.clone(),
            serial: hex(&self.serial),
            sha256: self.sha256.clone(),
            source,
        }
    }
}

impl Contents {
    /// The value of the subject's most specific commonName.
    pub fn common_name(&self) -> Option<&str> {
        self.subject.common_name.as_deref()
    }

    /// The extension with this identifier.
    pub fn extension(&self, oid: &str) -> Option<&Extension> {
        self.extensions
            .iter()
            .find(|extension| extension.oid == oid)
    }
}

/// The subject of a certificate, read without the rest; `None` when it cannot be found.
pub(crate) fn subject_of(der: &[u8]) -> Option<DistinguishedName> {
    let mut tbs = Reader::new(der, 0)
        .take(SEQUENCE)?
        .reader()
        .take(SEQUENCE)?
        .reader();
    tbs.take(context(0));
    tbs.take(INTEGER)?;
    tbs.take(SEQUENCE)?;
    tbs.take(SEQUENCE)?;
    tbs.take(SEQUENCE)?;
    Some(DistinguishedName::from_der(tbs.take(SEQUENCE)?.raw))
}

fn read(walk: &mut Walk, der: &[u8]) -> Option<Contents> {
    let mut whole = Reader::new(der, 0);
    let certificate = walk.expect(&mut whole, SEQUENCE, "certificate")?;
    if !whole.is_empty() {
        let got = format!("{} more octets", whole.left());
        walk.note(whole.offset(), "certificate", "the end", got);
    }
    let mut parts = certificate.reader();
    let tbs = walk.expect(&mut parts, SEQUENCE, "tbsCertificate")?;
    let mut fields = tbs.reader();

    let version = version(walk, &mut fields);
    let serial = serial(walk, &mut fields);
    let inner_algorithm = walk.expect_whole(&mut fields, SEQUENCE, "signature");
    let issuer = name(walk, &mut fields, "issuer")?;
    let (not_before, not_after) = validity(walk, &mut fields);
    let subject = name(walk, &mut fields, "subject")?;
    let spki = walk.expect_whole(&mut fields, SEQUENCE, "subjectPublicKeyInfo");
    let key = spki.as_ref().map(|spki| {
        KeyInfo::read(spki).unwrap_or_else(|| {
            let expected = "an algorithm and a bit string";
            walk.note(
                spki.offset,
                "subjectPublicKeyInfo",
                expected,
                "something else",
            );
            KeyInfo::unreadable()
        })
    });
    let spki = spki.map(|spki| spki.raw).unwrap_or_default();

    let outer_algorithm = walk.expect_whole(&mut parts, SEQUENCE, "signatureAlgorithm");
    let algorithm = outer_algorithm
        .or(inner_algorithm)
        .and_then(|identifier| SignatureAlgorithm::read(identifier.reader()));
    if let (Some(outer), Some(inner)) = (outer_algorithm, inner_algorithm)
        && outer.content != inner.content
    {
        let expected = "the same algorithm as inside tbsCertificate";
        walk.note(outer.offset, "signatureAlgorithm", expected, "another");
        walk.as_fault(EncodingFault::AlgorithmsDiffer);
    }
    let signature = walk
        .expect_whole(&mut parts, BIT_STRING, "signatureValue")
        .and_then(|bits| bits.content.get(1..));

    let mut contents = Contents {
        der: der.to_vec(),
        tbs: tbs.raw.to_vec(),
        version,
        serial,
        issuer,
        subject,
        not_before,
        not_after,
        spki: spki.to_vec(),
        key: key.unwrap_or_else(KeyInfo::unreadable),
        signature_algorithm: algorithm.unwrap_or_else(SignatureAlgorithm::unreadable),
        signature: signature.unwrap_or_default().to_vec(),
        extensions: Vec::new(),
        has_san: false,
        dns_names: Vec::new(),
        ip_addresses: Vec::new(),
        other_names: Vec::new(),
        basic_constraints: None,
        key_usage: None,
        extended_key_usage: None,
        name_constraints: None,
        authority_key_id: None,
        authority_serial: None,
        subject_key_id: None,
        issuer_urls: Vec::new(),
        ocsp_urls: Vec::new(),
        crl_urls: Vec::new(),
        must_staple: false,
        sha256: hex(&Sha256::digest(der)),
        spki_sha256: hex(&Sha256::digest(spki)),
    };
    rest_of_tbs(walk, fields, &mut contents);
    Some(contents)
}

fn version(walk: &mut Walk, fields: &mut Reader<'_>) -> u8 {
    let Some(explicit) = fields.take(context(0)) else {
        return 1;
    };
    let number = explicit.reader().take(INTEGER).map(|number| number.content);
    match number {
        Some([number @ 0..=2]) => number.saturating_add(1),
        other => {
            let got = hex(other.and_then(|octets| octets.get(..4)).unwrap_or_default());
            walk.note(explicit.offset, "version", "1 to 3", got);
            3
        }
    }
}

fn serial(walk: &mut Walk, fields: &mut Reader<'_>) -> Vec<u8> {
    let Some(serial) = walk.expect_whole(fields, INTEGER, "serialNumber") else {
        return Vec::new();
    };
    let octets = serial.content;
    let wrong = match octets {
        [] => Some("nothing".to_owned()),
        [first, ..] if first & 0x80 != 0 => Some("a negative number".to_owned()),
        [0] => Some("zero".to_owned()),
        [0, second, ..] if second & 0x80 == 0 => Some("a leading zero".to_owned()),
        _ if octets.len() > MAX_SERIAL => Some(format!("{} octets", octets.len())),
        _ => None,
    };
    if let Some(got) = wrong {
        let expected = format!("a positive number of at most {MAX_SERIAL} octets");
        walk.note(serial.offset, "serialNumber", expected, got);
        if octets.first().is_some_and(|first| first & 0x80 != 0) {
            walk.as_fault(EncodingFault::NegativeSerial);
        }
    }
    octets.to_vec()
}

fn name(
    walk: &mut Walk,
    fields: &mut Reader<'_>,
    field: &'static str,
) -> Option<DistinguishedName> {
    let element = walk.expect_whole(fields, SEQUENCE, field)?;
    let name = DistinguishedName::from_der(element.raw);
    if name.text.starts_with('#') {
        walk.note(
            element.offset,
            field,
            "sets of attributes",
            "something else",
        );
    }
    Some(name)
}

fn validity(walk: &mut Walk, fields: &mut Reader<'_>) -> (Timestamp, Timestamp) {
    let Some(validity) = walk.expect_whole(fields, SEQUENCE, "validity") else {
        return (Timestamp::MIN, Timestamp::MAX);
    };
    let mut dates = validity.reader();
    let mut date = |field, otherwise| {
        let tag = match dates.peek() {
            Some(GENERALIZED_TIME) => GENERALIZED_TIME,
            _ => UTC_TIME,
        };
        match walk.expect_whole(&mut dates, tag, field) {
            Some(element) => date::read(walk, &element, field, otherwise),
            None => otherwise,
        }
    };
    let not_before = date("notBefore", Timestamp::MIN);
    let not_after = date("notAfter", Timestamp::MAX);
    if not_after < not_before {
        let (expected, got) = (format!("not before {not_before}"), not_after.to_string());
        walk.note(validity.offset, "notAfter", expected, got);
    }
    (not_before, not_after)
}

fn rest_of_tbs(walk: &mut Walk, mut fields: Reader<'_>, contents: &mut Contents) {
    const ISSUER_UNIQUE_ID: u8 = 0x81;
    const SUBJECT_UNIQUE_ID: u8 = 0x82;
    fields.take(ISSUER_UNIQUE_ID);
    fields.take(SUBJECT_UNIQUE_ID);
    if fields.is_empty() {
        return;
    }
    let Some(explicit) = walk.expect(&mut fields, context(3), "extensions") else {
        return;
    };
    if contents.version != 3 {
        let got = format!("version {}", contents.version);
        walk.note(
            explicit.offset,
            "extensions",
            "version 3 with extensions",
            got,
        );
        walk.as_fault(EncodingFault::ExtensionsBeforeVersion3);
    }
    if let Some(list) = walk.expect(&mut explicit.reader(), SEQUENCE, "extensions") {
        extension::read_all(walk, list.reader(), contents);
    }
    if !fields.is_empty() {
        let got = format!("{} more octets", fields.left());
        walk.note(fields.offset(), "tbsCertificate", "the end", got);
    }
}
