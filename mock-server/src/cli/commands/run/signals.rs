//! Signals that are passed on to a command, and how it ends.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(super) use unix::{Signals, exit_code, send, terminate};
#[cfg(windows)]
pub(super) use windows::{Signals, exit_code, send, terminate};
