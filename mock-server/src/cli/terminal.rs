//! Output for the user. A closed output is not an error.

use std::{
    fmt::Display,
    io::{Write, stderr, stdout},
    process::ExitCode,
};

use schemas::key::redact;

/// Prints a line to standard output, and flushes it.
pub(crate) fn line(text: impl Display) {
    let mut out = stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// Prints the help or the usage error of clap. Keys in misplaced arguments are masked.
pub(crate) fn help(help_or_error: &clap::Error) -> ExitCode {
    if !help_or_error.use_stderr() {
        let _ = help_or_error.print();
        return ExitCode::SUCCESS;
    }
    let _ = write!(stderr().lock(), "{}", redact(&help_or_error.to_string()));
    ExitCode::from(2)
}

/// Prints an error to standard error.
pub(crate) fn error(text: impl Display) {
    let _ = writeln!(stderr().lock(), "error: {text}");
}
