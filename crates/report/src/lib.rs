//! What one examination asked, saw and concluded: the types every other crate speaks, and the only
//! wire format of an examination.
//!
//! A [`Report`] holds the [`Question`], the [`Evidence`] (every [`Experiment`] with its
//! [`Observation`]) and the [`Conclusion`]. Evidence keeps bytes, times and errnos; nothing in it is
//! decoded, so that a better decoder improves old reports. A [`Brain`] decides what to ask next and
//! what it means; it is a pure function of the evidence.
//!
//! This crate deliberately holds no logic about TLS: code points are numbers here, and their names
//! stand in `wire`.
//!
//! ```
//! use report::{Outcome, Report, Verdict};
//! let report = Report::example();
//! let json = serde_json::to_string(&report).unwrap();
//! let again: Report = serde_json::from_str(&json).unwrap();
//! assert_eq!(again.outcome, Outcome::NotTested);
//! assert_eq!(again.verdict, Verdict::Undecided);
//! ```

mod brain;
mod bytes;
mod cause;
mod codepoint;
mod conclusion;
mod experiment;
mod hello;
mod load;
mod observation;
mod proxy;
mod question;
mod redact;
mod report;
mod secret;
mod silence;
mod tcp;
mod transmission;

pub use brain::{Brain, Fact, Moment};
pub use bytes::Bytes;
pub use cause::{
    Affects, Audience, Cause, CauseId, Certainty, Finding, Fix, Proof, ProofTexts, Severity, Side,
    Text, Undecided,
};
pub use codepoint::{
    AlertDescription, AlertLevel, CipherSuite, ContentType, ExtensionType, HandshakeType,
    NamedGroup, ProtocolVersion, SignatureScheme,
};
pub use conclusion::{
    CertificateSource, CertificateSummary, ClientOutcome, ClientResult, Clock, Conclusion, Member,
    Negotiated, Outcome, TrustPath, Verdict,
};
pub use experiment::{
    Action, AnchorStore, ClockSource, Experiment, ExperimentId, FetchPurpose, Handshake, Hello,
    Plaintext, Prelude, RecordType, Starttls,
};
pub use hello::{ClientHello, ClientHelloForm, Extension, GREASE, RecordSplit};
pub use load::{Load, LoadRow, LoadStep, Pace};
pub use observation::{
    Answer, Direction, HttpReply, ListExcerpt, Observation, Opened, Phase, PhaseName, PhaseOutcome,
    Segment,
};
pub use proxy::{Exclusion, ProxyKind, ProxySetting, Via};
pub use question::{
    AddressFamily, AskedClient, Distrusted, DistrustedBy, Offers, Question, ServerNameChoice,
    Target,
};
pub use report::{Contact, Evidence, Exit, Report, SCHEMA, TimelineEntry, Tool};
pub use secret::Secret;
pub use silence::{Silence, Silent};
pub use tcp::{HelloSplit, Icmp, KernelFact, KernelMoment, TcpConditions, TcpInfo, TtlSweep};
pub use transmission::{Fate, Transmission};
