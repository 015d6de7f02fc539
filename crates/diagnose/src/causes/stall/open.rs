//! P18–P20 before the search for the one thing that decides is done.

use crate::case::{Case, Entry};
use crate::flip;
use crate::stall::{self, Culprit};
use crate::wording::{Judgement, Next};
use report::{Action, Certainty, Hello, Text};

/// What a hello that is lost while another one is answered shows already: something about it is not tolerated on the way.
pub(crate) fn suspect(case: &Case<'_>, failing: &Hello, entry: &Entry) -> Option<Judgement> {
    let action = Action::Hello(Box::new(failing.clone()));
    let address = failing.address;
    let lost = stall::is_remote(case, address) && stall::culprit(case, &action) == Culprit::Path;
    let accepted = flip::nearest_working(case, failing)
        .or_else(|| case.at(address).find(|entry| entry.accepted()))?;
    if !lost {
        return None;
    }
    let target = &case.question.target;
    let host = ("host", target.host.clone());
    let next = Next {
        text: Text::new("next-whole-search", []),
        command: Some(format!("tlsmedic diagnose {}", target.input)),
    };
    let evidence = vec![entry.id(), accepted.id()];
    // What is lost as well when only its length is the failing one's is lost for its length.
    let long = accepted
        .hello()
        .is_some_and(|shorter| flip::fails_padded(case, failing, &shorter.hello));
    let older = accepted.hello().is_some_and(|older| {
        let newest = |hello: &Hello| hello.hello.versions().into_iter().max();
        newest(older) < newest(failing)
    });
    let (id, text, rivals): (_, _, &[&str]) = match (long, older) {
        (true, _) => ("P20", "seen-P20", &["P17", "P21"]),
        (false, true) => ("P19", "seen-P18-open", &["P17", "P18", "P20", "P21", "P36"]),
        (false, false) => ("P18", "seen-P18-open", &["P17", "P19", "P20", "P21", "P36"]),
    };
    let rivals = rivals.iter().map(|id| (*id).to_owned()).collect();
    let text = Text::new(text, [host]);
    Some(Judgement::new(id, Certainty::Suspected, text, evidence).among(rivals, next))
}
