use super::*;
use proptest::prelude::*;
use report::{
    CipherSuite, ExtensionType, HandshakeType, NamedGroup, ProtocolVersion, SignatureScheme,
};

/// Reads the message with its header.
fn read(octets: &[u8], context: &Context) -> (HandshakeMessage, Vec<crate::defect::Defect>) {
    HandshakeMessage::decode(HandshakeType(octets[0]), &octets[4..], context)
}

fn context(version: ProtocolVersion, suite: u16) -> Context {
    Context {
        version,
        cipher_suite: Some(CipherSuite(suite)),
    }
}

fn octets(most: usize) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..=most)
}

fn some_octets(most: usize) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 1..=most)
}

/// Extensions of different types.
fn extensions() -> impl Strategy<Value = Vec<RawExtension>> {
    prop::collection::btree_map(100u16..4000, octets(20), 0..6).prop_map(|map| {
        let extensions = map.into_iter();
        extensions
            .map(|(code, body)| RawExtension {
                code: ExtensionType(code),
                body,
            })
            .collect()
    })
}

fn schemes() -> impl Strategy<Value = Vec<SignatureScheme>> {
    prop::collection::vec(any::<u16>().prop_map(SignatureScheme), 0..8)
}

fn hello() -> impl Strategy<Value = HandshakeMessage> {
    let client = (
        any::<u16>(),
        any::<[u8; 32]>(),
        octets(32),
        octets(8),
        octets(4),
        extensions(),
    )
        .prop_map(
            |(version, random, session_id, suites, compression_methods, extensions)| {
                HandshakeMessage::ClientHello(ClientHelloMessage {
                    legacy_version: ProtocolVersion(version),
                    random,
                    session_id,
                    cipher_suites: suites
                        .into_iter()
                        .map(|suite| CipherSuite(suite.into()))
                        .collect(),
                    compression_methods,
                    extensions,
                })
            },
        );
    let server = (
        any::<u16>(),
        any::<[u8; 32]>(),
        any::<bool>(),
        octets(32),
        any::<u16>(),
        any::<u8>(),
        extensions(),
    )
        .prop_map(
            |(version, random, retry, session_id, suite, compression, extensions)| {
                let hello = ServerHello {
                    legacy_version: ProtocolVersion(version),
                    random: if retry { RETRY_RANDOM } else { random },
                    session_id,
                    cipher_suite: CipherSuite(suite),
                    compression,
                    extensions,
                };
                if retry {
                    HandshakeMessage::HelloRetryRequest(hello)
                } else {
                    HandshakeMessage::ServerHello(hello)
                }
            },
        );
    prop_oneof![client, server]
}

fn certificate(modern: bool) -> impl Strategy<Value = HandshakeMessage> {
    let entry =
        (some_octets(50), extensions()).prop_map(move |(der, extensions)| CertificateEntry {
            der,
            extensions: if modern { extensions } else { Vec::new() },
        });
    (octets(8), prop::collection::vec(entry, 0..5)).prop_map(move |(context, entries)| {
        let context = if modern { context } else { Vec::new() };
        HandshakeMessage::Certificate(CertificateMessage { context, entries })
    })
}

fn older_request(with_schemes: bool) -> impl Strategy<Value = HandshakeMessage> {
    let authorities = prop::collection::vec(octets(20), 0..4);
    (octets(5), schemes(), authorities).prop_map(
        move |(certificate_types, schemes, authorities)| {
            HandshakeMessage::CertificateRequest(CertificateRequest {
                certificate_types,
                schemes: if with_schemes { schemes } else { Vec::new() },
                authorities,
                ..CertificateRequest::default()
            })
        },
    )
}

fn verify(with_scheme: bool) -> impl Strategy<Value = HandshakeMessage> {
    (any::<u16>(), octets(80)).prop_map(move |(scheme, signature)| {
        let scheme = with_scheme.then_some(SignatureScheme(scheme));
        HandshakeMessage::CertificateVerify(CertificateVerify { scheme, signature })
    })
}

fn ticket(modern: bool) -> impl Strategy<Value = HandshakeMessage> {
    (
        any::<u32>(),
        any::<u32>(),
        octets(8),
        octets(40),
        extensions(),
    )
        .prop_map(move |(lifetime, age_add, nonce, ticket, extensions)| {
            let older = NewSessionTicket {
                lifetime,
                ticket,
                ..NewSessionTicket::default()
            };
            let modern_only = NewSessionTicket {
                age_add,
                nonce,
                extensions,
                ..older.clone()
            };
            HandshakeMessage::NewSessionTicket(if modern { modern_only } else { older })
        })
}

