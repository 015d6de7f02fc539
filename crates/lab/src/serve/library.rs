//! rustls: its configuration from data, and a connection driven to its end.

use super::flight::authorities;
use super::gate::{self, Turn};
use super::heard::Heard;
use super::http::response_at;
use super::pace::Pacer;
use super::peer::Peer;
use crate::certify::{Authority, CertifyError, Identity};
use crate::stage::{CertificateSpec, ClientAuth, Library, Rule, Tickets};
use jiff::{SignedDuration, Timestamp};
use report::{HandshakeType, ProtocolVersion};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, UnixTime};
use rustls::server::{
    ClientHello, NoServerSessionStorage, ResolvesServerCert, WebPkiClientVerifier,
};
use rustls::sign::CertifiedKey;
use rustls::time_provider::TimeProvider;
use rustls::{
    DistinguishedName, RootCertStore, ServerConfig, ServerConnection, SignatureScheme,
    SupportedProtocolVersion,
};
use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use wire::handshake::{Context, HandshakeMessage};
use wire::record::Record;

/// PostgreSQL's name in ALPN.
const POSTGRESQL: &[u8] = b"postgresql";

/// Why rustls cannot be configured so.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// The TLS library refused.
    #[error("TLS library refuses its settings")]
    Tls(#[from] rustls::Error),
    /// The certificate for whoever names no server could not be made.
    #[error("default certificate cannot be made")]
    Certify(#[from] CertifyError),
    /// The trust in the lab's own root failed.
    #[error("clients' certificates cannot be verified")]
    ClientAuth(#[from] rustls::server::VerifierBuilderError),
}

/// rustls with its settings.
#[derive(Clone)]
pub(crate) struct Configured {
    config: Arc<ServerConfig>,
    demands_certificate: bool,
    late_request: bool,
    clock: Clock,
    status: &'static str,
}

/// A clock that is wrong by so many hours.
#[derive(Clone, Copy, Debug)]
struct Clock(i64);

impl Clock {
    fn now(self) -> Timestamp {
        let ahead = SignedDuration::from_hours(self.0);
        Timestamp::now()
            .checked_add(ahead)
            .unwrap_or(Timestamp::MAX)
    }
}

impl TimeProvider for Clock {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = u64::try_from(self.now().as_second()).ok()?;
        Some(UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
    }
}

impl Configured {
    /// As `library` says, with the certificates and key of `identity`; clients' certificates are the `authority`'s.
    ///
    /// # Errors
    ///
    /// When rustls does not take the settings.
    pub(crate) fn new(
        library: &Library,
        identity: &Identity,
        authority: &Authority,
    ) -> Result<Self, LibraryError> {
        let provider = Arc::new(provider(library));
        let versions: Vec<&'static SupportedProtocolVersion> = library
            .versions
            .iter()
            .filter_map(|version| supported(*version))
            .collect();
        let clock = Clock(library.clock_hours);
        let builder = ServerConfig::builder_with_details(Arc::clone(&provider), Arc::new(clock))
            .with_protocol_versions(&versions)?;
        let builder = match library.client_auth {
            ClientAuth::None => builder.with_no_client_auth(),
            ClientAuth::Required => {
                builder.with_client_cert_verifier(verifier(authority, &provider, library)?.build()?)
            }
            ClientAuth::Optional | ClientAuth::RequiredByHttp => builder.with_client_cert_verifier(
                verifier(authority, &provider, library)?
                    .allow_unauthenticated()
                    .build()?,
            ),
        };
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(identity.key.pkcs8.clone()));
        let chain = identity
            .chain
            .iter()
            .cloned()
            .map(CertificateDer::from)
            .collect();
        let other = |spec: CertificateSpec| -> Result<_, LibraryError> {
            let other = authority.server(&spec, None)?;
            let chain = other.chain.into_iter().map(CertificateDer::from).collect();
            let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(other.key.pkcs8));
            let key = provider.key_provider.load_private_key(key)?;
            Ok(Arc::new(CertifiedKey::new(chain, key)))
        };
        let default = library
            .other_default
            .then(|| other(CertificateSpec::for_names(&["default.hosting.test"])))
            .transpose()?;
        let beside = library.beside.as_deref().cloned().map(other).transpose()?;
        // Not checked against the certificate: one scenario is that they do not belong together.
        let key = provider.key_provider.load_private_key(key)?;
        let mut stapling = CertifiedKey::new(chain, key);
        let plain = Arc::new(stapling.clone());
        stapling.ocsp = identity.staple.clone();
        let mut config = builder.with_cert_resolver(Arc::new(Chosen {
            plain,
            stapling: Arc::new(stapling),
            without: AtomicUsize::new(identity.staple_after),
            default,
            beside,
        }));
        // rustls counts the record's header (RFC 8446 section 5.1).
        config.max_fragment_size = library.record;
        config.alpn_protocols = library
            .protocols
            .iter()
            .map(|protocol| protocol.as_bytes().to_vec())
            .collect();
        match library.tickets {
            Tickets::Stateful => {}
            Tickets::Eight => config.send_tls13_tickets = 8,
            Tickets::Stateless => config.ticketer = aws_lc_rs::Ticketer::new()?,
            Tickets::None => {
                config.session_storage = Arc::new(NoServerSessionStorage {});
                config.send_tls13_tickets = 0;
            }
        }
        config.enable_secret_extraction = library.late_request;
        let demands_certificate = library.client_auth == ClientAuth::RequiredByHttp;
        Ok(Self {
            config: Arc::new(config),
            demands_certificate,
            late_request: library.late_request,
            clock,
            status: library.status,
        })
    }
}

