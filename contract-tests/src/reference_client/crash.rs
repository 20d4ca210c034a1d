//! Ends the process as an uncaught exception of another runtime does.

use std::{
    io::{self, Write},
    process,
};

const PYTHON: &str = "Traceback (most recent call last):\n  File \"client.py\", line 1, in <module>\nValueError: unexpected\n";
const NODE: &str =
    "client.mjs:1\n^\n\nTypeError: unexpected\n    at client.mjs:1:1\n\nNode.js v20.0.0\n";

/// How a program ends with an uncaught exception.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Crash {
    /// By an abort.
    Abort,
    /// Like an uncaught exception in Python.
    Python,
    /// Like an uncaught exception in Node.
    Node,
}

/// Ends the process in the manner of the runtime.
#[expect(clippy::exit, reason = "whoever dies does not return")]
pub(super) fn crash_like(crash: Crash) -> ! {
    let text = match crash {
        Crash::Abort => process::abort(),
        Crash::Python => PYTHON,
        Crash::Node => NODE,
    };
    let _ = io::stderr().write_all(text.as_bytes());
    process::exit(1)
}
