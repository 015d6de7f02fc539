//! Boxes that read ClientHellos, and wait for the rest of one before they let it go on.

use super::super::middlebox::Trigger;
use super::super::packet::{Packet, Segment};
use crate::serve::{Parsed, parse};
use report::ProtocolVersion;
use wire::handshake::ClientHelloMessage;

/// More octets than a ClientHello has.
const LONGEST: usize = 64 * 1024;
/// Extensions of RFC 8446 section 4.2.
const SUPPORTED_GROUPS: u16 = 10;
const SIGNATURE_ALGORITHMS: u16 = 13;
const RECORD_HEADER: usize = 5;

/// What one connection's client has said so far.
#[derive(Debug, Default)]
pub(super) struct Watched {
    /// The sequence number of the first octet.
    first: Option<u32>,
    said: Vec<u8>,
    held: Vec<Packet>,
    /// Whether its hello was let through.
    clean: bool,
}

/// What a box makes of what was said.
#[derive(Debug)]
pub(super) enum Heard {
    /// These may go on.
    Clean(Vec<Packet>),
    /// The hello is not whole.
    More,
    /// It is one that the box minds.
    Minded,
}

impl Watched {
    /// What waited.
    pub(super) fn release(&mut self) -> Vec<Packet> {
        self.clean = true;
        std::mem::take(&mut self.held)
    }

    /// Adds a segment with octets in it.
    pub(super) fn take(
        &mut self,
        segment: &Segment<'_>,
        packet: &Packet,
        trigger: &Trigger,
    ) -> Heard {
        if self.clean {
            return Heard::Clean(vec![packet.clone()]);
        }
        if *trigger == Trigger::Split {
            return match parse(segment.payload()) {
                Parsed::Short => Heard::Minded,
                Parsed::Whole(_) | Parsed::Foreign => self.pass(packet),
            };
        }
        let first = *self.first.get_or_insert(segment.sequence());
        let offset = usize::try_from(segment.sequence().wrapping_sub(first)).unwrap_or(LONGEST);
        let end = offset.saturating_add(segment.payload().len());
        if offset <= self.said.len() && end > self.said.len() && end < LONGEST {
            let new = self.said.len() - offset;
            self.said.extend_from_slice(&segment.payload()[new..]);
        }
        match parse(&self.said) {
            Parsed::Foreign => self.pass(packet),
            Parsed::Short => {
                self.held.push(packet.clone());
                Heard::More
            }
            Parsed::Whole(heard) => {
                let length = heard.octets.len().saturating_sub(RECORD_HEADER);
                if minds(trigger, &heard.hello, length) {
                    self.held.clear();
                    Heard::Minded
                } else {
                    self.pass(packet)
                }
            }
        }
    }

    fn pass(&mut self, packet: &Packet) -> Heard {
        let mut packets = self.release();
        packets.push(packet.clone());
        Heard::Clean(packets)
    }
}

fn minds(trigger: &Trigger, hello: &ClientHelloMessage, length: usize) -> bool {
    match trigger {
        Trigger::Always => true,
        Trigger::Split => false,
        Trigger::Name(name) => hello.server_name().as_deref() == Some(*name),
        Trigger::Long(lengths) => lengths.contains(&length),
        Trigger::Rest { of, is } => length.checked_rem(*of) == Some(*is),
        Trigger::Offers(codes) => {
            let groups = list(hello.extension(SUPPORTED_GROUPS));
            let schemes = list(hello.extension(SIGNATURE_ALGORITHMS));
            groups.chain(schemes).any(|code| codes.contains(&code))
        }
        Trigger::Tls13 => hello.versions().contains(&ProtocolVersion::TLS1_3),
    }
}

/// The code points of an extension that is a list of them after two octets of length.
fn list(body: Option<&[u8]>) -> impl Iterator<Item = u16> {
    let codes = body.unwrap_or_default().chunks_exact(2).skip(1);
    codes.map(|code| u16::from_be_bytes([code[0], code[1]]))
}
