//! Boxes that stop every connection or every ClientHello.

use super::broken;
use crate::net::middlebox::{Deed, Middlebox, Trigger};
use crate::net::path::{Path, Placed};
use crate::net::scenario::NetScenario;
use crate::net::stage::NetStage;
use crate::scenario::Expected;
use report::Certainty;

pub(super) fn scenarios() -> Vec<NetScenario> {
    let hello = |hop, then| {
        NetStage::over(Path::with(Placed::at(
            hop,
            Middlebox::Hello {
                when: Trigger::Always,
                then,
            },
        )))
    };
    vec![broken(
        "P41",
        "drop-hop-2",
        "Every ClientHello is dropped behind the second router.",
        Expected::fails("P41", Certainty::Supported),
        hello(2, Deed::Drop),
        NetStage::default(),
    )]
}
