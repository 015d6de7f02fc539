//! P17 to P20, S33, S37: who cannot bear some hellos.

use super::broken;
use crate::net::middlebox::{Deed, Middlebox, Trigger};
use crate::net::path::{Path, Placed};
use crate::net::scenario::NetScenario;
use crate::net::stage::NetStage;
use crate::scenario::Expected;
use crate::stage::{Pace, Stage};
use report::Certainty::Proven;
use report::Outcome;

/// X25519MLKEM768, and ML-DSA's signature algorithms.
const MLKEM: u16 = 0x11ec;
const MLDSA: &[u16] = &[0x0904, 0x0905, 0x0906];

pub(super) fn scenarios() -> Vec<NetScenario> {
    let some = |cause| Expected {
        outcome: Outcome::WorksWithProblems,
        ..Expected::fails(cause, Proven)
    };
    let boxed = |middlebox| NetStage::over(Path::with(Placed::at(2, middlebox)));
    let hello = |when, then| boxed(Middlebox::Hello { when, then });
    let minded = |cause, variant, title, stage: NetStage| {
        broken(
            cause,
            variant,
            title,
            some(cause),
            stage,
            NetStage::default(),
        )
    };
    let whole = |cause, variant, title, stage: NetStage| {
        let expected = Expected::fails(cause, Proven);
        broken(cause, variant, title, expected, stage, NetStage::default())
    };
    let paced = |pace| NetStage {
        stage: Stage {
            pace,
            ..Stage::default()
        },
        ..NetStage::default()
    };
    vec![
        minded(
            "P17",
            "drop",
            "A hello in two segments is dropped behind the second router.",
            hello(Trigger::Split, Deed::Drop),
        ),
        minded(
            "P17",
            "reset",
            "A hello in two segments is reset behind the second router.",
            hello(Trigger::Split, Deed::Reset),
        ),
        minded(
            "P18",
            "group",
            "Hellos with a post-quantum group are dropped on the way.",
            hello(Trigger::Offers(&[MLKEM]), Deed::Drop),
        ),
        minded(
            "P18",
            "group-reset",
            "Hellos with a post-quantum group are reset on the way.",
            hello(Trigger::Offers(&[MLKEM]), Deed::Reset),
        ),
        broken(
            "P18",
            "signatures",
            "Hellos with ML-DSA's signature algorithms are dropped on the way.",
            Expected {
                outcome: Outcome::WorksWithProblems,
                ..Expected::undecided(&["P18", "P36"])
            },
            hello(Trigger::Offers(MLDSA), Deed::Drop),
            NetStage::default(),
        ),
        whole(
            "P19",
            "hello-drop",
            "Hellos that offer TLS 1.3 are dropped on the way.",
            hello(Trigger::Tls13, Deed::Drop),
        ),
        whole(
            "P19",
            "hello-reset",
            "Hellos that offer TLS 1.3 are reset on the way.",
            hello(Trigger::Tls13, Deed::Reset),
        ),
        minded(
            "P20",
            "256-511",
            "Hellos of 256 to 511 octets are dropped on the way.",
            hello(Trigger::Long(256..=511), Deed::Drop),
        ),
        minded(
            "P20",
            "long",
            "Hellos of more than 1024 octets are dropped on the way, whatever they say.",
            hello(Trigger::Long(1024..=65_535), Deed::Drop),
        ),
        whole(
            "P20",
            "rest",
            "Hellos of an even length, as all of these clients' are, are dropped on the way.",
            hello(Trigger::Rest { of: 2, is: 0 }, Deed::Drop),
        ),
        minded(
            "S33",
            "reads-once",
            "The server reads once, and waits for ever where that was not all.",
            paced(Pace::ReadsOnce),
        ),
    ]
}
