//! P21, P22, P32: packets that are too large, and those that are lost.

use super::{broken, odd};
use crate::net::middlebox::{Deed, Middlebox};
use crate::net::path::{Lossy, Narrow, Path, Placed, Times, Way};
use crate::net::scenario::NetScenario;
use crate::net::stage::NetStage;
use crate::scenario::Expected;
use crate::stage::{CertificateSpec, KeyType, Stage};
use report::Certainty::Proven;
use report::Outcome;

pub(super) fn scenarios() -> Vec<NetScenario> {
    [holes(), losses()].into_iter().flatten().collect()
}

fn narrow(after: u8, way: Way, mtu: u16, told: bool) -> NetStage {
    let narrow = Narrow {
        after,
        way,
        mtu,
        told,
    };
    NetStage {
        // A server's flight that needs large segments.
        stage: Stage::default().with_certificate(CertificateSpec::with_key(KeyType::Rsa4096)),
        ..NetStage::over(Path::narrow(narrow))
    }
}

fn wide() -> NetStage {
    NetStage {
        stage: Stage::default().with_certificate(CertificateSpec::with_key(KeyType::Rsa4096)),
        ..NetStage::default()
    }
}

fn holes() -> Vec<NetScenario> {
    let forth = |variant, title, after, mtu, outcome| {
        let expected = Expected {
            outcome,
            ..Expected::fails("P21", Proven)
        };
        broken(
            "P21",
            variant,
            title,
            expected,
            narrow(after, Way::Forth, mtu, false),
            wide(),
        )
    };
    let back = |variant, title, mtu| {
        let expected = Expected::fails("P22", Proven);
        broken(
            "P22",
            variant,
            title,
            expected,
            narrow(2, Way::Back, mtu, false),
            wide(),
        )
    };
    let some = Outcome::WorksWithProblems;
    vec![
        forth(
            "hop-1-1300",
            "Packets of more than 1300 octets from the client vanish behind the first router.",
            1,
            1300,
            some,
        ),
        forth(
            "hop-2-1300",
            "Packets of more than 1300 octets from the client vanish behind the second router.",
            2,
            1300,
            some,
        ),
        forth(
            "hop-2-1400",
            "Packets of more than 1400 octets from the client vanish behind the second router.",
            2,
            1400,
            some,
        ),
        forth(
            "hop-2-600",
            "Packets of more than 600 octets from the client vanish behind the second router.",
            2,
            600,
            some,
        ),
        back(
            "1400",
            "Packets of more than 1400 octets to the client vanish behind the second router.",
            1400,
        ),
        back(
            "1300",
            "Packets of more than 1300 octets to the client vanish behind the second router.",
            1300,
        ),
        back(
            "600",
            "Packets of more than 600 octets to the client vanish behind the second router.",
            600,
        ),
        odd(
            "narrow-told",
            "Packets of more than 1300 octets do not fit, and the client is told.",
            narrow(2, Way::Forth, 1300, true),
        ),
        odd(
            "narrow-back-told",
            "Packets of more than 1300 octets do not fit, and the server is told.",
            narrow(2, Way::Back, 1300, true),
        ),
    ]
}

fn losses() -> Vec<NetScenario> {
    let lossy = |permille, seed, milliseconds, ways: &[Way]| {
        let lossy = ways.iter().map(|way| Lossy {
            way: *way,
            permille,
            seed: seed + u64::from(*way == Way::Back),
        });
        NetStage::over(
            Path {
                lossy: lossy.collect(),
                ..Path::default()
            }
            .of_milliseconds(milliseconds),
        )
    };
    let both = [Way::Forth, Way::Back];
    let once = |at_least, way| {
        let then = Deed::Drop;
        let middlebox = Middlebox::Payload {
            way,
            at_least,
            then,
        };
        NetStage::over(Path::with(Placed::at(2, middlebox).times(Times::First(1))))
    };
    vec![
        odd(
            "loss-1-a",
            "One packet in a hundred is lost, at 200 ms.",
            lossy(10, 11, 200, &both),
        ),
        odd(
            "loss-1-b",
            "One packet in a hundred is lost, at 200 ms, by other chances.",
            lossy(10, 12, 200, &both),
        ),
        odd(
            "loss-3-a",
            "Three packets in a hundred are lost, at 200 ms.",
            lossy(30, 13, 200, &both),
        ),
        odd(
            "loss-3-b",
            "Three packets in a hundred are lost, at 200 ms, by other chances.",
            lossy(30, 14, 200, &both),
        ),
        broken(
            "P32",
            "thirty",
            "Thirty packets in a hundred from the server are lost.",
            Expected::healthy(),
            lossy(300, 15, 20, &[Way::Back]),
            NetStage::default(),
        ),
        broken(
            "T03",
            "first-segment",
            "The client's first segment with data is lost, on each connection.",
            Expected::finding("T03"),
            once(1, Way::Forth),
            NetStage::default(),
        ),
    ]
}
