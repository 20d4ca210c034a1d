//! Connections to the server: one for each connection of a client, with the same version of HTTP.

use std::{io, sync::Arc, time::Duration};

use http::{Request, Response, Version};
use hyper::{
    body::Incoming,
    client::conn::{http1, http2},
};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::{Notify, OnceCell},
    task::JoinSet,
    time::timeout,
};
use url::Url;

use super::{
    CONNECTION_WINDOW, MAX_HEAD, MAX_HEADER_LIST, SEND_BUFFER, STREAM_WINDOW, body::TeeBody,
    deadlines::TimedBody,
};
use crate::http::{Trust, connect};

/// The connect timeout.
const CONNECT_TIME: Duration = Duration::from_secs(10);
/// The ALPN names.
const HTTP_2: &[u8] = b"h2";
const HTTP_1: &[u8] = b"http/1.1";

type Body = TeeBody<TimedBody<Incoming>>;

/// The server that requests are forwarded to.
#[derive(Debug)]
pub(super) struct UpstreamServer {
    /// The base URL of its API.
    pub(super) url: Url,
    trust: Trust,
}

/// Why there is no response.
#[derive(Debug, thiserror::Error)]
pub(super) enum UpstreamError {
    /// There is no connection.
    #[error("the server cannot be reached")]
    Unreachable,
    /// The server does not support the HTTP version of the client.
    #[error("the server does not speak HTTP/2")]
    NoHttp2,
    /// The connection ended before the response began.
    #[error(transparent)]
    Ended(#[from] hyper::Error),
}

#[derive(Debug)]
enum Sender {
    Http1(tokio::sync::Mutex<http1::SendRequest<Body>>),
    Http2(http2::SendRequest<Body>),
}

/// The connection to the server that belongs to a connection of a client.
#[derive(Debug, Default)]
pub(super) struct UpstreamConnection {
    /// Opened for the first request.
    sender: OnceCell<Sender>,
    closed: Arc<Notify>,
    tasks: parking_lot::Mutex<JoinSet<()>>,
}

impl UpstreamServer {
    pub(super) fn new(url: Url, trust: Trust) -> Self {
        Self { url, trust }
    }
}

impl UpstreamConnection {
    /// Waits until the server closes the connection.
    pub(super) async fn closed(&self) {
        self.closed.notified().await;
    }

    /// Sends a request unchanged.
    pub(super) async fn send(
        &self,
        server: &UpstreamServer,
        request: Request<Body>,
    ) -> Result<Response<Incoming>, UpstreamError> {
        let version = request.version();
        let connect = || async {
            let connecting = self.connect(server, version);
            let connected = timeout(CONNECT_TIME, connecting).await;
            connected.unwrap_or(Err(UpstreamError::Unreachable))
        };
        match self.sender.get_or_try_init(connect).await? {
            Sender::Http1(sender) => {
                let mut sender = sender.lock().await;
                sender.ready().await?;
                Ok(sender.send_request(request).await?)
            }
            Sender::Http2(sender) => {
                let mut sender = sender.clone();
                sender.ready().await?;
                Ok(sender.send_request(request).await?)
            }
        }
    }

    async fn connect(
        &self,
        server: &UpstreamServer,
        version: Version,
    ) -> Result<Sender, UpstreamError> {
        let is_http2 = version == Version::HTTP_2;
        let unreachable = |_: io::Error| UpstreamError::Unreachable;
        if server.url.scheme() == "https" {
            let protocol = if is_http2 { HTTP_2 } else { HTTP_1 };
            let stream = server.trust.connect(&server.url, Some(protocol)).await;
            let stream = stream.map_err(unreachable)?;
            let agreed = stream.get_ref().1.alpn_protocol();
            if is_http2 && agreed != Some(HTTP_2) {
                return Err(UpstreamError::NoHttp2);
            }
            return self.begin(stream, is_http2).await;
        }
        let stream = connect(&server.url).await.map_err(unreachable)?;
        let _ = stream.set_nodelay(true);
        self.begin(stream, is_http2).await
    }

    async fn begin<S>(&self, stream: S, is_http2: bool) -> Result<Sender, UpstreamError>
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let stream = TokioIo::new(stream);
        if is_http2 {
            let mut builder = http2::Builder::new(TokioExecutor::new());
            builder
                .max_header_list_size(MAX_HEADER_LIST)
                .initial_connection_window_size(CONNECTION_WINDOW)
                .initial_stream_window_size(STREAM_WINDOW)
                .max_send_buf_size(SEND_BUFFER);
            let (sender, connection) = builder.handshake(stream).await?;
            self.drive(connection);
            return Ok(Sender::Http2(sender));
        }
        let mut builder = http1::Builder::new();
        builder
            .preserve_header_case(true)
            .max_buf_size(MAX_HEAD as usize);
        let (sender, connection) = builder.handshake(stream).await?;
        self.drive(connection);
        Ok(Sender::Http1(tokio::sync::Mutex::new(sender)))
    }

    /// Drives a connection until it ends, or this is dropped.
    fn drive<E>(&self, connection: impl Future<Output = Result<(), E>> + Send + 'static) {
        let closed = Arc::clone(&self.closed);
        self.tasks.lock().spawn(async move {
            // The caller that waits for a response receives the error.
            let _ = connection.await;
            closed.notify_one();
        });
    }
}
