//! A complete handshake by the TLS library, driven octet by octet, and what comes after Finished.

use crate::client_auth::ClientAuth;
use crate::connect::Connection;
use crate::ending::Ending;
use crate::hands::HandsError;
use crate::opened::Opened;
use crate::session::Session;
use crate::witness::{AnyCertificate, ClientCertificate, Keys};
use crate::{Recorder, alert, garbage, plaintext, prelude, starttls};
use report::{
    AlertDescription, AlertLevel, ContentType, Direction, Handshake, PhaseName, PhaseOutcome,
    Prelude, Starttls,
};
use rustls::client::{EchConfig, Resumption};
use rustls::crypto::aws_lc_rs::hpke;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::sign::CertifiedKey;
use rustls::version::{TLS12, TLS13};
use rustls::{
    ClientConfig, ClientConnection, Error, HandshakeKind, InvalidMessage, ProtocolVersion,
};
use rustls_pki_types::{EchConfigListBytes, ServerName};
use std::io::{Read as _, Write as _};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// Octets kept of the application's answer.
pub const MAX_ANSWER: usize = 4096;

/// Makes complete handshakes.
#[derive(Debug)]
pub(crate) struct Handshakes {
    provider: Arc<CryptoProvider>,
    certified: Option<Arc<CertifiedKey>>,
}

impl Handshakes {
    /// Handshakes that offer everything the TLS library can, and `client_auth` where asked to.
    pub(crate) fn new(client_auth: Option<ClientAuth>) -> Result<Self, HandsError> {
        let mut provider = aws_lc_rs::default_provider();
        for group in aws_lc_rs::ALL_KX_GROUPS {
            let known = |have: &&dyn rustls::crypto::SupportedKxGroup| have.name() == group.name();
            if !provider.kx_groups.iter().any(known) {
                provider.kx_groups.push(*group);
            }
        }
        let certified = client_auth
            .map(|auth| auth.certified(&provider))
            .transpose()
            .map_err(HandsError::ClientAuth)?;
        Ok(Self {
            provider: Arc::new(provider),
            certified,
        })
    }

    /// Makes one handshake on `connection`, and sees what comes after it.
    pub(crate) async fn run(
        &self,
        conditions: &Handshake,
        mut connection: Connection<'_>,
        recorder: &Recorder,
    ) -> Result<(), Ending> {
        let name = conditions.server_name.as_deref();
        prelude::speak(&mut connection, conditions.prelude, name).await?;
        recorder.next(PhaseName::Hello);
        let mut running = self.start(conditions, connection, None)?;
        running.shake().await?;
        recorder.next(PhaseName::Application);
        match conditions.prelude {
            _ if conditions.http => running.ask(name).await,
            Prelude::Starttls(Starttls::Smtp) => running.greet("EHLO").await,
            Prelude::Starttls(Starttls::Lmtp) => running.greet("LHLO").await,
            _ => running.watch().await,
        }
    }

    /// Connects and makes one handshake of many, no more. With `session`, one kept there is offered, and the
    /// server's tickets are waited for and kept (TLS 1.3 sends them after Finished). Says whether the server resumed.
    pub(crate) async fn one_of_many(
        &self,
        conditions: &Handshake,
        session: Option<&Session>,
        mut connection: Connection<'_>,
    ) -> Result<bool, Ending> {
        let recorder = connection.recorder();
        let name = conditions.server_name.as_deref();
        prelude::speak(&mut connection, conditions.prelude, name).await?;
        recorder.next(PhaseName::Hello);
        let mut running = self.start(conditions, connection, session)?;
        running.shake().await?;
        match session {
            // Each brings the ticket for another.
            Some(_) => running.watch().await?,
            None => running.farewell().await,
        }
        Ok(running.tls.handshake_kind() == Some(HandshakeKind::Resumed))
    }

    /// Where sessions can be kept, to be resumed by many handshakes.
    pub(crate) fn session(&self) -> Session {
        Session::new(self.provider.signature_verification_algorithms)
    }

