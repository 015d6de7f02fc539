//! Every scenario, one file for each family of causes. To add one, add it to its family's list: the tests below and
//! beside [`start`](crate::start) pick it up.

mod answers;
mod certificate;
mod client_certificate;
mod client_given;
mod clients;
mod clock;
mod contents;
mod dane;
mod database;
mod distrusted;
mod ech;
mod healthy;
mod hello;
mod late;
mod load;
mod members;
mod names;
mod negotiation;
mod oddities;
mod pairs;
mod paths;
mod plaintext;
mod proxy;
mod reach;
mod resolution;
mod revocation;
mod starttls;
mod strict;
#[cfg(test)]
mod tests;
mod unanswered;
mod upstream;

use crate::scenario::{Expected, Scenario};
use crate::stage::Stage;
use std::sync::LazyLock;

static SCENARIOS: LazyLock<Vec<Scenario>> = LazyLock::new(|| {
    [
        healthy::scenarios(),
        oddities::scenarios(),
        reach::scenarios(),
        resolution::scenarios(),
        plaintext::scenarios(),
        proxy::scenarios(),
        starttls::scenarios(),
        negotiation::scenarios(),
        hello::scenarios(),
        answers::scenarios(),
        clients::scenarios(),
        client_certificate::scenarios(),
        client_given::scenarios(),
        unanswered::scenarios(),
        upstream::scenarios(),
        late::scenarios(),
        load::scenarios(),
        certificate::scenarios(),
        clock::scenarios(),
        names::scenarios(),
        members::scenarios(),
        paths::scenarios(),
        revocation::scenarios(),
        dane::scenarios(),
        ech::scenarios(),
        database::scenarios(),
        contents::scenarios(),
        strict::scenarios(),
        distrusted::scenarios(),
        pairs::scenarios(),
    ]
    .into_iter()
    .flatten()
    .collect()
});

/// Every scenario, the healthy ones first.
pub fn scenarios() -> &'static [Scenario] {
    &SCENARIOS
}

/// What a scenario is called.
struct Name {
    cause: &'static str,
    variant: &'static str,
    title: &'static str,
}

impl Name {
    const fn new(cause: &'static str, variant: &'static str, title: &'static str) -> Self {
        Self {
            cause,
            variant,
            title,
        }
    }

    /// A broken server, and the same server without what breaks it.
    fn broken(&self, expected: Expected, broken: Stage, healthy: Stage) -> Scenario {
        Scenario {
            id: format!("{}-{}", self.cause, self.variant),
            cause: Some(self.cause),
            variant: self.variant,
            title: self.title.to_owned(),
            expected,
            broken,
            healthy,
        }
    }
}

/// A server that is odd and harms nobody.
fn odd(variant: &'static str, title: &'static str, stage: Stage) -> Scenario {
    Scenario {
        id: format!("healthy-{variant}"),
        cause: None,
        variant,
        title: title.to_owned(),
        expected: Expected::healthy(),
        broken: stage.clone(),
        healthy: stage,
    }
}
