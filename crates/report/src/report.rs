//! The whole report.

use crate::{
    Action, Affects, Answer, Cause, CertificateSummary, ClientResult, Clock, Conclusion,
    Experiment, ExperimentId, Finding, LoadStep, Member, Moment, Negotiated, Observation, Outcome,
    PhaseName, PhaseOutcome, Question, Severity, Silence, Target, TrustPath, Undecided, Verdict,
};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;

/// The value of [`Report::schema`]. Fields and values are added freely within it, never renamed or removed.
pub const SCHEMA: &str = "tlsmedic/report/1";

/// One examination of one target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// Who wrote it.
    pub tool: Tool,
    /// This machine's clock at the start (RFC 3339).
    #[schemars(with = "String")]
    pub started: Timestamp,
    /// How long it took, in microseconds.
    pub elapsed_us: u64,
    /// TCP connections opened to the target.
    pub connections: u32,
    /// Where it ran; `local` for this machine.
    pub vantage: String,
    /// What was examined.
    pub target: Option<Target>,
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
    /// Everybody that was contacted besides the target, and the target where it was contacted otherwise than over TCP.
    pub contacted: Vec<Contact>,
    /// Every phase of every experiment, by start.
    pub timeline: Vec<TimelineEntry>,
    /// Everything seen.
    pub evidence: Vec<Evidence>,
    /// Each client asked or judged.
    pub clients: Vec<ClientResult>,
    /// What the servers behind the name answered to one question, where they did not answer alike.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<Member>,
    /// The steps of the load experiment, in the order they were made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub load: Vec<LoadStep>,
    /// Everything asked; `null` in a redacted report, which cannot be judged again.
    pub question: Option<Question>,
    /// Whether it was interrupted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub partial: bool,
    /// Whether names and addresses were replaced and the evidence's octets removed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub redacted: bool,
}

/// The program that wrote a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tool {
    /// `tlsmedic`.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// Somebody contacted besides the target, or the target by other means than TCP.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Contact {
    /// As which service: `dns`, `http`, `ntp`, `proxy`; `udp` for datagrams that look for a hop.
    pub what: String,
    /// Address or URL.
    pub address: String,
    /// The label of the experiment.
    pub why: String,
}

/// One phase of one experiment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TimelineEntry {
    /// Which experiment.
    pub experiment: ExperimentId,
    /// Which step.
    pub phase: PhaseName,
    /// With whom.
    pub address: Option<SocketAddr>,
    /// When it began, in microseconds since the start.
    pub start_us: Moment,
    /// How long it took, in microseconds.
    pub elapsed_us: Moment,
    /// How it ended.
    pub outcome: PhaseOutcome,
    /// A few technical words in no language.
    pub detail: Option<String>,
    /// Its longest gap, where the round trip does not explain it, and who was silent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silence: Option<Silence>,
}

/// One experiment with what it saw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// Its number.
    pub id: ExperimentId,
    /// Which question it answered.
    pub experiment: String,
    /// What was done.
    pub conditions: Action,
    /// Its limit in microseconds.
    pub limit_us: Moment,
    /// What it saw.
    pub observed: Observation,
}

impl Evidence {
    /// The experiment as it was asked.
    pub fn experiment(&self) -> Experiment {
        Experiment {
            id: self.id,
            label: self.experiment.clone(),
            action: self.conditions.clone(),
            limit_us: self.limit_us,
        }
    }

    /// TCP connections it opened to the target.
    pub fn connections(&self) -> usize {
        match &self.observed.answer {
            Some(Answer::Load { rows, .. }) => rows.len(),
            _ => usize::from(self.conditions.address().is_some()),
        }
    }
}

/// The exit status of one report (the whole program's is the worst, in the order [`Usage`](Self::Usage), fails, not tested, works).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Exit {
    /// 0: works.
    Works,
    /// 1: fails, or any cause or finding of level error.
    Fails,
    /// 2: wrong usage, or could not run.
    Usage,
    /// 3: not tested.
    NotTested,
}

