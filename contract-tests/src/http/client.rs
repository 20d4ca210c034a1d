//! The HTTP client of the judge: no redirects, no decoding.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use schemas::{API_PREFIX, key::redact};
use url::Url;

use super::{
    limits::RequestLimiter,
    presence::{GONE, Presence},
    receive::{Received, Sender},
    run_time::RunTime,
    stopwatch::Stopwatch,
    trust::Trust,
};
use crate::finding::{ApiRequest, Exchange, NotPassed, memory::Memory};

/// Default time in which a response must arrive.
pub(crate) const RESPONSE_TIMEOUT: Duration = Duration::from_secs(10);
/// Number of consecutive timeouts after which nothing more is sent. A server that hangs would keep every check waiting.
const MAX_TIMEOUTS: usize = 5;
/// Number of oversized responses after which nothing more is sent. Reading thousands of them would take minutes.
const MAX_OVERSIZED: usize = 50;
/// Maximum size of a body in bytes; a longer one violates the contract.
pub(super) const MAX_BODY: usize = 8 * 1024 * 1024;
/// Maximum length of a URL in bytes: servers choose the ids in it.
const MAX_URL: usize = 16 * 1024;

/// Sends requests to one server.
#[derive(Debug)]
pub(crate) struct Client {
    sender: Arc<Sender>,
    base: Url,
    pub(super) trust: Trust,
    pub(super) response_timeout: Duration,
    /// Limits requests to a server that is not a sandbox.
    pub(crate) limiter: Option<RequestLimiter>,
    /// Limits the time of the run.
    pub(crate) run_time: Option<RunTime>,
    /// The number of consecutive timeouts.
    timeouts: AtomicUsize,
    /// The number of oversized responses.
    oversized: AtomicUsize,
    pub(super) presence: Presence,
    pub(super) memory: Memory,
}

/// Why no client can be created.
#[derive(Debug, thiserror::Error)]
#[error("cannot make an HTTP client: {0}")]
pub struct ClientError(pub(super) String);

impl From<&reqwest::Error> for ClientError {
    fn from(error: &reqwest::Error) -> Self {
        Self(error.to_string())
    }
}

/// Builds a client without redirects, retries and proxies.
pub(crate) fn builder(trust: &Trust) -> Result<reqwest::ClientBuilder, ClientError> {
    Ok(reqwest::Client::builder()
        .tls_backend_preconfigured(trust.config()?)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy())
}

/// The base URL without the API prefix: the control API and the authorization server are reached through it.
pub(crate) fn origin(base: &Url) -> Url {
    let mut origin = base.clone();
    let path = base.path().trim_end_matches('/');
    origin.set_path(path.strip_suffix(API_PREFIX).unwrap_or(path));
    origin
}

impl Client {
    pub(crate) fn new(
        base: Url,
        response_timeout: Duration,
        trust: &Trust,
    ) -> Result<Self, ClientError> {
        let builder = || {
            let agent = concat!("contract-tests/", env!("CARGO_PKG_VERSION"));
            Ok(builder(trust)?.timeout(response_timeout).user_agent(agent))
        };
        Ok(Self {
            sender: Arc::new(Sender::new(builder)?),
            base,
            trust: trust.clone(),
            response_timeout,
            limiter: None,
            run_time: None,
            timeouts: AtomicUsize::default(),
            oversized: AtomicUsize::default(),
            presence: Presence::default(),
            memory: Memory::default(),
        })
    }

    /// A client with the same connections that has sent nothing yet.
    pub(crate) fn fresh(&self) -> Self {
        Self {
            sender: Arc::clone(&self.sender),
            base: self.base.clone(),
            trust: self.trust.clone(),
            response_timeout: self.response_timeout,
            limiter: self.limiter.as_ref().map(RequestLimiter::fresh),
            run_time: self.run_time,
            timeouts: AtomicUsize::default(),
            oversized: AtomicUsize::default(),
            presence: Presence::default(),
            memory: self.memory.clone(),
        }
    }

    /// Whether the server has responded and no longer accepts connections.
    pub(crate) fn is_gone(&self) -> bool {
        self.presence.is_gone()
    }

    /// Whether the server is gone, after a connection to it has failed.
    pub(super) async fn has_gone(&self) -> bool {
        let probe = || {
            self.limiter.iter().for_each(RequestLimiter::count);
            self.sender.probe(&self.base)
        };
        self.presence.has_gone(probe).await
    }

    pub(crate) fn base(&self) -> &Url {
        &self.base
    }

