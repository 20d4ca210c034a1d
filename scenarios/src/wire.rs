//! What becomes of an answer's bytes on their way out.

use std::time::Duration;

/// What becomes of the bytes of one answer. A count of bytes begins with its status line.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Wire {
    /// All go out, as they are.
    #[default]
    Whole,
    /// After so many bytes the connection is reset.
    ResetAfter(usize),
    /// After so many bytes the connection is closed, in good order.
    CloseAfter(usize),
    /// After so many bytes nothing more comes, and the connection stays open.
    StallAfter(usize),
    /// So many bytes at a time, with a pause after each.
    Drip {
        /// Bytes at a time, at least one.
        bytes: usize,
        /// The pause.
        every: Duration,
    },
    /// These bytes come before the answer.
    Prefix(Vec<u8>),
    /// These bytes come in place of the answer.
    Replace {
        /// The bytes.
        bytes: Vec<u8>,
        /// Whether the connection is closed after them.
        close: bool,
    },
    /// The answer is as it should be; when the next request comes, the connection is reset.
    ResetOnNextRequest,
    /// The answer is as it should be; then the connection is closed, without a word of it.
    CloseAfterwards,
}
