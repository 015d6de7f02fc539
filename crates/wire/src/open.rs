//! Opens what a TLS 1.3 server encrypts during the handshake, with keys the caller has.

use crate::build::{Built, KeyShares};
use crate::decode::{Decoder, Item, Limits};
use crate::handshake::{HandshakeMessage, ServerHello};
use crate::record::Record;
use crate::schedule::{HandshakeSecrets, Hash, TrafficKeys};
use report::{CipherSuite, ContentType, ProtocolVersion};

/// The type of the synthetic message that stands for the first ClientHello (RFC 8446 section 4.4.1).
const MESSAGE_HASH: u8 = 254;
const FINISHED: u8 = 20;
const MESSAGE_HEADER: usize = 4;
/// Octets of one handshake message that are held.
const LONGEST: usize = 4 << 20;

/// The content of one encrypted record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedRecord {
    /// The inner content type.
    pub content_type: ContentType,
    /// The content.
    pub bytes: Vec<u8>,
}

/// Follows a server's octets and opens the records of its flight.
#[derive(Debug)]
pub struct Opener {
    transcript: Vec<u8>,
    keys: Option<KeyShares>,
    clear: Decoder,
    buffer: Vec<u8>,
    /// What is inside, put together until the message is whole.
    inner: Vec<u8>,
    state: State,
    finished: Option<bool>,
}

#[derive(Debug)]
enum State {
    /// Before a ServerHello.
    Clear,
    /// After a HelloRetryRequest, before the second ClientHello.
    Retry(Box<ServerHello>),
    /// With keys.
    Handshake { suite: CipherSuite, secrets: Option<HandshakeSecrets>, keys: TrafficKeys, application: Option<Vec<u8>> },
    /// After the server's Finished.
    Application(Option<TrafficKeys>),
    /// TLS 1.2 or older, a suite or group we hold no arithmetic for, or a flight that does not decrypt.
    Closed,
}

impl Opener {
    /// For a server that is answering `built`.
    pub fn from_built(built: &Built) -> Self {
        Self {
            transcript: built.message.clone(),
            keys: Some(built.keys.clone()),
            clear: Decoder::new(Limits::default()),
            buffer: Vec::new(),
            inner: Vec::new(),
            state: State::Clear,
            finished: None,
        }
    }

    /// For one direction of a connection whose secrets are known: octets are opened from the first encrypted record on,
    /// with the handshake secret up to and with Finished, then with the application secret.
    pub fn from_secrets(suite: CipherSuite, handshake: &[u8], application: &[u8]) -> Option<Self> {
        let keys = TrafficKeys::new(suite, handshake)?;
        Some(Self {
            transcript: Vec::new(),
            keys: None,
            clear: Decoder::new(Limits::default()),
            buffer: Vec::new(),
            inner: Vec::new(),
            state: State::Handshake { suite, secrets: None, keys, application: Some(application.to_vec()) },
            finished: None,
        })
    }

    /// Takes octets from the server and gives what could be opened.
    pub fn feed(&mut self, octets: &[u8]) -> Vec<OpenedRecord> {
        self.buffer.extend_from_slice(octets);
        let mut opened = Vec::new();
        let mut done = 0usize;
        while let Some((record, used)) = self.buffer.get(done..).and_then(Record::decode) {
            done = done.saturating_add(used);
            self.record(&record, &mut opened);
        }
        self.buffer.drain(..done.min(self.buffer.len()));
        opened
    }

    /// The HelloRetryRequest that is waiting for a second ClientHello.
    pub fn retry_request(&self) -> Option<&ServerHello> {
        match &self.state {
            State::Retry(hello) => Some(hello),
            _ => None,
        }
    }

    /// Goes on with the second ClientHello, which answers the HelloRetryRequest.
    pub fn retry(&mut self, built: &Built) {
        if matches!(self.state, State::Retry(_)) {
            self.transcript.extend_from_slice(&built.message);
            self.keys = Some(built.keys.clone());
            self.state = State::Clear;
        }
    }

    /// Whether the server's Finished proved that it holds the keys; `None` before it came, or without key shares of our own.
    pub fn finished_ok(&self) -> Option<bool> {
        self.finished
    }

