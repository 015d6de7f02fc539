//! Any handshake message.

use super::client_hello::{ClientHelloMessage, RawExtension, encode_extensions, extensions_at_end};
use super::key_exchange::ServerKeyExchange;
use super::server::{CertificateMessage, CertificateRequest, CertificateVerify, ServerHello};
use crate::defect::Defect;
use crate::reader::{Reader, put16, put24};
use report::{HandshakeType, ProtocolVersion};

/// What earlier messages decided about the form of later ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Context {
    /// The version in use; TLS 1.2 until a ServerHello says otherwise.
    pub version: ProtocolVersion,
}

impl Default for Context {
    fn default() -> Self {
        Self { version: ProtocolVersion::TLS1_2 }
    }
}

/// A handshake message (RFC 8446 section 4, RFC 5246 section 7.4).
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants have the names of the messages; their fields are documented on the types")]
pub enum HandshakeMessage {
    HelloRequest,
    ClientHello(ClientHelloMessage),
    ServerHello(ServerHello),
    HelloRetryRequest(ServerHello),
    NewSessionTicket(Vec<u8>),
    EndOfEarlyData,
    EncryptedExtensions(Vec<RawExtension>),
    Certificate(CertificateMessage),
    ServerKeyExchange(ServerKeyExchange),
    CertificateRequest(CertificateRequest),
    ServerHelloDone,
    CertificateVerify(CertificateVerify),
    ClientKeyExchange(Vec<u8>),
    Finished(Vec<u8>),
    /// An OCSP response (RFC 6066 section 8), with its octet of type in front.
    CertificateStatus(Vec<u8>),
    KeyUpdate(u8),
    /// RFC 8879 section 4.
    CompressedCertificate {
        algorithm: u16,
        /// The length the content says it has uncompressed.
        uncompressed: u32,
        compressed: Vec<u8>,
    },
    /// A type that is not known, or a body that does not keep to its form.
    Unknown {
        typ: HandshakeType,
        body: Vec<u8>,
    },
}

impl HandshakeMessage {
    /// Its HandshakeType.
    pub fn typ(&self) -> HandshakeType {
        HandshakeType(match self {
            Self::HelloRequest => 0,
            Self::ClientHello(_) => 1,
            Self::ServerHello(_) | Self::HelloRetryRequest(_) => 2,
            Self::NewSessionTicket(_) => 4,
            Self::EndOfEarlyData => 5,
            Self::EncryptedExtensions(_) => 8,
            Self::Certificate(_) => 11,
            Self::ServerKeyExchange(_) => 12,
            Self::CertificateRequest(_) => 13,
            Self::ServerHelloDone => 14,
            Self::CertificateVerify(_) => 15,
            Self::ClientKeyExchange(_) => 16,
            Self::Finished(_) => 20,
            Self::CertificateStatus(_) => 22,
            Self::KeyUpdate(_) => 24,
            Self::CompressedCertificate { .. } => 25,
            Self::Unknown { typ, .. } => return *typ,
        })
    }

    /// The message with its header of type and length, in the form of `version`.
    pub fn encode(&self, version: ProtocolVersion) -> Vec<u8> {
        let body = match self {
            Self::HelloRequest | Self::EndOfEarlyData | Self::ServerHelloDone => Vec::new(),
            Self::ClientHello(hello) => hello.encode(),
            Self::ServerHello(hello) | Self::HelloRetryRequest(hello) => hello.encode(),
            Self::EncryptedExtensions(extensions) => {
                let mut out = Vec::new();
                put16(&mut out, &encode_extensions(extensions));
                out
            }
            Self::Certificate(certificate) => certificate.encode(version >= ProtocolVersion::TLS1_3),
            Self::ServerKeyExchange(exchange) => exchange.encode(),
            Self::CertificateRequest(request) => request.encode(version),
            Self::CertificateVerify(verify) => verify.encode(),
            Self::NewSessionTicket(body) | Self::ClientKeyExchange(body) | Self::Finished(body) | Self::CertificateStatus(body) => body.clone(),
            Self::KeyUpdate(request) => vec![*request],
            Self::CompressedCertificate { algorithm, uncompressed, compressed } => {
                let mut out = algorithm.to_be_bytes().to_vec();
                out.extend(uncompressed.to_be_bytes().iter().skip(1));
                put24(&mut out, compressed);
                out
            }
            Self::Unknown { body, .. } => body.clone(),
        };
        let mut out = vec![self.typ().0];
        put24(&mut out, &body);
        out
    }

    /// Reads a message's body. Defects count from the body's first octet.
    pub fn decode(typ: HandshakeType, body: &[u8], context: &Context) -> (Self, Vec<Defect>) {
        let mut defects = Vec::new();
        if let Some(message) = Self::known(typ, body, context, &mut defects) {
            return (message, defects);
        }
        if is_known(typ) {
            let name = "handshake message";
            defects.push(Defect::new(0, name, format!("the form of type {}", typ.0), format!("{} octets that end too early or go on too long", body.len())));
        } else {
            defects.push(Defect::new(0, "msg_type", "a known handshake type", typ.0.to_string()));
        }
        (Self::Unknown { typ, body: body.to_vec() }, defects)
    }

    fn known(typ: HandshakeType, body: &[u8], context: &Context, defects: &mut Vec<Defect>) -> Option<Self> {
        let version = context.version;
        let modern = version >= ProtocolVersion::TLS1_3;
        let empty = |message: Self| body.is_empty().then_some(message);
        match typ.0 {
            0 => empty(Self::HelloRequest),
            1 => ClientHelloMessage::decode(body, defects).map(Self::ClientHello),
            2 => {
                let hello = ServerHello::decode(body, defects)?;
                Some(if hello.is_retry() { Self::HelloRetryRequest(hello) } else { Self::ServerHello(hello) })
            }
            4 => Some(Self::NewSessionTicket(body.to_vec())),
            5 => empty(Self::EndOfEarlyData),
            8 => {
                let mut reader = Reader::new(body);
                (body.len() >= 2).then(|| Self::EncryptedExtensions(extensions_at_end(&mut reader, defects)))
            }
            11 => CertificateMessage::decode(body, modern, defects).map(Self::Certificate),
            12 => Some(Self::ServerKeyExchange(ServerKeyExchange::decode(body, version))),
            13 => CertificateRequest::decode(body, version, defects).map(Self::CertificateRequest),
            14 => empty(Self::ServerHelloDone),
            15 => CertificateVerify::decode(body, version).map(Self::CertificateVerify),
            16 => Some(Self::ClientKeyExchange(body.to_vec())),
            20 => Some(Self::Finished(body.to_vec())),
            22 => Some(Self::CertificateStatus(body.to_vec())),
            24 => (body.len() == 1).then(|| body.first().copied().map(Self::KeyUpdate)).flatten(),
            25 => {
                let mut reader = Reader::new(body);
                let algorithm = reader.u16()?;
                let uncompressed = u32::try_from(reader.u24()?).ok()?;
                Some(Self::CompressedCertificate { algorithm, uncompressed, compressed: reader.vector24()?.to_vec() })
            }
            _ => None,
        }
    }
}

fn is_known(typ: HandshakeType) -> bool {
    matches!(typ.0, 0..=2 | 4 | 5 | 8 | 11..=16 | 20 | 22 | 24 | 25)
}
