//! Runs experiments.

use crate::anchors::{self, Stores};
use crate::client_auth::{ClientAuth, ClientKeyError};
use crate::connect::Connection;
use crate::ending::Ending;
use crate::{Recorder, clock, fetch, handshake, hello, load, plaintext, resolve};
use report::{Action, ClockSource, Experiment, PhaseOutcome};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// What the hands need to know beside the experiments.
#[derive(Debug)]
pub struct HandsConfig {
    /// The examination's start: what every time in an observation counts from. Use the same for the
    /// [`Recorder`]s.
    pub started: Instant,
    /// The client certificate to offer where an experiment says so.
    pub client_auth: Option<ClientAuth>,
    /// The files of trust anchors that experiments may name: those of `--ca-file` and `--former-ca-file`.
    pub ca_files: Vec<CaFile>,
}

/// A file of trust anchors, read already.
#[derive(Clone, Debug)]
pub struct CaFile {
    /// Its path, as the experiments name it.
    pub path: String,
    /// Its certificates, DER.
    pub certificates: Vec<Vec<u8>>,
}

/// Why no hands could be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HandsError {
    /// The client certificate cannot be used.
    #[error("the client certificate cannot be used: {0}")]
    ClientAuth(ClientKeyError),
}

/// The hands: they run experiments and have no opinion. Clones share their stores.
#[derive(Clone, Debug)]
pub struct Hands {
    handshakes: Arc<handshake::Handshakes>,
    stores: Arc<Stores>,
    started: Instant,
}

impl Hands {
    /// Hands for one examination.
    ///
    /// # Errors
    ///
    /// [`HandsError::ClientAuth`] when the client's key is of no known kind or is not the certificate's.
    pub fn new(config: HandsConfig) -> Result<Self, HandsError> {
        let handshakes = handshake::Handshakes::new(config.client_auth)?;
        Ok(Self {
            handshakes: Arc::new(handshakes),
            stores: Arc::new(Stores::new(config.ca_files)),
            started: config.started,
        })
    }

    /// An empty record for an experiment of this examination.
    pub fn recorder(&self) -> Recorder {
        Recorder::new(self.started)
    }

    /// Microseconds since the examination's start: the moment every recorder would write now.
    pub fn elapsed_us(&self) -> report::Moment {
        u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// Runs one experiment to its end or its limit, and records what it sees. What the peer does wrong is recorded
    /// like everything else. Dropping the future cancels the experiment and closes its connection.
    pub async fn run(&self, experiment: &Experiment, recorder: &Recorder) {
        let limit = Duration::from_micros(experiment.limit_us);
        let ending = match timeout(limit, self.act(&experiment.action, recorder)).await {
            Ok(Ok(())) => Ending::plain(PhaseOutcome::Ok),
            Ok(Err(ending)) => ending,
            Err(_) => Ending::plain(PhaseOutcome::Timeout),
        };
        recorder.end(ending);
    }

    async fn act(&self, action: &Action, recorder: &Recorder) -> Result<(), Ending> {
        match action {
            Action::Resolve {
                name,
                record,
                server,
            } => resolve::resolve(name, *record, *server, recorder).await,
            Action::Connect { address } => Connection::open(*address, recorder).await.map(drop),
            Action::Handshake(conditions) => self.handshakes.run(conditions, recorder).await,
            Action::Hello(conditions) => hello::run(conditions, recorder).await,
            Action::Plaintext { address, say } => {
                plaintext::converse(*address, *say, recorder).await
            }
            Action::Fetch {
                url,
                purpose,
                from_public,
                serials,
            } => fetch::fetch(url, *purpose, *from_public, serials, recorder).await,
            Action::Clock {
                source: ClockSource::Sntp(source),
            } => clock::ask(source, recorder).await,
            Action::Anchors { store, subjects } => {
                anchors::look_up(&self.stores, store, subjects, recorder).await
            }
            Action::Load(conditions) => load::run(&self.handshakes, conditions, recorder).await,
        }
    }
}
