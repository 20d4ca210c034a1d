use std::time::{Duration, SystemTime};

use reqwest::{RequestBuilder, Response, StatusCode, header::RETRY_AFTER};

const ATTEMPTS: u32 = 3;
const MIN_WAIT: Duration = Duration::from_secs(1);
const MAX_WAIT: Duration = Duration::from_hours(1);

/// One key for each request, the same for all its attempts; `key` is new for each request, such as `uuid::Uuid::new_v4()`.
pub async fn send(request: RequestBuilder, key: &str) -> reqwest::Result<Response> {
    let request = request.header("Idempotency-Key", key);
    for _ in 1..ATTEMPTS {
        // A body that is a stream cannot be sent again.
        let Some(attempt) = request.try_clone() else {
            break;
        };
        let response = attempt.send().await?;
        // Too many requests: the server has not carried it out.
        if response.status() != StatusCode::TOO_MANY_REQUESTS {
            return Ok(response);
        }
        let asked = response.headers().get(RETRY_AFTER);
        let wait = asked.and_then(|text| asked_wait(text.to_str().ok()?));
        let wait = wait.unwrap_or_default();
        if wait > MAX_WAIT {
            return Ok(response);
        }
        tokio::time::sleep(wait.max(MIN_WAIT)).await;
    }
    request.send().await
}

/// Retry-After is a number or a date.
fn asked_wait(text: &str) -> Option<Duration> {
    if let Ok(seconds) = text.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    date.duration_since(SystemTime::now()).ok()
}
