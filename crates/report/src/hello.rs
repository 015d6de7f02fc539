//! A ClientHello as data: what to say, before anybody says it.

use crate::{Bytes, CipherSuite, ExtensionType, NamedGroup, ProtocolVersion, SignatureScheme};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Stands for "a GREASE value" (RFC 8701) in any list of code points: the builder replaces each by one
/// of the sixteen values. Equal places of one hello get the values the random octets choose.
pub const GREASE: u16 = 0x0a0a;

/// A ClientHello described element by element, in wire order. `wire` turns it into octets, with the
/// random octets and the server's name given then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClientHello {
    /// How it is framed.
    #[serde(default)]
    pub form: ClientHelloForm,
    /// `legacy_record_version` of the record header (RFC 8446 section 5.1).
    pub record_version: ProtocolVersion,
    /// `legacy_version` (RFC 8446 section 4.1.2); before TLS 1.3 the highest version offered.
    pub legacy_version: ProtocolVersion,
    /// Length of `legacy_session_id` in octets, filled with random ones: 0 or 32 in practice, at most 32.
    pub session_id_length: u8,
    /// `cipher_suites`, in order of preference; [`GREASE`] allowed.
    pub cipher_suites: Vec<CipherSuite>,
    /// `legacy_compression_methods`: normally just 0.
    pub compression_methods: Vec<u8>,
    /// The extensions in wire order. `None` in older hellos means no extensions block at all: an empty
    /// list writes none either.
    pub extensions: Vec<Extension>,
    /// How the handshake message is cut into records.
    #[serde(default)]
    pub records: RecordSplit,
}

/// The framing of a ClientHello.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ClientHelloForm {
    /// A handshake message in records (SSLv3 to TLS 1.3).
    #[default]
    Records,
    /// The SSLv2-compatible CLIENT-HELLO (RFC 5246 section E.2). Extensions are not written.
    Ssl2,
}

/// How a ClientHello is cut into records.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RecordSplit {
    /// One record, or more only where a record would be over 2^14 octets.
    #[default]
    Whole,
    /// Cut after these offsets of the handshake message, ascending.
    At(Vec<u16>),
}

/// One extension of a ClientHello.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Extension {
    /// server_name (RFC 6066 section 3) with the name the experiment asks for; left out when it asks for none
    /// or when the name is an IP address.
    ServerName,
    /// status_request for OCSP (RFC 6066 section 8).
    StatusRequest,
    /// status_request_v2 (RFC 6961).
    StatusRequestV2,
    /// supported_groups (RFC 8422 section 5.1.1, RFC 8446 section 4.2.7).
    SupportedGroups {
        /// In order of preference; [`GREASE`] allowed.
        groups: Vec<NamedGroup>,
    },
    /// ec_point_formats (RFC 8422 section 5.1.2).
    EcPointFormats {
        /// 0 is uncompressed.
        formats: Vec<u8>,
    },
    /// signature_algorithms (RFC 8446 section 4.2.3).
    SignatureAlgorithms {
        /// In order of preference.
        schemes: Vec<SignatureScheme>,
    },
    /// signature_algorithms_cert (RFC 8446 section 4.2.3).
    SignatureAlgorithmsCert {
        /// In order of preference.
        schemes: Vec<SignatureScheme>,
    },
    /// application_layer_protocol_negotiation (RFC 7301).
    Alpn {
        /// In order of preference.
        protocols: Vec<String>,
    },
    /// application_settings (ALPS), code point 17513 or 17613 as Chrome sends it.
    ApplicationSettings {
        /// The code point.
        code: ExtensionType,
        /// The protocols it is offered for.
        protocols: Vec<String>,
    },
    /// signed_certificate_timestamp (RFC 6962 section 3.3.1).
    SignedCertificateTimestamp,
    /// padding (RFC 7685) that brings the ClientHello handshake message, header included, up to a length.
    PaddingTo {
        /// The length wanted, in octets. A hello that is that long already gets no padding.
        length: u16,
    },
    /// padding (RFC 7685) of a fixed size.
    Padding {
        /// Zero octets in the extension's body.
        length: u16,
    },
    /// encrypt_then_mac (RFC 7366).
    EncryptThenMac,
    /// extended_master_secret (RFC 7627).
    ExtendedMasterSecret,
    /// compress_certificate (RFC 8879).
    CompressCertificate {
        /// 1 zlib, 2 brotli, 3 zstd.
        algorithms: Vec<u16>,
    },
    /// record_size_limit (RFC 8449).
    RecordSizeLimit {
        /// In octets.
        limit: u16,
    },
    /// delegated_credential (RFC 9345).
    DelegatedCredential {
        /// In order of preference.
        schemes: Vec<SignatureScheme>,
    },
    /// session_ticket, empty (RFC 5077).
    SessionTicket,
    /// supported_versions (RFC 8446 section 4.2.1).
    SupportedVersions {
        /// In order of preference; [`GREASE`] allowed.
        versions: Vec<ProtocolVersion>,
    },
    /// psk_key_exchange_modes (RFC 8446 section 4.2.9).
    PskKeyExchangeModes {
        /// 1 is psk_dhe_ke.
        modes: Vec<u8>,
    },
    /// post_handshake_auth (RFC 8446 section 4.2.6).
    PostHandshakeAuth,
    /// key_share (RFC 8446 section 4.2.8) with fresh keys of our own.
    KeyShare {
        /// One share per group, in order; [`GREASE`] gets one zero octet. An empty list asks for a HelloRetryRequest.
        groups: Vec<NamedGroup>,
    },
    /// renegotiation_info, empty (RFC 5746).
    RenegotiationInfo,
    /// encrypted_client_hello filled with random octets, the GREASE of RFC 9849 section 6.2.
    EncryptedClientHelloGrease,
    /// An empty extension with a GREASE code point (RFC 8701), or with one zero octet.
    Grease {
        /// 0 or 1 octets of body.
        length: u8,
    },
    /// Anything else.
    Raw {
        /// The code point.
        code: ExtensionType,
        /// The body, without type and length.
        body: Bytes,
    },
}

