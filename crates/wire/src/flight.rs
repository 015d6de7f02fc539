//! One reading of everything a server said in its first flight.

mod conversation;
mod reading;
mod signed;
#[cfg(test)]
mod tests;

pub use signed::{DSA_SHA1, ECDSA_SHA1, RSA_MD5_SHA1, SignedContent};

use crate::defect::Defect;
use crate::first::{FirstOctets, classify};
use crate::handshake::{CertificateRequest, RawExtension, ServerHello};
use crate::record::Alert;
use conversation::Conversation;
use reading::Reading;
use report::{CipherSuite, NamedGroup, Observation, ProtocolVersion};

/// Everything a server said until its flight ended or broke off.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerFlight {
    /// What its first octets are; after a dialogue that leads to TLS, the first ones after that.
    pub first: FirstOctets,
    /// The HelloRetryRequest, if one came.
    pub hello_retry: Option<ServerHello>,
    /// The ServerHello.
    pub server_hello: Option<ServerHello>,
    /// The version selected, also by a HelloRetryRequest alone.
    pub version: Option<ProtocolVersion>,
    /// The cipher suite selected, also by a HelloRetryRequest alone.
    pub cipher_suite: Option<CipherSuite>,
    /// The group of the key exchange; `None` for RSA, and for finite-field exchange before TLS 1.3.
    pub group: Option<NamedGroup>,
    /// Bits of the finite-field prime, where one was sent.
    pub dh_bits: Option<u32>,
    /// The application protocol selected.
    pub alpn: Option<String>,
    /// The certificates as sent, the server's own first.
    pub certificates: Vec<Vec<u8>>,
    /// The stapled OCSP response for the server's own certificate, DER (RFC 6066 section 8, RFC 6961).
    pub ocsp_staple: Option<Vec<u8>>,
    /// The signed certificate timestamps sent in the handshake (RFC 6962 section 3.3.1).
    pub scts: Vec<Vec<u8>>,
    /// What the server wants of a client certificate, if it wants one.
    pub certificate_request: Option<CertificateRequest>,
    /// The extensions that TLS 1.3 encrypts.
    pub encrypted_extensions: Option<Vec<RawExtension>>,
    /// What the server signed, and how; `None` where it signed nothing or the ClientHello is not in the observation.
    pub signature: Option<SignedContent>,
    /// Whether the flight came to its end: ServerHelloDone, or a Finished of TLS 1.3, or an SSLv2 SERVER-HELLO.
    pub complete: bool,
    /// Alerts from the server: those in the clear, then those opened, each in order.
    pub received_alerts: Vec<Alert>,
    /// Alerts from us: those in the clear, then those opened, each in order.
    pub sent_alerts: Vec<Alert>,
    /// What was not as it should be, the first 256. Offsets count from the server's first octet of TLS; in what was
    /// encrypted, from the first octet opened.
    pub defects: Vec<Defect>,
}

impl ServerFlight {
    /// Reads what `observation` saw. TLS begins with the first ClientHello sent; what was received before belongs to it
    /// only if nothing had been sent.
    pub fn read(observation: &Observation) -> Self {
        let conversation = Conversation::of(observation);
        let first = classify(&conversation.received);
        if !conversation.is_tls {
            return Self {
                first,
                ..Self::default()
            };
        }
        let mut reading = Reading::new(first, &conversation);
        reading.opened(&observation.opened);
        reading.flight
    }
}
