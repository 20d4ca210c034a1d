//! A request in progress, from the end of its head until the library has its whole response; and who has to act
//! next.

use std::{
    mem,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use axum::body::Body;
use bytes::Bytes;
use http::{HeaderValue, Request, Response, Version, header};
use http_body_util::BodyExt;
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use tokio::{runtime::Handle, time::Instant};

use super::{activity::Activity, places::Place};
use crate::{
    budget::Reserved,
    clock,
    config::limits::MAX_BODY,
    pipeline::{StreamRejected, WireControl},
};

/// Memory of a request besides its head and body, in bytes.
const REQUEST: usize = 5 * 1024;
/// Bytes of a header besides its name and value: its entry in a map, half of which can be empty.
const HEADER: usize = 192;
/// Responses up to this length, in bytes, are not counted.
const SMALL: usize = 1024;
/// Maximum number of bytes that the library takes at a time. Over HTTP/1, it copies them.
const PART: usize = 64 * 1024;
/// A client that has let the server wait this long for a part of its body is too slow for its connection to be used again.
const SLOW: Duration = Duration::from_secs(1);

/// A request in progress. It ends when it is dropped.
#[derive(Debug)]
pub(super) struct UnderWay {
    place: Arc<Place>,
    wire: WireControl,
    _memory: Option<Reserved>,
    is_ours: bool,
    /// Whether the connection ends with the response.
    is_last: bool,
}

impl UnderWay {
    /// A request whose head is complete: the server has to act. Over HTTP/2, it is refused if there is no memory for it.
    pub(super) fn new(request: &Request<Incoming>, place: &Arc<Place>) -> Result<Self, h2::Error> {
        let refused = || h2::Error::from(h2::Reason::REFUSED_STREAM);
        // An HTTP/1 connection has one request at a time.
        let has_many = request.version() == Version::HTTP_2;
        let memory = || place.reserve_request(REQUEST + head_size(request));
        let memory = has_many.then(|| memory().ok_or_else(refused)).transpose()?;
        Ok(Self {
            place: Arc::clone(place),
            wire: place.activity.begin(request.version()),
            _memory: memory,
            is_ours: true,
            is_last: may_discard(request) && request.body().size_hint().lower() > MAX_BODY as u64,
        })
    }

    /// The handle of the request for faults.
    pub(super) fn wire(&self) -> WireControl {
        self.wire.clone()
    }

    /// Sends the response: the client has to read it.
    pub(super) fn respond(
        mut self,
        response: Response<Body>,
    ) -> Result<Response<ResponseBody>, h2::Error> {
        let mut response = StreamRejected::instead_of(response)?;
        if self.is_last {
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(header::CONNECTION, close);
        }
        self.turn(false);
        let length = response.body().size_hint().lower();
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let memory = (length > SMALL).then(|| self.place.reserve(length));
        Ok(response.map(|body| ResponseBody {
            body,
            rest: Bytes::new(),
            memory,
            under_way: self,
        }))
    }

    fn turn(&mut self, is_ours: bool) {
        if self.is_ours != is_ours {
            self.is_ours = is_ours;
            self.place.activity.set_turn(is_ours);
        }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.wire.end();
        self.place.activity.end(self.is_ours);
    }
}

/// The size of a head in memory, in bytes.
fn head_size(request: &Request<Incoming>) -> usize {
    let headers = request.headers().iter();
    let headers = headers.map(|(name, value)| HEADER + name.as_str().len() + value.len());
    let target = request.uri().path_and_query();
    target.map_or(0, |target| target.as_str().len()) + headers.sum::<usize>()
}

/// The body of a response. The library polls it while the client reads, and drops it at its end.
#[derive(Debug)]
pub(super) struct ResponseBody {
    body: Body,
    /// What was polled from `body`, and is not passed on yet.
    rest: Bytes,
    /// The memory of both, until the first frame of `body` is passed on.
    memory: Option<Reserved>,
    under_way: UnderWay,
}

/// Bytes that use memory until they are sent: the library keeps those that it has polled, if the client does not read.
struct CountedBytes {
    bytes: Bytes,
    _memory: Reserved,
}

impl AsRef<[u8]> for CountedBytes {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl ResponseBody {
    /// The next part of what was polled. It counts until it is sent.
    fn next_part(&mut self) -> Bytes {
        let bytes = self.rest.split_to(self.rest.len().min(PART));
        let Some(mut memory) = self.memory.take() else {
            return bytes;
        };
        if memory.bytes() != bytes.len() {
            memory.shrink(bytes.len());
            let mut part = self.under_way.place.activity.memory.nothing();
            part.grow_always(bytes.len());
            let rest = mem::replace(&mut memory, part);
            self.memory = (!self.rest.is_empty()).then_some(rest);
        }
        Bytes::from_owner(CountedBytes {
            bytes,
            _memory: memory,
        })
    }
}

impl HttpBody for ResponseBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = &mut *self;
        if !this.rest.is_empty() {
            return Poll::Ready(Some(Ok(Frame::data(this.next_part()))));
        }
        let polled = Pin::new(&mut this.body).poll_frame(context);
        this.under_way.turn(polled.is_pending());
        polled.map_ok(|frame| {
            frame.map_data(|bytes| {
                this.rest = bytes;
                this.next_part()
            })
        })
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    /// The library asks for it before it polls anything.
    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The body of a request. While more of it is awaited, the client has to act. What nobody has read when it is dropped
/// is discarded, so that the connection can be used again.
#[derive(Debug)]
pub(super) struct RequestBody {
    /// Present until this is dropped.
    body: Option<Incoming>,
    activity: Arc<Activity>,
    /// Since when more of it is awaited, if it is.
    awaited: Option<Instant>,
    may_discard: bool,
}

impl RequestBody {
    /// The request with this kind of body.
    pub(super) fn within(request: Request<Incoming>, activity: Arc<Activity>) -> Request<Self> {
        let may_discard = may_discard(&request);
        request.map(|body| Self {
            body: Some(body),
            activity,
            awaited: None,
            may_discard,
        })
    }

    fn await_more(&mut self, is_awaited: bool) {
        if self.awaited.is_some() != is_awaited {
            self.awaited = is_awaited.then(clock::monotonic);
            self.activity.receive(is_awaited);
        }
    }
}

impl HttpBody for RequestBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let Some(body) = &mut self.body else {
            return Poll::Ready(None);
        };
        let polled = Pin::new(body).poll_frame(context);
        self.await_more(polled.is_pending());
        if let Poll::Ready(None) = polled {
            self.body = None;
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body
            .as_ref()
            .map_or_else(|| SizeHint::with_exact(0), HttpBody::size_hint)
    }
}

impl Drop for RequestBody {
    fn drop(&mut self) {
        let is_slow = |since| clock::monotonic() >= since + SLOW;
        let may_discard = self.may_discard && !self.awaited.is_some_and(is_slow);
        self.await_more(false);
        let unread = self.body.take().filter(|body| !body.is_end_stream());
        if let (Some(body), true, Ok(runtime)) = (unread, may_discard, Handle::try_current()) {
            runtime.spawn(discard(body, Arc::clone(&self.activity)));
        }
    }
}

/// Whether the body of a request is discarded if nobody reads it. Over HTTP/2, that is not needed. A client that waits
/// for `100 Continue` does not send it.
fn may_discard(request: &Request<Incoming>) -> bool {
    request.version() != Version::HTTP_2 && !request.headers().contains_key(header::EXPECT)
}

/// Reads the rest of a body. Otherwise the library would close the connection after the response without saying so, and
/// the client's next request would fail. The deadlines of the connection end this, too.
async fn discard(mut body: Incoming, activity: Arc<Activity>) {
    let mut left = MAX_BODY;
    while let Some(Ok(frame)) = body.frame().await {
        let length = frame.data_ref().map_or(0, Bytes::len);
        let Some(rest) = left.checked_sub(length) else {
            return;
        };
        left = rest;
    }
    activity.discarded();
}
