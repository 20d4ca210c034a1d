//! Bodies that are watched while they pass.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

/// The next part of a body, if there is one, and if it is known yet.
pub(super) type NextPart<E> = Poll<Option<Result<Frame<Bytes>, E>>>;

/// What watches a body.
pub(super) trait Watch {
    /// Sees what polling the body has returned, and returns what its receiver gets. `is_end`: whether nothing follows, as far as
    /// is known.
    fn see<E>(&mut self, next: NextPart<E>, is_end: bool) -> NextPart<E>;

    /// Sees that the receiver polls no more. `is_end`: whether nothing was left to poll.
    fn dropped(&mut self, is_end: bool) {
        let _ = is_end;
    }
}

/// A body with what watches it.
pub(super) struct Watched<B: Body, W: Watch> {
    body: B,
    watch: W,
}

impl<B: Body, W: Watch> Watched<B, W> {
    pub(super) fn new(body: B, watch: W) -> Self {
        Self { body, watch }
    }
}

impl<B: Body, W: Watch> fmt::Debug for Watched<B, W> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Watched").finish_non_exhaustive()
    }
}

impl<B: Body<Data = Bytes> + Unpin, W: Watch + Unpin> Body for Watched<B, W> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let next = Pin::new(&mut self.body).poll_frame(context);
        let is_end = self.body.is_end_stream();
        self.watch.see(next, is_end)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl<B: Body, W: Watch> Drop for Watched<B, W> {
    fn drop(&mut self) {
        self.watch.dropped(self.body.is_end_stream());
    }
}
