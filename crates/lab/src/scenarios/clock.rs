//! C01 and C02: everybody's clock but this machine's. Moving the clock of a process would move that of the servers in it, so
//! the world is moved instead: certificates and time sources are of another day than this machine.

use super::{Name, odd};
use crate::scenario::{Expected, Scenario};
use crate::stage::{
    CertificateSpec, Dialogue, Endpoint, KeyType, Library, Opening, Stack, Stage, TimeSource,
};
use report::{CauseId, Certainty, ProtocolVersion};

const DAY: i64 = 24;

/// Two time sources that say so many hours ahead.
macro_rules! sources {
    ($hours:expr) => {
        &[TimeSource::Sntp($hours), TimeSource::Date($hours)]
    };
}

/// A certificate of 90 days that was issued 30 days before the day that the world is at.
fn of(world: i64) -> CertificateSpec {
    CertificateSpec {
        hours: (world - 30 * DAY, world + 60 * DAY),
        ..CertificateSpec::default()
    }
}

/// A server whose clock goes with the first time source.
fn library(time_sources: &[TimeSource]) -> Library {
    let clock_hours = match time_sources.first() {
        Some(TimeSource::Sntp(hours) | TimeSource::Date(hours)) => *hours,
        Some(TimeSource::Cached(_)) | None => 0,
    };
    Library {
        clock_hours,
        ..Library::default()
    }
}

fn stage(certificate: CertificateSpec, time_sources: &'static [TimeSource]) -> Stage {
    Stage {
        time_sources,
        ..Stage::library(library(time_sources)).with_certificate(certificate)
    }
}

/// In TLS 1.2 with an RSA key.
fn classical(certificate: CertificateSpec, time_sources: &'static [TimeSource]) -> Stage {
    let library = Library {
        versions: &[ProtocolVersion::TLS1_2],
        ..library(time_sources)
    };
    let certificate = CertificateSpec {
        key: KeyType::Rsa2048,
        ..certificate
    };
    Stage {
        time_sources,
        ..Stage::library(library).with_certificate(certificate)
    }
}

/// After STARTTLS.
fn mail(certificate: CertificateSpec, time_sources: &'static [TimeSource]) -> Stage {
    let endpoint = Endpoint {
        opening: Opening::Starttls(Dialogue::Smtp),
        stack: Stack::Library(library(time_sources)),
        ..Endpoint::default()
    };
    Stage {
        time_sources,
        arguments: &["--starttls", "smtp"],
        ..Stage::tls(endpoint).with_certificate(certificate)
    }
}

pub(super) fn scenarios() -> Vec<Scenario> {
    [behind(), ahead(), near()].into_iter().flatten().collect()
}

fn proven(cause: &'static str) -> Expected {
    Expected::fails(cause, Certainty::Proven)
}

fn behind() -> Vec<Scenario> {
    let fresh = |world: i64| CertificateSpec {
        hours: (world - DAY, world + 90 * DAY),
        ..CertificateSpec::default()
    };
    vec![
        Name::new(
            "C01",
            "400-days",
            "This machine's clock is 400 days behind.",
        )
        .broken(
            proven("C01"),
            stage(of(400 * DAY), sources!(400 * DAY)),
            stage(of(0), sources!(0)),
        ),
        Name::new(
            "C01",
            "two-days-tls12",
            "The clock is two days behind and the certificate, an RSA one in TLS 1.2, a day old.",
        )
        .broken(
            proven("C01"),
            classical(fresh(2 * DAY), sources!(2 * DAY)),
            classical(fresh(0), sources!(0)),
        ),
        Name::new(
            "C01",
            "starttls-smtp",
            "The clock is a year behind, and a mail server is asked.",
        )
        .broken(
            proven("C01"),
            mail(of(365 * DAY), sources!(365 * DAY)),
            mail(of(0), sources!(0)),
        ),
        Name::new(
            "C01",
            "one-date",
            "The clock is 400 days behind, and only the Date of one web server tells.",
        )
        .broken(
            Expected::undecided(&["X02", "C01"]),
            stage(of(400 * DAY), &[TimeSource::Date(400 * DAY)]),
            stage(of(0), &[TimeSource::Date(0)]),
        ),
    ]
}

fn ahead() -> Vec<Scenario> {
    let old = |world: i64| CertificateSpec {
        hours: (world - 89 * DAY, world + DAY),
        ..CertificateSpec::default()
    };
    vec![
        Name::new("C02", "400-days", "This machine's clock is 400 days ahead.").broken(
            proven("C02"),
            stage(of(-400 * DAY), sources!(-400 * DAY)),
            stage(of(0), sources!(0)),
        ),
        Name::new(
            "C02",
            "two-days-tls12",
            "The clock is two days ahead and the certificate, an RSA one in TLS 1.2, ends tomorrow.",
        )
        .broken(
            proven("C02"),
            classical(old(-2 * DAY), sources!(-2 * DAY)),
            classical(old(0), sources!(0)),
        ),
        Name::new(
            "C02",
            "one-source",
            "The clock is 400 days ahead, and only one time source tells.",
        )
        .broken(
            Expected::undecided(&["X01", "C02"]),
            stage(of(-400 * DAY), &[TimeSource::Sntp(-400 * DAY)]),
            stage(of(0), &[TimeSource::Sntp(0)]),
        ),
    ]
}

/// What looks like it and is not.
fn near() -> Vec<Scenario> {
    let expired = |world: i64| CertificateSpec {
        hours: (world - 90 * DAY, world - 2 * DAY),
        ..CertificateSpec::default()
    };
    vec![
        Name::new(
            "X01",
            "clock-behind",
            "Expired two days ago; this machine's clock is 20 days behind and would accept it.",
        )
        .broken(
            Expected {
                findings: vec![CauseId::new("C01")],
                ..proven("X01")
            },
            stage(expired(20 * DAY), sources!(20 * DAY)),
            stage(of(0), sources!(0)),
        ),
        odd(
            "cached-dates",
            "The web servers asked for the date answer from caches, three days old.",
            stage(
                CertificateSpec {
                    hours: (-DAY, 60 * DAY),
                    ..CertificateSpec::default()
                },
                &[TimeSource::Cached(-3 * DAY), TimeSource::Cached(-3 * DAY)],
            ),
        ),
        Name::new(
            "X01",
            "one-source",
            "Valid by this machine's clock; one time source is 400 days ahead, and nobody says who is right.",
        )
        .broken(
            Expected::undecided(&["X01", "C01"]),
            Stage {
                time_sources: &[TimeSource::Sntp(400 * DAY)],
                ..Stage::default()
            },
            stage(of(0), &[TimeSource::Sntp(0)]),
        ),
        Name::new(
            "X01",
            "sources-disagree",
            "Expired by this machine's clock and by one time source; the other is of last month.",
        )
        .broken(
            Expected::undecided(&["X01", "C02"]),
            stage(
                expired(0),
                &[TimeSource::Sntp(0), TimeSource::Sntp(-30 * DAY)],
            ),
            stage(of(0), sources!(0)),
        ),
        Name::new(
            "C01",
            "harmless",
            "The clock is two days behind, and no date falls between.",
        )
        .broken(
            Expected::finding("C01"),
            stage(of(2 * DAY), sources!(2 * DAY)),
            stage(of(0), sources!(0)),
        ),
        Name::new(
            "C02",
            "harmless",
            "The clock is two days ahead, and no date falls between.",
        )
        .broken(
            Expected::finding("C02"),
            stage(of(-2 * DAY), sources!(-2 * DAY)),
            stage(of(0), sources!(0)),
        ),
    ]
}
