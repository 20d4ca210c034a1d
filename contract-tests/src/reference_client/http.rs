//! One request with the key, and the evaluation of its response.

use std::{
    collections::HashSet,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use parking_lot::Mutex;
use reqwest::{Method, Response, StatusCode, header};
use serde_json::Value;
use url::Url;

use super::{
    Behaviour, Failure,
    behaviour::{OnLostPost, OnRateLimit, Place, RedirectMethod, RedirectTarget, Timeout},
    body,
    crash::crash_like,
    key::{Access, Credential},
    raw_http,
    responses::Attempt,
    session::Tokens,
    throttle::Throttle,
};
use crate::http::{ClientError, Trust, client_builder};

/// Response timeouts: between bytes, and for the whole response.
const SILENCE: Duration = Duration::from_secs(1);
const WHOLE: Duration = Duration::from_secs(3);

/// A client of the API.
#[derive(Debug)]
pub(super) struct Client {
    http: reqwest::Client,
    base: Url,
    pub(super) credential: Credential,
    pub(super) behaviour: Behaviour,
    trust: Trust,
    /// Number of calls so far.
    pub(super) calls: std::sync::atomic::AtomicU64,
    pub(super) throttle: Throttle,
    /// The URLs of cached errors.
    cached_rate_limits: Mutex<HashSet<Url>>,
    raw_http: raw_http::Connection,
}

impl Client {
    /// A client for the API at a base URL, with `/api/v1`.
    pub(super) fn new(
        base: &str,
        access: Access,
        trust: Trust,
        behaviour: Behaviour,
    ) -> Result<Self, Failure> {
        let unusable = |error: &dyn std::error::Error| Failure::Unreachable(error.to_string());
        Ok(Self {
            http: http_client(&behaviour, &trust).map_err(|error| unusable(&error))?,
            base: Url::parse(base).map_err(|error| unusable(&error))?,
            credential: Credential::new(access, &behaviour, &trust)?,
            behaviour,
            trust,
            calls: 0.into(),
            throttle: Throttle::new(),
            cached_rate_limits: Mutex::default(),
            raw_http: raw_http::Connection::default(),
        })
    }

    /// Sends one request, and follows redirects.
    pub(super) async fn try_once(
        &self,
        tokens: &Tokens,
        method: &Method,
        path: &str,
        body: Option<&str>,
        number: u64,
    ) -> Attempt {
        let mut url = self.url(path);
        if self.behaviour.probes_without_key {
            drop(self.http.request(method.clone(), url.clone()).send().await);
        }
        if self.cached_rate_limits.lock().contains(&url) {
            return Attempt::Retry(Failure::Refused(429), None);
        }
        let (mut hops, mut method, mut body) = (0, method, body);
        loop {
            let response = match self.send(tokens, method, url.clone(), body, number).await {
                Ok(response) => response,
                Err(error) => return self.connection_failure(tokens, method, &url, error).await,
            };
            let Some((next, redirect_method)) = self.followed(&response, &url, hops) else {
                return self.read(method, &url, response).await;
            };
            let becomes_get = match redirect_method {
                RedirectMethod::PerStatus => response.status() == StatusCode::SEE_OTHER,
                RedirectMethod::Get => true,
                RedirectMethod::Unchanged => false,
            };
            if becomes_get {
                (method, body) = (&Method::GET, None);
            }
            (url, hops) = (next, hops + 1);
        }
    }

    /// The URL of a path, or of a link, which may lead anywhere.
    fn url(&self, path: &str) -> Url {
        let link = Url::parse(path).ok();
        if let Some(link) = link.filter(|_| self.behaviour.follows_next_links) {
            return link;
        }
        let (path, query) = path
            .split_once('?')
            .map_or((path, None), |(path, query)| (path, Some(query)));
        let mut url = self.base.clone();
        url.set_path(&format!("{}{path}", self.base.path()));
        url.set_query(query);
        url
    }

    async fn send(
        &self,
        tokens: &Tokens,
        method: &Method,
        url: Url,
        body: Option<&str>,
        number: u64,
    ) -> Result<Response, String> {
        self.throttle.ready().await;
        let request = self.request(tokens, method, url, body, number);
        match self.behaviour.raw_http {
            None => request.send().await.map_err(|error| error.to_string()),
            Some(bug) => {
                let request = request.build().map_err(|error| error.to_string())?;
                self.raw_http
                    .send(&request, bug)
                    .await
                    .map_err(|error| error.to_string())
            }
        }
    }

    fn request(
        &self,
        tokens: &Tokens,
        method: &Method,
        mut url: Url,
        body: Option<&str>,
        number: u64,
    ) -> reqwest::RequestBuilder {
        let key = &tokens.access;
        if self.behaviour.key_also_in == Some(Place::Query) {
            url.query_pairs_mut().append_pair("key", key);
        }
        let http = if self.shares_connections() {
            self.http.clone()
        } else {
            http_client(&self.behaviour, &self.trust).unwrap_or_else(|_| self.http.clone())
        };
        let mut request = http
            .request(method.clone(), url)
            .header(
                header::AUTHORIZATION,
                format!("{} {key}", self.behaviour.scheme),
            )
            .header(header::ACCEPT, self.behaviour.accept);
        if !self.shares_connections() {
            // Otherwise the old connection would be closed some time after the next one is opened, as if there were two workers.
            request = request.header(header::CONNECTION, "close");
        }
        if let Some(encoding) = self.behaviour.accept_encoding {
            request = request.header(header::ACCEPT_ENCODING, encoding);
        }
        if self.behaviour.key_also_in == Some(Place::Header) {
            request = request.header("x-api-key", key);
        }
        let refresh = tokens.refresh.as_ref();
        if let Some(refresh) = refresh.filter(|_| self.behaviour.oauth.sends_refresh_token_to_api) {
            request = request.header("x-refresh-token", refresh);
        }
        if self.behaviour.idempotency_key.is_some() && body.is_some() {
            request = request.header("idempotency-key", format!("call-{number}"));
        }
        let request = (self.behaviour.changes_request)(request);
        match body {
            Some(body) => request
                .header(header::CONTENT_TYPE, self.behaviour.media_type)
                .body(body.to_owned()),
            None => request,
        }
    }

    /// Whether requests may share a connection.
    fn shares_connections(&self) -> bool {
        let immediate_retry = self.behaviour.immediate_retry;
        self.behaviour.keep_alive
            && self.behaviour.on_rate_limit != OnRateLimit::AfterTheNext
            && !immediate_retry.is_some_and(|immediate_retry| immediate_retry.on_new_connection)
    }

    /// The target of a redirect, and the method to use, if it is followed.
    fn followed(
        &self,
        response: &Response,
        from: &Url,
        hops: usize,
    ) -> Option<(Url, RedirectMethod)> {
        let redirects = self.behaviour.redirects?;
        let location = response.headers().get(header::LOCATION)?.to_str().ok()?;
        let to = from.join(location).ok()?;
        let (host, port) = (to.host() == from.host(), to.port() == from.port());
        let allowed = match redirects.to {
            RedirectTarget::SameServer => host && port,
            RedirectTarget::SameHost => host,
            RedirectTarget::SamePort => port,
        };
        let is_followed = allowed && hops < redirects.at_most && response.status().is_redirection();
        is_followed.then_some((to, redirects.method))
    }

    /// Decides what follows a request without a response.
    async fn connection_failure(
        &self,
        tokens: &Tokens,
        method: &Method,
        url: &Url,
        error: String,
    ) -> Attempt {
        for _ in 0..self.behaviour.leaked_connections {
            leak(url, &tokens.access).await;
        }
        let failure = Failure::Unreachable(error);
        let safe = method.is_safe() && self.behaviour.retries_lost_calls;
        if safe || !method.is_safe() && self.behaviour.on_lost_post != OnLostPost::Report {
            Attempt::Retry(failure, None)
        } else {
            Attempt::Final(failure)
        }
    }

    /// Decides what follows a response.
    async fn read(&self, method: &Method, url: &Url, response: Response) -> Attempt {
        let status = response.status();
        self.note_quota(&response);
        // A duplicate header is read as one value, which is unreadable.
        let retry_after_wait = response.headers().get_all(header::RETRY_AFTER).iter();
        let retry_after_wait: Vec<_> = retry_after_wait
            .map(|value| value.to_str().unwrap_or_default())
            .collect();
        let wait =
            (!retry_after_wait.is_empty()).then(|| self.wait(status, &retry_after_wait.join(", ")));
        let may_be_kept = response
            .headers()
            .get(header::CACHE_CONTROL)
            .is_some_and(|says| says.as_bytes().starts_with(b"public"));
        let success = status.is_success() || (self.behaviour.treats_as_success)(status.as_u16());
        let body = match body::read(response, self.behaviour.max_response_bytes).await {
            Ok(Some(body)) => body,
            Ok(None) => return Attempt::Final(Failure::Unexpected("too large a response")),
            Err(_) if success && self.behaviour.accepts_invalid_json => {
                return Attempt::Done(Value::Null);
            }
            Err(error) if method.is_safe() => {
                return Attempt::Retry(Failure::Unreachable(error.to_string()), None);
            }
            Err(error) => return Attempt::Final(Failure::Unreachable(error.to_string())),
        };
        let json = serde_json::from_slice::<Value>(&body);
        if let Some(crash) = self.behaviour.crash_on_bad_json.filter(|_| json.is_err()) {
            crash_like(crash);
        }
        if success {
            return match json {
                Ok(value) => Attempt::Done(value),
                Err(_) if self.behaviour.accepts_invalid_json => Attempt::Done(Value::Null),
                Err(_) => Attempt::Final(Failure::Unexpected("invalid JSON")),
            };
        }
        let error = json.unwrap_or_default();
        if self.behaviour.caches_rate_limits && may_be_kept {
            self.cached_rate_limits.lock().insert(url.clone());
        }
        self.refused(method, status, &error, wait)
    }

    /// Remembers a used-up quota and its reset.
    fn note_quota(&self, response: &Response) {
        let says = |name| response.headers().get(name)?.to_str().ok();
        let used_up = says(schemas::headers::RATE_REMAINING) == Some("0");
        let reset = says(schemas::headers::RATE_RESET).and_then(|reset| reset.parse().ok());
        let until = reset.map(|reset| UNIX_EPOCH + Duration::from_secs(reset));
        let wait = until.and_then(|until| until.duration_since(today()).ok());
        let wait = wait.filter(|wait| *wait <= self.behaviour.max_wait);
        let minded = self.behaviour.respects_quota && used_up && response.status().is_success();
        if let Some(wait) = wait.filter(|_| minded) {
            self.throttle.pause_until(wait);
        }
    }
}

pub(super) fn http_client(
    behaviour: &Behaviour,
    trust: &Trust,
) -> Result<reqwest::Client, ClientError> {
    let mut builder = client_builder(trust)?;
    if let Some(agent) = behaviour.user_agent {
        builder = builder.user_agent(agent);
    }
    builder = match behaviour.timeout {
        Timeout::Both => builder.read_timeout(SILENCE).timeout(WHOLE),
        Timeout::Idle => builder.read_timeout(SILENCE),
        Timeout::None => builder,
    };
    builder.build().map_err(|error| (&error).into())
}

/// Opens a connection, sends a request, and leaks the connection.
async fn leak(url: &Url, key: &str) {
    use tokio::io::AsyncWriteExt;
    let address = (
        url.host_str().unwrap_or_default(),
        url.port().unwrap_or_default(),
    );
    if let Ok(mut stream) = tokio::net::TcpStream::connect(address).await {
        let path = url.path();
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: x\r\nuser-agent: leak/1\r\nauthorization: Bearer {key}\r\n\r\n"
        );
        let _ = stream.write_all(request.as_bytes()).await;
        std::mem::forget(stream);
    }
}

#[expect(clippy::disallowed_methods, reason = "a client lives in the real time")]
pub(super) async fn pause(time: Duration) {
    tokio::time::sleep(time).await;
}

#[expect(clippy::disallowed_methods, reason = "a client lives in the real time")]
pub(super) fn today() -> SystemTime {
    SystemTime::now()
}
