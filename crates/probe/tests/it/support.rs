//! What the tests of this crate stand on: hands that run one experiment, and peers scripted octet by octet.

use probe::{Hands, HandsConfig};
use report::{Action, Experiment, ExperimentId, Observation, PhaseName, PhaseOutcome};
use std::future::Future;
use std::net::SocketAddr;
use std::time::Instant;
use tokio::net::{TcpListener, TcpStream};

/// Longer than anything here takes; an experiment that reaches it has hung.
pub(crate) const LIMIT_US: u64 = 20_000_000;

/// Runs one experiment with hands that have no files.
pub(crate) async fn run(action: Action) -> Observation {
    run_for(action, LIMIT_US).await
}

/// The same with a limit, in microseconds.
pub(crate) async fn run_for(action: Action, limit_us: u64) -> Observation {
    run_with(&hands(), action, limit_us).await
}

/// Hands that have no files.
pub(crate) fn hands() -> Hands {
    Hands::new(HandsConfig {
        started: Instant::now(),
        client_auth: None,
        ca_files: Vec::new(),
        proxy_login: None,
    })
    .unwrap()
}

/// The same with the hands given.
pub(crate) async fn run_with(hands: &Hands, action: Action, limit_us: u64) -> Observation {
    let experiment = Experiment {
        id: ExperimentId(1),
        label: "test".to_owned(),
        action,
        limit_us,
    };
    let recorder = hands.recorder();
    hands.run(&experiment, &recorder).await;
    recorder.finish()
}

/// A TCP server on a free port of this machine that plays `script` with each connection.
pub(crate) async fn serve<F>(script: impl Fn(TcpStream) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = ()> + Send + 'static,
{
    serve_on("127.0.0.1:0", script).await
}

/// The same on an address given.
pub(crate) async fn serve_on<F>(
    address: &str,
    script: impl Fn(TcpStream) -> F + Send + 'static,
) -> SocketAddr
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind(address).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(script(stream));
        }
    });
    address
}

/// Closes a connection with a reset.
pub(crate) fn reset(stream: TcpStream) {
    let stream = socket2::Socket::from(stream.into_std().unwrap());
    stream.set_linger(Some(std::time::Duration::ZERO)).unwrap();
}

/// The phases, as `name outcome detail`.
pub(crate) fn phases(observation: &Observation) -> Vec<String> {
    observation
        .phases
        .iter()
        .map(|phase| {
            let detail = phase.detail.as_deref().unwrap_or("-");
            format!("{} {} {detail}", word(phase.phase), outcome(phase.outcome))
        })
        .collect()
}

/// How it ended, as `name outcome detail`.
pub(crate) fn end(observation: &Observation) -> String {
    phases(observation).pop().unwrap_or_default()
}

fn word(name: PhaseName) -> String {
    match name {
        PhaseName::ClientAuth => "client-auth".to_owned(),
        other => format!("{other:?}").to_lowercase(),
    }
}

fn outcome(outcome: PhaseOutcome) -> String {
    format!("{outcome:?}").to_lowercase()
}
