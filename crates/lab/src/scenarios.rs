//! The scenarios, as data.

use crate::authority::{ChainKind, Key, Leaf};
use crate::gate::{Refusal, Rule};
use crate::plaintext::Service;
use crate::scenario::{Expected, Scenario};
use crate::scripted::Script;
use crate::services::Dns;
use crate::stage::{HOST, Opening, Server, Stage};
use crate::tls::{Demand, Offer, Versions};
use report::Certainty::{Proven, Supported};
use report::{CipherSuite, NamedGroup, ProtocolVersion};
use std::sync::LazyLock;

const DAY: i64 = 86_400;
const SECP384R1: u16 = 0x0018;
const SECP521R1: u16 = 0x0019;
const BRAINPOOL_P256R1: u16 = 0x001a;
const X25519: u16 = 0x001d;
const RSA_AES128_SHA: CipherSuite = CipherSuite(0x002f);
const RSA_CAMELLIA128_SHA: CipherSuite = CipherSuite(0x0041);
const ECDHE_ECDSA_AES128_GCM: CipherSuite = CipherSuite(0xc02b);
const ECDHE_RSA_AES128_GCM: CipherSuite = CipherSuite(0xc02f);
const ECDHE_RSA_ARIA128_GCM: CipherSuite = CipherSuite(0xc060);

static SCENARIOS: LazyLock<Vec<Scenario>> = LazyLock::new(|| {
    [
        names(),
        connections(),
        plaintext(),
        versions(),
        suites(),
        groups(),
        server_names(),
        client_certificates(),
        keys(),
        intolerances(),
        dates(),
        trust(),
        oddities(),
    ]
    .into_iter()
    .flatten()
    .collect()
});

/// Every scenario.
pub fn scenarios() -> &'static [Scenario] {
    &SCENARIOS
}

fn broken(
    cause: &'static str,
    variant: &str,
    title: &str,
    expected: Expected,
    broken: Stage,
    healthy: Stage,
) -> Scenario {
    Scenario {
        id: format!("{cause}-{variant}"),
        cause: Some(cause),
        variant: variant.to_owned(),
        title: title.to_owned(),
        expected,
        broken,
        healthy,
    }
}

fn names() -> Vec<Scenario> {
    let resolved = |dns| Stage {
        dns: Some(dns),
        ..Stage::healthy()
    };
    let twin = || resolved(Dns::Loopback);
    vec![
        broken(
            "P01",
            "nxdomain",
            "the name does not exist",
            Expected::decided("P01", Proven),
            resolved(Dns::NoSuchName),
            twin(),
        ),
        broken(
            "P01",
            "no-address",
            "the name has no address",
            Expected::decided("P01", Proven),
            resolved(Dns::NoAddress),
            twin(),
        ),
        broken(
            "P01",
            "servfail",
            "the resolver cannot answer",
            Expected::undecided(&["P01"]),
            resolved(Dns::Failure),
            twin(),
        ),
    ]
}

fn connections() -> Vec<Scenario> {
    let absent = |port| Stage {
        server: Server::Absent,
        port,
        ..Stage::healthy()
    };
    let gated = |refusal| Stage::gated(vec![(Rule::Always, refusal)]);
    let proxied = |refusal| Stage {
        server: Server::Tls {
            opening: Opening::ProxyLine(refusal),
            gate: Vec::new(),
            offer: Offer::default(),
        },
        ..Stage::healthy()
    };
    vec![
        broken(
            "S01",
            "ephemeral",
            "nothing listens",
            Expected::decided("S01", Supported),
            absent(None),
            Stage::healthy(),
        ),
        broken(
            "S01",
            "registered",
            "nothing listens on 8443",
            Expected::decided("S01", Supported),
            absent(Some(8443)),
            Stage {
                port: Some(8443),
                ..Stage::healthy()
            },
        ),
        broken(
            "S04",
            "close",
            "a PROXY line is expected, otherwise FIN",
            Expected::decided("S04", Proven),
            proxied(None),
            Stage::healthy(),
        ),
        broken(
            "S04",
            "alert",
            "a PROXY line is expected, otherwise alert 80",
            Expected::decided("S04", Proven),
            proxied(Some(80)),
            Stage::healthy(),
        ),
        broken(
            "S34",
            "close",
            "FIN after every hello",
            Expected::undecided(&["S34"]),
            gated(Refusal::Close),
            Stage::healthy(),
        ),
        broken(
            "S34",
            "reset",
            "RST after every hello",
            Expected::undecided(&["S34"]),
            gated(Refusal::Reset),
            Stage::healthy(),
        ),
    ]
}

