//! The families of causes, one file each: which facts make a cause, and how sure.

pub(crate) mod chain_order;
pub(crate) mod client_certificate;
pub(crate) mod connection;
pub(crate) mod contents;
pub(crate) mod dates;
pub(crate) mod issuer_key;
pub(crate) mod key;
pub(crate) mod names;
pub(crate) mod negotiation;
pub(crate) mod path;
pub(crate) mod path_dates;
pub(crate) mod plaintext;
pub(crate) mod resolution;
pub(crate) mod revocation;
pub(crate) mod trust;
pub(crate) mod unanswered;

use crate::case::Case;
use crate::opening;
use crate::wording::Judgement;

/// Every family, in the order in which a handshake meets them.
pub(crate) fn judge(case: &Case<'_>) -> Vec<Judgement> {
    let families: &[fn(&Case<'_>) -> Vec<Judgement>] = &[
        resolution::judge,
        connection::judge,
        plaintext::judge,
        negotiation::judge,
        key::judge,
        client_certificate::judge,
        dates::judge,
        names::judge,
        trust::judge,
        path::judge,
        path_dates::judge,
        chain_order::judge,
        revocation::judge,
        contents::judge,
    ];
    let mut judgements: Vec<Judgement> = families
        .into_iter()
        .flat_map(|family| family(case))
        .collect();
    if let Some(inner) = opening::inner(case) {
        let families = [negotiation::judge, key::judge, client_certificate::judge];
        judgements.extend(families.into_iter().flat_map(|family| family(&inner)));
        if judgements.iter().all(|judgement| judgement.id != "S04") {
            judgements.extend(plaintext::proxy_line(case));
        }
    }
    judgements
}
