//! Requests and answers as they are: bytes in, bytes out, nothing followed, nothing retried.

mod exchange;
pub(crate) mod guard;
mod raw;
mod receive;
mod trust;

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use schemas::{
    Operation,
    key::{ApiKey, redact},
};
use serde_json::Value;
use url::Url;

use self::guard::Guard;
pub use self::guard::{Bounds, Notices};
pub(crate) use self::raw::Raw;
use self::receive::{Received, Sender};
pub use self::trust::{Trust, TrustError};
use crate::{check::Stop, stopwatch::Stopwatch};

/// How long an answer may take, where nobody says otherwise.
pub(crate) const ANSWER_TIME: Duration = Duration::from_secs(10);
/// Answers in a row that may come too late; after that, nothing more is asked. A server that hangs would keep
/// every check waiting.
const MAX_LATE: usize = 5;
/// Bytes of an answer that are read; a longer one breaks the contract.
const MAX_BODY: usize = 16 * 1024 * 1024;

/// Sends calls to one server.
#[derive(Debug)]
pub(crate) struct Client {
    sender: Sender,
    base: Url,
    trust: Trust,
    answer_time: Duration,
    /// What holds it back, on a server that is not ours.
    pub(crate) guard: Option<Guard>,
    /// Answers in a row that came too late.
    late: AtomicUsize,
}

/// A request to be made.
#[derive(Clone, Debug)]
pub struct Call {
    /// What it is meant for; answers are checked against it.
    pub operation: Option<&'static Operation>,
    method: Method,
    /// After the base URL.
    path: String,
    /// What stands in the path in the place that varies.
    id: String,
    query: Option<String>,
    headers: HeaderMap,
    body: Option<Bytes>,
}

impl Call {
    /// A call of an operation whose path needs no id.
    pub fn to(operation: &'static Operation) -> Self {
        Self {
            operation: Some(operation),
            ..Self::at(operation.method.clone(), operation.path)
        }
    }

    /// A call of an operation on the object `id`.
    pub fn on(operation: &'static Operation, id: &str) -> Self {
        Self {
            path: operation.path_with(id),
            id: id.to_owned(),
            ..Self::to(operation)
        }
    }

    /// A call that is meant for no operation.
    pub fn at(method: Method, path: &str) -> Self {
        Self {
            operation: None,
            method,
            path: path.to_owned(),
            id: String::new(),
            query: None,
            headers: HeaderMap::new(),
            body: None,
        }
    }

    /// About another object.
    #[must_use]
    pub fn about(mut self, id: &str) -> Self {
        if let Some(operation) = self.operation {
            self.path = operation.path_with(id);
            id.clone_into(&mut self.id);
        }
        self
    }

    /// The id of the object it is about; empty where it is about none.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// How it is sent.
    pub fn sent_by(&self) -> &Method {
        &self.method
    }

    /// The body as JSON.
    pub fn body_json(&self) -> Value {
        let body = self.body.as_deref().unwrap_or_default();
        serde_json::from_slice(body).unwrap_or_default()
    }

    /// With another method; it is still meant for its operation if that is `HEAD` for `GET`.
    #[must_use]
    pub fn method(mut self, method: Method) -> Self {
        self.operation = self.operation.filter(|_| method == Method::HEAD);
        self.method = method;
        self
    }

    /// Its path after the base URL.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// With the key of another call.
    #[must_use]
    pub(crate) fn presenting(mut self, other: &Self) -> Self {
        if let Some(value) = other.presented() {
            self.headers.insert(header::AUTHORIZATION, value.clone());
        }
        self
    }

    /// What stands in its `Authorization`.
    pub(crate) fn presented(&self) -> Option<&HeaderValue> {
        self.headers.get(header::AUTHORIZATION)
    }

    /// With another path, which is that of no operation.
    #[must_use]
    pub fn spelled(mut self, path: &str) -> Self {
        path.clone_into(&mut self.path);
        self.operation = None;
        self
    }

