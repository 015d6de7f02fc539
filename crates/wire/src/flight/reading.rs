//! Going through a server's messages.

use super::ServerFlight;
use super::conversation::Conversation;
use super::signed::{SignedContent, modern_content, unnamed_scheme};
use crate::compression::decompress;
use crate::decode::{Decoder, Item, Limits};
use crate::defect::Defect;
use crate::first::FirstOctets;
use crate::handshake::{
    CertificateMessage, Context, HandshakeMessage, KeyExchangeParameters, ServerHello,
    ServerKeyExchange, find, selected_protocol,
};
use crate::messages::{Found, Messages};
use crate::reader::Reader;
use crate::record::Alert;
use crate::ssl2::Ssl2Message;
use report::{
    AlertDescription, AlertLevel, ContentType, Direction, HandshakeType, Opened, ProtocolVersion,
};

const ALPN: u16 = 16;
const STATUS_REQUEST: u16 = 5;
const SIGNED_CERTIFICATE_TIMESTAMP: u16 = 18;
const CERTIFICATE: HandshakeType = HandshakeType(11);

/// How many defects are kept; whoever makes more makes them on purpose.
const MOST_DEFECTS: usize = 256;

pub(super) struct Reading {
    pub(super) flight: ServerFlight,
    context: Context,
    hellos: Hellos,
    /// The HelloRetryRequest as it came.
    retry: Option<Vec<u8>>,
    /// The messages since, as they came.
    messages: Vec<u8>,
}

/// The ClientHellos sent.
#[derive(Default)]
struct Hellos {
    /// As messages.
    octets: Vec<Vec<u8>>,
    /// The random of the last one.
    random: Option<[u8; 32]>,
}

impl Reading {
    pub(super) fn new(first: FirstOctets, conversation: &Conversation) -> Self {
        let mut reading = Self {
            flight: ServerFlight {
                first,
                ..ServerFlight::default()
            },
            context: Context::default(),
            hellos: Hellos::default(),
            retry: None,
            messages: Vec::new(),
        };
        // What a client's records hold depends on the version, which only the server's side tells; and what the server
        // signed depends on the client's random. So the server's side is gone through twice.
        let context = each(&conversation.received, Context::default(), |_, _| {});
        each(&conversation.sent, context, |item, octets| {
            reading.sent(item, octets);
        });
        reading.context = context;
        each(
            &conversation.received,
            Context::default(),
            |item, octets| {
                reading.received(item, &octets);
            },
        );
        reading
    }

    /// Goes on with what was encrypted.
    pub(super) fn opened(&mut self, opened: &[Opened]) {
        let mut messages = Messages::default();
        let mut context = self.context;
        let mut offset = 0u64;
        for part in opened {
            match (part.content_type, part.direction) {
                (ContentType::ALERT, direction) => {
                    let alerts = match direction {
                        Direction::Received => &mut self.flight.received_alerts,
                        Direction::Sent => &mut self.flight.sent_alerts,
                    };
                    if let [level, description, ..] = *part.bytes.as_slice() {
                        let description = AlertDescription(description);
                        alerts.push(Alert {
                            level: AlertLevel(level),
                            description,
                        });
                    }
                }
                (ContentType::HANDSHAKE, Direction::Received) => {
                    let limit = Limits::default().message;
                    for found in messages.feed(offset, &part.bytes, &mut context, limit) {
                        self.found(found);
                    }
                    offset = offset.saturating_add(part.bytes.len() as u64);
                }
                _ => {}
            }
        }
        self.defects(messages.cut_off());
    }

    fn sent(&mut self, item: Item, octets: Vec<u8>) {
        match item {
            Item::Handshake(HandshakeMessage::ClientHello(hello)) => {
                self.hellos.random = Some(hello.random);
                self.hellos.octets.push(octets);
            }
            Item::Ssl2(Ssl2Message::ClientHello { challenge, .. }) => {
                self.hellos.random = Some(padded(&challenge));
            }
            Item::Alert(alert) => self.flight.sent_alerts.push(alert),
            _ => {}
        }
    }

