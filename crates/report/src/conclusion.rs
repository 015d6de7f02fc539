//! What the evidence means.

use crate::{Cause, CauseId, ExperimentId, Finding, LoadStep, Undecided};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;

/// Whether the handshake works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Every client that counts connects without a warning.
    Works,
    /// Some do.
    WorksWithProblems,
    /// None does.
    Fails,
    /// Nothing was learnt.
    NotTested,
}

/// Whether we know why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Yes.
    Decided,
    /// Not from here; `undecided` says what would tell.
    Undecided,
}

/// What a brain concludes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Conclusion {
    /// Whether the handshake works.
    pub outcome: Outcome,
    /// Whether we know why it does not.
    pub verdict: Verdict,
    /// Most likely first.
    pub causes: Vec<Cause>,
    /// What cannot be told apart.
    pub undecided: Vec<Undecided>,
    /// Weaknesses that stop nobody.
    pub findings: Vec<Finding>,
    /// What the complete handshake agreed on.
    pub negotiated: Option<Negotiated>,
    /// Certificates seen.
    pub certificates: Vec<CertificateSummary>,
    /// The path found to a trust anchor.
    pub trust: Option<TrustPath>,
    /// What is known of this machine's clock.
    pub clock: Clock,
    /// Each client asked or judged.
    pub clients: Vec<ClientResult>,
    /// What the servers behind the name answered to one question, where they did not answer alike.
    pub members: Vec<Member>,
    /// The steps of the load experiment, in the order they were made.
    pub load: Vec<LoadStep>,
}

/// What a handshake agreed on; names as registered with IANA.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Negotiated {
    /// Such as `TLS 1.3`.
    pub version: String,
    /// Such as `TLS_AES_128_GCM_SHA256`.
    pub cipher_suite: String,
    /// Such as `x25519`; `None` for RSA key exchange.
    pub group: Option<String>,
    /// Such as `ecdsa_secp256r1_sha256`; `None` where the server signs nothing.
    pub signature: Option<String>,
    /// Such as `h2`.
    pub alpn: Option<String>,
    /// Whether a session was resumed.
    pub resumed: bool,
}

/// One certificate, for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CertificateSummary {
    /// RFC 4514.
    pub subject: String,
    /// RFC 4514.
    pub issuer: String,
    /// DNS names and addresses of subjectAltName.
    pub names: Vec<String>,
    /// Start of validity.
    #[schemars(with = "String")]
    pub not_before: Timestamp,
    /// End of validity.
    #[schemars(with = "String")]
    pub not_after: Timestamp,
    /// Such as `EC P-256` or `RSA 2048`.
    pub key: String,
    /// Such as `ecdsa-with-SHA256`.
    pub signature: String,
    /// Hexadecimal.
    pub serial: String,
    /// Fingerprint, hexadecimal.
    pub sha256: String,
    /// Where it came from.
    pub source: CertificateSource,
}

/// Where a certificate came from.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum CertificateSource {
    /// Sent by the server.
    Served,
    /// Fetched by authority information access.
    Aia,
    /// One of the public intermediates that are known without asking.
    Known,
    /// From a file of the user.
    File,
    /// From a trust store.
    Store,
}

/// A path to a trust anchor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TrustPath {
    /// Which store: `system`, `mozilla`, or the file's path.
    pub store: String,
    /// Fingerprints, leaf first.
    pub path: Vec<String>,
}

/// What is known of this machine's clock.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Clock {
    /// The sources' time minus ours, in microseconds; `None` when nobody could be asked.
    pub offset_us: Option<i64>,
    /// At most this wrong, in microseconds.
    pub uncertainty_us: Option<u64>,
    /// Who was asked.
    pub sources: Vec<String>,
}

/// Whether one client connects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClientResult {
    /// The profile's id.
    pub profile: String,
    /// Whether it connects.
    pub outcome: ClientOutcome,
    /// The version it would get.
    pub version: Option<String>,
    /// The cipher suite it would get.
    pub cipher_suite: Option<String>,
    /// The group it would get.
    pub group: Option<String>,
    /// What stops it.
    pub cause: Option<CauseId>,
    /// A few technical words: the alert, or which answer this was judged from.
    pub detail: Option<String>,
}

/// Whether a client connects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ClientOutcome {
    /// It connects and would not warn.
    Works,
    /// It does not, or would warn.
    Fails,
    /// Nobody knows.
    CouldNotTest,
}

/// One of the different answers to one question that the servers behind a name gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Member {
    /// The addresses that gave it, in the order they were tried.
    pub addresses: Vec<SocketAddr>,
    /// How often it was given.
    pub tries: u32,
    /// Such as `TLS 1.3`; `None` where no ServerHello came.
    pub version: Option<String>,
    /// How the handshake was refused, in no language: an alert, or a word such as `hello-reset`. `None` where it was accepted.
    pub refused: Option<String>,
    /// The server's own certificate, where one came.
    pub certificate: Option<CertificateSummary>,
    /// What is wrong with this answer and not with every other one.
    pub causes: Vec<CauseId>,
    /// The experiments that saw it.
    pub evidence: Vec<ExperimentId>,
}
