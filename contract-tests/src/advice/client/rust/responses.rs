use std::error::Error;

use reqwest::{Client, header::CONTENT_TYPE};
use serde_json::Value;

/// Status, media type, completeness, JSON, fields: a response is a success only if all of them are right.
pub async fn order(client: &Client, url: &str) -> Result<Value, Box<dyn Error>> {
    let response = client.get(url).send().await?;
    // By its class, so that an unknown status such as 299 or 499 counts as 200 or 400.
    if !response.status().is_success() {
        return Err(format!("the API returned {}", response.status()).into());
    }
    let media_type = response.headers().get(CONTENT_TYPE);
    let media_type = media_type
        .and_then(|value| value.to_str().ok()?.split(';').next())
        .unwrap_or_default();
    if !media_type.trim().eq_ignore_ascii_case("application/json") {
        return Err(format!("not JSON, but {media_type}").into());
    }
    // Fails for a body that is shorter than its Content-Length.
    let body: Value = serde_json::from_slice(&response.bytes().await?)?;
    if ["id", "title", "status"]
        .iter()
        .all(|name| body[name].is_string())
    {
        Ok(body)
    } else {
        Err("the body is not an order".into())
    }
}
