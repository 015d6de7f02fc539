//! A time source (RFC 4330, server mode).

use super::listen::Tasks;
use jiff::{SignedDuration, Timestamp};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::UdpSocket;

/// Seconds from 1900, where NTP begins, to 1970.
const FROM_1900: u64 = 2_208_988_800;
/// Octets of a message without authenticator.
const LENGTH: usize = 48;

/// Starts one on a loopback port and says which; its time is `ahead` of this machine's.
///
/// # Errors
///
/// When no port can be bound.
pub(crate) async fn start(tasks: &mut Tasks, ahead: SignedDuration) -> io::Result<SocketAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = socket.local_addr()?;
    tasks.spawn(async move {
        let mut message = [0; 128];
        loop {
            let Ok((count, client)) = socket.recv_from(&mut message).await else {
                continue;
            };
            let received = now(ahead);
            if let Some(answer) = answer(&message[..count], received, ahead) {
                // A client that is gone needs no answer.
                let _ = socket.send_to(&answer, client).await;
            }
        }
    });
    Ok(address)
}

/// The answer to a client's message (mode 3): stratum 1, the client's transmit time sent back as originate time.
fn answer(question: &[u8], received: [u8; 8], ahead: SignedDuration) -> Option<[u8; LENGTH]> {
    const CLIENT: u8 = 3;
    const VERSION: u8 = 0b0011_1000;
    const SERVER: u8 = 4;
    let question = question.first_chunk::<LENGTH>()?;
    let (first, transmit) = (question.first()?, question.last_chunk::<8>()?);
    if first & 0b111 != CLIENT {
        return None;
    }
    let mut answer = [0; LENGTH];
    let fields: [(usize, &[u8]); 6] = [
        (0, &[first & VERSION | SERVER, 1, 0, 0xec]),
        (12, b"LOCL"),
        (16, &received),
        (24, transmit),
        (32, &received),
        (40, &now(ahead)),
    ];
    for (place, octets) in fields {
        answer
            .iter_mut()
            .skip(place)
            .zip(octets)
            .for_each(|(to, from)| *to = *from);
    }
    Some(answer)
}

/// The time as 32 bits of seconds since 1900 and 32 of fraction.
fn now(ahead: SignedDuration) -> [u8; 8] {
    let now = Timestamp::now() + ahead;
    let nanosecond = u64::try_from(now.subsec_nanosecond()).unwrap_or(0);
    let seconds = u64::try_from(now.as_second())
        .unwrap_or(0)
        .wrapping_add(FROM_1900);
    let fraction = (nanosecond << 32) / 1_000_000_000;
    (seconds << 32 | fraction).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::{LENGTH, answer};
    use jiff::SignedDuration;

    #[test]
    fn the_clients_time_comes_back_as_originate() {
        let mut question = [0; LENGTH];
        question[0] = 0x23;
        question[40..].copy_from_slice(&[1, 2, 3, 4, 5, 6, 7, 8]);
        let answer = answer(&question, [9; 8], SignedDuration::ZERO).expect("a client's message");
        assert_eq!(answer[0], 0x24);
        assert_eq!(answer[24..32], question[40..]);
        assert_eq!(answer[32..40], [9; 8]);
    }

    #[test]
    fn other_modes_and_short_messages_get_no_answer() {
        assert_eq!(answer(&[0x24; LENGTH], [0; 8], SignedDuration::ZERO), None);
        assert_eq!(answer(&[0x23; 47], [0; 8], SignedDuration::ZERO), None);
    }
}
