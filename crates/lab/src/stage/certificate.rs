//! What a server's certificate is like, as data.

use super::RevocationSpec;
use crate::certify::Edit;

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
    /// What is unusual in it.
    pub(crate) edits: Vec<Edit>,
    /// How its issuer signed it.
    pub(crate) signed_with: SignedWith,
    /// The CAs from the root down; without any, the lab's root and intermediate.
    pub(crate) ca: Vec<CaSpec>,
    /// CAs of `ca` that another root signed too.
    pub(crate) crosses: Vec<CrossSpec>,
    /// What is served, in this order; without any, what `chain` says.
    pub(crate) served: Vec<Served>,
    /// What the CA says of it, and what the server staples.
    pub(crate) revocation: RevocationSpec,
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
            edits: Vec::new(),
            signed_with: SignedWith::Usual,
            ca: Vec::new(),
            crosses: Vec::new(),
            served: Vec::new(),
            revocation: RevocationSpec::default(),
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

    /// With this unusual.
    pub(crate) fn edited(edits: &[Edit]) -> Self {
        Self {
            edits: edits.to_vec(),
            ..Self::default()
        }
    }
}

/// The CAs' validity on both sides of now: more than any certificate of the lab has.
const CA_HOURS: i64 = 800 * DAY;

/// One CA.
#[derive(Clone, Debug)]
pub(crate) struct CaSpec {
    /// Its common name.
    pub(crate) name: &'static str,
    /// The kind of its key.
    pub(crate) key: KeyType,
    /// Its validity, as hours from now.
    pub(crate) hours: (i64, i64),
    /// What is unusual in it.
    pub(crate) edits: Vec<Edit>,
    /// How the one above signed it.
    pub(crate) signed_with: SignedWith,
}

impl CaSpec {
    /// The lab's usual root.
    pub(crate) fn root() -> Self {
        Self {
            name: "tlsmedic lab root",
            key: KeyType::P384,
            hours: (-CA_HOURS, CA_HOURS),
            edits: Vec::new(),
            signed_with: SignedWith::Usual,
        }
    }

    /// The lab's usual intermediate.
    pub(crate) fn intermediate() -> Self {
        Self {
            name: "tlsmedic lab intermediate",
            key: KeyType::P256,
            ..Self::root()
        }
    }
}

/// A CA's name and key in a certificate by another root.
#[derive(Clone, Debug)]
pub(crate) struct CrossSpec {
    /// Which CA; 0 is the root.
    pub(crate) of: usize,
    /// The validity of the cross-certificate, as hours from now.
    pub(crate) hours: (i64, i64),
    /// What is unusual in it.
    pub(crate) edits: Vec<Edit>,
}

/// One certificate among those served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Served {
    /// The server's own.
    Leaf,
    /// A CA's; 0 is the root.
    Ca(usize),
    /// One of the crosses.
    Cross(usize),
    /// One of the same name, issuer and look as that CA, with another key.
    Namesake(usize),
    /// A root that has nothing to do with it.
    Stranger,
}

/// How a certificate is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignedWith {
    /// As usual for the issuer's key: PKCS #1 with SHA-256, ECDSA with the curve's hash, Ed25519.
    Usual,
    /// RSA with SHA-1.
    Sha1,
    /// RSA with MD5.
    Md5,
    /// RSASSA-PSS with SHA-256.
    Pss,
    /// As usual, and one bit of it flipped.
    Garbage,
}

/// The kind of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyType {
    P256,
    P384,
    P521,
    Ed25519,
    Rsa1024,
    Rsa2048,
    Rsa4096,
    Rsa8192,
    /// P-256 as RFC 9500 section 2.3 publishes it, private half and all.
    PublishedP256,
    /// P-384, likewise.
    PublishedP384,
    /// RSA with 2048 bits as RFC 9500 section 2.1 publishes it.
    PublishedRsa2048,
}

impl KeyType {
    /// Whether it is an RSA key.
    pub(crate) fn is_rsa(self) -> bool {
        matches!(
            self,
            Self::Rsa1024 | Self::Rsa2048 | Self::Rsa4096 | Self::Rsa8192 | Self::PublishedRsa2048
        )
    }
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
