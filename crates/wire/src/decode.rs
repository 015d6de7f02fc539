//! From octets to events, however broken the peer is.

use crate::defect::Defect;
use crate::handshake::{Context, HandshakeMessage};
use crate::record::{Alert, HEADER, MAX_FRAGMENT};
use crate::ssl2::{self, Ssl2Message};
use report::{AlertDescription, AlertLevel, ContentType, HandshakeType, ProtocolVersion};
use std::collections::VecDeque;

/// Bounds of what a decoder holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest handshake message, in octets; a longer one is one defect and is skipped.
    pub message: usize,
}

impl Default for Limits {
    /// 4 MiB: a certificate list of a thousand certificates.
    fn default() -> Self {
        Self { message: 4 << 20 }
    }
}

/// Something in the octets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Octets from the start of what was fed to where it begins. A handshake message begins in its first record's body.
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
    /// A record whose body is encrypted.
    Encrypted {
        /// The outer content type.
        content_type: ContentType,
        /// The body.
        octets: Vec<u8>,
    },
    /// An SSLv2 message.
    Ssl2(Ssl2Message),
    /// Octets that are no record; nothing after them is read.
    NotTls(Vec<u8>),
    /// Something that is not as it should be.
    Defect(Defect),
}

/// Reads one side of a connection. Feed it octets in any portions, then take the events.
#[derive(Debug)]
pub struct Decoder {
    limits: Limits,
    context: Context,
    /// Octets not yet made into a record, from `offset` on.
    buffer: Vec<u8>,
    offset: u64,
    messages: Messages,
    encrypted: bool,
    lost: bool,
    events: VecDeque<Event>,
}

