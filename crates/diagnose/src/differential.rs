//! The brain that asks why.

use crate::case::{Case, Entry, Patience, Watched, next_look};
use crate::conclude::conclude;
use crate::flip;
use crate::plan::{Ask, answers_late, plan};
use report::{
    Action, Brain, Conclusion, Experiment, ExperimentId, Fact, FetchPurpose, Moment, Observation,
    Question, Report,
};
use std::collections::BTreeMap;

/// TCP connections to the target for a first verdict and its proof together (DESIGN section 6: 12 and 12 more), on top of
/// one per address.
const CONNECTIONS: usize = 24;
/// Connections for a first verdict, and so all there are while nothing has worked that could be proven with more.
const FIRST_CONNECTIONS: usize = 12;
/// From then on nothing new is asked for a first verdict, in microseconds: what is under way ends within its 15 seconds.
const FIRST_US: Moment = 8_000_000;
/// Connections under way at once.
const AT_ONCE: usize = 6;
/// How long the first connection waits for lookups that others were quicker than, in microseconds: several round trips to any
/// resolver that is near.
const RESOLUTION_US: Moment = 250_000;
/// The longest a single experiment runs, in microseconds, so that two one after the other stay within the 15 seconds of a
/// first verdict.
const LONGEST_US: Moment = 7_000_000;
/// The longest a SYN with a time to live of its own is waited for, in microseconds: until it would be sent again.
const SYN_US: Moment = 900_000;
/// The longest an issuer, a clock or a name is waited for, in microseconds.
const LOOKUP_US: Moment = 6_000_000;

/// The longest a step of the load experiment runs, in microseconds: what the hands take at most, and some more.
const LOAD_US: Moment = 12_000_000;

/// The longest the system's resolver is waited for, in microseconds: as long as a client would wait, within the 15 seconds of
/// a first verdict.
const SYSTEM_LOOKUP_US: Moment = 12_000_000;
/// The longest an OCSP responder is waited for, in microseconds: Firefox gives up after two seconds
/// (security.OCSP.timeoutMilliseconds.soft).
const OCSP_US: Moment = 3_000_000;

/// Differential diagnosis of one target: asks what would tell the causes apart, and concludes from the answers.
#[derive(Debug)]
pub struct Differential {
    question: Question,
    entries: Vec<Entry>,
    pending: Vec<Entry>,
    started: Vec<Started>,
    stops: Vec<ExperimentId>,
    now: Moment,
}

#[derive(Debug)]
struct Started {
    experiment: Experiment,
    at: Moment,
    ended: bool,
    /// When it is to be looked at.
    next_look: Option<Moment>,
    /// Whether it has no answer after so long that others may be asked meanwhile.
    is_late: bool,
    stopped: bool,
}

impl Differential {
    /// A brain for `question` that has seen nothing yet.
    pub fn new(question: &Question) -> Self {
        Self {
            question: question.clone(),
            entries: Vec::new(),
            pending: Vec::new(),
            started: Vec::new(),
            stops: Vec::new(),
            now: 0,
        }
    }

    fn case(&self) -> Case<'_> {
        Case {
            question: &self.question,
            entries: &self.entries,
            pending: &self.pending,
        }
    }

    fn running(&self) -> impl Iterator<Item = &Started> {
        self.started.iter().filter(|started| !started.ended)
    }

    fn start(&mut self, ask: Ask) -> Experiment {
        let number = u32::try_from(self.started.len())
            .unwrap_or(u32::MAX)
            .saturating_add(1);
        let longest = match &ask.action {
            Action::Fetch {
                purpose: FetchPurpose::Ocsp,
                ..
            } => OCSP_US,
            Action::Resolve { server: None, .. } => SYSTEM_LOOKUP_US,
            Action::Connect { tcp, .. } if !tcp.is_default() => SYN_US,
            action if action.address().is_some() => LONGEST_US,
            _ => LOOKUP_US,
        };
        let limit_us = match &ask.action {
            // Not one handshake, and each has a limit of its own.
            Action::Load(_) => LOAD_US,
            // The timeout is what a client would wait; whoever waits longer tells slow from dead.
            _ => longest,
        };
        let experiment = Experiment {
            id: ExperimentId(number),
            label: ask.label,
            action: ask.action,
            limit_us,
        };
        let unseen = Watched {
            from: self.now,
            until: self.now,
        };
        let next_look = match &experiment.action {
            Action::Resolve { .. } => Some(self.now.saturating_add(RESOLUTION_US)),
            action => next_look(action, &Observation::default(), unseen),
        };
        self.started.push(Started {
            experiment: experiment.clone(),
            at: self.now,
            ended: false,
            next_look,
            is_late: false,
            stopped: false,
        });
        experiment
    }

    fn record(&mut self, entry: Entry) {
        self.pending.retain(|known| known.id() != entry.id());
        self.entries.retain(|known| known.id() != entry.id());
        let list = match entry.is_settled() {
            true => &mut self.entries,
            false => &mut self.pending,
        };
        list.push(entry);
        list.sort_by_key(Entry::id);
    }
}

