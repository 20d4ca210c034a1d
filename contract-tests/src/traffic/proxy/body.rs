//! Bodies that are copied while they pass, so that judging changes neither their content nor their timing.

use std::{io::Read, task::Poll};

use bytes::{Bytes, BytesMut};
use flate2::read::{MultiGzDecoder, ZlibDecoder};
use http_body_util::BodyExt;
use hyper::body::{Body, Frame};

use super::{
    memory::BodyMemory,
    watched::{NextPart, Watch, Watched},
};
use crate::traffic::recorded::RecordedMessage;

/// Maximum size of a body in bytes; longer bodies are not judged.
const MAX_BODY: usize = 2 * 1024 * 1024;
/// Maximum size of a decompressed body, in bytes.
const MAX_DECODED: u64 = 16 * 1024 * 1024;
/// Buffer size of the brotli decoder.
const BUFFER: usize = 4096;

/// A body that is kept, with the memory for it.
#[derive(Debug)]
pub(super) struct KeptBody {
    pub(super) bytes: Bytes,
    pub(super) memory: BodyMemory,
}

/// Receives the body after it has passed, if it was complete, not too long, and there was memory for it.
type End = Box<dyn FnOnce(Option<KeptBody>) + Send>;

/// A body that is copied while it passes.
pub(super) type TeeBody<B> = Watched<B, Tee>;

/// Copies a body.
pub(super) struct Tee {
    /// None if the body is too long, or there is no memory for it.
    copy: Option<BodyCopy>,
    end: Option<End>,
}

/// The copy of a body so far.
struct BodyCopy {
    bytes: BytesMut,
    memory: BodyMemory,
}

impl BodyCopy {
    /// Adds a part, if there is room for it.
    fn add(&mut self, data: &[u8]) -> Option<()> {
        if self.bytes.len() + data.len() > MAX_BODY {
            return None;
        }
        self.bytes.extend_from_slice(data);
        self.memory.hold(self.bytes.capacity()).ok()
    }
}

impl<B: Body> TeeBody<B> {
    /// A body that is copied as far as there is memory. `end` receives the copy.
    pub(super) fn copied(
        body: B,
        memory: BodyMemory,
        end: impl FnOnce(Option<KeptBody>) + Send + 'static,
    ) -> Self {
        let bytes = BytesMut::new();
        let tee = Tee {
            copy: Some(BodyCopy { bytes, memory }),
            end: Some(Box::new(end)),
        };
        Self::new(body, tee)
    }

    /// A body that is not copied. `until_end` is dropped after it has passed.
    pub(super) fn uncopied(body: B, until_end: impl Send + 'static) -> Self {
        let tee = Tee {
            copy: None,
            end: Some(Box::new(move |_| drop(until_end))),
        };
        Self::new(body, tee)
    }
}

impl Tee {
    fn end(&mut self, is_whole: bool) {
        if let Some(end) = self.end.take() {
            let copy = self.copy.take().filter(|_| is_whole);
            end(copy.map(|BodyCopy { bytes, memory }| KeptBody {
                bytes: bytes.freeze(),
                memory,
            }));
        }
    }
}

impl Watch for Tee {
    fn see<E>(&mut self, next: NextPart<E>, is_end: bool) -> NextPart<E> {
        match &next {
            Poll::Pending => {}
            Poll::Ready(Some(Ok(frame))) => {
                if let Some(data) = frame.data_ref() {
                    self.copy.take_if(|copy| copy.add(data).is_none());
                }
                // The receiver may be gone before the end is polled.
                if is_end {
                    self.end(true);
                }
            }
            Poll::Ready(Some(Err(_))) => self.end(false),
            Poll::Ready(None) => self.end(true),
        }
        next
    }

    /// The end of an empty body is never polled.
    fn dropped(&mut self, is_end: bool) {
        self.end(is_end);
    }
}

/// Reads a body to its end, or as far as it is kept.
pub(super) async fn collected<B: Body<Data = Bytes> + Unpin>(
    body: &mut B,
    mut memory: BodyMemory,
) -> BufferedBody<B::Error> {
    let mut bytes = BytesMut::new();
    let mut memory_to_judge = memory.another();
    let (mut last, mut is_all) = (None, true);
    while is_all && let Some(frame) = body.frame().await {
        match frame.map(Frame::into_data) {
            Ok(Ok(data)) => {
                // Kept as they are, many short parts would take far more memory than their bytes.
                bytes.extend_from_slice(&data);
                let capacity = bytes.capacity();
                // Either may need them for longer: whoever sends them, or the judge.
                is_all = bytes.len() <= MAX_BODY
                    && memory.hold(capacity).is_ok()
                    && memory_to_judge.hold(capacity).is_ok();
            }
            Ok(Err(trailers)) => last = Some(Ok(trailers)),
            Err(error) => {
                last = Some(Err(error));
                break;
            }
        }
    }
    let bytes = bytes.freeze();
    let is_whole = is_all && !matches!(last, Some(Err(_)));
    let whole = is_whole.then(|| KeptBody {
        bytes: bytes.clone(),
        memory: memory_to_judge,
    });
    BufferedBody {
        bytes,
        last,
        whole,
        memory,
    }
}

