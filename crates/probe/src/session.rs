//! Sessions kept to be resumed by many handshakes.

use crate::witness::{AnyCertificate, ClientCertificate};
use rustls::NamedGroup;
use rustls::client::{
    ClientSessionStore, Resumption, Tls12ClientSessionValue, Tls13ClientSessionValue,
};
use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls_pki_types::ServerName;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Tickets kept at most; more than handshakes are under way at once are never needed.
const TICKETS: usize = 64;

/// What handshakes must share so that one can resume the session of another.
#[derive(Debug)]
pub(crate) struct Session {
    client: Arc<ClientCertificate>,
    verifier: Arc<AnyCertificate>,
    store: Arc<Sessions>,
}

impl Session {
    /// With no session kept yet.
    pub(crate) fn new(schemes: WebPkiSupportedAlgorithms) -> Self {
        Self {
            client: Arc::new(ClientCertificate::new(None)),
            verifier: Arc::new(AnyCertificate { schemes }),
            store: Arc::default(),
        }
    }

    /// How many handshakes can resume one.
    pub(crate) fn kept(&self) -> usize {
        let kept = self.store.lock();
        match kept.tls12 {
            Some(_) => usize::MAX,
            None => kept.tls13.len(),
        }
    }

    /// What a configuration of the TLS library takes of it.
    pub(crate) fn parts(&self) -> (Arc<ClientCertificate>, Arc<AnyCertificate>, Resumption) {
        let store = Arc::clone(&self.store);
        (
            Arc::clone(&self.client),
            Arc::clone(&self.verifier),
            Resumption::store(store),
        )
    }
}

/// Keeps what servers give. A ticket of TLS 1.3 is used once (RFC 8446 appendix C.4), a session of TLS 1.2 by all.
#[derive(Debug, Default)]
struct Sessions(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    tls12: Option<Tls12ClientSessionValue>,
    tls13: Vec<Tls13ClientSessionValue>,
    group: Option<NamedGroup>,
}

impl Sessions {
    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ClientSessionStore for Sessions {
    fn set_kx_hint(&self, _: ServerName<'static>, group: NamedGroup) {
        self.lock().group = Some(group);
    }

    fn kx_hint(&self, _: &ServerName<'_>) -> Option<NamedGroup> {
        self.lock().group
    }

    fn set_tls12_session(&self, _: ServerName<'static>, value: Tls12ClientSessionValue) {
        self.lock().tls12.get_or_insert(value);
    }

    fn tls12_session(&self, _: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        self.lock().tls12.clone()
    }

    fn remove_tls12_session(&self, _: &ServerName<'static>) {
        self.lock().tls12 = None;
    }

    fn insert_tls13_ticket(&self, _: ServerName<'static>, value: Tls13ClientSessionValue) {
        let mut kept = self.lock();
        if kept.tls13.len() < TICKETS {
            kept.tls13.push(value);
        }
    }

    fn take_tls13_ticket(&self, _: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        self.lock().tls13.pop()
    }
}