impl Brain for Differential {
    fn note(&mut self, fact: Fact, now: Moment) {
        self.now = self.now.max(now);
        let (id, observation, ended) = match fact {
            Fact::Ended { id, observation } => (id, observation, true),
            Fact::Late { id, so_far } => (id, so_far, false),
        };
        let Some(started) = self
            .started
            .iter_mut()
            .find(|started| started.experiment.id == id)
        else {
            return;
        };
        let is_lookup = matches!(started.experiment.action, Action::Resolve { .. });
        if !ended && is_lookup && started.next_look.is_some_and(|look| look > self.now) {
            return;
        }
        let experiment = started.experiment.clone();
        let entry = if ended {
            started.ended = true;
            Entry::ended(experiment, observation)
        } else {
            let watched = Watched {
                from: started.at,
                until: self.now,
            };
            started.next_look = next_look(&experiment.action, &observation, watched);
            Entry::under_way(experiment, observation, watched)
        };
        started.is_late |= entry.patience >= Patience::Late;
        // The next connection from that port waits for this one's end.
        let holds_port = started
            .experiment
            .action
            .tcp()
            .is_some_and(|tcp| tcp.local_port.is_some());
        if holds_port && !started.ended && !started.stopped && entry.patience == Patience::Silent {
            started.stopped = true;
            self.stops.push(id);
        }
        self.record(entry);
    }

    fn starts(&mut self) -> Vec<Experiment> {
        let asks = plan(&self.case());
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        let mut connections = 0usize;
        for started in &self.started {
            *counts.entry(key(&started.experiment.action)).or_default() += 1;
            connections += usize::from(started.experiment.action.address().is_some());
        }
        let waiting =
            |started: &&Started| started.experiment.action.address().is_some() && !started.is_late;
        let mut at_once = self.running().filter(waiting).count();
        let case = self.case();
        // What lies behind another opening than the user's is a question of its own.
        let questions = 1
            + usize::from(case.found_prelude().is_some())
            + usize::from(case.found_way().is_some());
        let addresses = case.addresses().len();
        let worked = |entry: &Entry| entry.came_through() || flip::works(entry);
        let worked = self.entries.iter().any(worked);
        let allowed = if worked {
            CONNECTIONS * questions
                + addresses.saturating_sub(1)
                + crate::members::more_connections(&case)
        } else {
            FIRST_CONNECTIONS + addresses.saturating_sub(1)
        };
        // What nothing is known to undo needs no proof.
        let is_time = worked || self.now < FIRST_US;
        let mut experiments = Vec::new();
        for ask in asks {
            let connects = ask.action.address().is_some();
            let asked = counts.entry(key(&ask.action)).or_default();
            let may_connect = is_time && connections < allowed && at_once < AT_ONCE;
            if *asked >= ask.times || (connects && !may_connect) {
                continue;
            }
            *asked += 1;
            connections += usize::from(connects);
            at_once += usize::from(connects);
            experiments.push(self.start(ask));
        }
        if experiments.is_empty() && self.running().next().is_none() {
            // Only when the ordinary verdict stands, and one step after the other.
            let next = crate::load::next(&self.case());
            experiments.extend(next.map(|ask| self.start(ask)));
        }
        if experiments.is_empty() {
            self.stop_the_silent();
        }
        experiments
    }

    fn stops(&mut self) -> Vec<ExperimentId> {
        std::mem::take(&mut self.stops)
    }

    fn wakeup(&self) -> Option<Moment> {
        self.running().filter_map(|started| started.next_look).min()
    }

    fn conclude(&self) -> Conclusion {
        conclude(&self.case())
    }
}

impl Differential {
    /// Once nothing is left to ask, and the verdict is decided by a proof or nothing more can come, those still silent have nothing
    /// more to say.
    fn stop_the_silent(&mut self) {
        let settled = |started: &Started| {
            let id = started.experiment.id;
            started.is_late && self.entries.iter().any(|entry| entry.id() == id)
        };
        let connects = |started: &Started| started.experiment.action.address().is_some();
        let only_late = self
            .running()
            .all(|started| connects(started) && settled(started));
        if !only_late || self.running().next().is_none() {
            return;
        }
        let proven = || {
            let conclusion = self.conclude();
            let mut causes = conclusion.causes.iter();
            causes.any(|cause| cause.certainty == report::Certainty::Proven)
        };
        // Who has answered late has more to say.
        let case = self.case();
        let late = case.addresses();
        if late.iter().any(|address| answers_late(&case, *address)) {
            return;
        }
        if !crate::stall::is_over(&case) && !proven() {
            return;
        }
        for started in self
            .started
            .iter_mut()
            .filter(|started| !started.ended && !started.stopped)
        {
            started.stopped = true;
            self.stops.push(started.experiment.id);
        }
    }
}

/// Actions compare by value; their JSON form is their key.
fn key(action: &Action) -> String {
    serde_json::to_string(action).unwrap_or_default()
}

/// The verdict again, from a report's evidence alone. `None` for a redacted report, whose evidence is gone.
pub fn replay(report: &Report) -> Option<Conclusion> {
    let question = report.question.as_ref()?;
    let entries: Vec<Entry> = report
        .evidence
        .iter()
        .map(|entry| Entry::ended(entry.experiment(), entry.observed.clone()))
        .collect();
    Some(conclude(&Case {
        question,
        entries: &entries,
        pending: &[],
    }))
}
