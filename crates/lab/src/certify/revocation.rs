//! OCSP answers (RFC 6960 section 4.2.1) and revocation lists (RFC 5280 section 5) by the lab's CA.

use super::authority::{Authority, CertifyError, Issued, hours_from};
use super::der::{self, tag};
use super::key::Key;
use super::tbs::id;
use crate::stage::{AnswerSpec, By, ListReply, ListSpec, Reply, Says, SignedWith};
use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use jiff::Timestamp;

const ENUMERATED: u8 = 0x0a;
const KEY_COMPROMISE: u8 = 1;
/// When a certificate of the lab was revoked, in hours from now.
const REVOKED_AT: i64 = -72;
const BASIC: &[u64] = &[1, 3, 6, 1, 5, 5, 7, 48, 1, 1];
const SHA1: &[u64] = &[1, 3, 14, 3, 2, 26];
const REASON_CODE: &[u64] = &[2, 5, 29, 21];
const CRL_NUMBER: &[u64] = &[2, 5, 29, 20];
const DELTA_INDICATOR: &[u64] = &[2, 5, 29, 27];

/// What the CA knows of a certificate it gave.
pub(crate) struct Register<'a> {
    pub(crate) authority: &'a Authority,
    pub(crate) issuer: &'a Issued,
    /// The certificate's serial number, INTEGER.
    pub(crate) serial_der: &'a [u8],
    pub(crate) now: Timestamp,
}

impl Register<'_> {
    /// The octets of what a responder says; `None` for one that never says anything.
    ///
    /// # Errors
    ///
    /// When a key or certificate cannot be made.
    pub(crate) fn reply(&self, reply: &Reply) -> Result<Option<Vec<u8>>, CertifyError> {
        Ok(match reply {
            Reply::Answer(spec) => Some(self.answer(spec)?),
            Reply::Half(spec) => {
                let mut whole = self.answer(spec)?;
                whole.truncate(whole.len() / 2);
                Some(whole)
            }
            Reply::Error(status) => Some(der::sequence(&[&der::element(ENUMERATED, &[*status])])),
            Reply::Other(octets) => Some(octets.to_vec()),
            Reply::Silence => None,
        })
    }

    /// The octets at a list's address; `None` where there is nothing.
    ///
    /// # Errors
    ///
    /// When it cannot be signed.
    pub(crate) fn list_reply(&self, reply: &ListReply) -> Result<Option<Vec<u8>>, CertifyError> {
        Ok(match reply {
            ListReply::List(spec) => Some(self.list(spec)?),
            ListReply::Other(octets) => Some(octets.to_vec()),
            ListReply::Missing => None,
        })
    }

    fn answer(&self, spec: &AnswerSpec) -> Result<Vec<u8>, CertifyError> {
        let (name, key, certificate) = match spec.by {
            By::Issuer => (self.issuer.subject.clone(), self.issuer.key.clone(), None),
            By::Forger => {
                let key = Key::new(self.issuer.key.kind)?;
                (self.issuer.subject.clone(), key, None)
            }
            By::Delegate | By::Unauthorised => {
                let purpose = if spec.by == By::Delegate {
                    id::OCSP_SIGNING
                } else {
                    id::SERVER_AUTH
                };
                let delegate = self.authority.delegate(purpose)?;
                (delegate.subject, delegate.key, Some(delegate.certificate))
            }
        };
        let at = |hours| hours_from(self.now, hours).map(der::generalized_time);
        let status = match spec.says {
            Says::Good => der::element(0x80, &[]),
            Says::Unknown => der::element(0x82, &[]),
            Says::Revoked => {
                let reason = der::element(0xa0, &der::element(ENUMERATED, &[KEY_COMPROMISE]));
                der::element(0xa1, &[at(REVOKED_AT)?, reason].concat())
            }
        };
        let serial = if spec.other_certificate {
            der::unsigned(&[0x4d; 16])
        } else {
            self.serial_der.to_vec()
        };
        let sha1 = |octets: &[u8]| {
            let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, octets);
            der::element(tag::OCTET_STRING, hash.as_ref())
        };
        let certificate_id = der::sequence(&[
            &der::sequence(&[&der::oid(SHA1), &[5, 0]]),
            &sha1(&self.issuer.subject),
            &sha1(public_octets(&self.issuer.key.public)),
            &serial,
        ]);
        let (this, next) = spec.hours;
        let single = der::sequence(&[
            &certificate_id,
            &status,
            &at(this)?,
            &der::element(0xa0, &at(next)?),
        ]);
        let data = der::sequence(&[
            &der::element(0xa1, &name),
            &at(this)?,
            &der::sequence(&[&single]),
        ]);
        let certificates = certificate
            .map(|certificate| der::element(0xa0, &der::sequence(&[&certificate])))
            .unwrap_or_default();
        let basic = der::sequence(&[
            &data,
            &key.algorithm(SignedWith::Usual)?,
            &der::bits(&key.sign(SignedWith::Usual, &data)?),
            &certificates,
        ]);
        let bytes = der::sequence(&[&der::oid(BASIC), &der::element(tag::OCTET_STRING, &basic)]);
        Ok(der::sequence(&[
            &der::element(ENUMERATED, &[0]),
            &der::element(0xa0, &bytes),
        ]))
    }

    fn list(&self, spec: &ListSpec) -> Result<Vec<u8>, CertifyError> {
        let at = |hours| hours_from(self.now, hours).map(der::time);
        let revoked_at = at(REVOKED_AT)?;
        let reason = extension(
            REASON_CODE,
            false,
            &der::element(ENUMERATED, &[KEY_COMPROMISE]),
        );
        let reason = der::sequence(&[&reason]);
        let mut entries = Vec::new();
        for number in 0..spec.others {
            // No serial number of the lab's begins so, and none is as short.
            let serial = der::unsigned(&[&[0x7f], &number.to_be_bytes()[..]].concat());
            entries.extend(der::sequence(&[&serial, &revoked_at]));
        }
        if spec.revoked {
            entries.extend(der::sequence(&[self.serial_der, &revoked_at, &reason]));
        }
        let entries = match entries.as_slice() {
            [] => Vec::new(),
            entries => der::element(tag::SEQUENCE, entries),
        };
        let mut extensions = extension(CRL_NUMBER, false, &der::unsigned(&[2]));
        if spec.delta {
            extensions.extend(extension(DELTA_INDICATOR, true, &der::unsigned(&[1])));
        }
        let algorithm = self.issuer.key.algorithm(SignedWith::Usual)?;
        let (this, next) = spec.hours;
        let tbs = der::sequence(&[
            &der::unsigned(&[1]),
            &algorithm,
            &self.issuer.subject,
            &at(this)?,
            &at(next)?,
            &entries,
            &der::element(0xa0, &der::element(tag::SEQUENCE, &extensions)),
        ]);
        let signature = self.issuer.key.sign(SignedWith::Usual, &tbs)?;
        Ok(der::sequence(&[&tbs, &algorithm, &der::bits(&signature)]))
    }
}

