use std::time::Duration;

use reqwest::{Client, Response, StatusCode, header::RETRY_AFTER};

const ATTEMPTS: u32 = 4;
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// Sends a request, and retries it after 429 and 5xx when the server says so.
pub async fn get(client: &Client, url: &str) -> reqwest::Result<Response> {
    let mut backoff = Duration::from_millis(500);
    for _ in 1..ATTEMPTS {
        let response = client.get(url).send().await?;
        let status = response.status();
        if status != StatusCode::TOO_MANY_REQUESTS && !status.is_server_error() {
            return Ok(response);
        }
        let asked = response.headers().get(RETRY_AFTER);
        let asked = asked.and_then(|text| text.to_str().ok()?.parse().ok());
        let wait = backoff.max(Duration::from_secs(asked.unwrap_or(0)));
        if wait > LONGEST_WAIT {
            return Ok(response);
        }
        tokio::time::sleep(wait).await;
        backoff *= 2;
    }
    client.get(url).send().await
}
