//! Through a proxy: the dialogue that ends in a tunnel to the target, as the phase [`PhaseName::Proxy`].
//!
//! User name and password are given at once where the setting has them, as curl does, and are never recorded.

mod connect;
mod socks;

use crate::anchors::Stores;
use crate::connect::Connection;
use crate::ending::{Ending, quoted};
use crate::garbage;
use crate::stream::{Overheard, Secure, Stream};
use report::{Direction, PhaseName, PhaseOutcome, ProxyKind, Secret, Via};
use rustls::crypto::aws_lc_rs;
use rustls::{ClientConfig, Error, RootCertStore};
use rustls_pki_types::{CertificateDer, ServerName};
use std::io;
use std::sync::Arc;
use tokio_rustls::TlsConnector;

/// Octets of a proxy's answer before it is given up on.
const MAX_ANSWER: usize = 64 * 1024;

/// A user name and a password for the proxy.
#[derive(Clone, Debug)]
pub struct ProxyLogin {
    /// The name.
    pub user: Secret<String>,
    /// The password.
    pub password: Secret<String>,
}

/// What is needed to go through proxies.
#[derive(Debug)]
pub(crate) struct Proxies {
    login: Option<ProxyLogin>,
    stores: Arc<Stores>,
}

impl Proxies {
    /// Proxies that are given `login`; one that is spoken to in TLS must be vouched for by this machine's store.
    pub(crate) fn new(login: Option<ProxyLogin>, stores: Arc<Stores>) -> Self {
        Self { login, stores }
    }

    /// The dialogue with the proxy at the other end of `connection`, up to the first octet of the tunnel.
    pub(crate) async fn dialogue(
        &self,
        connection: &mut Connection<'_>,
        via: &Via,
    ) -> Result<(), Ending> {
        let login = self.login.as_ref().filter(|_| via.credentials);
        connection.recorder().next(PhaseName::Proxy);
        match via.kind {
            ProxyKind::Http => connect::tunnel(connection, via, login).await,
            ProxyKind::Https => {
                self.secure(connection, via).await?;
                connect::tunnel(connection, via, login).await
            }
            ProxyKind::Socks5 | ProxyKind::Socks5h => socks::tunnel(connection, via, login).await,
        }
    }

    /// TLS to the proxy itself. Its octets are not recorded: those of the connection are the tunnel's.
    async fn secure(&self, connection: &mut Connection<'_>, via: &Via) -> Result<(), Ending> {
        let unusable = |error: Error| Ending::new(PhaseOutcome::Error, format!("{error:?}"));
        let mut roots = RootCertStore::empty();
        for der in self.stores.system_certificates().await? {
            // What the TLS library cannot read as an anchor vouches for nothing.
            let _ = roots.add(CertificateDer::from(der));
        }
        let provider = Arc::new(aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(unusable)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::try_from(via.host.clone())
            .map_err(|_| Ending::new(PhaseOutcome::Error, "proxy's name not valid in TLS"))?;
        let recorder = connection.recorder();
        let secured = connection
            .replace(|stream| async move {
                let tcp = match stream {
                    Stream::Plain(watched) => watched
                        .unwatched()
                        .ok_or_else(|| Ending::plain(PhaseOutcome::Aborted))?,
                    secure @ Stream::Tls(_) => return Ok(secure),
                };
                let connecting = TlsConnector::from(Arc::new(config))
                    .connect(name, Overheard::new(tcp))
                    .into_fallible();
                match connecting.await {
                    Ok(stream) => Ok(Stream::Tls(Box::new(Secure(stream)))),
                    Err((error, overheard)) => {
                        recorder.traffic(Direction::Received, overheard.heard());
                        Err(insecure(error, overheard.heard()))
                    }
                }
            })
            .await;
        secured?;
        connection.recorder().remark("TLS");
        Ok(())
    }
}

/// Why there is no TLS with the proxy.
fn insecure(error: io::Error, heard: &[u8]) -> Ending {
    let tls = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<Error>());
    match tls {
        Some(Error::InvalidCertificate(defect)) => {
            Ending::new(PhaseOutcome::Denied, format!("certificate {defect:?}"))
        }
        Some(Error::AlertReceived(alert)) => Ending::new(PhaseOutcome::Alert, format!("{alert:?}")),
        Some(Error::InvalidMessage(_)) => {
            Ending::new(PhaseOutcome::Garbage, garbage::described(heard))
        }
        Some(other) => Ending::new(PhaseOutcome::Error, quoted(format!("{other:?}").as_bytes())),
        None if error.kind() == io::ErrorKind::UnexpectedEof => match heard {
            [] => Ending::plain(PhaseOutcome::Closed),
            heard => Ending::new(PhaseOutcome::Closed, garbage::described(heard)),
        },
        None => error.into(),
    }
}
