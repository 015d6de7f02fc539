//! `tlsmedic lab list`, `tlsmedic lab run ID`, and scenarios as targets.

use super::run::Session;
use crate::args::{Arguments, Command, Format, LabRunArguments, Options};
use crate::fault::Fault;
use crate::nearest::nearest;
use crate::proxy::Environment;
use crate::question::Examination;
use crate::render::printable;
use crate::target::{LabTarget, Target};
use crate::{interrupt, terminal};
use clap::Parser;
use diagnose::texts::{Language, Texts};
use lab::{Running, Scenario};
use report::Exit;
use serde::Serialize;
use std::collections::BTreeMap;
use tempfile::TempDir;

#[cfg(target_os = "linux")]
mod net;

/// Networks are made of what only Linux has.
#[cfg(not(target_os = "linux"))]
mod net {
    use super::{Fault, LabRunArguments, Session};
    use report::Exit;

    pub(super) async fn run(
        arguments: &LabRunArguments,
        _session: &Session,
    ) -> Result<Exit, Fault> {
        Err(Fault::new("ui-fault-net-linux", [("id", &arguments.id)]))
    }

    pub(super) const fn entries() -> Vec<super::Entry> {
        Vec::new()
    }
}

/// Shows every scenario.
pub(crate) fn list(session: &Session) -> Result<Exit, Fault> {
    let staged = lab::scenarios().iter().map(|scenario| Entry {
        id: &scenario.id,
        cause: scenario.cause,
        variant: scenario.variant,
        title: &scenario.title,
        net: false,
    });
    let all: Vec<Entry> = staged.chain(net::entries()).collect();
    let text = match session.format {
        Format::Text => table(&all, &session.texts),
        Format::Json => all.iter().map(line).collect(),
    };
    terminal::data(&text).map(|()| Exit::Works)
}

/// Starts a scenario, says how it is examined, and keeps it until Ctrl-C.
pub(crate) async fn run(arguments: &LabRunArguments, session: &Session) -> Result<Exit, Fault> {
    if arguments.net {
        return net::run(arguments, session).await;
    }
    let mut target = LabTarget::named(&arguments.id);
    target.twin |= arguments.healthy;
    let staged = Staged::start(&target).await?;
    let stop = interrupt::token();
    let told = if arguments.show_arguments {
        staged
            .running
            .arguments
            .iter()
            .map(|word| format!("{word}\n"))
            .collect()
    } else {
        let words: Vec<String> = staged
            .running
            .arguments
            .iter()
            .map(|word| quoted(word))
            .collect();
        let environment: String = staged
            .running
            .environment
            .iter()
            .map(|(name, value)| format!("{name}={} ", quoted(value)))
            .collect();
        format!("{environment}tlsmedic diagnose {}\n", words.join(" "))
    };
    let told = terminal::data(&told);
    if told.is_ok() {
        terminal::note(
            &session
                .texts
                .format(&crate::fault::text("ui-lab-running", [])),
        );
        stop.cancelled().await;
    }
    staged.stop().await;
    told.map(|()| Exit::Works)
}

/// The scenario with that id.
///
/// # Errors
///
/// A fault when there is none.
pub(crate) fn scenario(id: &str) -> Result<&'static Scenario, Fault> {
    lab::scenarios()
        .iter()
        .find(|scenario| scenario.id == id)
        .ok_or_else(|| {
            let fault = Fault::new("ui-fault-scenario", [("id", id)]);
            if net::entries().iter().any(|entry| entry.id == id) {
                return fault.hint("ui-hint-with-net", [("id", id)]);
            }
            match nearest(
                id,
                lab::scenarios().iter().map(|scenario| scenario.id.as_str()),
            ) {
                Some(nearest) => fault.meaning(Some(nearest)),
                None => fault.hint("ui-hint-scenario", []),
            }
        })
}

