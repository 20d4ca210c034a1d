//! Limits the memory that the exchanges of all connections take together. Clients and servers decide on the size of heads and
//! bodies, and many are under way at a time.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use http::{HeaderMap, Request, Version};
use hyper::body::Body;

use super::HEADER_LIST_MEMORY as TRAILERS;
use crate::{
    finding::{
        count,
        memory::{Exhausted, Held, Memory},
    },
    traffic::{
        budget::{BODIES, NEW_RESPONSES, OPEN_REQUESTS, WAITING},
        recorded::RecordedExchange,
    },
};

/// Bytes per exchange, and per header besides its name and value.
const PER_EXCHANGE: usize = 1024;
const PER_HEADER: usize = 256;
/// A head is kept to forward it, and to judge it.
const COPIES: usize = 2;
/// The same of a target, in which the judge may encode every character.
const TARGET_COPIES: usize = 4;
/// Bytes of a stream of HTTP/2 that wait to be sent: a part of the body of the request, and one of the response.
const PER_STREAM: usize = 2 * 16 * 1024;
const _: () = assert!(
    (OPEN_REQUESTS << 20) / (PER_STREAM + TRAILERS) * TRAILERS <= NEW_RESPONSES << 20,
    "each open request over HTTP/2 may have a response whose head nobody has counted"
);

/// The memory that exchanges may take.
#[derive(Debug)]
pub(super) struct ExchangeMemory {
    requests: Memory,
    bodies: Memory,
    waiting: Memory,
    /// Number of bodies that there was no memory for.
    unjudged: AtomicUsize,
    /// Number of requests that there was no memory for.
    refused: AtomicUsize,
    /// Number of responses whose heads there was no memory for.
    replaced: AtomicUsize,
}

/// The memory of an open request: its head and that of its response, and what waits to be sent.
#[derive(Debug)]
pub(super) struct RequestMemory {
    held: Held,
    bytes: usize,
    trailers: Option<TrailersMemory>,
}

/// The memory for the trailers of a request, which can arrive until both its body has been read and its response has been sent.
#[derive(Clone, Debug)]
pub(super) struct TrailersMemory(
    #[expect(dead_code, reason = "it is released when it is dropped")] Arc<Held>,
);

/// The memory of a body.
#[derive(Debug)]
pub(super) struct BodyMemory {
    held: Held,
    shared: Arc<ExchangeMemory>,
}

impl Default for ExchangeMemory {
    fn default() -> Self {
        Self {
            requests: Memory::new(OPEN_REQUESTS * 1024),
            bodies: Memory::new(BODIES * 1024),
            waiting: Memory::new(WAITING * 1024),
            unjudged: AtomicUsize::new(0),
            refused: AtomicUsize::new(0),
            replaced: AtomicUsize::new(0),
        }
    }
}

impl ExchangeMemory {
    /// Reserves memory for a new request. If there is none, the request is refused.
    pub(super) fn begin<B: Body>(&self, request: &Request<B>) -> Result<RequestMemory, Exhausted> {
        let memory = self.reserve(request);
        memory.inspect_err(|_| {
            self.refused.fetch_add(1, Ordering::Relaxed);
        })
    }

    fn reserve<B: Body>(&self, request: &Request<B>) -> Result<RequestMemory, Exhausted> {
        let target = request.uri().path_and_query();
        let target = target.map_or(0, |target| target.as_str().len());
        let mut memory = RequestMemory {
            held: self.requests.nothing(),
            bytes: PER_EXCHANGE + TARGET_COPIES * target,
            trailers: None,
        };
        if request.version() == Version::HTTP_2 {
            memory.bytes += PER_STREAM + TRAILERS;
            if !request.body().is_end_stream() {
                let mut trailers = self.requests.nothing();
                trailers.hold(TRAILERS)?;
                memory.trailers = Some(TrailersMemory(Arc::new(trailers)));
            }
        }
        memory.add(request.headers())?;
        Ok(memory)
    }

    /// Memory for a body, of which nothing is reserved.
    pub(super) fn body(self: &Arc<Self>) -> BodyMemory {
        BodyMemory {
            held: self.bodies.nothing(),
            shared: Arc::clone(self),
        }
    }

    /// Reserves memory for an exchange that waits for the judge, besides that of its bodies.
    pub(super) fn wait(&self, exchange: &RecordedExchange) -> Result<Held, Exhausted> {
        let response = exchange.answer.as_ref().map(|response| &response.message);
        let messages = [Some(&exchange.request), response].into_iter().flatten();
        let headers = messages.flat_map(|message| message.headers.iter().flatten());
        let headers = headers.map(|(name, value)| PER_HEADER + name.len() + value.len());
        let line = exchange.method.len() + exchange.url.as_str().len();
        let mut held = self.waiting.nothing();
        held.hold(PER_EXCHANGE + line + headers.sum::<usize>())?;
        Ok(held)
    }

