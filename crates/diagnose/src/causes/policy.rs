//! C11: the client is another one under a security policy, and the other one gets through.

use crate::case::{Case, Client, ClientAnswer};
use crate::flip::REPEAT_LABEL;
use crate::hellos;
use crate::outcomes::outcome;
use crate::plan::Ask;
use crate::reading::{End, Reading};
use crate::wording::{Flipped, Judgement};
use report::{Action, Certainty, ExperimentId, Text};
use std::net::SocketAddr;
use wire::profile::{Profile, Stricter, Strictness};

/// How often each side is seen: in the order A-B-B-A-A-B, which servers that answer in turn do not follow.
const ENOUGH: usize = 3;

/// Each client under a policy whose own hello is refused, where that of the same client without it is not.
pub(crate) fn judge(case: &Case<'_>) -> Vec<Judgement> {
    let Some(address) = case.representative() else {
        return Vec::new();
    };
    let clients = case.clients();
    let lifted = clients
        .iter()
        .filter_map(|client| Lifted::of(case, address, client));
    lifted.filter_map(|lifted| lifted.judge(case)).collect()
}

/// The client without its policy, until both sides were seen often enough.
pub(crate) fn asks(case: &Case<'_>, address: SocketAddr) -> Vec<Ask> {
    let clients = case.clients();
    let lifted = clients
        .iter()
        .filter_map(|client| Lifted::of(case, address, client));
    lifted.filter_map(Lifted::ask).collect()
}

/// Whether `client`'s refusal is explained by its policy, or may be: then nothing else in its hello is looked for.
pub(crate) fn explains(case: &Case<'_>, address: SocketAddr, client: &Client<'_>) -> bool {
    Lifted::of(case, address, client).is_some_and(|lifted| !lifted.contradicted)
}

/// The client of that profile, what makes it stricter, and the same one without: for a sentence.
pub(crate) fn parties(profile: &Profile) -> Option<(Strictness, [(&'static str, String); 3])> {
    let (lenient, stricter) = profile.lenient()?;
    let words = [
        ("client", profile.name.clone()),
        ("setting", stricter.setting.clone()),
        ("lenient", lenient.name.clone()),
    ];
    Some((stricter.by, words))
}

/// A refused client under a policy, the same client without, and what came of both.
struct Lifted<'a> {
    client: &'a Client<'a>,
    lenient: &'static Profile,
    stricter: &'a Stricter,
    fails: Action,
    works: Action,
    failed: Vec<ExperimentId>,
    worked: Vec<ExperimentId>,
    /// The one got through as well, or the other did not.
    contradicted: bool,
}

impl<'a> Lifted<'a> {
    fn of(case: &Case<'_>, address: SocketAddr, client: &'a Client<'a>) -> Option<Self> {
        let (lenient, stricter) = client.profile.lenient()?;
        let asked = matches!(client.answer, ClientAnswer::Direct(_));
        if stricter.by != Strictness::Policy || !asked || client.answer.accepted() {
            return None;
        }
        let hello = hellos::limited(&lenient.hello, &case.question.offers);
        let fails = case.hello_at(address, &client.hello);
        let works = case.hello_at(address, &hello);
        let outcomes = |action: &Action, wanted: bool| -> (Vec<_>, Vec<_>) {
            let known = |reading: &Reading| reading.end != End::Unknown;
            case.doing(action)
                .filter(|entry| entry.reading.as_ref().is_some_and(known))
                .partition(|entry| entry.accepted() == wanted)
        };
        let (failed, strange) = outcomes(&fails, false);
        let (worked, refused) = outcomes(&works, true);
        let ids =
            |entries: Vec<&crate::case::Entry>| entries.iter().map(|entry| entry.id()).collect();
        Some(Self {
            client,
            lenient,
            stricter,
            fails,
            works,
            contradicted: !strange.is_empty() || !refused.is_empty(),
            failed: ids(failed),
            worked: ids(worked),
        })
    }

    fn ask(self) -> Option<Ask> {
        let again = |side: &str, action, seen: usize| Ask {
            label: format!("{REPEAT_LABEL}{side}"),
            action,
            times: seen.saturating_add(1),
        };
        let (failed, worked) = (self.failed.len(), self.worked.len());
        if self.contradicted {
            None
        } else if worked == 0 {
            Some(Ask {
                label: format!("client:{}", self.lenient.id),
                action: self.works,
                times: 1,
            })
        } else if worked < ENOUGH - 1 {
            Some(again("works", self.works, worked))
        } else if failed < ENOUGH {
            Some(again("fails", self.fails, failed))
        } else if worked < ENOUGH {
            Some(again("works", self.works, worked))
        } else {
            None
        }
    }

    fn judge(&self, case: &Case<'_>) -> Option<Judgement> {
        if self.contradicted || self.worked.is_empty() {
            return None;
        }
        let repeats = self.failed.len().min(self.worked.len());
        let certainty = if repeats >= ENOUGH {
            Certainty::Proven
        } else {
            Certainty::Supported
        };
        let setting = ("setting", self.stricter.setting.clone());
        let params = [
            ("client", self.client.profile.name.clone()),
            ("host", case.question.target.host.clone()),
            ("lenient", self.lenient.name.clone()),
            setting.clone(),
        ];
        let mut evidence = [self.failed.as_slice(), &self.worked].concat();
        evidence.sort_unstable();
        let text = Text::new("seen-C11", params);
        let mut judgement = Judgement::new("C11", certainty, text, evidence.clone())
            .stopping(vec![self.client.id.to_owned()])
            .with_proof(Flipped {
                changed: Text::new("flip-policy", [setting]),
                before: outcome(case, &self.fails),
                after: Text::new("outcome-handshake", []),
                repeats,
                evidence,
            });
        judgement.own = true;
        Some(judgement)
    }
}
