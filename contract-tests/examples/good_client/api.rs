//! Calls of the API: each tried again where that can help, all of them at one pace.

use std::{env, fs, path::PathBuf, time::Duration};

use reqwest::{Client, Method, header::CONTENT_TYPE, redirect::Policy};
use serde_json::Value;

use crate::{
    answers::{self, Failure, Try},
    pace::{self, Pace},
    sizes,
};

/// Tries of one call at the most.
const ATTEMPTS: u32 = 4;
/// The longest wait that is worth it.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// The API, for as many callers as there are.
pub struct Api {
    http: Client,
    base_url: String,
    key: Key,
    pace: Pace,
}

/// Where the key comes from.
enum Key {
    /// It is this.
    Fixed(String),
    /// It is in a file, in which a new one may be put at any time.
    File(PathBuf),
}

impl Key {
    fn read(&self) -> Result<String, Failure> {
        match self {
            Self::Fixed(key) => Ok(key.clone()),
            Self::File(path) => {
                let key = fs::read_to_string(path);
                let key = key.map_err(|_| Failure::Setting("OPENPROSPECT_API_KEY_FILE"))?;
                Ok(key.trim().to_owned())
            }
        }
    }
}

impl Api {
    /// The API that the environment names.
    pub fn from_environment() -> Result<Self, Failure> {
        let variable = |name| env::var(name).map_err(|_| Failure::Setting(name));
        let key = match env::var_os("OPENPROSPECT_API_KEY_FILE") {
            Some(file) => Key::File(file.into()),
            None => Key::Fixed(variable("OPENPROSPECT_API_KEY")?),
        };
        // The sandbox needs no TLS; whoever calls the real API lets reqwest bring its own.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = Client::builder()
            .user_agent("good-client/1.0")
            .connect_timeout(Duration::from_secs(3))
            .timeout(Duration::from_secs(5))
            // An API has no reason to send its callers elsewhere, and the key must not go there.
            .redirect(Policy::none())
            .build()
            .map_err(|error| Failure::Lost(error.to_string()))?;
        Ok(Self {
            http,
            base_url: variable("OPENPROSPECT_API_URL")?,
            key,
            pace: Pace::new(),
        })
    }

    /// Reads something.
    pub async fn get(&self, path: &str) -> Result<Value, Failure> {
        self.call(Method::GET, path, None).await
    }

    /// Creates something.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        self.call(Method::POST, path, Some(body)).await
    }

    async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, Failure> {
        let mut again = 0;
        loop {
            self.pace.ready().await;
            let (failure, wait) = match self.once(&method, path, body).await? {
                Try::Done(value) => {
                    self.pace.succeeded(again);
                    return Ok(value);
                }
                Try::Again(failure, wait) => (failure, wait),
            };
            if again + 1 == ATTEMPTS || !self.pace.take_try() {
                return Err(failure);
            }
            match wait {
                Some(wait) if wait > LONGEST_WAIT => return Err(Failure::TooLong(wait)),
                // All calls wait for it: the quota is that of the key.
                Some(wait) => self.pace.rest(wait),
                None => tokio::time::sleep(pace::backoff(again.cast_signed())).await,
            }
            again += 1;
        }
    }

    async fn once(
        &self,
        method: &Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Try, Failure> {
        let url = format!("{}{path}", self.base_url);
        let mut request = self
            .http
            .request(method.clone(), url)
            .bearer_auth(self.key.read()?)
            .header("accept", "application/json");
        if let Some(body) = body {
            request = request
                .header(CONTENT_TYPE, "application/json")
                .body(body.to_string());
        }
        // Whether a POST was done whose answer is lost, nobody knows; it is not made again.
        let lost = |failure| match *method {
            Method::GET => Ok(Try::Again(failure, None)),
            _ => Err(failure),
        };
        let answer = match request.send().await {
            Ok(answer) => answer,
            Err(error) => return lost(Failure::Lost(error.without_url().to_string())),
        };
        let (status, headers) = (answer.status(), answer.headers().clone());
        if let Some(wait) =
            answers::pause_until_reset(&headers).filter(|wait| *wait <= LONGEST_WAIT)
        {
            self.pace.rest(wait);
        }
        let body = match sizes::body(answer).await {
            Ok(body) => body,
            Err(error) => return lost(Failure::Lost(error.to_string())),
        };
        answers::judge(method, status, &headers, &body)
    }
}