/// One certificate for whoever names a server; the first handshakes go without its staple.
#[derive(Debug)]
struct Chosen {
    plain: Arc<CertifiedKey>,
    stapling: Arc<CertifiedKey>,
    /// How many more go without.
    without: AtomicUsize,
    /// For whoever names no server.
    default: Option<Arc<CertifiedKey>>,
    /// For whoever takes Ed25519.
    beside: Option<Arc<CertifiedKey>>,
}

impl ResolvesServerCert for Chosen {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        if let Some(default) = self
            .default
            .as_ref()
            .filter(|_| hello.server_name().is_none())
        {
            return Some(Arc::clone(default));
        }
        let takes = hello
            .signature_schemes()
            .contains(&SignatureScheme::ED25519);
        if let Some(beside) = self.beside.as_ref().filter(|_| takes) {
            return Some(Arc::clone(beside));
        }
        let left = self
            .without
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(1)
            });
        Some(Arc::clone(match left {
            Ok(_) => &self.plain,
            Err(_) => &self.stapling,
        }))
    }
}

fn provider(library: &Library) -> CryptoProvider {
    let mut provider = aws_lc_rs::default_provider();
    if !library.suites.is_empty() {
        provider
            .cipher_suites
            .retain(|suite| library.suites.contains(&u16::from(suite.suite())));
    }
    if !library.groups.is_empty() {
        provider
            .kx_groups
            .retain(|group| library.groups.contains(&u16::from(group.name())));
    }
    provider
}

fn supported(version: ProtocolVersion) -> Option<&'static SupportedProtocolVersion> {
    match version {
        ProtocolVersion::TLS1_2 => Some(&rustls::version::TLS12),
        ProtocolVersion::TLS1_3 => Some(&rustls::version::TLS13),
        _ => None,
    }
}

fn verifier(
    authority: &Authority,
    provider: &Arc<CryptoProvider>,
    library: &Library,
) -> Result<rustls::server::ClientCertVerifierBuilder, LibraryError> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(authority.root_der()))?;
    let provider = Arc::clone(provider);
    let more = authorities(library.authorities);
    let builder = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
    Ok(builder.add_root_hint_subjects(more.into_iter().map(DistinguishedName::from)))
}

