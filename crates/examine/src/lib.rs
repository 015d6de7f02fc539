//! Drives a brain with the hands: the only loop of an examination.
//!
//! [`examine`] starts what the brain wants started, stops what no longer matters, tells it what ended
//! and what is late, and puts the report together. It has no opinion: budgets and order are the
//! brain's, sockets and clocks the hands'.

use probe::{Hands, Recorder};
use report::{Brain, Evidence, Experiment, ExperimentId, Fact, Moment, Question, Report};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Experiments after which an examination ends whatever the brain wants: far above every budget, so that a defect in
/// planning cannot become a flood.
pub const EXPERIMENTS: usize = 200;

/// What an examination is doing, for whoever shows it.
#[derive(Clone, Debug)]
pub enum Progress<'a> {
    /// An experiment began.
    Started(&'a Experiment),
    /// An experiment ended.
    Ended(&'a Experiment),
}

struct Running {
    experiment: Experiment,
    recorder: Recorder,
    cancel: CancellationToken,
}

/// Examines until the brain has no more to ask, or until `stop` is cancelled; then the report holds what is known so far
/// and is marked as partial.
pub async fn examine(
    brain: &mut dyn Brain,
    hands: &Hands,
    question: Question,
    version: &str,
    progress: &mut dyn FnMut(Progress<'_>),
    stop: CancellationToken,
) -> Report {
    let mut running: BTreeMap<ExperimentId, Running> = BTreeMap::new();
    let mut tasks: JoinSet<ExperimentId> = JoinSet::new();
    let mut evidence: Vec<Evidence> = Vec::new();
    let mut begun = 0usize;
    let mut partial = false;
    loop {
        for experiment in brain.starts() {
            begun = begun.saturating_add(1);
            progress(Progress::Started(&experiment));
            let recorder = hands.recorder();
            let cancel = CancellationToken::new();
            tasks.spawn(run(
                hands.clone(),
                experiment.clone(),
                recorder.clone(),
                cancel.clone(),
            ));
            running.insert(
                experiment.id,
                Running {
                    experiment,
                    recorder,
                    cancel,
                },
            );
        }
        for id in brain.stops() {
            if let Some(experiment) = running.get(&id) {
                experiment.cancel.cancel();
            }
        }
        if running.is_empty() || begun >= EXPERIMENTS {
            break;
        }
        let now = hands.elapsed_us();
        tokio::select! {
            biased;
            () = stop.cancelled() => {
                partial = true;
                break;
            }
            ended = tasks.join_next() => {
                let Some(Ok(id)) = ended else { continue };
                let Some(done) = running.remove(&id) else { continue };
                progress(Progress::Ended(&done.experiment));
                let observation = done.recorder.finish();
                evidence.push(record(&done.experiment, observation.clone()));
                brain.note(Fact::Ended { id, observation }, hands.elapsed_us());
            }
            () = silence(brain.wakeup(), now) => tell_late(brain, &running, hands.elapsed_us()),
        }
    }
    for (id, open) in running {
        open.cancel.cancel();
        let observation = open.recorder.finish();
        evidence.push(record(&open.experiment, observation.clone()));
        brain.note(Fact::Ended { id, observation }, hands.elapsed_us());
    }
    tasks.abort_all();
    evidence.sort_by_key(|entry| entry.id);
    let mut report = Report::new(
        version,
        question,
        evidence,
        brain.conclude(),
        hands.elapsed_us(),
    );
    report.partial = partial;
    report
}

async fn run(
    hands: Hands,
    experiment: Experiment,
    recorder: Recorder,
    cancel: CancellationToken,
) -> ExperimentId {
    tokio::select! {
        () = hands.run(&experiment, &recorder) => {}
        () = cancel.cancelled() => recorder.abort(),
    }
    experiment.id
}

/// Sleeps until the moment at which silence becomes a fact; for ever when there is none.
async fn silence(wakeup: Option<Moment>, now: Moment) {
    match wakeup {
        Some(moment) => tokio::time::sleep(Duration::from_micros(moment.saturating_sub(now))).await,
        None => std::future::pending().await,
    }
}

/// Tells the brain of everything under way, so that it can see what has not answered.
fn tell_late(brain: &mut dyn Brain, running: &BTreeMap<ExperimentId, Running>, now: Moment) {
    for (id, open) in running {
        brain.note(
            Fact::Late {
                id: *id,
                so_far: open.recorder.late(),
            },
            now,
        );
    }
}

fn record(experiment: &Experiment, observed: report::Observation) -> Evidence {
    Evidence {
        id: experiment.id,
        experiment: experiment.label.clone(),
        conditions: experiment.action.clone(),
        limit_us: experiment.limit_us,
        observed,
    }
}
