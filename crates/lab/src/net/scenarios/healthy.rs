//! Networks that are odd and harm nobody.

use super::odd;
use crate::net::scenario::NetScenario;
use crate::net::stage::{Families, NetStage, Resolving};

pub(super) fn scenarios() -> Vec<NetScenario> {
    vec![
        odd(
            "plain",
            "Four hops and twenty milliseconds.",
            NetStage::default(),
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
