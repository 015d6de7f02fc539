//! What one connection came to, read from its octets.

use crate::case::Patience;
use crate::way::Tunnel;
use pki::Certificate;
use report::{
    Action, CipherSuite, ClientHello, Experiment, NamedGroup, Observation, PhaseName, PhaseOutcome,
    Prelude, ProtocolVersion, SignatureScheme, Starttls,
};
use wire::first::FirstOctets;
use wire::flight::ServerFlight;

/// One connection's outcome. Everything else stays readable in `flight`.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    /// How far it came and what stopped it.
    pub(crate) end: End,
    /// What the server said.
    pub(crate) flight: ServerFlight,
    /// What followed Finished, where a complete handshake was made.
    pub(crate) after: Option<After>,
}

/// How far a connection came and what stopped it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// No TCP connection.
    Unconnected(PhaseOutcome),
    /// The proxy could not be reached, or opened no tunnel.
    Proxy(Tunnel),
    /// The dialogue before TLS failed.
    Prelude(PhaseOutcome),
    /// The server's flight is complete, keeps to what was offered, and its signature verifies.
    Accepted,
    /// The server chose something that was not offered.
    NotOffered(Choice),
    /// The flight is complete and its signature does not verify with the certificate's key.
    BadSignature,
    /// The server ended it, or nothing came.
    Refused {
        /// With what.
        how: Refusal,
        /// Whether a ServerHello had come.
        mid_flight: bool,
    },
    /// We stopped before anything was learnt.
    Unknown,
}

/// Something the server chose against the offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    Version(ProtocolVersion),
    CipherSuite(CipherSuite),
    Group(NamedGroup),
    Signature(SignatureScheme),
}

/// How a handshake was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Refusal {
    /// A fatal alert, or a warning followed by the end.
    Alert(u8),
    Closed,
    Reset,
    Silent,
    /// Text of another protocol, in `flight.first`.
    Plaintext,
    Garbage,
}

/// What followed Finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum After {
    Alert(u8),
    Http(u16),
    /// A mail server's answer to its client's greeting.
    Mail(u16),
    Closed,
    Reset,
    Quiet,
}

impl Reading {
    /// Reads a handshake or a raw hello; `None` for any other action.
    /// An experiment that goes on is read as it stands, waiting with `patience`.
    pub(crate) fn of(
        experiment: &Experiment,
        observation: &Observation,
        patience: Patience,
    ) -> Option<Self> {
        let flight = match &experiment.action {
            // What the proxy says is not the server's.
            Action::Handshake(_) | Action::Hello(_) if no_tunnel(experiment, observation) => {
                ServerFlight::default()
            }
            Action::Handshake(_) | Action::Hello(_) => ServerFlight::read(observation),
            _ => return None,
        };
        let end = end(experiment, observation, &flight, patience);
        let after = match &experiment.action {
            Action::Handshake(handshake) => after(handshake.prelude, observation, &flight),
            _ => None,
        };
        Some(Self { end, flight, after })
    }

    /// Whether the handshake was accepted.
    pub(crate) fn accepted(&self) -> bool {
        self.end == End::Accepted
    }

    /// The refusal, if that is how it ended.
    pub(crate) fn refusal(&self) -> Option<Refusal> {
        match self.end {
            End::Refused { how, .. } => Some(how),
            _ => None,
        }
    }

    /// Whether the server answered the hello with one of its own.
    pub(crate) fn answered(&self) -> bool {
        self.flight.server_hello.is_some() || self.flight.hello_retry.is_some()
    }

    /// Whether TLS began: an answer in TLS to a ClientHello.
    pub(crate) fn began(&self) -> bool {
        self.speaks_tls()
            && !matches!(
                self.end,
                End::Prelude(_) | End::Unconnected(_) | End::Proxy(_)
            )
    }

    /// Whether a TCP connection stood, and the tunnel where there is a proxy.
    pub(crate) fn connected(&self) -> bool {
        !matches!(self.end, End::Unconnected(_) | End::Proxy(_) | End::Unknown)
    }

    /// Whether anything at all speaks for TLS at the other end.
    pub(crate) fn speaks_tls(&self) -> bool {
        matches!(
            self.flight.first,
            FirstOctets::TlsHandshake | FirstOctets::TlsAlert | FirstOctets::Ssl2
        )
    }
}

fn no_tunnel(experiment: &Experiment, observation: &Observation) -> bool {
    experiment.action.via().is_some() && Tunnel::failed(observation).is_some()
}

