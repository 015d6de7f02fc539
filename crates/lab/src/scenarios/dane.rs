//! X34: TLSA records that do not fit, for mail between servers and elsewhere; and records that look wrong and are not.

use super::{Name, odd};
use crate::scenario::{Expected, Scenario};
use crate::stage::{
    Association, CertificateSpec, Chain, Dialogue, Endpoint, Issuer, KeyType, Names, Opening,
    Records, Stage, TimeSource, Tlsa,
};
use report::{Certainty, Outcome};

const fn tlsa(usage: u8, selector: u8, matching: u8, of: Association) -> Tlsa {
    Tlsa {
        numbers: (usage, selector, matching),
        of,
    }
}

const RIGHT: &[Tlsa] = &[tlsa(3, 1, 1, Association::Leaf)];
const OLD_KEY: &[Tlsa] = &[tlsa(3, 1, 1, Association::Stranger)];

fn signed(tlsa: &'static [Tlsa]) -> Records {
    Records {
        tlsa,
        authenticated: true,
        ..Records::default()
    }
}

/// A server that other mail servers deliver to.
fn mail(records: Records) -> Stage {
    Stage {
        host: "mail.shop.test",
        names: Some(Names::Address),
        records,
        certificate: CertificateSpec::for_names(&["mail.shop.test"]),
        arguments: &["--starttls", "smtp"],
        ..Stage::tls(Endpoint {
            opening: Opening::Starttls(Dialogue::Smtp),
            ..Endpoint::default()
        })
    }
}

/// A web server.
fn web(records: Records) -> Stage {
    Stage {
        names: Some(Names::Address),
        records,
        ..Stage::default()
    }
}

/// Mail servers that validate are stopped, and nobody else.
fn stops_senders() -> Expected {
    Expected {
        outcome: Outcome::WorksWithProblems,
        clients_failing: Some(Vec::new()),
        ..Expected::fails("X34", Certainty::Proven)
    }
}

fn noted() -> Expected {
    Expected::finding("X34")
}

pub(super) fn scenarios() -> Vec<Scenario> {
    [stopped(), found(), harmless()].concat()
}

fn stopped() -> Vec<Scenario> {
    let rsa = |stage: Stage| Stage {
        certificate: CertificateSpec {
            key: KeyType::Rsa2048,
            ..stage.certificate.clone()
        },
        ..stage
    };
    let with_root = |stage: Stage| Stage {
        certificate: CertificateSpec {
            chain: Chain::WithRoot,
            ..stage.certificate.clone()
        },
        ..stage
    };
    const BOTH_OLD: &[Tlsa] = &[
        tlsa(3, 0, 2, Association::Stranger),
        tlsa(2, 0, 1, Association::Stranger),
    ];
    const ONE_RIGHT: &[Tlsa] = &[
        tlsa(3, 0, 2, Association::Stranger),
        tlsa(2, 0, 1, Association::Intermediate),
    ];
    const ROOT: &[Tlsa] = &[tlsa(2, 0, 1, Association::Root)];
    const ISSUER_AS_SERVER: &[Tlsa] = &[tlsa(3, 1, 1, Association::Intermediate)];
    const SERVER_AS_ISSUER: &[Tlsa] = &[tlsa(2, 1, 1, Association::Leaf)];
    const ISSUER: &[Tlsa] = &[tlsa(2, 1, 1, Association::Intermediate)];
    vec![
        Name::new(
            "X34",
            "smtp",
            "A mail server with a new key, and the TLSA record of the old one.",
        )
        .broken(stops_senders(), mail(signed(OLD_KEY)), mail(signed(RIGHT))),
        Name::new(
            "X34",
            "smtp-two",
            "A mail server with two TLSA records, of which none fits an RSA certificate.",
        )
        .broken(
            stops_senders(),
            rsa(mail(signed(BOTH_OLD))),
            rsa(mail(signed(ONE_RIGHT))),
        ),
        Name::new(
            "X34",
            "smtp-root-not-served",
            "A mail server whose TLSA record is about the root, which it does not send.",
        )
        .broken(
            stops_senders(),
            mail(signed(ROOT)),
            with_root(mail(signed(ROOT))),
        ),
        Name::new(
            "X34",
            "smtp-issuer-as-server",
            "A mail server whose TLSA record calls the issuer's key its own.",
        )
        .broken(
            stops_senders(),
            mail(signed(ISSUER_AS_SERVER)),
            mail(signed(ISSUER)),
        ),
        Name::new(
            "X34",
            "smtp-server-as-issuer",
            "A mail server whose TLSA record calls its own key an issuer's.",
        )
        .broken(
            stops_senders(),
            mail(signed(SERVER_AS_ISSUER)),
            mail(signed(RIGHT)),
        ),
    ]
}

