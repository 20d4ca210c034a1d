//! A proxy between any client and any server: it judges requests and responses, and does not change them.
//!
//! ```text
//! client ──▶ connection ──▶ exchange: reject what must not pass, copy the rest ──▶ upstream connection
//!                                          copies ──▶ queue ──▶ judge, in a thread of its own
//! ```
//!
//! Each connection of a client has its own connection to the server, with the same version of HTTP, and both end
//! together: when the server closes or resets its connection, so does the proxy.

mod body;
mod client_stream;
mod deadlines;
mod exchange;
mod host;
mod judging;
mod memory;
mod own_response;
mod pending;
mod places;
mod refusal;
mod unsent;
mod upstream;
mod watched;

use std::{io, net::SocketAddr, pin::pin, sync::Arc};

use hyper::service::service_fn;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::mpsc,
};
use url::Url;

pub use self::deadlines::Deadlines;
use self::{
    client_stream::ClientStream,
    exchange::ClientConnection,
    judging::{JudgeEnd, JudgeQueue},
    memory::ExchangeMemory,
    places::Places,
    upstream::UpstreamServer,
};
use super::{Finding, Options, TrafficError, TrafficResult, base::Base, budget, judge::Judge};
use crate::http::Stopwatch;

/// Maximum number of concurrent connections, and of concurrent requests on an HTTP/2 connection.
const MAX_CONNECTIONS: usize = 64;
const MAX_STREAMS: u32 = 32;
/// Maximum number of requests on an HTTP/2 connection that are cancelled before the proxy has looked at them.
const MAX_CANCELLED: usize = 8;
/// Maximum number of threads that read from connections.
pub const MAX_THREADS: usize = 4;
/// Maximum size of a head over HTTP/1.1 in bytes, which is also that of what a connection receives before it is forwarded, and
/// of what it must still send before it takes more.
const MAX_HEAD: u32 = 64 * 1024;
/// Maximum size of a head over HTTP/2, and of trailers, in bytes as in RFC 9113 (section 6.5.2). `h2` receives trailers without
/// being asked to, so every stream must have memory for them.
const MAX_HEADER_LIST: u32 = 16 * 1024;
/// Bytes that a head or trailers take over HTTP/2: those of many short headers take most.
const HEADER_LIST_MEMORY: usize = 8 * MAX_HEADER_LIST as usize;
const _: () = assert!(
    MAX_THREADS * (MAX_STREAMS as usize + MAX_CANCELLED) * HEADER_LIST_MEMORY
        <= budget::NEW_HEADS << 20,
    "a thread decodes all requests that a connection has sent, and then counts each of them"
);
/// The windows of an HTTP/2 connection and of a stream, in bytes: how much of the bodies waits in the proxy, on each side.
const CONNECTION_WINDOW: u32 = 256 * 1024;
const STREAM_WINDOW: u32 = 64 * 1024;
/// Number of bytes of a body that wait to be sent over HTTP/2 before its next part is taken: a part waits for the one before.
const SEND_BUFFER: usize = 1;
/// Memory of a connection in bytes: over HTTP/2 a window, a head and what encrypts it; HTTP/1.1, which has received one buffer
/// and sends at most two, takes less.
const PER_CONNECTION: u32 = CONNECTION_WINDOW + MAX_HEAD;
const _: () = assert!(3 * MAX_HEAD <= PER_CONNECTION);
const _: () = assert!(
    2 * MAX_CONNECTIONS * PER_CONNECTION as usize <= budget::CONNECTIONS << 20,
    "each client has a connection to the server"
);

type OnFinding = Box<dyn Fn(&Finding) + Send + Sync>;

/// What a proxy does besides forwarding.
#[derive(Clone, Copy, Debug, Default)]
pub struct ProxyOptions {
    /// Whether violations are reported in the response header `X-Contract-Violation`.
    pub tell_caller: bool,
    /// Whether requests to the control API of a sandbox are forwarded, too.
    pub allow_control: bool,
    /// How long the proxy waits.
    pub deadlines: Deadlines,
}

/// Why the proxy cannot start.
#[derive(Debug, thiserror::Error)]
pub enum ProxyError {
    /// The address is in use or not local.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, io::Error),
    /// The certificate of the server is not trusted.
    #[error("the connection to {0} is not trusted: {1}")]
    Untrusted(Url, String),
    /// The judge cannot start.
    #[error(transparent)]
    Judge(#[from] TrafficError),
    /// There is no thread for the judge.
    #[error("cannot start a thread: {0}")]
    Thread(io::Error),
}

/// A proxy that listens.
#[derive(Debug)]
pub struct Proxy {
    listener: TcpListener,
    shared: Arc<Shared>,
    end: JudgeEnd,
}

/// Shared by all connections.
struct Shared {
    server: UpstreamServer,
    judge: JudgeQueue,
    memory: Arc<ExchangeMemory>,
    watch: Stopwatch,
    conduct: ProxyOptions,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Shared").finish_non_exhaustive()
    }
}

