//! A TCP connection: the conditions it is made under, and what the kernel knows about it.

use crate::{Moment, PhaseName};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// What is unusual about a TCP connection. The default is a connection as any client makes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct TcpConditions {
    /// The largest segment we offer and send, in octets of payload (TCP_MAXSEG, set before the SYN); the kernel takes off
    /// what TCP's options need, 12 octets with timestamps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_segment: Option<u16>,
    /// The time to live, or hop limit, of every packet until the connection is open; then the system's own again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub syn_ttl: Option<u8>,
    /// The time to live of the packets that carry the ClientHello and of all later ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hello_ttl: Option<TtlSweep>,
    /// The first ClientHello goes out as two TCP segments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split: Option<HelloSplit>,
    /// Our own port, where a path may choose by it; the system chooses one otherwise. One
    /// that a connection to the same peer had a minute ago may be refused (EADDRNOTAVAIL).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local_port: Option<u16>,
    /// Octets of receive buffer (SO_RCVBUF, set before the SYN). One of at most 32 KiB makes the SYN offer a window scale of 0
    /// (RFC 7323 section 2). Timestamps, selective acknowledgement and ECN cannot be turned off for one connection: they are
    /// the system's settings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receive_buffer: Option<u32>,
}

impl TcpConditions {
    /// Whether nothing is unusual.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// A time to live that rises by one with each retransmission of the ClientHello.
///
/// Raising it needs the kernel to tell of retransmissions: where it does not ([`Observation::kernel`] is empty), an
/// experiment that needs to rise ends with [`PhaseOutcome::Error`](crate::PhaseOutcome::Error) before it sends anything.
///
/// [`Observation::kernel`]: crate::Observation::kernel
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct TtlSweep {
    /// Of the first transmission, at least 1.
    pub from: u8,
    /// The highest, which all transmissions from there on keep. Equal to `from`: it never rises.
    pub to: u8,
}

/// Where a ClientHello is cut into two TCP segments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct HelloSplit {
    /// Octets in the first segment, counted from the first record's header.
    pub at: u16,
    /// How long the second one waits, in microseconds.
    pub pause_us: Moment,
}

/// What an ICMP message says, as in its header: ICMP (RFC 792) where its sender is an IPv4 address, ICMPv6 (RFC 4443)
/// where it is an IPv6 address.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Icmp {
    /// The type: 3 and 11 of ICMP, or 1 and 3 of ICMPv6, are "unreachable" and "time exceeded".
    pub kind: u8,
    /// The code within the type.
    pub code: u8,
}

/// What the kernel knew about the connection at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KernelFact {
    /// When, in microseconds since the examination's start.
    pub at_us: Moment,
    /// The phase under way.
    pub phase: PhaseName,
    /// Why it was asked then.
    pub moment: KernelMoment,
    /// The time to live of the transmission this is about, where the experiment sets one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl: Option<u8>,
    /// The error an ICMP message brought, which the connection survives; see [`KernelMoment::Icmp`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub errno: Option<i32>,
    /// Who sent the ICMP message, where the kernel says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offender: Option<IpAddr>,
    /// What that message says; known only with its sender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icmp: Option<Icmp>,
    /// TCP_INFO.
    pub tcp: TcpInfo,
}

/// Why the kernel was asked.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum KernelMoment {
    /// The phase ended well, and another began.
    PhaseEnd,
    /// The phase was later than somebody expected.
    Late,
    /// An ICMP message told of a packet that did not arrive, on a connection that survives it. Clients that do not ask
    /// for such messages see silence.
    Icmp,
    /// The ClientHello was sent, or sent again, under [`TtlSweep`]: `ttl` is that of this transmission.
    Transmission,
    /// The last look before the connection was closed: how the last phase ended.
    End,
}

