//! X30, and X28 beside it: an issuer's name is known, and its key did not make the signature.

use crate::case::{Case, Client};
use crate::chain::{self, Chain};
use crate::known::Absent;
use crate::wording::{Flipped, Judgement, Next};
use jiff::Timestamp;
use pki::Certificate;
use pki::path::PathSearch;
use report::{Certainty, ExperimentId, Text};

/// A certificate and one that has its issuer's name, but not the key that signed it.
struct Mistaken {
    child: Certificate,
    namesake: Certificate,
    /// The certificate whose key did sign, where it is known.
    signer: Option<Certificate>,
}

/// What is wrong with the issuer's key, where no path leads to an anchor over what was served.
pub(crate) fn judge(
    case: &Case<'_>,
    chain: &Chain,
    clients: &[Client<'_>],
    asked: &[ExperimentId],
    now: Timestamp,
) -> Option<Judgement> {
    let anchors = chain::anchors(case);
    let served = chain::search(case, chain, &anchors, false, now);
    let mistaken = mistaken(case, chain, &served)?;
    let mut evidence = chain.evidence.clone();
    evidence.extend(asked);
    let completed = chain::search(case, chain, &anchors, true, now);
    if chain::leads_to_anchor(&completed) {
        return Some(replaced(case, chain, clients, &mistaken, evidence, now));
    }
    let input = &case.question.target.input;
    let keys = mistaken.keys();
    if keys == Keys::Same {
        let next = Next {
            text: Text::new(
                "next-second-vantage",
                [("host", case.question.target.host.clone())],
            ),
            command: Some(format!("tlsmedic diagnose {input}")),
        };
        let judgement = Judgement::new(
            "X28",
            Certainty::Proven,
            mistaken.text("seen-X28-signature"),
            evidence,
        );
        return Some(if is_local(case) {
            judgement
        } else {
            judgement.among(vec!["P08".to_owned()], next)
        });
    }
    let judgement = Judgement::new(
        "X30",
        Certainty::Proven,
        mistaken.text("seen-X30"),
        evidence,
    );
    let mut rivals = Vec::new();
    if keys == Keys::Unknown {
        rivals.push("X28".to_owned());
    }
    if !is_local(case) && case.question.ca_file.is_none() {
        rivals.push("P06".to_owned());
    }
    let next = Next {
        text: Text::new(
            "next-issuer-key",
            [("issuer", mistaken.child.issuer.text.clone())],
        ),
        command: Some(format!("tlsmedic diagnose {input} --ca-file ROOT.pem")),
    };
    Some(if rivals.is_empty() {
        judgement
    } else {
        judgement.among(rivals, next)
    })
}

/// With the fetched or known issuer, which has the same name and the right key, there is a path.
fn replaced(
    case: &Case<'_>,
    chain: &Chain,
    clients: &[Client<'_>],
    mistaken: &Mistaken,
    mut evidence: Vec<ExperimentId>,
    now: Timestamp,
) -> Judgement {
    let fetches = chain::fetches(case);
    evidence.extend(&fetches);
    let absent = Absent::of(case, chain, &mistaken.child, now);
    let mut flipped = chain.evidence.clone();
    flipped.extend(fetches);
    Judgement::new(
        "X30",
        Certainty::Proven,
        mistaken.text("seen-X30"),
        evidence,
    )
    .stopping(absent.stops(clients))
    .with_proof(Flipped {
        changed: absent.change(),
        before: Text::new("outcome-no-path", []),
        after: Text::new("outcome-path", []),
        repeats: crate::flip::REPEATS,
        evidence: flipped,
    })
}

/// What the key identifiers say of the two keys.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keys {
    /// They are two: the name was given to another key.
    Different,
    /// They are one: so the certificate is not as it was signed.
    Same,
    /// Nothing.
    Unknown,
}

impl Mistaken {
    fn keys(&self) -> Keys {
        if self.signer.is_some() {
            return Keys::Different;
        }
        match (&self.child.authority_key_id, &self.namesake.subject_key_id) {
            (Some(wanted), Some(id)) if wanted == id => Keys::Same,
            (Some(_), Some(_)) => Keys::Different,
            _ => Keys::Unknown,
        }
    }

    fn text(&self, id: &str) -> Text {
        let hex = |id: &Option<Vec<u8>>| {
            let octets = id.iter().flatten();
            let hex: String = octets.map(|octet| format!("{octet:02X}")).collect();
            if hex.is_empty() { "?".to_owned() } else { hex }
        };
        let wanted = self
            .signer
            .as_ref()
            .map_or(&self.child.authority_key_id, |signer| {
                &signer.subject_key_id
            });
        Text::new(
            id,
            [
                ("subject", self.child.subject.text.clone()),
                ("issuer", self.child.issuer.text.clone()),
                ("wanted", hex(wanted)),
                ("known", hex(&self.namesake.subject_key_id)),
            ],
        )
    }
}

fn mistaken(case: &Case<'_>, chain: &Chain, served: &PathSearch) -> Option<Mistaken> {
    let anchors = chain::anchors(case);
    let anchored = anchors.iter().map(|anchor| &anchor.certificate);
    if let Some(root) = &served.ends_in_self_signed {
        if *root == chain.leaf {
            return None;
        }
        let namesake = anchored
            .clone()
            .find(|anchor| anchor.subject.matches(&root.subject) && anchor.spki != root.spki)?;
        let path = served.incomplete.iter().map(|path| &path.certificates);
        let child = path
            .filter(|certificates| certificates.last() == Some(root))
            .find_map(|certificates| certificates.iter().rev().nth(1))
            .unwrap_or(root);
        return Some(Mistaken {
            child: child.clone(),
            namesake: namesake.clone(),
            signer: Some(root.clone()),
        });
    }
    let known = chain::parsed(&chain.served);
    served.missing.iter().find_map(|missing| {
        let child = known
            .iter()
            .find(|certificate| certificate.sha256 == missing.of_sha256)?;
        let mut namesakes = anchored
            .clone()
            .chain(&known)
            .filter(|candidate| *candidate != child && candidate.subject.matches(&child.issuer));
        // One that has the right identifier says more than one that has not.
        let same_key = |candidate: &&Certificate| {
            child.authority_key_id.is_some() && candidate.subject_key_id == child.authority_key_id
        };
        let namesake = namesakes
            .clone()
            .find(same_key)
            .or_else(|| namesakes.next())?;
        Some(Mistaken {
            child: child.clone(),
            namesake: namesake.clone(),
            signer: None,
        })
    })
}

fn is_local(case: &Case<'_>) -> bool {
    case.representative()
        .is_some_and(|address| case.is_local(address))
}
