//! Floods of requests that take memory or CPU time: one after the other, as fast as the server responds.

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;

use crate::{
    http::{Client, call, get, json, request},
    pause,
};

/// The time until a failed connection is opened again.
const AGAIN: Duration = Duration::from_millis(100);
/// Number of items in a list that is far too long and has only invalid items: nearly the longest body that the server reads.
const ITEMS: usize = 2_700_000;
/// Number of companies in each order of the organization whose snapshot is requested.
const COMPANIES: usize = 1_000;
/// The organization whose snapshot is requested.
const FULL: &str = "snap00";
/// Minimum length of that snapshot, in bytes.
const LARGE: usize = 1_000_000;
/// Number of organizations that the flood of organizations keeps: fewer than there may be, because the organizations of
/// invented keys do not evict them.
const KEPT: u64 = 300;
/// Number of keys that an organization gets: less than the maximum of 1,000.
const KEYS: u64 = 900;

/// What a flood has done.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct FloodFigures {
    pub(crate) name: String,
    /// Number of responses.
    pub(crate) responses: u64,
    /// Number of responses that show that the request did what it is for.
    pub(crate) meant: u64,
    /// The status of the latest other response, or 0.
    pub(crate) other: u64,
}

/// A flood.
struct Flood {
    name: &'static str,
    /// The request with this number.
    request: Box<dyn Fn(u64) -> Bytes + Send + Sync>,
    /// Whether a response shows that the request did what it is for.
    is_meant: fn(u16, &[u8]) -> bool,
    sent: AtomicU64,
    responses: AtomicU64,
    meant: AtomicU64,
    other: AtomicU64,
}

/// All floods.
pub(crate) struct Floods(Vec<Arc<Flood>>);

/// Starts every flood.
pub(crate) fn start(load: &mut JoinSet<()>, address: SocketAddr) -> Floods {
    let wrong = "[],".repeat(ITEMS);
    let wrong = format!(
        r#"{{"title":"t","features":["CONTACTS"],"companies":[{}]}}"#,
        wrong.trim_end_matches(',')
    );
    let wrong = Bytes::from(request("POST", "/api/v1/orders", "wrong0", &wrong));
    let snapshot = format!("/_mock/organizations/{FULL}/snapshot");
    let floods = Floods(vec![
        Flood::new("organizations", organization, |status, _| {
            matches!(status, 200..300)
        }),
        Flood::new("keys", key, |status, _| status == 201),
        Flood::new("invented keys", invented_key, |status, _| status == 200),
        Flood::new(
            "invalid bodies",
            move |_| wrong.clone(),
            |status, _| status == 422,
        ),
        Flood::new(
            "snapshots",
            move |_| get(&snapshot, FULL).into(),
            |status, body| status == 200 && body.len() >= LARGE,
        ),
    ]);
    for flood in &floods.0 {
        let flood = Arc::clone(flood);
        load.spawn(async move { flood.run(address).await });
    }
    floods
}

/// Creates organizations, and deletes each when there are [`KEPT`] newer ones.
fn organization(number: u64) -> Bytes {
    let name = |number: u64| format!("o{:05}", number % 100_000);
    match (number % 2, (number / 2).checked_sub(KEPT)) {
        (1, Some(oldest)) => {
            let path = format!("/_mock/organizations/{}", name(oldest));
            request("DELETE", &path, "flood0", "").into()
        }
        (1, None) => get("/_mock/health", "flood0").into(),
        _ => new_organization(&name(number / 2)),
    }
}

fn new_organization(name: &str) -> Bytes {
    let body = format!(r#"{{"name":"{name}"}}"#);
    request("POST", "/_mock/organizations", name, &body).into()
}

/// Creates keys, and an organization before each [`KEYS`] of them.
fn key(number: u64) -> Bytes {
    let name = format!("k{:05}", number / (KEYS + 1) % 100_000);
    if number.is_multiple_of(KEYS + 1) {
        return new_organization(&name);
    }
    let path = "/_mock/organizations/self/keys";
    request("POST", path, &name, r#"{"preset":"orders"}"#).into()
}

/// Uses keys that describe themselves, each of a new organization.
fn invented_key(number: u64) -> Bytes {
    let name = format!("i{:05}", number % 100_000);
    get("/api/v1/orders?limit=1", &name).into()
}

impl Flood {
    fn new(
        name: &'static str,
        request: impl Fn(u64) -> Bytes + Send + Sync + 'static,
        is_meant: fn(u16, &[u8]) -> bool,
    ) -> Arc<Self> {
        Arc::new(Self {
            name,
            request: Box::new(request),
            is_meant,
            sent: AtomicU64::new(0),
            responses: AtomicU64::new(0),
            meant: AtomicU64::new(0),
            other: AtomicU64::new(0),
        })
    }

    /// Sends requests forever.
    async fn run(&self, address: SocketAddr) {
        loop {
            if let Ok(mut client) = Client::connect(address).await {
                while let Ok((status, body)) = client.call(&self.next()).await {
                    self.count(status, &body);
                }
            }
            pause(AGAIN).await;
        }
    }

    fn next(&self) -> Bytes {
        (self.request)(self.sent.fetch_add(1, Ordering::Relaxed))
    }

    fn count(&self, status: u16, body: &[u8]) {
        self.responses.fetch_add(1, Ordering::Relaxed);
        if (self.is_meant)(status, body) {
            self.meant.fetch_add(1, Ordering::Relaxed);
        } else {
            self.other.store(status.into(), Ordering::Relaxed);
        }
    }
}

impl Floods {
    /// What each flood has done so far.
    pub(crate) fn figures(&self) -> Vec<FloodFigures> {
        let figures = self.0.iter().map(|flood| FloodFigures {
            name: flood.name.to_owned(),
            responses: flood.responses.load(Ordering::Relaxed),
            meant: flood.meant.load(Ordering::Relaxed),
            other: flood.other.load(Ordering::Relaxed),
        });
        figures.collect()
    }
}

/// Fills the organization whose snapshot is requested with orders, until it has the memory that it may have.
pub(crate) async fn fill(address: SocketAddr) -> io::Result<()> {
    let company = r#"{"company_name":"Hotel Adler","website":"https://hotel-adler.example"}"#;
    let companies = vec![company; COMPANIES].join(",");
    let order = format!(r#"{{"title":"Full","features":["CONTACTS"],"companies":[{companies}]}}"#);
    let order = request("POST", "/api/v1/orders", FULL, &order);
    // Created explicitly, so that the organizations of the flood of invented keys do not evict it.
    call(address, &new_organization(FULL)).await?;
    loop {
        match call(address, &order).await? {
            (201, _) => {}
            (409, _) => return Ok(()),
            (status, _) => return Err(io::Error::other(format!("an order got {status}"))),
        }
    }
}

/// Deletes all organizations.
pub(crate) async fn delete_all(address: SocketAddr) -> io::Result<()> {
    let mut client = Client::connect(address).await?;
    let (_, all) = client.call(&get("/_mock/organizations", "flood0")).await?;
    let all = json(&all);
    for organization in all["organizations"].as_array().into_iter().flatten() {
        let name = organization["name"].as_str().unwrap_or_default();
        let path = format!("/_mock/organizations/{name}");
        client.call(&request("DELETE", &path, "flood0", "")).await?;
    }
    Ok(())
}
