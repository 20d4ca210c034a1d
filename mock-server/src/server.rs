//! Accepts, limits and closes connections.
//!
//! The accept loop is custom, because the ready-made one limits neither the number of connections nor the time that
//! they take to end.

mod activity;
mod broken_listeners;
mod error_bodies;
mod faulty_stream;
mod flood;
mod http2_frames;
mod line_ends;
mod listeners;
mod openapi;
mod places;
mod request;
mod transport;

use std::{io, mem, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    middleware::{self, Next},
    response::IntoResponse,
    routing::any,
};
use futures_util::{
    FutureExt,
    future::{self, Either},
};
use http::{Request, Response};
use hyper::{
    body::Incoming,
    service::{Service, service_fn},
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto,
    service::TowerToHyperService,
};
use scenarios::WireFault;
use schemas::{API_PREFIX, control::CONTROL_PREFIX};
use tokio::{net::TcpStream, sync::watch};

use self::{
    error_bodies::ErrorBodies,
    listeners::Listeners,
    places::{Bounds, Place, Places},
    request::{RequestBody, ResponseBody, UnderWay},
    transport::Transport,
};
pub use self::{listeners::ListenError, transport::NEEDS_TLS};
use crate::{
    app::{App, metrics::Closed, routes},
    config::limits::{MAX_HEAD, MAX_HEADER_LIST},
    control::{self, ControlError},
    oauth, pipeline, ui,
};

/// How long requests in progress may continue after the server was told to stop.
const DRAIN: Duration = Duration::from_secs(1);
/// Interval of HTTP/2 pings, which detect clients that are gone.
const PING_EVERY: Duration = Duration::from_mins(1);
/// Maximum number of concurrent requests on an HTTP/2 connection.
const STREAMS: u32 = 100;
/// How long to wait when the system has no more sockets.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// All routes of the server: the control API, the API, and the documents that describe it.
pub fn router(app: App) -> Router {
    control::routes(&app, broken_listeners::routes())
        .merge(oauth::routes(&app))
        .merge(openapi::route())
        .merge(ui::routes(&app))
        .layer(middleware::from_fn(framed))
        .layer(middleware::from_fn(pipeline::log::others))
        .route("/", any(ui::root))
        .fallback(|axum::extract::State(app), request: Request<Body>| {
            pipeline::run(app, request, None)
        })
        .with_state(app)
}

/// Checks the framing of requests that skip the pipeline, which has its own check.
async fn framed(request: Request<Body>, next: Next) -> Response<Body> {
    let (head, body) = request.into_parts();
    match pipeline::framing::check(&head) {
        Ok(()) => next.run(Request::from_parts(head, body)).await,
        Err(error) => ControlError::from(error).into_response(),
    }
}

/// The same service for hyper, on one connection. Paths under the prefix of the API, in any encoding, are never
/// control requests, and go straight to the pipeline: the router would cost as much as all checks of the pipeline,
/// and does not know the connection.
fn service(
    app: App,
    router: TowerToHyperService<Router>,
    place: Arc<Place>,
) -> impl Service<
    Request<Incoming>,
    Response = Response<ResponseBody>,
    Error = h2::Error,
    Future = impl Future<Output = Result<Response<ResponseBody>, h2::Error>> + Send,
> + Clone {
    service_fn(move |request: Request<Incoming>| {
        let activity = Arc::clone(&place.activity);
        let under_way = match UnderWay::new(&request, &place) {
            Ok(under_way) => under_way,
            Err(refused) => return Either::Left(future::ready(Err(refused))),
        };
        let wire = under_way.wire();
        let mut request = RequestBody::within(request, activity).map(Body::new);
        let path = request.uri().path();
        let is_api = routes::canonical(path).starts_with(API_PREFIX);
        let is_control = !is_api && path.starts_with(CONTROL_PREFIX);
        let (app, router) = (app.clone(), router.clone());
        let response = move || {
            if is_api {
                Either::Left(pipeline::run(app, request, Some(wire)))
            } else {
                // Faults of a scenario also apply to the authorization server.
                request.extensions_mut().insert(wire);
                Either::Right(router.call(request).map(|Ok(response)| response))
            }
        };
        let response = if place.admits(is_control) {
            Either::Left(response())
        } else {
            let place = Arc::clone(&place);
            Either::Right(async move {
                place.admitted().await;
                response().await
            })
        };
        // A task has room for this future even if the request is refused, and then it should not take the memory.
        Either::Right(Box::pin(
            response.map(|response| under_way.respond(response)),
        ))
    })
}

/// A server that is bound to its port.
#[derive(Debug)]
pub struct Server {
    listeners: Listeners,
    app: App,
    bounds: Bounds,
}

impl Bounds {
    /// The configured limits.
    fn of(app: &App) -> Self {
        Self {
            connections: app.config.max_connections,
            per_client: app.config.max_connections_per_client,
            makes_room: true,
            streams: STREAMS,
        }
    }
}

impl Server {
    /// Binds the configured addresses.
    pub async fn bind(app: App) -> Result<Self, ListenError> {
        let listeners = Listeners::bind(app.config.host, app.config.port).await?;
        let bounds = Bounds::of(&app);
        Ok(Self::at(listeners, app, bounds))
    }

    /// Serves addresses that are already bound.
    fn at(listeners: Listeners, app: App, bounds: Bounds) -> Self {
        Self {
            listeners,
            app,
            bounds,
        }
    }

