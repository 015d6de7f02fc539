//! What a ClientHello is made of, as far as single changes go.

use crate::registry;
use report::{CipherSuite, ExtensionType, NamedGroup, ProtocolVersion, SignatureScheme};
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
pub enum Element {
    /// An extension as a whole.
    Extension {
        /// Its code point; the GREASE placeholder for any of them.
        code: ExtensionType,
        /// What was done.
        change: Change,
    },
    /// The same extension with another body.
    ExtensionBody {
        /// Its code point.
        code: ExtensionType,
    },
    /// A version, in supported_versions or by legacy_version. TLS 1.3 comes and goes with the
    /// extensions and cipher suites that only it has.
    Version {
        /// Which.
        code: ProtocolVersion,
        /// What was done.
        change: Change,
    },
    /// A cipher suite.
    CipherSuite {
        /// Which.
        code: CipherSuite,
        /// What was done.
        change: Change,
    },
    /// A group of supported_groups; it goes with its key share and comes without one.
    Group {
        /// Which.
        code: NamedGroup,
        /// What was done.
        change: Change,
    },
    /// The key share of a group that is offered anyway.
    KeyShare {
        /// The group.
        code: NamedGroup,
        /// What was done.
        change: Change,
    },
    /// A scheme of signature_algorithms.
    SignatureScheme {
        /// Which.
        code: SignatureScheme,
        /// What was done.
        change: Change,
    },
    /// A protocol of ALPN.
    AlpnProtocol {
        /// Its name.
        name: String,
        /// What was done.
        change: Change,
    },
    /// legacy_compression_methods.
    CompressionMethods,
    /// legacy_version, where supported_versions says which versions are offered.
    LegacyVersion {
        /// In the failing hello.
        from: ProtocolVersion,
        /// In the working one.
        to: ProtocolVersion,
    },
    /// The record's version.
    RecordVersion {
        /// In the failing hello.
        from: ProtocolVersion,
        /// In the working one.
        to: ProtocolVersion,
    },
    /// The length of legacy_session_id.
    SessionId,
    /// The SSLv2 form or records.
    Form,
    /// How the message is cut into records.
    RecordSplit,
    /// The order of elements that are otherwise the same.
    Order,
}

impl Element {
    /// Which kind of element it is, in kebab case: a permanent word for programs.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Extension { .. } => "extension",
            Self::ExtensionBody { .. } => "extension-body",
            Self::Version { .. } => "version",
            Self::CipherSuite { .. } => "cipher-suite",
            Self::Group { .. } => "group",
            Self::KeyShare { .. } => "key-share",
            Self::SignatureScheme { .. } => "signature-scheme",
            Self::AlpnProtocol { .. } => "alpn-protocol",
            Self::CompressionMethods => "compression-methods",
            Self::LegacyVersion { .. } => "legacy-version",
            Self::RecordVersion { .. } => "record-version",
            Self::SessionId => "session-id",
            Self::Form => "form",
            Self::RecordSplit => "record-split",
            Self::Order => "order",
        }
    }

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
            Self::ExtensionBody { .. }
            | Self::CompressionMethods
            | Self::LegacyVersion { .. }
            | Self::RecordVersion { .. }
            | Self::SessionId
            | Self::Form
            | Self::RecordSplit
            | Self::Order => None,
        }
    }
}

impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Extension { code, .. } | Self::ExtensionBody { code } => {
                let name = registry::extension_name(*code);
                if registry::is_grease(code.0) {
                    write!(f, "extension {name}")
                } else {
                    write!(f, "extension {} {name}", code.0)
                }
            }
            Self::Version { code, .. } if registry::is_grease(code.0) => {
                f.write_str("version GREASE")
            }
            Self::Version { code, .. } => write!(f, "version {code}"),
            Self::CipherSuite { code, .. } => {
                write!(f, "cipher suite {}", registry::cipher_suite_name(*code))
            }
            Self::Group { code, .. } => write!(f, "group {}", registry::group_name(*code)),
            Self::KeyShare { code, .. } => write!(f, "key share {}", registry::group_name(*code)),
            Self::SignatureScheme { code, .. } => {
                write!(
                    f,
                    "signature scheme {}",
                    registry::signature_scheme_name(*code)
                )
            }
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
