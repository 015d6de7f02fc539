//! Servers that finish handshakes: rustls, with what it offers restricted.

use crate::authority::{Authority, Credentials};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::server::{ClientHello, ResolvesServerCert, WebPkiClientVerifier};
use rustls::sign::CertifiedKey;
use rustls::{RootCertStore, ServerConfig, ServerConnection};
use std::io::{self, Read, Write};
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What a complete server offers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Offer {
    /// TLS 1.3 alone, TLS 1.2 alone, or both.
    pub(crate) versions: Versions,
    /// Code points of the groups; empty for all.
    pub(crate) groups: Vec<u16>,
    /// Code points of the cipher suites; empty for all.
    pub(crate) suites: Vec<u16>,
    pub(crate) alpn: Vec<&'static str>,
    pub(crate) client_certificate: Demand,
    pub(crate) without_tickets: bool,
    /// Whether it signs with another key than the certificate's.
    pub(crate) wrong_key: bool,
}

/// Which versions are offered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Versions {
    #[default]
    Both,
    Tls12,
    Tls13,
}

/// What is asked of the client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Demand {
    #[default]
    Nothing,
    /// A certificate, or no handshake.
    Required,
    /// A certificate, or HTTP status 400, as nginx does.
    RequiredByHttp,
    /// A certificate if there is one.
    Optional,
}

/// Gives out its certificate without looking whether the key belongs to it.
#[derive(Debug)]
struct Unchecked(Arc<CertifiedKey>);

impl ResolvesServerCert for Unchecked {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }
}

/// The configuration of a server that offers this.
pub(crate) fn config(
    offer: &Offer,
    authority: &Authority,
    credentials: &Credentials,
    other: &Credentials,
) -> Result<ServerConfig, rustls::Error> {
    let mut provider: CryptoProvider = aws_lc_rs::default_provider();
    if !offer.groups.is_empty() {
        provider
            .kx_groups
            .retain(|group| offer.groups.contains(&u16::from(group.name())));
    }
    if !offer.suites.is_empty() {
        provider
            .cipher_suites
            .retain(|suite| offer.suites.contains(&u16::from(suite.suite())));
    }
    let key = if offer.wrong_key {
        other.private_key()
    } else {
        credentials.private_key()
    };
    let key = provider.key_provider.load_private_key(key)?;
    let certified = CertifiedKey::new(credentials.chain.clone(), key);
    let provider = Arc::new(provider);
    let versions: &[&rustls::SupportedProtocolVersion] = match offer.versions {
        Versions::Both => &[&rustls::version::TLS13, &rustls::version::TLS12],
        Versions::Tls12 => &[&rustls::version::TLS12],
        Versions::Tls13 => &[&rustls::version::TLS13],
    };
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(versions)?;
    let builder = match offer.client_certificate {
        Demand::Nothing => builder.with_no_client_auth(),
        demand => {
            let mut roots = RootCertStore::empty();
            roots.add(authority.root_der())?;
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            let verifier = if demand == Demand::Required {
                verifier
            } else {
                verifier.allow_unauthenticated()
            };
            builder.with_client_cert_verifier(
                verifier
                    .build()
                    .map_err(|error| rustls::Error::General(error.to_string()))?,
            )
        }
    };
    let mut config = builder.with_cert_resolver(Arc::new(Unchecked(Arc::new(certified))));
    config.alpn_protocols = offer
        .alpn
        .iter()
        .map(|protocol| protocol.as_bytes().to_vec())
        .collect();
    if offer.without_tickets {
        config.send_tls13_tickets = 0;
    }
    Ok(config)
}

/// Serves one connection whose first octets were read already: the handshake, and one HTTP answer.
pub(crate) async fn serve(
    mut stream: TcpStream,
    heard: &[u8],
    config: Arc<ServerConfig>,
    demand: Demand,
) -> io::Result<()> {
    let mut tls = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut given = heard;
    let mut buffer = vec![0; 16384];
    let mut request: Vec<u8> = Vec::new();
    loop {
        while !given.is_empty() {
            if tls.read_tls(&mut given)? == 0 {
                break;
            }
            if let Err(error) = tls.process_new_packets() {
                flush(&mut tls, &mut stream).await?;
                stream.shutdown().await?;
                while stream.read(&mut buffer).await? > 0 {}
                return Err(io::Error::other(error));
            }
        }
        flush(&mut tls, &mut stream).await?;
        let mut plain = vec![0; 4096];
        while let Ok(count) = tls.reader().read(&mut plain) {
            request.extend(plain.iter().take(count));
            if count == 0 {
                return Ok(());
            }
        }
        if request.windows(4).any(|end| end == b"\r\n\r\n") {
            break;
        }
        let count = stream.read(&mut buffer).await?;
        let Some(read) = buffer.get(..count).filter(|read| !read.is_empty()) else {
            return Ok(());
        };
        given = read;
    }
    let missing = demand == Demand::RequiredByHttp && tls.peer_certificates().is_none();
    let status = if missing { "400 Bad Request" } else { "200 OK" };
    write!(
        tls.writer(),
        "HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    )?;
    tls.send_close_notify();
    flush(&mut tls, &mut stream).await?;
    stream.shutdown().await
}

async fn flush(tls: &mut ServerConnection, stream: &mut TcpStream) -> io::Result<()> {
    while tls.wants_write() {
        let mut out = Vec::new();
        tls.write_tls(&mut out)?;
        stream.write_all(&out).await?;
    }
    Ok(())
}
