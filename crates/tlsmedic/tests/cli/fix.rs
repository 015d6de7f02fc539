//! `tlsmedic fix chain`.

use crate::support::{Place, Run};
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DistinguishedName, DnType, IsCa, Issuer,
    KeyPair,
};
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

struct Entity {
    params: CertificateParams,
    key: KeyPair,
    pem: String,
    der: Vec<u8>,
}

impl Entity {
    fn new(params: CertificateParams, by: Option<&Self>) -> Self {
        let key = KeyPair::generate().expect("a key");
        let certificate = match by {
            Some(by) => params.signed_by(&key, &Issuer::from_params(&by.params, &by.key)),
            None => params.self_signed(&key),
        };
        let certificate = certificate.expect("a certificate");
        Self {
            pem: certificate.pem().replace("\r\n", "\n"),
            der: certificate.der().to_vec(),
            params,
            key,
        }
    }

    fn authority(name: &str, by: Option<&Self>) -> Self {
        let mut params = named(name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self::new(params, by)
    }
}

fn named(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

fn server(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new([name.to_owned()]).expect("a name");
    params.distinguished_name = named(name).distinguished_name;
    params
}

/// A root, two CAs below it, a server's certificate, and a root that has nothing to do with them.
struct Line {
    root: Entity,
    upper: Entity,
    lower: Entity,
    leaf: Entity,
    stranger: Entity,
}

impl Line {
    fn new() -> Self {
        let root = Entity::authority("Root", None);
        let upper = Entity::authority("Upper", Some(&root));
        let lower = Entity::authority("Lower", Some(&upper));
        let leaf = Entity::new(server("www.shop.test"), Some(&lower));
        Self {
            stranger: Entity::authority("Stranger", None),
            root,
            upper,
            lower,
            leaf,
        }
    }

    fn good(&self) -> String {
        [&self.leaf, &self.lower, &self.upper]
            .map(|entity| entity.pem.as_str())
            .concat()
    }

    fn place(&self) -> Place {
        let place = Place::new();
        place.file("root.pem", &self.root.pem);
        place
    }
}

fn seen(run: &Run) -> (i32, &str, &str) {
    (run.status, &run.stdout, &run.stderr)
}

fn content(place: &Place, name: &str) -> String {
    fs::read_to_string(place.path().join(name)).expect("a file")
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .into_string()
                .expect("UTF-8")
        })
        .collect();
    names.sort();
    names
}

