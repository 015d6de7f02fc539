//! X14, X37: the path leads over a CA or a key that a root programme distrusts.

use crate::case::Case;
use crate::chain::{self, Chain};
use crate::distrust;
use crate::time::Now;
use crate::wording::Judgement;
use jiff::Timestamp;
use pki::Certificate;
use pki::transparency::embedded;
use report::{Certainty, Distrusted, DistrustedBy, Text};

pub(crate) fn judge(case: &Case<'_>) -> Vec<Judgement> {
    if chain::stores_asked(case).next().is_none() {
        return Vec::new();
    }
    chain::chains(case)
        .iter()
        .flat_map(|chain| one(case, chain))
        .collect()
}

fn one(case: &Case<'_>, chain: &Chain) -> Vec<Judgement> {
    // Programmes judge their own roots: what a user added to a store counts nevertheless, unless the user says otherwise.
    let own = if case.question.ca_file.is_none() {
        distrust::known()
    } else {
        &[]
    };
    let entries = case.question.distrusted.iter().chain(own);
    let lines = lines(case, chain);
    let clients = case.clients();
    let mut judgements: Vec<Judgement> = Vec::new();
    for entry in entries {
        if !lines.iter().any(|line| hits(entry, line, &chain.leaf)) {
            continue;
        }
        // A client goes another way where there is one.
        let barred = |store: &str| {
            lines.iter().all(|line| {
                let all = case.question.distrusted.iter().chain(own);
                all.filter(|other| other.stores.iter().any(|known| known == store))
                    .any(|other| hits(other, line, &chain.leaf))
            })
        };
        let stopped: Vec<String> = clients
            .iter()
            .filter(|client| {
                let store = &client.profile.rules.store;
                entry.stores.contains(store) && barred(store)
            })
            .map(|client| client.id.to_owned())
            .collect();
        if !stopped.is_empty() {
            judgements.push(judged(entry, chain, stopped));
        }
    }
    judgements
}

/// The ways up from the leaf, each with its trust anchor; without any, as far as one goes.
fn lines(case: &Case<'_>, chain: &Chain) -> Vec<Vec<Certificate>> {
    let search = chain::search(case, chain, &chain::anchors(case), true, Now::of(case).best);
    let whole: Vec<Vec<Certificate>> = search
        .paths
        .iter()
        .filter(|path| chain::is_linked(path))
        .map(|path| {
            let anchor = std::iter::once(&path.anchor.certificate);
            path.certificates.iter().chain(anchor).cloned().collect()
        })
        .collect();
    if !whole.is_empty() {
        return whole;
    }
    let partial = search.incomplete.first();
    vec![partial.map_or_else(
        || vec![chain.leaf.clone()],
        |path| path.certificates.clone(),
    )]
}

/// Whether `entry` is about a certificate of `line`, and about the time of the server's.
fn hits(entry: &Distrusted, line: &[Certificate], leaf: &Certificate) -> bool {
    let late = entry.after.is_none_or(|after| dated(entry, leaf) > after);
    let named = |certificate: &Certificate| {
        entry.sha256.as_ref() == Some(&certificate.sha256)
            || entry.spki_sha256.as_ref() == Some(&certificate.spki_sha256)
    };
    late && line.iter().any(named)
}

/// The date of the server's certificate that counts.
fn dated(entry: &Distrusted, leaf: &Certificate) -> Timestamp {
    let stamped = || {
        let stamps = embedded(leaf)?.ok()?;
        stamps.into_iter().map(|stamp| stamp.at).min()
    };
    match entry.by {
        DistrustedBy::Timestamp => stamped().unwrap_or(leaf.not_before),
        DistrustedBy::NotBefore => leaf.not_before,
    }
}

fn judged(entry: &Distrusted, chain: &Chain, stopped: Vec<String>) -> Judgement {
    let leaf = &chain.leaf;
    let subject = ("subject", leaf.subject.text.clone());
    let name = ("name", entry.name.clone());
    let stores = ("stores", entry.stores.join(", "));
    let source = ("source", entry.source.clone());
    let day = |at: Timestamp| at.strftime("%Y-%m-%d").to_string();
    let (id, text) = match (&entry.spki_sha256, entry.after) {
        (Some(_), _) => (
            "X37",
            Text::new("seen-X37", [subject, name, stores, source]),
        ),
        (None, None) => (
            "X14",
            Text::new("seen-X14", [subject, name, stores, source]),
        ),
        (None, Some(after)) => {
            let dates = (("after", day(after)), ("date", day(dated(entry, leaf))));
            let params = [subject, name, stores, source, dates.0, dates.1];
            ("X14", Text::new("seen-X14-after", params))
        }
    };
    Judgement::new(id, Certainty::Supported, text, chain.evidence.clone()).stopping(stopped)
}
