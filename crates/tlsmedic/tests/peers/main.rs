//! `tlsmedic diagnose` against real servers: what each says when it is well, and when something is wrong with it.
//!
//! Servers come from Debian (`cargo xtask test` installs them); each test starts its own on a free loopback port.

mod agreement;
mod authority;
mod certificates;
mod clock;
mod contents;
mod distrusted;
mod dns;
mod folder;
mod java;
mod late;
mod load;
mod lookups;
mod members;
mod negotiation;
mod nginx;
mod oddities;
mod paths;
mod proxies;
mod reach;
mod repair;
mod revocation;
mod server;
mod servers;
mod strict;

use authority::Authority;
use report::{Certainty, ClientOutcome, Report, Verdict};
use servers::{Kind, Setup};

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
