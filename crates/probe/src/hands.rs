//! Runs experiments.

use crate::anchors::{self, Stores};
use crate::client_auth::{ClientAuth, ClientKeyError};
use crate::connect::Connection;
use crate::ending::Ending;
use crate::kernel::{self, KernelFacts};
use crate::proxy::{Proxies, ProxyLogin};
use crate::{Recorder, clock, fetch, handshake, hello, hop, load, plaintext, resolve};
use report::{Action, ClockSource, Experiment, PhaseOutcome, TcpConditions};
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
    /// The user name and password for proxies, given where an experiment says so.
    pub proxy_login: Option<ProxyLogin>,
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
    proxies: Arc<Proxies>,
    kernel: Arc<dyn KernelFacts>,
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
        let stores = Arc::new(Stores::new(config.ca_files));
        Ok(Self {
            handshakes: Arc::new(handshakes),
            proxies: Arc::new(Proxies::new(config.proxy_login, Arc::clone(&stores))),
            stores,
            kernel: kernel::of_this_system(),
            started: config.started,
        })
    }

    /// The same hands on a system whose kernel says nothing about a connection, as macOS and Windows are: no TCP_INFO,
    /// no sender of an ICMP message, no ICMP error on an open connection.
    #[must_use]
    pub fn without_kernel_facts(self) -> Self {
        Self {
            kernel: Arc::new(kernel::Null),
            ..self
        }
    }

    /// An empty record for an experiment of this examination.
    pub fn recorder(&self) -> Recorder {
        Recorder::with(self.started, Arc::clone(&self.kernel))
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
            Action::Hosts { name } => resolve::hosts(name, recorder).await,
            Action::Connect { address, via, tcp } => {
                Connection::open(*address, tcp, via.as_deref(), &self.proxies, recorder)
                    .await
                    .map(drop)
            }
            Action::Handshake(conditions) => {
                let opened = Connection::open(
                    conditions.address,
                    &conditions.tcp,
                    conditions.via.as_deref(),
                    &self.proxies,
                    recorder,
                );
                self.handshakes
                    .run(conditions, opened.await?, recorder)
                    .await
            }
            Action::Hello(conditions) => {
                let opened = Connection::open(
                    conditions.address,
                    &conditions.tcp,
                    conditions.via.as_deref(),
                    &self.proxies,
                    recorder,
                );
                hello::run(conditions, opened.await?, recorder).await
            }
            Action::Plaintext { address, say, via } => {
                let usual = TcpConditions::default();
                let opened =
                    Connection::open(*address, &usual, via.as_deref(), &self.proxies, recorder);
                plaintext::converse(opened.await?, *say).await
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
            Action::Hop { address, ttl } => hop::look(*address, *ttl, recorder).await,
        }
    }
}
