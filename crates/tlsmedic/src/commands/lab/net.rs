//! `tlsmedic lab run --net ID`: networks that fail.

use super::{Entry, quoted};
use crate::args::LabRunArguments;
use crate::commands::run::Session;
use crate::fault::Fault;
use crate::nearest::nearest;
use crate::target::LabTarget;
use crate::{interrupt, terminal};
use lab::net::{NetError, NetRunning};
use report::Exit;
use std::process::{Child, Command};
use std::time::Duration;

/// What stands for the arguments among the words of a command.
const ARGUMENTS: &str = "{}";
/// How often a program that runs is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// What the list says of networks.
pub(super) fn entries() -> Vec<Entry> {
    let entry = |scenario: &'static lab::net::NetScenario| Entry {
        id: &scenario.id,
        cause: scenario.cause,
        variant: scenario.variant,
        title: scenario.title,
        net: true,
    };
    lab::net::scenarios().iter().map(entry).collect()
}

/// Stages a network, and runs a program in the client's place, or says how to and keeps it until Ctrl-C.
pub(super) async fn run(arguments: &LabRunArguments, session: &Session) -> Result<Exit, Fault> {
    let mut target = LabTarget::named(&arguments.id);
    target.twin |= arguments.healthy;
    let failed =
        |detail: String| Fault::new("ui-fault-lab", [("id", &target.id), ("detail", &detail)]);
    let folder = tempfile::tempdir().map_err(|error| failed(crate::files::reason(&error)))?;
    let running = lab::net::start(&target.id, target.twin, folder.path())
        .map_err(|error| fault(&target.id, &error))?;
    let stop = interrupt::token();
    if !arguments.program.is_empty() {
        let mut child = running
            .client
            .spawn(command(&arguments.program, &running))
            .map_err(|error| fault(&target.id, &error))?;
        return tokio::select! {
            ended = ended(&mut child) => ended.map_err(|error| failed(crate::files::reason(&error))),
            () = stop.cancelled() => {
                // It may have ended by itself meanwhile.
                let _ = child.kill();
                let _ = child.wait();
                Ok(Exit::NotTested)
            }
        };
    }
    let words: Vec<String> = running.arguments.iter().map(|word| quoted(word)).collect();
    terminal::data(&match arguments.show_arguments {
        true => running
            .arguments
            .iter()
            .map(|word| format!("{word}\n"))
            .collect(),
        false => format!(
            "nsenter --net={} setpriv --reuid=65534 --regid=65534 --clear-groups tlsmedic diagnose {}\n",
            running.client.namespace(),
            words.join(" ")
        ),
    })?;
    let texts = &session.texts;
    terminal::note(&texts.format(&crate::fault::text("ui-lab-running", [])));
    stop.cancelled().await;
    Ok(Exit::Works)
}

fn fault(id: &str, error: &NetError) -> Fault {
    match error {
        NetError::Unknown { .. } => {
            let fault = Fault::new("ui-fault-scenario", [("id", id)]);
            if lab::scenarios().iter().any(|scenario| scenario.id == id) {
                return fault.hint("ui-hint-without-net", [("id", id)]);
            }
            let known = lab::net::scenarios().iter();
            match nearest(id, known.map(|scenario| scenario.id.as_str())) {
                Some(nearest) => fault.meaning(Some(nearest)),
                None => fault.hint("ui-hint-scenario", []),
            }
        }
        NetError::Program { program, source } => {
            let detail = source.to_string();
            Fault::new(
                "ui-fault-program",
                [("program", program), ("detail", &detail)],
            )
            .hint("ui-hint-program", [])
        }
        NetError::Namespace(_) | NetError::Tun(_) => {
            Fault::new("ui-fault-lab", [("id", id), ("detail", &error.to_string())])
                .hint("ui-hint-net", [])
        }
        _ => Fault::new("ui-fault-lab", [("id", id), ("detail", &error.to_string())]),
    }
}

/// The command with the arguments where it wants them.
fn command(words: &[String], running: &NetRunning) -> Command {
    let mut all = words.iter().flat_map(|word| match word.as_str() {
        ARGUMENTS => running.arguments.clone(),
        _ => vec![word.clone()],
    });
    let mut command = Command::new(all.next().unwrap_or_default());
    command.args(all).envs(running.environment.iter().cloned());
    command
}

async fn ended(child: &mut Child) -> std::io::Result<Exit> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(match status.success() {
                true => Exit::Works,
                false => Exit::Fails,
            });
        }
        tokio::time::sleep(LOOK).await;
    }
}
