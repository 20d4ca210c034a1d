//! Output for the user.

use std::{
    fmt::Display,
    io::{self, ErrorKind, Write, stderr, stdout},
    process::ExitCode,
};

use super::environment::usage_error;

/// Standard output cannot be written, such as to a full disk.
#[derive(Debug, thiserror::Error)]
#[error("cannot write to standard output: {0}")]
pub(crate) struct OutputError(io::Error);

/// Prints a line to standard output, and flushes it. A closed pipe is not an error: its reader has read enough.
pub(crate) fn line(text: impl Display) -> Result<(), OutputError> {
    let mut out = stdout().lock();
    unless_closed(writeln!(out, "{text}").and_then(|()| out.flush()))
}

/// Prints the help that was asked for, or the usage error of the built command.
pub(crate) fn help(
    help_or_error: &clap::Error,
    command: &clap::Command,
) -> Result<ExitCode, OutputError> {
    if !help_or_error.use_stderr() {
        let printed = help_or_error.print().and_then(|()| stdout().flush());
        return unless_closed(printed).map(|()| ExitCode::SUCCESS);
    }
    let _ = write!(stderr().lock(), "{}", usage_error(help_or_error, command));
    Ok(ExitCode::from(2))
}

fn unless_closed(written: io::Result<()>) -> Result<(), OutputError> {
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(OutputError(error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Prints an error to standard error. If that fails, there is nowhere to report it.
pub(crate) fn error(text: impl Display) {
    let _ = writeln!(stderr().lock(), "error: {text}");
}

/// Names the page of the book that helps with an error.
pub(crate) fn see(program: &str, page: &docs::Page) {
    note(format_args!("see `{program} docs {}`", page.topic));
}

/// Prints a text to standard error, as it is.
pub(crate) fn note(text: impl Display) {
    let _ = writeln!(stderr().lock(), "{text}");
}

/// A text that may come from a client, without control characters that a terminal would interpret.
pub(crate) fn harmless(text: &str) -> String {
    let shown = |character: char| {
        if character.is_control() {
            char::REPLACEMENT_CHARACTER
        } else {
            character
        }
    };
    text.chars().map(shown).collect()
}
