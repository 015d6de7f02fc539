//! What `tlsmedic fix chain` does not do, and says so.

use super::line::{Entity, Line, content, information_access, names, server};
use crate::support::{Place, Run};
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;

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
    hint: tlsmedic fix chain leaf.der > repaired-chain.pem writes PEM beside it
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

/// The program without root's right to write everywhere, where it has it.
fn as_anybody(place: &Place, arguments: &[&str]) -> Run {
    let program = env!("CARGO_BIN_EXE_tlsmedic");
    let mut command = place.command(arguments);
    if fs::write(place.path().join("may-write"), "").is_ok() {
        fs::remove_file(place.path().join("may-write")).expect("removed");
        let line = [
            "setpriv",
            "--bounding-set=-all",
            "--inh-caps=-all",
            "--",
            program,
        ];
        command = place.command_of(&line, arguments);
    }
    Run::of(&command.output().expect("it runs"))
}

#[test]
fn a_folder_that_is_read_only_is_left_alone() {
    let line = Line::new();
    let place = line.place();
    place.file("chain.pem", format!("{}{}", line.good(), line.root.pem));
    let before = content(&place, "chain.pem");
    let mode = |mode| {
        fs::set_permissions(place.path(), fs::Permissions::from_mode(mode)).expect("a mode");
    };
    mode(0o555);
    let arguments = ["fix", "chain", "chain.pem", "--ca-file", "root.pem"];
    let printed = as_anybody(&place, &arguments);
    let refused = as_anybody(&place, &[&arguments[..], &["--write"]].concat());
    mode(0o755);
    assert_eq!((printed.status, printed.stdout), (0, line.good()));
    assert_eq!((refused.status, refused.stdout.as_str()), (2, ""));
    insta::assert_snapshot!(refused.stderr, @"
    error: chain.pem may not be replaced: nothing may be written in its folder
    hint: without --write, the chain is printed: tlsmedic fix chain chain.pem > repaired-chain.pem
    ");
    assert_eq!(content(&place, "chain.pem"), before);
    assert_eq!(names(place.path()), ["chain.pem", "root.pem"]);
}

#[test]
fn a_self_signed_certificate_is_no_chain_to_complete() {
    let place = Place::new();
    let own = Entity::new(server("www.shop.test"), None);
    place.file("own.pem", &own.pem);
    let run = place.run(&["fix", "chain", "own.pem", "--offline"]);
    assert_eq!((run.status, run.stdout), (1, own.pem));
    insta::assert_snapshot!(run.stderr, @"
    own.pem: the certificate of CN=www.shop.test
    CN=www.shop.test is signed with its own key, and is no trust anchor (system, mozilla): no chain makes clients trust it
    ");
}

#[test]
fn a_root_that_nobody_trusts_is_named() {
    let line = Line::new();
    let place = Place::new();
    let file = line.good() + &line.root.pem;
    place.file("chain.pem", &file);
    let run = place.run(&["fix", "chain", "chain.pem", "--offline", "--write"]);
    assert_eq!((run.status, run.stdout.as_str()), (1, ""));
    insta::assert_snapshot!(run.stderr, @"
    chain.pem: the certificate of CN=www.shop.test
    dropped: CN=Root, a root, which clients have or do not trust
    the chain leads to no trust anchor (system, mozilla): CN=Root is not among them; --ca-file names a file with others
    chain.pem is left as it is
    ");
    assert_eq!(content(&place, "chain.pem"), file);
    assert_eq!(names(place.path()), ["chain.pem"]);
}
