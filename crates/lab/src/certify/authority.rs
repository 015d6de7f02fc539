//! The throw-away CA: a root, an intermediate, and what they sign.

use crate::stage::{CertificateSpec, Chain, Issuer, KeyType};
use jiff::Timestamp;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, CustomExtension, DistinguishedName,
    DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256,
    PKCS_ECDSA_P384_SHA384, PKCS_RSA_SHA256, RsaKeySize, date_time_ymd,
};
use std::time::Duration;

/// Authority information access (RFC 5280 section 4.2.2.1).
const AUTHORITY_INFO_ACCESS: &[u64] = &[1, 3, 6, 1, 5, 5, 7, 1, 1];
/// The CAs' validity on both sides of now: more than any certificate of the lab has.
const CA_HOURS: i64 = 24 * 800;

/// Why a certificate could not be made.
#[derive(Debug, thiserror::Error)]
pub enum CertifyError {
    /// The certificate library refused.
    #[error("certificate cannot be made")]
    Rcgen(#[from] rcgen::Error),
    /// A date no certificate can hold.
    #[error("{0} seconds from 1970 is no date for a certificate")]
    Date(i64),
}

/// Root and intermediate.
pub(crate) struct Authority {
    root: CertifiedIssuer<'static, KeyPair>,
    intermediate: CertifiedIssuer<'static, KeyPair>,
    now: Timestamp,
}

/// A certificate with what is served beside it, and the key to sign with.
pub(crate) struct Identity {
    /// DER, leaf first.
    pub(crate) chain: Vec<Vec<u8>>,
    /// PKCS #8.
    pub(crate) key: Vec<u8>,
    /// The certificate in PEM, with the intermediate.
    pub(crate) certificate_pem: String,
    /// The key in PEM.
    pub(crate) key_pem: String,
}

impl Authority {
    /// A new root and intermediate, valid around `now`.
    ///
    /// # Errors
    ///
    /// When a key or certificate cannot be made.
    pub(crate) fn new(now: Timestamp) -> Result<Self, CertifyError> {
        let root_key = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384)?;
        let root = CertifiedIssuer::self_signed(authority("tlsmedic lab root", now)?, root_key)?;
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        let params = authority("tlsmedic lab intermediate", now)?;
        let intermediate = CertifiedIssuer::signed_by(params, key, &root)?;
        Ok(Self {
            root,
            intermediate,
            now,
        })
    }

    /// The root in PEM.
    pub(crate) fn root_pem(&self) -> String {
        self.root.pem()
    }

    /// The root in DER.
    pub(crate) fn root_der(&self) -> Vec<u8> {
        self.root.der().to_vec()
    }

    /// The intermediate in DER.
    pub(crate) fn intermediate_der(&self) -> Vec<u8> {
        self.intermediate.der().to_vec()
    }

    /// A server's certificate; `issuer_url` is where its issuer is to be had.
    ///
    /// # Errors
    ///
    /// When a key or certificate cannot be made.
    pub(crate) fn server(
        &self,
        spec: &CertificateSpec,
        issuer_url: Option<&str>,
    ) -> Result<Identity, CertifyError> {
        let mut params = CertificateParams::new(spec.names.clone())?;
        params.distinguished_name = distinguished_name(spec.common_name);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.custom_extensions = issuer_url.map(authority_info_access).into_iter().collect();
        self.identity(params, spec)
    }

    /// A client's certificate.
    ///
    /// # Errors
    ///
    /// When a key or certificate cannot be made.
    pub(crate) fn client(&self) -> Result<Identity, CertifyError> {
        let mut params = CertificateParams::new(vec!["client.shop.test".to_owned()])?;
        params.distinguished_name = distinguished_name(Some("tlsmedic lab client"));
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        self.identity(params, &CertificateSpec::default())
    }

    fn identity(
        &self,
        mut params: CertificateParams,
        spec: &CertificateSpec,
    ) -> Result<Identity, CertifyError> {
        let (from, to) = spec.hours;
        params.not_before = date_time_ymd(1970, 1, 1) + since_1970(self.now, from)?;
        params.not_after = date_time_ymd(1970, 1, 1) + since_1970(self.now, to)?;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        if matches!(spec.key, KeyType::Rsa2048 | KeyType::Rsa4096) {
            params.key_usages.push(KeyUsagePurpose::KeyEncipherment);
        }
        params.use_authority_key_identifier_extension = spec.issuer != Issuer::Itself;
        let key = generate(spec.key)?;
        let certificate = match spec.issuer {
            Issuer::Intermediate => params.signed_by(&key, &self.intermediate)?,
            Issuer::Root => params.signed_by(&key, &self.root)?,
            Issuer::Itself => params.self_signed(&key)?,
        };
        let mut chain = vec![certificate.der().to_vec()];
        if spec.chain != Chain::Alone && spec.issuer == Issuer::Intermediate {
            chain.push(self.intermediate_der());
        }
        if spec.chain == Chain::WithRoot {
            chain.push(self.root_der());
        }
        let key = if spec.foreign_key {
            generate(spec.key)?
        } else {
            key
        };
        Ok(Identity {
            chain,
            key: key.serialize_der(),
            certificate_pem: certificate.pem() + &self.intermediate.pem(),
            key_pem: key.serialize_pem(),
        })
    }
}

fn generate(key: KeyType) -> Result<KeyPair, rcgen::Error> {
    match key {
        KeyType::P256 => KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256),
        KeyType::P384 => KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384),
        KeyType::Rsa2048 => KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048),
        KeyType::Rsa4096 => KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_4096),
    }
}

fn authority(name: &'static str, now: Timestamp) -> Result<CertificateParams, CertifyError> {
    let mut params = CertificateParams::default();
    params.distinguished_name = distinguished_name(Some(name));
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.use_authority_key_identifier_extension = true;
    params.not_before = date_time_ymd(1970, 1, 1) + since_1970(now, -CA_HOURS)?;
    params.not_after = date_time_ymd(1970, 1, 1) + since_1970(now, CA_HOURS)?;
    Ok(params)
}

fn distinguished_name(common_name: Option<&str>) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    if let Some(common_name) = common_name {
        name.push(DnType::OrganizationName, "tlsmedic lab");
        name.push(DnType::CommonName, common_name);
    }
    name
}

/// `hours` from `now`, counted from 1970.
fn since_1970(now: Timestamp, hours: i64) -> Result<Duration, CertifyError> {
    let seconds = now.as_second().saturating_add(hours.saturating_mul(3600));
    u64::try_from(seconds)
        .map(Duration::from_secs)
        .map_err(|_| CertifyError::Date(seconds))
}

/// An extension with one caIssuers URL: `SEQUENCE { SEQUENCE { id-ad-caIssuers, [6] url } }`.
fn authority_info_access(url: &str) -> CustomExtension {
    const CA_ISSUERS: [u8; 10] = [6, 8, 0x2b, 6, 1, 5, 5, 7, 0x30, 2];
    let description = element(
        0x30,
        &[&CA_ISSUERS[..], &element(0x86, url.as_bytes())].concat(),
    );
    CustomExtension::from_oid_content(AUTHORITY_INFO_ACCESS, element(0x30, &description))
}

/// A DER element of at most 127 octets, which is what a loopback URL needs.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u8::try_from(content.len()).unwrap_or(u8::MAX);
    debug_assert!(length < 0x80);
    [&[tag, length], content].concat()
}
