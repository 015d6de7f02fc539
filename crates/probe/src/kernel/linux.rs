//! Linux: TCP_INFO, IP_RECVERR.

#![expect(
    unsafe_code,
    reason = "no crate reads the newer half of TCP_INFO on every libc; this is the only module with unsafe code"
)]

use super::{IcmpError, KernelFacts};
use nix::sys::socket::sockopt::{Ipv4RecvErr, Ipv6RecvErr};
use nix::sys::socket::{ControlMessageOwned, MsgFlags, SockaddrStorage, recvmsg, setsockopt};
use report::{Icmp, TcpInfo};
use socket2::Socket;
use std::io::IoSliceMut;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::fd::AsRawFd as _;

/// Room for `struct tcp_info`. The kernel writes no more than its own has (280 octets in 6.18) and says how much that is.
const ROOM: usize = 512;

/// Messages of the error queue that are read at most for one error.
const QUEUED: usize = 8;

/// The facts of Linux, as an ordinary user gets them.
#[derive(Debug)]
pub(crate) struct Linux;

impl KernelFacts for Linux {
    fn tcp_info(&self, socket: &Socket) -> Option<TcpInfo> {
        let mut octets = [0_u8; ROOM];
        let mut length = libc::socklen_t::try_from(ROOM).ok()?;
        // SAFETY: `octets` is writable for `length` octets and `length` is writable; both outlive the call, which keeps
        // neither. The descriptor is open as long as `socket` is borrowed. Any octets are a valid [u8; ROOM].
        let result = unsafe {
            libc::getsockopt(
                socket.as_raw_fd(),
                libc::IPPROTO_TCP,
                libc::TCP_INFO,
                octets.as_mut_ptr().cast(),
                &mut length,
            )
        };
        if result != 0 {
            return None;
        }
        decode(octets.get(..usize::try_from(length).ok()?)?)
    }

    fn watch_errors(&self, socket: &Socket, peer: SocketAddr) {
        // A kernel that refuses leaves a connection without these facts, which is what Null has.
        let _ = match peer {
            SocketAddr::V4(_) => setsockopt(socket, Ipv4RecvErr, &true),
            SocketAddr::V6(_) => setsockopt(socket, Ipv6RecvErr, &true),
        };
    }

    fn told_by_icmp(&self, socket: &Socket) -> Option<IcmpError> {
        let mut last = None;
        for _ in 0..QUEUED {
            let Some(error) = next_error(socket) else {
                break;
            };
            last = error.or(last);
        }
        last
    }

    fn retransmit_evenly(&self, socket: &Socket) {
        // Without it the same happens, later.
        let _ = socket.set_tcp_thin_linear_timeouts(true);
    }
}

/// Takes one message off the error queue: `Some(None)` is one that is not of ICMP, `None` an empty queue.
fn next_error(socket: &Socket) -> Option<Option<IcmpError>> {
    let mut payload = [0_u8; 128];
    let mut parts = [IoSliceMut::new(&mut payload)];
    let mut room = nix::cmsg_space!(libc::sock_extended_err, libc::sockaddr_in6);
    let flags = MsgFlags::MSG_ERRQUEUE | MsgFlags::MSG_DONTWAIT;
    let message =
        recvmsg::<SockaddrStorage>(socket.as_raw_fd(), &mut parts, Some(&mut room), flags).ok()?;
    let mut told = None;
    for control in message.cmsgs().ok()? {
        match control {
            ControlMessageOwned::Ipv4RecvErr(error, Some(from))
                if error.ee_origin == libc::SO_EE_ORIGIN_ICMP =>
            {
                let sender = Ipv4Addr::from(u32::from_be(from.sin_addr.s_addr));
                told = Some(of_icmp(sender.into(), &error));
            }
            ControlMessageOwned::Ipv6RecvErr(error, Some(from))
                if error.ee_origin == libc::SO_EE_ORIGIN_ICMP6 =>
            {
                let sender = Ipv6Addr::from(from.sin6_addr.s6_addr);
                told = Some(of_icmp(sender.into(), &error));
            }
            _ => {}
        }
    }
    Some(told)
}

fn of_icmp(sender: IpAddr, error: &libc::sock_extended_err) -> IcmpError {
    IcmpError {
        sender,
        says: Icmp {
            kind: error.ee_type,
            code: error.ee_code,
        },
    }
}

