//! From octets to events, however broken the peer is.

use crate::defect::Defect;
use crate::handshake::{Context, HandshakeMessage};
use crate::messages::{Found, Messages};
use crate::record::{Alert, HEADER, MAX_FRAGMENT, MAX_PLAINTEXT};
use crate::ssl2::{self, Ssl2Message};
use report::{AlertDescription, AlertLevel, ContentType, ProtocolVersion};
use std::collections::VecDeque;

/// Bounds of what a decoder holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest handshake message, in octets; a longer one is one defect and is passed over. The form itself bounds
    /// it by 2^24-1.
    pub message: usize,
}

impl Default for Limits {
    /// 4 MiB: a list of a thousand certificates.
    fn default() -> Self {
        Self { message: 4 << 20 }
    }
}

/// Something in the octets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Where it begins: octets from the start of what was fed. A handshake message begins in its first record's body.
    pub offset: u64,
    /// What it is.
    pub item: Item,
}

/// What can be in the octets of one side of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A record's header; what is in the record follows as further events.
    Record {
        /// The outer content type.
        content_type: ContentType,
        /// legacy_record_version.
        version: ProtocolVersion,
        /// Octets of its body.
        length: usize,
    },
    /// A handshake message.
    Handshake(HandshakeMessage),
    /// An alert.
    Alert(Alert),
    /// A change_cipher_spec.
    ChangeCipherSpec,
    /// The body of an encrypted record, of any application_data record, or of a heartbeat.
    Encrypted {
        /// The outer content type.
        content_type: ContentType,
        /// The body.
        octets: Vec<u8>,
    },
    /// An SSLv2 message.
    Ssl2(Ssl2Message),
    /// Octets that are no record; nothing after them is read. The first of these events holds the octets that show it,
    /// each later one a [`BLOCK`] of what follows, the last the rest.
    NotTls(Vec<u8>),
    /// Something that is not as it should be.
    Defect(Defect),
}

/// Octets of the parts in which [`Item::NotTls`] comes.
pub const BLOCK: usize = 4096;

/// Reads one side of a connection. Feed it octets in any portions and take the events; the portions make no
/// difference to the events.
#[derive(Debug)]
pub struct Decoder {
    limits: Limits,
    context: Context,
    /// Octets not yet made into a record, from `offset` on.
    buffer: Vec<u8>,
    offset: u64,
    messages: Messages,
    framing: Framing,
    encrypted: bool,
    finished: bool,
    events: VecDeque<(Event, Vec<u8>)>,
}

/// What the octets at the start of a record may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Framing {
    /// Nothing has come yet: SSLv2 or TLS.
    Open,
    /// A ClientHello in SSLv2's form has come: SSLv2 or TLS.
    Ssl2Hello,
    /// SSLv2 with keys.
    Ssl2Encrypted,
    Tls,
    /// Neither; all octets are passed on.
    Lost,
}

/// What stands at the start of some octets.
enum Start {
    /// Too few octets to tell.
    Short,
    Tls,
    Ssl2,
    /// Neither, as that many octets show.
    Neither(usize),
}

impl Decoder {
    /// A decoder at the start of a connection.
    pub fn new(limits: Limits) -> Self {
        Self::with_context(limits, Context::default())
    }

    /// A decoder for a side of a connection whose other side has said what `context` holds. Without that, a client's
    /// change_cipher_spec in TLS 1.3 (RFC 8446 section D.4) is taken for the start of encryption.
    pub fn with_context(limits: Limits, context: Context) -> Self {
        Self {
            limits,
            context,
            buffer: Vec::new(),
            offset: 0,
            messages: Messages::default(),
            framing: Framing::Open,
            encrypted: false,
            finished: false,
            events: VecDeque::new(),
        }
    }

    /// Takes more octets.
    pub fn feed(&mut self, octets: &[u8]) {
        self.buffer.extend_from_slice(octets);
        let mut done = 0usize;
        while let Some(used) = self.step(done) {
            done = done.saturating_add(used);
        }
        self.buffer.drain(..done.min(self.buffer.len()));
        self.offset = self.offset.saturating_add(done as u64);
    }

    /// The next event, in order.
    pub fn next_event(&mut self) -> Option<Event> {
        self.next_with_octets().map(|(event, _)| event)
    }

    /// After the last octet: the events left, and as defects what was begun and not ended. Messages in a record that
    /// was cut off are read. To be called until it gives nothing.
    pub fn finish(&mut self) -> Option<Event> {
        self.finish_with_octets().map(|(event, _)| event)
    }

    /// What messages so far have decided.
    pub fn context(&self) -> Context {
        self.context
    }

