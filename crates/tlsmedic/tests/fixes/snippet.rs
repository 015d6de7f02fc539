//! The lines of the catalogue, taken apart: which program each is for, where in its configuration, and from which version.
//!
//! A line that begins with `# ` heads the next ones: `# PROGRAM[, PLACE][ (NAME ≥ VERSION)][: what to know]`.

use diagnose::catalogue::catalogue;

/// Programs whose lines are checked by themselves, by the names headings give them.
pub(crate) const PROGRAMS: [&str; 6] = ["nginx", "Apache", "HAProxy", "Caddy", "Postfix", "Java"];

/// What is run, in contrast to what stands in a file.
const COMMANDS: [&str; 25] = [
    "apachectl",
    "caddy",
    "cat",
    "certbot",
    "curl",
    "dig",
    "echo",
    "grep",
    "haproxy",
    "journalctl",
    "keytool",
    "nginx",
    "nstat",
    "openssl",
    "postconf",
    "postfix",
    "posttls-finger",
    "postmap",
    "ss",
    "systemctl",
    "tail",
    "tee",
    "timedatectl",
    "tlsmedic",
    "w32tm",
];

/// What a version is of, and whether it must be at least or below this one.
#[derive(Debug)]
pub(crate) struct Condition {
    pub(crate) of: String,
    pub(crate) least: bool,
    pub(crate) version: String,
}

/// The lines under one heading.
#[derive(Debug)]
pub(crate) struct Snippet {
    /// The cause.
    pub(crate) row: &'static str,
    pub(crate) heading: String,
    pub(crate) program: String,
    pub(crate) place: Option<String>,
    pub(crate) condition: Option<Condition>,
    pub(crate) lines: Vec<String>,
}

impl Snippet {
    fn headed(row: &'static str, heading: &str) -> Self {
        let (mut rest, _) = heading.split_once(':').unwrap_or((heading, ""));
        let mut condition = None;
        if let Some((before, inside)) = rest
            .strip_suffix(')')
            .and_then(|rest| rest.split_once(" ("))
            && let Some((of, version)) = inside
                .split_once(" ≥ ")
                .or_else(|| inside.split_once(" < "))
        {
            condition = Some(Condition {
                of: of.to_owned(),
                least: inside.contains('≥'),
                version: version.to_owned(),
            });
            rest = before;
        }
        let (program, place) = match rest.split_once(", ") {
            Some((program, place)) => (program, Some(place.to_owned())),
            None => (rest, None),
        };
        Self {
            row,
            heading: heading.to_owned(),
            program: program.to_owned(),
            place,
            condition,
            lines: Vec::new(),
        }
    }

    /// The lines of a configuration.
    pub(crate) fn configuration(&self) -> Vec<&str> {
        let lines = self.lines.iter().map(String::as_str);
        lines.filter(|line| !is_command(line)).collect()
    }

    /// The lines for a shell: those before the configuration's and those after it.
    pub(crate) fn commands(&self) -> (Vec<&str>, Vec<&str>) {
        let first = self.lines.iter().position(|line| !is_command(line));
        let (before, after) = self.lines.split_at(first.unwrap_or(self.lines.len()));
        let after = after.iter().map(String::as_str);
        (
            before.iter().map(String::as_str).collect(),
            after.filter(|line| is_command(line)).collect(),
        )
    }
}

fn is_command(line: &str) -> bool {
    let words = line.split(' ').skip_while(|word| *word == "sudo");
    // An assignment of Postfix is none, whatever stands before the sign.
    let mut words = words.peekable();
    let is_known = words.next().is_some_and(|word| COMMANDS.contains(&word));
    is_known && words.next() != Some("=")
}

/// Every snippet of the catalogue, with the names filled in that a report fills in.
pub(crate) fn all() -> Vec<Snippet> {
    let mut all = Vec::new();
    for row in catalogue().rows() {
        // The only cause whose target is an address.
        let host = if row.id == "X07" {
            "192.0.2.10"
        } else {
            "example.com"
        };
        for lines in [&row.owner, &row.user, &row.network] {
            let mut snippet = Snippet::headed(&row.id, "");
            for line in lines {
                match line.strip_prefix("# ") {
                    Some(heading) => {
                        let next = Snippet::headed(&row.id, heading);
                        all.push(std::mem::replace(&mut snippet, next));
                    }
                    None => {
                        let line = line.replace("example.com", host);
                        let line = line
                            .replace("/path/to/", "")
                            .replace("OTHER_NAME", "www.example.com");
                        snippet.lines.push(line);
                    }
                }
            }
            all.push(snippet);
        }
    }
    all.retain(|snippet| !snippet.lines.is_empty());
    all
}
