//! Somebody's clock against ours: one SNTP question (RFC 4330).
//!
//! Written here because the offset's worth depends on the server's root delay and root dispersion.

use crate::ending::{Ending, quoted};
use crate::{Recorder, resolve, socket};
use report::{Answer, PhaseName, PhaseOutcome};
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::net::UdpSocket;
use tokio::time::timeout;

/// The port of NTP.
const PORT: u16 = 123;

/// Octets of an SNTP message without authentication.
const MESSAGE: usize = 48;

/// How long to wait before the question is sent once more.
const RETRANSMIT: Duration = Duration::from_secs(2);

/// Seconds from 1900, where NTP's era 0 begins, to 1970.
const NTP_TO_UNIX: i64 = 2_208_988_800;

/// Asks `host` or `host:port` for the time, as the phase [`PhaseName::Fetch`].
pub(crate) async fn ask(source: &str, recorder: &Recorder) -> Result<(), Ending> {
    let server = find(source, recorder).await?;
    recorder.begin(PhaseName::Fetch, Some(server));
    let socket = UdpSocket::bind((socket::unspecified(server), 0)).await?;
    socket.connect(server).await?;
    let reading = match timeout(RETRANSMIT, once(&socket)).await {
        Ok(reading) => reading?,
        Err(_) => once(&socket).await?,
    };
    recorder.answer(Answer::Clock {
        offset_us: reading.offset_us,
        uncertainty_us: reading.uncertainty_us,
    });
    Ok(())
}

