//! A long revocation list cut down to what is kept of it.

use super::list::{parse, significant};
use crate::der::{SEQUENCE, element};

/// What stands for a long list: the list without the entries that nobody asked about, which can still be read and, with
/// [`digest`](Self::digest), verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The shortened list, DER.
    pub der: Vec<u8>,
    /// The digest of the signed part of the whole list, by the hash that its signature names.
    pub digest: Vec<u8>,
    /// How many entries the whole list has.
    pub entries: u64,
}

/// Cuts a list in DER down to the entries with one of `serials`. `None` when it is no list, cannot be read to its end, or
/// is signed in a way that needs the whole (Ed25519, ML-DSA).
pub fn excerpt(der: &[u8], serials: &[&[u8]]) -> Option<Excerpt> {
    let list = parse(der).ok()?;
    let digest = list.digest()?;
    let wanted: Vec<&[u8]> = serials.iter().map(|serial| significant(serial)).collect();
    let parts = &list.parts;
    let (mut entries, mut read, mut kept) = (0_u64, 0_usize, Vec::new());
    for (serial, entry) in list.entries() {
        entries = entries.saturating_add(1);
        read = read.saturating_add(entry.raw.len());
        if wanted.contains(&significant(serial)) {
            kept.extend_from_slice(entry.raw);
        }
    }
    if read < parts.entries.len() {
        return None;
    }
    let kept = if kept.is_empty() {
        kept
    } else {
        element(SEQUENCE, &kept)
    };
    let tbs = element(SEQUENCE, &[parts.before, &kept, parts.after].concat());
    Some(Excerpt {
        der: element(SEQUENCE, &[&tbs, parts.rest].concat()),
        digest,
        entries,
    })
}
