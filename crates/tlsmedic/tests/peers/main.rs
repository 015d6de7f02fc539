//! `tlsmedic diagnose` against real servers: what each says when it is well, and when something is wrong with it.
//!
//! Servers come from Debian (`cargo xtask test` installs them); each test starts its own on a free loopback port.

mod agreement;
mod authority;
mod clock;
mod contents;
mod distrusted;
mod dns;
mod folder;
mod java;
mod late;
mod load;
mod members;
mod oddities;
mod paths;
mod repair;
mod revocation;
mod server;
mod servers;
mod strict;

use authority::{Authority, Leaf};
use report::{Certainty, ClientOutcome, Outcome, Report, Verdict};
use server::Server;
use servers::{Kind, Setup, Versions};

const HOST: &str = "www.shop.test";
const ALL: [Kind; 6] = [
    Kind::Nginx,
    Kind::Apache,
    Kind::Haproxy,
    Kind::OpenSsl,
    Kind::GnuTls,
    Kind::Python,
];

/// Runs `test` where a server of this kind may listen. gnutls-serv cannot be told an address and listens on all, so it gets
/// a network namespace of its own, in which there is only loopback; the clock and everything else started by the same
/// thread is in it too.
fn alone<T: Send>(kind: Kind, test: impl FnOnce() -> T + Send) -> T {
    if kind == Kind::GnuTls {
        in_namespace(test)
    } else {
        test()
    }
}

