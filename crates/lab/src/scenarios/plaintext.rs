//! S02, S03, S04, C25: something before TLS, or instead of it.

use super::Name;
use crate::scenario::{Expected, Scenario};
use crate::stage::{CertificateSpec, Dialogue, Endpoint, Opening, Place, Plain, Refusal, Stage};
use report::Certainty;

const TLS_PORTS: &[u16] = &[8443, 9443, 4433];
const HTTP_PORTS: &[u16] = &[8080, 8000, 8008, 8088];

pub(super) fn scenarios() -> Vec<Scenario> {
    [http(), starttls(), proxy(), wrong_port()]
        .into_iter()
        .flatten()
        .collect()
}

fn proven(cause: &'static str) -> Expected {
    Expected::fails(cause, Certainty::Proven)
}

fn opening(opening: Opening) -> Stage {
    Stage::tls(Endpoint {
        opening,
        ..Endpoint::default()
    })
}

fn http() -> Vec<Scenario> {
    let twin = Stage::default;
    vec![
        Name::new(
            "S02",
            "http",
            "HTTP without TLS that answers a TLS hello with a 400.",
        )
        .broken(proven("S02"), Stage::plain(Plain::Http), twin()),
        Name::new(
            "S02",
            "page",
            "HTTP without TLS that answers a TLS hello with a bare page.",
        )
        .broken(proven("S02"), Stage::plain(Plain::HttpPage), twin()),
        Name::new(
            "S02",
            "silent",
            "HTTP without TLS that hangs up on a TLS hello.",
        )
        .broken(proven("S02"), Stage::plain(Plain::HttpSilent), twin()),
        Name::new(
            "S02",
            "tls-port",
            "HTTP without TLS on a port registered for TLS.",
        )
        .broken(
            proven("S02"),
            Stage {
                place: Place::Registered(TLS_PORTS),
                ..Stage::plain(Plain::Http)
            },
            Stage {
                place: Place::Registered(TLS_PORTS),
                ..twin()
            },
        ),
    ]
}

fn starttls() -> Vec<Scenario> {
    let mail = |stage: Stage| Stage {
        host: "mail.shop.test",
        certificate: CertificateSpec::for_names(&["mail.shop.test"]),
        ..stage
    };
    let service = |protocol| mail(opening(Opening::Starttls(protocol)));
    let asked = |protocol, arguments| Stage {
        arguments,
        ..service(protocol)
    };
    vec![
        Name::new(
            "S03",
            "smtp",
            "A mail server with STARTTLS, asked for TLS at once.",
        )
        .broken(
            proven("S03"),
            service(Dialogue::Smtp),
            asked(Dialogue::Smtp, &["--starttls", "smtp"]),
        ),
        Name::new(
            "S03",
            "imap",
            "An IMAP server with STARTTLS, asked for TLS at once.",
        )
        .broken(
            proven("S03"),
            service(Dialogue::Imap),
            asked(Dialogue::Imap, &["--starttls", "imap"]),
        ),
        Name::new(
            "S03",
            "pop3",
            "A POP3 server with STLS, asked for TLS at once.",
        )
        .broken(
            proven("S03"),
            service(Dialogue::Pop3),
            asked(Dialogue::Pop3, &["--starttls", "pop3"]),
        ),
        Name::new(
            "S03",
            "postgres",
            "PostgreSQL, which wants an SSLRequest, asked for TLS at once.",
        )
        .broken(
            proven("S03"),
            service(Dialogue::Postgres),
            asked(Dialogue::Postgres, &["--starttls", "postgres"]),
        ),
        Name::new(
            "S03",
            "mysql",
            "MySQL, which wants an SSLRequest, asked for TLS at once.",
        )
        .broken(
            proven("S03"),
            service(Dialogue::Mysql),
            asked(Dialogue::Mysql, &["--starttls", "mysql"]),
        ),
        Name::new(
            "S03",
            "reverse",
            "A server of TLS at once, asked for STARTTLS.",
        )
        .broken(
            proven("S03"),
            Stage {
                arguments: &["--starttls", "smtp"],
                ..mail(Stage::default())
            },
            mail(Stage::default()),
        ),
    ]
}

fn proxy() -> Vec<Scenario> {
    vec![
        Name::new(
            "S04",
            "close",
            "A server that wants a PROXY line first and hangs up without.",
        )
        .broken(
            proven("S04"),
            opening(Opening::ProxyLine(Refusal::Close)),
            Stage::default(),
        ),
        Name::new(
            "S04",
            "reset",
            "A server that wants a PROXY line first and resets without.",
        )
        .broken(
            proven("S04"),
            opening(Opening::ProxyLine(Refusal::Reset)),
            Stage::default(),
        ),
        Name::new(
            "S04",
            "alert",
            "A server that wants a PROXY line first, and alert 80 without.",
        )
        .broken(
            proven("S04"),
            opening(Opening::ProxyLine(Refusal::Alert(80))),
            Stage::default(),
        ),
    ]
}

fn wrong_port() -> Vec<Scenario> {
    let at = |ports, stage: Stage| Stage {
        place: Place::Registered(ports),
        ..stage
    };
    let dialogue = |protocol, ports| at(ports, opening(Opening::Starttls(protocol)));
    vec![
        Name::new(
            "C25",
            "http",
            "TLS asked of a port that is registered for HTTP, and speaks it.",
        )
        .broken(
            proven("C25"),
            at(HTTP_PORTS, Stage::plain(Plain::Http)),
            at(HTTP_PORTS, Stage::default()),
        ),
        Name::new(
            "C25",
            "http-silent",
            "TLS asked of a port registered for HTTP that hangs up.",
        )
        .broken(
            proven("C25"),
            at(HTTP_PORTS, Stage::plain(Plain::HttpSilent)),
            at(HTTP_PORTS, Stage::default()),
        ),
        Name::new(
            "C25",
            "postgres",
            "TLS asked at once of PostgreSQL on its own port.",
        )
        .broken(
            proven("C25"),
            dialogue(Dialogue::Postgres, &[5432]),
            at(&[5432], Stage::default()),
        ),
        Name::new(
            "C25",
            "mysql",
            "TLS asked at once of MySQL on its own port.",
        )
        .broken(
            proven("C25"),
            dialogue(Dialogue::Mysql, &[3306]),
            at(&[3306], Stage::default()),
        ),
        Name::new(
            "C25",
            "smtp",
            "TLS asked at once of a mail server on a port registered for it.",
        )
        .broken(
            proven("C25"),
            dialogue(Dialogue::Smtp, &[2525]),
            at(&[2525], Stage::default()),
        ),
        Name::new("C25", "ssh", "TLS asked of an SSH server.").broken(
            Expected::fails("C25", Certainty::Supported),
            Stage::plain(Plain::Ssh),
            Stage::default(),
        ),
    ]
}
