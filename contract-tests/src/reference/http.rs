//! One call: made with the key, tried again where that is sensible, and only read where it is an answer.

use std::time::{Duration, SystemTime};

use reqwest::{Method, Response, StatusCode, header};
use serde_json::Value;
use url::Url;

use super::{
    Failure, Habits,
    habits::{BadValue, Place, Redirects},
};

/// A client of the API.
#[derive(Debug)]
pub(super) struct Client {
    http: reqwest::Client,
    base: Url,
    key: String,
    pub(super) habits: Habits,
    /// Calls that were begun.
    calls: std::sync::atomic::AtomicU64,
}

/// What one try has come to.
enum Try {
    /// What was asked for.
    Done(Value),
    /// Nothing that a further try could change.
    Final(Failure),
    /// Something that may be otherwise next time, and how long to wait before, where that was said.
    Again(Failure, Option<Wait>),
}

/// What `Retry-After` says.
enum Wait {
    /// So long.
    For(Duration),
    /// Nothing that can be read.
    Unreadable,
}

impl Client {
    /// A client for the API at a base URL, with `/api/v1`.
    pub(super) fn new(base: &str, key: &str, habits: Habits) -> Result<Self, Failure> {
        let unusable = |error: &dyn std::error::Error| Failure::Unreachable(error.to_string());
        Ok(Self {
            http: http_client(&habits).map_err(|error| unusable(&error))?,
            base: Url::parse(base).map_err(|error| unusable(&error))?,
            key: key.to_owned(),
            habits,
            calls: 0.into(),
        })
    }

