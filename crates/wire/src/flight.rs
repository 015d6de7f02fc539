//! One reading of everything a server said in its first flight.

use crate::decode::{Decoder, Item, Limits, Messages};
use crate::defect::Defect;
use crate::first::{FirstOctets, classify};
use crate::handshake::{
    CertificateMessage, CertificateRequest, ClientHelloMessage, Context, HandshakeMessage, KeyExchangeParameters, RawExtension, ServerHello,
    ServerKeyExchange,
};
use crate::reader::Reader;
use crate::record::Alert;
use crate::schedule::Hash;
use crate::ssl2::Ssl2Message;
use report::{
    AlertDescription, AlertLevel, CipherSuite, ContentType, Direction, NamedGroup, Observation, ProtocolVersion, SignatureScheme,
};

/// MD5 and SHA-1 together, as RSA keys sign before TLS 1.2 (RFC 4346 section 7.4.3). Not a registered code point.
pub const RSA_MD5_SHA1: SignatureScheme = SignatureScheme(0xff01);
/// SHA-1 with ECDSA, as EC keys sign before TLS 1.2 (RFC 8422 section 5.4).
pub const ECDSA_SHA1: SignatureScheme = SignatureScheme(0x0203);
/// SHA-1 with DSA.
pub const DSA_SHA1: SignatureScheme = SignatureScheme(0x0202);

/// The certificate bytes one compressed certificate may become (RFC 8879 bounds it by the message's own length).
const UNCOMPRESSED: usize = 4 << 20;

/// Everything a server said until its flight ended or broke off.
#[derive(Clone, Debug, Default)]
pub struct ServerFlight {
    /// What its first octets are.
    pub first: FirstOctets,
    /// A HelloRetryRequest, if one came.
    pub hello_retry: Option<ServerHello>,
    /// The ServerHello.
    pub server_hello: Option<ServerHello>,
    /// The version selected.
    pub version: Option<ProtocolVersion>,
    /// The cipher suite selected.
    pub cipher_suite: Option<CipherSuite>,
    /// The group of the key exchange; `None` for RSA and finite-field exchange with custom primes.
    pub group: Option<NamedGroup>,
    /// Bits of the finite-field prime, where one was sent.
    pub dh_bits: Option<u32>,
    /// The application protocol selected.
    pub alpn: Option<String>,
    /// DER, as sent.
    pub certificates: Vec<Vec<u8>>,
    /// The stapled OCSP response, DER.
    pub ocsp_staple: Option<Vec<u8>>,
    /// SignedCertificateTimestampLists sent in the handshake (RFC 6962 section 3.3.1), one entry per SCT.
    pub scts: Vec<Vec<u8>>,
    /// What the server wants of a client certificate.
    pub certificate_request: Option<CertificateRequest>,
    /// The extensions that TLS 1.3 encrypts.
    pub encrypted_extensions: Option<Vec<RawExtension>>,
    /// What the server signed, and how.
    pub signature: Option<SignedContent>,
    /// Whether the flight came to its end: ServerHelloDone, or a TLS 1.3 Finished.
    pub complete: bool,
    /// Alerts from the server, in order.
    pub received_alerts: Vec<Alert>,
    /// Alerts from us, in order.
    pub sent_alerts: Vec<Alert>,
    /// What was not as it should be.
    pub defects: Vec<Defect>,
}

/// Exactly what was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedContent {
    /// How; before TLS 1.2, which names none, one of [`RSA_MD5_SHA1`], [`ECDSA_SHA1`] and [`DSA_SHA1`] by the cipher suite.
    pub scheme: SignatureScheme,
    /// What.
    pub message: Vec<u8>,
    /// The signature.
    pub signature: Vec<u8>,
}

/// What the client sent, as far as signatures cover it.
#[derive(Default)]
struct Sent {
    hellos: Vec<(ClientHelloMessage, Vec<u8>)>,
}

impl ServerFlight {
    /// Reads what `observation` saw. A plaintext dialogue before TLS is left out.
    pub fn read(observation: &Observation) -> Self {
        let mut flight = Self::default();
        let start = observation.traffic.iter().position(|segment| segment.direction == Direction::Sent && begins_tls(&segment.bytes));
        let after = observation.traffic.get(start.unwrap_or(0)..).unwrap_or_default();
        let octets = |direction| after.iter().filter(|segment| segment.direction == direction).flat_map(|segment| segment.bytes.iter().copied()).collect::<Vec<u8>>();
        let received = octets(Direction::Received);
        flight.first = classify(&received);
        let sent = flight.read_sent(&octets(Direction::Sent));
        let mut reading = Reading { flight, sent, transcript: Vec::new(), before_verify: None };
        reading.clear(&received);
        reading.opened(observation);
        reading.flight
    }

    fn read_sent(&mut self, octets: &[u8]) -> Sent {
        let mut sent = Sent::default();
        for event in events(octets) {
            match event {
                Item::Handshake(HandshakeMessage::ClientHello(hello)) => {
                    let message = HandshakeMessage::ClientHello(hello.clone()).encode(ProtocolVersion::TLS1_2);
                    sent.hellos.push((hello, message));
                }
                Item::Alert(alert) => self.sent_alerts.push(alert),
                _ => {}
            }
        }
        sent
    }
}

