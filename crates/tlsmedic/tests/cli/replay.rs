//! Saved reports, shown again.

use crate::support::{Place, fixture};
use report::{Outcome, Report};

fn shown(name: &str, more: &[&str]) -> String {
    let path = fixture(name);
    let mut arguments = vec!["replay", path.to_str().expect("UTF-8")];
    arguments.extend(more);
    let run = Place::new().run(&arguments);
    assert!(
        run.stderr.contains("www.shop.test"),
        "what cannot be judged again is said: {}",
        run.stderr
    );
    run.stdout
}

fn read(name: &str) -> Report {
    serde_json::from_slice(&std::fs::read(fixture(name)).expect("a file")).expect("a report")
}

#[test]
fn one_that_works() {
    insta::assert_snapshot!(shown("healthy.json", &[]), @"
    WORKS  www.shop.test:443 https
      Names and addresses are replaced.
      Every client that was asked connects without a warning. The certificate is
      valid until 2026-12-30.

    Timeline of the handshake #2 with 192.0.2.10:443
      resolve      ████                                        11 ms  ok
      connect           ████████                               21 ms  ok
      hello                     █████████                      24 ms  ok
      certificate                        █                    0.9 ms  ok
      finished                           █████████             22 ms  ok
      application                                 ████████     22 ms  ok

    What was seen
      agreed        TLS 1.3 · TLS_AES_128_GCM_SHA256 · X25519MLKEM768 ·
                    ecdsa_secp256r1_sha256 · ALPN h2
      certificates  CN=www.shop.test · www.shop.test, shop.test · 2026-10-01 to
                    2026-12-30 · issued by CN=Shop Intermediate CA 3,O=Shop Trust ·
                    EC P-256 · served
                    CN=Shop Intermediate CA 3,O=Shop Trust · 2024-01-01 to
                    2034-01-01 · issued by CN=Shop Root,O=Shop Trust · EC P-384 ·
                    served
                    CN=Shop Root,O=Shop Trust · 2015-01-01 to 2040-01-01 · issued by
                    itself · RSA 4096 · from the trust store
      trust         leads to CN=Shop Root,O=Shop Trust (the system's store)

    Who is affected
      chrome, firefox, openssl3, java17, go: works TLS 1.3 · TLS_AES_128_GCM_SHA256
        · x25519

    Circumstances
      clock       right within 25 ms, by ntp time.shop.test
      also asked  dns getaddrinfo, ntp time.shop.test
      cost        4 connections to the target in 412 ms
    ");
}

#[test]
fn a_cause_with_proof_and_remedy() {
    insta::assert_snapshot!(shown("incomplete.json", &[]), @"
    WORKS, WITH PROBLEMS  www.shop.test:443 https
      Names and addresses are replaced.
      The server does not send the intermediate certificate CN=Shop Intermediate CA
      3,O=Shop Trust that links the certificate of CN=www.shop.test to a trusted
      root.
      → the certificate's owner must act · proven · stops some clients: firefox,
        openssl3, java17, go · X11 missing-intermediate

    Timeline of the handshake #2 with 192.0.2.10:443
      resolve      ████                                        11 ms  ok
      connect           ████████                               21 ms  ok
      hello                     █████████                      24 ms  ok
      certificate                        █                    0.9 ms  ok
      finished                           █████████             22 ms  ok
      application                                 ████████     22 ms  ok

    What was seen
      agreed        TLS 1.3 · TLS_AES_128_GCM_SHA256 · X25519MLKEM768 ·
                    ecdsa_secp256r1_sha256 · ALPN h2
      certificates  CN=www.shop.test · www.shop.test, shop.test · 2026-10-01 to
                    2026-12-30 · issued by CN=Shop Intermediate CA 3,O=Shop Trust ·
                    EC P-256 · served
                    CN=Shop Intermediate CA 3,O=Shop Trust · 2024-01-01 to
                    2034-01-01 · issued by CN=Shop Root,O=Shop Trust · EC P-384 ·
                    fetched from the issuer's address
                    CN=Shop Root,O=Shop Trust · 2015-01-01 to 2040-01-01 · issued by
                    itself · RSA 4096 · from the trust store
      trust         leads to CN=Shop Root,O=Shop Trust (the system's store)

    Proof
      as it is  no path to a trusted root
      changed   with the issuer CN=Shop Intermediate CA 3,O=Shop Trust from
                http://ca.shop.test/ca3.der
      then      a valid path to a trusted root
      Seen twice each way. #2 #7

    Who is affected
      chrome    works  TLS 1.3 · TLS_AES_128_GCM_SHA256 · x25519
      firefox   fails  X11
      openssl3  fails  X11
      java17    fails  X11
      go        fails  X11

    What to do
      Server's owner: Send the full chain.
          # nginx
          ssl_certificate /etc/ssl/www.shop.test/fullchain.pem;
          # HAProxy
          bind :443 ssl crt /etc/haproxy/www.shop.test.pem
      See RFC 8446 section 4.4.2; RFC 5246 section 7.4.2

    Circumstances
      clock       right within 25 ms, by ntp time.shop.test
      also asked  dns getaddrinfo, http http://ca.shop.test/ca3.der, ntp
                  time.shop.test
      cost        9 connections to the target in 412 ms
    ");
}

#[test]
fn two_causes_and_two_addresses_in_italian() {
    insta::assert_snapshot!(shown("two.json", &["--lang", "it"]), @r#"
    FALLISCE  www.shop.test:443 https
      Interrotto: questo è ciò che si sapeva fin lì.
      Nomi e indirizzi sono sostituiti.
      1. Client e server non hanno alcun gruppo di scambio delle chiavi in comune:
         il server accetta brainpoolP256r1, che non è offerto nella forma che gli
         serve.
         → deve agire il proprietario del server · provato · ferma alcuni client:
           chrome, firefox, openssl3, java17 · S13 no-common-group
      2. Il server respinge il nome www.shop.test: per quel nome non ha alcun
         certificato configurato.
         → deve agire il proprietario del server · sostenuto: nient'altro è
           compatibile · ferma alcuni client: go · S18 unknown-server-name

    Andamento dell'handshake #2 con 192.0.2.10:443
      risoluzione  ████████                                    11 ms  riuscito
      connessione          ███████████████                     21 ms  riuscito
      saluto                              ████████████████     24 ms  avviso
                   ↳ alert 40 handshake_failure received

    Che cosa si è visto
      esito      avviso nel passo "saluto" dopo 24 ms: alert 40 handshake_failure
                 received
      indirizzi  192.0.2.10:443 avviso · saluto · alert 40 handshake_failure
                 received
                 192.0.2.11:443 senza risposta · connessione

    Prova
      1. così com'è  avviso 40 handshake_failure
         cambiato    aggiunto: group brainpoolP256r1
         allora      l'handshake riesce
         Visto due volte in ciascun verso. #5 #6 #7 #8

    Chi ne è colpito
      chrome    fallisce  S13 · alert 40 handshake_failure
      firefox   fallisce  S13 · alert 40 handshake_failure
      openssl3  fallisce  S13 · alert 40 handshake_failure
      java17    fallisce  S13 · alert 40 handshake_failure
      go        fallisce  S18 · alert 40 handshake_failure

    Visto inoltre
      avvertimento · Il server non parla nulla di più recente di TLS 1.2, che i
        client attuali rifiutano. · S10 old-version-only

    Circostanze
      orologio      non controllato; --time-source HOST lo confronta
      interpellati  nessuno oltre al bersaglio
      costo         9 connessioni al bersaglio in 412 ms
    "#);
}

#[test]
fn one_that_is_undecided() {
    insta::assert_snapshot!(shown("clock.json", &[]), @"
    FAILS  www.shop.test:443 https
      Names and addresses are replaced.
      The certificate of CN=www.shop.test expired on 2026-11-17 00:00 UTC, 3 days
      ago.
      → the certificate's owner must act · suspected · stops everyone · X01 expired
      Something else would fit as well; see below what would tell.

    Timeline of the handshake #2 with 192.0.2.10:443
      resolve      ████                                        11 ms  ok
      connect           ████████                               21 ms  ok
      hello                     █████████                      24 ms  ok
      certificate                        █                    0.9 ms  ok
      finished                           █████████             22 ms  ok
      application                                 ████████     22 ms  ok

    What was seen
      agreed        TLS 1.3 · TLS_AES_128_GCM_SHA256 · X25519MLKEM768 ·
                    ecdsa_secp256r1_sha256 · ALPN h2
      certificates  CN=www.shop.test · www.shop.test, shop.test · 2026-08-01 to
                    2026-11-17 expired 3 days ago · issued by CN=Shop Intermediate
                    CA 3,O=Shop Trust · EC P-256 · served
                    CN=Shop Intermediate CA 3,O=Shop Trust · 2024-01-01 to
                    2034-01-01 · issued by CN=Shop Root,O=Shop Trust · EC P-384 ·
                    served
                    CN=Shop Root,O=Shop Trust · 2015-01-01 to 2040-01-01 · issued by
                    itself · RSA 4096 · from the trust store
      trust         leads to CN=Shop Root,O=Shop Trust (/etc/shop/ca.pem)

    Who is affected
      chrome, firefox, openssl3, java17, go: fails X01

    What would tell
      Cannot be told apart from here: X01 (Certificate expired), C02 (Clock ahead).
      → Check this machine's clock against a time source:
          tlsmedic diagnose www.shop.test --time-source pool.ntp.org

    Circumstances
      clock       not checked; --time-source HOST compares it
      also asked  dns getaddrinfo
      cost        9 connections to the target in 412 ms
    ");
}

#[test]
fn one_that_was_not_reached_in_italian() {
    insta::assert_snapshot!(shown("noname.json", &["--lang", "it"]), @"
    FALLISCE  www.shop.test:443 https
      Nomi e indirizzi sono sostituiti.
      Il nome www.shop.test non esiste nel DNS.
      → deve agire chi gestisce la rete di mezzo · sostenuto: nient'altro è
        compatibile · ferma tutti · P01 name-does-not-resolve

    Andamento
      risoluzione  ███████████████████████████████████████     1,5 s  non trovato
                   ↳ resolve:system · NXDOMAIN

    Circostanze
      orologio      non controllato; --time-source HOST lo confronta
      interpellati  dns getaddrinfo
      costo         0 connessioni al bersaglio in 412 ms
    ");
}

#[test]
fn json_is_the_same_report() {
    for name in [
        "healthy.json",
        "incomplete.json",
        "two.json",
        "clock.json",
        "noname.json",
    ] {
        let again: Report =
            serde_json::from_str(&shown(name, &["--format", "json"])).expect("a report");
        assert_eq!(again, read(name));
    }
}

#[test]
fn several_reports_and_the_worst_status() {
    let line = |report: &Report| serde_json::to_string(report).expect("JSON") + "\n";
    let (works, fails) = (read("healthy.json"), read("noname.json"));
    let untested = Report {
        outcome: Outcome::NotTested,
        ..Report::example()
    };
    for (reports, status) in [
        (vec![&works], 0),
        (vec![&works, &untested], 3),
        (vec![&fails, &works, &untested], 1),
    ] {
        let lines: String = reports.iter().map(|report| line(report)).collect();
        let run = Place::new().run_with(&["replay", "-", "--format", "json"], lines.as_bytes());
        assert_eq!(
            (run.status, run.stdout.lines().count()),
            (status, reports.len()),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn nothing_is_shown_when_a_later_report_is_malformed() {
    let mut lines = std::fs::read(fixture("healthy.json")).expect("a file");
    lines.extend(b"\n{\"schema\": 3}\n");
    let run = Place::new().run_with(&["replay", "-"], &lines);
    assert_eq!((run.status, run.stdout.as_str()), (2, ""));
}
