//! Words for the person at the terminal. A reader who has gone away is no error.

use std::{
    fmt::Display,
    io::{Write, stderr, stdout},
};

/// A line on standard output, at once.
pub(crate) fn line(text: impl Display) {
    let mut out = stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// An error on standard error.
pub(crate) fn error(text: impl Display) {
    let _ = writeln!(stderr().lock(), "error: {text}");
}
