//! Issuers that nobody sent and nobody fetched, from the intermediates that are known anyway.

use crate::case::{Case, Client};
use crate::chain::{self, Chain};
use crate::plan::ISSUERS;
use crate::time::Now;
use jiff::Timestamp;
use pki::Certificate;
use pki::path::Pool;
use report::{Action, CertificateSource, FetchPurpose, Text};

/// The known intermediates above a chain that leads nowhere, neither as served nor with what could be fetched, and for
/// which there is nothing left to fetch. Those whose time is over are left out: nobody would serve them any more.
pub(crate) fn above(case: &Case<'_>, chain: &Chain) -> Vec<Certificate> {
    if chain.leaf.is_self_issued() || !is_fetched(case, chain) {
        return Vec::new();
    }
    let anchors = chain::anchors(case);
    let now = Now::of(case).best;
    let pool = chain::pool(case, chain, true);
    if chain::leads_to_anchor(&pki::path::build(&chain.leaf, &pool, &anchors, now)) {
        return Vec::new();
    }
    valid_above(&pool, &chain.leaf, now)
}

/// An issuer that the server does not send, and that completes the chain.
pub(crate) struct Absent<'a> {
    case: &'a Case<'a>,
    chain: &'a Chain,
    /// Its name.
    pub(crate) issuer: String,
    /// Where it can be fetched, says the certificate whose issuer it is.
    urls: Vec<String>,
    /// Whether what was fetched from there completes the chain; otherwise what is known does.
    fetched: bool,
    now: Timestamp,
}

impl<'a> Absent<'a> {
    /// The issuer of `child`, which stands in `chain`.
    pub(crate) fn of(
        case: &'a Case<'a>,
        chain: &'a Chain,
        child: &Certificate,
        now: Timestamp,
    ) -> Self {
        let pool = chain::pool(case, chain, true);
        let search = pki::path::build(&chain.leaf, &pool, &chain::anchors(case), now);
        Self {
            case,
            chain,
            issuer: child.issuer.text.clone(),
            urls: child.issuer_urls.clone(),
            fetched: chain::leads_to_anchor(&search),
            now,
        }
    }

    /// Those of `clients` that stand still without it.
    pub(crate) fn stops(&self, clients: &[Client<'_>]) -> Vec<String> {
        let stopped = clients.iter().filter(|client| !self.is_found_by(client));
        stopped.map(|client| client.id.to_owned()).collect()
    }

    /// The one thing that differs between the path that leads nowhere and the one that leads to an anchor.
    pub(crate) fn change(&self) -> Text {
        let issuer = ("issuer", self.issuer.clone());
        match self.urls.first() {
            Some(url) if self.fetched => Text::new("flip-issuer", [issuer, ("url", url.clone())]),
            _ => Text::new("flip-issuer-known", [issuer]),
        }
    }

    /// Whether `client` fetches what can be fetched, or knows what is known. Where nothing may be fetched from here, nobody can say
    /// that it would not come, and so nothing is said against a client that fetches.
    fn is_found_by(&self, client: &Client<'_>) -> bool {
        let rules = &client.profile.rules;
        let untried = self.case.question.offline && !self.urls.is_empty();
        if rules.fetches_issuers && (self.fetched || untried) {
            return true;
        }
        rules.knows_intermediates && self.is_known()
    }

    /// Whether what was served and what is known complete the chain.
    fn is_known(&self) -> bool {
        let mut pool = chain::pool(self.case, self.chain, false);
        for issuer in valid_above(&pool, &self.chain.leaf, self.now) {
            pool.add(issuer, CertificateSource::Known);
        }
        let anchors = chain::anchors(self.case);
        let search = pki::path::build(&self.chain.leaf, &pool, &anchors, self.now);
        chain::leads_to_anchor(&search)
    }
}

fn valid_above(pool: &Pool, leaf: &Certificate, now: Timestamp) -> Vec<Certificate> {
    let mut known = pki::known::above(pool.certificates().chain([leaf]));
    known.retain(|issuer| issuer.not_before <= now && now <= issuer.not_after);
    known
}

/// Whether every address that a missing issuer could be had from was asked, as far as it may be.
fn is_fetched(case: &Case<'_>, chain: &Chain) -> bool {
    if case.question.offline {
        return true;
    }
    let asked: Vec<&str> = case
        .entries
        .iter()
        .filter(|entry| entry.ended)
        .filter_map(|entry| match &entry.experiment.action {
            Action::Fetch {
                url,
                purpose: FetchPurpose::Issuer,
                ..
            } => Some(url.as_str()),
            _ => None,
        })
        .collect();
    let mut wanted = chain::missing_urls(case, std::slice::from_ref(chain)).into_iter();
    asked.len() >= ISSUERS || wanted.all(|url| asked.contains(&url.as_str()))
}

#[cfg(test)]
mod tests;