    /// The next event; with a handshake message the octets it came in.
    pub(crate) fn next_with_octets(&mut self) -> Option<(Event, Vec<u8>)> {
        self.events.pop_front()
    }

    pub(crate) fn finish_with_octets(&mut self) -> Option<(Event, Vec<u8>)> {
        if !std::mem::replace(&mut self.finished, true) {
            self.cut_off();
        }
        self.next_with_octets()
    }

    /// Reads what begins `at` octets into the buffer; how many octets that took, or `None` while it is not whole.
    fn step(&mut self, at: usize) -> Option<usize> {
        let octets = self.buffer.get(at..).filter(|octets| !octets.is_empty())?;
        let offset = self.offset.saturating_add(at as u64);
        match self.start(octets) {
            Start::Short => None,
            Start::Tls => self.record(at, offset),
            Start::Ssl2 => self.ssl2(at, offset),
            Start::Neither(count) if self.framing == Framing::Lost => {
                let block = octets.get(..count)?.to_vec();
                self.push(offset, Item::NotTls(block));
                Some(count)
            }
            Start::Neither(count) => {
                let head = octets.get(..count)?.to_vec();
                let got: Vec<String> = head.iter().map(|octet| format!("{octet:02x}")).collect();
                let expected = "content type 20 to 24, then version 3.x";
                self.defect(offset, "record header", expected, got.join(" "));
                self.push(offset, Item::NotTls(head));
                self.framing = Framing::Lost;
                Some(count)
            }
        }
    }

    fn start(&self, octets: &[u8]) -> Start {
        let open = matches!(self.framing, Framing::Open | Framing::Ssl2Hello);
        match (self.framing, octets) {
            (Framing::Lost, _) if octets.len() < BLOCK => Start::Short,
            (Framing::Lost, _) => Start::Neither(BLOCK),
            (Framing::Ssl2Encrypted, _) => Start::Ssl2,
            (_, [20..=24]) => Start::Short,
            (_, [20..=24, 3, ..]) => Start::Tls,
            (_, [20..=24, ..]) => Start::Neither(2),
            (_, [0x80..=0xff] | [0x80..=0xff, _]) if open => Start::Short,
            (_, [0x80..=0xff, _, typ, ..]) if open && ssl2::is_message(*typ) => Start::Ssl2,
            (_, [0x80..=0xff, _, _, ..]) if open => Start::Neither(3),
            _ => Start::Neither(1),
        }
    }

    fn record(&mut self, at: usize, offset: u64) -> Option<usize> {
        let octets = self.buffer.get(at..)?;
        let [typ, major, minor, high, low] = *octets.first_chunk::<HEADER>()?;
        let content_type = ContentType(typ);
        let version = ProtocolVersion(u16::from_be_bytes([major, minor]));
        let length = usize::from(u16::from_be_bytes([high, low]));
        let end = HEADER.saturating_add(length);
        let body = octets.get(HEADER..end)?.to_vec();
        self.framing = Framing::Tls;
        self.push(
            offset,
            Item::Record {
                content_type,
                version,
                length,
            },
        );
        self.check_length(offset, content_type, length);
        self.body(offset.saturating_add(HEADER as u64), content_type, body);
        Some(end)
    }

    fn is_encrypted(&self, content_type: ContentType) -> bool {
        content_type == ContentType::APPLICATION_DATA
            || (self.encrypted && content_type != ContentType::CHANGE_CIPHER_SPEC)
    }

    fn check_length(&mut self, offset: u64, content_type: ContentType, length: usize) {
        let encrypted = self.is_encrypted(content_type);
        let most = if encrypted {
            MAX_FRAGMENT
        } else {
            MAX_PLAINTEXT
        };
        let least = usize::from(!encrypted);
        if !(least..=most).contains(&length) {
            let offset = offset.saturating_add(3);
            let expected = format!("{least} to {most} octets");
            self.defect(
                offset,
                "record length",
                expected,
                format!("{length} octets"),
            );
        }
    }

    fn body(&mut self, offset: u64, content_type: ContentType, body: Vec<u8>) {
        if self.is_encrypted(content_type) {
            return self.push(
                offset,
                Item::Encrypted {
                    content_type,
                    octets: body,
                },
            );
        }
        match content_type {
            ContentType::CHANGE_CIPHER_SPEC => self.change_cipher_spec(offset, &body),
            ContentType::ALERT => self.alert(offset, &body),
            ContentType::HANDSHAKE => self.handshake(offset, &body),
            // Heartbeats (RFC 6520) say nothing about the handshake.
            _ => self.push(
                offset,
                Item::Encrypted {
                    content_type,
                    octets: body,
                },
            ),
        }
    }

