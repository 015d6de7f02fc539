//! Where the certificates come from that a file lacks, and the trust anchors that its chain may lead to.

use crate::fault::Fault;
use crate::question;
use pki::Certificate;
use pki::path::{Anchor, Pool};
use pki::repair::Repair;
use probe::{CaFile, Hands, HandsConfig};
use report::{
    Action, AnchorStore, Answer, Bytes, CertificateSource, Experiment, ExperimentId, FetchPurpose,
};
use serde::Serialize;
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Instant;

/// Addresses in certificates that are asked: each issuer may name a further one, without end.
const MOST_FETCHES: usize = 4;
/// The longest that an issuer or a store is waited for, in microseconds.
const LIMIT_US: u64 = 6_000_000;

/// Everything beside the file.
pub(super) struct Issuers {
    hands: Hands,
    stores: Vec<AnchorStore>,
    /// What was found, known or fetched.
    pub(super) pool: Pool,
    /// What was asked for it.
    pub(super) fetches: Vec<Fetched>,
}

/// One address that was asked for an issuer.
#[derive(Debug, Serialize)]
pub(super) struct Fetched {
    pub(super) url: String,
    /// Whom that came down to.
    pub(super) addresses: Vec<SocketAddr>,
    /// How many certificates came.
    pub(super) certificates: usize,
}

impl Issuers {
    /// With this file of trust anchors, or with those of this machine and Mozilla's.
    ///
    /// # Errors
    ///
    /// A fault when the hands cannot be made.
    pub(super) fn new(ca_file: Option<CaFile>) -> Result<Self, Fault> {
        let stores = match &ca_file {
            Some(file) => vec![AnchorStore::File(file.path.clone())],
            None => vec![AnchorStore::System, AnchorStore::Mozilla],
        };
        let config = HandsConfig {
            started: Instant::now(),
            client_auth: None,
            ca_files: ca_file.into_iter().collect(),
            proxy_login: None,
        };
        Ok(Self {
            hands: Hands::new(config).map_err(|error| question::hands_fault(&error))?,
            stores,
            pool: Pool::default(),
            fetches: Vec::new(),
        })
    }

    /// The anchors that `certificates`, and those found, could lead to, with the stores that hold them.
    pub(super) async fn anchors(&self, certificates: &[Certificate]) -> Vec<(Anchor, Vec<String>)> {
        let names: BTreeSet<Vec<u8>> = certificates
            .iter()
            .chain(self.pool.certificates())
            .flat_map(|certificate| [&certificate.issuer, &certificate.subject])
            .map(|name| name.der.clone())
            .collect();
        let subjects: Vec<Bytes> = names.into_iter().map(Bytes).collect();
        let mut anchors: Vec<(Anchor, Vec<String>)> = Vec::new();
        for store in &self.stores {
            let action = Action::Anchors {
                store: store.clone(),
                subjects: subjects.clone(),
            };
            let Some(Answer::Anchors { certificates, .. }) = self.run(action).await.answer else {
                continue;
            };
            for certificate in parsed(certificates.iter().map(|der| &der.0[..])) {
                let is_known =
                    |(anchor, _): &&mut (Anchor, Vec<String>)| anchor.certificate == certificate;
                match anchors.iter_mut().find(is_known) {
                    Some((_, stores)) => stores.push(diagnose::store_label(store)),
                    None => {
                        let stores = vec![diagnose::store_label(store)];
                        anchors.push((Anchor { certificate }, stores));
                    }
                }
            }
        }
        anchors
    }

    /// What the stores are called.
    pub(super) fn stores(&self) -> String {
        let labels: Vec<String> = self.stores.iter().map(diagnose::store_label).collect();
        labels.join(", ")
    }

    /// Adds the known intermediates above `certificates`, and above those found, that are valid at `now`. Whether there
    /// were any.
    pub(super) fn know(&mut self, certificates: &[Certificate], now: jiff::Timestamp) -> bool {
        let below: Vec<Certificate> = certificates
            .iter()
            .chain(self.pool.certificates())
            .cloned()
            .collect();
        let before = self.pool.certificates().count();
        for issuer in pki::known::above(&below) {
            if issuer.not_before <= now && now <= issuer.not_after && !below.contains(&issuer) {
                self.pool.add(issuer, CertificateSource::Known);
            }
        }
        self.pool.certificates().count() > before
    }

    /// Asks the addresses of the issuers that `repair` lacks, and of those with which something is wrong, where they were
    /// not asked yet. Whether there were any.
    pub(super) async fn fetch(&mut self, repair: &Repair) -> bool {
        let before = self.fetches.len();
        let missing = repair.missing.iter().flat_map(|missing| &missing.urls);
        let unusable = repair.path.iter().flat_map(|path| {
            let below = path
                .problems
                .iter()
                .filter_map(|problem| path.certificates.get(problem.depth.checked_sub(1)?));
            below.flat_map(|certificate| &certificate.issuer_urls)
        });
        for url in missing.chain(unusable) {
            let is_asked = self.fetches.iter().any(|fetched| fetched.url == *url);
            if is_asked || self.fetches.len() >= MOST_FETCHES {
                continue;
            }
            let action = Action::Fetch {
                url: url.clone(),
                purpose: FetchPurpose::Issuer,
                // The file is the user's own, whose CA may well be one of the user's own network. What came from the public
                // internet is not.
                from_public: self
                    .fetches
                    .iter()
                    .flat_map(|fetched| &fetched.addresses)
                    .any(|address| !probe::is_private(address.ip())),
                serials: Vec::new(),
            };
            let observation = self.run(action).await;
            let ders = match &observation.answer {
                Some(Answer::Http(reply)) if reply.status == 200 => {
                    pki::pem::fetched_certificates(&reply.body)
                }
                _ => Vec::new(),
            };
            let mut addresses: Vec<SocketAddr> = Vec::new();
            for address in observation.phases.iter().filter_map(|phase| phase.address) {
                if !addresses.contains(&address) {
                    addresses.push(address);
                }
            }
            let certificates = parsed(ders.iter().map(Vec::as_slice));
            self.fetches.push(Fetched {
                url: url.clone(),
                addresses,
                certificates: certificates.len(),
            });
            for certificate in certificates {
                self.pool.add(certificate, CertificateSource::Aia);
            }
        }
        self.fetches.len() > before
    }

    async fn run(&self, action: Action) -> report::Observation {
        let experiment = Experiment {
            id: ExperimentId(1),
            label: "fix".to_owned(),
            action,
            limit_us: LIMIT_US,
        };
        let recorder = self.hands.recorder();
        self.hands.run(&experiment, &recorder).await;
        recorder.finish()
    }
}

/// The certificates that can be read.
fn parsed<'a>(ders: impl Iterator<Item = &'a [u8]>) -> Vec<Certificate> {
    ders.filter_map(|der| Certificate::parse(der).certificate)
        .collect()
}
