//! Which cause one change of a ClientHello stands for.

use super::database;
use crate::case::Case;
use crate::flip::{Change, Lever};
use crate::outcomes::group;
use pki::KeyKind;
use report::{Action, AskedClient, ProtocolVersion, Text};
use wire::minimise::{Change as Edit, Element};
use wire::profile::Algorithm;
use wire::registry;

const SERVER_NAME: u16 = 0;
const ALPN: u16 = 16;
const EXTENDED_MASTER_SECRET: u16 = 23;
const RENEGOTIATION_INFO: u16 = 0xff01;

/// The cause that `lever` shows, with what its sentence is filled in with.
pub(crate) fn cause_of(
    case: &Case<'_>,
    lever: &Lever,
) -> (&'static str, Vec<(&'static str, String)>) {
    let name = case.server_name().unwrap_or_default();
    match &lever.change {
        Change::ServerName => ("S18", vec![("name", name)]),
        Change::Neutral => ("P14", vec![("name", name)]),
        Change::Segments => ("P22", Vec::new()),
        Change::Whole => ("P17", Vec::new()),
        Change::Tls13 => ("P19", Vec::new()),
        Change::Padded => ("P20", Vec::new()),
        Change::Named => ("C10", vec![("name", host(case))]),
        Change::Alpn => ("S20", vec![("protocols", protocols(&lever.fails))]),
        Change::DatabaseAlpn => ("S45", vec![("protocol", database::PROTOCOL.to_owned())]),
        Change::ProxyLine => ("S04", Vec::new()),
        Change::Starttls(_) | Change::PlainHttp | Change::Way => ("S03", Vec::new()),
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
        Change::Element(element) => too_old(lever, element)
            .or_else(|| rare_key(case, lever, element))
            .or_else(|| dropped(case, element))
            .unwrap_or_else(|| of_element(lever, element)),
    }
}

type Named = (&'static str, Vec<(&'static str, String)>);

fn host(case: &Case<'_>) -> String {
    case.question.target.host.clone()
}

/// C09: a newer version was missing in a hello that stops at TLS 1.1.
fn too_old(lever: &Lever, element: &Element) -> Option<Named> {
    let Element::Version {
        code,
        change: Edit::Added,
    } = element
    else {
        return None;
    };
    let Action::Hello(failing) = &lever.fails else {
        return None;
    };
    let newest = failing.hello.versions().into_iter().max()?;
    let old = newest < ProtocolVersion::TLS1_2 && *code > newest;
    old.then(|| {
        let params = vec![
            ("offered", newest.to_string()),
            ("version", code.to_string()),
        ];
        ("C09", params)
    })
}

/// X31: the certificate's key signs in no other way than those few clients know.
fn rare_key(case: &Case<'_>, lever: &Lever, element: &Element) -> Option<Named> {
    let Element::SignatureScheme {
        code,
        change: Edit::Added,
    } = element
    else {
        return None;
    };
    let served = case.doing(&lever.works).find_map(|entry| {
        let flight = &entry.reading.as_ref()?.flight;
        flight.certificates.first()
    })?;
    let leaf = pki::Certificate::parse(served).certificate?;
    let usual = matches!(
        leaf.key.kind,
        KeyKind::Rsa | KeyKind::P256 | KeyKind::P384 | KeyKind::Dsa
    );
    (!usual).then(|| {
        let params = vec![
            (
                "scheme",
                registry::signature_scheme_name(*code).into_owned(),
            ),
            ("key", leaf.key.text.clone()),
            ("subject", leaf.subject.text.clone()),
        ];
        ("X31", params)
    })
}

/// C12: the one client asked about once offered what was missing.
fn dropped(case: &Case<'_>, element: &Element) -> Option<Named> {
    let (what, wanted) = match element {
        Element::CipherSuite {
            code,
            change: Edit::Added,
        } => {
            let name = registry::cipher_suite_name(*code).into_owned();
            let wanted = if name.starts_with("TLS_RSA_WITH_3DES") {
                vec![Algorithm::RsaKeyExchange, Algorithm::TripleDes]
            } else if name.starts_with("TLS_RSA_WITH_") {
                vec![Algorithm::RsaKeyExchange]
            } else if name.contains("_3DES_") {
                vec![Algorithm::TripleDes]
            } else {
                return None;
            };
            (name, wanted)
        }
        Element::Version {
            code,
            change: Edit::Added,
        } if *code < ProtocolVersion::TLS1_2 => (code.to_string(), vec![Algorithm::OldVersions]),
        _ => return None,
    };
    let (client, since) = dropped_by(case, &wanted)?;
    Some((
        "C12",
        vec![("client", client), ("what", what), ("since", since)],
    ))
}

/// The name of the client asked about, and the version of it that no longer has one of `wanted`.
pub(crate) fn dropped_by(case: &Case<'_>, wanted: &[Algorithm]) -> Option<(String, String)> {
    let AskedClient::Profile(id) = &case.question.client else {
        return None;
    };
    let profile = wire::profile::profile(id)?;
    let mut gone = profile.handshake.dropped.iter();
    let gone = gone.rfind(|gone| wanted.contains(&gone.what))?;
    Some((profile.name.clone(), gone.since.clone()))
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
            SERVER_NAME => named("C10", "name"),
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

/// What was changed, as a text.
pub(crate) fn changed(case: &Case<'_>, change: &Change) -> Text {
    match change {
        Change::ServerName => Text::new(
            "flip-server-name",
            [("name", case.server_name().unwrap_or_default())],
        ),
        Change::Named => Text::new("flip-named", [("name", host(case))]),
        Change::Neutral => Text::new(
            "flip-neutral-name",
            [
                ("name", case.server_name().unwrap_or_default()),
                (
                    "neutral",
                    crate::plan::neutral_name(case.server_name().as_deref()),
                ),
            ],
        ),
        Change::Segments => Text::new("flip-segments", []),
        Change::Whole => Text::new("flip-whole", []),
        Change::Tls13 => Text::new("flip-no-tls13", []),
        Change::Padded => Text::new("flip-padded", []),
        Change::Alpn => Text::new("flip-alpn", []),
        Change::DatabaseAlpn => Text::new(
            "flip-database-alpn",
            [("protocol", database::PROTOCOL.to_owned())],
        ),
        Change::ProxyLine => Text::new("flip-proxy-line", []),
        Change::Starttls(protocol) => Text::new(
            "flip-starttls",
            [("protocol", crate::plan::label(*protocol))],
        ),
        Change::Direct => Text::new("flip-direct", []),
        Change::PlainHttp | Change::Way => Text::new("flip-plain-http", []),
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
