//! The client certificate of the command line.

use report::Secret;
use rustls::crypto::CryptoProvider;
use rustls::sign::CertifiedKey;
use rustls::{Error, InconsistentKeys};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use std::sync::Arc;

/// A client certificate with its key.
#[derive(Clone, Debug)]
pub struct ClientAuth {
    /// DER certificates, leaf first.
    pub chain: Vec<Vec<u8>>,
    /// The leaf's private key, DER: PKCS #8 (RFC 5958), PKCS #1 (RFC 8017) or SEC1 (RFC 5915).
    pub key: Secret<Vec<u8>>,
}

/// Why a client certificate cannot be used.
#[derive(Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ClientKeyError {
    /// The chain is empty.
    #[error("there is no certificate")]
    NoCertificate,
    /// The key is in none of the known forms.
    #[error("the private key is neither PKCS #8, PKCS #1 nor SEC1")]
    UnknownForm,
    /// The key is another certificate's.
    #[error("the private key is not the certificate's")]
    Mismatch,
    /// The TLS library cannot use the certificate or its key.
    #[error("{0}")]
    Unusable(Error),
}

impl ClientAuth {
    /// The certificate and the key in the TLS library's form.
    pub(crate) fn certified(
        &self,
        provider: &CryptoProvider,
    ) -> Result<Arc<CertifiedKey>, ClientKeyError> {
        if self.chain.is_empty() {
            return Err(ClientKeyError::NoCertificate);
        }
        let chain = self
            .chain
            .iter()
            .cloned()
            .map(CertificateDer::from)
            .collect();
        let key = PrivateKeyDer::try_from(self.key.reveal().clone())
            .map_err(|_| ClientKeyError::UnknownForm)?;
        match CertifiedKey::from_der(chain, key, provider) {
            Ok(certified) => Ok(Arc::new(certified)),
            Err(Error::InconsistentKeys(InconsistentKeys::KeyMismatch)) => {
                Err(ClientKeyError::Mismatch)
            }
            Err(error) => Err(ClientKeyError::Unusable(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ClientAuth, ClientKeyError};
    use report::Secret;
    use rustls::crypto::aws_lc_rs::default_provider;

    #[test]
    fn a_key_belongs_to_its_certificate() {
        let provider = default_provider();
        let made = |name: &str| rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
        let (one, other) = (made("one.test"), made("other.test"));
        let with = |chain: Vec<Vec<u8>>, key: Vec<u8>| {
            let auth = ClientAuth {
                chain,
                key: Secret::new(key),
            };
            assert!(format!("{auth:?}").ends_with("key: [secret] }"), "{auth:?}");
            auth.certified(&provider).map(drop)
        };
        let leaf = one.cert.der().to_vec();
        let key = one.signing_key.serialize_der();
        assert_eq!(with(vec![leaf.clone()], key.clone()), Ok(()));
        assert_eq!(
            with(vec![leaf.clone()], other.signing_key.serialize_der()),
            Err(ClientKeyError::Mismatch)
        );
        assert_eq!(
            with(vec![leaf], vec![1, 2, 3]),
            Err(ClientKeyError::UnknownForm)
        );
        assert_eq!(with(vec![], key), Err(ClientKeyError::NoCertificate));
    }
}
