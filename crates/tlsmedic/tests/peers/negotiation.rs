//! Versions, cipher suites, groups, names and client certificates that server and client do not agree on.

use crate::authority::{Authority, Leaf};
use crate::nginx::{self, Processes};
use crate::server::free_port;
use crate::servers::{Kind, Setup, Versions};
use crate::{ALL, HOST, alone, causes, each, failing, is_proven, told};
use report::{Certainty, Outcome, Verdict};

#[test]
fn only_tls_1_0_and_1_1() {
    let kinds = [
        Kind::Nginx,
        Kind::Apache,
        Kind::Haproxy,
        Kind::OpenSsl,
        Kind::GnuTls,
    ];
    let setup = |authority: &Authority| Setup {
        versions: Versions::Old,
        ..Setup::new(authority.leaf(Leaf {
            rsa: true,
            ..Leaf::new(HOST)
        }))
    };
    each(&kinds, setup, |kind, report| {
        is_proven("S10")(kind, report);
        assert_eq!(report.outcome, Outcome::Fails, "{}", told(kind, report));
    });
}

#[test]
fn one_cipher_suite_that_nobody_offers() {
    let kinds = [
        Kind::Nginx,
        Kind::Apache,
        Kind::Haproxy,
        Kind::OpenSsl,
        Kind::GnuTls,
    ];
    let setup = |authority: &Authority| Setup {
        versions: Versions::Tls12,
        cipher: Some("ECDHE-RSA-CAMELLIA128-SHA256"),
        ..Setup::new(authority.leaf(Leaf {
            rsa: true,
            ..Leaf::new(HOST)
        }))
    };
    each(&kinds, setup, is_proven("S12"));
}

#[test]
fn aes128_sha_alone_works_for_those_who_offer_it() {
    let setup = |authority: &Authority| Setup {
        versions: Versions::Tls12,
        cipher: Some("AES128-SHA"),
        ..Setup::new(authority.leaf(Leaf {
            rsa: true,
            ..Leaf::new(HOST)
        }))
    };
    each(
        &[Kind::Nginx, Kind::Apache, Kind::Haproxy, Kind::OpenSsl],
        setup,
        |kind, report| {
            assert_eq!(
                report.outcome,
                Outcome::WorksWithProblems,
                "{}",
                told(kind, report)
            );
            assert_eq!(failing(report), ["go"], "{}", told(kind, report));
            assert_eq!(
                causes(report),
                [("S12", Certainty::Proven)],
                "{}",
                told(kind, report)
            );
        },
    );
}

#[test]
fn rsa_key_exchange_alone_works_for_those_who_offer_it() {
    let setup = |authority: &Authority| Setup {
        versions: Versions::Tls12,
        cipher: Some("AES256-GCM-SHA384:AES128-GCM-SHA256"),
        ..Setup::new(authority.leaf(Leaf {
            rsa: true,
            ..Leaf::new(HOST)
        }))
    };
    each(&[Kind::Nginx, Kind::OpenSsl], setup, |kind, report| {
        assert_eq!(
            report.outcome,
            Outcome::WorksWithProblems,
            "{}",
            told(kind, report)
        );
        assert_eq!(failing(report), ["go"], "{}", told(kind, report));
    });
}

#[test]
fn p521_alone_works_for_those_who_offer_it() {
    let setup = |authority: &Authority| Setup {
        group: Some("P-521"),
        ..Setup::new(authority.leaf(Leaf {
            rsa: true,
            ..Leaf::new(HOST)
        }))
    };
    each(
        &[Kind::Nginx, Kind::Haproxy, Kind::OpenSsl, Kind::GnuTls],
        setup,
        |kind, report| {
            assert_eq!(
                report.outcome,
                Outcome::WorksWithProblems,
                "{}",
                told(kind, report)
            );
            assert_eq!(failing(report), ["chrome"], "{}", told(kind, report));
            assert_eq!(
                causes(report),
                [("S13", Certainty::Proven)],
                "{}",
                told(kind, report)
            );
        },
    );
}

#[test]
fn one_group_that_nobody_offers() {
    let setup = |authority: &Authority| Setup {
        versions: Versions::Tls12,
        group: Some("brainpoolP256r1"),
        cipher: Some("ECDHE-RSA-AES128-GCM-SHA256"),
        ..Setup::new(authority.leaf(Leaf {
            rsa: true,
            ..Leaf::new(HOST)
        }))
    };
    each(
        &[Kind::Nginx, Kind::Haproxy, Kind::OpenSsl],
        setup,
        is_proven("S13"),
    );
}

