//! The lines that a report gives to be pasted are accepted by the programs they are for: nginx, Apache, HAProxy, Caddy,
//! Postfix and keytool read every one of the catalogue, as it is built into this program. `cargo xtask test` installs them;
//! the tests must be run by root, as each line is tried in namespaces of its own.

mod coverage;
mod programs;
mod snippet;
mod stage;

use snippet::{PROGRAMS, Snippet};
use stage::Stage;
use std::collections::BTreeMap;

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

/// A machine that stays as it is made, and one for configurations that take each other's place.
struct Stages {
    fresh: Stage,
    shared: Stage,
}

impl Stages {
    fn new() -> Self {
        let fresh = Stage::new();
        let shared = fresh.copy();
        Self { fresh, shared }
    }
}

/// What is wrong with a snippet.
fn fault(stages: &Stages, snippet: &Snippet) -> Option<String> {
    let (before, after) = snippet.commands();
    let leaves_something =
        |command: &&str| !is_only_read(command) && !command.contains("&& sudo systemctl ");
    let copy;
    let stage = if before.iter().chain(&after).any(leaves_something) {
        copy = stages.fresh.copy();
        &copy
    } else if snippet.configuration().is_empty() {
        &stages.fresh
    } else {
        &stages.shared
    };
    refused(stage, &before)
        .or_else(|| misread(stage, snippet))
        .or_else(|| refused(stage, &after))
}

/// What is wrong with the lines of configuration, if there are any.
fn misread(stage: &Stage, snippet: &Snippet) -> Option<String> {
    if snippet.configuration().is_empty() {
        return None;
    }
    let Some(ending) = programs::check(stage, snippet) else {
        return Some("these are no commands, and the heading names no place for them".to_owned());
    };
    let holds = holds(stage, snippet);
    let word = if holds {
        "refused"
    } else {
        "accepted, whatever the heading says"
    };
    (ending.is_good != holds).then(|| format!("{word}: {}", ending.said))
}

/// The first command that does not do what it should.
fn refused(stage: &Stage, commands: &[&str]) -> Option<String> {
    commands.iter().find_map(|command| {
        let ending = if is_only_read(command) {
            stage::read_only(command)
        } else {
            stage.run(command)
        };
        (!ending.is_good).then(|| format!("{command}: {}", ending.said))
    })
}

/// Whether only the shell reads the words of this command.
fn is_only_read(command: &str) -> bool {
    let bare = command.trim_start_matches("sudo ");
    READ_ONLY.iter().chain(&READ_ONLY_TOO).any(|start| {
        bare.strip_prefix(start)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    })
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
    let stages = Stages::new();
    // Many causes have the same lines.
    let mut known: BTreeMap<(String, Vec<String>), Option<String>> = BTreeMap::new();
    let mut count = 0;
    let mut faults = String::new();
    for snippet in snippet::all() {
        if snippet.program != program {
            continue;
        }
        count += 1;
        let same = (snippet.heading.clone(), snippet.lines.clone());
        let fault = known
            .entry(same)
            .or_insert_with(|| fault(&stages, &snippet));
        if let Some(fault) = fault {
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
    let stages = Stages::new();
    for program in PROGRAMS.iter().filter(|program| **program != "Java") {
        let mut snippet = snippet::all()
            .into_iter()
            .find(|snippet| snippet.program == *program && snippet.place.is_none())
            .expect("a snippet");
        snippet.condition = None;
        snippet.lines.clear();
        let empty = programs::check(&stages.shared, &snippet).expect("a place");
        assert!(empty.is_good, "{program}: {}", empty.said);
        let line = match *program {
            "nginx" => "ssl_no_such_thing on;",
            "Postfix" => "smtpd_no_such_thing = yes",
            _ => "NoSuchThing on",
        };
        snippet.lines.push(line.to_owned());
        let fault = fault(&stages, &snippet).unwrap_or_else(|| panic!("{program} accepts {line}"));
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