/// A ClientHello in records, or in SSLv2 form.
fn begins_tls(octets: &[u8]) -> bool {
    matches!(octets, [22, 3, ..] | [0x80..=0xff, _, 1, ..])
}

fn events(octets: &[u8]) -> Vec<Item> {
    let mut decoder = Decoder::new(Limits::default());
    decoder.feed(octets);
    let mut items: Vec<Item> = std::iter::from_fn(|| decoder.next_event()).map(|event| event.item).collect();
    items.extend(std::iter::from_fn(|| decoder.finish()).map(|event| event.item));
    items
}

struct Reading {
    flight: ServerFlight,
    sent: Sent,
    /// Handshake messages from the ServerHello on, encoded again, for TLS 1.3's transcript.
    transcript: Vec<u8>,
    before_verify: Option<Vec<u8>>,
}

impl Reading {
    fn clear(&mut self, octets: &[u8]) {
        for item in events(octets) {
            match item {
                Item::Handshake(message) => self.message(message),
                Item::Alert(alert) => self.flight.received_alerts.push(alert),
                Item::Defect(defect) => self.flight.defects.push(defect),
                Item::Ssl2(Ssl2Message::ServerHello { version, certificate, .. }) => {
                    self.flight.version = Some(ProtocolVersion(version));
                    self.flight.certificates = vec![certificate];
                    self.flight.complete = true;
                }
                _ => {}
            }
        }
    }

    fn opened(&mut self, observation: &Observation) {
        let mut messages = Messages::default();
        let mut context = Context { version: self.flight.version.unwrap_or(ProtocolVersion::TLS1_3) };
        let mut offset = 0u64;
        for opened in &observation.opened {
            match (opened.content_type, opened.direction) {
                (ContentType::ALERT, direction) => {
                    if let [level, description, ..] = *opened.bytes.as_slice() {
                        let alert = Alert { level: AlertLevel(level), description: AlertDescription(description) };
                        match direction {
                            Direction::Received => self.flight.received_alerts.push(alert),
                            Direction::Sent => self.flight.sent_alerts.push(alert),
                        }
                    }
                }
                (ContentType::HANDSHAKE, Direction::Received) => {
                    for event in messages.feed(offset, &opened.bytes, &mut context, Limits::default().message) {
                        match event.item {
                            Item::Handshake(message) => self.message(message),
                            Item::Defect(defect) => self.flight.defects.push(defect),
                            _ => {}
                        }
                    }
                    offset = offset.saturating_add(opened.bytes.len() as u64);
                }
                _ => {}
            }
        }
    }

    fn message(&mut self, message: HandshakeMessage) {
        let version = self.flight.version.unwrap_or(ProtocolVersion::TLS1_2);
        let encoded = message.encode(version);
        match message {
            HandshakeMessage::HelloRetryRequest(hello) => {
                self.flight.version = Some(hello.selected_version());
                self.flight.cipher_suite = Some(hello.cipher_suite);
                self.flight.hello_retry = Some(hello);
            }
            HandshakeMessage::ServerHello(hello) => self.server_hello(hello),
            HandshakeMessage::EncryptedExtensions(extensions) => {
                self.flight.alpn = extension(&extensions, 16).and_then(crate::handshake::selected_protocol);
                self.flight.encrypted_extensions = Some(extensions);
            }
            HandshakeMessage::Certificate(certificate) => self.certificate(certificate),
            HandshakeMessage::CompressedCertificate { algorithm, uncompressed, compressed } => {
                match crate::compression::decompress(algorithm, &compressed, UNCOMPRESSED.min(uncompressed as usize)) {
                    Some(body) => {
                        let context = Context { version: ProtocolVersion::TLS1_3 };
                        let (message, defects) = HandshakeMessage::decode(report::HandshakeType(11), &body, &context);
                        self.flight.defects.extend(defects);
                        if let HandshakeMessage::Certificate(certificate) = message {
                            self.certificate(certificate);
                        }
                    }
                    None => self.flight.defects.push(Defect::new(0, "compressed_certificate_message", "content that decompresses", format!("algorithm {algorithm}"))),
                }
            }
            HandshakeMessage::CertificateStatus(body) => self.flight.ocsp_staple = staple(&body),
            HandshakeMessage::ServerKeyExchange(exchange) => self.key_exchange(&exchange),
            HandshakeMessage::CertificateRequest(request) => self.flight.certificate_request = Some(request),
            HandshakeMessage::CertificateVerify(verify) => {
                if let Some(scheme) = verify.scheme {
                    self.before_verify = Some(self.transcript.clone());
                    self.flight.signature = self.modern_content().map(|message| SignedContent { scheme, message, signature: verify.signature });
                }
            }
            HandshakeMessage::ServerHelloDone => self.flight.complete = true,
            HandshakeMessage::Finished(_) if version >= ProtocolVersion::TLS1_3 => self.flight.complete = true,
            _ => {}
        }
        self.transcript.extend(encoded);
    }

