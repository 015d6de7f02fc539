//! Any handshake message.

use super::certificate::{CertificateMessage, CertificateRequest, CertificateVerify};
use super::client_hello::ClientHelloMessage;
use super::extension::{self, RawExtension};
use super::key_exchange::ServerKeyExchange;
use super::server_hello::ServerHello;
use super::ticket::NewSessionTicket;
use crate::body::Body;
use crate::defect::Defect;
use crate::reader::{put16, put24};
use report::{CipherSuite, HandshakeType, ProtocolVersion};

/// What earlier messages decided about the form of later ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Context {
    /// The version in use; TLS 1.2 until a ServerHello says otherwise.
    pub version: ProtocolVersion,
    /// The cipher suite in use, once a ServerHello has said.
    pub cipher_suite: Option<CipherSuite>,
}

impl Default for Context {
    fn default() -> Self {
        Self {
            version: ProtocolVersion::TLS1_2,
            cipher_suite: None,
        }
    }
}

impl Context {
    /// Takes note of what a ServerHello or HelloRetryRequest decides; other messages decide nothing.
    pub fn note(&mut self, message: &HandshakeMessage) {
        use HandshakeMessage::{HelloRetryRequest, ServerHello};
        if let ServerHello(hello) | HelloRetryRequest(hello) = message {
            self.version = hello.selected_version();
            self.cipher_suite = Some(hello.cipher_suite);
        }
    }

    /// Whether messages have the forms of TLS 1.3.
    pub(crate) fn modern(&self) -> bool {
        self.version >= ProtocolVersion::TLS1_3
    }
}

