//! Connections: accepting them, bounding them, and letting them go.
//!
//! The accept loop is our own because the ready-made one bounds neither connections nor the time
//! they may take to end.

mod broken_listeners;
mod error_bodies;
mod faulty_stream;
mod http2_frames;
mod line_ends;
mod openapi;
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
use schemas::API_PREFIX;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
};

use self::{
    error_bodies::ErrorBodies,
    request::{ResponseBody, UnderWay},
};
use crate::{
    app::{App, routes},
    config::limits::MAX_HEAD,
    control::{self, ControlError},
    oauth,
    pipeline::{self, WireControl},
};

/// How long requests under way may go on after the server was told to stop.
const DRAIN: Duration = Duration::from_secs(1);
/// How long the head of a request may take to arrive, also on a connection that waits for its next.
const HEAD_TIME: Duration = Duration::from_mins(1);
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
    wire: WireControl,
) -> impl Service<
    Request<Incoming>,
    Response = Response<ResponseBody>,
    Error = h2::Error,
    Future = impl Future<Output = Result<Response<ResponseBody>, h2::Error>> + Send,
> + Clone {
    service_fn(move |mut request: Request<Incoming>| {
        let wire = wire.begin(request.version());
        let under_way = UnderWay::new(wire.clone());
        let answer = if routes::canonical(request.uri().path()).starts_with(API_PREFIX) {
            let answer = pipeline::run(app.clone(), request.map(Body::new), Some(wire));
            Either::Left(answer)
        } else {
            // Faults of a scenario meet the authorization server there, too.
            request.extensions_mut().insert(wire);
            Either::Right(router.call(request).map(|Ok(answer)| answer))
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

/// How much is taken on at a time; what is beyond waits.
#[derive(Clone, Copy, Debug)]
struct Bounds {
    /// Connections.
    pub connections: usize,
    /// Requests under way on each connection of HTTP/2.
    pub streams: u32,
}

impl Bounds {
    /// Those that are configured.
    fn of(app: &App) -> Self {
        Self {
            connections: app.config.max_connections,
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
        let places = Arc::new(Semaphore::new(self.bounds.connections));
        let (end, ended) = watch::channel(());
        let mut stop = pin!(stop);
        loop {
            let accepted = async {
                let place = Arc::clone(&places).acquire_owned().await;
                (place, self.listener.accept().await)
            };
            let (place, stream) = tokio::select! {
                accepted = accepted => accepted,
                () = &mut stop => break,
            };
            let Some(stream) = usable(stream).await else {
                continue;
            };
            let (app, router) = (self.app.clone(), router.clone());
            let (builder, ended) = (Arc::clone(&builder), ended.clone());
            let connected = Arc::clone(&self.app.connected);
            tokio::spawn(async move {
                connection(&builder, stream, (app, router), ended).await;
                drop((place, connected));
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
    (app, router): (App, TowerToHyperService<Router>),
    mut ended: watch::Receiver<()>,
) {
    let wire = WireControl::default();
    let service = service(app, router, wire.clone());
    let stream = TokioIo::new(ErrorBodies::new(stream, wire.clone()));
    let mut connection = pin!(builder.serve_connection(stream, service));
    tokio::select! {
        biased;
        () = wire.goodbye() => {}
        _ = ended.changed() => {}
        _ = connection.as_mut() => return,
    }
    connection.as_mut().graceful_shutdown();
    // What ends a connection early is the caller's doing or nobody's; there is no one to tell.
    let _ = connection.await;
}

/// The library's own bound of 100 headers stays: setting it, even to the same, costs an allocation for
/// every request.
fn connections(bounds: Bounds) -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(MAX_HEAD)
        .half_close(false);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(bounds.streams)
        .max_header_list_size(u32::try_from(MAX_HEAD).unwrap_or(u32::MAX))
        .keep_alive_interval(HEAD_TIME);
    builder
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
