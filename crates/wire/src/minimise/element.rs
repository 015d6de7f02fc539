//! What a ClientHello is made of, as far as single changes go.

use crate::registry;
use report::{CipherSuite, ExtensionType, GREASE, NamedGroup, ProtocolVersion, SignatureScheme};
use std::fmt;

/// What was done to the failing hello to make it work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// The element was put in.
    Added,
    /// The element was taken out.
    Removed,
}

/// One element of a ClientHello. Its `Display` is technical and of no language.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(
    missing_docs,
    reason = "the variants and fields are named after what they hold"
)]
pub enum Element {
    Extension {
        code: ExtensionType,
        change: Change,
    },
    /// The same extension with another body.
    ExtensionBody {
        code: ExtensionType,
    },
    Version {
        code: ProtocolVersion,
        change: Change,
    },
    CipherSuite {
        code: CipherSuite,
        change: Change,
    },
    Group {
        code: NamedGroup,
        change: Change,
    },
    KeyShare {
        code: NamedGroup,
        change: Change,
    },
    SignatureScheme {
        code: SignatureScheme,
        change: Change,
    },
    AlpnProtocol {
        name: String,
        change: Change,
    },
    CompressionMethods,
    LegacyVersion {
        from: ProtocolVersion,
        to: ProtocolVersion,
    },
    RecordVersion {
        from: ProtocolVersion,
        to: ProtocolVersion,
    },
    SessionId,
    Form,
    RecordSplit,
    /// The order of elements that are otherwise the same.
    Order,
}

impl Element {
    /// Whether something was put in or taken out; `None` where something was replaced.
    pub fn change(&self) -> Option<Change> {
        match self {
            Self::Extension { change, .. }
            | Self::Version { change, .. }
            | Self::CipherSuite { change, .. }
            | Self::Group { change, .. }
            | Self::KeyShare { change, .. }
            | Self::SignatureScheme { change, .. }
            | Self::AlpnProtocol { change, .. } => Some(*change),
            _ => None,
        }
    }
}

impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Extension { code, .. } | Self::ExtensionBody { code } if code.0 == GREASE => {
                f.write_str("extension GREASE")
            }
            Self::Extension { code, .. } | Self::ExtensionBody { code } => write!(
                f,
                "extension {} {}",
                code.0,
                registry::extension_name(*code)
            ),
            Self::Version { code, .. } => write!(f, "version {code}"),
            Self::CipherSuite { code, .. } if code.0 == GREASE => {
                f.write_str("cipher suite GREASE")
            }
            Self::CipherSuite { code, .. } => {
                write!(f, "cipher suite {}", registry::cipher_suite_name(*code))
            }
            Self::Group { code, .. } if code.0 == GREASE => f.write_str("group GREASE"),
            Self::Group { code, .. } => write!(f, "group {}", registry::group_name(*code)),
            Self::KeyShare { code, .. } => write!(f, "key share {}", registry::group_name(*code)),
            Self::SignatureScheme { code, .. } => write!(
                f,
                "signature scheme {}",
                registry::signature_scheme_name(*code)
            ),
            Self::AlpnProtocol { name, .. } => write!(f, "ALPN {name}"),
            Self::CompressionMethods => f.write_str("compression_methods"),
            Self::LegacyVersion { from, to } => write!(f, "legacy_version {from} → {to}"),
            Self::RecordVersion { from, to } => write!(f, "legacy_record_version {from} → {to}"),
            Self::SessionId => f.write_str("legacy_session_id"),
            Self::Form => f.write_str("SSLv2 ClientHello"),
            Self::RecordSplit => f.write_str("record split"),
            Self::Order => f.write_str("order"),
        }
    }
}