fn extension(oid: &[u64], critical: bool, value: &[u8]) -> Vec<u8> {
    let critical = if critical {
        der::element(tag::BOOLEAN, &[0xff])
    } else {
        Vec::new()
    };
    let value = der::element(tag::OCTET_STRING, value);
    der::sequence(&[&der::oid(oid), &critical, &value])
}

/// The contents of `subjectPublicKey` in a SubjectPublicKeyInfo, which a CertID is over.
fn public_octets(spki: &[u8]) -> &[u8] {
    let content = |octets| der::split(octets).map(|(content, _)| content);
    let key = content(spki)
        .and_then(der::split)
        .and_then(|(_, rest)| content(rest));
    key.and_then(|bits| bits.get(1..)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::Register;
    use crate::certify::Authority;
    use crate::stage::{
        AnswerSpec, By, CertificateSpec, KeyType, ListReply, ListSpec, Reply, RevocationSpec, Says,
    };
    use jiff::{SignedDuration, Timestamp};
    use pki::Certificate;
    use pki::revocation::{Freshness, Status, list, ocsp};

    #[test]
    fn what_the_ca_says_is_read_as_meant() {
        for key in [KeyType::P256, KeyType::Rsa2048] {
            let spec = CertificateSpec {
                key,
                revocation: RevocationSpec {
                    must_staple: true,
                    ..RevocationSpec::default()
                },
                ..CertificateSpec::default()
            };
            let now = Timestamp::now();
            let authority = Authority::new(now, &spec).expect("an authority");
            let identity = authority.server(&spec, None).expect("a certificate");
            let parse = |der: &Vec<u8>| Certificate::parse(der).certificate.expect("it parses");
            let chain: Vec<Certificate> = identity.chain.iter().map(parse).collect();
            let [leaf, issuer] = &chain[..] else {
                panic!("two are served")
            };
            assert!(leaf.must_staple);
            let register = Register {
                authority: &authority,
                issuer: authority.issuer().expect("an issuer"),
                serial_der: &identity.serial_der,
                now,
            };
            for by in [By::Issuer, By::Delegate] {
                let says = |says| {
                    let answer = AnswerSpec {
                        by,
                        ..AnswerSpec::new(says)
                    };
                    let der = register.reply(&Reply::Answer(answer)).expect("signed");
                    let der = der.expect("an answer");
                    let read = ocsp::check(&der, leaf, issuer, now).expect("it counts");
                    let fresh = read.freshness(now, SignedDuration::ZERO);
                    assert_eq!(fresh, Freshness::Fresh);
                    read.statement.status
                };
                assert_eq!(says(Says::Good), Status::Good);
                assert_eq!(says(Says::Unknown), Status::Unknown);
                assert!(matches!(says(Says::Revoked), Status::Revoked { .. }));
            }
            for by in [By::Unauthorised, By::Forger] {
                let answer = AnswerSpec {
                    by,
                    ..AnswerSpec::new(Says::Good)
                };
                let der = register.reply(&Reply::Answer(answer)).expect("signed");
                let der = der.expect("an answer");
                assert!(ocsp::check(&der, leaf, issuer, now).is_err(), "{by:?}");
            }
            for revoked in [false, true] {
                let reply = ListReply::List(ListSpec::new(revoked));
                let der = register
                    .list_reply(&reply)
                    .expect("signed")
                    .expect("a list");
                let read = list::check(&der, None, leaf, issuer).expect("it counts");
                assert_eq!(matches!(read.status, Status::Revoked { .. }), revoked);
            }
        }
    }
}