fn end(
    experiment: &Experiment,
    observation: &Observation,
    flight: &ServerFlight,
    patience: Patience,
) -> End {
    let unopened = match patience {
        Patience::Silent => End::Unconnected(PhaseOutcome::Timeout),
        Patience::Usual | Patience::Late => End::Unknown,
    };
    match observation.phase(PhaseName::Connect) {
        None => return unopened,
        Some(connect) if connect.outcome == PhaseOutcome::Aborted => return unopened,
        Some(connect)
            if connect.outcome == PhaseOutcome::Ok
                && experiment.action.via().is_some()
                && observation.phase(PhaseName::Proxy).is_none() =>
        {
            return End::Unknown;
        }
        Some(_) if no_tunnel(experiment, observation) => {
            return Tunnel::failed(observation).map_or(End::Unknown, End::Proxy);
        }
        Some(connect) if connect.outcome != PhaseOutcome::Ok => {
            return End::Unconnected(connect.outcome);
        }
        Some(_) => {}
    }
    if let Some(prelude) = observation.phase(PhaseName::Starttls)
        && prelude.outcome != PhaseOutcome::Ok
    {
        return End::Prelude(prelude.outcome);
    }
    if flight.complete {
        return complete(experiment, observation, flight);
    }
    let mid_flight = flight.server_hello.is_some() || flight.hello_retry.is_some();
    if let Some(version) = flight.version
        && let Action::Hello(hello) = &experiment.action
        && !hello.hello.versions().contains(&version)
    {
        return End::NotOffered(Choice::Version(version));
    }
    let how = refusal(observation, flight);
    let last = observation.end().map(|phase| phase.outcome);
    // Who was not waited for has not been silent.
    let stopped = matches!(last, Some(PhaseOutcome::Ok | PhaseOutcome::Aborted));
    if how == Refusal::Silent && stopped && patience < Patience::Silent {
        return End::Unknown;
    }
    End::Refused { how, mid_flight }
}

fn refusal(observation: &Observation, flight: &ServerFlight) -> Refusal {
    if let Some(alert) = flight
        .received_alerts
        .iter()
        .rfind(|alert| alert.description.0 != 0)
    {
        return Refusal::Alert(alert.description.0);
    }
    match flight.first {
        FirstOctets::Http { .. } | FirstOctets::Banner(_) => return Refusal::Plaintext,
        FirstOctets::TlsOther | FirstOctets::Other => return Refusal::Garbage,
        FirstOctets::Nothing
        | FirstOctets::TlsHandshake
        | FirstOctets::TlsAlert
        | FirstOctets::Ssl2 => {}
    }
    let last = observation
        .phases
        .iter()
        .rfind(|phase| phase.phase > PhaseName::Starttls)
        .map(|phase| phase.outcome);
    match last {
        Some(PhaseOutcome::Closed) => Refusal::Closed,
        Some(PhaseOutcome::Reset) => Refusal::Reset,
        Some(PhaseOutcome::Garbage) => Refusal::Garbage,
        // Not ended, timed out or stopped: whatever it was, nothing came until then.
        _ if flight.defects.is_empty() => Refusal::Silent,
        _ => Refusal::Garbage,
    }
}

fn complete(experiment: &Experiment, _observation: &Observation, flight: &ServerFlight) -> End {
    if let Action::Hello(hello) = &experiment.action
        && let Some(choice) = not_offered(&hello.hello, flight)
    {
        return End::NotOffered(choice);
    }
    // What is signed after an encrypted hello holds the hello that was hidden, which nobody kept; the TLS library checked.
    let hidden =
        matches!(&experiment.action, Action::Handshake(handshake) if handshake.ech.is_some());
    if hidden {
        return End::Accepted;
    }
    match signature_holds(flight) {
        Some(false) => End::BadSignature,
        Some(true) | None => End::Accepted,
    }
}

/// What the server chose although the hello does not offer it (RFC 8446 section 4.1.3).
fn not_offered(hello: &ClientHello, flight: &ServerFlight) -> Option<Choice> {
    let version = flight.version?;
    if !hello.versions().contains(&version) {
        return Some(Choice::Version(version));
    }
    if let Some(suite) = flight.cipher_suite
        && !hello.cipher_suites.contains(&suite)
    {
        return Some(Choice::CipherSuite(suite));
    }
    if let Some(group) = flight.group
        && hello
            .extensions
            .iter()
            .any(|extension| matches!(extension, report::Extension::SupportedGroups { .. }))
        && !hello.groups().contains(&group)
    {
        return Some(Choice::Group(group));
    }
    let scheme = flight.signature.as_ref()?.scheme;
    if version >= ProtocolVersion::TLS1_2
        && let Some(schemes) = hello.signature_schemes()
        && !schemes.contains(&scheme)
    {
        return Some(Choice::Signature(scheme));
    }
    None
}

