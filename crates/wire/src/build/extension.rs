//! The body of each extension of a described hello.

use super::keys::KeyShares;
use super::seed::{Place, Seed};
use crate::handshake::RawExtension;
use crate::reader::{put8, put16};
use report::{Extension, ExtensionType, GREASE, NamedGroup};

const HOST_NAME: u8 = 0;
const OCSP: u8 = 1;
const OCSP_MULTI: u8 = 2;
const PADDING: u16 = 21;
const COOKIE: u16 = 44;
const KEY_SHARE: u16 = 51;

/// The code point of a described extension; `None` for GREASE, which has no fixed one.
pub fn extension_type(extension: &Extension) -> Option<ExtensionType> {
    Some(ExtensionType(match extension {
        Extension::ServerName => 0,
        Extension::StatusRequest => 5,
        Extension::SupportedGroups { .. } => 10,
        Extension::EcPointFormats { .. } => 11,
        Extension::SignatureAlgorithms { .. } => 13,
        Extension::Alpn { .. } => 16,
        Extension::StatusRequestV2 => 17,
        Extension::SignedCertificateTimestamp => 18,
        Extension::PaddingTo { .. } | Extension::Padding { .. } => PADDING,
        Extension::EncryptThenMac => 22,
        Extension::ExtendedMasterSecret => 23,
        Extension::CompressCertificate { .. } => 27,
        Extension::RecordSizeLimit { .. } => 28,
        Extension::DelegatedCredential { .. } => 34,
        Extension::SessionTicket => 35,
        Extension::SupportedVersions { .. } => 43,
        Extension::PskKeyExchangeModes { .. } => 45,
        Extension::PostHandshakeAuth => 49,
        Extension::SignatureAlgorithmsCert { .. } => 50,
        Extension::KeyShare { .. } => KEY_SHARE,
        Extension::EncryptedClientHelloGrease => 0xfe0d,
        Extension::RenegotiationInfo => 0xff01,
        Extension::ApplicationSettings { code, .. } | Extension::Raw { code, .. } => code.0,
        Extension::Grease { .. } => return None,
    }))
}

/// The octets of an extension; `grease` counts the GREASE extensions before it. `None` for server_name without a name, and
/// for padding and key shares, which depend on the rest.
pub(super) fn raw(
    extension: &Extension,
    server_name: Option<&str>,
    seed: &Seed,
    grease: usize,
) -> Option<RawExtension> {
    if let Extension::Grease { length } = extension {
        let code = ExtensionType(seed.grease(GREASE, Place::Extension(grease)));
        return Some(RawExtension {
            code,
            body: vec![0; usize::from(*length)],
        });
    }
    let code = extension_type(extension)?;
    let mut body = Vec::new();
    match extension {
        Extension::ServerName => {
            let mut list = vec![HOST_NAME];
            put16(&mut list, server_name?.as_bytes());
            put16(&mut body, &list);
        }
        Extension::StatusRequest => body.extend_from_slice(&[OCSP, 0, 0, 0, 0]),
        Extension::StatusRequestV2 => {
            put16(&mut body, &[OCSP_MULTI, 0, 4, 0, 0, 0, 0]);
        }
        Extension::SupportedGroups { groups } => {
            let codes = groups
                .iter()
                .flat_map(|group| seed.grease(group.0, Place::Group).to_be_bytes());
            put16(&mut body, &codes.collect::<Vec<u8>>());
        }
        Extension::EcPointFormats { formats } => put8(&mut body, formats),
        Extension::SignatureAlgorithms { schemes }
        | Extension::SignatureAlgorithmsCert { schemes }
        | Extension::DelegatedCredential { schemes } => {
            let codes = schemes.iter();
            let codes =
                codes.flat_map(|code| seed.grease(code.0, Place::SignatureScheme).to_be_bytes());
            put16(&mut body, &codes.collect::<Vec<u8>>());
        }
        Extension::Alpn { protocols } | Extension::ApplicationSettings { protocols, .. } => {
            let mut list = Vec::new();
            for protocol in protocols {
                put8(&mut list, protocol.as_bytes());
            }
            put16(&mut body, &list);
        }
        Extension::Padding { length } => body.resize(usize::from(*length), 0),
        Extension::CompressCertificate { algorithms } => {
            put8(
                &mut body,
                &algorithms
                    .iter()
                    .flat_map(|code| code.to_be_bytes())
                    .collect::<Vec<u8>>(),
            );
        }
        Extension::RecordSizeLimit { limit } => body.extend_from_slice(&limit.to_be_bytes()),
        Extension::SupportedVersions { versions } => {
            let codes = versions
                .iter()
                .flat_map(|version| seed.grease(version.0, Place::Version).to_be_bytes());
            put8(&mut body, &codes.collect::<Vec<u8>>());
        }
        Extension::PskKeyExchangeModes { modes } => put8(&mut body, modes),
        Extension::RenegotiationInfo => body.push(0),
        Extension::EncryptedClientHelloGrease => body = encrypted_client_hello(seed),
        Extension::Raw { body: given, .. } => body.extend_from_slice(given),
        Extension::SignedCertificateTimestamp
        | Extension::EncryptThenMac
        | Extension::ExtendedMasterSecret
        | Extension::SessionTicket
        | Extension::PostHandshakeAuth => {}
        Extension::PaddingTo { .. } | Extension::KeyShare { .. } | Extension::Grease { .. } => {
            return None;
        }
    }
    Some(RawExtension { code, body })
}

/// key_share (RFC 8446 section 4.2.8); the keys behind it go into `keys`.
pub(super) fn key_share(groups: &[NamedGroup], seed: &Seed, keys: &mut KeyShares) -> RawExtension {
    let mut list = Vec::new();
    for group in groups {
        list.extend_from_slice(&seed.grease(group.0, Place::Group).to_be_bytes());
        let share = if group.0 == GREASE {
            vec![0]
        } else {
            keys.make(*group, seed)
        };
        put16(&mut list, &share);
    }
    let mut body = Vec::new();
    put16(&mut body, &list);
    RawExtension {
        code: ExtensionType(KEY_SHARE),
        body,
    }
}

/// cookie (RFC 8446 section 4.2.2).
pub(super) fn cookie(cookie: &[u8]) -> RawExtension {
    let mut body = Vec::new();
    put16(&mut body, cookie);
    RawExtension {
        code: ExtensionType(COOKIE),
        body,
    }
}

/// padding (RFC 7685 section 3).
pub(super) fn padding(length: usize) -> RawExtension {
    RawExtension {
        code: ExtensionType(PADDING),
        body: vec![0; length],
    }
}

/// An outer encrypted_client_hello of random octets (RFC 9849 section 6.2): HKDF-SHA256, AES-128-GCM, an X25519 share.
fn encrypted_client_hello(seed: &Seed) -> Vec<u8> {
    const PAYLOADS: [usize; 4] = [144, 176, 208, 240];
    let [choice, id]: [u8; 2] = seed.octets("ech choice");
    let length = PAYLOADS
        .get(usize::from(choice) & 3)
        .copied()
        .unwrap_or(144);
    let mut body = vec![0, 0, 1, 0, 1, id];
    put16(&mut body, &seed.many("ech enc", 32));
    put16(&mut body, &seed.many("ech payload", length));
    body
}
