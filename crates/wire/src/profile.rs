//! Clients to stand in for: their ClientHello and what they demand of a certificate.
//!
//! One file each in `data/profiles`. To add one, write its file in the form of [`Profile`] and name it in `FILES`; the
//! test below builds its hello and compares the fingerprint with that of the capture.

use report::{ClientHello, ProtocolVersion};
use serde::Deserialize;
use std::sync::LazyLock;

/// One client.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// A permanent id, as `--as` takes it.
    pub id: String,
    /// For people.
    pub name: String,
    /// Which library or browser family.
    pub family: String,
    /// Its version.
    pub version: String,
    /// When that version came out: year and month.
    pub released: String,
    /// Whether the hello is that of the real client, element by element. Browsers that shuffle their extensions are exact in
    /// everything but the order.
    pub exact: bool,
    /// Where the hello and the rules were taken from.
    pub source: String,
    /// Its JA3 (the sorted form for clients that shuffle) as captured, where the capture has the octets.
    pub ja3: String,
    /// What it demands of a certificate.
    pub rules: Rules,
    /// What it says.
    pub hello: ClientHello,
}

/// What a client demands of a certificate, and what it does to complete a chain.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Whether it fetches missing issuers by authority information access.
    pub fetches_issuers: bool,
    /// Whether it knows the intermediates of public CAs beforehand.
    pub knows_intermediates: bool,
    /// Whose roots it trusts.
    pub store: String,
    /// Whether it needs a subjectAltName, or reads the common name without one.
    pub needs_san: bool,
    /// The smallest RSA key it takes, in bits.
    pub min_rsa_bits: u32,
    /// The lowest version it completes, whatever it offers.
    pub min_version: ProtocolVersion,
    /// Where these facts are from.
    pub source: String,
}

const FILES: [&str; 5] = [
    include_str!("../../../data/profiles/chrome.json"),
    include_str!("../../../data/profiles/firefox.json"),
    include_str!("../../../data/profiles/openssl3.json"),
    include_str!("../../../data/profiles/java17.json"),
    include_str!("../../../data/profiles/go.json"),
];

/// The clients that decide whether a target works.
const REFERENCE: [&str; 5] = ["chrome", "firefox", "openssl3", "java17", "go"];

static PROFILES: LazyLock<Vec<Profile>> = LazyLock::new(|| {
    let parse = |file: &&str| match serde_json::from_str(file) {
        Ok(profile) => profile,
        Err(error) => {
            panic!("a file of data/profiles, built into this program, does not parse: {error}")
        }
    };
    FILES.iter().map(parse).collect()
});

/// Every profile.
pub fn profiles() -> &'static [Profile] {
    &PROFILES
}

/// The profile with that id.
pub fn profile(id: &str) -> Option<&'static Profile> {
    PROFILES.iter().find(|profile| profile.id == id)
}

/// The reference set: current Chrome and Firefox, OpenSSL 3, Java 17, Go.
pub fn reference_set() -> Vec<&'static Profile> {
    REFERENCE.iter().filter_map(|id| profile(id)).collect()
}

#[cfg(test)]
mod tests {
    use super::{profiles, reference_set};
    use crate::build::build;
    use crate::decode::{Decoder, Item, Limits};
    use crate::describe::describe;
    use crate::fingerprint::ja3_string;
    use crate::handshake::HandshakeMessage;

    #[test]
    fn the_reference_set_is_whole() {
        assert_eq!(reference_set().len(), super::REFERENCE.len());
    }

    #[test]
    fn built_hellos_have_the_captured_fingerprint_and_describe_back() {
        for profile in profiles() {
            let built = build(&profile.hello, Some("example.com"), &[9; 32]);
            let mut decoder = Decoder::new(Limits::default());
            decoder.feed(&built.octets);
            let events: Vec<Item> = std::iter::from_fn(|| decoder.next_event())
                .map(|event| event.item)
                .collect();
            assert!(
                !events.iter().any(|item| matches!(item, Item::Defect(_))),
                "{}: {events:?}",
                profile.id
            );
            let hello = events.iter().find_map(|item| match item {
                Item::Handshake(HandshakeMessage::ClientHello(hello)) => Some(hello),
                _ => None,
            });
            let hello = hello.expect("a ClientHello");
            assert_eq!(ja3_string(hello), profile.ja3, "{}", profile.id);
            assert_eq!(
                describe(hello, profile.hello.record_version),
                profile.hello,
                "{}",
                profile.id
            );
        }
    }
}
