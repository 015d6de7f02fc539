//! What `wire` reads in the lab's flights, held against what tshark reads in the same octets.

use anyhow::{Context, Result, bail};
use etherparse::PacketBuilder;
use report::{Action, Direction, Evidence, Prelude, Report};
use std::collections::BTreeMap;
use std::io::Write;
use std::process::Command;
use wire::decode::{Decoder, Item, Limits};
use wire::handshake::HandshakeMessage;

/// What was said, in the words both decoders have: types of handshake messages, and descriptions of alerts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Said {
    messages: Vec<u8>,
    alerts: Vec<u8>,
}

/// The connections of many reports in one capture, each with a port of its own, and what `wire` read in them.
#[derive(Debug)]
pub(crate) struct Flights {
    capture: Vec<u8>,
    by_wire: BTreeMap<u16, (String, Said)>,
    /// Flights in which `wire` found a defect or something that is no TLS: their staged faults are the peers' tests.
    defective: usize,
    next_port: u16,
}

/// The header of a capture file: microseconds, version 2.4, packets of up to 64 KiB that begin with the IP header
/// (draft-ietf-opsawg-pcap section 4, LINKTYPE_RAW).
const CAPTURE_HEADER: [u32; 6] = [0xa1b2_c3d4, 0x0004_0002, 0, 0, 0xffff, 101];
/// Octets in one packet.
const SEGMENT: usize = 1400;
const SERVER_PORT: u16 = 443;
const CLIENT: [u8; 4] = [10, 0, 0, 1];
const SERVER: [u8; 4] = [10, 0, 0, 2];

impl Default for Flights {
    fn default() -> Self {
        Self {
            capture: CAPTURE_HEADER
                .iter()
                .flat_map(|word| word.to_le_bytes())
                .collect(),
            by_wire: BTreeMap::new(),
            defective: 0,
            next_port: 1024,
        }
    }
}

impl Flights {
    /// Takes up every raw hello of `report` that was answered and stands at the start of its connection.
    pub(crate) fn take(&mut self, id: &str, report: &Report) -> Result<()> {
        let at_once = |entry: &&Evidence| matches!(&entry.conditions, Action::Hello(hello) if hello.prelude == Prelude::None);
        for entry in report.evidence.iter().filter(at_once) {
            let received = octets(entry, Direction::Received);
            if received.is_empty() {
                continue;
            }
            let Some(said) = by_wire(&received) else {
                self.defective += 1;
                continue;
            };
            let port = self.next_port;
            let Some(next_port) = port.checked_add(1) else {
                bail!("one capture holds no more connections than there are ports");
            };
            self.next_port = next_port;
            let sent = octets(entry, Direction::Sent);
            self.packets((CLIENT, port), (SERVER, SERVER_PORT), &sent)?;
            self.packets((SERVER, SERVER_PORT), (CLIENT, port), &received)?;
            let what = format!("{id} #{} {}", entry.id.0, entry.experiment);
            self.by_wire.insert(port, (what, said));
        }
        Ok(())
    }

    fn packets(&mut self, from: ([u8; 4], u16), to: ([u8; 4], u16), octets: &[u8]) -> Result<()> {
        let mut sequence = 1_u32;
        for segment in octets.chunks(SEGMENT) {
            let builder = PacketBuilder::ipv4(from.0, to.0, 64).tcp(from.1, to.1, sequence, 0xffff);
            let length = u32::try_from(builder.size(segment.len()))?;
            for word in [0, 0, length, length] {
                self.capture.extend(word.to_le_bytes());
            }
            builder.ack(1).write(&mut self.capture, segment)?;
            sequence += u32::try_from(segment.len())?;
        }
        Ok(())
    }

    /// Lets tshark read them all, and says in how many flights of how many the two agree.
    ///
    /// # Errors
    ///
    /// When tshark cannot be run, or reads anything else than `wire` did.
    pub(crate) fn compare(&self) -> Result<String> {
        let by_tshark = by_tshark(&self.capture)?;
        let differing: Vec<String> = self
            .by_wire
            .iter()
            .filter_map(|(port, (what, said))| {
                let other = by_tshark.get(port).cloned().unwrap_or_default();
                (other != *said).then(|| format!("{what}: wire {said:?}, tshark {other:?}"))
            })
            .collect();
        if !differing.is_empty() {
            bail!(
                "tshark reads {} of {} flights differently:\n{}",
                differing.len(),
                self.by_wire.len(),
                differing.join("\n")
            );
        }
        if self.by_wire.is_empty() {
            bail!("no scenario's server answered with a flight that tshark could read");
        }
        Ok(format!(
            "tshark reads {} flights as wire does; {} more are defective on purpose",
            self.by_wire.len(),
            self.defective
        ))
    }
}

fn octets(entry: &Evidence, direction: Direction) -> Vec<u8> {
    let segments = entry.observed.traffic.iter();
    segments
        .filter(|segment| segment.direction == direction)
        .flat_map(|segment| segment.bytes.iter().copied())
        .collect()
}

/// `None` when there is anything in it that is not a whole message of TLS.
fn by_wire(octets: &[u8]) -> Option<Said> {
    let mut said = Said::default();
    let mut decoder = Decoder::new(Limits::default());
    decoder.feed(octets);
    while let Some(event) = decoder.next_event() {
        match event.item {
            Item::Handshake(HandshakeMessage::Unknown { .. })
            | Item::Defect(_)
            | Item::NotTls(_) => {
                return None;
            }
            Item::Handshake(message) => said.messages.push(message.typ().0),
            Item::Alert(alert) => said.alerts.push(alert.description.0),
            _ => {}
        }
    }
    Some(said)
}

/// What tshark reads from the server, by the client's port.
fn by_tshark(capture: &[u8]) -> Result<BTreeMap<u16, Said>> {
    let mut file = tempfile::NamedTempFile::new()?;
    file.write_all(capture)?;
    let path = file.path().display().to_string();
    let arguments = [
        "-n",
        "-r",
        &path,
        "-Y",
        "tls && tcp.srcport == 443",
        "-T",
        "fields",
        "-E",
        "separator=;",
        "-e",
        "tcp.dstport",
        "-e",
        "tls.handshake.type",
        "-e",
        "tls.alert_message.desc",
    ];
    let output = Command::new("tshark")
        .args(arguments)
        .output()
        .context("tshark cannot be started; cargo xtask test installs it")?;
    if !output.status.success() {
        bail!("tshark: {}", String::from_utf8_lossy(&output.stderr));
    }
    let mut all: BTreeMap<u16, Said> = BTreeMap::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let mut fields = line.split(';');
        let mut numbers = || fields.next().unwrap_or_default().split(',');
        let Some(Ok(port)) = numbers().next().map(str::parse) else {
            bail!("tshark names no port in {line:?}");
        };
        let said = all.entry(port).or_default();
        said.messages
            .extend(numbers().filter_map(|number| number.parse::<u8>().ok()));
        said.alerts
            .extend(numbers().filter_map(|number| number.parse::<u8>().ok()));
    }
    Ok(all)
}
