//! The certificate of letsencrypt.org served alone, at a time when it was valid.

use crate::case::{Case, Entry};
use crate::causes::trust;
use crate::wording::Judgement;
use report::{
    Action, AddressFamily, AnchorStore, Answer, AskedClient, Bytes, Certainty, CipherSuite,
    ContentType, Direction, Experiment, ExperimentId, Hello, Observation, Offers, Prelude,
    ProtocolVersion, Question, Segment, ServerNameChoice, Target,
};
use wire::handshake::{CertificateEntry, CertificateMessage, HandshakeMessage, ServerHello};

const LEAF: &[u8] = include_bytes!("../../../pki/testdata/letsencrypt.org.pem");
const ADDRESS: &str = "192.0.2.1:443";

fn question(started: &str, offline: bool) -> Question {
    Question {
        target: Target {
            input: "letsencrypt.org".to_owned(),
            host: "letsencrypt.org".to_owned(),
            port: 443,
            service: "https".to_owned(),
            server_name: Some("letsencrypt.org".to_owned()),
            addresses: Vec::new(),
        },
        started: started.parse().expect("a time"),
        client: AskedClient::ReferenceSet,
        offers: Offers::default(),
        proxy: None,
        connect: None,
        family: AddressFamily::Any,
        all_addresses: false,
        starttls: None,
        server_name: ServerNameChoice::Host,
        ca_file: None,
        deployed: Vec::new(),
        distrusted: Vec::new(),
        former_ca_file: None,
        client_certificate: Vec::new(),
        time_sources: Vec::new(),
        controls: Vec::new(),
        resolvers: Vec::new(),
        resolvers_named: false,
        search: Vec::new(),
        offline,
        timeout_us: 1_000_000,
        load: None,
    }
}

fn entry(id: u32, label: &str, action: Action, observation: Observation) -> Entry {
    let experiment = Experiment {
        id: ExperimentId(id),
        label: label.to_owned(),
        action,
        limit_us: 1_000_000,
    };
    Entry::ended(experiment, observation)
}

/// A server of TLS 1.2 that sends this certificate and no other.
fn served(leaf: &[u8]) -> Entry {
    let version = ProtocolVersion::TLS1_2;
    let messages = [
        HandshakeMessage::ServerHello(ServerHello {
            legacy_version: version,
            random: [7; 32],
            session_id: Vec::new(),
            cipher_suite: CipherSuite(0xc02b),
            compression: 0,
            extensions: Vec::new(),
        }),
        HandshakeMessage::Certificate(CertificateMessage {
            entries: vec![CertificateEntry {
                der: leaf.to_vec(),
                extensions: Vec::new(),
            }],
            ..CertificateMessage::default()
        }),
    ];
    let octets: Vec<u8> = messages
        .iter()
        .flat_map(|message| message.encode(version))
        .collect();
    let records = wire::record::fragment(ContentType::HANDSHAKE, version, &octets, 16384);
    let hello = Hello {
        tcp: report::TcpConditions::default(),
        address: ADDRESS.parse().expect("an address"),
        via: None,
        prelude: Prelude::None,
        server_name: Some("letsencrypt.org".to_owned()),
        hello: wire::profile::profile("firefox")
            .expect("a profile")
            .hello
            .clone(),
    };
    let observation = Observation {
        traffic: vec![Segment {
            at_us: 1,
            direction: Direction::Received,
            bytes: Bytes(records),
        }],
        ..Observation::default()
    };
    entry(
        1,
        "client:firefox",
        Action::Hello(Box::new(hello)),
        observation,
    )
}

/// Mozilla's store, asked for these names.
fn anchors(id: u32, subjects: Vec<Bytes>) -> Entry {
    let found = pki::anchor::with_subjects(pki::anchor::mozilla(), &subjects);
    let observation = Observation {
        answer: Some(Answer::Anchors {
            certificates: found.into_iter().map(|der| Bytes(der.to_vec())).collect(),
            held: 140,
            path: None,
        }),
        ..Observation::default()
    };
    let store = AnchorStore::Mozilla;
    let action = Action::Anchors { store, subjects };
    entry(id, "anchors:mozilla", action, observation)
}

/// The certificate, and what is judged of it once the stores were asked for everything there is to ask.
fn judged(started: &str, offline: bool, change: impl Fn(&mut Vec<u8>)) -> Vec<Judgement> {
    let mut leaf = pki::pem::certificates(LEAF)
        .expect("a certificate")
        .remove(0);
    change(&mut leaf);
    let question = question(started, offline);
    let mut entries = vec![served(&leaf)];
    for id in [2, 3] {
        let case = Case {
            question: &question,
            entries: &entries,
            pending: &[],
        };
        let subjects = crate::chain::subjects(&case, &crate::chain::chains(&case));
        entries.push(anchors(id, subjects));
    }
    let case = Case {
        question: &question,
        entries: &entries,
        pending: &[],
    };
    trust::judge(&case)
}

const VALID: &str = "2025-09-01T00:00:00Z";

#[test]
fn a_known_issuer_proves_that_it_is_missing() {
    let [judgement] = &judged(VALID, true, |_| {})[..] else {
        panic!("one judgement");
    };
    assert_eq!(
        (judgement.id, judgement.certainty),
        ("X11", Certainty::Proven)
    );
    let flipped = judgement.proof.as_ref().expect("a proof");
    assert_eq!(flipped.changed.id, "flip-issuer-known");
    // Firefox brings it, and Chrome would fetch it where the certificate says.
    let stopped = judgement.clients.as_ref().expect("clients");
    assert_eq!(stopped[..], ["openssl3", "java17", "go"].map(str::to_owned));
}

#[test]
fn nothing_is_known_while_it_can_be_fetched() {
    let [judgement] = &judged(VALID, false, |_| {})[..] else {
        panic!("one judgement");
    };
    assert_eq!(
        (judgement.id, judgement.certainty),
        ("X11", Certainty::Suspected)
    );
}

#[test]
fn an_issuer_that_has_ended_completes_nothing() {
    let [judgement] = &judged("2031-01-01T00:00:00Z", true, |_| {})[..] else {
        panic!("one judgement");
    };
    assert_eq!(
        (judgement.id, judgement.certainty),
        ("X11", Certainty::Suspected)
    );
}

#[test]
fn an_issuer_that_did_not_sign_completes_nothing() {
    let forge = |der: &mut Vec<u8>| *der.last_mut().expect("octets") ^= 1;
    let judgements = judged(VALID, true, forge);
    for judgement in &judgements {
        assert_ne!(judgement.certainty, Certainty::Proven, "{}", judgement.id);
    }
}
