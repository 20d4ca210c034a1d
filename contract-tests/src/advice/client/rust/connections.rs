use std::time::Duration;

use reqwest::{Client, Response, Result};

/// The pool drops connections that a response closes, and those that were idle for 3 s, before the server does.
pub fn client() -> Result<Client> {
    Client::builder()
        .pool_idle_timeout(Duration::from_secs(3))
        .timeout(Duration::from_secs(20))
        .build()
}

/// A connection may still be closed as the request is sent: a GET is sent again, once, on another one.
pub async fn get(client: &Client, url: &str) -> Result<Response> {
    match client.get(url).send().await {
        Err(error) if error.is_request() && !error.is_timeout() => client.get(url).send().await,
        result => result,
    }
}