/// Nobody in the reference set is stopped, and it is said nevertheless.
fn found() -> Vec<Scenario> {
    const BAD_LENGTH: &[Tlsa] = &[tlsa(3, 1, 1, Association::Octets(&[0xab; 31]))];
    const BAD_NUMBERS: &[Tlsa] = &[
        tlsa(4, 1, 1, Association::Leaf),
        tlsa(3, 2, 1, Association::Leaf),
        tlsa(3, 1, 3, Association::Leaf),
    ];
    const PKIX: &[Tlsa] = &[tlsa(1, 1, 1, Association::Stranger)];
    let unsigned = Records {
        tlsa: OLD_KEY,
        ..Records::default()
    };
    let failing = Records {
        tlsa_fails: true,
        ..Records::default()
    };
    vec![
        Name::new(
            "X34",
            "https",
            "A web server whose TLSA record is of an old key.",
        )
        .broken(noted(), web(signed(OLD_KEY)), web(signed(RIGHT))),
        Name::new(
            "X34",
            "unsigned",
            "A mail server whose TLSA record does not fit, in a zone that is not signed.",
        )
        .broken(noted(), mail(unsigned), mail(signed(RIGHT))),
        Name::new(
            "X34",
            "length",
            "A TLSA record whose digest lacks an octet.",
        )
        .broken(noted(), mail(signed(BAD_LENGTH)), mail(signed(RIGHT))),
        Name::new(
            "X34",
            "numbers",
            "TLSA records with numbers that mean nothing.",
        )
        .broken(noted(), mail(signed(BAD_NUMBERS)), mail(signed(RIGHT))),
        Name::new(
            "X34",
            "pkix-smtp",
            "A mail server with a TLSA record of a usage that does not count for mail.",
        )
        .broken(noted(), mail(signed(PKIX)), mail(signed(RIGHT))),
        Name::new(
            "X34",
            "lookup",
            "A mail server whose address is found, and whose TLSA lookup fails.",
        )
        .broken(noted(), mail(failing), mail(Records::default())),
    ]
}

fn harmless() -> Vec<Scenario> {
    const ROLLING: &[Tlsa] = &[
        tlsa(3, 1, 1, Association::Stranger),
        tlsa(3, 1, 1, Association::Leaf),
    ];
    const ROOT_WHOLE: &[Tlsa] = &[tlsa(2, 0, 0, Association::Root)];
    const PKIX_ROOT: &[Tlsa] = &[tlsa(0, 0, 2, Association::Root)];
    let expired = Stage {
        certificate: CertificateSpec {
            hours: (-90 * 24, -3 * 24),
            ..mail(signed(RIGHT)).certificate
        },
        time_sources: TimeSource::RIGHT,
        ..mail(signed(RIGHT))
    };
    let expires = Name::new(
        "X01",
        "dane-ee",
        "A mail server with an expired certificate that its TLSA record matches: DANE does not mind.",
    )
    .broken(
        Expected::fails("X01", Certainty::Proven),
        expired,
        mail(signed(RIGHT)),
    );
    let own = |stage: Stage| Stage {
        certificate: CertificateSpec {
            issuer: Issuer::Itself,
            ..stage.certificate.clone()
        },
        ..stage
    };
    let self_signed = Name::new(
        "X09",
        "dane-ee",
        "A mail server with a self-signed certificate that its TLSA record matches: DANE does not mind, clients do.",
    )
    .broken(
        Expected::fails("X09", Certainty::Proven),
        own(mail(signed(RIGHT))),
        mail(signed(RIGHT)),
    );
    vec![
        expires,
        self_signed,
        odd(
            "dane-rolling",
            "TLSA records of the old key and the new one.",
            mail(signed(ROLLING)),
        ),
        odd(
            "dane-root-whole",
            "A TLSA record that holds the whole root, which is not served.",
            mail(signed(ROOT_WHOLE)),
        ),
        odd(
            "dane-pkix",
            "A web server whose TLSA record limits it to its root.",
            web(signed(PKIX_ROOT)),
        ),
    ]
}