fn plaintext() -> Vec<Scenario> {
    let plain = |service, port| Stage {
        server: Server::Plaintext(service),
        port,
        ..Stage::healthy()
    };
    let starttls = |service, port| Stage {
        server: Server::Tls {
            opening: Opening::Starttls(service),
            gate: Vec::new(),
            offer: Offer::default(),
        },
        port,
        ..Stage::healthy()
    };
    let asking = |protocol: &'static str, stage: Stage| Stage {
        arguments: vec!["--starttls", protocol],
        ..stage
    };
    vec![
        broken(
            "S02",
            "http",
            "plain HTTP",
            Expected::decided("S02", Proven),
            plain(Service::Http, None),
            Stage::healthy(),
        ),
        broken(
            "S02",
            "http-8443",
            "plain HTTP on a port for TLS",
            Expected::decided("S02", Proven),
            plain(Service::Http, Some(8443)),
            Stage {
                port: Some(8443),
                ..Stage::healthy()
            },
        ),
        broken(
            "S03",
            "smtp",
            "SMTP with STARTTLS, spoken to in TLS",
            Expected::decided("S03", Proven),
            starttls(Service::Smtp, None),
            asking("smtp", starttls(Service::Smtp, None)),
        ),
        broken(
            "S03",
            "imap",
            "IMAP with STARTTLS, spoken to in TLS",
            Expected::decided("S03", Proven),
            starttls(Service::Imap, None),
            asking("imap", starttls(Service::Imap, None)),
        ),
        broken(
            "S03",
            "pop3",
            "POP3 with STLS, spoken to in TLS",
            Expected::decided("S03", Proven),
            starttls(Service::Pop3, None),
            asking("pop3", starttls(Service::Pop3, None)),
        ),
        broken(
            "S03",
            "direct",
            "TLS at once, spoken to in SMTP",
            Expected::decided("S03", Proven),
            asking("smtp", Stage::healthy()),
            Stage::healthy(),
        ),
        broken(
            "C25",
            "http-8080",
            "HTTP on 8080, spoken to in TLS",
            Expected::decided("C25", Proven),
            plain(Service::Http, Some(8080)),
            Stage {
                port: Some(8080),
                ..Stage::healthy()
            },
        ),
        broken(
            "C25",
            "smtp-2525",
            "SMTP on 2525, spoken to in TLS",
            Expected::decided("C25", Proven),
            starttls(Service::Smtp, Some(2525)),
            asking("smtp", starttls(Service::Smtp, Some(2525))),
        ),
        broken(
            "C25",
            "ssh",
            "SSH, spoken to in TLS",
            Expected::decided("C25", Supported),
            plain(Service::Ssh, None),
            Stage::healthy(),
        ),
    ]
}

fn script(version: ProtocolVersion, suite: CipherSuite, group: Option<u16>, key: Key) -> Stage {
    let script = Script {
        version,
        suite,
        group: group.map(NamedGroup),
        strict: true,
        wrong_key: false,
    };
    Stage {
        server: Server::Scripted(script),
        leaf: Leaf {
            key,
            ..Leaf::new(HOST)
        },
        ..Stage::healthy()
    }
}

fn lenient(stage: Stage) -> Stage {
    match stage.server {
        Server::Scripted(script) => Stage {
            server: Server::Scripted(Script {
                strict: false,
                ..script
            }),
            ..stage
        },
        _ => stage,
    }
}

