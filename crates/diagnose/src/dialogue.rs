//! What a server said before TLS: whether it refused, for how long, and which protocol it speaks.

use crate::case::Entry;
use report::{Direction, PhaseName, PhaseOutcome, Starttls};
use wire::first::{BannerKind, FirstOctets, classify};

/// How a server says that TLS will not begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum No {
    /// The protocol is spoken, TLS is not known.
    NotOffered,
    /// TLS is known and cannot be had now.
    NotNow,
    /// The client itself is not wanted, whatever it asks for.
    TurnedAway,
}

/// A refusal before TLS, with the server's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) no: No,
    pub(crate) words: String,
}

/// The refusal of the dialogue `protocol` that `entry` saw, if it saw one.
pub(crate) fn refused(entry: &Entry, protocol: Starttls) -> Option<Refused> {
    let phase = entry.observation.phase(PhaseName::Starttls)?;
    if phase.outcome != PhaseOutcome::Refused {
        return None;
    }
    let words = phase.detail.clone().unwrap_or_default();
    // MySQL's offer is in its greeting; IMAP without a login before it has no state in which TLS may begin.
    let greeting_tells = protocol == Starttls::Mysql || words.starts_with("* PREAUTH");
    let no = if greeting_tells || asked(entry) {
        answer(protocol, &words)
    } else {
        No::TurnedAway
    };
    Some(Refused { no, words })
}

/// Whether the client had said anything: what comes before is a greeting.
fn asked(entry: &Entry) -> bool {
    entry
        .observation
        .traffic
        .iter()
        .any(|segment| segment.direction == Direction::Sent)
}

/// Whether the client had come to the command that asks for TLS, in a protocol in which the server speaks first: what
/// came before it was of that protocol.
pub(crate) fn requested(entry: &Entry, protocol: Starttls) -> bool {
    let command: &[u8] = match protocol {
        Starttls::Smtp | Starttls::Lmtp | Starttls::Imap | Starttls::Nntp | Starttls::Sieve => {
            b"STARTTLS"
        }
        Starttls::Pop3 => b"STLS",
        Starttls::Ftp => b"AUTH TLS",
        Starttls::Irc
        | Starttls::Xmpp
        | Starttls::XmppServer
        | Starttls::Ldap
        | Starttls::Postgres
        | Starttls::Mysql => return false,
    };
    let sent = entry.observation.sent();
    sent.windows(command.len()).any(|part| part == command)
}

/// What an answer to the client's words means.
fn answer(protocol: Starttls, words: &str) -> No {
    let holds = |parts: &[&str]| parts.iter().any(|part| words.contains(part));
    let code = words.get(..3).unwrap_or_default();
    match protocol {
        Starttls::Smtp | Starttls::Lmtp => match code {
            // RFC 3207 section 4: "TLS not available due to temporary reason".
            "454" => No::NotNow,
            "421" => No::TurnedAway,
            _ => No::NotOffered,
        },
        Starttls::Ftp => match code {
            // RFC 2228 section 3: "Need some unavailable resource to process security".
            "431" => No::NotNow,
            "421" => No::TurnedAway,
            _ => No::NotOffered,
        },
        Starttls::Nntp => match code {
            // RFC 4642 section 2.2.1: "Can not initiate TLS negotiation".
            "580" => No::NotNow,
            "400" => No::TurnedAway,
            _ => No::NotOffered,
        },
        // RFC 5530 section 3, RFC 3206 section 4, RFC 5804 section 1.3.
        Starttls::Imap if words.starts_with("* BYE") => No::TurnedAway,
        Starttls::Sieve if words.starts_with("BYE") => No::TurnedAway,
        Starttls::Imap | Starttls::Pop3 | Starttls::Sieve
            if holds(&["[UNAVAILABLE]", "[SERVERBUG]", "[SYS/", "TRYLATER"]) =>
        {
            No::NotNow
        }
        Starttls::Irc if holds(&[" 691 "]) => No::NotNow,
        Starttls::Irc if words.starts_with("ERROR") => No::TurnedAway,
        Starttls::Xmpp | Starttls::XmppServer if words.starts_with("<failure") => No::NotNow,
        Starttls::Xmpp | Starttls::XmppServer if words.starts_with("<stream:error") => {
            No::TurnedAway
        }
        // RFC 4511 section 4.14.2: protocolError where TLS is not supported.
        Starttls::Ldap if words.starts_with("resultCode 2") => No::NotOffered,
        Starttls::Ldap if words.starts_with("resultCode 51") => No::TurnedAway,
        Starttls::Ldap => No::NotNow,
        // An error instead of a greeting or of one letter.
        Starttls::Mysql if !holds(&["no CLIENT_SSL"]) => No::TurnedAway,
        Starttls::Postgres if words != "N" => No::TurnedAway,
        _ => No::NotOffered,
    }
}

/// What was spoken instead of the protocol `asked` for, and the way to TLS it has.
pub(crate) fn spoken(entry: &Entry, asked: Starttls) -> Option<(&'static str, Option<Starttls>)> {
    let phase = entry.observation.phase(PhaseName::Starttls)?;
    if matches!(phase.outcome, PhaseOutcome::Ok) {
        return None;
    }
    let (name, protocol) = match classify(&entry.observation.received()) {
        FirstOctets::Http { .. } => ("HTTP", None),
        FirstOctets::Banner(kind) => {
            let protocol = starttls_of(kind);
            let name = match kind {
                BannerKind::Ssh => "SSH",
                _ => name(protocol?),
            };
            (name, protocol)
        }
        _ => return None,
    };
    let alike = |a: Starttls, b: Starttls| family(a) == family(b);
    (!protocol.is_some_and(|protocol| alike(protocol, asked))).then_some((name, protocol))
}