/// Linux's `struct tcp_info`, as far as it tells of a stall. All counters are of this connection. A field that this kernel
/// does not have is `None`; what is zero is left out of JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TcpInfo {
    /// 1 ESTABLISHED, 2 SYN_SENT, 4 FIN_WAIT1, 5 FIN_WAIT2, 7 CLOSE, 8 CLOSE_WAIT; as in Linux's `tcp_states.h`.
    pub state: u8,
    /// Retransmissions by time-out of what is the oldest unacknowledged now.
    #[serde(default, skip_serializing_if = "is_zero_u8")]
    pub retransmits: u8,
    /// How often the time-out has been doubled.
    #[serde(default, skip_serializing_if = "is_zero_u8")]
    pub backoff: u8,
    /// What was negotiated, as bits: 1 timestamps, 2 selective acknowledgement, 4 window scale, 8 ECN.
    #[serde(default, skip_serializing_if = "is_zero_u8")]
    pub options: u8,
    /// The window scale we offered (RFC 7323 section 2).
    #[serde(default, skip_serializing_if = "is_zero_u8")]
    pub rcv_wscale: u8,
    /// Retransmission time-out, in microseconds.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub rto_us: u32,
    /// Largest segment we send, in octets of payload.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub snd_mss: u32,
    /// Largest segment seen from the peer, as the kernel estimates it, in octets of payload.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub rcv_mss: u32,
    /// Segments sent and not acknowledged; a SYN counts.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unacked: u32,
    /// Of these, segments that the peer acknowledged selectively.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub sacked: u32,
    /// Of these, segments that the kernel holds for lost.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub lost: u32,
    /// Since data last came, in milliseconds.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub last_data_recv_ms: u32,
    /// What the kernel holds for the path's MTU, in octets.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub pmtu: u32,
    /// Smoothed round trip, in microseconds.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub rtt_us: u32,
    /// Its mean deviation, in microseconds.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub rttvar_us: u32,
    /// Congestion window, in segments.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub snd_cwnd: u32,
    /// Segments sent again since the connection began.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub total_retrans: u32,
    /// Octets acknowledged by the peer; the SYN counts as one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes_acked: Option<u64>,
    /// Octets of payload received in order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes_received: Option<u64>,
    /// Segments sent, retransmissions included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segs_out: Option<u32>,
    /// Segments received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segs_in: Option<u32>,
    /// Octets written that have not been sent yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notsent_bytes: Option<u32>,
    /// Shortest round trip seen, in microseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_rtt_us: Option<u32>,
    /// Segments with payload received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_segs_in: Option<u32>,
    /// Segments with payload sent, retransmissions included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_segs_out: Option<u32>,
    /// Segments received out of order: something before them is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rcv_ooopack: Option<u32>,
}

impl TcpInfo {
    /// Octets of payload that the peer has acknowledged: [`bytes_acked`](Self::bytes_acked) without the SYN.
    pub fn payload_acked(&self) -> Option<u64> {
        self.bytes_acked.map(|acked| acked.saturating_sub(1))
    }
}

fn is_zero(value: &u32) -> bool {
    *value == 0
}

fn is_zero_u8(value: &u8) -> bool {
    *value == 0
}

#[cfg(test)]
mod tests {
    use super::{HelloSplit, TcpConditions, TcpInfo};

    #[test]
    fn the_usual_is_left_out() {
        assert_eq!(
            serde_json::to_string(&TcpConditions::default()).unwrap(),
            "{}"
        );
        let split = TcpConditions {
            split: Some(HelloSplit {
                at: 5,
                pause_us: 1_000_000,
            }),
            ..TcpConditions::default()
        };
        assert!(!split.is_default());
        let again = serde_json::to_string(&split).unwrap();
        assert_eq!(again, r#"{"split":{"at":5,"pause_us":1000000}}"#);
        assert_eq!(
            serde_json::from_str::<TcpConditions>(&again).unwrap(),
            split
        );
    }

    #[test]
    fn unknown_is_not_zero() {
        let old: TcpInfo = serde_json::from_str(r#"{"state":1}"#).unwrap();
        assert_eq!(old.payload_acked(), None);
        let new: TcpInfo = serde_json::from_str(r#"{"state":1,"bytes_acked":518}"#).unwrap();
        assert_eq!(new.payload_acked(), Some(517));
    }
}
