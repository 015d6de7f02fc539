//! Opens what a TLS 1.3 peer encrypts, with keys the caller has.

use crate::build::{Built, KeyShares};
use crate::decode::{Decoder, Item, Limits};
use crate::handshake::{Context, HandshakeMessage, ServerHello};
use crate::messages::{Found, HEADER, Messages, Whole};
use crate::record::Record;
use crate::schedule::{HandshakeSecrets, Hash, TrafficKeys, Transcript};
use report::{CipherSuite, ContentType, ProtocolVersion};

/// The content of one encrypted record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedRecord {
    /// The inner content type.
    pub content_type: ContentType,
    /// The content. Handshake messages may span several.
    pub bytes: Vec<u8>,
}

/// Follows the octets of one side of a connection and opens its encrypted records, up to and past Finished. What it
/// cannot open it leaves out: an older version, a group without arithmetic here, a record that does not decrypt.
#[derive(Debug)]
pub struct Opener {
    buffer: Vec<u8>,
    /// Reads the messages before encryption.
    clear: Decoder,
    /// Puts the messages inside together.
    inner: Messages,
    state: State,
    finished: Option<bool>,
}

#[derive(Debug)]
enum State {
    /// Before a ServerHello.
    Clear(Box<Asked>),
    /// After a HelloRetryRequest, before the second ClientHello.
    Retry(Box<Retry>),
    /// With the keys of the handshake.
    Handshake(Box<Handshake>),
    /// After Finished, with the keys of the application if they are known.
    Application(Option<Box<TrafficKeys>>),
    /// Nothing can be opened, or no more.
    Closed,
}

/// Our side of an exchange that has not been answered.
#[derive(Debug)]
struct Asked {
    client_hello: Vec<u8>,
    keys: KeyShares,
    /// After a HelloRetryRequest, the transcript up to and with it.
    before: Option<Transcript>,
}

#[derive(Debug)]
struct Retry {
    hello: ServerHello,
    /// Up to and with the HelloRetryRequest.
    transcript: Transcript,
}

#[derive(Debug)]
struct Handshake {
    keys: TrafficKeys,
    then: Then,
}

/// Where the keys after Finished come from.
#[derive(Debug)]
enum Then {
    Given(Option<Box<TrafficKeys>>),
    Derived(Box<Derived>),
}

#[derive(Debug)]
struct Derived {
    suite: CipherSuite,
    secrets: HandshakeSecrets,
    transcript: Transcript,
}

impl Opener {
    /// For a server that is answering `built`.
    pub fn from_built(built: &Built) -> Self {
        let asked = Asked {
            client_hello: built.message.clone(),
            keys: built.keys.clone(),
            before: None,
        };
        Self::with_state(State::Clear(Box::new(asked)))
    }

    /// For one side of a connection whose traffic secrets are known, as a KeyLog has them: records are opened with the
    /// handshake secret up to and with Finished, then with the application secret. An application secret that is not
    /// known yet is empty; then nothing after Finished is opened. `None` when the suite is not of TLS 1.3 or the
    /// handshake secret has not its length.
    pub fn from_secrets(suite: CipherSuite, handshake: &[u8], application: &[u8]) -> Option<Self> {
        let keys = TrafficKeys::new(suite, handshake)?;
        let then = Then::Given(TrafficKeys::new(suite, application).map(Box::new));
        Some(Self::with_state(State::Handshake(Box::new(Handshake {
            keys,
            then,
        }))))
    }

    fn with_state(state: State) -> Self {
        Self {
            buffer: Vec::new(),
            clear: Decoder::new(Limits::default()),
            inner: Messages::default(),
            state,
            finished: None,
        }
    }

