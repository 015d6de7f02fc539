//! Which cause one change of a ClientHello stands for.

use crate::case::Case;
use crate::flip::{Change, Lever};
use crate::outcomes::group;
use report::{Action, ProtocolVersion, Text};
use wire::minimise::{Change as Edit, Element};
use wire::registry;

const SERVER_NAME: u16 = 0;
const ALPN: u16 = 16;
const EXTENDED_MASTER_SECRET: u16 = 23;
const RENEGOTIATION_INFO: u16 = 0xff01;

/// The cause that `lever` shows, with what its sentence is filled in with.
pub(crate) fn cause_of(case: &Case<'_>, lever: &Lever) -> (&'static str, Vec<(&'static str, String)>) {
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
