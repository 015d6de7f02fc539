//! The inside of the encrypted records of a complete handshake.

use crate::Recorder;
use crate::witness::Keys;
use report::{AlertDescription, AlertLevel, CipherSuite, ContentType, Direction};
use rustls::{ClientConnection, ProtocolVersion};
use std::sync::Arc;
use wire::decode::{Decoder, Item, Limits};
use wire::open::{OpenedRecord, Opener};
use wire::record::Record;

/// `NewSessionTicket` (RFC 8446 section 4.6.1).
const NEW_SESSION_TICKET: u8 = 4;

/// Opens what the TLS library keeps to itself, and remembers the alerts.
pub(crate) struct Opened {
    keys: Arc<Keys>,
    server: Side,
    client: Side,
    older: Decoder,
    encrypted_alert: bool,
    finished: bool,
    ticket: bool,
    alert_sent: Option<AlertDescription>,
}

impl Opened {
    /// For a connection whose secrets come into `keys`.
    pub(crate) fn new(keys: Arc<Keys>) -> Self {
        Self {
            keys,
            server: Side::default(),
            client: Side::default(),
            older: Decoder::new(Limits::default()),
            encrypted_alert: false,
            finished: false,
            ticket: false,
            alert_sent: None,
        }
    }

    /// Whether the secrets of a TLS 1.3 handshake are there, which means that a ServerHello has come.
    pub(crate) fn has_keys(&self) -> bool {
        self.keys.secrets().server_handshake.is_some()
    }

    /// Whether the server has sent a session ticket (TLS 1.3), which it does after our Finished.
    pub(crate) fn ticket(&self) -> bool {
        self.ticket
    }

    /// The alert that we have sent last.
    pub(crate) fn alert_sent(&self) -> Option<AlertDescription> {
        self.alert_sent
    }

    /// Takes octets that the TLS library has read.
    pub(crate) fn received(&mut self, octets: &[u8], tls: &ClientConnection, recorder: &Recorder) {
        if tls.protocol_version() == Some(ProtocolVersion::TLSv1_2) {
            self.older.feed(octets);
            while let Some(event) = self.older.next_event() {
                if let Item::Encrypted { content_type, .. } = event.item {
                    self.encrypted_alert |= content_type == ContentType::ALERT;
                }
            }
            return;
        }
        let secrets = self.keys.secrets();
        let (handshake, application) = (secrets.server_handshake, secrets.server_application);
        let records = self.server.feed(octets, suite(tls), handshake, application);
        for OpenedRecord {
            content_type,
            bytes,
        } in records
        {
            // The application's octets come from the TLS library, for every version.
            if content_type == ContentType::APPLICATION_DATA {
                continue;
            }
            let handshake = content_type == ContentType::HANDSHAKE;
            self.ticket |= self.finished && handshake && bytes.first() == Some(&NEW_SESSION_TICKET);
            recorder.opened(Direction::Received, content_type, &bytes);
        }
        self.finished |= !tls.is_handshaking();
    }

    /// Takes octets that the TLS library has written.
    pub(crate) fn sent(&mut self, octets: &[u8], tls: &ClientConnection, recorder: &Recorder) {
        let secrets = self.keys.secrets();
        let (handshake, application) = (secrets.client_handshake, secrets.client_application);
        let records = self.client.feed(octets, suite(tls), handshake, application);
        for OpenedRecord {
            content_type,
            bytes,
        } in records
        {
            if content_type == ContentType::APPLICATION_DATA {
                continue;
            }
            recorder.opened(Direction::Sent, content_type, &bytes);
            if let (ContentType::ALERT, [_, description]) = (content_type, bytes.as_slice()) {
                self.alert_sent = Some(AlertDescription(*description));
            }
        }
        let mut rest = octets;
        while let Some((record, used)) = Record::decode(rest) {
            // An encrypted one is longer.
            if let (ContentType::ALERT, [_, description]) =
                (record.content_type, record.body.as_slice())
            {
                self.alert_sent = Some(AlertDescription(*description));
            }
            rest = rest.get(used..).unwrap_or_default();
        }
    }

    /// Records an alert that the TLS library of TLS 1.2 has opened. The others stand in the traffic, or have been
    /// opened here.
    pub(crate) fn alert_received(
        &self,
        level: AlertLevel,
        description: AlertDescription,
        recorder: &Recorder,
    ) {
        if self.encrypted_alert {
            let octets = [level.0, description.0];
            recorder.opened(Direction::Received, ContentType::ALERT, &octets);
        }
    }
}

fn suite(tls: &ClientConnection) -> Option<CipherSuite> {
    let suite = tls.negotiated_cipher_suite()?.suite();
    Some(CipherSuite(u16::from(suite)))
}

/// One direction. The second of its two secrets comes when records under the first have been opened already; then
/// everything is opened once more, and what was there before left out.
#[derive(Default)]
struct Side {
    opener: Option<Opener>,
    octets: Vec<u8>,
    count: usize,
    has_application: bool,
}

impl Side {
    fn feed(
        &mut self,
        octets: &[u8],
        suite: Option<CipherSuite>,
        handshake: Option<Vec<u8>>,
        application: Option<Vec<u8>>,
    ) -> Vec<OpenedRecord> {
        if !self.has_application {
            self.octets.extend_from_slice(octets);
        }
        let (Some(suite), Some(handshake)) = (suite, handshake) else {
            return Vec::new();
        };
        let anew = self.opener.is_none() || (application.is_some() && !self.has_application);
        let records = if anew {
            self.has_application = application.is_some();
            let application = application.unwrap_or_default();
            self.opener = Opener::from_secrets(suite, &handshake, &application);
            let Some(opener) = &mut self.opener else {
                return Vec::new();
            };
            let mut records = opener.feed(&self.octets);
            records.drain(..self.count.min(records.len()));
            if self.has_application {
                self.octets = Vec::new();
            }
            records
        } else {
            match &mut self.opener {
                Some(opener) => opener.feed(octets),
                None => Vec::new(),
            }
        };
        self.count = self.count.saturating_add(records.len());
        records
    }
}
