//! The lines that a report gives to be pasted are accepted by the programs they are for: nginx, Apache, HAProxy, Caddy,
//! Postfix and keytool read every one of the catalogue, as it is built into this program. `cargo xtask test` installs them;
//! the tests must be run by root, as each line is tried in namespaces of its own.

mod programs;
mod snippet;
mod stage;

use snippet::{PROGRAMS, Snippet};
use stage::Stage;
use std::process::Command;

/// Commands that need the network, a running service or much time; of these only the shell reads the words.
const READ_ONLY: [&str; 10] = [
    "certbot",
    "curl",
    "dig",
    "journalctl",
    "nstat",
    "openssl dhparam",
    "openssl ocsp",
    "openssl s_client",
    "openssl speed",
    "posttls-finger",
];

/// The same, where the file that is looked into is only there while the service runs.
const READ_ONLY_TOO: [&str; 5] = ["ss", "tail", "timedatectl", "tlsmedic diagnose", "w32tm"];

/// What is wrong with a snippet.
fn fault(fresh: &Stage, snippet: &Snippet) -> Option<String> {
    let stage = fresh.copy();
    if !snippet.configuration().is_empty() {
        let Some(ending) = programs::check(&stage, snippet) else {
            return Some(
                "these are no commands, and the heading names no place for them".to_owned(),
            );
        };
        let holds = holds(&stage, snippet);
        if ending.is_good != holds {
            let word = if holds {
                "refused"
            } else {
                "accepted, whatever the heading says"
            };
            return Some(format!("{word}: {}", ending.said));
        }
    }
    for command in snippet.commands() {
        let bare = command.trim_start_matches("sudo ");
        let only_read = READ_ONLY.iter().chain(&READ_ONLY_TOO).any(|start| {
            bare.strip_prefix(start)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        });
        let ending = if only_read {
            let read = Command::new("bash")
                .args(["-n", "-c", command])
                .output()
                .expect("bash runs");
            stage::Ending {
                is_good: read.status.success(),
                said: String::from_utf8_lossy(&read.stderr).into_owned(),
            }
        } else {
            stage.run(command)
        };
        if !ending.is_good {
            return Some(format!("{command}\n{}", ending.said));
        }
    }
    None
}

/// Whether this machine is one that the heading speaks of.
fn holds(stage: &Stage, snippet: &Snippet) -> bool {
    let Some(condition) = &snippet.condition else {
        return true;
    };
    let command = match condition.of.as_str() {
        "nginx" => "nginx -v",
        "HAProxy" => "haproxy -v",
        "OpenSSL" => "openssl version",
        "Apache" => "apachectl -v",
        "Caddy" => "caddy version",
        "Postfix" => "postconf -h mail_version",
        of => panic!(
            "{}: nobody knows how to ask for the version of {of}",
            snippet.heading
        ),
    };
    let said = stage.run(command).said;
    let installed = said
        .split(|character: char| !character.is_ascii_digit() && character != '.')
        .find(|word| word.contains('.') && word.starts_with(|digit: char| digit.is_ascii_digit()))
        .unwrap_or_else(|| panic!("{command} says no version: {said}"));
    (numbers(installed) >= numbers(&condition.version)) == condition.least
}

fn numbers(version: &str) -> Vec<u32> {
    version
        .split('.')
        .filter_map(|number| number.parse().ok())
        .collect()
}

/// Tries every snippet for a program; `least` is how many there are at least.
fn accepted(program: &str, least: usize) {
    let fresh = Stage::new();
    let snippets = snippet::all();
    let own = snippets.iter().filter(|snippet| snippet.program == program);
    let mut count = 0;
    let mut faults = String::new();
    for snippet in own {
        count += 1;
        if let Some(fault) = fault(&fresh, snippet) {
            let lines = snippet.lines.join("\n");
            faults.push_str(&format!(
                "{} # {}\n{lines}\n=> {fault}\n\n",
                snippet.row, snippet.heading
            ));
        }
    }
    assert!(faults.is_empty(), "{faults}");
    assert!(count >= least, "only {count} snippets for {program}");
}

#[test]
fn nginx() {
    accepted("nginx", 40);
}

#[test]
fn apache() {
    accepted("Apache", 25);
}

#[test]
fn haproxy() {
    accepted("HAProxy", 30);
}

#[test]
fn caddy() {
    accepted("Caddy", 25);
}

#[test]
fn postfix() {
    accepted("Postfix", 20);
}

#[test]
fn keystores_of_java() {
    accepted("Java", 15);
}

#[test]
fn openssl_and_tlsmedic() {
    accepted("OpenSSL", 10);
    accepted("tlsmedic", 3);
    accepted("sh", 3);
}

#[test]
fn what_no_program_knows_is_refused() {
    let stage = Stage::new();
    for program in PROGRAMS.iter().filter(|program| **program != "Java") {
        let mut snippet = snippet::all()
            .into_iter()
            .find(|snippet| snippet.program == *program && snippet.place.is_none())
            .expect("a snippet");
        snippet.condition = None;
        snippet.lines.clear();
        let empty = programs::check(&stage, &snippet).expect("a place");
        assert!(empty.is_good, "{program}: {}", empty.said);
        let line = match *program {
            "nginx" => "ssl_no_such_thing on;",
            "Postfix" => "smtpd_no_such_thing = yes",
            _ => "NoSuchThing on",
        };
        snippet.lines.push(line.to_owned());
        let fault = fault(&stage, &snippet).unwrap_or_else(|| panic!("{program} accepts {line}"));
        assert!(fault.starts_with("refused"), "{program}: {fault}");
    }
}

/// A heading that speaks of a program in other words than the form has would not be checked.
#[test]
fn no_heading_hides_a_program() {
    for snippet in snippet::all() {
        let words = snippet.heading.split([' ', ',', ':', '(', ')']);
        for word in words.filter(|word| PROGRAMS.contains(word)) {
            let is_its_own = PROGRAMS.contains(&snippet.program.as_str());
            assert!(
                is_its_own || snippet.configuration().is_empty(),
                "{} # {}: {word}",
                snippet.row,
                snippet.heading
            );
        }
    }
}
