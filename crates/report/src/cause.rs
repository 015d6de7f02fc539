//! Causes, findings and their proof.

use crate::ExperimentId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// The permanent id of an entry of the catalogue: a letter and two digits, such as `X11`.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct CauseId(pub String);

impl CauseId {
    /// The id written so.
    pub fn new(id: &str) -> Self {
        Self(id.to_owned())
    }
}

impl fmt::Display for CauseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who has to act.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// The user's machine or program.
    Client,
    /// Somebody between.
    Path,
    /// The server and its configuration.
    Server,
    /// The certificate or its chain.
    Certificate,
    /// Time itself.
    Timing,
}

/// How sure. Ordered from least to most.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    /// It fits, and so does something else.
    Suspected,
    /// It fits every observation and nothing else in the catalogue does.
    Supported,
    /// A flip seen twice each way, or a fact that is the cause itself.
    Proven,
}

/// Whom a cause stops.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Affects {
    /// Every client.
    Everyone,
    /// Those in `clients`.
    SomeClients,
    /// The one asked about.
    ThisClient,
    /// Whoever goes this way.
    ThisPath,
}

/// A text of the catalogue with what is filled in. Renderers translate by it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Text {
    /// The id of the message.
    pub id: String,
    /// What is filled in: names, numbers, dates, code points; never sentences.
    pub params: BTreeMap<String, String>,
}

impl Text {
    /// The message `id` with `params` filled in.
    pub fn new<const N: usize>(id: &str, params: [(&str, String); N]) -> Self {
        Self {
            id: id.to_owned(),
            params: params
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value))
                .collect(),
        }
    }
}

/// One cause of failure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cause {
    /// Its id in the catalogue.
    pub id: CauseId,
    /// Its kebab-case name in the catalogue.
    pub name: String,
    /// Who has to act.
    pub side: Side,
    /// How sure.
    pub certainty: Certainty,
    /// What is wrong, in English.
    pub summary: String,
    /// Whom it stops.
    pub affects: Affects,
    /// The clients it stops, as profile ids; empty when it stops everyone.
    pub clients: Vec<String>,
    /// The observations it rests on.
    pub evidence: Vec<ExperimentId>,
    /// The flip that proves it.
    pub proof: Option<Proof>,
    /// What to do.
    pub fixes: Vec<Fix>,
    /// Where to read more: RFC sections and manuals.
    pub references: Vec<String>,
    /// The summary's message.
    pub text: Text,
}

/// One thing changed, and the outcome with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Proof {
    /// What was changed, in English.
    pub changed: String,
    /// What happened without the change.
    pub before: String,
    /// What happened with it.
    pub after: String,
    /// How often each side was seen.
    pub repeats: u32,
    /// The observations.
    pub evidence: Vec<ExperimentId>,
    /// The messages of the three texts.
    pub texts: ProofTexts,
}

/// The messages of a proof's texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProofTexts {
    /// Of `changed`.
    pub changed: Text,
    /// Of `before`.
    pub before: Text,
    /// Of `after`.
    pub after: Text,
}

/// Something to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Fix {
    /// By whom.
    pub audience: Audience,
    /// What, in English.
    pub text: String,
    /// Lines to paste: configuration or shell. A line that starts with `# ` names the program the next lines are for.
    pub commands: Vec<String>,
    /// The text's message.
    pub message: Text,
}

/// Who can act.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Audience {
    /// Whoever runs the server.
    Owner,
    /// Whoever wants to connect.
    User,
    /// Whoever runs the network between.
    Network,
}

/// Causes that the evidence cannot tell apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Undecided {
    /// Their ids, most likely first.
    pub among: Vec<CauseId>,
    /// What to measure next and where, in English, with the command for it.
    pub next: String,
    /// The message of the text.
    pub text: Text,
    /// The command alone.
    pub command: Option<String>,
}

/// How bad a finding is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Good to know.
    Info,
    /// Will hurt some day.
    Warning,
    /// Hurts now.
    Error,
}

/// A weakness that stops nobody in the reference set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// How bad.
    pub severity: Severity,
    /// What, as a cause.
    #[serde(flatten)]
    pub cause: Cause,
}