impl Exit {
    /// The status handed to the operating system.
    pub fn code(self) -> u8 {
        match self {
            Self::Works => 0,
            Self::Fails => 1,
            Self::Usage => 2,
            Self::NotTested => 3,
        }
    }

    /// The worse of two, in the order 2, 1, 3, 0.
    #[must_use]
    pub fn worse(self, other: Self) -> Self {
        let rank = |exit| match exit {
            Self::Usage => 3,
            Self::Fails => 2,
            Self::NotTested => 1,
            Self::Works => 0,
        };
        if rank(other) > rank(self) {
            other
        } else {
            self
        }
    }
}

impl Report {
    /// Puts question, evidence and conclusion together. Timeline, connections, addresses and contacts follow from the evidence.
    pub fn new(
        version: &str,
        question: Question,
        evidence: Vec<Evidence>,
        conclusion: Conclusion,
        elapsed_us: u64,
    ) -> Self {
        let mut timeline: Vec<TimelineEntry> = evidence
            .iter()
            .flat_map(|entry| {
                entry.observed.phases.iter().map(|phase| TimelineEntry {
                    experiment: entry.id,
                    phase: phase.phase,
                    address: phase.address,
                    start_us: phase.start_us,
                    elapsed_us: phase.elapsed_us,
                    outcome: phase.outcome,
                    detail: phase.detail.clone(),
                    silence: Silence::of(entry, phase),
                })
            })
            .collect();
        timeline.sort_by_key(|entry| (entry.start_us, entry.experiment));
        let mut addresses: Vec<SocketAddr> = Vec::new();
        // An address that is only the proxy's is not the target's.
        let own = |entry: &&Evidence| {
            let via = entry.conditions.via();
            via.is_none_or(|via| entry.conditions.address() != Some(via.proxy))
        };
        for address in evidence
            .iter()
            .filter(own)
            .filter_map(|entry| entry.conditions.address())
        {
            if !addresses.contains(&address) {
                addresses.push(address);
            }
        }
        let connections: usize = evidence.iter().map(Evidence::connections).sum();
        let target = Target {
            addresses,
            ..question.target.clone()
        };
        Self {
            schema: SCHEMA.to_owned(),
            tool: Tool {
                name: "tlsmedic".to_owned(),
                version: version.to_owned(),
            },
            started: question.started,
            elapsed_us,
            connections: u32::try_from(connections).unwrap_or(u32::MAX),
            vantage: "local".to_owned(),
            target: Some(target),
            outcome: conclusion.outcome,
            verdict: conclusion.verdict,
            causes: conclusion.causes,
            undecided: conclusion.undecided,
            findings: conclusion.findings,
            negotiated: conclusion.negotiated,
            certificates: conclusion.certificates,
            trust: conclusion.trust,
            clock: conclusion.clock,
            contacted: contacts(&evidence),
            timeline,
            evidence,
            clients: conclusion.clients,
            members: conclusion.members,
            load: conclusion.load,
            question: Some(question),
            partial: false,
            redacted: false,
        }
    }

    /// The exit status this report stands for.
    pub fn exit(&self) -> Exit {
        let errors = self
            .findings
            .iter()
            .any(|finding| finding.severity == Severity::Error);
        match self.outcome {
            Outcome::NotTested => Exit::NotTested,
            Outcome::Works if self.causes.is_empty() && !errors => Exit::Works,
            Outcome::Works | Outcome::WorksWithProblems | Outcome::Fails => Exit::Fails,
        }
    }

    /// The conclusion alone, for comparing with another.
    pub fn conclusion(&self) -> Conclusion {
        Conclusion {
            outcome: self.outcome,
            verdict: self.verdict,
            causes: self.causes.clone(),
            undecided: self.undecided.clone(),
            findings: self.findings.clone(),
            negotiated: self.negotiated.clone(),
            certificates: self.certificates.clone(),
            trust: self.trust.clone(),
            clock: self.clock.clone(),
            clients: self.clients.clone(),
            members: self.members.clone(),
            load: self.load.clone(),
        }
    }