    fn start<'r>(
        &self,
        conditions: &Handshake,
        connection: Connection<'r>,
        session: Option<&Session>,
    ) -> Result<Running<'r>, Ending> {
        let keys = Arc::new(Keys::default());
        let certified = match conditions.with_client_certificate {
            true => self.certified.clone(),
            false => None,
        };
        // The TLS library resumes only with the verifier and the certificate of the first handshake.
        let (client, verifier, resumption) = match session {
            Some(session) => session.parts(),
            None => (
                Arc::new(ClientCertificate::new(certified)),
                Arc::new(AnyCertificate {
                    schemes: self.provider.signature_verification_algorithms,
                }),
                Resumption::disabled(),
            ),
        };
        let builder = ClientConfig::builder_with_provider(Arc::clone(&self.provider));
        let builder = match &conditions.ech {
            None => builder.with_protocol_versions(&[&TLS13, &TLS12]),
            Some(list) => {
                let list = EchConfigListBytes::from(list.as_ref());
                EchConfig::new(list, hpke::ALL_SUPPORTED_SUITES)
                    .and_then(|config| builder.with_ech(config.into()))
            }
        };
        let mut config = builder
            .map_err(unusable)?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_client_cert_resolver(Arc::clone(&client) as Arc<_>);
        config.key_log = Arc::clone(&keys) as Arc<_>;
        config.resumption = resumption;
        config.alpn_protocols = conditions
            .alpn
            .iter()
            .map(|protocol| protocol.clone().into_bytes())
            .collect();
        // rustls sends no server_name for an address.
        let name = match &conditions.server_name {
            Some(name) => ServerName::try_from(name.clone())
                .map_err(|_| Ending::new(PhaseOutcome::Error, "server name not valid in TLS"))?,
            None => ServerName::IpAddress(conditions.address.ip().into()),
        };
        let tls = ClientConnection::new(Arc::new(config), name).map_err(unusable)?;
        Ok(Running {
            tls,
            connection,
            opened: Opened::new(keys),
            client,
            first: Vec::new(),
            step: PhaseName::Hello,
            closed: false,
        })
    }
}

fn unusable(error: Error) -> Ending {
    Ending::new(PhaseOutcome::Error, format!("{error:?}"))
}

/// How long an answer to `HEAD /` is waited for at least: its head is wanted for a refusal that a server sends at once
/// (HTTP 400 or 496), not for the site's sake.
const HTTP_PATIENCE: Duration = Duration::from_millis(700);

/// One handshake under way.
struct Running<'r> {
    tls: ClientConnection,
    connection: Connection<'r>,
    opened: Opened,
    client: Arc<ClientCertificate>,
    first: Vec<u8>,
    step: PhaseName,
    closed: bool,
}

