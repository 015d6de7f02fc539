//! Certificates of any shape, made with rcgen.

use jiff::Timestamp;
use pki::Certificate;
use pki::path::{Anchor, Pool};
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DistinguishedName, DnType, IsCa, Issuer,
    KeyPair, SignatureAlgorithm, date_time_ymd,
};
use report::CertificateSource;
use std::sync::Arc;

/// Somebody with a certificate and its key.
#[derive(Clone)]
pub(crate) struct Entity {
    pub(crate) certificate: Certificate,
    pub(crate) params: CertificateParams,
    pub(crate) key: Arc<KeyPair>,
}

/// The moment all these certificates are made for.
pub(crate) fn now() -> Timestamp {
    "2026-06-01T00:00:00Z".parse().unwrap()
}

pub(crate) fn named(common_name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params
        .distinguished_name
        .push(DnType::CommonName, common_name);
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2040, 1, 1);
    params.use_authority_key_identifier_extension = true;
    params
}

pub(crate) fn authority(common_name: &str) -> CertificateParams {
    let mut params = named(common_name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
}

pub(crate) fn server(names: &[&str]) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = named("leaf");
    params.subject_alt_names = CertificateParams::new(names).unwrap().subject_alt_names;
    params
}

/// authorityInfoAccess with one URL of issuers and one of OCSP.
pub(crate) fn information_access(issuers: &str, ocsp: &str) -> CustomExtension {
    let description = |last_arc: u8, url: &str| {
        let mut fields = vec![6, 8, 0x2b, 6, 1, 5, 5, 7, 0x30, last_arc];
        fields.extend([0x86, url.len() as u8]);
        fields.extend(url.as_bytes());
        [&[0x30, fields.len() as u8][..], &fields].concat()
    };
    let list = [description(2, issuers), description(1, ocsp)].concat();
    let value = [&[0x30, list.len() as u8][..], &list].concat();
    CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 1], value)
}

pub(crate) fn parse(der: &[u8]) -> Certificate {
    let parsed = Certificate::parse(der);
    assert_eq!(parsed.defects, []);
    parsed.certificate.unwrap()
}

impl Entity {
    pub(crate) fn root(common_name: &str) -> Self {
        Self::self_signed(authority(common_name), key())
    }

    pub(crate) fn self_signed(params: CertificateParams, key: KeyPair) -> Self {
        let certificate = parse(params.self_signed(&key).unwrap().der());
        Self {
            certificate,
            params,
            key: Arc::new(key),
        }
    }

    pub(crate) fn issue(&self, params: CertificateParams) -> Self {
        self.issue_for(params, key())
    }

    pub(crate) fn issue_for(
        &self,
        params: CertificateParams,
        key: impl Into<Arc<KeyPair>>,
    ) -> Self {
        let key = key.into();
        let issuer = Issuer::from_params(&self.params, &*self.key);
        let certificate = parse(params.signed_by(&*key, &issuer).unwrap().der());
        Self {
            certificate,
            params,
            key,
        }
    }

    pub(crate) fn anchor(&self) -> Anchor {
        Anchor {
            certificate: self.certificate.clone(),
        }
    }
}

pub(crate) fn key() -> KeyPair {
    key_of(&rcgen::PKCS_ECDSA_P256_SHA256)
}

pub(crate) fn key_of(algorithm: &'static SignatureAlgorithm) -> KeyPair {
    KeyPair::generate_for(algorithm).unwrap()
}

pub(crate) fn pool<'a>(entities: impl IntoIterator<Item = &'a Entity>) -> Pool {
    let mut pool = Pool::default();
    for entity in entities {
        pool.add(entity.certificate.clone(), CertificateSource::Served);
    }
    pool
}
