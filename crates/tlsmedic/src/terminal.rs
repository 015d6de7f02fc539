//! Standard output and error: stdout is data, stderr the rest.

use crate::fault::Fault;
use diagnose::texts::Texts;
use report::Text;
use std::io::{self, ErrorKind, Write};

/// Columns where no terminal says otherwise.
const COLUMNS: usize = 80;
/// Columns beyond which lines become hard to read.
const WIDEST: usize = 120;
/// Columns below which nothing is arranged any more.
const NARROWEST: usize = 40;

/// How many columns a text has.
pub(crate) fn columns() -> usize {
    match terminal_size::terminal_size_of(io::stdout()) {
        Some((width, _)) => usize::from(width.0).clamp(NARROWEST, WIDEST),
        None => COLUMNS,
    }
}

/// Writes data; colours are left out where stdout is no terminal.
///
/// A reader that has gone away is no error: there is nobody left to tell.
///
/// # Errors
///
/// A fault when stdout cannot be written.
pub(crate) fn data(text: &str) -> Result<(), Fault> {
    let mut out = anstream::stdout();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Fault::new(
            "ui-fault-output",
            [("detail", &crate::files::reason(&error))],
        )),
        _ => Ok(()),
    }
}

/// Says something that is not data.
pub(crate) fn note(text: &str) {
    // Where stderr is gone, nobody can be told.
    let _ = writeln!(anstream::stderr(), "{}", crate::render::printable(text));
}

/// Says what is wrong, and what to do about it.
pub(crate) fn complain(fault: &Fault, texts: &Texts) {
    let word = |id| texts.format(&Text::new(id, []));
    note(&format!(
        "{}: {}",
        word("ui-error"),
        texts.format(&fault.text)
    ));
    if let Some(hint) = &fault.hint {
        note(&format!("{}: {}", word("ui-hint"), texts.format(hint)));
    }
}

/// Shows help to somebody who is lost.
pub(crate) fn explain(help: &str) {
    // Where stderr is gone, nobody can be told.
    let _ = write!(anstream::stderr(), "{help}");
}
