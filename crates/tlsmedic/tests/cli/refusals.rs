//! Bad input: a message that names the thing, exit status 2, nothing on stdout.

use crate::support::Place;

#[test]
fn proxies() {
    insta::assert_snapshot!(Place::new().refusals(&[
        &["diagnose", "a.test", "--proxy", "socks4://user:hunter2@proxy.test"],
        &["diagnose", "a.test", "--proxy", "http://user:hunter2@proxy.test:port"],
        &["diagnose", "a.test", "--proxy", "http://user:hunter2%0A@proxy.test"],
        &["diagnose", "a.test", "--proxy", "http://user:hunter2@[::1"],
    ]), @r#"
    $ tlsmedic diagnose a.test --proxy socks4://user:hunter2@proxy.test
    error: --proxy names a proxy of the scheme socks4, which is not spoken
    hint: known: http, https, socks5, socks5h
    $ tlsmedic diagnose a.test --proxy http://user:hunter2@proxy.test:port
    error: port in proxy.test:port is not a port
    hint: this is the proxy that --proxy names, such as http://proxy.example.net:3128
    $ tlsmedic diagnose a.test --proxy http://user:hunter2%0A@proxy.test
    error: --proxy names a proxy with control characters
    hint: a proxy is [SCHEME://][USER[:PASSWORD]@]HOST[:PORT], such as http://proxy.example.net:3128
    $ tlsmedic diagnose a.test --proxy http://user:hunter2@[::1
    error: malformed IPv6 address in the target [::1
    hint: this is the proxy that --proxy names, such as http://proxy.example.net:3128
    "#);
}

#[test]
fn load() {
    insta::assert_snapshot!(Place::new().refusals(&[
        &["diagnose", "a.test", "--load", "--load-max", "51"],
        &["diagnose", "a.test", "--load", "--load-max", "0"],
        &["diagnose", "a.test", "--load-max", "5"],
        &["diagnose", "a.test", "b.test", "--load"],
        &["diagnose", "a.test", "--load", "--proxy", "http://proxy.test:3128"],
    ]), @r#"
    $ tlsmedic diagnose a.test --load --load-max 51
    error: --load-max cannot be 51
    hint: a whole number from 1 to 50
    $ tlsmedic diagnose a.test --load --load-max 0
    error: --load-max cannot be 0
    hint: a whole number from 1 to 50
    $ tlsmedic diagnose a.test --load-max 5
    error: --load is missing
    hint: --help lists commands and options
    $ tlsmedic diagnose a.test b.test --load
    error: --load examines one target
    hint: run it again for each of the others
    $ tlsmedic diagnose a.test --load --proxy http://proxy.test:3128
    error: --load through the proxy of --proxy would show where the proxy gets slow
    hint: with --proxy none, from where the target can be reached directly
    "#);
}

#[test]
fn targets() {
    insta::assert_snapshot!(Place::new().refusals(&[
        &["diagnose", ""],
        &["diagnose", "gopher://example.com"],
        &["diagnose", "httsp://example.com"],
        &["diagnose", "http://example.com"],
        &["diagnose", "https://"],
        &["diagnose", "example.com:0"],
        &["diagnose", "example.com:70000"],
        &["diagnose", "2001:db8::1:zz"],
        &["diagnose", "[2001:db8::1"],
        &["diagnose", "exa mple.com"],
        &["diagnose", "a..example.com"],
        &["diagnose", "300.1.1.1"],
        &["diagnose", "lab:no-such-scenario"],
        &["lab", "run", "net-P22-1300"],
        &["lab", "run", "--net", "S04-close"],
    ]), @r#"
    $ tlsmedic diagnose 
    error: the target is empty
    hint: a target is host, host:port, [IPv6]:port, a URL such as https://example.com, or lab:ID
    $ tlsmedic diagnose gopher://example.com
    error: unknown scheme gopher in the target gopher://example.com
    hint: for a service without its own scheme, name host:port
    $ tlsmedic diagnose httsp://example.com
    error: unknown scheme httsp in the target httsp://example.com
    hint: did you mean https://?
    $ tlsmedic diagnose http://example.com
    error: http:// is a service without TLS
    hint: did you mean https://?
    $ tlsmedic diagnose https://
    error: no host in the target https://
    hint: a target is host, host:port, [IPv6]:port, a URL such as https://example.com, or lab:ID
    $ tlsmedic diagnose example.com:0
    error: 0 in example.com:0 is not a port
    hint: a port is a number from 1 to 65535
    $ tlsmedic diagnose example.com:70000
    error: 70000 in example.com:70000 is not a port
    hint: a port is a number from 1 to 65535
    $ tlsmedic diagnose 2001:db8::1:zz
    error: too many colons in the target 2001:db8::1:zz
    hint: an IPv6 address with a port is written [2001:db8::1]:443
    $ tlsmedic diagnose [2001:db8::1
    error: malformed IPv6 address in the target [2001:db8::1
    hint: an IPv6 address with a port is written [2001:db8::1]:443
    $ tlsmedic diagnose exa mple.com
    error: the host name exa mple.com holds the character ' '
    hint: a target is host, host:port, [IPv6]:port, a URL such as https://example.com, or lab:ID
    $ tlsmedic diagnose a..example.com
    error: an empty label in the host name a..example.com
    hint: a target is host, host:port, [IPv6]:port, a URL such as https://example.com, or lab:ID
    $ tlsmedic diagnose 300.1.1.1
    error: 300.1.1.1 is neither an IPv4 address nor a host name
    hint: a target is host, host:port, [IPv6]:port, a URL such as https://example.com, or lab:ID
    $ tlsmedic diagnose lab:no-such-scenario
    error: there is no scenario no-such-scenario
    hint: "tlsmedic lab list" shows the scenarios
    $ tlsmedic lab run net-P22-1300
    error: there is no scenario net-P22-1300
    hint: it is a network: tlsmedic lab run --net net-P22-1300
    $ tlsmedic lab run --net S04-close
    error: there is no scenario S04-close
    hint: it is no network: tlsmedic lab run S04-close
    "#);
}

#[test]
fn one_malformed_target_among_several_and_nothing_is_run() {
    insta::assert_snapshot!(Place::new().refusals(&[&["diagnose", "127.0.0.1:9", "example.com:0"]]), @"
    $ tlsmedic diagnose 127.0.0.1:9 example.com:0
    error: 0 in example.com:0 is not a port
    hint: a port is a number from 1 to 65535
    ");
}

#[test]
fn command_line() {
    insta::assert_snapshot!(Place::new().refusals(&[
        &["diagnose"],
        &["diagnos", "example.com"],
        &["diagnose", "--cafile", "ca.pem", "example.com"],
        &["diagnose", "example.com", "--format", "xml"],
        &["diagnose", "example.com", "--lang", "de"],
        &["diagnose", "example.com", "-4", "-6"],
        &["diagnose", "example.com", "--timeout", "1", "--timeout", "2"],
        &["diagnose", "example.com", "--timeout"],
        &["lab"],
    ]), @"
    $ tlsmedic diagnose
    error: <TARGET> is missing
    hint: --help lists commands and options
    $ tlsmedic diagnos example.com
    error: unknown command diagnos
    hint: did you mean diagnose?
    $ tlsmedic diagnose --cafile ca.pem example.com
    error: unknown option --cafile
    hint: did you mean --ca-file?
    $ tlsmedic diagnose example.com --format xml
    error: xml is not a value of --format
    hint: known: text, json
    $ tlsmedic diagnose example.com --lang de
    error: de is not a value of --lang
    hint: known: en, it
    $ tlsmedic diagnose example.com -4 -6
    error: -4 and -6 exclude each other
    $ tlsmedic diagnose example.com --timeout 1 --timeout 2
    error: --timeout is given twice
    $ tlsmedic diagnose example.com --timeout
    error: --timeout <SECS> needs a value
    $ tlsmedic lab
    Broken servers to practise on

    Usage: tlsmedic lab [OPTIONS] <COMMAND>

    Commands:
      list  List the scenarios
      run   Start a scenario and keep it until Ctrl-C

    Options:
          --format <text|json>  text for people, json for programs, one report per line [default: text]
          --lang <en|it>        Language: en or it [default: the locale's]
      -h, --help                Print help
    ");
}

#[test]
fn options() {
    insta::assert_snapshot!(Place::new().refusals(&[
        &["diagnose", "example.com", "--connect", "other.example"],
        &["diagnose", "example.com", "--connect", "192.0.2.1:0"],
        &["diagnose", "[2001:db8::1]:443", "-4"],
        &["diagnose", "example.com", "--resolver", "dns.example"],
        &["diagnose", "example.com", "--starttls", "smpt"],
        &["diagnose", "example.com", "--as", "chrom"],
        &["diagnose", "example.com", "--tls-min", "1.4"],
        &["diagnose", "example.com", "--tls-min", "1.3", "--tls-max", "1.2"],
        &["diagnose", "example.com", "--ciphers", "AES128-SHA:AES127-SHA"],
        &["diagnose", "example.com", "--groups", "x25520"],
        &["diagnose", "example.com", "--sigalgs", "ed25518"],
        &["diagnose", "example.com", "--timeout", "0"],
        &["diagnose", "example.com", "--timeout", "nan"],
        &["diagnose", "example.com", "--time-source", "time.example:0"],
        &["diagnose", "example.com", "--server-name", "a b"],
    ]), @"
    $ tlsmedic diagnose example.com --connect other.example
    error: --connect needs an address, and other.example is a name
    hint: give an IP address, with :PORT where needed
    $ tlsmedic diagnose example.com --connect 192.0.2.1:0
    error: 0 in 192.0.2.1:0 is not a port
    hint: a port is a number from 1 to 65535
    $ tlsmedic diagnose [2001:db8::1]:443 -4
    error: -4 excludes the address 2001:db8::1
    $ tlsmedic diagnose example.com --resolver dns.example
    error: --resolver needs an address, and dns.example is a name
    hint: give an IP address, with :PORT where needed
    $ tlsmedic diagnose example.com --starttls smpt
    error: smpt is no protocol with STARTTLS
    hint: did you mean smtp?
    $ tlsmedic diagnose example.com --as chrom
    error: unknown client profile chrom
    hint: did you mean chrome?
    $ tlsmedic diagnose example.com --tls-min 1.4
    error: unknown TLS version 1.4
    hint: known: 1.0, 1.1, 1.2, 1.3
    $ tlsmedic diagnose example.com --tls-min 1.3 --tls-max 1.2
    error: no version is left between --tls-min TLS 1.3 and --tls-max TLS 1.2
    $ tlsmedic diagnose example.com --ciphers AES128-SHA:AES127-SHA
    error: unknown cipher suite AES127-SHA
    hint: did you mean AES128-SHA?
    $ tlsmedic diagnose example.com --groups x25520
    error: unknown key exchange group x25520
    hint: did you mean x25519?
    $ tlsmedic diagnose example.com --sigalgs ed25518
    error: unknown signature scheme ed25518
    hint: did you mean ed25519?
    $ tlsmedic diagnose example.com --timeout 0
    error: 0 is not a timeout
    hint: a number of seconds above 0 and up to 3600, such as 2.5
    $ tlsmedic diagnose example.com --timeout nan
    error: nan is not a timeout
    hint: a number of seconds above 0 and up to 3600, such as 2.5
    $ tlsmedic diagnose example.com --time-source time.example:0
    error: 0 in time.example:0 is not a port
    hint: a port is a number from 1 to 65535
    $ tlsmedic diagnose example.com --server-name a b
    error: the host name a b holds the character ' '
    hint: a target is host, host:port, [IPv6]:port, a URL such as https://example.com, or lab:ID
    ");
}

#[test]
fn in_italian() {
    insta::assert_snapshot!(Place::new().refusals(&[
        &["--lang", "it", "diagnose", "example.com:70000"],
        &["--lang", "it", "diagnose", "example.com", "--foo"],
        &["--lang", "it", "replay", "missing.json"],
    ]), @"
    $ tlsmedic --lang it diagnose example.com:70000
    errore: 70000 in example.com:70000 non è una porta
    suggerimento: una porta è un numero da 1 a 65535
    $ tlsmedic --lang it diagnose example.com --foo
    errore: opzione sconosciuta --foo
    suggerimento: --help elenca comandi e opzioni
    $ tlsmedic --lang it replay missing.json
    errore: missing.json non esiste
    suggerimento: un percorso relativo comincia nella cartella in cui si dà il comando
    ");
}

#[test]
fn files() {
    let certified =
        |name: &str| rcgen::generate_simple_self_signed([name.to_owned()]).expect("a certificate");
    let (one, other) = (certified("one.test"), certified("other.test"));
    let place = Place::new();
    place
        .file("empty.pem", "")
        .file("ca.der", one.cert.der())
        .file("text.pem", "no certificate here\n")
        .file(
            "broken.pem",
            "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n",
        )
        .file("one.pem", one.cert.pem())
        .file("other.key", other.signing_key.serialize_pem())
        .file(
            "locked.key",
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n",
        );
    let with = |option: &'static str, file: &'static str| ["diagnose", "example.com", option, file];
    let client = |key: &'static str| {
        [
            "diagnose",
            "example.com",
            "--client-cert",
            "one.pem",
            "--client-key",
            key,
        ]
    };
    insta::assert_snapshot!(place.refusals(&[
        &with("--ca-file", "missing.pem"),
        &with("--ca-file", "."),
        &with("--ca-file", "empty.pem"),
        &with("--ca-file", "ca.der"),
        &with("--ca-file", "text.pem"),
        &with("--ca-file", "broken.pem"),
        &with("--client-cert", "one.pem"),
        &with("--client-key", "other.key"),
        &client("one.pem"),
        &client("locked.key"),
        &client("other.key"),
    ]), @"
    $ tlsmedic diagnose example.com --ca-file missing.pem
    error: missing.pem does not exist
    hint: a relative path begins in the folder where the command is run
    $ tlsmedic diagnose example.com --ca-file .
    error: . is a directory
    $ tlsmedic diagnose example.com --ca-file empty.pem
    error: empty.pem is empty
    hint: a PEM file is text between -----BEGIN …----- and -----END …-----
    $ tlsmedic diagnose example.com --ca-file ca.der
    error: ca.der holds DER, not PEM
    hint: openssl x509 -inform DER -in ca.der -out ca.pem converts it
    $ tlsmedic diagnose example.com --ca-file text.pem
    error: text.pem holds no certificate in PEM
    hint: a certificate in PEM begins with -----BEGIN CERTIFICATE-----
    $ tlsmedic diagnose example.com --ca-file broken.pem
    error: broken.pem, line 2: malformed PEM
    hint: a PEM file is text between -----BEGIN …----- and -----END …-----
    $ tlsmedic diagnose example.com --client-cert one.pem
    error: there is no key for the client certificate one.pem
    hint: name the key with --client-key
    $ tlsmedic diagnose example.com --client-key other.key
    error: there is no certificate for the client key other.key
    hint: name the certificate with --client-cert
    $ tlsmedic diagnose example.com --client-cert one.pem --client-key one.pem
    error: one.pem holds no usable private key
    hint: a key in PEM begins with -----BEGIN PRIVATE KEY-----, RSA PRIVATE KEY or EC PRIVATE KEY
    $ tlsmedic diagnose example.com --client-cert one.pem --client-key locked.key
    error: the private key in locked.key is encrypted
    hint: openssl pkey -in locked.key -out key.pem decrypts it
    $ tlsmedic diagnose example.com --client-cert one.pem --client-key other.key
    error: the client's key does not belong to the client certificate
    hint: openssl x509 -noout -pubkey and openssl pkey -pubout print the same for a pair
    ");
}

#[test]
fn reports() {
    let place = Place::new();
    place
        .file("empty.json", "")
        .file("text.json", "not JSON")
        .file("foreign.json", r#"{"name": "something else"}"#)
        .file("list.json", "[1, 2]")
        .file("newer.json", r#"{"schema": "tlsmedic/report/2"}"#)
        .file("escape.json", "{\"schema\": \"\\u001b[2J\"}")
        .file(
            "cut.json",
            r#"{"schema": "tlsmedic/report/1", "tool": {"name": "tlsmedic", "version": "9"}}"#,
        );
    insta::assert_snapshot!(place.refusals(&[
        &["replay", "missing.json"],
        &["replay", "empty.json"],
        &["replay", "text.json"],
        &["replay", "foreign.json"],
        &["replay", "list.json"],
        &["replay", "newer.json"],
        &["replay", "escape.json"],
        &["replay", "cut.json"],
    ]), @r"
    $ tlsmedic replay missing.json
    error: missing.json does not exist
    hint: a relative path begins in the folder where the command is run
    $ tlsmedic replay empty.json
    error: empty.json holds no report
    hint: save a report with: tlsmedic diagnose TARGET --format json > report.json
    $ tlsmedic replay text.json
    error: text.json is not JSON (at 1:2)
    hint: save a report with: tlsmedic diagnose TARGET --format json > report.json
    $ tlsmedic replay foreign.json
    error: foreign.json is not a report of tlsmedic
    hint: save a report with: tlsmedic diagnose TARGET --format json > report.json
    $ tlsmedic replay list.json
    error: list.json is not a report of tlsmedic
    hint: save a report with: tlsmedic diagnose TARGET --format json > report.json
    $ tlsmedic replay newer.json
    error: newer.json has the schema tlsmedic/report/2; this version reads tlsmedic/report/1
    $ tlsmedic replay escape.json
    error: escape.json has the schema \u{1b}[2J; this version reads tlsmedic/report/1
    $ tlsmedic replay cut.json
    error: report 1 of cut.json is malformed (missing field `started`)
    ");
}
