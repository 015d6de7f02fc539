//! Trust anchors looked up by subject.

use crate::support::{LIMIT_US, end, run, run_with};
use pki::Certificate;
use probe::{CaFile, Hands, HandsConfig};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, KeyPair};
use report::{Action, AnchorStore, Answer, Bytes, Observation};
use std::env;
use std::process::Command;
use std::time::Instant;

fn authority(name: &str) -> rcgen::Certificate {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.self_signed(&KeyPair::generate().unwrap()).unwrap()
}

fn subject(der: &[u8]) -> Bytes {
    Certificate::parse(der)
        .certificate
        .unwrap()
        .subject
        .der
        .clone()
        .into()
}

fn found(seen: &Observation) -> (Vec<Vec<u8>>, u32, Option<String>) {
    match &seen.answer {
        Some(Answer::Anchors {
            certificates,
            held,
            path,
        }) => (
            certificates.iter().map(|der| der.to_vec()).collect(),
            *held,
            path.clone(),
        ),
        other => panic!("{other:?} {}", end(seen)),
    }
}

#[tokio::test]
async fn mozillas_store() {
    let root = pki::anchor::mozilla().next().unwrap();
    let seen = run(Action::Anchors {
        store: AnchorStore::Mozilla,
        subjects: vec![subject(root)],
    })
    .await;
    assert_eq!(end(&seen), "fetch ok -");
    let (certificates, held, path) = found(&seen);
    assert!(certificates.contains(&root.to_vec()));
    assert!(certificates.len() < 5 && held > 100, "{held}");
    assert_eq!(path, None);
}

#[tokio::test]
async fn the_file_of_the_command_line() {
    let (one, other) = (authority("One"), authority("Other"));
    let hands = Hands::new(HandsConfig {
        started: Instant::now(),
        client_auth: None,
        ca_files: vec![CaFile {
            path: "/x/ca.pem".to_owned(),
            certificates: vec![one.der().to_vec(), other.der().to_vec()],
        }],
        proxy_login: None,
    })
    .unwrap();
    let ask = async |path: &str, subjects| {
        let store = AnchorStore::File(path.to_owned());
        run_with(&hands, Action::Anchors { store, subjects }, LIMIT_US).await
    };
    let seen = ask(
        "/x/ca.pem",
        vec![subject(other.der()), subject(authority("Third").der())],
    )
    .await;
    let path = Some("/x/ca.pem".to_owned());
    assert_eq!(found(&seen), (vec![other.der().to_vec()], 2, path));
    let seen = ask("/x/other.pem", Vec::new()).await;
    assert_eq!(end(&seen), "fetch notfound /x/other.pem");
}

/// The environment of a process cannot be changed safely, so this runs itself again with another one.
#[tokio::test]
async fn the_environment_says_where_this_machines_store_is() {
    const NAME: &str = "anchors::the_environment_says_where_this_machines_store_is";
    const EXPECTED: &str = "PROBE_TEST_EXPECTS";
    if let Ok(expected) = env::var(EXPECTED) {
        let seen = run(Action::Anchors {
            store: AnchorStore::System,
            subjects: vec![subject(authority("Mine").der())],
        })
        .await;
        let (certificates, held, path) = found(&seen);
        let end = end(&seen);
        let shown = format!(
            "{} {held} {} {}",
            certificates.len(),
            path.unwrap(),
            &end[..10]
        );
        assert_eq!(shown.trim(), expected);
        return;
    }
    let files = tempfile::tempdir().unwrap();
    let there = files.path().join("ca.pem");
    std::fs::write(&there, authority("Mine").pem() + &authority("Else").pem()).unwrap();
    let nowhere = files.path().join("none.pem");
    for (path, expected) in [
        (&there, format!("1 2 {} fetch ok -", there.display())),
        (&nowhere, format!("0 0 {} fetch notf", nowhere.display())),
    ] {
        let child = Command::new(env::current_exe().unwrap())
            .args([NAME, "--exact"])
            .env("SSL_CERT_FILE", path)
            .env_remove("SSL_CERT_DIR")
            .env(EXPECTED, expected)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&child.stdout);
        assert!(
            child.status.success() && said.contains("1 passed"),
            "{said}"
        );
    }
}