    /// A report about nothing, for examples and tests.
    pub fn example() -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            tool: Tool {
                name: "tlsmedic".to_owned(),
                version: "0.0.0".to_owned(),
            },
            started: Timestamp::UNIX_EPOCH,
            elapsed_us: 0,
            connections: 0,
            vantage: "local".to_owned(),
            target: None,
            outcome: Outcome::NotTested,
            verdict: Verdict::Undecided,
            causes: Vec::new(),
            undecided: Vec::new(),
            findings: Vec::new(),
            negotiated: None,
            certificates: Vec::new(),
            trust: None,
            clock: Clock::default(),
            contacted: Vec::new(),
            timeline: Vec::new(),
            evidence: Vec::new(),
            clients: Vec::new(),
            members: Vec::new(),
            load: Vec::new(),
            question: None,
            partial: false,
            redacted: false,
        }
    }

    /// The JSON schema of a report.
    pub fn json_schema() -> schemars::Schema {
        schemars::schema_for!(Self)
    }
}

fn contacts(evidence: &[Evidence]) -> Vec<Contact> {
    let mut contacts: Vec<Contact> = Vec::new();
    // What our own rules forbid is not contacted.
    let denied = |entry: &&Evidence| {
        let end = entry.observed.end();
        !end.is_some_and(|end| end.outcome == PhaseOutcome::Denied && end.errno.is_none())
    };
    for entry in evidence.iter().filter(denied) {
        let (what, address) = match &entry.conditions {
            Action::Resolve {
                server: Some(server),
                ..
            } => ("dns", server.to_string()),
            Action::Resolve { server: None, .. } => ("dns", "getaddrinfo".to_owned()),
            Action::Fetch { url, .. } => ("http", url.clone()),
            Action::Clock {
                source: crate::ClockSource::Sntp(host),
            } => ("ntp", host.clone()),
            // Whichever port, and however far.
            Action::Hop { address, .. } => ("udp", address.ip().to_string()),
            action => match action.via() {
                Some(via) => ("proxy", via.proxy.to_string()),
                None => continue,
            },
        };
        let contact = Contact {
            what: what.to_owned(),
            address,
            why: entry.experiment.clone(),
        };
        // Whatever goes through a proxy goes there for one reason, and so do all datagrams to one host.
        let known = |known: &Contact| {
            (["proxy", "udp"].contains(&known.what.as_str())
                && (&known.what, &known.address) == (&contact.what, &contact.address))
                || *known == contact
        };
        if !contacts.iter().any(known) {
            contacts.push(contact);
        }
    }
    contacts
}

impl Cause {
    /// Whether it stops every client.
    pub fn stops_everyone(&self) -> bool {
        self.affects == Affects::Everyone
    }
}

#[cfg(test)]
mod tests {
    use super::{Evidence, contacts};
    use crate::{Action, ExperimentId, Observation};

    #[test]
    fn datagrams_are_no_connections_and_are_told_of_once() {
        let evidence: Vec<Evidence> = (1_u8..)
            .zip(["192.0.2.1", "192.0.2.1", "2001:db8::1"])
            .map(|(ttl, host)| Evidence {
                id: ExperimentId(ttl.into()),
                experiment: format!("hop:{ttl}"),
                conditions: Action::hop(host.parse().unwrap(), Some(ttl)),
                limit_us: 1,
                observed: Observation::default(),
            })
            .collect();
        assert!(evidence.iter().all(|entry| entry.connections() == 0));
        let told: Vec<_> = contacts(&evidence)
            .into_iter()
            .map(|contact| [contact.what, contact.address, contact.why])
            .collect();
        assert_eq!(
            told,
            [
                ["udp", "192.0.2.1", "hop:1"],
                ["udp", "2001:db8::1", "hop:3"]
            ]
        );
        let one = serde_json::to_string(&evidence[0].conditions).unwrap();
        assert_eq!(one, r#"{"kind":"hop","address":"192.0.2.1:33435","ttl":1}"#);
    }
}
