//! S45: a database that speaks TLS at once, to those who name its protocol in ALPN, as PostgreSQL 17 does.

use super::Name;
use crate::scenario::{Expected, Scenario};
use crate::stage::{
    CertificateSpec, Dialogue, Endpoint, KeyType, Library, Opening, Place, Stage, Tickets,
};
use report::{Certainty, ProtocolVersion};

const HOST: &str = "db.shop.test";

pub(super) fn scenarios() -> Vec<Scenario> {
    let at = |stage: Stage| Stage {
        host: HOST,
        certificate: CertificateSpec::for_names(&[HOST]),
        ..stage
    };
    let direct = || {
        at(Stage::library(Library {
            protocols: &["postgresql"],
            tickets: Tickets::None,
            ..Library::default()
        }))
    };
    let tls12 = || {
        let stage = at(Stage::library(Library {
            protocols: &["postgresql"],
            tickets: Tickets::None,
            versions: &[ProtocolVersion::TLS1_2],
            ..Library::default()
        }));
        Stage {
            certificate: CertificateSpec {
                key: KeyType::Rsa2048,
                ..CertificateSpec::for_names(&[HOST])
            },
            ..stage
        }
    };
    let asked = |stage: Stage, arguments| Stage { arguments, ..stage };
    let request = || {
        at(Stage::tls(Endpoint {
            opening: Opening::Starttls(Dialogue::Postgres),
            ..Endpoint::default()
        }))
    };
    let registered = |stage: Stage| Stage {
        place: Place::Registered(&[5432]),
        ..stage
    };
    let proven = || Expected::fails("S45", Certainty::Proven);
    const NAMED: &[&str] = &["--alpn", "postgresql"];
    const REQUESTED: &[&str] = &["--starttls", "postgres"];
    vec![
        Name::new(
            "S45",
            "direct",
            "A database with TLS at once, asked without its protocol's name.",
        )
        .broken(proven(), direct(), asked(direct(), NAMED)),
        Name::new(
            "S45",
            "direct-tls12",
            "The same with TLS 1.2 and an RSA key.",
        )
        .broken(proven(), tls12(), asked(tls12(), NAMED)),
        Name::new("S45", "registered", "The same on PostgreSQL's own port.").broken(
            proven(),
            registered(direct()),
            registered(asked(direct(), NAMED)),
        ),
        Name::new(
            "S45",
            "request",
            "A database with nothing but TLS at once, asked with an SSLRequest first.",
        )
        .broken(
            proven(),
            asked(direct(), REQUESTED),
            asked(request(), REQUESTED),
        ),
    ]
}
