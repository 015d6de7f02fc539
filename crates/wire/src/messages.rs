//! Putting handshake messages together from the bodies of records.

use crate::defect::Defect;
use crate::handshake::{Context, HandshakeMessage};
use report::HandshakeType;

/// Octets of a handshake message's header: type and length.
pub(crate) const HEADER: usize = 4;

/// How many records' places are remembered for one message. A message cut finer than that has its defects placed from
/// the last one remembered, which is a little too early: better than memory that grows with a peer's malice.
const PLACES: usize = 4096;

/// A message, or something where one should be.
#[derive(Debug)]
pub(crate) enum Found {
    Message(Box<Whole>),
    Defect(Defect),
}

/// A whole message.
#[derive(Debug)]
pub(crate) struct Whole {
    /// Where its first octet is.
    pub(crate) offset: u64,
    /// As it came, with its header.
    pub(crate) octets: Vec<u8>,
    pub(crate) message: HandshakeMessage,
    pub(crate) defects: Vec<Defect>,
}

/// Octets of messages that are not whole yet.
#[derive(Debug, Default)]
pub(crate) struct Messages {
    held: Vec<u8>,
    /// Which octet of `held` came from which offset; ascending, the first one for octet 0.
    places: Vec<(usize, u64)>,
    skip: Option<Skip>,
}

/// A message that is too long to be held.
#[derive(Debug)]
struct Skip {
    offset: u64,
    length: usize,
    /// Octets of it still to come.
    left: usize,
}

impl Messages {
    /// Takes the body of a handshake record that begins at `offset`, and gives what is whole with it. `context` follows
    /// the messages.
    pub(crate) fn feed(
        &mut self,
        offset: u64,
        body: &[u8],
        context: &mut Context,
        limit: usize,
    ) -> Vec<Found> {
        let body = self.pass_over(body);
        let skipped = body.1;
        if !body.0.is_empty() && self.places.len() < PLACES {
            self.places
                .push((self.held.len(), offset.saturating_add(skipped as u64)));
        }
        self.held.extend_from_slice(body.0);
        let mut found = Vec::new();
        let mut done = 0usize;
        while let Some((typ, length)) = header(self.held.get(done..).unwrap_or_default()) {
            let end = done.saturating_add(HEADER).saturating_add(length);
            if length > limit {
                found.push(Found::Defect(self.overlong(done, length, limit)));
                let left = end.saturating_sub(self.held.len());
                let offset = self.offset_of(done);
                self.skip = (left > 0).then_some(Skip {
                    offset,
                    length,
                    left,
                });
                done = end.min(self.held.len());
                continue;
            }
            let Some(octets) = self.held.get(done..end) else {
                break;
            };
            let content = octets.get(HEADER..).unwrap_or_default();
            let (message, mut defects) = HandshakeMessage::decode(typ, content, context);
            context.note(&message);
            for defect in &mut defects {
                let place = usize::try_from(defect.offset).unwrap_or(usize::MAX);
                let place = place.saturating_add(HEADER).saturating_add(done);
                defect.offset = self.offset_of(place);
            }
            let (offset, octets) = (self.offset_of(done), octets.to_vec());
            found.push(Found::Message(Box::new(Whole {
                offset,
                octets,
                message,
                defects,
            })));
            done = end;
        }
        self.drop_first(done);
        found
    }

    /// Forgets a message that was begun and not ended, and says so.
    pub(crate) fn cut_off(&mut self) -> Option<Defect> {
        const FIELD: &str = "handshake message";
        let held = std::mem::take(&mut self.held);
        let offset = self
            .places
            .first()
            .map(|(_, offset)| *offset)
            .unwrap_or_default();
        self.places.clear();
        if let Some(Skip {
            offset,
            length,
            left,
        }) = self.skip.take()
        {
            let expected = format!("{length} octets after the header");
            let got = format!("{} octets", length.saturating_sub(left));
            return Some(Defect {
                offset,
                field: FIELD,
                expected,
                got,
            });
        }
        if held.is_empty() {
            return None;
        }
        let (expected, got) = match header(&held) {
            Some((_, length)) => (
                format!("{length} octets after the header"),
                held.len().saturating_sub(HEADER),
            ),
            None => (format!("a header of {HEADER} octets"), held.len()),
        };
        Some(Defect {
            offset,
            field: FIELD,
            expected,
            got: format!("{got} octets"),
        })
    }

    /// What is left of `body` after the rest of an overlong message, and how many octets that was.
    fn pass_over<'b>(&mut self, body: &'b [u8]) -> (&'b [u8], usize) {
        let Some(skip) = &mut self.skip else {
            return (body, 0);
        };
        let count = skip.left.min(body.len());
        skip.left = skip.left.saturating_sub(count);
        if skip.left == 0 {
            self.skip = None;
        }
        (body.get(count..).unwrap_or_default(), count)
    }

    fn overlong(&self, place: usize, length: usize, limit: usize) -> Defect {
        let offset = self.offset_of(place.saturating_add(1));
        let (expected, got) = (
            format!("at most {limit} octets"),
            format!("{length} octets"),
        );
        Defect {
            offset,
            field: "handshake length",
            expected,
            got,
        }
    }

    fn offset_of(&self, place: usize) -> u64 {
        let after = self.places.partition_point(|(start, _)| *start <= place);
        let known = self.places.get(after.saturating_sub(1));
        known.map_or(0, |(start, offset)| {
            offset.saturating_add(place.saturating_sub(*start) as u64)
        })
    }

    fn drop_first(&mut self, count: usize) {
        if count == 0 {
            return;
        }
        let offset = self.offset_of(count);
        self.held.drain(..count.min(self.held.len()));
        self.places.retain(|(start, _)| *start > count);
        for (start, _) in &mut self.places {
            *start = start.saturating_sub(count);
        }
        if !self.held.is_empty() {
            self.places.insert(0, (0, offset));
        }
    }
}

fn header(octets: &[u8]) -> Option<(HandshakeType, usize)> {
    let [typ, length @ ..] = *octets.first_chunk::<HEADER>()?;
    let length = length
        .iter()
        .fold(0, |sum: usize, octet| (sum << 8) | usize::from(*octet));
    Some((HandshakeType(typ), length))
}
