//! A proxy between any client and any server: what passes is judged on both sides, and is not changed.
//!
//! ```text
//! client ──▶ connection ──▶ exchange: refuse what must not pass, copy the rest ──▶ upstream, its connection to the server
//!                                          copies ──▶ judge
//! ```
//!
//! Each connection of a client has one of its own to the server, of the same version of HTTP, and both end together: a
//! server that closes or breaks off does so to the client.

mod body;
mod exchange;
mod host;
mod upstream;

use std::{io, net::SocketAddr, pin::pin, sync::Arc};

use hyper::service::service_fn;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use parking_lot::Mutex;
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use url::Url;

use self::{exchange::ClientConnection, upstream::UpstreamServer};
use super::{Finding, Options, TrafficError, TrafficResult, base::Base, judge::Judge};
use crate::http::Stopwatch;

/// Connections that are served at a time; others wait.
const MAX_CONNECTIONS: usize = 128;

type OnFinding = Box<dyn Fn(&Finding) + Send + Sync>;

/// What a proxy does besides passing on.
#[derive(Clone, Copy, Debug, Default)]
pub struct ProxyOptions {
    /// Whether the header `X-Contract-Violation` of a response has what fails.
    pub tell_caller: bool,
    /// Whether requests for the control API of a sandbox pass, too.
    pub allow_control: bool,
}

/// Why there is no proxy.
#[derive(Debug, thiserror::Error)]
pub enum ProxyError {
    /// The address is not free, or not ours.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, io::Error),
    /// No TLS can be spoken with the server.
    #[error("no connection to {0} can be trusted: {1}")]
    Untrusted(Url, String),
    /// Nothing can be judged.
    #[error(transparent)]
    Judge(#[from] TrafficError),
}

/// A proxy that has its port.
#[derive(Debug)]
pub struct Proxy {
    listener: TcpListener,
    shared: Arc<Shared>,
}

/// What all connections share.
struct Shared {
    server: UpstreamServer,
    judge: Mutex<Judge>,
    watch: Stopwatch,
    on_finding: OnFinding,
    conduct: ProxyOptions,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Shared").finish_non_exhaustive()
    }
}

impl Proxy {
    /// Listens in front of the server whose API is at `to`. `tell` hears each finding when it is made.
    pub async fn open(
        listen: SocketAddr,
        to: Url,
        options: Options,
        conduct: ProxyOptions,
        on_finding: OnFinding,
    ) -> Result<Self, ProxyError> {
        let listener = TcpListener::bind(listen).await;
        let listener = listener.map_err(|error| ProxyError::Listen(listen, error))?;
        if let Some(why) = options.trust.refuses(&to).await {
            return Err(ProxyError::Untrusted(to, why));
        }
        let judge = Judge::new(&options, Some(Base::new(&to)))?;
        let shared = Arc::new(Shared {
            server: UpstreamServer::new(to, options.trust),
            judge: Mutex::new(judge),
            watch: Stopwatch::start(),
            on_finding,
            conduct,
        });
        Ok(Self { listener, shared })
    }

    /// What clients are given as the base URL of the API.
    pub fn base_url(&self) -> io::Result<String> {
        let address = self.listener.local_addr()?;
        Ok(format!("http://{address}{}", self.shared.server.url.path()))
    }

    /// Passes on what comes until it is told to end; what is under way then is cut off.
    pub async fn run(self, until: impl Future<Output = ()>) -> TrafficResult {
        tokio::select! {
            () = self.accept() => {}
            () = until => {}
        }
        self.shared.judge.lock().end()
    }

    async fn accept(&self) {
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                accepted = self.listener.accept(), if connections.len() < MAX_CONNECTIONS => {
                    if let Ok((stream, _)) = accepted {
                        connections.spawn(serve(stream, Arc::clone(&self.shared)));
                    }
                }
                Some(_) = connections.join_next() => {}
            }
        }
    }
}

async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    let _ = stream.set_nodelay(true);
    let link = Arc::new(ClientConnection::new(shared));
    let service = service_fn(|request| {
        let link = Arc::clone(&link);
        async move { link.pass(request).await }
    });
    let mut builder = auto::Builder::new(TokioExecutor::new());
    // How long a connection may be idle is for the server to say, and so is the date of a response.
    builder
        .http1()
        .header_read_timeout(None)
        .preserve_header_case(true)
        .auto_date_header(false)
        .http2()
        .auto_date_header(false);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
    tokio::select! {
        // Who goes away in the middle has heard enough.
        _ = connection.as_mut() => return,
        () = link.server_has_closed() => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}
