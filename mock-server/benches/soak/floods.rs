//! Floods of requests that take memory or CPU time: one after the other, as fast as the server responds.

use std::{
    fmt, io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use tokio::task::JoinSet;

use crate::{
    http::{Client, call, get, json, request},
    pause,
};

/// The time until a failed connection is opened again.
const AGAIN: Duration = Duration::from_millis(100);
/// Number of items in a list that is far too long and has only invalid items: nearly the longest body that the server reads.
const ITEMS: usize = 2_700_000;
/// Number of orders in the organization whose snapshot is requested, and of companies in each.
const ORDERS: usize = 50;
const COMPANIES: usize = 1_000;
/// The organization whose snapshot is requested.
const FULL: &str = "snap00";

/// The number of requests of each flood.
#[derive(Clone)]
pub(crate) struct Counts([(&'static str, Arc<AtomicU64>); 5]);

/// Starts every flood.
pub(crate) fn start(load: &mut JoinSet<()>, address: SocketAddr) -> Counts {
    let counts = Counts(
        [
            "organizations",
            "keys",
            "invented keys",
            "invalid bodies",
            "snapshots",
        ]
        .map(|name| (name, Arc::default())),
    );
    let wrong = "[],".repeat(ITEMS);
    let wrong = format!(
        r#"{{"title":"t","features":["CONTACTS"],"companies":[{}]}}"#,
        wrong.trim_end_matches(',')
    );
    let wrong = Bytes::from(request("POST", "/api/v1/orders", "wrong0", &wrong));
    let new = |number: u64| {
        let body = format!(r#"{{"name":"o{:05}"}}"#, number % 100_000);
        request("POST", "/_mock/organizations", "flood0", &body).into()
    };
    // An organization has at most 1,000 keys.
    let keys = |number: u64| {
        let name = format!("k{:05}", number / 1_000);
        let path = "/_mock/organizations/self/keys";
        request("POST", path, &name, r#"{"preset":"orders"}"#).into()
    };
    let invented = |number: u64| {
        let name = format!("i{:05}", number % 100_000);
        get("/api/v1/orders?limit=1", &name).into()
    };
    let snapshot = format!("/_mock/organizations/{FULL}/snapshot");
    let requests: [Box<dyn Fn(u64) -> Bytes + Send + Sync>; 5] = [
        Box::new(new),
        Box::new(keys),
        Box::new(invented),
        Box::new(move |_| wrong.clone()),
        Box::new(move |_| get(&snapshot, FULL).into()),
    ];
    for ((name, count), request) in counts.0.clone().into_iter().zip(requests) {
        load.spawn(async move {
            if name == "snapshots" {
                fill(address).await;
            }
            flood(address, &count, request).await;
        });
    }
    counts
}

/// Sends requests forever. Any response is accepted.
async fn flood(
    address: SocketAddr,
    count: &AtomicU64,
    request: Box<dyn Fn(u64) -> Bytes + Send + Sync>,
) {
    loop {
        if let Ok(mut client) = Client::connect(address).await {
            let next = || request(count.fetch_add(1, Ordering::Relaxed));
            while client.call(&next()).await.is_ok() {}
        }
        pause(AGAIN).await;
    }
}

/// Fills an organization with orders.
async fn fill(address: SocketAddr) {
    let company = r#"{"company_name":"Hotel Adler","website":"https://hotel-adler.example"}"#;
    let companies = vec![company; COMPANIES].join(",");
    let order = format!(r#"{{"title":"Full","features":["CONTACTS"],"companies":[{companies}]}}"#);
    let order = request("POST", "/api/v1/orders", FULL, &order);
    // Created explicitly, so that the organizations of the flood of invented keys do not evict it.
    let new = format!(r#"{{"name":"{FULL}"}}"#);
    let _ = call(
        address,
        &request("POST", "/_mock/organizations", FULL, &new),
    )
    .await;
    for _ in 0..ORDERS {
        // An order that exceeds the memory limit does not matter.
        let _ = call(address, &order).await;
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

impl fmt::Display for Counts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = self.0.iter();
        let counts =
            counts.map(|(name, count)| format!("{} {name}", count.load(Ordering::Relaxed)));
        formatter.write_str(&counts.collect::<Vec<_>>().join(", "))
    }
}