impl ClientHello {
    /// The versions it offers: the supported_versions list if there is one (RFC 8446 section 4.2.1), otherwise
    /// every version from SSLv3 to `legacy_version`. GREASE is left out.
    pub fn versions(&self) -> Vec<ProtocolVersion> {
        for extension in &self.extensions {
            if let Extension::SupportedVersions { versions } = extension {
                return versions
                    .iter()
                    .copied()
                    .filter(|version| !is_grease(version.0))
                    .collect();
            }
        }
        (ProtocolVersion::SSL3.0..=self.legacy_version.0.min(ProtocolVersion::TLS1_2.0))
            .rev()
            .map(ProtocolVersion)
            .collect()
    }

    /// The groups of supported_groups, GREASE left out; empty without the extension.
    pub fn groups(&self) -> Vec<NamedGroup> {
        let found = self
            .extensions
            .iter()
            .find_map(|extension| match extension {
                Extension::SupportedGroups { groups } => Some(groups),
                _ => None,
            });
        found
            .into_iter()
            .flatten()
            .copied()
            .filter(|group| !is_grease(group.0))
            .collect()
    }

    /// The groups it sends a key share for, GREASE left out.
    pub fn key_shares(&self) -> Vec<NamedGroup> {
        let found = self
            .extensions
            .iter()
            .find_map(|extension| match extension {
                Extension::KeyShare { groups } => Some(groups),
                _ => None,
            });
        found
            .into_iter()
            .flatten()
            .copied()
            .filter(|group| !is_grease(group.0))
            .collect()
    }

    /// The schemes of signature_algorithms, or `None` without the extension.
    pub fn signature_schemes(&self) -> Option<&[SignatureScheme]> {
        self.extensions
            .iter()
            .find_map(|extension| match extension {
                Extension::SignatureAlgorithms { schemes } => Some(schemes.as_slice()),
                _ => None,
            })
    }

    /// The protocols of the ALPN extension, or `None` without it.
    pub fn alpn(&self) -> Option<&[String]> {
        self.extensions
            .iter()
            .find_map(|extension| match extension {
                Extension::Alpn { protocols } => Some(protocols.as_slice()),
                _ => None,
            })
    }

    /// Whether it carries server_name.
    pub fn has_server_name(&self) -> bool {
        self.extensions.contains(&Extension::ServerName)
    }
}

/// Whether `code` is one of the sixteen GREASE values `0x?A?A` (RFC 8701 section 2).
pub(crate) fn is_grease(code: u16) -> bool {
    code & 0x0f0f == GREASE && code >> 8 == code & 0xff
}
