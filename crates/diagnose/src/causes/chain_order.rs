//! X12 as a weakness: certificates out of order, served twice, or that do not belong.
//!
//! RFC 5246 section 7.4.2 demands the order, RFC 8446 section 4.4.2 only advises it; the clients of the reference set sort
//! what they get. What leads one of them astray is a cause, see `path`.

use crate::case::Case;
use crate::chain::{self, Chain};
use crate::time::Now;
use crate::wording::Judgement;
use pki::Certificate;
use report::{Certainty, Severity, Text};

pub(crate) fn judge(case: &Case<'_>) -> Vec<Judgement> {
    chain::chains(case)
        .iter()
        .flat_map(|chain| one(case, chain))
        .collect()
}

fn one(case: &Case<'_>, chain: &Chain) -> Vec<Judgement> {
    let served = chain::parsed(&chain.served);
    if served.first() != Some(&chain.leaf) {
        return Vec::new();
    }
    let anchors = chain::anchors(case);
    let search = chain::search(case, chain, &anchors, false, Now::of(case).best);
    let found = |id: &str, subject: &Certificate, severity| {
        let text = Text::new(id, [("subject", subject.subject.text.clone())]);
        Judgement::new("X12", Certainty::Proven, text, chain.evidence.clone()).weakness(severity)
    };
    let mut judgements = Vec::new();
    let twice = served.iter().enumerate().find(|(number, certificate)| {
        served
            .iter()
            .take(*number)
            .any(|known| known == *certificate)
    });
    if let Some((_, certificate)) = twice {
        judgements.push(found("seen-X12-twice", certificate, Severity::Info));
    }
    let Some(best) = search.best().filter(|path| chain::is_linked(path)) else {
        return judgements;
    };
    let of_paths = search
        .paths
        .iter()
        .flat_map(|path| path.certificates.iter().chain([&path.anchor.certificate]));
    let of_dead_ends = search.incomplete.iter().flat_map(|path| &path.certificates);
    let known: Vec<&Certificate> = of_paths.chain(of_dead_ends).collect();
    if let Some(stranger) = served
        .iter()
        .find(|certificate| !known.contains(certificate))
    {
        judgements.push(found("seen-X12-stranger", stranger, Severity::Info));
    }
    let line: Vec<&Certificate> = best
        .certificates
        .iter()
        .chain([&best.anchor.certificate])
        .collect();
    let places: Vec<usize> = line
        .iter()
        .filter_map(|certificate| served.iter().position(|served| served == *certificate))
        .collect();
    let early = places.windows(2).position(|pair| match pair {
        [before, after] => after < before,
        _ => false,
    });
    let out_of_order = early
        .and_then(|number| places.get(number + 1))
        .and_then(|place| served.get(*place));
    if let Some(certificate) = out_of_order {
        judgements.push(found("seen-X12-order", certificate, Severity::Warning));
    }
    judgements
}
