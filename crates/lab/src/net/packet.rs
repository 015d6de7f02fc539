//! One IP packet, read as far as routers and boxes need.

use etherparse::{SlicedPacket, TcpOptionElement, TcpSlice, TransportSlice};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Octets of headers that do not change on the way, and those that are fixed up.
const V4_HEADER: usize = 20;
const V6_HEADER: usize = 40;
const V4_TTL: usize = 8;
const V4_CHECKSUM: std::ops::Range<usize> = 10..12;
const V6_HOP_LIMIT: usize = 7;

/// An IP packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Packet {
    octets: Vec<u8>,
    source: IpAddr,
    destination: IpAddr,
}

/// Which connection a packet belongs to: both ends, the one that sent it first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Flow {
    pub(super) source: SocketAddr,
    pub(super) destination: SocketAddr,
}

impl Flow {
    /// The same connection, seen from the other end.
    pub(super) const fn reversed(self) -> Self {
        Self {
            source: self.destination,
            destination: self.source,
        }
    }
}

/// A TCP segment.
#[derive(Clone, Debug)]
pub(super) struct Segment<'a> {
    pub(super) flow: Flow,
    tcp: TcpSlice<'a>,
}

impl Packet {
    /// Reads one; `None` for what is no IP packet.
    pub(super) fn read(octets: Vec<u8>) -> Option<Self> {
        let (source, destination) = match octets.first()? >> 4 {
            4 => {
                let header = octets.first_chunk::<V4_HEADER>()?;
                let at = |start: usize| {
                    let address: [u8; 4] = header[start..start + 4].try_into().ok()?;
                    Some(IpAddr::from(Ipv4Addr::from(address)))
                };
                (at(12)?, at(16)?)
            }
            6 => {
                let header = octets.first_chunk::<V6_HEADER>()?;
                let at = |start: usize| {
                    let address: [u8; 16] = header[start..start + 16].try_into().ok()?;
                    Some(IpAddr::from(Ipv6Addr::from(address)))
                };
                (at(8)?, at(24)?)
            }
            _ => return None,
        };
        Some(Self {
            octets,
            source,
            destination,
        })
    }

    pub(super) fn octets(&self) -> &[u8] {
        &self.octets
    }

    pub(super) const fn source(&self) -> IpAddr {
        self.source
    }

    pub(super) const fn destination(&self) -> IpAddr {
        self.destination
    }

    /// The TTL, or hop limit.
    pub(super) fn hop_limit(&self) -> u8 {
        let place = if self.source.is_ipv4() {
            V4_TTL
        } else {
            V6_HOP_LIMIT
        };
        self.octets.get(place).copied().unwrap_or(0)
    }

    /// Takes one from the TTL, or hop limit; false when nothing is left of it.
    pub(super) fn pass_hop(&mut self) -> bool {
        let left = self.hop_limit().saturating_sub(1);
        if left == 0 {
            return false;
        }
        if self.source.is_ipv4() {
            self.octets[V4_TTL] = left;
            self.octets[V4_CHECKSUM].fill(0);
            let length = usize::from(self.octets[0] & 0x0f) * 4;
            let sum = checksum(&self.octets[..length.min(self.octets.len())]);
            self.octets[V4_CHECKSUM].copy_from_slice(&sum.to_be_bytes());
        } else {
            self.octets[V6_HOP_LIMIT] = left;
        }
        true
    }

    /// Whether nobody on the way may cut it up.
    pub(super) fn is_whole_or_nothing(&self) -> bool {
        const DONT_FRAGMENT: u8 = 0x40;
        self.source.is_ipv6()
            || self
                .octets
                .get(6)
                .is_some_and(|flags| flags & DONT_FRAGMENT != 0)
    }

    /// Whether it is UDP or ICMP.
    pub(super) fn is_tcp(&self) -> bool {
        self.segment().is_some()
    }

    /// The TCP segment in it.
    pub(super) fn segment(&self) -> Option<Segment<'_>> {
        let sliced = SlicedPacket::from_ip(&self.octets).ok()?;
        let TransportSlice::Tcp(tcp) = sliced.transport? else {
            return None;
        };
        let flow = Flow {
            source: SocketAddr::new(self.source, tcp.source_port()),
            destination: SocketAddr::new(self.destination, tcp.destination_port()),
        };
        Some(Segment { flow, tcp })
    }
}

impl Segment<'_> {
    pub(super) fn payload(&self) -> &[u8] {
        self.tcp.payload()
    }

    pub(super) fn sequence(&self) -> u32 {
        self.tcp.sequence_number()
    }

    pub(super) fn acknowledged(&self) -> u32 {
        self.tcp.acknowledgment_number()
    }

    /// Whether it opens a connection.
    pub(super) fn opens(&self) -> bool {
        self.tcp.syn() && !self.tcp.ack()
    }

    pub(super) fn is_reset(&self) -> bool {
        self.tcp.rst()
    }

    /// Whether it asks for explicit congestion notification (RFC 3168 section 6.1.1).
    pub(super) fn asks_for_ecn(&self) -> bool {
        self.opens() && self.tcp.ece() && self.tcp.cwr()
    }

    /// Whether it has a timestamp.
    pub(super) fn has_timestamps(&self) -> bool {
        self.has(|option| matches!(option, TcpOptionElement::Timestamp(..)))
    }

    /// Whether it scales its window.
    pub(super) fn scales_window(&self) -> bool {
        self.has(|option| matches!(option, TcpOptionElement::WindowScale(_)))
    }

    fn has(&self, wanted: impl Fn(&TcpOptionElement) -> bool) -> bool {
        let mut options = self.tcp.options_iterator();
        options.any(|option| option.is_ok_and(|option| wanted(&option)))
    }
}

/// RFC 1071.
fn checksum(octets: &[u8]) -> u16 {
    let mut sum: u32 = octets
        .chunks(2)
        .map(|pair| {
            let [high, low] = [pair[0], pair.get(1).copied().unwrap_or(0)];
            u32::from(u16::from_be_bytes([high, low]))
        })
        .sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !u16::try_from(sum).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::{Packet, checksum};
    use etherparse::PacketBuilder;

    #[test]
    fn a_hop_takes_one_and_keeps_the_checksum_right() {
        let mut octets = Vec::new();
        PacketBuilder::ipv4([10, 77, 0, 1], [10, 77, 0, 10], 2)
            .udp(1, 2)
            .write(&mut octets, b"x")
            .unwrap();
        let mut packet = Packet::read(octets).unwrap();
        assert!(packet.pass_hop());
        assert_eq!(packet.hop_limit(), 1);
        assert_eq!(checksum(&packet.octets()[..20]), 0);
        assert!(!packet.pass_hop());
        assert!(!packet.is_tcp());
    }

    #[test]
    fn what_is_no_packet_is_none() {
        for octets in [&[][..], &[0x45; 19], &[0x60; 39], &[0x25; 60]] {
            assert_eq!(Packet::read(octets.to_vec()), None);
        }
    }
}
