//! Certificates for files that are repaired.

use crate::support::{Place, Run};
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DistinguishedName, DnType, IsCa, Issuer,
    KeyPair,
};
use std::fs;
use std::path::Path;

pub(crate) struct Entity {
    pub(crate) params: CertificateParams,
    pub(crate) key: KeyPair,
    pub(crate) pem: String,
    pub(crate) der: Vec<u8>,
}

impl Entity {
    pub(crate) fn new(params: CertificateParams, by: Option<&Self>) -> Self {
        let key = KeyPair::generate().expect("a key");
        let certificate = match by {
            Some(by) => params.signed_by(&key, &Issuer::from_params(&by.params, &by.key)),
            None => params.self_signed(&key),
        };
        let certificate = certificate.expect("a certificate");
        Self {
            pem: certificate.pem().replace("\r\n", "\n"),
            der: certificate.der().to_vec(),
            params,
            key,
        }
    }

    pub(crate) fn authority(name: &str, by: Option<&Self>) -> Self {
        let mut params = named(name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self::new(params, by)
    }
}

pub(crate) fn named(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

pub(crate) fn server(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new([name.to_owned()]).expect("a name");
    params.distinguished_name = named(name).distinguished_name;
    params
}

/// A root, two CAs below it, a server's certificate, and a root that has nothing to do with them.
pub(crate) struct Line {
    pub(crate) root: Entity,
    pub(crate) upper: Entity,
    pub(crate) lower: Entity,
    pub(crate) leaf: Entity,
    pub(crate) stranger: Entity,
}

impl Line {
    pub(crate) fn new() -> Self {
        let root = Entity::authority("Root", None);
        let upper = Entity::authority("Upper", Some(&root));
        let lower = Entity::authority("Lower", Some(&upper));
        let leaf = Entity::new(server("www.shop.test"), Some(&lower));
        Self {
            stranger: Entity::authority("Stranger", None),
            root,
            upper,
            lower,
            leaf,
        }
    }

    pub(crate) fn good(&self) -> String {
        [&self.leaf, &self.lower, &self.upper]
            .map(|entity| entity.pem.as_str())
            .concat()
    }

    pub(crate) fn place(&self) -> Place {
        let place = Place::new();
        place.file("root.pem", &self.root.pem);
        place
    }
}

pub(crate) fn seen(run: &Run) -> (i32, &str, &str) {
    (run.status, &run.stdout, &run.stderr)
}

pub(crate) fn content(place: &Place, name: &str) -> String {
    fs::read_to_string(place.path().join(name)).expect("a file")
}

pub(crate) fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .into_string()
                .expect("UTF-8")
        })
        .collect();
    names.sort();
    names
}

/// authorityInfoAccess with one address of issuers.
pub(crate) fn information_access(url: &str) -> CustomExtension {
    let length = |octets: &[u8]| u8::try_from(octets.len()).expect("short");
    let mut fields = vec![
        6,
        8,
        0x2b,
        6,
        1,
        5,
        5,
        7,
        0x30,
        2,
        0x86,
        length(url.as_bytes()),
    ];
    fields.extend(url.as_bytes());
    let description = [&[0x30, length(&fields)][..], &fields].concat();
    let value = [&[0x30, length(&description)][..], &description].concat();
    CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 1], value)
}
