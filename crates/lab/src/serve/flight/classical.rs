//! Flights before TLS 1.3.

use super::groups::{agreement, finite, public_key, shared_point};
use super::{
    HANDSHAKE_FAILURE, INTERNAL_ERROR, RENEGOTIATION_INFO, Reply, Scripted, Stop, extension,
    key_exchange,
};
use crate::serve::heard::Heard;
use jiff::Timestamp;
use report::{CipherSuite, ContentType, ProtocolVersion, SignatureScheme};
use wire::handshake::{
    CertificateRequest, ClientHelloMessage, HandshakeMessage, KeyExchangeParameters, ServerHello,
    ServerKeyExchange, ServerSignature,
};
use wire::record::{MAX_PLAINTEXT, fragment};

const EXTENDED_MASTER_SECRET: u16 = 23;
const RENEGOTIATION_SCSV: CipherSuite = CipherSuite(0x00ff);

impl Scripted {
    /// ServerHello to ServerHelloDone (RFC 5246 section 7.3).
    pub(super) fn classical(&self, heard: &Heard, version: ProtocolVersion) -> Result<Reply, Stop> {
        let hello = &heard.hello;
        let suite = self.suite(heard, false)?;
        let random = self.random();
        let odd = &self.script.odd;
        let mut extensions = Vec::new();
        let secure = hello.extension(RENEGOTIATION_INFO).is_some()
            || hello.cipher_suites.contains(&RENEGOTIATION_SCSV);
        if secure && !odd.omits.contains(&RENEGOTIATION_INFO) {
            extensions.push(extension(RENEGOTIATION_INFO, vec![0]));
        }
        let extended = hello.extension(EXTENDED_MASTER_SECRET).is_some();
        if extended && !odd.omits.contains(&EXTENDED_MASTER_SECRET) {
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
            // A GREASE value first (RFC 8701 section 2).
            let grease = odd.greases.then_some(0x3a3a);
            let known = [0x0403, 0x0804, 0x0401];
            // rsa_sign and ecdsa_sign (RFC 5246 section 7.4.4, RFC 8422 section 5.5).
            messages.push(HandshakeMessage::CertificateRequest(CertificateRequest {
                certificate_types: vec![1, 64],
                schemes: grease
                    .into_iter()
                    .chain(known)
                    .map(SignatureScheme)
                    .collect(),
                authorities: authorities(self.script.authorities),
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
            let (prime, public) = finite(self.script.odd.prime);
            return Ok(Some(KeyExchangeParameters::Dhe {
                prime,
                generator: vec![2],
                public,
            }));
        }
        Ok(None)
    }

    /// ServerHello.random: before TLS 1.3 it began with the time (RFC 5246 section 7.4.1.2).
    fn random(&self) -> [u8; 32] {
        let odd = &self.script.odd;
        let mut random: [u8; 32] = rand::random();
        if let Some(hours) = odd.random_clock {
            let seconds = Timestamp::now().as_second() + hours * 3600;
            let seconds = u32::try_from(seconds).unwrap_or(u32::MAX);
            random[..4].copy_from_slice(&seconds.to_be_bytes());
        }
        if let Some(end) = odd.random_end {
            random[24..].copy_from_slice(&end);
        }
        random
    }
}

/// Names of authorities that are nobody's, DER: one common name each.
pub(crate) fn authorities(count: usize) -> Vec<Vec<u8>> {
    let element = |tag: u8, content: &[u8]| -> Vec<u8> {
        let length = u8::try_from(content.len()).unwrap_or(u8::MAX);
        [&[tag, length], content].concat()
    };
    let name = |number: usize| {
        let text = element(
            0x0c,
            format!("A certification authority, number {number:05}").as_bytes(),
        );
        let attribute = [&[6, 3, 0x55, 4, 3], &text[..]].concat();
        element(0x30, &element(0x31, &element(0x30, &attribute)))
    };
    (0..count).map(name).collect()
}
