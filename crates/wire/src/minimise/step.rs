//! The way from one ClientHello to another.
//!
//! What must not be missing comes before what needs it, and goes after it: cipher suites, groups and
//! schemes are put in before versions change, and taken out afterwards; TLS 1.3 comes and goes together
//! with key_share, psk_key_exchange_modes and its cipher suites (RFC 8446 section 9.2).

use super::element::{Change, Element};
use super::list::{
    CIPHER_SUITES, GROUPS, KEY_SHARES, List, PROTOCOLS, SIGNATURE_SCHEMES, VERSIONS, place_of,
};
use crate::build::extension_type;
use crate::registry::{cipher_suite, is_grease};
use report::{
    CipherSuite, ClientHello, ClientHelloForm, Extension, ExtensionType, GREASE, NamedGroup,
    ProtocolVersion,
};

/// One element changed.
#[derive(Clone, Debug)]
pub(super) struct Step {
    /// Which element.
    pub(super) element: Element,
    /// The hello afterwards.
    pub(super) hello: ClientHello,
}

const SUPPORTED_GROUPS: u16 = 10;
const SIGNATURE_ALGORITHMS: u16 = 13;
const ALPN: u16 = 16;
const SUPPORTED_VERSIONS: u16 = 43;
const PSK_KEY_EXCHANGE_MODES: u16 = 45;
const KEY_SHARE: u16 = 51;
/// What TLS 1.3 needs and older versions have too.
const NEEDED: [u16; 2] = [SUPPORTED_GROUPS, SIGNATURE_ALGORITHMS];
/// What only TLS 1.3 has, beside supported_versions.
const MODERN: [u16; 2] = [PSK_KEY_EXCHANGE_MODES, KEY_SHARE];
/// What is compared member by member.
const LISTS: [u16; 5] = [
    SUPPORTED_GROUPS,
    SIGNATURE_ALGORITHMS,
    ALPN,
    SUPPORTED_VERSIONS,
    KEY_SHARE,
];

/// The steps from `fails` to `works`.
pub(super) fn between(fails: &ClientHello, works: &ClientHello) -> Vec<Step> {
    let mut way = Way {
        hello: fails.clone(),
        works,
        steps: Vec::new(),
    };
    if fails.form == ClientHelloForm::Ssl2 {
        way.form();
    }
    let late = |code| {
        code == SUPPORTED_VERSIONS
            || (modern(fails)
                && !modern(works)
                && (NEEDED.contains(&code) || MODERN.contains(&code)))
    };
    way.remove_extensions(|code| !late(code));
    let joint = |code| {
        code == SUPPORTED_VERSIONS || (!modern(fails) && modern(works) && MODERN.contains(&code))
    };
    way.add_extensions(|code| !joint(code));
    let apart = !modern(fails) && modern(works);
    way.come_if(&CIPHER_SUITES, |suite| !apart || !is_modern(*suite));
    way.come(&GROUPS);
    way.come(&KEY_SHARES);
    way.come(&SIGNATURE_SCHEMES);
    way.come(&PROTOCOLS);
    way.versions();
    way.go(&CIPHER_SUITES);
    way.groups_go();
    way.go(&KEY_SHARES);
    way.go(&SIGNATURE_SCHEMES);
    way.go(&PROTOCOLS);
    way.remove_extensions(|_| true);
    way.add_extensions(|_| true);
    way.bodies();
    way.fields();
    way.form();
    way.step(Element::Order, |hello| *hello = works.clone());
    way.steps
}

/// How far the way is.
struct Way<'a> {
    hello: ClientHello,
    works: &'a ClientHello,
    steps: Vec<Step>,
}