    /// Records that there was no memory for a body.
    pub(super) fn note_unjudged(&self) {
        self.unjudged.fetch_add(1, Ordering::Relaxed);
    }

    /// Records that there was no memory for the head of a response.
    pub(super) fn note_replaced(&self) {
        self.replaced.fetch_add(1, Ordering::Relaxed);
    }

    /// What to report about requests, responses and bodies that there was no memory for.
    pub(super) fn warnings(&self) -> Vec<String> {
        let unjudged = self.unjudged.load(Ordering::Relaxed);
        let unjudged = (unjudged > 0).then(|| {
            let bodies = count(unjudged, "body");
            format!(
                "{bodies} forwarded, but not judged: the proxy keeps at most {BODIES} MiB of bodies and {OPEN_REQUESTS} MiB \
                 of open requests at a time"
            )
        });
        let refused = self.refused.load(Ordering::Relaxed);
        let refused = (refused > 0).then(|| {
            let requests = count(refused, "request");
            format!(
                "{requests} refused by the proxy with 503: it keeps at most {OPEN_REQUESTS} MiB of open requests at a time; \
                 send fewer concurrently"
            )
        });
        let replaced = self.replaced.load(Ordering::Relaxed);
        let replaced = (replaced > 0).then(|| {
            let responses = count(replaced, "response");
            format!(
                "{responses} replaced by the proxy with 502: it keeps at most {OPEN_REQUESTS} MiB of open requests at a time, \
                 with the heads of their responses; send fewer concurrently"
            )
        });
        unjudged
            .into_iter()
            .chain(refused)
            .chain(replaced)
            .collect()
    }
}

impl RequestMemory {
    /// Reserves memory for headers.
    pub(super) fn add(&mut self, headers: &HeaderMap) -> Result<(), Exhausted> {
        self.bytes += COPIES * size(headers);
        self.held.hold(self.bytes)
    }

    /// The memory for the trailers of the request, if it may have any.
    pub(super) fn trailers(&self) -> Option<TrailersMemory> {
        self.trailers.clone()
    }

    /// Keeps only what these headers take until they are sent. The body of the request keeps the memory for its trailers itself.
    pub(super) fn keep_only(&mut self, headers: &HeaderMap) {
        self.trailers = None;
        self.bytes = self.bytes.min(PER_EXCHANGE + size(headers));
        self.held.shrink(self.bytes);
    }
}

/// The size in memory of headers, in bytes.
fn size(headers: &HeaderMap) -> usize {
    let headers = headers.iter();
    let sizes = headers.map(|(name, value)| PER_HEADER + name.as_str().len() + value.len());
    sizes.sum()
}

impl BodyMemory {
    /// Reserves what is missing to hold this many bytes. If there is no memory, the body is not judged.
    pub(super) fn hold(&mut self, bytes: usize) -> Result<(), Exhausted> {
        let held = self.held.hold(bytes);
        held.inspect_err(|_| self.shared.note_unjudged())
    }

    /// Memory for another form of the same body, of which nothing is reserved.
    pub(super) fn another(&self) -> Self {
        self.shared.body()
    }
}

#[cfg(test)]
mod tests {
    use std::iter;

    use docs::generated::assert_says;

    use super::*;

    #[test]
    fn book_has_the_memory_of_a_stream() {
        let stream = (PER_STREAM + TRAILERS) >> 10;
        let with_body = stream + (TRAILERS >> 10);
        let limit = format!("over HTTP/2 {stream} KiB more, or {with_body} KiB with a body,");
        assert_says("how-to/judge-traffic.md", &limit);
    }

    #[test]
    fn trailers_take_memory_until_the_body_was_read_and_the_response_sent() {
        let memory = ExchangeMemory::default();
        let request = Request::post("/").version(Version::HTTP_2);
        let request = request.body("{}".to_owned()).unwrap();
        let open = || -> Vec<_> { iter::from_fn(|| memory.begin(&request).ok()).collect() };
        let all = open();
        let most = all.len();
        let unread: Vec<_> = all.iter().map(RequestMemory::trailers).collect();
        assert_eq!(open().len(), 0);
        drop(all);
        let others = open();
        assert!(others.len() < most * 3 / 4, "{}", others.len());
        drop(unread);
        assert!(open().len() > most / 4);
    }

    #[test]
    fn reports_how_many_requests_were_refused() {
        let memory = ExchangeMemory {
            requests: Memory::new(2),
            ..ExchangeMemory::default()
        };
        let begin = || memory.begin(&Request::get("/orders").body(String::new()).unwrap());
        let first = begin().unwrap();
        assert_eq!(memory.warnings(), [""; 0]);
        assert!(begin().is_err() && begin().is_err());
        drop(first);
        assert!(begin().is_ok());
        let warnings = memory.warnings();
        assert_eq!(warnings.len(), 1);
        let expected = "2 requests refused by the proxy with 503: it keeps at most 55 MiB of open";
        assert!(warnings[0].starts_with(expected), "{}", warnings[0]);
    }
}
