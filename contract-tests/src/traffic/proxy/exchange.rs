//! Forwards a request and its response.

use std::sync::Arc;

use axum::body::Body;
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, Uri, Version, header, request};
use http_body_util::{BodyStream, StreamBody};
use hyper::body::Incoming;
use parking_lot::Mutex;
use tokio::sync::{OwnedRwLockReadGuard, RwLock};
use url::Url;

use super::{
    Shared,
    body::{self, TeeBody},
    deadlines::{Activity, OpenExchange},
    host,
    upstream::{UpstreamConnection, UpstreamError},
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
/// Headers that ask for another protocol, which the proxy cannot follow.
const UPGRADES: [&str; 3] = ["connection", "http2-settings", "upgrade"];

/// A connection of a client, with its connection to the server.
#[derive(Debug)]
pub(super) struct ClientConnection {
    shared: Arc<Shared>,
    upstream: UpstreamConnection,
    activity: Arc<Activity>,
    /// Read-locked by every exchange, so that a write lock waits for all of them.
    under_way: Arc<RwLock<()>>,
}

/// An exchange that waits for its response; if it is dropped before, there was no response.
struct PendingExchange {
    shared: Arc<Shared>,
    exchange: Option<RecordedExchange>,
    /// The body of the request, once it has passed.
    sent: Arc<Mutex<Option<Bytes>>>,
    under_way: Arc<(OpenExchange, OwnedRwLockReadGuard<()>)>,
}

impl ClientConnection {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        let activity = Activity::new(shared.conduct.deadlines);
        Self {
            shared,
            activity: activity.into(),
            upstream: UpstreamConnection::default(),
            under_way: Arc::default(),
        }
    }

    /// Waits until the server has closed its connection and all of its responses have passed. Closing earlier would add
    /// `Connection: close` to their heads.
    pub(super) async fn server_has_closed(&self) {
        self.upstream.closed().await;
        let _ = self.under_way.write().await;
    }

    /// Waits until the client exceeds a deadline, or makes room for another one.
    pub(super) async fn must_close(&self) {
        self.activity.ended().await;
    }

    /// What the connection waits for.
    pub(super) fn activity(&self) -> Arc<Activity> {
        Arc::clone(&self.activity)
    }

    /// Forwards a request and its response. If the server closes the connection without a response, the proxy does the same.
    pub(super) async fn pass(
        &self,
        request: Request<Incoming>,
    ) -> Result<Response<Body>, UpstreamError> {
        let open = self.activity.open();
        if let Some(refused) = self.shared.refused(&request) {
            return Ok(refused);
        }
        let under_way = Arc::clone(&self.under_way).read_owned().await;
        let mut pending = self.shared.begin(&request, (open, under_way));
        let sent = Arc::clone(&pending.sent);
        let (mut head, body) = request.into_parts();
        self.shared.readdress(&mut head);
        let body = self.activity.request(body);
        let body = TeeBody::new(body, move |body| *sent.lock() = body);
        let request = Request::from_parts(head, body);
        let response = self.upstream.send(&self.shared.server, request).await;
        match response {
            Ok(response) => {
                let response = pending.pass_back(response).await;
                Ok(response.map(|body| Body::new(self.activity.response(body))))
            }
            Err(UpstreamError::Ended(error)) => Err(error.into()),
            Err(failure @ (UpstreamError::Unreachable | UpstreamError::NoHttp2)) => {
                Ok(own_response(StatusCode::BAD_GATEWAY, &failure.to_string()))
            }
        }
    }
}

impl Shared {
    /// The response to a request that is not forwarded.
    fn refused(&self, request: &Request<Incoming>) -> Option<Response<Body>> {
        let (status, reason) = if host::is_invalid(request.version(), request.headers()) {
            (
                StatusCode::BAD_REQUEST,
                "a request needs exactly one valid Host header",
            )
        } else if request.uri().path_and_query().is_none() {
            (StatusCode::BAD_REQUEST, "a request needs a path")
        } else if !self.conduct.allow_control && host::is_control(request.uri()) {
            let reason =
                "the control API of a sandbox is not forwarded; --allow-control permits it";
            (StatusCode::FORBIDDEN, reason)
        } else {
            return None;
        };
        Some(own_response(status, reason))
    }

    fn begin(
        self: &Arc<Self>,
        request: &Request<Incoming>,
        under_way: (OpenExchange, OwnedRwLockReadGuard<()>),
    ) -> PendingExchange {
        let at = self.watch.elapsed();
        let exchange = RecordedExchange {
            place: format!("{:.3} s after the start", at.as_secs_f64()),
            is_live: true,
            at: Some(at),
            request: message(request.headers(), None),
            ..RecordedExchange::new(request.method().as_str(), self.url(request.uri()))
        };
        PendingExchange {
            shared: Arc::clone(self),
            exchange: Some(exchange),
            sent: Arc::default(),
            under_way: Arc::new(under_way),
        }
    }

