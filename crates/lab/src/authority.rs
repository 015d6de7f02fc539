//! A throw-away certificate authority with one intermediate.

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, CustomExtension, DistinguishedName,
    DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256,
    PKCS_ECDSA_P384_SHA384, PKCS_RSA_SHA256, RsaKeySize,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use std::time::{Duration, SystemTime};

const DAY: u64 = 86_400;

/// What a server's certificate should be.
#[derive(Clone, Debug)]
pub(crate) struct Leaf {
    pub(crate) names: Vec<String>,
    /// Start and end of validity, in seconds from now.
    pub(crate) validity: (i64, i64),
    pub(crate) key: Key,
    pub(crate) chain: ChainKind,
    /// Whether the subject is empty and the name stands in subjectAltName alone.
    pub(crate) without_subject: bool,
}

/// A kind of key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    P256,
    P384,
    Rsa2048,
    Rsa4096,
}

/// What is served beside the leaf, and who signed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChainKind {
    /// Leaf and intermediate.
    Whole,
    /// Root too.
    WithRoot,
    /// The leaf alone; it says where its issuer is, or not.
    LeafAlone { aia: bool },
    /// The leaf signs itself.
    SelfSigned,
}

impl Leaf {
    pub(crate) fn new(name: &str) -> Self {
        let day = 86_400;
        Self {
            names: vec![name.to_owned()],
            validity: (-day, 60 * day),
            key: Key::P256,
            chain: ChainKind::Whole,
            without_subject: false,
        }
    }
}

/// A certificate with its key, as a server holds them.
#[derive(Debug)]
pub(crate) struct Credentials {
    pub(crate) chain: Vec<CertificateDer<'static>>,
    pub(crate) key: KeyPair,
}

impl Credentials {
    pub(crate) fn private_key(&self) -> PrivateKeyDer<'static> {
        PrivatePkcs8KeyDer::from(self.key.serialize_der()).into()
    }
}

/// The authority.
pub(crate) struct Authority {
    root: CertifiedIssuer<'static, KeyPair>,
    intermediate: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    /// Makes keys and certificates of root and intermediate.
    pub(crate) fn new() -> Result<Self, rcgen::Error> {
        let root = CertifiedIssuer::self_signed(ca("tlsmedic lab root")?, key_pair(Key::P256)?)?;
        let intermediate = CertifiedIssuer::signed_by(
            ca("tlsmedic lab intermediate")?,
            key_pair(Key::P256)?,
            &root,
        )?;
        Ok(Self { root, intermediate })
    }

    /// The root in PEM.
    pub(crate) fn root_pem(&self) -> String {
        self.root.pem()
    }

    pub(crate) fn root_der(&self) -> CertificateDer<'static> {
        self.root.der().clone()
    }

    pub(crate) fn intermediate_der(&self) -> Vec<u8> {
        self.intermediate.der().to_vec()
    }

    /// Issues a server certificate; `issuer_url` is where its issuer can be fetched.
    pub(crate) fn issue(&self, leaf: &Leaf, issuer_url: &str) -> Result<Credentials, rcgen::Error> {
        let key = key_pair(leaf.key)?;
        let mut params = CertificateParams::new(leaf.names.clone())?;
        params.distinguished_name = DistinguishedName::new();
        if let (Some(name), false) = (leaf.names.first(), leaf.without_subject) {
            params
                .distinguished_name
                .push(DnType::CommonName, name.as_str());
        }
        (params.not_before, params.not_after) = (
            from_now(leaf.validity.0).into(),
            from_now(leaf.validity.1).into(),
        );
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.key_usages = vec![
            KeyUsagePurpose::DigitalSignature,
            KeyUsagePurpose::KeyEncipherment,
        ];
        params.use_authority_key_identifier_extension = leaf.chain != ChainKind::SelfSigned;
        if leaf.chain == (ChainKind::LeafAlone { aia: true }) {
            params
                .custom_extensions
                .push(authority_information_access(issuer_url));
        }
        let certificate = match leaf.chain {
            ChainKind::SelfSigned => params.self_signed(&key)?,
            _ => params.signed_by(&key, &self.intermediate)?,
        };
        let mut chain = vec![certificate.der().clone()];
        if matches!(leaf.chain, ChainKind::Whole | ChainKind::WithRoot) {
            chain.push(self.intermediate.der().clone());
        }
        if leaf.chain == ChainKind::WithRoot {
            chain.push(self.root.der().clone());
        }
        Ok(Credentials { chain, key })
    }

    /// A client certificate and its key in PEM.
    pub(crate) fn client(&self) -> Result<(String, String), rcgen::Error> {
        let key = key_pair(Key::P256)?;
        let mut params = CertificateParams::new(vec!["client.test".to_owned()])?;
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        (params.not_before, params.not_after) = (from_now(-3600).into(), from_now(86_400).into());
        let certificate = params.signed_by(&key, &self.root)?;
        Ok((certificate.pem(), key.serialize_pem()))
    }
}

fn key_pair(key: Key) -> Result<KeyPair, rcgen::Error> {
    match key {
        Key::P256 => KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256),
        Key::P384 => KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384),
        Key::Rsa2048 => KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048),
        Key::Rsa4096 => KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_4096),
    }
}

fn from_now(seconds: i64) -> SystemTime {
    let span = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 {
        SystemTime::now() - span
    } else {
        SystemTime::now() + span
    }
}

fn ca(name: &str) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = (SystemTime::now() - Duration::from_secs(1000 * DAY)).into();
    params.not_after = (SystemTime::now() + Duration::from_secs(3000 * DAY)).into();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

/// RFC 5280 section 4.2.2.1 with one caIssuers location, whose URL is under 100 octets.
fn authority_information_access(url: &str) -> CustomExtension {
    let element = |tag: u8, content: &[u8]| {
        [
            &[tag, u8::try_from(content.len()).unwrap_or(u8::MAX)],
            content,
        ]
        .concat()
    };
    let method = element(0x06, &[0x2b, 6, 1, 5, 5, 7, 48, 2]);
    let location = element(0x86, url.as_bytes());
    let content = element(0x30, &element(0x30, &[method, location].concat()));
    CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 1], content)
}
