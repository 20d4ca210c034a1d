//! Client of the sandbox's control API: organizations, keys and clocks for checks.

pub(crate) mod lease;
mod orders;
mod organizations;
mod settings;

use std::{sync::Arc, time::Duration};

use futures_util::{StreamExt, stream};
use http::{HeaderName, Method, StatusCode};
use jiff::SignedDuration;
use parking_lot::Mutex;
use schemas::{ScopeSet, control::CONTROL_PREFIX, key::ApiKey};
use serde_json::{Value, json};
use tokio::time::timeout;
use url::Url;

pub(crate) use self::settings::NoControl;
use self::{lease::Renewals, organizations::Organizations};
use crate::{
    contract::{Expected, KeyRole, variable_of},
    finding::{AccessToken, ApiRequest, Exchange, NotPassed, redaction::Secrets},
    http::{Client, ClientError, RESPONSE_TIMEOUT, RunTime, Trust},
    provider::{check_context::CheckRef, runner::MAX_CONCURRENT},
};

/// The time on every new organization's clock.
const FROZEN_AT: &str = "2026-01-15T09:00:00.250Z";
/// How long a run cleans up after itself.
const MAX_CLEAN_UP: Duration = Duration::from_secs(30);
/// Deletions at the same time: a run leaves hundreds of organizations.
const MAX_DELETIONS: usize = 8;
/// The path at which clients of the authorization server are registered.
const CLIENTS: &str = "/oauth/clients";
const TOKEN: HeaderName = HeaderName::from_static("x-control-token");

/// The control API of a sandbox.
#[derive(Debug)]
pub struct Control {
    client: Client,
    token: Option<String>,
    /// Expectations derived from the sandbox's settings.
    pub(crate) expected: Expected,
    /// Created organizations, to be removed.
    organizations: Organizations,
    /// The number of other organizations that the sandbox had before the run.
    others: usize,
    /// How long the sandbox keeps them after the last request to them.
    lease: Duration,
    renewals: Renewals,
    /// Registered clients, to be removed.
    clients: Mutex<Vec<String>>,
    secrets: Arc<Secrets>,
}

/// A created key.
#[derive(Clone, Debug)]
pub struct MintedKey {
    pub key: ApiKey,
    /// Its id in the control API.
    pub id: String,
}

/// An access token, and the refresh token of its grant.
pub(crate) struct Tokens {
    pub(crate) access: String,
    pub(crate) refresh: String,
}

impl Tokens {
    /// The tokens in a response, both redacted from now on.
    pub(crate) fn from_response(response: &Exchange, secrets: &Secrets) -> Result<Self, NotPassed> {
        let tokens = Self {
            access: response.text_at("/access_token")?,
            refresh: response.text_at("/refresh_token")?,
        };
        secrets.add(&tokens.access);
        secrets.add(&tokens.refresh);
        Ok(tokens)
    }
}

impl Control {
    /// The control API of the server at `origin`, or why there is none.
    pub async fn find(
        origin: Url,
        token: Option<String>,
        secrets: Arc<Secrets>,
        trust: &Trust,
        lease: Duration,
    ) -> Result<Result<Self, NoControl>, ClientError> {
        secrets.add(token.as_deref().unwrap_or_default());
        let mut control = Self {
            client: Client::new(origin, RESPONSE_TIMEOUT, trust)?,
            token,
            expected: Expected::default(),
            organizations: Organizations::default(),
            others: 0,
            lease,
            renewals: Renewals::default(),
            clients: Mutex::default(),
            secrets,
        };
        let found = control
            .client
            .send(ApiRequest::at(Method::GET, "/_mock/health"))
            .await;
        match found {
            Ok(health) if health.at("/service") == "mock-server" => {}
            Ok(_) | Err(_) => {
                let reason = "the target has no control API".to_owned();
                return Ok(Err(NoControl::Unusable(reason)));
            }
        }
        Ok(match control.read_settings().await {
            Ok(expected) => {
                control.expected = expected;
                control.others = control.count_organizations().await;
                Ok(control)
            }
            Err(reason) => Err(reason),
        })
    }

    /// The same control API, for a run of at most this time.
    pub(crate) fn within(mut self, run_time: Option<RunTime>) -> Self {
        self.client.run_time = run_time;
        self
    }

    /// Whether the sandbox has responded and no longer accepts connections.
    pub(crate) fn is_gone(&self) -> bool {
        self.client.is_gone()
    }

