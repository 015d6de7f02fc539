//! X01, X02, X03, X09, X10, X11: dates, names and chains.

use super::Name;
use crate::scenario::{Expected, Scenario};
use crate::stage::{CertificateSpec, Chain, Issuer, KeyType, Library, Stage, TimeSource};
use report::{Certainty, ProtocolVersion, SignatureScheme};
use wire::profile::Profile;

const ED25519: SignatureScheme = SignatureScheme(0x0807);

pub(super) fn scenarios() -> Vec<Scenario> {
    [
        dates(),
        names(),
        self_signed(),
        private_root(),
        missing_intermediate(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn proven(cause: &'static str) -> Expected {
    Expected::fails(cause, Certainty::Proven)
}

fn serving(certificate: CertificateSpec) -> Stage {
    Stage::default().with_certificate(certificate)
}

/// In TLS 1.2 with an RSA key.
fn classical(certificate: CertificateSpec) -> Stage {
    let library = Library {
        versions: &[ProtocolVersion::TLS1_2],
        ..Library::default()
    };
    let certificate = CertificateSpec {
        key: KeyType::Rsa2048,
        ..certificate
    };
    Stage::library(library).with_certificate(certificate)
}

/// An ECDSA certificate, and this one with an Ed25519 key for whoever takes that.
fn beside(certificate: CertificateSpec) -> Stage {
    Stage::library(Library {
        beside: Some(Box::new(CertificateSpec {
            key: KeyType::Ed25519,
            ..certificate
        })),
        ..Library::default()
    })
}

fn takes_ed25519(profile: &Profile) -> bool {
    let schemes = profile.hello.signature_schemes();
    schemes.is_some_and(|schemes| schemes.contains(&ED25519))
}

fn dates() -> Vec<Scenario> {
    let timed = |stage: Stage| Stage {
        time_sources: TimeSource::RIGHT,
        ..stage
    };
    let good = CertificateSpec::default;
    let expired = || CertificateSpec::valid(-100, -10);
    let early = || CertificateSpec::valid(3, 90);
    vec![
        Name::new(
            "X01",
            "ecdsa",
            "Expired ten days ago, with a time source to be sure.",
        )
        .broken(
            proven("X01"),
            timed(serving(expired())),
            timed(serving(good())),
        ),
        Name::new(
            "X01",
            "rsa-tls12",
            "Expired an hour ago, in TLS 1.2 with an RSA key.",
        )
        .broken(
            proven("X01"),
            timed(classical(CertificateSpec {
                hours: (-24 * 90, -1),
                ..good()
            })),
            timed(classical(CertificateSpec {
                hours: (-24 * 90, 2),
                ..good()
            })),
        ),
        Name::new(
            "X01",
            "no-clock",
            "Expired ten days ago, and nobody to ask for the time.",
        )
        .broken(
            Expected::undecided(&["X01", "C02"]),
            serving(expired()),
            serving(good()),
        ),
        Name::new(
            "X01",
            "beside",
            "Whoever takes Ed25519 gets a certificate that expired, and whoever does not one that did not.",
        )
        .broken(
            Expected::fails_for("X01", takes_ed25519),
            timed(beside(expired())),
            timed(beside(good())),
        ),
        Name::new(
            "X02",
            "ecdsa",
            "Valid in three days, with a time source to be sure.",
        )
        .broken(
            proven("X02"),
            timed(serving(early())),
            timed(serving(good())),
        ),
        Name::new(
            "X02",
            "rsa-tls12",
            "Valid in two hours, in TLS 1.2 with an RSA key.",
        )
        .broken(
            proven("X02"),
            timed(classical(CertificateSpec {
                hours: (2, 24 * 90),
                ..good()
            })),
            timed(classical(CertificateSpec {
                hours: (-2, 24 * 90),
                ..good()
            })),
        ),
        Name::new(
            "X02",
            "no-clock",
            "Valid in three days, and nobody to ask for the time.",
        )
        .broken(
            Expected::undecided(&["X02", "C01"]),
            serving(early()),
            serving(good()),
        ),
    ]
}

fn names() -> Vec<Scenario> {
    let both = CertificateSpec::default;
    let apex = || CertificateSpec::for_names(&["shop.test", "api.shop.test"]);
    let www = || CertificateSpec::for_names(&["www.shop.test"]);
    let asking_apex = |stage: Stage| Stage {
        host: "shop.test",
        ..stage
    };
    vec![
        Name::new(
            "X03",
            "www",
            "The certificate is for the apex, the client asks for www.",
        )
        .broken(proven("X03"), serving(apex()), serving(both())),
        Name::new(
            "X03",
            "apex",
            "The certificate is for www, the client asks for the apex.",
        )
        .broken(
            proven("X03"),
            asking_apex(serving(www())),
            asking_apex(serving(both())),
        ),
        Name::new(
            "X03",
            "rsa-tls12",
            "The certificate is for the apex, in TLS 1.2 with an RSA key.",
        )
        .broken(proven("X03"), classical(apex()), classical(both())),
    ]
}

fn self_signed() -> Vec<Scenario> {
    let own = || CertificateSpec {
        issuer: Issuer::Itself,
        chain: Chain::Alone,
        ..CertificateSpec::default()
    };
    let good = CertificateSpec::default;
    vec![
        Name::new("X09", "ecdsa", "The server signed its certificate itself.").broken(
            proven("X09"),
            serving(own()),
            serving(good()),
        ),
        Name::new(
            "X09",
            "rsa-tls12",
            "The server signed its RSA certificate itself, in TLS 1.2.",
        )
        .broken(proven("X09"), classical(own()), classical(good())),
    ]
}

fn private_root() -> Vec<Scenario> {
    let expected = || Expected::fails("X10", Certainty::Supported);
    let untold = |stage: Stage| Stage {
        trusts_root: false,
        ..stage
    };
    let whole = || CertificateSpec {
        chain: Chain::WithRoot,
        ..CertificateSpec::default()
    };
    let direct = || CertificateSpec {
        issuer: Issuer::Root,
        ..whole()
    };
    vec![
        Name::new(
            "X10",
            "intermediate",
            "A private root that the client was not given.",
        )
        .broken(expected(), untold(serving(whole())), serving(whole())),
        Name::new(
            "X10",
            "rsa-tls12",
            "A private root signed the RSA certificate itself, in TLS 1.2.",
        )
        .broken(expected(), untold(classical(direct())), classical(direct())),
    ]
}

fn missing_intermediate() -> Vec<Scenario> {
    let proven = || Expected::fails_for("X11", |profile| !profile.rules.fetches_issuers);
    let alone = || CertificateSpec {
        chain: Chain::Alone,
        ..CertificateSpec::default()
    };
    let fetched = || CertificateSpec {
        issuer_url: true,
        ..alone()
    };
    let good = CertificateSpec::default;
    let undecided = || Expected::undecided(&["X11", "X10"]);
    vec![
        Name::new(
            "X11",
            "aia",
            "The intermediate is missing and can be fetched.",
        )
        .broken(proven(), serving(fetched()), serving(good())),
        Name::new(
            "X11",
            "aia-rsa-tls12",
            "The intermediate is missing and can be fetched, in TLS 1.2.",
        )
        .broken(proven(), classical(fetched()), classical(good())),
        Name::new(
            "X11",
            "no-aia",
            "The intermediate is missing and nowhere to be had.",
        )
        .broken(undecided(), serving(alone()), serving(good())),
        Name::new(
            "X11",
            "no-aia-rsa-tls12",
            "The intermediate is nowhere to be had, in TLS 1.2.",
        )
        .broken(undecided(), classical(alone()), classical(good())),
    ]
}
