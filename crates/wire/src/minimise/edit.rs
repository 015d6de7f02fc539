//! The difference between two hellos as a list of edits, each of which leaves a hello that can be sent.

use super::element::{Change, Element};
use crate::build::extension_type;
use report::{CipherSuite, ClientHello, Extension, ExtensionType, GREASE, ProtocolVersion};

/// One edit: takes one element from the working hello over into another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Edit {
    /// The `place`th extension with this key goes.
    Remove(Key),
    /// The extension with this key comes, as the working hello has it.
    Add(Key),
    /// The extension with this key is replaced by the working hello's.
    Replace(Key),
    /// An element of a list inside the hello comes or goes.
    Item(Element),
    /// TLS 1.3 with all that belongs to it goes, or comes as the working hello has it.
    Tls13(Change),
    /// A field of the hello itself becomes the working hello's.
    Field(Element),
}

/// An extension's code point (GREASE for all of them) and how many with it stand before.
pub(super) type Key = (u16, usize);

const SUPPORTED_VERSIONS: u16 = 43;
/// What only TLS 1.3 has: supported_versions, psk_key_exchange_modes, key_share.
const TLS13: [u16; 3] = [SUPPORTED_VERSIONS, 45, 51];

/// The edits from `fails` to `works`: extensions first, then versions, cipher suites, groups, schemes, protocols, and the
/// rest, so that what is rare is near the front and what is equivalent at the end.
pub(super) fn between(fails: &ClientHello, works: &ClientHello) -> Vec<Edit> {
    let (old, new) = (keyed(fails), keyed(works));
    let has = |list: &[(Key, &Extension)], key: Key| list.iter().any(|(own, _)| *own == key);
    let modern = |hello: &ClientHello| hello.versions().contains(&ProtocolVersion::TLS1_3);
    let tls13 = match (modern(fails), modern(works)) {
        (true, false) if !has(&new, (SUPPORTED_VERSIONS, 0)) => Some(Change::Removed),
        (false, true) if !has(&old, (SUPPORTED_VERSIONS, 0)) => Some(Change::Added),
        _ => None,
    };
    let apart = |key: &Key| tls13.is_some() && TLS13.contains(&key.0);
    let mut edits = Vec::new();
    edits.extend(
        old.iter()
            .filter(|(key, _)| !has(&new, *key) && !apart(key))
            .map(|(key, _)| Edit::Remove(*key)),
    );
    edits.extend(
        new.iter()
            .filter(|(key, _)| !has(&old, *key) && !apart(key))
            .map(|(key, _)| Edit::Add(*key)),
    );
    edits.extend(tls13.map(Edit::Tls13));
    let pairs: Vec<(Key, &Extension, &Extension)> = old
        .iter()
        .filter_map(|(key, one)| {
            new.iter()
                .find(|(other, _)| other == key)
                .map(|(_, other)| (*key, *one, *other))
        })
        .collect();
    let suites = |hello: &ClientHello| hello.cipher_suites.clone();
    for (_, one, other) in &pairs {
        if let (
            Extension::SupportedVersions { versions: one },
            Extension::SupportedVersions { versions: other },
        ) = (one, other)
        {
            edits.extend(items(one, other, |code, change| Element::Version {
                code,
                change,
            }));
        }
    }
    edits.extend(
        items(
            &suites(fails),
            &suites(works),
            |code: CipherSuite, change| Element::CipherSuite { code, change },
        )
        .into_iter()
        .filter(|edit| {
            tls13.is_none()
                || !matches!(edit, Edit::Item(Element::CipherSuite { code, .. }) if is_tls13(*code))
        }),
    );
    for (key, one, other) in &pairs {
        match (one, other) {
            (Extension::SupportedVersions { .. }, Extension::SupportedVersions { .. }) => {}
            (
                Extension::SupportedGroups { groups: one },
                Extension::SupportedGroups { groups: other },
            ) => {
                edits.extend(items(one, other, |code, change| Element::Group {
                    code,
                    change,
                }));
            }
            (Extension::KeyShare { groups: one }, Extension::KeyShare { groups: other }) => {
                edits.extend(items(one, other, |code, change| Element::KeyShare {
                    code,
                    change,
                }));
            }
            (
                Extension::SignatureAlgorithms { schemes: one },
                Extension::SignatureAlgorithms { schemes: other },
            ) => {
                edits.extend(items(one, other, |code, change| Element::SignatureScheme {
                    code,
                    change,
                }));
            }
            (Extension::Alpn { protocols: one }, Extension::Alpn { protocols: other }) => {
                edits.extend(items(one, other, |name, change| Element::AlpnProtocol {
                    name,
                    change,
                }));
            }
            (one, other) if one != other => edits.push(Edit::Replace(*key)),
            _ => {}
        }
    }
    edits.extend(fields(fails, works));
    let mut all = fails.clone();
    for edit in &edits {
        edit.apply(&mut all, works);
    }
    if all != *works {
        edits.push(Edit::Field(Element::Order));
    }
    edits
}