impl Way<'_> {
    /// Makes a change; one that changes nothing is no step.
    fn step(&mut self, element: Element, change: impl FnOnce(&mut ClientHello)) {
        let mut hello = self.hello.clone();
        change(&mut hello);
        if hello != self.hello {
            self.hello = hello.clone();
            self.steps.push(Step { element, hello });
        }
    }

    fn remove_extensions(&mut self, which: impl Fn(u16) -> bool) {
        let wanted = keys(self.works);
        let gone = keys(&self.hello)
            .into_iter()
            .filter(|key| !wanted.contains(key));
        for Key { kind, .. } in gone.filter(|key| which(key.kind.0)) {
            let code = ExtensionType(kind.0);
            let element = Element::Extension {
                code,
                change: Change::Removed,
            };
            self.step(element, |hello| drop_extension(hello, kind));
        }
    }

    fn add_extensions(&mut self, which: impl Fn(u16) -> bool) {
        let (held, works) = (keys(&self.hello), self.works);
        let come = keys(works).into_iter().filter(|key| !held.contains(key));
        for key in come.filter(|key| which(key.kind.0)) {
            let code = ExtensionType(key.kind.0);
            let element = Element::Extension {
                code,
                change: Change::Added,
            };
            self.step(element, |hello| put_extension(hello, key, works));
        }
    }

    /// Members that the working hello has and this one lacks.
    fn come<T: Clone + PartialEq>(&mut self, list: &List<T>) {
        self.come_if(list, |_| true);
    }

    fn come_if<T: Clone + PartialEq>(&mut self, list: &List<T>, which: impl Fn(&T) -> bool) {
        let wanted = list.in_hello(self.works).unwrap_or_default();
        for item in wanted.iter().filter(|item| which(item)) {
            let element = (list.element)(item.clone(), Change::Added);
            self.step(element, |hello| list.put(hello, item, &wanted));
        }
    }

    /// Members that this hello has and the working one lacks, unless it has no such list at all.
    fn go<T: Clone + PartialEq>(&mut self, list: &List<T>) {
        for item in self.surplus(list) {
            let element = (list.element)(item.clone(), Change::Removed);
            self.step(element, |hello| list.take(hello, &item));
        }
    }

    /// Groups go with their key shares: a share for a group that is not offered is illegal (RFC 8446
    /// section 4.2.8).
    fn groups_go(&mut self) {
        for code in self.surplus::<NamedGroup>(&GROUPS) {
            self.step(
                Element::Group {
                    code,
                    change: Change::Removed,
                },
                |hello| {
                    GROUPS.take(hello, &code);
                    KEY_SHARES.take(hello, &code);
                },
            );
        }
    }

    fn surplus<T: Clone + PartialEq>(&self, list: &List<T>) -> Vec<T> {
        let held = list.in_hello(&self.hello).unwrap_or_default();
        let wanted = list.in_hello(self.works);
        held.into_iter()
            .filter(|item| wanted.as_ref().is_some_and(|wanted| !wanted.contains(item)))
            .collect()
    }

    /// Versions come from the oldest on, and go from the oldest on, TLS 1.3 last. Where no
    /// supported_versions lists them they are those up to legacy_version.
    fn versions(&mut self) {
        let works = self.works;
        let target = sorted(works);
        let listed = |hello: &ClientHello| VERSIONS.in_hello(hello).is_some();
        if listed(works) && !modern(works) && !listed(&self.hello) {
            let code = ExtensionType(SUPPORTED_VERSIONS);
            let versions = self.hello.versions();
            self.step(
                Element::Extension {
                    code,
                    change: Change::Added,
                },
                |hello| {
                    put_extension(hello, Key::of(SUPPORTED_VERSIONS), works);
                    if let Some(list) = (VERSIONS.of)(hello) {
                        *list = versions;
                    }
                },
            );
        }
        let order = VERSIONS.in_hello(works).unwrap_or_else(|| works.versions());
        for version in &target {
            if self.hello.versions().contains(version) {
                continue;
            }
            if *version != ProtocolVersion::TLS1_3 && !listed(&self.hello) {
                self.legacy_up_to(*version);
                continue;
            }
            let element = Element::Version {
                code: *version,
                change: Change::Added,
            };
            self.step(element, |hello| match version {
                &ProtocolVersion::TLS1_3 => put_modern(hello, works),
                _ => VERSIONS.put(hello, version, &order),
            });
        }
        let mut surplus = sorted(&self.hello);
        surplus.retain(|version| !target.contains(version));
        if !listed(&self.hello) {
            surplus.reverse();
        }
        for version in surplus {
            let element = Element::Version {
                code: version,
                change: Change::Removed,
            };
            self.step(element, |hello| match version {
                ProtocolVersion::TLS1_3 => drop_modern(hello, works),
                _ if listed(hello) => VERSIONS.take(hello, &version),
                ProtocolVersion(code) => {
                    hello.legacy_version = ProtocolVersion(code.saturating_sub(1));
                }
            });
        }
        if listed(&self.hello) && !listed(works) {
            let code = ExtensionType(SUPPORTED_VERSIONS);
            self.step(
                Element::Extension {
                    code,
                    change: Change::Removed,
                },
                |hello| {
                    drop_extension(hello, Key::of(SUPPORTED_VERSIONS).kind);
                    hello.legacy_version = works.legacy_version;
                },
            );
        }
        // What is left is GREASE.
        self.come(&VERSIONS);
        self.go(&VERSIONS);
    }

    /// A higher legacy_version offers every version below it too: one step for each.
    fn legacy_up_to(&mut self, version: ProtocolVersion) {
        let next = self.hello.legacy_version.0.saturating_add(1);
        for code in (next..=version.0).map(ProtocolVersion) {
            let change = Change::Added;
            self.step(Element::Version { code, change }, |hello| {
                hello.legacy_version = code;
            });
        }
    }

    /// Extensions that both have, with another body.
    fn bodies(&mut self) {
        for key in keys(self.works) {
            let Some(body) = find(self.works, key)
                .cloned()
                .filter(|_| !LISTS.contains(&key.kind.0))
            else {
                continue;
            };
            let element = Element::ExtensionBody {
                code: ExtensionType(key.kind.0),
            };
            self.step(element, |hello| {
                let place = keys(hello).iter().position(|own| *own == key);
                if let Some(own) = place.and_then(|place| hello.extensions.get_mut(place)) {
                    *own = body;
                }
            });
        }
    }

    fn fields(&mut self) {
        let works = self.works;
        let (from, to) = (self.hello.legacy_version, works.legacy_version);
        self.step(Element::LegacyVersion { from, to }, |hello| {
            hello.legacy_version = to
        });
        let (from, to) = (self.hello.record_version, works.record_version);
        self.step(Element::RecordVersion { from, to }, |hello| {
            hello.record_version = to
        });
        self.step(Element::SessionId, |hello| {
            hello.session_id_length = works.session_id_length
        });
        self.step(Element::CompressionMethods, |hello| {
            hello
                .compression_methods
                .clone_from(&works.compression_methods);
        });
        self.step(Element::RecordSplit, |hello| {
            hello.records.clone_from(&works.records)
        });
    }

    fn form(&mut self) {
        let form = self.works.form;
        self.step(Element::Form, |hello| hello.form = form);
    }
}

