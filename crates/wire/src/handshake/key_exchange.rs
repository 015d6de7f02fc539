//! ServerKeyExchange of TLS 1.2 and before (RFC 5246 section 7.4.3, RFC 8422 section 5.4).

use crate::reader::{Reader, put8, put16};
use report::{NamedGroup, ProtocolVersion, SignatureScheme};

const NAMED_CURVE: u8 = 3;

/// ServerKeyExchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerKeyExchange {
    /// What is exchanged.
    pub parameters: KeyExchangeParameters,
    /// The signature over it; `None` for anonymous and some PSK suites.
    pub signature: Option<ServerSignature>,
}

/// What a ServerKeyExchange exchanges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyExchangeParameters {
    /// ECDHE over a named curve.
    Ecdhe {
        /// The curve.
        group: NamedGroup,
        /// The server's point.
        public: Vec<u8>,
    },
    /// Finite-field Diffie-Hellman.
    Dhe {
        /// The prime, big-endian.
        prime: Vec<u8>,
        /// The generator, big-endian.
        generator: Vec<u8>,
        /// The server's value, big-endian.
        public: Vec<u8>,
    },
    /// Anything else, signature included.
    Other(Vec<u8>),
}

/// A signature of TLS 1.2 or before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerSignature {
    /// Hash and signature algorithm; before TLS 1.2 none is written.
    pub scheme: Option<SignatureScheme>,
    /// The signature.
    pub signature: Vec<u8>,
}

impl ServerKeyExchange {
    /// The octets that are signed, after the two randoms.
    pub fn signed_parameters(&self) -> Vec<u8> {
        let mut out = Vec::new();
        match &self.parameters {
            KeyExchangeParameters::Ecdhe { group, public } => {
                out.push(NAMED_CURVE);
                out.extend_from_slice(&group.0.to_be_bytes());
                put8(&mut out, public);
            }
            KeyExchangeParameters::Dhe { prime, generator, public } => {
                for part in [prime, generator, public] {
                    put16(&mut out, part);
                }
            }
            KeyExchangeParameters::Other(octets) => out.extend_from_slice(octets),
        }
        out
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = self.signed_parameters();
        if let Some(signature) = &self.signature {
            if let Some(scheme) = signature.scheme {
                out.extend_from_slice(&scheme.0.to_be_bytes());
            }
            put16(&mut out, &signature.signature);
        }
        out
    }

    /// The message does not say which key exchange it belongs to; only one reading uses up all of it.
    pub(super) fn decode(body: &[u8], version: ProtocolVersion) -> Self {
        let ecdhe = |reader: &mut Reader<'_>| {
            if reader.u8()? != NAMED_CURVE {
                return None;
            }
            let group = NamedGroup(reader.u16()?);
            Some(KeyExchangeParameters::Ecdhe { group, public: reader.vector8()?.to_vec() })
        };
        let dhe = |reader: &mut Reader<'_>| {
            let mut part = || reader.vector16().filter(|part| !part.is_empty()).map(<[u8]>::to_vec);
            Some(KeyExchangeParameters::Dhe { prime: part()?, generator: part()?, public: part()? })
        };
        let read: [&dyn Fn(&mut Reader<'_>) -> Option<KeyExchangeParameters>; 2] = [&ecdhe, &dhe];
        for parameters in read {
            let mut reader = Reader::new(body);
            let Some(parameters) = parameters(&mut reader) else { continue };
            if reader.is_empty() {
                return Self { parameters, signature: None };
            }
            let signature = signature(&mut reader, version);
            if signature.is_some() && reader.is_empty() {
                return Self { parameters, signature };
            }
        }
        Self { parameters: KeyExchangeParameters::Other(body.to_vec()), signature: None }
    }
}

fn signature(reader: &mut Reader<'_>, version: ProtocolVersion) -> Option<ServerSignature> {
    let scheme = if version >= ProtocolVersion::TLS1_2 { Some(SignatureScheme(reader.u16()?)) } else { None };
    Some(ServerSignature { scheme, signature: reader.vector16()?.to_vec() })
}
