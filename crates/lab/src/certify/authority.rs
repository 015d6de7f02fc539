//! The throw-away CA: a root, what stands between, and what they sign.

use super::der;
use super::key::{Key, key_id, serial};
use super::signer::SignError;
use super::tbs::{self, Edit, Tbs, V3, id, usage};
use crate::stage::{
    CaSpec, CertificateSpec, Chain, ClientIssuer, ClientSpec, CrossSpec, Issuer, KeyType, Purpose,
    Served, SignedWith,
};
use jiff::{SignedDuration, Timestamp};
use rsa::pkcs8::LineEnding;
use rsa::pkcs8::der::pem;

const ORGANIZATION: &[u64] = &[2, 5, 4, 10];
const COMMON_NAME: &[u64] = &[2, 5, 4, 3];
/// The root that signs crosses, and the certificates of strangers.
const OTHER_ROOT: &str = "tlsmedic lab other root";

/// Why a certificate could not be made.
#[derive(Debug, thiserror::Error)]
pub enum CertifyError {
    /// A key or signature could not be made.
    #[error("certificate cannot be signed")]
    Sign(#[from] SignError),
    /// A date no certificate can hold.
    #[error("{0} hours from now is no date for a certificate")]
    Date(i64),
    /// The scenario serves a certificate that it does not have.
    #[error("scenario serves {0:?} and has none such")]
    Absent(Served),
}

/// A certificate with its key.
pub(crate) struct Issued {
    /// DER.
    pub(crate) certificate: Vec<u8>,
    /// Its subject, DER.
    pub(crate) subject: Vec<u8>,
    pub(crate) key: Key,
}

/// The CAs from the root down, and a root nobody asked for.
pub(crate) struct Authority {
    cas: Vec<Issued>,
    other: Issued,
    crosses: Vec<Vec<u8>>,
    namesakes: Vec<Vec<u8>>,
    now: Timestamp,
}

/// A certificate with what is served beside it, and the key to sign with.
pub(crate) struct Identity {
    /// DER, as served.
    pub(crate) chain: Vec<Vec<u8>>,
    /// The key the server signs with.
    pub(crate) key: Key,
    /// The certificate's serial number, INTEGER.
    pub(crate) serial_der: Vec<u8>,
    /// What is stapled, and how many handshakes get nothing before.
    pub(crate) staple: Option<Vec<u8>>,
    pub(crate) staple_after: usize,
    /// The certificate in PEM, with the intermediates.
    pub(crate) certificate_pem: String,
    /// The key in PEM.
    pub(crate) key_pem: String,
}

impl Authority {
    /// The CAs that `spec` wants.
    ///
    /// # Errors
    ///
    /// When a key or certificate cannot be made.
    pub(crate) fn new(now: Timestamp, spec: &CertificateSpec) -> Result<Self, CertifyError> {
        let specs = if spec.ca.is_empty() {
            vec![CaSpec::root(), CaSpec::intermediate()]
        } else {
            spec.ca.clone()
        };
        let mut cas: Vec<Issued> = Vec::new();
        let mut namesakes = Vec::new();
        for ca in &specs {
            let key = Key::new(ca.key)?;
            let issued = authority(ca, cas.last(), key, now)?;
            // The same name and issuer, another key.
            namesakes.push(authority(ca, cas.last(), Key::new(ca.key)?, now)?.certificate);
            cas.push(issued);
        }
        let other = CaSpec {
            name: OTHER_ROOT,
            ..CaSpec::root()
        };
        let other = authority(&other, None, Key::new(other.key)?, now)?;
        let cross = |cross: &CrossSpec| {
            let of = cas
                .get(cross.of)
                .ok_or(CertifyError::Absent(Served::Ca(cross.of)))?;
            let spec = CaSpec {
                hours: cross.hours,
                edits: cross.edits.clone(),
                ..specs[cross.of].clone()
            };
            let issued = authority(&spec, Some(&other), of.key.clone(), now)?;
            Ok::<_, CertifyError>(issued.certificate)
        };
        let crosses = spec.crosses.iter().map(cross).collect::<Result<_, _>>()?;
        Ok(Self {
            cas,
            other,
            crosses,
            namesakes,
            now,
        })
    }

    /// The root in PEM, or its namesake; and the other root where `other` says so.
    pub(crate) fn roots_pem(&self, namesake: bool, other: bool) -> String {
        let other = other.then_some(self.other.certificate.as_slice());
        let root = if namesake {
            self.namesakes.first()
        } else {
            self.root().map(|root| &root.certificate)
        };
        let roots = root.map(Vec::as_slice).into_iter().chain(other);
        roots.map(|der| encode("CERTIFICATE", der)).collect()
    }

