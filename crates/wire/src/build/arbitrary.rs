//! Random ClientHellos that a server must accept as well formed, for property tests.

use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};
use report::{
    CipherSuite, ClientHello, ClientHelloForm, Extension, GREASE, NamedGroup, ProtocolVersion,
    RecordSplit, SignatureScheme,
};

const SUITES: [u16; 12] = [
    GREASE, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc013, 0x009c, 0x002f, 0x0035, 0x000a, 0x00ff,
];
const GROUPS: [u16; 9] = [GREASE, 0x11ec, 0x1d, 0x17, 0x18, 0x19, 0x1e, 0x100, 0x101];
const SCHEMES: [u16; 9] = [
    0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0401, 0x0501, 0x0201, 0x0203,
];
const PROTOCOLS: [&str; 4] = ["h2", "http/1.1", "acme-tls/1", "xmpp-client"];

fn shuffled<T: Clone + std::fmt::Debug + 'static>(
    all: &'static [T],
    least: usize,
) -> BoxedStrategy<Vec<T>> {
    subsequence(all, least..=all.len()).prop_shuffle().boxed()
}

fn suites() -> impl Strategy<Value = Vec<CipherSuite>> {
    shuffled(&SUITES, 2).prop_map(|codes| codes.into_iter().map(CipherSuite).collect())
}

fn schemes() -> impl Strategy<Value = Vec<SignatureScheme>> {
    shuffled(&SCHEMES, 1).prop_map(|codes| codes.into_iter().map(SignatureScheme).collect())
}

/// Extensions without meaning for the version.
fn others() -> impl Strategy<Value = Vec<Extension>> {
    let all = (schemes(), shuffled(&PROTOCOLS, 1), any::<[u8; 6]>());
    let all = all.prop_map(|(schemes, protocols, body)| {
        let protocols = protocols.into_iter().map(str::to_owned).collect();
        vec![
            Extension::ServerName,
            Extension::StatusRequest,
            Extension::StatusRequestV2,
            Extension::EcPointFormats { formats: vec![0] },
            Extension::SignatureAlgorithmsCert {
                schemes: schemes.clone(),
            },
            Extension::Alpn { protocols },
            Extension::ApplicationSettings {
                code: report::ExtensionType(17613),
                protocols: vec!["h2".to_owned()],
            },
            Extension::SignedCertificateTimestamp,
            Extension::Padding {
                length: u16::from(body[0]),
            },
            Extension::EncryptThenMac,
            Extension::ExtendedMasterSecret,
            Extension::CompressCertificate {
                algorithms: vec![u16::from(body[1] % 3) + 1],
            },
            Extension::RecordSizeLimit { limit: 16385 },
            Extension::DelegatedCredential { schemes },
            Extension::SessionTicket,
            Extension::PostHandshakeAuth,
            Extension::RenegotiationInfo,
            Extension::EncryptedClientHelloGrease,
            Extension::Grease { length: 0 },
            Extension::Grease { length: 1 },
            Extension::Raw {
                code: report::ExtensionType(40000),
                body: body.to_vec().into(),
            },
        ]
    });
    let counts = 0..=21usize;
    (all, counts, any::<Index>())
        .prop_flat_map(|(all, count, _)| subsequence(all, count).prop_shuffle())
}

/// What belongs to the versions: with TLS 1.3 all that it needs.
fn negotiation() -> impl Strategy<Value = (ProtocolVersion, Vec<Extension>)> {
    let versions = prop_oneof![
        Just(vec![0x0304]),
        Just(vec![0x0304, 0x0303]),
        Just(vec![GREASE, 0x0304, 0x0303, 0x0302, 0x0301]),
        Just(vec![0x0303, 0x0302]),
        Just(vec![]),
    ];
    let legacy = select(vec![0x0301, 0x0302, 0x0303]);
    (
        versions,
        legacy,
        shuffled(&GROUPS, 2),
        schemes(),
        any::<u16>(),
    )
        .prop_map(|(versions, legacy, groups, schemes, choice)| {
            let modern = versions.contains(&0x0304);
            let legacy = if versions.is_empty() { legacy } else { 0x0303 };
            let groups: Vec<NamedGroup> = groups.into_iter().map(NamedGroup).collect();
            let shares = groups.iter().enumerate();
            let shares = shares.filter(|(place, _)| choice >> (place % 16) & 1 == 1);
            let shares: Vec<NamedGroup> = shares.map(|(_, group)| *group).collect();
            let mut extensions = Vec::new();
            if modern || choice & 1 == 0 {
                extensions.push(Extension::SupportedGroups { groups });
            }
            if modern || choice & 2 == 0 {
                extensions.push(Extension::SignatureAlgorithms { schemes });
            }
            if modern {
                extensions.push(Extension::KeyShare { groups: shares });
                extensions.push(Extension::PskKeyExchangeModes { modes: vec![1] });
            }
            if !versions.is_empty() {
                let versions = versions.into_iter().map(ProtocolVersion).collect();
                extensions.push(Extension::SupportedVersions { versions });
            }
            (ProtocolVersion(legacy), extensions)
        })
}

/// Any well-formed hello in records.
pub(crate) fn hello() -> impl Strategy<Value = ClientHello> {
    let fields = (
        select(vec![0x0300, 0x0301, 0x0303]),
        0..=32u8,
        prop::bool::weighted(0.1),
        prop::collection::btree_set(1..300u16, 0..4),
    );
    (fields, suites(), negotiation(), others()).prop_flat_map(
        |(
            (record_version, session_id_length, deflate, cuts),
            cipher_suites,
            (legacy_version, mut extensions),
            others,
        )| {
            extensions.extend(others);
            let records = match cuts.len() {
                0 => RecordSplit::Whole,
                _ => RecordSplit::At(cuts.into_iter().collect()),
            };
            Just(extensions)
                .prop_shuffle()
                .prop_map(move |extensions| ClientHello {
                    form: ClientHelloForm::Records,
                    record_version: ProtocolVersion(record_version),
                    legacy_version,
                    session_id_length,
                    cipher_suites: cipher_suites.clone(),
                    compression_methods: if deflate { vec![1, 0] } else { vec![0] },
                    extensions,
                    records: records.clone(),
                })
        },
    )
}
