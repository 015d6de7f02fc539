//! S19: the handshake is fine, and what answers behind it says that its own connection further back failed.

use crate::case::Case;
use crate::reading::After;
use crate::wording::Judgement;
use report::{Certainty, Severity, Text};

/// Bad Gateway (RFC 9110 section 15.6.3), and Cloudflare's "SSL handshake failed" and "Invalid SSL certificate".
const BAD_GATEWAY: u16 = 502;
const UPSTREAM_HANDSHAKE: [u16; 2] = [525, 526];

/// A finding, never a cause: from the front nobody can see what the proxy said to the server behind it. Of a 502 the
/// handshake without a server name is one reason of many.
pub(crate) fn judge(case: &Case<'_>) -> Vec<Judgement> {
    let Some(entry) = case.representative().and_then(|address| case.full(address)) else {
        return Vec::new();
    };
    let Some(After::Http(status)) = entry.reading.as_ref().and_then(|reading| reading.after) else {
        return Vec::new();
    };
    let (id, certainty) = match status {
        BAD_GATEWAY => ("seen-S19", Certainty::Suspected),
        status if UPSTREAM_HANDSHAKE.contains(&status) => {
            ("seen-S19-handshake", Certainty::Supported)
        }
        _ => return Vec::new(),
    };
    let params = [
        ("host", case.question.target.host.clone()),
        ("status", status.to_string()),
    ];
    let judgement = Judgement::new("S19", certainty, Text::new(id, params), vec![entry.id()]);
    vec![judgement.weakness(Severity::Warning)]
}
