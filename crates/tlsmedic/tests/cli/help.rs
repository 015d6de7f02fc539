//! Help and version.

use crate::support::Place;

#[test]
fn version() {
    let run = Place::new().run(&["--version"]);
    assert_eq!(
        (run.status, run.stdout.as_str()),
        (0, concat!("tlsmedic ", env!("CARGO_PKG_VERSION"), "\n"))
    );
}

#[test]
fn without_a_command_help_goes_to_stderr() {
    let run = Place::new().run(&[]);
    assert_eq!((run.status, run.stdout.as_str()), (2, ""));
    insta::assert_snapshot!(run.stderr, @"
    Finds out why a TLS handshake fails, proves it, and says what to do.

    Usage: tlsmedic [OPTIONS] <COMMAND>

    Commands:
      diagnose  Find out why a target fails, or whether it works
      replay    The verdict again, from a saved report
      fix       Repair: prints, and writes only with --write
      lab       Broken servers to practise on

    Options:
          --format <text|json>  text for people, json for programs, one report per line [default: text]
          --lang <en|it>        Language: en or it [default: the locale's]
      -h, --help                Print help
      -V, --version             Print version
    ");
}

#[test]
fn diagnose() {
    insta::assert_snapshot!(Place::new().run(&["diagnose", "--help"]).stdout, @"
    Find out why a target fails, or whether it works

    Usage: tlsmedic diagnose [OPTIONS] <TARGET>...

    Arguments:
      <TARGET>...  host, host:port, [v6]:port, a URL (https://, smtp://, postgres:// …), lab:ID or lab:ID/healthy

    Options:
          --connect <ADDR[:PORT]>      Connect to this address instead of the name's
          --server-name <NAME|none>    Send this server name, and look for it in the certificate; none sends none
          --starttls <PROTO>           Begin in plaintext: smtp, lmtp, imap, pop3, ftp, nntp, sieve, xmpp, ldap, postgres, mysql, irc
          --ca-file <PEM>              Trust these root certificates instead of the system's
          --former-ca-file <PEM>       Root certificates that were trusted before, to compare with
          --distrusted <TOML>          CAs and keys that are distrusted, beside those known here
          --client-cert <PEM>          Client certificate, with its chain
          --client-key <PEM>           The client certificate's key [default: in the certificate's file]
          --as <PROFILE>               The client that decides: chrome, firefox, openssl3, java17, go … [default: all of these]
          --proxy <URL|none>           Go through this proxy: http, https, socks5, socks5h; fetches do not [default: https_proxy, all_proxy]
          --resolver <ADDR[:PORT]>     Ask this DNS server; repeatable [default: the system's]
          --tls-min <V>                Offer no older version: 1.0, 1.1, 1.2, 1.3
          --tls-max <V>                Offer no newer version
          --ciphers <A:B…>             Offer these cipher suites, by IANA or OpenSSL name
          --groups <A:B…>              Offer these key exchange groups
          --sigalgs <A:B…>             Offer these signature schemes
          --alpn <A,B…|none>           Offer these ALPN protocols; none sends no extension
      -4                               IPv4 only
      -6                               IPv6 only
          --all-addresses              Examine every address, not only the first six, and each several times
          --deployed <PEM>             What the server should serve; tells whether it was reloaded
          --timeout <SECS>             What the client would wait, in seconds [default: 10]
          --time-source <HOST[:PORT]>  Compare this machine's clock with this SNTP server; repeatable
          --control <HOST[:PORT]>      Ask this host for the date over plain HTTP; repeatable
          --offline                    Contact nobody but the target and what the options name
          --load                       Also make up to 50 handshakes a second and 32 at once, to find where the server gets slow
          --load-max <N>               At most so many at once and in a second, with --load
          --redact                     Replace names and addresses, for sharing; such a report cannot be judged again
          --format <text|json>         text for people, json for programs, one report per line [default: text]
          --lang <en|it>               Language: en or it [default: the locale's]
      -h, --help                       Print help
    ");
}

#[test]
fn replay() {
    insta::assert_snapshot!(Place::new().run(&["replay", "-h"]).stdout, @"
    The verdict again, from a saved report

    Usage: tlsmedic replay [OPTIONS] <FILE>

    Arguments:
      <FILE>  A report in JSON, or several as JSON Lines; - reads standard input

    Options:
          --redact              Replace names and addresses, for sharing; such a report cannot be judged again
          --format <text|json>  text for people, json for programs, one report per line [default: text]
          --lang <en|it>        Language: en or it [default: the locale's]
      -h, --help                Print help
    ");
}

#[test]
fn lab_in_italian() {
    insta::assert_snapshot!(Place::new().run(&["lab", "run", "--help", "--lang", "it"]).stdout, @r#"
    Avvia uno scenario e lo tiene fino a Ctrl-C

    Uso: tlsmedic lab run [OPZIONI] <ID[/healthy]> [-- <COMANDO>...]

    Argomenti:
      <ID[/healthy]>  Uno scenario di "tlsmedic lab list"; con /healthy il suo gemello senza guasto
      [COMANDO]...    Con --net: che cosa eseguire come nobody dove sta il client; {} sta per gli argomenti di "tlsmedic diagnose"

    Opzioni:
          --show-arguments      Stampa gli argomenti di "tlsmedic diagnose" uno per riga, senza virgolette
          --net                 Una rete che guasta, in namespace di rete; richiede root e /dev/net/tun
          --healthy             Il gemello senza guasto, come ID/healthy
          --format <text|json>  text per le persone, json per i programmi, un rapporto per riga [predefinito: text]
          --lang <en|it>        Lingua: en o it [predefinita: quella del sistema]
      -h, --help                Mostra l'aiuto
    "#);
}

#[test]
fn the_locale_chooses_the_language() {
    let place = Place::new();
    let say = |locale: &str| {
        let output = place
            .command(&["--help"])
            .env("LANG", locale)
            .output()
            .expect("it runs");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    assert!(say("it_IT.UTF-8").contains("Uso: tlsmedic"));
    assert!(say("de_DE.UTF-8").contains("Usage: tlsmedic"));
}

#[test]
fn fix_chain() {
    insta::assert_snapshot!(Place::new().run(&["fix", "chain", "-h"]).stdout, @"
    Complete and order the certificates of a server's PEM file

    Usage: tlsmedic fix chain [OPTIONS] <FILE>

    Arguments:
      <FILE>  The server's certificate with its chain, in PEM or DER; - reads standard input

    Options:
          --write               Replace the file, and keep the old one beside it
          --ca-file <PEM>       Trust these root certificates instead of the system's
          --offline             Fetch nothing from the addresses in the certificates
          --format <text|json>  text for people, json for programs, one report per line [default: text]
          --lang <en|it>        Language: en or it [default: the locale's]
      -h, --help                Print help
    ");
}