impl Decoder {
    /// A decoder at the start of a connection.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            context: Context::default(),
            buffer: Vec::new(),
            offset: 0,
            messages: Messages::default(),
            encrypted: false,
            lost: false,
            events: VecDeque::new(),
        }
    }

    /// Takes more octets.
    pub fn feed(&mut self, octets: &[u8]) {
        self.buffer.extend_from_slice(octets);
        let mut done = 0usize;
        while let Some(used) = self.record(done) {
            done = done.saturating_add(used);
        }
        self.buffer.drain(..done.min(self.buffer.len()));
        self.offset = self.offset.saturating_add(done as u64);
    }

    /// The next event, in order.
    pub fn next_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// After the last octet: what was begun and not ended, as a defect.
    pub fn finish(&mut self) -> Option<Event> {
        if let Some(event) = self.next_event() {
            return Some(event);
        }
        let left = std::mem::take(&mut self.buffer);
        if !left.is_empty() && !self.lost {
            let item = Defect::new(0, "record", "a whole record", format!("{} octets at the end", left.len())).moved(self.offset);
            return Some(Event { offset: self.offset, item: Item::Defect(item) });
        }
        let (offset, held) = self.messages.take_rest()?;
        let item = Defect::new(0, "handshake message", "a whole message", format!("{held} octets at the end")).moved(offset);
        Some(Event { offset, item: Item::Defect(item) })
    }

    /// The version a ServerHello selected, TLS 1.2 before.
    pub fn version(&self) -> ProtocolVersion {
        self.context.version
    }

    /// Reads one record that begins `at` octets into the buffer; how many octets it took, or `None` while it is not whole.
    fn record(&mut self, at: usize) -> Option<usize> {
        let octets = self.buffer.get(at..)?;
        let offset = self.offset.saturating_add(at as u64);
        if octets.is_empty() {
            return None;
        }
        if self.lost {
            let rest = octets.to_vec();
            let used = rest.len();
            self.push(offset, Item::NotTls(rest));
            return Some(used);
        }
        if ssl2::looks_like(octets) && !self.encrypted {
            return self.ssl2(at, offset);
        }
        let header = octets.get(..HEADER)?;
        let (content_type, version, length) = match *header {
            [typ @ 20..=24, 3, minor, high, low] => {
                (ContentType(typ), ProtocolVersion(u16::from_be_bytes([3, minor])), usize::from(u16::from_be_bytes([high, low])))
            }
            _ => return self.lose(at, offset, "record header", "content type 20 to 24 and version 3.x"),
        };
        if length > MAX_FRAGMENT {
            return self.lose(at, offset, "record length", &format!("at most {MAX_FRAGMENT}"));
        }
        let end = HEADER.saturating_add(length);
        let body = octets.get(HEADER..end)?.to_vec();
        self.push(offset, Item::Record { content_type, version, length });
        self.body(offset.saturating_add(HEADER as u64), content_type, body);
        Some(end)
    }

    fn lose(&mut self, at: usize, offset: u64, field: &'static str, expected: &str) -> Option<usize> {
        let octets = self.buffer.get(at..)?.to_vec();
        let head: Vec<String> = octets.iter().take(HEADER).map(|octet| format!("{octet:02x}")).collect();
        self.push(offset, Item::Defect(Defect::new(0, field, expected, head.join(" ")).moved(offset)));
        self.lost = true;
        let used = octets.len();
        self.push(offset, Item::NotTls(octets));
        Some(used)
    }

    fn ssl2(&mut self, at: usize, offset: u64) -> Option<usize> {
        let octets = self.buffer.get(at..)?;
        let header: [u8; 2] = octets.get(..2)?.try_into().ok()?;
        let length = usize::from(u16::from_be_bytes(header) & 0x7fff);
        let end = length.saturating_add(2);
        let message = Ssl2Message::decode(octets.get(2..end)?);
        self.push(offset, Item::Ssl2(message));
        Some(end)
    }

    fn body(&mut self, offset: u64, content_type: ContentType, body: Vec<u8>) {
        let modern = self.context.version >= ProtocolVersion::TLS1_3;
        match content_type {
            ContentType::CHANGE_CIPHER_SPEC => {
                if body != [1] {
                    self.push(offset, Item::Defect(Defect::new(0, "change_cipher_spec", "one octet 01", format!("{} octets", body.len())).moved(offset)));
                }
                self.encrypted |= !modern;
                self.push(offset, Item::ChangeCipherSpec);
            }
            ContentType::APPLICATION_DATA => self.push(offset, Item::Encrypted { content_type, octets: body }),
            _ if self.encrypted => self.push(offset, Item::Encrypted { content_type, octets: body }),
            ContentType::ALERT => self.alert(offset, &body),
            ContentType::HANDSHAKE => {
                for event in self.messages.feed(offset, &body, &mut self.context, self.limits.message) {
                    self.events.push_back(event);
                }
            }
            _ => self.push(offset, Item::Encrypted { content_type, octets: body }),
        }
    }

    fn alert(&mut self, offset: u64, body: &[u8]) {
        if body.is_empty() || body.len() % 2 != 0 {
            self.push(offset, Item::Defect(Defect::new(0, "alert", "two octets", format!("{} octets", body.len())).moved(offset)));
        }
        for (pair, place) in body.chunks_exact(2).zip((0u64..).step_by(2)) {
            if let [level, description] = *pair {
                let alert = Alert { level: AlertLevel(level), description: AlertDescription(description) };
                self.push(offset.saturating_add(place), Item::Alert(alert));
            }
        }
    }

    fn push(&mut self, offset: u64, item: Item) {
        self.events.push_back(Event { offset, item });
    }
}

/// Puts handshake messages together from the bodies of records.
#[derive(Debug, Default)]
pub struct Messages {
    held: Vec<u8>,
    offset: u64,
    /// Octets of an overlong message still to be passed over.
    skip: usize,
}

const MESSAGE_HEADER: usize = 4;