/// Runs `test` in a network namespace of its own.
fn in_namespace<T: Send>(test: impl FnOnce() -> T + Send) -> T {
    let inside = || {
        nix::sched::unshare(nix::sched::CloneFlags::CLONE_NEWNET).unwrap_or_else(|error| {
            panic!("no network namespace ({error}): run the tests as root")
        });
        let up = std::process::Command::new("ip")
            .args(["link", "set", "lo", "up"])
            .status();
        assert!(up.is_ok_and(|status| status.success()), "ip link set lo up");
        test()
    };
    std::thread::scope(|scope| scope.spawn(inside).join())
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Diagnoses a server of each kind that is set up by `setup`, with the test authority's root trusted.
fn each(
    kinds: &[Kind],
    setup: impl Fn(&Authority) -> Setup + Sync,
    check: impl Fn(Kind, &Report) + Sync,
) {
    for kind in kinds {
        alone(*kind, || {
            let authority = Authority::new();
            let server = kind.start(&setup(&authority), &authority);
            let report = server.diagnose(HOST, &authority, &[]);
            check(*kind, &report);
            let again = server::replay(&report);
            assert_eq!(
                again.conclusion(),
                report.conclusion(),
                "{kind:?}: replay differs"
            );
        });
    }
}

fn causes(report: &Report) -> Vec<(&str, Certainty)> {
    report
        .causes
        .iter()
        .map(|cause| (cause.id.0.as_str(), cause.certainty))
        .collect()
}

fn failing(report: &Report) -> Vec<&str> {
    report
        .clients
        .iter()
        .filter(|client| client.outcome == ClientOutcome::Fails)
        .map(|client| client.profile.as_str())
        .collect()
}

/// The verdict in one line, for a failed assertion.
fn told(kind: Kind, report: &Report) -> String {
    let undecided: Vec<_> = report.undecided.iter().map(|group| &group.among).collect();
    let clients: Vec<_> = report
        .clients
        .iter()
        .map(|client| (&client.profile, client.outcome, &client.detail))
        .collect();
    format!(
        "{kind:?}: {:?} {:?} {:?} {undecided:?} {clients:?}",
        report.outcome,
        report.verdict,
        causes(report)
    )
}

fn is_proven(id: &'static str) -> impl Fn(Kind, &Report) {
    move |kind, report| {
        assert_eq!(
            causes(report),
            [(id, Certainty::Proven)],
            "{}",
            told(kind, report)
        );
        assert_eq!(report.verdict, Verdict::Decided, "{}", told(kind, report));
        assert!(
            report.connections <= 24,
            "{kind:?}: {} connections",
            report.connections
        );
    }
}

#[test]
fn healthy() {
    each(
        &ALL,
        |authority| Setup::new(authority.leaf(Leaf::new(HOST))),
        |kind, report| {
            assert_eq!(report.outcome, Outcome::Works, "{}", told(kind, report));
            assert_eq!(report.verdict, Verdict::Decided, "{}", told(kind, report));
            assert_eq!(causes(report), [], "{}", told(kind, report));
            assert!(
                report.connections <= 4,
                "{kind:?}: {} connections",
                report.connections
            );
            assert!(
                report.negotiated.is_some() && report.trust.is_some(),
                "{}",
                told(kind, report)
            );
        },
    );
}

#[test]
fn healthy_with_an_rsa_key_and_tls12_alone() {
    let setup = |authority: &Authority| Setup {
        versions: Versions::Tls12,
        ..Setup::new(authority.leaf(Leaf {
            rsa: true,
            ..Leaf::new(HOST)
        }))
    };
    each(&ALL, setup, |kind, report| {
        assert_eq!(
            (report.outcome, causes(report)),
            (Outcome::Works, vec![]),
            "{}",
            told(kind, report)
        );
    });
}

#[test]
fn expired() {
    each(
        &ALL,
        |authority| {
            Setup::new(authority.leaf(Leaf {
                days: (-90, -3),
                ..Leaf::new(HOST)
            }))
        },
        is_proven("X01"),
    );
}

#[test]
fn expired_without_a_time_source_is_only_a_suspicion() {
    let authority = Authority::new();
    let server = Kind::Nginx.start(
        &Setup::new(authority.leaf(Leaf {
            days: (-90, -3),
            ..Leaf::new(HOST)
        })),
        &authority,
    );
    let report = server.diagnose_without_clock(HOST, &authority);
    assert_eq!(
        causes(&report),
        [("X01", Certainty::Suspected)],
        "{}",
        told(Kind::Nginx, &report)
    );
    assert_eq!(report.verdict, Verdict::Undecided);
    assert!(
        report
            .undecided
            .iter()
            .any(|group| group.among.iter().any(|id| id.0 == "C02")
                && group.next.contains("--time-source"))
    );
}

#[test]
fn not_yet_valid() {
    each(
        &ALL,
        |authority| {
            Setup::new(authority.leaf(Leaf {
                days: (3, 90),
                ..Leaf::new(HOST)
            }))
        },
        is_proven("X02"),
    );
}

#[test]
fn the_name_without_www_only() {
    each(
        &ALL,
        |authority| Setup::new(authority.leaf(Leaf::new("shop.test"))),
        is_proven("X03"),
    );
}

#[test]
fn self_signed() {
    each(
        &ALL,
        |authority| Setup::new(authority.self_signed(HOST)),
        is_proven("X09"),
    );
}

#[test]
fn missing_intermediate_that_can_be_fetched() {
    each(
        &ALL,
        |authority| {
            Setup::new(authority.leaf(Leaf {
                without_intermediate: true,
                aia: true,
                ..Leaf::new(HOST)
            }))
        },
        |kind, report| {
            is_proven("X11")(kind, report);
            assert_eq!(
                report.outcome,
                Outcome::WorksWithProblems,
                "{}",
                told(kind, report)
            );
            assert_eq!(
                failing(report),
                ["firefox", "openssl3", "java17", "go"],
                "{}",
                told(kind, report)
            );
        },
    );
}

#[test]
fn missing_intermediate_that_cannot_be_fetched() {
    each(
        &ALL,
        |authority| {
            Setup::new(authority.leaf(Leaf {
                without_intermediate: true,
                ..Leaf::new(HOST)
            }))
        },
        |kind, report| {
            assert_eq!(report.verdict, Verdict::Undecided, "{}", told(kind, report));
            assert_eq!(
                causes(report),
                [("X11", Certainty::Suspected)],
                "{}",
                told(kind, report)
            );
            assert!(
                report
                    .undecided
                    .iter()
                    .any(|group| group.among.iter().any(|id| id.0 == "X10")),
                "{}",
                told(kind, report)
            );
        },
    );
}

#[test]
fn private_ca_whose_root_is_not_installed() {
    for kind in ALL {
        alone(kind, || {
            let authority = Authority::new();
            let leaf = Leaf {
                with_root: true,
                ..Leaf::new(HOST)
            };
            let server = kind.start(&Setup::new(authority.leaf(leaf)), &authority);
            let report = server.diagnose_untrusting(HOST, &[]);
            assert_eq!(
                causes(&report),
                [("X10", Certainty::Supported)],
                "{}",
                told(kind, &report)
            );
        });
    }
}

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

#[test]
fn plaintext_on_the_port() {
    let setup = |authority: &Authority| Setup {
        plaintext: true,
        ..Setup::new(authority.leaf(Leaf::new(HOST)))
    };
    each(
        &[Kind::Nginx, Kind::Apache, Kind::Haproxy, Kind::Python],
        setup,
        is_proven("S02"),
    );
}

#[test]
fn proxy_line_expected() {
    let setup = |authority: &Authority| Setup {
        proxy_line: true,
        ..Setup::new(authority.leaf(Leaf::new(HOST)))
    };
    each(&[Kind::Nginx, Kind::Haproxy], setup, is_proven("S04"));
}

/// nginx takes the relay's PROXY line for HTTP and answers everything with 400: plain HTTP is not what is wrong.
#[test]
fn proxy_line_sent_to_a_server_that_does_not_expect_it() {
    let authority = Authority::new();
    let behind = Kind::Nginx.start(&Setup::new(authority.leaf(Leaf::new(HOST))), &authority);
    let broken = servers::relay(&behind, &authority, true).diagnose(HOST, &authority, &[]);
    assert_eq!(
        broken.verdict,
        Verdict::Undecided,
        "{}",
        told(Kind::Haproxy, &broken)
    );
    let sure = |cause: &report::Cause| cause.certainty > Certainty::Suspected;
    assert!(
        !broken.causes.iter().any(sure),
        "{}",
        told(Kind::Haproxy, &broken)
    );
    let named = |group: &report::Undecided| group.among.iter().any(|id| id.0 == "S04");
    assert!(
        broken.undecided.iter().any(named),
        "{}",
        told(Kind::Haproxy, &broken)
    );
    let healthy = servers::relay(&behind, &authority, false).diagnose(HOST, &authority, &[]);
    assert_eq!(
        healthy.outcome,
        Outcome::Works,
        "{}",
        told(Kind::Haproxy, &healthy)
    );
}

#[test]
fn nothing_listens() {
    let authority = Authority::new();
    let report = Server::absent().diagnose(HOST, &authority, &[]);
    assert_eq!(causes(&report), [("S01", Certainty::Supported)]);
    assert_eq!(report.outcome, Outcome::Fails);
}
