//! Requests and answers as they are: bytes in, bytes out, nothing followed, nothing retried.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use schemas::key::redact;
use url::Url;

use super::{
    limits::Guard,
    receive::{Received, Sender},
    stopwatch::Stopwatch,
    trust::Trust,
};
use crate::finding::{ApiRequest, Exchange, NotPassed, json};

/// How long an answer may take, where nobody says otherwise.
pub(crate) const ANSWER_TIME: Duration = Duration::from_secs(10);
/// Answers in a row that may come too late; after that, nothing more is asked. A server that hangs would keep
/// every check waiting.
const MAX_LATE: usize = 5;
/// Bytes of an answer that are read; a longer one breaks the contract.
pub(super) const MAX_BODY: usize = 16 * 1024 * 1024;

/// Sends calls to one server.
#[derive(Debug)]
pub(crate) struct Client {
    sender: Sender,
    base: Url,
    pub(super) trust: Trust,
    pub(super) answer_time: Duration,
    /// What holds it back, on a server that is not ours.
    pub(crate) guard: Option<Guard>,
    /// Answers in a row that came too late.
    late: AtomicUsize,
}

/// Why no client can be made.
#[derive(Debug, thiserror::Error)]
#[error("cannot make an HTTP client: {0}")]
pub struct ClientError(pub(super) String);

impl From<&reqwest::Error> for ClientError {
    fn from(error: &reqwest::Error) -> Self {
        Self(error.to_string())
    }
}

/// What makes a client that follows nothing, retries nothing, and trusts only whom it is told to.
pub(crate) fn builder(trust: &Trust) -> Result<reqwest::ClientBuilder, ClientError> {
    Ok(reqwest::Client::builder()
        .tls_backend_preconfigured(trust.config()?)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy())
}

impl Client {
    /// A client for the server at `base`, whose answers may take so long.
    pub(crate) fn new(
        base: Url,
        answer_time: Duration,
        trust: &Trust,
    ) -> Result<Self, ClientError> {
        let builder = || {
            let agent = concat!("contract-tests/", env!("CARGO_PKG_VERSION"));
            Ok(builder(trust)?.timeout(answer_time).user_agent(agent))
        };
        Ok(Self {
            sender: Sender::new(builder)?,
            base,
            trust: trust.clone(),
            answer_time,
            guard: None,
            late: AtomicUsize::new(0),
        })
    }

    /// Where calls go.
    pub(crate) fn base(&self) -> &Url {
        &self.base
    }

    /// Sends a call, if it may be sent, and reads the whole answer.
    pub(crate) async fn send(&self, call: ApiRequest) -> Result<Exchange, NotPassed> {
        if let Some(guard) = &self.guard {
            guard.admit(&call).await?;
        }
        if self.late.load(Ordering::Relaxed) >= MAX_LATE {
            let reason =
                format!("{MAX_LATE} answers in a row came too late; no more are asked for");
            return Err(NotPassed::Inconclusive(reason));
        }
        let exchange = self.exchange(call).await?;
        if let Some(guard) = &self.guard {
            guard.note(&exchange);
        }
        Ok(exchange)
    }

    /// Where a call goes.
    pub(super) fn url(&self, call: &ApiRequest) -> Url {
        let mut url = self.base.clone();
        let base = self.base.path().trim_end_matches('/');
        url.set_path(&format!("{base}{}", call.path));
        url.set_query(call.query.as_deref());
        url
    }

    async fn exchange(&self, call: ApiRequest) -> Result<Exchange, NotPassed> {
        let url = self.url(&call);
        let mut request = self
            .sender
            .http()
            .request(call.method.clone(), url.clone())
            .headers(call.headers.clone());
        if let Some(body) = &call.body {
            request = request.body(body.clone());
        }
        let describe = format!("{} {}", call.method, redact(url.as_str()));
        let stopwatch = Stopwatch::start();
        let request = request.build().map_err(|error| {
            NotPassed::Inconclusive(format!("{describe} cannot be sent: {error}"))
        })?;
        let again = || self.guard.iter().for_each(Guard::count);
        let received = match self.sender.send(request, again).await {
            Ok(received) => received,
            Err(lost) => {
                if lost.is_late() {
                    self.late.fetch_add(1, Ordering::Relaxed);
                }
                return Err(lost.stop(&describe));
            }
        };
        self.late.store(0, Ordering::Relaxed);
        let Received {
            status,
            headers,
            body,
        } = received;
        Ok(Exchange {
            url: url.into(),
            status,
            headers,
            json: json(&body),
            body,
            took: stopwatch.elapsed(),
            call,
        })
    }
}
