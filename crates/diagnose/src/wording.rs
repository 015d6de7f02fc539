//! From ids to sentences: a cause with its texts and fixes.

use crate::catalogue::{Row, catalogue};
use crate::texts::{Language, Texts};
use report::{
    Affects, Audience, Cause, CauseId, Certainty, ExperimentId, Finding, Fix, Proof, ProofTexts,
    Severity, Side, Target, Text, Undecided,
};
use std::net::{IpAddr, SocketAddr};
use std::sync::LazyLock;

static ENGLISH: LazyLock<Texts> = LazyLock::new(|| Texts::new(Language::English));

/// The English of a message.
pub(crate) fn english(text: &Text) -> String {
    ENGLISH.format(text)
}

/// The placeholder of the catalogue's commands.
const PLACEHOLDER: &str = "example.com";

/// One cause as a family of causes found it.
#[derive(Clone, Debug)]
pub(crate) struct Judgement {
    pub(crate) id: &'static str,
    pub(crate) certainty: Certainty,
    /// The clients it stops; `None` is everyone.
    pub(crate) clients: Option<Vec<String>>,
    pub(crate) text: Text,
    pub(crate) evidence: Vec<ExperimentId>,
    pub(crate) proof: Option<Flipped>,
    /// Causes that fit the evidence as well; with any, it is only suspected.
    pub(crate) rivals: Vec<String>,
    /// What would tell it from them.
    pub(crate) next: Option<Next>,
    /// Whether it concerns this client only, because of its own conditions.
    pub(crate) own: bool,
    /// Whether only some of the servers behind the name have it.
    pub(crate) sometimes: bool,
    /// How bad it is, where it stops nobody: then it is a finding and no cause.
    pub(crate) weakness: Option<Severity>,
}

/// The texts of a proof.
#[derive(Clone, Debug)]
pub(crate) struct Flipped {
    pub(crate) changed: Text,
    pub(crate) before: Text,
    pub(crate) after: Text,
    pub(crate) repeats: usize,
    pub(crate) evidence: Vec<ExperimentId>,
}

/// What to measure next.
#[derive(Clone, Debug)]
pub(crate) struct Next {
    pub(crate) text: Text,
    pub(crate) command: Option<String>,
}

impl Judgement {
    /// A cause that is `certainty` from `evidence`, with the text `id` filled in.
    pub(crate) fn new(
        id: &'static str,
        certainty: Certainty,
        text: Text,
        evidence: Vec<ExperimentId>,
    ) -> Self {
        Self {
            id,
            certainty,
            clients: None,
            text,
            evidence,
            proof: None,
            rivals: Vec::new(),
            next: None,
            own: false,
            sometimes: false,
            weakness: None,
        }
    }

    /// The same, as something that stops nobody.
    pub(crate) fn weakness(mut self, severity: Severity) -> Self {
        self.weakness = Some(severity);
        self
    }

    /// The same, stopping only those clients.
    pub(crate) fn stopping(mut self, clients: Vec<String>) -> Self {
        self.clients = Some(clients);
        self
    }

    /// The same, with a proof.
    pub(crate) fn with_proof(mut self, proof: Flipped) -> Self {
        self.proof = Some(proof);
        self
    }

    /// The same, with causes that fit as well and what tells them apart.
    pub(crate) fn among(mut self, rivals: Vec<String>, next: Next) -> Self {
        self.rivals = rivals;
        self.next = Some(next);
        self
    }

    /// The certainty it can have: with rivals, it is suspected.
    pub(crate) fn rank(&self) -> Certainty {
        if self.rivals.is_empty() {
            self.certainty
        } else {
            Certainty::Suspected
        }
    }

    /// As it stands in a report.
    pub(crate) fn cause(&self, target: &Target, all_clients: usize) -> Option<Cause> {
        let row = catalogue().row(self.id)?;
        let clients = self.clients.clone().unwrap_or_default();
        let affects = match &self.clients {
            _ if self.own => Affects::ThisClient,
            _ if self.sometimes && row.side == Side::Path => Affects::ThisPath,
            Some(clients) if clients.len() < all_clients => Affects::SomeClients,
            _ => Affects::Everyone,
        };
        let mut evidence = self.evidence.clone();
        evidence.sort_unstable();
        evidence.dedup();
        Some(Cause {
            id: CauseId::new(self.id),
            name: row.name.clone(),
            side: row.side,
            certainty: self.rank(),
            summary: english(&self.text),
            affects,
            clients: if affects == Affects::SomeClients || self.own {
                clients
            } else {
                Vec::new()
            },
            evidence,
            proof: self.proof.as_ref().map(Flipped::proof),
            fixes: fixes(row, target),
            references: row.references.clone(),
            text: self.text.clone(),
        })
    }