fn is_tls13(suite: CipherSuite) -> bool {
    crate::registry::cipher_suite(suite).is_some_and(|info| info.tls13)
}

/// Elements that go, then elements that come.
fn items<T: PartialEq + Clone>(
    one: &[T],
    other: &[T],
    element: impl Fn(T, Change) -> Element,
) -> Vec<Edit> {
    let gone = one
        .iter()
        .filter(|item| !other.contains(item))
        .map(|item| element(item.clone(), Change::Removed));
    let come = other
        .iter()
        .filter(|item| !one.contains(item))
        .map(|item| element(item.clone(), Change::Added));
    // What comes is first, so that no list is ever empty on the way.
    come.chain(gone).map(Edit::Item).collect()
}

fn fields(fails: &ClientHello, works: &ClientHello) -> Vec<Edit> {
    let mut elements = Vec::new();
    if fails.legacy_version != works.legacy_version {
        elements.push(Element::LegacyVersion {
            from: fails.legacy_version,
            to: works.legacy_version,
        });
    }
    if fails.record_version != works.record_version {
        elements.push(Element::RecordVersion {
            from: fails.record_version,
            to: works.record_version,
        });
    }
    let differing = [
        (
            fails.session_id_length != works.session_id_length,
            Element::SessionId,
        ),
        (
            fails.compression_methods != works.compression_methods,
            Element::CompressionMethods,
        ),
        (fails.records != works.records, Element::RecordSplit),
        (fails.form != works.form, Element::Form),
    ];
    elements.extend(
        differing
            .into_iter()
            .filter(|(differs, _)| *differs)
            .map(|(_, element)| element),
    );
    elements.into_iter().map(Edit::Field).collect()
}

fn keyed(hello: &ClientHello) -> Vec<(Key, &Extension)> {
    let mut keyed: Vec<(Key, &Extension)> = Vec::new();
    for extension in &hello.extensions {
        let code = code_of(extension);
        let before = keyed.iter().filter(|((own, _), _)| *own == code).count();
        keyed.push(((code, before), extension));
    }
    keyed
}

fn code_of(extension: &Extension) -> u16 {
    extension_type(extension).map_or(GREASE, |code| code.0)
}

impl Edit {
    /// The element it changes.
    pub(super) fn element(&self) -> Element {
        match self {
            Self::Remove((code, _)) => Element::Extension {
                code: ExtensionType(*code),
                change: Change::Removed,
            },
            Self::Add((code, _)) => Element::Extension {
                code: ExtensionType(*code),
                change: Change::Added,
            },
            Self::Replace((code, _)) => Element::ExtensionBody {
                code: ExtensionType(*code),
            },
            Self::Item(element) | Self::Field(element) => element.clone(),
            Self::Tls13(change) => Element::Version {
                code: ProtocolVersion::TLS1_3,
                change: *change,
            },
        }
    }

