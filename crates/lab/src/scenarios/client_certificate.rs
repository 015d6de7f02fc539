//! S21: a client certificate is demanded.

use super::Name;
use crate::scenario::{Expected, Scenario};
use crate::stage::{CertificateSpec, ClientAuth, KeyType, Library, Script, Stage};
use report::{Certainty, ProtocolVersion};

const TLS12: &[ProtocolVersion] = &[ProtocolVersion::TLS1_2];
const TLS13: &[ProtocolVersion] = &[ProtocolVersion::TLS1_3];

pub(super) fn scenarios() -> Vec<Scenario> {
    let expected = || Expected::fails("S21", Certainty::Supported);
    let library = |versions, client_auth| {
        Stage::library(Library {
            versions,
            client_auth,
            ..Library::default()
        })
    };
    let with_certificate = |stage: Stage| Stage {
        client_certificate: true,
        ..stage
    };
    let scripted = |alert| {
        Stage::script(Script {
            client_auth: Some(alert),
            suites: &[0xc02f],
            ..Script::default()
        })
        .with_certificate(CertificateSpec::with_key(KeyType::Rsa2048))
    };
    let optional =
        |key| library(TLS12, ClientAuth::Optional).with_certificate(CertificateSpec::with_key(key));
    vec![
        Name::new(
            "S21",
            "tls13",
            "A client certificate is required: alert 116 after Finished.",
        )
        .broken(
            expected(),
            library(TLS13, ClientAuth::Required),
            with_certificate(library(TLS13, ClientAuth::Required)),
        ),
        Name::new(
            "S21",
            "tls12",
            "A client certificate is required in TLS 1.2.",
        )
        .broken(
            expected(),
            library(TLS12, ClientAuth::Required),
            with_certificate(library(TLS12, ClientAuth::Required)),
        ),
        Name::new(
            "S21",
            "tls12-alert-40",
            "A client certificate is required: alert 40, as OpenSSL does.",
        )
        .broken(expected(), scripted(40), optional(KeyType::Rsa2048)),
        Name::new(
            "S21",
            "tls12-alert-42",
            "A client certificate is required: alert 42, as Java does.",
        )
        .broken(expected(), scripted(42), optional(KeyType::P256)),
        Name::new(
            "S21",
            "http-400",
            "A client certificate is missed by HTTP only, as nginx does.",
        )
        .broken(
            expected(),
            library(
                &[ProtocolVersion::TLS1_3, ProtocolVersion::TLS1_2],
                ClientAuth::RequiredByHttp,
            ),
            with_certificate(library(TLS13, ClientAuth::RequiredByHttp)),
        ),
    ]
}
