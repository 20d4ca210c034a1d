use std::{env, error::Error, time::Duration};

use reqwest::{Client, Url, header};

/// One client for the whole program: it keeps connections open, and sends the key in one header and nowhere else.
pub fn client() -> Result<Client, Box<dyn Error>> {
    let url = Url::parse(&env::var("OPENPROSPECT_API_URL")?)?;
    let key = env::var("OPENPROSPECT_API_KEY")?;
    let is_test = matches!(url.host_str(), Some("localhost" | "127.0.0.1"));
    if is_test && key.starts_with("lnc_live_") {
        return Err(
            "OPENPROSPECT_API_KEY is a live key, and OPENPROSPECT_API_URL a test server".into(),
        );
    }
    let mut bearer = header::HeaderValue::from_str(&format!("Bearer {}", key.trim()))?;
    bearer.set_sensitive(true);
    let headers = [
        (header::AUTHORIZATION, bearer),
        (
            header::ACCEPT,
            header::HeaderValue::from_static("application/json"),
        ),
    ];
    let client = Client::builder()
        .default_headers(headers.into_iter().collect())
        .user_agent("my-program/1.0")
        .timeout(Duration::from_secs(20));
    Ok(client.build()?)
}
