//! ClientHello (RFC 8446 section 4.1.2) and extensions as octets.

use crate::defect::Defect;
use crate::reader::{Reader, numbers, put8, put16};
use report::{CipherSuite, ExtensionType, ProtocolVersion};

/// An extension as it stands on the wire (RFC 8446 section 4.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawExtension {
    /// extension_type.
    pub code: ExtensionType,
    /// extension_data.
    pub body: Vec<u8>,
}

/// A ClientHello as it stands on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientHelloMessage {
    /// legacy_version.
    pub legacy_version: ProtocolVersion,
    /// random.
    pub random: [u8; 32],
    /// legacy_session_id.
    pub session_id: Vec<u8>,
    /// cipher_suites, GREASE included.
    pub cipher_suites: Vec<CipherSuite>,
    /// legacy_compression_methods.
    pub compression_methods: Vec<u8>,
    /// extensions, in order. None of them and an empty block look alike here; an empty block is not written.
    pub extensions: Vec<RawExtension>,
}

impl ClientHelloMessage {
    /// The body of the extension `code`, if it is there.
    pub fn extension(&self, code: u16) -> Option<&[u8]> {
        find(&self.extensions, code)
    }

    /// The name in server_name (RFC 6066 section 3), if it is there and readable.
    pub fn server_name(&self) -> Option<String> {
        let mut reader = Reader::new(self.extension(0)?);
        let mut list = Reader::new(reader.vector16()?);
        while let Some(kind) = list.u8() {
            let name = list.vector16()?;
            if kind == 0 {
                return String::from_utf8(name.to_vec()).ok();
            }
        }
        None
    }

    /// The versions of supported_versions, or those up to legacy_version.
    pub fn versions(&self) -> Vec<ProtocolVersion> {
        match self.extension(43).and_then(|body| Reader::new(body).vector8()) {
            Some(list) => numbers(list).into_iter().map(ProtocolVersion).collect(),
            None => (ProtocolVersion::SSL3.0..=self.legacy_version.0).rev().map(ProtocolVersion).collect(),
        }
    }

    /// The protocols of ALPN (RFC 7301 section 3.1).
    pub fn alpn(&self) -> Vec<Vec<u8>> {
        let mut protocols = Vec::new();
        let mut list = self.extension(16).and_then(|body| Reader::new(body).vector16()).map(Reader::new);
        while let Some(protocol) = list.as_mut().and_then(Reader::vector8) {
            protocols.push(protocol.to_vec());
        }
        protocols
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = self.legacy_version.0.to_be_bytes().to_vec();
        out.extend_from_slice(&self.random);
        put8(&mut out, &self.session_id);
        let suites: Vec<u8> = self.cipher_suites.iter().flat_map(|suite| suite.0.to_be_bytes()).collect();
        put16(&mut out, &suites);
        put8(&mut out, &self.compression_methods);
        if !self.extensions.is_empty() {
            put16(&mut out, &encode_extensions(&self.extensions));
        }
        out
    }

    pub(super) fn decode(body: &[u8], defects: &mut Vec<Defect>) -> Option<Self> {
        let mut reader = Reader::new(body);
        let legacy_version = ProtocolVersion(reader.u16()?);
        let random = reader.array()?;
        let session_id = reader.vector8()?.to_vec();
        let suites = reader.vector16()?;
        if suites.len() % 2 != 0 {
            defects.push(Defect::new(reader.place(), "cipher_suites", "an even length", suites.len().to_string()));
        }
        let compression_methods = reader.vector8()?.to_vec();
        let extensions = extensions_at_end(&mut reader, defects);
        let cipher_suites = numbers(suites).into_iter().map(CipherSuite).collect();
        Some(Self { legacy_version, random, session_id, cipher_suites, compression_methods, extensions })
    }
}

/// The body of the extension `code`.
pub(super) fn find(extensions: &[RawExtension], code: u16) -> Option<&[u8]> {
    extensions.iter().find(|extension| extension.code.0 == code).map(|extension| extension.body.as_slice())
}

/// The extensions without the length of the block.
pub(super) fn encode_extensions(extensions: &[RawExtension]) -> Vec<u8> {
    let mut out = Vec::new();
    for extension in extensions {
        out.extend_from_slice(&extension.code.0.to_be_bytes());
        put16(&mut out, &extension.body);
    }
    out
}

/// Reads the extensions in `block`, as far as they keep to their form.
pub(super) fn extensions(block: &[u8], at: usize, defects: &mut Vec<Defect>) -> Vec<RawExtension> {
    let mut reader = Reader::new(block);
    let mut found = Vec::new();
    while !reader.is_empty() {
        let place = at.saturating_add(reader.place());
        match (reader.u16(), reader.vector16()) {
            (Some(code), Some(body)) => found.push(RawExtension { code: ExtensionType(code), body: body.to_vec() }),
            _ => {
                defects.push(Defect::new(place, "extension", "type, length and that many octets", format!("{} octets left", reader.rest().len())));
                break;
            }
        }
    }
    found
}

/// The block of extensions that may end a hello, and nothing after it.
pub(super) fn extensions_at_end(reader: &mut Reader<'_>, defects: &mut Vec<Defect>) -> Vec<RawExtension> {
    if reader.is_empty() {
        return Vec::new();
    }
    let place = reader.place();
    let Some(block) = reader.vector16() else {
        defects.push(Defect::new(place, "extensions", "a length and that many octets", format!("{} octets left", reader.rest().len())));
        return Vec::new();
    };
    if !reader.is_empty() {
        defects.push(Defect::new(reader.place(), "extensions", "the end of the message", format!("{} octets more", reader.rest().len())));
    }
    extensions(block, place.saturating_add(2), defects)
}