fn versions() -> Vec<Scenario> {
    let old = |version| script(version, RSA_AES128_SHA, None, Key::Rsa2048);
    let modern = || Stage {
        leaf: Leaf {
            key: Key::Rsa2048,
            ..Leaf::new(HOST)
        },
        ..Stage::healthy()
    };
    let only13 = |arguments: &[&'static str]| Stage {
        arguments: arguments.to_vec(),
        ..Stage::offering(Offer {
            versions: Versions::Tls13,
            ..Offer::default()
        })
    };
    let limited = |versions| Stage {
        arguments: vec!["--tls-max", "1.2"],
        ..Stage::offering(Offer {
            versions,
            ..Offer::default()
        })
    };
    vec![
        broken(
            "S10",
            "tls11",
            "TLS 1.1 alone, alert 70 to others",
            Expected::decided("S10", Proven),
            old(ProtocolVersion::TLS1_1),
            modern(),
        ),
        broken(
            "S10",
            "tls10",
            "TLS 1.0 alone, alert 70 to others",
            Expected::decided("S10", Proven),
            old(ProtocolVersion::TLS1_0),
            modern(),
        ),
        broken(
            "S10",
            "tls10-anyway",
            "TLS 1.0 whatever is offered",
            Expected::decided("S10", Proven),
            lenient(old(ProtocolVersion::TLS1_0)),
            modern(),
        ),
        broken(
            "S11",
            "tls-max",
            "TLS 1.3 alone, for a client that stops at 1.2",
            Expected::decided("S11", Proven),
            only13(&["--tls-max", "1.2"]),
            limited(Versions::Both),
        ),
        broken(
            "S11",
            "java8",
            "TLS 1.3 alone with P-256, for a client that stops at 1.2",
            Expected::decided("S11", Proven),
            Stage {
                arguments: vec!["--tls-max", "1.2", "--alpn", "http/1.1"],
                ..Stage::offering(Offer {
                    versions: Versions::Tls13,
                    groups: vec![0x17],
                    ..Offer::default()
                })
            },
            limited(Versions::Tls12),
        ),
    ]
}

fn suites() -> Vec<Scenario> {
    let tls12 = ProtocolVersion::TLS1_2;
    let twin = || Stage {
        leaf: Leaf {
            key: Key::Rsa2048,
            ..Leaf::new(HOST)
        },
        ..Stage::offering(Offer {
            versions: Versions::Tls12,
            ..Offer::default()
        })
    };
    vec![
        broken(
            "S12",
            "camellia",
            "a CAMELLIA suite that nobody offers",
            Expected::decided("S12", Proven),
            script(tls12, RSA_CAMELLIA128_SHA, None, Key::Rsa2048),
            twin(),
        ),
        broken(
            "S12",
            "aria",
            "an ARIA suite that nobody offers",
            Expected::decided("S12", Proven),
            script(tls12, ECDHE_RSA_ARIA128_GCM, Some(X25519), Key::Rsa2048),
            twin(),
        ),
        broken(
            "S12",
            "rsa-key-exchange",
            "RSA key exchange alone, which Go does not offer",
            Expected::some("S12", Proven, &["go"]),
            script(tls12, RSA_AES128_SHA, None, Key::Rsa2048),
            twin(),
        ),
        broken(
            "S12",
            "ciphers-option",
            "ECDSA alone, for a client with RSA suites alone",
            Expected::decided("S12", Proven),
            Stage {
                arguments: vec![
                    "--tls-max",
                    "1.2",
                    "--ciphers",
                    "ECDHE-RSA-AES128-GCM-SHA256",
                ],
                ..Stage::healthy()
            },
            Stage {
                arguments: vec![
                    "--tls-max",
                    "1.2",
                    "--ciphers",
                    "ECDHE-ECDSA-AES128-GCM-SHA256",
                ],
                ..Stage::healthy()
            },
        ),
        broken(
            "S20",
            "unknown-protocol",
            "a protocol of its own by ALPN",
            Expected::some("S20", Proven, &["chrome", "firefox", "go"]),
            Stage::offering(Offer {
                alpn: vec!["acme/1"],
                ..Offer::default()
            }),
            Stage::offering(Offer {
                alpn: vec!["h2", "http/1.1"],
                ..Offer::default()
            }),
        ),
        broken(
            "S20",
            "tls12",
            "a protocol of its own by ALPN, TLS 1.2",
            Expected::some("S20", Proven, &["chrome", "firefox", "go"]),
            Stage::offering(Offer {
                alpn: vec!["acme/1"],
                versions: Versions::Tls12,
                ..Offer::default()
            }),
            Stage::offering(Offer {
                alpn: vec!["http/1.1"],
                versions: Versions::Tls12,
                ..Offer::default()
            }),
        ),
    ]
}

