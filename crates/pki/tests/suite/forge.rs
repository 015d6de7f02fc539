//! Certificates written octet by octet, so that anything can be wrong with them.

use rcgen::{KeyPair, PublicKeyData as _, SigningKey as _};
use std::sync::Arc;

/// One element.
pub(crate) fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    match content.len() {
        short @ 0..0x80 => out.push(short as u8),
        middle @ 0x80..0x100 => out.extend([0x81, middle as u8]),
        long => out.extend([0x82, (long >> 8) as u8, long as u8]),
    }
    out.extend(content);
    out
}

pub(crate) fn seq(parts: &[Vec<u8>]) -> Vec<u8> {
    tlv(0x30, &parts.concat())
}

/// A Name of one commonName, or an empty one.
pub(crate) fn name(common_name: &str) -> Vec<u8> {
    if common_name.is_empty() {
        return seq(&[]);
    }
    let attribute = seq(&[vec![6, 3, 0x55, 4, 3], tlv(0x0c, common_name.as_bytes())]);
    seq(&[tlv(0x31, &attribute)])
}

/// The last octets of the identifiers 2.5.29.x that have one octet there.
pub(crate) mod ext {
    pub(crate) const SKI: &[u8] = &[0x55, 0x1d, 14];
    pub(crate) const KU: &[u8] = &[0x55, 0x1d, 15];
    pub(crate) const SAN: &[u8] = &[0x55, 0x1d, 17];
    pub(crate) const BC: &[u8] = &[0x55, 0x1d, 19];
    pub(crate) const NC: &[u8] = &[0x55, 0x1d, 30];
    pub(crate) const AKI: &[u8] = &[0x55, 0x1d, 35];
    pub(crate) const PC: &[u8] = &[0x55, 0x1d, 36];
    pub(crate) const EKU: &[u8] = &[0x55, 0x1d, 37];
    pub(crate) const AIA: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 1, 1];
    pub(crate) const NOBODYS: &[u8] = &[0x2b, 6, 1, 4, 1, 0x83, 0xb2, 3, 1];
}

/// A certificate to be signed; everything is DER.
#[derive(Clone)]
pub(crate) struct Forged {
    pub(crate) version: Option<u8>,
    pub(crate) serial: Vec<u8>,
    pub(crate) issuer: Vec<u8>,
    pub(crate) not_before: Vec<u8>,
    pub(crate) not_after: Vec<u8>,
    pub(crate) subject: Vec<u8>,
    pub(crate) spki: Vec<u8>,
    pub(crate) extensions: Vec<(Vec<u8>, bool, Vec<u8>)>,
    pub(crate) spoil_signature: bool,
}

impl Forged {
    pub(crate) fn put(&mut self, oid: &[u8], critical: bool, value: Vec<u8>) {
        self.drop(oid);
        self.extensions.push((oid.to_vec(), critical, value));
    }

    pub(crate) fn drop(&mut self, oid: &[u8]) {
        self.extensions.retain(|(known, ..)| known != oid);
    }

    /// The same extension, critical or not.
    pub(crate) fn mark(&mut self, oid: &[u8], critical: bool) {
        for extension in self
            .extensions
            .iter_mut()
            .filter(|(known, ..)| known == oid)
        {
            extension.1 = critical;
        }
    }
}

/// Somebody who signs.
#[derive(Clone)]
pub(crate) struct Signer {
    pub(crate) name: Vec<u8>,
    pub(crate) key: Arc<KeyPair>,
    pub(crate) key_id: Vec<u8>,
}

impl Signer {
    pub(crate) fn new(common_name: &str) -> Self {
        let key = Arc::new(crate::authority::key());
        let key_id = key.der_bytes()[1..21].to_vec();
        Self {
            name: name(common_name),
            key,
            key_id,
        }
    }