#[test]
fn what_is_good_is_left_alone() {
    let line = Line::new();
    let place = line.place();
    place.file("chain.pem", line.good());
    let run = place.run(&["fix", "chain", "chain.pem", "--ca-file", "root.pem"]);
    assert_eq!((run.status, run.stdout), (0, line.good()));
    insta::assert_snapshot!(run.stderr, @"
    chain.pem: the certificate of CN=www.shop.test
    the chain leads to CN=Root (root.pem)
    nothing to do
    ");
    let run = place.run(&[
        "fix",
        "chain",
        "chain.pem",
        "--ca-file",
        "root.pem",
        "--write",
    ]);
    assert_eq!((run.status, run.stdout.as_str()), (0, ""));
    assert_eq!(names(place.path()), ["chain.pem", "root.pem"]);
}

#[test]
fn a_file_in_disorder_is_put_in_order() {
    let line = Line::new();
    let place = line.place();
    let parts = [
        &line.root,
        &line.leaf,
        &line.upper,
        &line.stranger,
        &line.lower,
        &line.leaf,
    ];
    place.file(
        "chain.pem",
        parts.map(|entity| entity.pem.as_str()).concat(),
    );
    let run = place.run(&["fix", "chain", "chain.pem", "--ca-file", "root.pem"]);
    assert_eq!((run.status, run.stdout), (0, line.good()));
    insta::assert_snapshot!(run.stderr, @"
    chain.pem: the certificate of CN=www.shop.test
    dropped: CN=Root, a root, which clients have or do not trust
    dropped: CN=Stranger, which issued nothing here
    dropped: CN=www.shop.test, which is there twice
    put in order: the server's own first, then each one's issuer
    the chain leads to CN=Root (root.pem)
    ");
    let run = place.run_with(
        &["fix", "chain", "-", "--ca-file", "root.pem", "--lang", "it"],
        content(&place, "chain.pem").as_bytes(),
    );
    assert_eq!((run.status, run.stdout), (0, line.good()));
    insta::assert_snapshot!(run.stderr, @"
    -: il certificato di CN=www.shop.test
    tolto: CN=Root, una radice, che i client hanno già o di cui non si fidano
    tolto: CN=Stranger, che qui non ha emesso nulla
    tolto: CN=www.shop.test, presente due volte
    messi in ordine: prima quello del server, poi l'emittente di ciascuno
    la catena porta a CN=Root (root.pem)
    ");
}

#[test]
fn a_private_key_is_never_printed_and_stays_when_written() {
    let line = Line::new();
    let place = line.place();
    let key = line.leaf.key.serialize_pem().replace("\r\n", "\n");
    // As HAProxy wants it, with another server's certificate that only the key tells from the right one.
    let other = Entity::new(server("mail.shop.test"), Some(&line.lower));
    let file = [
        &other.pem,
        &line.leaf.pem,
        &key,
        &line.upper.pem,
        &line.lower.pem,
    ];
    let file = file.map(String::as_str).concat();
    place.file("site.pem", &file);
    fs::set_permissions(
        place.path().join("site.pem"),
        fs::Permissions::from_mode(0o640),
    )
    .expect("a mode");
    let run = place.run(&["fix", "chain", "site.pem", "--ca-file", "root.pem"]);
    assert_eq!((run.status, run.stdout), (0, line.good()));
    assert!(run.stderr.contains("private key"), "{}", run.stderr);
    for format in ["text", "json"] {
        let run = place.run(&[
            "fix",
            "chain",
            "site.pem",
            "--ca-file",
            "root.pem",
            "--format",
            format,
        ]);
        let secret = key.lines().nth(1).expect("base64");
        assert!(!run.stdout.contains("PRIVATE") && !run.stdout.contains(secret));
    }
    let run = place.run(&[
        "fix",
        "chain",
        "site.pem",
        "--ca-file",
        "root.pem",
        "--write",
    ]);
    assert_eq!((run.status, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    let expected = [&line.leaf.pem, &line.lower.pem, &key, &line.upper.pem];
    assert_eq!(
        content(&place, "site.pem"),
        expected.map(String::as_str).concat()
    );
    assert_eq!(content(&place, "site.pem.bak"), file);
    for name in ["site.pem", "site.pem.bak"] {
        let mode = fs::metadata(place.path().join(name))
            .expect("there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o7777, 0o640, "{name}");
    }
    let run = place.run(&[
        "fix",
        "chain",
        "site.pem",
        "--ca-file",
        "root.pem",
        "--write",
    ]);
    assert!(run.stderr.ends_with("nothing to do\n"), "{}", run.stderr);
    assert_eq!(
        names(place.path()),
        ["root.pem", "site.pem", "site.pem.bak"]
    );
}

/// authorityInfoAccess with one address of issuers.
fn information_access(url: &str) -> CustomExtension {
    let length = |octets: &[u8]| u8::try_from(octets.len()).expect("short");
    let mut fields = vec![
        6,
        8,
        0x2b,
        6,
        1,
        5,
        5,
        7,
        0x30,
        2,
        0x86,
        length(url.as_bytes()),
    ];
    fields.extend(url.as_bytes());
    let description = [&[0x30, length(&fields)][..], &fields].concat();
    let value = [&[0x30, length(&description)][..], &description].concat();
    CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 1], value)
}

/// Answers one request with this body.
fn answering(body: Vec<u8>) -> (String, std::thread::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let serving = std::thread::spawn(move || {
        let (mut connection, _) = listener.accept().expect("a connection");
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut octet = [0];
            connection.read_exact(&mut octet).expect("a request");
            head.extend(octet);
        }
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
        connection.write_all(answer.as_bytes()).expect("sent");
        connection.write_all(&body).expect("sent");
    });
    (format!("http://{address}/lower.cer"), serving)
}

#[test]
fn a_missing_issuer_is_fetched_and_that_is_said() {
    let mut line = Line::new();
    let (url, serving) = answering(line.lower.der.clone());
    let mut params = server("www.shop.test");
    params.custom_extensions.push(information_access(&url));
    line.leaf = Entity::new(params, Some(&line.lower));
    let place = line.place();
    place.file("chain.pem", format!("{}{}", line.leaf.pem, line.upper.pem));
    let arguments = [
        "fix",
        "chain",
        "chain.pem",
        "--ca-file",
        "root.pem",
        "--offline",
    ];
    let alone = place.run(&arguments);
    assert_eq!((alone.status, alone.stdout), (1, line.leaf.pem.clone()));
    let alone = alone.stderr.replace(&url, "URL");
    insta::assert_snapshot!(alone, @"
    chain.pem: the certificate of CN=www.shop.test
    left out: CN=Upper, of which nobody can say whether it belongs here
    the chain leads to no trust anchor (root.pem): CN=Lower is not known; --ca-file names another root
    ");
    let run = place.run(&arguments[..5]);
    serving.join().expect("served");
    assert_eq!((run.status, run.stdout), (0, line.good()));
    let address = url
        .trim_start_matches("http://")
        .trim_end_matches("/lower.cer");
    insta::assert_snapshot!(run.stderr.replace(&url, "URL").replace(address, "ADDRESS"), @"
    chain.pem: the certificate of CN=www.shop.test
    fetched from URL (ADDRESS)
    added: CN=Lower, fetched
    the chain leads to CN=Root (root.pem)
    ");
}

#[test]
fn nobody_is_waited_for_who_does_not_answer() {
    let mut line = Line::new();
    let closed = TcpListener::bind("127.0.0.1:0")
        .expect("a port")
        .local_addr();
    let url = format!("http://{}/lower.cer", closed.expect("an address"));
    let mut params = server("www.shop.test");
    params.custom_extensions.push(information_access(&url));
    line.leaf = Entity::new(params, Some(&line.lower));
    let place = line.place();
    place.file("chain.pem", &line.leaf.pem);
    let run = place.run(&[
        "fix",
        "chain",
        "chain.pem",
        "--ca-file",
        "root.pem",
        "--write",
    ]);
    assert_eq!((run.status, run.stdout.as_str()), (1, ""));
    let said = run.stderr.replace(&url, "URL");
    assert!(said.contains("nothing usable came from URL"), "{said}");
    assert!(said.contains("CN=Lower is not known"), "{said}");
    assert_eq!(names(place.path()), ["chain.pem", "root.pem"]);
}

#[test]
fn a_public_issuer_is_known() {
    let place = Place::new();
    let leaf = include_str!("../../../pki/testdata/letsencrypt.org.pem");
    place.file("leaf.pem", leaf);
    // Its time is over, which no chain heals; its issuer is valid until March 2027.
    let run = place.run(&["fix", "chain", "leaf.pem", "--offline", "--format", "json"]);
    assert_eq!((run.status, run.stderr.as_str()), (1, ""));
    let document: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(document["schema"], "tlsmedic/chain/1");
    assert_eq!(
        document["chain"][1]["subject"],
        "CN=E6,O=Let's Encrypt,C=US"
    );
    assert_eq!(document["chain"][1]["source"], "known");
    assert_eq!(document["trusted"], true);
    assert_eq!(document["problems"][0]["id"], "ui-fix-problem-expired");
    assert_eq!(document["contacted"], serde_json::json!([]));
    assert!(document["pem"].as_str().expect("PEM").starts_with(leaf));
}

#[test]
fn a_link_stays_a_link() {
    let line = Line::new();
    let place = line.place();
    // As certbot keeps them.
    let (live, archive) = (place.path().join("live"), place.path().join("archive"));
    fs::create_dir(&live).expect("a folder");
    fs::create_dir(&archive).expect("a folder");
    fs::write(
        archive.join("fullchain3.pem"),
        format!("{}{}", line.good(), line.root.pem),
    )
    .expect("written");
    symlink("../archive/fullchain3.pem", live.join("fullchain.pem")).expect("a link");
    let arguments = [
        "fix",
        "chain",
        "live/fullchain.pem",
        "--ca-file",
        "root.pem",
        "--write",
    ];
    let run = place.run(&arguments);
    assert_eq!((run.status, run.stdout.as_str()), (0, ""));
    let folder = fs::canonicalize(place.path()).expect("a folder");
    let folder = folder.to_str().expect("UTF-8");
    insta::assert_snapshot!(run.stderr.replace(folder, "FOLDER"), @"
    live/fullchain.pem: the certificate of CN=www.shop.test
    dropped: CN=Root, a root, which clients have or do not trust
    the chain leads to CN=Root (root.pem)
    live/fullchain.pem is a link and stays; FOLDER/archive/fullchain3.pem was replaced
    written: FOLDER/archive/fullchain3.pem; the old file is FOLDER/archive/fullchain3.pem.bak
    ");
    assert_eq!(names(&live), ["fullchain.pem"]);
    assert_eq!(names(&archive), ["fullchain3.pem", "fullchain3.pem.bak"]);
    assert_eq!(content(&place, "live/fullchain.pem"), line.good());
}

#[test]
fn der_is_read_and_printed_as_pem() {
    let line = Line::new();
    let place = Place::new();
    let ca = Entity::new(server("direct.shop.test"), Some(&line.root));
    place
        .file("root.pem", &line.root.pem)
        .file("leaf.der", &ca.der);
    let run = place.run(&["fix", "chain", "leaf.der", "--ca-file", "root.pem"]);
    assert_eq!(seen(&run).0, 0, "{}", run.stderr);
    assert_eq!(run.stdout, ca.pem);
    insta::assert_snapshot!(run.stderr, @"
    leaf.der: the certificate of CN=direct.shop.test
    the file is DER and is printed as PEM
    the chain leads to CN=Root (root.pem)
    ");
}

#[test]
fn what_cannot_be_done_is_said() {
    let line = Line::new();
    let place = line.place();
    let other = Entity::new(server("mail.shop.test"), Some(&line.lower));
    let key = line.root.key.serialize_pem();
    place
        .file("two.pem", format!("{}{}", line.leaf.pem, other.pem))
        .file("foreign.pem", format!("{}{key}", line.leaf.pem))
        .file("key.pem", &key)
        .file("leaf.der", &line.leaf.der)
        .file("empty.pem", "")
        .file(
            "broken.pem",
            "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n",
        );
    let said = place.refusals(&[
        &["fix", "chain"],
        &["fix", "chain", "no.pem"],
        &["fix", "chain", "empty.pem"],
        &["fix", "chain", "key.pem"],
        &["fix", "chain", "broken.pem"],
        &["fix", "chain", "two.pem"],
        &["fix", "chain", "foreign.pem"],
        &["fix", "chain", "leaf.der", "--write"],
        &["fix", "chain", "-", "--write"],
    ]);
    insta::assert_snapshot!(said, @"
    $ tlsmedic fix chain
    error: <FILE> is missing
    hint: --help lists commands and options
    $ tlsmedic fix chain no.pem
    error: no.pem does not exist
    hint: a relative path begins in the folder where the command is run
    $ tlsmedic fix chain empty.pem
    error: empty.pem is empty
    hint: a PEM file is text between -----BEGIN …----- and -----END …-----
    $ tlsmedic fix chain key.pem
    error: key.pem holds no certificate in PEM
    hint: a certificate in PEM begins with -----BEGIN CERTIFICATE-----
    $ tlsmedic fix chain broken.pem
    error: certificate 1 in broken.pem cannot be read
    $ tlsmedic fix chain two.pem
    error: two.pem holds more than one server's certificate: CN=www.shop.test; CN=mail.shop.test
    hint: one file per server's certificate; with its private key in the file, the one it belongs to is taken
    $ tlsmedic fix chain foreign.pem
    error: the private key in foreign.pem belongs to none of its certificates
    hint: openssl x509 -noout -pubkey and openssl pkey -pubout print the same for a pair
    $ tlsmedic fix chain leaf.der --write
    error: leaf.der holds DER, and is not replaced by PEM
    hint: tlsmedic fix chain leaf.der > chain.pem writes PEM beside it
    $ tlsmedic fix chain - --write
    error: --write needs a file, and - is standard input
    ");
}

#[test]
fn a_file_that_cannot_be_replaced_stays_as_it_was() {
    let line = Line::new();
    let place = line.place();
    // No name is left for the old file: this one has the longest there can be.
    let name = format!("{}.pem", "a".repeat(251));
    place.file(&name, format!("{}{}", line.good(), line.root.pem));
    let before = content(&place, &name);
    let run = place.run(&["fix", "chain", &name, "--ca-file", "root.pem", "--write"]);
    assert_eq!((run.status, run.stdout.as_str()), (2, ""));
    assert!(
        run.stderr.contains("cannot be replaced (errno 36)"),
        "{}",
        run.stderr
    );
    assert_eq!(content(&place, &name), before);
    assert_eq!(names(place.path()), [name.as_str(), "root.pem"]);
}
