//! What the TLS library is told to do with certificates and secrets: accept, answer, and take note.

use rustls::client::ResolvesClientCert;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls::sign::CertifiedKey;
use rustls::{CertificateError, DigitallySignedStruct, Error, KeyLog, SignatureScheme};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Accepts every certificate, because judging it is not the hands' business; a handshake that its key did not sign
/// is refused all the same.
#[derive(Debug)]
pub(crate) struct AnyCertificate {
    pub(crate) schemes: WebPkiSupportedAlgorithms,
}

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify(message, leaf, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify(message, leaf, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.schemes.supported_schemes()
    }
}

/// With our own reader, because a certificate that webpki refuses (too old a version, too short a key) may still
/// have signed properly.
fn verify(
    message: &[u8],
    leaf: &CertificateDer<'_>,
    signed: &DigitallySignedStruct,
) -> Result<HandshakeSignatureValid, Error> {
    let parsed = pki::Certificate::parse(leaf);
    let leaf = parsed
        .certificate
        .ok_or(Error::InvalidCertificate(CertificateError::BadEncoding))?;
    let scheme = report::SignatureScheme(u16::from(signed.scheme));
    pki::signature::verify_tls(&leaf, scheme, message, signed.signature())
        .map(|()| HandshakeSignatureValid::assertion())
        .map_err(|_| Error::InvalidCertificate(CertificateError::BadSignature))
}

/// Answers a CertificateRequest, and knows afterwards that there was one.
#[derive(Debug)]
pub(crate) struct ClientCertificate {
    certified: Option<Arc<CertifiedKey>>,
    requested: AtomicBool,
}

impl ClientCertificate {
    /// Answers with `certified`, or with no certificate.
    pub(crate) fn new(certified: Option<Arc<CertifiedKey>>) -> Self {
        Self {
            certified,
            requested: AtomicBool::new(false),
        }
    }

    /// How many certificates were sent, if any were asked for.
    pub(crate) fn sent(&self) -> Option<usize> {
        let count = self.certified.as_ref().map_or(0, |key| key.cert.len());
        self.requested.load(Ordering::Relaxed).then_some(count)
    }
}

impl ResolvesClientCert for ClientCertificate {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.requested.store(true, Ordering::Relaxed);
        self.certified.clone()
    }

    /// Always, because rustls does not ask otherwise.
    fn has_certs(&self) -> bool {
        true
    }
}

/// The traffic secrets of one TLS 1.3 connection (RFC 8446 section 7.1).
#[derive(Clone, Default)]
pub(crate) struct TrafficSecrets {
    pub(crate) client_handshake: Option<Vec<u8>>,
    pub(crate) server_handshake: Option<Vec<u8>>,
    pub(crate) client_application: Option<Vec<u8>>,
    pub(crate) server_application: Option<Vec<u8>>,
}

/// Keeps the traffic secrets until the connection has been read.
#[derive(Default)]
pub(crate) struct Keys(Mutex<TrafficSecrets>);

impl Keys {
    /// The secrets so far.
    pub(crate) fn secrets(&self) -> TrafficSecrets {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[secret]")
    }
}

impl KeyLog for Keys {
    fn log(&self, label: &str, _: &[u8], secret: &[u8]) {
        let mut secrets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = match label {
            "CLIENT_HANDSHAKE_TRAFFIC_SECRET" => &mut secrets.client_handshake,
            "SERVER_HANDSHAKE_TRAFFIC_SECRET" => &mut secrets.server_handshake,
            "CLIENT_TRAFFIC_SECRET_0" => &mut secrets.client_application,
            "SERVER_TRAFFIC_SECRET_0" => &mut secrets.server_application,
            _ => return,
        };
        *place = Some(secret.to_vec());
    }
}

#[cfg(test)]
mod tests {
    use super::Keys;
    use rustls::KeyLog as _;

    #[test]
    fn no_format_shows_a_secret() {
        let keys = Keys::default();
        keys.log("CLIENT_TRAFFIC_SECRET_0", &[], &[0xab; 32]);
        assert_eq!(format!("{keys:?} {keys:#?}"), "[secret] [secret]");
    }
}