    fn received(&mut self, item: Item, octets: &[u8]) {
        match item {
            Item::Handshake(message) => self.message(message, octets),
            Item::Alert(alert) => self.flight.received_alerts.push(alert),
            Item::Defect(defect) => self.defects([defect]),
            Item::Ssl2(Ssl2Message::ServerHello { certificate, .. }) => {
                self.flight.version = Some(ProtocolVersion::SSL2);
                self.flight.certificates = vec![certificate];
                self.flight.complete = true;
            }
            _ => {}
        }
    }

    fn found(&mut self, found: Found) {
        match found {
            Found::Message(whole) => {
                self.message(whole.message, &whole.octets);
                self.defects(whole.defects);
            }
            Found::Defect(defect) => self.defects([defect]),
        }
    }

    fn message(&mut self, message: HandshakeMessage, octets: &[u8]) {
        match message {
            HandshakeMessage::HelloRetryRequest(hello) if self.flight.hello_retry.is_none() => {
                self.chosen(&hello);
                self.flight.hello_retry = Some(hello);
                self.retry = Some(octets.to_vec());
                return;
            }
            HandshakeMessage::ServerHello(hello) if self.flight.server_hello.is_none() => {
                self.server_hello(hello);
            }
            // What follows the flight, such as a request for a certificate afterwards, is no part of it.
            _ if self.flight.complete => return,
            HandshakeMessage::EncryptedExtensions(extensions) => {
                self.flight.alpn = find(&extensions, ALPN).and_then(selected_protocol);
                self.flight.encrypted_extensions = Some(extensions);
            }
            HandshakeMessage::Certificate(certificate) => self.certificate(certificate),
            HandshakeMessage::CompressedCertificate {
                algorithm,
                uncompressed,
                compressed,
            } => {
                self.compressed(algorithm, uncompressed, &compressed);
            }
            HandshakeMessage::CertificateStatus(body) => self.flight.ocsp_staple = staple(&body),
            HandshakeMessage::ServerKeyExchange(exchange) => self.key_exchange(exchange),
            HandshakeMessage::CertificateRequest(request) => {
                self.flight.certificate_request = Some(request);
            }
            HandshakeMessage::CertificateVerify(verify) => {
                let content = self.flight.cipher_suite.and_then(|suite| {
                    let retry = self.retry.as_deref();
                    modern_content(suite, &self.hellos.octets, retry, &self.messages)
                });
                if let (Some(scheme), Some(message)) = (verify.scheme, content) {
                    let signature = verify.signature;
                    self.flight.signature = Some(SignedContent {
                        scheme,
                        message,
                        signature,
                    });
                }
            }
            HandshakeMessage::ServerHelloDone => self.flight.complete = true,
            HandshakeMessage::Finished(_) if self.context.modern() => self.flight.complete = true,
            _ => {}
        }
        self.messages.extend_from_slice(octets);
    }

    fn defects(&mut self, defects: impl IntoIterator<Item = Defect>) {
        let room = MOST_DEFECTS.saturating_sub(self.flight.defects.len());
        self.flight.defects.extend(defects.into_iter().take(room));
    }

    fn chosen(&mut self, hello: &ServerHello) {
        self.flight.version = Some(hello.selected_version());
        self.flight.cipher_suite = Some(hello.cipher_suite);
    }

    fn server_hello(&mut self, hello: ServerHello) {
        self.chosen(&hello);
        self.flight.group = hello.key_share().map(|(group, _)| group);
        self.flight.alpn = hello.alpn();
        if let Some(list) = hello.extension(SIGNED_CERTIFICATE_TIMESTAMP) {
            self.flight.scts = timestamps(list);
        }
        self.flight.server_hello = Some(hello);
    }

    fn certificate(&mut self, certificate: CertificateMessage) {
        if !self.flight.certificates.is_empty() {
            return;
        }
        if let Some(leaf) = certificate.entries.first() {
            let body = |code| find(&leaf.extensions, code);
            if let Some(response) = body(STATUS_REQUEST).and_then(staple) {
                self.flight.ocsp_staple = Some(response);
            }
            if let Some(list) = body(SIGNED_CERTIFICATE_TIMESTAMP) {
                self.flight.scts = timestamps(list);
            }
        }
        let entries = certificate.entries.into_iter();
        self.flight.certificates = entries.map(|entry| entry.der).collect();
    }

