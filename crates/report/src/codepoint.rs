//! TLS code points as numbers; their names stand in `wire::registry`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! code_points {
    ($($(#[$doc:meta])* $name:ident($repr:ty, $hex:literal);)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(pub $repr);

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "(", $hex, ")"), self.0)
            }
        }
    )*};
}

code_points! {
    /// `ProtocolVersion` (RFC 8446 section 4.1.2): `0x0002` SSLv2, `0x0300` SSLv3 … `0x0304` TLS 1.3. Ordered by age.
    ProtocolVersion(u16, "{:#06x}");
    /// `CipherSuite` (RFC 8446 section B.4). SSLv2 kinds have three octets and are not here.
    CipherSuite(u16, "{:#06x}");
    /// `NamedGroup` (RFC 8446 section 4.2.7).
    NamedGroup(u16, "{:#06x}");
    /// `SignatureScheme` (RFC 8446 section 4.2.3); for TLS 1.2 the hash and signature octets (RFC 5246 section 7.4.1.4.1).
    SignatureScheme(u16, "{:#06x}");
    /// `ExtensionType` (RFC 8446 section 4.2).
    ExtensionType(u16, "{}");
    /// `AlertDescription` (RFC 8446 section 6).
    AlertDescription(u8, "{}");
    /// `AlertLevel` (RFC 5246 section 7.2): 1 warning, 2 fatal.
    AlertLevel(u8, "{}");
    /// `ContentType` of a record (RFC 8446 section 5.1).
    ContentType(u8, "{}");
    /// `HandshakeType` (RFC 8446 section 4).
    HandshakeType(u8, "{}");
}

impl ProtocolVersion {
    /// SSL 2.0.
    pub const SSL2: Self = Self(0x0002);
    /// SSL 3.0 (RFC 6101).
    pub const SSL3: Self = Self(0x0300);
    /// TLS 1.0 (RFC 2246).
    pub const TLS1_0: Self = Self(0x0301);
    /// TLS 1.1 (RFC 4346).
    pub const TLS1_1: Self = Self(0x0302);
    /// TLS 1.2 (RFC 5246).
    pub const TLS1_2: Self = Self(0x0303);
    /// TLS 1.3 (RFC 8446).
    pub const TLS1_3: Self = Self(0x0304);
}

impl fmt::Display for ProtocolVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0x0002 => f.write_str("SSL 2.0"),
            0x0300 => f.write_str("SSL 3.0"),
            0x0301..=0x0304 => write!(f, "TLS 1.{}", self.0 - 0x0301),
            other => write!(f, "version {other:#06x}"),
        }
    }
}

impl ContentType {
    /// change_cipher_spec.
    pub const CHANGE_CIPHER_SPEC: Self = Self(20);
    /// alert.
    pub const ALERT: Self = Self(21);
    /// handshake.
    pub const HANDSHAKE: Self = Self(22);
    /// application_data.
    pub const APPLICATION_DATA: Self = Self(23);
}

impl AlertLevel {
    /// warning.
    pub const WARNING: Self = Self(1);
    /// fatal.
    pub const FATAL: Self = Self(2);
}
