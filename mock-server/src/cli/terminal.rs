//! Words for the person at the terminal. A reader who has gone away is no error.

use std::{
    fmt::Display,
    io::{Write, stderr, stdout},
    process::ExitCode,
};

use schemas::key::redact;

/// A line on standard output, at once.
pub(crate) fn line(text: impl Display) {
    let mut out = stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// What clap has to say instead of a command line: help, or what is wrong with it. A key that was put in
/// the wrong place is not shown.
pub(crate) fn help(help_or_error: &clap::Error) -> ExitCode {
    if !help_or_error.use_stderr() {
        let _ = help_or_error.print();
        return ExitCode::SUCCESS;
    }
    let _ = write!(stderr().lock(), "{}", redact(&help_or_error.to_string()));
    ExitCode::from(2)
}

/// An error on standard error.
pub(crate) fn error(text: impl Display) {
    let _ = writeln!(stderr().lock(), "error: {text}");
}