impl Proxy {
    /// Listens in front of the server whose API is at `to`. `on_finding` receives each finding as it is made.
    pub async fn open(
        listen: SocketAddr,
        to: Url,
        options: Options,
        conduct: ProxyOptions,
        on_finding: OnFinding,
    ) -> Result<Self, ProxyError> {
        let listener = TcpListener::bind(listen).await;
        let listener = listener.map_err(|error| ProxyError::Listen(listen, error))?;
        if let Some(reason) = options.trust.tls_error(&to).await {
            return Err(ProxyError::Untrusted(to, reason));
        }
        let base = Base::new(&to);
        let judge = Judge::new(&options, Some(base.clone()))?;
        let memory: Arc<ExchangeMemory> = Arc::default();
        let started = judging::start(judge, base, Arc::clone(&memory), on_finding);
        let (judge, end) = started.map_err(ProxyError::Thread)?;
        let shared = Arc::new(Shared {
            server: UpstreamServer::new(to, options.trust),
            judge,
            memory,
            watch: Stopwatch::start(),
            conduct,
        });
        Ok(Self {
            listener,
            shared,
            end,
        })
    }

    /// The base URL of the API for clients.
    pub fn base_url(&self) -> io::Result<String> {
        let address = self.listener.local_addr()?;
        Ok(format!("http://{address}{}", self.shared.server.url.path()))
    }

    /// Forwards requests until `until` is ready; requests in flight are then cut off.
    pub async fn run(self, until: impl Future<Output = ()>) -> TrafficResult {
        let Self {
            listener,
            shared,
            end,
        } = self;
        let max = places::possible(MAX_CONNECTIONS);
        let mut places = Places::new(max, shared.watch, shared.conduct.deadlines.place);
        tokio::select! {
            () = accept(&listener, &shared, &mut places) => {}
            () = until => {}
        }
        drop(listener);
        let refused = places.warning();
        places.end().await;
        let mut judge = end.end(shared.conduct.deadlines.judge).await;
        let warnings = shared.memory.warnings().into_iter().chain(refused);
        judge.warn(warnings.collect());
        judge.end()
    }
}

async fn accept(listener: &TcpListener, shared: &Arc<Shared>, places: &mut Places) {
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) if places.wait().await => {
                    let (user, mut users) = mpsc::channel(1);
                    let link = ClientConnection::new(Arc::clone(shared), user);
                    let activity = link.activity();
                    let connection = async move {
                        serve(stream, link.into()).await;
                        // What the connection has received is kept until its requests have ended, too.
                        users.recv().await;
                    };
                    places.serve(&activity, connection);
                }
                Ok((stream, _)) => {
                    let refusal = refusal::refuse(stream, places.max());
                    places.refuse(refusal).await;
                }
                // The client has left already.
                Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
                // The process has no descriptor for it.
                Err(_) => places.make_room().await,
            },
            Some(()) = places.ended() => {}
        }
    }
}

async fn serve(stream: TcpStream, link: Arc<ClientConnection>) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| {
        let link = Arc::clone(&link);
        // At once: until it runs, a task would keep a head that nobody has counted.
        let admitted = link.admit(request);
        async move { link.pass(admitted).await }
    });
    let mut builder = auto::Builder::new(TokioExecutor::new());
    // The server sets the date of a response; `deadlines` limits the time of a client.
    builder
        .http1()
        .header_read_timeout(None)
        .max_buf_size(MAX_HEAD as usize)
        .preserve_header_case(true)
        .auto_date_header(false)
        .http2()
        .auto_date_header(false)
        .max_header_list_size(MAX_HEADER_LIST)
        .max_concurrent_streams(MAX_STREAMS)
        .max_pending_accept_reset_streams(MAX_CANCELLED)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .initial_stream_window_size(STREAM_WINDOW)
        .max_send_buf_size(SEND_BUFFER);
    let (stream, departure) = ClientStream::new(stream);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
    let must_close = async || {
        tokio::select! {
            () = link.must_close() => {}
            () = departure.left() => {}
        }
    };
    tokio::select! {
        // The client has closed the connection.
        _ = connection.as_mut() => return,
        () = must_close() => return,
        () = link.server_has_closed() => connection.as_mut().graceful_shutdown(),
    }
    // The client may not read what remains.
    tokio::select! {
        _ = connection => {}
        () = must_close() => {}
    }
}