/// What was read of a body so far.
pub(super) struct BufferedBody<E> {
    pub(super) bytes: Bytes,
    /// What follows the bytes: trailers, or the error that the body ended with.
    pub(super) last: Option<Result<Frame<Bytes>, E>>,
    /// The body for the judge, if it was complete.
    pub(super) whole: Option<KeptBody>,
    /// The memory of the bytes.
    pub(super) memory: BodyMemory,
}

/// The body of a message without its content coding, if the coding is known.
pub(super) fn decoded(message: &RecordedMessage, body: Bytes) -> Option<Vec<u8>> {
    let codings: Vec<_> = message.all("content-encoding").collect();
    let coding = match &codings[..] {
        [] => return Some(body.into()),
        [coding] => coding.trim().to_ascii_lowercase(),
        [..] => return None,
    };
    let read: &mut dyn Read = match &*coding {
        "" | "identity" => return Some(body.into()),
        "gzip" | "x-gzip" => &mut MultiGzDecoder::new(&*body),
        "deflate" => &mut ZlibDecoder::new(&*body),
        "br" => &mut brotli_decompressor::Decompressor::new(&*body, BUFFER),
        _ => return None,
    };
    let mut decoded = Vec::new();
    read.take(MAX_DECODED + 1).read_to_end(&mut decoded).ok()?;
    (decoded.len() as u64 <= MAX_DECODED).then_some(decoded)
}

#[cfg(test)]
mod tests {
    use std::{io::Write, sync::Arc};

    use flate2::{Compression, write::GzEncoder};
    use futures_util::stream;
    use http::HeaderMap;
    use http_body_util::{Full, StreamBody};
    use parking_lot::Mutex;

    use super::*;
    use crate::traffic::{budget::BODIES, proxy::memory::ExchangeMemory};

    /// Passes a body of this length on; returns what was kept of it.
    async fn kept(memory: &Arc<ExchangeMemory>, length: usize) -> Option<KeptBody> {
        let kept = Arc::new(Mutex::new(None));
        let end = Arc::clone(&kept);
        let body = Full::new(Bytes::from(vec![b' '; length]));
        let body = TeeBody::copied(body, memory.body(), move |copy| *end.lock() = Some(copy));
        let passed = body.collect().await.unwrap().to_bytes();
        assert_eq!(passed.len(), length);
        kept.lock().take().unwrap()
    }

    #[tokio::test]
    async fn long_body_passes_without_being_kept() {
        let memory = Arc::default();
        assert!(kept(&memory, MAX_BODY).await.is_some());
        assert!(kept(&memory, MAX_BODY + 1).await.is_none());
        assert_eq!(memory.warnings(), [""; 0]);
    }

    #[tokio::test]
    async fn bodies_are_kept_while_there_is_memory() {
        let memory = Arc::default();
        let most = BODIES * 1024 * 1024 / MAX_BODY;
        let mut all = Vec::new();
        while all.len() <= most
            && let Some(body) = kept(&memory, MAX_BODY).await
        {
            all.push(body);
        }
        assert!((most / 2..=most).contains(&all.len()), "{}", all.len());
        assert!(memory.warnings()[0].starts_with("1 body forwarded"));
        let body = Full::new(Bytes::from(vec![b' '; MAX_BODY]));
        let read = collected(&mut body.clone(), memory.body()).await;
        assert!(read.whole.is_none());
        all.clear();
        let read = collected(&mut body.clone(), memory.body()).await;
        assert_eq!(read.whole.unwrap().bytes.len(), MAX_BODY);
        assert!(kept(&memory, MAX_BODY).await.is_some());
    }

    /// Kept one by one, each would take a hundred times its length.
    #[tokio::test]
    async fn short_parts_of_a_body_are_kept_as_one() {
        let parts = 10_000;
        let part = || Ok(Frame::data(Bytes::from_static(b" ")));
        let body = |last: Option<Result<Frame<Bytes>, &'static str>>| {
            let data = (0..parts).map(move |_| part());
            StreamBody::new(stream::iter(data.chain(last)))
        };
        let memory: Arc<ExchangeMemory> = Arc::default();
        let trailers = Frame::trailers(HeaderMap::new());
        let read = collected(&mut body(Some(Ok(trailers))), memory.body()).await;
        assert_eq!(read.bytes.len(), parts);
        assert!(matches!(&read.last, Some(Ok(frame)) if frame.is_trailers()));
        assert_eq!(read.whole.unwrap().bytes.len(), parts);
        let read = collected(&mut body(Some(Err("cut"))), memory.body()).await;
        assert_eq!(read.bytes.len(), parts, "they are still forwarded");
        assert!(matches!(read.last, Some(Err("cut"))));
        assert!(read.whole.is_none());
    }

    #[test]
    fn body_that_expands_far_is_not_decoded() {
        let gzip = ("Content-Encoding".to_owned(), "gzip".to_owned());
        let message = RecordedMessage {
            headers: Some(vec![gzip]),
            ..RecordedMessage::default()
        };
        let decoded = |length| {
            let mut zipped = GzEncoder::new(Vec::new(), Compression::fast());
            let spaces = vec![b' '; usize::try_from(length).unwrap()];
            zipped.write_all(&spaces).unwrap();
            decoded(&message, zipped.finish().unwrap().into())
        };
        let most = decoded(MAX_DECODED).unwrap();
        assert_eq!(most.len() as u64, MAX_DECODED);
        assert!(decoded(MAX_DECODED + 1).is_none());
    }
}
