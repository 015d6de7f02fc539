//! S19: the server behind a reverse proxy refuses it. From the front only the proxy's answer tells.

use super::{Name, odd};
use crate::scenario::{Expected, Scenario};
use crate::stage::{CertificateSpec, KeyType, Library, Stage};
use report::ProtocolVersion;

const USUAL: &[ProtocolVersion] = &[ProtocolVersion::TLS1_3, ProtocolVersion::TLS1_2];
const TLS12: &[ProtocolVersion] = &[ProtocolVersion::TLS1_2];

pub(super) fn scenarios() -> Vec<Scenario> {
    let one = |variant, title, versions, status| {
        Name::new("S19", variant, title).broken(
            Expected::finding("S19"),
            answering(versions, status),
            answering(versions, "200 OK"),
        )
    };
    vec![
        one(
            "bad-gateway",
            "A good handshake, and 502 from the proxy in front.",
            USUAL,
            "502 Bad Gateway",
        ),
        one(
            "bad-gateway-tls12",
            "A good handshake in TLS 1.2, and 502 from the proxy in front.",
            TLS12,
            "502 Bad Gateway",
        ),
        one(
            "handshake-failed",
            "A good handshake, and 525: the proxy's own handshake failed.",
            USUAL,
            "525 SSL Handshake Failed",
        ),
        one(
            "invalid-certificate",
            "A good handshake, and 526: the proxy does not take the certificate behind it.",
            USUAL,
            "526 Invalid SSL Certificate",
        ),
        odd(
            "unavailable",
            "A good handshake, and 503 from a server that is being maintained.",
            answering(USUAL, "503 Service Unavailable"),
        ),
        odd(
            "gateway-timeout",
            "A good handshake, and 504 because what is behind is slow.",
            answering(USUAL, "504 Gateway Timeout"),
        ),
    ]
}

fn answering(versions: &'static [ProtocolVersion], status: &'static str) -> Stage {
    let key = if versions == TLS12 {
        KeyType::Rsa2048
    } else {
        KeyType::P256
    };
    Stage::library(Library {
        versions,
        status,
        ..Library::default()
    })
    .with_certificate(CertificateSpec::with_key(key))
}
