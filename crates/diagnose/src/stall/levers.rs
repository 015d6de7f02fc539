//! Levers on the path: pairs of hellos that differ in how they travel, or in what boxes on the way look at.

use super::asks::smallest_accepted;
use super::facts::is_cut_off;
use super::is_remote;
use crate::case::{Case, Entry};
use crate::flip::{self, Change, Lever, Search};
use crate::hellos;
use report::{Action, Hello, HelloSplit, Moment, Offers, ProtocolVersion, TcpConditions};

/// A segment that every path carries: IPv4 asks no more of anybody than datagrams of 576 octets (RFC 791 section 3.1).
const SMALL_SEGMENT: u16 = 536;
/// A segment that fits an Ethernet frame, with TCP's timestamps, in octets of payload.
const FULL_SEGMENT: usize = 1448;
/// Octets around a handshake message before it is a TCP payload: one record's header (RFC 8446 section 5.1).
const RECORD_HEADER: usize = 5;
/// Where a hello is cut: behind the record's header, so that whoever reads only the first segment knows what is missing.
const CUT: u16 = 100;
/// How long the second segment waits, in microseconds: long enough not to be sent together with the first.
const CUT_PAUSE_US: Moment = 50_000;
/// Octets by which a hello is made longer to see whether its length alone matters: more than a hello with GREASE for Encrypted
/// Client Hello differs from its next by (RFC 9849 section 6.2; Chrome: up to 96), and no multiple of what boxes count in.
const LONGER: usize = 133;

fn with_tcp(hello: &Hello, tcp: TcpConditions) -> Action {
    Action::Hello(Box::new(Hello {
        tcp,
        ..hello.clone()
    }))
}

/// The same hello in small segments both ways.
pub(crate) fn small_segments(hello: &Hello) -> Action {
    with_tcp(
        hello,
        TcpConditions {
            max_segment: Some(SMALL_SEGMENT),
            ..TcpConditions::default()
        },
    )
}

/// The same hello in two segments.
pub(crate) fn in_two(hello: &Hello) -> Action {
    with_tcp(
        hello,
        TcpConditions {
            split: Some(HelloSplit {
                at: CUT,
                pause_us: CUT_PAUSE_US,
            }),
            ..TcpConditions::default()
        },
    )
}

/// The same hello, longer: as long as one that works, or by a little.
pub(super) fn longer(failing: &Hello, works: usize) -> Action {
    let own = flip::octets(&failing.hello, failing.server_name.as_deref());
    let length = match works > own.saturating_add(LONGER) {
        true => works,
        false => own.saturating_add(LONGER),
    };
    flip::padded(failing, &failing.hello, length)
}

/// The same hello without TLS 1.3 and what belongs to it, as long as before.
pub(super) fn without_tls13(failing: &Hello) -> Action {
    let offers = Offers {
        tls_max: Some(ProtocolVersion::TLS1_2),
        ..Offers::default()
    };
    let own = flip::octets(&failing.hello, failing.server_name.as_deref());
    flip::padded(failing, &hellos::limited(&failing.hello, &offers), own)
}

/// Whether `hello` fits into one full segment.
pub(crate) fn fits_one_segment(hello: &Hello) -> bool {
    let octets = flip::octets(&hello.hello, hello.server_name.as_deref());
    octets.saturating_add(RECORD_HEADER) <= FULL_SEGMENT
}

/// The lever on the path that undoes what cuts `failing` off; `None` where none of them does, so that the hello itself must
/// be searched.
pub(crate) fn search(case: &Case<'_>, failing: &Hello) -> Option<Search> {
    let fails = Action::Hello(Box::new(failing.clone()));
    let cut_off = case.doing(&fails).any(is_cut_off);
    if !is_remote(case, failing.address) || !cut_off {
        return None;
    }
    let works = |action: &Action| case.doing(action).any(Entry::accepted);
    // What another connection contradicts is not what decides.
    let found = |change, fails: &Action, works: Action| {
        let lever = Lever {
            change,
            fails: fails.clone(),
            works,
        };
        (!contradicted(case, &lever)).then_some(Search::Found(lever))
    };
    let small = small_segments(failing);
    if works(&small)
        && let Some(found) = found(Change::Segments, &fails, small.clone())
    {
        return Some(found);
    }
    if let Some(neutral) = case.neutral(&fails)
        && case.doing(&neutral).any(super::sweep::spoke)
        && let Some(found) = found(Change::Neutral, &fails, neutral)
    {
        return Some(found);
    }
    let working = smallest_accepted(case, failing)?;
    let open = |action: &Action| case.doing(action).next().is_none();
    if working.hello.versions() != failing.hello.versions() {
        let older = without_tls13(failing);
        if open(&older) {
            return Some(Search::Ask(older));
        }
        if works(&older)
            && let Some(found) = found(Change::Tls13, &fails, older)
        {
            return Some(found);
        }
    }
    let longer_than = flip::octets(&failing.hello, failing.server_name.as_deref())
        > flip::octets(&working.hello, failing.server_name.as_deref());
    if longer_than && open(&small) {
        return Some(Search::Ask(small));
    }
    let cut = in_two(&working);
    if longer_than && !fits_one_segment(failing) && fits_one_segment(&working) {
        match case.doing(&cut).next() {
            None => return Some(Search::Ask(cut)),
            Some(entry) if !entry.accepted() => {
                let whole = Action::Hello(Box::new(working.clone()));
                if let Some(found) = found(Change::Whole, &cut, whole) {
                    return Some(found);
                }
            }
            Some(_) => {}
        }
    }
    let longer = longer(
        failing,
        flip::octets(&working.hello, failing.server_name.as_deref()),
    );
    if open(&longer) {
        return Some(Search::Ask(longer));
    }
    works(&longer)
        .then(|| found(Change::Padded, &fails, longer))
        .flatten()
}

/// Whether a usual connection to the same address came to something else than `lever` explains: a hello that is cut off though it
/// has nothing of what the lever takes away, or one that is accepted though it has.
pub(crate) fn contradicted(case: &Case<'_>, lever: &Lever) -> bool {
    let Action::Hello(failing) = &lever.fails else {
        return false;
    };
    if !is_remote(case, failing.address) {
        return false;
    }
    let lost = super::culprit(case, &lever.fails) == super::Culprit::Path;
    let contradicts = |entry: &Entry| {
        let Some(hello) = entry.hello() else {
            return false;
        };
        if hello.prelude != failing.prelude {
            return false;
        }
        let octets = flip::octets(&hello.hello, hello.server_name.as_deref());
        let (cut_off, accepted) = (is_cut_off(entry), entry.accepted());
        let tls13 = hello.hello.versions().contains(&ProtocolVersion::TLS1_3);
        match &lever.change {
            // Whether the answers are lost, their lengths say.
            Change::Segments if !lost => false,
            Change::Segments => {
                cut_off && octets <= usize::from(SMALL_SEGMENT) - RECORD_HEADER
                    || accepted && !fits_one_segment(hello)
            }
            Change::Whole => {
                cut_off && fits_one_segment(hello) || accepted && !fits_one_segment(hello)
            }
            Change::Length { works, .. } => cut_off && octets <= *works,
            Change::Neutral => accepted && hello.server_name == failing.server_name,
            Change::Tls13 => cut_off && !tls13 || accepted && tls13,
            _ => false,
        }
    };
    case.at(failing.address).any(contradicts)
}