    /// With a slash at the end of its path.
    #[must_use]
    pub fn slash(mut self) -> Self {
        self.path.push('/');
        self
    }

    /// With a query.
    #[must_use]
    pub fn query(mut self, query: impl Into<String>) -> Self {
        self.query = Some(query.into());
        self
    }

    /// With a key.
    #[must_use]
    pub fn key(self, key: &ApiKey) -> Self {
        self.authorization(&format!("Bearer {}", key.expose()))
    }

    /// What stands in `Authorization` with a key.
    pub(crate) fn credential(key: &ApiKey) -> Option<HeaderValue> {
        let call = Self::at(Method::GET, "").key(key);
        call.headers.get(header::AUTHORIZATION).cloned()
    }

    /// With whatever stands in `Authorization`, instead of what stood there.
    #[must_use]
    pub fn authorization(mut self, value: &str) -> Self {
        self.headers.remove(header::AUTHORIZATION);
        self.header(header::AUTHORIZATION, value)
    }

    /// With a header more.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        let mut value = HeaderValue::try_from(value).expect("checks send visible ASCII");
        value.set_sensitive(name == header::AUTHORIZATION);
        self.headers.append(name, value);
        self
    }

    /// With a JSON body.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.header(header::CONTENT_TYPE, "application/json")
            .body(body.to_string())
    }

    /// With its body declared as this, instead of what it was declared as.
    #[must_use]
    pub fn media_type(mut self, value: &str) -> Self {
        self.headers.remove(header::CONTENT_TYPE);
        self.header(header::CONTENT_TYPE, value)
    }

    /// With a body as it is.
    #[must_use]
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = Some(body.into());
        self
    }
}

/// A request and its answer.
#[derive(Clone, Debug)]
pub struct Exchange {
    call: Call,
    url: String,
    /// The status of the answer.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
    /// The body as JSON, put as the authority would.
    json: Value,
    /// How long it took until the whole answer was there.
    pub took: Duration,
}

impl Exchange {
    /// One that others made.
    pub(crate) fn recorded(
        operation: &'static Operation,
        method: Method,
        url: &str,
        status: StatusCode,
        headers: HeaderMap,
        body: Bytes,
    ) -> Self {
        let call = Call {
            operation: Some(operation),
            ..Call::at(method, operation.path)
        };
        Self {
            call,
            url: url.to_owned(),
            status,
            headers,
            json: exchange::json(&body),
            body,
            took: Duration::ZERO,
        }
    }
}

/// Why no client can be made.
#[derive(Debug, thiserror::Error)]
#[error("cannot make an HTTP client: {0}")]
pub struct ClientError(String);

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
    pub(crate) async fn send(&self, call: Call) -> Result<Exchange, Stop> {
        if let Some(guard) = &self.guard {
            guard.admit(&call).await?;
        }
        if self.late.load(Ordering::Relaxed) >= MAX_LATE {
            let reason =
                format!("{MAX_LATE} answers in a row came too late; no more are asked for");
            return Err(Stop::Inconclusive(reason));
        }
        let exchange = self.exchange(call).await?;
        if let Some(guard) = &self.guard {
            guard.note(&exchange);
        }
        Ok(exchange)
    }

    /// Where a call goes.
    fn url(&self, call: &Call) -> Url {
        let mut url = self.base.clone();
        let base = self.base.path().trim_end_matches('/');
        url.set_path(&format!("{base}{}", call.path));
        url.set_query(call.query.as_deref());
        url
    }

    async fn exchange(&self, call: Call) -> Result<Exchange, Stop> {
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
        let request = request
            .build()
            .map_err(|error| Stop::Inconclusive(format!("{describe} cannot be sent: {error}")))?;
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
            json: exchange::json(&body),
            body,
            took: stopwatch.elapsed(),
            call,
        })
    }
}
