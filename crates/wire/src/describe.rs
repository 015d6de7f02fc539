//! From a captured ClientHello to its description; the inverse of [`build`](mod@crate::build).

use crate::handshake::{ClientHelloMessage, RawExtension};
use crate::reader::{Reader, numbers};
use crate::registry::is_grease;
use report::{
    Bytes, CipherSuite, ClientHello, ClientHelloForm, Extension, ExtensionType, GREASE, NamedGroup,
    ProtocolVersion, RecordSplit, SignatureScheme,
};

/// The description of a captured hello: GREASE becomes its placeholder, key shares become their groups, and
/// the name is left out. `record_version` is that of the record it came in.
///
/// What belongs to one session is left out too, because it cannot be said twice: pre_shared_key and early_data
/// (RFC 8446 sections 4.2.10 and 4.2.11) go, and session_ticket is empty. An extension in no form known here
/// becomes [`Extension::Raw`].
pub fn describe(message: &ClientHelloMessage, record_version: ProtocolVersion) -> ClientHello {
    let lasting = message
        .extensions
        .iter()
        .filter(|raw| !OF_ONE_SESSION.contains(&raw.code.0));
    ClientHello {
        form: ClientHelloForm::Records,
        record_version,
        legacy_version: message.legacy_version,
        session_id_length: u8::try_from(message.session_id.len()).unwrap_or(u8::MAX),
        cipher_suites: message
            .cipher_suites
            .iter()
            .map(|suite| CipherSuite(placeholder(suite.0)))
            .collect(),
        compression_methods: message.compression_methods.clone(),
        extensions: lasting.map(extension).collect(),
        records: RecordSplit::Whole,
    }
}

/// pre_shared_key and early_data.
const OF_ONE_SESSION: [u16; 2] = [41, 42];

/// The placeholder for any GREASE value, the code itself otherwise.
fn placeholder(code: u16) -> u16 {
    if is_grease(code) { GREASE } else { code }
}

fn extension(raw: &RawExtension) -> Extension {
    known(raw).unwrap_or_else(|| Extension::Raw {
        code: raw.code,
        body: Bytes(raw.body.clone()),
    })
}

/// `None` where the body is not in the usual form, so that nothing of it is lost.
fn known(raw: &RawExtension) -> Option<Extension> {
    let body = raw.body.as_slice();
    let list16 = || whole(body, Reader::vector16).map(codes);
    let list8 = || whole(body, Reader::vector8);
    let schemes =
        || list16().map(|codes| codes.into_iter().map(SignatureScheme).collect::<Vec<_>>());
    let empty = |extension: Extension| body.is_empty().then_some(extension);
    match raw.code.0 {
        code if is_grease(code) && body.iter().all(|octet| *octet == 0) && body.len() <= 1 => {
            u8::try_from(body.len())
                .ok()
                .map(|length| Extension::Grease { length })
        }
        0 => Some(Extension::ServerName),
        5 => (body == [1, 0, 0, 0, 0]).then_some(Extension::StatusRequest),
        10 => list16().map(|codes| Extension::SupportedGroups {
            groups: codes.into_iter().map(NamedGroup).collect(),
        }),
        11 => list8().map(|formats| Extension::EcPointFormats {
            formats: formats.to_vec(),
        }),
        13 => schemes().map(|schemes| Extension::SignatureAlgorithms { schemes }),
        16 => protocols(body).map(|protocols| Extension::Alpn { protocols }),
        17 => (body == [0, 7, 2, 0, 4, 0, 0, 0, 0]).then_some(Extension::StatusRequestV2),
        18 => empty(Extension::SignedCertificateTimestamp),
        21 => body
            .iter()
            .all(|octet| *octet == 0)
            .then(|| {
                u16::try_from(body.len())
                    .ok()
                    .map(|length| Extension::Padding { length })
            })
            .flatten(),
        22 => empty(Extension::EncryptThenMac),
        23 => empty(Extension::ExtendedMasterSecret),
        27 => list8().map(|list| Extension::CompressCertificate {
            algorithms: numbers(list),
        }),
        28 => <[u8; 2]>::try_from(body)
            .ok()
            .map(|limit| Extension::RecordSizeLimit {
                limit: u16::from_be_bytes(limit),
            }),
        34 => schemes().map(|schemes| Extension::DelegatedCredential { schemes }),
        35 => Some(Extension::SessionTicket),
        43 => list8().map(|list| Extension::SupportedVersions {
            versions: codes(list).into_iter().map(ProtocolVersion).collect(),
        }),
        45 => list8().map(|modes| Extension::PskKeyExchangeModes {
            modes: modes.to_vec(),
        }),
        49 => empty(Extension::PostHandshakeAuth),
        50 => schemes().map(|schemes| Extension::SignatureAlgorithmsCert { schemes }),
        51 => shares(body).map(|groups| Extension::KeyShare { groups }),
        code @ (17513 | 17613) => protocols(body).map(|protocols| Extension::ApplicationSettings {
            code: ExtensionType(code),
            protocols,
        }),
        0xfe0d => body
            .starts_with(&[0])
            .then_some(Extension::EncryptedClientHelloGrease),
        0xff01 => (body == [0]).then_some(Extension::RenegotiationInfo),
        _ => None,
    }
}