fn groups() -> Vec<Scenario> {
    let tls12 = ProtocolVersion::TLS1_2;
    let retry = |group| Stage {
        server: Server::Tls {
            opening: Opening::None,
            gate: vec![(Rule::LacksKeyShare(group), Refusal::RetryThenReset(group))],
            offer: Offer {
                versions: Versions::Tls13,
                groups: vec![group],
                ..Offer::default()
            },
        },
        ..Stage::healthy()
    };
    let working = |group| {
        Stage::offering(Offer {
            versions: Versions::Tls13,
            groups: vec![group],
            ..Offer::default()
        })
    };
    vec![
        broken(
            "S13",
            "p521",
            "P-521 alone, which Chrome does not offer",
            Expected::some("S13", Proven, &["chrome"]),
            script(tls12, ECDHE_ECDSA_AES128_GCM, Some(SECP521R1), Key::P256),
            Stage::offering(Offer {
                versions: Versions::Tls12,
                ..Offer::default()
            }),
        ),
        broken(
            "S13",
            "brainpool",
            "a Brainpool curve that nobody offers",
            Expected::decided("S13", Proven),
            script(
                tls12,
                ECDHE_RSA_AES128_GCM,
                Some(BRAINPOOL_P256R1),
                Key::Rsa2048,
            ),
            Stage::offering(Offer {
                versions: Versions::Tls12,
                ..Offer::default()
            }),
        ),
        broken(
            "S13",
            "retry-p384",
            "reset after a HelloRetryRequest for P-384",
            Expected::decided("S13", Proven),
            retry(SECP384R1),
            working(SECP384R1),
        ),
    ]
}

fn server_names() -> Vec<Scenario> {
    let only = |number| {
        Stage::gated(vec![(
            Rule::NameIsNot("other.test"),
            Refusal::Alert(number),
        )])
    };
    let own = |number| Stage::gated(vec![(Rule::NameIsNot(HOST), Refusal::Alert(number))]);
    vec![
        broken(
            "S18",
            "alert112",
            "alert 112 to an unknown name",
            Expected::decided("S18", Proven),
            only(112),
            own(112),
        ),
        broken(
            "S18",
            "alert80",
            "alert 80 to an unknown name",
            Expected::decided("S18", Proven),
            only(80),
            own(80),
        ),
        broken(
            "S18",
            "alert40",
            "alert 40 to an unknown name",
            Expected::decided("S18", Proven),
            only(40),
            own(40),
        ),
    ]
}

fn client_certificates() -> Vec<Scenario> {
    let demanding = |versions, client_certificate| {
        Stage::offering(Offer {
            versions,
            client_certificate,
            ..Offer::default()
        })
    };
    let given = |stage: Stage| Stage {
        client_certificate: true,
        ..stage
    };
    let scenario = |variant, title, versions, demand| {
        broken(
            "S21",
            variant,
            title,
            Expected::decided("S21", Supported),
            demanding(versions, demand),
            given(demanding(versions, demand)),
        )
    };
    vec![
        scenario(
            "tls13",
            "a client certificate is required, TLS 1.3",
            Versions::Tls13,
            Demand::Required,
        ),
        scenario(
            "tls12",
            "a client certificate is required, TLS 1.2",
            Versions::Tls12,
            Demand::Required,
        ),
        scenario(
            "http400",
            "a client certificate is required by HTTP status 400",
            Versions::Both,
            Demand::RequiredByHttp,
        ),
    ]
}

