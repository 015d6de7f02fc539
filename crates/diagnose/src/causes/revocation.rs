//! X19, X20, S29: what the CA says of the certificate, and what the server staples of it; C28 as a finding.

use crate::case::{Case, Client, Entry};
use crate::revocation::{self, Consulted, SLACK, Source, Subject};
use crate::time::Now;
use crate::wording::{Judgement, Next};
use jiff::{SignedDuration, Timestamp};
use pki::revocation::ocsp::AnswerDefect;
use pki::revocation::{Freshness, Statement, Status};
use pki::signature::SignatureDefect;
use report::{Certainty, ExperimentId, Severity, Text};
use wire::profile::StapleRule;

/// How often a server that must staple and does not is asked again: the first answer may only have filled its cache.
pub(crate) const AGAIN: usize = 2;
/// The label of those questions.
pub(crate) const AGAIN_LABEL: &str = "staple:again";

pub(crate) fn judge(case: &Case<'_>) -> Vec<Judgement> {
    let subjects = revocation::subjects(case);
    if subjects.is_empty() {
        return Vec::new();
    }
    let now = Now::of(case);
    let clients = case.clients();
    let judge = |subject: &Subject| {
        let view = View {
            case,
            now: &now,
            clients: &clients,
            subject,
            public: subject.is_public(case, &now),
            consulted: subject.consulted(case, &now),
            staples: subject.staples(case),
        };
        let mut judgements: Vec<Judgement> = view.revoked().into_iter().collect();
        judgements.extend(view.unknown());
        judgements.extend(view.bad_staples());
        judgements.extend(view.missing_staple());
        judgements.extend(view.unreachable());
        judgements
    };
    subjects.iter().flat_map(judge).collect()
}

/// One certificate, with everything that is known of its revocation.
struct View<'a> {
    case: &'a Case<'a>,
    now: &'a Now,
    clients: &'a [Client<'a>],
    subject: &'a Subject,
    /// Whether its root is publicly trusted.
    public: bool,
    consulted: Vec<Consulted>,
    staples: Vec<(&'a Entry, Option<Vec<u8>>)>,
}

/// What a client does about a defect of a staple.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Weight {
    /// It refuses.
    Hard,
    /// It asks the responder, and refuses unless that says that all is well.
    Soft,
    /// Nothing.
    None,
}

/// A staple that is not as it should be.
struct Fault {
    id: &'static str,
    what: String,
    weight: Weight,
    /// The clock that would make it look so, where it is a matter of dates.
    clock: Option<&'static str>,
}