/// A scenario under way, with the folder its files are in.
pub(crate) struct Staged {
    input: String,
    running: Running,
    folder: TempDir,
}

impl Staged {
    /// Starts it.
    ///
    /// # Errors
    ///
    /// A fault when there is no such scenario or this machine cannot stage it.
    pub(crate) async fn start(target: &LabTarget) -> Result<Self, Fault> {
        scenario(&target.id)?;
        let failed =
            |detail: String| Fault::new("ui-fault-lab", [("id", &target.id), ("detail", &detail)]);
        let folder = tempfile::tempdir().map_err(|error| failed(crate::files::reason(&error)))?;
        let running = lab::start(&target.id, target.twin, folder.path())
            .await
            .map_err(|error| failed(error.to_string()))?;
        let twin = if target.twin { "/healthy" } else { "" };
        Ok(Self {
            input: format!("lab:{}{twin}", target.id),
            running,
            folder,
        })
    }

    /// How it is examined; what the user's options say comes first.
    ///
    /// # Errors
    ///
    /// A fault in the user's options.
    pub(crate) fn examination(&self, own: &Options) -> Result<Examination, Fault> {
        let words = ["tlsmedic", "diagnose"]
            .into_iter()
            .chain(self.running.arguments.iter().map(String::as_str));
        let malformed =
            |detail: String| Fault::new("ui-fault-lab", [("id", &self.input), ("detail", &detail)]);
        let parsed =
            Arguments::try_parse_from(words).map_err(|error| malformed(error.to_string()))?;
        let Command::Diagnose(staged) = parsed.command else {
            return Err(malformed(self.running.arguments.join(" ")));
        };
        let Some(Target::Endpoint(endpoint)) = staged
            .targets
            .first()
            .map(|target| Target::parse(target))
            .transpose()?
        else {
            return Err(malformed(self.running.arguments.join(" ")));
        };
        let options = own.clone().over(staged.options);
        // A scenario has an environment of its own.
        let environment = Environment::of(self.running.environment.iter().cloned());
        Ok(Examination::new(&endpoint, &options, &environment)?.called(self.input.clone()))
    }

    /// Stops it and removes its files.
    pub(crate) async fn stop(self) {
        self.running.stop().await;
        // What cannot be removed stays in the system's folder for temporary files.
        let _ = self.folder.close();
    }
}

/// What the list says of a scenario.
#[derive(Serialize)]
struct Entry {
    id: &'static str,
    cause: Option<&'static str>,
    variant: &'static str,
    title: &'static str,
    /// Whether it is a network, which `--net` runs.
    net: bool,
}

fn line(entry: &Entry) -> String {
    serde_json::to_string(entry)
        .map(|line| line + "\n")
        .unwrap_or_default()
}

fn table(all: &[Entry], texts: &Texts) -> String {
    let width = all.iter().map(|entry| entry.id.len()).max();
    let width = width.unwrap_or_default();
    let row = |entry: &Entry| {
        let title = title(entry, texts);
        format!("{:<width$}  {}\n", entry.id, printable(&title))
    };
    all.iter().map(row).collect()
}

/// A scenario's own title is English; in another language its cause's title and the variant say the same.
fn title(entry: &Entry, texts: &Texts) -> String {
    if texts.language() == Language::English {
        return entry.title.to_owned();
    }
    let title = match entry.cause {
        Some(cause) => texts
            .attribute(cause, "title", &BTreeMap::new())
            .unwrap_or_else(|| cause.to_owned()),
        None => texts.format(&crate::fault::text("ui-lab-healthy", [])),
    };
    format!("{title} ({})", entry.variant)
}

/// For a POSIX shell.
fn quoted(word: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./:=,@%+[]".contains(letter);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn words_survive_the_shell() {
        assert_eq!(quoted("127.0.0.1:443"), "127.0.0.1:443");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted(""), "''");
        assert_eq!(quoted("a b"), "'a b'");
    }
}