    /// Makes the change in `hello`.
    pub(super) fn apply(&self, hello: &mut ClientHello, works: &ClientHello) {
        match self {
            Self::Remove(key) => remove(hello, |code, place| {
                (code, place) == *key || gone_before(code, place, *key)
            }),
            Self::Add(key) => hello.extensions.extend(of(works, *key)),
            Self::Replace(key) => {
                let place = keyed(hello).iter().position(|(own, _)| own == key);
                if let (Some(extension), Some(new)) = (
                    place.and_then(|place| hello.extensions.get_mut(place)),
                    of(works, *key),
                ) {
                    *extension = new;
                }
            }
            Self::Tls13(Change::Removed) => {
                remove(hello, |code, _| TLS13.contains(&code));
                hello
                    .cipher_suites
                    .retain(|suite| !is_tls13(*suite) || works.cipher_suites.contains(suite));
            }
            Self::Tls13(Change::Added) => {
                hello
                    .extensions
                    .extend(TLS13.iter().filter_map(|code| of(works, (*code, 0))));
                for suite in works.cipher_suites.iter().filter(|suite| is_tls13(**suite)) {
                    change_list(&mut hello.cipher_suites, suite, Change::Added);
                }
            }
            Self::Item(element) => item(hello, element),
            Self::Field(element) => field(hello, works, element),
        }
    }
}

/// GREASE extensions all have one code: once the first is gone, the second is the first.
fn gone_before(code: u16, place: usize, key: Key) -> bool {
    code == GREASE && key.0 == GREASE && place == 0 && key.1 > 0
}

fn remove(hello: &mut ClientHello, drop: impl Fn(u16, usize) -> bool) {
    let keys: Vec<Key> = keyed(hello).into_iter().map(|(key, _)| key).collect();
    let mut keys = keys.into_iter();
    hello
        .extensions
        .retain(|_| keys.next().is_none_or(|(code, place)| !drop(code, place)));
}

fn of(hello: &ClientHello, key: Key) -> Option<Extension> {
    keyed(hello)
        .into_iter()
        .find(|(own, _)| *own == key)
        .map(|(_, extension)| extension.clone())
}

fn item(hello: &mut ClientHello, element: &Element) {
    if let Element::CipherSuite { code, change } = element {
        return change_list(&mut hello.cipher_suites, code, *change);
    }
    for extension in &mut hello.extensions {
        match (&mut *extension, element) {
            (Extension::SupportedVersions { versions }, Element::Version { code, change }) => {
                change_list(versions, code, *change)
            }
            (Extension::SupportedGroups { groups }, Element::Group { code, change }) => {
                change_list(groups, code, *change)
            }
            (Extension::KeyShare { groups }, Element::KeyShare { code, change }) => {
                change_list(groups, code, *change)
            }
            (
                Extension::SignatureAlgorithms { schemes },
                Element::SignatureScheme { code, change },
            ) => change_list(schemes, code, *change),
            (Extension::Alpn { protocols }, Element::AlpnProtocol { name, change }) => {
                change_list(protocols, name, *change)
            }
            _ => {}
        }
    }
}

fn change_list<T: PartialEq + Clone>(list: &mut Vec<T>, item: &T, change: Change) {
    match change {
        Change::Added if !list.contains(item) => list.push(item.clone()),
        Change::Added => {}
        Change::Removed => list.retain(|own| own != item),
    }
}

fn field(hello: &mut ClientHello, works: &ClientHello, element: &Element) {
    match element {
        Element::LegacyVersion { to, .. } => hello.legacy_version = *to,
        Element::RecordVersion { to, .. } => hello.record_version = *to,
        Element::SessionId => hello.session_id_length = works.session_id_length,
        Element::CompressionMethods => hello
            .compression_methods
            .clone_from(&works.compression_methods),
        Element::RecordSplit => hello.records.clone_from(&works.records),
        Element::Form => hello.form = works.form,
        Element::Order => *hello = works.clone(),
        _ => {}
    }
}
