//! A healthy server's flight that ends anywhere: what comes from a lab server is cut by a relay in front of it.

use super::{diagnose, survives};
use report::{Action, Direction};
use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Every how many octets a flight is cut in a sample; in the `full` profile of nextest at each.
const STEP: usize = 61;
/// Octets at the end of a flight that a client may do without, or that a shorter signature leaves out.
const END: usize = 12;
/// Examinations side by side.
const SIDE_BY_SIDE: usize = 4;

/// A scenario of the lab that runs until it is dropped.
struct Lab {
    program: Child,
    address: SocketAddr,
}

impl Lab {
    fn start(id: &str) -> Self {
        let mut program = Command::new(env!("CARGO_BIN_EXE_tlsmedic"))
            .args(["lab", "run", id])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("tlsmedic runs");
        let mut line = String::new();
        let mut output = BufReader::new(program.stdout.take().expect("its output"));
        output.read_line(&mut line).expect("a line");
        let mut words = line.split_whitespace();
        let address = words
            .find(|word| *word == "--connect")
            .and_then(|_| words.next())
            .and_then(|word| word.parse().ok())
            .unwrap_or_else(|| panic!("no address in {line:?}"));
        Self { program, address }
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

/// The first `length` octets that the server answers to `hello`.
fn answer(server: SocketAddr, hello: &[u8], length: usize) -> std::io::Result<Vec<u8>> {
    let mut upstream = TcpStream::connect(server)?;
    upstream.write_all(hello)?;
    let mut octets = vec![0; length];
    upstream.read_exact(&mut octets)?;
    Ok(octets)
}

/// Octets of the shortest flight that any hello gets from this server.
fn shortest_flight(server: SocketAddr) -> usize {
    let (report, _) = diagnose(server.port());
    let hellos = report
        .evidence
        .iter()
        .filter(|entry| matches!(entry.conditions, Action::Hello(_)));
    let received = hellos.map(|entry| {
        let segments = entry.observed.traffic.iter();
        segments
            .filter(|segment| segment.direction == Direction::Received)
            .map(|segment| segment.bytes.len())
            .sum()
    });
    received.min().expect("a raw hello")
}

/// Cuts the flight of the healthy scenario `id` at each place.
fn cut_everywhere(id: &str) {
    let lab = Lab::start(id);
    let server = lab.address;
    let whole = shortest_flight(server).checked_sub(END).expect("a flight");
    let full = std::env::var("NEXTEST_PROFILE").is_ok_and(|profile| profile == "full");
    let step = if full { 1 } else { STEP };
    let next = AtomicUsize::new(0);
    let most = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..SIDE_BY_SIDE {
            scope.spawn(|| {
                loop {
                    let cut = next.fetch_add(step, Ordering::Relaxed);
                    if cut >= whole {
                        break;
                    }
                    most.fetch_max(cut, Ordering::Relaxed);
                    survives(&format!("{id} cut at {cut}"), move |hello, stream| {
                        stream.write_all(&answer(server, hello, cut)?)
                    });
                }
            });
        }
    });
    assert!(
        most.into_inner() + step >= whole,
        "some places are left out"
    );
}

#[test]
fn a_good_flight_of_tls_1_2() {
    cut_everywhere("healthy-tls12");
}

#[test]
fn a_good_flight_of_tls_1_3() {
    cut_everywhere("healthy-tls13");
}
