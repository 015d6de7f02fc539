//! Server flights written message by message, for what rustls does not speak.

use super::gate::fatal;
use super::heard::Heard;
use crate::certify::{Identity, SignError, Signer};
use crate::stage::Script;
use aws_lc_rs::agreement::{
    Algorithm, ECDH_P256, ECDH_P384, ECDH_P521, EphemeralPrivateKey, UnparsedPublicKey, X25519,
    agree_ephemeral,
};
use aws_lc_rs::rand::SystemRandom;
use report::{
    CipherSuite, ContentType, ExtensionType, NamedGroup, ProtocolVersion, SignatureScheme,
};
use wire::handshake::{
    CertificateEntry, CertificateMessage, CertificateRequest, CertificateVerify,
    ClientHelloMessage, HandshakeMessage, KeyExchangeParameters, RETRY_RANDOM, RawExtension,
    ServerHello, ServerKeyExchange, ServerSignature,
};
use wire::record::{MAX_PLAINTEXT, Record, fragment};
use wire::registry::cipher_suite_name;
use wire::schedule::{HandshakeSecrets, Hash, TrafficKeys, Transcript};

const PROTOCOL_VERSION: u8 = 70;
const HANDSHAKE_FAILURE: u8 = 40;
const ILLEGAL_PARAMETER: u8 = 47;
const INTERNAL_ERROR: u8 = 80;

const EXTENDED_MASTER_SECRET: u16 = 23;
const SUPPORTED_VERSIONS: u16 = 43;
const KEY_SHARE: u16 = 51;
const RENEGOTIATION_INFO: u16 = 0xff01;
const RENEGOTIATION_SCSV: CipherSuite = CipherSuite(0x00ff);

/// Groups without arithmetic here, with a point of each that anybody may know: its base point. Flights before TLS 1.3 end
/// before a secret is needed.
const SHARED_POINTS: [(NamedGroup, &str); 2] = [
    (
        NamedGroup(0x0016),
        "0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798\
         483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8",
    ),
    (
        NamedGroup(0x001a),
        "048bd2aeb9cb7e57cb2c4b482ffc81b7afb9de27e1e3bd23c23a4453bd9ace3262\
         547ef835c3dac4fd97f8461a14611dc9c27745132ded8e545c1d54c72f046997",
    ),
];

/// The prime of ffdhe2048 (RFC 7919 appendix A.1); the generator is 2.
const FFDHE2048: &str = "ffffffffffffffffadf85458a2bb4a9aafdc5620273d3cf1d8b9c583ce2d3695a9e13641146433fbcc939dce249b3ef9\
7d2fe363630c75d8f681b202aec4617ad3df1ed5d5fd65612433f51f5f066ed0856365553ded1af3b557135e7f57c935\
984f0c70e0e68b77e2a689daf3efe8721df158a136ade73530acca4f483a797abc0ab182b324fb61d108a94bb2c8e3fb\
b96adab760d7f4681d4f42a3de394df4ae56ede76372bb190b07a7c8ee0a6d709e02fce1cdf7e2ecc03404cd28342f61\
9172fe9ce98583ff8e4f1232eef28183c3fe3b1b4c6fad733bb5fcbc2ec22005c58ef1837d1683b2c6f34a26c1b2effa\
886b423861285c97ffffffffffffffff";

/// A scripted server with its certificate.
pub(crate) struct Scripted {
    /// What it speaks.
    pub(crate) script: Script,
    /// The certificates it serves, and the key.
    pub(crate) identity: Identity,
    /// The key again, ready to sign.
    pub(crate) signer: Signer,
}

/// What the server answers to a ClientHello.
pub(crate) enum Reply {
    /// A whole flight; whoever goes on after it is refused with this alert.
    Flight { octets: Vec<u8>, refuse: u8 },
    /// A HelloRetryRequest and what it was an answer to.
    Retry { octets: Vec<u8>, retried: Retried },
    /// An alert, then the end.
    Alert(Vec<u8>),
}

/// A first ClientHello and the HelloRetryRequest that answered it, as messages.
pub(crate) struct Retried {
    client_hello: Vec<u8>,
    retry: Vec<u8>,
}

/// Why no flight comes of a ClientHello.
#[derive(Debug)]
enum Stop {
    /// The client is refused.
    Refuse(u8),
    /// The lab's own fault.
    Sign(SignError),
}

impl From<SignError> for Stop {
    fn from(error: SignError) -> Self {
        Self::Sign(error)
    }
}

