//! Alerts as the end of a step.

use crate::ending::{Ending, quoted};
use report::{AlertDescription, PhaseOutcome};
use wire::registry::alert_name;

/// close_notify (RFC 8446 section 6.1).
pub(crate) const CLOSE_NOTIFY: AlertDescription = AlertDescription(0);

/// user_canceled, which is no end yet (RFC 8446 section 6.1).
pub(crate) const USER_CANCELED: AlertDescription = AlertDescription(90);

/// The peer's alert ended it.
pub(crate) fn received(description: AlertDescription) -> Ending {
    let detail = format!(
        "alert {} {} received",
        description.0,
        alert_name(description)
    );
    Ending::new(PhaseOutcome::Alert, detail)
}

/// Our alert ended it, because of `why`.
pub(crate) fn sent(description: AlertDescription, why: &str) -> Ending {
    let name = alert_name(description);
    let detail = format!("alert {} {name} sent, {why}", description.0);
    Ending::new(PhaseOutcome::Alert, detail)
}

/// The TLS library's error as one bounded line.
pub(crate) fn shown(error: &rustls::Error) -> String {
    quoted(format!("{error:?}").as_bytes())
}
