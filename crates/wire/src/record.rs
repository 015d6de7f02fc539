//! Records and alerts (RFC 8446 sections 5.1 and 6).

use report::{AlertDescription, AlertLevel, ContentType, ProtocolVersion};

/// Octets of a record's header.
pub const HEADER: usize = 5;
/// The longest plaintext fragment (RFC 8446 section 5.1).
pub const MAX_PLAINTEXT: usize = 1 << 14;
/// The longest fragment that any version allows: TLS 1.2 with compression and encryption (RFC 5246 section 6.2.3).
pub const MAX_FRAGMENT: usize = MAX_PLAINTEXT + 2048;

/// One record.
///
/// ```text
/// type (1) | legacy_record_version (2) | length (2) | fragment
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The outer content type.
    pub content_type: ContentType,
    /// legacy_record_version.
    pub version: ProtocolVersion,
    /// The fragment.
    pub body: Vec<u8>,
}

impl Record {
    /// The record as it goes over the connection. A body over 65,535 octets is cut: the header cannot name more.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = vec![self.content_type.0];
        out.extend_from_slice(&self.version.0.to_be_bytes());
        crate::reader::put16(&mut out, &self.body);
        out
    }

    /// The first record of `octets` and how many octets it takes; `None` while it is not whole.
    pub fn decode(octets: &[u8]) -> Option<(Self, usize)> {
        let mut reader = crate::reader::Reader::new(octets);
        let content_type = ContentType(reader.u8()?);
        let version = ProtocolVersion(reader.u16()?);
        let body = reader.vector16()?.to_vec();
        Some((Self { content_type, version, body }, reader.place()))
    }
}

/// Cuts `octets` into records with at most `max` octets each (at least one; an empty message gives one empty record).
pub fn fragment(content_type: ContentType, version: ProtocolVersion, octets: &[u8], max: usize) -> Vec<u8> {
    let record = |body: &[u8]| Record { content_type, version, body: body.to_vec() }.encode();
    if octets.is_empty() {
        return record(octets);
    }
    octets.chunks(max.clamp(1, usize::from(u16::MAX))).flat_map(record).collect()
}

/// One alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Warning or fatal.
    pub level: AlertLevel,
    /// Which.
    pub description: AlertDescription,
}

impl Alert {
    /// The two octets of the alert.
    pub fn encode(self) -> [u8; 2] {
        [self.level.0, self.description.0]
    }
}
