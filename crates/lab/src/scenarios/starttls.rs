//! S03, S08, S21, S24, C25, X01, X03, X11: dialogues that lead to TLS, do not, or lead to a faulty certificate.

use super::{Name, odd};
use crate::scenario::{Expected, Scenario};
use crate::stage::{
    CertificateSpec, Chain, ClientAuth, Dialogue, Endpoint, Library, Manner, Opening, Place, Plain,
    Stack, Stage, TimeSource,
};
use report::{Certainty, ProtocolVersion};

pub(super) fn scenarios() -> Vec<Scenario> {
    [
        at_once(),
        asked_of_direct_tls(),
        unoffered(),
        gone_on(),
        unavailable(),
        turned_away(),
        other_protocol(),
        certificates(),
        odd_dialogues(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// One protocol with the words that ask for it.
struct Spoken(Dialogue, &'static [&'static str]);

const SMTP: Spoken = Spoken(Dialogue::Smtp, &["--starttls", "smtp"]);
const LMTP: Spoken = Spoken(Dialogue::Lmtp, &["--starttls", "lmtp"]);
const IMAP: Spoken = Spoken(Dialogue::Imap, &["--starttls", "imap"]);
const POP3: Spoken = Spoken(Dialogue::Pop3, &["--starttls", "pop3"]);
const FTP: Spoken = Spoken(Dialogue::Ftp, &["--starttls", "ftp"]);
const NNTP: Spoken = Spoken(Dialogue::Nntp, &["--starttls", "nntp"]);
const SIEVE: Spoken = Spoken(Dialogue::Sieve, &["--starttls", "sieve"]);
const IRC: Spoken = Spoken(Dialogue::Irc, &["--starttls", "irc"]);
const XMPP: Spoken = Spoken(Dialogue::Xmpp, &["--starttls", "xmpp"]);
const XMPP_SERVER: Spoken = Spoken(Dialogue::XmppServer, &["--starttls", "xmpp-server"]);
const LDAP: Spoken = Spoken(Dialogue::Ldap, &["--starttls", "ldap"]);
const POSTGRES: Spoken = Spoken(Dialogue::Postgres, &["--starttls", "postgres"]);
const MYSQL: Spoken = Spoken(Dialogue::Mysql, &["--starttls", "mysql"]);

const HOST: &str = "mail.shop.test";

fn proven(cause: &'static str) -> Expected {
    Expected::fails(cause, Certainty::Proven)
}

fn supported(cause: &'static str) -> Expected {
    Expected::fails(cause, Certainty::Supported)
}

fn hosted(stage: Stage) -> Stage {
    Stage {
        host: HOST,
        certificate: CertificateSpec::for_names(&[HOST]),
        ..stage
    }
}

fn opened(opening: Opening) -> Stage {
    hosted(Stage::tls(Endpoint {
        opening,
        ..Endpoint::default()
    }))
}

impl Spoken {
    /// Asked for in its own words.
    fn asked(&self) -> Stage {
        self.in_the_manner(Manner::Usual)
    }

    /// The same, in a manner of its own.
    fn in_the_manner(&self, manner: Manner) -> Stage {
        Stage {
            arguments: self.1,
            ..opened(Opening::Odd(self.0, manner))
        }
    }

    /// Asked for TLS at once.
    fn at_once(&self) -> Stage {
        opened(Opening::Starttls(self.0))
    }

    /// These words, said to another server.
    fn said_to(&self, stage: Stage) -> Stage {
        Stage {
            arguments: self.1,
            ..stage
        }
    }
}

fn at_once() -> Vec<Scenario> {
    let at = |ports, stage: Stage| Stage {
        place: Place::Registered(ports),
        ..stage
    };
    let broken = |variant, title, spoken: &Spoken| {
        Name::new("S03", variant, title).broken(proven("S03"), spoken.at_once(), spoken.asked())
    };
    let registered = |variant, title, spoken: &Spoken, ports| {
        Name::new("C25", variant, title).broken(
            proven("C25"),
            at(ports, spoken.at_once()),
            at(ports, spoken.asked()),
        )
    };
    vec![
        broken(
            "lmtp",
            "An LMTP server with STARTTLS, asked for TLS at once.",
            &LMTP,
        ),
        broken(
            "ftp",
            "An FTP server with AUTH TLS, asked for TLS at once.",
            &FTP,
        ),
        broken(
            "nntp",
            "A news server with STARTTLS, asked for TLS at once.",
            &NNTP,
        ),
        broken(
            "sieve",
            "A ManageSieve server with STARTTLS, asked for TLS at once.",
            &SIEVE,
        ),
        broken(
            "irc",
            "An IRC server with STARTTLS, asked for TLS at once.",
            &IRC,
        ),
        registered(
            "sieve",
            "TLS asked at once of ManageSieve on its own port.",
            &SIEVE,
            &[4190],
        ),
        registered(
            "xmpp",
            "TLS asked at once of XMPP on its own port.",
            &XMPP,
            &[5222],
        ),
        registered(
            "xmpp-server",
            "TLS asked at once of XMPP on the servers' port.",
            &XMPP_SERVER,
            &[5269],
        ),
        registered(
            "ldap",
            "TLS asked at once of LDAP on a port registered for it.",
            &LDAP,
            &[3268],
        ),
        registered(
            "irc",
            "TLS asked at once of IRC on its own port.",
            &IRC,
            &[6667, 6668],
        ),
    ]
}

fn asked_of_direct_tls() -> Vec<Scenario> {
    let broken = |variant, title, spoken: &Spoken| {
        let direct = || hosted(Stage::default());
        Name::new("S03", variant, title).broken(proven("S03"), spoken.said_to(direct()), direct())
    };
    vec![
        broken(
            "reverse-imap",
            "A server of TLS at once, greeted by nobody: asked for IMAP first.",
            &IMAP,
        ),
        broken(
            "reverse-ldap",
            "A server of TLS at once that gets an LDAP request first.",
            &LDAP,
        ),
        broken(
            "reverse-postgres",
            "A server of TLS at once that gets an SSLRequest first.",
            &POSTGRES,
        ),
        broken(
            "reverse-xmpp",
            "A server of TLS at once that gets an XMPP stream first.",
            &XMPP,
        ),
        broken(
            "reverse-irc",
            "A server of TLS at once that gets IRC's STARTTLS first.",
            &IRC,
        ),
        broken(
            "reverse-mysql",
            "A server of TLS at once, asked for MySQL first.",
            &MYSQL,
        ),
    ]
}

fn unoffered() -> Vec<Scenario> {
    let broken = |variant, title, spoken: &Spoken| {
        Name::new("S03", variant, title).broken(
            proven("S03"),
            spoken.in_the_manner(Manner::Unoffered),
            spoken.asked(),
        )
    };
    vec![
        broken(
            "unoffered-smtp",
            "A mail server that does not list STARTTLS.",
            &SMTP,
        ),
        broken(
            "unoffered-lmtp",
            "An LMTP server that does not list STARTTLS.",
            &LMTP,
        ),
        broken(
            "unoffered-imap",
            "An IMAP server that does not know STARTTLS.",
            &IMAP,
        ),
        broken(
            "unoffered-pop3",
            "A POP3 server that does not know STLS.",
            &POP3,
        ),
        broken(
            "unoffered-ftp",
            "An FTP server that does not know AUTH TLS.",
            &FTP,
        ),
        broken(
            "unoffered-nntp",
            "A news server that does not know STARTTLS.",
            &NNTP,
        ),
        broken(
            "unoffered-sieve",
            "A ManageSieve server that does not know STARTTLS.",
            &SIEVE,
        ),
        broken(
            "unoffered-irc",
            "An IRC server that does not know STARTTLS.",
            &IRC,
        ),
        broken(
            "unoffered-xmpp",
            "An XMPP server whose features have no starttls.",
            &XMPP,
        ),
        broken(
            "unoffered-xmpp-server",
            "An XMPP server whose features for servers have no starttls.",
            &XMPP_SERVER,
        ),
        broken(
            "unoffered-ldap",
            "An LDAP server that answers StartTLS with protocolError.",
            &LDAP,
        ),
        broken(
            "unoffered-postgres",
            "PostgreSQL that answers an SSLRequest with N.",
            &POSTGRES,
        ),
        broken(
            "unoffered-mysql",
            "MySQL whose greeting has no CLIENT_SSL.",
            &MYSQL,
        ),
    ]
}

fn gone_on() -> Vec<Scenario> {
    let broken = |variant, title, spoken: &Spoken, manner| {
        Name::new("S03", variant, title).broken(
            supported("S03"),
            spoken.in_the_manner(manner),
            spoken.asked(),
        )
    };
    vec![
        broken(
            "goes-on-smtp",
            "A mail server that agrees to STARTTLS and goes on in plaintext.",
            &SMTP,
            Manner::GoesOn,
        ),
        broken(
            "goes-on-imap",
            "An IMAP server that agrees to STARTTLS and goes on in plaintext.",
            &IMAP,
            Manner::GoesOn,
        ),
        broken(
            "injected-smtp",
            "Plaintext in one write with a mail server's agreement.",
            &SMTP,
            Manner::Injected,
        ),
        broken(
            "injected-pop3",
            "Plaintext in one write with a POP3 server's agreement.",
            &POP3,
            Manner::Injected,
        ),
    ]
}

fn unavailable() -> Vec<Scenario> {
    let broken = |variant, title, spoken: &Spoken| {
        Name::new("S24", variant, title).broken(
            Expected::undecided(&["S24", "S08"]),
            spoken.in_the_manner(Manner::Unavailable),
            spoken.asked(),
        )
    };
    vec![
        broken(
            "unavailable-smtp",
            "A mail server that answers STARTTLS with 454.",
            &SMTP,
        ),
        broken(
            "unavailable-imap",
            "An IMAP server whose TLS is unavailable.",
            &IMAP,
        ),
        broken(
            "unavailable-nntp",
            "A news server that answers STARTTLS with 580.",
            &NNTP,
        ),
        broken(
            "unavailable-xmpp",
            "An XMPP server that answers starttls with failure.",
            &XMPP,
        ),
        broken(
            "unavailable-ldap",
            "An LDAP server that answers StartTLS with unavailable.",
            &LDAP,
        ),
    ]
}

fn turned_away() -> Vec<Scenario> {
    let broken = |variant, title, spoken: &Spoken| {
        Name::new("S08", variant, title).broken(
            Expected::undecided(&["S08", "P34", "P35"]),
            spoken.in_the_manner(Manner::Away),
            spoken.asked(),
        )
    };
    vec![
        broken("smtp-421", "A mail server that greets with 421.", &SMTP),
        broken("imap-bye", "An IMAP server that greets with BYE.", &IMAP),
        broken(
            "sieve-bye",
            "A ManageSieve server that greets with BYE.",
            &SIEVE,
        ),
        broken("mysql-1040", "MySQL with too many connections.", &MYSQL),
        broken(
            "postgres-53300",
            "PostgreSQL with too many clients.",
            &POSTGRES,
        ),
    ]
}

fn other_protocol() -> Vec<Scenario> {
    let broken = |variant, title, asked: &Spoken, there: &Spoken| {
        Name::new("C25", variant, title).broken(
            proven("C25"),
            asked.said_to(there.at_once()),
            there.asked(),
        )
    };
    vec![
        broken(
            "smtp-at-imap",
            "SMTP asked of an IMAP server.",
            &SMTP,
            &IMAP,
        ),
        broken("imap-at-pop3", "IMAP asked of a POP3 server.", &IMAP, &POP3),
        broken("smtp-at-ftp", "SMTP asked of an FTP server.", &SMTP, &FTP),
        broken(
            "pop3-at-sieve",
            "POP3 asked of a ManageSieve server.",
            &POP3,
            &SIEVE,
        ),
        broken("imap-at-mysql", "IMAP asked of MySQL.", &IMAP, &MYSQL),
        Name::new("C25", "smtp-at-ssh", "SMTP asked of an SSH server.").broken(
            supported("C25"),
            SMTP.said_to(hosted(Stage::plain(Plain::Ssh))),
            SMTP.asked(),
        ),
        Name::new(
            "C25",
            "postgres-at-http",
            "PostgreSQL asked of HTTP without TLS.",
        )
        .broken(
            supported("C25"),
            POSTGRES.said_to(hosted(Stage::plain(Plain::Http))),
            POSTGRES.asked(),
        ),
    ]
}

fn certificates() -> Vec<Scenario> {
    let timed = |spoken: &Spoken, hours| Stage {
        time_sources: TimeSource::RIGHT,
        certificate: CertificateSpec {
            hours,
            ..CertificateSpec::for_names(&[HOST])
        },
        ..spoken.asked()
    };
    let (past, now) = ((-2400, -240), (-240, 2400));
    let expired = |variant, title, spoken: &Spoken| {
        Name::new("X01", variant, title).broken(
            proven("X01"),
            timed(spoken, past),
            timed(spoken, now),
        )
    };
    let lone = |spoken: &Spoken, chain| Stage {
        certificate: CertificateSpec {
            chain,
            issuer_url: true,
            ..CertificateSpec::for_names(&[HOST])
        },
        ..spoken.asked()
    };
    let incomplete = |variant, title, spoken: &Spoken| {
        Name::new("X11", variant, title).broken(
            Expected::fails_for("X11", |profile| !profile.rules.fetches_issuers),
            lone(spoken, Chain::Alone),
            lone(spoken, Chain::Usual),
        )
    };
    let with_auth = |spoken: &Spoken| Stage {
        arguments: spoken.1,
        ..hosted(Stage::tls(Endpoint {
            opening: Opening::Starttls(spoken.0),
            stack: Stack::Library(Library {
                versions: &[ProtocolVersion::TLS1_3],
                client_auth: ClientAuth::Required,
                ..Library::default()
            }),
            ..Endpoint::default()
        }))
    };
    let demanding = |variant, title, spoken: &Spoken| {
        let given = Stage {
            client_certificate: true,
            ..with_auth(spoken)
        };
        Name::new("S21", variant, title).broken(supported("S21"), with_auth(spoken), given)
    };
    vec![
        expired(
            "starttls-imap",
            "Expired ten days ago, behind IMAP's STARTTLS.",
            &IMAP,
        ),
        expired(
            "starttls-ldap",
            "Expired ten days ago, behind LDAP's StartTLS.",
            &LDAP,
        ),
        expired(
            "starttls-ftp",
            "Expired ten days ago, behind FTP's AUTH TLS.",
            &FTP,
        ),
        incomplete(
            "starttls-smtp",
            "The intermediate is missing behind SMTP's STARTTLS.",
            &SMTP,
        ),
        incomplete(
            "starttls-postgres",
            "The intermediate is missing behind an SSLRequest.",
            &POSTGRES,
        ),
        incomplete(
            "starttls-xmpp",
            "The intermediate is missing behind XMPP's starttls.",
            &XMPP,
        ),
        demanding(
            "starttls-smtp",
            "A client certificate is required behind SMTP's STARTTLS.",
            &SMTP,
        ),
        demanding(
            "starttls-ldap",
            "A client certificate is required behind LDAP's StartTLS.",
            &LDAP,
        ),
        demanding(
            "starttls-sieve",
            "A client certificate is required behind ManageSieve's STARTTLS.",
            &SIEVE,
        ),
    ]
}

fn odd_dialogues() -> Vec<Scenario> {
    let late =
        |variant, title, spoken: &Spoken| odd(variant, title, spoken.in_the_manner(Manner::Late));
    let pieces =
        |variant, title, spoken: &Spoken| odd(variant, title, spoken.in_the_manner(Manner::Pieces));
    vec![
        late(
            "smtp-late",
            "A mail server that greets after a second.",
            &SMTP,
        ),
        late(
            "imap-late",
            "An IMAP server that greets after a second.",
            &IMAP,
        ),
        late(
            "pop3-late",
            "A POP3 server that greets after a second.",
            &POP3,
        ),
        pieces(
            "smtp-pieces",
            "A mail server's greeting of three lines, in pieces.",
            &SMTP,
        ),
        pieces(
            "ftp-pieces",
            "An FTP server's greeting of four lines, in pieces.",
            &FTP,
        ),
        pieces(
            "sieve-pieces",
            "A ManageSieve server's capabilities, in pieces.",
            &SIEVE,
        ),
        pieces("irc-pieces", "An IRC server's notices, in pieces.", &IRC),
        odd(
            "xmpp-server",
            "An XMPP server as other servers see it.",
            XMPP_SERVER.asked(),
        ),
    ]
}
