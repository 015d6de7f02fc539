//! What a client's certificate is like, as data.

/// A client's certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ClientSpec {
    /// Its validity, as hours from now: negative ones lie in the past.
    pub(crate) hours: (i64, i64),
    /// What it may be used for.
    pub(crate) purpose: Purpose,
    /// Who signed it.
    pub(crate) issuer: ClientIssuer,
}

impl Default for ClientSpec {
    fn default() -> Self {
        Self {
            hours: (-24 * 30, 24 * 60),
            purpose: Purpose::Client,
            issuer: ClientIssuer::Lab,
        }
    }
}

/// extKeyUsage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// clientAuth.
    Client,
    /// serverAuth alone.
    Server,
}

/// Who signed a client's certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClientIssuer {
    /// The CA whose certificates the lab's servers take.
    Lab,
    /// Another CA.
    Stranger,
    /// Another CA of the same name, so that only the signature tells them apart.
    Namesake,
}