impl Scripted {
    /// The answer to a ClientHello, the second of its connection if `retried` is given.
    ///
    /// # Errors
    ///
    /// When the certificate's key cannot sign.
    pub(crate) fn answer(
        &self,
        heard: &Heard,
        retried: Option<&Retried>,
    ) -> Result<Reply, SignError> {
        let reply = match self.version(&heard.hello) {
            Some(ProtocolVersion::TLS1_3) => self.modern(heard, retried),
            Some(version) => self.classical(&heard.hello, version),
            None => Err(Stop::Refuse(PROTOCOL_VERSION)),
        };
        match reply {
            Ok(reply) => Ok(reply),
            Err(Stop::Refuse(number)) => Ok(Reply::Alert(fatal(number))),
            Err(Stop::Sign(error)) => Err(error),
        }
    }

    fn version(&self, hello: &ClientHelloMessage) -> Option<ProtocolVersion> {
        let mut own = self.script.versions.iter().copied();
        if self.script.reads_supported_versions {
            let offered = hello.versions();
            return own.find(|version| offered.contains(version));
        }
        own.find(|version| *version <= hello.legacy_version)
    }

    /// The first suite of ours that the client offers, of this version, for a key of ours.
    fn suite(&self, hello: &ClientHelloMessage, modern: bool) -> Result<CipherSuite, Stop> {
        let own = self.script.suites.iter().map(|code| CipherSuite(*code));
        let authentication = self.signer.authentication();
        let usable = |suite: &CipherSuite| match key_exchange(*suite) {
            Some(exchange) => !modern && exchange.split('_').any(|part| part == authentication),
            None => modern,
        };
        own.filter(usable)
            .find(|suite| hello.cipher_suites.contains(suite))
            .ok_or(Stop::Refuse(HANDSHAKE_FAILURE))
    }

    fn scheme(
        &self,
        hello: &ClientHelloMessage,
        version: ProtocolVersion,
    ) -> Result<Option<SignatureScheme>, Stop> {
        let offered: Vec<SignatureScheme> =
            list16(hello, 13).into_iter().map(SignatureScheme).collect();
        self.signer
            .scheme(version, &offered)
            .ok_or(Stop::Refuse(HANDSHAKE_FAILURE))
    }

    fn group(&self, hello: &ClientHelloMessage) -> Result<NamedGroup, Stop> {
        let offered = list16(hello, 10);
        let own = self.script.groups.iter().copied();
        let shared = own.map(NamedGroup).find(|group| offered.contains(&group.0));
        shared.ok_or(Stop::Refuse(HANDSHAKE_FAILURE))
    }

    /// ServerHello to ServerHelloDone (RFC 5246 section 7.3).
    fn classical(
        &self,
        hello: &ClientHelloMessage,
        version: ProtocolVersion,
    ) -> Result<Reply, Stop> {
        let suite = self.suite(hello, false)?;
        let random: [u8; 32] = rand::random();
        let mut extensions = Vec::new();
        let secure = hello.extension(RENEGOTIATION_INFO).is_some()
            || hello.cipher_suites.contains(&RENEGOTIATION_SCSV);
        if secure {
            extensions.push(extension(RENEGOTIATION_INFO, vec![0]));
        }
        if hello.extension(EXTENDED_MASTER_SECRET).is_some() {
            extensions.push(extension(EXTENDED_MASTER_SECRET, Vec::new()));
        }
        let mut messages = vec![
            HandshakeMessage::ServerHello(ServerHello {
                legacy_version: version,
                random,
                session_id: Vec::new(),
                cipher_suite: suite,
                compression: 0,
                extensions,
            }),
            HandshakeMessage::Certificate(self.certificate()),
        ];
        if let Some(parameters) = self.parameters(hello, suite)? {
            let mut exchange = ServerKeyExchange {
                psk_identity_hint: None,
                parameters,
                signature: None,
            };
            let scheme = self.scheme(hello, version)?;
            let signed = [&hello.random[..], &random, &exchange.signed_parameters()].concat();
            let signature = self.signer.sign(scheme, &signed)?;
            exchange.signature = Some(ServerSignature { scheme, signature });
            messages.push(HandshakeMessage::ServerKeyExchange(exchange));
        }
        if self.script.client_auth.is_some() {
            // rsa_sign and ecdsa_sign (RFC 5246 section 7.4.4, RFC 8422 section 5.5).
            messages.push(HandshakeMessage::CertificateRequest(CertificateRequest {
                certificate_types: vec![1, 64],
                schemes: [0x0403, 0x0804, 0x0401].map(SignatureScheme).to_vec(),
                ..CertificateRequest::default()
            }));
        }
        messages.push(HandshakeMessage::ServerHelloDone);
        let octets: Vec<u8> = messages
            .iter()
            .flat_map(|message| message.encode(version))
            .collect();
        let octets = fragment(ContentType::HANDSHAKE, version, &octets, MAX_PLAINTEXT);
        Ok(Reply::Flight {
            octets,
            refuse: self.script.client_auth.unwrap_or(INTERNAL_ERROR),
        })
    }