/// The key exchange of each suite in `suites`, signed where the suite says so.
fn key_exchange(with_scheme: bool) -> impl Strategy<Value = (u16, HandshakeMessage)> {
    // ECDHE_RSA, ECDH_anon, DHE_RSA, DH_anon, RSA_EXPORT, SRP_SHA, SRP_SHA_RSA, PSK, RSA_PSK, DHE_PSK, ECDHE_PSK
    let suites = [
        0xc02f, 0xc018, 0x009e, 0x00a6, 0x0003, 0xc01a, 0xc01b, 0x008c, 0x0094, 0x0090, 0xc035,
    ];
    let suite = prop::sample::select(suites.to_vec());
    (
        suite,
        octets(9),
        some_octets(66),
        some_octets(70),
        any::<u16>(),
    )
        .prop_map(move |(suite, hint, public, prime, code)| {
            let generator = vec![2];
            let parameters = match suite {
                0xc02f | 0xc018 | 0xc035 => KeyExchangeParameters::Ecdhe {
                    group: NamedGroup(code),
                    public: public.clone(),
                },
                0x009e | 0x00a6 | 0x0090 => KeyExchangeParameters::Dhe {
                    prime,
                    generator,
                    public: public.clone(),
                },
                0x0003 => KeyExchangeParameters::RsaExport {
                    modulus: prime,
                    exponent: generator,
                },
                0xc01a | 0xc01b => KeyExchangeParameters::Srp {
                    prime,
                    generator,
                    salt: hint.clone(),
                    public: public.clone(),
                },
                _ => KeyExchangeParameters::None,
            };
            let psk_identity_hint = [0x008c, 0x0094, 0x0090, 0xc035]
                .contains(&suite)
                .then_some(hint);
            let scheme = with_scheme.then_some(SignatureScheme(code));
            let signature =
                [0xc02f, 0x009e, 0x0003, 0xc01b]
                    .contains(&suite)
                    .then_some(ServerSignature {
                        scheme,
                        signature: public,
                    });
            let exchange = ServerKeyExchange {
                psk_identity_hint,
                parameters,
                signature,
            };
            (suite, HandshakeMessage::ServerKeyExchange(exchange))
        })
}

fn plain() -> impl Strategy<Value = HandshakeMessage> {
    prop_oneof![
        Just(HandshakeMessage::HelloRequest),
        Just(HandshakeMessage::EndOfEarlyData),
        Just(HandshakeMessage::ServerHelloDone),
        octets(60).prop_map(HandshakeMessage::ClientKeyExchange),
        octets(48).prop_map(HandshakeMessage::Finished),
        octets(60).prop_map(HandshakeMessage::CertificateStatus),
        any::<u8>().prop_map(HandshakeMessage::KeyUpdate),
        extensions().prop_map(HandshakeMessage::EncryptedExtensions),
        (any::<u16>(), 0u32..1 << 24, octets(60)).prop_map(
            |(algorithm, uncompressed, compressed)| {
                HandshakeMessage::CompressedCertificate {
                    algorithm,
                    uncompressed,
                    compressed,
                }
            }
        ),
        octets(30).prop_map(|body| HandshakeMessage::Unknown {
            typ: HandshakeType(21),
            body
        }),
    ]
}

/// Messages in the form of a version, and that version and suite.
fn any_message() -> impl Strategy<Value = (HandshakeMessage, Context)> {
    let version = |from: u16, to: u16| (from..=to).prop_map(ProtocolVersion);
    let older = || version(0x0300, 0x0302);
    let twelve = || Just(ProtocolVersion::TLS1_2);
    let modern = || Just(ProtocolVersion::TLS1_3);
    let suite = |(version, message)| (message, context(version, 0x002f));
    prop_oneof![
        (version(0x0300, 0x0304), prop_oneof![hello(), plain()]).prop_map(suite),
        (
            version(0x0300, 0x0303),
            prop_oneof![certificate(false), ticket(false)]
        )
            .prop_map(suite),
        (older(), prop_oneof![older_request(false), verify(false)]).prop_map(suite),
        (twelve(), prop_oneof![older_request(true), verify(true)]).prop_map(suite),
        (
            modern(),
            prop_oneof![certificate(true), ticket(true), verify(true)]
        )
            .prop_map(suite),
        (older(), key_exchange(false))
            .prop_map(|(version, (suite, message))| (message, context(version, suite))),
        (twelve(), key_exchange(true))
            .prop_map(|(version, (suite, message))| (message, context(version, suite))),
    ]
}

