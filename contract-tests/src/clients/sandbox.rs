//! The server that programs are run against: a sandbox in this process, with an organization for each trial.

use std::{
    io,
    net::{SocketAddr, SocketAddrV4},
};

use http::{HeaderValue, Method, header};
use jiff::SignedDuration;
use mock_server::{App, Config, Server, Settings};
use schemas::control::ListenerFault;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{
    Options,
    credential::{Credential, Grant},
    scenarios::{CONNECT_HANGS, Scenario},
};
use crate::{
    finding::{ApiRequest, NotPassed},
    http::{Client, RESPONSE_TIMEOUT, Trust},
};

/// Number of companies on the server: enough to page through.
const COMPANIES: usize = 120;

/// How long an order takes: a client that polls once a second must poll at least twice, even on a slow machine.
const ORDER_DURATION: SignedDuration = SignedDuration::from_secs(2);

/// How long a rotated key stays valid: somewhat longer than a client may take to notice the new one.
const OVERLAP: &str = "6s";

/// A client that is registered on every sandbox.
const CLIENT_ID: &str = "openprospect-dashboard";
/// A user that every organization has, with all permissions.
const USER: &str = "admin";

/// A sandbox in this process.
#[derive(Debug)]
pub(crate) struct Sandbox {
    address: SocketAddr,
    client: Client,
    /// Dropping it stops the server.
    _server: JoinSet<()>,
}

/// The identity that a program acts as.
#[derive(Clone, Debug)]
pub(crate) struct Tenant {
    /// Its credential for the API.
    pub credential: Credential,
    /// The control API path of its key.
    path: String,
    /// An address that accepts no connections, to use instead of the trial's address.
    pub hanging: Option<SocketAddrV4>,
}

impl Sandbox {
    /// Starts a sandbox on a free port.
    pub(crate) async fn start(options: &Options) -> io::Result<Self> {
        let settings = Settings {
            port: Some(0),
            seed: Some(options.seed),
            cors: options.cors.clone(),
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
        let client =
            Client::new(base, RESPONSE_TIMEOUT, &Trust::default()).map_err(io::Error::other)?;
        let mut tasks = JoinSet::new();
        tasks.spawn(server.run(std::future::pending()));
        Ok(Self {
            address,
            client,
            _server: tasks,
        })
    }

    /// The address it listens on.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Creates an organization with a key, or with a grant if an issuer is given, and activates a scenario in it.
    pub(crate) async fn tenant(
        &self,
        scenario: &Scenario,
        issuer: Option<String>,
    ) -> io::Result<Tenant> {
        let keys = json!([{"preset": "full_access", "tier": "enterprise"}]);
        let created = self
            .control("/organizations", json!({"keys": keys}))
            .await?;
        let minted = &created["minted"][0];
        let texts = (&created["name"], &minted["key"], &minted["id"]);
        let (Some(name), Some(key), Some(id)) =
            (texts.0.as_str(), texts.1.as_str(), texts.2.as_str())
        else {
            return Err(io::Error::other("the sandbox created no key"));
        };
        let mut credential = match issuer {
            None => Credential::Key(key.to_owned()),
            Some(issuer) => Credential::Grant(self.grant(name, issuer).await?),
        };
        if let Some(yaml) = scenario.yaml {
            let path = format!("/organizations/{name}/scenario");
            let armed = self.control(&path, json!({ "yaml": yaml })).await?;
            // If the scenario defines a key of its own, the program gets that key.
            if let (Some(own), Credential::Key(key)) =
                (armed["keys"][0]["key"].as_str(), &mut credential)
            {
                own.clone_into(key);
            }
        }
        let hanging = match scenario.name {
            CONNECT_HANGS => Some(self.hanging().await?),
            _ => None,
        };
        Ok(Tenant {
            credential,
            path: format!("/organizations/{name}/keys/{id}"),
            hanging,
        })
    }

    /// A grant of the organization's administrator to a client that is registered on every sandbox. The issuer's name is the
    /// host of the request that creates it.
    async fn grant(&self, organization: &str, issuer: String) -> io::Result<Grant> {
        let path = format!("/organizations/{organization}/tokens");
        let wanted = json!({"user": USER, "client_id": CLIENT_ID});
        let host = issuer.trim_start_matches("http://");
        let created = self.control_at(&path, wanted, Some(host)).await?;
        let refresh_token = created["refresh_token"].as_str().map(ToOwned::to_owned);
        let refresh_token =
            refresh_token.ok_or_else(|| io::Error::other("the sandbox issued no refresh token"))?;
        Ok(Grant {
            issuer,
            client_id: CLIENT_ID,
            refresh_token,
            login_hint: format!("{USER}@{organization}"),
        })
    }

    /// Replaces a key by a new one; the old key stays valid for a while.
    pub(crate) async fn rotate(&self, tenant: &Tenant) -> io::Result<String> {
        let path = format!("{}/rotate", tenant.path);
        let new = self.control(&path, json!({ "overlap": OVERLAP })).await?;
        let key = new["key"].as_str().map(str::to_owned);
        key.ok_or_else(|| io::Error::other("the sandbox did not rotate the key"))
    }

    /// An address that accepts no connections: connecting lasts until the client gives up.
    async fn hanging(&self) -> io::Result<SocketAddrV4> {
        let wanted = json!({"fault": ListenerFault::BacklogFull});
        let opened = self.control("/addresses", wanted).await?;
        let url = opened["url"].as_str().unwrap_or_default();
        let address = url
            .strip_prefix("http://")
            .and_then(|address| address.parse().ok());
        address.ok_or_else(|| io::Error::other("the sandbox opened no address"))
    }

    async fn control(&self, path: &str, body: Value) -> io::Result<Value> {
        self.control_at(path, body, None).await
    }

    /// The same, with another `Host`.
    async fn control_at(&self, path: &str, body: Value, host: Option<&str>) -> io::Result<Value> {
        let mut request = ApiRequest::at(Method::POST, &format!("/_mock{path}")).json(&body);
        if let Some(host) = host.and_then(|host| HeaderValue::try_from(host).ok()) {
            request.headers.insert(header::HOST, host);
        }
        let refused = |stop| match stop {
            NotPassed::Inconclusive(reason) | NotPassed::Skipped(reason) => {
                io::Error::other(reason)
            }
            NotPassed::Violated(violation) => io::Error::other(violation.message),
        };
        let response = self.client.send(request).await.map_err(refused)?;
        if response.status.is_success() {
            return Ok(response.json().clone());
        }
        Err(io::Error::other(format!(
            "the sandbox rejected a request: {}",
            response.json()["message"]
        )))
    }
}
