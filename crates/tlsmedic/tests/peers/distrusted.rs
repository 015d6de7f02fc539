//! Roots that a client trusted and trusts no longer, in front of real servers.

use crate::authority::{Authority, Leaf};
use crate::servers::{Kind, Setup};
use crate::{HOST, alone, causes, failing, server, told};
use pki::Certificate;
use report::{Certainty, Outcome};

const KINDS: [Kind; 3] = [Kind::Nginx, Kind::OpenSsl, Kind::GnuTls];

/// What `openssl verify` would be given: the old bundle leads to the root, the new one does not.
#[test]
fn a_root_that_the_bundle_dropped() {
    for kind in KINDS {
        alone(kind, || {
            let (authority, other) = (Authority::new(), Authority::named("another"));
            let server = kind.start(&Setup::new(authority.leaf(Leaf::new(HOST))), &authority);
            let (now, former, clock) = (other.ca_file(), authority.ca_file(), authority.clock());
            let bundles = |now: &str, former: &str| {
                let arguments = [
                    "--ca-file",
                    now,
                    "--former-ca-file",
                    former,
                    "--time-source",
                    &clock,
                ];
                server.run(HOST, &arguments)
            };
            let dropped = bundles(&now, &former);
            assert_eq!(
                causes(&dropped),
                [("X15", Certainty::Proven)],
                "{}",
                told(kind, &dropped)
            );
            assert!(dropped.causes[0].proof.is_some());
            assert_eq!(
                server::replay(&dropped).conclusion(),
                dropped.conclusion(),
                "{kind:?}"
            );
            let kept = bundles(&former, &former);
            assert_eq!(kept.outcome, Outcome::Works, "{}", told(kind, &kept));
            let neither = bundles(&now, &now);
            let named: Vec<&str> = causes(&neither).iter().map(|(id, _)| *id).collect();
            assert!(!named.contains(&"X15"), "{}", told(kind, &neither));
        });
    }
}

#[test]
fn a_root_that_chrome_distrusts_from_a_date_on() {
    for kind in KINDS {
        alone(kind, || {
            let authority = Authority::new();
            let server = kind.start(&Setup::new(authority.leaf(Leaf::new(HOST))), &authority);
            let pem = std::fs::read(authority.ca_file()).expect("the root");
            let root = pki::pem::certificates(&pem).expect("PEM").remove(0);
            let root = Certificate::parse(&root).certificate.expect("a root");
            let list = authority.path("distrusted.toml").display().to_string();
            let distrusted = |fingerprint: String, after: &str| {
                let text = format!(
                    "[[distrusted]]\n{fingerprint}\nname = \"Root\"\nstores = [\"chrome\"]\n{after}source = \"a test\"\n"
                );
                std::fs::write(&list, text).expect("a file");
                server.diagnose(HOST, &authority, &["--distrusted", &list])
            };
            let certificate = || format!("sha256 = \"{}\"", root.sha256);
            let after = |date: &str| format!("after = \"{date}T00:00:00Z\"\n");
            for (entry, after, cause) in [
                (certificate(), after("2020-01-01"), "X14"),
                (certificate(), String::new(), "X14"),
                (
                    format!("spki-sha256 = \"{}\"", root.spki_sha256),
                    String::new(),
                    "X37",
                ),
            ] {
                let report = distrusted(entry, &after);
                let expected = [(cause, Certainty::Supported)];
                assert_eq!(causes(&report), expected, "{}", told(kind, &report));
                assert_eq!(failing(&report), ["chrome"], "{}", told(kind, &report));
            }
            let early = distrusted(certificate(), &after("2090-01-01"));
            assert_eq!(early.outcome, Outcome::Works, "{}", told(kind, &early));
        });
    }
}
