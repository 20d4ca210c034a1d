//! Forwards a request and its response.

use std::sync::Arc;

use axum::body::Body;
use http::{HeaderValue, Request, Response, StatusCode, Uri, Version, header, request};
use http_body_util::BodyExt;
use hyper::body::{Body as _, Incoming};
use tokio::sync::{RwLock, mpsc};
use url::Url;

use super::{
    Shared,
    body::TeeBody,
    deadlines::{Activity, OpenExchange},
    host,
    memory::RequestMemory,
    own_response::{out_of_memory, own_response},
    pending::PendingExchange,
    unsent::{Unsent, UnsentBody, UnsentHeaders},
    upstream::{UpstreamConnection, UpstreamError},
};

/// Headers that ask for another protocol, which the proxy cannot follow.
const UPGRADES: [&str; 3] = ["connection", "http2-settings", "upgrade"];

/// A connection of a client, with its connection to the server.
#[derive(Debug)]
pub(super) struct ClientConnection {
    shared: Arc<Shared>,
    upstream: UpstreamConnection,
    activity: Arc<Activity>,
    unsent: Arc<UnsentHeaders>,
    /// Read-locked by every exchange, so that a write lock waits for all of them.
    under_way: Arc<RwLock<()>>,
    /// Dropped with the connection, and with the last of its requests.
    _user: mpsc::Sender<()>,
}

/// A request for which there is memory, or else only its body.
#[derive(Debug)]
pub(super) struct Admitted {
    open: OpenExchange,
    request: Result<(Request<Incoming>, RequestMemory), (Version, Incoming)>,
}

impl ClientConnection {
    pub(super) fn new(shared: Arc<Shared>, user: mpsc::Sender<()>) -> Self {
        let activity = Activity::new(shared.watch, shared.conduct.deadlines);
        Self {
            shared,
            activity: activity.into(),
            upstream: UpstreamConnection::default(),
            unsent: Arc::default(),
            under_way: Arc::default(),
            _user: user,
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

    /// Reserves memory for a request. If there is none, its head is dropped.
    pub(super) fn admit(&self, request: Request<Incoming>) -> Admitted {
        let open = self.activity.open();
        let request = match self.shared.memory.begin(&request) {
            Ok(memory) => Ok((request, memory)),
            Err(_) => Err((request.version(), request.into_body())),
        };
        Admitted { open, request }
    }

    /// Forwards a request and its response. If the server closes the connection without a response, the proxy does the same.
    pub(super) async fn pass(
        &self,
        Admitted { open, request }: Admitted,
    ) -> Result<Response<Body>, UpstreamError> {
        let (request, mut memory) = match request {
            Ok(admitted) => admitted,
            Err((version, body)) => return Ok(self.out_of_memory(version, body).await),
        };
        if let Some(refused) = self.shared.refused(&request) {
            return Ok(self.until_sent(refused, memory));
        }
        let under_way = Arc::clone(&self.under_way).read_owned().await;
        let pending = PendingExchange::new(&self.shared, &request, (open, under_way));
        let keep = pending.keep_request_body();
        let (mut head, body) = request.into_parts();
        self.shared.readdress(&mut head);
        let body = self.activity.request(body);
        let (kept, trailers) = (self.shared.memory.body(), memory.trailers());
        let body = TeeBody::copied(body, kept, move |body| {
            keep(body);
            drop(trailers);
        });
        let request = Request::from_parts(head, body);
        let response = self.upstream.send(&self.shared.server, request).await;
        match response {
            Ok(response) => {
                let response = pending.pass_back(response, &mut memory).await;
                Ok(self.until_sent(response, memory))
            }
            Err(UpstreamError::Ended(error)) => Err(error.into()),
            Err(failure @ (UpstreamError::Unreachable | UpstreamError::NoHttp2)) => {
                let response = own_response(StatusCode::BAD_GATEWAY, &failure.to_string());
                Ok(self.until_sent(response, memory))
            }
        }
    }

    /// The response to a request that there is no memory for. Over HTTP/2, its body is read to the end: trailers that nobody
    /// reads would be kept until the response has been sent.
    async fn out_of_memory(&self, version: Version, body: Incoming) -> Response<Body> {
        let mut body = self.activity.request(body);
        while version == Version::HTTP_2
            && let Some(Ok(_)) = body.frame().await
        {}
        out_of_memory(StatusCode::SERVICE_UNAVAILABLE)
    }

    /// A response with the memory of its request, which is released when it has been sent.
    fn until_sent(&self, response: Response<Body>, memory: RequestMemory) -> Response<Body> {
        if !response.body().is_end_stream() {
            let unsent = Arc::clone(&self.unsent);
            let unsent = Unsent::new(memory, unsent);
            let timed = |body| self.activity.response(UnsentBody::new(body, unsent));
            return response.map(|body| Body::new(timed(body)));
        }
        // Over HTTP/1.1, the next request is read once the response has been sent.
        if response.version() == Version::HTTP_2 {
            self.unsent.add(response.headers(), memory);
        }
        response
    }
}

impl Shared {
    /// The response to a request that is not forwarded.
    fn refused(&self, request: &Request<Incoming>) -> Option<Response<Body>> {
        let (status, reason) = if host::is_invalid(request) {
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

    /// The URL for the judge: always that of the server behind the proxy.
    pub(super) fn url(&self, uri: &Uri) -> Url {
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
            && let Some(uri) = of_http2(&head.uri, head.headers.get(header::HOST), server)
        {
            head.uri = uri;
        }
    }
}

/// The URI of an HTTP/2 request, with the scheme of the server. A request without `:authority` is for its `Host`.
fn of_http2(uri: &Uri, host: Option<&HeaderValue>, server: &Url) -> Option<Uri> {
    let mut parts = uri.clone().into_parts();
    let host = || host?.as_bytes().try_into().ok();
    let authority = parts.authority.take().or_else(host)?;
    let name = host::translated(server, authority.as_str());
    parts.authority = Some(match name {
        Some(name) => name.try_into().ok()?,
        None => authority,
    });
    parts.scheme = Some(server.scheme().try_into().ok()?);
    Uri::from_parts(parts).ok()
}
