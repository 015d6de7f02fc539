//! Packets that routers and boxes make themselves.

use super::packet::{Flow, Packet, Segment};
use etherparse::{
    IpHeaders, IpNumber, Ipv4Header, Ipv6FlowLabel, Ipv6Header, PacketBuilder, PacketBuilderStep,
};
use std::net::IpAddr;

/// What the packets of routers and boxes start with.
const TTL: u8 = 64;
/// Octets of a packet that an ICMP error quotes; enough for all its headers (RFC 1812 section 4.3.2.3).
const QUOTED: usize = 500;
/// ICMP: destination unreachable, time exceeded (RFC 792).
const V4_UNREACHABLE: u8 = 3;
const V4_EXCEEDED: u8 = 11;
/// Code: fragmentation needed (RFC 1191).
const V4_TOO_BIG: u8 = 4;
/// ICMPv6: destination unreachable, packet too big, time exceeded (RFC 4443).
const V6_UNREACHABLE: u8 = 1;
const V6_TOO_BIG: u8 = 2;
const V6_EXCEEDED: u8 = 3;
/// Code: administratively prohibited.
const V6_PROHIBITED: u8 = 1;
const WINDOW: u16 = 64_240;

/// The flags of a forged segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flags {
    Reset,
    Data,
    End,
}

/// `from` says that `packet` has run out of hops.
pub(super) fn time_exceeded(from: IpAddr, packet: &Packet) -> Option<Packet> {
    icmp(from, packet, (V4_EXCEEDED, 0), (V6_EXCEEDED, 0), [0; 4])
}

/// `from` says that `packet` does not fit.
pub(super) fn too_big(from: IpAddr, packet: &Packet, mtu: u16) -> Option<Packet> {
    let [high, low] = mtu.to_be_bytes();
    let v4 = (V4_UNREACHABLE, V4_TOO_BIG);
    icmp(from, packet, v4, (V6_TOO_BIG, 0), [0, 0, high, low])
}

/// `from` says that `packet` is prohibited; `code` is IPv4's.
pub(super) fn prohibited(from: IpAddr, packet: &Packet, code: u8) -> Option<Packet> {
    let v6 = (V6_UNREACHABLE, V6_PROHIBITED);
    icmp(from, packet, (V4_UNREACHABLE, code), v6, [0; 4])
}

fn icmp(
    from: IpAddr,
    about: &Packet,
    (v4_type, v4_code): (u8, u8),
    (v6_type, v6_code): (u8, u8),
    rest: [u8; 4],
) -> Option<Packet> {
    let quoted = &about.octets()[..about.octets().len().min(QUOTED)];
    let mut octets = Vec::new();
    let builder = ip(from, about.source())?;
    match from {
        IpAddr::V4(_) => builder
            .icmpv4_raw(v4_type, v4_code, rest)
            .write_to_vec(&mut octets, quoted),
        IpAddr::V6(_) => builder
            .icmpv6_raw(v6_type, v6_code, rest)
            .write_to_vec(&mut octets, quoted),
    }
    .ok()?;
    Packet::read(octets)
}

/// Resets for both ends of the connection of `segment`, which did not arrive: the first goes to whoever sent it, the second
/// where it was going. Neither acknowledges what was sent.
pub(super) fn resets(segment: &Segment<'_>) -> Option<[Packet; 2]> {
    let flow = segment.flow;
    let back = if segment.opens() {
        // Only a reset that acknowledges the SYN counts (RFC 9293 section 3.5.2).
        let next = segment.sequence().wrapping_add(1);
        tcp(flow.reversed(), 0, Some(next), Flags::Reset, &[])?
    } else {
        tcp(
            flow.reversed(),
            segment.acknowledged(),
            None,
            Flags::Reset,
            &[],
        )?
    };
    let on = tcp(flow, segment.sequence(), None, Flags::Reset, &[])?;
    Some([back, on])
}

/// What the other end would say after `segment`, whose octets it seems to have read: `payload`, then its end.
pub(super) fn answer(segment: &Segment<'_>, payload: &[u8]) -> Option<Vec<Packet>> {
    let length = u32::try_from(segment.payload().len()).ok()?;
    let next = segment.sequence().wrapping_add(length);
    let from = segment.acknowledged();
    let back = segment.flow.reversed();
    let mut packets = Vec::new();
    if !payload.is_empty() {
        packets.push(tcp(back, from, Some(next), Flags::Data, payload)?);
    }
    let end = from.wrapping_add(u32::try_from(payload.len()).ok()?);
    packets.push(tcp(back, end, Some(next), Flags::End, &[])?);
    Some(packets)
}

