//! Clients to stand in for: their ClientHello and what they demand of a certificate.
//!
//! One file each in `data/profiles`, embedded; `docs/profiles.md` says how one is added.

mod addresses;
mod contents;
mod handshake;
mod path;
mod revocation;
mod stricter;

pub use addresses::{AddressRules, FirstFamily, NextAddress};
pub use contents::{ContentFault, ContentRules};
pub use handshake::{Algorithm, Dropped, HandshakeRules, HandshakeSources};
pub use path::{PathFault, PathRules};
pub use revocation::{RevocationRules, StapleRule};
pub use stricter::{Stricter, Strictness};

use report::{ClientHello, ProtocolVersion};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// One client.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// A permanent id, as `--as` takes it. What it stands for moves with the client's versions.
    pub id: String,
    /// For people.
    pub name: String,
    /// Which library or browser family.
    pub family: String,
    /// The version the hello is of.
    pub version: String,
    /// When that version was current: year and month.
    pub released: String,
    /// Whether the hello is that of the real client, element by element. Of clients that shuffle their
    /// extensions it is one order of many, see `shuffles`.
    pub exact: bool,
    /// Whether the client puts its extensions in another order for each connection. The profile always
    /// has the one that was captured, so that an answer can be repeated.
    pub shuffles: bool,
    /// Where the hello was taken from.
    pub source: String,
    /// The string of its JA3 as captured.
    pub ja3: String,
    /// Its JA4 as captured.
    pub ja4: String,
    /// What makes it stricter than another profile, where it is another one with something switched on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stricter: Option<Stricter>,
    /// What it demands of a certificate.
    pub rules: Rules,
    /// What it demands of a server's answer.
    pub handshake: HandshakeRules,
    /// What it says.
    pub hello: ClientHello,
}

/// What a client demands of a server and its certificate, and what it does to complete a chain.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Whether it fetches missing issuers by authority information access (RFC 5280 section 4.2.2.1).
    pub fetches_issuers: bool,
    /// Whether it knows the intermediates of public CAs beforehand.
    pub knows_intermediates: bool,
    /// Whose roots it trusts: `chrome`, `mozilla`, `java`, or `system` for those of the machine.
    pub store: String,
    /// Whether it encrypts its hello with the keys that DNS publishes (RFC 9849), where it reads HTTPS records.
    pub encrypts_hello: bool,
    /// Whether it needs a subjectAltName, or reads the common name without one.
    pub needs_san: bool,
    /// The smallest RSA key it takes, in bits.
    pub min_rsa_bits: u32,
    /// The lowest version it completes, whatever it offers.
    pub min_version: ProtocolVersion,
    /// Whether it sends server_name when the URL holds an IP address.
    pub sends_server_name_for_ip: bool,
    /// What it makes of what stands in the certificates; with its own sources.
    pub contents: ContentRules,
    /// What it makes of the path to a trust anchor; with its own sources.
    pub path: PathRules,
    /// What it makes of revocation; with its own source.
    pub revocation: RevocationRules,
    /// In which order it tries the addresses of a name; with its own source.
    pub addresses: AddressRules,
    /// Where each of these facts is from.
    pub sources: RuleSources,
}

/// For each rule, the documentation or source file that says so.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "each field is the source of the rule of the same name"
)]
pub struct RuleSources {
    pub fetches_issuers: String,
    pub knows_intermediates: String,
    pub store: String,
    pub encrypts_hello: String,
    pub needs_san: String,
    pub min_rsa_bits: String,
    pub min_version: String,
    pub sends_server_name_for_ip: String,
}

const FILES: [&str; 8] = [
    include_str!("../../../data/profiles/chrome.json"),
    include_str!("../../../data/profiles/firefox.json"),
    include_str!("../../../data/profiles/openssl3.json"),
    include_str!("../../../data/profiles/java17.json"),
    include_str!("../../../data/profiles/go.json"),
    include_str!("../../../data/profiles/go-fips.json"),
    include_str!("../../../data/profiles/openssl3-level3.json"),
    include_str!("../../../data/profiles/python.json"),
];

/// The clients that decide whether a target works.
const REFERENCE: [&str; 5] = ["chrome", "firefox", "openssl3", "java17", "go"];

static PROFILES: LazyLock<Vec<Profile>> = LazyLock::new(|| {
    let parse = |file: &&str| match serde_json::from_str(file) {
        Ok(profile) => profile,
        Err(error) => panic!("a file of data/profiles, built into this program: {error}"),
    };
    FILES.iter().map(parse).collect()
});

/// Every profile.
pub fn profiles() -> &'static [Profile] {
    &PROFILES
}

impl Profile {
    /// The same client without what makes it stricter, and what that is.
    pub fn lenient(&self) -> Option<(&'static Self, &Stricter)> {
        let stricter = self.stricter.as_ref()?;
        Some((profile(&stricter.than)?, stricter))
    }
}

/// The profile with that id.
pub fn profile(id: &str) -> Option<&'static Profile> {
    PROFILES.iter().find(|profile| profile.id == id)
}

/// The reference set: current Chrome and Firefox, OpenSSL 3, Java 17, Go.
pub fn reference_set() -> Vec<&'static Profile> {
    REFERENCE.iter().filter_map(|id| profile(id)).collect()
}
