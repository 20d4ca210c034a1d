//! Which part of a list is wanted.

/// A part of a list.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Page {
    /// Rows at most.
    pub limit: usize,
    /// Rows before it.
    pub offset: usize,
}

impl Page {
    /// The part of these rows.
    pub(crate) fn of<I: Iterator>(self, rows: I) -> impl Iterator<Item = I::Item> {
        rows.skip(self.offset).take(self.limit)
    }
}