impl View<'_> {
    fn subject_text(&self) -> String {
        self.subject.leaf().subject.text.clone()
    }

    /// The judgement, as a cause for these clients; as a finding when there are none.
    fn for_clients(
        &self,
        judgement: Judgement,
        severity: Severity,
        stops: impl Fn(&Client<'_>) -> bool,
    ) -> Judgement {
        let stopped: Vec<String> = self
            .clients
            .iter()
            .filter(|client| stops(client))
            .map(|client| client.id.to_owned())
            .collect();
        if stopped.is_empty() {
            judgement.weakness(severity)
        } else {
            judgement.stopping(stopped)
        }
    }

    /// Whether a client asks the responder: not where a good staple has told it all.
    fn asks(&self, client: &Client<'_>) -> bool {
        let told = self.different_staples().iter().any(|(staple, _)| {
            let said = self.subject.answer(staple, self.now);
            said.is_ok_and(|statement| {
                statement.status == Status::Good
                    && capped(&statement).freshness(self.now.best, SLACK) == Freshness::Fresh
            })
        });
        !self.public && !told && client.profile.rules.revocation.asks_ocsp
    }

    /// Every different staple, with who saw it.
    fn different_staples(&self) -> Vec<(&[u8], Vec<ExperimentId>)> {
        let mut different: Vec<(&[u8], Vec<ExperimentId>)> = Vec::new();
        for (entry, staple) in &self.staples {
            let Some(staple) = staple else { continue };
            match different.iter_mut().find(|(known, _)| known == staple) {
                Some((_, evidence)) => evidence.push(entry.id()),
                None => different.push((staple, vec![entry.id()])),
            }
        }
        different
    }

    /// The words of the CA that say revoked: its responder's and its list's before the staple's.
    fn words(&self) -> Vec<(Source, Statement, String, Vec<ExperimentId>)> {
        let fetched = self.consulted.iter().filter_map(|consulted| {
            let statement = *consulted.said.as_ref().ok()?;
            let evidence = consulted.evidence.clone();
            Some((consulted.source, statement, consulted.url.clone(), evidence))
        });
        let stapled = self
            .different_staples()
            .into_iter()
            .filter_map(|(staple, evidence)| {
                let statement = self.subject.answer(staple, self.now).ok()?;
                Some((Source::Staple, statement, String::new(), evidence))
            });
        fetched
            .chain(stapled)
            .filter(|(_, statement, ..)| matches!(statement.status, Status::Revoked { .. }))
            .collect()
    }

    fn revoked(&self) -> Option<Judgement> {
        let words = self.words();
        let (source, statement, url, _) = words.first()?;
        let Status::Revoked { at, reason } = statement.status else {
            return None;
        };
        let fresh =
            |statement: &Statement| revocation::freshness(statement, self.now) == Freshness::Fresh;
        let told = |wanted: Source| words.iter().any(|(source, ..)| *source == wanted);
        let stapled_fresh = words
            .iter()
            .any(|(source, statement, ..)| *source == Source::Staple && fresh(statement));
        let stops = |client: &Client<'_>| {
            let rules = &client.profile.rules.revocation;
            let stapled = match rules.staple {
                StapleRule::Ignored => false,
                StapleRule::RevokedOnly => stapled_fresh,
                StapleRule::Judged => !self.public && told(Source::Staple),
            };
            let asked = self.asks(client) && told(Source::Ocsp);
            let listed = self.public && rules.knows_revoked && self.has_spread(at);
            stapled || asked || listed
        };
        let certainty = if fresh(statement) {
            Certainty::Proven
        } else {
            Certainty::Supported
        };
        let id = match source {
            Source::Ocsp => "seen-X19-ocsp",
            Source::List => "seen-X19-list",
            Source::Staple => "seen-X19-staple",
        };
        let heeded = self.clients.iter().any(&stops);
        let text = Text::new(
            id,
            [
                ("issuer", self.subject.issuer.subject.text.clone()),
                ("subject", self.subject_text()),
                ("date", at.strftime("%Y-%m-%d %H:%M UTC").to_string()),
                (
                    "reason",
                    reason
                        .and_then(pki::revocation::Reason::name)
                        .unwrap_or("unspecified")
                        .to_owned(),
                ),
                ("url", url.clone()),
                ("heeded", if heeded { "some" } else { "none" }.to_owned()),
            ],
        );
        let mut evidence = self.subject.chain.evidence.clone();
        evidence.extend(words.iter().flat_map(|(.., evidence)| evidence));
        let judgement = Judgement::new("X19", certainty, text, evidence);
        Some(self.for_clients(judgement, Severity::Error, stops))
    }

    /// Whether a revocation is old enough to stand in the lists that browsers bring: they are renewed twice a day, and a
    /// browser that was off for a weekend has an older one.
    fn has_spread(&self, at: Timestamp) -> bool {
        const DAYS: SignedDuration = SignedDuration::from_hours(48);
        self.now.best.duration_since(at) > DAYS
    }

    /// The responder does not know the certificate, and no list says more.
    fn unknown(&self) -> Option<Judgement> {
        let of_responder = |consulted: &&Consulted| consulted.source == Source::Ocsp;
        let asked = self.consulted.iter().find(of_responder)?;
        let revoked = self.words();
        if asked.said.as_ref().ok()?.status != Status::Unknown || !revoked.is_empty() {
            return None;
        }
        let text = Text::new(
            "seen-X19-unknown",
            [("subject", self.subject_text()), ("url", asked.url.clone())],
        );
        let mut evidence = self.subject.chain.evidence.clone();
        evidence.extend(&asked.evidence);
        let judgement = Judgement::new("X19", Certainty::Suspected, text, evidence);
        let judgement = self.for_clients(judgement, Severity::Warning, |client| self.asks(client));
        if judgement.weakness.is_some() {
            return Some(judgement);
        }
        let next = Next {
            text: Text::new("next-responder", [("url", asked.url.clone())]),
            command: Some(format!(
                "openssl ocsp -issuer issuer.pem -cert leaf.pem -url {} -resp_text",
                asked.url
            )),
        };
        Some(judgement.among(vec!["X30".to_owned()], next))
    }

    fn bad_staples(&self) -> Vec<Judgement> {
        let judge = |(staple, evidence): (&[u8], Vec<ExperimentId>)| {
            let fault = self.fault(staple)?;
            Some(self.bad_staple(&fault, evidence))
        };
        self.different_staples()
            .into_iter()
            .filter_map(judge)
            .collect()
    }

    fn bad_staple(&self, fault: &Fault, mut evidence: Vec<ExperimentId>) -> Judgement {
        let of_responder = |consulted: &&Consulted| consulted.source == Source::Ocsp;
        let live = self.consulted.iter().find(of_responder);
        let unasked = live.is_none() && !self.subject.leaf().ocsp_urls.is_empty();
        let refused = match fault.weight {
            Weight::None => false,
            Weight::Hard => true,
            // Whatever the responder says, it decides; what else it says than that all is well is a cause of its own.
            Weight::Soft => live.is_none_or(|live| live.said.is_err()),
        };
        if fault.weight == Weight::Soft {
            evidence.extend(live.iter().flat_map(|live| &live.evidence));
        }
        let text = Text::new(
            fault.id,
            [
                ("subject", self.subject_text()),
                ("what", fault.what.clone()),
            ],
        );
        let judgement = Judgement::new("S29", Certainty::Proven, text, evidence);
        let judgement = self.for_clients(judgement, Severity::Warning, |client| {
            refused && !self.public && client.profile.rules.revocation.staple == StapleRule::Judged
        });
        if judgement.weakness.is_some() {
            return judgement;
        }
        let target = &self.case.question.target.input;
        match fault.clock {
            Some(clock) if !self.now.verified => {
                let next = Next {
                    text: Text::new("next-time-source", []),
                    command: Some(format!(
                        "tlsmedic diagnose {target} --time-source pool.ntp.org"
                    )),
                };
                judgement.among(vec![clock.to_owned()], next)
            }
            _ if fault.weight == Weight::Soft && unasked => {
                let next = Next {
                    text: Text::new("next-online", []),
                    command: Some(format!("tlsmedic diagnose {target}")),
                };
                judgement.among(vec!["X19".to_owned()], next)
            }
            _ => judgement,
        }
    }

    /// What is wrong with a staple; nothing where it says good or revoked, which are judged elsewhere.
    fn fault(&self, staple: &[u8]) -> Option<Fault> {
        let fault = |id, weight, what: String| Fault {
            id,
            what,
            weight,
            clock: None,
        };
        let statement = match self.subject.answer(staple, self.now) {
            Ok(statement) => statement,
            Err(defect) => {
                const TRY_LATER: u8 = 3;
                let what = revocation::of_answer(&defect);
                return match &defect {
                    AnswerDefect::Signature(SignatureDefect::Unsupported { .. }) => None,
                    AnswerDefect::Signature(_) => {
                        Some(fault("seen-S29-signature", Weight::Hard, what))
                    }
                    AnswerDefect::Unsuccessful { status: TRY_LATER } => {
                        Some(fault("seen-S29-unsuccessful", Weight::Soft, what))
                    }
                    AnswerDefect::Unsuccessful { .. } => {
                        Some(fault("seen-S29-unsuccessful", Weight::Hard, what))
                    }
                    AnswerDefect::OtherCertificate { .. } => {
                        Some(fault("seen-S29-other", Weight::Soft, what))
                    }
                    AnswerDefect::WrongSigner { .. } => {
                        Some(fault("seen-S29-signer", Weight::Soft, what))
                    }
                    AnswerDefect::Malformed { .. } | AnswerDefect::NotAnAnswer { .. } => {
                        Some(fault("seen-S29-malformed", Weight::Hard, what))
                    }
                };
            }
        };
        match statement.status {
            Status::Revoked { .. } => None,
            Status::Unknown => Some(fault("seen-S29-unknown", Weight::Hard, String::new())),
            Status::Good => self.age(&statement),
        }
    }

    /// A good staple that is too old or too new.
    fn age(&self, statement: &Statement) -> Option<Fault> {
        let now = self.now.best;
        let date = |at: Timestamp| at.strftime("%Y-%m-%d %H:%M UTC").to_string();
        let tolerant = capped(statement).freshness(now, SLACK);
        match revocation::freshness(statement, self.now) {
            Freshness::Fresh => None,
            Freshness::Stale => Some(Fault {
                id: "seen-S29-stale",
                what: date(statement.next_update.unwrap_or(statement.this_update)),
                weight: if tolerant == Freshness::Stale {
                    Weight::Soft
                } else {
                    Weight::None
                },
                clock: Some("C02"),
            }),
            Freshness::Early => Some(Fault {
                id: "seen-S29-early",
                what: date(statement.this_update),
                weight: if tolerant == Freshness::Early {
                    Weight::Hard
                } else {
                    Weight::None
                },
                clock: Some("C01"),
            }),
        }
    }

    /// The certificate demands a staple, and a server that was asked for one sent none.
    fn missing_staple(&self) -> Option<Judgement> {
        if !self.subject.leaf().must_staple {
            return None;
        }
        let (with, without): (Vec<_>, Vec<_>) = self
            .staples
            .iter()
            .partition(|(_, staple)| staple.is_some());
        if without.is_empty() {
            return None;
        }
        let evidence = without.iter().chain(&with).map(|(entry, _)| entry.id());
        let again = self
            .staples
            .iter()
            .filter(|(entry, _)| entry.experiment.label == AGAIN_LABEL)
            .count();
        let params = [
            ("subject", self.subject_text()),
            ("without", without.len().to_string()),
            ("with", with.len().to_string()),
        ];
        let (id, text, certainty) = match (with.is_empty(), again) {
            (false, _) => ("S29", "seen-S29-some", Certainty::Proven),
            (true, 0) => ("X20", "seen-X20", Certainty::Supported),
            (true, _) => ("X20", "seen-X20", Certainty::Proven),
        };
        let judgement = Judgement::new(id, certainty, Text::new(text, params), evidence.collect());
        Some(self.for_clients(judgement, Severity::Warning, |client| {
            client.profile.rules.revocation.demands_staple
        }))
    }

    /// Services that gave no usable answer: clients that insist on one would not go on.
    fn unreachable(&self) -> Vec<Judgement> {
        let answered = self
            .consulted
            .iter()
            .any(|consulted| consulted.said.is_ok());
        let severity = if answered {
            Severity::Info
        } else {
            Severity::Warning
        };
        let finding = |consulted: &Consulted| {
            let why = consulted.said.as_ref().err()?.clone();
            let id = if consulted.source == Source::Ocsp {
                "seen-C28-ocsp"
            } else {
                "seen-C28-list"
            };
            let text = Text::new(id, [("url", consulted.url.clone()), ("why", why)]);
            let evidence = consulted.evidence.clone();
            Some(Judgement::new("C28", Certainty::Supported, text, evidence).weakness(severity))
        };
        self.consulted.iter().filter_map(finding).collect()
    }
}

/// As Firefox reads a statement: good for ten days at most, whatever it says itself.
fn capped(statement: &Statement) -> Statement {
    const LONGEST: SignedDuration = SignedDuration::from_hours(24 * 10);
    let longest = statement.this_update.checked_add(LONGEST).ok();
    Statement {
        next_update: statement
            .next_update
            .map(|next| longest.map_or(next, |longest| next.min(longest))),
        ..*statement
    }
}
