//! How far a run has come: a line of a terminal that is drawn anew, and nothing where nobody watches.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// What has been done, of how much, and what it is about. At the end of a narrow terminal, it is cut.
const LINE: &str = "{pos}/{len}  {wide_msg}";

/// A line on standard error, if that is a terminal.
#[derive(Debug)]
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// No line, before it is known how much there is to do.
    pub(crate) fn hidden() -> Self {
        Self(ProgressBar::hidden())
    }

    /// Of so many steps, none of which is done.
    ///
    /// # Panics
    ///
    /// Never: the template is one.
    pub(crate) fn of(steps: usize) -> Self {
        let bar =
            ProgressBar::with_draw_target(u64::try_from(steps).ok(), ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template(LINE).expect("the template is one");
        Self(bar.with_style(style))
    }

    /// A step is done, about which this is to be said.
    pub(crate) fn step(&self, message: &str) {
        self.0.set_message(message.to_owned());
        self.0.inc(1);
    }

    /// Says something else, though nothing more is done.
    pub(crate) fn set_message(&self, message: &str) {
        self.0.set_message(message.to_owned());
    }

    /// Whether somebody sees it.
    pub(crate) fn is_shown(&self) -> bool {
        !self.0.is_hidden()
    }

    /// Writes something else, above the line.
    pub(crate) fn suspend<T>(&self, write: impl FnOnce() -> T) -> T {
        self.0.suspend(write)
    }

    /// There is nothing more to do.
    pub(crate) fn end(&self) {
        self.0.finish_and_clear();
    }
}
