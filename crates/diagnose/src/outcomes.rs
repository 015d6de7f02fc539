//! How connections end, as texts.

use crate::case::Case;
use crate::reading::{Choice, End, Refusal};
use report::{Action, NamedGroup, Text};
use wire::registry;

/// What an action came to, as a text.
pub(crate) fn outcome(case: &Case<'_>, action: &Action) -> Text {
    let reading = case.doing(action).find_map(|entry| entry.reading.as_ref());
    reading.map_or_else(
        || Text::new("outcome-unknown", []),
        |reading| of_end(&reading.end),
    )
}

/// How a connection ended, as a text.
pub(crate) fn of_end(end: &End) -> Text {
    match end {
        End::Accepted => Text::new("outcome-handshake", []),
        End::Unconnected(outcome) => Text::new("outcome-unconnected", [("how", word(*outcome))]),
        End::Proxy(tunnel) => Text::new("outcome-proxy", [("how", tunnel.to_string())]),
        End::Prelude(outcome) => Text::new("outcome-prelude", [("how", word(*outcome))]),
        End::NotOffered(choice) => Text::new("outcome-not-offered", [("choice", chosen(choice))]),
        End::BadSignature => Text::new("outcome-bad-signature", []),
        End::Refused { how, .. } => match how {
            Refusal::Alert(number) => alert(*number),
            Refusal::Closed => Text::new("outcome-closed", []),
            Refusal::Reset => Text::new("outcome-reset", []),
            Refusal::Silent => Text::new("outcome-silent", []),
            Refusal::Plaintext => Text::new("outcome-plaintext", []),
            Refusal::Garbage => Text::new("outcome-garbage", []),
        },
        End::Unknown => Text::new("outcome-unknown", []),
    }
}

/// An alert with its number and registered name, as a text.
pub(crate) fn alert(number: u8) -> Text {
    let name = registry::alert_name(report::AlertDescription(number)).into_owned();
    Text::new(
        "outcome-alert",
        [("number", number.to_string()), ("name", name)],
    )
}

fn word(outcome: report::PhaseOutcome) -> String {
    serde_json::to_value(outcome)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

fn chosen(choice: &Choice) -> String {
    match choice {
        Choice::Version(version) => version.to_string(),
        Choice::CipherSuite(suite) => registry::cipher_suite_name(*suite).into_owned(),
        Choice::Group(code) => group(*code),
        Choice::Signature(scheme) => registry::signature_scheme_name(*scheme).into_owned(),
    }
}

/// A group's registered name.
pub(crate) fn group(code: NamedGroup) -> String {
    registry::group_name(code).into_owned()
}
