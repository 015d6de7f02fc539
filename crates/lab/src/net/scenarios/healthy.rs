//! Networks that are odd and harm nobody.

use super::odd;
use crate::net::middlebox::{Middlebox, SynDeed, Syns};
use crate::net::path::{Path, Placed};
use crate::net::scenario::NetScenario;
use crate::net::stage::{Families, NetStage, Resolving};

fn boxed(middlebox: Middlebox) -> NetStage {
    NetStage::over(Path::with(Placed::at(2, middlebox)))
}

pub(super) fn scenarios() -> Vec<NetScenario> {
    vec![
        odd(
            "plain",
            "Four hops and twenty milliseconds.",
            NetStage::default(),
        ),
        odd(
            "fifty",
            "Fifty milliseconds away.",
            NetStage::over(Path::default().of_milliseconds(50)),
        ),
        odd(
            "ecn-dropped",
            "SYNs that ask for ECN are dropped, and nobody asks.",
            boxed(Middlebox::Syn {
                which: Syns::Ecn,
                then: SynDeed::Drop,
            }),
        ),
        odd(
            "tcp-only",
            "Nothing but TCP goes through, and no router answers.",
            NetStage::over(Path {
                quiet: &[1, 2, 3],
                ..Path::with(Placed::at(1, Middlebox::TcpOnly))
            }),
        ),
        odd(
            "two-megabits",
            "The last link takes 250000 octets a second.",
            NetStage::over(Path {
                rate: Some(250_000),
                ..Path::default()
            }),
        ),
        odd(
            "ipv6",
            "IPv6 alone.",
            NetStage {
                families: Families::V6,
                ..NetStage::default()
            },
        ),
        odd(
            "both-families",
            "IPv4 and IPv6, by name.",
            NetStage {
                families: Families::Both,
                resolvers: vec![Resolving::RIGHT],
                ..NetStage::default()
            },
        ),
    ]
}
