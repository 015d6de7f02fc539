//! Records (RFC 8446 section 5.1) and alerts (section 6).

use crate::reader::{Reader, put16};
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
    /// The record as it goes over the connection. A body over 65,535 octets is cut: the header cannot say more.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = vec![self.content_type.0];
        out.extend_from_slice(&self.version.0.to_be_bytes());
        put16(&mut out, &self.body);
        out
    }

    /// The first record of `octets` and how many octets it takes; `None` while it is not whole. Nothing is judged: any
    /// five octets are a header.
    pub fn decode(octets: &[u8]) -> Option<(Self, usize)> {
        let mut reader = Reader::new(octets);
        let content_type = ContentType(reader.u8()?);
        let version = ProtocolVersion(reader.u16()?);
        let body = reader.vector16()?.to_vec();
        let record = Self {
            content_type,
            version,
            body,
        };
        Some((record, reader.place()))
    }
}

/// Cuts `octets` into records with at most `max` octets each: at least 1, at most 65,535. No octets give one empty
/// record.
pub fn fragment(
    content_type: ContentType,
    version: ProtocolVersion,
    octets: &[u8],
    max: usize,
) -> Vec<u8> {
    let record = |body: &[u8]| {
        let body = body.to_vec();
        Record {
            content_type,
            version,
            body,
        }
        .encode()
    };
    if octets.is_empty() {
        return record(octets);
    }
    let max = max.clamp(1, usize::from(u16::MAX));
    octets.chunks(max).flat_map(record).collect()
}

/// One alert.
///
/// ```text
/// level (1) | description (1)
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Warning or fatal.
    pub level: AlertLevel,
    /// Which.
    pub description: AlertDescription,
}

impl Alert {
    /// The octets of the alert, without a record.
    pub fn encode(self) -> [u8; 2] {
        [self.level.0, self.description.0]
    }
}

#[cfg(test)]
mod tests {
    use super::{Record, fragment};
    use proptest::prelude::*;
    use report::{ContentType, ProtocolVersion};

    fn records(mut octets: &[u8]) -> Vec<Record> {
        let mut records = Vec::new();
        while let Some((record, used)) = Record::decode(octets) {
            records.push(record);
            octets = &octets[used..];
        }
        assert!(octets.is_empty(), "{octets:?}");
        records
    }

    proptest! {
        #[test]
        fn records_come_back(
            typ: u8,
            version: u16,
            body in prop::collection::vec(any::<u8>(), 0..300),
        ) {
            let (content_type, version) = (ContentType(typ), ProtocolVersion(version));
            let record = Record { content_type, version, body };
            let octets = record.encode();
            prop_assert_eq!(Record::decode(&octets), Some((record, octets.len())));
            for end in 0..octets.len() {
                prop_assert_eq!(Record::decode(&octets[..end]), None);
            }
        }

        #[test]
        fn fragments_hold_it_all(
            content in prop::collection::vec(any::<u8>(), 0..300),
            max in 0usize..400,
        ) {
            let octets = fragment(ContentType::HANDSHAKE, ProtocolVersion::TLS1_2, &content, max);
            let records = records(&octets).into_iter();
            let bodies: Vec<Vec<u8>> = records.map(|record| record.body).collect();
            prop_assert!(bodies.iter().all(|body| body.len() <= max.max(1)));
            prop_assert_eq!(bodies.concat(), content);
        }
    }
}