/// Protocols that greet alike are told apart by their own words only.
fn family(protocol: Starttls) -> Starttls {
    match protocol {
        Starttls::Lmtp => Starttls::Smtp,
        Starttls::XmppServer => Starttls::Xmpp,
        other => other,
    }
}

/// The dialogue that leads a protocol to TLS.
pub(crate) fn starttls_of(kind: BannerKind) -> Option<Starttls> {
    match kind {
        BannerKind::Smtp => Some(Starttls::Smtp),
        BannerKind::Ftp => Some(Starttls::Ftp),
        BannerKind::Imap => Some(Starttls::Imap),
        BannerKind::Pop3 => Some(Starttls::Pop3),
        BannerKind::Nntp => Some(Starttls::Nntp),
        BannerKind::Sieve => Some(Starttls::Sieve),
        BannerKind::Xmpp => Some(Starttls::Xmpp),
        BannerKind::Mysql => Some(Starttls::Mysql),
        BannerKind::Irc => Some(Starttls::Irc),
        BannerKind::Postgres => Some(Starttls::Postgres),
        BannerKind::Ldap => Some(Starttls::Ldap),
        BannerKind::Code220 => Some(Starttls::Smtp),
        BannerKind::Ssh | BannerKind::Other => None,
    }
}

/// The dialogues to try with a server that greets like `way`, the likeliest first: some greetings are of several protocols.
pub(crate) fn ways<'a>(
    mut heard: impl Iterator<Item = &'a Entry>,
    kind: BannerKind,
    way: Starttls,
) -> Vec<Starttls> {
    let mut says = |word: &[u8]| {
        heard.any(|entry| {
            let octets = entry.observation.received();
            octets.windows(word.len()).any(|part| part == word)
        })
    };
    match (kind, way) {
        (BannerKind::Code220, _) => vec![Starttls::Smtp, Starttls::Lmtp, Starttls::Ftp],
        (_, Starttls::Smtp) if says(b"LMTP") => vec![Starttls::Lmtp],
        (_, Starttls::Smtp) => vec![Starttls::Smtp, Starttls::Lmtp],
        (_, Starttls::Xmpp) if says(b"jabber:server") => vec![Starttls::XmppServer],
        _ => vec![way],
    }
}

/// The protocol's own name.
pub(crate) fn name(protocol: Starttls) -> &'static str {
    match protocol {
        Starttls::Smtp => "SMTP",
        Starttls::Lmtp => "LMTP",
        Starttls::Imap => "IMAP",
        Starttls::Pop3 => "POP3",
        Starttls::Ftp => "FTP",
        Starttls::Nntp => "NNTP",
        Starttls::Sieve => "ManageSieve",
        Starttls::Xmpp | Starttls::XmppServer => "XMPP",
        Starttls::Ldap => "LDAP",
        Starttls::Postgres => "PostgreSQL",
        Starttls::Mysql => "MySQL",
        Starttls::Irc => "IRC",
    }
}

#[cfg(test)]
mod tests {
    use super::{No, answer};
    use report::Starttls;

    #[test]
    fn what_servers_say_when_they_refuse() {
        use No::{NotNow, NotOffered, TurnedAway};
        use Starttls::{Ftp, Imap, Irc, Ldap, Mysql, Nntp, Pop3, Postgres, Sieve, Smtp, Xmpp};
        let cases = [
            (Smtp, "250-mx.test 250 SIZE 1", NotOffered),
            (Smtp, "502 5.5.1 Error: command not implemented", NotOffered),
            (
                Smtp,
                "454 4.7.0 TLS not available due to local problem",
                NotNow,
            ),
            (Smtp, "421 4.7.0 Too many errors", TurnedAway),
            (Ftp, "530 Please login with USER and PASS.", NotOffered),
            (Ftp, "431 Unable to negotiate", NotNow),
            (Nntp, "580 Can not initiate TLS negotiation", NotNow),
            (Nntp, "502 Command unavailable", NotOffered),
            (Imap, "a1 BAD TLS support isn't enabled.", NotOffered),
            (Imap, "a1 NO [UNAVAILABLE] no certificate", NotNow),
            (Imap, "* BYE Disconnected", TurnedAway),
            (Pop3, "-ERR TLS support isn't enabled.", NotOffered),
            (Pop3, "-ERR [SYS/TEMP] later", NotNow),
            (Sieve, "NO \"TLS support isn't enabled.\"", NotOffered),
            (Sieve, "NO (TRYLATER) \"later\"", NotNow),
            (Irc, ":irc 421 * STARTTLS :Unknown command", NotOffered),
            (
                Irc,
                ":irc 451 * STARTTLS :You have not registered",
                NotOffered,
            ),
            (Irc, ":irc 691 * :STARTTLS failure", NotNow),
            (Xmpp, "<stream:features/>", NotOffered),
            (Xmpp, "<failure xmlns='x'/>", NotNow),
            (Xmpp, "<stream:error><host-unknown/>", TurnedAway),
            (
                Ldap,
                "resultCode 2 unsupported extended operation",
                NotOffered,
            ),
            (Ldap, "resultCode 52", NotNow),
            (Ldap, "resultCode 51 busy", TurnedAway),
            (Postgres, "N", NotOffered),
            (
                Postgres,
                "E FATAL sorry, too many clients already",
                TurnedAway,
            ),
            (Mysql, "8.0.36, no CLIENT_SSL", NotOffered),
            (Mysql, "Too many connections", TurnedAway),
        ];
        for (protocol, words, expected) in cases {
            assert_eq!(answer(protocol, words), expected, "{protocol:?} {words}");
        }
    }
}
