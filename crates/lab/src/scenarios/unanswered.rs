//! S24, S34: the server's key is wrong, or it says nothing of what is wrong.

use super::Name;
use crate::scenario::{Expected, Scenario};
use crate::stage::{CertificateSpec, Condition, KeyType, Library, Refusal, Rule, Stage};
use report::{Certainty, ProtocolVersion};

pub(super) fn scenarios() -> Vec<Scenario> {
    const ALWAYS: [&[Rule]; 4] = [
        &[Rule {
            when: Condition::Always,
            then: Refusal::Alert(40),
        }],
        &[Rule {
            when: Condition::Always,
            then: Refusal::Alert(80),
        }],
        &[Rule {
            when: Condition::Always,
            then: Refusal::Close,
        }],
        &[Rule {
            when: Condition::Always,
            then: Refusal::Reset,
        }],
    ];
    let [failure, internal, close, reset] = ALWAYS;
    let library = |versions, certificate| {
        Stage::library(Library {
            versions,
            ..Library::default()
        })
        .with_certificate(certificate)
    };
    let with = |versions, key| {
        let right = CertificateSpec::with_key(key);
        let wrong = CertificateSpec {
            foreign_key: true,
            ..right.clone()
        };
        (library(versions, wrong), library(versions, right))
    };
    let modern = with(
        &[ProtocolVersion::TLS1_3, ProtocolVersion::TLS1_2],
        KeyType::P256,
    );
    let classical = with(&[ProtocolVersion::TLS1_2], KeyType::Rsa2048);
    let mismatch = |variant, title, (broken, healthy)| {
        let expected = Expected::fails("S24", Certainty::Proven);
        Name::new("S24", variant, title).broken(expected, broken, healthy)
    };
    let gated = |cause, variant, title, among: &[&'static str], rules| {
        let expected = Expected::undecided(among);
        Name::new(cause, variant, title).broken(expected, Stage::gated(rules), Stage::default())
    };
    vec![
        mismatch(
            "tls13",
            "In TLS 1.3 the ECDSA key is not the certificate's.",
            modern,
        ),
        mismatch(
            "tls12",
            "In TLS 1.2 the RSA key is not the certificate's.",
            classical,
        ),
        gated(
            "S24",
            "alert-40",
            "Alert 40 to everybody.",
            &["S24", "S18"],
            failure,
        ),
        gated(
            "S24",
            "alert-80",
            "Alert 80 to everybody.",
            &["S24", "S18"],
            internal,
        ),
        gated(
            "S34",
            "closed",
            "Every hello is answered by the end of the stream.",
            &["S34"],
            close,
        ),
        gated(
            "S34",
            "reset",
            "Every hello is answered by a reset.",
            &["S34"],
            reset,
        ),
    ]
}