/// A handshake message.
///
/// ```text
/// msg_type (1) | length (3) | body
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HandshakeMessage {
    /// RFC 5246 section 7.4.1.1.
    HelloRequest,
    /// RFC 8446 section 4.1.2.
    ClientHello(ClientHelloMessage),
    /// RFC 8446 section 4.1.3.
    ServerHello(ServerHello),
    /// RFC 8446 section 4.1.4.
    HelloRetryRequest(ServerHello),
    /// RFC 8446 section 4.6.1, RFC 5077 section 3.3.
    NewSessionTicket(NewSessionTicket),
    /// RFC 8446 section 4.5.
    EndOfEarlyData,
    /// RFC 8446 section 4.3.1.
    EncryptedExtensions(Vec<RawExtension>),
    /// RFC 8446 section 4.4.2, RFC 5246 section 7.4.2.
    Certificate(CertificateMessage),
    /// RFC 5246 section 7.4.3.
    ServerKeyExchange(ServerKeyExchange),
    /// RFC 8446 section 4.3.2, RFC 5246 section 7.4.4.
    CertificateRequest(CertificateRequest),
    /// RFC 5246 section 7.4.5.
    ServerHelloDone,
    /// RFC 8446 section 4.4.3, RFC 5246 section 7.4.8.
    CertificateVerify(CertificateVerify),
    /// RFC 5246 section 7.4.7; its form depends on the key exchange and is not read.
    ClientKeyExchange(Vec<u8>),
    /// verify_data (RFC 8446 section 4.4.4, RFC 5246 section 7.4.9).
    Finished(Vec<u8>),
    /// RFC 6066 section 8 and RFC 6961: status_type, then a response or a list of them.
    CertificateStatus(Vec<u8>),
    /// request_update (RFC 8446 section 4.6.3).
    KeyUpdate(u8),
    /// RFC 8879 section 4.
    CompressedCertificate {
        /// 1 zlib, 2 brotli, 3 zstd.
        algorithm: u16,
        /// uncompressed_length, in octets, at most 2^24-1.
        uncompressed: u32,
        /// compressed_certificate_message.
        compressed: Vec<u8>,
    },
    /// A type that is not read further, or a body that does not keep to its form.
    Unknown {
        /// msg_type.
        typ: HandshakeType,
        /// The body.
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

    /// The message with its header of type and length, in the form of `version`. Vectors longer than their length can
    /// say are cut.
    pub fn encode(&self, version: ProtocolVersion) -> Vec<u8> {
        let mut out = vec![self.typ().0];
        put24(&mut out, &self.encode_body(version));
        out
    }

    fn encode_body(&self, version: ProtocolVersion) -> Vec<u8> {
        let modern = version >= ProtocolVersion::TLS1_3;
        match self {
            Self::HelloRequest | Self::EndOfEarlyData | Self::ServerHelloDone => Vec::new(),
            Self::ClientHello(hello) => hello.encode(),
            Self::ServerHello(hello) | Self::HelloRetryRequest(hello) => hello.encode(),
            Self::NewSessionTicket(ticket) => ticket.encode(modern),
            Self::EncryptedExtensions(extensions) => {
                let mut out = Vec::new();
                put16(&mut out, &extension::encode(extensions));
                out
            }
            Self::Certificate(certificate) => certificate.encode(modern),
            Self::ServerKeyExchange(exchange) => exchange.encode(),
            Self::CertificateRequest(request) => request.encode(version),
            Self::CertificateVerify(verify) => verify.encode(),
            Self::ClientKeyExchange(body)
            | Self::Finished(body)
            | Self::CertificateStatus(body)
            | Self::Unknown { body, .. } => body.clone(),
            Self::KeyUpdate(request) => vec![*request],
            Self::CompressedCertificate {
                algorithm,
                uncompressed,
                compressed,
            } => {
                let mut out = algorithm.to_be_bytes().to_vec();
                out.extend(uncompressed.to_be_bytes().iter().skip(1));
                put24(&mut out, compressed);
                out
            }
        }
    }

    /// Reads a message's body. What can be read is; each departure from the message's form is a defect, its offset
    /// counted from the body's first octet.
    pub fn decode(typ: HandshakeType, body: &[u8], context: &Context) -> (Self, Vec<Defect>) {
        let mut defects = Vec::new();
        let message = Self::read(typ, Body::new(body), context, &mut defects);
        let message = message.unwrap_or_else(|defect| {
            defects.push(defect);
            Self::Unknown {
                typ,
                body: body.to_vec(),
            }
        });
        (message, defects)
    }

    fn read(
        typ: HandshakeType,
        mut body: Body<'_>,
        context: &Context,
        defects: &mut Vec<Defect>,
    ) -> Result<Self, Defect> {
        let (version, modern) = (context.version, context.modern());
        let octets = || body.rest().to_vec();
        Ok(match typ.0 {
            0 => empty(Self::HelloRequest, body, "hello_request", defects),
            1 => Self::ClientHello(ClientHelloMessage::decode(body, defects)?),
            2 => {
                let hello = ServerHello::decode(body, defects)?;
                let is_retry = hello.is_retry();
                if is_retry {
                    Self::HelloRetryRequest(hello)
                } else {
                    Self::ServerHello(hello)
                }
            }
            4 => Self::NewSessionTicket(NewSessionTicket::decode(body, modern, defects)?),
            5 => empty(Self::EndOfEarlyData, body, "end_of_early_data", defects),
            8 => {
                let block = body.vector16("extensions")?;
                body.end("encrypted_extensions", defects);
                Self::EncryptedExtensions(extension::decode(block, defects))
            }
            11 => Self::Certificate(CertificateMessage::decode(body, modern, defects)?),
            12 => Self::ServerKeyExchange(ServerKeyExchange::decode(body, context, defects)),
            13 => Self::CertificateRequest(CertificateRequest::decode(body, version, defects)?),
            14 => empty(Self::ServerHelloDone, body, "server_hello_done", defects),
            15 => Self::CertificateVerify(CertificateVerify::decode(body, version, defects)?),
            16 => Self::ClientKeyExchange(octets()),
            20 => Self::Finished(octets()),
            22 => Self::CertificateStatus(octets()),
            24 => {
                let request = body.u8("request_update")?;
                body.end("key_update", defects);
                Self::KeyUpdate(request)
            }
            25 => {
                let algorithm = body.u16("algorithm")?;
                let uncompressed = u32::try_from(body.u24("uncompressed_length")?);
                let compressed = body
                    .vector24("compressed_certificate_message")?
                    .rest()
                    .to_vec();
                body.end("compressed_certificate", defects);
                let uncompressed = uncompressed.unwrap_or(u32::MAX);
                Self::CompressedCertificate {
                    algorithm,
                    uncompressed,
                    compressed,
                }
            }
            _ => {
                if !is_registered(typ) {
                    let got = typ.0.to_string();
                    defects.push(Defect::new(0, "msg_type", "a registered type", got));
                }
                Self::Unknown {
                    typ,
                    body: octets(),
                }
            }
        })
    }
}

fn empty(
    message: HandshakeMessage,
    body: Body<'_>,
    field: &'static str,
    defects: &mut Vec<Defect>,
) -> HandshakeMessage {
    body.end(field, defects);
    message
}

/// The types that are registered but not read further: certificate_url, supplemental_data, and next_protocol, which
/// never was registered but sent by many.
fn is_registered(typ: HandshakeType) -> bool {
    matches!(typ.0, 3 | 6 | 9 | 10 | 17 | 18 | 21 | 23 | 26 | 67 | 254)
}