    /// The bound address; the first one, if there are several.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listeners.address()
    }

    /// The origin by which clients on this machine reach the server.
    pub fn origin(&self) -> io::Result<String> {
        let (config, port) = (&self.app.config, self.address()?.port());
        Ok(config.origin(&format!("{}:{port}", config.host.in_url())))
    }

    /// Serves until `stop` completes or the control API stops the server. Requests in progress then get at most a
    /// second to finish.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let app = self.app.clone();
        self.until(async {
            tokio::select! {
                () = stop => {}
                () = app.stopped() => {}
            }
        })
        .await;
        // Some of them serve the same app, and would keep it alive forever.
        drop(mem::take(&mut *app.broken_listeners()));
    }

    /// Serves until `stop` completes, and then lets requests in progress finish.
    async fn until(self, stop: impl Future<Output = ()>) {
        let builder = Arc::new(connections(self.bounds));
        let router = TowerToHyperService::new(router(self.app.clone()));
        let places = Arc::new(Places::new(self.app.clone(), self.bounds));
        let (end, ended) = watch::channel(());
        let mut stop = pin!(stop);
        loop {
            let entered = async {
                let accepted = self.listeners.accept().await;
                if accepted.as_ref().is_err_and(has_no_sockets) {
                    places.make_room();
                }
                let client = accepted.as_ref().ok().map(|(_, client)| client.ip());
                let stream = usable(accepted).await?;
                Some((stream, places.take(client?).await?))
            };
            let entered = tokio::select! {
                entered = entered => entered,
                () = &mut stop => break,
            };
            let Some((stream, place)) = entered else {
                continue;
            };
            let (app, router) = (self.app.clone(), router.clone());
            let (builder, ended) = (Arc::clone(&builder), ended.clone());
            let connected = Arc::clone(&self.app.connected);
            tokio::spawn(async move {
                connection(&builder, stream, place, (app, router), ended).await;
                drop(connected);
            });
            // If places run out, the next connection takes one that holds its place without need, so it must be known
            // what this one asks for.
            tokio::task::yield_now().await;
        }
        drop((self.listeners, ended));
        let _ = end.send(());
        // The channel is closed when every connection has dropped its receiver.
        let _ = tokio::time::timeout(DRAIN, end.closed()).await;
    }
}

/// Serves a connection to its end. If the server stops, or a fault requires it, requests in progress still get
/// their responses.
async fn connection(
    builder: &auto::Builder<TokioExecutor>,
    stream: TcpStream,
    place: Place,
    (app, router): (App, TowerToHyperService<Router>),
    mut ended: watch::Receiver<()>,
) {
    let (place, deadlines) = (Arc::new(place), app.config.deadlines);
    let acceptor = app.tls.as_ref().map(|tls| tls.acceptor.clone());
    let stream = Transport::new(stream, acceptor);
    let activity = Arc::clone(&place.activity);
    let service = service(app, router, Arc::clone(&place));
    let stream = TokioIo::new(ErrorBodies::new(stream, Arc::clone(&activity)));
    let mut connection = pin!(builder.serve_connection(stream, service));
    let mut closed = tokio::select! {
        biased;
        _ = connection.as_mut() => return,
        () = activity.wire.goodbye() => None,
        _ = ended.changed() => None,
        // Checked last, so that data that arrived by the deadline counts.
        reason = activity.expired_deadline(&deadlines) => Some(reason),
    };
    connection.as_mut().graceful_shutdown();
    if closed.is_none() {
        // A connection that ends early is not an error of the server, so it is not reported.
        closed = tokio::select! {
            biased;
            _ = connection.as_mut() => None,
            reason = activity.expired_deadline(&deadlines) => Some(reason),
        };
    }
    if let Some(reason) = closed {
        place.closed(reason);
        if reason == Closed::Flood {
            activity.wire.set(enhance_your_calm());
        }
        // Sends a final HTTP/2 frame, if that is possible at once.
        let _ = connection.as_mut().now_or_never();
    }
}

/// `GOAWAY` with the reason `ENHANCE_YOUR_CALM` (RFC 9113, section 7).
fn enhance_your_calm() -> WireFault {
    let reason = u32::from(h2::Reason::ENHANCE_YOUR_CALM).to_be_bytes();
    let head = [0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    WireFault::Frames {
        bytes: [&head[..], &reason].concat(),
        close: true,
    }
}

/// The library's own limit of 100 headers stays: setting it, even to the same value, costs an allocation per
/// request. Its deadline for a head is disabled: [`Activity`](activity::Activity) has all deadlines.
fn connections(bounds: Bounds) -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .header_read_timeout(None)
        .max_buf_size(MAX_HEAD)
        .half_close(false);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(bounds.streams)
        .max_header_list_size(u32::try_from(MAX_HEADER_LIST).unwrap_or(u32::MAX))
        .keep_alive_interval(PING_EVERY);
    builder
}

/// Whether the system or the process has no more sockets: `ENFILE`, `EMFILE`.
fn has_no_sockets(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(23 | 24))
}

/// An accepted connection, or a pause if accepting failed.
async fn usable(stream: io::Result<(TcpStream, SocketAddr)>) -> Option<TcpStream> {
    match stream {
        Ok((stream, _)) => {
            // Small responses must not wait for more data. If the option cannot be set, they still arrive.
            let _ = stream.set_nodelay(true);
            Some(stream)
        }
        Err(error) => {
            tracing::warn!(%error, "cannot accept a connection");
            pause().await;
            None
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the system is out of sockets; real time has to pass"
)]
async fn pause() {
    tokio::time::sleep(ACCEPT_PAUSE).await;
}
