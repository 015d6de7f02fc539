//! Networks as curl meets them: what each box does to a program that is not ours. As root, with `/dev/net/tun`.
#![cfg(target_os = "linux")]

use lab::net::NetRunning;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// Exit statuses of curl.
const COULD_NOT_CONNECT: i32 = 7;
const TIMED_OUT: i32 = 28;
const TLS_FAILED: i32 = 35;
/// Seconds after which curl gives up: longer than what is slow in these networks.
const PATIENCE: &str = "4";

fn network(id: &str, twin: bool) -> (NetRunning, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let running = lab::net::start(id, twin, folder.path())
        .unwrap_or_else(|error| panic!("{id}: {error}; networks need root and /dev/net/tun"));
    (running, folder)
}

fn argument<'a>(network: &'a NetRunning, name: &str) -> &'a str {
    let place = network.arguments.iter().position(|word| word == name);
    let place = place.unwrap_or_else(|| panic!("no {name}: {:?}", network.arguments));
    &network.arguments[place + 1]
}

/// How curl ends that asks for the page at the server's name, and what it says.
fn curl(network: &NetRunning) -> (i32, String) {
    let (host, port) = network.arguments[0].rsplit_once(':').expect("a port");
    let mut command = Command::new("curl");
    command
        .args(["-sS", "-o", "/dev/null", "--max-time", PATIENCE])
        .args(["--cacert", argument(network, "--ca-file")])
        .arg("--connect-to")
        .arg(format!("{host}:{port}:{}", argument(network, "--connect")))
        .arg(format!("https://{host}:{port}/"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let child = network.client.spawn(command).expect("curl");
    let output = child.wait_with_output().expect("curl");
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code().unwrap_or(-1), errors)
}

/// Broken as stated, and its twin well.
fn fails(id: &str, status: i32) {
    let (broken, _folder) = network(id, false);
    let (code, errors) = curl(&broken);
    assert_eq!(code, status, "{id}: {errors}");
    works(id, true);
}

fn works(id: &str, twin: bool) {
    let (healthy, _folder) = network(id, twin);
    let (code, errors) = curl(&healthy);
    assert_eq!(code, 0, "{id}: {errors}");
}

#[test]
fn routers_carry_packets_and_answer_within_their_mtu() {
    for id in [
        "net-healthy-plain",
        "net-healthy-ipv6",
        "net-healthy-narrow-told",
        "net-healthy-narrow-back-told",
        "net-healthy-tcp-only",
        "net-P40-proxy-hop-2",
    ] {
        works(id, false);
    }
}

#[test]
fn what_is_forbidden_is_said() {
    fails("net-P12-code-13", COULD_NOT_CONNECT);
    fails("net-P11-reset-hop-2", COULD_NOT_CONNECT);
    fails("net-P11-nft-reset", COULD_NOT_CONNECT);
}

#[test]
fn what_is_dropped_is_waited_for() {
    fails("net-P10-drop-hop-2", TIMED_OUT);
    fails("net-P10-nft-drop", TIMED_OUT);
    fails("net-P14-hop-2", TIMED_OUT);
    fails("net-P22-1300", TIMED_OUT);
}

#[test]
fn what_is_reset_fails_at_once() {
    fails("net-P13-hop-2", TLS_FAILED);
    fails("net-P41-reset-hop-2", TLS_FAILED);
}

#[test]
fn a_network_that_is_unknown_is_said_to_be() {
    let folder = tempfile::tempdir().expect("a folder");
    let error = lab::net::start("net-P99-none", false, folder.path()).expect_err("unknown");
    assert!(error.to_string().contains("net-P99-none"), "{error}");
}
