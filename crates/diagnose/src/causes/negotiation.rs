//! S04, S10–S14, S18, S20, S32 and the rest that one change of the ClientHello, or of what precedes it, undoes.

use super::elements::{cause_of, changed, dropped_by};
use super::stall::{culprits, open};
use super::{database, policy, selected};
use crate::case::{Case, Client, ClientAnswer, Entry};
use crate::flip::{self, Change, Lever, Search};
use crate::hellos;
use crate::members;
pub(crate) use crate::outcomes::{alert, outcome};
use crate::reading::Refusal;
use crate::stall;
use crate::wording::{Flipped, Judgement, Next};
use report::{Action, Certainty, Hello, Prelude, ProtocolVersion, Text};
use wire::minimise::{Change as Edit, Element};
use wire::profile::Algorithm;

const UNRECOGNIZED_NAME: u8 = 112;
const INAPPROPRIATE: [u8; 2] = [40, 80];

pub(crate) fn judge(case: &Case<'_>) -> Vec<Judgement> {
    let Some(address) = case.representative() else {
        return Vec::new();
    };
    let clients = case.clients();
    let mut judgements: Vec<(Lever, Judgement)> = Vec::new();
    let mut suspected: Vec<Judgement> = Vec::new();
    let mut unexplained: Vec<&Client<'_>> = Vec::new();
    let in_turn = members::in_turn(&members::groups(case))
        || stall::uneven(case, address) == Some(stall::Uneven::Hello);
    // What was not even opened, while others were, is no matter of its hello.
    let unopened = |client: &Client<'_>| {
        let entry = client.answer.entry();
        entry.is_some_and(|entry| stall::is_left_unopened(case, entry))
    };
    let explicable =
        |client: &&Client<'_>| !client.answer.accepted() && !in_turn && !unopened(client);
    for client in clients.iter().filter(explicable) {
        let Some(entry) = client.answer.entry() else {
            continue;
        };
        if policy::explains(case, address, client) {
            continue;
        }
        let Action::Hello(failing) = case.hello_at(address, &client.hello) else {
            continue;
        };
        if let Some((_, judgement)) = judgements
            .iter_mut()
            .find(|(lever, _)| applies(lever, &failing, entry))
        {
            judgement
                .clients
                .get_or_insert_default()
                .push(client.id.to_owned());
            judgement.evidence.push(entry.id());
            continue;
        }
        match flip::search(case, &failing) {
            // What precedes TLS is judged with the plaintext it shows.
            Search::Found(Lever {
                change: Change::Starttls(_) | Change::PlainHttp | Change::Way,
                ..
            }) => {}
            Search::Found(lever) if matches!(client.answer, ClientAnswer::Direct(_)) => {
                let judgement = of_lever(case, &lever, entry).stopping(vec![client.id.to_owned()]);
                judgements.push((lever, judgement));
            }
            Search::Ask(_) if let Some(judgement) = open::suspect(case, &failing, entry) => {
                suspected.push(judgement.stopping(vec![client.id.to_owned()]));
            }
            Search::Ask(_) if let Some(judgement) = selected::suspect(case, &failing, entry) => {
                suspected.push(judgement.stopping(vec![client.id.to_owned()]));
            }
            _ => unexplained.push(client),
        }
    }
    let mut judgements: Vec<Judgement> = judgements
        .into_iter()
        .map(|(lever, judgement)| match lever.change {
            Change::DatabaseAlpn => database::widen(case, judgement),
            _ => judgement,
        })
        .chain(suspected)
        .collect();
    too_old(case, &clients, &mut judgements);
    if let Some(judgement) = refused_name(case, &unexplained) {
        judgements.push(judgement);
    }
    for judgement in &mut judgements {
        judgement.own |= case.one_client()
            && matches!(
                judgement.id,
                "C09" | "C12" | "S11" | "S12" | "S13" | "S14" | "S20" | "X31"
            );
        judgement.own |= judgement.id == "C10";
    }
    judgements
}

/// S10 seen by clients that offer old versions and do not complete them: the version the server chose is the cause itself.
fn too_old(case: &Case<'_>, clients: &[Client<'_>], judgements: &mut Vec<Judgement>) {
    for client in clients {
        let (Some(version), Some(entry)) = (client.refused_version(), client.answer.entry()) else {
            continue;
        };
        let place = judgements
            .iter()
            .position(|judgement| matches!(judgement.id, "S10" | "C12"));
        let place = place.unwrap_or_else(|| {
            let params = [
                ("version", version.to_string()),
                ("host", case.question.target.host.clone()),
            ];
            let gone = dropped_by(case, &[Algorithm::OldVersions]);
            let (id, text) = match gone {
                Some((name, since)) => {
                    let what = version.to_string();
                    let params = [("client", name), ("what", what), ("since", since)];
                    ("C12", Text::new("seen-C12", params))
                }
                None => ("S10", Text::new("seen-S10", params)),
            };
            judgements.push(Judgement::new(id, Certainty::Proven, text, Vec::new()));
            judgements.len() - 1
        });
        if let Some(judgement) = judgements.get_mut(place) {
            judgement
                .clients
                .get_or_insert_default()
                .push(client.id.to_owned());
            judgement.evidence.push(entry.id());
        }
    }
}

