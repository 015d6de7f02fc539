//! What clients demand of a server's answer, beyond what their ClientHello says.

use serde::{Deserialize, Serialize};

/// What a client demands of the handshake itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandshakeRules {
    /// The shortest finite-field prime it takes before TLS 1.3, in bits; `None` where it offers no such key exchange.
    pub min_dh_bits: Option<u32>,
    /// Whether a ServerHello before TLS 1.3 must carry renegotiation_info (RFC 5746 section 3.4).
    pub needs_secure_renegotiation: bool,
    /// Whether a ServerHello before TLS 1.3 must carry extended_master_secret (RFC 7627 section 5.2).
    pub needs_extended_master_secret: bool,
    /// Whether it ends the handshake when the server's random says that a newer version was possible (RFC 8446
    /// section 4.1.3).
    pub checks_downgrade: bool,
    /// The longest CertificateRequest it reads, in octets of the message's body.
    pub max_certificate_request: u32,
    /// Who says that it makes no second handshake on a connection, whatever asks for it (RFC 5246 section 7.4.1.1); `None`
    /// where it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refuses_renegotiation: Option<String>,
    /// What its former versions offered and this one does not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dropped: Vec<Dropped>,
    /// Where each of these facts is from.
    pub sources: HandshakeSources,
}

/// Something that an update took away.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dropped {
    /// What.
    pub what: Algorithm,
    /// The version without it, such as `Go 1.22`.
    pub since: String,
    /// The documentation that says so.
    pub source: String,
}

/// Old parts of TLS that updates take away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Algorithm {
    /// RSA key exchange: suites called `TLS_RSA_WITH_…`.
    RsaKeyExchange,
    /// Suites with 3DES.
    TripleDes,
    /// TLS 1.0 and 1.1.
    OldVersions,
}

/// For each rule, the documentation or source file that says so.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "each field is the source of the rule of the same name"
)]
pub struct HandshakeSources {
    pub min_dh_bits: String,
    pub needs_secure_renegotiation: String,
    pub needs_extended_master_secret: String,
    pub checks_downgrade: String,
    pub max_certificate_request: String,
}
