//! Where the text of a page comes from. A debug build reads its file, so that a changed page compiles nothing anew; any other
//! build has the text in itself.

use std::{borrow::Cow, io};

/// The path of a page in a debug build, its text in any other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source(&'static str);

#[cfg(debug_assertions)]
macro_rules! source {
    ($path:literal) => {
        Source::new($path)
    };
}
#[cfg(not(debug_assertions))]
macro_rules! source {
    ($path:literal) => {
        Source::new(include_str!($path))
    };
}
pub(crate) use source;

impl Source {
    pub(crate) const fn new(path_or_text: &'static str) -> Self {
        Self(path_or_text)
    }

    #[cfg(debug_assertions)]
    pub(crate) fn read(self) -> io::Result<Cow<'static, str>> {
        let text = std::fs::read_to_string(self.0);
        let missing = |error| io::Error::other(format!("cannot read {}: {error}", self.0));
        text.map(Cow::Owned).map_err(missing)
    }

    #[cfg(not(debug_assertions))]
    #[expect(clippy::unnecessary_wraps, reason = "a debug build reads a file")]
    pub(crate) fn read(self) -> io::Result<Cow<'static, str>> {
        Ok(Cow::Borrowed(self.0))
    }
}
