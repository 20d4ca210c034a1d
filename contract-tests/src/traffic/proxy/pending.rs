//! An exchange that waits for its response.

use std::sync::Arc;

use axum::body::Body;
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, response};
use http_body_util::{BodyStream, StreamBody};
use hyper::body::{Body as _, Frame, Incoming};
use parking_lot::Mutex;
use tokio::{sync::OwnedRwLockReadGuard, time::timeout};

use super::{
    Shared,
    body::{self, KeptBody, TeeBody},
    deadlines::OpenExchange,
    judging::{EndedExchange, Findings},
    memory::RequestMemory,
    own_response::out_of_memory,
    unsent::until_sent,
};
use crate::{
    finding::Verdict,
    traffic::{
        Finding,
        recorded::{Header, RecordedExchange, RecordedMessage, RecordedResponse},
    },
};

/// Maximum number of violations reported to the caller, and the maximum length of each.
const MAX_VIOLATIONS: usize = 8;
const MAX_VIOLATION_BYTES: usize = 300;
const VIOLATION_HEADER: &str = "x-contract-violation";
/// What the header says if the judge was too slow, or had no memory for the exchange.
const UNJUDGED: HeaderValue = HeaderValue::from_static("not judged");

/// An exchange that waits for its response; if it is dropped before, there was no response.
pub(super) struct PendingExchange {
    shared: Arc<Shared>,
    exchange: Option<RecordedExchange>,
    /// The body of the request, once it has passed.
    sent: Arc<Mutex<Option<KeptBody>>>,
    _under_way: (OpenExchange, OwnedRwLockReadGuard<()>),
}

impl PendingExchange {
    /// The exchange that begins with a request.
    pub(super) fn new(
        shared: &Arc<Shared>,
        request: &Request<Incoming>,
        under_way: (OpenExchange, OwnedRwLockReadGuard<()>),
    ) -> Self {
        let at = shared.watch.elapsed();
        let exchange = RecordedExchange {
            place: format!("{:.3} s after the start", at.as_secs_f64()),
            is_live: true,
            keeps_credentials: true,
            at: Some(at),
            request: message(request.headers()),
            ..RecordedExchange::new(request.method().as_str(), shared.url(request.uri()))
        };
        Self {
            shared: Arc::clone(shared),
            exchange: Some(exchange),
            sent: Arc::default(),
            _under_way: under_way,
        }
    }

    /// Keeps the body of the request, once it has passed.
    pub(super) fn keep_request_body(&self) -> impl FnOnce(Option<KeptBody>) + use<> {
        let sent = Arc::clone(&self.sent);
        move |body| *sent.lock() = body
    }

    /// Forwards a response, which is judged after its last byte.
    pub(super) async fn pass_back(
        mut self,
        response: Response<Incoming>,
        memory: &mut RequestMemory,
    ) -> Response<Body> {
        let (head, body) = response.into_parts();
        if let Some(exchange) = &mut self.exchange {
            let at = exchange.at.unwrap_or_default();
            exchange.head_after = self.shared.watch.elapsed().saturating_sub(at);
        }
        if memory.add(&head.headers).is_err() {
            return self.replace(&head, &body);
        }
        if self.shared.conduct.tell_caller {
            return self.pass_judged(head, body).await;
        }
        let (status, headers) = (head.status, head.headers.clone());
        let memory = self.shared.memory.body();
        let copied = TeeBody::copied(body, memory, move |body| {
            self.note(status, &headers, body);
        });
        Response::from_parts(head, Body::new(copied))
    }

    /// Judges a response without its body, and replaces it, because there is no memory to forward its head.
    fn replace(mut self, head: &response::Parts, body: &Incoming) -> Response<Body> {
        let empty = body.is_end_stream().then(|| KeptBody {
            bytes: Bytes::new(),
            memory: self.shared.memory.body(),
        });
        self.shared.memory.note_replaced();
        self.note(head.status, &head.headers, empty);
        out_of_memory(StatusCode::BAD_GATEWAY)
    }

    /// Forwards a response with its violations in its head, which therefore depends on the whole body.
    async fn pass_judged(
        mut self,
        mut head: response::Parts,
        mut body: Incoming,
    ) -> Response<Body> {
        let memory = self.shared.memory.body();
        let collected = body::collected(&mut body, memory).await;
        let found = self.note(head.status, &head.headers, collected.whole);
        if let Some(found) = found {
            let found = timeout(self.shared.conduct.deadlines.judge, found).await;
            let found = found.ok().and_then(Result::ok);
            add_violations(&mut head.headers, found.as_deref());
        }
        let bytes = Some(collected.bytes).filter(|bytes| !bytes.is_empty());
        let bytes = bytes.map(|bytes| until_sent(bytes, collected.memory));
        let bytes = bytes.map(|bytes| Ok(Frame::data(bytes)));
        let started = stream::iter(bytes.into_iter().chain(collected.last)).then(|frame| async {
            if frame.is_err() {
                // Lets the preceding bytes be sent first.
                tokio::task::yield_now().await;
            }
            frame
        });
        let rest = BodyStream::new(TeeBody::uncopied(body, self));
        let body = StreamBody::new(started.chain(rest));
        Response::from_parts(head, Body::new(body))
    }

    /// Completes the exchange with its response, and has it judged.
    fn note(
        &mut self,
        status: StatusCode,
        headers: &HeaderMap,
        body: Option<KeptBody>,
    ) -> Option<Findings> {
        let mut exchange = self.exchange.take()?;
        exchange.answer = Some(RecordedResponse {
            status: status.as_u16(),
            code: None,
            message: message(headers),
        });
        Some(self.end(exchange, body))
    }

    fn end(&self, mut exchange: RecordedExchange, response_body: Option<KeptBody>) -> Findings {
        let now = self.shared.watch.elapsed();
        exchange.took = now.saturating_sub(exchange.at.unwrap_or_default());
        self.shared.judge.add(EndedExchange {
            exchange,
            request_body: self.sent.lock().take(),
            response_body,
        })
    }
}

impl Drop for PendingExchange {
    fn drop(&mut self) {
        if let Some(exchange) = self.exchange.take() {
            self.end(exchange, None);
        }
    }
}

/// Adds a header for each failure, or one that says that nothing was judged.
fn add_violations(headers: &mut HeaderMap, found: Option<&[Finding]>) {
    headers.remove(VIOLATION_HEADER);
    let Some(found) = found else {
        headers.append(VIOLATION_HEADER, UNJUDGED);
        return;
    };
    let fails = found
        .iter()
        .filter(|finding| finding.verdict == Verdict::Fail);
    for finding in fails.take(MAX_VIOLATIONS) {
        let line = finding.line();
        let line = line.chars().take(MAX_VIOLATION_BYTES).map(visible);
        if let Ok(value) = HeaderValue::try_from(line.collect::<String>()) {
            headers.append(VIOLATION_HEADER, value);
        }
    }
}

fn visible(character: char) -> char {
    if matches!(character, ' '..='~') {
        character
    } else {
        '?'
    }
}

/// What is recorded of a message besides its body.
fn message(headers: &HeaderMap) -> RecordedMessage {
    // Not as slices of what the connection has received, which may be far longer.
    let headers = headers.iter().map(|(name, value)| -> Header {
        let value = String::from_utf8_lossy(value.as_bytes());
        (name.as_str().to_owned(), value.into_owned())
    });
    RecordedMessage {
        headers: Some(headers.collect()),
        body: None,
    }
}
