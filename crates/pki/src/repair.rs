//! The chain a server should send.

use crate::certificate::Certificate;
use crate::path::{MAX_LENGTH, Pool};
use crate::signature::verify_certificate;

/// Certificates of one name whose keys are tried.
const MAX_NAMESAKES: usize = 16;

/// The chain in the order a server should send it (RFC 8446 section 4.4.2): the leaf, then each one's issuer from
/// `pool`, as far as it goes, without the root. An issuer counts when its key made the signature; of several the
/// self-signed one ends the chain, otherwise the one that is valid longest is taken.
pub fn order(leaf: &Certificate, pool: &Pool) -> Vec<Certificate> {
    let mut chain = vec![leaf.clone()];
    while chain.len() < MAX_LENGTH {
        let Some(last) = chain.last() else { break };
        if last.is_self_issued() && verify_certificate(last, last).is_ok() {
            break;
        }
        let issuers: Vec<&Certificate> = pool
            .certificates()
            .filter(|issuer| issuer.subject.matches(&last.issuer))
            .filter(|issuer| !chain.iter().any(|known| known.spki == issuer.spki))
            .take(MAX_NAMESAKES)
            .filter(|issuer| verify_certificate(last, issuer).is_ok())
            .collect();
        if issuers.iter().any(|issuer| issuer.is_self_signed()) {
            break;
        }
        let Some(issuer) = issuers
            .into_iter()
            .max_by_key(|issuer| (issuer.is_ca(), issuer.not_after))
        else {
            break;
        };
        chain.push(issuer.clone());
    }
    chain
}
