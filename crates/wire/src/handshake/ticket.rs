//! NewSessionTicket (RFC 8446 section 4.6.1, RFC 5077 section 3.3).

use super::extension::{self, RawExtension};
use crate::body::Body;
use crate::defect::Defect;
use crate::reader::{put8, put16};

/// NewSessionTicket.
///
/// ```text
/// before TLS 1.3:  ticket_lifetime_hint (4) | ticket <0..2^16-1>
/// TLS 1.3:         ticket_lifetime (4) | ticket_age_add (4) | ticket_nonce <0..255> | ticket <1..2^16-1>
///                  | extensions <0..2^16-2>
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewSessionTicket {
    /// In seconds; before TLS 1.3 a hint.
    pub lifetime: u32,
    /// ticket_age_add; only in TLS 1.3.
    pub age_add: u32,
    /// ticket_nonce; only in TLS 1.3.
    pub nonce: Vec<u8>,
    /// The ticket.
    pub ticket: Vec<u8>,
    /// Extensions; only in TLS 1.3.
    pub extensions: Vec<RawExtension>,
}

impl NewSessionTicket {
    pub(super) fn encode(&self, modern: bool) -> Vec<u8> {
        let mut out = self.lifetime.to_be_bytes().to_vec();
        if modern {
            out.extend_from_slice(&self.age_add.to_be_bytes());
            put8(&mut out, &self.nonce);
        }
        put16(&mut out, &self.ticket);
        if modern {
            put16(&mut out, &extension::encode(&self.extensions));
        }
        out
    }

    pub(super) fn decode(
        mut body: Body<'_>,
        modern: bool,
        defects: &mut Vec<Defect>,
    ) -> Result<Self, Defect> {
        let mut ticket = Self {
            lifetime: body.u32("ticket_lifetime")?,
            ..Self::default()
        };
        if modern {
            ticket.age_add = body.u32("ticket_age_add")?;
            ticket.nonce = body.vector8("ticket_nonce")?.rest().to_vec();
        }
        ticket.ticket = body.vector16("ticket")?.rest().to_vec();
        if modern {
            ticket.extensions = extension::decode(body.vector16("extensions")?, defects);
        }
        body.end("new_session_ticket", defects);
        Ok(ticket)
    }
}