async fn find(source: &str, recorder: &Recorder) -> Result<SocketAddr, Ending> {
    if let Ok(server) = source.parse() {
        return Ok(server);
    }
    let bare = source.trim_start_matches('[').trim_end_matches(']');
    if let Ok(address) = bare.parse::<IpAddr>() {
        return Ok(SocketAddr::new(address, PORT));
    }
    recorder.begin(PhaseName::Resolve, None);
    let (host, port) = match source.rsplit_once(':') {
        Some((host, port)) => match port.parse() {
            Ok(port) => (host, port),
            Err(_) => return Err(Ending::new(PhaseOutcome::Error, "port not valid")),
        },
        None => (source, PORT),
    };
    let addresses = resolve::system(host, libc::AF_UNSPEC).await?;
    match addresses.first() {
        Some(address) => Ok(SocketAddr::new(*address, port)),
        None => Err(Ending::new(PhaseOutcome::NotFound, "EAI_NODATA")),
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Reading {
    offset_us: i64,
    uncertainty_us: u64,
}

async fn once(socket: &UdpSocket) -> Result<Reading, Ending> {
    // Version 4, mode client. The transmit timestamp is a nonce: it need not tell our time, only come back.
    let nonce: [u8; 8] = rand::random();
    let mut request = [0; MESSAGE];
    request[0] = 0x23;
    request[40..].copy_from_slice(&nonce);
    let sent_at = SystemTime::now();
    let sent = Instant::now();
    socket.send(&request).await?;
    let mut reply = [0; MESSAGE];
    loop {
        let count = socket.recv(&mut reply).await?;
        let round_trip = sent.elapsed();
        if count == MESSAGE && reply[24..32] == nonce {
            return read(&reply, unix_us(sent_at), micros(round_trip));
        }
    }
}

/// RFC 4330 section 5, with the round trip by the monotonic clock.
fn read(reply: &[u8; MESSAGE], sent_us: i64, round_trip_us: i64) -> Result<Reading, Ending> {
    let [first, stratum, ..] = *reply;
    if first & 0x07 != 4 {
        return Err(Ending::new(PhaseOutcome::Garbage, "mode"));
    }
    if stratum == 0 {
        let code = quoted(&reply[12..16]);
        let outcome = match code.as_str() {
            "RATE" => PhaseOutcome::Throttled,
            _ => PhaseOutcome::Refused,
        };
        return Err(Ending::new(outcome, code));
    }
    if first >> 6 == 3 || stratum > 15 {
        return Err(Ending::new(PhaseOutcome::Refused, "not synchronised"));
    }
    let (Some(received), Some(answered)) = (timestamp(&reply[32..40]), timestamp(&reply[40..48]))
    else {
        return Err(Ending::new(PhaseOutcome::Garbage, "timestamp"));
    };
    let on_the_way = round_trip_us
        .saturating_sub(answered.saturating_sub(received))
        .max(0);
    // The middle of our round trip is the middle of theirs, give or take the time on the way.
    let ours = sent_us.saturating_add(round_trip_us / 2);
    let theirs = received.saturating_add(answered.saturating_sub(received) / 2);
    let root = short(&reply[4..8]) / 2 + short(&reply[8..12]);
    Ok(Reading {
        offset_us: theirs.saturating_sub(ours),
        uncertainty_us: on_the_way.unsigned_abs() / 2 + root + 1,
    })
}

/// An NTP timestamp in microseconds since 1970; eras are told apart by the first bit (RFC 4330 section 3).
fn timestamp(octets: &[u8]) -> Option<i64> {
    let value = u64::from_be_bytes(octets.try_into().ok()?);
    if value == 0 {
        return None;
    }
    let seconds = i64::try_from(value >> 32).ok()?;
    let seconds = if value >> 63 == 0 {
        seconds + (1 << 32)
    } else {
        seconds
    };
    let micros = ((value & 0xffff_ffff) * 1_000_000) >> 32;
    Some((seconds - NTP_TO_UNIX) * 1_000_000 + i64::try_from(micros).ok()?)
}

/// A 16.16 fixed-point number of seconds, in microseconds.
fn short(octets: &[u8]) -> u64 {
    let octets = octets.try_into().unwrap_or([0; 4]);
    (u64::from(u32::from_be_bytes(octets)) * 1_000_000) >> 16
}

/// Microseconds since 1970, negative before.
pub(crate) fn unix_us(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => micros(since),
        Err(before) => -micros(before.duration()),
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::{MESSAGE, NTP_TO_UNIX, Reading, read};
    use report::PhaseOutcome;

    fn reply(stratum: u8, seconds: u32) -> [u8; MESSAGE] {
        let mut reply = [0; MESSAGE];
        reply[0] = 0x24;
        reply[1] = stratum;
        reply[32..36].copy_from_slice(&seconds.to_be_bytes());
        reply[40..44].copy_from_slice(&seconds.to_be_bytes());
        reply
    }

    #[test]
    fn offset_and_uncertainty() {
        let unix = 1_800_000_000_u32;
        let mut message = reply(2, u32::try_from(i64::from(unix) + NTP_TO_UNIX).unwrap());
        // Root delay 1 s, root dispersion 0.5 s.
        message[4..8].copy_from_slice(&0x0001_0000_u32.to_be_bytes());
        message[8..12].copy_from_slice(&0x0000_8000_u32.to_be_bytes());
        let ours = i64::from(unix) * 1_000_000 - 5_000_000;
        assert_eq!(
            read(&message, ours, 2_000),
            Ok(Reading {
                offset_us: 5_000_000 - 1_000,
                uncertainty_us: 1_000 + 500_000 + 500_000 + 1,
            })
        );
    }

    #[test]
    fn the_era_after_2036_is_later() {
        let reading = read(&reply(1, 1), 0, 0).unwrap();
        assert_eq!(
            reading.offset_us,
            ((1_i64 << 32) + 1 - NTP_TO_UNIX) * 1_000_000
        );
    }

    #[test]
    fn what_is_no_time() {
        let mut kiss = reply(0, 1);
        kiss[12..16].copy_from_slice(b"RATE");
        let ending = read(&kiss, 0, 0).unwrap_err();
        assert_eq!(ending.outcome, PhaseOutcome::Throttled);
        assert_eq!(ending.detail.as_deref(), Some("RATE"));
        let outcome = |message| read(&message, 0, 0).unwrap_err().outcome;
        assert_eq!(outcome(reply(16, 1)), PhaseOutcome::Refused);
        assert_eq!(outcome(reply(1, 0)), PhaseOutcome::Garbage);
        let mut client = reply(1, 1);
        client[0] = 0x23;
        assert_eq!(outcome(client), PhaseOutcome::Garbage);
    }
}
