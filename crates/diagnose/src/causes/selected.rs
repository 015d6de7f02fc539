//! S10–S14 and S32 before the search for their proof has ended: what the server selected of a hello that it accepted, and the
//! failing one does not offer.

use crate::case::{Case, Entry};
use crate::flip;
use crate::wording::{Judgement, Next};
use report::{Certainty, Hello, ProtocolVersion, Text};
use wire::registry;

/// The suspicion that the nearest accepted hello raises of why `failing`, answered by `entry`, is refused. `None` when none was
/// accepted, or when the two do not differ in anything that was selected, nor in their length.
pub(crate) fn suspect(case: &Case<'_>, failing: &Hello, entry: &Entry) -> Option<Judgement> {
    let accepted = flip::nearest_working(case, failing)?;
    let (id, params) = selected(failing, accepted).or_else(|| too_long(failing, accepted))?;
    let rival = if id == "S32" { "S12" } else { "S32" };
    let next = Next {
        text: Text::new("next-whole-search", []),
        command: Some(format!("tlsmedic diagnose {}", case.question.target.input)),
    };
    let host = ("host", case.question.target.host.clone());
    let text = Text::new(&format!("seen-{id}"), [params, host]);
    let evidence = vec![entry.id(), accepted.id()];
    let judgement = Judgement::new(id, Certainty::Suspected, text, evidence);
    Some(judgement.among(vec![rival.to_owned()], next))
}

/// What was selected in `accepted` and is not offered by `failing`: the version first, because the rest depends on it.
fn selected(failing: &Hello, accepted: &Entry) -> Option<(&'static str, (&'static str, String))> {
    let flight = &accepted.reading.as_ref()?.flight;
    let hello = &failing.hello;
    if let Some(version) = flight.version
        && !hello.versions().contains(&version)
    {
        let newer = version >= ProtocolVersion::TLS1_3;
        let id = if newer { "S11" } else { "S10" };
        return Some((id, ("version", version.to_string())));
    }
    if let Some(suite) = flight.cipher_suite
        && !hello.cipher_suites.contains(&suite)
    {
        let name = registry::cipher_suite_name(suite).into_owned();
        return Some(("S12", ("suite", name)));
    }
    if let Some(group) = flight.group {
        let needs_share = flight.version == Some(ProtocolVersion::TLS1_3);
        let offered = if needs_share {
            hello.key_shares().contains(&group)
        } else {
            hello.groups().contains(&group)
        };
        if !offered {
            return Some(("S13", ("group", registry::group_name(group).into_owned())));
        }
    }
    let scheme = flight.signature.as_ref()?.scheme;
    let unoffered = hello
        .signature_schemes()
        .is_some_and(|schemes| !schemes.contains(&scheme));
    let name = registry::signature_scheme_name(scheme).into_owned();
    unoffered.then_some(("S14", ("scheme", name)))
}

/// The lengths of a shorter hello that is accepted and of the longer one that is not.
fn too_long(failing: &Hello, accepted: &Entry) -> Option<(&'static str, (&'static str, String))> {
    let name = failing.server_name.as_deref();
    let works = flip::octets(&accepted.hello()?.hello, name);
    let fails = flip::octets(&failing.hello, name);
    (works < fails).then(|| ("S32", ("element", format!("{works} < n ≤ {fails}"))))
}
