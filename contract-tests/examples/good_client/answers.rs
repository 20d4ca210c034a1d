//! What an answer means: done, once more later, or never.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use reqwest::{
    Method, StatusCode,
    header::{HeaderMap, RETRY_AFTER},
};
use serde_json::Value;

/// Statuses after which a call that only reads may be made again.
const FOR_A_WHILE: [u16; 3] = [502, 503, 504];
/// Where the vendor's pages show the scopes that are needed.
const SCOPES: [&str; 4] = [
    "/detail/required_scopes",
    "/details/required_scopes",
    "/error/detail/required_scopes",
    "/error/details/required_scopes",
];

/// Why the work cannot be done.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A variable of the environment is missing, or leads nowhere.
    #[error("{0} is not set, or cannot be read")]
    Setting(&'static str),
    /// The key does not work.
    #[error("the API key is not valid: check OPENPROSPECT_API_KEY")]
    Unauthorized,
    /// The key lacks scopes.
    #[error("the API key lacks a scope; needed are {0}")]
    Forbidden(String),
    /// Another error.
    #[error("the API returned {0}")]
    Refused(StatusCode),
    /// It can be done later.
    #[error("the API asks for a wait of {} s", .0.as_secs())]
    TooLong(Duration),
    /// What comes is not what was asked for.
    #[error("the API returned {0}")]
    Unexpected(&'static str),
    /// Nothing comes, or not all of it.
    #[error("the API cannot be reached: {0}")]
    Lost(String),
}

impl Failure {
    /// Whether every other call would meet it, too.
    pub fn is_of_key(&self) -> bool {
        matches!(self, Self::Unauthorized | Self::Forbidden(_))
    }
}

/// What a try has come to that was answered.
#[derive(Debug)]
pub enum Try {
    /// What was asked for.
    Done(Value),
    /// It may be otherwise next time, after so long where that was said.
    Again(Failure, Option<Duration>),
}

/// The status decides; only then is the body looked at.
pub fn judge(
    method: &Method,
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Try, Failure> {
    let json = || serde_json::from_slice::<Value>(body).ok();
    match status.as_u16() {
        200..300 => {
            let body = json().filter(|body| body.is_object() && body.get("code").is_none());
            body.map(Try::Done).ok_or(Failure::Unexpected(
                "JSON that does not match its documents",
            ))
        }
        401 => Err(Failure::Unauthorized),
        403 => Err(Failure::Forbidden(scopes(&json().unwrap_or_default()))),
        429 => Ok(Try::Again(Failure::Refused(status), asked(headers))),
        other if *method == Method::GET && FOR_A_WHILE.contains(&other) => {
            Ok(Try::Again(Failure::Refused(status), asked(headers)))
        }
        _ => Err(Failure::Refused(status)),
    }
}

fn scopes(body: &Value) -> String {
    let scopes = SCOPES
        .iter()
        .find_map(|place| body.pointer(place)?.as_array());
    let scopes = scopes.into_iter().flatten().filter_map(Value::as_str);
    scopes.collect::<Vec<_>>().join(", ")
}

/// How long an answer asks to wait: in seconds, or until a date. What is neither says nothing.
fn asked(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?;
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    // One that is past says nothing, either.
    date.duration_since(SystemTime::now()).ok()
}

/// How long the quota is used up, where an answer says so.
pub fn pause_until_reset(headers: &HeaderMap) -> Option<Duration> {
    let number = |name: &str| headers.get(name)?.to_str().ok()?.parse::<u64>().ok();
    let used_up = number("x-ratelimit-remaining")? == 0;
    let reset = UNIX_EPOCH + Duration::from_secs(number("x-ratelimit-reset")?);
    let left = reset.duration_since(SystemTime::now()).ok()?;
    used_up.then_some(left)
}
