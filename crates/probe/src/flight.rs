//! A server's first flight while it comes: how far it is, and how it ends.

use crate::ending::Ending;
use crate::plaintext::MAX_HEAD;
use crate::{Recorder, alert, garbage};
use report::{
    AlertDescription, AlertLevel, ContentType, Direction, PhaseName, PhaseOutcome, ProtocolVersion,
};
use wire::build::Built;
use wire::decode::{Decoder, Item, Limits};
use wire::handshake::{HandshakeMessage, ServerHello};
use wire::open::Opener;
use wire::record::Alert;
use wire::ssl2::Ssl2Message;

/// What to do after some octets of a flight.
pub(crate) enum Next {
    /// Read on.
    More,
    /// Send the second ClientHello.
    Retry(ServerHello),
    /// The flight is complete.
    Complete,
}

/// A flight under way. It knows when the flight is over, and judges nothing else about it.
pub(crate) struct Flight<'r> {
    recorder: &'r Recorder,
    decoder: Decoder,
    opener: Opener,
    first: Vec<u8>,
    version: Option<ProtocolVersion>,
    retried: bool,
    foreign: bool,
    encrypted: bool,
    opened: bool,
}

impl<'r> Flight<'r> {
    /// The answer to `built`.
    pub(crate) fn new(built: &Built, recorder: &'r Recorder) -> Self {
        Self {
            recorder,
            decoder: Decoder::new(Limits::default()),
            opener: Opener::from_built(built),
            first: Vec::new(),
            version: None,
            retried: false,
            foreign: false,
            encrypted: false,
            opened: false,
        }
    }

    /// The second ClientHello has been sent.
    pub(crate) fn retry(&mut self, built: &Built) {
        self.opener.retry(built);
    }

    /// Takes the next octets.
    pub(crate) fn heard(&mut self, octets: &[u8]) -> Result<Next, Ending> {
        let room = MAX_HEAD.saturating_sub(self.first.len());
        self.first.extend(octets.iter().take(room));
        if self.foreign {
            return self.sentence();
        }
        let mut next = Next::More;
        self.decoder.feed(octets);
        while let Some(event) = self.decoder.next_event() {
            match self.item(event.item)? {
                Next::More => {}
                other => next = other,
            }
        }
        if self.foreign {
            return self.sentence();
        }
        for record in self.opener.feed(octets) {
            self.opened = true;
            self.recorder
                .opened(Direction::Received, record.content_type, &record.bytes);
            if let (ContentType::ALERT, [_, description]) =
                (record.content_type, record.bytes.as_slice())
            {
                let description = AlertDescription(*description);
                if description != alert::USER_CANCELED {
                    return Err(alert::received(description));
                }
            }
        }
        match self.opener.finished_ok() {
            Some(true) => Ok(Next::Complete),
            Some(false) => Err(Ending::new(PhaseOutcome::Garbage, "Finished")),
            None => Ok(next),
        }
    }

    /// Whether what has come may be all, although nothing says so: octets that are not TLS, or a flight that our
    /// keys do not open.
    pub(crate) fn may_be_over(&self) -> bool {
        self.foreign || (self.encrypted && !self.opened)
    }

    /// Nothing more came after [`may_be_over`](Self::may_be_over).
    pub(crate) fn silence(&self) -> Result<(), Ending> {
        if self.foreign {
            return Err(self.garbage());
        }
        self.recorder.remark("not opened");
        Ok(())
    }

    /// The peer has closed the connection.
    pub(crate) fn closed(&self) -> Ending {
        self.lost(Ending::plain(PhaseOutcome::Closed))
    }

    /// The connection has ended; what the peer said before that is the better answer, if it was not TLS.
    pub(crate) fn lost(&self, ending: Ending) -> Ending {
        if self.foreign { self.garbage() } else { ending }
    }

    fn item(&mut self, item: Item) -> Result<Next, Ending> {
        match item {
            Item::Handshake(HandshakeMessage::HelloRetryRequest(retry)) => {
                if std::mem::replace(&mut self.retried, true) {
                    let detail = "second hello_retry_request";
                    return Err(Ending::new(PhaseOutcome::Garbage, detail));
                }
                Ok(Next::Retry(retry))
            }
            Item::Handshake(HandshakeMessage::ServerHello(hello)) => {
                self.hello_came(hello.selected_version());
                Ok(Next::More)
            }
            Item::Handshake(HandshakeMessage::ServerHelloDone) => Ok(Next::Complete),
            Item::Alert(alert) => self.alert(&alert).map(|()| Next::More),
            Item::Encrypted { .. } => {
                self.encrypted = self.version.is_some();
                Ok(Next::More)
            }
            Item::Ssl2(message) => self.ssl2(&message),
            Item::NotTls(_) => {
                self.foreign = true;
                Ok(Next::More)
            }
            Item::Defect(defect) => {
                self.recorder
                    .remark(format!("{} {}", defect.field, defect.got));
                Ok(Next::More)
            }
            Item::Record { .. } | Item::ChangeCipherSpec | Item::Handshake(_) => Ok(Next::More),
        }
    }

    fn hello_came(&mut self, version: ProtocolVersion) {
        if self.version.replace(version).is_none() {
            self.recorder.next(PhaseName::Certificate);
        }
    }

    fn alert(&self, alert: &Alert) -> Result<(), Ending> {
        let warning = alert.level == AlertLevel::WARNING
            && alert.description != alert::CLOSE_NOTIFY
            && self.version != Some(ProtocolVersion::TLS1_3);
        let ending = alert::received(alert.description);
        if warning || alert.description == alert::USER_CANCELED {
            self.recorder.remark(ending.detail.unwrap_or_default());
            return Ok(());
        }
        Err(ending)
    }

    fn ssl2(&mut self, message: &Ssl2Message) -> Result<Next, Ending> {
        match message {
            Ssl2Message::ServerHello { .. } => {
                self.hello_came(ProtocolVersion::SSL2);
                Ok(Next::Complete)
            }
            Ssl2Message::Error(code) => {
                let detail = format!("SSL 2.0 ERROR {code}");
                Err(Ending::new(PhaseOutcome::Refused, detail))
            }
            _ => Ok(Next::More),
        }
    }

    /// Octets that are not TLS end with their first line, so that the detail can tell what they are.
    fn sentence(&self) -> Result<Next, Ending> {
        let complete = self.first.contains(&b'\n') || self.first.len() >= MAX_HEAD;
        if complete {
            Err(self.garbage())
        } else {
            Ok(Next::More)
        }
    }

    fn garbage(&self) -> Ending {
        Ending::new(PhaseOutcome::Garbage, garbage::described(&self.first))
    }
}
