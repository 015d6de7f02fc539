//! The families of causes, one file each: which facts make a cause, and how sure.

pub(crate) mod client_certificate;
pub(crate) mod connection;
pub(crate) mod dates;
pub(crate) mod key;
pub(crate) mod names;
pub(crate) mod negotiation;
pub(crate) mod plaintext;
pub(crate) mod resolution;
pub(crate) mod selected;
pub(crate) mod trust;
pub(crate) mod unanswered;

use crate::case::Case;
use crate::wording::Judgement;

/// Every family, in the order in which a handshake meets them.
pub(crate) fn judge(case: &Case<'_>) -> Vec<Judgement> {
    let families: [fn(&Case<'_>) -> Vec<Judgement>; 9] = [
        resolution::judge,
        connection::judge,
        plaintext::judge,
        negotiation::judge,
        key::judge,
        client_certificate::judge,
        dates::judge,
        names::judge,
        trust::judge,
    ];
    families
        .into_iter()
        .flat_map(|family| family(case))
        .collect()
}