impl Messages {
    /// Takes the body of a handshake record, and gives the messages that are whole with it. A ServerHello among them
    /// changes `context`.
    pub fn feed(&mut self, offset: u64, body: &[u8], context: &mut Context, limit: usize) -> Vec<Event> {
        let skipped = self.skip.min(body.len());
        self.skip = self.skip.saturating_sub(skipped);
        let body = body.get(skipped..).unwrap_or_default();
        if self.held.is_empty() {
            self.offset = offset.saturating_add(skipped as u64);
        }
        self.held.extend_from_slice(body);
        let mut events = Vec::new();
        let mut done = 0usize;
        while let Some(&[typ, high, middle, low]) = self.held.get(done..).and_then(|rest| rest.first_chunk::<MESSAGE_HEADER>()) {
            let length = usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low);
            let at = self.offset.saturating_add(done as u64);
            let end = done.saturating_add(MESSAGE_HEADER).saturating_add(length);
            if length > limit {
                let defect = Defect::new(1, "handshake length", format!("at most {limit}"), length.to_string()).moved(at);
                events.push(Event { offset: at, item: Item::Defect(defect) });
                self.skip = end.saturating_sub(self.held.len());
                done = end.min(self.held.len());
                continue;
            }
            let Some(content) = self.held.get(done.saturating_add(MESSAGE_HEADER)..end) else { break };
            let (message, defects) = HandshakeMessage::decode(HandshakeType(typ), content, context);
            if let HandshakeMessage::ServerHello(hello) | HandshakeMessage::HelloRetryRequest(hello) = &message {
                context.version = hello.selected_version();
            }
            events.push(Event { offset: at, item: Item::Handshake(message) });
            let start = at.saturating_add(MESSAGE_HEADER as u64);
            events.extend(defects.into_iter().map(|defect| {
                let defect = defect.moved(start);
                Event { offset: defect.offset, item: Item::Defect(defect) }
            }));
            done = end;
        }
        self.held.drain(..done.min(self.held.len()));
        self.offset = self.offset.saturating_add(done as u64);
        events
    }

    fn take_rest(&mut self) -> Option<(u64, usize)> {
        let held = std::mem::take(&mut self.held);
        (!held.is_empty()).then_some((self.offset, held.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::{Decoder, Event, Item, Limits};
    use crate::record::fragment;
    use proptest::prelude::*;
    use report::{ContentType, ProtocolVersion};

    fn events(portions: &[&[u8]]) -> Vec<Event> {
        let mut decoder = Decoder::new(Limits { message: 1 << 16 });
        let mut events = Vec::new();
        for portion in portions {
            decoder.feed(portion);
            while let Some(event) = decoder.next_event() {
                events.push(event);
            }
        }
        while let Some(event) = decoder.finish() {
            events.push(event);
        }
        events
    }

    /// Joins what is not TLS, which comes in the portions it was fed in.
    fn joined(events: Vec<Event>) -> Vec<Event> {
        let mut joined: Vec<Event> = Vec::new();
        for event in events {
            match (joined.last_mut().map(|last| &mut last.item), &event.item) {
                (Some(Item::NotTls(held)), Item::NotTls(more)) => held.extend_from_slice(more),
                _ => joined.push(event),
            }
        }
        joined
    }

    #[test]
    fn an_overlong_message_is_passed_over_and_the_next_is_read() {
        let mut octets = vec![11, 0x02, 0, 0];
        octets.extend(vec![0; 0x02_0000]);
        octets.extend([14, 0, 0, 0]);
        let records = fragment(ContentType::HANDSHAKE, ProtocolVersion::TLS1_2, &octets, 1 << 14);
        let items: Vec<Item> = events(&[&records]).into_iter().map(|event| event.item).filter(|item| !matches!(item, Item::Record { .. })).collect();
        assert!(matches!(&items[..], [Item::Defect(defect), Item::Handshake(message)] if defect.field == "handshake length" && message.typ().0 == 14), "{items:?}");
    }

    #[test]
    fn a_message_may_span_records_and_records_hold_several() {
        let done = [14, 0, 0, 0, 0, 0, 0, 0];
        let records = fragment(ContentType::HANDSHAKE, ProtocolVersion::TLS1_2, &done, 3);
        let messages = events(&[&records]).into_iter().filter(|event| matches!(event.item, Item::Handshake(_))).count();
        assert_eq!(messages, 2);
    }

    proptest! {
        #[test]
        fn any_cutting_gives_the_same_events(octets in proptest::collection::vec(prop_oneof![Just(22u8), Just(3), Just(0), Just(2), any::<u8>()], 0..300), cut in 1usize..20) {
            let whole = joined(events(&[&octets]));
            let pieces: Vec<&[u8]> = octets.chunks(cut).collect();
            prop_assert_eq!(joined(events(&pieces)), whole);
        }
    }
}