fn tcp(
    flow: Flow,
    sequence: u32,
    acknowledged: Option<u32>,
    flags: Flags,
    payload: &[u8],
) -> Option<Packet> {
    let mut octets = Vec::new();
    let mut builder = ip(flow.source.ip(), flow.destination.ip())?.tcp(
        flow.source.port(),
        flow.destination.port(),
        sequence,
        WINDOW,
    );
    builder = match flags {
        Flags::Reset => builder.rst(),
        Flags::Data => builder.psh(),
        Flags::End => builder.fin(),
    };
    if let Some(acknowledged) = acknowledged {
        builder = builder.ack(acknowledged);
    }
    builder.write_to_vec(&mut octets, payload).ok()?;
    Packet::read(octets)
}

/// The IP header; lengths and checksums are the builder's to fill in.
fn ip(source: IpAddr, destination: IpAddr) -> Option<PacketBuilderStep<IpHeaders>> {
    let header = match (source, destination) {
        (IpAddr::V4(source), IpAddr::V4(destination)) => {
            let (source, destination) = (source.octets(), destination.octets());
            let header = Ipv4Header::new(0, TTL, IpNumber::TCP, source, destination).ok()?;
            IpHeaders::Ipv4(header, Default::default())
        }
        (IpAddr::V6(source), IpAddr::V6(destination)) => {
            let header = Ipv6Header {
                traffic_class: 0,
                flow_label: Ipv6FlowLabel::ZERO,
                payload_length: 0,
                next_header: IpNumber::TCP,
                hop_limit: TTL,
                source: source.octets(),
                destination: destination.octets(),
            };
            IpHeaders::Ipv6(header, Default::default())
        }
        _ => return None,
    };
    Some(PacketBuilder::ip(header))
}

#[cfg(test)]
mod tests {
    use super::{answer, resets, time_exceeded, too_big};
    use crate::net::address::{CLIENT, hop, server};
    use crate::net::packet::Packet;
    use etherparse::{PacketBuilder, SlicedPacket, TransportSlice};

    fn packet(payload: &[u8]) -> Packet {
        let mut octets = Vec::new();
        PacketBuilder::ipv4(CLIENT.v4.octets(), server(0).v4.octets(), 9)
            .tcp(40_000, 443, 1000, 500)
            .ack(7000)
            .write_to_vec(&mut octets, payload)
            .unwrap();
        Packet::read(octets).unwrap()
    }

    #[test]
    fn resets_are_what_each_end_expects_next() {
        let packet = packet(b"hello");
        let [back, on] = resets(&packet.segment().unwrap()).unwrap();
        let (back, on) = (back.segment().unwrap(), on.segment().unwrap());
        assert!(back.is_reset() && on.is_reset());
        assert_eq!((back.sequence(), on.sequence()), (7000, 1000));
        assert_eq!(back.flow, on.flow.reversed());
    }

    #[test]
    fn an_answer_takes_what_was_said_and_ends() {
        let packet = packet(b"hello");
        let packets = answer(&packet.segment().unwrap(), b"no").unwrap();
        let [data, end] = &packets[..] else {
            panic!("{packets:?}")
        };
        let (data, end) = (data.segment().unwrap(), end.segment().unwrap());
        assert_eq!((data.payload(), data.acknowledged()), (&b"no"[..], 1005));
        assert_eq!(end.sequence(), 7002);
    }

    #[test]
    fn icmp_errors_quote_the_packet_in_both_families() {
        let packet = packet(b"");
        let error = too_big(hop(2).v4.into(), &packet, 1300).unwrap();
        let sliced = SlicedPacket::from_ip(error.octets()).unwrap();
        let Some(TransportSlice::Icmpv4(icmp)) = sliced.transport else {
            panic!("no ICMP")
        };
        assert_eq!((icmp.type_u8(), icmp.code_u8()), (3, 4));
        assert_eq!(icmp.bytes5to8(), [0, 0, 5, 20]);
        assert_eq!(icmp.payload(), packet.octets());
        let mut octets = Vec::new();
        PacketBuilder::ipv6(CLIENT.v6.octets(), server(0).v6.octets(), 1)
            .udp(1, 2)
            .write_to_vec(&mut octets, b"x")
            .unwrap();
        let packet = Packet::read(octets).unwrap();
        let error = time_exceeded(hop(1).v6.into(), &packet).unwrap();
        assert_eq!(error.destination(), CLIENT.v6);
    }
}