fn keys() -> Vec<Scenario> {
    let wrong = |versions| {
        Stage::offering(Offer {
            versions,
            wrong_key: true,
            ..Offer::default()
        })
    };
    let alerting = |number| Stage::gated(vec![(Rule::Always, Refusal::Alert(number))]);
    let twin = |versions| {
        Stage::offering(Offer {
            versions,
            ..Offer::default()
        })
    };
    vec![
        broken(
            "S24",
            "tls13",
            "signed with another key, TLS 1.3",
            Expected::decided("S24", Proven),
            wrong(Versions::Tls13),
            twin(Versions::Tls13),
        ),
        broken(
            "S24",
            "tls12",
            "signed with another key, TLS 1.2",
            Expected::decided("S24", Proven),
            wrong(Versions::Tls12),
            twin(Versions::Tls12),
        ),
        broken(
            "S24",
            "alert40",
            "alert 40 to everything",
            Expected::undecided(&["S24", "S18"]),
            alerting(40),
            Stage::healthy(),
        ),
        broken(
            "S24",
            "alert80",
            "alert 80 to everything",
            Expected::undecided(&["S24", "S18"]),
            alerting(80),
            Stage::healthy(),
        ),
    ]
}

fn intolerances() -> Vec<Scenario> {
    const STATUS_REQUEST_V2: u16 = 17;
    const COMPRESS_CERTIFICATE: u16 = 27;
    const ENCRYPTED_CLIENT_HELLO: u16 = 0xfe0d;
    let gated = |rule, refusal| Stage::gated(vec![(rule, refusal)]);
    let some = |clients: &[&str]| Expected::some("S32", Proven, clients);
    vec![
        broken(
            "S32",
            "status-request-v2",
            "alert 50 on status_request_v2",
            some(&["java17"]),
            gated(Rule::Extension(STATUS_REQUEST_V2), Refusal::Alert(50)),
            Stage::healthy(),
        ),
        broken(
            "S32",
            "compress-certificate",
            "alert 47 on compress_certificate",
            some(&["chrome", "firefox"]),
            gated(Rule::Extension(COMPRESS_CERTIFICATE), Refusal::Alert(47)),
            Stage::healthy(),
        ),
        broken(
            "S32",
            "ech",
            "reset on encrypted_client_hello",
            some(&["chrome", "firefox"]),
            gated(Rule::Extension(ENCRYPTED_CLIENT_HELLO), Refusal::Reset),
            Stage::healthy(),
        ),
        broken(
            "S32",
            "grease",
            "FIN on a GREASE cipher suite",
            some(&["chrome"]),
            gated(Rule::GreaseCipherSuite, Refusal::Close),
            Stage::healthy(),
        ),
        broken(
            "S32",
            "length",
            "alert 47 on a hello of more than 1,200 octets",
            some(&["chrome", "firefox", "go"]),
            gated(Rule::LongerThan(1200), Refusal::Alert(47)),
            Stage::healthy(),
        ),
    ]
}

