//! Flights that the TLS library cannot make: TLS 1.2 and before with any suite, group and key, up to ServerHelloDone.

use crate::authority::Credentials;
use crate::gate::{Heard, alert, leave};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair as RsaKeyPair;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256};
use report::{
    CipherSuite, ContentType, ExtensionType, NamedGroup, ProtocolVersion, SignatureScheme,
};
use std::io;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use wire::handshake::{
    CertificateEntry, CertificateMessage, ClientHelloMessage, HandshakeMessage,
    KeyExchangeParameters, RawExtension, ServerHello, ServerKeyExchange, ServerSignature,
};
use wire::record::{MAX_PLAINTEXT, fragment};

const HANDSHAKE_FAILURE: u8 = 40;
const PROTOCOL_VERSION: u8 = 70;
const SUPPORTED_VERSIONS: u16 = 43;
const KEY_SHARE: u16 = 51;
/// The random that makes a ServerHello a HelloRetryRequest (RFC 8446 section 4.1.3): SHA-256 of "HelloRetryRequest".
const RETRY: &[u8] = b"HelloRetryRequest";

/// What a scripted server speaks.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    pub(crate) version: ProtocolVersion,
    pub(crate) suite: CipherSuite,
    /// The group of an ephemeral exchange; `None` for RSA key exchange.
    pub(crate) group: Option<NamedGroup>,
    /// Whether a hello that does not offer the version is refused with an alert; otherwise it is answered all the same.
    pub(crate) strict: bool,
    /// Whether the signature is made with another key than the certificate's.
    pub(crate) wrong_key: bool,
}

/// Answers a hello with the scripted flight, or with the alert that is due.
pub(crate) async fn answer(
    mut stream: TcpStream,
    heard: &Heard,
    script: &Script,
    credentials: &Credentials,
    other: &Credentials,
) -> io::Result<()> {
    let hello = &heard.hello;
    let listed = hello.extension(SUPPORTED_VERSIONS).is_some();
    let offered = if listed {
        hello.versions().contains(&script.version)
    } else {
        hello.legacy_version >= script.version
    };
    let refusal = if script.strict && !offered {
        Some(PROTOCOL_VERSION)
    } else if !hello.cipher_suites.contains(&script.suite)
        || script
            .group
            .is_some_and(|group| !groups(hello).contains(&group.0))
    {
        Some(HANDSHAKE_FAILURE)
    } else {
        None
    };
    let octets = match refusal {
        Some(number) => alert(number),
        None => flight(
            hello,
            script,
            credentials,
            if script.wrong_key { other } else { credentials },
        )?,
    };
    stream.write_all(&octets).await?;
    leave(stream).await
}

fn groups(hello: &ClientHelloMessage) -> Vec<u16> {
    let list = hello
        .extension(10)
        .and_then(|body| body.get(2..))
        .unwrap_or_default();
    list.chunks_exact(2)
        .filter_map(|pair| pair.try_into().ok().map(u16::from_be_bytes))
        .collect()
}

fn flight(
    hello: &ClientHelloMessage,
    script: &Script,
    credentials: &Credentials,
    signer: &Credentials,
) -> io::Result<Vec<u8>> {
    let random = random::<32>()?;
    let server_hello = ServerHello {
        legacy_version: script.version,
        random,
        session_id: Vec::new(),
        cipher_suite: script.suite,
        compression: 0,
        extensions: vec![RawExtension {
            code: ExtensionType(0xff01),
            body: vec![0],
        }],
    };
    let entry = |der: &rustls::pki_types::CertificateDer<'_>| CertificateEntry {
        der: der.to_vec(),
        extensions: Vec::new(),
    };
    let entries = credentials.chain.iter().map(entry).collect();
    let mut messages = vec![
        HandshakeMessage::ServerHello(server_hello),
        HandshakeMessage::Certificate(CertificateMessage {
            context: Vec::new(),
            entries,
        }),
    ];
    if let Some(group) = script.group {
        let mut exchange = ServerKeyExchange {
            parameters: KeyExchangeParameters::Ecdhe {
                group,
                public: point(group)?,
            },
            psk_identity_hint: None,
            signature: None,
        };
        let signed = [&hello.random[..], &random, &exchange.signed_parameters()].concat();
        exchange.signature = Some(sign(signer, &signed)?);
        messages.push(HandshakeMessage::ServerKeyExchange(exchange));
    }
    messages.push(HandshakeMessage::ServerHelloDone);
    let octets: Vec<u8> = messages
        .iter()
        .flat_map(|message| message.encode(script.version))
        .collect();
    Ok(fragment(
        ContentType::HANDSHAKE,
        script.version,
        &octets,
        MAX_PLAINTEXT,
    ))
}

/// Octets of the length of an uncompressed point. Nobody computes with them: the flight ends before the client's turn.
fn point(group: NamedGroup) -> io::Result<Vec<u8>> {
    let coordinate = match group.0 {
        0x0018 | 0x001b => 48,
        0x0019 => 66,
        0x001c => 64,
        _ => 32,
    };
    let mut point = vec![4];
    point.extend(random::<132>()?.iter().take(coordinate * 2));
    Ok(point)
}

fn random<const N: usize>() -> io::Result<[u8; N]> {
    let mut octets = [0; N];
    aws_lc_rs::rand::fill(&mut octets).map_err(|_| io::Error::other("no random octets"))?;
    Ok(octets)
}

fn sign(credentials: &Credentials, message: &[u8]) -> io::Result<ServerSignature> {
    let der = credentials.key.serialize_der();
    let failed = |_| io::Error::other("the key cannot sign");
    if let Ok(key) = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &der) {
        let signature = key.sign(&SystemRandom::new(), message).map_err(failed)?;
        return Ok(ServerSignature {
            scheme: Some(SignatureScheme(0x0403)),
            signature: signature.as_ref().to_vec(),
        });
    }
    let key = RsaKeyPair::from_pkcs8(&der)
        .map_err(|_| io::Error::other("the key is neither P-256 nor RSA"))?;
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(
        &RSA_PKCS1_SHA256,
        &SystemRandom::new(),
        message,
        &mut signature,
    )
    .map_err(failed)?;
    Ok(ServerSignature {
        scheme: Some(SignatureScheme(0x0401)),
        signature,
    })
}

/// A HelloRetryRequest that asks for a key share of `group`.
pub(crate) fn hello_retry_request(hello: &ClientHelloMessage, group: u16) -> Vec<u8> {
    use sha2::{Digest, Sha256};
    let random: [u8; 32] = Sha256::digest(RETRY).into();
    let extension = |code, body: &[u8]| RawExtension {
        code: ExtensionType(code),
        body: body.to_vec(),
    };
    let retry = ServerHello {
        legacy_version: ProtocolVersion::TLS1_2,
        random,
        session_id: hello.session_id.clone(),
        cipher_suite: CipherSuite(0x1301),
        compression: 0,
        extensions: vec![
            extension(SUPPORTED_VERSIONS, &[3, 4]),
            extension(KEY_SHARE, &group.to_be_bytes()),
        ],
    };
    let octets = HandshakeMessage::HelloRetryRequest(retry).encode(ProtocolVersion::TLS1_3);
    fragment(
        ContentType::HANDSHAKE,
        ProtocolVersion::TLS1_2,
        &octets,
        MAX_PLAINTEXT,
    )
}
