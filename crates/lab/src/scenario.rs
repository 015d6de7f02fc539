//! What a scenario is.

use crate::stage::Stage;
use report::{CauseId, Certainty, Outcome, Verdict};

/// One broken server, and what must be concluded about it.
#[derive(Debug)]
pub struct Scenario {
    /// Unique; begins with the id of its cause.
    pub id: String,
    /// The cause staged; `None` for a healthy server with a harmless oddity.
    pub cause: Option<&'static str>,
    /// What sets it apart from others of the same cause.
    pub variant: String,
    /// In a few English words.
    pub title: String,
    /// The verdict it must get.
    pub expected: Expected,
    pub(crate) broken: Stage,
    pub(crate) healthy: Stage,
}

/// The verdict a scenario must get.
#[derive(Clone, Debug)]
pub struct Expected {
    /// Whether the handshake works.
    pub outcome: Outcome,
    /// Whether the cause can be told.
    pub verdict: Verdict,
    /// Exactly these causes, in any order, when it can.
    pub causes: Vec<CauseId>,
    /// The certainty of the first cause.
    pub certainty: Certainty,
    /// Causes that must be among those not told apart.
    pub undecided: Vec<CauseId>,
    /// The reference clients that must fail, where not all or none do.
    pub clients_failing: Option<Vec<String>>,
}

impl Expected {
    /// A healthy server.
    pub(crate) fn healthy() -> Self {
        Self {
            outcome: Outcome::Works,
            verdict: Verdict::Decided,
            causes: Vec::new(),
            certainty: Certainty::Suspected,
            undecided: Vec::new(),
            clients_failing: None,
        }
    }

    /// One cause that stops everyone.
    pub(crate) fn decided(id: &str, certainty: Certainty) -> Self {
        Self {
            outcome: Outcome::Fails,
            causes: vec![CauseId::new(id)],
            certainty,
            ..Self::healthy()
        }
    }

    /// One cause that stops these clients alone.
    pub(crate) fn some(id: &str, certainty: Certainty, clients: &[&str]) -> Self {
        let clients = clients.iter().map(|client| (*client).to_owned()).collect();
        Self {
            outcome: Outcome::WorksWithProblems,
            clients_failing: Some(clients),
            ..Self::decided(id, certainty)
        }
    }

    /// Nothing can be told, but these are among what fits.
    pub(crate) fn undecided(ids: &[&str]) -> Self {
        Self {
            outcome: Outcome::Fails,
            verdict: Verdict::Undecided,
            undecided: ids.iter().map(|id| CauseId::new(id)).collect(),
            ..Self::healthy()
        }
    }
}
