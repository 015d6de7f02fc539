//! Which octets of a connection are TLS.

use report::{Direction, Observation, Segment};

/// The octets of both sides from the start of TLS.
pub(super) struct Conversation {
    pub(super) sent: Vec<u8>,
    pub(super) received: Vec<u8>,
    /// Whether there is reason to read them as TLS: we began it, or said nothing at all.
    pub(super) is_tls: bool,
}

impl Conversation {
    pub(super) fn of(observation: &Observation) -> Self {
        let traffic = &observation.traffic;
        let is_sent = |segment: &Segment| segment.direction == Direction::Sent;
        let hello = traffic
            .iter()
            .enumerate()
            .filter(|(_, segment)| is_sent(segment))
            .find_map(|(place, segment)| Some((place, client_hello_in(&segment.bytes)?)));
        let silent = !traffic.iter().any(is_sent);
        let (place, ahead) = hello.unwrap_or((0, 0));
        let dialogue = traffic.iter().take(place).any(is_sent) || ahead > 0;
        let start = if dialogue { place } else { 0 };
        let octets = |direction| -> Vec<u8> {
            let after = traffic
                .iter()
                .skip(start)
                .filter(|segment| segment.direction == direction);
            after
                .flat_map(|segment| segment.bytes.iter().copied())
                .collect()
        };
        let sent = octets(Direction::Sent).into_iter().skip(ahead).collect();
        Self {
            sent,
            received: octets(Direction::Received),
            is_tls: hello.is_some() || silent,
        }
    }
}

/// Where in what was written at once a ClientHello begins: at its start, or after a line of the PROXY protocol.
fn client_hello_in(octets: &[u8]) -> Option<usize> {
    if begins_tls(octets) {
        return Some(0);
    }
    let line = octets
        .starts_with(b"PROXY ")
        .then(|| octets.windows(2).position(|two| two == b"\r\n"));
    let after = line.flatten()?.checked_add(2)?;
    begins_tls(octets.get(after..)?).then_some(after)
}

/// A handshake record, or a CLIENT-HELLO in SSLv2's form.
fn begins_tls(octets: &[u8]) -> bool {
    matches!(octets, [22, 3, ..] | [0x80..=0xff, _, 1, ..])
}
