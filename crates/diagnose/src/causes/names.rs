//! X03–X08, S25: the certificate is for another name.

use crate::case::{Case, Client};
use crate::chain::{self, Chain};
use crate::fallback::{self, Fallback};
use crate::wording::{Judgement, Next};
use pki::name::{NameMismatch, NameReason, ServerIdentity};
use report::{Certainty, ExperimentId, Text};

pub(crate) fn judge(case: &Case<'_>) -> Vec<Judgement> {
    let wanted = case
        .server_name()
        .unwrap_or_else(|| case.question.target.host.clone());
    let Ok(identity) = ServerIdentity::parse(&wanted) else {
        return Vec::new();
    };
    if super::server_name::explains(case) {
        return Vec::new();
    }
    let clients = case.clients();
    let judge = |chain: &Chain| {
        let mismatch = pki::name::check(&chain.leaf, &identity).err()?;
        if let Some(program) = fallback::program(&chain.leaf) {
            return Some(made_for_want(case, chain, program, &mismatch));
        }
        Some(verdict(case, chain, &mismatch, &clients))
    };
    chain::chains(case).iter().filter_map(judge).collect()
}

/// S25. Its maker's name stands in it; that it is nobody's in particular is proven when a name nobody has gets it too.
fn made_for_want(
    case: &Case<'_>,
    chain: &Chain,
    fallback: &Fallback,
    mismatch: &NameMismatch,
) -> Judgement {
    let params = [
        ("program", fallback.program.clone()),
        ("subject", chain.leaf.subject.text.clone()),
        ("name", mismatch.wanted.clone()),
    ];
    let mut evidence = chain.evidence.clone();
    let nobody = crate::plan::neutral_name(case.server_name().as_deref());
    let neutral: Vec<ExperimentId> = case
        .entries
        .iter()
        .filter(|entry| {
            entry
                .hello()
                .is_some_and(|hello| hello.server_name.as_deref() == Some(nobody.as_str()))
        })
        .filter(|entry| {
            entry
                .reading
                .as_ref()
                .is_some_and(|reading| reading.flight.certificates == chain.served)
        })
        .map(crate::case::Entry::id)
        .collect();
    let certainty = if neutral.len() >= crate::flip::REPEATS {
        Certainty::Proven
    } else {
        Certainty::Supported
    };
    evidence.extend(neutral);
    Judgement::new("S25", certainty, Text::new("seen-S25", params), evidence)
}

/// Whether the chain's name is explained by S25, and with the name that nobody vouches for it.
pub(crate) fn is_made_for_want(case: &Case<'_>, chain: &Chain) -> bool {
    let wanted = case
        .server_name()
        .unwrap_or_else(|| case.question.target.host.clone());
    let mismatch = ServerIdentity::parse(&wanted)
        .is_ok_and(|identity| pki::name::check(&chain.leaf, &identity).is_err());
    mismatch && fallback::program(&chain.leaf).is_some()
}

fn verdict(
    case: &Case<'_>,
    chain: &Chain,
    mismatch: &NameMismatch,
    clients: &[Client<'_>],
) -> Judgement {
    const SHOWN: usize = 5;
    let mut presented = mismatch
        .presented
        .iter()
        .take(SHOWN)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    if mismatch.presented.len() > SHOWN {
        presented.push_str(&format!(", … ({})", mismatch.presented.len()));
    }
    let (id, certainty) = match &mismatch.reason {
        NameReason::WwwOrApex { .. } => ("X03", Certainty::Proven),
        NameReason::WildcardDepth { .. } => ("X04", Certainty::Proven),
        NameReason::CommonNameOnly { .. } => ("X06", Certainty::Proven),
        NameReason::AddressNotListed => ("X07", Certainty::Proven),
        NameReason::Underscore | NameReason::International | NameReason::TrailingDot => {
            ("X08", Certainty::Supported)
        }
        NameReason::ManyTenants { .. } | NameReason::Unrelated => ("X05", Certainty::Supported),
    };
    let params = [
        ("name", mismatch.wanted.clone()),
        ("presented", presented),
        ("subject", chain.leaf.subject.text.clone()),
    ];
    let mut judgement = Judgement::new(
        id,
        certainty,
        Text::new(&format!("seen-{id}"), params),
        chain.evidence.clone(),
    );
    if matches!(mismatch.reason, NameReason::CommonNameOnly { .. }) {
        let strict = clients
            .iter()
            .filter(|client| client.profile.rules.needs_san)
            .map(|client| client.id.to_owned());
        judgement = judgement.stopping(strict.collect());
    }
    if id == "X05" && case.needs_resolution() {
        let host = &case.question.target.host;
        let next = Next {
            text: Text::new("next-right-address", [("host", host.clone())]),
            command: Some(format!("tlsmedic diagnose {host} --resolver 9.9.9.9")),
        };
        let rivals = ["C29", "P03", "P04"].map(str::to_owned).to_vec();
        return judgement.among(rivals, next);
    }
    judgement
}