impl Running<'_> {
    /// The handshake, up to both Finished messages.
    async fn shake(&mut self) -> Result<(), Ending> {
        let mut hello = Vec::new();
        self.tls.write_tls(&mut hello)?;
        self.connection.write_hello(&hello).await?;
        self.opened
            .sent(&hello, &self.tls, self.connection.recorder());
        self.flush().await;
        while self.tls.is_handshaking() {
            self.hear().await?;
            self.flush().await;
        }
        Ok(())
    }

    /// One `HEAD /`, and the head of the answer. Where a client certificate was asked for, one `GET /`: only the body says
    /// whether a 400 is about it.
    async fn ask(&mut self, name: Option<&str>) -> Result<(), Ending> {
        let host = match name {
            Some(name) => name.to_owned(),
            None => self.connection.peer.ip().to_string(),
        };
        let wants_body = self.client.sent().is_some();
        let method = if wants_body { "GET" } else { "HEAD" };
        let request = format!(
            "{method} / HTTP/1.1\r\nHost: {host}\r\nUser-Agent: tlsmedic\r\nAccept: */*\r\nConnection: close\r\n\r\n"
        );
        self.tls.writer().write_all(request.as_bytes())?;
        self.flush().await;
        let mut head = Vec::new();
        let patience = self.connection.patience().max(HTTP_PATIENCE);
        match timeout(patience, self.answer(&mut head, wants_body)).await {
            Ok(answered) => answered?,
            // The handshake is done; a server that serves one connection after the other must not be held up.
            Err(_) if head.is_empty() => {
                self.connection.recorder().remark("no HTTP answer");
                self.farewell().await;
                return Ok(());
            }
            Err(_) => {}
        }
        self.farewell().await;
        let line = garbage::described(&head);
        match plaintext::status(&head) {
            Some(429) => Err(Ending::new(PhaseOutcome::Throttled, line)),
            Some(_) => {
                self.connection.recorder().remark(line);
                Ok(())
            }
            None => Err(Ending::new(PhaseOutcome::Garbage, line)),
        }
    }

    /// Reads until the head of an HTTP answer is whole or the connection ends; with the body of a refusal, as far as it is
    /// kept.
    async fn answer(&mut self, head: &mut Vec<u8>, wants_body: bool) -> Result<(), Ending> {
        const REFUSED: u16 = 400;
        let is_whole = |head: &[u8]| {
            let has_body = wants_body && plaintext::status(head) == Some(REFUSED);
            is_head(head) && (!has_body || head.len() >= MAX_ANSWER)
        };
        while !is_whole(head) && !self.closed {
            let heard = self.hear().await;
            self.take(head);
            match heard {
                Ok(()) => self.flush().await,
                // An answer before a rude close is an answer.
                Err(ending) if head.is_empty() => return Err(ending),
                Err(_) => break,
            }
        }
        if head.is_empty() {
            return Err(Ending::new(PhaseOutcome::Closed, "close_notify"));
        }
        Ok(())
    }

    /// The mail server's greeting again, as RFC 3207 section 4.2 wants it after TLS: where a certificate is missing, Postfix
    /// says so only now. Then QUIT.
    async fn greet(&mut self, hello: &str) -> Result<(), Ending> {
        let us = starttls::address_literal(self.connection.local);
        self.tls
            .writer()
            .write_all(format!("{hello} {us}\r\n").as_bytes())?;
        self.flush().await;
        let mut heard = Vec::new();
        let patience = self.connection.patience().max(HTTP_PATIENCE);
        let line = async {
            while !heard.contains(&b'\n') && heard.len() < MAX_ANSWER && !self.closed {
                let result = self.hear().await;
                self.take(&mut heard);
                match result {
                    Ok(()) => self.flush().await,
                    Err(ending) if heard.is_empty() => return Err(ending),
                    Err(_) => break,
                }
            }
            Ok(())
        };
        // The handshake is done; how long a mail server takes for its answer is no matter.
        if let Ok(ended) = timeout(patience, line).await {
            ended?;
        }
        self.connection
            .recorder()
            .remark(garbage::described(&heard));
        let _ = self.tls.writer().write_all(b"QUIT\r\n");
        self.farewell().await;
        Ok(())
    }

    /// Listens until the server shows that it has accepted our Finished (a ticket or application data), refuses
    /// it, or has been silent long enough.
    async fn watch(&mut self) -> Result<(), Ending> {
        let patience = self.connection.patience();
        let mut said = Vec::new();
        self.take(&mut said);
        while said.is_empty() && !self.opened.ticket() {
            if self.closed {
                return Err(Ending::new(PhaseOutcome::Closed, "close_notify"));
            }
            let Ok(heard) = timeout(patience, self.hear()).await else {
                break;
            };
            self.take(&mut said);
            if said.is_empty() {
                heard?;
            }
            self.flush().await;
        }
        self.farewell().await;
        Ok(())
    }

    /// One read, handed to the TLS library.
    async fn hear(&mut self) -> Result<(), Ending> {
        let Some(octets) = self.connection.read().await? else {
            return Err(Ending::plain(PhaseOutcome::Closed));
        };
        let room = plaintext::MAX_HEAD.saturating_sub(self.first.len());
        self.first.extend(octets.iter().take(room));
        let was_closed = self.closed;
        let mut rest = octets.as_slice();
        let mut result = Ok(());
        while !rest.is_empty() && result.is_ok() {
            match self.tls.read_tls(&mut rest) {
                Ok(0) => break,
                Ok(_) => {
                    result = self
                        .tls
                        .process_new_packets()
                        .map(|state| self.closed |= state.peer_has_closed());
                }
                // Its buffer of plaintext is full: nobody wants so much of it.
                Err(_) => {
                    let mut unwanted = Vec::new();
                    self.take(&mut unwanted);
                    if unwanted.is_empty() {
                        break;
                    }
                }
            }
        }
        self.progress(result.is_ok());
        let recorder = self.connection.recorder();
        self.opened.received(&octets, &self.tls, recorder);
        if self.closed && !was_closed {
            self.opened
                .alert_received(AlertLevel::WARNING, alert::CLOSE_NOTIFY, recorder);
        }
        match result {
            Ok(()) => Ok(()),
            Err(error) => Err(self.fail(error).await),
        }
    }

    /// Ends the phases that the TLS library has got past.
    fn progress(&mut self, well: bool) {
        let recorder = self.connection.recorder();
        let version = self.tls.protocol_version();
        let old = version == Some(ProtocolVersion::TLSv1_2);
        // With a HelloRetryRequest the version is known before the ServerHello.
        if self.step == PhaseName::Hello && (old || self.opened.has_keys()) {
            self.step = PhaseName::Certificate;
            recorder.next(self.step);
        }
        // Before TLS 1.3 the client speaks again only when the flight is over, or to say with an alert what is wrong.
        let over = !self.tls.is_handshaking() || (old && well && self.tls.wants_write());
        if self.step == PhaseName::Certificate && over {
            if let Some(count) = self.client.sent() {
                recorder.next(PhaseName::ClientAuth);
                recorder.remark(format!("{count} certificates sent"));
            }
            self.step = PhaseName::Finished;
            recorder.next(self.step);
        }
    }

    /// Sends what the TLS library has to say.
    async fn flush(&mut self) {
        while self.tls.wants_write() {
            let mut octets = Vec::new();
            if self.tls.write_tls(&mut octets).is_err() || octets.is_empty() {
                return;
            }
            self.connection.write(&octets).await;
            let recorder = self.connection.recorder();
            self.opened.sent(&octets, &self.tls, recorder);
        }
    }

    /// Plaintext that has come, added to `head` as far as it may grow.
    fn take(&mut self, head: &mut Vec<u8>) {
        let mut buffer = [0; 4096];
        while let Ok(count) = self.tls.reader().read(&mut buffer) {
            if count == 0 {
                break;
            }
            let room = MAX_ANSWER.saturating_sub(head.len()).min(count);
            let kept = buffer.get(..room).unwrap_or_default();
            self.connection.recorder().opened(
                Direction::Received,
                ContentType::APPLICATION_DATA,
                kept,
            );
            head.extend_from_slice(kept);
        }
    }

    async fn farewell(&mut self) {
        self.tls.send_close_notify();
        self.flush().await;
    }

    /// Sends the alert the TLS library has for `error`, and says how it ended.
    async fn fail(&mut self, error: Error) -> Ending {
        if let Error::AlertReceived(description) = error {
            let description = AlertDescription(u8::from(description));
            let recorder = self.connection.recorder();
            self.opened
                .alert_received(AlertLevel::FATAL, description, recorder);
            return alert::received(description);
        }
        self.flush().await;
        let no_tls = matches!(
            error,
            Error::InvalidMessage(
                InvalidMessage::InvalidContentType | InvalidMessage::UnknownProtocolVersion
            )
        );
        let shown = alert::shown(&error);
        match self.opened.alert_sent() {
            _ if no_tls && self.step == PhaseName::Hello => {
                Ending::new(PhaseOutcome::Garbage, garbage::described(&self.first))
            }
            Some(description) => alert::sent(description, &shown),
            None => Ending::new(PhaseOutcome::Garbage, shown),
        }
    }
}

fn is_head(answer: &[u8]) -> bool {
    let foreign = answer.contains(&b'\n') && plaintext::status(answer).is_none();
    foreign || answer.len() >= MAX_ANSWER || answer.windows(4).any(|window| window == b"\r\n\r\n")
}
