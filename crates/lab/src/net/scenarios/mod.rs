//! Every network scenario, one file for each family of causes.

mod healthy;
mod hellos;
mod names;
mod segments;
mod timing;
mod walls;

use super::scenario::NetScenario;
use super::stage::NetStage;
use crate::scenario::Expected;
use std::sync::LazyLock;

static SCENARIOS: LazyLock<Vec<NetScenario>> = LazyLock::new(|| {
    [
        healthy::scenarios(),
        walls::scenarios(),
        names::scenarios(),
        hellos::scenarios(),
        segments::scenarios(),
        timing::scenarios(),
    ]
    .into_iter()
    .flatten()
    .collect()
});

/// Every network scenario, the healthy ones first.
pub fn scenarios() -> &'static [NetScenario] {
    &SCENARIOS
}

/// A network that fails, and the same without what makes it fail.
fn broken(
    cause: &'static str,
    variant: &'static str,
    title: &'static str,
    expected: Expected,
    broken: NetStage,
    healthy: NetStage,
) -> NetScenario {
    NetScenario {
        id: format!("net-{cause}-{variant}"),
        cause: Some(cause),
        variant,
        title,
        expected,
        broken,
        healthy,
    }
}

/// A network that is odd and harms nobody.
fn odd(variant: &'static str, title: &'static str, stage: NetStage) -> NetScenario {
    NetScenario {
        id: format!("net-healthy-{variant}"),
        cause: None,
        variant,
        title,
        expected: Expected::healthy(),
        broken: stage.clone(),
        healthy: stage,
    }
}