    /// The same control API, with nothing created yet.
    pub(crate) fn fresh(&self) -> Self {
        Self {
            client: self.client.fresh(),
            token: self.token.clone(),
            expected: self.expected.clone(),
            organizations: Organizations::default(),
            others: self.others,
            lease: self.lease,
            renewals: Renewals::default(),
            clients: Mutex::default(),
            secrets: Arc::clone(&self.secrets),
        }
    }

    /// The number of organizations on the sandbox.
    async fn count_organizations(&self) -> usize {
        let list = self.send_organizations(Method::GET, "", Value::Null).await;
        let total = list.ok().and_then(|list| list.at("/total").as_u64());
        total
            .and_then(|total| total.try_into().ok())
            .unwrap_or_default()
    }

    /// Creates an organization on a frozen clock, which is kept until the check has ended, or the run. It has this name unless
    /// the name is taken: by a concurrent run, or by an earlier run that could not clean up.
    pub(crate) async fn organization(
        &self,
        name: Option<String>,
        user: Option<CheckRef>,
    ) -> Result<String, NotPassed> {
        self.make_room().await;
        let clock = format!("frozen={FROZEN_AT}");
        let lease = format!("{}ms", self.lease.as_millis());
        let make = async |name: Option<String>| {
            let mut new = json!({"clock": clock, "lease": lease});
            if let Some(name) = name {
                new["name"] = name.into();
            }
            self.send_organizations(Method::POST, "", new).await
        };
        let mut created = make(name).await?;
        if created.status == StatusCode::CONFLICT {
            created = make(None).await?;
        }
        let name = text(&ensure_success(created)?, "/name")?;
        self.renewals.begin(self.fresh(), &name);
        self.organizations.add(name.clone(), user);
        Ok(name)
    }

    /// Deletes organizations that no check uses any more where the sandbox would have to evict one for the next: the one idle
    /// longest may be in use, by a check that takes long.
    async fn make_room(&self) {
        let places = self.expected.settings().max_organizations;
        // Each running check may create one at the same time.
        let kept = places.saturating_sub(self.others + self.expected.concurrency(MAX_CONCURRENT));
        for name in self.organizations.take_unused(kept) {
            let path = format!("/{name}");
            let _ = self
                .send_organizations(Method::DELETE, &path, Value::Null)
                .await;
        }
    }

    /// An organization of a check that the sandbox no longer has.
    pub(crate) async fn lost_organization(&self, user: &CheckRef) -> Option<String> {
        for name in self.organizations.of(user) {
            let path = format!("/{name}");
            let shown = self
                .send_organizations(Method::GET, &path, Value::Null)
                .await;
            if shown.is_ok_and(|shown| shown.status == StatusCode::NOT_FOUND) {
                return Some(name);
            }
        }
        None
    }

    /// Creates a key, by default of the tier with the largest quota.
    pub async fn key(&self, organization: &str, mut new: Value) -> Result<MintedKey, NotPassed> {
        let variable = variable(&new);
        if new["tier"].is_null() {
            new["tier"] = json!(self.expected.widest_tier());
        }
        let created = self
            .request_ok(Method::POST, &format!("/{organization}/keys"), new)
            .await?;
        let key = ApiKey::parse(&text(&created, "/key")?)
            .map_err(|error| NotPassed::Inconclusive(error.to_string()))?;
        self.secrets.add_key(&key, variable);
        Ok(MintedKey {
            key,
            id: text(&created, "/id")?,
        })
    }

    /// Issues an access token; its user is the admin of the organization by default.
    pub async fn token(&self, organization: &str, new: Value) -> Result<AccessToken, NotPassed> {
        let path = format!("/{organization}/tokens");
        let created = self.request_ok(Method::POST, &path, new).await?;
        let token = AccessToken::parse(&text(&created, "/access_token")?)
            .map_err(|error| NotPassed::Inconclusive(error.to_owned()))?;
        self.secrets.add_token(&token);
        Ok(token)
    }

    /// Revokes a key.
    pub async fn revoke(&self, organization: &str, key: &MintedKey) -> Result<(), NotPassed> {
        self.request_ok(
            Method::POST,
            &format!("/{organization}/keys/{}/revoke", key.id),
            json!({}),
        )
        .await?;
        let variable = KeyRole::Revoked.variable();
        self.secrets.add_key(&key.key, variable);
        Ok(())
    }