    /// Takes octets of the side followed and gives what could be opened.
    pub fn feed(&mut self, octets: &[u8]) -> Vec<OpenedRecord> {
        let mut opened = Vec::new();
        if matches!(self.state, State::Closed) {
            return opened;
        }
        self.buffer.extend_from_slice(octets);
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
            State::Retry(retry) => Some(&retry.hello),
            _ => None,
        }
    }

    /// Goes on with the second ClientHello, which answers the HelloRetryRequest.
    pub fn retry(&mut self, built: &Built) {
        if let State::Retry(retry) = &self.state {
            let before = Some(retry.transcript.clone());
            self.state = State::Clear(Box::new(Asked {
                client_hello: built.message.clone(),
                keys: built.keys.clone(),
                before,
            }));
        }
    }

    /// Whether the server's Finished proved that it holds the keys and has seen the same messages; `None` before it
    /// came, and when secrets were given.
    pub fn finished_ok(&self) -> Option<bool> {
        self.finished
    }

    fn record(&mut self, record: &Record, opened: &mut Vec<OpenedRecord>) {
        let protected = record.content_type == ContentType::APPLICATION_DATA;
        let keys = match &mut self.state {
            State::Clear(_) if record.content_type == ContentType::HANDSHAKE => {
                return self.clear_record(record);
            }
            State::Handshake(handshake) if protected => &mut handshake.keys,
            State::Application(Some(keys)) if protected => keys,
            State::Application(None) if protected => return self.close(),
            _ => return,
        };
        let Some((content_type, bytes)) = keys.open(&record.body) else {
            return self.close();
        };
        if content_type == ContentType::HANDSHAKE {
            self.handshake_record(&bytes);
        }
        opened.push(OpenedRecord {
            content_type,
            bytes,
        });
    }

    fn clear_record(&mut self, record: &Record) {
        self.clear.feed(&record.encode());
        while let Some((event, octets)) = self.clear.next_with_octets() {
            match event.item {
                Item::Handshake(HandshakeMessage::HelloRetryRequest(hello)) => {
                    return self.retry_came(hello, &octets);
                }
                Item::Handshake(HandshakeMessage::ServerHello(hello)) => {
                    return self.state = self.answered(&hello, &octets).unwrap_or(State::Closed);
                }
                Item::NotTls(_) => return self.close(),
                _ => {}
            }
        }
    }

    fn retry_came(&mut self, hello: ServerHello, octets: &[u8]) {
        self.state = match (&self.state, Hash::of(hello.cipher_suite)) {
            (State::Clear(asked), Some(hash)) if asked.before.is_none() => {
                let transcript = Transcript::retried(hash, &asked.client_hello, octets);
                State::Retry(Box::new(Retry { hello, transcript }))
            }
            _ => State::Closed,
        };
    }

    fn answered(&self, hello: &ServerHello, octets: &[u8]) -> Option<State> {
        let State::Clear(asked) = &self.state else {
            return None;
        };
        let suite = hello.cipher_suite;
        let hash = Hash::of(suite)?;
        let mut transcript = asked
            .before
            .clone()
            .unwrap_or_else(|| Transcript::new(hash));
        if hello.selected_version() != ProtocolVersion::TLS1_3 || transcript.hash() != hash {
            return None;
        }
        transcript.add(&asked.client_hello);
        transcript.add(octets);
        let (group, share) = hello.key_share()?;
        let shared = asked.keys.agree(group, share).ok()?;
        let secrets = HandshakeSecrets::new(&shared, &transcript);
        let keys = TrafficKeys::new(suite, &secrets.server)?;
        let then = Then::Derived(Box::new(Derived {
            suite,
            secrets,
            transcript,
        }));
        Some(State::Handshake(Box::new(Handshake { keys, then })))
    }

    /// Follows the messages inside: Finished and KeyUpdate change the keys.
    fn handshake_record(&mut self, bytes: &[u8]) {
        let mut context = Context {
            version: ProtocolVersion::TLS1_3,
            cipher_suite: None,
        };
        let limit = Limits::default().message;
        for found in self.inner.feed(0, bytes, &mut context, limit) {
            match found {
                Found::Message(whole) => self.message(&whole),
                Found::Defect(_) => self.lost_one(),
            }
        }
    }

    fn message(&mut self, whole: &Whole) {
        match &mut self.state {
            State::Handshake(handshake) => {
                if let HandshakeMessage::Finished(_) = whole.message {
                    let (finished, keys) = handshake.then.finish(&whole.octets, &handshake.keys);
                    self.finished = finished;
                    self.state = State::Application(keys);
                } else if let Then::Derived(derived) = &mut handshake.then {
                    derived.transcript.add(&whole.octets);
                }
            }
            State::Application(Some(keys)) => {
                if let HandshakeMessage::KeyUpdate(_) = whole.message {
                    **keys = keys.updated();
                }
            }
            _ => {}
        }
    }

    /// A message was too long to be held, so the transcript has a hole.
    fn lost_one(&mut self) {
        if let State::Handshake(handshake) = &mut self.state
            && let Then::Derived(_) = handshake.then
        {
            handshake.then = Then::Given(None);
        }
    }

    fn close(&mut self) {
        self.state = State::Closed;
        self.buffer = Vec::new();
    }
}

impl Then {
    /// Whether `message` is the Finished it should be, and the keys after it.
    fn finish(
        &mut self,
        message: &[u8],
        keys: &TrafficKeys,
    ) -> (Option<bool>, Option<Box<TrafficKeys>>) {
        let derived = match self {
            Self::Given(keys) => return (None, keys.take()),
            Self::Derived(derived) => derived,
        };
        let expected = keys.finished(&derived.transcript.current());
        let holds = message.get(HEADER..) == Some(expected.as_slice());
        derived.transcript.add(message);
        let secret = derived.secrets.server_application(&derived.transcript);
        (
            Some(holds),
            TrafficKeys::new(derived.suite, &secret).map(Box::new),
        )
    }
}

#[cfg(test)]
mod tests;
