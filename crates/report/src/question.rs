//! What the user asked.

use crate::{CipherSuite, NamedGroup, ProtocolVersion, ProxySetting, SignatureScheme, Starttls};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;

/// What the user named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Target {
    /// As typed.
    pub input: String,
    /// Host name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// The service, as a URL scheme: `https`, `smtp`, `postgres` …
    pub service: String,
    /// The name asked for in server_name and looked for in the certificate; `None` for an address or when asked to send none.
    pub server_name: Option<String>,
    /// Where it was found, in the order they were tried.
    pub addresses: Vec<SocketAddr>,
}

/// Everything that was asked; with the evidence, all that a brain needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Question {
    /// What to examine. `addresses` is empty here.
    pub target: Target,
    /// This machine's clock at the start.
    #[schemars(with = "String")]
    pub started: Timestamp,
    /// Which client decides whether it works.
    pub client: AskedClient,
    /// Limits on what is offered.
    pub offers: Offers,
    /// Address and port to use instead of the name's (`--connect`).
    pub connect: Option<SocketAddr>,
    /// The proxy to go through, or the one that would be gone through if the target were not excluded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proxy: Option<ProxySetting>,
    /// Which address family to use.
    pub family: AddressFamily,
    /// Whether every address is examined, not just the first six.
    pub all_addresses: bool,
    /// What precedes TLS on the connection.
    pub starttls: Option<Starttls>,
    /// Which name to send.
    pub server_name: ServerNameChoice,
    /// The path of `--ca-file`, which then replaces the system's store.
    pub ca_file: Option<String>,
    /// The path of `--former-ca-file`: trust anchors that were in force before, to compare with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub former_ca_file: Option<String>,
    /// What `--distrusted` lists: CAs and keys that are distrusted beside those known here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub distrusted: Vec<Distrusted>,
    /// The DER certificates of `--deployed`: what the server is said to have on disk, leaf first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deployed: Vec<crate::Bytes>,
    /// The DER certificates of `--client-cert`, leaf first; the key is not here.
    pub client_certificate: Vec<crate::Bytes>,
    /// SNTP servers.
    pub time_sources: Vec<String>,
    /// Hosts whose plain HTTP `Date` is asked for.
    pub controls: Vec<String>,
    /// DNS servers to ask: those of the command line, otherwise the system's.
    pub resolvers: Vec<SocketAddr>,
    /// Whether the command line named them, in which case the system's resolver is not asked.
    pub resolvers_named: bool,
    /// The suffixes that the system's resolver tries behind a name (resolv.conf(5), `search`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub search: Vec<String>,
    /// Whether anything but the target, and what the command line names, may be contacted.
    pub offline: bool,
    /// What the user's client would wait, in microseconds.
    pub timeout_us: u64,
    /// Whether handshakes under load are wanted (`--load`), and at most how many at once and begun in a second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub load: Option<u32>,
}

/// Which client decides whether a target works.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AskedClient {
    /// The clients of the reference set.
    #[default]
    ReferenceSet,
    /// The profile with this id.
    Profile(String),
}

/// Limits on what the asked client offers. Empty and `None` leave the client as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Offers {
    /// The lowest version.
    pub tls_min: Option<ProtocolVersion>,
    /// The highest version.
    pub tls_max: Option<ProtocolVersion>,
    /// The cipher suites, in order.
    pub cipher_suites: Option<Vec<CipherSuite>>,
    /// The groups, in order.
    pub groups: Option<Vec<NamedGroup>>,
    /// The signature schemes, in order.
    pub signature_schemes: Option<Vec<SignatureScheme>>,
    /// The ALPN protocols, in order; an empty list sends no extension.
    pub alpn: Option<Vec<String>>,
}

impl Offers {
    /// Whether nothing is limited.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Which address family to use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AddressFamily {
    /// Both.
    #[default]
    Any,
    /// `-4`.
    Ipv4,
    /// `-6`.
    Ipv6,
}

/// Which name to send.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ServerNameChoice {
    /// The target's host.
    #[default]
    Host,
    /// None at all (`--server-name none`).
    None,
    /// This one; it is also the one looked for in the certificate.
    Name(String),
}

/// A CA or a key that a root programme distrusts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Distrusted {
    /// SHA-256 of a CA's certificate, in hexadecimal; nothing below it counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// SHA-256 of a SubjectPublicKeyInfo, in hexadecimal; nothing with or below that key counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spki_sha256: Option<String>,
    /// What it is called.
    pub name: String,
    /// The stores whose clients distrust it, as profiles name them: `chrome`, `mozilla`, `java`, `system`.
    pub stores: Vec<String>,
    /// From when on; `None` where no certificate is trusted, however old.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub after: Option<Timestamp>,
    /// Which date of a certificate is compared with `after`.
    #[serde(default)]
    pub by: DistrustedBy,
    /// Who says so.
    pub source: String,
}

/// Which date of a certificate decides whether it is distrusted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DistrustedBy {
    /// The beginning of its validity.
    #[default]
    NotBefore,
    /// Its earliest signed certificate timestamp, RFC 6962; where none is embedded, the beginning of its validity.
    Timestamp,
}