    /// The URL for the judge: always that of the server behind the proxy.
    fn url(&self, uri: &Uri) -> Url {
        let mut url = self.server.url.clone();
        url.set_path(uri.path());
        url.set_query(uri.query());
        url
    }

    /// Sets the server's host name if it is needed, and removes requests to change the protocol.
    fn readdress(&self, head: &mut request::Parts) {
        let server = &self.server.url;
        if head.headers.contains_key(header::UPGRADE) {
            for name in UPGRADES {
                head.headers.remove(name);
            }
        }
        let host = head.headers.get(header::HOST);
        let name = host.and_then(|host| host::translated(server, host.to_str().ok()?));
        if let Some(Ok(name)) = name.map(HeaderValue::try_from) {
            head.headers.insert(header::HOST, name);
        }
        if head.version == Version::HTTP_2
            && let Some(uri) = of_http2(&head.uri, server)
        {
            head.uri = uri;
        }
    }

    fn note(&self, mut exchange: RecordedExchange) -> Vec<Finding> {
        let at = exchange.at.unwrap_or_default();
        exchange.took = self.watch.elapsed().saturating_sub(at);
        let found = self.judge.lock().judge(exchange);
        found.iter().for_each(&self.on_finding);
        found
    }
}

impl PendingExchange {
    /// Forwards a response, which is judged after its last byte.
    async fn pass_back(&mut self, response: Response<Incoming>) -> Response<Body> {
        let (mut head, mut body) = response.into_parts();
        let mut pending = Self {
            shared: Arc::clone(&self.shared),
            exchange: self.exchange.take(),
            sent: Arc::clone(&self.sent),
            under_way: Arc::clone(&self.under_way),
        };
        if let Some(exchange) = &mut pending.exchange {
            let at = exchange.at.unwrap_or_default();
            exchange.head_after = self.shared.watch.elapsed().saturating_sub(at);
        }
        let status = head.status.as_u16();
        if !self.shared.conduct.tell_caller {
            let headers = head.headers.clone();
            let copied = TeeBody::new(body, move |body| {
                pending.note(status, &headers, body);
            });
            return Response::from_parts(head, Body::new(copied));
        }
        // The header depends on the whole body.
        let collected = body::collected(&mut body).await;
        let found = pending.note(status, &head.headers, collected.whole());
        add_violations(&mut head.headers, &found);
        let started = stream::iter(collected.frames).then(|frame| async {
            if frame.is_err() {
                // Lets the preceding frames be sent first.
                tokio::task::yield_now().await;
            }
            frame
        });
        let body = StreamBody::new(started.chain(BodyStream::new(body)));
        Response::from_parts(head, Body::new(body))
    }

    fn note(&mut self, status: u16, headers: &HeaderMap, body: Option<Bytes>) -> Vec<Finding> {
        let Some(mut exchange) = self.exchange.take() else {
            return Vec::new();
        };
        let body = body.and_then(|body| body::decoded(headers, body));
        exchange.answer = Some(RecordedResponse {
            status,
            code: None,
            message: message(headers, body),
        });
        self.end(exchange)
    }

    fn end(&mut self, mut exchange: RecordedExchange) -> Vec<Finding> {
        exchange.request.body = self.sent.lock().take().map(Into::into);
        self.shared.note(exchange)
    }
}

impl Drop for PendingExchange {
    fn drop(&mut self) {
        if let Some(exchange) = self.exchange.take() {
            self.end(exchange);
        }
    }
}

/// The URI of an HTTP/2 request, with the scheme of the server.
fn of_http2(uri: &Uri, server: &Url) -> Option<Uri> {
    let mut parts = uri.clone().into_parts();
    let authority = parts.authority.as_ref()?;
    if let Some(name) = host::translated(server, authority.as_str()) {
        parts.authority = Some(name.try_into().ok()?);
    }
    parts.scheme = Some(server.scheme().try_into().ok()?);
    Uri::from_parts(parts).ok()
}

/// Adds a header for each failure.
fn add_violations(headers: &mut HeaderMap, found: &[Finding]) {
    headers.remove(VIOLATION_HEADER);
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

/// A response of the proxy itself.
fn own_response(status: StatusCode, text: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(format!("contract-tests proxy: {text}\n")));
    *response.status_mut() = status;
    response
}

fn message(headers: &HeaderMap, body: Option<Bytes>) -> RecordedMessage {
    let headers = headers.iter().map(|(name, value)| -> Header {
        let value = String::from_utf8_lossy(value.as_bytes());
        (name.as_str().to_owned(), value.into_owned())
    });
    RecordedMessage {
        headers: Some(headers.collect()),
        body: body.map(Into::into),
    }
}
