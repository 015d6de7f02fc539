//! Hellos whose shape is the experiment: a ladder of sizes, one that forces a retry, one that forces a small answer.

use crate::hello::{modern, say};
use crate::servers::openssl;
use crate::support::{end, phases};
use report::{CipherSuite, ClientHello, Direction, Extension, NamedGroup};

const X25519: NamedGroup = NamedGroup(0x001d);
const X25519MLKEM768: NamedGroup = NamedGroup(0x11ec);

/// Octets of a record's header.
const HEADER: u16 = 5;

fn with_shares(groups: Vec<NamedGroup>) -> ClientHello {
    let mut hello = modern();
    for extension in &mut hello.extensions {
        match extension {
            Extension::KeyShare { groups: shares } => shares.clone_from(&groups),
            Extension::SupportedGroups { groups: offered } if groups.contains(&X25519MLKEM768) => {
                offered.insert(0, X25519MLKEM768);
            }
            _ => {}
        }
    }
    hello
}

#[tokio::test]
async fn a_ladder_of_sizes() {
    let server = openssl(&["-tls1_3"]).await;
    let post_quantum = with_shares(vec![X25519MLKEM768, X25519]);
    let ladder = [
        (modern(), 250),
        (modern(), 517),
        (modern(), 1750),
        (post_quantum, 1750),
    ];
    for (mut hello, size) in ladder {
        let length = size - HEADER;
        hello.extensions.push(Extension::PaddingTo { length });
        let seen = say(server.address, hello).await;
        assert_eq!(seen.sent().len(), usize::from(size));
        assert_eq!(end(&seen), "certificate ok -");
    }
}

#[tokio::test]
async fn no_share_forces_a_retry() {
    let server = openssl(&["-tls1_3"]).await;
    let seen = say(server.address, with_shares(Vec::new())).await;
    let hellos = seen
        .traffic
        .iter()
        .filter(|segment| segment.direction == Direction::Sent);
    assert_eq!(hellos.count(), 2);
    assert_eq!(end(&seen), "certificate ok -");
}

#[tokio::test]
async fn no_common_suite_forces_a_small_answer() {
    let server = openssl(&["-tls1_3"]).await;
    let mut hello = modern();
    hello.cipher_suites = vec![CipherSuite(0x1305)];
    let seen = say(server.address, hello).await;
    assert_eq!(
        phases(&seen).last().map(String::as_str),
        Some("hello alert alert 40 handshake_failure received")
    );
    assert!(seen.received().len() <= 127);
}
