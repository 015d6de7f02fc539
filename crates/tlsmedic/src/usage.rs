//! The command line in the user's language: help from the messages, and clap's errors as our own.

use crate::args::Arguments;
use crate::fault::Fault;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, CommandFactory, FromArgMatches};
use diagnose::texts::Texts;
use report::Text;
use std::ffi::OsString;

/// What became of the command line.
#[derive(Debug)]
pub(crate) enum Parsed {
    /// Something to do.
    Run(Arguments),
    /// Help or version was asked for.
    Say(String),
    /// No command was given.
    Lost(String),
    /// It is wrong.
    Wrong(Fault),
}

/// Reads the command line.
pub(crate) fn parse(words: &[OsString], texts: &Texts) -> Parsed {
    let mut command = command(texts);
    let matches = command.try_get_matches_from_mut(words);
    match matches.and_then(|matches| Arguments::from_arg_matches(&matches)) {
        Ok(arguments) => Parsed::Run(arguments),
        Err(error) => match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
                Parsed::Say(error.render().ansi().to_string())
            }
            ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand => {
                Parsed::Lost(command_help(error, &mut command))
            }
            _ => Parsed::Wrong(fault(&error)),
        },
    }
}

fn command_help(error: clap::Error, command: &mut clap::Command) -> String {
    match error.kind() {
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => error.render().ansi().to_string(),
        _ => command.render_help().ansi().to_string(),
    }
}

/// The command with every text put in.
pub(crate) fn command(texts: &Texts) -> clap::Command {
    let mut command = Arguments::command();
    command.build();
    worded(command, texts)
}

fn worded(mut command: clap::Command, texts: &Texts) -> clap::Command {
    let say = |id: &str| texts.format(&Text::new(id, []));
    let about = format!("ui-about-{}", command.get_name());
    let usage = command.render_usage().to_string();
    let usage = usage
        .trim_start_matches("Usage:")
        .trim()
        .replace("[OPTIONS]", &format!("[{}]", say("ui-help-options-word")))
        .replace("<COMMAND>", &format!("<{}>", say("ui-help-command")));
    command
        .about(say(&about))
        .override_usage(usage)
        .help_template(format!(
            "{{about}}\n\n{}: {{usage}}\n\n{{all-args}}",
            say("ui-help-usage")
        ))
        .subcommand_help_heading(say("ui-help-commands"))
        .mut_args(|argument| described(argument, texts))
        .mut_subcommands(|sub| worded(sub, texts))
}

fn described(argument: Arg, texts: &Texts) -> Arg {
    let say = |id: &str| texts.format(&Text::new(id, []));
    let heading = if argument.is_positional() {
        "ui-help-arguments"
    } else {
        "ui-help-options"
    };
    let help = say(&format!(
        "ui-help-{}",
        argument.get_id().as_str().replace('_', "-")
    ));
    // What stands for a command's words is a word of the reader's language too.
    let argument = match argument.get_id().as_str() {
        "program" => argument.value_name(say("ui-help-command")),
        _ => argument,
    };
    argument.help(help).help_heading(say(heading))
}

