use std::{
    error::Error,
    time::{Duration, Instant},
};

use reqwest::{Client, Response, StatusCode, header};
use serde_json::Value;
use tokio::sync::Mutex;
use url::form_urlencoded::Serializer;

const PAUSE: Duration = Duration::from_secs(5);

/// One access token for all requests, refreshed once when the API rejects it.
pub struct Session {
    pub client: Client,
    pub token_endpoint: String,
    pub client_id: String,
    pub tokens: Mutex<Tokens>,
}

#[derive(Default)]
pub struct Tokens {
    pub access: String,
    /// None once the session has ended.
    pub refresh: Option<String>,
    /// After a failed refresh, the next one is not sent before this time.
    pub not_before: Option<Instant>,
}

impl Session {
    /// Replaces a rejected access token. The first caller refreshes it, the others wait.
    async fn renewed(&self, rejected: &str) -> Result<String, Box<dyn Error>> {
        let mut tokens = self.tokens.lock().await;
        let refresh = tokens.refresh.clone().ok_or("sign in again")?;
        if !tokens.access.is_empty() && tokens.access != rejected {
            return Ok(tokens.access.clone());
        }
        tokens.access.clear();
        if tokens.not_before.is_some_and(|at| Instant::now() < at) {
            return Err("the sign-in failed a moment ago".into());
        }
        let form = Serializer::new(String::new())
            .append_pair("grant_type", "refresh_token")
            .append_pair("refresh_token", &refresh)
            .append_pair("client_id", &self.client_id)
            .finish();
        let request = self.client.post(&self.token_endpoint);
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let response = request.body(form).send().await?;
        let status = response.status();
        let body = response.bytes().await?;
        let body: Value = serde_json::from_slice(&body).unwrap_or_default();
        if status == StatusCode::BAD_REQUEST && body["error"] == "invalid_grant" {
            *tokens = Tokens::default();
            return Err("sign in again".into());
        }
        if !status.is_success() {
            tokens.not_before = Some(Instant::now() + PAUSE);
            return Err(format!("the sign-in failed: {status}").into());
        }
        let text = |name: &str| body[name].as_str().map(str::to_owned);
        tokens.access = text("access_token").ok_or("no access token came")?;
        tokens.refresh = text("refresh_token").or(Some(refresh));
        Ok(tokens.access.clone())
    }

    /// Sends a request, and repeats it once if its access token is rejected.
    pub async fn get(&self, url: &str) -> Result<Response, Box<dyn Error>> {
        let mut token = self.tokens.lock().await.access.clone();
        if token.is_empty() {
            token = self.renewed("").await?;
        }
        let response = self.client.get(url).bearer_auth(&token).send().await?;
        if response.status() != StatusCode::UNAUTHORIZED {
            return Ok(response);
        }
        let token = self.renewed(&token).await?;
        let response = self.client.get(url).bearer_auth(token).send().await?;
        if response.status() == StatusCode::UNAUTHORIZED {
            *self.tokens.lock().await = Tokens::default();
        }
        Ok(response)
    }
}