    /// Issues an access and a refresh token.
    pub(crate) async fn tokens(&self, organization: &str, new: Value) -> Result<Tokens, NotPassed> {
        let issued = self
            .request_ok(Method::POST, &format!("/{organization}/tokens"), new)
            .await?;
        Tokens::from_response(&issued, &self.secrets)
    }

    /// Registers a public client of the authorization server. Replaces a client that an earlier run has left behind.
    pub(crate) async fn register_client(
        &self,
        client_id: &str,
        redirect_uri: &str,
    ) -> Result<(), NotPassed> {
        let path = format!("{CLIENTS}/{client_id}");
        self.request(Method::DELETE, &path, json!(null)).await?;
        let new = json!({"client_id": client_id, "redirect_uris": [redirect_uri]});
        ensure_success(self.request(Method::POST, CLIENTS, new).await?)?;
        self.clients.lock().push(client_id.to_owned());
        Ok(())
    }

    /// Moves an organization's clock on.
    pub async fn advance(&self, organization: &str, by: SignedDuration) -> Result<(), NotPassed> {
        let by = json!({"by": format!("{by:#}")});
        self.request_ok(Method::POST, &format!("/{organization}/clock/advance"), by)
            .await
            .map(drop)
    }

    /// Removes the created organizations and clients. The sandbox deletes organizations that cannot be removed
    /// after their lease.
    pub async fn clean_up(&self) {
        self.renewals.end();
        let organizations = self.organizations.take_all();
        let clients = std::mem::take(&mut *self.clients.lock());
        // The time of the run may be over.
        let control = self.fresh().within(None);
        let organizations = organizations
            .iter()
            .map(|name| format!("/organizations/{name}"));
        let clients = clients.iter().map(|id| format!("{CLIENTS}/{id}"));
        let deletions = stream::iter(organizations.chain(clients));
        let delete = deletions.for_each_concurrent(MAX_DELETIONS, async |path| {
            let _ = control.request(Method::DELETE, &path, json!(null)).await;
        });
        let _ = timeout(MAX_CLEAN_UP, delete).await;
    }

    async fn request_ok(
        &self,
        method: Method,
        path: &str,
        body: Value,
    ) -> Result<Exchange, NotPassed> {
        ensure_success(self.send_organizations(method, path, body).await?)
    }

    async fn send_organizations(
        &self,
        method: Method,
        path: &str,
        body: Value,
    ) -> Result<Exchange, NotPassed> {
        self.request(method, &format!("/organizations{path}"), body)
            .await
    }

    async fn request(
        &self,
        method: Method,
        path: &str,
        body: Value,
    ) -> Result<Exchange, NotPassed> {
        let mut request = ApiRequest::at(method, &format!("{CONTROL_PREFIX}{path}"));
        if !body.is_null() {
            request = request.json(&body);
        }
        if let Some(token) = &self.token {
            request = request.header(TOKEN, token);
        }
        self.client.send(request).await
    }
}

/// Returns the response if it is a success.
fn ensure_success(response: Exchange) -> Result<Exchange, NotPassed> {
    if response.status.is_success() {
        return Ok(response);
    }
    let message = response.at("/message");
    Err(NotPassed::Inconclusive(format!(
        "the control API returned {}: {message}",
        response.status
    )))
}

/// The variable for a key in commands. Its name shows which key is needed.
fn variable(new: &Value) -> String {
    let scopes = serde_json::from_value(new["scopes"].clone());
    match (scopes, new["preset"].as_str()) {
        _ if !new["expires_in"].is_null() => KeyRole::Expired.variable(),
        _ if !new["tier"].is_null() => KeyRole::Limited.variable(),
        (Ok(scopes), _) => variable_of(scopes),
        (Err(_), Some("full_access") | None) => KeyRole::Full.variable(),
        (Err(_), Some(preset)) => format!("{preset}_key").to_uppercase(),
    }
}

/// The body that creates a key with these scopes.
pub(crate) fn key_with_scopes(scopes: ScopeSet) -> Value {
    json!({"scopes": scopes})
}

fn text(response: &Exchange, pointer: &str) -> Result<String, NotPassed> {
    response
        .at(pointer)
        .as_str()
        .map(ToOwned::to_owned)
        .ok_or_else(|| {
            NotPassed::Inconclusive(format!("the control API's response has no {pointer}"))
        })
}
