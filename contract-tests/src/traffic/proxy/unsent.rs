//! What has been handed over to be sent, and takes memory until it is: the other side may read slowly.

use std::{
    collections::VecDeque,
    sync::Arc,
    task::{Poll, ready},
};

use bytes::Bytes;
use http::HeaderMap;
use parking_lot::Mutex;

use super::{
    MAX_STREAMS,
    memory::RequestMemory,
    watched::{NextPart, Watch, Watched},
};

/// A part of a body, and the memory for it.
struct Part<M> {
    bytes: Bytes,
    _memory: M,
}

impl<M> AsRef<[u8]> for Part<M> {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// The same bytes. The memory is released when they have been sent, or will not be.
pub(super) fn until_sent(bytes: Bytes, memory: impl Send + 'static) -> Bytes {
    Bytes::from_owner(Part {
        bytes,
        _memory: memory,
    })
}

/// A body of a response, with the memory of its request until its last part has been sent.
pub(super) type UnsentBody<B> = Watched<B, Unsent>;

/// Keeps the memory of a request until its response has been sent.
#[derive(Debug)]
pub(super) struct Unsent {
    memory: Option<RequestMemory>,
    headers: Arc<UnsentHeaders>,
}

impl Unsent {
    pub(super) fn new(memory: RequestMemory, headers: Arc<UnsentHeaders>) -> Self {
        Self {
            memory: Some(memory),
            headers,
        }
    }
}

impl Watch for Unsent {
    fn see<E>(&mut self, next: NextPart<E>, is_end: bool) -> NextPart<E> {
        let frame = ready!(next);
        if let Some(Ok(last)) = &frame
            && let Some(trailers) = last.trailers_ref()
            && let Some(memory) = self.memory.take()
        {
            self.headers.add(trailers, memory);
            return Poll::Ready(frame);
        }
        // Without this, the end is polled once all parts have been sent.
        if is_end && let Some(memory) = self.memory.take() {
            let last = |bytes| until_sent(bytes, memory);
            return Poll::Ready(frame.map(|frame| frame.map(|frame| frame.map_data(last))));
        }
        Poll::Ready(frame)
    }
}

/// The memory of the latest headers that ended a response on a connection: a head without a body, or trailers. There is no sign
/// that they were sent, but a client opens at most [`MAX_STREAMS`] requests before it has read the first response.
#[derive(Debug, Default)]
pub(super) struct UnsentHeaders(Mutex<VecDeque<RequestMemory>>);

impl UnsentHeaders {
    /// Keeps what these headers take of the memory of their request.
    pub(super) fn add(&self, headers: &HeaderMap, mut memory: RequestMemory) {
        memory.keep_only(headers);
        let mut latest = self.0.lock();
        latest.push_back(memory);
        if latest.len() > MAX_STREAMS as usize {
            latest.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use futures_util::stream;
    use http::{HeaderValue, Request, Version};
    use http_body_util::{BodyExt, StreamBody};
    use hyper::body::Frame;

    use super::*;
    use crate::traffic::proxy::memory::ExchangeMemory;

    fn long_head(bytes: usize) -> HeaderMap {
        let value = HeaderValue::try_from("x".repeat(bytes)).unwrap();
        HeaderMap::from_iter([(http::header::SERVER, value)])
    }

    #[test]
    fn keeps_the_memory_of_as_many_heads_as_can_be_unsent() {
        let memory: Arc<ExchangeMemory> = Arc::default();
        let request = Request::get("/").body(String::new()).unwrap();
        // Some more than can be unsent fit into the memory for open requests, but not twice as many.
        let head = long_head(1_480_000);
        let unsent = UnsentHeaders::default();
        for _ in 0..2 * MAX_STREAMS {
            let mut memory = memory.begin(&request).unwrap();
            memory.add(&head).expect("older ones are released");
            unsent.add(&head, memory);
        }
        let more = || {
            let mut more = memory.begin(&request).unwrap();
            more.add(&long_head(10_000_000)).map(|()| more)
        };
        assert!(more().is_err());
        drop(unsent);
        more().unwrap();
    }

    #[tokio::test]
    async fn keeps_the_memory_of_trailers_that_follow_a_body() {
        let memory: Arc<ExchangeMemory> = Arc::default();
        let request = Request::get("/").body(String::new()).unwrap();
        let begin = |head: &HeaderMap| {
            let mut begun = memory.begin(&request).unwrap();
            begun.add(head).map(|()| begun)
        };
        let unsent: Arc<UnsentHeaders> = Arc::default();
        let trailers = long_head(48_000_000);
        let frames = [Frame::data(Bytes::from("x")), Frame::trailers(trailers)];
        let body = StreamBody::new(stream::iter(frames.map(Ok::<_, Infallible>)));
        let begun = begin(&long_head(24_000_000)).unwrap();
        let body = UnsentBody::new(body, Unsent::new(begun, Arc::clone(&unsent)));
        let sent = body.collect().await.unwrap();
        assert!(sent.trailers().is_some());
        assert!(begin(&long_head(10_000_000)).is_err());
        drop(unsent);
        begin(&long_head(10_000_000)).unwrap();
    }

    #[test]
    fn keeps_only_the_heads() {
        let memory: Arc<ExchangeMemory> = Arc::default();
        let request = Request::get("/").version(Version::HTTP_2);
        let request = request.header("x-long", "x".repeat(10_000));
        let request = request.body(String::new()).unwrap();
        let connections = [(); 30].map(|()| UnsentHeaders::default());
        for unsent in &connections {
            for _ in 0..MAX_STREAMS {
                let memory = memory.begin(&request).expect("earlier ones take little");
                unsent.add(&long_head(100), memory);
            }
        }
    }
}
