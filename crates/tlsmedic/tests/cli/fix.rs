//! `tlsmedic fix chain`.

mod line;
mod refused;

use crate::support::Place;
use line::{Entity, Line, content, information_access, names, seen, server};
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt as _, symlink};

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
fn a_locked_key_stays_and_programs_are_told_where_the_old_file_is() {
    let line = Line::new();
    let place = line.place();
    // What is locked cannot be compared, and is nobody's to open.
    let key = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n";
    let file = [key, &line.leaf.pem, &line.upper.pem, &line.lower.pem].concat();
    place.file("site.pem", &file);
    let run = place.run(&[
        "fix",
        "chain",
        "site.pem",
        "--ca-file",
        "root.pem",
        "--write",
        "--format",
        "json",
    ]);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
    let document: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    let folder = fs::canonicalize(place.path()).expect("a folder");
    let shown = |name: &str| folder.join(name).display().to_string();
    assert_eq!(document["written"], shown("site.pem"));
    assert_eq!(document["backup"], shown("site.pem.bak"));
    assert_eq!(document["reordered"], true);
    assert_eq!(document["changed"], true);
    assert_eq!(document["pem"], line.good());
    assert_eq!(content(&place, "site.pem"), key.to_owned() + &line.good());
    assert_eq!(content(&place, "site.pem.bak"), file);
}

#[test]
fn a_file_without_the_servers_own_certificate_is_told_from_others() {
    let line = Line::new();
    let place = line.place();
    // As Apache once wanted it.
    place.file(
        "ca-bundle.pem",
        [&*line.upper.pem, &line.lower.pem].concat(),
    );
    let run = place.run(&["fix", "chain", "ca-bundle.pem", "--ca-file", "root.pem"]);
    let ordered = [&*line.lower.pem, &line.upper.pem].concat();
    assert_eq!((run.status, run.stdout), (0, ordered));
    insta::assert_snapshot!(run.stderr, @"
    ca-bundle.pem: the certificate of CN=Lower
    CN=Lower is a CA's certificate and no server's; where that is in another file, it belongs before it
    put in order: the server's own first, then each one's issuer
    the chain leads to CN=Root (root.pem)
    ");
}
