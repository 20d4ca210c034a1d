use std::time::Duration;

use reqwest::{RequestBuilder, Response, StatusCode, header::RETRY_AFTER};

const ATTEMPTS: u32 = 3;

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
        let asked = asked.and_then(|text| text.to_str().ok()?.parse().ok());
        tokio::time::sleep(Duration::from_secs(asked.unwrap_or(1))).await;
    }
    request.send().await
}