    fn compressed(&mut self, algorithm: u16, uncompressed: u32, compressed: &[u8]) {
        let length = usize::try_from(uncompressed).unwrap_or(usize::MAX);
        match decompress(algorithm, compressed, length, Limits::default().message) {
            Ok(body) => {
                let (message, defects) =
                    HandshakeMessage::decode(CERTIFICATE, &body, &self.context);
                self.defects(defects);
                if let HandshakeMessage::Certificate(certificate) = message {
                    self.certificate(certificate);
                }
            }
            Err(failure) => {
                const FIELD: &str = "compressed_certificate_message";
                let expected = format!("{length} octets when decompressed");
                self.defects([Defect::new(0, FIELD, expected, failure.to_string())]);
            }
        }
    }

    fn key_exchange(&mut self, exchange: ServerKeyExchange) {
        match &exchange.parameters {
            KeyExchangeParameters::Ecdhe { group, .. } => self.flight.group = Some(*group),
            KeyExchangeParameters::Dhe { prime, .. } => self.flight.dh_bits = Some(bits(prime)),
            _ => {}
        }
        let parameters = exchange.signed_parameters();
        let (Some(signature), Some(client), Some(server)) = (
            exchange.signature,
            self.hellos.random,
            &self.flight.server_hello,
        ) else {
            return;
        };
        let message = [&client[..], &server.random, &parameters].concat();
        let scheme = signature
            .scheme
            .unwrap_or_else(|| unnamed_scheme(server.cipher_suite));
        let signature = signature.signature;
        self.flight.signature = Some(SignedContent {
            scheme,
            message,
            signature,
        });
    }
}

/// Goes through all events, each with the octets of its handshake message, and gives what the messages decided. One
/// record of one octet makes an event many times its size, so they are not collected.
fn each(octets: &[u8], context: Context, mut take: impl FnMut(Item, Vec<u8>)) -> Context {
    const PORTION: usize = 4096;
    let mut decoder = Decoder::with_context(Limits::default(), context);
    for portion in octets.chunks(PORTION) {
        decoder.feed(portion);
        while let Some((event, octets)) = decoder.next_with_octets() {
            take(event.item, octets);
        }
    }
    while let Some((event, octets)) = decoder.finish_with_octets() {
        take(event.item, octets);
    }
    decoder.context()
}

/// The client's random in the SSLv2 form: the challenge, after zeros where it is shorter (RFC 5246 section E.2).
fn padded(challenge: &[u8]) -> [u8; 32] {
    let mut random = [0; 32];
    for (octet, given) in random.iter_mut().rev().zip(challenge.iter().rev()) {
        *octet = *given;
    }
    random
}

/// The response in a CertificateStatus: of type ocsp, or the first of type ocsp_multi.
fn staple(body: &[u8]) -> Option<Vec<u8>> {
    let mut reader = Reader::new(body);
    let response = match reader.u8()? {
        1 => reader.vector24(),
        2 => Reader::new(reader.vector24()?).vector24(),
        _ => None,
    };
    response.map(<[u8]>::to_vec)
}

/// The entries of a SignedCertificateTimestampList.
fn timestamps(list: &[u8]) -> Vec<Vec<u8>> {
    let mut reader = Reader::new(Reader::new(list).vector16().unwrap_or_default());
    std::iter::from_fn(|| reader.vector16().map(<[u8]>::to_vec)).collect()
}

/// The position of the highest bit that is set.
fn bits(number: &[u8]) -> u32 {
    let mut significant = number.iter().skip_while(|octet| **octet == 0);
    let Some(first) = significant.next() else {
        return 0;
    };
    let rest = u32::try_from(significant.count()).unwrap_or(u32::MAX);
    rest.saturating_mul(8)
        .saturating_add(u8::BITS.saturating_sub(first.leading_zeros()))
}
