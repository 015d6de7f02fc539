//! From the words of the command line to an exit status.

use crate::args::{Arguments, Command, FixCommand, Format, LabCommand};
use crate::fault::Fault;
use crate::render::Paper;
use crate::usage::{self, Parsed};
use crate::{locale, terminal};
use diagnose::texts::Texts;
use report::{Exit, Report};
use std::ffi::OsString;
use std::future::Future;

/// Threads for one examination, and for the servers of a lab scenario beside it.
const THREADS: usize = 2;

/// What every command needs: the language, and how data is written.
pub(crate) struct Session {
    pub(crate) texts: Texts,
    pub(crate) format: Format,
}

impl Session {
    /// Writes one report to stdout.
    ///
    /// # Errors
    ///
    /// A fault when stdout cannot be written.
    pub(crate) fn show(&self, report: &Report) -> Result<(), Fault> {
        let text = match self.format {
            Format::Text => crate::render::text(
                report,
                &Paper {
                    texts: &self.texts,
                    columns: terminal::columns(),
                },
            ),
            Format::Json => crate::render::json(report),
        };
        terminal::data(&text)
    }
}

/// Does what the command line says.
pub(crate) fn run(words: Vec<OsString>) -> Exit {
    let texts = Texts::new(locale::language(&words));
    let done = match usage::parse(&words, &texts) {
        Parsed::Say(text) => terminal::data(&text).map(|()| Exit::Works),
        Parsed::Lost(help) => {
            terminal::explain(&help);
            return Exit::Usage;
        }
        Parsed::Wrong(fault) => Err(fault),
        Parsed::Run(arguments) => {
            let session = Session {
                texts: Texts::new(texts.language()),
                format: arguments.format.unwrap_or_default(),
            };
            command(arguments, &session)
        }
    };
    done.unwrap_or_else(|fault| {
        terminal::complain(&fault, &texts);
        Exit::Usage
    })
}

fn command(arguments: Arguments, session: &Session) -> Result<Exit, Fault> {
    match arguments.command {
        Command::Diagnose(arguments) => {
            within_runtime(super::diagnose::diagnose(*arguments, session))
        }
        Command::Replay(arguments) => super::replay::replay(&arguments, session),
        Command::Fix(FixCommand::Chain(arguments)) => {
            within_runtime(super::fix::chain(arguments, session))
        }
        Command::Lab(LabCommand::List) => super::lab::list(session),
        Command::Lab(LabCommand::Run(arguments)) => {
            within_runtime(super::lab::run(&arguments, session))
        }
    }
}

fn within_runtime(work: impl Future<Output = Result<Exit, Fault>>) -> Result<Exit, Fault> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(THREADS)
        .enable_all()
        .build()
        .map_err(|error| {
            Fault::new(
                "ui-fault-runtime",
                [("detail", &crate::files::reason(&error))],
            )
        })?;
    let done = runtime.block_on(work);
    // A name lookup that hangs in the system's resolver must not hold up the end.
    runtime.shutdown_background();
    done
}