    /// What ServerKeyExchange holds; nothing for RSA key exchange.
    fn parameters(
        &self,
        hello: &ClientHelloMessage,
        suite: CipherSuite,
    ) -> Result<Option<KeyExchangeParameters>, Stop> {
        let exchange = key_exchange(suite).unwrap_or_default();
        if exchange.starts_with("ECDHE") {
            let group = self.group(hello)?;
            let public = match agreement(group) {
                Some(algorithm) => public_key(algorithm)?.1,
                None => shared_point(group).ok_or(Stop::Refuse(HANDSHAKE_FAILURE))?,
            };
            return Ok(Some(KeyExchangeParameters::Ecdhe { group, public }));
        }
        if exchange.starts_with("DHE") {
            let prime = hexadecimal(FFDHE2048);
            // A power of two below the prime is in the group without any arithmetic. No flight goes on to where the
            // strength of its exponent would matter.
            let exponent = rand::random_range(1024..2046_usize);
            let mut public = [0; 256];
            public[255 - exponent / 8] = 1 << (exponent % 8);
            return Ok(Some(KeyExchangeParameters::Dhe {
                prime,
                generator: vec![2],
                public: public.to_vec(),
            }));
        }
        Ok(None)
    }

    /// ServerHello to Finished, or a HelloRetryRequest (RFC 8446 section 2).
    fn modern(&self, heard: &Heard, retried: Option<&Retried>) -> Result<Reply, Stop> {
        let hello = &heard.hello;
        let suite = self.suite(hello, true)?;
        let hash = Hash::of(suite).ok_or(Stop::Refuse(HANDSHAKE_FAILURE))?;
        let scheme = self.scheme(hello, ProtocolVersion::TLS1_3)?;
        let group = self.group(hello)?;
        let share = shares(hello)
            .into_iter()
            .find(|(offered, _)| *offered == group);
        let server_hello = |random, share: Vec<u8>| ServerHello {
            legacy_version: ProtocolVersion::TLS1_2,
            random,
            session_id: hello.session_id.clone(),
            cipher_suite: suite,
            compression: 0,
            extensions: vec![
                extension(
                    SUPPORTED_VERSIONS,
                    ProtocolVersion::TLS1_3.0.to_be_bytes().to_vec(),
                ),
                extension(KEY_SHARE, [&group.0.to_be_bytes()[..], &share].concat()),
            ],
        };
        let Some((_, peer)) = share else {
            if retried.is_some() {
                return Err(Stop::Refuse(ILLEGAL_PARAMETER));
            }
            let retry = server_hello(RETRY_RANDOM, Vec::new());
            let retry = HandshakeMessage::HelloRetryRequest(retry).encode(ProtocolVersion::TLS1_3);
            let octets = in_records(&retry);
            let retried = Retried {
                client_hello: heard.message.clone(),
                retry,
            };
            return Ok(Reply::Retry { octets, retried });
        };
        let algorithm = agreement(group).ok_or(Stop::Refuse(HANDSHAKE_FAILURE))?;
        let (private, public) = public_key(algorithm)?;
        let bad = Stop::Refuse(ILLEGAL_PARAMETER);
        let peer = UnparsedPublicKey::new(algorithm, peer);
        let shared = agree_ephemeral(private, peer, bad, |secret| Ok(secret.to_vec()))?;
        let length = u16::try_from(public.len()).unwrap_or(u16::MAX);
        let share = [&length.to_be_bytes()[..], &public].concat();
        let server_hello = HandshakeMessage::ServerHello(server_hello(rand::random(), share))
            .encode(ProtocolVersion::TLS1_3);
        let mut transcript = match retried {
            Some(retried) => Transcript::retried(hash, &retried.client_hello, &retried.retry),
            None => Transcript::new(hash),
        };
        transcript.add(&heard.message);
        transcript.add(&server_hello);
        let sealed = self.sealed(suite, scheme, &shared, &mut transcript)?;
        Ok(Reply::Flight {
            octets: [in_records(&server_hello), sealed].concat(),
            refuse: INTERNAL_ERROR,
        })
    }

