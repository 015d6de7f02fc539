//! What to ask when hellos are cut off on the way or in the server: each question changes one thing.

use super::facts::is_cut_off;
use super::levers::{fits_one_segment, in_two, longer, small_segments, without_tls13};
use super::{is_remote, sweep, syn};
use crate::case::{Case, Entry};
use crate::flip;
use crate::hellos;
use crate::plan::{Ask, once};
use report::{Action, Hello};
use std::net::SocketAddr;

pub(crate) use super::sweep::small_answer;

/// The questions that tell who cuts the hellos off at `address`, as soon as the first of them is late.
pub(crate) fn asks(case: &Case<'_>, address: SocketAddr) -> Vec<Ask> {
    if !is_remote(case, address) {
        return Vec::new();
    }
    let Some(failing) = first_cut_off(case, address) else {
        return syn::asks(case, address);
    };
    match smallest_accepted(case, &failing) {
        Some(working) => beside(case, &failing, &working),
        None => alone(case, &failing),
    }
}

/// The first of the clients' hellos that is cut off. `None` while one of them may still be answered in time.
fn first_cut_off(case: &Case<'_>, address: SocketAddr) -> Option<Hello> {
    let mut failing = None;
    for (_, action) in case.first_hellos(address) {
        let waiting = || {
            case.waiting_at(address)
                .find(|entry| entry.experiment.action == action)
        };
        let entry = case.doing(&action).next().or_else(waiting)?;
        if is_cut_off(entry) {
            failing = failing.or_else(|| entry.hello().cloned());
        } else if !entry.is_settled() {
            return None;
        }
    }
    failing
}

/// The shortest hello that was accepted under the same conditions; one that is as new comes first.
pub(super) fn smallest_accepted(case: &Case<'_>, failing: &Hello) -> Option<Hello> {
    let name = failing.server_name.as_deref();
    case.at(failing.address)
        .filter(|entry| entry.accepted())
        .filter_map(Entry::hello)
        .filter(|hello| {
            hello.prelude == failing.prelude && hello.server_name == failing.server_name
        })
        .min_by_key(|hello| {
            let older = hello.hello.versions() != failing.hello.versions();
            (older, flip::octets(&hello.hello, name))
        })
        .cloned()
}

/// Where some hello is accepted: is it the segments, that there are two of them, the length, or what is in it?
fn beside(case: &Case<'_>, failing: &Hello, working: &Hello) -> Vec<Ask> {
    let name = failing.server_name.as_deref();
    let (small, large) = (
        flip::octets(&working.hello, name),
        flip::octets(&failing.hello, name),
    );
    let mut asks = Vec::new();
    // The same once more, which a proof needs at any rate: perhaps it is no matter of the hello.
    asks.push(Ask {
        label: format!("{}fails", flip::REPEAT_LABEL),
        action: Action::Hello(Box::new(failing.clone())),
        times: 2,
    });
    if working.hello.versions() != failing.hello.versions() {
        let older = without_tls13(failing);
        let told = case.doing(&older).next().map(Entry::accepted);
        asks.push(once("rung:no-tls13", older));
        // Where TLS 1.3 alone decides, or that is not known yet, the rest need not be asked.
        if told != Some(false) {
            return asks;
        }
    }
    if large > small {
        asks.push(once("rung:small-segments", small_segments(failing)));
        if fits_one_segment(working) && !fits_one_segment(failing) {
            asks.push(once("rung:two-segments", in_two(working)));
        }
    }
    asks.push(once("rung:longer", longer(failing, small)));
    asks
}

/// Where no hello is accepted: is it the name, the length and what is in it, the segments, or the answer?
fn alone(case: &Case<'_>, failing: &Hello) -> Vec<Ask> {
    let mut asks = Vec::new();
    let whole = Action::Hello(Box::new(failing.clone()));
    asks.extend(
        case.neutral(&whole)
            .filter(|_| failing.server_name.is_some())
            .map(|neutral| once("rung:neutral-name", neutral)),
    );
    let plainest = Hello {
        hello: hellos::plainest(&failing.hello),
        ..failing.clone()
    };
    asks.push(once(
        "rung:plainest",
        Action::Hello(Box::new(plainest.clone())),
    ));
    // Who acknowledges a hello has it, however long it is.
    if super::are_lost(case, failing.address) {
        asks.push(once("rung:longer", longer(failing, 0)));
    }
    asks.push(once("rung:small-segments", small_segments(failing)));
    asks.push(once("rung:small-answer", small_answer(failing)));
    asks.extend(sweep::asks(case, &plainest));
    asks
}
