//! TLSA and HTTPS records from what a scenario wants, as octets.

use crate::certify::{Authority, Identity};
use crate::stage::{Association, Records, Tlsa};
use hickory_proto::rr::rdata::svcb::{EchConfigList, SvcParamKey, SvcParamValue};
use hickory_proto::rr::rdata::{HTTPS, SVCB, TLSA};
use hickory_proto::rr::{Name, RData};
use rustls::crypto::aws_lc_rs::hpke::DH_KEM_X25519_HKDF_SHA256_AES_128 as SUITE;
use rustls::crypto::hpke::Hpke as _;
use sha2::{Digest as _, Sha256, Sha512};
use x509_parser::prelude::{FromDer as _, X509Certificate};

/// The version of RFC 9849.
const ECH: u16 = 0xfe0d;
const KEY_SELECTOR: u8 = 1;

/// Why a record could not be made.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// No ECH key could be made.
    #[error("key for Encrypted Client Hello cannot be made")]
    Ech(#[from] rustls::Error),
    /// The name with the port in front is not one.
    #[error("record's name cannot be made")]
    Name(#[from] hickory_proto::ProtoError),
}

/// The records that are wanted at `port` of `host`, with their names.
///
/// # Errors
///
/// When a key or a name cannot be made.
pub(crate) fn records(
    wanted: &Records,
    host: &str,
    port: u16,
    authority: &Authority,
    identity: Option<&Identity>,
) -> Result<Vec<(Name, RData)>, RecordError> {
    let mut records = Vec::new();
    let leaf = identity
        .and_then(|identity| identity.chain.first())
        .cloned()
        .unwrap_or_default();
    for record in wanted.tlsa {
        let name = Name::from_ascii(format!("_{port}._tcp.{host}."))?;
        records.push((name, tlsa(record, &leaf, authority)));
    }
    if let Some(public_name) = wanted.ech {
        let name = Name::from_ascii(format!("_{port}._https.{host}."))?;
        let list = EchConfigList(ech(public_name)?);
        let parameters = vec![(
            SvcParamKey::EchConfigList,
            SvcParamValue::EchConfigList(list),
        )];
        let target = Name::from_ascii(format!("{host}."))?;
        let data = RData::HTTPS(HTTPS(SVCB::new(1, target, parameters)));
        records.push((name, data));
    }
    Ok(records)
}

fn tlsa(record: &Tlsa, leaf: &[u8], authority: &Authority) -> RData {
    let (usage, selector, matching) = record.numbers;
    let certificate = match record.of {
        Association::Leaf => leaf.to_vec(),
        Association::Intermediate => authority.intermediate_der(),
        Association::Root => authority.root_der(),
        Association::Stranger => authority.other_root_der(),
        Association::Octets(octets) => {
            let data = TLSA::new(
                usage.into(),
                selector.into(),
                matching.into(),
                octets.to_vec(),
            );
            return RData::TLSA(data);
        }
    };
    let part = match selector {
        KEY_SELECTOR => public_key(&certificate),
        _ => certificate,
    };
    let association = match matching {
        0 => part,
        2 => Sha512::digest(&part).to_vec(),
        _ => Sha256::digest(&part).to_vec(),
    };
    let data = TLSA::new(usage.into(), selector.into(), matching.into(), association);
    RData::TLSA(data)
}

/// The SubjectPublicKeyInfo, by another reader than the one that is tested.
fn public_key(certificate: &[u8]) -> Vec<u8> {
    X509Certificate::from_der(certificate).map_or_else(
        |_| Vec::new(),
        |(_, certificate)| certificate.public_key().raw.to_vec(),
    )
}

/// An ECHConfigList with one new key (RFC 9849 section 4), whose private half nobody keeps.
fn ech(public_name: &str) -> Result<Vec<u8>, rustls::Error> {
    const CONFIG_ID: u8 = 1;
    const X25519_HKDF_SHA256: [u8; 2] = [0x00, 0x20];
    const HKDF_SHA256_AES_128_GCM: [u8; 4] = [0x00, 0x01, 0x00, 0x01];
    const MAXIMUM_NAME_LENGTH: u8 = 0;
    let (public, _) = SUITE.generate_key_pair()?;
    let name = public_name.as_bytes();
    let contents = [
        &[CONFIG_ID],
        &X25519_HKDF_SHA256[..],
        &vector(&public.0),
        &vector(&HKDF_SHA256_AES_128_GCM),
        &[
            MAXIMUM_NAME_LENGTH,
            u8::try_from(name.len()).unwrap_or(u8::MAX),
        ],
        name,
        &vector(&[]),
    ]
    .concat();
    Ok(vector(
        &[&ECH.to_be_bytes()[..], &vector(&contents)].concat(),
    ))
}

/// With two octets of length.
fn vector(content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap_or(u16::MAX);
    [&length.to_be_bytes()[..], content].concat()
}