/// One exhaustive mapping from clap's errors to ours.
fn fault(error: &clap::Error) -> Fault {
    let known = |kind| error.get(kind).map(plain).unwrap_or_default();
    let argument = known(ContextKind::InvalidArg);
    let option = argument
        .split([' ', '='])
        .next()
        .unwrap_or_default()
        .to_owned();
    let value = known(ContextKind::InvalidValue);
    match error.kind() {
        ErrorKind::UnknownArgument => {
            let fault = Fault::new("ui-fault-option", [("option", &argument)]);
            match error.get(ContextKind::SuggestedArg) {
                Some(near) => fault.meaning(Some(&plain(near))),
                None => fault.hint("ui-hint-help", []),
            }
        }
        ErrorKind::InvalidSubcommand => {
            let fault = Fault::new(
                "ui-fault-command",
                [("command", &known(ContextKind::InvalidSubcommand))],
            );
            match error.get(ContextKind::SuggestedSubcommand) {
                Some(near) => fault.meaning(Some(&plain(near))),
                None => fault.hint("ui-hint-help", []),
            }
        }
        ErrorKind::InvalidValue if value.is_empty() => {
            Fault::new("ui-fault-value-missing", [("option", &argument)])
        }
        ErrorKind::InvalidValue => {
            Fault::new("ui-fault-value", [("option", &option), ("value", &value)]).hint(
                "ui-hint-known",
                [("known", &known(ContextKind::ValidValue))],
            )
        }
        ErrorKind::MissingRequiredArgument => {
            let argument = argument.trim_end_matches('.');
            Fault::new("ui-fault-argument-missing", [("argument", argument)])
                .hint("ui-hint-help", [])
        }
        ErrorKind::ArgumentConflict => {
            let prior = known(ContextKind::PriorArg);
            if prior == argument || prior.is_empty() {
                Fault::new("ui-fault-twice", [("option", &option)])
            } else {
                Fault::new(
                    "ui-fault-conflict",
                    [("option", &option), ("other", &prior)],
                )
            }
        }
        ErrorKind::InvalidUtf8 => Fault::new("ui-fault-utf8", []),
        _ => Fault::new(
            "ui-fault-usage",
            [("argument", &argument), ("value", &value)],
        )
        .hint("ui-hint-help", []),
    }
}

fn plain(value: &ContextValue) -> String {
    match value {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.join(", "),
        ContextValue::StyledStr(text) => text.to_string(),
        ContextValue::StyledStrs(texts) => texts
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(", "),
        ContextValue::Number(number) => number.to_string(),
        ContextValue::Bool(value) => value.to_string(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::command;
    use diagnose::texts::{Language, Texts};
    use report::Text;
    use std::collections::BTreeSet;
    use std::path::Path;

    fn nothing_unsaid(command: &clap::Command) {
        let name = command.get_name();
        assert!(
            !command
                .get_about()
                .expect("a text")
                .to_string()
                .starts_with("ui-"),
            "{name}"
        );
        for argument in command.get_arguments() {
            let help = argument.get_help().expect("a text").to_string();
            assert!(!help.starts_with("ui-"), "{name}: {help}");
        }
        command.get_subcommands().for_each(nothing_unsaid);
    }

    #[test]
    fn every_command_and_option_has_its_help() {
        for language in [Language::English, Language::Italian] {
            let command = command(&Texts::new(language));
            nothing_unsaid(&command);
            command.debug_assert();
        }
    }

    /// Every `"ui-…"` in the sources.
    fn used(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                used(&path, found);
            } else {
                let source = std::fs::read_to_string(&path).expect("a source");
                let ids = source
                    .split("\"ui-")
                    .skip(1)
                    .filter_map(|rest| rest.split('"').next());
                found.extend(
                    ids.filter(|id| {
                        id.chars()
                            .all(|letter| letter.is_ascii_alphanumeric() || letter == '-')
                    })
                    .map(|id| format!("ui-{id}")),
                );
            }
        }
    }

    #[test]
    fn every_text_that_is_used_is_there_and_every_other_is_gone() {
        let mut ids = BTreeSet::new();
        used(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut ids);
        let texts = Texts::new(Language::Italian);
        // Their ends are values of the report, commands and options.
        let prefixes = [
            "outcome",
            "side",
            "certainty",
            "affects",
            "audience",
            "phase",
            "end",
            "source",
            "client",
            "severity",
            "silent",
            "about",
            "help",
        ];
        for id in ids.iter().filter(|id| !id.ends_with('-')) {
            assert_ne!(texts.format(&Text::new(id, [])), **id, "{id} has no text");
        }
        let all = include_str!("../../../data/texts/en/ui.ftl");
        for id in all
            .lines()
            .filter_map(|line| line.split(" =").next())
            .filter(|id| id.starts_with("ui-"))
        {
            let computed = prefixes
                .iter()
                .any(|prefix| id.starts_with(&format!("ui-{prefix}-")));
            assert!(computed || ids.contains(id), "{id} is used nowhere");
        }
    }
}