/// Which extension of a hello is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Key {
    /// Its code point, and the length of GREASE: Chrome sends two of them that differ in that.
    kind: (u16, u8),
    /// How many of this kind stand before.
    before: usize,
}

impl Key {
    /// The first extension with that code.
    fn of(code: u16) -> Self {
        Self {
            kind: (code, 0),
            before: 0,
        }
    }
}

fn kind_of(extension: &Extension) -> (u16, u8) {
    match extension {
        Extension::Grease { length } => (GREASE, *length),
        other => (extension_type(other).map_or(GREASE, |code| code.0), 0),
    }
}

fn keys(hello: &ClientHello) -> Vec<Key> {
    let mut keys: Vec<Key> = Vec::new();
    for extension in &hello.extensions {
        let kind = kind_of(extension);
        let before = keys.iter().filter(|own| own.kind == kind).count();
        keys.push(Key { kind, before });
    }
    keys
}

fn find(hello: &ClientHello, key: Key) -> Option<&Extension> {
    let place = keys(hello).iter().position(|own| *own == key)?;
    hello.extensions.get(place)
}

/// Takes out the last extension of that kind, so that the ones before keep their keys.
fn drop_extension(hello: &mut ClientHello, kind: (u16, u8)) {
    if let Some(place) = hello
        .extensions
        .iter()
        .rposition(|extension| kind_of(extension) == kind)
    {
        hello.extensions.remove(place);
    }
}

/// Puts in the extension that `works` has under `key`, in its place.
fn put_extension(hello: &mut ClientHello, key: Key, works: &ClientHello) {
    let held = keys(hello);
    if let Some(extension) = find(works, key).filter(|_| !held.contains(&key)) {
        let place = place_of(&key, &keys(works), |after| {
            held.iter().position(|own| own == after)
        });
        hello
            .extensions
            .insert(place.unwrap_or(held.len()), extension.clone());
    }
}

fn modern(hello: &ClientHello) -> bool {
    hello.versions().contains(&ProtocolVersion::TLS1_3)
}

fn sorted(hello: &ClientHello) -> Vec<ProtocolVersion> {
    let mut versions = hello.versions();
    versions.retain(|version| !is_grease(version.0));
    versions.sort_unstable();
    versions.dedup();
    versions
}

fn put_modern(hello: &mut ClientHello, works: &ClientHello) {
    let older = hello.versions();
    if VERSIONS.in_hello(hello).is_none() {
        put_extension(hello, Key::of(SUPPORTED_VERSIONS), works);
        if let Some(list) = (VERSIONS.of)(hello) {
            *list = older;
        }
        hello.legacy_version = works.legacy_version;
    }
    let wanted = VERSIONS.in_hello(works).unwrap_or_default();
    VERSIONS.put(hello, &ProtocolVersion::TLS1_3, &wanted);
    for code in MODERN {
        put_extension(hello, Key::of(code), works);
    }
    for suite in works
        .cipher_suites
        .iter()
        .filter(|suite| is_modern(**suite))
    {
        CIPHER_SUITES.put(hello, suite, &works.cipher_suites);
    }
}

fn drop_modern(hello: &mut ClientHello, works: &ClientHello) {
    VERSIONS.take(hello, &ProtocolVersion::TLS1_3);
    if find(works, Key::of(SUPPORTED_VERSIONS)).is_none() {
        drop_extension(hello, Key::of(SUPPORTED_VERSIONS).kind);
        hello.legacy_version = works.legacy_version;
    }
    for code in MODERN {
        if find(works, Key::of(code)).is_none() {
            drop_extension(hello, Key::of(code).kind);
        }
    }
    let kept = |suite: &CipherSuite| !is_modern(*suite) || works.cipher_suites.contains(suite);
    hello.cipher_suites.retain(kept);
}

fn is_modern(suite: CipherSuite) -> bool {
    cipher_suite(suite).is_some_and(|info| info.tls13)
}
