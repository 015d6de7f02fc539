//! The seam between thinking and doing.

use crate::{Conclusion, Experiment, ExperimentId, Observation};

/// Microseconds since the examination's start.
pub type Moment = u64;

/// Something a brain is told.
#[derive(Clone, Debug)]
pub enum Fact {
    /// An experiment ended.
    Ended {
        /// Which one.
        id: ExperimentId,
        /// What it saw.
        observation: Observation,
    },
    /// An experiment is still under way at a moment the brain asked to be woken at.
    Late {
        /// Which one.
        id: ExperimentId,
        /// What it saw so far.
        so_far: Observation,
    },
}

/// Decides what to ask and what the answers mean; touches nothing. `examine` drives it.
pub trait Brain {
    /// Takes note of a fact.
    fn note(&mut self, fact: Fact, now: Moment);
    /// What to run now, side by side. Each experiment is handed out once.
    fn starts(&mut self) -> Vec<Experiment>;
    /// What no longer matters and should be stopped. Each id is handed out once.
    fn stops(&mut self) -> Vec<ExperimentId>;
    /// When silence itself becomes a fact: the next moment to be told what is late.
    fn wakeup(&self) -> Option<Moment>;
    /// Outcome, causes, undecided, findings: from the evidence alone.
    fn conclude(&self) -> Conclusion;
}