#[test]
fn client_certificate_required() {
    for versions in [Versions::Tls12, Versions::Tls13] {
        let setup = |authority: &Authority| Setup {
            versions,
            client_ca: true,
            ..Setup::new(authority.leaf(Leaf::new(HOST)))
        };
        each(&ALL, setup, |kind, report| {
            assert_eq!(
                causes(report),
                [("S21", Certainty::Supported)],
                "{versions:?} {}",
                told(kind, report)
            );
            assert_eq!(
                report.outcome,
                Outcome::Fails,
                "{versions:?} {}",
                told(kind, report)
            );
        });
    }
}

#[test]
fn client_certificate_required_and_given() {
    for versions in [Versions::Tls12, Versions::Tls13] {
        for kind in ALL {
            alone(kind, || {
                let authority = Authority::new();
                let (certificate, key) = authority.client();
                let leaf = authority.leaf(Leaf::new(HOST));
                let setup = Setup {
                    versions,
                    client_ca: true,
                    ..Setup::new(leaf)
                };
                let server = kind.start(&setup, &authority);
                let given = ["--client-cert", &certificate, "--client-key", &key];
                let report = server.diagnose(HOST, &authority, &given);
                let verdict = (report.outcome, causes(&report));
                assert_eq!(
                    verdict,
                    (Outcome::Works, vec![]),
                    "{versions:?} {}",
                    told(kind, &report)
                );
            });
        }
    }
}

#[test]
fn unknown_name_refused() {
    let kinds = [Kind::Nginx, Kind::Haproxy, Kind::OpenSsl, Kind::Python];
    let setup = |authority: &Authority| Setup {
        only_name: Some("other.test"),
        ..Setup::new(authority.leaf(Leaf::new(HOST)))
    };
    each(&kinds, setup, |kind, report| {
        assert_eq!(report.outcome, Outcome::Fails, "{}", told(kind, report));
        let ids: Vec<&str> = report
            .causes
            .iter()
            .map(|cause| cause.id.0.as_str())
            .collect();
        assert_eq!(ids, ["S18"], "{}", told(kind, report));
    });
}

/// A server that asks for a certificate and does without it; what its application then says is about something else.
#[test]
fn client_certificate_asked_for_and_not_needed() {
    for answer in [
        "default_type application/json; return 400 '{\"error\":\"missing tenant\"}';",
        "return 403;",
        "return 204;",
    ] {
        let authority = Authority::new();
        let files = authority.leaf(Leaf::new(HOST));
        let port = free_port();
        let server = format!(
            "server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {}; ssl_certificate_key {}; \
             ssl_client_certificate {}; ssl_verify_client optional; {answer} }}",
            files.chain,
            files.key,
            authority.ca_file()
        );
        let server = nginx::start(&authority.path(""), port, Processes::One, &server);
        let report = server.diagnose(HOST, &authority, &[]);
        assert_eq!(
            (report.outcome, causes(&report)),
            (Outcome::Works, vec![]),
            "{answer}"
        );
    }
}

/// Who asks for one and hangs up on the request need not do so for want of it.
#[test]
fn client_certificate_asked_for_by_a_server_that_hangs_up() {
    let authority = Authority::new();
    let files = authority.leaf(Leaf::new(HOST));
    for (protocol, sure) in [("TLSv1.2", true), ("TLSv1.3", false)] {
        let port = free_port();
        let server = format!(
            "server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {}; ssl_certificate_key {}; ssl_protocols {protocol}; \
             ssl_client_certificate {}; ssl_verify_client optional; return 444; }}",
            files.chain,
            files.key,
            authority.ca_file()
        );
        let server = nginx::start(&authority.path(""), port, Processes::One, &server);
        let report = server.diagnose(HOST, &authority, &[]);
        if sure {
            assert_eq!((report.outcome, causes(&report)), (Outcome::Works, vec![]));
        } else {
            assert_eq!(causes(&report), [("S21", Certainty::Suspected)]);
            assert_eq!(report.verdict, Verdict::Undecided);
        }
    }
}