    fn change_cipher_spec(&mut self, offset: u64, body: &[u8]) {
        if body != [1] {
            let got = body
                .iter()
                .take(HEADER)
                .map(|octet| format!("{octet:02x} "));
            let got = format!(
                "{} octets: {}",
                body.len(),
                got.collect::<String>().trim_end()
            );
            self.defect(offset, "change_cipher_spec", "one octet, 01", got);
        }
        if !self.context.modern() {
            self.encrypted = true;
            if let Some(defect) = self.messages.cut_off() {
                self.push(defect.offset, Item::Defect(defect));
            }
        }
        self.push(offset, Item::ChangeCipherSpec);
    }

    fn alert(&mut self, offset: u64, body: &[u8]) {
        if !body.len().is_multiple_of(2) {
            self.defect(
                offset,
                "alert",
                "two octets",
                format!("{} octets", body.len()),
            );
        }
        for (pair, place) in body.chunks_exact(2).zip((0u64..).step_by(2)) {
            if let [level, description] = *pair {
                let level = AlertLevel(level);
                let description = AlertDescription(description);
                let offset = offset.saturating_add(place);
                self.push(offset, Item::Alert(Alert { level, description }));
            }
        }
    }

    fn handshake(&mut self, offset: u64, body: &[u8]) {
        let found = self
            .messages
            .feed(offset, body, &mut self.context, self.limits.message);
        for found in found {
            match found {
                Found::Message(whole) => {
                    let event = Event {
                        offset: whole.offset,
                        item: Item::Handshake(whole.message),
                    };
                    self.events.push_back((event, whole.octets));
                    for defect in whole.defects {
                        self.push(defect.offset, Item::Defect(defect));
                    }
                }
                Found::Defect(defect) => self.push(defect.offset, Item::Defect(defect)),
            }
        }
    }

    fn ssl2(&mut self, at: usize, offset: u64) -> Option<usize> {
        let octets = self.buffer.get(at..)?;
        let frame = ssl2::frame(octets)?;
        let used = frame.used;
        let body_at = offset.saturating_add(frame.header as u64);
        if self.framing == Framing::Ssl2Encrypted && frame.body.len() != ssl2::ERROR_LENGTH {
            let octets = frame.body.to_vec();
            self.push(offset, Item::Ssl2(Ssl2Message::Encrypted(octets)));
            return Some(used);
        }
        let (message, defects) = Ssl2Message::decode(frame.body);
        self.framing = match message {
            Ssl2Message::ServerHello { .. } | Ssl2Message::ClientMasterKey { .. } => {
                Framing::Ssl2Encrypted
            }
            _ => Framing::Ssl2Hello,
        };
        self.push(offset, Item::Ssl2(message));
        for defect in defects {
            let defect = defect.moved(body_at);
            self.push(defect.offset, Item::Defect(defect));
        }
        Some(used)
    }

    /// What is left when nothing more comes.
    fn cut_off(&mut self) {
        let left = std::mem::take(&mut self.buffer);
        let offset = self.offset;
        if self.framing == Framing::Lost {
            if !left.is_empty() {
                self.push(offset, Item::NotTls(left));
            }
            return;
        }
        if let Some([typ, 3, minor, high, low]) = left.first_chunk::<HEADER>()
            && self.framing != Framing::Ssl2Encrypted
        {
            let content_type = ContentType(*typ);
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            let version = ProtocolVersion(u16::from_be_bytes([3, *minor]));
            let body = left.get(HEADER..).unwrap_or_default();
            self.push(
                offset,
                Item::Record {
                    content_type,
                    version,
                    length,
                },
            );
            self.check_length(offset, content_type, length);
            if content_type == ContentType::HANDSHAKE && !self.is_encrypted(content_type) {
                self.handshake(offset.saturating_add(HEADER as u64), body);
            }
            let expected = format!("{length} octets after the header");
            self.defect(offset, "record", expected, format!("{} octets", body.len()));
        } else if !left.is_empty() {
            let got = format!("{} octets", left.len());
            self.defect(offset, "record", "a whole record", got);
        }
        if let Some(defect) = self.messages.cut_off() {
            self.push(defect.offset, Item::Defect(defect));
        }
    }

    fn defect(
        &mut self,
        offset: u64,
        field: &'static str,
        expected: impl Into<String>,
        got: String,
    ) {
        let defect = Defect {
            offset,
            field,
            expected: expected.into(),
            got,
        };
        self.push(offset, Item::Defect(defect));
    }

    fn push(&mut self, offset: u64, item: Item) {
        self.events.push_back((Event { offset, item }, Vec::new()));
    }
}

#[cfg(test)]
mod tests;
