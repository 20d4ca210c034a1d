use std::time::Duration;

use reqwest::{Client, StatusCode, header::CONTENT_TYPE};
use serde_json::Value;
use url::form_urlencoded::Serializer;

const ATTEMPTS: u32 = 3;

#[derive(Debug)]
pub enum NotRefreshed {
    /// Tell the user to sign in again.
    SessionEnded,
    /// Tell the user that the sign-in failed, and to try later. The session may still be valid.
    Unavailable(StatusCode),
    NoResponse(reqwest::Error),
    NotJson(serde_json::Error),
}

pub async fn refresh(
    client: &Client,
    token_endpoint: &str,
    client_id: &str,
    refresh_token: &str,
) -> Result<Value, NotRefreshed> {
    let form = Serializer::new(String::new())
        .append_pair("grant_type", "refresh_token")
        .append_pair("refresh_token", refresh_token)
        .append_pair("client_id", client_id)
        .finish();
    let mut attempt = 1;
    loop {
        let request = client.post(token_endpoint).body(form.clone());
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let response = request.send().await.map_err(NotRefreshed::NoResponse)?;
        let status = response.status();
        let is_temporary = status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error();
        if !is_temporary {
            let body = response.bytes().await.map_err(NotRefreshed::NoResponse)?;
            let body: Value = serde_json::from_slice(&body).map_err(NotRefreshed::NotJson)?;
            return match status {
                StatusCode::OK => Ok(body),
                _ if body["error"] == "invalid_grant" => Err(NotRefreshed::SessionEnded),
                _ => Err(NotRefreshed::Unavailable(status)),
            };
        }
        if attempt == ATTEMPTS {
            return Err(NotRefreshed::Unavailable(status));
        }
        let wait = Duration::from_secs(1 << attempt);
        tokio::time::sleep(wait.mul_f64(1.0 + fastrand::f64() / 2.0)).await;
        attempt += 1;
    }
}