    /// Sends a request, if the limiter admits it, and reads the whole response.
    pub(crate) async fn send(&self, request: ApiRequest) -> Result<Exchange, NotPassed> {
        self.admit(&request).await?;
        let exchange = self.limited(self.exchange(request)).await?;
        if let Some(limiter) = &self.limiter {
            limiter.note(&exchange);
        }
        Ok(exchange)
    }

    /// Waits until a request may be sent, or returns why it may not.
    pub(super) async fn admit(&self, request: &ApiRequest) -> Result<(), NotPassed> {
        if let Some(limiter) = &self.limiter {
            limiter.admit(request).await?;
        }
        if let Some(run_time) = self.run_time {
            run_time.check()?;
        }
        if self.is_gone() {
            return Err(NotPassed::Inconclusive(GONE.to_owned()));
        }
        if self.timeouts.load(Ordering::Relaxed) >= MAX_TIMEOUTS {
            let reason = format!("{MAX_TIMEOUTS} requests in a row timed out; no more are sent");
            return Err(NotPassed::Inconclusive(reason));
        }
        if self.oversized.load(Ordering::Relaxed) >= MAX_OVERSIZED {
            let reason =
                format!("{MAX_OVERSIZED} responses were too long; no more requests are sent");
            return Err(NotPassed::Inconclusive(reason));
        }
        Ok(())
    }

    /// Waits for a response, but not longer than the run may take.
    pub(super) async fn limited<T>(
        &self,
        response: impl Future<Output = Result<T, NotPassed>>,
    ) -> Result<T, NotPassed> {
        match self.run_time {
            Some(run_time) => run_time.limit(Box::pin(response)).await,
            None => Box::pin(response).await,
        }
    }

    pub(super) fn url(&self, request: &ApiRequest) -> Url {
        let mut url = if request.outside_the_api {
            origin(&self.base)
        } else {
            self.base.clone()
        };
        let base = url.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{base}{}", request.path));
        url.set_query(request.query.as_deref());
        url
    }

    async fn exchange(&self, request: ApiRequest) -> Result<Exchange, NotPassed> {
        let url = self.url(&request);
        require_short(&url)?;
        let mut builder = self
            .sender
            .http()
            .request(request.method.clone(), url.clone())
            .headers(request.headers.clone());
        if let Some(body) = &request.body {
            builder = builder.body(body.clone());
        }
        let describe = format!("{} {}", request.method, redact(url.as_str()));
        let stopwatch = Stopwatch::start();
        let sendable = builder.build().map_err(|error| {
            NotPassed::Inconclusive(format!("{describe} cannot be sent: {error}"))
        })?;
        let count_retry = || self.limiter.iter().for_each(RequestLimiter::count);
        let received = self.sender.send(sendable, &self.memory, count_retry);
        let received = match received.await {
            Ok(received) => received,
            Err(error) => {
                if error.is_timeout() {
                    self.timeouts.fetch_add(1, Ordering::Relaxed);
                }
                if error.is_oversized() {
                    self.oversized.fetch_add(1, Ordering::Relaxed);
                }
                if error.is_lost_connection() && self.has_gone().await {
                    return Err(NotPassed::Inconclusive(GONE.to_owned()));
                }
                return Err(error.to_not_passed(&describe));
            }
        };
        self.presence.note_response();
        self.timeouts.store(0, Ordering::Relaxed);
        let Received {
            status,
            headers,
            body,
            json,
            memory,
        } = received;
        Ok(Exchange {
            url: url.into(),
            status,
            headers,
            body,
            json,
            memory,
            took: stopwatch.elapsed(),
            request,
        })
    }
}

fn require_short(url: &Url) -> Result<(), NotPassed> {
    if url.as_str().len() > MAX_URL {
        let reason = format!("a request cannot be sent: its URL is longer than {MAX_URL} bytes");
        return Err(NotPassed::Inconclusive(reason));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use docs::generated::assert_says;

    use super::*;

    #[test]
    fn book_has_the_maximum_size_of_a_response() {
        let limit = format!("A response of more than {} MiB,", MAX_BODY >> 20);
        assert_says("reference/reports.md", &limit);
    }

    #[test]
    fn reaches_other_parts_of_the_server_through_the_same_base_url() {
        let origin = |base: &str| origin(&base.parse().unwrap()).to_string();
        assert_eq!(
            origin("http://127.0.0.1:8000/api/v1"),
            "http://127.0.0.1:8000/"
        );
        assert_eq!(
            origin("http://127.0.0.1:8000/api/v1/"),
            "http://127.0.0.1:8000/"
        );
        assert_eq!(
            origin("http://proxy.example/team/api/v1"),
            "http://proxy.example/team"
        );
        assert_eq!(origin("http://127.0.0.1:8000"), "http://127.0.0.1:8000/");
    }
}
