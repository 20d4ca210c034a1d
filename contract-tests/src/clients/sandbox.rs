//! The server that programs are tried against: ours, in this process, with an organization for each trial.

use std::{io, net::SocketAddr};

use http::Method;
use jiff::SignedDuration;
use mock_server::{App, Config, Server, Settings};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::scenarios::Scenario;
use crate::{
    check::Stop,
    client::{ANSWER_TIME, Call, Client, Trust},
};

/// Companies in the world of the server: enough to page through.
const COMPANIES: usize = 120;

/// How long an order takes: a client that polls once a second has to come twice.
const ORDER_DURATION: SignedDuration = SignedDuration::from_millis(1_500);

/// A server of ours.
#[derive(Debug)]
pub(crate) struct Sandbox {
    address: SocketAddr,
    client: Client,
    /// It ends with this.
    _server: JoinSet<()>,
}

/// Whom a program acts as.
#[derive(Clone, Debug)]
pub(crate) struct Tenant {
    /// Its key.
    pub key: String,
}

impl Sandbox {
    /// Starts one on a free port.
    pub(crate) async fn start(seed: u64) -> io::Result<Self> {
        let settings = Settings {
            port: Some(0),
            seed: Some(seed),
            companies: Some(COMPANIES),
            order_duration: Some(ORDER_DURATION),
            ..Settings::default()
        };
        let app = App::new(Config::from(settings)).map_err(io::Error::other)?;
        let server = Server::bind(app).await?;
        let address = server.address()?;
        let base = format!("http://{address}")
            .parse()
            .map_err(io::Error::other)?;
        let client = Client::new(base, ANSWER_TIME, &Trust::default()).map_err(io::Error::other)?;
        let mut tasks = JoinSet::new();
        tasks.spawn(server.run(std::future::pending()));
        Ok(Self {
            address,
            client,
            _server: tasks,
        })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// An organization with a key, in which a scenario is switched on.
    pub(crate) async fn tenant(&self, scenario: &Scenario) -> io::Result<Tenant> {
        let keys = json!([{"preset": "full_access", "tier": "enterprise"}]);
        let made = self.control("", json!({"keys": keys})).await?;
        let (Some(name), Some(key)) = (made["name"].as_str(), made["minted"][0]["key"].as_str())
        else {
            return Err(io::Error::other("the sandbox has made no key"));
        };
        if let Some(yaml) = scenario.yaml {
            self.control(&format!("/{name}/scenario"), json!({ "yaml": yaml }))
                .await?;
        }
        Ok(Tenant {
            key: key.to_owned(),
        })
    }

    async fn control(&self, path: &str, body: Value) -> io::Result<Value> {
        let call = Call::at(Method::POST, &format!("/_mock/organizations{path}")).json(&body);
        let refused = |stop| match stop {
            Stop::Inconclusive(reason) | Stop::Skipped(reason) => io::Error::other(reason),
            Stop::Violated(violation) => io::Error::other(violation.message),
        };
        let answer = self.client.send(call).await.map_err(refused)?;
        if answer.status.is_success() {
            return Ok(answer.json().clone());
        }
        Err(io::Error::other(format!(
            "the sandbox refuses: {}",
            answer.json()["message"]
        )))
    }
}
