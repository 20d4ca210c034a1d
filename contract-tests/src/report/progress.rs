//! A progress line on a terminal; nothing without one.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Steps done, number of steps, and a message, which is cut to the width of the terminal.
const LINE: &str = "{pos}/{len}  {wide_msg}";

/// A line on standard error, if that is a terminal.
#[derive(Debug)]
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// A hidden line, while the number of steps is unknown.
    pub(crate) fn hidden() -> Self {
        Self(ProgressBar::hidden())
    }

    /// A line for a given number of steps, none of them done.
    ///
    /// # Panics
    ///
    /// Never: the template is valid.
    pub(crate) fn new(steps: usize) -> Self {
        let bar =
            ProgressBar::with_draw_target(u64::try_from(steps).ok(), ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template(LINE).expect("the template is one");
        Self(bar.with_style(style))
    }

    /// Completes a step.
    pub(crate) fn step(&self, message: &str) {
        self.0.set_message(message.to_owned());
        self.0.inc(1);
    }

    pub(crate) fn set_message(&self, message: &str) {
        self.0.set_message(message.to_owned());
    }

    pub(crate) fn is_shown(&self) -> bool {
        !self.0.is_hidden()
    }

    /// Writes other output above the line.
    pub(crate) fn suspend<T>(&self, write: impl FnOnce() -> T) -> T {
        self.0.suspend(write)
    }

    pub(crate) fn end(&self) {
        self.0.finish_and_clear();
    }
}
