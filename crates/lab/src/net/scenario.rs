//! One network that fails, and what an examination of it must conclude.

use super::stage::NetStage;
use crate::scenario::Expected;

/// A network that fails, with its healthy twin.
#[derive(Clone, Debug)]
pub struct NetScenario {
    /// Unique: `net`, the cause and the variant; `net-healthy` and the variant where nothing fails.
    pub id: String,
    /// The cause staged, as its id in the catalogue; `None` for an oddity that harms nobody.
    pub cause: Option<&'static str>,
    /// What sets it apart from the cause's other scenarios.
    pub variant: &'static str,
    /// One line for people, in English.
    pub title: &'static str,
    /// What an examination must conclude. Where it must stay undecided, exactly these must be named.
    pub expected: Expected,
    pub(crate) broken: NetStage,
    pub(crate) healthy: NetStage,
}