fn dates() -> Vec<Scenario> {
    let dated = |from: i64, to: i64, key, clock| Stage {
        leaf: Leaf {
            validity: (from * DAY, to * DAY),
            key,
            ..Leaf::new(HOST)
        },
        clock,
        ..Stage::healthy()
    };
    let good = |key, clock| dated(-1, 60, key, clock);
    vec![
        broken(
            "X01",
            "ecdsa",
            "expired 3 days ago",
            Expected::decided("X01", Proven),
            dated(-90, -3, Key::P256, true),
            good(Key::P256, true),
        ),
        broken(
            "X01",
            "rsa",
            "expired 400 days ago",
            Expected::decided("X01", Proven),
            dated(-700, -400, Key::Rsa2048, true),
            good(Key::Rsa2048, true),
        ),
        broken(
            "X01",
            "no-clock",
            "expired, and nobody to ask for the time",
            Expected::undecided(&["X01", "C02"]),
            dated(-90, -3, Key::P256, false),
            good(Key::P256, false),
        ),
        broken(
            "X02",
            "ecdsa",
            "valid in 3 days",
            Expected::decided("X02", Proven),
            dated(3, 90, Key::P256, true),
            good(Key::P256, true),
        ),
        broken(
            "X02",
            "rsa",
            "valid in 100 days",
            Expected::decided("X02", Proven),
            dated(100, 190, Key::Rsa2048, true),
            good(Key::Rsa2048, true),
        ),
        broken(
            "X02",
            "no-clock",
            "not yet valid, and nobody to ask for the time",
            Expected::undecided(&["X02", "C01"]),
            dated(3, 90, Key::P256, false),
            good(Key::P256, false),
        ),
    ]
}

fn trust() -> Vec<Scenario> {
    let named = |name, key| Stage {
        leaf: Leaf {
            key,
            ..Leaf::new(name)
        },
        ..Stage::healthy()
    };
    let chained = |chain, key| Stage {
        leaf: Leaf {
            chain,
            key,
            ..Leaf::new(HOST)
        },
        ..Stage::healthy()
    };
    let untrusted = |stage: Stage| Stage {
        trusted: false,
        ..stage
    };
    let without_fetching = ["firefox", "openssl3", "java17", "go"];
    vec![
        broken(
            "X03",
            "apex",
            "a certificate for the name without www",
            Expected::decided("X03", Proven),
            named("shop.test", Key::P256),
            named(HOST, Key::P256),
        ),
        broken(
            "X03",
            "apex-rsa",
            "a certificate for the name without www, RSA",
            Expected::decided("X03", Proven),
            named("shop.test", Key::Rsa2048),
            named(HOST, Key::Rsa2048),
        ),
        broken(
            "X09",
            "ecdsa",
            "self-signed",
            Expected::decided("X09", Proven),
            chained(ChainKind::SelfSigned, Key::P256),
            Stage::healthy(),
        ),
        broken(
            "X09",
            "rsa",
            "self-signed, RSA",
            Expected::decided("X09", Proven),
            chained(ChainKind::SelfSigned, Key::Rsa2048),
            Stage::healthy(),
        ),
        broken(
            "X10",
            "with-root",
            "a private CA that sends its root",
            Expected::decided("X10", Supported),
            untrusted(chained(ChainKind::WithRoot, Key::P256)),
            chained(ChainKind::WithRoot, Key::P256),
        ),
        broken(
            "X10",
            "with-root-rsa",
            "a private CA that sends its root, RSA",
            Expected::decided("X10", Supported),
            untrusted(chained(ChainKind::WithRoot, Key::Rsa2048)),
            chained(ChainKind::WithRoot, Key::Rsa2048),
        ),
        broken(
            "X11",
            "aia",
            "the intermediate is missing and can be fetched",
            Expected::some("X11", Proven, &without_fetching),
            chained(ChainKind::LeafAlone { aia: true }, Key::P256),
            Stage::healthy(),
        ),
        broken(
            "X11",
            "aia-rsa",
            "the intermediate is missing and can be fetched, RSA",
            Expected::some("X11", Proven, &without_fetching),
            chained(ChainKind::LeafAlone { aia: true }, Key::Rsa2048),
            Stage::healthy(),
        ),
        broken(
            "X11",
            "no-aia",
            "the intermediate is missing and cannot be fetched",
            Expected::undecided(&["X11", "X10"]),
            chained(ChainKind::LeafAlone { aia: false }, Key::P256),
            Stage::healthy(),
        ),
    ]
}

