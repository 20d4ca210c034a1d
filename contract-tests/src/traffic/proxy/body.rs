//! Bodies that are copied while they pass, so that judging changes neither their content nor their timing.

use std::{
    io::Read,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::{Bytes, BytesMut};
use flate2::read::{MultiGzDecoder, ZlibDecoder};
use http::{HeaderMap, header};
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, SizeHint};

/// Maximum size of a body in bytes; longer bodies are not judged.
const MAX_BODY: usize = 2 * 1024 * 1024;
/// Maximum size of a decompressed body, in bytes.
const MAX_DECODED: u64 = 16 * 1024 * 1024;
/// Buffer size of the brotli decoder.
const BUFFER: usize = 4096;

/// Receives the body after it has passed, if it was complete and not too long.
type End = Box<dyn FnOnce(Option<Bytes>) + Send>;

/// A body that is copied while it passes.
pub(super) struct TeeBody<B: Body> {
    body: B,
    /// None if the body is too long.
    copy: Option<BytesMut>,
    end: Option<End>,
}

impl<B: Body> std::fmt::Debug for TeeBody<B> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Copied").finish_non_exhaustive()
    }
}

impl<B: Body> TeeBody<B> {
    pub(super) fn new(body: B, end: impl FnOnce(Option<Bytes>) + Send + 'static) -> Self {
        Self {
            body,
            copy: Some(BytesMut::new()),
            end: Some(Box::new(end)),
        }
    }

    fn end(&mut self, is_whole: bool) {
        if let Some(end) = self.end.take() {
            let copy = self.copy.take().filter(|_| is_whole);
            end(copy.map(BytesMut::freeze));
        }
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for TeeBody<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        match &frame {
            Some(Ok(frame)) => {
                if let (Some(copy), Some(data)) = (&mut self.copy, frame.data_ref()) {
                    copy.extend_from_slice(data);
                }
                self.copy.take_if(|copy| copy.len() > MAX_BODY);
                // The receiver may be gone before the end is polled.
                if self.body.is_end_stream() {
                    self.end(true);
                }
            }
            Some(Err(_)) => self.end(false),
            None => self.end(true),
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl<B: Body> Drop for TeeBody<B> {
    fn drop(&mut self) {
        // The end of an empty body is never polled.
        let is_whole = self.body.is_end_stream();
        self.end(is_whole);
    }
}

/// Reads a body to its end, or up to the limit.
pub(super) async fn collected<B: Body<Data = Bytes> + Unpin>(
    body: &mut B,
) -> BufferedBody<B::Error> {
    let (mut frames, mut length) = (Vec::new(), 0);
    while let Some(frame) = body.frame().await {
        match frame {
            Ok(frame) => {
                length += frame.data_ref().map_or(0, Bytes::len);
                frames.push(Ok(frame));
            }
            Err(error) => {
                frames.push(Err(error));
                break;
            }
        }
        if length > MAX_BODY {
            return BufferedBody {
                frames,
                is_all: false,
            };
        }
    }
    BufferedBody {
        frames,
        is_all: true,
    }
}

/// The frames of a body read so far.
pub(super) struct BufferedBody<E> {
    pub(super) frames: Vec<Result<Frame<Bytes>, E>>,
    pub(super) is_all: bool,
}

impl<E> BufferedBody<E> {
    /// The body, if it was complete.
    pub(super) fn whole(&self) -> Option<Bytes> {
        let mut body = BytesMut::new();
        for frame in &self.frames {
            let frame = frame.as_ref().ok()?;
            body.extend_from_slice(frame.data_ref().map_or(&[], |data| data));
        }
        self.is_all.then(|| body.freeze())
    }
}

/// A body without its content coding, if the coding is known.
pub(super) fn decoded(headers: &HeaderMap, body: Bytes) -> Option<Bytes> {
    let codings: Vec<_> = headers.get_all(header::CONTENT_ENCODING).iter().collect();
    let coding = match &codings[..] {
        [] => return Some(body),
        [coding] => coding.to_str().ok()?.trim().to_ascii_lowercase(),
        [..] => return None,
    };
    let read: &mut dyn Read = match &*coding {
        "" | "identity" => return Some(body),
        "gzip" | "x-gzip" => &mut MultiGzDecoder::new(&*body),
        "deflate" => &mut ZlibDecoder::new(&*body),
        "br" => &mut brotli_decompressor::Decompressor::new(&*body, BUFFER),
        _ => return None,
    };
    let mut decoded = Vec::new();
    read.take(MAX_DECODED + 1).read_to_end(&mut decoded).ok()?;
    (decoded.len() as u64 <= MAX_DECODED).then(|| decoded.into())
}

#[cfg(test)]
mod tests {
    use std::{io::Write, sync::Arc};

    use flate2::{Compression, write::GzEncoder};
    use http::HeaderValue;
    use http_body_util::Full;
    use parking_lot::Mutex;

    use super::*;

    #[tokio::test]
    async fn long_body_passes_without_being_kept() {
        for (length, is_kept) in [(MAX_BODY, true), (MAX_BODY + 1, false)] {
            let kept = Arc::new(Mutex::new(None));
            let end = Arc::clone(&kept);
            let body = Full::new(Bytes::from(vec![b' '; length]));
            let body = TeeBody::new(body, move |copy| *end.lock() = Some(copy));
            let passed = body.collect().await.unwrap().to_bytes();
            assert_eq!(passed.len(), length);
            let copy = kept.lock().take().unwrap();
            assert_eq!(copy.is_some(), is_kept, "{length}");
        }
    }

    #[test]
    fn body_that_expands_far_is_not_decoded() {
        let mut headers = HeaderMap::new();
        let gzip = HeaderValue::from_static("gzip");
        headers.insert(header::CONTENT_ENCODING, gzip);
        for (length, is_decoded) in [(MAX_DECODED, true), (MAX_DECODED + 1, false)] {
            let mut zipped = GzEncoder::new(Vec::new(), Compression::fast());
            let spaces = vec![b' '; usize::try_from(length).unwrap()];
            zipped.write_all(&spaces).unwrap();
            let body = zipped.finish().unwrap().into();
            assert_eq!(decoded(&headers, body).is_some(), is_decoded, "{length}");
        }
    }
}
