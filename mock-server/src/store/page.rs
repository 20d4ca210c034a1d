//! Pages of lists.

/// A part of a list.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Page {
    /// Maximum number of rows.
    pub limit: usize,
    /// Number of rows before the page.
    pub offset: usize,
}

impl Page {
    /// The rows of the page.
    pub(crate) fn select<I: Iterator>(self, rows: I) -> impl Iterator<Item = I::Item> {
        rows.skip(self.offset).take(self.limit)
    }
}
