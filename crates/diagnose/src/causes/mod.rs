//! The families of causes, one file each: which facts make a cause, and how sure.

pub(crate) mod answer;
pub(crate) mod astray;
pub(crate) mod chain_order;
pub(crate) mod client_certificate;
pub(crate) mod connection;
pub(crate) mod contents;
pub(crate) mod dane;
pub(crate) mod database;
pub(crate) mod dates;
pub(crate) mod distrusted;
pub(crate) mod ech;
pub(crate) mod elements;
pub(crate) mod former;
pub(crate) mod issuer_key;
pub(crate) mod key;
pub(crate) mod late;
pub(crate) mod load;
pub(crate) mod lookup_time;
pub(crate) mod members;
pub(crate) mod names;
pub(crate) mod negotiation;
pub(crate) mod path;
pub(crate) mod path_dates;
pub(crate) mod plaintext;
pub(crate) mod policy;
pub(crate) mod proxy;
pub(crate) mod resolution;
pub(crate) mod revocation;
pub(crate) mod selected;
pub(crate) mod server_clock;
pub(crate) mod server_name;
pub(crate) mod stall;
pub(crate) mod starttls;
pub(crate) mod timing;
pub(crate) mod trust;
pub(crate) mod unanswered;
pub(crate) mod upstream;

use crate::case::Case;
use crate::plan::Ask;
use crate::wording::Judgement;
use std::net::SocketAddr;

/// Every family, in the order in which a handshake meets them.
pub(crate) fn judge(case: &Case<'_>) -> Vec<Judgement> {
    let families: &[fn(&Case<'_>) -> Vec<Judgement>] = &[
        resolution::judge,
        lookup_time::judge,
        proxy::judge,
        connection::judge,
        stall::opening::judge,
        stall::blocked::judge,
        plaintext::judge,
        starttls::judge,
        policy::judge,
        negotiation::judge,
        answer::judge,
        key::judge,
        client_certificate::judge,
        late::judge,
        server_clock::judge,
        server_name::judge,
        upstream::judge,
        dates::judge,
        names::judge,
        trust::judge,
        distrusted::judge,
        path::judge,
        path_dates::judge,
        chain_order::judge,
        revocation::judge,
        dane::judge,
        ech::judge,
        contents::judge,
        load::judge,
        timing::judge,
    ];
    families.iter().flat_map(|family| family(case)).collect()
}

/// What families of causes want to know beyond the search for a lever.
pub(crate) fn asks(case: &Case<'_>, address: SocketAddr) -> Vec<Ask> {
    let families: [fn(&Case<'_>, SocketAddr) -> Vec<Ask>; 5] = [
        policy::asks,
        answer::asks,
        client_certificate::asks,
        server_name::asks,
        timing::asks,
    ];
    families
        .into_iter()
        .flat_map(|family| family(case, address))
        .collect()
}