/// Makes the handshake that `first` began, answers one HTTP request if there is one, and ends.
///
/// # Errors
///
/// When the connection breaks.
pub(crate) async fn serve(
    mut peer: Peer,
    first: Heard,
    configured: &Configured,
    rules: &[Rule],
    pacer: &Pacer,
) -> io::Result<()> {
    let config = Arc::clone(&configured.config);
    let mut tls = ServerConnection::new(config).map_err(io::Error::other)?;
    let (mut alive, flight) = feed(&mut tls, &first.octets);
    let retries = is_retry(&flight);
    pacer.sign(&tls).await;
    peer.say(&flight).await?;
    if retries {
        let Some(second) = Heard::read(&mut peer).await? else {
            return peer.finish().await;
        };
        if let Some(refusal) = gate::refusal(rules, &second, Turn::Second) {
            return gate::refuse(peer, refusal).await;
        }
        let (still, flight) = feed(&mut tls, &second.octets);
        alive = still;
        pacer.sign(&tls).await;
        peer.say(&flight).await?;
    }
    let mut request = Vec::new();
    while alive {
        // PostgreSQL 17 completes a handshake without ALPN, and then hangs up.
        let database = configured.config.alpn_protocols == [POSTGRESQL];
        if database && !tls.is_handshaking() && tls.alpn_protocol().is_none() {
            break;
        }
        if let Some(answer) = answer(&mut tls, &mut request, configured) {
            if configured.late_request {
                super::late::ask(tls, &mut peer).await?;
                break;
            }
            tls.writer().write_all(&answer)?;
            tls.send_close_notify();
            peer.say(&pending(&mut tls)).await?;
            break;
        }
        if peer.ahead().is_empty() && !peer.more().await? {
            break;
        }
        let octets = peer.take_all();
        let (still, flight) = feed(&mut tls, &octets);
        alive = still;
        peer.say(&flight).await?;
    }
    peer.finish().await
}

/// Gives rustls what the client said; whether it goes on, and what to say.
fn feed(tls: &mut ServerConnection, octets: &[u8]) -> (bool, Vec<u8>) {
    let mut rest = octets;
    let mut alive = true;
    while alive && !rest.is_empty() {
        // After an error there is an alert to send, and nothing more to read.
        alive = tls.read_tls(&mut rest).is_ok_and(|count| count > 0)
            && tls
                .process_new_packets()
                .is_ok_and(|state| !state.peer_has_closed());
    }
    (alive, pending(tls))
}

fn pending(tls: &mut ServerConnection) -> Vec<u8> {
    let mut octets = Vec::new();
    while tls.wants_write() {
        if tls.write_tls(&mut octets).is_err() {
            break;
        }
    }
    octets
}

/// The answer to an HTTP request, once it is whole.
fn answer(
    tls: &mut ServerConnection,
    request: &mut Vec<u8>,
    configured: &Configured,
) -> Option<Vec<u8>> {
    const MISSING: &[u8] = b"<html>\r\n<head><title>400 No required SSL certificate was sent</title></head>\r\n</html>\r\n";
    const LONGEST: usize = 16 * 1024;
    if tls.is_handshaking() {
        return None;
    }
    let mut chunk = [0; 1024];
    // The end of what there is comes as an error: there may be more later.
    while let Ok(count) = tls.reader().read(&mut chunk) {
        if count == 0 || request.len() > LONGEST {
            break;
        }
        request.extend_from_slice(&chunk[..count]);
    }
    if !request.windows(4).any(|window| window == b"\r\n\r\n") {
        return None;
    }
    let date = configured.clock.now();
    if configured.demands_certificate && tls.peer_certificates().is_none() {
        return Some(response_at(date, "400 Bad Request", "text/html", MISSING));
    }
    let body: &[u8] = if request.starts_with(b"HEAD ") {
        b""
    } else {
        b"secure\n"
    };
    Some(response_at(date, configured.status, "text/plain", body))
}

/// Whether a flight is a HelloRetryRequest.
fn is_retry(flight: &[u8]) -> bool {
    const SERVER_HELLO: u8 = 2;
    let Some((record, _)) = Record::decode(flight) else {
        return false;
    };
    let Some(([SERVER_HELLO, ..], body)) = record.body.split_first_chunk::<4>() else {
        return false;
    };
    let (message, _) =
        HandshakeMessage::decode(HandshakeType(SERVER_HELLO), body, &Context::default());
    matches!(message, HandshakeMessage::HelloRetryRequest(_))
}