    fn server_hello(&mut self, hello: ServerHello) {
        self.flight.version = Some(hello.selected_version());
        self.flight.cipher_suite = Some(hello.cipher_suite);
        self.flight.group = hello.key_share().map(|(group, _)| group);
        self.flight.alpn = hello.alpn();
        if let Some(list) = hello.extension(18) {
            self.flight.scts = scts(list);
        }
        if hello.selected_version() < ProtocolVersion::TLS1_3 {
            self.transcript.clear();
        }
        self.flight.server_hello = Some(hello);
    }

    fn certificate(&mut self, certificate: CertificateMessage) {
        if !self.flight.certificates.is_empty() {
            return;
        }
        if let Some(leaf) = certificate.entries.first() {
            self.flight.ocsp_staple = extension(&leaf.extensions, 5).and_then(staple).or(self.flight.ocsp_staple.take());
            if let Some(list) = extension(&leaf.extensions, 18) {
                self.flight.scts = scts(list);
            }
        }
        self.flight.certificates = certificate.entries.into_iter().map(|entry| entry.der).collect();
    }

    /// RFC 5246 section 7.4.3: the signature covers both randoms and the parameters.
    fn key_exchange(&mut self, exchange: &ServerKeyExchange) {
        match &exchange.parameters {
            KeyExchangeParameters::Ecdhe { group, .. } => self.flight.group = Some(*group),
            KeyExchangeParameters::Dhe { prime, .. } => self.flight.dh_bits = Some(bits(prime)),
            KeyExchangeParameters::Other(_) => {}
        }
        let (Some(signature), Some((client, _)), Some(server)) = (&exchange.signature, self.sent.hellos.last(), &self.flight.server_hello) else {
            return;
        };
        let message = [&client.random[..], &server.random, &exchange.signed_parameters()].concat();
        let scheme = signature.scheme.unwrap_or_else(|| unnamed_scheme(server.cipher_suite));
        self.flight.signature = Some(SignedContent { scheme, message, signature: signature.signature.clone() });
    }

    /// RFC 8446 section 4.4.3: 64 spaces, a context string, a zero, and the transcript's hash.
    fn modern_content(&self) -> Option<Vec<u8>> {
        let hash = Hash::of(self.flight.cipher_suite?)?;
        let mut transcript = Vec::new();
        match (&self.flight.hello_retry, self.sent.hellos.as_slice()) {
            (Some(retry), [(_, first), (_, second), ..]) => {
                transcript.push(254);
                crate::reader::put24(&mut transcript, &hash.digest(first));
                transcript.extend(HandshakeMessage::HelloRetryRequest(retry.clone()).encode(ProtocolVersion::TLS1_3));
                transcript.extend_from_slice(second);
                let retry = HandshakeMessage::HelloRetryRequest(retry.clone()).encode(ProtocolVersion::TLS1_3).len();
                transcript.extend_from_slice(self.before_verify.as_ref()?.get(retry..)?);
            }
            (None, [(_, only), ..]) => {
                transcript.extend_from_slice(only);
                transcript.extend_from_slice(self.before_verify.as_ref()?);
            }
            _ => return None,
        }
        let mut content = vec![0x20; 64];
        content.extend_from_slice(b"TLS 1.3, server CertificateVerify\0");
        content.extend(hash.digest(&transcript));
        Some(content)
    }
}

fn extension(extensions: &[RawExtension], code: u16) -> Option<&[u8]> {
    extensions.iter().find(|extension| extension.code.0 == code).map(|extension| extension.body.as_slice())
}

/// CertificateStatus (RFC 6066 section 8): type 1 and an OCSP response.
fn staple(body: &[u8]) -> Option<Vec<u8>> {
    let mut reader = Reader::new(body);
    (reader.u8()? == 1).then_some(())?;
    reader.vector24().map(<[u8]>::to_vec)
}

fn scts(list: &[u8]) -> Vec<Vec<u8>> {
    let mut reader = Reader::new(Reader::new(list).vector16().unwrap_or_default());
    std::iter::from_fn(|| reader.vector16().map(<[u8]>::to_vec)).collect()
}

fn bits(number: &[u8]) -> u32 {
    let significant: Vec<u8> = number.iter().copied().skip_while(|octet| *octet == 0).collect();
    let leading = significant.first().map_or(0, |octet| octet.leading_zeros());
    u32::try_from(significant.len()).unwrap_or(u32::MAX).saturating_mul(8).saturating_sub(leading)
}

fn unnamed_scheme(suite: CipherSuite) -> SignatureScheme {
    let name = crate::registry::cipher_suite_name(suite);
    if name.contains("_ECDSA_") {
        ECDSA_SHA1
    } else if name.contains("_DSS_") {
        DSA_SHA1
    } else {
        RSA_MD5_SHA1
    }
}

#[cfg(test)]
mod tests {
    use super::bits;

    #[test]
    fn bits_of_a_prime() {
        assert_eq!(bits(&[0, 0xff, 0]), 16);
        assert_eq!(bits(&[1, 0]), 9);
        assert_eq!(bits(&[]), 0);
    }
}
