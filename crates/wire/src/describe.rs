//! From a captured ClientHello to its description; the inverse of [`build`](mod@crate::build).

use crate::handshake::{ClientHelloMessage, RawExtension};
use crate::reader::{Reader, numbers};
use report::{
    Bytes, CipherSuite, ClientHello, ClientHelloForm, Extension, ExtensionType, GREASE, NamedGroup,
    ProtocolVersion, RecordSplit, SignatureScheme,
};

/// The description of a captured hello: GREASE becomes its placeholder, key shares their groups, the name is left out.
/// `record_version` is that of the record it came in.
pub fn describe(message: &ClientHelloMessage, record_version: ProtocolVersion) -> ClientHello {
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
        extensions: message.extensions.iter().map(extension).collect(),
        records: RecordSplit::Whole,
    }
}

/// The placeholder for any GREASE value, the code itself otherwise.
pub(crate) fn placeholder(code: u16) -> u16 {
    if code & 0x0f0f == GREASE && code >> 8 == code & 0xff {
        GREASE
    } else {
        code
    }
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
        code if placeholder(code) == GREASE && body.len() <= 1 => u8::try_from(body.len())
            .ok()
            .map(|length| Extension::Grease { length }),
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
        35 => empty(Extension::SessionTicket),
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
