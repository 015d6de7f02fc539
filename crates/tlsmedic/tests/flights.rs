//! What `wire` reads in the lab's flights, tshark reads too.

use report::{Action, Direction, Report};
use std::fmt::Write as _;
use std::process::Command;
use wire::decode::{Decoder, Item, Limits};
use wire::handshake::HandshakeMessage;

/// The first variant of causes whose servers answer with a flight or an alert, and a healthy server.
const SCENARIOS: [&str; 9] = [
    "S10-tls11",
    "S10-tls10",
    "S12-rsa-key-exchange",
    "S13-p521",
    "S13-retry-p384",
    "S24-tls12",
    "S32-length",
    "X11-aia",
    "healthy-tls12",
];

/// What was said, in the words both decoders have: types of handshake messages, and descriptions of alerts.
#[derive(Debug, PartialEq, Eq, Default)]
struct Said {
    messages: Vec<u8>,
    alerts: Vec<u8>,
}

fn diagnose(id: &str) -> Report {
    let output = Command::new(env!("CARGO_BIN_EXE_tlsmedic"))
        .args(["diagnose", &format!("lab:{id}"), "--format", "json"])
        .output()
        .expect("tlsmedic runs");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!("{id}: {error}: {}", String::from_utf8_lossy(&output.stderr))
    })
}

fn by_wire(octets: &[u8]) -> Said {
    let mut said = Said::default();
    let mut decoder = Decoder::new(Limits::default());
    decoder.feed(octets);
    while let Some(event) = decoder.next_event() {
        match event.item {
            Item::Handshake(message) => {
                assert!(
                    !matches!(message, HandshakeMessage::Unknown { .. }),
                    "{message:?}"
                );
                said.messages.push(message.typ().0);
            }
            Item::Alert(alert) => said.alerts.push(alert.description.0),
            Item::Defect(defect) => panic!("{defect:?}"),
            _ => {}
        }
    }
    said
}

/// Puts both sides of a connection into packets with text2pcap and lets tshark read them.
fn by_tshark(sent: &[u8], received: &[u8]) -> Said {
    let folder = tempfile::tempdir().expect("a folder");
    let (dump, capture) = (
        folder.path().join("dump.txt"),
        folder.path().join("capture.pcap"),
    );
    let mut text = String::new();
    // text2pcap takes the direction from a letter before each packet; sequence numbers go on by themselves.
    for (side, octets) in [('O', sent), ('I', received)] {
        for packet in octets.chunks(1400) {
            writeln!(text, "{side}").expect("text");
            for (line, part) in packet.chunks(16).enumerate() {
                let hex: Vec<String> = part.iter().map(|octet| format!("{octet:02x}")).collect();
                writeln!(text, "{:06x} {}", line * 16, hex.join(" ")).expect("text");
            }
            text.push('\n');
        }
    }
    std::fs::write(&dump, text).expect("a dump");
    let packed = Command::new("text2pcap")
        .args(["-q", "-D", "-T", "443,40000"])
        .args([&dump, &capture])
        .output()
        .expect("text2pcap");
    assert!(
        packed.status.success(),
        "{}",
        String::from_utf8_lossy(&packed.stderr)
    );
    let read = Command::new("tshark")
        .args([
            "-r",
            &capture.display().to_string(),
            "-Y",
            "tls && tcp.srcport == 443",
            "-T",
            "fields",
            "-E",
            "separator=;",
        ])
        .args(["-e", "tls.handshake.type", "-e", "tls.alert_message.desc"])
        .output()
        .expect("tshark: cargo xtask test installs it");
    assert!(
        read.status.success(),
        "{}",
        String::from_utf8_lossy(&read.stderr)
    );
    let mut said = Said::default();
    for line in String::from_utf8_lossy(&read.stdout).lines() {
        let mut fields = line.split(';').map(|field| {
            field
                .split(',')
                .filter_map(|number| number.parse().ok())
                .collect::<Vec<u8>>()
        });
        said.messages.extend(fields.next().unwrap_or_default());
        said.alerts.extend(fields.next().unwrap_or_default());
    }
    said
}

#[test]
fn tshark_reads_what_wire_reads() {
    let mut compared = 0;
    for id in SCENARIOS {
        let report = diagnose(id);
        let hellos = report
            .evidence
            .iter()
            .filter(|entry| matches!(entry.conditions, Action::Hello(_)));
        for entry in hellos.take(8) {
            let octets = |direction| -> Vec<u8> {
                let segments = entry
                    .observed
                    .traffic
                    .iter()
                    .filter(|segment| segment.direction == direction);
                segments
                    .flat_map(|segment| segment.bytes.iter().copied())
                    .collect()
            };
            let (sent, received) = (octets(Direction::Sent), octets(Direction::Received));
            if received.is_empty() {
                continue;
            }
            assert_eq!(
                by_tshark(&sent, &received),
                by_wire(&received),
                "{id} {}",
                entry.experiment
            );
            compared += 1;
        }
    }
    assert!(
        compared > SCENARIOS.len() * 3,
        "only {compared} flights were compared"
    );
}
