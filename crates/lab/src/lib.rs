//! Broken servers on loopback, each with a healthy twin: the test bed of the verdicts, and something to learn from.
//!
//! [`scenarios()`] lists them as data; [`start`] stages one and says with which command line a user examines it. Certificates
//! come from a throw-away CA made at the start; nothing is kept.
//!
//! Servers that finish a handshake are rustls behind a *gate* that reads the ClientHello first and may refuse it by a rule;
//! what rustls cannot speak is a scripted flight written with `wire`.
//!
//! ```no_run
//! # async fn example() -> Result<(), lab::LabError> {
//! let folder = std::path::Path::new("/tmp/lab");
//! let running = lab::start("X01-ecdsa", false, folder).await?;
//! println!("tlsmedic diagnose {}", running.arguments.join(" "));
//! running.stop().await;
//! # Ok(())
//! # }
//! ```

mod authority;
mod gate;
mod plaintext;
mod scenario;
mod scenarios;
mod scripted;
mod services;
mod stage;
mod tls;

pub use scenario::{Expected, Scenario};
pub use scenarios::scenarios;
pub use stage::{LabError, Running, start};
