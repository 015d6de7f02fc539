//! Trust anchors, issuers and what says whether a certificate is still good.

use super::{Ask, once};
use crate::case::Case;
use crate::chain;
use crate::revocation;
use report::{Action, AnchorStore, FetchPurpose};
use std::net::SocketAddr;

/// Issuers fetched in one examination.
pub(crate) const ISSUERS: usize = 4;

/// Trust anchors for every issuer seen, and the issuers that are missing.
pub(super) fn trust(case: &Case<'_>, address: SocketAddr) -> Vec<Ask> {
    let chains = chain::chains(case);
    if chains.is_empty() {
        return Vec::new();
    }
    let subjects = chain::subjects(case, &chains);
    let former = case.question.former_ca_file.clone().map(AnchorStore::File);
    let mut asks: Vec<Ask> = chain::stores(case.question)
        .into_iter()
        .chain(former)
        .map(|store| {
            once(
                format!("anchors:{}", chain::store_label(&store)),
                Action::Anchors {
                    store,
                    subjects: subjects.clone(),
                },
            )
        })
        .collect();
    let about_revocation = revocation::asks(case);
    // By the time the CA has answered us, it has answered a server that asked it too.
    if about_revocation.is_empty() {
        asks.extend(staple_again(case, address));
    }
    asks.extend(
        about_revocation
            .into_iter()
            .map(|(label, action)| once(label, action)),
    );
    if !case.question.offline {
        let from_public = case.is_public();
        // Each issuer may name a further one, without end.
        let fetched = chain::fetches(case).len();
        let wanted = chain::missing_urls(case, &chains).into_iter();
        for url in wanted.take(ISSUERS.saturating_sub(fetched)) {
            asks.push(once(
                "issuer",
                Action::Fetch {
                    url,
                    purpose: FetchPurpose::Issuer,
                    from_public,
                    serials: Vec::new(),
                },
            ));
        }
    }
    asks
}

/// Once more as a client that demands a staple, when the certificate does and none came.
fn staple_again(case: &Case<'_>, address: SocketAddr) -> Option<Ask> {
    use crate::causes::revocation::{AGAIN, AGAIN_LABEL};
    let demanding = case
        .clients()
        .into_iter()
        .find(|client| client.profile.rules.revocation.demands_staple)?;
    let missing = revocation::subjects(case).iter().any(|subject| {
        let staples = subject.staples(case);
        subject.leaf().must_staple && !staples.iter().any(|(_, staple)| staple.is_some())
    });
    let action = case.hello_at(address, &demanding.hello);
    let seen = case.doing(&action).filter(|entry| entry.ended).count();
    (missing && (1..=AGAIN).contains(&seen)).then(|| Ask {
        label: AGAIN_LABEL.to_owned(),
        action,
        times: seen + 1,
    })
}
