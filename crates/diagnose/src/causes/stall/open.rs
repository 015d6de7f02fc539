//! P18, P20 before the search for the one thing that decides is done.

use crate::case::{Case, Entry};
use crate::stall::{self, Culprit};
use crate::wording::{Judgement, Next};
use report::{Action, Certainty, Hello, Text};

/// What a hello that is lost while another one is answered shows already: something about it is not tolerated on the way.
pub(crate) fn suspect(case: &Case<'_>, failing: &Hello, entry: &Entry) -> Option<Judgement> {
    let action = Action::Hello(Box::new(failing.clone()));
    let address = failing.address;
    let lost = stall::is_remote(case, address) && stall::culprit(case, &action) == Culprit::Path;
    let accepted = case.at(address).find(|entry| entry.accepted())?;
    if !lost {
        return None;
    }
    let target = &case.question.target;
    let host = ("host", target.host.clone());
    let next = Next {
        text: Text::new("next-whole-search", []),
        command: Some(format!("tlsmedic diagnose {}", target.input)),
    };
    let text = Text::new("seen-P18-open", [host]);
    let evidence = vec![entry.id(), accepted.id()];
    let rivals = ["P17", "P19", "P20", "P21", "P36"].map(str::to_owned);
    Some(Judgement::new("P18", Certainty::Suspected, text, evidence).among(rivals.to_vec(), next))
}