    /// A certificate for `subject`, a CA's or a server's, with everything right but what `edit` does.
    pub(crate) fn certify(
        &self,
        subject: &Self,
        ca: bool,
        edit: impl FnOnce(&mut Forged),
    ) -> Vec<u8> {
        let mut forged = Forged {
            version: Some(2),
            serial: tlv(2, &[0x4d, 1, 2, 3]),
            issuer: self.name.clone(),
            not_before: tlv(0x17, b"250101000000Z"),
            not_after: tlv(0x17, b"350101000000Z"),
            subject: subject.name.clone(),
            spki: subject.key.subject_public_key_info(),
            extensions: Vec::new(),
            spoil_signature: false,
        };
        forged.put(ext::SKI, false, tlv(4, &subject.key_id));
        if self.name != subject.name {
            forged.put(ext::AKI, false, seq(&[tlv(0x80, &self.key_id)]));
        }
        if ca {
            forged.put(ext::BC, true, seq(&[vec![1, 1, 0xff]]));
            forged.put(ext::KU, true, vec![3, 2, 1, 6]);
        } else {
            forged.put(ext::KU, true, vec![3, 2, 7, 0x80]);
            forged.put(ext::EKU, false, purposes(&[1]));
            forged.put(ext::SAN, false, san(&["www.example.com"]));
        }
        edit(&mut forged);
        self.sign(&forged)
    }

    fn sign(&self, forged: &Forged) -> Vec<u8> {
        let ecdsa_sha256 = seq(&[vec![6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2]]);
        let extensions: Vec<Vec<u8>> = forged
            .extensions
            .iter()
            .map(|(oid, critical, value)| {
                let critical = if *critical {
                    vec![1, 1, 0xff]
                } else {
                    Vec::new()
                };
                seq(&[tlv(6, oid), critical, tlv(4, value)])
            })
            .collect();
        let version = forged.version.map(|version| tlv(0xa0, &[2, 1, version]));
        let tbs = seq(&[
            version.unwrap_or_default(),
            forged.serial.clone(),
            ecdsa_sha256.clone(),
            forged.issuer.clone(),
            seq(&[forged.not_before.clone(), forged.not_after.clone()]),
            forged.subject.clone(),
            forged.spki.clone(),
            if extensions.is_empty() {
                Vec::new()
            } else {
                tlv(0xa3, &seq(&extensions))
            },
        ]);
        let mut signature = self.key.sign(&tbs).unwrap();
        if forged.spoil_signature {
            *signature.last_mut().unwrap() ^= 1;
        }
        seq(&[tbs, ecdsa_sha256, tlv(3, &[vec![0], signature].concat())])
    }
}

/// extendedKeyUsage of id-kp purposes; 0 is anyExtendedKeyUsage.
pub(crate) fn purposes(all: &[u8]) -> Vec<u8> {
    let oid = |purpose: &u8| match purpose {
        0 => tlv(6, &[0x55, 0x1d, 37, 0]),
        other => tlv(6, &[0x2b, 6, 1, 5, 5, 7, 3, *other]),
    };
    seq(&all.iter().map(oid).collect::<Vec<_>>())
}

/// A general name: an address, a directory name `CN=…`, a URI, a mailbox, or a DNS name.
pub(crate) fn general(text: &str) -> Vec<u8> {
    if let Ok(address) = text.parse::<std::net::Ipv4Addr>() {
        tlv(0x87, &address.octets())
    } else if let Some(common_name) = text.strip_prefix("CN=") {
        tlv(0xa4, &name(common_name))
    } else if let Some(uri) = text.strip_prefix("uri:") {
        tlv(0x86, uri.as_bytes())
    } else if let Some((base, mask)) = text.split_once('/') {
        let octets = |text: &str| text.parse::<std::net::Ipv4Addr>().unwrap().octets();
        tlv(0x87, &[octets(base), octets(mask)].concat())
    } else if text.contains('@') {
        tlv(0x81, text.as_bytes())
    } else {
        tlv(0x82, text.as_bytes())
    }
}

pub(crate) fn san(names: &[&str]) -> Vec<u8> {
    seq(&names.iter().map(|name| general(name)).collect::<Vec<_>>())
}

/// nameConstraints.
pub(crate) fn constraints(permitted: &[&str], excluded: &[&str]) -> Vec<u8> {
    let subtrees = |tag: u8, bases: &[&str]| {
        if bases.is_empty() {
            return Vec::new();
        }
        let all: Vec<u8> = bases
            .iter()
            .flat_map(|base| seq(&[general(base)]))
            .collect();
        tlv(tag, &all)
    };
    seq(&[subtrees(0xa0, permitted), subtrees(0xa1, excluded)])
}

/// basicConstraints of a CA with a path length.
pub(crate) fn path_length(length: u8) -> Vec<u8> {
    seq(&[vec![1, 1, 0xff], vec![2, 1, length]])
}