    fn record(&mut self, record: &Record, opened: &mut Vec<OpenedRecord>) {
        let protected = record.content_type == ContentType::APPLICATION_DATA;
        match &mut self.state {
            State::Clear if record.content_type == ContentType::HANDSHAKE => self.clear_record(record),
            State::Handshake { keys, .. } if protected => match keys.open(&record.body) {
                Some((content_type, bytes)) => {
                    let content_type = ContentType(content_type);
                    opened.push(OpenedRecord { content_type, bytes: bytes.clone() });
                    if content_type == ContentType::HANDSHAKE {
                        self.flight(&bytes);
                    }
                }
                None => self.state = State::Closed,
            },
            State::Application(Some(keys)) if protected => {
                if let Some((content_type, bytes)) = keys.open(&record.body) {
                    opened.push(OpenedRecord { content_type: ContentType(content_type), bytes });
                }
            }
            _ => {}
        }
    }

    fn clear_record(&mut self, record: &Record) {
        self.clear.feed(&record.encode());
        while let Some(event) = self.clear.next_event() {
            let Item::Handshake(message) = event.item else { continue };
            match message {
                HandshakeMessage::HelloRetryRequest(hello) => {
                    let Some(hash) = Hash::of(hello.cipher_suite) else { return self.close() };
                    let digest = hash.digest(&self.transcript);
                    let mut transcript = vec![MESSAGE_HASH];
                    crate::reader::put24(&mut transcript, &digest);
                    transcript.extend(HandshakeMessage::HelloRetryRequest(hello.clone()).encode(ProtocolVersion::TLS1_3));
                    self.transcript = transcript;
                    self.state = State::Retry(Box::new(hello));
                }
                HandshakeMessage::ServerHello(hello) => return self.server_hello(&hello),
                _ => {}
            }
        }
    }

    fn server_hello(&mut self, hello: &ServerHello) {
        self.transcript.extend(HandshakeMessage::ServerHello(hello.clone()).encode(ProtocolVersion::TLS1_3));
        let shared = hello.key_share().and_then(|(group, share)| self.keys.as_ref()?.agree(group, share).ok());
        let (Some(hash), Some(shared), ProtocolVersion::TLS1_3) = (Hash::of(hello.cipher_suite), shared, hello.selected_version()) else {
            return self.close();
        };
        let secrets = HandshakeSecrets::new(hash, &shared, &hash.digest(&self.transcript));
        match TrafficKeys::new(hello.cipher_suite, &secrets.server) {
            Some(keys) => self.state = State::Handshake { suite: hello.cipher_suite, secrets: Some(secrets), keys, application: None },
            None => self.close(),
        }
    }

    fn close(&mut self) {
        self.state = State::Closed;
    }

    /// Follows the messages inside up to Finished, which it checks, and changes the keys after it.
    fn flight(&mut self, bytes: &[u8]) {
        self.inner.extend_from_slice(bytes);
        while let Some(&[typ, high, middle, low]) = self.inner.first_chunk::<MESSAGE_HEADER>() {
            let length = usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low);
            let end = length.saturating_add(MESSAGE_HEADER);
            if length > LONGEST {
                return self.close();
            }
            if self.inner.len() < end {
                return;
            }
            let message: Vec<u8> = self.inner.drain(..end).collect();
            if typ != FINISHED {
                self.transcript.extend_from_slice(&message);
                continue;
            }
            let State::Handshake { suite, secrets, application, .. } = &self.state else { return };
            let suite = *suite;
            let application = match (secrets, Hash::of(suite)) {
                (Some(secrets), Some(hash)) => {
                    let expected = hash.finished(&secrets.server, &hash.digest(&self.transcript));
                    self.finished = Some(message.get(MESSAGE_HEADER..) == Some(expected.as_slice()));
                    self.transcript.extend_from_slice(&message);
                    Some(secrets.server_application(&hash.digest(&self.transcript)))
                }
                _ => application.clone(),
            };
            self.state = State::Application(application.and_then(|secret| TrafficKeys::new(suite, &secret)));
            return;
        }
    }
}

