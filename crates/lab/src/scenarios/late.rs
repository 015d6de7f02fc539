//! S23: a client certificate is asked for once the request was read.

use super::{Name, odd};
use crate::scenario::{Expected, Scenario};
use crate::stage::{CertificateSpec, ClientAuth, KeyType, Library, Stage};
use report::{Certainty, ProtocolVersion};
use wire::profile::Profile;

const TLS12: &[ProtocolVersion] = &[ProtocolVersion::TLS1_2];
const TLS13: &[ProtocolVersion] = &[ProtocolVersion::TLS1_3];
const AES128: &[u16] = &[0xc02f, 0xc02b];
const AES256: &[u16] = &[0xc030, 0xc02c];

fn asking(suites: &'static [u16], key: KeyType, late_request: bool) -> Stage {
    Stage::library(Library {
        versions: TLS12,
        suites,
        late_request,
        ..Library::default()
    })
    .with_certificate(CertificateSpec::with_key(key))
}

fn refuses(profile: &Profile) -> bool {
    profile.handshake.refuses_renegotiation.is_some()
}

pub(super) fn scenarios() -> Vec<Scenario> {
    let expected = || Expected {
        certainty: Certainty::Supported,
        ..Expected::fails_for("S23", refuses)
    };
    let name = |variant, title| Name::new("S23", variant, title);
    let one = |name: Name, suites, key| {
        name.broken(
            expected(),
            asking(suites, key, true),
            asking(suites, key, false),
        )
    };
    let given = |status| Stage {
        client_certificate: true,
        ..Stage::library(Library {
            versions: TLS13,
            status,
            ..Library::default()
        })
    };
    vec![
        one(
            name(
                "aes128",
                "A new handshake is asked for once the request was read.",
            ),
            AES128,
            KeyType::P256,
        ),
        one(
            name(
                "aes256",
                "A new handshake is asked for once the request was read, with AES-256.",
            ),
            AES256,
            KeyType::P256,
        ),
        one(
            name(
                "rsa",
                "A new handshake is asked for once the request was read, with an RSA key.",
            ),
            AES128,
            KeyType::Rsa2048,
        ),
        name(
            "openssl",
            "A new handshake is asked for, and OpenSSL goes along.",
        )
        .broken(
            Expected::finding("S23"),
            Stage {
                arguments: &["--as", "openssl3"],
                ..asking(AES128, KeyType::P256, true)
            },
            Stage {
                arguments: &["--as", "openssl3"],
                ..asking(AES128, KeyType::P256, false)
            },
        ),
        name(
            "tls13-unasked",
            "In TLS 1.3 a certificate at hand is not asked for, and the page is forbidden.",
        )
        .broken(
            Expected::finding("S23"),
            given("403 Forbidden"),
            given("200 OK"),
        ),
        odd(
            "asked-early",
            "A client certificate is asked for in the handshake of TLS 1.2, and not needed.",
            Stage::library(Library {
                versions: TLS12,
                client_auth: ClientAuth::Optional,
                ..Library::default()
            }),
        ),
    ]
}
