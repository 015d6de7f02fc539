//! `tlsmedic diagnose --starttls` against real servers: each protocol's own dialogue, well and with something wrong with it.
//!
//! Servers come from Debian (`cargo xtask test` installs them); each test starts its own on a free loopback port, as root.
//! Exim cannot be installed beside Postfix, so SMTP has one server.

#[expect(
    dead_code,
    reason = "the tests of servers without STARTTLS use the rest"
)]
#[path = "../peers/authority.rs"]
mod authority;
mod kinds;
#[expect(
    dead_code,
    reason = "the tests of servers without STARTTLS use the rest"
)]
#[path = "../peers/server.rs"]
mod server;

use authority::{Authority, Leaf};
use kinds::{Kind, Setup, Tls};
use report::{Certainty, ClientOutcome, Outcome, Report, Verdict};
use server::Server;

const HOST: &str = "www.shop.test";

/// Starts a server of `kind`, diagnoses it with its own dialogue, and sees that replay says the same.
fn diagnosed(kind: Kind, authority: &Authority, setup: &Setup) -> Report {
    let server = kind.start(setup, authority);
    let report = server.diagnose(HOST, authority, &["--starttls", kind.protocol()]);
    again(&report);
    report
}

fn again(report: &Report) {
    let replayed = server::replay(report);
    assert_eq!(replayed.conclusion(), report.conclusion(), "replay differs");
}

fn causes(report: &Report) -> Vec<(&str, Certainty)> {
    report
        .causes
        .iter()
        .map(|cause| (cause.id.0.as_str(), cause.certainty))
        .collect()
}

fn told(report: &Report) -> String {
    let summaries: Vec<_> = report.causes.iter().map(|cause| &cause.summary).collect();
    let undecided: Vec<_> = report.undecided.iter().map(|group| &group.among).collect();
    let timeline: Vec<_> = report
        .timeline
        .iter()
        .map(|step| (step.experiment.0, step.phase, step.outcome, &step.detail))
        .collect();
    format!(
        "{:?} {:?} {:?} {summaries:?} {undecided:?} {timeline:?}",
        report.outcome,
        report.verdict,
        causes(report)
    )
}

fn is(report: &Report, id: &'static str, certainty: Certainty) {
    assert_eq!(causes(report), [(id, certainty)], "{}", told(report));
    assert_eq!(report.verdict, Verdict::Decided, "{}", told(report));
    assert!(
        report.connections <= 24,
        "{} connections",
        report.connections
    );
}

fn works(report: &Report) {
    assert_eq!(
        (report.outcome, causes(report)),
        (Outcome::Works, vec![]),
        "{}",
        told(report)
    );
    assert_eq!(report.verdict, Verdict::Decided, "{}", told(report));
    assert!(
        report.connections <= 4,
        "{} connections",
        report.connections
    );
}

/// Whether a cause's summary has the server's words.
fn quotes(report: &Report, words: &str) {
    assert!(
        report
            .causes
            .iter()
            .any(|cause| cause.summary.contains(words)),
        "{words}: {}",
        told(report)
    );
}

fn healthy(kind: Kind) {
    let authority = Authority::new();
    let server = kind.start(&Setup::new(authority.leaf(rsa())), &authority);
    let protocol = kind.protocol();
    let report = server.diagnose(HOST, &authority, &["--starttls", protocol]);
    again(&report);
    works(&report);
    assert!(report.negotiated.is_some() && report.trust.is_some());
    works(&server.diagnose(&format!("{protocol}://{HOST}"), &authority, &[]));
}

/// vsftpd and MariaDB take RSA keys only as they are set up here.
fn rsa() -> Leaf {
    Leaf {
        rsa: true,
        ..Leaf::new(HOST)
    }
}

fn not_configured(kind: Kind, words: &str) {
    let authority = Authority::new();
    let setup = Setup {
        tls: Tls::Never,
        ..Setup::new(authority.leaf(rsa()))
    };
    let report = diagnosed(kind, &authority, &setup);
    is(&report, "S03", Certainty::Proven);
    quotes(&report, words);
}

fn asked_for_tls_at_once(kind: Kind) {
    let authority = Authority::new();
    let server = kind.start(&Setup::new(authority.leaf(rsa())), &authority);
    let report = server.diagnose(HOST, &authority, &[]);
    again(&report);
    is(&report, "S03", Certainty::Proven);
    let proof = report.causes[0].proof.as_ref().expect("a proof");
    assert!(
        proof.changed.contains(kind.protocol()) && proof.repeats >= 2,
        "{proof:?}"
    );
}

