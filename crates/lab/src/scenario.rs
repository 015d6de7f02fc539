//! One scenario, and what an examination of it must conclude.

use crate::stage::Stage;
use report::{CauseId, Certainty, Outcome, Verdict};
use wire::profile::{Profile, reference_set};

/// A broken server with its healthy twin.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Unique: the cause and the variant, `healthy-` and the variant where nothing is broken.
    pub id: String,
    /// The cause staged, as its id in the catalogue; `None` for an oddity that harms nobody.
    pub cause: Option<&'static str>,
    /// What sets it apart from the cause's other scenarios: version, key type or stack.
    pub variant: &'static str,
    /// One line for people, in English.
    pub title: String,
    /// What an examination must conclude. The twin must come out as [`Expected::healthy`].
    pub expected: Expected,
    pub(crate) broken: Stage,
    pub(crate) healthy: Stage,
}

/// What an examination must conclude.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// Whether the handshake works.
    pub outcome: Outcome,
    /// Whether the reason can be known from here.
    pub verdict: Verdict,
    /// When decided: exactly these, in any order.
    pub causes: Vec<CauseId>,
    /// How sure one can be of the first cause.
    pub certainty: Certainty,
    /// When undecided: ids that must be among those named.
    pub undecided: Vec<CauseId>,
    /// The profile ids of the clients that fail; `None` where that is not the point.
    pub clients_failing: Option<Vec<String>>,
    /// Findings that must be among those named.
    pub findings: Vec<CauseId>,
}

impl Expected {
    /// Every client works, and nothing is to be said.
    pub fn healthy() -> Self {
        Self {
            outcome: Outcome::Works,
            verdict: Verdict::Decided,
            causes: Vec::new(),
            certainty: Certainty::Proven,
            undecided: Vec::new(),
            clients_failing: Some(Vec::new()),
            findings: Vec::new(),
        }
    }

    /// Every client works, and this is worth knowing nevertheless.
    pub(crate) fn finding(id: &'static str) -> Self {
        Self {
            findings: vec![CauseId::new(id)],
            ..Self::healthy()
        }
    }

    /// No client works, for one reason.
    pub(crate) fn fails(cause: &'static str, certainty: Certainty) -> Self {
        Self {
            outcome: Outcome::Fails,
            causes: vec![CauseId::new(cause)],
            certainty,
            clients_failing: None,
            ..Self::healthy()
        }
    }

    /// The clients of the reference set that `fails` selects do not work, for one reason that can be proven.
    pub(crate) fn fails_for(cause: &'static str, fails: impl Fn(&Profile) -> bool) -> Self {
        let all = reference_set();
        let failing: Vec<String> = all
            .iter()
            .filter(|profile| fails(profile))
            .map(|profile| profile.id.clone())
            .collect();
        let outcome = match failing.len() {
            0 => Outcome::Works,
            some if some == all.len() => Outcome::Fails,
            _ => Outcome::WorksWithProblems,
        };
        Self {
            outcome,
            clients_failing: Some(failing),
            ..Self::fails(cause, Certainty::Proven)
        }
    }

    /// No client works, and the reason cannot be known from here: at least these could be it.
    pub(crate) fn undecided(among: &[&'static str]) -> Self {
        Self {
            outcome: Outcome::Fails,
            verdict: Verdict::Undecided,
            certainty: Certainty::Suspected,
            undecided: among.iter().map(|id| CauseId::new(id)).collect(),
            clients_failing: None,
            ..Self::healthy()
        }
    }
}