/// Whether what the server signed verifies with the key of the certificate it sent; `None` where nothing is signed or
/// the algorithm is beyond us.
fn signature_holds(flight: &ServerFlight) -> Option<bool> {
    // What is signed is put together from the messages as read; where one was not as it should be, that is no proof.
    if !flight.defects.is_empty() {
        return None;
    }
    let signed = flight.signature.as_ref()?;
    let leaf = Certificate::parse(flight.certificates.first()?).certificate?;
    match pki::signature::verify_tls(&leaf, signed.scheme, &signed.message, &signed.signature) {
        Ok(()) => Some(true),
        Err(pki::signature::SignatureDefect::Unsupported { .. }) => None,
        Err(_) => Some(false),
    }
}

/// The certificate, not the first that was sent, whose key made the server's signature although the first one's did not.
pub(crate) fn signer_behind(reading: &Reading) -> Option<Certificate> {
    let flight = &reading.flight;
    let signed = flight.signature.as_ref()?;
    if reading.end != End::BadSignature {
        return None;
    }
    let behind = flight.certificates.iter().skip(1);
    behind
        .filter_map(|der| Certificate::parse(der).certificate)
        .find(|certificate| {
            let (message, signature) = (&signed.message, &signed.signature);
            pki::signature::verify_tls(certificate, signed.scheme, message, signature).is_ok()
        })
}

/// close_notify and user_canceled, which refuse nothing (RFC 8446 section 6.1). Java ends with both.
pub(crate) const CLOSURES: [u8; 2] = [0, 90];

fn after(prelude: Prelude, observation: &Observation, flight: &ServerFlight) -> Option<After> {
    let finished = observation.phase(PhaseName::Finished)?;
    let application = observation.phase(PhaseName::Application);
    if let Some(alert) = flight
        .received_alerts
        .iter()
        .rfind(|alert| !CLOSURES.contains(&alert.description.0))
    {
        return Some(After::Alert(alert.description.0));
    }
    let mail = matches!(prelude, Prelude::Starttls(Starttls::Smtp | Starttls::Lmtp));
    let answer = observation
        .opened
        .iter()
        .filter(|opened| {
            opened.content_type == report::ContentType::APPLICATION_DATA
                && opened.direction == report::Direction::Received
        })
        .find_map(|opened| match mail {
            true => mail_code(&opened.bytes).map(After::Mail),
            false => http_status(&opened.bytes).map(After::Http),
        });
    if answer.is_some() {
        return answer;
    }
    Some(
        match application.map_or(finished.outcome, |phase| phase.outcome) {
            PhaseOutcome::Closed => After::Closed,
            PhaseOutcome::Reset => After::Reset,
            _ => After::Quiet,
        },
    )
}

/// The status code of an HTTP/1 status line (RFC 9112 section 4).
pub(crate) fn http_status(octets: &[u8]) -> Option<u16> {
    let line = octets.strip_prefix(b"HTTP/1.")?;
    std::str::from_utf8(line.get(2..5)?).ok()?.parse().ok()
}

/// The code of a mail server's reply (RFC 5321 section 4.2).
fn mail_code(octets: &[u8]) -> Option<u16> {
    let code = octets.get(..3)?;
    let ends = matches!(octets.get(3), Some(b' ' | b'-' | b'\r'));
    let digits = code.iter().all(u8::is_ascii_digit);
    (ends && digits)
        .then(|| std::str::from_utf8(code).ok()?.parse().ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::{http_status, mail_code};

    #[test]
    fn mail_replies() {
        assert_eq!(mail_code(b"421 4.7.1 no certificate\r\n"), Some(421));
        assert_eq!(mail_code(b"250-mx.test\r\n"), Some(250));
        assert_eq!(mail_code(b"+50 x"), None);
        assert_eq!(mail_code(b"42"), None);
    }

    #[test]
    fn status_lines() {
        assert_eq!(http_status(b"HTTP/1.1 400 Bad Request\r\n"), Some(400));
        assert_eq!(http_status(b"HTTP/1.0 200"), Some(200));
        assert_eq!(http_status(b"HTTP/2 200"), None);
        assert_eq!(http_status(b"220 mail ESMTP"), None);
    }
}
