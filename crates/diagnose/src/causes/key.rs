//! S24, X12: the key in use does not belong to the certificate served, or to one that is not served first.

use crate::case::{Case, Entry};
use crate::reading::{End, signer_behind};
use crate::wording::Judgement;
use report::{Certainty, Text};

pub(crate) fn judge(case: &Case<'_>) -> Vec<Judgement> {
    let clients = case.clients();
    let broken = |entry: &&Entry| {
        entry
            .reading
            .as_ref()
            .is_some_and(|reading| reading.end == End::BadSignature)
    };
    let stopped: Vec<(String, &Entry)> = clients
        .iter()
        .filter_map(|client| {
            client
                .answer
                .entry()
                .filter(broken)
                .map(|entry| (client.id.to_owned(), entry))
        })
        .collect();
    let Some((_, entry)) = stopped.first() else {
        return Vec::new();
    };
    let subject = entry
        .reading
        .as_ref()
        .and_then(|reading| {
            pki::Certificate::parse(reading.flight.certificates.first()?).certificate
        })
        .map(|leaf| leaf.subject.text.clone())
        .unwrap_or_default();
    let evidence = stopped.iter().map(|(_, entry)| entry.id()).collect();
    let names = stopped.iter().map(|(name, _)| name.clone()).collect();
    if let Some(behind) = entry.reading.as_ref().and_then(signer_behind) {
        let params = [("subject", behind.subject.text.clone()), ("first", subject)];
        let text = Text::new("seen-X12-first", params);
        return vec![Judgement::new("X12", Certainty::Proven, text, evidence).stopping(names)];
    }
    let text = Text::new(
        "seen-S24-mismatch",
        [
            ("subject", subject),
            ("host", case.question.target.host.clone()),
        ],
    );
    vec![Judgement::new("S24", Certainty::Proven, text, evidence).stopping(names)]
}
