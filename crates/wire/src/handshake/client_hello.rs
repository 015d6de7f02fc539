//! ClientHello (RFC 8446 section 4.1.2).

use super::extension::{self, RawExtension, find};
use crate::body::Body;
use crate::defect::Defect;
use crate::reader::{Reader, numbers, put8, put16};
use report::{CipherSuite, ProtocolVersion};

/// Octets of the longest legacy_session_id.
pub(super) const LONGEST_SESSION_ID: usize = 32;

/// A ClientHello as it stands on the wire.
///
/// ```text
/// legacy_version (2) | random (32) | legacy_session_id <0..32> | cipher_suites <2..2^16-2>
/// | legacy_compression_methods <1..2^8-1> | extensions <0..2^16-1>, or nothing at all
/// ```
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
    /// The body of the first extension with that code, if it is there.
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

    /// The versions of supported_versions (RFC 8446 section 4.2.1), GREASE included; without it those from
    /// legacy_version down to SSLv3.
    pub fn versions(&self) -> Vec<ProtocolVersion> {
        let listed = self
            .extension(43)
            .and_then(|body| Reader::new(body).vector8());
        if let Some(list) = listed {
            return numbers(list).into_iter().map(ProtocolVersion).collect();
        }
        let highest = self.legacy_version.min(ProtocolVersion::TLS1_2);
        (ProtocolVersion::SSL3.0..=highest.0)
            .rev()
            .map(ProtocolVersion)
            .collect()
    }

    /// The protocols of ALPN (RFC 7301 section 3.1).
    pub fn alpn(&self) -> Vec<Vec<u8>> {
        let mut protocols = Vec::new();
        let list = self
            .extension(16)
            .and_then(|body| Reader::new(body).vector16());
        let mut list = Reader::new(list.unwrap_or_default());
        while let Some(protocol) = list.vector8() {
            protocols.push(protocol.to_vec());
        }
        protocols
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = self.legacy_version.0.to_be_bytes().to_vec();
        out.extend_from_slice(&self.random);
        put8(&mut out, &self.session_id);
        let suites = self
            .cipher_suites
            .iter()
            .flat_map(|suite| suite.0.to_be_bytes());
        put16(&mut out, &suites.collect::<Vec<u8>>());
        put8(&mut out, &self.compression_methods);
        if !self.extensions.is_empty() {
            put16(&mut out, &extension::encode(&self.extensions));
        }
        out
    }

    pub(super) fn decode(mut body: Body<'_>, defects: &mut Vec<Defect>) -> Result<Self, Defect> {
        let legacy_version = ProtocolVersion(body.u16("client_version")?);
        let random = body.array("random")?;
        let session_id = session_id(&mut body, defects)?;
        let suites = body
            .vector16("cipher_suites")?
            .numbers("cipher_suites", defects);
        let compression_methods = body.vector8("compression_methods")?.rest().to_vec();
        Ok(Self {
            legacy_version,
            random,
            session_id,
            cipher_suites: suites.into_iter().map(CipherSuite).collect(),
            compression_methods,
            extensions: extension::decode_at_end(&mut body, defects),
        })
    }
}

/// A session id, which may be longer than allowed.
pub(super) fn session_id(
    body: &mut Body<'_>,
    defects: &mut Vec<Defect>,
) -> Result<Vec<u8>, Defect> {
    let place = body.place();
    let session_id = body.vector8("session_id")?.rest().to_vec();
    if session_id.len() > LONGEST_SESSION_ID {
        let got = format!("{} octets", session_id.len());
        defects.push(Defect::new(place, "session_id", "at most 32 octets", got));
    }
    Ok(session_id)
}