proptest! {
    #[test]
    fn every_message_comes_back((message, context) in any_message()) {
        let octets = message.encode(context.version);
        let length = u32::from_be_bytes([0, octets[1], octets[2], octets[3]]) as usize;
        prop_assert_eq!(length + 4, octets.len());
        prop_assert_eq!(read(&octets, &context), (message, Vec::new()));
    }

    /// Whatever is damaged or cut, what was read is written so that it reads the same again.
    #[test]
    fn what_was_read_reads_the_same_again(
        (message, context) in any_message(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut octets = message.encode(context.version);
        for (place, octet) in changes {
            let place = place.index(octets.len());
            octets[place] = octet;
        }
        octets.truncate(4 + cut.index(octets.len() - 3));
        let (first, _) = read(&octets, &context);
        let (second, _) = read(&first.encode(context.version), &context);
        prop_assert_eq!(first, second);
    }

    #[test]
    fn requests_of_tls_1_3_hold_their_lists_as_extensions(
        schemes in schemes(),
        authorities in prop::collection::vec(octets(20), 0..4),
    ) {
        let request = CertificateRequest { schemes, authorities, ..CertificateRequest::default() };
        let context = context(ProtocolVersion::TLS1_3, 0x1301);
        let octets = HandshakeMessage::CertificateRequest(request.clone()).encode(context.version);
        let (message, defects) = read(&octets, &context);
        prop_assert_eq!(defects, Vec::new());
        let HandshakeMessage::CertificateRequest(found) = message else { panic!("{message:?}") };
        let lists = [request.schemes.is_empty(), request.authorities.is_empty()];
        let wanted = lists.iter().filter(|empty| !**empty).count();
        prop_assert_eq!(found.extensions.len(), wanted);
        prop_assert_eq!((found.schemes, found.authorities), (request.schemes, request.authorities));
    }
}

/// What is wrong with a message, in short.
fn wrong(typ: u8, body: &[u8], context: &Context) -> Vec<(u64, &'static str, String, String)> {
    let (_, defects) = HandshakeMessage::decode(HandshakeType(typ), body, context);
    let short =
        |defect: crate::defect::Defect| (defect.offset, defect.field, defect.expected, defect.got);
    defects.into_iter().map(short).collect()
}

#[test]
fn defects_say_where_and_what() {
    let twelve = context(ProtocolVersion::TLS1_2, 0xc02f);
    let modern = context(ProtocolVersion::TLS1_3, 0x1301);
    let is = |found: Vec<(u64, &'static str, String, String)>, wanted: (u64, &str, &str, &str)| {
        let [(offset, field, expected, got)] = &found[..] else {
            panic!("{found:?}")
        };
        assert_eq!((*offset, *field, expected.as_str(), got.as_str()), wanted);
    };
    let mut hello = vec![3, 3];
    hello.extend([7; 32]);
    is(
        wrong(2, &hello[..20], &twelve),
        (2, "random", "32 octets", "18 octets"),
    );
    is(
        wrong(2, &[&hello[..], &[5, 1]].concat(), &twelve),
        (35, "session_id", "5 octets", "1 octets"),
    );
    let rest = [&hello[..], &[0, 0xc0, 0x2f, 0]].concat();
    is(
        wrong(2, &[&rest[..], &[0, 2, 0]].concat(), &twelve),
        (40, "extensions", "2 octets", "1 octets"),
    );
    let twice = [&rest[..], &[0, 8, 0, 23, 0, 0, 0, 23, 0, 0]].concat();
    is(
        wrong(2, &twice, &twelve),
        (44, "extension_type", "each type once", "type 23 again"),
    );
    is(
        wrong(14, &[1], &twelve),
        (0, "server_hello_done", "the end", "1 octets more"),
    );
    is(
        wrong(12, &[1, 2, 3], &twelve),
        (0, "curve_type", "3, named_curve", "1"),
    );
    let rsa = context(ProtocolVersion::TLS1_2, 0x002f);
    is(
        wrong(12, &[3], &rsa),
        (
            0,
            "server_key_exchange",
            "no such message with this cipher suite",
            "1 octets",
        ),
    );
    is(
        wrong(11, &[0, 0, 0, 0], &twelve),
        (3, "certificate_list", "the end", "1 octets more"),
    );
    is(
        wrong(11, &[0, 0, 0, 6, 0, 0, 1, 9, 0, 9], &modern),
        (10, "certificate extensions", "9 octets", "0 octets"),
    );
    is(
        wrong(13, &[0, 0, 6, 0, 13, 0, 2, 0, 5], &modern),
        (9, "signature_algorithms", "5 octets", "0 octets"),
    );
    is(
        wrong(13, &[0], &modern),
        (1, "extensions", "2 octets", "0 octets"),
    );
    is(
        wrong(99, &[], &modern),
        (0, "msg_type", "a registered type", "99"),
    );
}

#[test]
fn without_a_suite_the_key_exchange_is_guessed() {
    let parameters = KeyExchangeParameters::Dhe {
        prime: vec![0xff; 256],
        generator: vec![2],
        public: vec![5; 256],
    };
    let signature = ServerSignature {
        scheme: Some(SignatureScheme(0x0401)),
        signature: vec![9; 256],
    };
    let exchange = ServerKeyExchange {
        psk_identity_hint: None,
        parameters,
        signature: Some(signature),
    };
    let message = HandshakeMessage::ServerKeyExchange(exchange);
    let octets = message.encode(ProtocolVersion::TLS1_2);
    assert_eq!(read(&octets, &Context::default()), (message, Vec::new()));
}