fn oddities() -> Vec<Scenario> {
    let odd = |variant: &str, title: &str, stage: Stage| Scenario {
        id: format!("healthy-{variant}"),
        cause: None,
        variant: variant.to_owned(),
        title: title.to_owned(),
        expected: Expected::healthy(),
        broken: stage.clone(),
        healthy: stage,
    };
    let leaf = |leaf: Leaf| Stage {
        leaf,
        ..Stage::healthy()
    };
    let many = (0..200)
        .map(|number| format!("name-{number}.shop.test"))
        .chain([HOST.to_owned()])
        .collect();
    vec![
        odd("plain", "nothing odd", Stage::healthy()),
        odd(
            "many-names",
            "201 names",
            leaf(Leaf {
                names: many,
                ..Leaf::new(HOST)
            }),
        ),
        odd(
            "root-in-chain",
            "the root is sent too",
            leaf(Leaf {
                chain: ChainKind::WithRoot,
                ..Leaf::new(HOST)
            }),
        ),
        odd(
            "three-hours-old",
            "issued three hours ago for one day",
            leaf(Leaf {
                validity: (-10_800, DAY),
                ..Leaf::new(HOST)
            }),
        ),
        odd(
            "no-subject",
            "an empty subject",
            leaf(Leaf {
                without_subject: true,
                ..Leaf::new(HOST)
            }),
        ),
        odd(
            "p384",
            "a P-384 key",
            leaf(Leaf {
                key: Key::P384,
                ..Leaf::new(HOST)
            }),
        ),
        odd(
            "rsa4096",
            "an RSA key of 4096 bits",
            leaf(Leaf {
                key: Key::Rsa4096,
                ..Leaf::new(HOST)
            }),
        ),
        odd(
            "wildcard",
            "a wildcard",
            leaf(Leaf {
                names: vec!["*.shop.test".to_owned()],
                ..Leaf::new(HOST)
            }),
        ),
        odd(
            "no-tickets",
            "no session tickets",
            Stage::offering(Offer {
                without_tickets: true,
                ..Offer::default()
            }),
        ),
        odd(
            "tls12",
            "TLS 1.2 alone",
            Stage::offering(Offer {
                versions: Versions::Tls12,
                ..Offer::default()
            }),
        ),
        odd(
            "tls13",
            "TLS 1.3 alone",
            Stage::offering(Offer {
                versions: Versions::Tls13,
                ..Offer::default()
            }),
        ),
        odd(
            "x25519",
            "X25519 alone",
            Stage::offering(Offer {
                groups: vec![X25519],
                ..Offer::default()
            }),
        ),
        odd(
            "optional-client-certificate",
            "a client certificate is welcome",
            Stage::offering(Offer {
                client_certificate: Demand::Optional,
                ..Offer::default()
            }),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::scenarios;
    use std::collections::{BTreeMap, BTreeSet};

    #[test]
    fn ids_are_unique_and_every_cause_has_two_variants() {
        let ids: BTreeSet<&str> = scenarios()
            .iter()
            .map(|scenario| scenario.id.as_str())
            .collect();
        assert_eq!(ids.len(), scenarios().len());
        let mut variants: BTreeMap<&str, usize> = BTreeMap::new();
        for cause in scenarios().iter().filter_map(|scenario| scenario.cause) {
            *variants.entry(cause).or_default() += 1;
        }
        let causes = [
            "P01", "S01", "S02", "S03", "S04", "S10", "S11", "S12", "S13", "S18", "S20", "S21",
            "S24", "S32", "S34", "C25", "X01", "X02", "X03", "X09", "X10", "X11",
        ];
        for cause in causes {
            assert!(
                variants.get(cause).is_some_and(|count| *count >= 2),
                "{cause}: {variants:?}"
            );
        }
    }

    #[tokio::test]
    async fn every_scenario_and_every_twin_starts() {
        let folder = tempfile::tempdir().expect("a folder");
        for scenario in scenarios() {
            for twin in [false, true] {
                let running = crate::start(&scenario.id, twin, folder.path())
                    .await
                    .unwrap_or_else(|error| panic!("{}: {error}", scenario.id));
                assert!(
                    running.arguments.len() > 2,
                    "{}: {:?}",
                    scenario.id,
                    running.arguments
                );
                running.stop().await;
            }
        }
    }
}
