//! Starts a program, and ends it together with all processes that it has started, as far as the system can.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(super) use unix::{Family, Launcher, signal};
#[cfg(windows)]
pub(super) use windows::{Family, Launcher, signal};
