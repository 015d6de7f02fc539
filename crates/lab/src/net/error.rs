//! Why a network could not be staged.

use crate::running::LabError;
use std::io;

/// Why a network could not be staged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NetError {
    /// There is no such scenario.
    #[error("there is no network scenario {id}")]
    Unknown {
        /// The id asked for.
        id: String,
    },
    /// Only root makes network namespaces.
    #[error("a network namespace cannot be made, which only root may: {0}")]
    Namespace(#[source] nix::Error),
    /// There are no TUN devices.
    #[error("a TUN device cannot be made with /dev/net/tun: {0}")]
    Tun(#[source] io::Error),
    /// A host could not be set up.
    #[error("{command} cannot set up a host: {detail}")]
    Command {
        /// What was run.
        command: String,
        /// What it says.
        detail: String,
    },
    /// A program could not be started in a host.
    #[error("{program} cannot be started: {source}")]
    Program {
        /// The program.
        program: String,
        /// What the system says.
        source: io::Error,
    },
    /// A thread or a runtime could not be had.
    #[error("a host of the lab cannot run: {0}")]
    Thread(#[source] io::Error),
    /// The host's thread is gone.
    #[error("a host of the lab has ended")]
    Ended,
    /// A server could not be staged.
    #[error(transparent)]
    Lab(#[from] LabError),
    /// A server could not listen.
    #[error("a server of the lab cannot listen: {0}")]
    Listen(#[source] io::Error),
}
