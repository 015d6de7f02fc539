//! Whether a certificate was revoked, from what its CA signed: revocation lists (RFC 5280 section 5) and OCSP answers
//! (RFC 6960). Octets in, statements out; nothing here fetches.

mod excerpt;
pub mod list;
pub mod ocsp;

pub use excerpt::{Excerpt, excerpt};

use crate::date;
use crate::der::{Element, Walk};
use jiff::{SignedDuration, Timestamp};

/// What a CA says of one certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It is not revoked.
    Good,
    /// It is revoked.
    Revoked {
        /// Since when.
        at: Timestamp,
        /// Why, where the CA says so.
        reason: Option<Reason>,
    },
    /// The CA's service does not know it.
    Unknown,
}

/// A CA's statement about one certificate, its signature verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement {
    /// What is said.
    pub status: Status,
    /// When it was known to be so.
    pub this_update: Timestamp,
    /// When there will be a newer one at the latest.
    pub next_update: Option<Timestamp>,
}

/// Whether a statement counts at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// It does.
    Fresh,
    /// Its time is over.
    Stale,
    /// Its time has not begun.
    Early,
}

impl Statement {
    /// Whether it counts at `now`, with `slack` granted on both sides. A statement that names no end counts for a day.
    pub fn freshness(&self, now: Timestamp, slack: SignedDuration) -> Freshness {
        let end = self.next_update.unwrap_or_else(|| {
            self.this_update
                .checked_add(SignedDuration::from_hours(24))
                .unwrap_or(Timestamp::MAX)
        });
        let later = now.checked_add(slack).unwrap_or(Timestamp::MAX);
        let earlier = now.checked_sub(slack).unwrap_or(Timestamp::MIN);
        if later < self.this_update {
            Freshness::Early
        } else if earlier > end {
            Freshness::Stale
        } else {
            Freshness::Fresh
        }
    }
}

/// CRLReason (RFC 5280 section 5.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Reason(pub u8);

impl Reason {
    /// Its name in the RFC, such as `keyCompromise`; `None` for a number without one.
    pub fn name(self) -> Option<&'static str> {
        Some(match self.0 {
            0 => "unspecified",
            1 => "keyCompromise",
            2 => "cACompromise",
            3 => "affiliationChanged",
            4 => "superseded",
            5 => "cessationOfOperation",
            6 => "certificateHold",
            8 => "removeFromCRL",
            9 => "privilegeWithdrawn",
            10 => "aACompromise",
            _ => return None,
        })
    }

    fn read(enumerated: &Element<'_>) -> Self {
        match enumerated.content {
            [number] => Self(*number),
            _ => Self(u8::MAX),
        }
    }
}

/// What octets that should be DER look like instead, in no language.
pub(crate) fn looks_like(body: &[u8]) -> &'static str {
    const SHOWN: usize = 512;
    let head = body.get(..SHOWN).unwrap_or(body).trim_ascii_start();
    let holds = |word: &[u8]| {
        head.windows(word.len())
            .any(|window| window.eq_ignore_ascii_case(word))
    };
    match head.first() {
        None => "nothing",
        Some(b'<') if holds(b"html") => "HTML",
        Some(b'<') => "XML",
        Some(b'{') => "JSON",
        Some(b'-') if head.starts_with(b"-----BEGIN ") => "PEM",
        Some(0x30) => "DER",
        Some(_)
            if head
                .iter()
                .all(|octet| octet.is_ascii_graphic() || octet.is_ascii_whitespace()) =>
        {
            "text"
        }
        Some(_) => "binary",
    }
}

/// A time of a list or an answer; `None` when it cannot be read.
fn time(element: &Element<'_>) -> Option<Timestamp> {
    let mut walk = Walk::default();
    let read = date::read(&mut walk, element, "time", Timestamp::MIN);
    (read != Timestamp::MIN).then_some(read)
}