    /// Makes a call, as often as is sensible; returns the JSON of its success.
    pub(super) async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&str>,
    ) -> Result<Value, Failure> {
        let call = self
            .calls
            .fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let mut backoff = self.habits.backoff;
        let mut attempt = 1;
        loop {
            let number = if self.habits.idempotency_key == Some(true) {
                u64::from(attempt) << 32 | call
            } else {
                call
            };
            let (failure, wait) = match self.once(&method, path, body, number).await {
                Try::Done(value) if attempt > 1 && self.habits.fails_after_recovery => {
                    drop(value);
                    return Err(Failure::Unexpected("success, though too late"));
                }
                Try::Done(value) => return Ok(value),
                Try::Final(failure) => return Err(failure),
                Try::Again(failure, wait) => (failure, wait),
            };
            if attempt >= self.habits.attempts {
                return Err(failure);
            }
            let wait = match wait {
                Some(Wait::For(asked)) if asked > self.habits.longest_wait => {
                    if !self.habits.cuts_waits_short {
                        return Err(Failure::TooLong(asked.as_secs()));
                    }
                    backoff
                }
                Some(Wait::For(asked)) => asked,
                Some(Wait::Unreadable) => match self.habits.bad_retry_after {
                    BadValue::Backoff => backoff,
                    BadValue::Crash => std::process::abort(),
                    BadValue::BusyLoop => {
                        self.hurry(&method, path, body, number).await;
                        return Err(failure);
                    }
                },
                None => backoff,
            };
            pause(wait).await;
            backoff *= self.habits.growth;
            attempt += 1;
        }
    }

    /// Tries many times, without a wait.
    async fn hurry(&self, method: &Method, path: &str, body: Option<&str>, number: u64) {
        for _ in 0..10 {
            drop(self.once(method, path, body, number).await);
        }
    }

    /// Makes one request.
    async fn once(&self, method: &Method, path: &str, body: Option<&str>, number: u64) -> Try {
        let mut url = self.base.clone();
        let (path, query) = path
            .split_once('?')
            .map_or((path, None), |(path, query)| (path, Some(query)));
        url.set_path(&format!("{}{path}", self.base.path()));
        url.set_query(query);
        if self.habits.probes_without_key {
            drop(self.http.request(method.clone(), url.clone()).send().await);
        }
        let mut hops = 0;
        loop {
            let answer = match self.request(method, url.clone(), body, number).send().await {
                Ok(answer) => answer,
                Err(error) => return self.lost(method, &url, &error).await,
            };
            let Some(next) = self.followed(&answer, &url, hops) else {
                return self.read(method, answer).await;
            };
            (url, hops) = (next, hops + 1);
        }
    }

    fn request(
        &self,
        method: &Method,
        mut url: Url,
        body: Option<&str>,
        number: u64,
    ) -> reqwest::RequestBuilder {
        if self.habits.key_also_in == Some(Place::Query) {
            url.query_pairs_mut().append_pair("key", &self.key);
        }
        let http = if self.habits.keeps_connections {
            self.http.clone()
        } else {
            http_client(&self.habits).unwrap_or_else(|_| self.http.clone())
        };
        let mut request = http
            .request(method.clone(), url)
            .header(
                header::AUTHORIZATION,
                format!("{} {}", self.habits.scheme, self.key),
            )
            .header(header::ACCEPT, self.habits.accept);
        if self.habits.key_also_in == Some(Place::Header) {
            request = request.header("x-api-key", &self.key);
        }
        if self.habits.sends_live_key {
            request = request.header("x-other-key", format!("lnc_live_{:x<32}", ""));
        }
        if self.habits.idempotency_key.is_some() && body.is_some() {
            request = request.header("idempotency-key", format!("call-{number}"));
        }
        match body {
            Some(body) => request
                .header(header::CONTENT_TYPE, self.habits.media_type)
                .body(body.to_owned()),
            None => request,
        }
    }

    /// Where a redirect leads, if it is followed.
    fn followed(&self, answer: &Response, from: &Url, hops: usize) -> Option<Url> {
        let (which, most) = self.habits.follows?;
        let location = answer.headers().get(header::LOCATION)?.to_str().ok()?;
        let to = from.join(location).ok()?;
        let (host, port) = (to.host() == from.host(), to.port() == from.port());
        let allowed = match which {
            Redirects::SameServer => host && port,
            Redirects::SameHost => host,
            Redirects::SamePort => port,
        };
        (allowed && hops < most && answer.status().is_redirection()).then_some(to)
    }

    /// What is to be made of a request that was not answered.
    async fn lost(&self, method: &Method, url: &Url, error: &reqwest::Error) -> Try {
        for _ in 0..self.habits.leaks {
            leak(url, &self.key).await;
        }
        let failure = Failure::Unreachable(error.to_string());
        let safe = method.is_safe() && self.habits.retries_lost_calls;
        if safe || !method.is_safe() && self.habits.repeats_lost_posts {
            Try::Again(failure, None)
        } else {
            Try::Final(failure)
        }
    }

    /// What is to be made of an answer.
    async fn read(&self, method: &Method, answer: Response) -> Try {
        let status = answer.status();
        let wait = answer
            .headers()
            .get(header::RETRY_AFTER)
            .map(|value| self.wait(status, value.to_str().unwrap_or_default()));
        let success = status.is_success() || (self.habits.takes_for_success)(status.as_u16());
        let body = match answer.bytes().await {
            Ok(body) => body,
            Err(_) if success && self.habits.takes_bad_json => return Try::Done(Value::Null),
            Err(error) if method.is_safe() => {
                return Try::Again(Failure::Unreachable(error.to_string()), None);
            }
            Err(error) => return Try::Final(Failure::Unreachable(error.to_string())),
        };
        let json = serde_json::from_slice::<Value>(&body);
        if success {
            return match json {
                Ok(value) => Try::Done(value),
                Err(_) if self.habits.takes_bad_json => Try::Done(Value::Null),
                Err(_) => Try::Final(Failure::Unexpected("what is no JSON")),
            };
        }
        let failure = match status {
            StatusCode::UNAUTHORIZED => Failure::Unauthorized,
            StatusCode::FORBIDDEN => {
                let scopes = json.unwrap_or_default()["detail"]["required_scopes"].to_string();
                Failure::Forbidden(scopes)
            }
            _ => Failure::Refused(status.as_u16()),
        };
        if self.habits.retries.contains(&status.as_u16()) {
            Try::Again(failure, wait)
        } else {
            Try::Final(failure)
        }
    }

    fn wait(&self, status: StatusCode, text: &str) -> Wait {
        if let Ok(seconds) = text.trim().parse() {
            let asked = Duration::from_secs(seconds);
            return Wait::For((self.habits.waits)(status.as_u16(), asked));
        }
        let date = httpdate::parse_http_date(text)
            .ok()
            .filter(|_| self.habits.reads_dates);
        date.map_or(Wait::Unreadable, |date| {
            Wait::For(date.duration_since(today()).unwrap_or_default())
        })
    }
}

fn http_client(habits: &Habits) -> reqwest::Result<reqwest::Client> {
    // The first to do so wins; for HTTP alone none is needed, but none is refused.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy();
    if let Some(agent) = habits.user_agent {
        builder = builder.user_agent(agent);
    }
    if let Some(time) = habits.time_out {
        builder = builder.timeout(time);
    }
    builder.build()
}

/// Opens a connection, asks, and forgets it.
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
fn today() -> SystemTime {
    SystemTime::now()
}
