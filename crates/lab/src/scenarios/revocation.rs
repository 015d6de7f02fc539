//! X19, X20, S29: what the CA says of the certificate, and what the server staples of it. The lab's CA is not publicly
//! trusted, so the clients' rules for such roots hold.

use super::{Name, odd};
use crate::scenario::{Expected, Scenario};
use crate::stage::{
    AnswerSpec, By, CaSpec, CertificateSpec, KeyType, Library, ListReply, ListSpec, Reply,
    RevocationSpec, RevocationUrls, Says, Stage, TimeSource,
};
use report::{CauseId, Certainty, ProtocolVersion};
use wire::profile::{Profile, StapleRule};

const TLS12: &[ProtocolVersion] = &[ProtocolVersion::TLS1_2];
const HTML: &[u8] = b"<html><head><title>Welcome to our portal</title></head></html>\n";
/// Handshakes of an examination's first round at one address.
const FIRST_ROUND: usize = 4;
const TRY_LATER: u8 = 3;
const UNAUTHORIZED: u8 = 6;

pub(super) fn scenarios() -> Vec<Scenario> {
    [
        revoked(),
        unheeded(),
        must_staple(),
        bad_staples(),
        near_misses(),
        healthy(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn answer(says: Says) -> Reply {
    Reply::Answer(AnswerSpec::new(says))
}

fn by(says: Says, by: By) -> Reply {
    Reply::Answer(AnswerSpec {
        by,
        ..AnswerSpec::new(says)
    })
}

fn dated(hours: (i64, i64)) -> Reply {
    Reply::Answer(AnswerSpec {
        hours,
        ..AnswerSpec::new(Says::Good)
    })
}

const fn list(revoked: bool) -> ListReply {
    ListReply::List(ListSpec::new(revoked))
}

fn asking(responder: Reply) -> RevocationSpec {
    RevocationSpec {
        responder: Some(responder),
        ..RevocationSpec::default()
    }
}

fn stapling(staple: Reply) -> RevocationSpec {
    RevocationSpec {
        staple: Some(staple),
        ..RevocationSpec::default()
    }
}

fn serving(revocation: RevocationSpec) -> Stage {
    Stage::default().with_certificate(CertificateSpec {
        revocation,
        ..CertificateSpec::default()
    })
}

/// TLS 1.2 alone, with RSA keys throughout.
fn classical(revocation: RevocationSpec) -> Stage {
    let authority = |spec| CaSpec {
        key: KeyType::Rsa2048,
        ..spec
    };
    Stage::library(Library {
        versions: TLS12,
        ..Library::default()
    })
    .with_certificate(CertificateSpec {
        key: KeyType::Rsa2048,
        ca: vec![authority(CaSpec::root()), authority(CaSpec::intermediate())],
        revocation,
        ..CertificateSpec::default()
    })
}

fn timed(stage: Stage) -> Stage {
    Stage {
        time_sources: TimeSource::RIGHT,
        ..stage
    }
}

fn asks(profile: &Profile) -> bool {
    profile.rules.revocation.asks_ocsp
}

fn reads_revoked(profile: &Profile) -> bool {
    profile.rules.revocation.staple != StapleRule::Ignored
}

fn judges(profile: &Profile) -> bool {
    profile.rules.revocation.staple == StapleRule::Judged
}

fn demands(profile: &Profile) -> bool {
    profile.rules.revocation.demands_staple
}

fn revoked() -> Vec<Scenario> {
    let good = || asking(answer(Says::Good));
    let stapled = |by_whom| stapling(by(Says::Revoked, by_whom));
    let good_staple = || stapling(answer(Says::Good));
    vec![
        Name::new("X19", "ocsp", "The CA's responder says revoked.").broken(
            Expected::fails_for("X19", asks),
            serving(asking(answer(Says::Revoked))),
            serving(good()),
        ),
        Name::new(
            "X19",
            "ocsp-delegate-rsa-tls12",
            "The CA's delegate says revoked, in TLS 1.2.",
        )
        .broken(
            Expected::fails_for("X19", asks),
            classical(asking(by(Says::Revoked, By::Delegate))),
            classical(good()),
        ),
        Name::new("X19", "staple", "The server staples its own revocation.").broken(
            Expected::fails_for("X19", reads_revoked),
            serving(stapled(By::Issuer)),
            serving(good_staple()),
        ),
        Name::new(
            "X19",
            "staple-delegate-rsa-tls12",
            "The server staples a delegate's word of its revocation, in TLS 1.2.",
        )
        .broken(
            Expected::fails_for("X19", reads_revoked),
            classical(stapled(By::Delegate)),
            classical(good_staple()),
        ),
        Name::new(
            "X19",
            "good-staple",
            "The server staples that all was well; meanwhile the CA has revoked.",
        )
        // Firefox believes a good staple and asks nobody.
        .broken(
            Expected::finding("X19"),
            serving(RevocationSpec {
                staple: Some(answer(Says::Good)),
                ..asking(answer(Says::Revoked))
            }),
            serving(RevocationSpec {
                staple: Some(answer(Says::Good)),
                ..good()
            }),
        ),
        Name::new("X19", "and-expired", "Revoked, and expired as well.").broken(
            Expected {
                causes: vec![CauseId::new("X01"), CauseId::new("X19")],
                ..Expected::fails("X01", Certainty::Proven)
            },
            timed(Stage::default().with_certificate(CertificateSpec {
                revocation: asking(answer(Says::Revoked)),
                ..CertificateSpec::valid(-90, -5)
            })),
            timed(serving(good())),
        ),
    ]
}

/// Revoked, and no client of the reference set looks where the CA says so.
fn unheeded() -> Vec<Scenario> {
    let with_list = |list| RevocationSpec {
        list: Some(list),
        ..RevocationSpec::default()
    };
    let long = |revoked| {
        ListReply::List(ListSpec {
            others: 20_000,
            ..ListSpec::new(revoked)
        })
    };
    vec![
        Name::new(
            "X19",
            "list",
            "The CA's list has it, and there is no responder.",
        )
        .broken(
            Expected::finding("X19"),
            serving(with_list(list(true))),
            serving(with_list(list(false))),
        ),
        Name::new(
            "X19",
            "long-list-rsa-tls12",
            "The CA's list has it among twenty thousand, in TLS 1.2.",
        )
        .broken(
            Expected::finding("X19"),
            classical(with_list(long(true))),
            classical(with_list(long(false))),
        ),
        Name::new(
            "X19",
            "list-after-html",
            "The responder is a portal, and the CA's list has it.",
        )
        .broken(
            Expected::finding("X19"),
            serving(RevocationSpec {
                list: Some(list(true)),
                ..asking(Reply::Other(HTML))
            }),
            serving(RevocationSpec {
                list: Some(list(false)),
                ..asking(Reply::Other(HTML))
            }),
        ),
    ]
}

fn must_staple() -> Vec<Scenario> {
    let must = |revocation| RevocationSpec {
        must_staple: true,
        ..revocation
    };
    let with = || must(stapling(answer(Says::Good)));
    let without = || must(RevocationSpec::default());
    let late = |staple_after| RevocationSpec {
        staple_after,
        ..with()
    };
    vec![
        Name::new("X20", "never", "A staple is demanded, and none is sent.").broken(
            Expected::fails_for("X20", demands),
            serving(without()),
            serving(with()),
        ),
        Name::new(
            "X20",
            "never-rsa-tls12",
            "A staple is demanded, and none is sent in TLS 1.2.",
        )
        .broken(
            Expected::fails_for("X20", demands),
            classical(without()),
            classical(with()),
        ),
        Name::new(
            "X20",
            "good-responder",
            "A staple is demanded and not sent, though the responder works.",
        )
        .broken(
            Expected::fails_for("X20", demands),
            serving(must(asking(answer(Says::Good)))),
            serving(RevocationSpec {
                responder: Some(answer(Says::Good)),
                ..with()
            }),
        ),
        Name::new(
            "S29",
            "first",
            "A staple is demanded; the first visitors get none, later ones do.",
        )
        .broken(
            Expected::fails_for("S29", demands),
            serving(late(FIRST_ROUND)),
            serving(with()),
        ),
        Name::new(
            "S29",
            "first-rsa-tls12",
            "A staple is demanded; the first visitors get none in TLS 1.2.",
        )
        .broken(
            Expected::fails_for("S29", demands),
            classical(late(FIRST_ROUND + 1)),
            classical(with()),
        ),
    ]
}

fn bad_staples() -> Vec<Scenario> {
    const DAY: i64 = 24;
    let other = || {
        Reply::Answer(AnswerSpec {
            other_certificate: true,
            ..AnswerSpec::new(Says::Good)
        })
    };
    let silent = |staple| RevocationSpec {
        responder: Some(Reply::Error(TRY_LATER)),
        ..stapling(staple)
    };
    let variants: [(&'static str, &'static str, RevocationSpec); 9] = [
        (
            "stale",
            "The staple is ten days too old, and there is no responder to ask.",
            stapling(dated((-17 * DAY, -10 * DAY))),
        ),
        (
            "stale-responder-down",
            "The staple is old, and the responder gives no answer.",
            silent(dated((-9 * DAY, -2 * DAY))),
        ),
        (
            "early",
            "The staple begins in three days.",
            stapling(dated((3 * DAY, 7 * DAY))),
        ),
        (
            "other-certificate",
            "The staple is about another certificate.",
            stapling(other()),
        ),
        (
            "unauthorised",
            "A server of the same CA signed the staple.",
            stapling(by(Says::Good, By::Unauthorised)),
        ),
        (
            "forged",
            "Another key signed the staple in the CA's name.",
            stapling(by(Says::Good, By::Forger)),
        ),
        (
            "unknown",
            "The staple says that the CA does not know the certificate.",
            stapling(answer(Says::Unknown)),
        ),
        (
            "error",
            "The staple is the responder's refusal.",
            stapling(Reply::Error(UNAUTHORIZED)),
        ),
        (
            "html",
            "What is stapled is a web page.",
            stapling(Reply::Other(HTML)),
        ),
    ];
    let mut scenarios: Vec<Scenario> = variants
        .into_iter()
        .map(|(variant, title, revocation)| {
            let healthy = stapling(answer(Says::Good));
            Name::new("S29", variant, title).broken(
                Expected::fails_for("S29", judges),
                timed(serving(revocation)),
                timed(serving(healthy)),
            )
        })
        .collect();
    scenarios.push(
        Name::new(
            "S29",
            "half-rsa-tls12",
            "Half an answer is stapled, in TLS 1.2.",
        )
        .broken(
            Expected::fails_for("S29", judges),
            classical(stapling(Reply::Half(AnswerSpec::new(Says::Good)))),
            classical(stapling(answer(Says::Good))),
        ),
    );
    scenarios
}

/// What looks like another cause and is not.
fn near_misses() -> Vec<Scenario> {
    const DAY: i64 = 24;
    let suspected = |clients: fn(&Profile) -> bool, among: &'static [&'static str]| Expected {
        verdict: report::Verdict::Undecided,
        causes: Vec::new(),
        certainty: Certainty::Suspected,
        undecided: among.iter().map(|id| CauseId::new(id)).collect(),
        ..Expected::fails_for(among.first().copied().unwrap_or_default(), clients)
    };
    vec![
        Name::new(
            "S29",
            "stale-no-clock",
            "The staple seems old; nobody knows what time it is.",
        )
        .broken(
            suspected(judges, &["S29", "C02"]),
            serving(stapling(dated((-17 * DAY, -10 * DAY)))),
            serving(stapling(answer(Says::Good))),
        ),
        Name::new(
            "X19",
            "unknown",
            "The responder does not know the certificate, which is not revoked.",
        )
        .broken(
            suspected(asks, &["X19", "X30"]),
            serving(asking(answer(Says::Unknown))),
            serving(asking(answer(Says::Good))),
        ),
        Name::new(
            "S29",
            "stale-asked-again",
            "The staple is old, and the responder says that all is well.",
        )
        .broken(
            Expected::finding("S29"),
            timed(serving(RevocationSpec {
                staple: Some(dated((-9 * DAY, -2 * DAY))),
                ..asking(answer(Says::Good))
            })),
            timed(serving(asking(answer(Says::Good)))),
        ),
        Name::new("C28", "html", "The responder is a portal; nobody minds.").broken(
            Expected::finding("C28"),
            serving(asking(Reply::Other(HTML))),
            serving(asking(answer(Says::Good))),
        ),
        Name::new(
            "C28",
            "silent",
            "The responder never answers; nobody minds.",
        )
        .broken(
            Expected::finding("C28"),
            serving(asking(Reply::Silence)),
            serving(asking(answer(Says::Good))),
        ),
        Name::new(
            "C28",
            "delta",
            "The list only says what changed; nobody minds.",
        )
        .broken(
            Expected::finding("C28"),
            serving(RevocationSpec {
                list: Some(ListReply::List(ListSpec {
                    delta: true,
                    ..ListSpec::new(true)
                })),
                ..RevocationSpec::default()
            }),
            serving(RevocationSpec {
                list: Some(list(false)),
                ..RevocationSpec::default()
            }),
        ),
        Name::new(
            "C28",
            "forged",
            "Another key signed the responder's word; nobody believes it.",
        )
        .broken(
            Expected::finding("C28"),
            serving(asking(by(Says::Revoked, By::Forger))),
            serving(asking(answer(Says::Good))),
        ),
        Name::new("C28", "old-list", "The list is out of date; nobody minds.").broken(
            Expected::finding("C28"),
            serving(RevocationSpec {
                list: Some(ListReply::List(ListSpec {
                    hours: (-9 * DAY, -2 * DAY),
                    ..ListSpec::new(false)
                })),
                ..RevocationSpec::default()
            }),
            serving(RevocationSpec {
                list: Some(list(false)),
                ..RevocationSpec::default()
            }),
        ),
        Name::new(
            "C28",
            "ldap",
            "Responder and list are named by ldap and file.",
        )
        .broken(
            Expected::finding("C28"),
            serving(RevocationSpec {
                urls: RevocationUrls {
                    ocsp: Some("ldap://127.0.0.1/cn=ocsp".to_owned()),
                    list: Some("file:///etc/hostname".to_owned()),
                },
                ..RevocationSpec::default()
            }),
            serving(RevocationSpec::default()),
        ),
    ]
}

fn healthy() -> Vec<Scenario> {
    let everything = RevocationSpec {
        responder: Some(by(Says::Good, By::Delegate)),
        list: Some(list(false)),
        must_staple: true,
        staple: Some(by(Says::Good, By::Delegate)),
        ..RevocationSpec::default()
    };
    let fallback = RevocationSpec {
        list: Some(list(false)),
        ..asking(Reply::Error(TRY_LATER))
    };
    let missing = RevocationSpec {
        list: Some(ListReply::Missing),
        ..asking(answer(Says::Good))
    };
    vec![
        odd(
            "stapled",
            "A staple is demanded and sent, and responder and list say that all is well.",
            serving(everything),
        ),
        odd(
            "list-after-try-later",
            "The responder is busy, and the list says that all is well.",
            serving(fallback),
        ),
        odd(
            "missing-list",
            "The list is missing, which nobody needs beside the responder.",
            serving(missing),
        ),
        odd(
            "list-of-html",
            "The list is a web page, and the responder works.",
            serving(RevocationSpec {
                list: Some(ListReply::Other(HTML)),
                ..asking(answer(Says::Good))
            }),
        ),
    ]
}
