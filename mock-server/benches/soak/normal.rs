//! A normal client, and the effects of the load on it.

use std::{fmt, io, net::SocketAddr, time::Duration};

use tokio::time::timeout;

use crate::{
    http::{Client, call, get, json, request},
    now, pause,
};

/// Its organization.
const NAME: &str = "normal";
/// The time between two requests.
const PACE: Duration = Duration::from_millis(10);
/// The time between two control requests.
const CONTROL_PACE: Duration = Duration::from_millis(250);
/// The time after which a response counts as missing.
const PATIENCE: Duration = Duration::from_secs(10);
/// Number of requests after which it opens a new connection.
const NEW_CONNECTION: usize = 20;
const ORDER: &str =
    r#"{"title":"Soak","features":["CONTACTS"],"companies":[{"company_name":"Hotel Adler"}]}"#;

/// The status of a response, and its body.
type Answer = (u16, Vec<u8>);

/// A normal client.
pub(crate) struct Normal {
    address: SocketAddr,
    client: Client,
    made: usize,
    order: String,
}

/// The durations of requests, and the failures.
#[derive(Default)]
pub(crate) struct Calls {
    /// Durations in ms.
    times: Vec<f64>,
    pub(crate) failed: Vec<String>,
}

impl Normal {
    /// Creates its organization, as a test does.
    pub(crate) async fn new(address: SocketAddr) -> io::Result<Self> {
        let mut client = Client::connect(address).await?;
        let new = format!(r#"{{"name":"{NAME}"}}"#);
        let made = client
            .call(&request("POST", "/_mock/organizations", NAME, &new))
            .await?;
        let (_, order) = client
            .call(&request("POST", "/api/v1/orders", NAME, ORDER))
            .await?;
        let order = json(&order)["id"].as_str().unwrap_or_default().to_owned();
        if made.0 != 201 || order.is_empty() {
            return Err(io::Error::other("the server does not work"));
        }
        Ok(Self {
            address,
            client,
            made: 0,
            order,
        })
    }

    /// Sends requests for a time.
    pub(crate) async fn calls_for(&mut self, time: Duration) -> Calls {
        let (begun, mut calls) = (now(), Calls::default());
        while begun.elapsed() < time {
            calls.count(self.one()).await;
            pause(PACE).await;
        }
        calls
    }

    /// Sends one request, on a new connection from time to time.
    async fn one(&mut self) -> io::Result<Answer> {
        self.made += 1;
        let request = match self.made % 4 {
            0 => request("POST", "/api/v1/blacklists", NAME, r#"{"name":"soak"}"#),
            1 => get("/api/v1/orders?limit=10", NAME),
            2 => get(&format!("/api/v1/orders/{}", self.order), NAME),
            _ => get("/api/v1/companies?limit=10", NAME),
        };
        if self.made.is_multiple_of(NEW_CONNECTION) {
            self.client = Client::connect(self.address).await?;
        }
        let called = self.client.call(&request).await;
        if called.is_err() {
            self.client = Client::connect(self.address).await?;
        }
        // Creating more than 1,000 blacklists is a conflict, which is not a failure here.
        called.map(|(status, body)| (if status == 409 { 201 } else { status }, body))
    }
}

/// Sends requests to the control API, each on a new connection.
pub(crate) async fn control_calls(address: SocketAddr, time: Duration) -> Calls {
    let (begun, mut calls) = (now(), Calls::default());
    while begun.elapsed() < time {
        let path = ["/_mock/metrics", "/_mock/organizations/self/clock"][calls.times.len() % 2];
        let request = get(path, NAME);
        calls.count(call(address, &request)).await;
        pause(CONTROL_PACE).await;
    }
    calls
}

impl Calls {
    async fn count(&mut self, call: impl Future<Output = io::Result<Answer>>) {
        let begun = now();
        let called = timeout(PATIENCE, call).await;
        self.times.push(begun.elapsed().as_secs_f64() * 1e3);
        match called {
            Ok(Ok((200..300, _))) => {}
            Ok(Ok((status, body))) => {
                let body = String::from_utf8_lossy(&body);
                self.failed.push(format!("{status} {body}"));
            }
            Ok(Err(error)) => self.failed.push(error.to_string()),
            Err(_) => self.failed.push(format!("nothing in {PATIENCE:?}")),
        }
    }

    /// The duration in ms that this share of the requests did not exceed.
    pub(crate) fn percentile(&self, share: f64) -> f64 {
        let mut times = self.times.clone();
        times.sort_by(f64::total_cmp);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_precision_loss,
            clippy::cast_sign_loss,
            reason = "a place in a list"
        )]
        let place = (times.len() as f64 * share) as usize;
        times
            .get(place)
            .or(times.last())
            .copied()
            .unwrap_or_default()
    }
}

impl fmt::Display for Calls {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [half, most, all] = [0.5, 0.99, 1.0].map(|share| self.percentile(share));
        let count = self.times.len();
        write!(
            formatter,
            "{count}, in ms: median {half:.1}, 99 % {most:.1}, longest {all:.1}"
        )
    }
}
