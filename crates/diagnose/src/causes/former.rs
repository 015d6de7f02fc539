//! X15: the root is in the bundle that was in force before, and not in the one that is now.

use crate::case::{Case, Entry};
use crate::chain::{self, Chain};
use crate::flip::REPEATS;
use crate::wording::{Flipped, Judgement};
use jiff::Timestamp;
use pki::Certificate;
use pki::path::Anchor;
use report::{Action, AnchorStore, Answer, Certainty, ExperimentId, Text};

/// The former bundle's judgement of a chain that leads to nothing that is trusted now: only the bundle differs, and the same
/// search over the same certificates gives the same answer each time.
pub(crate) fn judge(
    case: &Case<'_>,
    chain: &Chain,
    asked: &[ExperimentId],
    now: Timestamp,
) -> Option<Judgement> {
    let path = case.question.former_ca_file.as_ref()?;
    let former: Vec<Anchor> = case
        .entries
        .iter()
        .flat_map(|entry| held(entry, path))
        .collect();
    let search = chain::search(case, chain, &former, false, now);
    let found = search.paths.iter().find(|found| chain::is_linked(found))?;
    let root = &found.anchor.certificate;
    // A root that is over would be left out by any bundle.
    if root.not_after < now {
        return None;
    }
    let current = chain::stores(case.question)
        .iter()
        .map(chain::store_label)
        .collect::<Vec<_>>()
        .join(", ");
    let name = root.subject.text.clone();
    let mut evidence = chain.evidence.clone();
    evidence.extend(asked);
    let text = Text::new(
        "seen-X15",
        [
            ("root", name),
            ("former", path.clone()),
            ("store", current.clone()),
        ],
    );
    let mut judgement = Judgement::new("X15", Certainty::Proven, text, evidence.clone())
        .with_proof(Flipped {
            changed: Text::new(
                "flip-bundle",
                [("former", path.clone()), ("store", current)],
            ),
            before: Text::new("outcome-no-path", []),
            after: Text::new("outcome-path", []),
            repeats: REPEATS,
            evidence,
        });
    judgement.own = true;
    Some(judgement)
}

/// The anchors of that file that were looked up.
fn held(entry: &Entry, file: &str) -> Vec<Anchor> {
    match (&entry.experiment.action, &entry.observation.answer) {
        (
            Action::Anchors {
                store: AnchorStore::File(path),
                ..
            },
            Some(Answer::Anchors { certificates, .. }),
        ) if path == file => certificates
            .iter()
            .filter_map(|der| Certificate::parse(der).certificate)
            .map(|certificate| Anchor { certificate })
            .collect(),
        _ => Vec::new(),
    }
}