/// Whether what `lever` changes is in `failing` too, so that it explains that failure as well.
pub(crate) fn applies(lever: &Lever, failing: &Hello, entry: &Entry) -> bool {
    let Some(reading) = &entry.reading else {
        return false;
    };
    if reading.accepted() {
        return false;
    }
    let hello = &failing.hello;
    match &lever.change {
        Change::ServerName => hello.has_server_name() && failing.server_name.is_some(),
        Change::Named => failing.server_name.is_none(),
        Change::Neutral => failing.server_name.is_some() && stall::is_cut_off(entry),
        // Whoever sends or is sent more than one segment.
        Change::Segments => stall::is_cut_off(entry),
        Change::Whole => stall::is_cut_off(entry) && !stall::fits_one_segment(failing),
        Change::Tls13 => hello.versions().contains(&ProtocolVersion::TLS1_3),
        Change::Padded => stall::is_cut_off(entry),
        Change::Alpn => hello.alpn().is_some(),
        Change::DatabaseAlpn => !hellos::offers(hello, database::PROTOCOL),
        Change::ProxyLine | Change::Starttls(_) | Change::PlainHttp | Change::Way => {
            failing.prelude == Prelude::None
        }
        Change::Direct => matches!(failing.prelude, Prelude::Starttls(_)),
        Change::Length { fails, .. } => {
            flip::octets(hello, failing.server_name.as_deref()) >= *fails
        }
        Change::Element(element) => match element {
            Element::Extension { code, change } => {
                (*change == Edit::Removed) == has_extension(hello, *code)
            }
            Element::CipherSuite { code, change } => {
                (*change == Edit::Removed) == hello.cipher_suites.contains(code)
            }
            Element::Group { code, change } => {
                (*change == Edit::Removed) == hello.groups().contains(code)
            }
            Element::KeyShare { code, change } => {
                (*change == Edit::Removed) == hello.key_shares().contains(code)
            }
            Element::Version { code, change } => {
                (*change == Edit::Removed) == hello.versions().contains(code)
            }
            Element::SignatureScheme { code, change } => {
                (*change == Edit::Removed)
                    == hello
                        .signature_schemes()
                        .is_some_and(|schemes| schemes.contains(code))
            }
            Element::AlpnProtocol { name, change } => {
                (*change == Edit::Removed)
                    == hello
                        .alpn()
                        .is_some_and(|protocols| protocols.contains(name))
            }
            _ => false,
        },
    }
}

/// Whether `hello` has that extension.
pub(super) fn has_extension(hello: &report::ClientHello, code: report::ExtensionType) -> bool {
    hello
        .extensions
        .iter()
        .any(|extension| wire::build::extension_type(extension) == Some(code))
}

/// What a lever changes in the hello, in no language.
fn changed_words(lever: &Lever) -> String {
    match &lever.change {
        Change::Element(element) => element.to_string(),
        _ => String::new(),
    }
}

fn of_lever(case: &Case<'_>, lever: &Lever, entry: &Entry) -> Judgement {
    let standing = lever.standing(case);
    let certainty = if standing.proven() {
        Certainty::Proven
    } else {
        Certainty::Supported
    };
    let (id, mut params) = cause_of(case, lever);
    let named = culprits::named(case, lever, id, entry);
    let id = named.id;
    if !params.iter().any(|(key, _)| *key == "element") {
        params.push(("element", changed_words(lever)));
    }
    let before = outcome(case, &lever.fails);
    let mut text = Text::new(&format!("seen-{id}"), []);
    text.params = params
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect();
    text.params
        .insert("host".to_owned(), case.question.target.host.clone());
    let mut evidence = standing.evidence();
    evidence.push(entry.id());
    let mut judgement = Judgement::new(id, certainty, text, evidence).with_proof(Flipped {
        changed: changed(case, &lever.change),
        before,
        after: Text::new("outcome-handshake", []),
        repeats: standing.fails.len().min(standing.works.len()),
        evidence: standing.evidence(),
    });
    if standing.unstable {
        let next = Next {
            text: Text::new("next-repeat", []),
            command: None,
        };
        judgement = judgement.among(vec!["S27".to_owned(), "P32".to_owned()], next);
        judgement.proof = None;
    } else if !named.rivals.is_empty() {
        let next = Next {
            text: Text::new(
                "next-other-network",
                [("host", case.question.target.host.clone())],
            ),
            command: Some(format!("tlsmedic diagnose {}", case.question.target.input)),
        };
        let rivals = named.rivals.iter().map(|id| (*id).to_owned());
        judgement = judgement.among(rivals.collect(), next);
    }
    judgement
}

/// S18 without a flip: the server knows no name we know, but says so itself (alert 112, RFC 6066 section 3). Alerts 40 and
/// 80 to everything fit a missing certificate as well.
fn refused_name(case: &Case<'_>, unexplained: &[&Client<'_>]) -> Option<Judgement> {
    let address = case.representative()?;
    let name = case.server_name()?;
    let Refusal::Alert(number) = case.common_refusal(address)? else {
        return None;
    };
    let clients: Vec<String> = unexplained
        .iter()
        .map(|client| client.id.to_owned())
        .collect();
    if clients.is_empty() {
        return None;
    }
    let evidence: Vec<_> = case.at(address).map(Entry::id).collect();
    let text = Text::new(
        "seen-S18",
        [
            ("name", name.clone()),
            ("host", case.question.target.host.clone()),
        ],
    );
    if number == UNRECOGNIZED_NAME {
        return Some(Judgement::new("S18", Certainty::Supported, text, evidence).stopping(clients));
    }
    if !INAPPROPRIATE.contains(&number) {
        return None;
    }
    let next = Next { text: Text::new("next-server-log", [("name", name)]), command: Some("openssl x509 -noout -pubkey -in fullchain.pem | cmp - <(openssl pkey -pubout -in privkey.pem)".to_owned()) };
    let text = Text::new(
        "seen-S24-alert",
        [
            ("number", number.to_string()),
            ("host", case.question.target.host.clone()),
        ],
    );
    Some(
        Judgement::new("S24", Certainty::Suspected, text, evidence)
            .stopping(clients)
            .among(
                vec!["S18".to_owned(), "S38".to_owned(), "P35".to_owned()],
                next,
            ),
    )
}
