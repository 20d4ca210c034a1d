//! The servers that are compared, in one runtime of this process.
//!
//! They have one thread, and the client has another. With more threads, two cores are not enough for the client to keep up
//! with the bare server, and the ratio would measure the client. Contention for the lock of an organization is therefore not
//! measured here.
//!
//! The bare server is an axum handler with a prepared response, behind the same accept loop as in `axum::serve` (hyper-util's
//! `auto` with its defaults, a task for each connection). `axum::serve` itself would need features that the sandbox does not
//! use. The extra work of the sandbox's own loop, such as its time limits, counts as the sandbox's cost.

use std::{
    fs,
    future::pending,
    io,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use axum::{Router, routing::get};
use bytes::Bytes;
use http::header;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
    service::TowerToHyperService,
};
use mock_server::{App, CaptureMode, Config, ScenarioSetting, Server, Settings};
use tokio::{
    net::TcpListener,
    runtime::{Builder, Runtime},
};

use crate::{
    PATH,
    client::{self, Connection},
};

/// The organization whose orders are listed.
const ORGANIZATION: &str = "bench1";
/// Number of orders to create; with those it has from the start, they fill the page.
const ORDERS: usize = 10;
/// A scenario that checks every request and affects none.
const IDLE: &str = "
name: idle
summary: Nothing happens as long as anybody can wait.
rules:
- {when: {operation: [list_orders], nth: 4000000000-}, do: [{reset: {}}]}
- {when: {operation: [create_order]}, do: [{latency: {of: 1s}}]}
- {when: {path: /companies/*}, do: [{empty: {}}]}
steps:
- {after: {time: 900h}, do: [{revoke: {}}]}
";
/// The name of the thread of all servers.
const THREADS: &str = "server";

/// All servers, ready.
#[derive(Debug)]
pub(crate) struct Contestants {
    pub(crate) bare: SocketAddr,
    /// The sandbox with its defaults: it captures headers and bodies.
    pub(crate) sandbox: SocketAddr,
    /// The sandbox that captures headers only.
    pub(crate) headers: SocketAddr,
    /// The sandbox that captures nothing.
    pub(crate) off: SocketAddr,
    /// The sandbox with a scenario switched on that affects none of the requests.
    pub(crate) armed: SocketAddr,
    /// The request to all servers.
    pub(crate) request: Vec<u8>,
    /// The same, with an access token instead of the key.
    pub(crate) with_token: Vec<u8>,
    _runtime: Runtime,
}

impl Contestants {
    pub(crate) fn start() -> io::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name(THREADS)
            .enable_all()
            .build()?;
        let request = client::get(PATH, ORGANIZATION);
        let scenario = scenarios::parse(IDLE).map_err(io::Error::other)?;
        let scenario = ScenarioSetting {
            scenario: scenario.into(),
            file: None,
        };
        let with_capture = |mode| Settings {
            capture: Some(mode),
            ..Settings::default()
        };
        let with_scenario = Settings {
            scenario: Some(scenario),
            ..Settings::default()
        };
        let started = |settings| runtime.block_on(sandbox(settings, &request));
        let (sandbox, answer) = started(Settings::default())?;
        let (headers, _) = started(with_capture(CaptureMode::Headers))?;
        let (off, _) = started(with_capture(CaptureMode::Off))?;
        let (armed, _) = started(with_scenario)?;
        let token = runtime.block_on(token(sandbox))?;
        Ok(Self {
            bare: runtime.block_on(bare(answer))?,
            sandbox,
            headers,
            off,
            armed,
            with_token: client::get_with(PATH, &token),
            request,
            _runtime: runtime,
        })
    }
}

/// Starts the sandbox with these settings and a sufficient quota, and prepares it.
async fn sandbox(settings: Settings, request: &[u8]) -> io::Result<(SocketAddr, Bytes)> {
    let settings = Settings {
        port: Some(0),
        tiers: vec![
            "enterprise=4000000000/1h"
                .parse()
                .map_err(io::Error::other)?,
        ],
        ..settings
    };
    let app = App::new(Config::from(settings)).map_err(io::Error::other)?;
    let server = Server::bind(app).await?;
    let address = server.address()?;
    tokio::spawn(server.run(pending()));
    Ok((address, prepare(address, request).await?))
}

/// Creates orders, waits until they are completed and no longer change, and returns the list.
async fn prepare(sandbox: SocketAddr, request: &[u8]) -> io::Result<Bytes> {
    let mut connection = Connection::open(sandbox).await?;
    let post = |path, body| client::post(path, ORGANIZATION, body);
    let order = r#"{"title":"Machine builders","features":["COMPANY_DATA","CONTACTS"],"companies":[{"company_name":"Nordwerk Antriebe AG"}]}"#;
    for _ in 0..ORDERS {
        connection.call(&post("/api/v1/orders", order)).await?;
    }
    let hour = post("/_mock/organizations/self/clock/advance", r#"{"by":"1h"}"#);
    connection.call(&hour).await?;
    Ok(Bytes::copy_from_slice(connection.call(request).await?))
}

/// An access token that outlives the benchmark.
async fn token(sandbox: SocketAddr) -> io::Result<String> {
    let mut connection = Connection::open(sandbox).await?;
    let path = "/_mock/organizations/self/tokens";
    let minted = connection
        .call(&client::post(path, ORGANIZATION, "{}"))
        .await?;
    let minted: serde_json::Value = serde_json::from_slice(minted)?;
    let token = minted["access_token"].as_str();
    token
        .map(ToOwned::to_owned)
        .ok_or_else(|| io::Error::other("no token was minted"))
}

/// Starts the server that only returns `body`.
async fn bare(body: Bytes) -> io::Result<SocketAddr> {
    let handler = || async { ([(header::CONTENT_TYPE, "application/json")], body) };
    let router: Router = Router::new().route("/api/v1/orders", get(handler));
    let service = TowerToHyperService::new(router);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _ = stream.set_nodelay(true);
            let service = service.clone();
            tokio::spawn(async move {
                let builder = auto::Builder::new(TokioExecutor::new());
                // It ends when the client is done with it.
                let _ = builder
                    .serve_connection_with_upgrades(TokioIo::new(stream), service)
                    .await;
            });
        }
    });
    Ok(address)
}

/// CPU time that the servers' threads have used, which other work on the machine moves less than
/// it moves requests per second.
pub(crate) fn cpu_time() -> io::Result<Duration> {
    let mut total = 0;
    for thread in fs::read_dir("/proc/self/task")? {
        let thread = thread?.path();
        if fs::read_to_string(thread.join("comm"))?.trim_end() == THREADS {
            let schedstat = fs::read_to_string(thread.join("schedstat"))?;
            let used = schedstat.split(' ').next().map(str::parse::<u64>);
            total += used.and_then(Result::ok).unwrap_or_default();
        }
    }
    Ok(Duration::from_nanos(total))
}
