//! S05, S06, S07, S08 and P34: what is well until many connect. S35, which load alone may look like.

use super::{Name, odd};
use crate::scenario::{Expected, Scenario};
use crate::stage::{Capacity, CertificateSpec, KeyType, Library, Refusal, Stage, Tickets};
use report::{CauseId, Certainty, Outcome};

fn loaded(capacity: Capacity) -> Stage {
    Stage {
        capacity,
        arguments: &["--load"],
        ..Stage::library(Library {
            tickets: Tickets::Stateless,
            ..Library::default()
        })
    }
}

fn rsa(stage: Stage) -> Stage {
    stage.with_certificate(CertificateSpec::with_key(KeyType::Rsa2048))
}

/// Each client works when it is calm.
fn sometimes(cause: &'static str, certainty: Certainty) -> Expected {
    Expected {
        outcome: Outcome::WorksWithProblems,
        clients_failing: Some(Vec::new()),
        ..Expected::fails(cause, certainty)
    }
}

fn open(among: &[&'static str]) -> Expected {
    Expected {
        outcome: Outcome::WorksWithProblems,
        undecided: among.iter().map(|id| CauseId::new(id)).collect(),
        clients_failing: Some(Vec::new()),
        ..Expected::undecided(among)
    }
}

pub(super) fn scenarios() -> Vec<Scenario> {
    let one = |cause, variant, title, expected, capacity| {
        let ample = loaded(Capacity::Ample);
        Name::new(cause, variant, title).broken(expected, loaded(capacity), ample)
    };
    let slow = |pause_ms, backlog| Capacity::SlowAccept { pause_ms, backlog };
    let worker = |full_ms, resumed_ms| Capacity::OneWorker {
        full_ms,
        resumed_ms,
    };
    let queue = || open(&["S05", "S08", "P34"]);
    let blocked = || open(&["S06", "S07"]);
    let limit = || open(&["S08", "P34"]);
    let computing = || open(&["S07", "S38"]);
    let now_and_then = || open(&["P34", "S27", "S35"]);
    let limited = || sometimes("P34", Certainty::Supported);
    vec![
        one(
            "S05",
            "backlog-8",
            "A queue of 8 connections, of which 15 a second are accepted.",
            queue(),
            slow(65, 8),
        ),
        one(
            "S05",
            "backlog-7",
            "A queue of 7 connections, of which 12 a second are accepted.",
            queue(),
            slow(80, 7),
        ),
        one(
            "S06",
            "blocked",
            "One worker that something holds up for 60 ms in each handshake, resumed or not.",
            blocked(),
            worker(60, 60),
        ),
        one(
            "S06",
            "lookup",
            "One worker that does something for 55 ms in each handshake, and a little less where it resumes.",
            blocked(),
            worker(55, 50),
        ),
        one(
            "S07",
            "full-slow",
            "One worker that takes 55 ms for a full handshake and 2 ms for a resumed one.",
            computing(),
            worker(55, 2),
        ),
        Name::new(
            "S07",
            "rsa",
            "One worker that takes 60 ms for a full handshake with its RSA key and 5 ms for a resumed one.",
        )
        .broken(
            computing(),
            rsa(loaded(worker(60, 5))),
            rsa(loaded(Capacity::Ample)),
        ),
        one(
            "S08",
            "closes",
            "What comes while 12 connections are open is closed.",
            limit(),
            Capacity::AtOnce(12, Refusal::Close),
        ),
        one(
            "S08",
            "resets",
            "What comes while 14 connections are open is reset.",
            limit(),
            Capacity::AtOnce(14, Refusal::Reset),
        ),
        one(
            "P34",
            "resets",
            "What comes after 30 connections in a second is reset.",
            limited(),
            Capacity::PerSecond(30, Refusal::Reset),
        ),
        one(
            "P34",
            "closes",
            "What comes after 35 connections in a second is closed.",
            limited(),
            Capacity::PerSecond(35, Refusal::Close),
        ),
        one(
            "S35",
            "every-seventh",
            "Each seventh connection is closed, however many there are.",
            now_and_then(),
            Capacity::Every(7, Refusal::Close),
        ),
        one(
            "S35",
            "every-ninth",
            "Each ninth connection is reset, however many there are.",
            now_and_then(),
            Capacity::Every(9, Refusal::Reset),
        ),
        odd(
            "worker-of-15-ms",
            "One worker that takes 15 ms for a handshake: a knee, and no fault.",
            loaded(worker(15, 1)),
        ),
    ]
}
