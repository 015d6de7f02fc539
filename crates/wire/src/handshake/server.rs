//! ServerHello, Certificate, CertificateRequest and CertificateVerify.

use super::client_hello::{RawExtension, encode_extensions, extensions, extensions_at_end, find};
use crate::defect::Defect;
use crate::reader::{Reader, numbers, put8, put16, put24};
use report::{CipherSuite, NamedGroup, ProtocolVersion, SignatureScheme};

/// The random of a HelloRetryRequest (RFC 8446 section 4.1.3).
pub(crate) const RETRY_RANDOM: [u8; 32] = [
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c,
    0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

/// ServerHello or HelloRetryRequest (RFC 8446 section 4.1.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerHello {
    /// legacy_version.
    pub legacy_version: ProtocolVersion,
    /// random; a fixed value makes it a HelloRetryRequest.
    pub random: [u8; 32],
    /// legacy_session_id_echo.
    pub session_id: Vec<u8>,
    /// cipher_suite.
    pub cipher_suite: CipherSuite,
    /// legacy_compression_method.
    pub compression: u8,
    /// extensions, in order.
    pub extensions: Vec<RawExtension>,
}

impl ServerHello {
    /// Whether it is a HelloRetryRequest.
    pub fn is_retry(&self) -> bool {
        self.random == RETRY_RANDOM
    }

    /// The body of the extension `code`, if it is there.
    pub fn extension(&self, code: u16) -> Option<&[u8]> {
        find(&self.extensions, code)
    }

    /// The version it selects: supported_versions, otherwise legacy_version.
    pub fn selected_version(&self) -> ProtocolVersion {
        let selected = self.extension(43).and_then(|body| Reader::new(body).u16());
        selected.map_or(self.legacy_version, ProtocolVersion)
    }

    /// The key share (RFC 8446 section 4.2.8); in a HelloRetryRequest the group wanted, with no octets.
    pub fn key_share(&self) -> Option<(NamedGroup, &[u8])> {
        let mut reader = Reader::new(self.extension(51)?);
        let group = NamedGroup(reader.u16()?);
        if self.is_retry() { Some((group, &[])) } else { Some((group, reader.vector16()?)) }
    }

    /// The cookie of a HelloRetryRequest (RFC 8446 section 4.2.2).
    pub fn cookie(&self) -> Option<&[u8]> {
        Reader::new(self.extension(44)?).vector16()
    }

    /// The application protocol selected before TLS 1.3 (RFC 7301).
    pub fn alpn(&self) -> Option<String> {
        selected_protocol(self.extension(16)?)
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = self.legacy_version.0.to_be_bytes().to_vec();
        out.extend_from_slice(&self.random);
        put8(&mut out, &self.session_id);
        out.extend_from_slice(&self.cipher_suite.0.to_be_bytes());
        out.push(self.compression);
        if !self.extensions.is_empty() {
            put16(&mut out, &encode_extensions(&self.extensions));
        }
        out
    }

    pub(super) fn decode(body: &[u8], defects: &mut Vec<Defect>) -> Option<Self> {
        let mut reader = Reader::new(body);
        Some(Self {
            legacy_version: ProtocolVersion(reader.u16()?),
            random: reader.array()?,
            session_id: reader.vector8()?.to_vec(),
            cipher_suite: CipherSuite(reader.u16()?),
            compression: reader.u8()?,
            extensions: extensions_at_end(&mut reader, defects),
        })
    }
}

/// The one protocol of a server's ALPN extension.
pub(crate) fn selected_protocol(body: &[u8]) -> Option<String> {
    let protocol = Reader::new(Reader::new(body).vector16()?).vector8()?;
    Some(String::from_utf8_lossy(protocol).into_owned())
}

/// Certificate (RFC 8446 section 4.4.2, RFC 5246 section 7.4.2).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CertificateMessage {
    /// certificate_request_context; only in TLS 1.3.
    pub context: Vec<u8>,
    /// The certificates, the sender's own first.
    pub entries: Vec<CertificateEntry>,
}

/// One certificate with what comes with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateEntry {
    /// DER.
    pub der: Vec<u8>,
    /// Extensions; only in TLS 1.3.
    pub extensions: Vec<RawExtension>,
}

impl CertificateMessage {
    pub(super) fn encode(&self, modern: bool) -> Vec<u8> {
        let mut list = Vec::new();
        for entry in &self.entries {
            put24(&mut list, &entry.der);
            if modern {
                put16(&mut list, &encode_extensions(&entry.extensions));
            }
        }
        let mut out = Vec::new();
        if modern {
            put8(&mut out, &self.context);
        }
        put24(&mut out, &list);
        out
    }