fn asked_of_direct_tls(kind: Kind) {
    let authority = Authority::new();
    let setup = Setup {
        tls: Tls::AtOnce,
        ..Setup::new(authority.leaf(rsa()))
    };
    let server = kind.start(&setup, &authority);
    let report = server.diagnose(HOST, &authority, &["--starttls", kind.protocol()]);
    again(&report);
    is(&report, "S03", Certainty::Proven);
    works(&server.diagnose(HOST, &authority, &[]));
}

fn expired(kind: Kind) {
    let authority = Authority::new();
    let leaf = Leaf {
        days: (-90, -3),
        ..rsa()
    };
    let report = diagnosed(kind, &authority, &Setup::new(authority.leaf(leaf)));
    is(&report, "X01", Certainty::Proven);
}

fn wrong_name(kind: Kind) {
    let authority = Authority::new();
    let leaf = Leaf {
        rsa: true,
        ..Leaf::new("shop.test")
    };
    let report = diagnosed(kind, &authority, &Setup::new(authority.leaf(leaf)));
    is(&report, "X03", Certainty::Proven);
}

/// One test for each kind of server, in a module named after what is asked.
macro_rules! each_kind {
    ($ask:ident: $($name:ident($kind:ident $(, $words:literal)?);)*) => {
        mod $ask {
            use super::Kind;
            $(
                #[test]
                fn $name() {
                    super::$ask(Kind::$kind $(, $words)?);
                }
            )*
        }
    };
}

each_kind! {
    healthy:
    postfix(Postfix);
    dovecot_imap(DovecotImap);
    dovecot_pop3(DovecotPop3);
    dovecot_lmtp(DovecotLmtp);
    dovecot_sieve(DovecotSieve);
    vsftpd(Vsftpd);
    prosody(Prosody);
    prosody_server(ProsodyServer);
    slapd(Slapd);
    inspircd(Inspircd);
    nnrpd(Nnrpd);
    postgres(Postgres);
    mariadb(Mariadb);
}

each_kind! {
    asked_for_tls_at_once:
    postfix(Postfix);
    dovecot_imap(DovecotImap);
    dovecot_pop3(DovecotPop3);
    dovecot_lmtp(DovecotLmtp);
    dovecot_sieve(DovecotSieve);
    vsftpd(Vsftpd);
    prosody(Prosody);
    prosody_server(ProsodyServer);
    slapd(Slapd);
    inspircd(Inspircd);
    nnrpd(Nnrpd);
    postgres(Postgres);
    mariadb(Mariadb);
}

each_kind! {
    expired:
    postfix(Postfix);
    dovecot_imap(DovecotImap);
    dovecot_pop3(DovecotPop3);
    dovecot_lmtp(DovecotLmtp);
    dovecot_sieve(DovecotSieve);
    vsftpd(Vsftpd);
    prosody(Prosody);
    prosody_server(ProsodyServer);
    slapd(Slapd);
    inspircd(Inspircd);
    nnrpd(Nnrpd);
    postgres(Postgres);
    mariadb(Mariadb);
}

each_kind! {
    wrong_name:
    postfix(Postfix);
    dovecot_imap(DovecotImap);
    dovecot_pop3(DovecotPop3);
    dovecot_lmtp(DovecotLmtp);
    dovecot_sieve(DovecotSieve);
    vsftpd(Vsftpd);
    prosody(Prosody);
    prosody_server(ProsodyServer);
    slapd(Slapd);
    inspircd(Inspircd);
    nnrpd(Nnrpd);
    postgres(Postgres);
    mariadb(Mariadb);
}

each_kind! {
    not_configured:
    postfix(Postfix, "250-PIPELINING");
    dovecot_imap(DovecotImap, "TLS support isn't enabled");
    dovecot_pop3(DovecotPop3, "TLS support isn't enabled");
    dovecot_lmtp(DovecotLmtp, "250-8BITMIME");
    dovecot_sieve(DovecotSieve, "TLS");
    vsftpd(Vsftpd, "530 Please login with USER and PASS.");
    prosody(Prosody, "stream:features");
    prosody_server(ProsodyServer, "stream:features");
    slapd(Slapd, "resultCode 2 unsupported extended operation");
    inspircd(Inspircd, "CAP");
    postgres(Postgres, "(\"N\")");
    mariadb(Mariadb, "no CLIENT_SSL");
}

// Neither PostgreSQL 15 nor MariaDB has a way to TLS at once.
each_kind! {
    asked_of_direct_tls:
    postfix(Postfix);
    dovecot_imap(DovecotImap);
    dovecot_pop3(DovecotPop3);
    dovecot_lmtp(DovecotLmtp);
    dovecot_sieve(DovecotSieve);
    vsftpd(Vsftpd);
    prosody(Prosody);
    prosody_server(ProsodyServer);
    slapd(Slapd);
    inspircd(Inspircd);
    nnrpd(Nnrpd);
}

