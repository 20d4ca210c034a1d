use std::time::Duration;

use reqwest::{Client, Response, StatusCode, header::RETRY_AFTER};

const ATTEMPTS: u32 = 4;
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// Sends a GET, and retries it after 429 and 5xx when the server says so, and after a reset. A POST may have been carried out.
pub async fn get(client: &Client, url: &str) -> reqwest::Result<Response> {
    let mut backoff = Duration::from_millis(500);
    for _ in 1..ATTEMPTS {
        let result = client.get(url).send().await;
        let mut wait = backoff;
        if let Ok(response) = &result {
            let status = response.status();
            let asked = response.headers().get(RETRY_AFTER);
            let asked = asked.and_then(|text| text.to_str().ok()?.parse().ok());
            wait = wait.max(Duration::from_secs(asked.unwrap_or(0)));
            let again = status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error();
            if !again || wait > LONGEST_WAIT {
                return result;
            }
        }
        tokio::time::sleep(wait).await;
        backoff *= 2;
    }
    client.get(url).send().await
}
