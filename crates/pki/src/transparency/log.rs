//! The logs, from `data/ct/logs.csv`.

use super::TimestampDefect;
use crate::der::{Reader, SEQUENCE};
use crate::key::KeyInfo;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::civil::Date;
use sha2::{Digest as _, Sha256};
use std::sync::LazyLock;

/// A log.
#[derive(Clone, Debug)]
pub struct Log {
    /// Its identifier: the SHA-256 of its key (RFC 6962 section 3.2).
    pub id: [u8; 32],
    /// Who runs it.
    pub operator: &'static str,
    /// What it is called.
    pub name: &'static str,
    /// Its state in Chrome's list.
    pub google: LogState,
    /// Its state in Apple's list.
    pub apple: LogState,
    /// It takes certificates that end on this day or later, where it minds.
    pub from: Option<Date>,
    /// It takes certificates that end before this day, where it minds.
    pub until: Option<Date>,
    /// Its key.
    pub key: KeyInfo,
}

/// What a browser's list makes of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LogState {
    /// Not in the list, or no state is known.
    Unlisted,
    /// Applied for.
    Pending,
    /// Counts, and is soon usable.
    Qualified,
    /// Counts.
    Usable,
    /// Takes nothing new; what it signed counts.
    ReadOnly,
    /// What it signed before it was retired counts.
    Retired,
    /// Does not count.
    Rejected,
}

static LOGS: LazyLock<Vec<Log>> = LazyLock::new(|| {
    const TABLE: &str = include_str!("../../../../data/ct/logs.csv");
    TABLE.lines().skip(1).filter_map(read).collect()
});

/// Every log known.
pub fn logs() -> &'static [Log] {
    &LOGS
}

/// The log with that identifier.
///
/// # Errors
///
/// [`TimestampDefect::UnknownLog`].
pub fn log(id: &[u8; 32]) -> Result<&'static Log, TimestampDefect> {
    let known = LOGS.iter().find(|log| log.id == *id);
    known.ok_or_else(|| TimestampDefect::UnknownLog {
        id: crate::oid::hex(id),
    })
}

fn read(line: &'static str) -> Option<Log> {
    let mut fields = line.split(',');
    let mut field = || fields.next();
    let (operator, name) = (field()?, field()?);
    let (google, apple) = (state(field()?), state(field()?));
    let (from, until) = (field()?.parse().ok(), field()?.parse().ok());
    let key = STANDARD.decode(field()?).ok()?;
    Some(Log {
        id: Sha256::digest(&key).into(),
        operator,
        name,
        google,
        apple,
        from,
        until,
        key: KeyInfo::read(&Reader::new(&key, 0).take(SEQUENCE)?)?,
    })
}

fn state(word: &str) -> LogState {
    match word {
        "pending" => LogState::Pending,
        "qualified" => LogState::Qualified,
        "usable" => LogState::Usable,
        "readonly" => LogState::ReadOnly,
        "retired" => LogState::Retired,
        "rejected" => LogState::Rejected,
        _ => LogState::Unlisted,
    }
}

#[cfg(test)]
mod tests {
    use super::{LogState, logs};
    use crate::key::KeyKind;
    use std::collections::BTreeSet;

    #[test]
    fn every_line_is_a_log_of_its_own() {
        let lines = include_str!("../../../../data/ct/logs.csv").lines().count();
        assert_eq!(logs().len(), lines - 1);
        let ids: BTreeSet<_> = logs().iter().map(|log| log.id).collect();
        assert_eq!(ids.len(), logs().len());
        for log in logs() {
            assert!(
                matches!(log.key.kind, KeyKind::P256 | KeyKind::Rsa),
                "{log:?}"
            );
            assert!(!log.operator.is_empty() && !log.name.is_empty(), "{log:?}");
            assert!(
                log.from
                    .is_none_or(|from| log.until.is_some_and(|until| from < until)),
                "{log:?}"
            );
        }
        let usable = logs()
            .iter()
            .filter(|log| log.google == LogState::Usable)
            .count();
        assert!(usable > 20, "{usable}");
    }
}