    /// As a finding of a report, if it is one.
    pub(crate) fn finding(&self, target: &Target, all_clients: usize) -> Option<Finding> {
        Some(Finding {
            severity: self.weakness?,
            cause: self.cause(target, all_clients)?,
        })
    }

    /// What cannot be told apart, where something cannot.
    pub(crate) fn undecided(&self) -> Option<Undecided> {
        let next = self.next.as_ref()?;
        if self.rivals.is_empty() {
            return None;
        }
        let ids = std::iter::once(self.id).chain(self.rivals.iter().map(String::as_str));
        Some(undecided(ids.map(CauseId::new).collect(), next))
    }
}

/// A group with what would split it.
pub(crate) fn undecided(among: Vec<CauseId>, next: &Next) -> Undecided {
    let sentence = english(&next.text);
    let sentence = match &next.command {
        Some(command) => format!("{sentence} `{command}`"),
        None => sentence,
    };
    Undecided {
        among,
        next: sentence,
        text: next.text.clone(),
        command: next.command.clone(),
    }
}

impl Flipped {
    fn proof(&self) -> Proof {
        Proof {
            changed: english(&self.changed),
            before: english(&self.before),
            after: english(&self.after),
            repeats: u32::try_from(self.repeats).unwrap_or(u32::MAX),
            evidence: self.evidence.clone(),
            texts: ProofTexts {
                changed: self.changed.clone(),
                before: self.before.clone(),
                after: self.after.clone(),
            },
        }
    }
}

/// A command with this target in the placeholder's place.
fn placed(line: &str, target: &Target) -> String {
    const HTTPS: u16 = 443;
    // A report of somebody else's may have anything in this place, and the line is to be pasted.
    let is_plain = |octet: u8| octet.is_ascii_alphanumeric() || b".-_:".contains(&octet);
    let host = target.host.as_str();
    if host.is_empty() || !host.bytes().all(is_plain) {
        return line.to_owned();
    }
    let port = target.port;
    let (place, names) = match host.parse::<IpAddr>() {
        Ok(address) => (SocketAddr::new(address, port).to_string(), "IP:"),
        Err(_) => (format!("{host}:{port}"), "DNS:"),
    };
    let line = line
        .replace(&format!("DNS:{PLACEHOLDER}"), &format!("{names}{host}"))
        .replace(&format!("{PLACEHOLDER}:{HTTPS}"), &place);
    let line = if port == HTTPS {
        line
    } else {
        line.replace(
            &format!("https://{PLACEHOLDER}/"),
            &format!("https://{place}/"),
        )
    };
    line.replace(PLACEHOLDER, host)
}

fn fixes(row: &Row, target: &Target) -> Vec<Fix> {
    let audiences = [
        (Audience::Owner, "owner", &row.owner),
        (Audience::User, "user", &row.user),
        (Audience::Network, "network", &row.network),
    ];
    let fix = |(audience, attribute, commands): (Audience, &str, &Vec<String>)| {
        let message = Text::new(&format!("{}.{attribute}", row.id), []);
        let commands = commands.iter().map(|line| placed(line, target)).collect();
        Fix {
            audience,
            text: english(&message),
            commands,
            message,
        }
    };
    audiences.into_iter().map(fix).collect()
}

#[cfg(test)]
mod tests {
    use super::placed;
    use report::Target;

    fn at(host: &str, port: u16) -> Target {
        Target {
            input: host.to_owned(),
            host: host.to_owned(),
            port,
            service: "https".to_owned(),
            server_name: None,
            addresses: Vec::new(),
        }
    }

    #[test]
    fn commands_are_about_this_target() {
        let connect = "openssl s_client -connect example.com:443 -servername example.com";
        assert_eq!(
            placed(connect, &at("mx.shop.test", 465)),
            "openssl s_client -connect mx.shop.test:465 -servername mx.shop.test"
        );
        assert_eq!(
            placed("curl https://example.com/", &at("shop.test", 8443)),
            "curl https://shop.test:8443/"
        );
        let name = "subjectAltName=DNS:example.com";
        assert_eq!(
            placed(name, &at("shop.test", 443)),
            "subjectAltName=DNS:shop.test"
        );
        assert_eq!(
            placed(name, &at("127.0.0.1", 443)),
            "subjectAltName=IP:127.0.0.1"
        );
        assert_eq!(
            placed("-connect example.com:443", &at("::1", 443)),
            "-connect [::1]:443"
        );
    }

    #[test]
    fn what_is_no_host_is_not_pasted() {
        for host in ["x;touch /tmp/y;#", "$(id)", "a b", ""] {
            assert_eq!(placed("dig example.com", &at(host, 443)), "dig example.com");
        }
    }
}
