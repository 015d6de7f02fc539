//! ServerHello and HelloRetryRequest (RFC 8446 sections 4.1.3 and 4.1.4).

use super::client_hello::session_id;
use super::extension::{self, RawExtension, find};
use crate::body::Body;
use crate::defect::Defect;
use crate::reader::{Reader, put8, put16};
use report::{CipherSuite, NamedGroup, ProtocolVersion};

/// The random that makes a ServerHello a HelloRetryRequest: the SHA-256 of "HelloRetryRequest".
pub const RETRY_RANDOM: [u8; 32] = [
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
    0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

/// ServerHello or HelloRetryRequest.
///
/// ```text
/// legacy_version (2) | random (32) | legacy_session_id_echo <0..32> | cipher_suite (2)
/// | legacy_compression_method (1) | extensions <0..2^16-1>, or nothing at all
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerHello {
    /// legacy_version.
    pub legacy_version: ProtocolVersion,
    /// random; [`RETRY_RANDOM`] makes it a HelloRetryRequest.
    pub random: [u8; 32],
    /// legacy_session_id_echo.
    pub session_id: Vec<u8>,
    /// cipher_suite.
    pub cipher_suite: CipherSuite,
    /// legacy_compression_method.
    pub compression: u8,
    /// extensions, in order. None of them and an empty block look alike here; an empty block is not written.
    pub extensions: Vec<RawExtension>,
}

impl ServerHello {
    /// Whether it is a HelloRetryRequest.
    pub fn is_retry(&self) -> bool {
        self.random == RETRY_RANDOM
    }

    /// The body of the first extension with that code, if it is there.
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
        if self.is_retry() {
            return Some((group, &[]));
        }
        Some((group, reader.vector16()?))
    }

    /// The cookie of a HelloRetryRequest (RFC 8446 section 4.2.2).
    pub fn cookie(&self) -> Option<&[u8]> {
        Reader::new(self.extension(44)?).vector16()
    }

    /// The application protocol selected before TLS 1.3 (RFC 7301); later it stands in EncryptedExtensions.
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
            put16(&mut out, &extension::encode(&self.extensions));
        }
        out
    }

    pub(super) fn decode(mut body: Body<'_>, defects: &mut Vec<Defect>) -> Result<Self, Defect> {
        Ok(Self {
            legacy_version: ProtocolVersion(body.u16("server_version")?),
            random: body.array("random")?,
            session_id: session_id(&mut body, defects)?,
            cipher_suite: CipherSuite(body.u16("cipher_suite")?),
            compression: body.u8("compression_method")?,
            extensions: extension::decode_at_end(&mut body, defects),
        })
    }
}

/// The one protocol of a server's ALPN extension.
pub(crate) fn selected_protocol(body: &[u8]) -> Option<String> {
    let protocol = Reader::new(Reader::new(body).vector16()?).vector8()?;
    Some(String::from_utf8_lossy(protocol).into_owned())
}
