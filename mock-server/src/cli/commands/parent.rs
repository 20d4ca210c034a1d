//! Notices the end of the process that started this one, so that a test run that dies leaves no server behind.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(super) use unix::Watched;
#[cfg(windows)]
pub(super) use windows::Watched;
