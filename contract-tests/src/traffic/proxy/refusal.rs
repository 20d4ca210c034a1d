//! Connections that there is no place for. A client learns why, instead of waiting for a place that may never become free.

use std::{convert::Infallible, pin::pin, sync::Arc, time::Duration};

use axum::body::Body;
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt;
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use tokio::{net::TcpStream, sync::Notify, time::timeout};

use super::{HEADER_LIST_MEMORY, MAX_HEADER_LIST, own_response::own_response};
use crate::traffic::budget;

/// Maximum number of connections that are being refused at a time.
pub(super) const MAX_REFUSALS: usize = 4;
/// How long a client has to send its request, and to read the response.
pub(super) const REFUSAL_TIME: Duration = Duration::from_secs(1);
/// How long the body of a request is read: if a connection is closed before, the client may lose the response.
const BODY_TIME: Duration = Duration::from_millis(500);
/// What a connection has received: the window of HTTP/2 is the smallest possible one.
const WINDOW: u32 = 65_535;
const MAX_HEAD: usize = 16 * 1024;
/// Maximum number of requests over HTTP/2.
const MAX_STREAMS: u32 = 1;
const _: () = assert!(
    MAX_REFUSALS * (WINDOW as usize + MAX_STREAMS as usize * HEADER_LIST_MEMORY)
        <= budget::REFUSALS << 20
);
const _: () = assert!(MAX_HEAD <= WINDOW as usize);

/// Responds to the first request of a connection, and closes it. `places`: how many there are.
pub(super) async fn refuse(stream: TcpStream, places: usize) {
    let responded: Arc<Notify> = Arc::default();
    let service = service_fn(|request: Request<Incoming>| {
        let responded = Arc::clone(&responded);
        async move {
            let mut body = request.into_body();
            let read = async { while let Some(Ok(_)) = body.frame().await {} };
            let _ = timeout(BODY_TIME, read).await;
            responded.notify_one();
            Ok::<_, Infallible>(no_place(places))
        }
    });
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .header_read_timeout(None)
        .max_buf_size(MAX_HEAD)
        .http2()
        .max_header_list_size(MAX_HEADER_LIST)
        .max_concurrent_streams(MAX_STREAMS)
        .max_pending_accept_reset_streams(1)
        .initial_connection_window_size(WINDOW)
        .initial_stream_window_size(WINDOW);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
    tokio::select! {
        _ = connection.as_mut() => return,
        () = responded.notified() => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

fn no_place(places: usize) -> Response<Body> {
    let reason = format!(
        "all {places} connections that it serves have open requests; close one, or try again later"
    );
    own_response(StatusCode::SERVICE_UNAVAILABLE, &reason)
}
