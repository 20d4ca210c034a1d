//! A body that is followed by spaces, which use no memory.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use axum::body::{Body, HttpBody};
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};

/// Spaces are sent in parts of this size.
static SPACES: [u8; 64 * 1024] = [b' '; 64 * 1024];

/// A body that is followed by spaces.
struct WithSpaces {
    body: Option<Bytes>,
    spaces: u64,
}

/// A body, followed by this many spaces.
pub(super) fn with_spaces(body: Bytes, spaces: u64) -> Body {
    if spaces == 0 {
        return Body::from(body);
    }
    Body::new(WithSpaces {
        body: Some(body).filter(|body| !body.is_empty()),
        spaces,
    })
}

impl HttpBody for WithSpaces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let part = self.body.take().unwrap_or_else(|| {
            let length = usize::try_from(self.spaces).unwrap_or(usize::MAX);
            let part = &SPACES[..length.min(SPACES.len())];
            self.spaces -= part.len() as u64;
            Bytes::from_static(part)
        });
        Poll::Ready((!part.is_empty()).then(|| Ok(Frame::data(part))))
    }

    /// What is in memory. The rest may be sent in chunks, so that its length is not known.
    fn size_hint(&self) -> SizeHint {
        let mut hint = SizeHint::new();
        hint.set_lower(self.body.as_ref().map_or(0, Bytes::len) as u64);
        hint
    }
}
