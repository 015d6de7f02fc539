//! Packets that are too large.

use super::broken;
use crate::net::path::{Narrow, Path, Way};
use crate::net::scenario::NetScenario;
use crate::net::stage::NetStage;
use crate::scenario::Expected;
use report::Certainty;

pub(super) fn scenarios() -> Vec<NetScenario> {
    let narrow = |after, way, mtu| {
        NetStage::over(Path::narrow(Narrow {
            after,
            way,
            mtu,
            told: false,
        }))
    };
    let small_hello = Expected::fails("P21", Certainty::Proven);
    vec![broken(
        "P21",
        "hop-2-1300",
        "Packets of more than 1300 octets from the client vanish behind the second router.",
        small_hello,
        narrow(2, Way::Forth, 1300),
        NetStage::default(),
    )]
}
