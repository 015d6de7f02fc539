//! `tlsmedic diagnose TARGET…`

use super::lab::Staged;
use super::run::Session;
use crate::args::{DiagnoseArguments, Options};
use crate::fault::Fault;
use crate::progress::ProgressLine;
use crate::proxy::Environment;
use crate::question::Examination;
use crate::target::{LabTarget, Target};
use crate::{exit, interrupt};
use diagnose::Differential;
use report::{Exit, Report};
use std::time::Instant;
use tokio_util::sync::CancellationToken;

/// A target, checked as far as it can be before anything runs.
enum Ready {
    Examination(Box<Examination>),
    Lab(LabTarget),
}

/// Examines every target, one after the other, and shows each report when it is there.
pub(crate) async fn diagnose(
    arguments: DiagnoseArguments,
    session: &Session,
) -> Result<Exit, Fault> {
    let DiagnoseArguments {
        targets,
        options,
        redact,
    } = arguments;
    if options.load && targets.len() > 1 {
        return Err(Fault::new("ui-fault-load-targets", []).hint("ui-hint-load-targets", []));
    }
    let environment = Environment::of_process()?;
    let ready = targets
        .iter()
        .map(|target| prepare(target, &options, &environment))
        .collect::<Result<Vec<_>, _>>()?;
    let stop = interrupt::token();
    let mut reports = Vec::new();
    for target in ready {
        if stop.is_cancelled() {
            break;
        }
        let report = match target {
            Ready::Examination(examination) => examine(&examination, session, &stop).await?,
            Ready::Lab(target) => staged(&target, &options, session, &stop).await?,
        };
        let report = if redact { report.redact() } else { report };
        session.show(&report)?;
        // Only the exit status is needed of it from here on, and evidence is large.
        reports.push(Report {
            evidence: Vec::new(),
            ..report
        });
    }
    Ok(exit::worst(&reports))
}

fn prepare(target: &str, options: &Options, environment: &Environment) -> Result<Ready, Fault> {
    match Target::parse(target)? {
        Target::Endpoint(endpoint) => Examination::new(&endpoint, options, environment)
            .map(Box::new)
            .map(Ready::Examination),
        Target::Lab(target) => {
            super::lab::scenario(&target.id)?;
            Ok(Ready::Lab(target))
        }
    }
}

async fn staged(
    target: &LabTarget,
    options: &Options,
    session: &Session,
    stop: &CancellationToken,
) -> Result<Report, Fault> {
    let staged = Staged::start(target).await?;
    let report = match staged.examination(options) {
        Ok(examination) => examine(&examination, session, stop).await,
        Err(fault) => Err(fault),
    };
    staged.stop().await;
    report
}

async fn examine(
    examination: &Examination,
    session: &Session,
    stop: &CancellationToken,
) -> Result<Report, Fault> {
    let hands = examination.hands(Instant::now())?;
    let question = examination.question();
    let mut brain = Differential::new(&question);
    let mut line = ProgressLine::new(examination.input(), &session.texts);
    let version = env!("CARGO_PKG_VERSION");
    let mut progress = |event: examine::Progress<'_>| line.note(&event);
    Ok(examine::examine(
        &mut brain,
        &hands,
        question,
        version,
        &mut progress,
        stop.clone(),
    )
    .await)
}