/// `struct tcp_info` of `linux/tcp.h` by its offsets, as far as the kernel has filled it in.
fn decode(octets: &[u8]) -> Option<TcpInfo> {
    let byte = |at: usize| octets.get(at).copied();
    let long = |at: usize| {
        let field = octets.get(at..)?.first_chunk::<4>()?;
        Some(u32::from_ne_bytes(*field))
    };
    let wide = |at: usize| {
        let field = octets.get(at..)?.first_chunk::<8>()?;
        Some(u64::from_ne_bytes(*field))
    };
    let scales = byte(6)?;
    let offered = match cfg!(target_endian = "little") {
        true => scales >> 4,
        false => scales & 0x0f,
    };
    Some(TcpInfo {
        state: byte(0)?,
        retransmits: byte(2)?,
        backoff: byte(4)?,
        options: byte(5)?,
        rcv_wscale: offered,
        rto_us: long(8)?,
        snd_mss: long(16)?,
        rcv_mss: long(20)?,
        unacked: long(24)?,
        sacked: long(28)?,
        lost: long(32)?,
        last_data_recv_ms: long(52)?,
        pmtu: long(60)?,
        rtt_us: long(68)?,
        rttvar_us: long(72)?,
        snd_cwnd: long(80)?,
        total_retrans: long(100)?,
        bytes_acked: wide(120),
        bytes_received: wide(128),
        segs_out: long(136),
        segs_in: long(140),
        notsent_bytes: long(144),
        min_rtt_us: long(148),
        data_segs_in: long(152),
        data_segs_out: long(156),
        rcv_ooopack: long(224),
    })
}

#[cfg(test)]
mod tests {
    use super::{Linux, decode};
    use crate::kernel::KernelFacts as _;
    use std::mem::offset_of;
    use std::net::{TcpListener, TcpStream};

    #[test]
    #[cfg(target_env = "gnu")]
    fn the_offsets_are_those_of_the_header() {
        for (ours, theirs) in [
            (2, offset_of!(libc::tcp_info, tcpi_retransmits)),
            (4, offset_of!(libc::tcp_info, tcpi_backoff)),
            (5, offset_of!(libc::tcp_info, tcpi_options)),
            (8, offset_of!(libc::tcp_info, tcpi_rto)),
            (16, offset_of!(libc::tcp_info, tcpi_snd_mss)),
            (20, offset_of!(libc::tcp_info, tcpi_rcv_mss)),
            (24, offset_of!(libc::tcp_info, tcpi_unacked)),
            (28, offset_of!(libc::tcp_info, tcpi_sacked)),
            (32, offset_of!(libc::tcp_info, tcpi_lost)),
            (52, offset_of!(libc::tcp_info, tcpi_last_data_recv)),
            (60, offset_of!(libc::tcp_info, tcpi_pmtu)),
            (68, offset_of!(libc::tcp_info, tcpi_rtt)),
            (72, offset_of!(libc::tcp_info, tcpi_rttvar)),
            (80, offset_of!(libc::tcp_info, tcpi_snd_cwnd)),
            (100, offset_of!(libc::tcp_info, tcpi_total_retrans)),
            (120, offset_of!(libc::tcp_info, tcpi_bytes_acked)),
            (128, offset_of!(libc::tcp_info, tcpi_bytes_received)),
            (136, offset_of!(libc::tcp_info, tcpi_segs_out)),
            (140, offset_of!(libc::tcp_info, tcpi_segs_in)),
            (144, offset_of!(libc::tcp_info, tcpi_notsent_bytes)),
            (148, offset_of!(libc::tcp_info, tcpi_min_rtt)),
            (152, offset_of!(libc::tcp_info, tcpi_data_segs_in)),
            (156, offset_of!(libc::tcp_info, tcpi_data_segs_out)),
            (224, offset_of!(libc::tcp_info, tcpi_rcv_ooopack)),
        ] {
            assert_eq!(ours, theirs);
        }
    }

    #[test]
    fn an_older_kernel_knows_less_and_no_kernel_nothing() {
        let octets = [1; 280];
        assert_eq!(decode(&octets[..103]), None);
        let old = decode(&octets[..104]).unwrap();
        assert_eq!((old.total_retrans, old.bytes_acked), (0x0101_0101, None));
        let newer = decode(&octets[..192]).unwrap();
        assert_eq!(newer.data_segs_out, Some(0x0101_0101));
        assert_eq!(newer.rcv_ooopack, None);
        assert_eq!(decode(&octets).unwrap().rcv_ooopack, Some(0x0101_0101));
    }

    #[test]
    fn a_connection_and_what_is_none() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let open = Linux.tcp_info(&stream.into()).unwrap();
        assert_eq!((open.state, open.bytes_acked), (1, Some(1)));
        assert!(open.rtt_us > 0 && open.snd_mss > 0, "{open:?}");
        let other = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        assert_eq!(Linux.tcp_info(&other.into()), None);
    }
}