fn whole<'a>(
    body: &'a [u8],
    read: impl Fn(&mut Reader<'a>) -> Option<&'a [u8]>,
) -> Option<&'a [u8]> {
    let mut reader = Reader::new(body);
    let content = read(&mut reader)?;
    reader.is_empty().then_some(content)
}

fn codes(list: &[u8]) -> Vec<u16> {
    numbers(list).into_iter().map(placeholder).collect()
}

fn protocols(body: &[u8]) -> Option<Vec<String>> {
    let mut list = Reader::new(whole(body, Reader::vector16)?);
    let mut protocols = Vec::new();
    while !list.is_empty() {
        protocols.push(String::from_utf8(list.vector8()?.to_vec()).ok()?);
    }
    Some(protocols)
}

fn shares(body: &[u8]) -> Option<Vec<NamedGroup>> {
    let mut list = Reader::new(whole(body, Reader::vector16)?);
    let mut groups = Vec::new();
    while !list.is_empty() {
        groups.push(NamedGroup(placeholder(list.u16()?)));
        list.vector16()?;
    }
    Some(groups)
}

#[cfg(test)]
mod tests {
    use super::describe;
    use crate::handshake::{ClientHelloMessage, RawExtension};
    use report::{Bytes, CipherSuite, Extension, ExtensionType, GREASE, ProtocolVersion};

    fn extensions(raw: &[(u16, &[u8])]) -> Vec<Extension> {
        let extensions = raw.iter().map(|(code, body)| RawExtension {
            code: ExtensionType(*code),
            body: body.to_vec(),
        });
        let message = ClientHelloMessage {
            legacy_version: ProtocolVersion::TLS1_2,
            random: [0; 32],
            session_id: vec![1; 32],
            cipher_suites: vec![CipherSuite(0xfafa), CipherSuite(0x1301)],
            compression_methods: vec![0],
            extensions: extensions.collect(),
        };
        let hello = describe(&message, ProtocolVersion::TLS1_0);
        assert_eq!(
            hello.cipher_suites,
            [CipherSuite(GREASE), CipherSuite(0x1301)]
        );
        assert_eq!(
            (hello.session_id_length, hello.record_version),
            (32, ProtocolVersion::TLS1_0)
        );
        hello.extensions
    }

    #[test]
    fn what_belongs_to_one_session_is_left_out() {
        let found = extensions(&[(35, b"a ticket"), (42, b""), (41, &[0, 0, 0, 0])]);
        assert_eq!(found, [Extension::SessionTicket]);
    }

    #[test]
    fn grease_becomes_its_placeholder() {
        let found = extensions(&[(0x1a1a, &[]), (0xeaea, &[0]), (43, &[4, 0x3a, 0x3a, 3, 4])]);
        let versions = vec![ProtocolVersion(GREASE), ProtocolVersion::TLS1_3];
        let expected = [
            Extension::Grease { length: 0 },
            Extension::Grease { length: 1 },
            Extension::SupportedVersions { versions },
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn odd_bodies_are_kept_as_they_are() {
        let odd: [(u16, &[u8]); 8] = [
            (5, &[1, 0, 0]),
            (10, &[0, 4, 0, 0x1d]),
            (13, &[]),
            (16, &[0, 3, 2, 0xff, 0xff]),
            (23, &[0]),
            (51, &[0, 4, 0, 0x1d, 0, 9]),
            (0x1a1a, &[7]),
            (0xff01, &[1, 0]),
        ];
        let kept = odd.map(|(code, body)| Extension::Raw {
            code: ExtensionType(code),
            body: Bytes(body.to_vec()),
        });
        assert_eq!(extensions(&odd), kept);
    }
}
