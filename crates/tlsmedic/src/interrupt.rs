//! Ctrl-C.

use tokio::signal;
use tokio_util::sync::CancellationToken;

/// What a shell expects of a program ended by SIGINT.
const INTERRUPTED: i32 = 130;

/// Cancelled at the first Ctrl-C (or SIGTERM); a second one ends the program at once.
pub(crate) fn token() -> CancellationToken {
    let token = CancellationToken::new();
    let told = token.clone();
    tokio::spawn(async move {
        asked_to_stop().await;
        told.cancel();
        asked_to_stop().await;
        #[expect(
            clippy::exit,
            reason = "whoever asks twice does not want to wait for an orderly end"
        )]
        std::process::exit(INTERRUPTED);
    });
    token
}

/// Waits for a signal; for ever where signals cannot be listened to.
async fn asked_to_stop() {
    #[cfg(unix)]
    {
        use signal::unix::{SignalKind, signal};
        let Ok(mut terminate) = signal(SignalKind::terminate()) else {
            return std::future::pending().await;
        };
        tokio::select! {
            result = signal::ctrl_c() => if result.is_err() { std::future::pending().await },
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    if signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}