/// INN knows STARTTLS whether there is a certificate or not.
#[test]
fn inn_without_a_certificate() {
    let authority = Authority::new();
    let setup = Setup {
        tls: Tls::Never,
        ..Setup::new(authority.leaf(rsa()))
    };
    let report = diagnosed(Kind::Nnrpd, &authority, &setup);
    assert_eq!(
        causes(&report),
        [("S24", Certainty::Suspected)],
        "{}",
        told(&report)
    );
    assert_eq!(report.verdict, Verdict::Undecided, "{}", told(&report));
    quotes(&report, "580 Error initializing TLS");
}

/// Servers that the chain is looked at behind.
const CHAINS: [Kind; 4] = [
    Kind::Postfix,
    Kind::DovecotImap,
    Kind::Postgres,
    Kind::Mariadb,
];

#[test]
fn missing_intermediate() {
    for kind in CHAINS {
        let authority = Authority::new();
        let leaf = Leaf {
            without_intermediate: true,
            aia: true,
            ..rsa()
        };
        let report = diagnosed(kind, &authority, &Setup::new(authority.leaf(leaf)));
        is(&report, "X11", Certainty::Proven);
        let failing: Vec<&str> = report
            .clients
            .iter()
            .filter(|client| client.outcome == ClientOutcome::Fails)
            .map(|client| client.profile.as_str())
            .collect();
        assert_eq!(failing, ["firefox", "openssl3", "java17", "go"], "{kind:?}");
    }
}

#[test]
fn private_root() {
    for kind in CHAINS {
        let authority = Authority::new();
        let leaf = Leaf {
            with_root: true,
            ..rsa()
        };
        let server = kind.start(&Setup::new(authority.leaf(leaf)), &authority);
        let report = server.diagnose_untrusting(HOST, &["--starttls", kind.protocol()]);
        assert_eq!(
            causes(&report),
            [("X10", Certainty::Supported)],
            "{kind:?} {}",
            told(&report)
        );
    }
}

#[test]
fn client_certificate_required() {
    for kind in [Kind::Postfix, Kind::Slapd, Kind::Vsftpd] {
        let authority = Authority::new();
        let setup = Setup {
            client_ca: true,
            ..Setup::new(authority.leaf(rsa()))
        };
        let server = kind.start(&setup, &authority);
        let asked = ["--starttls", kind.protocol()];
        let report = server.diagnose(HOST, &authority, &asked);
        assert_eq!(
            causes(&report),
            [("S21", Certainty::Supported)],
            "{kind:?} {}",
            told(&report)
        );
        let (certificate, key) = authority.client();
        let given = ["--client-cert", &certificate, "--client-key", &key];
        let report = server.diagnose(HOST, &authority, &[&asked[..], &given].concat());
        assert_eq!(
            (report.outcome, causes(&report)),
            (Outcome::Works, vec![]),
            "{kind:?} {}",
            told(&report)
        );
    }
}

/// Dovecot, PostgreSQL and MariaDB ask for a certificate in the handshake and miss it only at login, which is the user's:
/// TLS works.
#[test]
fn client_certificate_missed_only_at_login() {
    for kind in [Kind::DovecotImap, Kind::Postgres, Kind::Mariadb] {
        let authority = Authority::new();
        let setup = Setup {
            client_ca: true,
            ..Setup::new(authority.leaf(rsa()))
        };
        works(&diagnosed(kind, &authority, &setup));
    }
}

/// Postfix that waits before its greeting, as against spammers who do not.
#[test]
fn slow_greeting() {
    let authority = Authority::new();
    let setup = Setup {
        pause: 3,
        ..Setup::new(authority.leaf(rsa()))
    };
    let report = diagnosed(Kind::Postfix, &authority, &setup);
    assert_eq!(
        (report.outcome, causes(&report)),
        (Outcome::Works, vec![]),
        "{}",
        told(&report)
    );
}

/// Another protocol than the one asked for.
#[test]
fn other_protocol() {
    let cases = [
        (Kind::DovecotImap, "smtp", "IMAP"),
        (Kind::Postfix, "imap", "SMTP"),
        (Kind::Mariadb, "pop3", "MySQL"),
        (Kind::DovecotSieve, "nntp", "ManageSieve"),
    ];
    for (kind, asked, spoken) in cases {
        let authority = Authority::new();
        let server = kind.start(&Setup::new(authority.leaf(rsa())), &authority);
        let report = server.diagnose(HOST, &authority, &["--starttls", asked]);
        again(&report);
        is(&report, "C25", Certainty::Proven);
        quotes(&report, spoken);
    }
}

#[test]
fn nothing_listens() {
    let authority = Authority::new();
    let report = Server::absent().diagnose(HOST, &authority, &["--starttls", "smtp"]);
    assert_eq!(causes(&report), [("S01", Certainty::Supported)]);
}
