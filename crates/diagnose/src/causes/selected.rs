//! What is suspected of a refusal before the search for its proof has ended: what the server selected of a hello that it
//! accepted, and the failing one does not offer; or what only the failing one has.

use super::elements::cause_of;
use super::negotiation::has_extension;
use crate::case::{Case, Entry};
use crate::flip::{self, Change, Lever};
use crate::reading::Refusal;
use crate::wording::{Judgement, Next};
use report::{Action, Certainty, ExtensionType, Hello, ProtocolVersion, Text};
use std::collections::BTreeSet;
use wire::minimise::{Change as Edit, Element};

const ALPN: ExtensionType = ExtensionType(16);
const DECODE_ERROR: u8 = 50;

/// The suspicion that the nearest accepted hello raises of why `failing`, answered by `entry`, is refused. `None` when none was
/// accepted, or when the two do not differ in anything that was selected, in an extension, nor in their length.
pub(crate) fn suspect(case: &Case<'_>, failing: &Hello, entry: &Entry) -> Option<Judgement> {
    let accepted = flip::nearest_working(case, failing)?;
    let by_choice = || selected(failing, accepted).map(Change::Element);
    let by_extension = || exclusive(case, failing);
    let by_length = || too_long(failing, accepted);
    let refusal = entry.reading.as_ref()?.refusal();
    // Whoever cannot read a hello has not come to select anything of it.
    let change = if flip::fails_padded(case, failing, &accepted.hello()?.hello) {
        by_length()
    } else if refusal == Some(Refusal::Alert(DECODE_ERROR)) {
        by_extension().or_else(by_choice)
    } else {
        by_choice().or_else(by_extension)
    };
    let lever = Lever {
        change: change.or_else(by_length)?,
        fails: Action::Hello(Box::new(failing.clone())),
        works: accepted.experiment.action.clone(),
    };
    let (id, params) = cause_of(case, &lever);
    let rival = if id == "S32" { "S12" } else { "S32" };
    let next = Next {
        text: Text::new("next-whole-search", []),
        command: Some(format!("tlsmedic diagnose {}", case.question.target.input)),
    };
    let host = ("host", case.question.target.host.clone());
    let mut text = Text::new(&format!("seen-{id}"), [host]);
    text.params.extend(
        params
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value)),
    );
    let evidence = vec![entry.id(), accepted.id()];
    let judgement = Judgement::new(id, Certainty::Suspected, text, evidence);
    Some(judgement.among(vec![rival.to_owned()], next))
}

/// What was selected in `accepted` and is not offered by `failing`: the version first, because the rest depends on it.
fn selected(failing: &Hello, accepted: &Entry) -> Option<Element> {
    let change = Edit::Added;
    let flight = &accepted.reading.as_ref()?.flight;
    let hello = &failing.hello;
    if let Some(code) = flight.version
        && !hello.versions().contains(&code)
    {
        return Some(Element::Version { code, change });
    }
    if let Some(code) = flight.cipher_suite
        && !hello.cipher_suites.contains(&code)
    {
        return Some(Element::CipherSuite { code, change });
    }
    if let Some(code) = flight.group {
        let needs_share = flight.version == Some(ProtocolVersion::TLS1_3);
        if !hello.groups().contains(&code) {
            return Some(Element::Group { code, change });
        }
        if needs_share && !hello.key_shares().contains(&code) {
            return Some(Element::KeyShare { code, change });
        }
    }
    let code = flight.signature.as_ref()?.scheme;
    let unoffered = hello
        .signature_schemes()
        .is_some_and(|schemes| !schemes.contains(&code));
    unoffered.then_some(Element::SignatureScheme { code, change })
}

/// The extension that `failing` has and no accepted hello: the protocols, which servers do refuse, or the only one there is.
fn exclusive(case: &Case<'_>, failing: &Hello) -> Option<Change> {
    let accepted: Vec<_> = case
        .at(failing.address)
        .filter(|entry| entry.accepted())
        .filter_map(Entry::hello)
        .collect();
    let mut only: BTreeSet<ExtensionType> = failing
        .hello
        .extensions
        .iter()
        .filter_map(wire::build::extension_type)
        .collect();
    only.retain(|code| {
        accepted
            .iter()
            .all(|hello| !has_extension(&hello.hello, *code))
    });
    if only.contains(&ALPN) {
        return Some(Change::Alpn);
    }
    let code = only.pop_first().filter(|_| only.is_empty())?;
    let change = Edit::Removed;
    Some(Change::Element(Element::Extension { code, change }))
}

/// The lengths of a shorter hello that is accepted and of the longer one that is not.
fn too_long(failing: &Hello, accepted: &Entry) -> Option<Change> {
    let name = failing.server_name.as_deref();
    let works = flip::octets(&accepted.hello()?.hello, name);
    let fails = flip::octets(&failing.hello, name);
    (works < fails).then_some(Change::Length { works, fails })
}
