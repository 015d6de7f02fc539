//! S04, S10–S14, S18, S20, S32 and the rest that one change of the ClientHello, or of what precedes it, undoes.

use super::selected;
use crate::case::{Case, Client, ClientAnswer, Entry};
use crate::flip::{self, Change, Lever, Search};
use crate::reading::{Choice, End, Refusal};
use crate::wording::{Flipped, Judgement, Next};
use report::{Action, Certainty, Hello, NamedGroup, Prelude, ProtocolVersion, Text};
use wire::minimise::{Change as Edit, Element};
use wire::registry;

const SERVER_NAME: u16 = 0;
const ALPN: u16 = 16;
const EXTENDED_MASTER_SECRET: u16 = 23;
const RENEGOTIATION_INFO: u16 = 0xff01;
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
    for client in clients.iter().filter(|client| !client.answer.accepted()) {
        let Some(entry) = client.answer.entry() else {
            continue;
        };
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
                change: Change::Starttls(_) | Change::PlainHttp,
                ..
            }) => {}
            Search::Found(lever) if matches!(client.answer, ClientAnswer::Direct(_)) => {
                let judgement = of_lever(case, &lever, entry).stopping(vec![client.id.to_owned()]);
                judgements.push((lever, judgement));
            }
            Search::Ask(_) if let Some(judgement) = selected::suspect(case, &failing, entry) => {
                suspected.push(judgement.stopping(vec![client.id.to_owned()]));
            }
            _ => unexplained.push(client),
        }
    }
    let mut judgements: Vec<Judgement> = judgements
        .into_iter()
        .map(|(_, judgement)| judgement)
        .chain(suspected)
        .collect();
    too_old(case, &clients, &mut judgements);
    if let Some(judgement) = refused_name(case, &unexplained) {
        judgements.push(judgement);
    }
    for judgement in &mut judgements {
        judgement.own |=
            case.one_client() && matches!(judgement.id, "S11" | "S12" | "S13" | "S14" | "S20");
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
            .position(|judgement| judgement.id == "S10");
        let place = place.unwrap_or_else(|| {
            let params = [
                ("version", version.to_string()),
                ("host", case.question.target.host.clone()),
            ];
            judgements.push(Judgement::new(
                "S10",
                Certainty::Proven,
                Text::new("seen-S10", params),
                Vec::new(),
            ));
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
        Change::Alpn => hello.alpn().is_some(),
        Change::ProxyLine | Change::Starttls(_) | Change::PlainHttp => {
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

fn has_extension(hello: &report::ClientHello, code: report::ExtensionType) -> bool {
    hello
        .extensions
        .iter()
        .any(|extension| wire::build::extension_type(extension) == Some(code))
}

fn of_lever(case: &Case<'_>, lever: &Lever, entry: &Entry) -> Judgement {
    let standing = lever.standing(case);
    let certainty = if standing.proven() {
        Certainty::Proven
    } else {
        Certainty::Supported
    };
    let (id, params) = cause_of(case, lever);
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
    } else if let Some(rivals) = path_rivals(case, lever, entry) {
        let next = Next {
            text: Text::new(
                "next-other-network",
                [("host", case.question.target.host.clone())],
            ),
            command: Some(format!("tlsmedic diagnose {}", case.question.target.input)),
        };
        judgement = judgement.among(rivals, next);
    }
    judgement
}

/// Where a hello is lost without a TLS answer, the flip shows what is not tolerated but not by whom: a box on the way
/// could do the same. On this machine alone there is none.
fn path_rivals(case: &Case<'_>, lever: &Lever, entry: &Entry) -> Option<Vec<String>> {
    let address = case.representative()?;
    let answered = matches!(
        entry.reading.as_ref()?.end,
        End::Refused {
            how: Refusal::Alert(_),
            ..
        } | End::NotOffered(_)
    );
    if answered || case.is_local(address) {
        return None;
    }
    let rivals: &[&str] = match &lever.change {
        Change::ServerName => &["P13", "P14"],
        Change::Length { .. } => &["P17", "P20", "P21", "S33"],
        Change::Element(Element::Version { code, .. }) if *code == ProtocolVersion::TLS1_3 => {
            &["P19"]
        }
        Change::Element(_) => &["P17", "P18", "P36"],
        _ => return None,
    };
    Some(rivals.iter().map(|id| (*id).to_owned()).collect())
}

fn cause_of(case: &Case<'_>, lever: &Lever) -> (&'static str, Vec<(&'static str, String)>) {
    let name = case.server_name().unwrap_or_default();
    match &lever.change {
        Change::ServerName => ("S18", vec![("name", name)]),
        Change::Alpn => ("S20", vec![("protocols", protocols(&lever.fails))]),
        Change::ProxyLine => ("S04", Vec::new()),
        Change::Starttls(_) | Change::PlainHttp => ("S03", Vec::new()),
        Change::Direct => (
            "S03",
            vec![(
                "protocol",
                case.question
                    .starttls
                    .map(crate::plan::label)
                    .unwrap_or_default(),
            )],
        ),
        Change::Length { works, fails } => {
            ("S32", vec![("element", format!("{works} < n ≤ {fails}"))])
        }
        Change::Element(element) => of_element(lever, element),
    }
}

fn of_element(lever: &Lever, element: &Element) -> (&'static str, Vec<(&'static str, String)>) {
    let what = element.to_string();
    let named = |id, key| (id, vec![(key, what.clone())]);
    match element {
        Element::Extension {
            code,
            change: Edit::Removed,
        } => match code.0 {
            SERVER_NAME => named("S18", "name"),
            ALPN => ("S20", vec![("protocols", protocols(&lever.fails))]),
            _ => named("S32", "element"),
        },
        Element::Extension {
            code,
            change: Edit::Added,
        } => match code.0 {
            SERVER_NAME => named("C10", "element"),
            EXTENDED_MASTER_SECRET => named("S17", "element"),
            RENEGOTIATION_INFO => named("S16", "element"),
            ALPN => ("S20", vec![("protocols", protocols(&lever.works))]),
            _ => named("S32", "element"),
        },
        Element::CipherSuite {
            code,
            change: Edit::Added,
        } => (
            "S12",
            vec![("suite", registry::cipher_suite_name(*code).into_owned())],
        ),
        Element::Group {
            code,
            change: Edit::Added,
        } => ("S13", vec![("group", group(*code))]),
        Element::KeyShare { code, .. } => ("S13", vec![("group", group(*code))]),
        Element::Version {
            code,
            change: Edit::Added,
        } if *code == ProtocolVersion::TLS1_3 => ("S11", vec![("version", code.to_string())]),
        Element::Version {
            code,
            change: Edit::Added,
        } => ("S10", vec![("version", code.to_string())]),
        Element::SignatureScheme {
            code,
            change: Edit::Added,
        } => (
            "S14",
            vec![(
                "scheme",
                registry::signature_scheme_name(*code).into_owned(),
            )],
        ),
        Element::AlpnProtocol { .. } => ("S20", vec![("protocols", protocols(&lever.fails))]),
        _ => named("S32", "element"),
    }
}

fn group(code: NamedGroup) -> String {
    registry::group_name(code).into_owned()
}

fn protocols(action: &Action) -> String {
    match action {
        Action::Hello(hello) => hello
            .hello
            .alpn()
            .map(|protocols| protocols.join(", "))
            .unwrap_or_default(),
        _ => String::new(),
    }
}

fn changed(case: &Case<'_>, change: &Change) -> Text {
    match change {
        Change::ServerName => Text::new(
            "flip-server-name",
            [("name", case.server_name().unwrap_or_default())],
        ),
        Change::Alpn => Text::new("flip-alpn", []),
        Change::ProxyLine => Text::new("flip-proxy-line", []),
        Change::Starttls(protocol) => Text::new(
            "flip-starttls",
            [("protocol", crate::plan::label(*protocol))],
        ),
        Change::Direct => Text::new("flip-direct", []),
        Change::PlainHttp => Text::new("flip-plain-http", []),
        Change::Length { works, fails } => Text::new(
            "flip-length",
            [("works", works.to_string()), ("fails", fails.to_string())],
        ),
        Change::Element(element) => {
            let id = if element.change() == Some(Edit::Added) {
                "flip-added"
            } else if element.change() == Some(Edit::Removed) {
                "flip-removed"
            } else {
                "flip-changed"
            };
            Text::new(id, [("element", element.to_string())])
        }
    }
}

/// What an action came to, as a text.
pub(crate) fn outcome(case: &Case<'_>, action: &Action) -> Text {
    let reading = case.doing(action).find_map(|entry| entry.reading.as_ref());
    reading.map_or_else(
        || Text::new("outcome-unknown", []),
        |reading| of_end(&reading.end),
    )
}

/// How a connection ended, as a text.
pub(crate) fn of_end(end: &End) -> Text {
    match end {
        End::Accepted => Text::new("outcome-handshake", []),
        End::Unconnected(outcome) => Text::new("outcome-unconnected", [("how", word(*outcome))]),
        End::Prelude(outcome) => Text::new("outcome-prelude", [("how", word(*outcome))]),
        End::NotOffered(choice) => Text::new("outcome-not-offered", [("choice", chosen(choice))]),
        End::BadSignature => Text::new("outcome-bad-signature", []),
        End::Refused { how, .. } => match how {
            Refusal::Alert(number) => alert(*number),
            Refusal::Closed => Text::new("outcome-closed", []),
            Refusal::Reset => Text::new("outcome-reset", []),
            Refusal::Silent => Text::new("outcome-silent", []),
            Refusal::Plaintext => Text::new("outcome-plaintext", []),
            Refusal::Garbage => Text::new("outcome-garbage", []),
        },
        End::Unknown => Text::new("outcome-unknown", []),
    }
}

/// An alert with its number and registered name, as a text.
pub(crate) fn alert(number: u8) -> Text {
    let name = registry::alert_name(report::AlertDescription(number)).into_owned();
    Text::new(
        "outcome-alert",
        [("number", number.to_string()), ("name", name)],
    )
}

fn word(outcome: report::PhaseOutcome) -> String {
    serde_json::to_value(outcome)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

fn chosen(choice: &Choice) -> String {
    match choice {
        Choice::Version(version) => version.to_string(),
        Choice::CipherSuite(suite) => registry::cipher_suite_name(*suite).into_owned(),
        Choice::Group(code) => group(*code),
        Choice::Signature(scheme) => registry::signature_scheme_name(*scheme).into_owned(),
    }
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
