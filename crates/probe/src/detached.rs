//! Work that blocks and cannot be cancelled.

use crate::ending::Ending;
use report::PhaseOutcome;
use std::thread;
use tokio::sync::oneshot;

/// Runs `work` on a thread of its own. Unlike the runtime's blocking pool, nobody waits for it when the program
/// ends.
pub(crate) async fn run<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Ending> {
    let (sender, receiver) = oneshot::channel();
    thread::Builder::new()
        .name("lookup".to_owned())
        .spawn(move || {
            // Nobody listens any more once the experiment has ended.
            let _ = sender.send(work());
        })?;
    receiver
        .await
        .map_err(|_| Ending::new(PhaseOutcome::Error, "lookup thread"))
}