    /// change_cipher_spec for middleboxes, then EncryptedExtensions to Finished, encrypted.
    fn sealed(
        &self,
        suite: CipherSuite,
        scheme: Option<SignatureScheme>,
        shared: &[u8],
        transcript: &mut Transcript,
    ) -> Result<Vec<u8>, Stop> {
        let no_keys = || Stop::Refuse(HANDSHAKE_FAILURE);
        let secrets = HandshakeSecrets::new(shared, transcript);
        let mut keys = TrafficKeys::new(suite, &secrets.server).ok_or_else(no_keys)?;
        let mut messages = Vec::new();
        let mut say = |transcript: &mut Transcript, message: HandshakeMessage| {
            let octets = message.encode(ProtocolVersion::TLS1_3);
            transcript.add(&octets);
            messages.extend(octets);
        };
        say(
            transcript,
            HandshakeMessage::EncryptedExtensions(Vec::new()),
        );
        say(
            transcript,
            HandshakeMessage::Certificate(self.certificate()),
        );
        // RFC 8446 section 4.4.3.
        let signed = [
            &[b' '; 64][..],
            b"TLS 1.3, server CertificateVerify\0",
            &transcript.current(),
        ]
        .concat();
        let signature = self.signer.sign(scheme, &signed)?;
        say(
            transcript,
            HandshakeMessage::CertificateVerify(CertificateVerify { scheme, signature }),
        );
        let finished = keys.finished(&transcript.current());
        say(transcript, HandshakeMessage::Finished(finished));
        let mut octets = Record {
            content_type: ContentType::CHANGE_CIPHER_SPEC,
            version: ProtocolVersion::TLS1_2,
            body: vec![1],
        }
        .encode();
        for part in messages.chunks(MAX_PLAINTEXT) {
            octets.extend(
                keys.seal(ContentType::HANDSHAKE, part)
                    .ok_or_else(no_keys)?,
            );
        }
        Ok(octets)
    }

    fn certificate(&self) -> CertificateMessage {
        let entry = |der: &Vec<u8>| CertificateEntry {
            der: der.clone(),
            extensions: Vec::new(),
        };
        CertificateMessage {
            context: Vec::new(),
            entries: self.identity.chain.iter().map(entry).collect(),
        }
    }
}

fn extension(code: u16, body: Vec<u8>) -> RawExtension {
    RawExtension {
        code: ExtensionType(code),
        body,
    }
}

fn in_records(message: &[u8]) -> Vec<u8> {
    fragment(
        ContentType::HANDSHAKE,
        ProtocolVersion::TLS1_2,
        message,
        MAX_PLAINTEXT,
    )
}

/// `ECDHE_RSA` and the like from a suite's registered name; `None` for a suite of TLS 1.3, which names none.
fn key_exchange(suite: CipherSuite) -> Option<String> {
    let name = cipher_suite_name(suite);
    let (exchange, _) = name.strip_prefix("TLS_")?.split_once("_WITH_")?;
    Some(exchange.to_owned())
}

/// The numbers of an extension that holds a list of them: groups, signature schemes.
fn list16(hello: &ClientHelloMessage, code: u16) -> Vec<u16> {
    let body = hello
        .extension(code)
        .and_then(|body| body.get(2..))
        .unwrap_or_default();
    let number = |pair: &[u8]| pair.try_into().map(u16::from_be_bytes).ok();
    body.chunks_exact(2).filter_map(number).collect()
}

/// The key shares of a ClientHello (RFC 8446 section 4.2.8).
fn shares(hello: &ClientHelloMessage) -> Vec<(NamedGroup, Vec<u8>)> {
    let mut shares = Vec::new();
    let mut rest = hello
        .extension(KEY_SHARE)
        .and_then(|body| body.get(2..))
        .unwrap_or_default();
    while let Some(([group, more, high, low], after)) = rest.split_first_chunk::<4>() {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        let Some((share, after)) = after.split_at_checked(length) else {
            break;
        };
        shares.push((
            NamedGroup(u16::from_be_bytes([*group, *more])),
            share.to_vec(),
        ));
        rest = after;
    }
    shares
}

fn agreement(group: NamedGroup) -> Option<&'static Algorithm> {
    Some(match group.0 {
        0x0017 => &ECDH_P256,
        0x0018 => &ECDH_P384,
        0x0019 => &ECDH_P521,
        0x001d => &X25519,
        _ => return None,
    })
}

fn public_key(algorithm: &'static Algorithm) -> Result<(EphemeralPrivateKey, Vec<u8>), Stop> {
    let failed = |_| Stop::Sign(SignError::Agreement);
    let private = EphemeralPrivateKey::generate(algorithm, &SystemRandom::new()).map_err(failed)?;
    let public = private
        .compute_public_key()
        .map_err(failed)?
        .as_ref()
        .to_vec();
    Ok((private, public))
}

fn shared_point(group: NamedGroup) -> Option<Vec<u8>> {
    let (_, point) = SHARED_POINTS.iter().find(|(known, _)| *known == group)?;
    Some(hexadecimal(point))
}

fn hexadecimal(digits: &str) -> Vec<u8> {
    let digit = |digit: char| {
        digit
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    let digits: Vec<u8> = digits.chars().filter_map(digit).collect();
    digits
        .chunks(2)
        .map(|pair| pair.iter().fold(0, |octet, digit| octet << 4 | digit))
        .collect()
}

#[cfg(test)]
mod tests;
