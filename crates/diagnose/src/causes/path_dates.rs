//! X13, and C01 and C02 again: the dates of a chain's certificates other than the server's own.

use super::dates::{day, next_source, span};
use crate::case::Case;
use crate::chain::{self, Chain};
use crate::paths::{self, Fault, Way};
use crate::time::{Now, TWO};
use crate::wording::Judgement;
use jiff::Timestamp;
use pki::path::PathProblemKind as Kind;
use report::{Certainty, Severity, Text};

pub(crate) fn judge(case: &Case<'_>) -> Vec<Judgement> {
    if chain::stores_asked(case).next().is_none() {
        return Vec::new();
    }
    let now = Now::of(case);
    chain::chains(case)
        .iter()
        .flat_map(|chain| one(case, &now, chain))
        .collect()
}

/// A date that is not met, whose, and by whom it is minded.
struct Missed {
    fault: Fault,
    date: Timestamp,
    over: bool,
    clients: Vec<String>,
}

impl Missed {
    fn is_like(&self, other: &Self) -> bool {
        self.over == other.over && self.fault.certificate == other.fault.certificate
    }
}

fn one(case: &Case<'_>, now: &Now, chain: &Chain) -> Vec<Judgement> {
    let mut missed = missed(case, chain, now.best);
    if let Some(at) = now.doubtful {
        for more in self::missed(case, chain, at) {
            if !missed.iter().any(|known| known.is_like(&more)) {
                missed.push(more);
            }
        }
    }
    let mut judgements: Vec<Judgement> = missed
        .iter()
        .map(|missed| by_certificate(case, now, chain, missed))
        .collect();
    let leaf_is_met = chain.leaf.not_before <= now.local && now.local <= chain.leaf.not_after;
    if now.verified && missed.is_empty() && leaf_is_met {
        let by_clock = self::missed(case, chain, now.local).into_iter().next();
        judgements.extend(by_clock.map(|missed| of_clock(case, now, chain, &missed)));
    }
    if judgements.is_empty() {
        judgements.extend(avoidable(case, now, chain));
    }
    judgements
}

/// The dates above the leaf that some client minds at the time `at`.
fn missed(case: &Case<'_>, chain: &Chain, at: Timestamp) -> Vec<Missed> {
    let mut all: Vec<Missed> = Vec::new();
    for client in case.clients() {
        let faults = match paths::way(case, chain, &client, at) {
            Way::Faulty(faults) => faults,
            Way::None => {
                let anchors = chain::anchors(case);
                paths::unanchored(&chain::search(case, chain, &anchors, true, at))
            }
            Way::Clear | Way::Astray(_) => continue,
        };
        for fault in faults {
            let (date, over) = match fault.kind {
                Kind::Expired { not_after } => (not_after, true),
                Kind::NotYetValid { not_before } => (not_before, false),
                _ => continue,
            };
            let same = |known: &&mut Missed| {
                known.over == over && known.fault.certificate == fault.certificate
            };
            let id = client.id.to_owned();
            match all.iter_mut().find(same) {
                Some(known) => known.clients.push(id),
                None => all.push(Missed {
                    fault,
                    date,
                    over,
                    clients: vec![id],
                }),
            }
        }
    }
    all
}

fn by_certificate(case: &Case<'_>, now: &Now, chain: &Chain, missed: &Missed) -> Judgement {
    let mut evidence = chain.evidence.clone();
    evidence.extend(&now.evidence);
    let certain = if missed.over {
        now.is_after(missed.date)
    } else {
        now.is_before(missed.date)
    };
    let (text, clock) = if missed.over {
        ("seen-X13", "C02")
    } else {
        ("seen-X13-early", "C01")
    };
    let params = [
        ("subject", missed.fault.certificate.subject.text.clone()),
        ("issuer", missed.fault.certificate.issuer.text.clone()),
        ("date", day(missed.date)),
    ];
    let judgement = Judgement::new("X13", Certainty::Proven, Text::new(text, params), evidence)
        .stopping(missed.clients.clone());
    if now.verified && certain {
        return judgement;
    }
    judgement.among(vec![clock.to_owned()], next_source(case, now))
}

/// The sources' time is within the dates and this machine's is not.
fn of_clock(case: &Case<'_>, now: &Now, chain: &Chain, missed: &Missed) -> Judgement {
    let met = if missed.over {
        now.is_before(missed.date)
    } else {
        now.is_after(missed.date)
    };
    if now.agreeing < TWO || !met {
        return by_certificate(case, now, chain, missed);
    }
    let id = if missed.over { "C02" } else { "C01" };
    let mut evidence = chain.evidence.clone();
    evidence.extend(&now.evidence);
    let off = now.best.duration_since(now.local).as_secs().unsigned_abs();
    let params = [
        ("offset", span(off)),
        ("subject", missed.fault.certificate.subject.text.clone()),
        ("date", day(missed.date)),
    ];
    let mut judgement = Judgement::new(
        id,
        Certainty::Proven,
        Text::new(&format!("seen-{id}"), params),
        evidence,
    );
    judgement.own = true;
    judgement
}

/// An expired certificate that is served and that every client of the reference set walks around: old path builders do
/// not (C08).
fn avoidable(case: &Case<'_>, now: &Now, chain: &Chain) -> Option<Judgement> {
    let expired = chain::parsed(&chain.served)
        .into_iter()
        .find(|certificate| *certificate != chain.leaf && now.is_after(certificate.not_after))?;
    let anchors = chain::anchors(case);
    let search = chain::search(case, chain, &anchors, false, now.best);
    let around = search
        .paths
        .iter()
        .find(|path| chain::is_linked(path) && !path.certificates.contains(&expired))?;
    let params = [
        ("subject", expired.subject.text.clone()),
        ("issuer", expired.issuer.text.clone()),
        ("date", day(expired.not_after)),
        ("root", around.anchor.certificate.subject.text.clone()),
    ];
    let text = Text::new("seen-X13-avoidable", params);
    let mut evidence = chain.evidence.clone();
    evidence.extend(&now.evidence);
    let certainty = if now.verified {
        Certainty::Proven
    } else {
        Certainty::Suspected
    };
    Some(Judgement::new("X13", certainty, text, evidence).weakness(Severity::Warning))
}
