//! Causes that show as time: every step of a handshake against what the measured round trip explains.
//!
//! What only takes time stops nobody and is a finding, until it takes longer than the user's client would wait: then C24 says
//! in which step, and what the time went to is a cause beside it.

mod course;
mod families;
mod fetches;
mod patience;
mod repeated;
mod rounds;
mod thinking;
mod timers;

pub(crate) use families::silent;
pub(crate) use thinking::asks;

use crate::case::Case;
use crate::wording::Judgement;
use course::Courses;

pub(crate) fn judge(case: &Case<'_>) -> Vec<Judgement> {
    let mut found = families::judge(case);
    found.extend(fetches::judge(case));
    let Some(courses) = case
        .representative()
        .and_then(|address| Courses::to(case, address))
    else {
        return found;
    };
    found.extend(repeated::judge(case, &courses));
    found.extend(thinking::judge(case, &courses));
    found.extend(rounds::judge(case, &courses));
    found.extend(timers::judge(case, &courses));
    patience::exceeded(case, &courses, found)
}
