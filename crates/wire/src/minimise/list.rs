//! The lists inside a ClientHello whose members are elements of their own.

use super::element::{Change, Element};
use report::{CipherSuite, ClientHello, Extension, NamedGroup, ProtocolVersion, SignatureScheme};

/// A list, and what its members are.
pub(super) struct List<T> {
    pub(super) of: fn(&mut ClientHello) -> Option<&mut Vec<T>>,
    pub(super) element: fn(T, Change) -> Element,
}

pub(super) const CIPHER_SUITES: List<CipherSuite> = List {
    of: |hello| Some(&mut hello.cipher_suites),
    element: |code, change| Element::CipherSuite { code, change },
};

pub(super) const GROUPS: List<NamedGroup> = List {
    of: |hello| {
        hello
            .extensions
            .iter_mut()
            .find_map(|extension| match extension {
                Extension::SupportedGroups { groups } => Some(groups),
                _ => None,
            })
    },
    element: |code, change| Element::Group { code, change },
};

pub(super) const KEY_SHARES: List<NamedGroup> = List {
    of: |hello| {
        hello
            .extensions
            .iter_mut()
            .find_map(|extension| match extension {
                Extension::KeyShare { groups } => Some(groups),
                _ => None,
            })
    },
    element: |code, change| Element::KeyShare { code, change },
};

pub(super) const SIGNATURE_SCHEMES: List<SignatureScheme> = List {
    of: |hello| {
        hello
            .extensions
            .iter_mut()
            .find_map(|extension| match extension {
                Extension::SignatureAlgorithms { schemes } => Some(schemes),
                _ => None,
            })
    },
    element: |code, change| Element::SignatureScheme { code, change },
};

pub(super) const PROTOCOLS: List<String> = List {
    of: |hello| {
        hello
            .extensions
            .iter_mut()
            .find_map(|extension| match extension {
                Extension::Alpn { protocols } => Some(protocols),
                _ => None,
            })
    },
    element: |name, change| Element::AlpnProtocol { name, change },
};

pub(super) const VERSIONS: List<ProtocolVersion> = List {
    of: |hello| {
        hello
            .extensions
            .iter_mut()
            .find_map(|extension| match extension {
                Extension::SupportedVersions { versions } => Some(versions),
                _ => None,
            })
    },
    element: |code, change| Element::Version { code, change },
};

impl<T: Clone + PartialEq> List<T> {
    /// The list as it stands in `hello`; `None` where the hello has no place for it.
    pub(super) fn in_hello(&self, hello: &ClientHello) -> Option<Vec<T>> {
        (self.of)(&mut hello.clone()).map(|list| list.clone())
    }

    /// Puts `item` where `wanted` has it, as far as its neighbours are there.
    pub(super) fn put(&self, hello: &mut ClientHello, item: &T, wanted: &[T]) {
        if let Some(list) = (self.of)(hello).filter(|list| !list.contains(item)) {
            let place = place_of(item, wanted, |after| {
                list.iter().position(|own| own == after)
            });
            list.insert(place.unwrap_or(list.len()), item.clone());
        }
    }

    /// Takes `item` out.
    pub(super) fn take(&self, hello: &mut ClientHello, item: &T) {
        if let Some(list) = (self.of)(hello) {
            list.retain(|own| own != item);
        }
    }
}

/// The place of the first of those that stand after `item` in `wanted` and are there already.
pub(super) fn place_of<T: PartialEq>(
    item: &T,
    wanted: &[T],
    place: impl Fn(&T) -> Option<usize>,
) -> Option<usize> {
    wanted
        .iter()
        .skip_while(|other| *other != item)
        .skip(1)
        .find_map(place)
}
