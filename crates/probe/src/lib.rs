//! The hands: runs one experiment, returns one observation.
//!
//! [`Hands::run`] resolves, connects, speaks and times as an [`Experiment`](report::Experiment) says, and writes what
//! it sees into a [`Recorder`]: phases, octets, alerts, errnos. A peer that misbehaves is data, never an error. There
//! are no opinions here: what an observation means is decided elsewhere, again and again, from the same octets.
//!
//! Everything from the network is bounded in size, and every experiment in time.
//!
//! ```
//! use probe::{Hands, HandsConfig};
//! use report::{Action, Experiment, ExperimentId, PhaseOutcome, TcpConditions};
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
//! # runtime.block_on(async {
//! let started = std::time::Instant::now();
//! let hands = Hands::new(HandsConfig { started, client_auth: None, ca_files: Vec::new(), proxy_login: None }).unwrap();
//! let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
//! let experiment = Experiment {
//!     id: ExperimentId(1),
//!     label: "connect".to_owned(),
//!     action: Action::Connect { address: nobody, via: None, tcp: TcpConditions::default() },
//!     limit_us: 1_000_000,
//! };
//! let recorder = hands.recorder();
//! hands.run(&experiment, &recorder).await;
//! let observation = recorder.finish();
//! assert_eq!(observation.end().unwrap().outcome, PhaseOutcome::Refused);
//! # });
//! ```

mod alert;
mod anchors;
mod client_auth;
mod clock;
mod connect;
mod detached;
mod dialogue;
mod dns;
mod ending;
mod fetch;
mod flight;
mod garbage;
mod hands;
mod handshake;
mod hello;
mod hop;
mod kernel;
mod load;
mod opened;
mod plaintext;
mod prelude;
mod proxy;
mod reach;
mod recorder;
mod resolve;
mod session;
mod socket;
mod starttls;
mod starttls_binary;
mod stream;
mod sweep;
mod witness;

pub use client_auth::{ClientAuth, ClientKeyError};
pub use connect::MAX_FLIGHT;
pub use fetch::{MAX_REDIRECTS, max_body};
pub use hands::{CaFile, Hands, HandsConfig, HandsError};
pub use handshake::MAX_ANSWER;
pub use load::{MAX_AT_ONCE, MAX_COUNT, MAX_FAILURES, MAX_PER_SECOND};
pub use proxy::ProxyLogin;
pub use reach::is_private;
pub use recorder::{MAX_KEPT, MAX_KERNEL_FACTS, MAX_LATE_FACTS, MAX_SEGMENTS, Recorder};
pub use resolve::{system_resolvers, system_search};
