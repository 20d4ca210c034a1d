//! Connections: accepting them, bounding them, and letting them go.
//!
//! The accept loop is our own because the ready-made one bounds neither connections nor the time
//! they may take to end.

mod activity;
mod broken_listeners;
mod error_bodies;
mod faulty_stream;
mod flood;
mod http2_frames;
mod line_ends;
mod openapi;
mod places;
mod request;

use std::{io, mem, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    middleware::{self, Next},
    response::IntoResponse,
};
use futures_util::{FutureExt, future::Either};
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
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
};

use self::{
    error_bodies::ErrorBodies,
    places::{Bounds, Place, Places},
    request::{RequestBody, ResponseBody, UnderWay},
};
use crate::{
    app::{App, metrics::Closed, routes},
    config::limits::MAX_HEAD,
    control::{self, ControlError},
    oauth, pipeline,
};

/// How long requests under way may go on after the server was told to stop.
const DRAIN: Duration = Duration::from_secs(1);
/// How often a client of HTTP/2 is asked whether it is still there.
const PING_EVERY: Duration = Duration::from_mins(1);
/// Requests that a connection of HTTP/2 may have under way.
const STREAMS: u32 = 100;
/// How long to wait when the system has no more sockets.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Everything the server answers to: the control API, the API, and what describes it.
pub fn router(app: App) -> Router {
    control::routes(&app, broken_listeners::routes())
        .merge(oauth::routes(&app))
        .merge(openapi::route())
        .layer(middleware::from_fn(framed))
        .fallback(|axum::extract::State(app), request: Request<Body>| {
            pipeline::run(app, request, None)
        })
        .with_state(app)
}

/// Holds to HTTP what does not go through the pipeline, which does so by itself.
async fn framed(request: Request<Body>, next: Next) -> Response<Body> {
    let (head, body) = request.into_parts();
    match pipeline::framing::check(&head) {
        Ok(()) => next.run(Request::from_parts(head, body)).await,
        Err(error) => ControlError::from(error).into_response(),
    }
}

/// The same for hyper, on one connection. What is under the API's prefix, however that is encoded, can be no control
/// call and goes straight to the pipeline: the router's way there costs as much as all the pipeline's checks, and knows
/// nothing of the connection.
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
        let wire = activity.begin(request.version());
        let under_way = UnderWay::new(Arc::clone(&activity), wire.clone());
        let mut request = request.map(|body| Body::new(RequestBody::new(body, activity)));
        let path = request.uri().path();
        let is_api = routes::canonical(path).starts_with(API_PREFIX);
        let is_control = !is_api && path.starts_with(CONTROL_PREFIX);
        let (app, router) = (app.clone(), router.clone());
        let answer = move || {
            if is_api {
                Either::Left(pipeline::run(app, request, Some(wire)))
            } else {
                // Faults of a scenario meet the authorization server there, too.
                request.extensions_mut().insert(wire);
                Either::Right(router.call(request).map(|Ok(answer)| answer))
            }
        };
        let answer = if place.admits(is_control) {
            Either::Left(answer())
        } else {
            let place = Arc::clone(&place);
            Either::Right(async move {
                place.admitted().await;
                answer().await
            })
        };
        answer.map(|answer| under_way.respond(answer))
    })
}

/// A server that has its port.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    app: App,
    bounds: Bounds,
}

impl Bounds {
    /// Those that are configured.
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
    /// Takes the configured address.
    pub async fn bind(app: App) -> io::Result<Self> {
        let listener = TcpListener::bind(app.config.address).await?;
        let bounds = Bounds::of(&app);
        Ok(Self::at(listener, app, bounds))
    }

    /// Serves an address that somebody has taken already.
    fn at(listener: TcpListener, app: App, bounds: Bounds) -> Self {
        Self {
            listener,
            app,
            bounds,
        }
    }

    /// The address it has.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until `stop` is ready or the control API says so, then lets requests under way end, for a
    /// second at most.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let app = self.app.clone();
        self.until(async {
            tokio::select! {
                () = stop => {}
                () = app.stopped() => {}
            }
        })
        .await;
        // Some of them serve the same app, and would keep it for ever.
        drop(mem::take(&mut *app.broken_listeners()));
    }

    /// Serves until `stop` is ready, and then lets requests under way end.
    async fn until(self, stop: impl Future<Output = ()>) {
        let builder = Arc::new(connections(self.bounds));
        let router = TowerToHyperService::new(router(self.app.clone()));
        let places = Arc::new(Places::new(self.app.clone(), self.bounds));
        let (end, ended) = watch::channel(());
        let mut stop = pin!(stop);
        loop {
            let entered = async {
                let accepted = self.listener.accept().await;
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
        }
        drop((self.listener, ended));
        let _ = end.send(());
        // It is closed when every connection has let go of it.
        let _ = tokio::time::timeout(DRAIN, end.closed()).await;
    }
}

/// Serves a connection to its end. When the server ends, or a fault says so, it still answers the requests
/// that are under way.
async fn connection(
    builder: &auto::Builder<TokioExecutor>,
    stream: TcpStream,
    place: Place,
    (app, router): (App, TowerToHyperService<Router>),
    mut ended: watch::Receiver<()>,
) {
    let (place, deadlines) = (Arc::new(place), app.config.deadlines);
    let activity = Arc::clone(&place.activity);
    let service = service(app, router, Arc::clone(&place));
    let stream = TokioIo::new(ErrorBodies::new(stream, Arc::clone(&activity)));
    let mut connection = pin!(builder.serve_connection(stream, service));
    let mut closed = tokio::select! {
        biased;
        _ = connection.as_mut() => return,
        () = activity.wire.goodbye() => None,
        _ = ended.changed() => None,
        // Last, so that what has come by the deadline counts.
        why = activity.over(&deadlines) => Some(why),
    };
    connection.as_mut().graceful_shutdown();
    if closed.is_none() {
        // What ends a connection early is the caller's doing or nobody's; there is no one to tell.
        closed = tokio::select! {
            biased;
            _ = connection.as_mut() => None,
            why = activity.over(&deadlines) => Some(why),
        };
    }
    if let Some(why) = closed {
        place.closed(why);
        if why == Closed::Flood {
            activity.wire.set(enhance_your_calm());
        }
        // A last word over HTTP/2, if it can be said at once.
        let _ = connection.as_mut().now_or_never();
    }
}

/// `GOAWAY` with the reason that a client asks too much (RFC 9113, section 7).
fn enhance_your_calm() -> WireFault {
    let reason = u32::from(h2::Reason::ENHANCE_YOUR_CALM).to_be_bytes();
    let head = [0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    WireFault::Frames {
        bytes: [&head[..], &reason].concat(),
        close: true,
    }
}

/// The library's own bound of 100 headers stays: setting it, even to the same, costs an allocation for
/// every request. Its deadline of a head does not: [`Activity`](activity::Activity) has that and all others.
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
        .max_header_list_size(u32::try_from(MAX_HEAD).unwrap_or(u32::MAX))
        .keep_alive_interval(PING_EVERY);
    builder
}

/// Whether the system or the process has no more sockets: `ENFILE`, `EMFILE`.
fn has_no_sockets(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(23 | 24))
}

/// An accepted connection, or a pause where there could be none.
async fn usable(stream: io::Result<(TcpStream, SocketAddr)>) -> Option<TcpStream> {
    match stream {
        Ok((stream, _)) => {
            // Small answers must not wait for more; where that cannot be set, they still arrive.
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
