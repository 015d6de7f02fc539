//! What a server's certificate is like, as data.

/// A certificate and what is served with it.
#[derive(Clone, Debug)]
pub(crate) struct CertificateSpec {
    /// The kind of its key.
    pub(crate) key: KeyType,
    /// Its subjectAltName.
    pub(crate) names: Vec<String>,
    /// Its subject's common name; none makes the subject empty.
    pub(crate) common_name: Option<&'static str>,
    /// Its validity, as hours from now: negative ones lie in the past.
    pub(crate) hours: (i64, i64),
    /// Who signed it.
    pub(crate) issuer: Issuer,
    /// What is served.
    pub(crate) chain: Chain,
    /// Whether the issuer's address stands in it (RFC 5280 section 4.2.2.1), and the issuer is to be had there.
    pub(crate) issuer_url: bool,
    /// Whether the server signs with another key than the certificate's.
    pub(crate) foreign_key: bool,
}

const DAY: i64 = 24;

impl Default for CertificateSpec {
    fn default() -> Self {
        Self {
            key: KeyType::P256,
            names: ["www.shop.test", "shop.test"].map(str::to_owned).to_vec(),
            common_name: Some("www.shop.test"),
            hours: (-30 * DAY, 60 * DAY),
            issuer: Issuer::Intermediate,
            chain: Chain::Usual,
            issuer_url: false,
            foreign_key: false,
        }
    }
}

impl CertificateSpec {
    /// With such a key.
    pub(crate) fn with_key(key: KeyType) -> Self {
        Self {
            key,
            ..Self::default()
        }
    }

    /// Valid between such days from now.
    pub(crate) fn valid(from: i64, to: i64) -> Self {
        Self {
            hours: (from * DAY, to * DAY),
            ..Self::default()
        }
    }

    /// For these names.
    pub(crate) fn for_names(names: &[&str]) -> Self {
        Self {
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            ..Self::default()
        }
    }
}

/// The kind of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyType {
    P256,
    P384,
    Rsa2048,
    Rsa4096,
}

/// Who signed a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Issuer {
    /// The lab's intermediate CA.
    Intermediate,
    /// The lab's root itself.
    Root,
    /// Nobody but its own key.
    Itself,
}

/// What is served with a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Chain {
    /// All but the root.
    Usual,
    /// All, and the root.
    WithRoot,
    /// Nothing.
    Alone,
}