    pub(super) fn decode(body: &[u8], modern: bool, defects: &mut Vec<Defect>) -> Option<Self> {
        let mut reader = Reader::new(body);
        let context = if modern { reader.vector8()?.to_vec() } else { Vec::new() };
        let start = reader.place().saturating_add(3);
        let mut list = Reader::new(reader.vector24()?);
        let mut entries = Vec::new();
        while !list.is_empty() {
            let place = start.saturating_add(list.place());
            let entry = list.vector24().and_then(|der| if modern { Some((der, list.vector16()?)) } else { Some((der, &[][..])) });
            let Some((der, block)) = entry else {
                defects.push(Defect::new(place, "certificate_list", "a length and that many octets", format!("{} octets left", list.rest().len())));
                break;
            };
            entries.push(CertificateEntry { der: der.to_vec(), extensions: extensions(block, place, defects) });
        }
        Some(Self { context, entries })
    }
}

/// CertificateRequest, in the form of any version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CertificateRequest {
    /// certificate_request_context; only in TLS 1.3.
    pub context: Vec<u8>,
    /// certificate_types; only before TLS 1.3 (RFC 5246 section 7.4.4).
    pub certificate_types: Vec<u8>,
    /// Signature schemes; none before TLS 1.2.
    pub schemes: Vec<SignatureScheme>,
    /// DER of the authorities named.
    pub authorities: Vec<Vec<u8>>,
    /// All extensions; only in TLS 1.3. Schemes and authorities are read from them.
    pub extensions: Vec<RawExtension>,
}

impl CertificateRequest {
    pub(super) fn encode(&self, version: ProtocolVersion) -> Vec<u8> {
        let mut out = Vec::new();
        if version >= ProtocolVersion::TLS1_3 {
            put8(&mut out, &self.context);
            put16(&mut out, &encode_extensions(&self.extensions));
            return out;
        }
        put8(&mut out, &self.certificate_types);
        if version >= ProtocolVersion::TLS1_2 {
            let schemes: Vec<u8> = self.schemes.iter().flat_map(|scheme| scheme.0.to_be_bytes()).collect();
            put16(&mut out, &schemes);
        }
        let mut names = Vec::new();
        for name in &self.authorities {
            put16(&mut names, name);
        }
        put16(&mut out, &names);
        out
    }

    pub(super) fn decode(body: &[u8], version: ProtocolVersion, defects: &mut Vec<Defect>) -> Option<Self> {
        let mut reader = Reader::new(body);
        if version >= ProtocolVersion::TLS1_3 {
            let context = reader.vector8()?.to_vec();
            let extensions = extensions_at_end(&mut reader, defects);
            let schemes = find(&extensions, 13).and_then(|body| Reader::new(body).vector16()).map(numbers).unwrap_or_default();
            let authorities = find(&extensions, 47).and_then(|body| Reader::new(body).vector16()).map(names).unwrap_or_default();
            let schemes = schemes.into_iter().map(SignatureScheme).collect();
            return Some(Self { context, schemes, authorities, extensions, ..Self::default() });
        }
        let certificate_types = reader.vector8()?.to_vec();
        let schemes = if version >= ProtocolVersion::TLS1_2 { numbers(reader.vector16()?) } else { Vec::new() };
        let authorities = names(reader.vector16()?);
        let schemes = schemes.into_iter().map(SignatureScheme).collect();
        Some(Self { certificate_types, schemes, authorities, ..Self::default() })
    }
}

fn names(list: &[u8]) -> Vec<Vec<u8>> {
    let mut reader = Reader::new(list);
    std::iter::from_fn(|| reader.vector16().map(<[u8]>::to_vec)).collect()
}

/// CertificateVerify (RFC 8446 section 4.4.3; RFC 5246 section 7.4.8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateVerify {
    /// The scheme; before TLS 1.2 none is written.
    pub scheme: Option<SignatureScheme>,
    /// The signature.
    pub signature: Vec<u8>,
}

impl CertificateVerify {
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = self.scheme.map(|scheme| scheme.0.to_be_bytes().to_vec()).unwrap_or_default();
        put16(&mut out, &self.signature);
        out
    }

    pub(super) fn decode(body: &[u8], version: ProtocolVersion) -> Option<Self> {
        let mut reader = Reader::new(body);
        let scheme = if version >= ProtocolVersion::TLS1_2 { Some(SignatureScheme(reader.u16()?)) } else { None };
        Some(Self { scheme, signature: reader.vector16()?.to_vec() })
    }
}