    /// The root in DER.
    pub(crate) fn root_der(&self) -> Vec<u8> {
        self.root()
            .map(|root| root.certificate.clone())
            .unwrap_or_default()
    }

    /// The root that nobody asked for, in DER.
    pub(crate) fn other_root_der(&self) -> Vec<u8> {
        self.other.certificate.clone()
    }

    /// The one that signs servers' certificates, in DER.
    pub(crate) fn intermediate_der(&self) -> Vec<u8> {
        self.cas
            .last()
            .map(|ca| ca.certificate.clone())
            .unwrap_or_default()
    }

    /// The CA that signs servers' certificates.
    pub(crate) fn issuer(&self) -> Option<&Issued> {
        self.cas.last()
    }

    /// Somebody with a certificate by the same CA for that purpose.
    ///
    /// # Errors
    ///
    /// When a key or certificate cannot be made.
    pub(crate) fn delegate(&self, purpose: &[u64]) -> Result<Issued, CertifyError> {
        const HOURS: (i64, i64) = (-24 * 7, 24 * 7);
        let (issuer, key) = (self.issuer(), Key::new(KeyType::P256)?);
        let subject = subject(Some("tlsmedic lab delegate"));
        let mut tbs = fields(subject.clone(), &key, issuer, HOURS, self.now)?;
        tbs.with(
            id::EXTENDED_KEY_USAGE,
            false,
            tbs::extended_key_usage(&[purpose]),
        );
        let signing = issuer.map_or(&key, |issuer| &issuer.key);
        let certificate = sign(tbs, &[], signing, SignedWith::Usual)?;
        Ok(Issued {
            certificate,
            subject,
            key,
        })
    }

    fn root(&self) -> Option<&Issued> {
        self.cas.first()
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
        self.identity(spec, id::SERVER_AUTH, issuer_url)
    }

    /// A client's certificate.
    ///
    /// # Errors
    ///
    /// When a key or certificate cannot be made.
    pub(crate) fn client(&self, client: &ClientSpec) -> Result<Identity, CertifyError> {
        let spec = CertificateSpec {
            names: vec!["client.shop.test".to_owned()],
            common_name: Some("tlsmedic lab client"),
            hours: client.hours,
            ..CertificateSpec::default()
        };
        let purpose = match client.purpose {
            Purpose::Client => id::CLIENT_AUTH,
            Purpose::Server => id::SERVER_AUTH,
        };
        match client.issuer {
            ClientIssuer::Lab => self.identity(&spec, purpose, None),
            ClientIssuer::Namesake => {
                Self::new(self.now, &CertificateSpec::default())?.identity(&spec, purpose, None)
            }
            ClientIssuer::Stranger => {
                let ca = |name, ca| CaSpec { name, ..ca };
                let strangers = CertificateSpec {
                    ca: vec![
                        ca("another company's root", CaSpec::root()),
                        ca("another company's intermediate", CaSpec::intermediate()),
                    ],
                    ..CertificateSpec::default()
                };
                Self::new(self.now, &strangers)?.identity(&spec, purpose, None)
            }
        }
    }

    fn identity(
        &self,
        spec: &CertificateSpec,
        purpose: &[u64],
        issuer_url: Option<&str>,
    ) -> Result<Identity, CertifyError> {
        let key = Key::new(spec.key)?;
        let issuer = match spec.issuer {
            Issuer::Intermediate => self.cas.last(),
            Issuer::Root => self.root(),
            Issuer::Itself => None,
        };
        let mut usages = usage::DIGITAL_SIGNATURE;
        if spec.key.is_rsa() {
            usages |= usage::KEY_ENCIPHERMENT;
        }
        let subject = subject(spec.common_name);
        let mut tbs = fields(subject, &key, issuer, spec.hours, self.now)?;
        tbs.with(id::KEY_USAGE, true, tbs::key_usage(usages));
        tbs.with(
            id::EXTENDED_KEY_USAGE,
            false,
            tbs::extended_key_usage(&[purpose]),
        );
        if !spec.names.is_empty() {
            let critical = spec.common_name.is_none();
            tbs.with(
                id::SUBJECT_ALT_NAME,
                critical,
                tbs::subject_alt_name(&spec.names),
            );
        }
        let revocation = &spec.revocation;
        let issuer_url = issuer_url.map(|url| (id::CA_ISSUERS, url));
        let responder = revocation.urls.ocsp.as_deref().map(|url| (id::OCSP, url));
        let access: Vec<(&[u64], &str)> = issuer_url.into_iter().chain(responder).collect();
        if !access.is_empty() {
            tbs.with(
                id::AUTHORITY_INFO_ACCESS,
                false,
                tbs::information_access(&access),
            );
        }
        if let Some(url) = &revocation.urls.list {
            tbs.with(
                id::CRL_DISTRIBUTION_POINTS,
                false,
                tbs::distribution_point(url),
            );
        }
        if revocation.must_staple {
            tbs.with(id::TLS_FEATURE, false, tbs::must_staple());
        }
        let mut edited = tbs.clone();
        spec.edits.iter().for_each(|edit| edit(&mut edited));
        let signing = issuer.map_or(&key, |issuer| &issuer.key);
        let leaf = sign(tbs, &spec.edits, signing, spec.signed_with)?;
        let chain = self.chain(spec, &leaf)?;
        let above = self
            .cas
            .iter()
            .skip(1)
            .rev()
            .map(|ca| ca.certificate.as_slice());
        let certificate_pem = std::iter::once(leaf.as_slice())
            .chain(above)
            .map(|der| encode("CERTIFICATE", der))
            .collect();
        let key = if spec.foreign_key {
            Key::new(spec.key)?
        } else {
            key
        };
        let key_pem = encode("PRIVATE KEY", &key.pkcs8);
        Ok(Identity {
            chain,
            key,
            serial_der: edited.serial_der,
            staple: None,
            staple_after: spec.revocation.staple_after,
            certificate_pem,
            key_pem,
        })
    }

