//! S24: the key in use does not belong to the certificate served.

use crate::case::{Case, Entry};
use crate::reading::End;
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
    let text = Text::new(
        "seen-S24-mismatch",
        [
            ("subject", subject),
            ("host", case.question.target.host.clone()),
        ],
    );
    let names = stopped.iter().map(|(name, _)| name.clone()).collect();
    vec![Judgement::new("S24", Certainty::Proven, text, evidence).stopping(names)]
}
