use super::search::{Anchor, Pool};
use crate::certificate::Certificate;
use jiff::Timestamp;
use rustls_pki_types::{CertificateDer, TrustAnchor, UnixTime};
use std::time::Duration;
use webpki::{EndEntityCert, KeyUsage};

/// Why webpki finds no path it would trust. It names one reason only, and not always the telling one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Objection {
    /// The leaf cannot be read.
    #[error("the certificate cannot be read ({0})")]
    Unreadable(#[source] webpki::Error),
    /// A certificate's validity is over.
    #[error("a certificate has expired")]
    Expired,
    /// A certificate's validity has not begun.
    #[error("a certificate is not valid yet")]
    NotYetValid,
    /// No path leads to an anchor.
    #[error("the issuer is not known")]
    UnknownIssuer,
    /// A signature does not verify.
    #[error("a signature is wrong")]
    BadSignature,
    /// A signature is of an algorithm that webpki does not have.
    #[error("a signature cannot be verified")]
    UnsupportedSignature,
    /// The leaf says that it is a CA.
    #[error("the leaf is a CA")]
    CaAsLeaf,
    /// An issuer says that it is none.
    #[error("an issuer is no CA")]
    NotACa,
    /// A path length is exceeded.
    #[error("a path length is exceeded")]
    PathLength,
    /// A name constraint is violated.
    #[error("a name constraint is violated")]
    NameConstraint,
    /// extendedKeyUsage lacks serverAuth.
    #[error("a certificate is not for servers")]
    Purpose,
    /// A critical extension is unknown.
    #[error("a critical extension is unknown")]
    UnknownCritical,
    /// A bound of webpki was reached.
    #[error("there are too many paths")]
    TooMany,
    /// Another of webpki's errors.
    #[error("webpki: {0}")]
    Other(#[source] webpki::Error),
}

/// What rustls-webpki says about `leaf` as a server's certificate, names aside. Anchors it cannot read are left out.
///
/// # Errors
///
/// The reason it gives.
pub fn second_opinion(
    leaf: &Certificate,
    pool: &Pool,
    anchors: &[Anchor],
    at: Timestamp,
) -> Result<(), Objection> {
    let der = CertificateDer::from(leaf.der.as_slice());
    let end_entity =
        EndEntityCert::try_from(&der).map_err(|error| match Objection::from(error) {
            Objection::Other(error) => Objection::Unreadable(error),
            named => named,
        })?;
    let anchors: Vec<CertificateDer<'_>> = anchors
        .iter()
        .map(|anchor| CertificateDer::from(anchor.certificate.der.as_slice()))
        .collect();
    let anchors: Vec<TrustAnchor<'_>> = anchors
        .iter()
        .filter_map(|der| webpki::anchor_from_trusted_cert(der).ok())
        .collect();
    let intermediates: Vec<CertificateDer<'_>> = pool
        .certificates()
        .map(|certificate| CertificateDer::from(certificate.der.as_slice()))
        .collect();
    let seconds = u64::try_from(at.as_second()).unwrap_or(0);
    end_entity
        .verify_for_usage(
            webpki::ALL_VERIFICATION_ALGS,
            &anchors,
            &intermediates,
            UnixTime::since_unix_epoch(Duration::from_secs(seconds)),
            KeyUsage::server_auth(),
            None,
            None,
        )
        .map(|_| ())
        .map_err(Objection::from)
}

impl From<webpki::Error> for Objection {
    fn from(error: webpki::Error) -> Self {
        use webpki::Error as E;
        match error {
            E::CertExpired { .. } => Self::Expired,
            E::CertNotValidYet { .. } => Self::NotYetValid,
            E::UnknownIssuer => Self::UnknownIssuer,
            E::InvalidSignatureForPublicKey => Self::BadSignature,
            E::UnsupportedSignatureAlgorithmContext(_)
            | E::UnsupportedSignatureAlgorithmForPublicKeyContext(_) => Self::UnsupportedSignature,
            E::CaUsedAsEndEntity => Self::CaAsLeaf,
            E::EndEntityUsedAsCa => Self::NotACa,
            E::PathLenConstraintViolated => Self::PathLength,
            E::NameConstraintViolation => Self::NameConstraint,
            E::RequiredEkuNotFoundContext(_) => Self::Purpose,
            E::UnsupportedCriticalExtension => Self::UnknownCritical,
            E::MaximumPathBuildCallsExceeded
            | E::MaximumPathDepthExceeded
            | E::MaximumSignatureChecksExceeded
            | E::MaximumNameConstraintComparisonsExceeded => Self::TooMany,
            other => Self::Other(other),
        }
    }
}