    /// What is served with `leaf`.
    fn chain(&self, spec: &CertificateSpec, leaf: &[u8]) -> Result<Vec<Vec<u8>>, CertifyError> {
        let below_root = (1..self.cas.len()).rev().map(Served::Ca);
        let usual: Vec<Served> = match (spec.chain, spec.issuer) {
            _ if !spec.served.is_empty() => spec.served.clone(),
            (Chain::Usual, Issuer::Intermediate) => {
                std::iter::once(Served::Leaf).chain(below_root).collect()
            }
            (Chain::WithRoot, Issuer::Intermediate) => std::iter::once(Served::Leaf)
                .chain(below_root)
                .chain([Served::Ca(0)])
                .collect(),
            (Chain::WithRoot, _) => vec![Served::Leaf, Served::Ca(0)],
            (Chain::Alone | Chain::Usual, _) => vec![Served::Leaf],
        };
        let one = |served: &Served| {
            let found = match *served {
                Served::Leaf => Some(leaf),
                Served::Ca(number) => self.cas.get(number).map(|ca| ca.certificate.as_slice()),
                Served::Cross(number) => self.crosses.get(number).map(Vec::as_slice),
                Served::Namesake(number) => self.namesakes.get(number).map(Vec::as_slice),
                Served::Stranger => Some(self.other.certificate.as_slice()),
            };
            found
                .map(<[u8]>::to_vec)
                .ok_or(CertifyError::Absent(*served))
        };
        usual.iter().map(one).collect()
    }
}

fn authority(
    spec: &CaSpec,
    issuer: Option<&Issued>,
    key: Key,
    now: Timestamp,
) -> Result<Issued, CertifyError> {
    let subject = subject(Some(spec.name));
    let mut tbs = fields(subject.clone(), &key, issuer, spec.hours, now)?;
    tbs.with(
        id::BASIC_CONSTRAINTS,
        true,
        tbs::basic_constraints(true, None),
    );
    let usages = usage::KEY_CERT_SIGN | usage::CRL_SIGN;
    tbs.with(id::KEY_USAGE, true, tbs::key_usage(usages));
    let signing = issuer.map_or(&key, |issuer| &issuer.key);
    let certificate = sign(tbs, &spec.edits, signing, spec.signed_with)?;
    Ok(Issued {
        certificate,
        subject,
        key,
    })
}

/// What every certificate has.
fn fields(
    subject: Vec<u8>,
    key: &Key,
    issuer: Option<&Issued>,
    (from, to): (i64, i64),
    now: Timestamp,
) -> Result<Tbs, CertifyError> {
    let mut tbs = Tbs {
        version: Some(V3),
        serial_der: der::unsigned(&serial()?),
        issuer_der: issuer.map_or_else(|| subject.clone(), |issuer| issuer.subject.clone()),
        not_before_der: der::time(hours_from(now, from)?),
        not_after_der: der::time(hours_from(now, to)?),
        subject_der: subject,
        key_der: key.public.clone(),
        extensions: Vec::new(),
        identifiers_der: Vec::new(),
    };
    let own = der::element(der::tag::OCTET_STRING, &key_id(&key.public));
    tbs.with(id::SUBJECT_KEY_ID, false, own);
    if let Some(issuer) = issuer {
        let identifier = der::element(0x80, &key_id(&issuer.key.public));
        tbs.with(id::AUTHORITY_KEY_ID, false, der::sequence(&[&identifier]));
    }
    Ok(tbs)
}

fn sign(
    mut tbs: Tbs,
    edits: &[Edit],
    key: &Key,
    with: SignedWith,
) -> Result<Vec<u8>, CertifyError> {
    for edit in edits {
        edit(&mut tbs);
    }
    let algorithm = key.algorithm(with)?;
    let tbs = tbs.encode(&algorithm);
    let signature = key.sign(with, &tbs)?;
    Ok(der::sequence(&[&tbs, &algorithm, &der::bits(&signature)]))
}

/// The name of something of the lab's; the empty one without a common name.
pub(crate) fn subject(common_name: Option<&str>) -> Vec<u8> {
    match common_name {
        Some(common_name) => {
            der::name(&[(ORGANIZATION, "tlsmedic lab"), (COMMON_NAME, common_name)])
        }
        None => der::name(&[]),
    }
}

pub(crate) fn hours_from(now: Timestamp, hours: i64) -> Result<Timestamp, CertifyError> {
    now.checked_add(SignedDuration::from_hours(hours))
        .map_err(|_| CertifyError::Date(hours))
}

/// A certificate in PEM.
pub(crate) fn pem_of(der: &[u8]) -> String {
    encode("CERTIFICATE", der)
}

fn encode(label: &'static str, der: &[u8]) -> String {
    pem::encode_string(label, LineEnding::LF, der).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use pki::Certificate;
    use pki::signature::verify_certificate;

    fn parsed(spec: &CertificateSpec) -> Vec<Certificate> {
        let authority = Authority::new(Timestamp::now(), spec).expect("an authority");
        let identity = authority.server(spec, None).expect("a certificate");
        let parse = |der: &Vec<u8>| {
            let parsed = Certificate::parse(der);
            assert_eq!(parsed.defects, [], "{spec:?}");
            parsed.certificate.expect("it parses")
        };
        identity.chain.iter().map(parse).collect()
    }

    #[test]
    fn every_key_and_signature_verifies_and_a_flipped_bit_does_not() {
        const KEYS: [KeyType; 8] = [
            KeyType::P256,
            KeyType::P384,
            KeyType::P521,
            KeyType::Ed25519,
            KeyType::Rsa1024,
            KeyType::Rsa2048,
            KeyType::Rsa4096,
            KeyType::Rsa8192,
        ];
        for key in KEYS {
            let root = CaSpec {
                key,
                ..CaSpec::root()
            };
            let ways: &[SignedWith] = match key {
                KeyType::Rsa2048 => &[SignedWith::Sha1, SignedWith::Md5, SignedWith::Pss],
                _ => &[SignedWith::Usual],
            };
            for signed_with in ways.iter().copied().chain([SignedWith::Garbage]) {
                let spec = CertificateSpec {
                    key,
                    ca: vec![root.clone()],
                    signed_with,
                    chain: Chain::WithRoot,
                    ..CertificateSpec::default()
                };
                let [leaf, root] = &parsed(&spec)[..] else {
                    panic!("leaf and root are served")
                };
                let verified = verify_certificate(leaf, root);
                let good = signed_with != SignedWith::Garbage;
                assert_eq!(
                    verified.is_ok(),
                    good,
                    "{key:?} {signed_with:?} {verified:?}"
                );
            }
        }
    }

    #[test]
    fn edits_chains_and_crosses_are_as_asked() {
        let spec = CertificateSpec {
            edits: vec![|tbs| tbs.serial_der = vec![2, 1, 0xff]],
            crosses: vec![CrossSpec {
                of: 0,
                hours: (-48, -24),
                edits: Vec::new(),
            }],
            served: vec![
                Served::Leaf,
                Served::Namesake(1),
                Served::Ca(1),
                Served::Cross(0),
                Served::Stranger,
            ],
            ..CertificateSpec::default()
        };
        let authority = Authority::new(Timestamp::now(), &spec).expect("an authority");
        let identity = authority.server(&spec, None).expect("a certificate");
        let parse = |der: &Vec<u8>| Certificate::parse(der).certificate.expect("it parses");
        let chain: Vec<Certificate> = identity.chain.iter().map(parse).collect();
        let [leaf, namesake, intermediate, cross, stranger] = &chain[..] else {
            panic!("five are served")
        };
        assert_eq!(leaf.serial, [0xff]);
        assert_eq!(namesake.subject, intermediate.subject);
        assert!(verify_certificate(leaf, intermediate).is_ok());
        assert!(verify_certificate(leaf, namesake).is_err());
        assert!(verify_certificate(intermediate, cross).is_ok());
        assert!(verify_certificate(cross, stranger).is_ok());
        assert!(cross.not_after < Timestamp::now());
    }
}
