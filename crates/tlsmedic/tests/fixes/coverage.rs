//! Who is told what to do with nginx is told what to do with the others too.

use crate::snippet;
use std::collections::BTreeSet;

/// Causes that a server's configuration, certificate or reload heals.
const CAUSES: [&str; 38] = [
    "C09", "C10", "C11", "C12", "C18", "S01", "S02", "S03", "S04", "S10", "S11", "S12", "S13",
    "S14", "S15", "S18", "S19", "S20", "S21", "S22", "S24", "S26", "S27", "S29", "S31", "S41",
    "S45", "X01", "X02", "X03", "X05", "X09", "X10", "X11", "X12", "X13", "X20", "X31",
];

const SERVERS: [&str; 5] = ["nginx", "Apache", "HAProxy", "Caddy", "Postfix"];

/// Who has no line for a cause, and why.
const WITHOUT: [(&str, &[&str], &str); 14] = [
    (
        "Apache",
        &["S03", "S45"],
        "it speaks neither mail nor the protocols of databases",
    ),
    (
        "Caddy",
        &["S03", "S45"],
        "it speaks neither mail nor the protocols of databases",
    ),
    ("Postfix", &["S45"], "it is no database"),
    ("Postfix", &["S02", "S20"], "it speaks no HTTP"),
    (
        "Caddy",
        &["S04"],
        "it expects the line only where a module is told to",
    ),
    (
        "Caddy",
        &["S14"],
        "Go's signature algorithms cannot be configured",
    ),
    (
        "Postfix",
        &["S14"],
        "its signature algorithms cannot be configured",
    ),
    ("Caddy", &["S15"], "Go has no finite-field Diffie-Hellman"),
    ("Caddy", &["S29", "X20"], "it fetches and staples by itself"),
    (
        "Postfix",
        &["S29", "X20"],
        "it staples nothing, and mail clients ask for nothing",
    ),
    ("Apache", &["S31"], "its releases have no ECH"),
    (
        "HAProxy",
        &["S31"],
        "its releases in distributions have no ECH",
    ),
    (
        "Caddy",
        &["S31", "S41", "X31"],
        "it keeps ECH keys and chooses among certificates itself",
    ),
    ("Postfix", &["S31"], "mail has no ECH"),
];

#[test]
fn every_server_has_its_lines() {
    let all = snippet::all();
    let mut used = BTreeSet::new();
    for cause in CAUSES {
        for server in SERVERS {
            let has = all
                .iter()
                .any(|snippet| snippet.row == cause && snippet.program == server);
            let reason = WITHOUT
                .iter()
                .find(|(program, causes, _)| *program == server && causes.contains(&cause));
            match reason {
                Some((_, _, reason)) => {
                    assert!(!has, "{cause} has lines for {server}, although {reason}");
                    used.insert((server, cause));
                }
                None => assert!(has, "{cause} has no line for {server}"),
            }
        }
    }
    let listed: usize = WITHOUT.iter().map(|(_, causes, _)| causes.len()).sum();
    assert_eq!(used.len(), listed, "an exception is for nothing");
}

#[test]
fn a_certificate_comes_into_a_keystore() {
    let all = snippet::all();
    let exchanged = [
        "S24", "S26", "X01", "X02", "X03", "X06", "X09", "X10", "X11", "X12", "X13", "X17", "X18",
    ];
    for cause in exchanged {
        let has = all
            .iter()
            .any(|snippet| snippet.row == cause && snippet.program == "Java");
        assert!(has, "{cause} has no line for keystores");
    }
}
