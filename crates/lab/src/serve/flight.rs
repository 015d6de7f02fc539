//! Server flights written message by message, for what rustls does not speak.

mod classical;
mod groups;

pub(super) use classical::authorities;

use super::gate::{self, Turn, fatal};
use super::heard::Heard;
use crate::certify::{Identity, SignError, Signer};
use crate::stage::Script;
use aws_lc_rs::agreement::{UnparsedPublicKey, agree_ephemeral};
use groups::{agreement, public_key};
use report::{
    CipherSuite, ContentType, ExtensionType, NamedGroup, ProtocolVersion, SignatureScheme,
};
use wire::handshake::{
    CertificateEntry, CertificateMessage, CertificateVerify, ClientHelloMessage, HandshakeMessage,
    RETRY_RANDOM, RawExtension, ServerHello,
};
use wire::record::{MAX_PLAINTEXT, Record, fragment};
use wire::registry::cipher_suite_name;
use wire::schedule::{HandshakeSecrets, Hash, TrafficKeys, Transcript};

const PROTOCOL_VERSION: u8 = 70;
const HANDSHAKE_FAILURE: u8 = 40;
const ILLEGAL_PARAMETER: u8 = 47;
const INTERNAL_ERROR: u8 = 80;

const SUPPORTED_VERSIONS: u16 = 43;
const KEY_SHARE: u16 = 51;
const RENEGOTIATION_INFO: u16 = 0xff01;

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
            Some(version) => self.classical(heard, version),
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
    fn suite(&self, heard: &Heard, modern: bool) -> Result<CipherSuite, Stop> {
        let own = self.script.suites.iter().map(|code| CipherSuite(*code));
        let hello = &heard.hello;
        let usual = self.signer.authentication();
        let other = self.script.odd.other_key;
        let authentication = match other {
            Some(condition) if gate::fits(condition, heard, Turn::First) => match usual {
                "RSA" => "ECDSA",
                _ => "RSA",
            },
            _ => usual,
        };
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
        let odd = &self.script.odd;
        let own: Vec<SignatureScheme> = odd.schemes.iter().copied().map(SignatureScheme).collect();
        if version < ProtocolVersion::TLS1_2 || own.is_empty() {
            return self
                .signer
                .scheme(version, &offered)
                .ok_or(Stop::Refuse(HANDSHAKE_FAILURE));
        }
        if odd.imposes_scheme {
            return Ok(own.first().copied());
        }
        let shared = own.into_iter().find(|scheme| offered.contains(scheme));
        shared.map(Some).ok_or(Stop::Refuse(HANDSHAKE_FAILURE))
    }

    fn group(&self, hello: &ClientHelloMessage) -> Result<NamedGroup, Stop> {
        let offered = list16(hello, 10);
        let own = self.script.groups.iter().copied();
        let shared = own.map(NamedGroup).find(|group| offered.contains(&group.0));
        shared.ok_or(Stop::Refuse(HANDSHAKE_FAILURE))
    }

    /// ServerHello to Finished, or a HelloRetryRequest (RFC 8446 section 2).
    fn modern(&self, heard: &Heard, retried: Option<&Retried>) -> Result<Reply, Stop> {
        let hello = &heard.hello;
        let suite = self.suite(heard, true)?;
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

#[cfg(test)]
mod tests;
