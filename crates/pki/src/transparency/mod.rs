//! Certificate Transparency (RFC 6962): the timestamps that logs signed, whether they stand in the certificate, came in the
//! handshake or in an OCSP answer.
//!
//! Whether a client wants any is not decided here: browsers do so only of certificates under publicly trusted roots.

mod log;
mod timestamp;

pub use log::{Log, LogState, log, logs};
pub use timestamp::{SignedTimestamp, TimestampDefect, embedded, list};

use crate::certificate::Certificate;
use jiff::Timestamp;

/// How a timestamp came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// In the certificate (RFC 6962 section 3.3).
    Certificate,
    /// In the handshake (RFC 6962 section 3.3.1).
    Handshake,
    /// In an OCSP answer, mostly a stapled one (RFC 6962 section 3.3).
    Ocsp,
}

/// One timestamp, and what it is worth.
#[derive(Clone, Debug)]
pub struct Logged {
    /// How it came.
    pub delivery: Delivery,
    /// When the log says to have seen the certificate.
    pub at: Timestamp,
    /// Which log signed it, or why it does not count.
    pub log: Result<&'static Log, TimestampDefect>,
}

/// Everything that logs say of `certificate`, whose issuer is `issuer`: what stands in it, what came in the handshake (one
/// timestamp each), and the `SignedCertificateTimestampList` of an OCSP answer.
///
/// # Errors
///
/// Where a list cannot be read, its timestamps are left out: the error says which defect came first, beside what was read.
pub fn check(
    certificate: &Certificate,
    issuer: &Certificate,
    handshake: &[Vec<u8>],
    ocsp: Option<&[u8]>,
) -> (Vec<Logged>, Option<TimestampDefect>) {
    let mut defect = None;
    let mut read = |octets: Result<Vec<SignedTimestamp>, TimestampDefect>| {
        octets.unwrap_or_else(|found| {
            defect.get_or_insert(found);
            Vec::new()
        })
    };
    let embedded = read(embedded(certificate).unwrap_or(Ok(Vec::new())));
    let in_handshake = read(
        handshake
            .iter()
            .map(|octets| SignedTimestamp::read(octets))
            .collect(),
    );
    let in_answer = read(ocsp.map_or(Ok(Vec::new()), list));
    let deliveries = [
        (Delivery::Certificate, embedded),
        (Delivery::Handshake, in_handshake),
        (Delivery::Ocsp, in_answer),
    ];
    let judged = deliveries.into_iter().flat_map(|(delivery, timestamps)| {
        timestamps.into_iter().map(move |timestamp| Logged {
            delivery,
            at: timestamp.at,
            log: log(&timestamp.log).and_then(|log| {
                let precertificate = delivery == Delivery::Certificate;
                timestamp.verify(&log.key, certificate, issuer, precertificate)?;
                Ok(log)
            }),
        })
    });
    (judged.collect(), defect)
}
