//! How a step that did not go well ended.

use crate::kernel::IcmpError;
use report::PhaseOutcome;
use std::io;

/// Longest text taken over from a peer into a phase's detail, in characters.
const QUOTED: usize = 160;

/// Why a step ended before it was done. It becomes the end of the phase under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ending {
    /// How.
    pub(crate) outcome: PhaseOutcome,
    /// The operating system's error number, where there was one.
    pub(crate) errno: Option<i32>,
    /// A few technical words in no language.
    pub(crate) detail: Option<String>,
    /// The ICMP message that said so.
    pub(crate) icmp: Option<IcmpError>,
}

impl Ending {
    /// An end with nothing to add.
    pub(crate) fn plain(outcome: PhaseOutcome) -> Self {
        Self {
            outcome,
            errno: None,
            detail: None,
            icmp: None,
        }
    }

    /// An end with a detail.
    pub(crate) fn new(outcome: PhaseOutcome, detail: impl Into<String>) -> Self {
        Self {
            outcome,
            errno: None,
            detail: Some(detail.into()),
            icmp: None,
        }
    }
}

impl From<io::Error> for Ending {
    fn from(error: io::Error) -> Self {
        let errno = error.raw_os_error();
        let outcome = match errno {
            Some(libc::ECONNREFUSED) => PhaseOutcome::Refused,
            Some(libc::EACCES | libc::EPERM) => PhaseOutcome::Denied,
            Some(libc::EHOSTUNREACH | libc::ENETUNREACH) => PhaseOutcome::Unreachable,
            Some(libc::ETIMEDOUT) => PhaseOutcome::Timeout,
            Some(libc::ECONNRESET | libc::EPIPE) => PhaseOutcome::Reset,
            Some(libc::ENOENT) => PhaseOutcome::NotFound,
            _ => PhaseOutcome::Error,
        };
        let detail = match errno {
            Some(number) => errno_name(number),
            None => error.kind().to_string(),
        };
        Self {
            outcome,
            errno,
            detail: Some(detail),
            icmp: None,
        }
    }
}

/// A peer's words made fit for a report and a terminal: printable ASCII, one line, bounded.
pub(crate) fn quoted(octets: &[u8]) -> String {
    let text: String = octets
        .iter()
        .take(QUOTED)
        .map(|octet| match octet {
            b' '..=b'~' => char::from(*octet),
            b'\r' | b'\n' | b'\t' => ' ',
            _ => '.',
        })
        .collect();
    text.trim().to_owned()
}

fn errno_name(number: i32) -> String {
    let name = match number {
        libc::EACCES => "EACCES",
        libc::EADDRINUSE => "EADDRINUSE",
        libc::EADDRNOTAVAIL => "EADDRNOTAVAIL",
        libc::EAFNOSUPPORT => "EAFNOSUPPORT",
        libc::ECONNABORTED => "ECONNABORTED",
        libc::ECONNREFUSED => "ECONNREFUSED",
        libc::ECONNRESET => "ECONNRESET",
        libc::EHOSTDOWN => "EHOSTDOWN",
        libc::EHOSTUNREACH => "EHOSTUNREACH",
        libc::EINVAL => "EINVAL",
        libc::EMFILE => "EMFILE",
        libc::EMSGSIZE => "EMSGSIZE",
        libc::ENETDOWN => "ENETDOWN",
        libc::ENETUNREACH => "ENETUNREACH",
        libc::ENFILE => "ENFILE",
        libc::ENOBUFS => "ENOBUFS",
        libc::ENOENT => "ENOENT",
        libc::ENOMEM => "ENOMEM",
        libc::ENOPROTOOPT => "ENOPROTOOPT",
        libc::ENOTCONN => "ENOTCONN",
        libc::EPERM => "EPERM",
        libc::EPIPE => "EPIPE",
        libc::EPROTO => "EPROTO",
        libc::ETIMEDOUT => "ETIMEDOUT",
        other => return format!("errno {other}"),
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Ending, quoted};
    use report::PhaseOutcome;
    use std::io;

    #[test]
    fn errno_decides_the_outcome_and_names_itself() {
        let cases = [
            (libc::ECONNREFUSED, PhaseOutcome::Refused, "ECONNREFUSED"),
            (libc::EPERM, PhaseOutcome::Denied, "EPERM"),
            (libc::ENETUNREACH, PhaseOutcome::Unreachable, "ENETUNREACH"),
            (libc::EPIPE, PhaseOutcome::Reset, "EPIPE"),
            (libc::EXDEV, PhaseOutcome::Error, "errno 18"),
        ];
        for (errno, outcome, detail) in cases {
            let ending = Ending::from(io::Error::from_raw_os_error(errno));
            assert_eq!(ending.outcome, outcome);
            assert_eq!(ending.errno, Some(errno));
            assert_eq!(ending.detail.as_deref(), Some(detail));
        }
    }

    #[test]
    fn a_peers_words_cannot_reach_the_terminal() {
        assert_eq!(quoted(b"220 \x1b[31mred\x07\xff\r\n"), "220 .[31mred..");
        assert_eq!(quoted(&[b'a'; 5000]).len(), 160);
    }
}
